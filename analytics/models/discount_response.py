"""Whether customers buy more when discounts are deeper: a comparison of each customer with themselves.

Counted are the lines of a tier's customers by category and month, n, against what other customers' lines show of that
month's discounts in the category, D:

    n ~ Poisson(category + month + category's season + δ·D)

As D is the same for all customers in a category and month, this is the likelihood of single customers with an effect
of their own for each category (their sums are sufficient), so differences between customers cannot enter. D comes from
the other half of the customers, drawn towards the category's mean as far as it is thin, so that neither one's own
purchases nor chance in it look like a response. Intervals: sums of scores by month or by category, whichever is wider
(Liang & Zeger 1986). What else happened in these months (a display, a flyer, a feast) is in δ, so it is an association
within customers.
"""

from typing import Final, NamedTuple, TypedDict

import numpy as np
from scipy.special import stdtrit

from analytics.arrays import Array, Ints, Mask, sum_by
from analytics.models.discount_lines import Lines
from data.said import Said, say

STEP: Final = 0.10  # 10 points of depth over all lines
FEWEST_MONTHS: Final = 18
FEWEST_CATEGORIES: Final = 3
FEWEST_LINES: Final = 500
LEAST_SPREAD: Final = 0.001  # of depth, beyond category, month and season: what varies less says nothing of a STEP
ROUNDS: Final = 30
YEAR: Final = 12


class Response(TypedDict):
    """Lines bought where discounts are 10 points of list price deeper, ÷ lines bought otherwise − 1 [%], 95 %.

    None with the reason `why`. group: tier, −1 all known customers. n: lines.
    """

    group: int
    change: float | None
    low: float | None
    high: float | None
    n: int
    why: Said | None


class _Cells(NamedTuple):
    """Counts and what the other half received, shape (categories, months) each, by half."""

    lines: list[Array]
    offered: list[Array]


def response(lines: Lines, group: int = -1) -> Response:
    """The response of all known customers, or of those of one tier."""
    known = lines.customer >= 0
    ours = known & ((lines.tier == group) | (group < 0))
    n, categories = int(ours.sum()), len(np.unique(lines.items[0][ours]))
    if why := _lacking(lines.months, categories, n):
        return Response(group=group, change=None, low=None, high=None, n=n, why=why)
    found = _fit(_cells(lines.of(known), lines.of(ours)))
    if found is None:
        why = say("No number: discounts hardly vary between months.")
        return Response(group=group, change=None, low=None, high=None, n=n, why=why)
    change, low, high = (round(100 * float(np.expm1(STEP * value)), 1) for value in found)
    return Response(group=group, change=change, low=low, high=high, n=n, why=None)


def _lacking(months: int, categories: int, n: int) -> Said | None:
    if months < FEWEST_MONTHS:
        return say("No number: it needs {least} months, and there are {n}.", least=FEWEST_MONTHS, n=months)
    if categories < FEWEST_CATEGORIES:
        return say("No number: it needs {least} categories, and there are {n}.", least=FEWEST_CATEGORIES, n=categories)
    if n < FEWEST_LINES:
        return say("No number: it needs {least} lines, and there are {n}.", least=FEWEST_LINES, n=n)
    return None


def _cells(every: Lines, ours: Lines) -> _Cells:
    shape = (int(every.items[0].max()) + 1, every.months)

    def summed(lines: Lines, half: int, values: Array) -> Array:
        cell = np.where(lines.customer % 2 == half, lines.items[0] * shape[1] + lines.month, -1)
        return sum_by(cell[cell >= 0], values[cell >= 0], shape[0] * shape[1]).reshape(shape)

    count = [summed(ours, half, np.ones(len(ours.month))) for half in (0, 1)]
    offered = [
        _drawn(*(summed(every, 1 - half, v) for v in (np.ones(len(every.month)), every.depth, every.depth**2)))
        for half in (0, 1)
    ]
    return _Cells(count, offered)


def _drawn(n: Array, depth: Array, square: Array) -> Array:
    """Mean depth of each cell, drawn towards its category's by the share of its variance that is chance."""
    total = n.sum(axis=1, keepdims=True)
    usual = depth.sum(axis=1, keepdims=True) / np.maximum(total, 1)
    noise = float((square.sum() - (depth.sum(axis=1) * usual[:, 0]).sum()) / max(n.sum(), 1))
    mean = np.divide(depth, n, out=np.broadcast_to(usual, n.shape).copy(), where=n > 0)
    between = max(float((n * (mean - usual) ** 2).sum() - noise * (n > 0).sum()) / max(n.sum(), 1), 1e-12)
    drawn: Array = usual + (mean - usual) * n / (n + noise / between)
    return drawn


def _fit(cells: _Cells) -> tuple[float, float, float] | None:
    """δ with its 95 % interval."""
    x, y, month, category = _design(cells)
    beta = np.zeros(x.shape[1])
    both = np.linalg.lstsq(x[:, 1:], np.column_stack([np.log(y + 0.5), x[:, 0]]), rcond=None)[0]
    beta[1:] = both[:, 0]
    if (x[:, 0] - x[:, 1:] @ both[:, 1]).std() < LEAST_SPREAD:
        return None
    for _ in range(ROUNDS):
        mean = np.exp(np.clip(x @ beta, -30, 30))
        information = (x.T * mean) @ x + 1e-6 * np.eye(len(beta))
        step = np.linalg.solve(information, x.T @ (y - mean))
        beta = beta + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-8:
            break
    half = max(_half_width(x * (y - mean)[:, None], information, group) for group in (month, category))
    return float(beta[0]), float(beta[0]) - half, float(beta[0]) + half


def _half_width(score: Array, information: Array, group: Ints) -> float:
    """Half of the 95 % interval of δ if cells of one group go together: t of as many groups, less one."""
    number = np.unique(group, return_inverse=True)[1]
    sums = np.column_stack([np.bincount(number, column) for column in score.T])
    bread, groups = np.linalg.inv(information), len(sums)
    spread = float(np.sqrt((bread @ (sums.T @ sums) @ bread)[0, 0] * groups / (groups - 1)))
    return float(stdtrit(groups - 1, 0.975)) * spread


def _design(cells: _Cells) -> tuple[Array, Array, Ints, Ints]:
    """Offered, half × category, half × month, and the category's season (a wave of a year)."""
    categories, months = cells.lines[0].shape
    half, category, month = (a.ravel() for a in np.indices((2, categories, months), dtype=np.int64))
    y, offered = np.stack(cells.lines).ravel(), np.stack(cells.offered).ravel()
    sold = np.flatnonzero(np.stack(cells.lines).sum(axis=2).ravel() > 0)
    alive: Mask = np.isin(half * categories + category, sold)
    half, category, month = (a[alive] for a in (half, category, month))
    y, offered = y[alive], offered[alive]
    place = np.unique(half * categories + category, return_inverse=True)[1]
    time = np.unique(half * months + month, return_inverse=True)[1]
    of_category = category[:, None] == np.unique(category)
    angle = 2 * np.pi * (month % YEAR) / YEAR
    waves = [of_category * np.sin(angle)[:, None], of_category * np.cos(angle)[:, None]]
    dummies = [place[:, None] == np.unique(place), time[:, None] == np.unique(time)[1:]]
    return np.column_stack([offered, *dummies, *waves]).astype(np.float64), y, month, category
