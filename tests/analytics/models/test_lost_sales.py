"""Losses of any part of the panel, and intervals that hold for sums."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from analytics.models.coverage import FEWEST_CELLS, back_test
from analytics.models.demand import Demand, estimate
from analytics.models.ledger import Kind
from analytics.models.lost_sales import Evidence, lost_of
from benchmarks.models.worlds import Judged, judged, lost_by, parts_of, summed
from data.demo import DemoSpec
from tests.analytics.models.ledgers import poisson_world, steady, with_cells

KINDS: tuple[Kind, ...] = ("all", "store", "product")


def by_stockout(demand: Demand) -> Any:
    """Value, low and high of each single stockout."""
    return lost_of(Evidence.of(demand), parts_of(demand), len(demand.stockouts.cell))


@pytest.fixture(scope="module")
def demand() -> Demand:
    return estimate(poisson_world(seed=21)[0])


@pytest.fixture(scope="module", params=[131, 132, 133])
def world(request: pytest.FixtureRequest) -> Judged:
    return judged(DemoSpec(seed=request.param))


# --- sums ------------------------------------------------------------------------------


def test_without_stockouts_the_loss_is_none_at_all() -> None:
    found = lost_by(estimate(steady()), "all")
    assert [float(a[0]) for a in (found.value, found.low, found.high)] == [0, 0, 0]
    assert [int(a[0]) for a in found[5:]] == [24 * 2 * 3, 0, 0, 0]


def test_parts_add_up_to_the_whole(demand: Demand) -> None:
    whole, stores, products = (lost_by(demand, "all"), lost_by(demand, "store"), lost_by(demand, "product"))
    assert stores.value.sum() == pytest.approx(whole.value[0])
    assert products.value == pytest.approx(summed(demand.ledger, "product", demand.lost))
    assert by_stockout(demand)[0] == pytest.approx(demand.lost.ravel()[demand.stockouts.cell])
    assert stores.stockouts.sum() == whole.stockouts[0] == len(demand.stockouts.cell)


def test_the_interval_of_a_sum_is_narrower_than_added_intervals_and_wider_than_if_errors_were_strangers(
    demand: Demand,
) -> None:
    whole, (_value, low, high) = lost_by(demand, "all"), by_stockout(demand)
    width, widths = (whole.high - whole.low)[0], high - low
    strangers = 2 * 1.2816 * np.sqrt(demand.stockouts.variance.sum())
    assert width < 0.5 * widths.sum()
    assert width > 1.2 * strangers


def test_the_share_of_doubt_falls_with_what_is_summed_up(demand: Demand) -> None:
    found = (by_stockout(demand), lost_by(demand, "store")[:3], lost_by(demand, "all")[:3])
    doubt = [(high - low).sum() / value.sum() for value, low, high in found]
    assert doubt[0] > 2 * doubt[1] > 2 * doubt[2]


def test_units_are_whole_and_money_comes_in_prices(demand: Demand) -> None:
    price = np.full(len(demand.ledger.shelves), 2.5)
    units, money = lost_by(demand, "store"), lost_by(demand, "store", price)
    assert (units.low % 1 == 0).all()
    assert (units.high % 1 == 0).all()
    for one, other in zip(units[:3], money[:3], strict=True):
        assert other == pytest.approx(2.5 * one)


def test_each_unit_has_its_own_price(demand: Demand) -> None:
    dear = demand.ledger.shelves.product == 3
    found = lost_by(demand, "all", np.where(dear, 10.0, 1.0))
    assert found.value[0] == pytest.approx(demand.lost.sum() + 9 * demand.lost[:, dear].sum())


def test_what_was_not_asked_for_is_left_out(demand: Demand) -> None:
    some = np.array([3, 4, 9])
    found = lost_by(demand, "store", months=some)
    assert found.value[0] == pytest.approx(demand.lost[some][:, demand.ledger.shelves.store == 0].sum())
    assert found.cells[0] == 3 * 20


def test_cells_without_a_number_are_counted_and_a_group_of_them_has_none() -> None:
    thin = estimate(with_cells(steady(), (slice(None), 0, 0), closing=0))
    found = lost_by(thin, "store")
    assert found.unknown.tolist() == [24, 0]
    assert found.value.tolist() == [0, 0]
    products = lost_by(estimate(with_cells(steady(), (slice(None), slice(None), 0), closing=0)), "product")
    assert np.isnan([products.value[0], products.low[0], products.high[0]]).all()
    assert not np.isnan(products.value[1:]).any()


def test_months_that_may_hide_more_make_a_loss_at_least() -> None:
    hidden = estimate(with_cells(steady(), (9, 1, 1), opening=0, received=12))
    assert lost_by(hidden, "store").hiding.tolist() == [0, 1]


def test_without_a_model_there_is_no_loss() -> None:
    found = lost_by(estimate(steady(months=3)), "all")
    assert np.isnan([found.value[0], found.low[0], found.high[0]]).all()
    assert (found.cells[0], found.unknown[0]) == (0, 18)


# --- do they hold? ---------------------------------------------------------------------


def test_intervals_hold_what_demo_worlds_really_lost(world: Judged) -> None:
    """80 % intervals of the total, of 15 stores and of 100 products: most hold, and they are not simply wide."""
    demand = estimate(world.ledger)
    held = {}
    for name in KINDS:
        found, truth = lost_by(demand, name), summed(world.ledger, name, world.unmet)
        held[name] = ((found.low <= truth) & (truth <= found.high)).mean()
        if name == "store":
            assert (found.high - found.low).sum() < 0.4 * found.value.sum()
    assert held["all"] == 1
    assert held["store"] >= 0.6
    assert held["product"] >= 0.75


def test_the_back_test_finds_what_it_hid_itself(world: Judged) -> None:
    found = back_test(estimate(world.ledger))
    assert found["why"] is None
    assert found["n"] > 500
    assert (found["first"], found["last"]) == (0, 35)
    assert found["bias"] == pytest.approx(0, abs=12)
    assert found["cells"] is not None
    assert found["sums"] is not None
    assert found["cells"] >= 80  # of whole units: an interval of "0 to 1" holds more often than promised
    assert found["sums"] >= 60
    assert found["sums_n"] >= 15


def test_the_back_test_is_the_same_every_time() -> None:
    ledger, _ = poisson_world(seed=22)
    assert back_test(estimate(ledger)) == back_test(estimate(ledger))
    assert back_test(estimate(ledger), seed=2) != back_test(estimate(ledger))


def test_the_back_test_shows_an_interval_that_promises_too_much() -> None:
    """Dispersion is three; told that it is one, the model is too sure of itself."""
    rng = np.random.default_rng(3)
    ledger, _ = poisson_world(seed=23, stores=12, products=40)
    lumps = np.where(ledger.sold > 0, rng.geometric(0.25, ledger.sold.shape), 1) * ledger.sold
    supply = np.round((ledger.sold + ledger.closing) * 4)
    sold = np.minimum(lumps, supply)
    wild = replace(ledger, sold=sold, closing=supply - sold)
    honest, bold = (back_test(estimate(replace(wild, dispersion=phi)))["cells"] for phi in (8.0, 1.01))
    assert honest is not None
    assert bold is not None
    assert bold < honest - 10


@pytest.mark.parametrize("months", [6, 24])
def test_nothing_to_test_is_said(months: int) -> None:
    found = back_test(estimate(steady(months=months)))
    assert found["why"]
    assert found["cells"] is None
    assert found["n"] < FEWEST_CELLS
