"""The Products tab's answers against the recomputation from the raw files."""

from functools import cache
from math import isnan, nan
from typing import Any

import numpy as np
import pytest

from analytics import queries
from analytics.queries.products import TABLE_KPIS
from analytics.table import Ask, Page
from tests.analytics.brute_force import close, kpis
from tests.analytics.conftest import Retailer
from tests.analytics.raw_files import Slice
from tests.analytics.selections import filters_of, selections

DECIMALS = {"rel": 0, "abs_": 0.000051}
SELECTIONS = ["everything", "one chain", "quarters apart", "one quarter", "one category", "no store", "no quarter"]
TEXTS = ("product_name", "category", "abc", "xyz")


def abc(revenue: dict[str, float]) -> dict[str, str]:
    """A while the products before hold less than 80 % of the revenue, B while less than 95 %."""
    total, before = sum(v for v in revenue.values() if v > 0), 0.0
    found = dict.fromkeys(revenue, "–")
    for product in sorted(revenue, key=lambda p: -revenue[p]):
        if revenue[product] > 0:
            found[product] = "A" if before < 0.8 * total else "B" if before < 0.95 * total else "C"
            before += revenue[product]
    return found


def xyz(cut: Slice) -> dict[str, str]:
    """By the spread of monthly units around their mean; months without a sale are months of 0 units."""
    by_month = cut.lines.groupby(["product_id", "month"])["quantity"].sum().to_dict()
    found = {}
    for product in cut.products["product_id"]:
        units = [by_month.get((product, month), 0) for month in cut.months]
        known = len(units) >= 3 and sum(units) > 0
        variation = np.std(units) / np.mean(units) if known else nan
        found[product] = "–" if not known else "X" if variation <= 0.5 else "Y" if variation <= 1.0 else "Z"
    return found


@cache
def assortment(retailer: Retailer, selection: str) -> dict[str, dict[str, Any]]:
    """The product table by product id."""
    cut = retailer.files.cut(selections(retailer.files)[selection])
    found = {product: kpis(part, by_product=True) for product, part in cut.groups("product").items()}
    abc_class, xyz_class = abc({product: float(row["net_sales"]) for product, row in found.items()}), xyz(cut)
    about = cut.products.set_index("product_id")
    return {
        product: {
            **{kpi_id: float(row[kpi_id]) for kpi_id in TABLE_KPIS},
            **about.loc[product, ["product_name", "category"]],
            "abc": abc_class[product],
            "xyz": xyz_class[product],
        }
        for product, row in found.items()
    }


@pytest.mark.parametrize("selection", SELECTIONS)
def test_a_row_for_each_product_in_any_order(retailer: Retailer, selection: str) -> None:
    """Sorted by every column, both ways, and read in pages of forty: always the same rows, in order."""
    chosen = selections(retailer.files)[selection]
    expected = assortment(retailer, selection)

    table = queries.product_table(retailer.view, filters_of(chosen))

    def page(key: str, descending: bool, start: int, stop: int) -> Page:
        return table.page(Ask(start, stop, ((key, descending),)))

    for row in page("net_sales", True, 0, 1000)["rows"]:
        wanted = expected[row["product_id"]]
        assert {k for k in TABLE_KPIS if not close(row[k], wanted[k], **DECIMALS)} == set()
        assert [row[k] for k in TEXTS] == [wanted[k] for k in TEXTS]
    for key in (*TABLE_KPIS, *TEXTS):
        for descending in (True, False):
            whole = page(key, descending, 0, 1000)
            pages = [page(key, descending, start, start + 40)["rows"] for start in range(0, len(expected), 40)]
            assert [row for rows in pages for row in rows] == whole["rows"]
            assert whole["count"] == len(expected)
            assert {row["product_id"] for row in whole["rows"]} == set(expected)
            values = [row[key] for row in whole["rows"] if row[key] is not None]
            assert values == sorted(values, reverse=descending)
            assert all(row[key] is None for row in whole["rows"][len(values) :])


