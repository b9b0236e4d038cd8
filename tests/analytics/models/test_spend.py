"""Expected spend of customers with known habits, and the ways in which such numbers are usually wrong."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from analytics.models import spend, spend_scores
from analytics.models.spend import Forecast, forecast
from analytics.models.spend_intervals import Spread
from analytics.models.spend_panel import panel, spent
from analytics.models.spend_report import QUARTER, YEAR, Measured, Method
from analytics.models.spend_scores import Described, cross_fit
from tests.analytics.models.buyers import DAYS, FIRST, SHOPS, also, bought, buyers

LAST = FIRST + DAYS - 1
ORDERS = ("customer", "day", "store", "money", "bought")


def made(purchases: Any, days: int = QUARTER) -> Forecast:
    found = forecast(purchases, SHOPS, days)
    assert isinstance(found, Forecast), found
    return found


def of(found: Forecast, method: Method) -> Measured:
    (measured,) = (m for m in found.report["measured"] if m["method"] == method)
    return measured


@pytest.fixture(scope="module")
def plain() -> Forecast:
    return made(buyers())


def test_expectations_beat_the_past_and_intervals_hold(plain: Forecast) -> None:
    model, naive = of(plain, "model"), of(plain, "naive")
    assert plain.report["used"] == "model"
    assert model["rmse"] < naive["rmse"]
    assert abs(model["bias"] or 99) < 15
    assert 75 <= (model["coverage"] or 0) <= 90
    assert (plain.report["brier"] or 1) < (plain.report["brier_naive"] or 0)
    assert np.all((plain.low >= 0) & (plain.low <= plain.high))
    assert np.all((plain.chance >= 0) & (plain.chance <= 1))


def test_of_very_many_customers_some_are_learned_from_and_all_are_told(
    plain: Forecast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of them: the test is one of that half, all together are expected to spend about the same."""
    half = len(plain.panel) // 2
    monkeypatch.setattr(spend, "MOST", half)
    found = made(buyers())
    assert (found.panel.customer == plain.panel.customer).all()
    assert found.report["n"] <= half < plain.report["n"]
    assert found.expected.sum() == pytest.approx(plain.expected.sum(), rel=0.1)
    assert np.corrcoef(found.expected, plain.expected)[0, 1] > 0.98


def test_a_year_is_about_four_quarters(plain: Forecast) -> None:
    year = made(buyers(), YEAR)
    assert year.expected.sum() == pytest.approx(4 * plain.expected.sum(), rel=0.2)
    assert year.chance.mean() > plain.chance.mean()


def test_nothing_is_known_that_came_later() -> None:
    """A panel of the past is the same whatever is bought afterwards."""
    world, day = buyers(), LAST - YEAR
    later = also(world, 7, np.arange(DAYS - YEAR + 1, DAYS), np.full(YEAR - 1, 500.0))
    for a, b in zip(_flat(panel(world, SHOPS, day)), _flat(panel(later, SHOPS, day)), strict=True):
        assert np.array_equal(a, b)


def _flat(known: Any) -> list[Any]:
    values = [getattr(known, name) for name in known.__slots__]
    return [*values[3], *(value for i, value in enumerate(values) if i != 3)]


def test_a_season_is_not_learned_from_another_one() -> None:
    """The last quarter is three times as busy. What learned before it alone is far too low; the level is not."""
    found = made(buyers(season=3.0))
    assert (of(found, "linear")["bias"] or 0) < -30
    assert abs(of(found, "model")["bias"] or 99) <= 15
    assert found.report["seasonal"]


