"""What to do on a shelf, in stories whose money can be checked by hand, and what no plan may ever do."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from analytics.arrays import Array
from analytics.models.actions import KINDS, SPARE_MONTHS, Actions, Shelves, beyond, plan, summed, total, window
from analytics.models.inventory_theory import demand_quantile
from analytics.models.stocked_items import MONTH_DAYS, Items

CORNER, FLAGSHIP, KIOSK = range(3)


def shelves(monthly: list[float], on_hand: list[float], **changed: Any) -> Shelves:
    """Shelves of one product, one in each store of one chain: Poisson demand, delivered at once once a month.

    A unit costs 6.00 and brings 10.00, and a year of holding it costs a fifth; today they are filled up to 1.
    """
    n = len(monthly)
    same = np.ones(n)
    items = Items(
        mean=np.tile(np.array(monthly, dtype=np.float64), (12, 1)),
        dispersion=same,
        level=np.ones((12, n)),
        lead_time_days=0 * same,
        review_days=MONTH_DAYS * same,
        price=10 * same,
        cost=6 * same,
        substitution=0 * same,
        failure=0 * same,
        uncertainty=0 * same,
        common_uncertainty=0.0,
    )
    place = {"store": np.arange(n), "chain": np.zeros(n, np.int64), "product": np.zeros(n, np.int64)}
    mine = {name: changed.pop(name) for name in ("store", "chain", "product", "top") if name in changed}
    rest: dict[str, Any] = {"top": np.zeros(n, np.bool_), **place, **mine}
    return Shelves(replace(items, **changed), np.array(on_hand, dtype=np.float64), **rest)


def told(actions: Actions) -> list[tuple[str, int, float]]:
    """Kind, shelf and units of each action."""
    rows = zip(actions.kind, actions.item, actions.units, strict=True)
    return [(KINDS[kind], int(item), float(units)) for kind, item, units in rows]


def test_an_empty_shelf_is_restocked_for_the_margin_it_would_lose() -> None:
    """One unit a month is wanted. Two last through 92 % of months, one through 74 %, so 90 % takes two.

    Lost without them: 1. With them: P(D ≥ 2) − 2·P(D ≥ 3) = 0.2642 − 0.1606 = 0.1036, so 0.8964 are saved at 4.00 each.
    Held: 2 − 0.8964 ÷ 2 units for a month at 0.10. Nobody comes in more than a tenth of months, two in a tenth.
    """
    found = plan(shelves([1.0], [0]), 0.9)
    assert told(found) == [("restock", 0, 2.0)]
    assert found.level.tolist() == [2.0]
    assert found.chance[0] == pytest.approx(1 - np.exp(-1))
    assert found.likely[0] == pytest.approx(4 * 0.8964 - 0.1 * (2 - 0.4482), abs=0.005)
    assert found.low[0] == pytest.approx(-0.1 * 2)
    assert found.high[0] == pytest.approx(4 * 2 - 0.1 * (2 - 1))


def test_a_higher_service_level_orders_more() -> None:
    """P(D ≤ 2) = 92.0 %, P(D ≤ 3) = 98.1 %, P(D ≤ 4) = 99.6 %."""
    units = [plan(shelves([1.0], [0]), level).units[0] for level in (0.90, 0.95, 0.99)]
    assert units == [2.0, 3.0, 4.0]


def test_what_is_lost_before_the_order_comes_is_no_gain_of_it() -> None:
    """A month's lead time: of two months without stock, the order saves the second only, nearly one unit."""
    late = shelves([1.0], [0], lead_time_days=np.array([MONTH_DAYS]))
    found = plan(late, 0.95)
    assert found.level[0] == 5  # of Poisson 2: P(D ≤ 5) = 98.3 %, P(D ≤ 4) = 94.7 %
    assert 0.9 * 4 < found.likely[0] + 0.1 * 4.5 < 1.0 * 4 + 0.05


def test_a_shelf_with_enough_needs_nothing() -> None:
    assert told(plan(shelves([1.0], [2]), 0.9)) == []


