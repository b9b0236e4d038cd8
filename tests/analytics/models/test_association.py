"""Stock and sales that go together by design, and how sure a correlation of related cells can be."""

from typing import Any

import numpy as np
import pytest

from analytics.models.association import FEWEST_SERIES, Association, associate
from data.said import say

SERIES, MONTHS = 12, 6
STORE_PRODUCT = np.repeat(np.arange(SERIES), MONTHS)
MONTH = np.tile(np.arange(MONTHS), SERIES)
CELLS = np.arange(SERIES * MONTHS, dtype=float)
WITHIN = "Pearson within store × product and month"


def values(found: Association) -> dict[str, float | None]:
    return {c["name"]: c["value"] for c in found["coefficients"]}


def residuals(x: Any, series: Any, time: Any) -> Any:
    """What dummies of every series and month leave of x: the within estimator by plain least squares."""
    dummies = np.hstack([np.eye(series.max() + 1)[series], np.eye(time.max() + 1)[time]])
    return x - dummies @ np.linalg.lstsq(dummies, x, rcond=None)[0]


# --- numbers that can be seen ----------------------------------------------------------


@pytest.mark.parametrize(("slope", "r"), [(3, 1), (-0.5, -1)])
def test_a_straight_line_is_a_perfect_correlation(slope: float, r: float) -> None:
    found = associate(CELLS, 5 + slope * CELLS, STORE_PRODUCT, MONTH)
    for coefficient in found["coefficients"][:2]:
        assert (coefficient["value"], coefficient["low"], coefficient["high"]) == (r, r, r)
    assert (found["n"], found["series"], found["why"]) == (72, 12, None)


def test_ranks_see_a_curve_as_a_line() -> None:
    found = values(associate(CELLS, CELLS**3, STORE_PRODUCT, MONTH))
    assert found["Spearman, all cells"] == 1
    assert found["Pearson, all cells"] == pytest.approx(np.corrcoef(CELLS, CELLS**3)[0, 1], abs=0.001)
    assert found["Pearson, all cells"] < 0.95


def test_equal_values_share_a_rank() -> None:
    """Stock of 0 0 1 1 and sales of 0 1 0 1 in turn: nothing goes together."""
    found = values(associate(np.tile([0.0, 0, 1, 1], 18), np.tile([0.0, 1, 0, 1], 18), STORE_PRODUCT, MONTH))
    assert found["Pearson, all cells"] == found["Spearman, all cells"] == 0


def test_stores_that_stock_what_sells_are_not_shops_that_sell_what_they_stock() -> None:
    """Across stores more stock goes with more sales; within each one a month of more stock sells less."""
    level = 100.0 * STORE_PRODUCT
    swing = np.where((MONTH + STORE_PRODUCT) % 2 == 0, 1.0, -1.0)
    found = values(associate(level + swing, level - 3 * swing, STORE_PRODUCT, MONTH))
    assert found["Pearson, all cells"] > 0.99
    assert found[WITHIN] == -1


def test_a_season_that_all_share_is_taken_out() -> None:
    """Everybody stocks and sells more in December. That alone is no association within a month."""
    rng = np.random.default_rng(5)
    season = 50.0 * MONTH
    x, y = (season + rng.normal(size=len(MONTH)) for _ in "xy")
    found = values(associate(x, y, STORE_PRODUCT, MONTH))
    assert found["Pearson, all cells"] > 0.99
    assert abs(found[WITHIN] or 0) < 0.3


def test_bins_hold_the_mean_sales_at_a_level_of_stock() -> None:
    """Seventy-two cells with stock 0 … 71 in twelve bins of six; sales are twice the stock."""
    found = associate(CELLS, 2 * CELLS, STORE_PRODUCT, MONTH)
    assert found["bin_x"][0] == pytest.approx(np.mean(range(6)))
    assert len(found["bin_x"]) == 12
    assert found["bin_y"] == pytest.approx([2 * x for x in found["bin_x"]])
    assert found["bin_x"] == sorted(found["bin_x"])


def test_bins_of_stock_with_two_levels_are_two_at_most() -> None:
    x = np.where(CELLS < 36, 0.0, 10.0)
    found = associate(x, np.where(CELLS < 36, 1.0, 4.0), STORE_PRODUCT, MONTH)
    assert sum(found["bin_x"]) / len(found["bin_x"]) <= 10
    assert found["bin_y"][-1] <= 4


# --- what cannot be said ---------------------------------------------------------------


def test_too_few_series_give_no_coefficient() -> None:
    few = STORE_PRODUCT < FEWEST_SERIES - 1
    found = associate(CELLS[few], CELLS[few], STORE_PRODUCT[few], MONTH[few])
    assert (found["coefficients"], found["series"], found["n"]) == ([], 9, 54)
    assert found["why"] == say(
        "No correlation: {pairs} store × product pairs with stock that varies are too few.", pairs=9
    )
    enough = STORE_PRODUCT < FEWEST_SERIES
    assert associate(CELLS[enough], CELLS[enough], STORE_PRODUCT[enough], MONTH[enough])["why"] is None


def test_no_cells_give_no_coefficient() -> None:
    none = np.array([], dtype=np.int64)
    found = associate(none.astype(float), none.astype(float), none, none)
    assert (found["coefficients"], found["n"], found["series"], found["bin_x"]) == ([], 0, 0, [])
    assert found["why"]


