"""The simulated year against years lived by hand, against plain Python, and against exact solutions."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import nbinom

from analytics.models.inventory_theory import base_stock_fill_rate, demand_pmf
from analytics.models.stock_simulation import SLOT_DAYS, Policy, affordable_runs, draw, simulate
from analytics.models.stocked_items import MONTH_DAYS, Items, level_behind, protection
from tests.analytics.models.shelves import draws_of, grocery, items, lived


def policy(given: Items, **changes: float) -> Policy:
    return replace(Policy(given.level, given.lead_time_days, given.review_days), **changes)


def test_a_year_of_jam_by_hand() -> None:
    """Three jars at each month's start; 1, 0, 1 and 2 are wanted in its weeks: the last week sells the last jar.

    Stock of the weeks: 3 → 2 (2.5 on average), 2, 2 → 1 (1.5), and 1 jar for 2 wanted, gone after a third of the week.
    """
    corner = items([4], [3])
    year = simulate(policy(corner), draws_of([[1, 0, 1, 2]]))
    assert (year.demand.item(), year.sold.item(), year.received.item()) == (48, 36, 36)
    assert (year.opening.item(), year.closing.item(), year.empty.item()) == (0, 0, 12)
    assert year.stock.item() == pytest.approx((2.5 + 2 + 1.5 + 1 / 3) / 4)
    assert year.unavailable.item() == pytest.approx((2 / 3) / 4)


def test_a_delivery_a_week_late_loses_what_is_wanted_before_it() -> None:
    """Ordered on the first, there a week later. One is wanted each week: the shelf is empty in each month's first."""
    corner = items([4], [3], lead_time_days=[SLOT_DAYS])
    year = simulate(policy(corner), draws_of([[1, 1, 1, 1]]))
    assert (year.sold.item(), year.empty.item()) == (36, 12)
    assert year.unavailable.item() == pytest.approx((1 + 0 + 0 + 0.5) / 4)  # the last jar goes in the middle of a week


def test_a_month_without_delivery_sells_what_was_left() -> None:
    """Six jars for four a month: two are left. A January without delivery sells two of the four wanted."""
    draws = draws_of([[1, 1, 1, 1]])
    draws.failed[4] = True
    assert simulate(policy(items([4], [6])), draws).sold.item() == 2 + 11 * 4


def test_nothing_is_ordered_while_there_is_more_than_the_level() -> None:
    """Level 8 in January, 2 afterwards, one sold a month: from August on, one is ordered five times."""
    corner = items([1], [2])
    corner.level[0] = 8
    year = simulate(policy(corner), draws_of([[1, 0, 0, 0]]))
    assert year.received.item() == (8 - 1) + 5
    assert year.sold.item() == 12


def test_broken_levels_are_rounded_up_as_often_as_they_say() -> None:
    corner = items([50] * 400, [2.25] * 400)
    year = simulate(policy(corner), draw(corner, 20, seed=4))
    assert year.received.mean() / 12 == pytest.approx(2.25, abs=0.02)
    assert set(np.unique(year.received)) == {24.0, 36.0}


@settings(deadline=None, max_examples=15)
@given(
    lead=st.integers(0, 9),
    every=st.integers(1, 9),
    seed=st.integers(0, 99),
    levels=st.lists(st.integers(0, 9), min_size=12, max_size=12),
)
def test_arrays_live_the_year_that_plain_python_lives(lead: int, every: int, seed: int, levels: list[int]) -> None:
    three = items([0.4, 2, 7], [0, 0, 0], 1.5, failure=[0.2] * 3)
    three = replace(three, level=np.array(levels, float)[:, None] * [0.5, 1, 2])
    chosen = Policy(three.level, np.full(3, lead * SLOT_DAYS), np.full(3, every * SLOT_DAYS))
    draws = draw(three, 4, seed, factors=np.ones(1))
    year = simulate(chosen, draws)
    for run, item in np.ndindex(4, 3):
        told = lived(chosen, draws, run, item)
        assert {name: getattr(year, name)[run, item] for name in told} == told


