"""Unconstrained demand of ledgers that can be followed by hand, and of demo worlds that know what was wanted."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from analytics.arrays import mid_ranks
from analytics.models.censored import at_least
from analytics.models.demand import THIN, Demand, estimate
from analytics.models.ledger import Ledger
from benchmarks.models.worlds import judged, summed
from data.demo import DemoSpec
from data.said import english
from tests.analytics.models.ledgers import grid, poisson_world, steady, with_cells


def cells(found: Demand, name: str) -> Any:
    """What was found, as (…, stores, products)."""
    return grid(found.ledger, getattr(found, name))


def levels(found: Demand) -> Any:
    """Level of each store × product."""
    assert found.factors
    return grid(found.ledger, found.factors.level)


# --- numbers that can be seen ----------------------------------------------------------


def test_without_a_stockout_sales_are_demand_and_nothing_is_lost() -> None:
    ledger, _ = poisson_world(seed=1, supply=100)
    found = estimate(ledger)
    assert found.why is None
    assert (found.lost == 0).all()
    assert (found.unconstrained == ledger.sold).all()
    assert len(found.stockouts.cell) == 0


def test_steady_sales_are_what_is_expected() -> None:
    found = estimate(steady(sold=4))
    assert found.expected == pytest.approx(np.full((24, 6), 4.0), abs=0.01)
    assert found.factors
    assert found.factors.season.mean() == pytest.approx(1)
    assert found.factors.trend.mean() == pytest.approx(1)


def test_a_stockout_of_a_steady_product_lost_what_is_usual_and_what_might_have_come_on_top() -> None:
    """Four are sold every month; once the shelf is empty after one. A demand of one or more is 4.1 on average."""
    found = estimate(with_cells(steady(), (13, 1, 2), sold=1, closing=0))
    usual, _ = at_least(np.array([4.0]), np.array([1.0]), 1.5)
    assert usual[0] == pytest.approx(4.1, abs=0.1)
    assert cells(found, "unconstrained")[13, 1, 2] == pytest.approx(usual[0], abs=0.2)
    assert cells(found, "lost")[13, 1, 2] == pytest.approx(usual[0] - 1, abs=0.2)
    assert np.count_nonzero(found.lost) == 1


def test_a_shelf_empty_all_month_lost_what_was_expected() -> None:
    found = estimate(with_cells(steady(), (13, 1, 2), opening=0, received=0, sold=0, closing=0))
    assert cells(found, "lost")[13, 1, 2] == pytest.approx(cells(found, "expected")[13, 1, 2])
    assert cells(found, "lost")[13, 1, 2] == pytest.approx(4, abs=0.2)


def test_december_and_growth_are_learned() -> None:
    """Twice as much each December, and a tenth more in the second year; an empty December loses a December."""
    ledger = steady(sold=20)
    busy = np.where(np.arange(24) % 12 == 11, 2.0, 1.0) * np.where(np.arange(24) < 12, 1.0, 1.1)
    ledger = replace(ledger, sold=ledger.sold * busy[:, None])
    found = estimate(with_cells(ledger, (23, 0, 0), sold=0, closing=0))
    assert found.factors
    assert found.factors.season[11, 0] / found.factors.season[:11, 0].mean() == pytest.approx(2, rel=0.02)
    assert found.factors.trend[12:].mean() / found.factors.trend[:12].mean() == pytest.approx(1.1, rel=0.02)
    assert cells(found, "lost")[23, 0, 0] == pytest.approx(44, rel=0.05)


def test_a_fiscal_calendar_does_not_matter_to_a_season() -> None:
    """The same ledger read as from July: its season moves by six months, its numbers stay."""
    ledger, _ = poisson_world(seed=2)
    first, second = estimate(ledger), estimate(replace(ledger, first_month=6))
    assert second.lost == pytest.approx(first.lost, abs=1e-9)
    assert first.factors
    assert second.factors
    assert np.roll(first.factors.season, 6, axis=0) == pytest.approx(second.factors.season)


def test_a_pair_with_little_history_is_drawn_to_what_its_store_and_product_do() -> None:
    """Big sells twice as much as Small; a product that is new in Small sold 3 there, by chance none in one month."""
    ledger = steady(months=24, stores=2, products=12, sold=8)
    ledger = with_cells(ledger, np.s_[:, 1], sold=4)
    ledger = with_cells(with_cells(ledger, np.s_[:20, 1, 0], ranged=False), np.s_[20:, 1, 0], sold=1)
    assert 1 < levels(estimate(ledger))[1, 0] < 4


def test_a_pair_that_sells_as_no_other_has_its_own_level() -> None:
    """A product sells 30 in one store, where store and product say 14, month after month: most of it is believed."""
    found = levels(estimate(with_cells(steady(products=8, stores=6, sold=10), (slice(None), 2, 3), sold=30)))
    assert 25 < found[2, 3] < 30
    assert found[2, 4] == pytest.approx(10, rel=0.1)


def test_a_stores_taste_for_a_category_tells_what_a_new_product_will_sell_there() -> None:
    """All wines sell 12 in store 0 and 6 elsewhere. One that is new there sold 9 in four months: it will do better."""
    ledger = steady(products=12, stores=6, sold=6)
    ledger = replace(ledger, shelves=replace(ledger.shelves, category=np.arange(12) % 2))
    ledger = with_cells(ledger, (slice(None), 0, slice(0, 12, 2)), sold=12)
    ledger = with_cells(with_cells(ledger, np.s_[:20, 0, 0], ranged=False), np.s_[20:, 0, 0], sold=9)
    assert 10 < levels(estimate(ledger))[0, 0] < 12


def test_a_month_unlike_its_year_and_its_season_is_noticed() -> None:
    """Half as much again is sold everywhere in one July and not in the next: most of it is no season."""
    found = estimate(with_cells(steady(stores=6, products=20, sold=10), (6,), sold=15))
    assert found.factors
    expected = found.expected.mean(axis=1)
    assert expected[6] / expected[5] == pytest.approx(1.5, rel=0.1)
    assert expected[18] / expected[17] == pytest.approx(1, rel=0.12)


def test_cells_that_are_not_ranged_or_not_known_have_no_number_and_teach_nothing() -> None:
    ledger = steady()
    gaps = with_cells(ledger, (5, 0, 0), sold=np.nan)
    gaps = with_cells(gaps, (6, 0, 0), closing=np.nan)
    gaps = with_cells(gaps, (7, 0, 0), ranged=0, sold=900)
    found = estimate(gaps)
    assert np.argwhere(np.isnan(cells(found, "lost"))).tolist() == [[5, 0, 0], [6, 0, 0], [7, 0, 0]]
    assert np.isnan(cells(found, "expected")[5, 0, 0])
    assert cells(found, "expected")[8, 0, 0] == pytest.approx(4, abs=0.01)


def test_more_returned_than_sold_counts_as_nothing_sold() -> None:
    found = estimate(with_cells(steady(), (3, 0, 0), sold=-1))
    assert cells(found, "unconstrained")[3, 0, 0] == 0


# --- invariance ------------------------------------------------------------------------


def test_the_order_of_stores_and_products_does_not_matter() -> None:
    ledger, _ = poisson_world(seed=3)
    stores, products = np.random.default_rng(0).permutation(6), np.random.default_rng(1).permutation(20)

    def moved(values: Any) -> Any:
        return grid(ledger, values)[..., stores, :][..., products].reshape(values.shape)

    names = ("opening", "received", "sold", "closing", "ranged")
    category = replace(ledger.shelves, category=ledger.shelves.category[products])
    shuffled = replace(ledger, shelves=category, **{n: moved(getattr(ledger, n)) for n in names})
    first, second = estimate(ledger), estimate(shuffled)
    assert second.lost == pytest.approx(moved(first.lost), abs=1e-9)
    assert second.information == pytest.approx(moved(first.information))


def test_shelves_that_no_store_has_do_not_matter() -> None:
    """Half of the shelves are not carried: left out of the ledger or empty in it, the others get the same numbers."""
    ledger, _ = poisson_world(seed=6)
    carried = np.random.default_rng(0).random(len(ledger.shelves)) < 0.5
    empty = replace(ledger, ranged=ledger.ranged & carried)
    kept = {n: getattr(ledger, n)[:, carried] for n in ("opening", "received", "sold", "closing", "ranged")}
    shelves = replace(ledger.shelves, store=ledger.shelves.store[carried], product=ledger.shelves.product[carried])
    whole, some = estimate(empty), estimate(replace(ledger, shelves=shelves, **kept))
    assert some.lost == pytest.approx(whole.lost[:, carried], abs=1e-9)
    assert np.nansum(shelves.grid(some.lost)) == pytest.approx(np.nansum(whole.lost))


def test_equal_ledgers_give_equal_numbers() -> None:
    ledger, _ = poisson_world(seed=4)
    assert estimate(ledger).lost.tobytes() == estimate(ledger).lost.tobytes()


def test_received_units_are_not_needed() -> None:
    ledger, _ = poisson_world(seed=5)
    assert estimate(replace(ledger, received=None)).lost.tobytes() == estimate(ledger).lost.tobytes()


# --- "at least" ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "hides"),
    [
        ({"opening": 5, "received": 8, "sold": 3}, False),  # what was there outlasted the month
        ({"opening": 3, "received": 8, "sold": 3}, True),  # all gone, perhaps long before the delivery
        ({"opening": 0, "received": 8, "sold": 3}, True),
        ({"opening": 3, "received": 0, "sold": 3}, False),  # books that do not add up, but nothing came
        ({"opening": 0, "received": 8, "sold": 0}, False),
        ({"opening": 3, "received": np.nan, "sold": 3}, True),
        ({"opening": np.nan, "received": 8, "sold": 3}, True),
        ({"opening": 0, "received": 3, "sold": 3, "closing": 0}, False),  # seen to be empty: estimated
    ],
)
def test_a_month_may_hide_a_spell_where_its_opening_stock_was_sold(cell: dict[str, float], hides: bool) -> None:
    found = estimate(with_cells(steady(), (9, 1, 1), **cell))
    assert cells(found, "may_hide_more")[9, 1, 1] == hides


# --- what cannot be said ---------------------------------------------------------------


def test_a_pair_that_was_always_out_has_no_number_and_the_others_have() -> None:
    found = estimate(with_cells(steady(), (slice(2, None), 0, 0), closing=0))
    assert np.argwhere(cells(found, "thin")).tolist() == [[0, 0]]
    assert np.isnan(cells(found, "lost")[:, 0, 0]).all()
    assert not np.isnan(cells(found, "lost")[:, 1]).any()
    assert english(THIN) == "No demand: this product closed with stock in this store in fewer than 3 months."


def bad_ledgers() -> dict[str, tuple[Ledger, str]]:
    ledger = steady()
    everywhere = (slice(None), slice(None), slice(None))
    return {
        "three months": (steady(months=3), "No demand: it needs 12 months of stock and sales; there are 3."),
        "no months": (steady(months=0), "No demand: it needs months of which both sales and closing stock are known."),
        "no stock": (
            with_cells(ledger, everywhere, closing=np.nan),
            "No demand: it needs months of which both sales and closing stock are known.",
        ),
        "nothing ranged": (
            with_cells(ledger, everywhere, ranged=0),
            "No demand: it needs months of which both sales and closing stock are known.",
        ),
        "all zeros": (with_cells(ledger, everywhere, sold=0, closing=0), "No demand: nothing was sold."),
        "always out": (
            with_cells(ledger, everywhere, closing=0),
            "No demand: shelves were nearly always empty at month's end, so sales show supply and not demand.",
        ),
        "hardly a sale": (
            with_cells(with_cells(ledger, everywhere, sold=0), (0, 0, 0), sold=7),
            "No demand: it needs 50 units sold; there are 7.",
        ),
        "no stores": (
            steady(stores=0),
            "No demand: it needs months of which both sales and closing stock are known.",
        ),
    }


@pytest.mark.parametrize("case", bad_ledgers())
def test_what_cannot_be_known_is_a_sentence_and_no_number(case: str) -> None:
    ledger, sentence = bad_ledgers()[case]
    found = estimate(ledger)
    assert found.why
    assert english(found.why) == sentence
    assert np.isnan(found.lost).all()
    assert np.isnan(found.expected).all()
    assert found.factors is None


@pytest.mark.parametrize("ledger", [steady(stores=1, sold=9), steady(products=1, sold=9), steady(1 * 24, 1, 1, 9)])
def test_one_store_or_one_product_is_enough(ledger: Ledger) -> None:
    found = estimate(with_cells(ledger, (13, 0, 0), sold=2, closing=0))
    assert found.lost[13, 0] == pytest.approx(7, abs=1.5)


def test_shapes_that_do_not_fit_are_refused() -> None:
    ledger = steady()
    with pytest.raises(ValueError, match="need one shape"):
        replace(ledger, closing=ledger.closing[1:])
    with pytest.raises(ValueError, match="one of 6 shelves, not of 4"):
        replace(ledger, shelves=steady(products=2).shelves)


# --- recovery --------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [11, 12])
def test_poisson_demand_is_recovered(seed: int) -> None:
    """Stock of 0.4 to 2.4 times the mean: sales alone miss a seventh of demand."""
    ledger, demand = poisson_world(seed)
    found = estimate(ledger)
    assert ledger.sold.sum() / demand.sum() < 0.9
    assert found.unconstrained.sum() / demand.sum() == pytest.approx(1, abs=0.01)
    out = found.stockouts
    assert out.lost.sum() == pytest.approx((demand - ledger.sold).sum(), rel=0.06)


def test_dispersion_is_found_where_no_lines_tell_it() -> None:
    ledger, demand = poisson_world(seed=13)
    found = estimate(replace(ledger, dispersion=None))
    assert found.factors
    assert found.factors.dispersion == pytest.approx(1, abs=0.08)
    assert found.unconstrained.sum() / demand.sum() == pytest.approx(1, abs=0.015)


@pytest.mark.parametrize("seed", [121, 122])
def test_a_demo_world_is_recovered_within_three_percent(seed: int) -> None:
    """Sales alone miss 15 % of demand, in all and by store. Products are ranked by what they lost.

    One world may rank them a little worse than the mean of many, .92, but better than a count of stockouts does.
    """
    world = judged(DemoSpec(seed=seed))
    found = estimate(world.ledger)
    told, wanted = (summed(world.ledger, "store", a) for a in (found.unconstrained, world.demand))
    by_store = told / wanted - 1
    assert world.ledger.sold.sum() / world.demand.sum() - 1 < -0.10
    assert found.unconstrained.sum() / world.demand.sum() == pytest.approx(1, abs=0.03)
    assert np.abs(by_store).mean() < 0.03
    missed = np.maximum(world.demand - world.ledger.sold, 0)
    lost, counted, truly = (
        mid_ranks(summed(world.ledger, "product", a)) for a in (found.lost, world.ledger.out, missed)
    )
    assert np.corrcoef(lost, truly)[0, 1] > max(0.80, np.corrcoef(counted, truly)[0, 1])


def test_stockouts_that_tell_nothing_find_nothing() -> None:
    """Closing stock dealt out at random: lost units no longer go with what was really lost."""
    world = judged(DemoSpec(seed=121))
    rng = np.random.default_rng(0)
    closing = rng.permutation(world.ledger.closing.ravel()).reshape(world.ledger.closing.shape)
    shuffled, honest = estimate(replace(world.ledger, closing=closing)), estimate(world.ledger)
    cells = [np.corrcoef(found.lost.ravel(), world.unmet.ravel())[0, 1] for found in (shuffled, honest)]
    assert cells[0] < 0.2
    assert cells[1] > 0.5
