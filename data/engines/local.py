"""Runs the committed SQL of the marts. The seam: another engine is another dialect folder and its driver."""

from pathlib import Path
from typing import Final

import duckdb

from data.said import Progress, say

SQL: Final = Path(__file__).parent.parent / "sql"
# In this order.
MARTS: Final = (
    *("store_dim", "product_dim", "customer_dim", "month_dim"),
    *("counts", "lives", "cells", "baskets", "lines", "line_sizes", "staged"),
)
SCRATCH: Final = ("counts", "lives")  # only there for the marts after it
RECONCILED: Final = """
    SELECT
        sales = (SELECT coalesce(sum(lines), 0) FROM marts.cells)
        AND sales = (SELECT count(*) FROM marts.lines)
        AND net_sales_cents = (SELECT coalesce(sum(net_sales_cents), 0) FROM marts.cells)
        AND net_sales_cents = (SELECT coalesce(sum(net_sales_cents), 0) FROM marts.baskets)
        AND net_sales_cents = (SELECT coalesce(sum(net_amount_cents), 0) FROM marts.lines)
        AND closing_units = (SELECT coalesce(sum(closing_units), 0) FROM marts.cells)
    FROM marts.staged
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
    reconcile(con)


def reconcile(con: duckdb.DuckDBPyConnection) -> None:
    """Ends the transaction that made the marts; raises MartsDisagree, and undoes it, where they do not add up."""
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


def statements(dialect: str, name: str) -> list[str]:
    """The statements of a committed file, one by one."""
    return [text for text in mart_sql(dialect, name).split(";\n") if text.strip()]