@pytest.mark.parametrize("selection", SELECTIONS)
def test_classes_hold_products_and_their_share_of_sales(retailer: Retailer, selection: str) -> None:
    chosen = selections(retailer.files)[selection]
    rows = assortment(retailer, selection).values()
    found = queries.class_grid(retailer.view, filters_of(chosen))
    total = sum(row["net_sales"] for row in rows)
    for a, row_class in enumerate("ABC"):
        for x, column_class in enumerate("XYZ"):
            inside = [row["net_sales"] for row in rows if (row["abc"], row["xyz"]) == (row_class, column_class)]
            assert found["products"][a][x] == len(inside)
            assert close(found["share"][a][x], 100 * sum(inside) / total if total else nan, **DECIMALS)
    assert found["left_out"] == sum("–" in (row["abc"], row["xyz"]) for row in rows)


@pytest.mark.parametrize("selection", SELECTIONS)
def test_top_sellers_that_stand_empty_most_come_first(retailer: Retailer, selection: str) -> None:
    chosen = selections(retailer.files)[selection]
    top = {p: row for p, row in assortment(retailer, selection).items() if row["abc"] == "A"}
    empty = [p for p in top if top[p]["stockout_rate"] > 0]
    wanted = sorted(empty, key=lambda p: -round(top[p]["stockout_rate"], 9))[:5]
    found = queries.top_seller_gaps(retailer.view, filters_of(chosen), most=5)
    assert (found["among"], found["ids"]) == (len(top), wanted)
    assert found["labels"] == [top[p]["product_name"] for p in wanted]
    for i, product in enumerate(wanted):
        assert close(found["stockout_rate"][i], top[product]["stockout_rate"], **DECIMALS)
        assert close(found["net_sales"][i], top[product]["net_sales"], **DECIMALS)


def excess(cut: Slice, target_days: int) -> dict[str, tuple[float, float, float]]:
    """Overstock, dead stock and all stock of each product at cost, each store × product judged by itself."""
    found: dict[str, tuple[float, float, float]] = {}
    if not cut.months:
        return found
    at_end = cut.ledger_rows[cut.ledger_rows["month"] == cut.months[-1]]
    units = cut.lines.groupby(["store_id", "product_id"])["quantity"].sum()
    ever_sold = set(cut.lines[cut.lines["sold"]].groupby(["store_id", "product_id"]).groups)
    for row in at_end.itertuples():
        pair = (row.store_id, row.product_id)
        cost = 0.0 if isnan(row.unit_cost) else row.unit_cost
        needed = target_days * max(0, units.get(pair, 0)) / cut.days
        over = max(0.0, row.closing_units - needed) * cost if pair in ever_sold else 0.0
        dead = row.closing_units * cost if pair not in ever_sold else 0.0
        before = found.get(row.product_id, (0.0, 0.0, 0.0))
        found[row.product_id] = (before[0] + over, before[1] + dead, before[2] + row.closing_units * cost)
    return found


@pytest.mark.parametrize("target_days", [30, 60])
@pytest.mark.parametrize("selection", SELECTIONS)
def test_money_in_stock_that_is_not_needed(retailer: Retailer, selection: str, target_days: int) -> None:
    """An excess in one store never makes up for a shortage in another."""
    chosen = selections(retailer.files)[selection]
    expected = excess(retailer.files.cut(chosen), target_days)
    found = queries.excess_stock(retailer.view, filters_of(chosen), target_days, most=8)
    assert found["total_stock"] == pytest.approx(sum(stock for _, _, stock in expected.values()))
    wanted = {p: round(over + dead, 6) for p, (over, dead, _) in expected.items() if over + dead > 0}
    assert found["total_overstock"] + found["total_dead"] == pytest.approx(sum(wanted.values()))
    assert found["ids"] == sorted(wanted, key=lambda p: -wanted[p])[:8]
    for product, over, dead in zip(found["ids"], found["overstock"], found["dead"], strict=True):
        assert over + dead == pytest.approx(wanted[product], rel=1e-6, abs=0.00011)


@pytest.mark.parametrize("selection", ["everything", "one quarter"])
def test_dead_stock_has_not_sold_once_in_the_period(demo: Retailer, selection: str) -> None:
    """What was sold and brought back did sell: all of it may be overstock, but it is not dead."""
    chosen = selections(demo.files)[selection]
    expected = excess(demo.files.cut(chosen), 60)
    found = queries.excess_stock(demo.view, filters_of(chosen), 60)
    assert found["total_dead"] == pytest.approx(sum(dead for _, dead, _ in expected.values()))
    assert found["dead"] == pytest.approx([expected[p][1] for p in found["ids"]], rel=1e-6, abs=0.00006)
