"""What must agree between tables and between columns; where it does not, the rows are kept and counted."""

# ruff: noqa: S608 - every identifier in these statements is a constant of ours; values go in as parameters

from typing import Final

from data.ingest.clean import SOLD, examples
from data.ingest.files import Files
from data.ingest.quality import Check
from data.ingest.shape import Typed
from data.schema import TABLES, Column, Table

PAID: Final = """abs(round(net_amount * 100) - round(quantity * unit_price * 100) + round(discount_amount * 100)) > 1"""


def identity_checks(files: Files, made: dict[str, Typed]) -> list[Check]:
    """Unknown ids, amounts that do not add up, products without a cost, and a stock ledger that has holes or errors.

    Amounts: net = gross − discount, to the cent. Ledger, per store × product: opening(t) = closing(t−1);
    received ≥ 0; opening + received − shrink − closing = Σ quantity sold.
    """
    checks = [
        _unknown_ids(files, typed, column)
        for typed in made.values()
        for column in typed.table.columns
        if column.references in made
    ]
    checks += _amounts(files, made["sales"]) + (_costs(files, made["products"]) if "products" in made else [])
    return checks + (_ledger(files, made["inventory"]) if "inventory" in made else [])


def add_unknown(files: Files, made: dict[str, Typed]) -> None:
    """Give every id that only facts know a row in the table it refers to, so that its money and units are not lost."""
    for typed in made.values():
        for column in typed.table.columns:
            if column.references:
                _add_stubs(files, typed.table, column, TABLES[column.references], known=column.references in made)


def _unknown_ids(files: Files, typed: Typed, column: Column) -> Check:
    name, other = typed.table.name, TABLES[str(column.references)]
    rows = f"""kept_{name} ANTI JOIN (SELECT {other.key[0]} AS known_id FROM staging.{other.name})
        ON {column.name} = known_id WHERE {column.name} IS NOT NULL"""
    found = (f"{column.name} is not in {other.name}", f"kept; {other.name} got a row for each such id")
    return _check(files, typed, found, (column.name,), rows)


def _amounts(files: Files, sales: Typed) -> list[Check]:
    if not {"discount_amount", "net_amount"} <= set(sales.supplied):
        return []
    found = ("net_amount is not quantity × unit_price − discount_amount", "kept; net_amount is believed")
    columns = ("quantity", "unit_price", "discount_amount", "net_amount")
    return [_check(files, sales, found, columns, f"kept_sales WHERE {PAID}")]


def _costs(files: Files, products: Typed) -> list[Check]:
    if "unit_cost" not in products.supplied:
        return []
    found = ("unit_cost is blank", "kept; left out of margins and of stock at cost")
    return [_check(files, products, found, ("unit_cost",), "kept_products WHERE unit_cost IS NULL")]


def _ledger(files: Files, inventory: Typed) -> list[Check]:
    files.con.execute(SOLD)
    cell = ", ".join(inventory.table.key)
    chained = f"""kept_inventory JOIN (
        SELECT (month + INTERVAL 1 MONTH)::DATE AS month, store_id, product_id, closing_units AS closed_before
        FROM staging.inventory) USING ({cell}) WHERE opening_units <> closed_before"""
    followed = """(SELECT *, lead(month) OVER (PARTITION BY store_id, product_id ORDER BY month) AS next_month,
            max(month) OVER () AS last_month FROM kept_inventory)
        WHERE coalesce(next_month > month + INTERVAL 1 MONTH, month < last_month AND closing_units > 0)"""
    missing = ("no row for the month after, though there is stock or a later row", "its stock is unknown")
    opening = ("opening_units is not the closing_units of the month before", "kept")
    negative = ("received_units is below 0: a transfer, a loss or missing sales", "kept")
    stock = ("opening_units", "closing_units")
    checks = [
        _check(files, inventory, opening, stock, chained, ("opening_units", "closed_before")),
        _check(files, inventory, missing, ("closing_units",), followed),
        _check(files, inventory, negative, ("received_units",), "kept_inventory WHERE received_units < 0"),
    ]
    if "received_units" not in inventory.supplied:
        return checks
    gone = "opening_units + received_units - shrink_units - closing_units AS gone_units"
    sold = f"""(SELECT *, {gone} FROM kept_inventory)
        LEFT JOIN sold USING ({cell}) WHERE gone_units <> coalesce(sold_units, 0)"""
    unequal = ("units gone from stock are not the units sold", "kept")
    shown = ("gone_units", "sold_units")
    return [*checks, _check(files, inventory, unequal, (*stock, "received_units"), sold, shown)]


def _check(
    files: Files, typed: Typed, found: tuple[str, str], columns: tuple[str, ...], rows: str, shown: tuple[str, ...] = ()
) -> Check:
    """found: name and treatment. columns: concerned. rows: SQL of the rows found. shown: in examples, else columns."""
    table = typed.table
    count = files.one(f"SELECT count(*) FROM {rows}")[0]
    seen = dict.fromkeys(("source_row", *table.key, *(shown or columns))) if count else {}
    of = files.one(f"SELECT count(*) FROM staging.{table.name}")[0]
    concerned = tuple(f"{table.name}.{column}" for column in columns)
    name, treatment = found
    return Check(name, table.name, concerned, count, of, treatment, examples(files, rows, tuple(seen)))


def _add_stubs(files: Files, table: Table, column: Column, other: Table, known: bool) -> None:
    key = other.key[0]
    values = ", ".join(_stub(c, key, known) for c in other.columns)
    files.con.execute(f"""INSERT INTO staging.{other.name}
        SELECT {values} FROM (SELECT DISTINCT {column.name} AS {key} FROM staging.{table.name}
            WHERE {column.name} IS NOT NULL) ANTI JOIN staging.{other.name} USING ({key})""")


def _stub(column: Column, key: str, known: bool) -> str:
    """SQL: what stands in `column` for an id without a row. known: the table was supplied, so it should have one."""
    if column.name == key:
        return key
    default = column.if_missing or "NULL"
    return "'(unknown)'" if known and default.startswith("'(") else default
