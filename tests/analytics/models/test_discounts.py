"""What the models of discounts find where the truth is planted, and what they say where there is nothing to find."""

import numpy as np
import pytest

from analytics.models.discount_chance import Line, platt, trial
from analytics.models.discount_odds import Seen, odds
from analytics.models.discount_outlook import Sums, drift, quarter, rates, received, spend_thirds, sums
from analytics.models.discount_response import response
from data.said import english, say
from tests.analytics.models.discounted import planted


def test_what_is_bought_tells_more_than_who_buys() -> None:
    """Products differ by 1.5 on the logit: the model beats the tiers, and comes near to the planted chance itself."""
    world = planted(lines=12_000)
    found = trial(world.lines, 9)
    rows = found.rows
    truth = ((world.logit[rows] > 0) == world.lines.discounted[rows]).mean()
    assert found.chosen in ("boosted", "logistic")
    assert found.scores[found.chosen].accuracy > found.scores["tier"].accuracy + 0.05
    assert found.scores[found.chosen].accuracy > truth - 0.06
    assert found.scores[found.chosen].ece < 0.05


def test_depth_is_learned_where_it_differs() -> None:
    """30 % in even categories, 10 % in odd ones; the plain answer says 20 % of all."""
    world = planted(lines=12_000)
    found = trial(world.lines, 9)
    category = world.lines.items[0][found.rows]
    assert found.deep
    assert found.depth[category % 2 == 0].mean() == pytest.approx(0.30, abs=0.01)
    assert found.depth[category % 2 == 1].mean() == pytest.approx(0.10, abs=0.01)


def test_platt_sets_a_tilted_chance_right() -> None:
    """Stated chances twice as sure as they should be: the slope comes back as one half."""
    rng = np.random.default_rng(1)
    logit = rng.normal(0, 1, 50_000)
    happened = rng.random(50_000) < 1 / (1 + np.exp(-logit))
    found = platt(1 / (1 + np.exp(-2 * logit)), happened)
    assert found.slope == pytest.approx(0.5, abs=0.02)
    assert found.intercept == pytest.approx(0.0, abs=0.03)
    assert platt(np.full(5, 0.3), np.ones(5, dtype=np.bool_)) == Line(0.0, 1.0)


def test_odds_come_back_without_being_told_of_promotions() -> None:
    """Tier .6, spend .35, promotion 1.4, which no one sees; within the 95 % intervals, and 0.15."""
    rng = np.random.default_rng(2)
    n, months, categories = 20_000, 36, 10
    promoted = rng.random((categories, months)) < 0.2
    tier, spend = rng.integers(2, size=n), rng.exponential(1.0, n)
    category, month = rng.integers(categories, size=n), rng.integers(months, size=n)
    level = rng.normal(-1, 0.5, categories)
    logit = level[category] + 0.6 * tier + 0.35 * spend + 1.4 * promoted[category, month]
    seen = Seen(rng.random(n) < 1 / (1 + np.exp(-logit)), tier, spend, category, month, rng.integers(2_000, size=n))
    found = odds(seen)
    assert found is not None
    assert found.coefficient.tolist() == pytest.approx([0.6, 0.35, 1.4], abs=0.15)
    assert (found.low < [0.6, 0.35, 1.4]).all()
    assert (found.high > [0.6, 0.35, 1.4]).all()
    assert found.promoted == pytest.approx(promoted.mean(), abs=0.03)


def test_no_odds_where_nothing_varies() -> None:
    n = 100
    zeros = np.zeros(n, dtype=np.int64)
    assert odds(Seen(np.ones(n, dtype=np.bool_), zeros, np.zeros(n), zeros, zeros, zeros)) is None


def test_rate_is_chance_times_depth() -> None:
    """Two lines of 100 and 300, chances ½ and ¼, depth 20 %: 10 + 15 of 400; a quarter of the year brings 6.25."""
    terms = sums(np.array([100.0, 300]), np.array([0.5, 0.25]), np.array([0.2, 0.2]), 0.0)
    one: Sums = terms.by(np.zeros(2, dtype=np.int64), 1)
    told, got = rates(one, 0.0), received(one, 0.0)
    assert told.rate[0] == pytest.approx(25 / 400)
    assert told.chance[0] * told.depth[0] == pytest.approx(told.rate[0])
    assert told.low[0] < told.rate[0] < told.high[0]
    assert got.money[0] == pytest.approx(6.25)
    assert got.any[0] == pytest.approx(1 - np.exp(-0.75 / 4))


