"""The fit with an effect for each customer and month, where the answer is known."""

import numpy as np
import pytest

from analytics.models.two_way_poisson import Fit, Panel, fit

CUSTOMERS, MONTHS = 40, 18


def panel(counts: np.ndarray, *x: np.ndarray, told: np.ndarray | None = None, stores: int = 8) -> Panel:
    store = np.broadcast_to((np.arange(len(counts)) % stores)[:, None], counts.shape)
    month = np.broadcast_to(np.arange(counts.shape[1]), counts.shape)
    told = np.ones(counts.shape, dtype=np.bool_) if told is None else told
    return Panel(counts.astype(np.float64), told, np.stack(x), (store, month))


def found(asked: Panel) -> Fit:
    fitted = fit(asked)
    assert fitted is not None
    return fitted


def world(seed: int, beta: float) -> tuple[np.ndarray, np.ndarray]:
    """Means with effects of both, and a regressor that goes along with both of them."""
    rng = np.random.default_rng(seed)
    customer, month = rng.gamma(1.2, 2, CUSTOMERS), 1 + 0.5 * np.sin(np.arange(MONTHS))
    x = rng.random((CUSTOMERS, MONTHS)) + 0.3 * customer[:, None] + 0.5 * month
    return customer[:, None] * month * np.exp(beta * x), x


@pytest.mark.parametrize("beta", [-1.0, 0.0, 0.7])
def test_exact_means_give_the_exact_effect(beta: float) -> None:
    mean, x = world(1, beta)
    fitted = found(panel(mean, x))
    assert fitted.beta[0] == pytest.approx(beta, abs=1e-6)
    assert fitted.mean == pytest.approx(mean, rel=1e-4)


def test_two_effects_at_once() -> None:
    mean, x = world(1, 0.0)
    other = np.random.default_rng(2).random(x.shape)
    fitted = found(panel(mean * np.exp(0.4 * x - 0.8 * other), x, other))
    assert fitted.beta.tolist() == pytest.approx([0.4, -0.8], abs=1e-6)


def test_sums_of_customers_and_months_are_met() -> None:
    """The likelihood's own equations."""
    mean, x = world(3, 0.5)
    counts = np.random.default_rng(3).poisson(mean)
    fitted = found(panel(counts, x))
    assert fitted.mean.sum(axis=0) == pytest.approx(counts.sum(axis=0), rel=1e-5)
    assert fitted.mean.sum(axis=1) == pytest.approx(counts.sum(axis=1), rel=1e-5)
    assert fitted.scores().sum() == pytest.approx(0, abs=1e-3)


def test_what_sets_customers_and_months_apart_for_good_changes_nothing() -> None:
    mean, x = world(4, -0.6)
    counts = np.random.default_rng(4).poisson(mean)
    shifted = x + np.arange(CUSTOMERS)[:, None] * 0.1 + np.arange(MONTHS) * 0.2
    assert found(panel(counts, shifted)).beta[0] == pytest.approx(found(panel(counts, x)).beta[0], abs=1e-5)


def test_cells_that_are_not_told_count_for_nothing() -> None:
    mean, x = world(5, 0.5)
    told = np.random.default_rng(5).random(mean.shape) < 0.7
    wrong = np.where(told, mean, 1e6)
    assert found(panel(wrong, x, told=told)).beta[0] == pytest.approx(0.5, abs=1e-6)


def test_intervals_hold_as_often_as_they_say() -> None:
    """40 draws of one world: 95 % intervals of few groups are wide rather than narrow."""
    mean, x = world(6, -0.5)
    rng = np.random.default_rng(6)
    bounds = [found(panel(rng.poisson(mean), x)).interval(0.95) for _ in range(40)]
    held = [low <= -0.5 <= high for low, high in bounds]
    assert 36 <= sum(held) <= 40
    assert np.mean([high - low for low, high in bounds]) < 0.8


def test_groups_that_share_their_luck_widen_the_interval() -> None:
    mean, x = world(7, 0.0)
    luck = np.random.default_rng(7).gamma(5, 0.2, (8, MONTHS))[np.arange(CUSTOMERS) % 8]
    same = np.random.default_rng(8).random((8, MONTHS))[np.arange(CUSTOMERS) % 8]
    alone, together = (found(panel(counts, same)) for counts in (mean, mean * luck))
    assert np.ptp(together.interval(0.95)) > 5 * np.ptp(alone.interval(0.95))


def test_a_regressor_that_never_moves_has_no_effect() -> None:
    mean, _x = world(8, 0.0)
    assert fit(panel(mean, np.arange(CUSTOMERS)[:, None] + np.zeros(MONTHS))) is None
    assert fit(panel(mean * 0, mean)) is None
