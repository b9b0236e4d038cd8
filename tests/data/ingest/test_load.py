"""Files of the Corner shop become trusted tables, and the report says what was done to them."""

import json
from pathlib import Path

import duckdb
import pytest

from data.ingest import ingest
from data.ingest.bad_input import BadInput
from data.ingest.quality import QualityReport
from data.said import english
from data.schema import TABLES, staging_columns, staging_ddl
from tests.data.ingest.corner_shop import FILES, check, load, replaced, rows, write

NET = "SELECT sum(net_amount_cents) FROM staging.sales"


def test_good_folder_loads_without_a_word(tmp_path: Path) -> None:
    con, report = load(write(tmp_path))
    kept = {t.table: (t.file, t.rows_read, t.rows_kept) for t in report.tables}
    assert kept["sales"] == ("sales.csv", 7, 7)
    assert kept["inventory"] == ("inventory.csv", 4, 4)
    assert report.found() == ()
    assert rows(con, NET) == [(2530,)]


def test_a_line_keeps_its_money_in_cents(tmp_path: Path) -> None:
    con, _ = load(write(tmp_path))
    line = rows(con, "FROM staging.sales WHERE line_id = 'L4'")
    assert [str(value) for value in line[0][:3]] == ["L4", "T3", "2023-01-07 17:00:30"]
    assert line[0][3:] == ("S2", "P2", "C2", 4, 2.5, 1000, 100, 900)


def test_blank_customer_is_a_guest_and_blank_tier_has_a_name(tmp_path: Path) -> None:
    con, _ = load(write(tmp_path))
    assert rows(con, "SELECT count(*) FROM staging.sales WHERE customer_id IS NULL") == [(2,)]
    assert rows(con, "SELECT loyalty_tier FROM staging.customers ORDER BY customer_id") == [("Gold",), ("(no tier)",)]


def test_staging_has_the_columns_every_reader_counts_on(tmp_path: Path) -> None:
    con, _ = load(write(tmp_path, customers=None, inventory=None))
    for table in TABLES.values():
        names = [column[0] for column in con.execute(f"DESCRIBE staging.{table.name}").fetchall()]
        assert names == [column.name for column in staging_columns(table)]
    assert rows(con, "SELECT count(*) FROM staging.inventory") == [(0,)]
    assert rows(con, "SELECT * FROM staging.customers ORDER BY 1") == [
        ("C1", "C1", "(no tier)", None, None),
        ("C2", "C2", "(no tier)", None, None),
    ]


def test_nothing_but_staging_is_left_behind(tmp_path: Path) -> None:
    con, _ = load(write(tmp_path))
    assert rows(con, "SELECT DISTINCT schema_name FROM duckdb_tables()") == [("staging",)]
    assert rows(con, "SELECT count(*) FROM duckdb_views() WHERE NOT internal") == [(0,)]


def test_loading_again_replaces_what_was_there(tmp_path: Path) -> None:
    con = duckdb.connect()
    ingest(write(tmp_path), con)
    ingest(write(tmp_path, sales=FILES["sales"][:4]), con)
    assert rows(con, NET) == [(240 + 200 + 360,)]


@pytest.mark.parametrize("named", [True, False], ids=["by line_id", "by the whole row"])
def test_doubles_are_left_out(tmp_path: Path, named: bool) -> None:
    """Three of seven lines twice, and one with a later price: without ids of lines that is a line of its own."""
    later = FILES["sales"][7].replace(",6.00,0,6.00", ",5.00,0,5.00")
    sales = [*FILES["sales"], *FILES["sales"][1:4], later]
    if not named:
        sales = [line.partition(",")[2] for line in sales]
    con, report = load(write(tmp_path, sales=sales))
    assert check(report, "sales", "delivered more than once").count == 3
    assert rows(con, NET) == [(2530 - 600 + 500 if named else 2530 + 500,)]
    assert rows(con, "SELECT count(*) FROM staging.sales") == [(7 if named else 8,)]


