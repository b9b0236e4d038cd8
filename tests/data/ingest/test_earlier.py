"""Months that were loaded before stay, and with the later ones they make what all months at once make."""

import datetime
import json
from pathlib import Path

import duckdb
import pytest

from analytics.refresh import refresh
from data.ingest.bad_input import BadInput
from data.ingest.earlier import NothingToKeep
from data.version import DATABASE, MANIFEST, Version
from data.warehouse import Warehouse
from tests.data.ingest.corner_shop import FILES, check, replaced, write

FEBRUARY = datetime.date(2023, 2, 1)
MARTS = ("store_dim", "product_dim", "customer_dim", "month_dim", "cells", "baskets", "lines", "line_sizes", "staged")


def of_month(table: str, month: str) -> list[str]:
    """The header, and the lines that name the month."""
    header, *lines = FILES[table]
    return [header, *(line for line in lines if month in line)]


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return Warehouse(tmp_path / "warehouse")


@pytest.fixture
def january(tmp_path: Path, warehouse: Warehouse) -> Version:
    """A version of January alone: what there is to keep."""
    months = {table: of_month(table, "2023-01") for table in ("sales", "inventory")}
    return refresh(write(tmp_path / "january", **months), warehouse)[0]


def february(folder: Path, **changed: list[str] | None) -> Path:
    """What a retailer delivers a month later: the month, and no dimension again."""
    months = {table: of_month(table, "2023-02") for table in ("sales", "inventory")}
    absent = dict.fromkeys(("stores", "products", "customers"))
    return write(folder, **(months | absent | changed))


def rows(version: Version, query: str) -> list[tuple[object, ...]]:
    with version.connect() as cursor:
        return cursor.execute(query).fetchall()


def net(version: Version) -> int:
    return int(str(rows(version, "SELECT sum(net_amount_cents) FROM staging.sales")[0][0]))


@pytest.mark.usefixtures("january")
def test_month_by_month_is_all_at_once(tmp_path: Path, warehouse: Warehouse) -> None:
    added, report = refresh(february(tmp_path / "february"), warehouse, since=FEBRUARY)
    whole, _ = refresh(write(tmp_path / "whole"), Warehouse(tmp_path / "another"))
    for mart in MARTS:
        assert rows(added, f"FROM marts.{mart} ORDER BY ALL") == rows(whole, f"FROM marts.{mart} ORDER BY ALL"), mart
    for array in ("by_store", "by_product", "runs", "cells.units_sold"):
        assert added.array(array).tolist() == whole.array(array).tolist()
    assert added.manifest.supplied == whole.manifest.supplied
    assert (added.manifest.rows, added.manifest.as_of) == (whole.manifest.rows, whole.manifest.as_of)
    read = {t.table: (t.rows_read, t.rows_kept, t.taken_over) for t in report.tables}
    assert read["sales"] == (2, 2, 5)
    assert read["stores"] == (0, 0, 2)


def test_months_before_are_not_read_again(tmp_path: Path, warehouse: Warehouse, january: Version) -> None:
    """January sells for 14.50, February for 10.80. January's second delivery, at other prices, is not looked at."""
    dearer = [line.replace(",1.20,0.00,2.40", ",12.00,0.00,24.00") for line in FILES["sales"]]
    version, report = refresh(february(tmp_path / "both", sales=dearer), warehouse, since=FEBRUARY)
    assert (net(january), net(version)) == (1450, 1450 + 1080)
    found = check(report, "sales", "sold_at is of a month that is kept")
    assert (found.count, found.of) == (5, 7)
    read = next(t for t in report.tables if t.table == "sales")
    assert (read.rows_read, read.rows_kept, read.taken_over) == (7, 2, 5)


@pytest.mark.usefixtures("january")
def test_later_months_are_replaced(tmp_path: Path, warehouse: Warehouse) -> None:
    """February comes a second time, with one milk less."""
    refresh(february(tmp_path / "first"), warehouse, since=FEBRUARY)
    less = [line.replace(",4,1.20,0,4.80", ",3,1.20,0,3.60") for line in of_month("sales", "2023-02")]
    version, _ = refresh(february(tmp_path / "second", sales=less), warehouse, since=FEBRUARY)
    assert net(version) == 1450 + 1080 - 120


