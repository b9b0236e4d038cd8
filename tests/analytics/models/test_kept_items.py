"""From a ledger to the items of the year to come, on shelves whose numbers can be followed by hand."""

from dataclasses import replace

import numpy as np
import pytest

from analytics.models.demand import estimate
from analytics.models.kept_items import NOTHING_KEPT, Kept, Offer, kept_items
from analytics.models.ledger import Ledger
from analytics.models.stocked_items import protection
from tests.analytics.models.ledgers import poisson_world, steady, with_cells

DAYS = 365.25 / 12


def offer(ledger: Ledger, cost: float = 6.0, days: float = 0.0) -> Offer:
    """Everything sells at 10."""
    products = len(ledger.shelves.category)
    return Offer(np.full(len(ledger.shelves), 10.0), np.full(products, cost), np.full(products, days))


def found(ledger: Ledger, given: Offer | None = None) -> Kept:
    kept = kept_items(estimate(ledger), given or offer(ledger))
    assert isinstance(kept, Kept)
    return kept


def test_a_steady_shop_goes_on_as_it_did() -> None:
    """4 units a month are sold of the 12 that are there after each delivery: 8 at the start and 4 received."""
    kept = found(steady())
    assert (len(kept.items), kept.since, kept.without) == (6, 23, 0)
    assert kept.items.mean == pytest.approx(np.full((12, 6), 4.0))
    assert kept.items.level == pytest.approx(np.full((12, 6), 12.0))
    assert kept.store.tolist() == [0, 0, 0, 1, 1, 1]
    assert kept.product.tolist() == [0, 1, 2, 0, 1, 2]
    assert set(kept.items.dispersion) == {1.5}


def test_a_level_covers_the_lead_time_too() -> None:
    """An order that takes half a month must have held 12 after the delivery and the 2 units sold meanwhile."""
    ledger = steady()
    assert found(ledger, offer(ledger, days=DAYS / 2)).items.level == pytest.approx(np.full((12, 6), 14.0))


def test_the_year_begins_after_the_last_counted_month() -> None:
    """January to December, 4 units; in each December 12. Counted until November, the year to come begins with it."""
    ledger = with_cells(steady(36), np.s_[11::12], sold=12.0, received=12.0, opening=8.0, closing=8.0)
    assert found(ledger).items.mean[11] == pytest.approx(np.full(6, 12.0), rel=0.02)
    uncounted = with_cells(ledger, np.s_[35], closing=np.nan)
    kept = found(uncounted)
    assert kept.since == 34
    assert kept.items.mean[0] == pytest.approx(np.full(6, 12.0), rel=0.02)
    assert kept.items.mean[1] == pytest.approx(np.full(6, 4.0), rel=0.02)


def test_demand_is_that_of_the_last_year() -> None:
    """Twice as much in the second year: 8 units a month are expected, and levels keep their safety in SDs."""
    ledger = with_cells(steady(), np.s_[12:], sold=8.0, received=8.0)
    items = found(ledger).items
    assert items.mean == pytest.approx(np.full((12, 6), 8.0), rel=0.01)
    _, sd = protection(np.array([4.0, 8.0]), np.full(2, 1.5), np.zeros(2), np.full(2, DAYS))
    safety = ((12 - 4) / sd[0] + (16 - 8) / sd[1]) / 2
    assert items.level == pytest.approx(np.full((12, 6), 8 + safety * sd[1]), rel=0.01)


def test_a_month_without_delivery_has_the_usual_safety() -> None:
    ledger = with_cells(steady(), np.s_[2::12, 0, 0], received=0.0, opening=12.0)
    assert found(ledger).items.level[2, 0] == pytest.approx(12.0, rel=0.01)
    never = with_cells(steady(), np.s_[:, 0, 0], received=0.0, opening=500.0, closing=500.0)
    assert found(never).items.level[:, 0] == pytest.approx(np.full(12, 12.0), rel=0.01)


