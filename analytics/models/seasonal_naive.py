"""The baseline forecast: next March sells what last March sold. Every better model has to beat it."""

from typing import Final, TypedDict

import numpy as np

from analytics.arrays import Array

SEASON: Final = 12  # months
LEVEL: Final = 0.80  # of the interval
FEWEST_ERRORS: Final = 10  # seasonal errors below which an interval would be made up


class Forecast(TypedDict):
    """One series' forecast, shape (horizon,) each, in the unit of the series; low and high None without an interval."""

    mean: list[float]
    low: list[float] | None
    high: list[float] | None


class BackTest(TypedDict):
    """One-year-ahead errors of the rule on months it had not seen.

    wape: Σ|error| ÷ Σ|actual| [%]. bias: Σerror ÷ Σactual [%], positive = forecast too low. coverage: share of
    months inside the interval that only earlier errors set [%]. n: months tested; tested_from: their first index.
    """

    wape: float | None
    bias: float | None
    coverage: float | None
    covered_n: int
    n: int
    tested_from: int


def forecast(history: Array, horizon: int) -> Forecast | None:
    """Repeats the last year: ŷ(t+h) = y(t + h − 12k) (Hyndman & Athanasopoulos, Forecasting 3e, §5.2).

    history: whole months, oldest first, shape (n,). None if n < 12. The interval is the forecast plus the 10 % and
    90 % conformal quantiles of the past one-year errors, cut at 0 where history never is negative.
    """
    if len(history) < SEASON:
        return None
    mean = history[-SEASON:][np.arange(horizon) % SEASON]
    errors = _errors(history)
    if len(errors) < FEWEST_ERRORS:
        return Forecast(mean=_listed(mean), low=None, high=None)
    below, above = _quantiles(errors)
    floor = 0.0 if (history >= 0).all() else -np.inf
    return Forecast(mean=_listed(mean), low=_listed(np.maximum(mean + below, floor)), high=_listed(mean + above))


def back_test(history: Array) -> BackTest:
    """How the rule would have done on `history`, shape (n,): every month with a year before it is forecast from it."""
    errors, actual = _errors(history), history[SEASON:]
    size = np.abs(actual).sum()
    inside = [
        bool(low <= errors[i] <= high)
        for i in range(FEWEST_ERRORS, len(errors))
        for low, high in [_quantiles(errors[:i])]
    ]
    return BackTest(
        wape=round(float(100 * np.abs(errors).sum() / size), 1) if size else None,
        bias=round(float(100 * errors.sum() / actual.sum()), 1) if size and actual.sum() else None,
        coverage=round(100 * sum(inside) / len(inside), 1) if inside else None,
        covered_n=len(inside),
        n=len(errors),
        tested_from=SEASON,
    )


def _errors(history: Array) -> Array:
    return history[SEASON:] - history[:-SEASON] if len(history) > SEASON else np.empty(0)


def _quantiles(errors: Array) -> tuple[float, float]:
    """Conformal 10 % and 90 % quantiles: ranks out of n + 1, so that coverage holds for small n too."""
    rank = (1 - LEVEL) / 2
    ordered = np.sort(errors)
    low = int(np.floor(rank * (len(errors) + 1))) - 1
    high = int(np.ceil((1 - rank) * (len(errors) + 1))) - 1
    return float(ordered[max(low, 0)]), float(ordered[min(high, len(errors) - 1)])


def _listed(values: Array) -> list[float]:
    return [round(float(v), 4) for v in values]