def test_shuffled_purchases_show_no_skill() -> None:
    """Who buys is drawn anew each quarter: nothing can be known of anybody."""
    world, rng = buyers(), np.random.default_rng(5)
    quarter = (world.day - FIRST) // QUARTER
    drawn = np.array([rng.permutation(600) for _ in range(DAYS // QUARTER)])
    found = made(replace(world, customer=drawn[quarter, world.customer]))
    assert (of(found, "model")["r2"] or 0) <= 0.02


def test_folds_never_split_a_customer(monkeypatch: pytest.MonkeyPatch) -> None:
    """A learner that knows by heart whom it has seen finds nobody it knows, on either day."""

    class ByHeart:
        def __init__(self, known: Sequence[Described]) -> None:
            self.seen = {float(value) for each in known for value in each.features[:, 0]}

        @classmethod
        def fit(cls, known: Sequence[Described], *_: Any) -> "ByHeart":
            return cls(known)

        def share(self, known: Described) -> np.ndarray:
            return np.array([float(value in self.seen) for value in known.features[:, 0]])

        probability = share

    monkeypatch.setattr(spend_scores, "Scores", ByHeart)
    who = np.arange(50)
    face = Described(who[:, None] * 1.0, who[:, None] * 1.0, who * 1.0, who * 1.0)
    money, was = np.ones(50), np.ones(50, dtype=np.bool_)
    for unseen in cross_fit([face, face], [money, money], [was, was], [who, who]):
        assert unseen.share.max() == 0


def test_who_joined_late_is_not_taken_for_a_rare_buyer() -> None:
    """Of customers first seen in the last 20 weeks, the past year tells less than half of what they spend next."""
    world = buyers(customers=2000, later=0.7)
    day = LAST - QUARTER
    known = world.day <= day
    found = made(replace(world, last=day, **{name: getattr(world, name)[known] for name in ORDERS}))
    new = found.panel.history.watched < 20
    came = spent(world, found.panel.customer[new], day, QUARTER)[0].sum()
    assert new.sum() > 100
    assert found.panel.spend[new].sum() / 4 < 0.5 * came
    assert found.expected[new].sum() == pytest.approx(came, rel=0.3)


def test_what_is_brought_back_is_no_spend() -> None:
    """Bought for 1,000 a month ago, brought back the week after: no spend, no negative one, and no error."""
    world = also(buyers(), 3, np.array([DAYS - 30, DAYS - 23]), np.array([1000.0, -1000.0]))
    before, after = panel(buyers(), SHOPS, LAST), panel(world, SHOPS, LAST)
    at = int(np.flatnonzero(after.customer == 3)[0])
    assert after.spend[at] == pytest.approx(before.spend[np.flatnonzero(before.customer == 3)].sum())
    only = bought([0, 0], [DAYS - 30, DAYS - 23], [50.0, -80.0], 1)
    assert panel(only, SHOPS, LAST).spend[0] == 0
    assert spent(only, np.array([0]), LAST - QUARTER, QUARTER)[0][0] == 0


@pytest.mark.parametrize("day", [DAYS - 40, DAYS - YEAR + 40, DAYS - YEAR - 40])
def test_one_whale_moves_nobody_else(plain: Forecast, day: int) -> None:
    """A single purchase of 500,000, as much as all others together in a year, now or where the level is learned."""
    found = made(also(buyers(), 5, np.array([day]), np.array([500_000.0])))
    others = found.panel.customer != 5
    change = found.expected[others].sum() / plain.expected[others[: len(plain.expected)]].sum()
    assert 0.8 < change < 1.25


def test_the_past_is_shown_where_it_was_as_good() -> None:
    """Everybody buys for the same on the same day of every week: the past repeats itself."""
    customer, week = np.divmod(np.arange(80 * 156), 156)
    found = made(bought(customer, 7 * week + customer % 7, 5.0 + customer, 80))
    assert found.report["used"] == "naive"
    assert of(found, "naive")["r2"] == pytest.approx(1.0, abs=0.01)
    assert found.expected == pytest.approx(13 * (5.0 + np.arange(80)), rel=0.01)


def test_too_little_history_or_too_few_customers_is_said() -> None:
    short = replace(buyers(), first=LAST - 89)
    few = bought(np.zeros(100), np.arange(100) * 10, np.full(100, 5.0), 1)
    for purchases, word in ((short, "9 months of purchases"), (few, "50 known customers")):
        why = forecast(purchases, SHOPS, QUARTER)
        assert not isinstance(why, Forecast)
        assert word in why["text"].format(**why["values"])


def test_drivers_tell_the_frequent_from_the_silent(plain: Forecast) -> None:
    often, silent = np.argmax(plain.panel.orders), np.argmax(plain.panel.idle)
    assert plain.drivers[often, 0] > 0.5
    assert plain.drivers[silent].sum() < 0
    assert plain.report["lifts"][0]


def test_intervals_hold_for_likely_and_unlikely_buyers() -> None:
    rng = np.random.default_rng(2)

    def drawn(n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        chance = rng.random(n)
        return chance, 50 * chance, np.where(rng.random(n) < chance, rng.gamma(2.0, 25.0, n), 0.0)

    spread = Spread.of(*drawn(4000), 0.8)
    chance, expected, actual = drawn(20_000)
    low, high = spread.around(chance, expected)
    held = (low <= actual) & (actual <= high)
    for some in (chance < 0.3, (chance >= 0.3) & (chance < 0.7), chance >= 0.9):
        assert 0.77 <= held[some].mean() <= 0.9 or chance[some].max() < 0.3
    assert held.mean() >= 0.78
