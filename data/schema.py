"""The five tables of the contract: the one home of column names, types, units, keys and allowed ranges.

Everything else is made from here: the check of incoming files (`data.ingest`), the constraints of the staging
tables (`staging_ddl`) and `data/README.md` (`make docs`).
"""

from dataclasses import dataclass
from typing import Final, Literal

from data.said import Said, quoted, say

Type = Literal["text", "whole number", "number", "money", "date", "moment", "month"]

SQL_TYPE: Final[dict[Type, str]] = {
    "text": "VARCHAR",
    "whole number": "BIGINT",
    "number": "DOUBLE",
    "money": "DOUBLE",
    "date": "DATE",
    "moment": "TIMESTAMP",
    "month": "DATE",
}
EARLIEST: Final = "1990-01-01"  # a sale before this is a slip of the keyboard; the latest allowed day is tomorrow


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the contract.

    unit: what one count of it means. low, high: the plausible range, ends included.
    if_missing: SQL over the table's other columns that fills an absent column; None leaves it empty. filled_with: the
    same in words, where it is a formula.
    if_below: "drop" sets a row below `low` aside, "zero" reads the value as 0; both are counted. An implausible value
    of a nullable column is left blank and the row kept.
    not_zero: 0 is as implausible as a value out of range.
    references: the table whose key it names. An id unknown there is kept and counted.
    """

    name: str
    type: Type
    about: str
    required: bool = False
    unit: str = ""
    low: float | None = None
    high: float | None = None
    if_missing: str | None = None
    filled_with: str = ""
    if_below: Literal["drop", "zero"] = "drop"
    not_zero: bool = False
    references: str | None = None
    nullable: bool = False

    @property
    def stand_in(self) -> Said:
        """What stands in place of an absent column: in words, or the column or value itself."""
        if self.if_missing in (None, "''"):
            return say("left empty")
        return say(self.filled_with) if self.filled_with else quoted(str(self.if_missing).strip("'"))


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the contract. `key` tells its rows apart; a table that is not required may be absent."""

    name: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    required: bool = True

    def column(self, name: str) -> Column:
        """The column called `name`; KeyError if the contract has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name}.{name}")


STORES = Table(
    "stores",
    "one row per store",
    ("store_id",),
    (
        Column("store_id", "text", "the store's id", required=True),
        Column("store_name", "text", "shown in charts and lists", if_missing="store_id"),
        Column("chain", "text", "the chain that runs the store", if_missing="'(no chain)'"),
        Column("city", "text", "where it stands", if_missing="''"),
        Column("region", "text", "sales region", if_missing="''"),
        Column("size_sqm", "number", "sales floor", unit="m²", low=1, high=1_000_000, nullable=True),
    ),
)
PRODUCTS = Table(
    "products",
    "one row per product",
    ("product_id",),
    (
        Column("product_id", "text", "the product's id", required=True),
        Column("product_name", "text", "shown in charts and lists", if_missing="product_id"),
        Column("category", "text", "product group of the category filter", if_missing="'(no category)'"),
        Column("unit_price", "money", "list price of one unit", unit="currency", low=0, high=1e6, nullable=True),
        Column("unit_cost", "money", "purchase cost of one unit", unit="currency", low=0, high=1e6, nullable=True),
        Column("lead_time_days", "number", "order to receipt", unit="days", low=0, high=730, nullable=True),
    ),
)
CUSTOMERS = Table(
    "customers",
    "one row per customer known by name or card",
    ("customer_id",),
    (
        Column("customer_id", "text", "the customer's id", required=True),
        Column("customer_name", "text", "shown to those who may see it", if_missing="customer_id"),
        Column("loyalty_tier", "text", "tier of the loyalty programme", if_missing="'(no tier)'"),
        Column("joined_on", "date", "first day as a customer", nullable=True),
        Column("home_store_id", "text", "the usual store", references="stores", nullable=True),
    ),
    required=False,
)
SALES = Table(
    "sales",
    "one row per line of a receipt",
    ("line_id",),
    (
        Column(
            "line_id",
            "text",
            "the line's id; without it, lines equal in every column count as delivered twice",
            if_missing="'L' || lpad(source_row::VARCHAR, 9, '0')",
            filled_with="the number of its row in the file",
        ),
        Column("transaction_id", "text", "the receipt: lines with the same id were bought together", required=True),
        Column("sold_at", "moment", "date, or date and time, of the sale", required=True),
        Column("store_id", "text", "where", required=True, references="stores"),
        Column("product_id", "text", "what", required=True, references="products"),
        Column("customer_id", "text", "who; blank for a guest", references="customers", nullable=True),
        Column(
            "quantity",
            "whole number",
            "units sold; negative for a return",
            required=True,
            unit="units",
            low=-100_000,
            high=100_000,
            not_zero=True,
        ),
        Column(
            "unit_price",
            "money",
            "price of one unit before discount",
            required=True,
            unit="currency",
            low=0,
            high=1e6,
        ),
        Column(
            "discount_amount",
            "money",
            "taken off the whole line",
            unit="currency",
            low=-1e7,
            high=1e7,
            if_missing="coalesce(quantity * unit_price - net_amount, 0)",
            filled_with="quantity × unit price − net amount; 0 without both amounts",
        ),
        Column(
            "net_amount",
            "money",
            "paid for the whole line",
            unit="currency",
            low=-1e10,
            high=1e10,
            if_missing="quantity * unit_price - coalesce(discount_amount, 0)",
            filled_with="quantity × unit price − discount amount",
        ),
    ),
)
INVENTORY = Table(
    "inventory",
    "one row per month × store × product",
    ("month", "store_id", "product_id"),
    (
        Column("month", "month", "any day of the month, or 2023-01", required=True),
        Column("store_id", "text", "where", required=True, references="stores"),
        Column("product_id", "text", "what", required=True, references="products"),
        Column(
            "opening_units",
            "whole number",
            "stock at the start of the month",
            required=True,
            unit="units",
            low=0,
            high=1e9,
            if_below="zero",
        ),
        Column(
            "closing_units",
            "whole number",
            "stock at the end of the month",
            required=True,
            unit="units",
            low=0,
            high=1e9,
            if_below="zero",
        ),
        Column(
            "received_units",
            "whole number",
            "delivered in the month",
            unit="units",
            low=-1e9,
            high=1e9,
            if_missing="closing_units - opening_units + sold_units + coalesce(shrink_units, 0)",
            filled_with="closing − opening + sold + shrink",
        ),
        Column(
            "shrink_units",
            "whole number",
            "lost, broken or stolen in the month",
            unit="units",
            low=-1e9,
            high=1e9,
            if_missing="0",
        ),
    ),
    required=False,
)
TABLES: Final[dict[str, Table]] = {t.name: t for t in (STORES, PRODUCTS, CUSTOMERS, SALES, INVENTORY)}


@dataclass(frozen=True, slots=True)
class StagingColumn:
    """A column of a staging table. declared: SQL type and constraints. value: SQL over the contract's columns."""

    name: str
    declared: str
    value: str


