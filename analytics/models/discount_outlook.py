"""What customers will likely receive in the next quarter: chance × depth, summed over their usual basket.

The basket of a quarter is taken to be a quarter of the last 12 months' lines. Sums of lines carry all that a group's
interval takes, so that any part of the retailer can be told: with g the list price of a line, p its chance and d its
depth,

    rate r = Σgpd ÷ Σg,  Var r = 4·Σg²(p·E[d²] − 2r·pd + r²) ÷ (Σg)² + (r·τ)²

where τ is how much the rate of all sales moved from quarter to quarter. Intervals are the middle 80 % of a gamma
distribution of that mean and variance. How much a customer will buy is not predicted here.
"""

from typing import Final, NamedTuple

import numpy as np
from scipy.special import gammaincinv

from analytics.arrays import Array, Column, Ints, sum_by
from analytics.models.discount_lines import YEAR, Lines

LEVEL: Final = 0.80
QUARTERS: Final = 4  # of the year that a basket is made of
QUARTER: Final = 3  # months


class Sums(NamedTuple):
    """Sums over the lines of a year's basket, shape (groups,) each, with g, p and d as above.

    lines; gross: Σg [currency]; hits: Σp; hit: Σgp; money: Σgpd; square: Σg²p·E[d²]; cross: Σg²pd; weight: Σg².
    """

    lines: Column
    gross: Column
    hits: Column
    hit: Column
    money: Column
    square: Column
    cross: Column
    weight: Column

    def at(self, rows: Ints | slice) -> "Sums":
        """Of some."""
        return Sums(*(np.asarray(values)[rows] for values in self))

    def runs(self, first: Ints) -> "Sums":
        """Summed from each of these rows until the next; some that lie side by side."""
        return Sums(*(np.add.reduceat(values, first) if len(first) else values[:0] for values in map(np.asarray, self)))

    def by(self, group: Ints, groups: int) -> "Sums":
        """Summed into groups; number −1 is left out."""
        some = np.flatnonzero(group >= 0) if len(group) and group.min() < 0 else slice(None)
        return Sums(*(sum_by(group[some], np.asarray(values)[some], groups) for values in self))


class Rates(NamedTuple):
    """Of each group, shares of list price [-]: chance × depth = rate, with the 80 % interval of the rate."""

    chance: Array
    depth: Array
    rate: Array
    low: Array
    high: Array


class Received(NamedTuple):
    """Of each group: chance of a discount on one line or more in a quarter [-], and its money [currency], 80 %."""

    any: Array
    money: Array
    low: Array
    high: Array


def sums(gross: Array, chance: Array, depth: Array, spread: float) -> Sums:
    """The terms of single lines, shape (n,). spread: squared coefficient of variation of a discount's depth [-]."""
    expected = gross * chance * depth
    square = gross * expected * depth * (1 + spread)
    return Sums(np.ones_like(gross), gross, chance, gross * chance, expected, square, gross * expected, gross**2)


def basket(lines: Lines, month: int) -> Ints:
    """Rows of known customers in the 12 months before `month` that have a price."""
    return np.flatnonzero(
        (lines.customer >= 0) & (lines.gross > 0) & (lines.month < month) & (lines.month >= month - YEAR)
    )


def drift(lines: Lines) -> float:
    """τ: root mean square of the change of the discount rate of all sales from quarter to quarter, relative [-].

    Quarters of three months are counted back from the last line. 0 where fewer than two quarters had a discount.
    """
    quarter = (lines.months - 1 - lines.month) // QUARTER
    gross, money = (np.bincount(quarter, values) for values in (lines.gross, lines.discount))
    rate = money[gross > 0] / gross[gross > 0]
    moves = np.diff(np.log(rate[rate > 0]))
    return float(np.sqrt((moves**2).mean())) if len(moves) else 0.0