def test_a_unit_that_brings_less_than_it_costs_is_not_ordered() -> None:
    assert told(plan(shelves([1.0], [0], price=np.array([5.0])), 0.95)) == []


def test_dead_stock_costs_what_holding_it_for_a_year_costs() -> None:
    """Five units that nobody wants: 5 × 6.00 × 20 % = 6.00 a year, whatever happens."""
    found = plan(shelves([0.0], [5]), 0.9)
    assert told(found) == [("reduce", 0, 5.0)]
    assert [found.low[0], found.likely[0], found.high[0], found.level[0]] == [6.0, 6.0, 6.0, 0.0]


def test_stock_for_years_is_reduced_to_half_a_year() -> None:
    """Twelve are wanted in half a year, and 20 last through 98 % of half years (98.8 %; 19: 97.9 %).

    Of the 30 above, all are still there after half a year and 26 after a year: 1.20 · (30 + 4 · 30 + 26) ÷ 6 = 35.20.
    """
    found = plan(shelves([2.0], [50]), 0.9)
    assert told(found) == [("reduce", 0, 30.0)]
    assert found.level[0] == 20
    assert found.likely[0] == pytest.approx(35.2, abs=0.15)
    assert found.low[0] < found.likely[0] < found.high[0] <= 36


@pytest.mark.parametrize(
    ("top", "on_hand", "usual", "kind"),
    [(True, 1, 1.0, "protect"), (False, 1, 1.0, "restock"), (True, 0, 1.0, "restock"), (True, 1, 3.0, "restock")],
)
def test_a_top_seller_is_protected_if_it_is_there_and_usually_filled_up_too_low(
    top: bool, on_hand: float, usual: float, kind: str
) -> None:
    found = plan(shelves([1.0], [on_hand], top=np.array([top]), level=np.full((12, 1), usual)), 0.95)
    assert told(found) == [(kind, 0, 3.0 - on_hand)]


def test_a_corner_shop_sends_what_it_does_not_need_to_the_flagship() -> None:
    """The Corner has 12 and keeps 6, which last three months with 96.6 % (5: 91.6 %); the Flagship wants 13 of which
    six come from there, and orders the rest. The Kiosk is another chain's: it orders all of its three."""
    found = plan(shelves([1.0, 8.0, 1.0], [12, 0, 0], chain=np.array([0, 0, 1])), 0.95)
    assert sorted(told(found)) == [
        ("restock", FLAGSHIP, 7.0),
        ("restock", KIOSK, 3.0),
        ("transfer", FLAGSHIP, 6.0),
    ]
    sent = found.only(np.flatnonzero(found.kind == KINDS.index("transfer")))
    assert sent.giver.tolist() == [CORNER]
    assert sent.likely[0] == pytest.approx(5.65 * 4, abs=0.01)  # E min(D, 6) of Poisson 8


def test_what_was_sent_away_is_not_reduced_too() -> None:
    alone, together = (plan(shelves([0.0, 8.0], [5, 0], chain=np.array(chain)), 0.95) for chain in ([0, 1], [0, 0]))
    assert ("reduce", CORNER, 5.0) in told(alone)
    assert sorted(told(together)) == [("restock", FLAGSHIP, 8.0), ("transfer", FLAGSHIP, 5.0)]