def test_drift_is_how_the_rate_moves_from_quarter_to_quarter() -> None:
    """10 %, 20 %, 10 % of list price in three quarters: each step is ln 2."""
    lines = planted(lines=4_500, months=9).lines
    share = np.array([0.1, 0.2, 0.1])[lines.month // 3]
    assert drift(lines._replace(discount=share * lines.gross)) == pytest.approx(np.log(2))


def test_intervals_hold_what_comes() -> None:
    """Lines of planted chances, drawn again: about 80 % of rates fall into their 80 % intervals."""
    rng = np.random.default_rng(4)
    n, groups = 40_000, 200
    gross, chance = rng.uniform(5, 50, n), rng.uniform(0.2, 0.6, n)
    group = rng.integers(groups, size=n)
    told = rates(sums(gross, chance, np.full(n, 0.2), 0.0).by(group, groups), 0.0)
    now = np.flatnonzero(rng.random(n) < 0.25)
    money = np.where(rng.random(len(now)) < chance[now], 0.2 * gross[now], 0.0)
    rate = np.bincount(group[now], money, groups) / np.bincount(group[now], gross[now], groups)
    assert ((told.low <= rate) & (rate <= told.high)).mean() == pytest.approx(0.8, abs=0.08)


def test_a_quarter_foretold_is_held_against_the_tiers() -> None:
    """One who always gets 20 % and one who never does: told so, nothing is missed; their tier says 10 % of both."""
    lines = planted(lines=2_000).lines
    lines = lines._replace(customer=lines.month * 0 + np.arange(2_000) % 2, tier=lines.month * 0)
    lines = lines._replace(discount=np.where(lines.customer == 1, 0.2 * lines.gross, 0.0))
    year = np.flatnonzero(lines.month < 9)
    terms = sums(lines.gross[year], lines.customer[year].astype(np.float64), np.full(len(year), 0.2), 0.0)
    found = quarter(lines, 9, terms.by(lines.customer[year], 2), np.full(2, 0.1), 0.1)
    assert found is not None
    assert found.error == pytest.approx(0, abs=1e-12)
    assert found.plain == pytest.approx(0.1)
    assert found.customers == 2


def test_thirds_of_spend_are_round() -> None:
    assert spend_thirds(np.arange(1.0, 301)) == (100, 200)
    assert spend_thirds(np.zeros(0)) == (0, 0)


def test_a_planted_response_is_found() -> None:
    """60 % more is bought on promotion, and nobody else: the interval excludes 0."""
    found = response(planted(lines=40_000, months=36, product=0.3, response=np.log(1.6)).lines)
    assert found["low"] is not None
    assert found["low"] > 0


def test_no_response_is_no_response() -> None:
    """Promotions that move nobody: of ten worlds at most two intervals exclude 0."""
    found = [response(planted(seed, lines=20_000, months=36, product=0.3).lines) for seed in range(10)]
    assert sum(not (r["low"] or 0) <= 0 <= (r["high"] or 0) for r in found) <= 2


def test_discounts_by_chance_alone_tell_nothing_of_deeper_ones() -> None:
    """A fifth of all lines have 10 % off, in every month: what months differ by is chance, far from 10 points."""
    lines = planted(lines=200_000, months=36).lines
    some = np.random.default_rng(2).random(len(lines.gross)) < 0.2
    found = response(lines._replace(discount=np.where(some, 0.1 * lines.gross, 0.0)))
    assert (found["change"], found["low"], found["high"]) == (None, None, None)
    assert found["why"] == say("No number: discounts hardly vary between months.")


def test_too_short_a_history_has_no_response() -> None:
    why = response(planted(months=12).lines)["why"]
    assert why is not None
    assert english(why) == "No number: it needs 18 months, and there are 12."
