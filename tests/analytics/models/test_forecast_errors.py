"""Scores of forecasts where shelves ran empty, and the spread that past errors tell, by hand."""

import numpy as np
import pytest

from analytics.models.forecast_errors import (
    KINDS,
    Outcome,
    Spread,
    Trial,
    dispersion_of,
    expected,
    held,
    quantile_loss,
    spread_of,
    variance_of,
)
from benchmarks.models.worlds import every

SHELVES = every(8, np.zeros(20, dtype=np.int64))


def trial(mean: float, sold: object, supply: object, dispersion: float = 1.5) -> Trial:
    """One month of one store with a product for each entry."""
    units, stock = (np.asarray(a, dtype=np.float64)[None, :] for a in (sold, supply))
    return Trial(
        np.full(units.shape, mean),
        Outcome(units, stock, units >= stock, np.ones(units.shape, dtype=np.bool_)),
        dispersion,
    )


def test_the_loss_is_that_of_the_deciles() -> None:
    """Mean 1e-9: every decile is 0. Two sold: 2 · mean of level · 2 = 2 · 0.5 · 2 = 2."""
    assert quantile_loss(trial(1e-9, [2, 0], [9, 9]), 1.5).ravel() == pytest.approx([2, 0])


def test_a_shelf_that_could_sell_two_is_not_expected_to_sell_a_hundred() -> None:
    """Forecast at the supply, all of it sold: nothing was wrong, and nothing is filled in."""
    assert quantile_loss(trial(100.0, [2], [2]), 1.5).sum() == 0
    assert quantile_loss(trial(100.0, [2], [200]), 1.5).sum() > 50


def test_the_truth_scores_best_though_shelves_hide_demand() -> None:
    """Demand of 3 on shelves of 0 to 5: means of 2 and 4.5 lose to 3, where scoring shelves in stock would take 2."""
    rng = np.random.default_rng(4)
    demand, supply = rng.poisson(3.0, 20_000), rng.integers(0, 6, 20_000)
    sold = np.minimum(demand, supply)
    loss = {mean: quantile_loss(trial(mean, sold, supply), 1.01).sum() for mean in (2.0, 3.0, 4.5)}
    assert min(loss, key=lambda mean: loss[mean]) == 3.0
    stocked = sold < supply
    naive = {mean: np.abs(sold[stocked] - mean).sum() for mean in (2.0, 3.0)}
    assert naive[2.0] < naive[3.0]


def test_unknown_months_do_not_count() -> None:
    found = trial(3.0, [2, 2], [9, 9])
    hidden = found._replace(outcome=found.outcome._replace(known=np.array([[True, False]])))
    assert quantile_loss(hidden, 1.5)[0, 1] == 0
    assert expected(hidden, np.full(2, 1.5)).sales[0, 1] == 0


def test_expected_sales_are_what_the_shelf_allows() -> None:
    """An ample shelf sells the mean, moves with it, and varies by φ·μ; an empty one sells nothing."""
    found = expected(trial(4.0, [4, 0], [1000, 0]), np.full(2, 2.0))
    assert found.sales.ravel() == pytest.approx([4, 0], abs=1e-6)
    assert found.slope.ravel() == pytest.approx([4, 0], rel=0.02)
    assert found.variance.ravel() == pytest.approx([8, 0])


def test_the_dispersion_of_counts_is_found_through_empty_shelves() -> None:
    rng = np.random.default_rng(5)
    demand = rng.negative_binomial(4 / (2.5 - 1), 1 / 2.5, 20_000)  # mean 4, variance 10
    supply = rng.integers(1, 12, 20_000)
    assert dispersion_of([trial(4.0, np.minimum(demand, supply), supply)]) == pytest.approx(2.5, rel=0.05)


def test_variances_of_sums_by_hand() -> None:
    """Two stores × two products of mean 10 and φ = 2; all share 1 %, stores 4 %.

    Chance 4 · 20 = 80; all (40)² · .01 = 16; stores 2 · (20)² · .04 = 32. Of one store: 40 + 4 + 16.
    """
    shelves = every(2, np.zeros(2, dtype=np.int64))
    moved, chance = np.full(4, 10.0), np.full(4, 20.0)
    shared = np.array([0.01, 0, 0.04, 0, 0])
    assert variance_of(chance, moved, np.zeros(4, dtype=np.int64), shelves, shared) == pytest.approx([128])
    assert variance_of(chance, moved, np.array([0, 0, 1, -1]), shelves, shared) == pytest.approx([60, 20 + 1 + 4])


def world(seed: int, store_error: float) -> list[Trial]:
    """Four trials of 3 months × 8 stores × 20 products of mean 6; stores are off by `store_error` (log SD)."""
    rng = np.random.default_rng(seed)
    trials = []
    for _ in range(4):
        mean = np.full((3, 160), 6.0)
        off = np.repeat(rng.normal(0, store_error, 8) if store_error else np.zeros(8), 20)
        sold = rng.poisson(mean * np.exp(off)).astype(np.float64)
        ample = np.full(sold.shape, 1000.0)
        out, known = (np.full(sold.shape, value) for value in (False, True))
        trials.append(Trial(mean, Outcome(sold, ample, out, known), 1.01))
    return trials


def test_errors_that_stores_share_are_told_from_chance() -> None:
    found = spread_of(world(1, 0.2), np.array([1.01]), SHELVES)
    store = KINDS.index("store")
    assert np.sqrt(found.whole[store]) == pytest.approx(0.2, rel=0.35)
    none = spread_of(world(2, 0.0), np.array([1.01]), SHELVES)
    assert np.sqrt(none.whole[store]) < 0.04


def test_intervals_hold_about_as_often_as_they_say() -> None:
    counts = np.zeros(2)
    for seed in range(6):
        *earlier, last = world(seed, 0.2)
        found = held(last, spread_of(earlier, np.array([1.01]), SHELVES), SHELVES)
        counts += found["sums"], found["sums_n"]
        assert found["shelves_n"] == 4 * 160
    assert 0.75 < counts[0] / counts[1] < 0.95


def test_without_shared_errors_sums_are_too_sure() -> None:
    """The same forecasts with chance alone: that is why shared errors are measured."""
    *_, last = world(1, 0.4)
    sure = Spread(np.array([1.01]), np.zeros(5), np.zeros(5))
    found = held(last, sure, SHELVES)
    assert found["sums"] / found["sums_n"] < 0.7
