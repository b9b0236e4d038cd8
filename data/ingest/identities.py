"""What must agree between tables and between columns; where it does not, the rows are kept and counted."""

# ruff: noqa: S608 - every identifier in these statements is a constant of ours; values go in as parameters

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from data.ingest.clean import SOLD, examples
from data.ingest.files import Files
from data.ingest.quality import Check
from data.ingest.shape import Typed
from data.said import Said, say
from data.schema import TABLES, Column, Table

KEPT: Final = say("kept")
PAID: Final = """abs(round(net_amount * 100) - round(quantity * unit_price * 100) + round(discount_amount * 100)) > 1"""


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for. columns: concerned. looked: SQL of the rows that can be looked at. condition: SQL that is
    true where something is wrong. shown: columns in examples, else those concerned. identity: of `IDENTITIES`.
    """

    name: Said
    treatment: Said
    columns: tuple[str, ...]
    looked: str
    condition: str
    shown: tuple[str, ...] = ()
    identity: str = ""


STOCK: Final = ("opening_units", "closing_units")
CELL: Final = ", ".join(TABLES["inventory"].key)
AMOUNTS: Final = Search(
    say("net_amount is not quantity × unit_price − discount_amount"),
    say("kept; net_amount is believed"),
    ("quantity", "unit_price", "discount_amount", "net_amount"),
    "(SELECT * FROM kept_sales WHERE given_discount_amount AND given_net_amount)",
    PAID,
    identity="net",
)
COSTS: Final = Search(
    say("unit_cost is blank"),
    say("kept; left out of margins and of stock at cost"),
    ("unit_cost",),
    "kept_products",
    "unit_cost IS NULL",
)
LEDGER: Final = (
    Search(  # looks at the rows that have one of the month before
        say("opening_units is not the closing_units of the month before"),
        KEPT,
        STOCK,
        f"""kept_inventory JOIN (
            SELECT (month + INTERVAL 1 MONTH)::DATE AS month, store_id, product_id, closing_units AS closed_before
            FROM staging.inventory) USING ({CELL})""",
        "opening_units <> closed_before",
        shown=("opening_units", "closed_before"),
        identity="opening",
    ),
    Search(  # looks at the rows before the ledger's last month
        say("no row for the month after, though there is stock or a later row"),
        say("its stock is unknown"),
        ("closing_units",),
        """(SELECT * FROM (
            SELECT *, lead(month) OVER (PARTITION BY store_id, product_id ORDER BY month) AS next_month,
                max(month) OVER () AS last_month FROM kept_inventory) WHERE month < last_month)""",
        "coalesce(next_month > month + INTERVAL 1 MONTH, closing_units > 0)",
    ),
    Search(
        say("received_units is below 0: a transfer, a loss or missing sales"),
        KEPT,
        ("received_units",),
        "kept_inventory",
        "received_units < 0",
        identity="received",
    ),
    Search(  # looks at the rows with receipts of their own; those that follow from the sales agree with the sales
        say("units gone from stock are not the units sold"),
        KEPT,
        (*STOCK, "received_units"),
        f"""(SELECT *, opening_units + received_units - shrink_units - closing_units AS gone_units
            FROM kept_inventory WHERE given_received_units) LEFT JOIN sold USING ({CELL})""",
        "gone_units <> coalesce(sold_units, 0)",
        shown=("gone_units", "sold_units"),
        identity="sold",
    ),
)


def identity_checks(files: Files, made: dict[str, Typed], present: Collection[str]) -> list[Check]:
    """Unknown ids, amounts that do not add up, products without a cost, and a stock ledger that has holes or errors.

    Amounts: net = gross − discount, to the cent. Ledger, per store × product: opening(t) = closing(t−1);
    received ≥ 0; opening + received − shrink − closing = Σ quantity sold. present: tables that somebody supplied.
    """
    checks = [
        _unknown_ids(files, typed, column)
        for typed in made.values()
        for column in typed.table.columns
        if column.references in present
    ]
    checks += _amounts(files, made["sales"]) + (_costs(files, made["products"]) if "products" in made else [])
    return checks + (_ledger(files, made["inventory"]) if "inventory" in made else [])


def add_unknown(files: Files, present: Collection[str]) -> None:
    """Give every id that only facts know a row in the table it refers to, so that its money and units are not lost."""
    for table in (TABLES[name] for name in TABLES if name in present):
        for column in table.columns:
            if column.references:
                _add_stubs(files, table, column, TABLES[column.references], known=column.references in present)


def _unknown_ids(files: Files, typed: Typed, column: Column) -> Check:
    return _check(files, typed, unknown_ids(typed.table, column, "staging."))


def unknown_ids(table: Table, column: Column, others: str) -> Search:
    """Ids that the table they refer to, as it was read, does not have. others: what its name starts with."""
    name, other = table.name, TABLES[str(column.references)]
    return Search(
        say("{column} is not in {table}", column=column.name, table=other.name),
        say("kept; {table} got a row for each such id", table=other.name),
        (column.name,),
        f"""(SELECT * FROM kept_{name} WHERE {column.name} IS NOT NULL)
            LEFT JOIN (SELECT {other.key[0]} AS known_id FROM {others}{other.name}) ON {column.name} = known_id""",
        "known_id IS NULL",
    )


def _amounts(files: Files, sales: Typed) -> list[Check]:
    if not {"discount_amount", "net_amount"} <= set(sales.supplied):
        return []
    return [_check(files, sales, AMOUNTS)]


def _costs(files: Files, products: Typed) -> list[Check]:
    if "unit_cost" not in products.supplied:
        return []
    return [_check(files, products, COSTS)]


def _ledger(files: Files, inventory: Typed) -> list[Check]:
    files.con.execute(SOLD)
    searches = LEDGER if "received_units" in inventory.supplied else LEDGER[:-1]
    return [_check(files, inventory, search) for search in searches]


def _check(files: Files, typed: Typed, search: Search) -> Check:
    table = typed.table
    of, count = files.one(f"SELECT count(*), count(*) FILTER ({search.condition}) FROM {search.looked}")
    seen = dict.fromkeys(("source_row", *table.key, *(search.shown or search.columns))) if count else {}
    return Check(
        name=search.name,
        table=table.name,
        columns=tuple(f"{table.name}.{column}" for column in search.columns),
        count=count,
        of=of,
        treatment=search.treatment,
        examples=examples(files, f"{search.looked} WHERE {search.condition}", tuple(seen)),
        identity=search.identity,
    )


def _add_stubs(files: Files, table: Table, column: Column, other: Table, known: bool) -> None:
    key = other.key[0]
    values = ", ".join(stub(c, key, known) for c in other.columns)
    files.con.execute(f"""INSERT INTO staging.{other.name}
        SELECT {values} FROM (SELECT DISTINCT {column.name} AS {key} FROM staging.{table.name}
            WHERE {column.name} IS NOT NULL) ANTI JOIN staging.{other.name} USING ({key})""")


def stub(column: Column, key: str, known: bool) -> str:
    """SQL: what stands in `column` for an id without a row. known: the table was supplied, so it should have one."""
    if column.name == key:
        return key
    default = column.if_missing or "NULL"
    return "'(unknown)'" if known and default.startswith("'(") else default
