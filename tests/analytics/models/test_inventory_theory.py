"""Closed forms against published numbers and against the definitions that they shorten.

Published: the worked examples and problems of Snyder & Shen, Fundamentals of Supply Chain Theory (2nd ed.), with the
digits of the tests of stockpyl 1.0.2 (tests/test_newsvendor.py, test_rq.py, test_ss.py, test_loss_functions.py), and
table 1 of Zheng & Federgruen (1991).
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.models.inventory_theory import (
    Costs,
    base_stock_cycle_service,
    base_stock_fill_rate,
    critical_ratio,
    demand_cdf,
    demand_pmf,
    demand_quantile,
    loss,
    newsvendor,
    newsvendor_cost,
    newsvendor_normal,
    normal_loss,
    normal_second_loss,
    rq_cost,
    rq_cost_normal,
    rq_fill_rate,
    ss_cost,
    ss_fill_rate,
)

REL = 1e-6
NEWSPAPERS = Costs(holding=0.18, shortage=0.70)
MEANS, DISPERSIONS = st.floats(0.05, 60), st.one_of(st.just(1.0), st.floats(1.01, 6))


def test_newsvendor_with_normal_demand_is_that_of_the_book() -> None:
    """Example 4.3: 50 ± 8 papers a day; example 4.4: five days at once; problem 4.1."""
    assert newsvendor_normal(50, 8, NEWSPAPERS) == pytest.approx((56.60395592743389, 1.9976051931766445), rel=REL)
    five_days = newsvendor_normal(250, 8 * np.sqrt(5), NEWSPAPERS)
    assert five_days == pytest.approx((264.7668943741548, 4.466781004149578), rel=REL)
    assert newsvendor_normal(900, 60, Costs(43, 79)) == pytest.approx((922.7214038234755, 2718.196781782411), rel=REL)


def test_a_level_that_is_not_the_best_costs_what_the_book_says() -> None:
    assert newsvendor_cost(40, 50, normal_loss(40, 50, 8), NEWSPAPERS) == pytest.approx(7.356131552870388, rel=REL)
    assert newsvendor_cost(5, 6, loss(5, 6), Costs(1, 4)) == pytest.approx(6.590296024616344, rel=REL)
    assert newsvendor_cost(13, 18, loss(13, 18), Costs(200, 270)) == pytest.approx(1445.751062891969, rel=REL)


def test_newsvendor_with_poisson_demand_is_that_of_the_book() -> None:
    """Example 4.7 without its fixed cost; problem 4.8a; the example of stockpyl's documentation."""
    assert newsvendor(6, 1, Costs(1, 4)) == pytest.approx((8, 3.570106945770946), rel=REL)
    assert newsvendor(18, 1, Costs(200, 270)) == pytest.approx((19, 786.0884409351115), rel=REL)
    assert newsvendor(50, 1, NEWSPAPERS) == pytest.approx((56, 1.797235211809178), rel=REL)


def test_normal_losses_are_those_of_the_book() -> None:
    published = [1.436668142708465, 0.266761242117210, 2.672490952231408e-04]
    assert normal_loss(np.array([-1.4, 0.3, 3.1]), 0, 1) == pytest.approx(published, rel=REL)
    assert normal_loss(11.0, 8, 3) == pytest.approx(0.249946411763059, rel=REL)
    assert normal_loss(10.5, 15, 5) == pytest.approx(5.002155685433356, rel=REL)


def test_poisson_and_negative_binomial_losses_are_those_of_the_book() -> None:
    assert loss(220, 200) == pytest.approx(0.536005857158494, rel=REL)
    assert loss(5, 7) == pytest.approx(2.292599516747219, rel=REL)
    assert loss(11, 7) == pytest.approx(0.102799704109245, rel=REL)
    assert loss(14, 70 / 3, 10 / 3) == pytest.approx(9.740089476453932, rel=REL)  # mean 23.33, SD 8.819
    assert loss(10, 15, 2.5) == pytest.approx(5.533809274622726, rel=REL)


