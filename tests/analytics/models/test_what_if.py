"""What a scenario changes and what it leaves alone, with years short enough to add up by hand."""

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.models.inventory_theory import demand_cdf
from analytics.models.item_weights import scales, weights
from analytics.models.stock_simulation import SLOT_DAYS, simulate
from analytics.models.stocked_items import MONTH_DAYS, protection
from analytics.models.what_if import (
    NEUTRAL,
    Band,
    Scenario,
    Study,
    compare,
    curve,
    ladder,
    packed,
    policy,
    study,
    unpacked,
)
from tests.analytics.models.shelves import draws_of, grocery, items


@pytest.fixture(scope="module")
def shop() -> Study:
    return study(grocery(300), runs=24)


def by_hand(months: list[list[int]], **others: Any) -> Study:
    """A corner shop with one item of level 3, price 10, cost 6, in a single year of known demand."""
    corner = items([4], [3], **others)
    draws = draws_of(months)
    return Study(corner, draws, simulate(policy(corner, NEUTRAL), draws))


def likely(bands: dict[str, Band]) -> dict[str, float]:
    return {name: band.likely.item() for name, band in bands.items()}


def one(given: Study) -> Any:
    return weights(scales(given.items), np.zeros(len(given.items), dtype=np.int64), 1)


def test_a_year_in_units_and_money_by_hand() -> None:
    """Three jars a month for four that are wanted, one week each: the last week finds none. A quarter of who finds none
    takes something else, so of 12 units 9 are lost: 90.00, of which 36.00 are margin."""
    corner = by_hand([[1, 1, 1, 1]], substitution=[0.25], holding_rate=0.5)
    told = likely(compare(corner, NEUTRAL, one(corner)).today)
    stock = (2.5 + 1.5 + 0.5 + 0) / 4
    assert told["demand_units"] == 48
    assert told["fill_rate"] == pytest.approx(0.75)
    assert told["stockout_rate"] == 1
    assert told["lost_units"] == 9
    assert told["lost_sales"] == pytest.approx(90)
    assert told["stock_units"] == pytest.approx(stock)
    assert told["capital"] == pytest.approx(6 * stock)
    assert told["holding_cost"] == pytest.approx(3 * stock)
    assert told["net_profit"] == pytest.approx(48 * 4 - 36 - 3 * stock)
    assert told["availability"] == pytest.approx(1 - (0.5 + 1) / 4)  # the third jar goes in the middle of its week


def test_a_third_more_stock_serves_everybody() -> None:
    corner = by_hand([[1, 1, 1, 1]])
    found = compare(corner, Scenario(stock_level=4 / 3), one(corner))
    scenario, change = likely(found.scenario), likely(found.change)
    assert scenario["fill_rate"] == 1
    assert scenario["lost_units"] == 0
    assert change["lost_units"] == -12
    assert change["lost_sales"] == -120
    assert change["net_profit"] == pytest.approx(48 - scenario["holding_cost"] + likely(found.today)["holding_cost"])


def test_a_share_of_years_is_the_share_of_their_sums() -> None:
    """Two years: 10 of 20 units served and 2 of 2, so 12 of 22, not the 75 % mean; a third year wants nothing."""
    year = study(items([1], [1]), runs=3).today
    demand, sold = (np.array([[20], [2], [0]], dtype=np.float32), np.array([[10], [2], [0]], dtype=np.float32))
    corner = Study(items([1], [1]), draws_of([[0, 0, 0, 0]], runs=3), replace(year, demand=demand, sold=sold))
    band = compare(corner, NEUTRAL, one(corner)).today["fill_rate"]
    assert band.likely.item() == pytest.approx(12 / 22)


def test_changing_nothing_changes_nothing_at_all(shop: Study) -> None:
    n = len(shop.items)
    found = compare(shop, Scenario(), weights(scales(shop.items), np.arange(n), n))
    for name in found.change:
        assert (found.change[name].low == 0).all(), name
        assert (found.change[name].high == 0).all(), name
        assert np.array_equal(found.today[name].likely, found.scenario[name].likely), name


@pytest.mark.parametrize("explicit", [{"levels_follow": True}, {"review_days": MONTH_DAYS}, {"holding_rate": 0.20}])
def test_saying_what_is_so_anyway_changes_nothing(shop: Study, explicit: dict[str, Any]) -> None:
    found = compare(shop, Scenario(**explicit), one(shop))
    assert all(value == 0 for value in likely(found.change).values())


@settings(deadline=None, max_examples=20)
@given(st.floats(0, 2.9), st.floats(0, 0.1))
def test_more_stock_never_lowers_what_is_sold(level: float, more: float) -> None:
    given_study = study(grocery(40, seed=2), runs=12)
    wanted = one(given_study)
    less, much = (likely(compare(given_study, Scenario(stock_level=x), wanted).scenario) for x in (level, level + more))
    assert much["fill_rate"] >= less["fill_rate"] - 1e-4
    assert much["stock_units"] >= less["stock_units"] - 1e-4


