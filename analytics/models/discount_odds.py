"""The asked reference: logistic regression of a line's discount on tier, spend and promotion, as odds ratios.

No file says when a category was on promotion. Each category × month is taken to be on promotion or not, unseen:

    logit P(discount) = category + tier + β·ln(1 + spend₁₂ / scale) + γ·promotion,  promotion ~ Bernoulli(π)

fitted by EM (a mixture of logistic regressions: Follmann & Lambert 1989, JASA 84, 295). So no line's own discount is
used as its own feature. Intervals: the observed information (Louis 1982, JRSS B 44, 226) between the customers' sums
of scores (a sandwich; Liang & Zeger 1986). It describes; it says nothing about what would change a discount.
"""

from typing import Final, NamedTuple

import numpy as np

from analytics.arrays import Array, Ints, Mask

Z95: Final = 1.959964
ROUNDS: Final = 200
SETTLED: Final = 1e-6
MOST_CATEGORIES: Final = 30  # with an intercept of their own; the rest share one
FEWEST_LINES: Final = 30  # of each kind, discounted and not
RIDGE: Final = 1e-3


class Seen(NamedTuple):
    """Lines, shape (n,) each. tier: 0 …, the lowest first; spend: ln(1 + spend₁₂ / scale); cell: category × month.

    customer: whose lines are not independent; a guest's line stands alone (−1).
    """

    discounted: Mask
    tier: Ints
    spend: Array
    category: Ints
    month: Ints
    customer: Ints


class Odds(NamedTuple):
    """Coefficients on the logit with 95 % intervals, shape (k,): tiers from the second one on, spend, promotion.

    promoted: share of category × months taken to be on promotion [-]; n: lines.
    """

    coefficient: Array
    low: Array
    high: Array
    promoted: float
    n: int


def odds(seen: Seen) -> Odds | None:
    """The reference, or None where too few lines had or lacked a discount."""
    yes = int(seen.discounted.sum())
    if min(yes, len(seen.discounted) - yes) < FEWEST_LINES:
        return None
    x, shown = _design(seen)
    cell = np.unique(seen.category * (seen.month.max() + 1) + seen.month, return_inverse=True)[1]
    beta, weight, share = _start(x, seen.discounted, cell)
    for _ in range(ROUNDS):
        step = _step(x, seen.discounted, weight[cell], beta)
        beta = beta + step
        weight = _posterior(x, seen.discounted, cell, beta, share)
        share = float(np.clip(weight.mean(), 0.02, 0.98))
        if np.abs(step).max() < SETTLED:
            break
    width = Z95 * np.sqrt(np.diag(_covariance(x, seen, cell, weight, beta)))
    place = np.array([*range(shown), len(beta) - 1])
    return Odds(beta[place], (beta - width)[place], (beta + width)[place], share, len(cell))


def _design(seen: Seen) -> tuple[Array, int]:
    """Tiers from the second one on, spend, and categories; and how many columns are shown. γ is not among them."""
    tiers = np.arange(1, int(seen.tier.max(initial=0)) + 1)
    size = np.bincount(seen.category)
    own = np.argsort(-size, kind="stable")[:MOST_CATEGORIES]
    own = own[size[own] > 0]
    rest = ~np.isin(seen.category, own)
    categories = [seen.category[:, None] == own, *([rest[:, None]] if rest.any() else [])]
    x = np.column_stack([seen.tier[:, None] == tiers, seen.spend, *categories]).astype(np.float64)
    return x, len(tiers) + 1


def _start(x: Array, y: Mask, cell: Ints) -> tuple[Array, Array, float]:
    """A cell with more discounts than a model without promotions expects is likely on promotion."""
    beta, none = np.zeros(x.shape[1] + 1), np.zeros(len(y))
    for _ in range(8):
        beta = beta + np.append(_step(x, y, none, beta)[:-1], 0.0)
    chance = _sigma(x @ beta[:-1])
    spread = np.sqrt(np.bincount(cell, chance * (1 - chance)))
    score = np.bincount(cell, y - chance) / np.maximum(spread, 0.5)
    beta[-1] = 1.0
    weight = _sigma(2 * (score - 1.5))
    return beta, weight, float(weight.mean())


def _step(x: Array, y: Mask, weight: Array, beta: Array) -> Array:
    """One Newton step of the expected complete-data likelihood; weight: chance of a promotion of each line's cell."""
    off, on = _chances(x, beta)
    gradient, hessian = _moments(x, weight, y - off, y - on, off * (1 - off), on * (1 - on))
    step = np.asarray(np.linalg.solve(hessian, gradient - RIDGE * beta), dtype=np.float64)
    return np.clip(step, -2, 2)


def _moments(x: Array, weight: Array, *of: Array) -> tuple[Array, Array]:
    off, on, curve_off, curve_on = of
    gradient = np.append(x.T @ ((1 - weight) * off + weight * on), weight @ on)
    curve = (1 - weight) * curve_off + weight * curve_on
    border = x.T @ (weight * curve_on)
    hessian = np.block([[(x.T * curve) @ x, border[:, None]], [border[None], np.atleast_2d(weight @ curve_on)]])
    return gradient, hessian + RIDGE * np.eye(len(gradient))


def _chances(x: Array, beta: Array) -> tuple[Array, Array]:
    plain = x @ beta[:-1]
    return _sigma(plain), _sigma(plain + beta[-1])


def _posterior(x: Array, y: Mask, cell: Ints, beta: Array, share: float) -> Array:
    """Chance that each cell was on promotion."""
    off, on = (np.where(y, p, 1 - p) for p in _chances(x, beta))
    evidence = np.bincount(cell, np.log(np.maximum(on, 1e-12)) - np.log(np.maximum(off, 1e-12)))
    return _sigma(evidence + np.log(share / (1 - share)))


def _covariance(x: Array, seen: Seen, cell: Ints, weight: Array, beta: Array) -> Array:
    y, w = seen.discounted, weight[cell]
    off, on = _chances(x, beta)
    _gradient, complete = _moments(x, w, y - off, y - on, off * (1 - off), on * (1 - on))
    moved = np.column_stack([x * (off - on)[:, None], y - on])  # of the score, by a promotion
    missing = _sums(cell, moved)
    information = complete - (missing.T * (weight * (1 - weight))) @ missing
    score = np.column_stack([x * ((1 - w) * (y - off) + w * (y - on))[:, None], w * (y - on)])
    alone = np.arange(len(y)) + int(seen.customer.max(initial=0)) + 1
    found = _sums(np.unique(np.where(seen.customer < 0, alone, seen.customer), return_inverse=True)[1], score)
    bread = np.linalg.inv(information)
    covariance: Array = bread @ (found.T @ found) @ bread
    return covariance


def _sums(group: Ints, values: Array) -> Array:
    return np.column_stack([np.bincount(group, column) for column in values.T])


def _sigma(value: Array) -> Array:
    found: Array = 1 / (1 + np.exp(-np.clip(value, -30, 30)))
    return found
