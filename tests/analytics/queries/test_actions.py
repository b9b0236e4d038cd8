"""The action list of a published demo retailer, and of files that cannot tell."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics import queries
from analytics.action_lists import FILE, ActionLists
from analytics.cube import Cube
from analytics.filters import Filters, Scope
from analytics.models.actions import KINDS
from analytics.queries import Lacking, View
from analytics.refresh import refresh
from analytics.table import Ask, Condition
from data.demo import DemoSpec, build
from data.warehouse import Warehouse
from tests.analytics.conftest import Retailer

SPEC = DemoSpec(stores=6, chains=2, products=30, customers=400, months=30, target_lines=6_000, seed=3)
ALL = Filters()
TEN = Ask(stop=10)


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("actions"), SPEC)


@pytest.fixture(scope="module")
def view(raw: Path) -> View:
    return View(Cube.open(refresh(raw, Warehouse(raw.parent / "warehouse"))[0]))


def changed(raw: Path, folder: Path, table: str, **columns: object) -> View:
    """The same retailer, whose files tell something else in some columns of a table."""
    for path in raw.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    pd.read_parquet(folder / f"{table}.parquet").assign(**columns).to_parquet(folder / f"{table}.parquet")
    return View(Cube.open(refresh(folder, Warehouse(folder / "warehouse"))[0]))


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


def test_what_is_in_stock_is_what_was_counted_last(raw: Path, view: View) -> None:
    stock = pd.read_parquet(raw / "inventory.parquet")
    last = stock[stock.month == stock.month.max()].set_index(["store_id", "product_id"]).closing_units
    rows = queries.actions(view, ALL, "restock").page(Ask())["rows"]
    assert [row["on_hand"] for row in rows] == [last[row["store_id"], row["product_id"]] for row in rows]
    assert all(row["on_hand"] + row["units"] <= row["level"] for row in rows)


def test_cards_are_sums_of_the_rows(view: View) -> None:
    for service in ("pays", "90"):
        sums = queries.action_sums(view, ALL, "all", service)
        assert sum(sums["kinds"][kind]["count"] for kind in KINDS) == sums["chosen"]["count"]
        for kind in KINDS:
            rows = queries.actions(view, ALL, kind, service).page(Ask())["rows"]
            assert sums["kinds"][kind]["likely"] == pytest.approx(sum(row["likely"] for row in rows), abs=0.02)
            assert sums["kinds"][kind]["units"] == sum(row["units"] for row in rows)
        ten = queries.actions(view, ALL, "all", service, 10).page(Ask())["rows"]
        assert sums["top"]["count"] == len(ten) == 10
        assert sums["top"]["low"] < sums["top"]["likely"] == pytest.approx(sum(row["likely"] for row in ten), abs=0.02)
    assert sums["month"] == "2023-06"
    assert sums["thin"] == sums["unpriced"] == 0


def test_filters_choose_rows_and_the_quarter_does_not(view: View) -> None:
    store = queries.actions(view, Filters(stores=("S01",)), "all").page(Ask())["rows"]
    assert {row["store_id"] for row in store if row["kind"] != "transfer"} == {"S01"}
    assert all("S01" in (row["store_id"], row["giver_id"]) for row in store)
    assert queries.store_actions(view, ALL, "S01").page(Ask())["rows"] == store[:10]
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


def test_a_user_of_one_store_gets_a_plan_without_the_others(view: View) -> None:
    """What others could send is ordered instead: nothing depends on stores out of sight."""
    of_all = queries.actions(view, ALL, "transfer", "90").page(Ask())["rows"]
    taker = str(of_all[0]["store_id"])
    mine = View(view.cube, Scope.of((taker,)))
    rows = queries.actions(mine, ALL, "all", "90").page(Ask())["rows"]
    assert {row["store_id"] for row in rows} == {taker}
    assert {row["giver_id"] for row in rows} == {""}
    of_product = [row for row in rows if row["product_id"] == of_all[0]["product_id"]]
    assert [row["units"] for row in of_product] == [of_all[0]["level"] - of_all[0]["on_hand"]]


def test_a_plan_of_all_stores_is_the_one_that_was_published(view: View) -> None:
    found = view.cube.actions
    assert isinstance(found, ActionLists)
    again = found.planned("95", np.ones(SPEC.stores, np.bool_))
    assert all(np.array_equal(a, b) for a, b in zip(again, found.by_service["95"], strict=True))


def test_without_costs_there_is_a_sentence(raw: Path, tmp_path: Path) -> None:
    lacking = changed(raw, tmp_path, "products", unit_cost=np.nan)
    with pytest.raises(Lacking, match="unit cost"):
        queries.actions(lacking, ALL, "all")


def test_a_product_without_a_cost_is_counted_and_left_out(raw: Path, tmp_path: Path) -> None:
    cost = pd.read_parquet(raw / "products.parquet").unit_cost.astype(float)
    some = changed(raw, tmp_path, "products", unit_cost=cost.where(cost.index > 0))
    product = str(pd.read_parquet(raw / "products.parquet").product_id[0])
    assert queries.action_sums(some, ALL, "all")["unpriced"] == SPEC.stores
    assert queries.action_sums(some, Filters(stores=("S01",)), "all")["unpriced"] == 1
    assert product not in {row["product_id"] for row in queries.actions(some, ALL, "all").page(Ask())["rows"]}


def test_months_too_few_for_demand_are_too_few_for_actions(tmp_path: Path) -> None:
    raw = build(tmp_path, replace(SPEC, months=6, target_lines=1_000))
    view = View(Cube.open(refresh(raw, Warehouse(tmp_path / "warehouse"))[0]))
    with pytest.raises(Lacking, match="12 months"):
        queries.action_sums(view, ALL, "all")


def test_a_month_in_which_nobody_counted_yet_is_not_today(uncounted: Retailer) -> None:
    """Sold in until the 20th of the last month, and counted at the end of the month before."""
    found = uncounted.cube.actions
    assert not isinstance(found, ActionLists) or found.month < len(uncounted.cube.calendar.months) - 1


def test_a_version_of_an_earlier_release_says_what_to_do(view: View, tmp_path: Path) -> None:
    version = replace(view.cube.version, path=tmp_path)
    assert not (tmp_path / FILE).exists()
    found = ActionLists.of(version)
    assert isinstance(found, dict)
    assert "Load them again" in found["text"]
