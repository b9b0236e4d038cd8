"""The Corner shop's input folder: small enough to check by hand. Tests damage it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from data.ingest import ingest
from data.ingest.quality import Check, QualityReport
from data.said import english

FILES = {
    "stores": ["store_id,store_name,chain,size_sqm", "S1,Corner,Good Food,120", "S2,Market Hall,Good Food,90"],
    "products": [
        "product_id,product_name,category,unit_price,unit_cost",
        "P1,Milk,Dairy,1.20,0.80",
        "P2,Bread,Bakery,2.50,1.00",
        "P3,Honey,Pantry,6.00,3.50",
    ],
    "customers": ["customer_id,customer_name,loyalty_tier,joined_on", "C1,Ada,Gold,2021-05-01", "C2,Ben,,2022-01-15"],
    # S1 sells 5 milk, 1 bread in January, 4 milk and 1 honey in February; S2 sells 3 bread, one comes back
    "sales": [
        "line_id,transaction_id,sold_at,store_id,product_id,customer_id,quantity,unit_price,discount_amount,net_amount",
        "L1,T1,2023-01-05 09:30,S1,P1,C1,2,1.20,0.00,2.40",
        "L2,T1,2023-01-05 09:30,S1,P2,C1,1,2.50,0.50,2.00",
        "L3,T2,2023-01-06,S1,P1,,3,1.20,0,3.60",
        "L4,T3,2023-01-07 17:00:30,S2,P2,C2,4,2.50,1.00,9.00",
        "L5,T4,2023-01-09,S2,P2,C2,-1,2.50,0,-2.50",
        "L6,T5,2023-02-02,S1,P1,C1,4,1.20,0,4.80",
        "L7,T6,2023-02-03,S1,P3,,1,6.00,0,6.00",
    ],
    "inventory": [
        "month,store_id,product_id,opening_units,closing_units,received_units",
        "2023-01,S1,P1,10,5,0",
        "2023-01,S1,P2,3,2,0",
        "2023-02,S1,P1,5,13,12",
        "2023-02,S1,P2,2,2,0",
    ],
}
SALES_HEADER = FILES["sales"][0]
SALES = ("\n".join(FILES["sales"]) + "\n").encode()
Damage = Callable[[Path], object]


def write(folder: Path, **changed: list[str] | None) -> Path:
    """The good folder, with other lines for some tables (None: no file)."""
    folder.mkdir(exist_ok=True)
    for table, lines in (FILES | changed).items():
        if lines is not None:
            (folder / f"{table}.csv").write_text("\n".join(lines) + "\n")
    return folder


def replaced(table: str, old: str, new: str) -> list[str]:
    """A table's lines with one text exchanged; the text must be there."""
    text = "\n".join(FILES[table])
    assert old in text
    return text.replace(old, new, 1).split("\n")


def load(folder: Path, mapping: str | Path | None = None) -> tuple[duckdb.DuckDBPyConnection, QualityReport]:
    con = duckdb.connect()
    return con, ingest(folder, con, mapping)


def rows(con: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return con.execute(query).fetchall()


def check(report: QualityReport, table: str, name: str) -> Check:
    """The one check of a table whose name starts with `name`."""
    (found,) = [c for c in report.checks if c.table == table and english(c.name).startswith(name)]
    return found


def text(table: str, old: str, new: str) -> Damage:
    """The table's CSV with one text exchanged."""
    return lambda folder: (folder / f"{table}.csv").write_text("\n".join(replaced(table, old, new)) + "\n", "utf-8")


def raw(name: str, content: bytes) -> Damage:
    """A file in place of the CSV of its table."""

    def damage(folder: Path) -> None:
        (folder / f"{name.split('.')[0]}.csv").unlink()
        (folder / name).write_bytes(content)

    return damage