def test_the_cost_of_r_and_q_is_that_of_the_book() -> None:
    """Example 5.1: 1,300 ± 150 a year, a month from order to delivery; example 5.8 and problem 5.2: Poisson."""
    costs, month = Costs(0.225, 7.5, 8), (1300 / 12, 150 / np.sqrt(12))
    assert rq_cost_normal(126.8, 328.5, costs, 1300, month) == pytest.approx(78.071162509282942, rel=REL)
    assert rq_cost_normal(100, 250, costs, 1300, month) == pytest.approx(87.346478028174985, rel=REL)
    assert rq_cost(3, 5, Costs(20, 150, 100), 1.5, (3.0, 1.0)) == pytest.approx(107.9235806331498, rel=REL)
    assert rq_cost(8, 12, Costs(20, 150, 100), 1.5, (3.0, 1.0)) == pytest.approx(242.5281637662021, rel=REL)
    assert rq_cost(6, 7, Costs(4, 28, 4), 12, (6.0, 1.0)) == pytest.approx(28.241312842169155, rel=REL)
    assert rq_cost(3, 9, Costs(4, 28, 4), 12, (6.0, 1.0)) == pytest.approx(34.264154469469503, rel=REL)


def test_the_cost_of_s_and_big_s_is_that_of_the_book() -> None:
    """Example 4.7 and problem 4.31."""
    assert ss_cost(4, 10, Costs(1, 4, 5), 6) == pytest.approx(8.034111561471644, rel=REL)
    assert ss_cost(6, 18, Costs(1, 4, 5), 6) == pytest.approx(10.193798671644046, rel=REL)
    assert ss_cost(4, 10, Costs(40, 125, 150), 4) == pytest.approx(262.2755613772775, rel=REL)
    assert ss_cost(2, 7, Costs(40, 125, 150), 4) == pytest.approx(223.5748295669688, rel=REL)


@pytest.mark.parametrize(
    ("mean", "point", "level", "cost"),
    [(10, 6, 40, 35.022), (15, 10, 49, 42.698), (20, 14, 62, 49.173), (25, 19, 56, 54.262), (64, 55, 74, 78.402)],
)
def test_the_cost_of_s_and_big_s_is_that_of_zheng_and_federgruen(
    mean: int, point: int, level: int, cost: float
) -> None:
    assert ss_cost(point, level, Costs(1, 9, 64), mean) == pytest.approx(cost, abs=0.0006)  # three digits are printed


def test_a_unit_that_brings_three_times_what_it_costs_to_hold_is_stocked_for_three_days_in_four() -> None:
    assert critical_ratio(np.array([3.0, 0.0]), 1.0).tolist() == [0.75, 0.0]


def test_a_dispersion_of_one_is_poisson_and_the_limit_of_what_is_just_above() -> None:
    """P(D ≤ 1) with mean 2 is 3·e⁻²."""
    assert demand_cdf(1, 2.0) == pytest.approx(3 * np.exp(-2), rel=1e-12)
    assert demand_cdf(1.9, 2.0) == demand_cdf(1, 2.0)
    assert demand_cdf(-1, 2.0) == 0
    assert demand_cdf(1, 2.0, 1.00001) == pytest.approx(demand_cdf(1, 2.0), rel=1e-4)
    assert loss(3, 2.0, 1.00001) == pytest.approx(loss(3, 2.0), rel=1e-3)


@given(MEANS, DISPERSIONS)
def test_probabilities_make_the_mean_the_dispersion_and_the_losses(mean: float, dispersion: float) -> None:
    """Σ p = 1, Σ k·p = μ, Σ (k − μ)²·p = φ·μ, and n(x) = Σ (k − x)⁺·p."""
    k = np.arange(3_000)
    p = demand_pmf(k, mean, dispersion)
    assert p.sum() == pytest.approx(1, abs=1e-9)
    assert k @ p == pytest.approx(mean, rel=1e-8)
    assert (k - mean) ** 2 @ p == pytest.approx(dispersion * mean, rel=1e-7)
    assert np.cumsum(p)[:50] == pytest.approx(demand_cdf(k[:50], mean, dispersion), abs=1e-9)
    x = np.arange(0, 80, 7)
    defined = [np.maximum(k - level, 0) @ p for level in x]
    assert loss(x, mean, dispersion) == pytest.approx(defined, abs=1e-8)
    assert loss(-2, mean, dispersion) == pytest.approx(mean + 2)


