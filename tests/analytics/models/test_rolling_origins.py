"""Who is chosen, on what, and what is said where there is too little to choose by."""

import numpy as np
import pytest

from analytics.models.demand import estimate
from analytics.models.demand_ahead import before
from analytics.models.ledger import Ledger
from analytics.models.rolling_origins import METHODS, forecast
from benchmarks.models.worlds import whole
from tests.analytics.models.ledgers import poisson_world, steady, with_cells


def no_trees(*_: object) -> None:
    return None


@pytest.fixture(scope="module")
def noisy() -> Ledger:
    return poisson_world(seed=7, months=36, supply=3.0)[0]


def test_the_model_beats_a_baseline_that_repeats_noise(noisy: Ledger) -> None:
    found = forecast(estimate(noisy), no_trees)
    assert (found.first, found.contest.tested, found.contest.chosen_by) == (36, 33, 3)
    assert [METHODS[m] for m in found.contest.method] == ["multiplicative"] * 4
    whole = found.contest.scores[0]
    model, trees, baseline = whole["wql"]
    assert trees is None
    assert whole["used"] == model
    assert model < 0.95 * baseline
    assert whole["n"] == 3 * 6 * 20
    assert [score["category"] for score in found.contest.scores] == [None, 0, 1, 2, 3]


def test_the_baseline_is_kept_where_it_is_right() -> None:
    """Products with a calendar of their own, the same every year: repeating the last year makes no error."""
    rng = np.random.default_rng(1)
    year = rng.integers(0, 30, (12, 3, 40)).astype(np.float64)
    sold = np.tile(year, (3, 1, 1))
    stock = np.full(sold.shape, 500.0)
    ledger = whole(np.zeros(40, dtype=np.int64), opening=stock, received=sold, sold=sold, closing=stock, dispersion=1.5)
    found = forecast(estimate(ledger))
    assert [METHODS[m] for m in found.contest.method] == ["baseline"]
    assert found.mean.tolist() == year[:3].reshape(3, 120).tolist()
    assert found.contest.scores[0]["wql"][2] == found.contest.scores[0]["used"]


def test_trees_are_chosen_where_they_are_better(noisy: Ledger) -> None:
    """A challenger that knows the truth: the mean of all that is ever sold of a pair."""
    truth = noisy.units.mean(axis=0)
    found = forecast(estimate(noisy), lambda series, horizon: np.tile(truth, (horizon, 1)))
    assert "trees" in {METHODS[m] for m in found.contest.method}


def test_the_last_origin_has_no_say(noisy: Ledger) -> None:
    """Other last months change the published error, but neither the choice nor the spread."""
    wild = with_cells(noisy, np.s_[33:], sold=40.0, closing=40.0)
    one, other = forecast(estimate(noisy), no_trees), forecast(estimate(wild), no_trees)
    assert one.contest.method.tolist() == other.contest.method.tolist()
    assert one.contest.spread.month.tolist() == other.contest.spread.month.tolist()
    assert one.contest.scores[0]["before"] == other.contest.scores[0]["before"]
    assert one.contest.scores[0]["wql"] != other.contest.scores[0]["wql"]


def test_of_very_many_shelves_those_of_some_stores_judge_and_all_are_told_of(noisy: Ledger) -> None:
    """Six stores of 20 products; 50 shelves are those of two stores, drawn by lot."""
    found, all_of_them = (forecast(estimate(noisy), no_trees, most) for most in (50, 120))
    assert [f.contest.scores[0]["n"] for f in (found, all_of_them)] == [3 * 2 * 20, 3 * 6 * 20]
    assert found.contest.held["shelves_n"] == 4 * 2 * 20
    assert found.mean.tolist() == all_of_them.mean.tolist()


def test_stores_are_drawn_whole_and_at_least_one(noisy: Ledger) -> None:
    two, one = (noisy.of_some_stores(most) for most in (59, 1))
    assert [len(np.unique(some.shelves.store)) for some in (two, one)] == [2, 1]
    assert np.bincount(two.shelves.store).max() == len(one.shelves) == 20
    mine = np.isin(noisy.shelves.store, two.shelves.store)
    assert two.sold.tolist() == noisy.sold[:, mine].tolist()
    assert noisy.of_some_stores(120) is noisy


@pytest.mark.parametrize(
    ("months", "tested", "chosen_by"), [(12, None, 0), (15, None, 0), (18, 15, 1), (24, 21, 3), (36, 33, 3)]
)
def test_short_histories_do_what_they_can(noisy: Ledger, months: int, tested: int | None, chosen_by: int) -> None:
    found = forecast(estimate(before(noisy, months)), no_trees)
    assert (found.contest.tested, found.contest.chosen_by) == (tested, chosen_by)
    assert np.isfinite(found.mean).any()
    assert (found.contest.spread is None) == (tested is None)
    assert bool(found.contest.scores) == (tested is not None)


def test_too_short_a_history_says_so(noisy: Ledger) -> None:
    found = forecast(estimate(before(noisy, 11)))
    assert found.why is not None
    assert "needs {least} months" in found.why["text"]
    assert np.isnan(found.mean).all()


@pytest.mark.parametrize("sold", [0.0, 4.0])
def test_one_store_and_one_product(sold: float) -> None:
    found = forecast(estimate(steady(months=24, stores=1, products=1, sold=sold)))
    assert (found.why is None) == (sold > 0)
    if sold:
        assert found.mean == pytest.approx(np.full((3, 1), 4.0), rel=0.05)


def test_a_month_that_is_not_counted_yet_is_forecast(noisy: Ledger) -> None:
    """The last month has sales but no counts: the forecast begins there."""
    found = forecast(estimate(with_cells(noisy, np.s_[35:], closing=np.nan)), no_trees)
    assert (found.first, found.contest.tested) == (35, 32)


def test_what_is_always_out_has_no_number() -> None:
    ledger = with_cells(poisson_world(seed=7, months=24, supply=3.0)[0], np.s_[:, 0, 0], closing=0.0)
    found = forecast(estimate(ledger), no_trees)
    assert found.thin.sum() == found.thin[0] == 1
    assert np.isnan(found.mean[:, 0]).all()
