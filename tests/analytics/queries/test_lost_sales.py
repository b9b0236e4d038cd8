"""What empty shelves cost, in a demo world that knows it, and in files that cannot tell."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics import queries
from analytics.cube import Cube
from analytics.estimates import PUBLISHED, Estimates, ledger_of, prices
from analytics.filters import Filters, Scope
from analytics.models.lost_sales import MOVED, Parts, lost_of, over
from analytics.queries import Lacking, View
from analytics.refresh import refresh
from analytics.table import Ask
from benchmarks.models.worlds import every
from data.demo import DemoData, DemoSpec, generate
from data.demo.retailer import write
from data.warehouse import Warehouse
from tests.analytics.queries.shelves import copied, named

SPEC = DemoSpec(stores=6, chains=2, products=30, customers=400, months=30, target_lines=6_000, seed=3)
ALL = Filters()
GROUPINGS: tuple[queries.By, ...] = ("store", "chain", "category", "product")
SELECTIONS = (
    ALL,
    Filters(quarters=("2021Q2",)),
    Filters(quarters=("2021Q1", "2021Q3", "2022Q2", "2023Q1")),
    Filters(chains=("Alderway",), quarters=("2021Q1", "2023Q2")),
    Filters(stores=("S01", "S02", "S05")),
    Filters(stores=("S04",), categories=("Toys", "Kitchen"), quarters=("2021Q4", "2022Q4")),
)


@pytest.fixture(scope="module")
def demo() -> DemoData:
    return generate(SPEC)


@pytest.fixture(scope="module")
def view(demo: DemoData, tmp_path_factory: pytest.TempPathFactory) -> View:
    folder = tmp_path_factory.mktemp("lost")
    write(demo, folder)
    return View(Cube.open(refresh(folder / "raw", Warehouse(folder / "warehouse"))[0]))


@pytest.fixture(scope="module")
def found(view: View) -> Estimates:
    assert isinstance(view.cube.fitted.estimates, Estimates)
    return view.cube.fitted.estimates


def without(view: View, table: str, folder: Path) -> View:
    """A shop of the same world whose files lack a table."""
    raw = view.cube.version.path.parents[2] / "raw"
    for path in raw.iterdir():
        if path.stem != table:
            (folder / path.name).write_bytes(path.read_bytes())
    return View(Cube.open(refresh(folder, Warehouse(folder / "warehouse"))[0]))


def losses(view: View, filters: Filters, by: queries.By) -> dict[str, float]:
    rows = queries.lost_sales_by(view, filters, by).page(Ask())["rows"]
    return {row["id"]: row["lost_sales"] for row in rows}


def test_the_models_read_the_ledger_as_it_was_delivered(demo: DemoData, view: View) -> None:
    ledger = ledger_of(view.cube.column, received=True, dispersion=1.0)
    cube, shape = view.cube, ledger.sold.shape
    assert shape == (SPEC.months, SPEC.stores * SPEC.products)
    products = [str(product) for product in cube.column("products.product_id")]
    index = pd.MultiIndex.from_product([cube.calendar.month_labels(np.arange(SPEC.months)), cube.store_ids, products])
    stock = demo.tables["inventory"].assign(month=lambda t: t.month.astype(str).str[:7])
    stock = stock.set_index(["month", "store_id", "product_id"]).reindex(index)
    for name in ("opening", "received", "closing"):
        assert np.array_equal(getattr(ledger, name), stock[f"{name}_units"].to_numpy(np.float64).reshape(shape))
    gone = stock.opening_units + stock.received_units - stock.shrink_units - stock.closing_units
    assert np.array_equal(ledger.sold, gone.to_numpy(np.float64).reshape(shape))
    assert ledger.first_month == 0


def test_the_world_lost_about_what_is_told(demo: DemoData, view: View) -> None:
    """Not served as asked for: lost, or taken as something else or later. The model never sees these numbers."""
    cells = demo.truth["cells"]
    truth = float((cells.lost_units + cells.substituted_units + cells.delayed_units).sum())
    told = queries.lost_sales(view, ALL)
    assert told["units"] == pytest.approx(truth, rel=0.15)
    assert told["stockouts"] == int((demo.tables["inventory"].closing_units == 0).sum())
    assert told["cells"] + told["unknown"] == SPEC.months * SPEC.stores * SPEC.products


@pytest.mark.parametrize("by", GROUPINGS)
@pytest.mark.parametrize("filters", SELECTIONS)
def test_sums_that_were_made_once_are_those_of_the_shelves(
    view: View, found: Estimates, filters: Filters, by: queries.By
) -> None:
    """The equation of `lost_sales` over every shelf of the selection, whichever of its terms were summed before."""
    selection = view.cube.select(filters)
    shelf, names = named(view.cube, found.shelves, filters, by)
    ids = sorted(view.cube.labels(by, selection))
    moved = (over(getattr(found.losses.totals, name), selection.period.months, shelf) for name in MOVED)
    parts = Parts(shelf, np.searchsorted(ids, names), found.price[shelf], *moved)
    evidence = found.losses.evidence
    expected = {i: ends for i, *ends in zip(ids, *lost_of(evidence, parts, len(ids)), strict=True)}
    whole = lost_of(evidence, parts._replace(group=np.zeros_like(shelf)), 1)
    told = queries.lost_sales(view, filters)
    assert [told["money"], told["low"], told["high"]] == pytest.approx([e[0] for e in whole], rel=1e-4, abs=0.01)
    rows = queries.lost_sales_by(view, filters, by).page(Ask())["rows"]
    assert len(rows) == len(ids)
    for row in rows:
        assert [row["lost_sales"], row["low"], row["high"]] == pytest.approx(expected[row["id"]], rel=1e-4, abs=0.01)


@pytest.mark.parametrize("by", GROUPINGS)
def test_losses_of_parts_add_up_and_intervals_do_not(view: View, by: queries.By) -> None:
    whole, parts = queries.lost_sales(view, ALL), queries.lost_sales_by(view, ALL, by)
    money, low, high = (parts.columns[name].astype(np.float64) for name in ("lost_sales", "low", "high"))
    assert whole["money"] == pytest.approx(money.sum(), abs=0.02)
    assert np.all((low <= money) & (money <= high))
    assert whole["low"] is not None
    assert whole["high"] is not None
    assert whole["high"] - whole["low"] < (high - low).sum()
    assert list(money) == sorted(money, reverse=True)


def test_quarters_add_up_to_the_whole(view: View) -> None:
    quarters = view.cube.calendar.quarter_list()
    told = [queries.lost_sales(view, Filters(quarters=(quarter,)))["money"] or 0 for quarter in quarters]
    assert sum(told) == pytest.approx(queries.lost_sales(view, ALL)["money"], abs=0.1)


def test_a_lost_unit_is_worth_what_is_usually_paid_there(demo: DemoData, view: View, found: Estimates) -> None:
    sales = demo.tables["sales"]
    there = sales[sales.store_id == "S02"]
    paid = there.groupby("product_id").agg(net=("net_amount", "sum"), units=("quantity", "sum"))
    ledger = ledger_of(view.cube.column, True, None)
    price = ledger.shelves.grid(prices(view.cube.column, ledger.shelves))
    store = list(view.cube.store_ids).index("S02")
    products = [str(p) for p in view.cube.column("products.product_id")]
    for product, row in paid[paid.units > 0].iterrows():
        assert price[store, products.index(str(product))] == pytest.approx(row.net / row.units)
    expected = (ledger.shelves.grid(found.losses.totals.lost[-1]) * price)[store].sum()
    assert losses(view, ALL, "store")["S02"] == pytest.approx(expected, rel=1e-4)


def test_the_share_is_of_what_was_wanted(view: View, found: Estimates) -> None:
    """Units sold in months with a number, and those lost."""
    told, totals, ledger = queries.lost_sales(view, ALL), found.losses.totals, ledger_of(view.cube.column, True, None)
    lost, sold = told["units"] or 0, float(ledger.units[np.diff(totals.told, axis=0) > 0].sum())
    assert told["share"] == pytest.approx(100 * lost / (lost + sold), abs=0.01)


def test_filters_and_rights_narrow(view: View) -> None:
    whole = losses(view, ALL, "store")
    some = losses(view, Filters(stores=("S01", "S03")), "store")
    assert some == {store: whole[store] for store in ("S01", "S03")}
    assert set(losses(View(view.cube, Scope.of(("S01",))), ALL, "store")) == {"S01"}
    one = str(view.cube.categories[0])
    assert set(losses(view, Filters(categories=(one,)), "category")) == {one}
    nothing = queries.lost_sales(view, Filters(stores=()))
    assert (nothing["money"], nothing["cells"], nothing["share"]) == (None, 0, None)


def test_failed_deliveries_are_told_whatever_is_filtered(view: View) -> None:
    everything = queries.failed_deliveries(view, ALL)
    assert everything == queries.failed_deliveries(view, Filters(quarters=("2021Q1",)))
    assert everything["everywhere"]["why"] or everything["everywhere"]["change"] is not None


def test_files_without_stock_get_a_sentence(view: View, tmp_path: Path) -> None:
    bare = without(view, "inventory", tmp_path)
    for ask in (queries.lost_sales, queries.failed_deliveries):
        with pytest.raises(Lacking, match="needs months of which both sales and closing stock are known"):
            ask(bare, ALL)


def test_a_version_of_an_earlier_release_says_so(view: View, tmp_path: Path) -> None:
    version = copied(view.cube.version, tmp_path)
    file = version.path / PUBLISHED.file
    file.write_text(json.dumps(json.loads(file.read_text()) | {"edition": 1}))
    with pytest.raises(Lacking, match="loaded by an earlier release"):
        queries.lost_sales(View(Cube.open(version)), ALL)


def test_equal_data_give_equal_estimates(view: View, tmp_path: Path, demo: DemoData) -> None:
    write(demo, tmp_path)
    again = View(Cube.open(refresh(tmp_path / "raw", Warehouse(tmp_path / "warehouse"))[0]))
    assert queries.lost_sales(again, ALL) == queries.lost_sales(view, ALL)
    assert queries.failed_deliveries(again, ALL) == queries.failed_deliveries(view, ALL)


def test_a_price_comes_from_elsewhere_or_the_list_where_nothing_was_sold() -> None:
    """Milk sold at 2.00 in the first store only; nobody bought honey, which the list has at 9.00, or salt, in none."""
    arrays = {
        "stores.store_id": np.array(["a", "b"]),
        "products.product_id": np.array(["honey", "milk", "salt"]),
        "products.unit_price": np.array([9.0, 3.0, np.nan]),
        "cells.store_idx": np.array([0, 1]),
        "cells.product_idx": np.array([1, 0]),
        "cells.net_sales_cents": np.array([600, 0]),
        "cells.units_sold": np.array([3, 0]),
    }
    shelves = every(2, np.zeros(3, dtype=np.int64))
    assert prices(arrays.__getitem__, shelves).tolist() == [9.0, 2.0, 0.01, 9.0, 2.0, 0.01]
