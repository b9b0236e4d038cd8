"""The two shipped mappings against the public datasets they are for, where these are on the machine."""

from pathlib import Path

import duckdb
import pytest

from data.said import english
from tests.data.ingest.corner_shop import check, load, rows

DATASETS = Path(__file__).parents[3].parent / "shared/datasets"


def dataset(name: str) -> Path:
    if not (DATASETS / name).is_dir():
        pytest.skip(f"{name} is not on this machine")
    return DATASETS / name


def test_complete_journey_loads() -> None:
    """Checked against the file read by other means: every dollar paid is in, fuel counts as one unit a time."""
    folder = dataset("complete-journey")
    paid, lines, products, fuel = (
        duckdb.connect()
        .execute(f"""SELECT round(sum(sales_value) * 100), count(*),
        count(DISTINCT product_id), count(*) FILTER (quantity > 1000)
        FROM '{folder}/transactions.csv.gz' WHERE quantity <> 0""")
        .fetchone()
        or ()
    )
    assert (lines, paid, fuel) == (74_584, 23_393_524, 692)
    con, report = load(folder, "complete-journey")
    totals = "SELECT count(*), sum(net_amount_cents), count(DISTINCT product_id), max(quantity) FROM staging.sales"
    assert rows(con, totals) == [(lines, paid, products, 90)]
    assert [rows(con, f"SELECT count(*) FROM staging.{t}")[0][0] for t in ("stores", "customers")] == [293, 2377]
    assert check(report, "sales", "quantity is 0").count == 75_000 - lines
    assert check(report, "sales", "sold by volume").count == fuel
    assert check(report, "sales", "net_amount is not").count == 0
    off = "SELECT count(*) FROM staging.sales WHERE gross_amount_cents - discount_amount_cents <> net_amount_cents"
    assert rows(con, off) == [(0,)]


def test_online_retail_loads() -> None:
    """Checked against the file read by other means, and against the published count of 525,461 lines."""
    folder = dataset("online-retail-2010")
    fees = ["POST", "DOT", "C2", "C3", "M", "D", "S", "B", "ADJUST", "ADJUST2", "BANK CHARGES", "AMAZONFEE"]
    kept = f"""SELECT DISTINCT * FROM '{folder}/online_retail_2009_2010.parquet'
        WHERE NOT list_contains(?, upper(trim("StockCode"))) AND NOT (Price = 0 AND "Customer ID" IS NULL)
        AND upper("StockCode")[:4] NOT IN ('TEST', 'GIFT')"""
    lines, customers, countries, products = duckdb.connect().execute(
        f"""SELECT count(*), count(DISTINCT "Customer ID"), count(DISTINCT "Country"),
        count(DISTINCT upper(trim("StockCode"))) FROM ({kept})""", [fees]
    ).fetchone() or ()  # fmt: skip
    con, report = load(folder, "online-retail-2010")
    tables = {t.table: (t.rows_read, t.rows_kept) for t in report.tables}
    assert tables["sales"] == (525_461, lines)
    assert [tables[t][1] for t in ("stores", "customers", "products")] == [countries, customers, products]
    paid = duckdb.connect().execute(f"SELECT sum(round(Quantity * Price * 100)) FROM ({kept})", [fees]).fetchone()
    assert rows(con, "SELECT sum(net_amount_cents) FROM staging.sales") == [paid]
    treatments = ("left out by the mapping", "extra rows left out")
    left_out = [c.count for c in report.checks if english(c.treatment) in treatments]
    assert 525_461 - sum(left_out) == lines