GROSS: Final = StagingColumn("gross_amount_cents", "BIGINT NOT NULL", "round(quantity * unit_price * 100)::BIGINT")


def staging_columns(table: Table) -> tuple[StagingColumn, ...]:
    """The columns of `staging.<table>`: the contract's, with amounts in whole cents and the gross amount of a line."""
    columns = [_staged(column) for column in table.columns]
    amounts = [i for i, column in enumerate(table.columns) if column.name == "discount_amount"]
    for i in amounts:
        columns.insert(i, GROSS)
    return tuple(columns)


def staging_ddl(table: Table) -> str:
    """CREATE TABLE for `staging.<table>`, whose constraints turn down any row that cleaning should have stopped.

    Dimensions get a primary key; on the tables that grow it would cost an index over every row.
    """
    lines = [f"{column.name} {column.declared}" for column in staging_columns(table)]
    if len(table.key) == 1 and table.key != ("line_id",):
        lines.append(f"PRIMARY KEY ({table.key[0]})")
    return f"CREATE TABLE staging.{table.name} (\n    " + ",\n    ".join(lines) + "\n)"


def _staged(column: Column) -> StagingColumn:
    in_cents = column.name.endswith("_amount")
    name = f"{column.name}_cents" if in_cents else column.name
    scale = 100 if in_cents else 1
    checks = [] if column.nullable else ["NOT NULL"]
    if column.low is not None and column.high is not None:
        checks.append(f"CHECK ({name} BETWEEN {column.low * scale:.0f} AND {column.high * scale:.0f})")
    if column.not_zero:
        checks.append(f"CHECK ({name} <> 0)")
    if column.type in ("date", "moment", "month"):
        checks.append(f"CHECK ({name} >= DATE '{EARLIEST}')")
    if column.type == "month":
        checks.append(f"CHECK (day({name}) = 1)")
    sql_type = "BIGINT" if in_cents else SQL_TYPE[column.type]
    value = f"round({column.name} * 100)::BIGINT" if in_cents else column.name
    return StagingColumn(name, " ".join([sql_type, *checks]), value)
