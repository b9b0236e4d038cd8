"""The Forecasts tab's answers against the recomputation from the raw files."""

from math import ceil
from typing import Any

import pytest

from analytics import queries
from data.said import english
from tests.analytics.conftest import Retailer
from tests.analytics.raw_files import Chosen, Slice, month_name
from tests.analytics.selections import filters_of, selections

FEWEST_ERRORS = 10


def history(cut: Slice, measure: str) -> dict[int, float]:
    """Values of all whole months, whatever is chosen: the last one is if it was counted or sold in to its end."""
    months = cut.files.months
    counted = cut.files.ledger["month"].max() == months[-1]
    whole = months if counted or cut.files.sales["day"].max().is_month_end else months[:-1]
    lines = cut.sales.groupby("month")[["net", "quantity"]].sum()
    column, unit = {"net_sales": ("net", 100), "units_sold": ("quantity", 1)}[measure]
    return {m: float(lines[column].get(m, 0)) / unit for m in whole}


def width(errors: list[float]) -> float | None:
    """The ⌈0.8 (n + 1)⌉-th smallest error: a new one of the same kind is no larger with a chance of 80 %."""
    sizes = sorted(map(abs, errors))
    return sizes[ceil(0.8 * (len(sizes) + 1)) - 1] if len(sizes) >= FEWEST_ERRORS else None


def band(center: float, errors: list[float], never_negative: bool) -> tuple[float, float] | None:
    half = width(errors)
    if half is None:
        return None
    return (max(0.0, center - half) if never_negative else center - half), center + half


def assert_outlook(found: dict[str, Any], values: dict[int, float], horizon: int) -> None:
    months, y = list(values), list(values.values())
    assert found["history_months"] == [month_name(m) for m in months]
    assert found["history"] == pytest.approx(y, abs=0.0051)
    assert found["forecast_months"] == [month_name(months[-1] + h) for h in range(1, horizon + 1)]
    errors = [y[t] - y[t - 12] for t in range(12, len(y))]
    assert_forecast(found["forecast"], y, errors, horizon)
    assert_back_test(found["back_test"], y, errors)
    assert found["tested"] == f"{month_name(months[12])} – {month_name(months[-1])}"


def assert_forecast(found: dict[str, Any], y: list[float], errors: list[float], horizon: int) -> None:
    mean = [y[len(y) - 12 + h] for h in range(horizon)]
    assert found["mean"] == pytest.approx(mean, abs=0.01)
    assert found["total"] == pytest.approx(sum(mean), abs=0.01)
    bands = [band(value, errors, min(y) >= 0) for value in mean]
    sums = [sum(errors[i : i + horizon]) for i in range(len(errors) - horizon + 1)]
    whole = band(sum(mean), sums, min(y) >= 0)
    assert (found["low"] is None, found["total_low"] is None) == (bands[0] is None, whole is None)
    if found["low"] is not None:
        assert list(zip(found["low"], found["high"], strict=True)) == [pytest.approx(b, abs=0.01) for b in bands]
    if whole is not None:
        assert (found["total_low"], found["total_high"]) == pytest.approx(whole, abs=0.01)


def assert_back_test(found: dict[str, Any], y: list[float], errors: list[float]) -> None:
    assert (found["n"], found["tested_from"]) == (len(errors), 12)
    actual = sum(map(abs, y[12:]))
    assert found["wape"] == pytest.approx(100 * sum(map(abs, errors)) / actual, abs=0.051)
    assert found["bias"] == pytest.approx(100 * sum(errors) / sum(y[12:]), abs=0.051)
    tested = range(FEWEST_ERRORS, len(errors))
    inside = sum(abs(errors[i]) <= (width(errors[:i]) or 0) for i in tested)
    assert found["covered_n"] == len(tested)
    if tested:
        assert found["coverage"] == pytest.approx(100 * inside / len(tested), abs=0.051)
    else:
        assert found["coverage"] is None


@pytest.mark.parametrize("measure", ["net_sales", "units_sold"])
@pytest.mark.parametrize("horizon", queries.HORIZONS)
@pytest.mark.parametrize("selection", ["everything", "one quarter", "one store", "chain, quarter and category"])
def test_the_last_year_comes_again(retailer: Retailer, selection: str, horizon: int, measure: str) -> None:
    """Whatever quarters are chosen. The odd retailer has 16 whole months: too few errors for an interval."""
    chosen = selections(retailer.files)[selection]
    found = queries.outlook(retailer.view, filters_of(chosen), measure, horizon)
    assert_outlook(dict(found), history(retailer.files.cut(chosen), measure), horizon)
    assert (found["why"] is None) == (found["forecast"]["low"] is not None)
    if found["why"]:
        assert english(found["why"]).endswith(f"over 10 months and more; there are {len(found['history']) - 12}.")


@pytest.mark.parametrize("by", ["chain", "store", "category"])
def test_one_outlook_for_each(retailer: Retailer, by: str) -> None:
    """Largest forecast first: half of the last year comes again. A store that never opened is last, with nothing."""
    groups = retailer.files.cut(Chosen()).groups(by)
    series = {label: history(cut, "units_sold") for label, cut in groups.items()}
    found = queries.outlooks(retailer.view, filters_of(Chosen()), "units_sold", 6, by)
    ahead = {label: sum([*months.values()][-12:-6]) for label, months in series.items()}
    assert [o["key"] for o in found] == sorted(series, key=lambda label: -ahead[label])
    for outlook in found:
        if sum(series[outlook["key"]].values()):
            assert_outlook(dict(outlook), series[outlook["key"]], 6)
        else:
            assert outlook["forecast"]["mean"] == [0.0] * 6
            assert outlook["back_test"]["wape"] is None


def test_a_month_that_is_not_over_is_no_history(uncounted: Retailer) -> None:
    """Sales end on 20 May 2022 and May is not counted yet: the forecast starts with May."""
    found = queries.outlook(uncounted.view, filters_of(Chosen()), "net_sales", 3)
    assert found["forecast_months"] == ["2022-05", "2022-06", "2022-07"]
    assert_outlook(dict(found), history(uncounted.files.cut(Chosen()), "net_sales"), 3)


def test_an_outlook_of_nothing(retailer: Retailer) -> None:
    found = queries.outlook(retailer.view, filters_of(Chosen(stores=())), "net_sales", 3)
    assert set(found["history"]) == {0.0}
    assert found["back_test"]["wape"] is None
    assert queries.outlooks(retailer.view, filters_of(Chosen(stores=())), "net_sales", 3, "store") == []