@pytest.fixture(scope="module")
def crowd() -> Shelves:
    """A thousand shelves of all kinds: 20 stores of 4 chains with 50 products."""
    rng = np.random.default_rng(3)
    n, mean = 1_000, rng.gamma(0.6, 4, 1_000)
    of_all = shelves(mean.tolist(), np.round(mean * rng.choice([0, 0.3, 1, 5, 15], n)).tolist())
    items = replace(
        of_all.items,
        dispersion=rng.uniform(1, 2, n),
        lead_time_days=rng.uniform(0, 40, n),
        price=rng.uniform(5, 20, n),
        uncertainty=rng.uniform(0, 0.3, n),
    )
    store, product = np.divmod(np.arange(n), 50)
    return replace(of_all, items=items, store=store, chain=store // 5, product=product, top=rng.random(n) < 0.3)


@pytest.mark.parametrize("service", [0.8, 0.95, 0.99])
def test_no_unit_is_promised_twice_and_no_giver_runs_short(crowd: Shelves, service: float) -> None:
    found, items, x = plan(crowd, service), crowd.items, crowd.on_hand
    kinds = {name: found.only(np.flatnonzero(found.kind == number)) for number, name in enumerate(KINDS)}
    assert all(len(rows.kind) for rows in kinds.values())

    def units(rows: Actions, at: str = "item") -> Array:
        return np.bincount(getattr(rows, at), rows.units, len(x))

    sent, got, cut = units(kinds["transfer"], "giver"), units(kinds["transfer"]), units(kinds["reduce"])
    ordered = units(kinds["restock"]) + units(kinds["protect"])
    level = demand_quantile(service, *window(items, items.lead_time_days + items.review_days))
    assert not (units(kinds["restock"]) * units(kinds["protect"])).any()
    assert (got + ordered <= np.maximum(level - x, 0)).all()
    assert (sent <= beyond(items, x, np.full(len(x), service), SPARE_MONTHS)).all()
    assert (x - sent - cut >= 0).all()
    assert not (cut * (got + ordered)).any()
    assert (x - sent >= level)[sent > 0].all()
    move = kinds["transfer"]
    assert (crowd.place[move.item] == crowd.place[move.giver]).all()
    assert (crowd.store[move.item] != crowd.store[move.giver]).all()


def test_money_falls_and_lies_within_its_interval(crowd: Shelves) -> None:
    found = plan(crowd, 0.95)
    assert (np.diff(found.likely) <= 0).all()
    assert (found.low <= found.likely).all()
    assert (found.likely <= found.high).all()


def test_a_part_is_planned_like_the_same_shelves_alone(crowd: Shelves) -> None:
    """Chains have nothing to do with each other."""
    first = np.flatnonzero(crowd.chain == 0)
    alone, of_all = plan(crowd.only(first), 0.95), plan(crowd, 0.95)
    assert told(alone) == told(of_all.only(np.flatnonzero(crowd.chain[of_all.item] == 0)))


def test_no_shelf_no_action() -> None:
    assert told(plan(shelves([], []), 0.95)) == []
    assert total(summed(plan(shelves([], []), 0.95), np.zeros(0, np.int64), 1), 0.05) == (0.0, 0.0, 0.0)


def test_sums_know_that_shelves_of_one_product_err_together() -> None:
    """Two actions of 10 (7 to 14): apart √(3² + 3²) below; of one product √(0.2 · 6² + 0.8 · 18)."""
    zero = np.zeros(2)
    two = Actions(
        zero.astype(int), zero.astype(int), zero.astype(int), zero, zero + 7, zero + 10, zero + 14, zero, zero
    )
    apart, alike = (total(summed(two, np.array(product), 2), 0.0) for product in ([0, 1], [0, 0]))
    assert apart == pytest.approx((20 - np.sqrt(18), 20, 20 + np.sqrt(32)))
    assert alike[0] == pytest.approx(20 - np.sqrt(0.2 * 36 + 0.8 * 18))


def test_demand_ahead_follows_the_months() -> None:
    """Ten in the first month and none after: half of it in half a month, all of it after a year and a half is twice."""
    one = shelves([0.0], [0]).items
    mean = np.zeros((12, 1))
    mean[0] = 10
    items = replace(one, mean=mean, uncertainty=np.array([0.5]))
    seen = [window(items, np.array([months * MONTH_DAYS])) for months in (0.5, 1, 7, 18)]
    assert [float(w.mean[0]) for w in seen] == pytest.approx([5, 10, 10, 20])
    assert float(seen[1].dispersion[0]) == pytest.approx(1 + 0.25 * 10)
