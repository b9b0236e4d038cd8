"""The baseline forecast: next March sells what last March sold. Every better model has to beat it."""

from typing import Final, TypedDict

import numpy as np

from analytics.arrays import Array

SEASON: Final = 12  # months
LEVEL: Final = 0.80  # of the interval
FEWEST_ERRORS: Final = 10  # seasonal errors below which an interval would be made up


class Forecast(TypedDict):
    """One series' forecast by month, shape (horizon,), and its sum over the horizon, each with an 80 % interval.

    In the unit of the series; low and high are None where too few past errors are known.
    """

    mean: list[float]
    low: list[float] | None
    high: list[float] | None
    total: float
    total_low: float | None
    total_high: float | None


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

    history: whole months, oldest first, shape (n,). None if n < 12. An interval is the forecast ± the conformal 80 %
    quantile of the sizes of past one-year errors (Lei et al. 2018), of single months or of sums over `horizon`
    consecutive months; cut at 0 where history never is negative.
    """
    if len(history) < SEASON:
        return None
    mean = history[-SEASON:][np.arange(horizon) % SEASON]
    errors = _errors(history)
    sums = np.convolve(errors, np.ones(horizon), "valid") if len(errors) >= horizon else errors[:0]
    floor = 0.0 if (history >= 0).all() else -np.inf
    months, total = _band(mean, errors, floor), _band(mean.sum(keepdims=True), sums, floor)
    return Forecast(
        mean=_listed(mean),
        low=months and months[0],
        high=months and months[1],
        total=round(float(mean.sum()), 4),
        total_low=total and total[0][0],
        total_high=total and total[1][0],
    )


def _band(mean: Array, errors: Array, floor: float) -> tuple[list[float], list[float]] | None:
    if len(errors) < FEWEST_ERRORS:
        return None
    width = _width(errors)
    return _listed(np.maximum(mean - width, floor)), _listed(mean + width)


def back_test(history: Array) -> BackTest:
    """How the rule would have done on `history`, shape (n,): every month with a year before it is forecast from it."""
    errors, actual = _errors(history), history[SEASON:]
    size = np.abs(actual).sum()
    inside = [bool(abs(errors[i]) <= _width(errors[:i])) for i in range(FEWEST_ERRORS, len(errors))]
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


def _width(errors: Array) -> float:
    """Conformal quantile of the sizes of errors: a rank out of n + 1, so that coverage holds for small n too."""
    rank = int(np.ceil(LEVEL * (len(errors) + 1)))
    return float(np.sort(np.abs(errors))[min(rank, len(errors)) - 1])


def _listed(values: Array) -> list[float]:
    return [round(float(v), 4) for v in values]
