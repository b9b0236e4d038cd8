"""Whether a ranking finds those who gain most: for a randomised treatment, and for an effect within customers.

TOC(q): gain per customer among the share q ranked first, less that of all. AUTOC: its mean over q, Qini: its mean
weighted by q; both 0 for a ranking that knows nothing (Radcliffe 2007; Yadlowsky et al. 2024, JASA 120, 38–51).
"""

from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np

from analytics.arrays import Array, Ints, Mask
from analytics.models.two_way_poisson import Fit

SHARES: Final = np.linspace(0.05, 1.0, 20)
DRAWS: Final = 400
SEED: Final = 1
LEAST: Final = 1e-12


class Ranked(NamedTuple):
    """AUTOC and Qini in the unit of the outcome per customer, AUTOC with its interval. n: customers."""

    autoc: float
    low: float
    high: float
    qini: float
    n: int


def uplift_at(outcome: Array, treated: Mask, score: Array, share: float) -> float:
    """Mean outcome of the treated less that of the others among the share ranked first; all (n,), treated by lot."""
    first = np.argsort(-score, kind="stable")[: max(1, round(share * len(score)))]
    return float(outcome[first][treated[first]].mean() - outcome[first][~treated[first]].mean())


def ranked_by_lot(outcome: Array, treated: Mask, score: Array, level: float) -> Ranked:
    """Of a treatment by lot: bootstrap over customers, treated and others apart; all (n,)."""
    order = np.argsort(-score, kind="stable")
    y, t = outcome[order], treated[order]
    sums = np.stack([t * y, t, ~t * y, ~t]).astype(np.float64)

    def gain(weights: Array) -> Array:
        a, n, b, m = (sums * weights).cumsum(axis=1)[:, _ends(len(y))]
        found: Array = a / np.maximum(n, LEAST) - b / np.maximum(m, LEAST)
        return found

    return _ranked(gain, len(y), level)


def ranked_within(fit: Fit, months: Mask, value: Array, score: Array, level: float) -> Ranked:
    """Of an effect within customers, in some months of its panel: what an exposure of 0 would have been worth.

    value: money of an order of each customer, (customers,); score: likewise, NaN for customers left out.
    The share ranked first has a δ of its own, one Newton step from that of all. fit: of one regressor; exposure 0 would
    have brought δ · Σ mean·exposure·value, to first order.
    """
    who = np.flatnonzero(np.isfinite(score) & fit.panel.told[:, months].any(axis=1))
    order = who[np.argsort(-score[who], kind="stable")]
    freed, mean = fit.freed[0][:, months], np.where(fit.panel.told[:, months], fit.mean[:, months], 0.0)
    exposed = (mean * fit.panel.x[0][:, months]).sum(axis=1) * value
    scores = fit.scores()[0][:, months].sum(axis=1)
    sums = np.stack([scores, (mean * freed**2).sum(axis=1), exposed, np.ones(len(value))])[:, order]

    def gain(weights: Array) -> Array:
        score, information, money, n = (sums * weights).cumsum(axis=1)[:, _ends(len(order))]
        delta = -(fit.beta[0] + score / np.maximum(information, LEAST))
        found: Array = delta * money / np.maximum(n, LEAST)
        return found

    return _ranked(gain, len(order), level)


def share_of_first(amount: Array, score: Array, share: float) -> float:
    """Σ amount of the share ranked first ÷ Σ amount of all [-]; both (n,)."""
    first = np.argsort(-score, kind="stable")[: max(1, round(share * len(score)))]
    return float(amount[first].sum() / max(float(amount.sum()), LEAST))


def _ends(n: int) -> Ints:
    """The last customer of each share."""
    return np.maximum(np.round(SHARES * n).astype(np.int64), 1) - 1


def _ranked(gain: Callable[[Array], Array], n: int, level: float) -> Ranked:
    """gain: weights of the ranked → gain per customer of each share."""
    whole = gain(np.ones(n))
    rng = np.random.default_rng(SEED)
    drawn = [float(_toc(gain(rng.multinomial(n, np.full(n, 1 / n)).astype(np.float64))).mean()) for _ in range(DRAWS)]
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2]).tolist()
    toc = _toc(whole)
    return Ranked(float(toc.mean()), low, high, float((SHARES * toc).mean()), n)


def _toc(gain: Array) -> Array:
    found: Array = gain - gain[-1]
    return found