@pytest.mark.usefixtures("january")
def test_lines_without_an_id_get_one_of_their_delivery(tmp_path: Path, warehouse: Warehouse) -> None:
    nameless = [line.partition(",")[2] for line in of_month("sales", "2023-02")]
    version, _ = refresh(february(tmp_path / "february", sales=nameless), warehouse, since=FEBRUARY)
    ids = [name for (name,) in rows(version, "SELECT line_id FROM staging.sales ORDER BY sold_at, line_id")]
    assert ids == ["L1", "L2", "L3", "L4", "L5", "2023-02 L000000001", "2023-02 L000000002"]


@pytest.mark.usefixtures("january")
def test_an_id_of_a_line_that_is_kept_is_refused(tmp_path: Path, warehouse: Warehouse) -> None:
    """A till that counts its lines from 1 each month; or a line that moved, for which January must be loaded too."""
    again = [line.replace("L6", "L1") for line in of_month("sales", "2023-02")]
    with pytest.raises(BadInput, match=r"sales\.csv: 1 ids of lines stand in months that are kept too, such as 'L1'"):
        refresh(february(tmp_path / "february", sales=again), warehouse, since=FEBRUARY)


@pytest.mark.usefixtures("january")
def test_an_unknown_id_is_found_though_its_table_does_not_come_again(tmp_path: Path, warehouse: Warehouse) -> None:
    """P9 is as strange as it is to a load of all months, in each later load again; and its row goes with its lines."""
    strange = [line.replace("P3", "P9") for line in of_month("sales", "2023-02")]
    kinds = "SELECT product_id, category FROM marts.product_dim ORDER BY 1"
    for number in range(2):
        version, report = refresh(february(tmp_path / f"strange-{number}", sales=strange), warehouse, since=FEBRUARY)
        assert check(report, "sales", "product_id is not in products").count == 1
        assert rows(version, kinds)[-1] == ("P9", "(unknown)")
    version, report = refresh(february(tmp_path / "mended"), warehouse, since=FEBRUARY)
    assert check(report, "sales", "product_id is not in products").count == 0
    assert [name for name, _category in rows(version, kinds)] == ["P1", "P2", "P3"]


@pytest.mark.usefixtures("january")
def test_dimensions_delivered_again_win(tmp_path: Path, warehouse: Warehouse) -> None:
    """S1 has another name, S2 is not delivered again and keeps its own."""
    stores = [FILES["stores"][0], "S1,New Corner,Good Food,120"]
    version, _ = refresh(february(tmp_path / "february", stores=stores), warehouse, since=FEBRUARY)
    assert rows(version, "SELECT store_name FROM marts.store_dim ORDER BY store_id") == [
        ("New Corner",),
        ("Market Hall",),
    ]


@pytest.mark.usefixtures("january")
def test_the_ledger_is_followed_over_the_border(tmp_path: Path, warehouse: Warehouse) -> None:
    """January closes with 5 milk and 2 bread; February says it opens with 6 milk."""
    off = replaced("inventory", "2023-02,S1,P1,5,13,12", "2023-02,S1,P1,6,13,12")
    _, report = refresh(february(tmp_path / "february", inventory=off), warehouse, since=FEBRUARY)
    found = check(report, "inventory", "opening_units is not the closing_units")
    assert (found.count, found.of) == (1, 2)


@pytest.mark.usefixtures("january")
def test_a_file_with_fewer_columns_is_refused(tmp_path: Path, warehouse: Warehouse) -> None:
    """Else the discounts of February would be taken as none."""
    served = warehouse.current()
    lines = [line.rpartition(",")[0].rpartition(",")[0] for line in of_month("sales", "2023-02")]
    with pytest.raises(BadInput, match=r"sales\.csv: the months before 2023-02 have 'discount_amount', this file has"):
        refresh(february(tmp_path / "february", sales=lines), warehouse, since=FEBRUARY)
    assert warehouse.current() == served


def test_a_column_that_comes_later_is_not_known_of_all_months(tmp_path: Path, warehouse: Warehouse) -> None:
    lines = [line.rpartition(",")[0].rpartition(",")[0] for line in of_month("sales", "2023-01")]
    refresh(write(tmp_path / "january", sales=lines, inventory=None), warehouse)
    version, _ = refresh(february(tmp_path / "february", inventory=None), warehouse, since=FEBRUARY)
    assert "discount_amount" not in version.manifest.supplied["sales"]
    assert "unit_cost" in version.manifest.supplied["products"]