def test_each_change_moves_what_it_should(shop: Study) -> None:
    """Longer lead times and more demand empty shelves, weekly reviews fill them, dearer capital only costs."""
    change = {
        name: likely(compare(shop, scenario, one(shop)).change)
        for name, scenario in {
            "slower": Scenario(lead_time_change_days=10),
            "demand": Scenario(demand=1.2),
            "weekly": Scenario(review_days=7),
            "dearer": Scenario(holding_rate=0.4),
            "safer": Scenario(safety_shift=1),
        }.items()
    }
    assert change["slower"]["fill_rate"] < -0.02
    assert change["slower"]["stock_units"] < 0
    assert change["demand"]["fill_rate"] < -0.02
    assert change["demand"]["net_profit"] > 0
    assert change["weekly"]["fill_rate"] > 0.03
    assert change["weekly"]["stock_units"] > 0
    assert change["dearer"]["fill_rate"] == 0
    assert change["dearer"]["net_profit"] == pytest.approx(-change["dearer"]["holding_cost"])
    assert change["safer"]["fill_rate"] > 0.05
    assert change["safer"]["availability"] > 0.03
    assert change["safer"]["lost_sales"] < 0


def test_levels_that_follow_keep_their_safety_factor(shop: Study) -> None:
    """(S − μ)/σ of demand over lead time + review period is the same before and after; levels never fall below 0."""
    scenario = Scenario(lead_time_change_days=9, demand=1.3, levels_follow=True)
    after = policy(shop.items, scenario)
    now, now_sd = protection(shop.items.mean, shop.items.dispersion, shop.items.lead_time_days, shop.items.review_days)
    then, then_sd = protection(1.3 * shop.items.mean, shop.items.dispersion, after.lead_time_days, after.review_days)
    assert (after.level - then) / then_sd == pytest.approx((shop.items.level - now) / now_sd, abs=1e-9)
    assert (after.lead_time_days == shop.items.lead_time_days + 9).all()


def test_a_service_level_sets_levels_by_demand_alone() -> None:
    """At 90 % of cycles: whatever the level was, it lies between the whole levels around the 90 % quantile."""
    given_items = grocery(200)
    level = policy(given_items, Scenario(service_level=0.9)).level
    mean, sd = protection(given_items.mean, given_items.dispersion, given_items.lead_time_days, given_items.review_days)
    assert (demand_cdf(level + 1 + 0.05 * sd, mean, given_items.dispersion) >= 0.9).all()
    assert (demand_cdf(np.maximum(level - 1 - 0.05 * sd, -1), mean, given_items.dispersion) <= 0.9).all()
    assert (policy(given_items, Scenario(service_level=0.95)).level >= level - 0.01).all()


def test_lead_times_do_not_fall_below_nothing() -> None:
    given_items = items([1, 1], [2, 2], lead_time_days=[3, 20])
    assert policy(given_items, Scenario(lead_time_change_days=-10)).lead_time_days.tolist() == [0, 10]


def test_a_week_less_of_waiting_serves_the_first_week() -> None:
    """Ordered on the first and there a week later: the first week's customer finds nothing, until it comes at once."""
    slow = by_hand([[1, 1, 1, 0]], lead_time_days=[SLOT_DAYS])
    found = compare(slow, Scenario(lead_time_change_days=-SLOT_DAYS), one(slow))
    assert likely(found.today)["fill_rate"] == pytest.approx(
        5 / 6
    )  # every other month a jar is left for its first week
    assert likely(found.scenario)["fill_rate"] == 1
    busy = by_hand([[1, 1, 1, 1]], lead_time_days=[SLOT_DAYS])
    found = compare(busy, Scenario(lead_time_change_days=-SLOT_DAYS), one(busy))
    assert likely(found.today)["availability"] == pytest.approx(1 - (1 + 0.5) / 4)
    assert likely(found.scenario)["availability"] == pytest.approx(1 - (0.5 + 1) / 4)


def test_stores_add_up_to_the_chain(shop: Study) -> None:
    store = np.arange(len(shop.items)) % 7
    scenario = Scenario(stock_level=1.1)
    stores = compare(shop, scenario, weights(scales(shop.items), store, 8)).scenario
    chain = compare(shop, scenario, one(shop)).scenario
    for name in ("demand_units", "lost_units", "lost_sales", "stock_units", "capital", "holding_cost", "net_profit"):
        assert stores[name].likely.sum() == pytest.approx(chain[name].likely.item(), rel=1e-5), name
    assert np.isnan([stores[name].likely[7] for name in ("fill_rate", "stockout_rate", "availability")]).all()
    assert stores["demand_units"].likely[7] == 0