@given(st.floats(0, 0.9999), MEANS, DISPERSIONS)
def test_a_quantile_is_the_least_level_that_reaches_its_probability(q: float, mean: float, dispersion: float) -> None:
    level = demand_quantile(q, mean, dispersion)
    assert demand_cdf(level, mean, dispersion) >= q
    assert level == 0 or demand_cdf(level - 1, mean, dispersion) < q


def test_quantiles_of_many_are_those_of_each() -> None:
    means, q = np.array([0.0, 0.3, 4.0, 900.0]), np.array([[0.5], [0.99]])
    together = demand_quantile(q, means, 1.7)
    assert together.shape == (2, 4)
    assert together.tolist() == [[float(demand_quantile(p, m, 1.7)) for m in means] for p in (0.5, 0.99)]
    assert together[:, 0].tolist() == [0, 0]


def test_the_second_loss_is_what_is_left_of_the_integral_of_the_first() -> None:
    y = np.linspace(11, 80, 200_001)
    assert normal_second_loss(11.0, 8, 3) == pytest.approx(np.trapezoid(normal_loss(y, 8, 3), y), rel=1e-8)


def test_base_stock_serves_by_cycle_and_by_unit() -> None:
    """Without lead time a cycle starts full: 4 in stock against Poisson demand of mean 2 leave n(4) unserved of 2."""
    assert base_stock_cycle_service(4, 2.0, 1.0, (0, 1)) == pytest.approx(demand_cdf(4, 2.0))
    assert base_stock_fill_rate(4, 2.0, 1.0, (0, 1)) == pytest.approx(1 - loss(4, 2.0) / 2)
    later = base_stock_fill_rate(np.array([4, 6, 8]), 2.0, 1.0, (1, 1))
    assert later[0] < base_stock_fill_rate(4, 2.0, 1.0, (0, 1))
    assert (np.diff(later) > 0).all()


def test_base_stock_fill_rate_is_what_a_long_life_with_backorders_shows() -> None:
    """200,000 periods: ordered at the start, delivered two periods later, who waits is served first."""
    rng = np.random.default_rng(3)
    demand, level, lead = rng.negative_binomial(4 / 0.5, 1 / 1.5, 200_000), 15, 2
    total = np.concatenate([[0], np.cumsum(demand)])
    end = np.arange(lead + 1, len(total))
    waiting_after = np.maximum(total[end] - total[end - lead - 1] - level, 0)
    waiting_before = np.maximum(total[end - 1] - total[end - lead - 1] - level, 0)
    served = 1 - (waiting_after - waiting_before).sum() / demand[lead:].sum()
    assert base_stock_fill_rate(level, 4.0, 1.5, (lead, 1)) == pytest.approx(served, abs=0.002)
    cycles = (total[end] - total[end - lead - 1] <= level).mean()
    assert base_stock_cycle_service(level, 4.0, 1.5, (lead, 1)) == pytest.approx(cycles, abs=0.005)


def test_ordering_one_by_one_is_base_stock() -> None:
    """Q = 1 at r keeps the position at r + 1; the fill rate is P(lead time demand ≤ r)."""
    assert rq_fill_rate(3, 1, 2.0) == pytest.approx(demand_cdf(3, 2.0))
    assert rq_fill_rate(3, 6, 2.0) == pytest.approx(np.mean(demand_cdf(np.arange(3, 9), 2.0)))


def test_the_fill_rate_of_s_and_big_s_is_what_a_long_life_shows() -> None:
    rng = np.random.default_rng(5)
    demand, position, unserved = rng.poisson(6, 200_000), 10, 0
    for wanted in demand.tolist():
        position = 10 if position <= 4 else position
        unserved += max(wanted - position, 0)
        position -= wanted
    assert ss_fill_rate(4, 10, 6) == pytest.approx(1 - unserved / demand.sum(), abs=0.002)
    assert ss_fill_rate(9, 10, 6) == pytest.approx(1 - loss(10, 6) / 6)
