"""Runs the committed SQL of the marts. The seam: another engine is another dialect folder and its driver."""

from pathlib import Path
from typing import Final

import duckdb

from data.said import Progress, say

SQL: Final = Path(__file__).parent / "sql"
# In this order.
MARTS: Final = ("store_dim", "product_dim", "customer_dim", "month_dim", "counts", "cells", "baskets", "lines")
SCRATCH: Final = ("counts",)  # only there for the marts after it
RECONCILED: Final = """
    SELECT
        (SELECT count(*) FROM staging.sales) = coalesce(sum(lines), 0)::BIGINT
        AND (SELECT coalesce(sum(net_amount_cents), 0) FROM staging.sales) = coalesce(sum(net_sales_cents), 0)
        AND (SELECT coalesce(sum(net_sales_cents), 0) FROM marts.baskets) = coalesce(sum(net_sales_cents), 0)
        AND (SELECT count(*) FROM marts.lines) = coalesce(sum(lines), 0)::BIGINT
        AND (SELECT coalesce(sum(net_amount_cents), 0) FROM marts.lines) = coalesce(sum(net_sales_cents), 0)
        AND (SELECT coalesce(sum(closing_units), 0) FROM staging.inventory) = coalesce(sum(closing_units), 0)
    FROM marts.cells
"""


class MartsDisagree(RuntimeError):
    """The marts do not add up to the staging tables they were made from."""


def run_marts(con: duckdb.DuckDBPyConnection, progress: Progress) -> None:
    """Makes the tables `marts.*` from the tables `staging.*` of the same database, in one transaction.

    Raises MartsDisagree, and makes nothing, where lines, money or stock went missing on the way.
    """
    con.execute("BEGIN")
    con.execute("CREATE SCHEMA marts")
    for mart in MARTS:
        progress(say("mart {mart}", mart=mart))
        con.execute(mart_sql("duckdb", mart))
    for mart in SCRATCH:
        con.execute(f"DROP TABLE marts.{mart}")
    if con.execute(RECONCILED).fetchall() != [(True,)]:
        con.execute("ROLLBACK")
        raise MartsDisagree(
            "The marts do not add up to the sales and stock that were read: a store, product or month of a row is not "
            "in its table. Nothing was published. Please report this with the data-quality report; it is a bug."
        )
    con.execute("COMMIT")


def mart_sql(dialect: str, mart: str) -> str:
    """The committed text that creates and fills one mart: CREATE TABLE with declared types, then INSERT."""
    return (SQL / dialect / f"{mart}.sql").read_text(encoding="utf-8")
