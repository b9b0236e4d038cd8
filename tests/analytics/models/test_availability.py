"""Who comes back less often for what was missing: effects that were planted, placebos, and what cannot be told."""

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from analytics.models.availability import Effect, Found, availability, change, partially_pooled
from analytics.models.missed_baskets import Missed, Unserved, missed, tastes
from analytics.models.ranking_test import RankingTest, found_right, ranking_test
from benchmarks.models.availability import Seen, found_in, seen
from data.demo import DemoSpec


@cache
def minding() -> Seen:
    """Everybody minds as much, δ = 1, and nobody comes back later for what was missing."""
    return seen(DemoSpec(seed=101, sensitivity=1.0, delay_share=0.0))


@cache
def careless() -> Seen:
    """Nobody minds."""
    return seen(DemoSpec(seed=103, sensitivity=0.0, delay_share=0.0))


def holds(effect: Effect, value: float) -> bool:
    assert effect["low"] is not None
    assert effect["high"] is not None
    return effect["low"] <= value <= effect["high"]


def test_a_planted_effect_is_found() -> None:
    found = found_in(minding())
    assert found.detected
    assert holds(found.delta, 1.0)
    assert abs((found.delta["delta"] or 0) - 1) <= 0.5
    assert found.delta["customers"] > 1000


def test_where_nobody_minds_nothing_is_detected() -> None:
    found = found_in(careless())
    assert not found.detected
    assert holds(found.delta, 0.0)


@pytest.mark.parametrize("number", [1, 2])
def test_placebos_show_nothing(number: int) -> None:
    assert holds(found_in(minding()).effects[number], 0.0)


def test_segments_of_equal_effect_are_not_told_apart() -> None:
    found = found_in(minding())
    assert not found.distinct
    assert [segment["share"] for segment in found.segments] == sorted(s["share"] for s in found.segments)
    pooled = [segment["pooled"] for segment in found.segments]
    own = [segment["effect"]["delta"] or 0 for segment in found.segments]
    assert np.ptp(pooled) < np.ptp(own)


def test_shuffled_months_show_no_effect() -> None:
    """What was missed, in an order that has nothing to do with what came after."""
    world = minding()
    order = np.random.default_rng(1).permutation(world.months)
    gone = world.missed
    assert holds(availability(gone._replace(usual=gone.usual[:, order]), np.zeros(len(gone.usual))).delta, 0.0)


def test_what_comes_later_is_not_known() -> None:
    """Orders of the last months change nothing of what was missed before them."""
    world = minding()
    early = world.bought.month < 30
    cut = replace(world.tastes, bought=type(world.bought)(*(column[early] for column in world.bought)))
    cut.__dict__["strengths"] = world.tastes.strengths
    assert (missed(cut, Unserved.of(world.demand)).usual[:, :30] == world.missed.usual[:, :30]).all()


def test_a_placebo_that_shows_something_takes_the_effect_back() -> None:
    def effect(kind: Any, low: float, high: float) -> Effect:
        return Effect(kind=kind, delta=1.0, low=low, high=high, customers=9, orders=9, months=9, why=None)

    held, beside = effect("later", -1, 1), effect("never", 0.1, 1)
    assert Found([effect("effect", 0.2, 2), held], [], None).detected
    assert not Found([effect("effect", -0.2, 2), held], [], None).detected
    assert not Found([effect("effect", 0.2, 2), held, beside], [], None).detected


def small(orders: float = 1.0, months: int = 20, customers: int = 80, missing: float = 0.3) -> Missed:
    shape = (customers, months)
    usual = missing * np.random.default_rng(1).random(shape)
    home = np.broadcast_to((np.arange(customers) % 4)[:, None], shape)
    return Missed(usual, usual * 0, usual * 0, np.full(shape, orders), home, np.ones(shape, dtype=np.bool_))


@pytest.mark.parametrize(
    ("thin", "words"),
    [
        (small(months=6), "months"),
        (small(customers=20), "customers who came back"),
        (small(orders=0.1), "orders of returning"),
        (small(missing=0.0), "no customer ever missed"),
    ],
)
def test_too_little_is_said(thin: Missed, words: str) -> None:
    found = availability(thin, np.zeros(len(thin.usual)))
    assert [effect["delta"] for effect in found.effects] == [None] * 3
    assert words in (found.delta["why"] or {})["text"]
    assert (found.segments, found.detected) == ([], False)


def test_ten_points_missed_in_percent() -> None:
    """exp(−0.1·ln 2) − 1 = −6.7 %."""
    assert change(np.log(2)) == pytest.approx(-6.7, abs=0.01)


def test_segments_that_differ_keep_their_own() -> None:
    pooled, alike = partially_pooled(np.array([0.0, 3.0]), np.array([0.1, 0.1]))
    assert alike < 0.001
    assert pooled == pytest.approx([0.0, 3.0], abs=0.05)


def spend(world: Seen) -> np.ndarray:
    return 10.0 * world.missed.orders


def test_a_ranking_is_judged_by_months_that_it_did_not_know() -> None:
    world = minding()
    found = ranking_test(world.tastes, world.missed, Unserved.of(world.demand), spend(world))
    assert isinstance(found, RankingTest)
    assert (found.first, found.last) == (24, 35)
    assert found.share > 2 * 10
    assert found.share > found.past - 1
    later = spend(world)
    later[:, 24:] = later[::-1, 24:]
    other = ranking_test(world.tastes, world.missed, Unserved.of(world.demand), later)
    assert isinstance(other, RankingTest)
    assert other.customers == found.customers


def test_a_short_history_is_not_tested() -> None:
    world = minding()
    found = ranking_test(world.tastes, world.missed, Unserved.of(world.demand), spend(world)[:, :12])
    assert not isinstance(found, RankingTest)
    assert "months" in found["text"]
    assert not found_right(found)


def test_baskets_of_all_customers_are_known_from_demand() -> None:
    world = minding()
    assert tastes(world.bought, world.tastes.customers, world.demand).share.sum() == pytest.approx(1)