@pytest.mark.parametrize(
    ("columns", "values", "net", "discount", "supplied"),
    [
        ("", "", 240, 0, {"net_amount"}),
        (",net_amount", ",2.00", 200, 40, {"net_amount", "discount_amount"}),
        (",discount_amount", ",0.30", 210, 30, {"net_amount", "discount_amount"}),
    ],
)
def test_absent_amounts_follow_from_the_others(
    tmp_path: Path, columns: str, values: str, net: int, discount: int, supplied: set[str]
) -> None:
    header = "transaction_id,sold_at,store_id,product_id,quantity,unit_price"
    sales = [header + columns, "T1,2023-01-05,S1,P1,2,1.20" + values]
    con, report = load(write(tmp_path, sales=sales, inventory=None))
    amounts = "SELECT line_id, gross_amount_cents, discount_amount_cents, net_amount_cents FROM staging.sales"
    assert rows(con, amounts) == [("L000000001", 240, discount, net)]
    assert supplied == {"net_amount", "discount_amount"} & set(report.supplied["sales"])


def test_receipts_of_stock_follow_from_the_ledger(tmp_path: Path) -> None:
    """10 − 5 sold and nothing lost would leave 5; 8 are there, so 3 were delivered."""
    inventory = ["month,store_id,product_id,opening_units,closing_units", "2023-01-31,S1,P1,10,8"]
    con, report = load(write(tmp_path, inventory=inventory))
    assert rows(con, "SELECT month::VARCHAR, received_units, shrink_units FROM staging.inventory") == [
        ("2023-01-01", 3, 0)
    ]
    assert "received_units" in report.supplied["inventory"]
    assert "shrink_units" not in report.supplied["inventory"]


def test_supplied_names_what_a_kpi_can_use(tmp_path: Path) -> None:
    _, report = load(write(tmp_path))
    assert report.supplied["products"] == ["product_id", "product_name", "category", "unit_price", "unit_cost"]
    assert "customers" not in load(write(tmp_path / "x", customers=None))[1].supplied


def test_columns_nobody_asked_for_are_named(tmp_path: Path) -> None:
    stores = [line + end for line, end in zip(FILES["stores"], (",Manager", ",x", ",y"), strict=True)]
    _, report = load(write(tmp_path, stores=stores))
    assert report.ignored["stores.csv"] == ["manager"]
    assert "stores.csv: columns not used: manager" in report.lines()


def test_money_of_unknown_ids_stays(tmp_path: Path) -> None:
    con, report = load(write(tmp_path, sales=replaced("sales", "S2,P2,C2,4", "S9,P9,C9,4")))
    assert rows(con, NET) == [(2530,)]
    assert rows(con, "SELECT store_id, store_name, chain FROM staging.stores WHERE store_id = 'S9'") == [
        ("S9", "S9", "(unknown)")
    ]
    assert rows(con, "SELECT category FROM staging.products WHERE product_id = 'P9'") == [("(unknown)",)]
    found = check(report, "sales", "store_id is not in stores")
    assert (found.count, found.of, found.columns) == (1, 7, ("sales.store_id",))
    assert found.examples == ({"row": 4, "line_id": "L4", "store_id": "S9"},)
    assert check(report, "sales", "customer_id is not in customers").count == 1


def test_ledger_gaps_are_counted_and_kept(tmp_path: Path) -> None:
    """February opens with 4 though January closed with 5; and 5 − 4 of it went, though 4 were sold of 12 received."""
    con, report = load(write(tmp_path, inventory=replaced("inventory", "2023-02,S1,P1,5", "2023-02,S1,P1,4")))
    gap = check(report, "inventory", "opening_units is not the closing_units")
    assert (gap.count, gap.of, english(gap.treatment)) == (1, 2, "kept")  # January has no month before
    expected = {"row": 3, "month": "2023-02-01", "store_id": "S1", "product_id": "P1"}
    assert gap.examples[0] == expected | {"opening_units": 4, "closed_before": 5}
    gone = check(report, "inventory", "units gone from stock")
    assert (gone.count, gone.examples[0]["gone_units"], gone.examples[0]["sold_units"]) == (1, 3, 4)
    assert rows(con, "SELECT count(*) FROM staging.inventory") == [(4,)]


def test_a_check_counts_the_rows_that_it_could_look_at(tmp_path: Path) -> None:
    """7 lines, 2 of them of guests; 4 ledger rows, 2 of them with a month before; one line and one row have a blank."""
    sales = replaced("sales", "1,2.50,0.50,2.00", "1,2.50,,2.00")
    inventory = replaced("inventory", "2023-01,S1,P1,10,5,0", "2023-01,S1,P1,10,5,")
    _, report = load(write(tmp_path, sales=sales, inventory=inventory))
    assert check(report, "sales", "customer_id is not in").of == 5
    assert {c.identity: c.of for c in report.checks if c.identity} == {
        "opening": 2,
        "received": 4,
        "sold": 3,
        "net": 6,
    }
    assert check(report, "inventory", "no row for the month after").of == 2  # no row of the last month
    assert report.found() == ()