def test_lead_times_and_reviews_of_any_length_live_the_same_year_too() -> None:
    """Days that are no whole weeks, different for each item: rounded by their uniforms."""
    four = items([0.4, 2, 7, 3], [2, 4, 9, 8], lead_time_days=[3, 11, 25, 40], review_days=[7, 10, 45, 30.4375])
    draws = draw(four, 6, seed=8, factors=np.ones(1))
    year = simulate(policy(four), draws)
    for run, item in np.ndindex(6, 4):
        told = lived(policy(four), draws, run, item)
        assert {name: getattr(year, name)[run, item] for name in told} == told


def test_drawn_demand_has_the_mean_the_dispersion_and_the_season_that_were_asked_for() -> None:
    many = items([6.0] * 300, [6] * 300, 2.0)
    many.mean[11] = 12.0
    demand = draw(many, 40, seed=2).demand[4].reshape(16, 4, 40, 300).sum(axis=1)
    november, december = demand[14], demand[15]
    assert november.mean() == pytest.approx(6, rel=0.01)
    assert december.mean() == pytest.approx(12, rel=0.01)
    assert november.var() / november.mean() == pytest.approx(2.0, rel=0.03)
    expected = nbinom.pmf(np.arange(6), 6.0, 0.5)
    assert np.bincount(november.ravel())[:6] / november.size == pytest.approx(expected, abs=0.005)


def test_more_demand_is_the_same_demand_and_some_more() -> None:
    many = items([3.0] * 200, [4] * 200, 1.8)
    draws = draw(many, 20)
    assert (np.diff(draws.demand.astype(int), axis=0) >= 0).all()
    wanted = {factor: simulate(policy(many, demand=factor), draws).demand for factor in (0.5, 1.0, 1.05, 1.1, 1.5)}
    for fewer, more in ((0.5, 1.0), (1.0, 1.05), (1.05, 1.1), (1.1, 1.5)):
        assert (wanted[fewer] <= wanted[more]).all()
    assert wanted[1.05].mean() / wanted[1.0].mean() == pytest.approx(1.05, abs=0.005)
    assert wanted[1.05].var() / wanted[1.05].mean() == pytest.approx(1.8, rel=0.08)


def test_demand_that_was_not_drawn_is_refused() -> None:
    corner = items([1], [1])
    with pytest.raises(ValueError, match=r"demand must be between 0.5 and 1.5, not 2"):
        simulate(policy(corner, demand=2.0), draw(corner, 2))


def test_uncertain_means_differ_from_year_to_year_and_are_right_on_average() -> None:
    sure = items([400.0] * 50, [1] * 50, 1.0)
    unsure = replace(sure, uncertainty=np.full(50, 0.2))
    together = replace(sure, common_uncertainty=0.1)
    spread = {}
    for name, given_items in (("sure", sure), ("unsure", unsure), ("together", together)):
        year = simulate(policy(given_items), draw(given_items, 60, seed=3)).demand
        assert year.mean(axis=0) == pytest.approx(4800, rel=0.01)
        spread[name] = (year.std() / 4800, year.mean(axis=1).std() / 4800)
    assert spread["sure"] == pytest.approx((0.0144, 0.002), abs=0.001)  # √4800 ÷ 4800, and that ÷ √50
    assert spread["unsure"] == pytest.approx((0.20, 0.029), abs=0.015)
    assert spread["together"] == pytest.approx((0.10, 0.10), abs=0.02)


def test_the_same_seed_draws_the_same_years() -> None:
    some = grocery(20)
    years = [simulate(policy(some), draw(some, 5, seed)).sold for seed in (7, 7, 8)]
    assert (years[0] == years[1]).all()
    assert (years[0] != years[2]).any()


