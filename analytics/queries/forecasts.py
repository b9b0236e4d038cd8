"""What the Forecasts tab asks: the seasonal-naive baseline, with what its past errors say about it."""

from typing import Final, TypedDict

import numpy as np

from analytics.arrays import Array
from analytics.calendar import months_from
from analytics.filters import Filters
from analytics.models.seasonal_naive import SEASON, BackTest, Forecast, back_test, forecast
from analytics.queries.overview import names
from analytics.queries.view import View, cached_query, regardless_of, require
from data.said import Said, say

HORIZONS: Final = (3, 6, 12)


class Outlook(TypedDict):
    """History and forecast of one series; `why` says why there is no forecast or no interval."""

    key: str
    name: str
    history_months: list[str]
    history: list[float]
    forecast_months: list[str]
    forecast: Forecast | None
    back_test: BackTest
    tested: str | None  # "Jan 2022 – Dec 2023" as ISO months
    why: Said | None


@regardless_of("quarters")
@cached_query
def outlook(view: View, filters: Filters, measure: str, horizon: int) -> Outlook:
    """The selection as one series. The quarter filter does not apply: a forecast needs all of the history."""
    require(view, measure)
    months, totals = _history(view, filters, measure, None)
    return _outlook("", "Selection", months, totals, horizon)


@regardless_of("quarters")
@cached_query
def outlooks(view: View, filters: Filters, measure: str, horizon: int, by: str) -> list[Outlook]:
    """One series for each `by` (chain, store or category) of the selection, largest forecast first."""
    require(view, measure)
    months, series = _history(view, filters, measure, by)
    cube = view.cube
    labels = cube.labels(by, cube.select(filters, (by, "month")))
    texts = names(view, by, labels)
    found = [_outlook(k, name, months, y, horizon) for k, name, y in zip(labels, texts, series, strict=True)]
    return sorted(found, key=lambda o: o["forecast"]["total"] if o["forecast"] else -np.inf, reverse=True)


def _history(view: View, filters: Filters, measure: str, by: str | None) -> tuple[list[str], Array]:
    """Whole months only: labels (n,) and values (n,) or (series, n)."""
    cube = view.cube
    axes = (by, "month") if by else ("month",)
    selection = cube.select(filters, axes)
    whole = cube.complete_months
    return cube.labels("month", selection)[:whole], cube.totals_of(selection, axes)[measure][..., :whole]


def _outlook(key: str, name: str, months: list[str], history: Array, horizon: int) -> Outlook:
    found, tested = forecast(history, horizon), back_test(history)
    return Outlook(
        key=key,
        name=name,
        history_months=months,
        history=[round(float(v), 2) for v in history],
        forecast_months=months_from(np.datetime64(months[-1], "M") + 1, horizon) if months else [],
        forecast=found,
        back_test=tested,
        tested=f"{months[SEASON]} – {months[-1]}" if tested["n"] else None,
        why=_why(len(months), found),
    )


def _why(months: int, found: Forecast | None) -> Said | None:
    if found is None:
        return say("No forecast: it repeats the last 12 whole months, and there are {months}.", months=months)
    if found["low"] is None:
        errors = max(0, months - SEASON)
        return say("No interval: it needs past errors over 10 months and more; there are {months}.", months=errors)
    return None