def test_columns_that_only_follow_are_told_from_those_in_the_files(tmp_path: Path) -> None:
    inventory = ["month,store_id,product_id,opening_units,closing_units", "2023-01-31,S1,P1,10,8"]
    _, report = load(write(tmp_path, inventory=inventory))
    assert {table: names for table, names in report.derived.items() if names} == {"inventory": ["received_units"]}
    assert QualityReport.from_json(report.to_json()) == report


def test_months_without_a_ledger_row_are_counted(tmp_path: Path) -> None:
    """Bread at S1 was left in January and not counted since; honey at S2 was counted in January and in March only."""
    honey = ["2023-01,S2,P3,4,0,0", "2023-03,S2,P3,0,2,2", "2023-03,S1,P1,13,13,0"]
    kept = [line for line in FILES["inventory"] if not line.startswith("2023-02,S1,P2")]
    _, report = load(write(tmp_path, inventory=[*kept, *honey]))
    found = check(report, "inventory", "no row for the month after")
    assert {(e["store_id"], e["product_id"]) for e in found.examples} == {("S1", "P2"), ("S2", "P3")}
    assert found.count == 2


def test_products_without_a_cost_are_counted(tmp_path: Path) -> None:
    _, report = load(write(tmp_path, products=replaced("products", "6.00,3.50", "6.00,")))
    found = check(report, "products", "unit_cost is blank")
    assert (found.count, found.of, found.examples[0]["product_id"]) == (1, 3, "P3")


def test_stock_that_goes_without_a_sale_is_counted(tmp_path: Path) -> None:
    """Honey at S2: 5 came, 2 are left, none was sold."""
    _, report = load(write(tmp_path, inventory=[*FILES["inventory"], "2023-02,S2,P3,0,2,5"]))
    gone = check(report, "inventory", "units gone from stock")
    assert (gone.count, gone.examples[0]["gone_units"], gone.examples[0]["sold_units"]) == (1, 3, None)


def test_receipts_below_zero_are_counted(tmp_path: Path) -> None:
    """Opening 10, nothing left, 5 sold: 5 went elsewhere."""
    inventory = ["month,store_id,product_id,opening_units,closing_units", "2023-01,S1,P1,10,0"]
    con, report = load(write(tmp_path, inventory=inventory))
    assert rows(con, "SELECT received_units FROM staging.inventory") == [(-5,)]
    assert check(report, "inventory", "received_units is below 0").count == 1


def test_net_amount_is_believed_against_its_parts(tmp_path: Path) -> None:
    con, report = load(write(tmp_path, sales=replaced("sales", "2.50,1.00,9.00", "2.50,1.00,8.00")))
    assert check(report, "sales", "net_amount is not").count == 1
    assert rows(con, "SELECT net_amount_cents FROM staging.sales WHERE line_id = 'L4'") == [(800,)]


def test_a_cent_of_rounding_is_no_finding(tmp_path: Path) -> None:
    _, report = load(write(tmp_path, sales=replaced("sales", "2.50,1.00,9.00", "2.50,1.00,9.01")))
    assert check(report, "sales", "net_amount is not").count == 0


def test_report_survives_json(tmp_path: Path) -> None:
    _, report = load(write(tmp_path, sales=replaced("sales", "T2,2023-01-06", "T2,1023-01-06")))
    assert QualityReport.from_json(report.to_json()) == report
    example = check(report, "sales", "sold_at is before").examples[0]
    assert example == {"row": 3, "line_id": "L3", "sold_at": "1023-01-06 00:00:00"}
    assert json.loads(report.to_json())["currency"] == ""


def test_reports_of_earlier_releases_have_plain_names(tmp_path: Path) -> None:
    """They are read as they are written, braces of a mapping's reason included."""
    _, report = load(write(tmp_path))
    raw = json.loads(report.to_json())
    raw["checks"][0] |= {"name": "training {till}", "treatment": "row left out"}
    old = QualityReport.from_json(json.dumps(raw))
    assert (english(old.checks[0].name), english(old.checks[0].treatment)) == ("training {till}", "row left out")
    assert old.checks[1:] == report.checks[1:]
    assert QualityReport.from_json(old.to_json()) == old


