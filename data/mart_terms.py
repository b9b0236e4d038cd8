"""What the marts' expressions share: the staging tables, months, flags and places in an order."""

from typing import Any, Final

import ibis
from ibis import Table
from ibis.expr.types import IntegerColumn, IntegerValue

from data.schema import TABLES, Type

IBIS_TYPE: Final[dict[Type, str]] = {
    "text": "string",
    "whole number": "int64",
    "number": "float64",
    "money": "float64",
    "date": "date",
    "moment": "timestamp",
    "month": "date",
}
CENTS_IN_STAGING: Final = ("gross_amount_cents", "discount_amount_cents", "net_amount_cents")


def flag(condition: Any) -> IntegerValue:
    """1 where the condition is true, else 0."""
    return ibis.ifelse(condition, 1, 0).cast("int64")


def zero() -> IntegerValue:
    """0 as a whole number."""
    return ibis.literal(0, "int64")


def month(moment: Any) -> Any:
    """The first day of the month of a moment."""
    return moment.truncate("M").cast("date")


def month_number(moment: Any) -> IntegerValue:
    """Months since the year 0."""
    return (moment.year() * 12 + moment.month() - 1).cast("int64")


def position(*order: Any) -> IntegerColumn:
    """The place of a row in this order, from 0."""
    return ibis.row_number().over(order_by=order).cast("int32")


def rank(column: Any) -> IntegerColumn:
    """The place of the value among the different ones, from 0."""
    return ibis.dense_rank().over(order_by=column).cast("int32")


def ranked(table: Table, *columns: str) -> Table:
    """The table with <column>_rank of each of these: from 0, texts without case, NULL where blank."""
    return table.mutate(**{f"{name}_rank": place(table[name]) for name in columns})


def place(column: Any) -> IntegerColumn:
    """Like `rank`, of texts without case and NULL where they are blank."""
    text = column.type().is_string()
    return ibis.ifelse(column == "", ibis.null("int32"), rank(column.lower())) if text else rank(column)


def all_columns(table: Table) -> dict[str, Any]:
    """Every column of the table by its name."""
    return {name: table[name] for name in table.columns}


def staging(name: str) -> Table:
    """The unbound table `staging.<name>` with the contract's columns; money of sales is in cents there."""
    columns = {column.name: IBIS_TYPE[column.type] for column in TABLES[name].columns}
    if name == "sales":
        columns = {key: kind for key, kind in columns.items() if key not in ("discount_amount", "net_amount")}
        columns |= dict.fromkeys(CENTS_IN_STAGING, "int64")
    return ibis.table(columns, name=name, database="staging")