def test_series_are_counted_however_they_are_numbered() -> None:
    found = associate(CELLS, CELLS, 1000 * STORE_PRODUCT + 7, MONTH)
    assert (found["series"], values(found)["Pearson, all cells"]) == (12, 1)


@pytest.mark.parametrize("still", ["stock", "sales"])
def test_what_never_varies_goes_with_nothing(still: str) -> None:
    flat = np.full(len(CELLS), 7.0)
    x, y = (flat, CELLS) if still == "stock" else (CELLS, flat)
    found = associate(x, y, STORE_PRODUCT, MONTH)
    assert found["coefficients"] == []
    assert "never vary" in str(found["why"])


def test_stock_that_never_varies_within_a_series_has_no_within_correlation() -> None:
    """Every store always holds the same stock, one more than the other: within a store there is nothing to compare."""
    rng = np.random.default_rng(3)
    found = associate(1000.0 * STORE_PRODUCT, rng.normal(size=len(MONTH)), STORE_PRODUCT, MONTH)
    assert values(found)["Pearson, all cells"] is not None
    assert values(found)[WITHIN] is None


# --- within, against plain least squares -------------------------------------------------


def panel(seed: int, keep: float) -> tuple[Any, Any, Any, Any]:
    rng = np.random.default_rng(seed)
    series, time = np.repeat(np.arange(40), 18), np.tile(np.arange(18), 40)
    there = rng.random(len(series)) < keep
    series, time = np.unique(series[there], return_inverse=True)[1], time[there]
    store, season = rng.normal(scale=3, size=40)[series], rng.normal(scale=2, size=18)[time]
    x = store + season + rng.normal(size=len(series))
    return x, store - season + 0.6 * x + rng.normal(size=len(series)), series, time


@pytest.mark.parametrize("keep", [1.0, 0.8, 0.5], ids=["whole", "fifth missing", "half missing"])
def test_within_is_what_dummies_would_leave(keep: float) -> None:
    x, y, series, time = panel(seed=1, keep=keep)
    expected = np.corrcoef(residuals(x, series, time), residuals(y, series, time))[0, 1]
    assert values(associate(x, y, series, time))[WITHIN] == pytest.approx(expected, abs=0.002)


def test_within_is_what_dummies_would_leave_of_products_that_come_and_go() -> None:
    """Sixty products on sale for six months each, launched one after the other in a market that grows."""
    rng = np.random.default_rng(8)
    launch = rng.integers(0, 30, size=60)
    series, time = np.repeat(np.arange(60), 6), (launch[:, None] + np.arange(6)).ravel()
    x = rng.normal(scale=3, size=60)[series] + 0.5 * time + rng.normal(size=len(series))
    y = -0.5 * time + 0.5 * x + rng.normal(size=len(series))
    expected = np.corrcoef(residuals(x, series, time), residuals(y, series, time))[0, 1]
    assert expected > 0.3
    assert values(associate(x, y, series, time))[WITHIN] == pytest.approx(expected, abs=0.02)


# --- intervals ---------------------------------------------------------------------------


def clustered(rng: np.random.Generator, rho: float, series: int = 40, months: int = 12) -> tuple[Any, Any, Any, Any]:
    """Cells of one series share most of their level; stock and sales correlate by rho at both levels."""
    which, time = np.repeat(np.arange(series), months), np.tile(np.arange(months), series)
    mix = np.linalg.cholesky([[1, rho], [rho, 1]])
    x, y = 2 * (mix @ rng.normal(size=(2, series)))[:, which] + mix @ rng.normal(size=(2, len(which)))
    return x, y, which, time


@pytest.mark.parametrize("rho", [0.0, 0.6])
def test_an_interval_covers_the_truth_although_cells_of_a_series_are_alike(rho: float) -> None:
    """200 retailers of 40 series × 12 months. Fisher's interval would count 480 cells as if each told its own."""
    rng = np.random.default_rng(2)
    robust = naive = 0
    for _ in range(200):
        x, y, series, time = clustered(rng, rho)
        pearson = associate(x, y, series, time)["coefficients"][0]
        assert pearson["value"] is not None
        assert pearson["low"] is not None
        assert pearson["high"] is not None
        robust += pearson["low"] <= rho <= pearson["high"]
        naive += abs(np.arctanh(pearson["value"]) - np.arctanh(rho)) <= 1.96 / np.sqrt(len(x) - 3)
    assert 0.90 <= robust / 200 <= 0.99
    assert naive / 200 < 0.70


def test_intervals_of_independent_cells_are_fishers() -> None:
    """With nothing shared within a series, the robust interval is about as wide as the textbook's."""
    rng = np.random.default_rng(4)
    x, noise = rng.normal(size=(2, 2000))
    series = np.repeat(np.arange(400), 5)
    (pearson, *_) = associate(x, 0.5 * x + noise, series, np.tile(np.arange(5), 400))["coefficients"]
    r, low, high = pearson["value"], pearson["low"], pearson["high"]
    assert r is not None
    assert low is not None
    assert high is not None
    assert low < r < high
    assert np.arctanh(high) - np.arctanh(low) == pytest.approx(2 * 1.96 / np.sqrt(2000 - 3), rel=0.15)