@pytest.mark.usefixtures("january")
def test_no_month_may_be_missing(tmp_path: Path, warehouse: Warehouse) -> None:
    served = warehouse.current()
    months = [*of_month("sales", "2023-02"), "L8,T7,2023-03-02,S1,P3,,1,6.00,0,6.00"]
    with pytest.raises(NothingToKeep, match="end on 2023-01-09: months before 2023-03 would be missing"):
        refresh(february(tmp_path / "march", sales=months), warehouse, since=datetime.date(2023, 3, 1))
    with pytest.raises(BadInput, match=r"sales\.csv: there is no row of 2023-02"):
        refresh(february(tmp_path / "again", sales=of_month("sales", "2023-01")), warehouse, since=FEBRUARY)
    with pytest.raises(BadInput, match=r"inventory\.csv: the file is missing"):
        refresh(february(tmp_path / "uncounted", inventory=None), warehouse, since=FEBRUARY)
    assert warehouse.current() == served


def test_what_lines_tell_of_an_id_does_not_change_with_the_months(tmp_path: Path, warehouse: Warehouse) -> None:
    """Products are made of the lines: in February none of them describes milk, and honey is new."""
    mapped = """[files.lines]
file = "lines.csv"
[tables.sales]
from = "lines"
[tables.products]
from = "lines"
one_row_per_key = true
columns = { product_id = "product_id", product_name = "first(nullif(description, ''))" }
"""

    def folder(name: str, *lines: str) -> Path:
        raw = write(tmp_path / name, sales=None, products=None, inventory=None)
        (raw / "mapping.toml").write_text(mapped)
        header = "transaction_id,sold_at,store_id,product_id,quantity,unit_price,description"
        (raw / "lines.csv").write_text("\n".join([header, *lines]) + "\n")
        return raw

    refresh(folder("january", "T1,2023-01-30,S1,P1,1,1.20,Milk"), warehouse)
    later = folder("february", "T2,2023-02-02,S1,P1,1,1.20,", "T3,2023-02-02,S1,P3,1,6.00,Honey")
    version, _ = refresh(later, warehouse, since=FEBRUARY)
    assert rows(version, "SELECT product_name FROM marts.product_dim ORDER BY product_id") == [("Milk",), ("Honey",)]


def test_another_currency_is_not_added(tmp_path: Path, warehouse: Warehouse) -> None:
    raw = write(tmp_path / "january", sales=of_month("sales", "2023-01"))
    (raw / "mapping.toml").write_text('[dataset]\ncurrency = "EUR"\n')
    refresh(raw, warehouse)
    later = february(tmp_path / "february")
    (later / "mapping.toml").write_text('[dataset]\ncurrency = "USD"\n')
    with pytest.raises(NothingToKeep, match="are in EUR, these in USD"):
        refresh(later, warehouse, since=FEBRUARY)
    (later / "mapping.toml").unlink()
    assert refresh(later, warehouse, since=FEBRUARY)[0].manifest.currency == "EUR"


@pytest.mark.parametrize(
    ("done", "made"),
    [
        ("DROP SCHEMA staging CASCADE", "from tables in an engine, which has all months"),
        ("ALTER TABLE staging.sales DROP COLUMN customer_id", "by another release"),
    ],
)
def test_a_version_without_these_tables_cannot_be_added_to(
    tmp_path: Path, warehouse: Warehouse, january: Version, done: str, made: str
) -> None:
    with duckdb.connect(january.path / DATABASE) as con:
        con.execute(done)
        con.execute("CHECKPOINT")
    manifest = january.path / MANIFEST
    size = (january.path / DATABASE).stat().st_size
    told = json.loads(manifest.read_text())
    told["files"][DATABASE][0] = size
    manifest.write_text(json.dumps(told))
    with pytest.raises(NothingToKeep, match=f"was made {made}"):
        refresh(february(tmp_path / "february"), Warehouse(warehouse.root), since=FEBRUARY)


def test_nothing_to_keep_is_said(tmp_path: Path, warehouse: Warehouse) -> None:
    with pytest.raises(NothingToKeep, match="No version is served yet"):
        refresh(february(tmp_path / "february"), warehouse, since=FEBRUARY)
    with pytest.raises(NothingToKeep, match="holds all months"):
        refresh("postgresql://reader:secret@db.example/shop", warehouse, since=FEBRUARY)
