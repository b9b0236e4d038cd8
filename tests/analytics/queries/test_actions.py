"""The action list of a published demo retailer, and of files that cannot tell."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics import queries
from analytics.action_lists import PAYS, PUBLISHED, SERVICES, ActionLists, planned
from analytics.cube import Cube
from analytics.filters import Filters, Scope
from analytics.models.actions import KINDS
from analytics.planning import Planning
from analytics.queries import Lacking, View
from analytics.refresh import refresh
from analytics.table import Ask, Condition
from data.demo import DemoData, DemoSpec, generate
from data.demo.retailer import write
from data.warehouse import Warehouse

SPEC = DemoSpec(stores=6, chains=2, products=30, customers=400, months=30, target_lines=6_000, seed=3)
ALL = Filters()
PRODUCT = "P001"


@pytest.fixture(scope="module")
def demo() -> DemoData:
    return generate(SPEC)


@pytest.fixture(scope="module")
def view(demo: DemoData, tmp_path_factory: pytest.TempPathFactory) -> View:
    return published(demo, tmp_path_factory.mktemp("actions"))


def published(demo: DemoData, folder: Path) -> View:
    write(demo, folder)
    return View(Cube.open(refresh(folder / "raw", Warehouse(folder / "warehouse"))[0]))


def costing(demo: DemoData, folder: Path, cost: "pd.Series[float]") -> View:
    """The same retailer with other unit costs."""
    products = demo.tables["products"].assign(unit_cost=cost)
    return published(replace(demo, tables=demo.tables | {"products": products}), folder)


def test_the_list_is_ranked_by_money_and_says_why(view: View) -> None:
    page = queries.actions(view, ALL, "all").page(Ask())
    money = [row["likely"] for row in page["rows"]]
    assert page["count"] == len(money) > 10
    assert money == sorted(money, reverse=True)
    first = page["rows"][0]
    assert first["low"] <= first["likely"] <= first["high"]
    assert first["reason"].startswith(("0 in stock, ", "A top seller with "))
    assert f"{first['chance']:.0f} %" in first["reason"]
    assert first["grade"] in "ABC"


def test_what_is_in_stock_is_what_was_counted_last(demo: DemoData, view: View) -> None:
    stock = demo.tables["inventory"]
    last = stock[stock.month == stock.month.max()].set_index(["store_id", "product_id"]).closing_units
    rows = queries.actions(view, ALL, "restock").page(Ask())["rows"]
    assert [row["on_hand"] for row in rows] == [last[row["store_id"], row["product_id"]] for row in rows]
    assert all(row["on_hand"] + row["units"] <= row["level"] for row in rows)


@pytest.mark.parametrize("filters", [ALL, Filters(chains=("Alderway",)), Filters(stores=("S02",))])
def test_cards_are_sums_of_the_rows(view: View, filters: Filters) -> None:
    """Of whole chains they are known; those of some stores are made of the rows."""
    for service in ("pays", "90"):
        sums = queries.action_sums(view, filters, "all", service)
        assert sum(sums["kinds"][kind]["count"] for kind in KINDS) == sums["chosen"]["count"]
        for kind in KINDS:
            rows = queries.actions(view, filters, kind, service).page(Ask())["rows"]
            assert sums["kinds"][kind]["likely"] == pytest.approx(sum(row["likely"] for row in rows), abs=0.02)
            assert sums["kinds"][kind]["units"] == sum(row["units"] for row in rows)
        ten = queries.actions(view, filters, "all", service, 10).page(Ask())["rows"]
        assert sums["top"]["count"] == len(ten) == 10
        assert sums["top"]["low"] < sums["top"]["likely"] == pytest.approx(sum(row["likely"] for row in ten), abs=0.02)
    assert sums["month"] == "2023-06"
    assert sums["thin"] == sums["unpriced"] == 0


def test_filters_choose_rows_and_the_quarter_does_not(view: View) -> None:
    store = queries.actions(view, Filters(stores=("S01",)), "all").page(Ask())["rows"]
    assert {row["store_id"] for row in store if row["kind"] != "transfer"} == {"S01"}
    assert all("S01" in (row["store_id"], row["giver_id"]) for row in store)
    every = queries.actions(view, ALL, "all").page(Ask())["rows"]
    assert [row for row in every if "S01" in (row["store_id"], row["giver_id"])] == store
    assert queries.actions(view, Filters(quarters=("2021Q1",)), "all").page(Ask())["rows"] == every
    category = str(view.cube.categories[0])
    some = queries.actions(view, Filters(categories=(category,)), "all").page(Ask())
    assert 0 < some["count"] < len(every)


def test_a_grid_can_sort_and_filter_it(view: View) -> None:
    table = queries.actions(view, ALL, "all")
    found = table.page(Ask(sort=(("units", True),), where=(Condition("store_name", "contains", "a"),)))
    units = [row["units"] for row in found["rows"]]
    assert units == sorted(units, reverse=True)
    everything = [row for chunk in table.chunks(Ask()) for row in chunk]
    assert [row[-1] for row in everything] == [row["reason"] for row in table.page(Ask())["rows"]]


@pytest.fixture(scope="module")
def uneven(demo: DemoData, tmp_path_factory: pytest.TempPathFactory) -> View:
    """The same retailer with 200 more units of one product in its first store at the end."""
    stock = demo.tables["inventory"].copy()
    here = (stock.month == stock.month.max()) & (stock.store_id == "S01") & (stock.product_id == PRODUCT)
    stock.loc[here, ["received_units", "closing_units"]] += 200
    return published(replace(demo, tables=demo.tables | {"inventory": stock}), tmp_path_factory.mktemp("uneven"))


def of_product(view: View, kind: str = "all") -> list[dict[str, Any]]:
    rows = queries.actions(view, ALL, kind, "95").page(Ask())["rows"]
    return [row for row in rows if row["product_id"] == PRODUCT]


def test_what_lies_in_one_store_goes_to_the_others_of_its_chain(uneven: View) -> None:
    """No unit is ordered where it can be sent, none leaves the chain, and the rest is too much."""
    chain_of = dict(zip(uneven.cube.store_ids, uneven.cube.chains[uneven.cube.chain_of], strict=True))
    sent, (left,) = of_product(uneven, "transfer"), of_product(uneven, "reduce")
    assert {row["giver_id"] for row in sent} == {"S01"}
    assert {chain_of[row["store_id"]] for row in sent} == {chain_of["S01"]}
    assert all(row["giver_name"] in row["reason"] for row in sent)
    assert left["store_id"] == "S01"
    assert left["on_hand"] == left["level"] + left["units"] + sum(row["units"] for row in sent)
    ordered = {row["store_id"] for row in of_product(uneven) if row["kind"] in ("restock", "protect")}
    assert ordered.isdisjoint({row["store_id"] for row in sent})


def test_a_user_of_one_store_gets_a_plan_without_the_others(uneven: View) -> None:
    """What another store could send is ordered instead, and nobody learns that it lies there."""
    (of_all, *_) = of_product(uneven, "transfer")
    mine = View(uneven.cube, Scope.of((str(of_all["store_id"]),)))
    assert {row["giver_id"] for row in queries.actions(mine, ALL, "all", "95").page(Ask())["rows"]} == {""}
    (alone,) = of_product(mine)
    assert alone["kind"] in ("restock", "protect")
    assert alone["units"] == of_all["units"]
    theirs = View(uneven.cube, Scope.of(("S01",)))
    assert [row["kind"] for row in of_product(theirs)] == ["reduce"]


def test_a_plan_of_all_stores_is_the_one_that_was_published(view: View) -> None:
    found = view.cube.fitted.actions
    assert isinstance(found, ActionLists)
    again = planned(found.shelves, np.flatnonzero(found.planned), "95")
    assert all(np.array_equal(a, b) for a, b in zip(again, found.by_service["95"], strict=True))


def test_without_costs_there_is_a_sentence(demo: DemoData, tmp_path: Path) -> None:
    lacking = costing(demo, tmp_path, demo.tables["products"].unit_cost * np.nan)
    with pytest.raises(Lacking, match="unit cost"):
        queries.actions(lacking, ALL, "all")


def test_a_product_without_a_cost_is_counted_and_left_out(demo: DemoData, tmp_path: Path) -> None:
    products = demo.tables["products"]
    some = costing(demo, tmp_path, products.unit_cost.where(products.index > 0))
    first = str(products.product_id[0])
    assert queries.action_sums(some, ALL, "all")["unpriced"] == SPEC.stores
    assert queries.action_sums(some, Filters(stores=("S01",)), "all")["unpriced"] == 1
    assert first not in {row["product_id"] for row in queries.actions(some, ALL, "all").page(Ask())["rows"]}


def test_months_too_few_for_demand_are_too_few_for_actions(tmp_path: Path) -> None:
    with pytest.raises(Lacking, match="12 months"):
        queries.action_sums(published(generate(replace(SPEC, months=6, target_lines=1_000)), tmp_path), ALL, "all")


def test_what_pays_brings_most(view: View) -> None:
    """The level that pays on each shelf is worth more than any one level for all, and no row of it costs."""
    worth = {service: queries.action_sums(view, ALL, "all", service)["chosen"]["likely"] for service in SERVICES}
    assert max(worth, key=lambda service: worth[service]) == PAYS
    assert min(row["likely"] for row in queries.actions(view, ALL, "all").page(Ask())["rows"]) >= 0


def test_a_version_of_an_earlier_release_says_what_to_do(view: View, tmp_path: Path) -> None:
    version = replace(view.cube.version, path=tmp_path)
    assert not (tmp_path / PUBLISHED.file).exists()
    found = ActionLists.of(version, Planning.of(version))
    assert isinstance(found, dict)
    assert "Load them again" in found["text"]