def test_lost_sales_with_a_lead_time_are_those_of_the_exact_chain() -> None:
    """Poisson demand, reviewed monthly, delivered after half a month. The stock at reviews is a Markov chain."""
    copies, mean, level = 150, 6.0, 9
    half = items([mean] * copies, [level] * copies, 1.0, lead_time_days=[MONTH_DAYS / 2] * copies)
    year = simulate(policy(half), draw(half, 96, seed=6, factors=np.ones(1)))
    simulated = year.sold.sum() / year.demand.sum()
    exact, on_shelf = exact_half_month(mean, level)
    assert simulated == pytest.approx(exact, abs=0.002)
    assert (year.closing.mean(), year.closing.var()) == pytest.approx(on_shelf, abs=0.05)
    assert simulated > base_stock_fill_rate(level, mean, 1.0, (0.5, 1))  # who waits takes away from the next delivery


def exact_half_month(mean: float, level: int) -> tuple[float, tuple[float, float]]:
    """Fill rate, and mean and variance of the stock at reviews, from the stationary distribution of the chain."""
    p = demand_pmf(np.arange(200), mean / 2)
    move, unserved = np.zeros((level + 1, level + 1)), np.zeros(level + 1)
    for stock in range(level + 1):
        for first in range(60):
            there = max(stock - first, 0) + level - stock
            for second in range(60):
                chance = p[first] * p[second]
                move[stock, max(there - second, 0)] += chance
                unserved[stock] += chance * (max(first - stock, 0) + max(second - there, 0))
    share = np.linalg.matrix_power(move, 200)[0]
    stocks = np.arange(level + 1)
    average = share @ stocks
    return 1 - share @ unserved / mean, (average, share @ (stocks - average) ** 2)


def test_items_and_draws_of_some_are_those_of_all() -> None:
    all_items = grocery(30)
    draws, chosen = draw(all_items, 6), np.array([3, 17, 4])
    some = simulate(policy(all_items.only(chosen)), draws.only(chosen)).sold
    every = simulate(policy(all_items), draws).sold
    assert (some == every[:, chosen]).all()
    assert (simulate(policy(all_items), draws.fewer(2)).sold == every[:2]).all()


def test_no_items_are_no_trouble() -> None:
    none = grocery(5).only(np.zeros(5, dtype=bool))
    assert simulate(policy(none), draw(none, 3)).sold.shape == (3, 0)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"mean": np.ones((3, 2))}, r"mean must have the shape \(12, 2\), not \(3, 2\)"),
        ({"price": np.ones(3)}, r"price must have the shape \(2,\), not \(3,\)"),
        ({"dispersion": np.array([1.0, 0.5])}, "dispersion must be between 1 and 1000 everywhere"),
        ({"level": np.full((12, 2), np.nan)}, "level must be between 0 and 1e.09 everywhere"),
        ({"substitution": np.array([0.2, 1.2])}, "substitution must be between 0 and 1 everywhere"),
        ({"holding_rate": -0.1}, "holding_rate must be between 0 and 5 everywhere"),
    ],
)
def test_items_that_cannot_be_are_refused(wrong: dict[str, np.ndarray], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(items([1, 2], [3, 4]), **wrong).checked()


def test_years_are_as_many_as_a_click_may_cost() -> None:
    assert [affordable_runs(n) for n in (0, 100, 1_500, 2_048, 10**6)] == [96, 96, 20, 14, 8]


def test_an_order_has_to_last_for_lead_time_and_review_period() -> None:
    """30.4375 days a month: half a month to deliver and one to the next order are 1.5 months of 8 units, φ = 2."""
    mean, sd = protection(np.full((12, 1), 8.0), np.array([2.0]), np.array([MONTH_DAYS / 2]), np.array([MONTH_DAYS]))
    assert mean[0, 0] == pytest.approx(12)
    assert sd[0, 0] == pytest.approx(np.sqrt(24))


def test_a_shelf_of_ten_after_half_a_month_of_waiting_was_ordered_for_fourteen() -> None:
    assert level_behind(np.full((12, 1), 10.0), np.full((12, 1), 8.0), np.array([MONTH_DAYS / 2]))[0, 0] == 14
