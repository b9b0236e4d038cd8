"""What the Data page says of the files, counted again in the files themselves."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from analytics import queries
from analytics.cube import Cube
from analytics.filters import Filters, Scope
from analytics.kpi import KPIS
from analytics.queries import View
from analytics.refresh import refresh
from analytics.table import Ask, Listed
from data.warehouse import Version, Warehouse
from tests.analytics.conftest import Retailer

CELL = ["store_id", "product_id", "month"]
SALES = "transaction_id,sold_at,store_id,product_id,quantity,unit_price"
STOCK = "month,store_id,product_id,opening_units,closing_units"
# Two kiosks sell milk and honey; nobody counts what is left, and nobody knows who buys.
BARE = {
    "stores.csv": ["store_id,landlord", "A,Ann", "B,Bob"],
    "products.csv": ["product_id,unit_cost", "milk,0.60", "honey,3.00"],
    "sales.csv": [SALES, "1,2023-03-01,A,milk,3,2.00", "2,2023-03-05,B,honey,1,6.00", "3,2023-03-06,B,honey,0,6.00"],
}


def rows(table: Listed) -> list[dict[str, Any]]:
    return table.page(Ask())["rows"]


def published(folder: Path, **more: list[str]) -> View:
    """The bare retailer, with other files or more of them."""
    folder.mkdir()
    for name, lines in (BARE | {f"{table}.csv": lines for table, lines in more.items()}).items():
        (folder / name).write_text("\n".join(lines) + "\n")
    return View(Cube.open(refresh(folder, Warehouse(folder / "warehouse"))[0]))


def reconciled(view: View) -> list[tuple[Any, ...]]:
    """Result, checked, hold and differ of opening, received, sold and net."""
    found = rows(queries.reconciliation(view, Filters()))
    return [(row["result"], row["checked"], row["hold"], row["differ"]) for row in found]


def counted(retailer: Retailer) -> list[tuple[int, int]]:
    """Checked and differing rows of the four identities, from the raw files."""
    ledger, sales = retailer.files.ledger, retailer.files.sales
    before = ledger[[*CELL, "closing_units"]].assign(month=ledger["month"] + 1)
    chained = ledger.merge(before, on=CELL, suffixes=("", "_before"))
    sold = sales.groupby(CELL, as_index=False)["quantity"].sum()
    both = ledger.merge(sold, on=CELL, how="left").fillna({"quantity": 0})
    gone = both["opening_units"] + both["received_units"] - both["shrink_units"] - both["closing_units"]
    cents = sales["net"] - sales["gross"] + sales["discount"]
    return [
        (len(chained), int((chained["opening_units"] != chained["closing_units_before"]).sum())),
        (len(ledger), int((ledger["received_units"] < 0).sum())),
        (len(both), int((gone != both["quantity"]).sum())),
        (len(sales), int((cents.abs() > 1).sum())),
    ]


def test_every_identity_holds_in_the_demo(demo: Retailer) -> None:
    """15 stores × 100 products × 36 months, the first of which has no month before it."""
    cells, lines = 15 * 100 * 36, len(demo.files.sales)
    checked = [15 * 100 * 35, cells, cells, lines]
    assert reconciled(demo.view) == [("holds everywhere", n, n, 0) for n in checked]
    assert {row["share"] for row in rows(queries.reconciliation(demo.view, Filters()))} == {0}
    facts = queries.facts_of_version(demo.view, Filters())
    assert (facts["identities_checked"], facts["identities_hold"], facts["findings"]) == (4, 4, 0)


def test_identities_are_counted_as_the_files_say(retailer: Retailer) -> None:
    found = rows(queries.reconciliation(retailer.view, Filters()))
    assert [(row["checked"], row["differ"]) for row in found] == counted(retailer)
    assert all(row["hold"] == row["checked"] - row["differ"] for row in found)
    assert all(row["share"] == pytest.approx(100 * row["differ"] / row["checked"], abs=1e-4) for row in found)


def test_what_does_not_hold_has_examples_of_the_files(odd: Retailer) -> None:
    """P004 was taken off the shelf of S02 in September 2021, with units left in August."""
    opening, received, sold, _ = rows(queries.reconciliation(odd.view, Filters()))
    assert (opening["differ"], received["examples"]) == (1, "")
    assert re.fullmatch(
        r"row \d+: month 2021-09-01, store_id S02, product_id P004, opening_units 0, closed_before \d+",
        opening["examples"],
    )
    assert sold["examples"].count("gone_units") == 5


def test_facts_are_those_of_the_files(odd: Retailer) -> None:
    facts, files = queries.facts_of_version(odd.view, Filters()), odd.files
    counts = [len(t) for t in (files.stores, files.products, files.customers, files.sales, files.ledger)]
    assert [facts["stores"], facts["products"], facts["customers"], facts["lines"], facts["stock_months"]] == counts
    assert (facts["rows_read"], facts["rows_kept"], facts["files"]) == (sum(counts), sum(counts), 5)
    assert (facts["first_month"], facts["last_month"], facts["fiscal_year_start"]) == ("2021-02", "2022-05", 4)
    assert (facts["as_of"], facts["version"]) == ("2022-05-31", odd.version.id)
    assert (facts["identities_checked"], facts["identities_hold"], facts["findings"]) == (4, 2, 4)


def test_findings_say_what_they_touch(odd: Retailer) -> None:
    """One of 24 products has no cost: margins and stock at cost leave it out."""
    found = {row["what"]: row for row in rows(queries.findings(odd.view, Filters()))}
    costless = found["unit_cost is blank"]
    assert (costless["table"], costless["count"], costless["of"]) == ("products", 1, 24)
    assert costless["share"] == pytest.approx(100 / 24, abs=1e-4)
    assert costless["examples"] == "row 10: product_id P010, unit_cost none"
    assert {"Gross margin", "GMROI"} <= set(costless["kpis"].split("; "))
    assert "Net sales" not in costless["kpis"]
    shares = [row["share"] for row in found.values()]
    assert shares == sorted(shares, reverse=True)


def test_checks_that_found_nothing_are_named(odd: Retailer) -> None:
    facts = queries.facts_of_version(odd.view, Filters())
    quiet = rows(queries.quiet_checks(odd.view, Filters()))
    assert len(quiet) == facts["quiet"]
    assert len(quiet) + facts["findings"] == len(odd.cube.report.checks)
    customers = int(odd.files.sales["customer_id"].notna().sum())  # guests have no id to look up
    assert {"table": "sales", "what": "customer_id is not in customers", "of": customers} in quiet


def test_rows_set_aside_are_counted(tmp_path: Path) -> None:
    """A line of 0 units is none; no file says who the customers are."""
    view = published(tmp_path / "bare")
    found = {row["table"]: row for row in rows(queries.tables_read(view, Filters()))}
    assert found["sales"] == {
        "table": "sales",
        "file": "sales.csv",
        "rows_read": 3,
        "rows_kept": 2,
        "set_aside": 1,
        "share_kept": pytest.approx(66.6667),
    }
    assert found["customers"] == {
        "table": "customers",
        "file": "",
        "rows_read": None,
        "rows_kept": 0,
        "set_aside": None,
        "share_kept": None,
    }
    facts = queries.facts_of_version(view, Filters())
    assert (facts["files"], facts["rows_read"], facts["rows_kept"]) == (3, 7, 6)


def test_rows_of_the_version_before_are_told(tmp_path: Path) -> None:
    """Two lines of March stay where only April is loaded, with the stores that were not delivered again."""
    march = published(tmp_path / "bare")
    assert "taken_over" not in rows(queries.tables_read(march, Filters()))[0]
    header, line, *_rest = BARE["sales.csv"]
    raw, warehouse = tmp_path / "april", Warehouse(tmp_path / "bare" / "warehouse")
    raw.mkdir()
    (raw / "sales.csv").write_text(f"{header}\n{line.replace('2023-03', '2023-04')}\n")
    both = View(Cube.open(refresh(raw, warehouse, since=date(2023, 4, 1))[0]))
    found = {row["table"]: row for row in rows(queries.tables_read(both, Filters()))}
    assert (found["sales"]["rows_kept"], found["sales"]["taken_over"]) == (1, 2)
    assert found["stores"]["taken_over"] == march.cube.version.manifest.rows["stores"]


def test_without_stock_and_discounts_nothing_is_checked(tmp_path: Path) -> None:
    view = published(tmp_path / "bare")
    stock = ("not checked: needs the inventory table", None, None, None)
    net = ("not checked: needs discount_amount, net_amount", None, None, None)
    assert reconciled(view) == [stock, stock, stock, net]
    assert queries.facts_of_version(view, Filters())["identities_checked"] == 0


def test_receipts_that_follow_from_sales_prove_nothing(tmp_path: Path) -> None:
    """10 milk, 5 left, 3 sold: −2 received. Without receipts in the file, stock and sales agree by making."""
    view = published(tmp_path / "counted", inventory=[STOCK, "2023-03,A,milk,10,5"])
    assert reconciled(view)[:3] == [
        ("not checked: no row has all that it takes", None, None, None),  # no month before
        ("does not hold everywhere", 1, 0, 1),
        ("not checked: needs received_units", None, None, None),
    ]


def test_blank_cells_are_not_counted_as_checked(tmp_path: Path) -> None:
    """Receipts of honey and the discount of milk are blank; what is filled in would agree in any case."""
    inventory = [STOCK + ",received_units", "2023-03,A,milk,10,5,0", "2023-03,B,honey,4,3,"]
    sales = [
        SALES + ",discount_amount,net_amount",
        "1,2023-03-01,A,milk,3,2.00,,5.50",
        "2,2023-03-05,B,honey,1,6.00,1.00,4.00",
    ]
    found = reconciled(published(tmp_path / "blank", inventory=inventory, sales=sales))
    assert found[2:] == [("does not hold everywhere", 1, 0, 1), ("does not hold everywhere", 1, 0, 1)]


def test_missing_columns_say_what_stands_in_and_what_is_off(tmp_path: Path) -> None:
    view = published(tmp_path / "bare")
    missing = {(row["table"], row["column"]): row for row in rows(queries.missing_columns(view, Filters()))}
    stand_ins = {name: row["stand_in"] for (table, name), row in missing.items() if table in ("stores", "sales")}
    assert stand_ins == {
        "store_name": "store_id",
        "chain": "(no chain)",
        "city": "left empty",
        "region": "left empty",
        "size_sqm": "left empty",
        "line_id": "the number of its row in the file",
        "customer_id": "left empty",
        "discount_amount": "quantity × unit price − net amount; 0 without both amounts",
        "net_amount": "quantity × unit price − discount amount",
    }
    assert missing["sales", "discount_amount"]["kpis"] == "Discount rate; Lines with a discount"
    assert missing["sales", "net_amount"]["kpi_count"] == 0  # it follows from quantity and price
    assert missing["customers", "(the whole table)"]["stand_in"] == "nothing"
    assert ("products", "unit_cost") not in missing
    stock = set(missing["inventory", "(the whole table)"]["kpis"].split("; "))
    assert {"Inventory turnover", "Month-end stockout rate"} <= stock


def test_every_kpi_that_is_off_stands_beside_what_it_lacks(tmp_path: Path) -> None:
    view = published(tmp_path / "bare")
    said = {label for row in rows(queries.missing_columns(view, Filters())) for label in row["kpis"].split("; ")}
    assert said - {""} == {kpi.label for kpi in KPIS.values() if kpi.missing(view.cube.has)}


def test_customers_without_a_file_are_made_of_their_sales(tmp_path: Path) -> None:
    """Ada buys twice and Ben once: two customers, whose KPIs can all be given."""
    people = [
        f"{line},{who}" for line, who in zip(BARE["sales.csv"], ("customer_id", "Ada", "Ben", "Ada"), strict=True)
    ]
    view = published(tmp_path / "cards", sales=people)
    (row,) = [row for row in rows(queries.missing_columns(view, Filters())) if row["table"] == "customers"]
    assert row["stand_in"] == "2 rows, one for each id that other tables name"
    assert row["kpis"] == ""


def test_nothing_is_missing_or_unused_in_the_demo(demo: Retailer) -> None:
    assert rows(queries.missing_columns(demo.view, Filters())) == []
    assert rows(queries.unused_columns(demo.view, Filters())) == []
    assert rows(queries.findings(demo.view, Filters())) == []


def test_columns_that_nobody_reads_are_named(tmp_path: Path) -> None:
    view = published(tmp_path / "bare")
    assert rows(queries.unused_columns(view, Filters())) == [{"file": "stores.csv", "column": "landlord"}]


def test_who_sees_some_stores_gets_counts_and_no_examples(odd: Retailer) -> None:
    """Rows of the files name any store and customer; the counts are those of all."""
    part = View(odd.cube, Scope.of(["S01"]))
    for ask in (queries.findings, queries.reconciliation):
        for mine, all_of_it in zip(rows(ask(part, Filters())), rows(ask(odd.view, Filters())), strict=True):
            hidden = "not shown to those who see some of the stores only" if all_of_it["examples"] else ""
            assert mine == all_of_it | {"examples": hidden}
    assert not queries.facts_of_version(part, Filters())["examples_shown"]
    assert queries.facts_of_version(odd.view, Filters())["examples_shown"]


def test_a_version_of_an_earlier_release_was_not_checked(odd: Retailer, tmp_path: Path) -> None:
    """Its report knows checks but not which identity they are of."""
    report = json.loads(odd.cube.report.to_json())
    del report["derived"]
    for check in report["checks"]:
        del check["identity"]
    (tmp_path / "quality.json").write_text(json.dumps(report))
    (tmp_path / "arrays").symlink_to(odd.version.path / "arrays")
    earlier = View(Cube.open(Version(tmp_path, odd.version.manifest)))
    assert {row[0] for row in reconciled(earlier)} == {"not checked: loaded by an earlier release"}
    assert len(rows(queries.findings(earlier, Filters()))) == 4
