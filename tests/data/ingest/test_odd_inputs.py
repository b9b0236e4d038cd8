"""Files that are odd but right, which load without a word, and implausible rows, which are counted."""

from pathlib import Path

import pytest

from data.said import english
from tests.data.ingest.corner_shop import FILES, SALES, Damage, check, load, raw, rows, text, write

NET = "SELECT sum(net_amount_cents) FROM staging.sales"
# name: (damage, a query, its answer)
ACCEPTED: dict[str, tuple[Damage, str, object]] = {
    "byte-order mark": (raw("sales.csv", b"\xef\xbb\xbf" + SALES), NET, 2530),
    "Windows line ends": (raw("sales.csv", SALES.replace(b"\n", b"\r\n")), NET, 2530),
    "old Mac line ends": (raw("sales.csv", SALES.replace(b"\n", b"\r")), NET, 2530),
    "no last line end": (raw("sales.csv", SALES.rstrip()), NET, 2530),
    "blank lines": (raw("sales.csv", SALES.replace(b"L3", b"\nL3") + b"\n\n"), NET, 2530),
    "header in capitals, with spaces": (text("sales", "store_id,product_id", " Store ID ,PRODUCT_ID"), NET, 2530),
    "spaces around values": (
        text("sales", "S1,P1,C1,2,1.20", " S1 ,\tP1,C1 , 2 , 1.20 "),
        "SELECT count(DISTINCT store_id) FROM staging.sales", 2,
    ),
    "quoted line break": (
        text("stores", "Corner", '"Corner\nshop"'), "SELECT store_name FROM staging.stores ORDER BY 1 LIMIT 1",
        "Corner\nshop",
    ),
    "quotes in a text": (
        text("stores", "Corner", '"The ""Corner"", est. 1912"'),
        "SELECT store_name FROM staging.stores WHERE store_id = 'S1'", 'The "Corner", est. 1912',
    ),
    "formula for a name": (
        text("stores", "Corner", "=1+1"), "SELECT store_name FROM staging.stores WHERE store_id = 'S1'", "=1+1",
    ),
    "whole number as 2.0": (text("sales", "C2,4,", "C2,4.0,"), "SELECT sum(quantity) FROM staging.sales", 14),
    "date with T and seconds": (
        text("sales", "2023-01-05 09:30", "2023-01-05T09:30:15"),
        "SELECT sold_at::VARCHAR FROM staging.sales WHERE line_id = 'L1'", "2023-01-05 09:30:15",
    ),
    "any day of the month": (
        text("inventory", "2023-01,S1,P1", "2023-01-31,S1,P1"),
        "SELECT count(DISTINCT month) FROM staging.inventory", 2,
    ),
    "numeric ids keep their zeros": (
        text("sales", "T2", "007"), "SELECT min(transaction_id) FROM staging.sales", "007",
    ),
    "unquoted accents": (
        text("stores", "Corner", "Café Ñandú"), "SELECT store_name FROM staging.stores WHERE store_id = 'S1'",
        "Café Ñandú",
    ),
    "no optional tables": (
        lambda f: [(f / name).unlink() for name in ("customers.csv", "inventory.csv")],
        "SELECT count(*) FROM staging.customers", 2,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ACCEPTED)
def test_odd_file_loads_as_it_should(tmp_path: Path, name: str) -> None:
    damage, query, answer = ACCEPTED[name]
    damage(write(tmp_path))
    con, report = load(tmp_path)
    assert rows(con, query) == [(answer,)]
    assert [found.name for found in report.found()] == []


# name: (damage, table, check, count, treatment, a query, its answer)
COUNTED: dict[str, tuple[Damage, str, str, int, str, str, object]] = {
    "quantity 0": (text("sales", "C2,4,", "C2,0,"), "sales", "quantity is 0", 1, "row left out", NET, 1630),
    "quantity out of range": (
        text("sales", "C2,4,", "C2,400000,"), "sales", "quantity is below -100,000 or above 100,000", 1, "row left out",
        NET, 1630,
    ),
    "price below 0": (
        text("sales", "4,2.50", "4,-2.50"), "sales", "unit_price is below 0", 1, "row left out", NET, 1630,
    ),
    "year 0001": (
        text("sales", "2023-01-06", "0001-01-06"), "sales", "sold_at is before 1990-01-01", 1, "row left out",
        NET, 2170,
    ),
    "year 2123": (
        text("sales", "2023-01-06", "2123-01-06"), "sales", "sold_at is before 1990-01-01 or after tomorrow", 1,
        "row left out", NET, 2170,
    ),
    "negative stock": (
        text("inventory", "P1,10,5", "P1,10,-5"), "inventory", "closing_units is below 0", 1, "read as 0",
        "SELECT min(closing_units) FROM staging.inventory", 0,
    ),
    "stock of 1e12": (
        text("inventory", "P2,2,2", "P2,2,1e12"), "inventory", "closing_units is above 1,000,000,000", 1,
        "row left out",
        "SELECT count(*) FROM staging.inventory", 3,
    ),
    "store of no size": (
        text("stores", "Food,90", "Food,0"), "stores", "size_sqm is implausible", 1, "value left blank",
        "SELECT count(size_sqm) FROM staging.stores", 1,
    ),
    "row delivered twice": (
        text("sales", FILES["sales"][4], FILES["sales"][4] + "\n" + FILES["sales"][4]), "sales",
        "delivered more than once", 1,
        "extra rows left out", NET, 2530,
    ),
    "file delivered twice": (
        raw("sales.csv", SALES + SALES.split(b"\n", 1)[1]), "sales", "delivered more than once", 7,
        "extra rows left out",
        NET, 2530,
    ),
    "line corrected further down": (
        raw("sales.csv", SALES + b"L4,T3,2023-01-07 17:00:30,S2,P2,C2,2,2.50,0,5.00\n"), "sales",
        "several rows for one line_id", 1, "last row kept, others left out", NET, 2130,
    ),
    "two stores with one id": (
        text("stores", "S2,Market", "S1,New"), "stores", "several rows for one store_id", 1,
        "last row kept, others left out",
        "SELECT store_name FROM staging.stores WHERE store_id = 'S1'", "New Hall",
    ),
    "two dates in one month": (
        text("inventory", "2023-02,S1,P2", "2023-01-31,S1,P2"), "inventory", "several rows for one month", 1,
        "last row kept, others left out", "SELECT opening_units FROM staging.inventory WHERE product_id = 'P2'", 2,
    ),
    "unknown store": (
        text("sales", "S2,P2,C2,4", "S7,P2,C2,4"), "sales", "store_id is not in stores", 1,
        "kept; stores got a row for each such id", NET, 2530,
    ),
    "store in small letters": (
        text("sales", "S2,P2,C2,4", "s2,P2,C2,4"), "sales", "store_id is not in stores", 1,
        "kept; stores got a row for each such id", "SELECT count(*) FROM staging.stores", 3,
    ),
    "look-alike id": (
        text("sales", "S2,P2,C2,4", "Ѕ2,P2,C2,4"), "sales", "store_id is not in stores", 1,
        "kept; stores got a row for each such id", "SELECT chain FROM staging.stores WHERE store_id = 'Ѕ2'",
        "(unknown)",
    ),
    "stock of an unknown product": (
        text("inventory", "2023-02,S1,P2", "2023-02,S1,P8"), "inventory", "product_id is not in products", 1,
        "kept; products got a row for each such id", "SELECT count(*) FROM staging.products", 4,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", COUNTED)
def test_implausible_rows_are_counted(tmp_path: Path, name: str) -> None:
    damage, table, what, count, treatment, query, answer = COUNTED[name]
    damage(write(tmp_path))
    con, report = load(tmp_path)
    found = check(report, table, what)
    assert (found.count, english(found.treatment)) == (count, treatment)
    assert len(found.examples) == min(count, 5)
    assert all(example["row"] >= 1 for example in found.examples)
    assert rows(con, query) == [(answer,)]


def test_folder_names_are_not_patterns(tmp_path: Path) -> None:
    con, _ = load(write(tmp_path / "week [1] * of 'May'?"))
    assert rows(con, NET) == [(2530,)]


def test_same_sale_twice_without_line_ids_is_told_by_the_whole_row(tmp_path: Path) -> None:
    """Two honeys on one receipt stay two if the till numbers them, even in a column no one reads."""
    header = "transaction_id,sold_at,store_id,product_id,customer_id,quantity,unit_price"
    twice = ["T1,2023-01-05,S1,P3,,1,6.00"] * 2
    con, report = load(write(tmp_path, sales=[header, *twice]))
    assert rows(con, NET) == [(600,)]
    assert check(report, "sales", "delivered more than once").count == 1
    numbered = [line + f",{i}" for i, line in enumerate(twice)]
    con, _ = load(write(tmp_path, sales=[header + ",till_line", *numbered]))
    assert rows(con, NET) == [(1200,)]
