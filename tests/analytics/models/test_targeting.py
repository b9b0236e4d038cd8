"""Rankings against gains that are known."""

import numpy as np
import pytest

from analytics.models.targeting import ranked_by_lot, ranked_within, share_of_first, uplift_at
from analytics.models.two_way_poisson import Fit, Panel, fit


def lot(seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """4,000 customers, half treated by lot; the first thousand gain 0.4."""
    rng = np.random.default_rng(seed)
    treated, gains = rng.random(4000) < 0.5, np.arange(4000) < 1000
    outcome = (rng.random(4000) < 0.2 + 0.4 * (gains & treated)).astype(np.float64)
    return outcome, treated, gains.astype(np.float64)


def test_uplift_by_hand() -> None:
    """Of the four ranked first, two of two treated bought and one of two others: 1 − ½."""
    outcome = np.array([1.0, 1, 1, 0, 0, 1])
    treated = np.array([True, True, False, False, True, False])
    assert uplift_at(outcome, treated, np.arange(6, 0, -1.0), 4 / 6) == 0.5


def test_a_ranking_that_knows_who_gains_is_found_out() -> None:
    """TOC(q) is 0.4 − 0.1 up to a quarter of the customers, and falls to 0 as 0.4·¼/q − 0.1."""
    outcome, treated, gains = lot()
    found = ranked_by_lot(outcome, treated, gains, 0.95)
    expected = np.mean([min(0.4, 0.1 / q) - 0.1 for q in np.linspace(0.05, 1, 20)])
    assert found.low < expected < found.high
    assert found.low > 0
    assert found.qini > 0


@pytest.mark.parametrize("seed", range(3))
def test_a_ranking_by_chance_knows_nothing(seed: int) -> None:
    outcome, treated, gains = lot(seed)
    shuffled = np.random.default_rng(seed).permutation(gains + np.random.default_rng(9).random(4000))
    found = ranked_by_lot(outcome, treated, shuffled, 0.95)
    assert found.low < 0 < found.high


def test_the_wrong_way_round_is_worse_than_chance() -> None:
    outcome, treated, gains = lot()
    assert ranked_by_lot(outcome, treated, -gains, 0.95).high < 0


def exposed(delta: np.ndarray, seed: int = 1) -> tuple[Fit, np.ndarray]:
    """1,500 customers with effects of their own, exposed at random over 24 months."""
    rng = np.random.default_rng(seed)
    x = rng.random((1500, 24)) * 0.5
    counts = rng.poisson(0.8 * np.exp(-delta[:, None] * x)).astype(np.float64)
    groups = (np.broadcast_to((np.arange(1500) % 20)[:, None], x.shape), np.broadcast_to(np.arange(24), x.shape))
    fitted = fit(Panel(counts, np.ones(x.shape, dtype=np.bool_), x[None], groups))
    assert fitted is not None
    return fitted, np.arange(24) >= 12


def test_who_minds_more_is_found_within_customers() -> None:
    delta = np.where(np.arange(1500) < 500, 2.0, 0.0)
    fitted, late = exposed(delta)
    found = ranked_within(fitted, late, np.ones(1500), delta + 0.0, 0.95)
    assert found.low > 0
    assert found.n == 1500


def test_where_all_mind_alike_only_exposure_and_money_tell() -> None:
    fitted, late = exposed(np.full(1500, 1.0))
    by_chance = ranked_within(fitted, late, np.ones(1500), np.random.default_rng(1).random(1500), 0.95)
    money = np.where(np.arange(1500) < 500, 10.0, 1.0)
    by_money = ranked_within(fitted, late, money, money, 0.95)
    assert by_chance.low < 0 < by_chance.high
    assert by_money.low > 0


def test_customers_without_a_score_are_left_out() -> None:
    fitted, late = exposed(np.full(1500, 1.0))
    score = np.where(np.arange(1500) < 100, 1.0, np.nan)
    assert ranked_within(fitted, late, np.ones(1500), score, 0.95).n == 100


def test_share_of_those_ranked_first() -> None:
    """The first of ten has 30 of 100."""
    amount = np.array([30.0, 10, 10, 10, 10, 10, 5, 5, 5, 5])
    assert share_of_first(amount, amount, 0.1) == pytest.approx(0.3)
    assert share_of_first(np.zeros(10), amount, 0.1) == 0
