"""BG/NBD and Gamma-Gamma against published parameters, and against customers whose parameters are known."""

from collections.abc import Callable

import numpy as np
import pytest

from analytics.models.purchase_counts import History, PurchaseCounts
from analytics.models.purchase_values import PurchaseValues
from benchmarks.models import spend

TRUE = PurchaseCounts(r=0.8, alpha=6.0, a=1.5, b=4.0)
WEEKS, AHEAD = 52.0, 26.0


def simulated(n: int, seed: int = 3) -> tuple[History, np.ndarray]:
    """Customers drawn from TRUE: their past of WEEKS, and how often they buy in the AHEAD that follow."""
    rng = np.random.default_rng(seed)
    rate, leaves = rng.gamma(TRUE.r, 1 / TRUE.alpha, n), rng.beta(TRUE.a, TRUE.b, n)
    time, repeats, last, after, active = np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n), np.ones(n, dtype=bool)
    while (active & (time < WEEKS + AHEAD)).any():
        time = time + rng.exponential(1 / rate)
        early, late = active & (time <= WEEKS), active & (time > WEEKS) & (time <= WEEKS + AHEAD)
        repeats, after, last = repeats + early, after + late, np.where(early, time, last)
        active &= (rng.random(n) >= leaves) & (time < WEEKS + AHEAD)
    return History(repeats, last, np.full(n, WEEKS)), after


def test_the_parameters_of_simulated_customers_are_found() -> None:
    found = PurchaseCounts.fit(simulated(100_000)[0])
    assert found == pytest.approx(TRUE, rel=0.2)


def test_expected_purchases_and_chances_are_those_that_come() -> None:
    """100,000 customers: sums within 4 %, shares of buyers within 2 points, for the silent and the faithful."""
    history, after = simulated(100_000)
    for group in (history.repeats == 0, history.repeats == 2, history.repeats >= 5, history.last > 40):
        known = History(*(values[group] for values in history))
        assert TRUE.expected(known, AHEAD).sum() == pytest.approx(after[group].sum(), rel=0.04)
        assert TRUE.buys(known, AHEAD).mean() == pytest.approx((after[group] > 0).mean(), abs=0.02)


def test_slopes_are_those_of_the_likelihood() -> None:
    """Against differences of 1e-6 of each parameter, for customers with and without repeats."""
    history, _ = simulated(200)
    bought, worth = history.repeats + 1, np.random.default_rng(1).gamma(3, 10, 200)

    def slope(at: Callable[[np.ndarray], np.ndarray], where: tuple[float, ...]) -> np.ndarray:
        steps = 1e-6 * np.eye(len(where))
        return np.stack([(at(where + step) - at(where - step)) / 2e-6 for step in steps])

    counts, values = TRUE, PurchaseValues(6.0, 4.0, 15.0)
    differences = slope(lambda at: PurchaseCounts(*at).log_likelihood(history), counts)
    assert counts.slopes(history) == pytest.approx(differences, abs=1e-5)
    differences = slope(lambda at: PurchaseValues(*at).log_likelihood(bought, worth), values[:3])
    assert values.slopes(bought, worth) == pytest.approx(differences, abs=1e-5)


def test_who_bought_often_and_then_no_more_has_left() -> None:
    history = History(np.array([20.0, 20.0, 0.0]), np.array([10.0, 51.0, 0.0]), np.full(3, WEEKS))
    silent, faithful, unknown = TRUE.active(history)
    assert silent < 0.01
    assert faithful > 0.9
    assert unknown == 1.0


def test_few_purchases_are_drawn_towards_the_mean_of_all() -> None:
    """p = 6, q = 4, γ = 15: the mean is p·γ/(q − 1) = 30. One purchase of 90 says 50, twenty say 89 and more."""
    values = PurchaseValues(6.0, 4.0, 15.0)
    none, one, twenty = values.expected(np.array([0.0, 1.0, 20.0]), np.array([0.0, 90.0, 90.0]))
    assert none == pytest.approx(30.0)
    assert one == pytest.approx(6 * 105 / 9)
    assert twenty == pytest.approx(6 * 1815 / 123)


@pytest.mark.skipif(not spend.CDNOW.exists(), reason="the public data are not here")
def test_published_parameters_are_met() -> None:
    """Fader, Hardie & Lee (2005) and Fader & Hardie (2013), to two decimals."""
    assert all(goal.passed for goal in spend._published())