def test_what_is_left_out_of_all_groups_does_not_count(shop: Study) -> None:
    chosen = np.arange(len(shop.items)) % 3 == 1
    part, group = shop.only(chosen), np.zeros(int(chosen.sum()), dtype=np.int64)
    found = (weights(scales(shop.items).only(chosen), group, 1), shop), (one(part), part)
    counted, alone = (compare(given, Scenario(stock_level=1.2), wanted).scenario for wanted, given in found)
    for name in counted:
        assert counted[name].likely.item() == pytest.approx(alone[name].likely.item(), rel=1e-5), name


def test_a_study_is_kept_as_arrays_and_answers_the_same(shop: Study) -> None:
    arrays = packed(shop)
    assert all(isinstance(array, np.ndarray) for array in arrays.values())
    again = unpacked(arrays)
    scenario = Scenario(service_level=0.9, demand=1.1)
    assert likely(compare(again, scenario, one(again)).change) == likely(compare(shop, scenario, one(shop)).change)
    with pytest.raises(ValueError, match=r"draws\.demand is missing"):
        unpacked({name: array for name, array in arrays.items() if name != "draws.demand"})


def test_a_part_of_the_shop_is_studied_without_drawing_again(shop: Study) -> None:
    chosen = np.arange(len(shop.items)) % 3 == 1
    scenario = Scenario(stock_level=1.2)
    part = shop.only(chosen)
    n = len(shop.items)
    alone = compare(part, scenario, one(part)).change
    within = compare(shop, scenario, weights(scales(shop.items), np.arange(n), n)).change
    assert alone["net_profit"].likely.item() == pytest.approx(within["net_profit"].likely[chosen].sum(), rel=1e-4)


def test_bands_hold_four_years_of_five_and_their_middle(shop: Study) -> None:
    found = compare(shop, Scenario(safety_shift=0.5), one(shop))
    for band in (*found.today.values(), *found.scenario.values(), *found.change.values()):
        assert band.low <= band.likely <= band.high
    n = len(shop.items)
    stores = weights(scales(shop.items), np.arange(n), n)
    band = compare(shop, NEUTRAL, stores).today["demand_units"]
    demand = shop.today.demand
    inside = ((demand >= band.low) & (demand <= band.high)).mean()
    assert inside == pytest.approx(0.8, abs=0.07)
    narrow = found.change["fill_rate"].high - found.change["fill_rate"].low
    assert narrow < found.today["fill_rate"].high - found.today["fill_rate"].low  # the same years on both sides


def test_the_curve_passes_through_today_and_knows_its_best_point(shop: Study) -> None:
    found = curve(ladder(shop, runs=24), one(shop))
    today = likely(compare(shop, NEUTRAL, one(shop)).today)
    here = found.points[found.here]
    assert here.safety_shift == 0
    assert here.net_profit == pytest.approx(today["net_profit"], rel=1e-6)
    assert here.fill_rate == pytest.approx(today["fill_rate"], rel=1e-6)
    for name, sign in (("fill_rate", 1), ("stock_units", 1), ("lost_sales", -1)):
        assert (sign * np.diff([getattr(point, name) for point in found.points]) > 0).all(), name
    assert found.points[found.best].net_profit == max(point.net_profit for point in found.points)
    assert 0 < found.best < len(found.points) - 1


def test_the_curve_of_a_scenario_stays_within_what_may_be_asked(shop: Study) -> None:
    found = curve(ladder(shop, Scenario(safety_shift=2.5)), one(shop))
    assert found.points[found.here].safety_shift == 2.5
    assert max(point.safety_shift for point in found.points) == 3


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"stock_level": 3.5}, "stock_level must be between 0 and 3, not 3.5"),
        ({"stock_level": None}, "stock_level must be a number, not None"),
        ({"service_level": 1.0}, "service_level must be between 0.5 and 0.999, not 1"),
        ({"safety_shift": float("nan")}, "safety_shift must be between -3 and 3, not nan"),
        ({"lead_time_change_days": "7"}, "lead_time_change_days must be a number, not '7'"),
        ({"review_days": 1}, "review_days must be between 7 and 92, not 1"),
        ({"demand": True}, "demand must be a number, not True"),
        ({"holding_rate": float("inf")}, "holding_rate must be between 0 and 1, not inf"),
        ({"levels_follow": 1}, "levels_follow must be true or false, not 1"),
    ],
)
def test_a_scenario_out_of_range_is_refused_by_name(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Scenario(**wrong)


def test_a_scenario_names_all_that_it_checks() -> None:
    assert {field.name for field in fields(Scenario)} - {"levels_follow"} == {
        "stock_level",
        "service_level",
        "safety_shift",
        "lead_time_change_days",
        "review_days",
        "demand",
        "holding_rate",
    }
    assert replace(NEUTRAL, stock_level=1.0) == NEUTRAL
