"""What a delivery that failed did to sales: found where it is, not found where there is nothing."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from analytics.models.demand import estimate
from analytics.models.ledger import Ledger
from analytics.models.stock_effect import FEWEST_MONTHS, Effect, deliveries, stock_effect
from benchmarks.models.worlds import judged, whole
from data.demo import DemoSpec
from data.said import english
from tests.analytics.models.ledgers import grid, steady, with_cells

MONTHS, STORES, PRODUCTS, LEVEL, SOLD = 36, 6, 5, 6, 4


def shop(failed: dict[int, int], sold: int = SOLD) -> Ledger:
    """Six stores fill five products up to six each month and sell four. failed: month → product that does not come.

    Two are left then; they are sold, and the shelf stands empty till the next month.
    """
    shape = (MONTHS, STORES, PRODUCTS)
    opening, received, units = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    stock = np.full(shape[1:], 2.0)
    for month in range(MONTHS):
        opening[month] = stock
        received[month] = LEVEL - stock
        if month in failed:
            received[month, :, failed[month]] = 0
        units[month] = np.minimum(opening[month] + received[month], sold)
        stock = opening[month] + received[month] - units[month]
    return whole(
        np.zeros(PRODUCTS, dtype=np.int64),
        opening=opening,
        received=received,
        sold=units,
        closing=opening + received - units,
        dispersion=1.01,
    )


FAILED = {5: 0, 9: 1, 12: 2, 17: 3, 21: 4, 26: 0, 30: 2, 33: 1}


def numbers(effect: Effect) -> tuple[float, float, float]:
    assert effect["change"] is not None
    assert effect["low"] is not None
    assert effect["high"] is not None
    return effect["change"], effect["low"], effect["high"]


# --- numbers that can be seen ----------------------------------------------------------


def test_two_sold_instead_of_four_is_half() -> None:
    """Eight deliveries fail, each to all six stores: 48 cells sell 2 where 4 are expected, all others sell 4 of 4."""
    found = stock_effect(estimate(shop(FAILED)))
    assert (found["products"], found["stores"]) == (8, 0)
    for name in ("everywhere", "where_low"):
        change, low, high = numbers(found[name])
        assert change == pytest.approx(-0.5, abs=0.03)
        assert low <= change <= high < -0.4
        assert (found[name]["cells"], found[name]["months"]) == (48, 8)
    assert found["everywhere"]["compared"] == MONTHS * STORES * PRODUCTS - 48


def test_a_low_shelf_that_sells_all_it_has_lost_nothing_to_being_low() -> None:
    change, low, high = numbers(stock_effect(estimate(shop(FAILED)))["beyond_empty"])
    assert change == pytest.approx(0, abs=0.08)
    assert low <= change <= high


def test_a_finding_is_said_in_words() -> None:
    found = stock_effect(estimate(shop(FAILED)))["everywhere"]
    assert english(found["said"]).startswith("When a delivery failed, 50 % less of the product was sold that month")
    assert english(found["said"]).endswith("That is the effect of stock.")


def test_a_lorry_that_comes_to_no_door_counts_for_its_store() -> None:
    """Nothing reaches store 1 in eight months. The products reach all others, so none of them failed."""
    ledger = shop({})
    for month in range(3, 35, 4):
        ledger = with_cells(ledger, (month, 1), received=0, sold=2, closing=0)
        ledger = with_cells(ledger, (month + 1, 1), opening=0, received=LEVEL, closing=LEVEL - SOLD)
    found = stock_effect(estimate(ledger))
    assert (found["products"], found["stores"]) == (0, 8)
    assert numbers(found["everywhere"])[0] == pytest.approx(-0.5, abs=0.05)


def test_what_was_not_low_did_not_need_a_delivery() -> None:
    """Nothing sold, nothing ordered: shelves stand at their level and no delivery has failed."""
    ledger = with_cells(shop({}), (20, slice(None), 0), received=0, opening=LEVEL, closing=2)
    found = deliveries(estimate(ledger), ledger.received)  # type: ignore[arg-type]
    assert not found.failed.any()
    assert not grid(ledger, found.low)[20, :, 0].any()


def test_a_product_that_reached_one_store_has_not_failed() -> None:
    ledger = shop(FAILED)
    one = with_cells(ledger, (12, 3, 2), received=4)
    assert deliveries(estimate(one), one.received).products == 7  # type: ignore[arg-type]


def test_usual_is_what_quieter_months_were_filled_up_to() -> None:
    """Twice as much is kept and sold in December. A November that opens at 6 is not low; a December that does is."""
    ledger = shop({})
    busy = np.where(np.arange(MONTHS) % 12 == 11, 2.0, 1.0)[:, None] * np.ones(ledger.sold.shape)
    assert ledger.received is not None
    supply = LEVEL * busy
    sold = SOLD * busy
    ledger = replace(ledger, opening=supply - sold, received=sold, sold=sold, closing=supply - sold)
    ledger = with_cells(ledger, (34, slice(None), 0), opening=6, received=0)
    ledger = with_cells(ledger, (35, slice(None), 0), opening=5, received=0)
    found = deliveries(estimate(ledger), ledger.received)  # type: ignore[arg-type]
    low, failed = (grid(ledger, cells) for cells in (found.low, found.failed))
    assert not low[34, :, 0].any()
    assert low[35, :, 0].all()
    assert np.argwhere(failed.any(axis=1)).tolist() == [[35, 0]]


# --- what cannot be said ---------------------------------------------------------------


def refused() -> dict[str, tuple[Ledger, str]]:
    few = dict(list(FAILED.items())[:3])
    return {
        "no receipts known": (replace(steady(), received=None), "No effect: it needs the units received."),
        "nothing failed": (shop({}), f"No effect: it needs failed deliveries in {FEWEST_MONTHS} months; there are 0."),
        "three failed": (shop(few), f"No effect: it needs failed deliveries in {FEWEST_MONTHS} months; there are 3."),
        "short": (steady(months=3), "No demand: it needs 12 months of stock and sales; there are 3."),
        "receipts unknown": (
            with_cells(steady(), (...,), received=np.nan),
            f"No effect: it needs failed deliveries in {FEWEST_MONTHS} months; there are 0.",
        ),
    }


@pytest.mark.parametrize("case", refused())
def test_what_cannot_be_known_is_a_sentence(case: str) -> None:
    ledger, sentence = refused()[case]
    found = stock_effect(estimate(ledger))
    for name in ("everywhere", "where_low", "beyond_empty"):
        effect: Any = found[name]  # type: ignore[literal-required]
        assert english(effect["why"]) == english(effect["said"]) == sentence
        assert (effect["change"], effect["low"], effect["high"]) == (None, None, None)


# --- demo worlds -----------------------------------------------------------------------


@pytest.mark.parametrize("seed", [141, 142, 143])
def test_failed_deliveries_of_a_demo_world_are_found_and_their_effect_is(seed: int) -> None:
    """Stock goes with sales by .7 in a world in which a full shelf sells no more than a low one."""
    world = judged(DemoSpec(seed=seed))
    demand = estimate(world.ledger)
    found = stock_effect(demand)
    seen = deliveries(demand, world.ledger.received)  # type: ignore[arg-type]
    assert world.failed[seen.failed].mean() > 0.93
    assert seen.failed[world.failed].mean() > 0.55
    cells = {"everywhere": world.failed, "where_low": world.failed & world.due}
    spared = {"everywhere": ~world.failed, "where_low": ~world.failed & world.due}
    for name in cells:
        served = [world.ledger.sold[c].sum() / world.demand[c].sum() for c in (cells[name], spared[name])]
        change, low, high = numbers(found[name])  # type: ignore[literal-required]
        assert change == pytest.approx(served[0] / served[1] - 1, abs=0.08)
        assert low <= served[0] / served[1] - 1 <= high
    _, low, high = numbers(found["beyond_empty"])
    assert low <= 0 <= high
    assert "no detectable effect" in english(found["beyond_empty"]["said"])


def test_shelves_that_draw_customers_are_found() -> None:
    """A shelf a third as full is chosen 0.33^0.8 = 0.4 times as often."""
    found = stock_effect(estimate(judged(DemoSpec(seed=141, display_effect=0.8)).ledger))["beyond_empty"]
    assert numbers(found)[2] < 0
    assert "less than their stock allowed" in english(found["said"])


def test_equal_ledgers_give_equal_intervals() -> None:
    first, second = (stock_effect(estimate(shop(FAILED))) for _ in "ab")
    assert first == second


def test_where_no_shelf_ran_empty_stock_cut_no_sales() -> None:
    """What sells is what is delivered, from shelves of 200: a month without a delivery is one without a wish."""
    ledger = judged(DemoSpec(stores=6, chains=2, products=30, customers=300, target_lines=3000, months=24)).ledger
    full = np.full_like(ledger.sold, 200.0)
    found = stock_effect(estimate(replace(ledger, opening=full, closing=full, received=ledger.sold.copy())))
    for effect in (found["everywhere"], found["where_low"], found["beyond_empty"]):
        assert effect["change"] is None
        assert "no shelf ran empty" in effect["said"]["text"]