def test_what_is_no_longer_carried_is_no_item() -> None:
    ledger = with_cells(steady(), np.s_[-1, 1, 2], ranged=False)
    kept = found(ledger)
    assert list(zip(kept.store, kept.product, strict=True)) == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1)]
    nothing = replace(ledger, ranged=ledger.ranged & (np.arange(24) < 23)[:, None])
    still = found(nothing)
    assert (still.since, len(still.items)) == (22, 6)


def test_a_product_without_a_number_is_counted_and_left_out() -> None:
    """It closed at zero in all but two months."""
    kept = found(with_cells(steady(), np.s_[:22, 0, 1], closing=0.0))
    assert (len(kept.items), kept.without) == (5, 1)


def test_unknown_costs_and_lead_times_are_assumed_and_told() -> None:
    """6 of 10 is what a unit costs where it is known, so that is taken where it is not."""
    ledger = steady()
    some = offer(ledger)._replace(cost=np.array([6.0, np.nan, 6.0]), lead_time_days=np.array([3.0, np.nan, 3.0]))
    kept = found(ledger, some)
    assert kept.items.cost.tolist() == [6.0] * 6
    assert kept.items.lead_time_days.tolist() == [3, 0, 3, 3, 0, 3]
    assert kept.uncosted.tolist() == kept.undated.tolist() == [False, True, False] * 2
    nobody = found(ledger, some._replace(cost=np.full(3, np.nan)))
    assert nobody.items.cost.tolist() == [10.0] * 6
    assert nobody.uncosted.all()


def test_failures_are_those_of_deliveries_that_were_due() -> None:
    """Shelves are filled to 12 and open at 8: each month a delivery is due, and every third month none comes.

    What shelves are usually filled to is known from the third month on.
    """
    ledger = steady(stores=3, products=6)
    assert found(ledger).failure == 0
    failing = with_cells(ledger, np.s_[2::3], received=0.0, closing=4.0)
    after = with_cells(failing, np.s_[3::3], opening=4.0, received=8.0)
    assert found(after).failure == pytest.approx(8 / 22, abs=0.05)
    assert found(replace(ledger, received=None)).failure is None


def test_without_received_units_a_rise_is_a_delivery() -> None:
    """8 at the start, 4 sold and 8 left: 12 were there."""
    assert found(replace(steady(), received=None)).items.level == pytest.approx(np.full((12, 6), 12.0))


def test_little_evidence_makes_a_mean_uncertain() -> None:
    few, many = (found(steady(months)).items.uncertainty.mean() for months in (12, 48))
    assert 0 < many < few < 0.5


def test_levels_and_demand_of_a_random_world() -> None:
    """Shelves filled to about 1.4 times the mean; the means are those of the draws, within chance."""
    ledger, demand = poisson_world(3, months=36)
    kept = found(ledger)
    told = kept.items.yearly()
    assert told.sum() == pytest.approx(demand.sum() / 3, rel=0.05)
    assert kept.items.level.mean() == pytest.approx(float(ledger.received.mean()), rel=0.1)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("ledger", "reason"),
    [
        (steady(3), "months of stock and sales"),
        (steady(sold=0.0), "nothing was sold"),
        (replace(steady(), closing=np.zeros((24, 6))), "nearly always empty"),
    ],
)
def test_thin_data_get_a_sentence(ledger: Ledger, reason: str) -> None:
    kept = kept_items(estimate(ledger), offer(ledger))
    assert not isinstance(kept, Kept)
    assert reason in kept["text"]


def test_one_store_with_one_product_has_an_item() -> None:
    assert found(steady(stores=1, products=1)).items.mean == pytest.approx(np.full((12, 1), 4.0))


def test_a_range_that_is_all_new_has_no_item() -> None:
    """The only product left came last month."""
    ledger = with_cells(steady(stores=1, products=2), np.s_[:23, :, 1], ranged=False)
    only_new = with_cells(ledger, np.s_[23, :, 0], ranged=False)
    assert kept_items(estimate(only_new), offer(only_new)) == NOTHING_KEPT