def rates(found: Sums, tau: float) -> Rates:
    """Chance, depth and rate of each group; NaN where it bought nothing."""
    rate, chance, depth = (
        _ratio(found.money, found.gross),
        _ratio(found.hit, found.gross),
        _ratio(found.money, found.hit),
    )
    lines = QUARTERS * (found.square - 2 * rate * found.cross + rate**2 * found.weight)
    low, high = _middle(rate, _ratio(np.maximum(lines, 0), found.gross**2) + (tau * rate) ** 2)
    return Rates(chance, depth, rate, low, np.minimum(high, 1.0))


def received(found: Sums, tau: float) -> Received:
    """What a quarter will likely bring at the pace of the last 12 months; lines come as a Poisson process."""
    money = found.money / QUARTERS
    low, high = _middle(money, found.square / QUARTERS + (tau * money) ** 2)
    return Received(1 - np.exp(-found.hits / QUARTERS), money, low, high)


class Quarter(NamedTuple):
    """A quarter foretold at its start, held against what was received: mean sizes of errors of customers' rates [-].

    Weighted by what they bought at list price. error: of the outlook; plain: of their tier's rate of the year before;
    held: share of groups (tier × third of spend) whose 80 % interval held [-], of `groups`; customers; lines.
    """

    error: float
    plain: float
    held: float
    groups: int
    customers: int
    lines: int


def quarter(lines: Lines, month: int, found: Sums, plain: Array, tau: float) -> Quarter | None:
    """How the outlook made at the start of `month` did in the three months from then on.

    found: sums by customer, (customers,); plain: each one's tier's rate. None if none of them bought.
    """
    n, late = len(plain), (lines.month >= month) & (lines.month < month + QUARTER) & (lines.customer >= 0)
    gross, money = (sum_by(lines.customer[late], values[late], n) for values in (lines.gross, lines.discount))
    some = (gross > 0) & (np.asarray(found.gross) > 0)
    if not some.any():
        return None
    actual, weight = money[some] / gross[some], gross[some]
    said = rates(found, tau).rate[some]
    group, groups = groups_of(lines, np.asarray(found.gross))
    group = np.where(some, group, -1)
    told = rates(found.by(group, groups), tau)
    total, got = (sum_by(group[some], values[some], groups) for values in (gross, money))
    there = total > 0
    rate = got[there] / total[there]
    return Quarter(
        error=float(np.average(np.abs(said - actual), weights=weight)),
        plain=float(np.average(np.abs(plain[some] - actual), weights=weight)),
        held=float(((told.low[there] <= rate) & (rate <= told.high[there])).mean()),
        groups=int(there.sum()),
        customers=int(some.sum()),
        lines=int(np.isin(lines.customer[late], np.flatnonzero(some)).sum()),
    )


def groups_of(lines: Lines, spend: Array) -> tuple[Ints, int]:
    """Tier × third of spend of each customer, and how many groups there can be."""
    tier = np.full(len(spend), -1)
    known = lines.customer >= 0
    tier[lines.customer[known]] = lines.tier[known]
    third = np.searchsorted(spend_thirds(spend[spend > 0]), spend, side="right")
    return (tier + 1) * 3 + third, 3 * (int(tier.max(initial=-1)) + 2)


def spend_thirds(spend: Array) -> tuple[float, float]:
    """The spend that parts customers into thirds, to two digits."""
    if not len(spend):
        return 0.0, 0.0
    low, high = (float(f"{value:.2g}") for value in np.quantile(spend, [1 / 3, 2 / 3]))
    return low, high


def _middle(mean: Array, variance: Array) -> tuple[Array, Array]:
    shape = np.divide(mean**2, variance, out=np.full_like(mean, np.inf), where=variance > 0)
    scale = _ratio(variance, mean)
    ends = [(1 - LEVEL) / 2, (1 + LEVEL) / 2]
    sure = ~np.isfinite(shape) | (shape <= 0) | ~(mean > 0)
    safe = np.where(sure, 1.0, shape)
    low, high = (np.where(sure, mean, gammaincinv(safe, end) * scale) for end in ends)
    return low, high


def _ratio(top: Array, bottom: Array) -> Array:
    found: Array = np.divide(top, bottom, out=np.full(np.shape(bottom), np.nan), where=np.asarray(bottom) > 0)
    return found