def test_report_reads_as_text(tmp_path: Path) -> None:
    _, report = load(write(tmp_path, inventory=None, sales=replaced("sales", "C2,4,", "C2,0,")))
    text = report.lines()
    assert text[3] == "sales: 6 rows kept of 7 in sales.csv"
    assert text[4] == "inventory: no file, 0 rows made from the other tables"
    assert "sales: quantity is 0: 1 of 7 (14 %), row left out, e.g. row 4, line_id L4, quantity 0" in text


@pytest.mark.parametrize(
    "row",
    [
        "('L1', 'T1', TIMESTAMP '2023-01-05', 'S1', 'P1', NULL, 0, 1.2, 0, 0, 0)",
        "('L1', 'T1', TIMESTAMP '1823-01-05', 'S1', 'P1', NULL, 1, 1.2, 120, 0, 120)",
        "('L1', NULL, TIMESTAMP '2023-01-05', 'S1', 'P1', NULL, 1, 1.2, 120, 0, 120)",
        "('L1', 'T1', TIMESTAMP '2023-01-05', 'S1', 'P1', NULL, 1, -1.2, -120, 0, -120)",
    ],
    ids=["quantity 0", "two centuries ago", "no receipt", "price below 0"],
)
def test_staging_itself_refuses_what_cleaning_missed(row: str) -> None:
    con = duckdb.connect()
    con.execute("CREATE SCHEMA staging")
    con.execute(staging_ddl(TABLES["sales"]))
    with pytest.raises(duckdb.ConstraintException):
        con.execute(f"INSERT INTO staging.sales VALUES {row}")


def test_mostly_implausible_table_is_refused(tmp_path: Path) -> None:
    sales = [FILES["sales"][0], *(line.replace("2023-", "1023-") for line in FILES["sales"][1:5]), *FILES["sales"][5:]]
    with pytest.raises(
        BadInput, match=r"more than half of sales would be set aside \(4 of 7 rows\): sold_at is before"
    ):
        load(write(tmp_path, sales=sales))


def test_half_a_table_is_enough(tmp_path: Path) -> None:
    sales = [*FILES["sales"], "L8,T7,2023-02-04,S1,P3,,1,6.00,0,6.00"]
    sales = [sales[0], *(line.replace("2023-", "1023-") for line in sales[1:5]), *sales[5:]]
    _, report = load(write(tmp_path, sales=sales, inventory=None))
    assert check(report, "sales", "sold_at is before").count == 4


def test_parquet_and_gzip_give_what_csv_gives(tmp_path: Path) -> None:
    folder = write(tmp_path)
    plain, _ = load(folder)
    con = duckdb.connect()
    for table in ("sales", "inventory", "customers"):
        con.execute(f"COPY (FROM '{folder}/{table}.csv') TO '{folder}/{table}.parquet'")
        (folder / f"{table}.csv").unlink()
    con.execute(f"COPY (FROM '{folder}/stores.csv') TO '{folder}/stores.csv.gz'")
    (folder / "stores.csv").unlink()
    packed, _ = load(folder)
    for table in TABLES:
        assert rows(plain, f"FROM staging.{table} ORDER BY ALL") == rows(packed, f"FROM staging.{table} ORDER BY ALL")


def test_ids_and_gaps_as_pandas_writes_them(tmp_path: Path) -> None:
    """A column of ids with gaps becomes 1.0, NaN …; it is read as 1 and as a guest."""
    folder = write(tmp_path, sales=None, customers=None, inventory=None)
    duckdb.connect().execute(f"""COPY (
        SELECT 1::BIGINT AS transaction_id, TIMESTAMPTZ '2023-01-05 10:00:00+02' AS sold_at,
        'S1' AS store_id, 'P1' AS product_id, x AS customer_id, 2 AS quantity, 1.2::FLOAT AS unit_price
        FROM (VALUES (7.0::DOUBLE), ('NaN'::DOUBLE)) AS t(x)) TO '{folder}/sales.parquet'""")
    con = duckdb.connect()
    con.execute("SET TimeZone = 'America/New_York'")
    ingest(folder, con)
    sold = "SELECT transaction_id, customer_id, sold_at::VARCHAR, gross_amount_cents FROM staging.sales ORDER BY ALL"
    assert rows(con, sold) == [("1", "7", "2023-01-05 08:00:00", 240), ("1", None, "2023-01-05 08:00:00", 240)]
