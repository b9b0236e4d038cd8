"""The marts as Ibis expressions over the staging tables: the one definition, for every engine.

Ibis only compiles here. `python -m data.marts` writes the SQL to `data/sql/<dialect>/`, and the refresh runs those
files with the engine's own driver: neither it nor the web imports this module. Only algebraic aggregates, money in
integer cents, rounding before casts, and tables with declared types, so that engines agree to the last cent.
"""

from collections.abc import Callable
from typing import Any, Final

import ibis
from ibis import Table, _
from ibis.expr.types import IntegerColumn, IntegerValue

from data.engines import MARTS, SQL
from data.measures import BASKETS, CELLS
from data.schema import TABLES, Type

GONE_AFTER_MONTHS: Final = 3  # without stock, receipt or sale for longer, a product is delisted, not out of stock
FACTS: Final = ("counts", "cells", "baskets")
IBIS_TYPE: Final[dict[Type, str]] = {
    "text": "string",
    "whole number": "int64",
    "number": "float64",
    "money": "float64",
    "date": "date",
    "moment": "timestamp",
    "month": "date",
}
LEDGER: Final = ("opening_units", "closing_units", "received_units", "shrink_units")
CENTS_IN_STAGING: Final = ("gross_amount_cents", "discount_amount_cents", "net_amount_cents")
CELL: Final = ("store_idx", "product_idx", "month_idx")
LINE: Final = ("store_idx", "product_idx", "category_idx", "customer_idx", "month_idx")
LINE_VALUES: Final = ("sold_at", "transaction_id", "quantity", "unit_price", *CENTS_IN_STAGING[1:])
# A hundred texts from all over a table are six times faster read where they are not packed.
STORED: Final = {("lines", "duckdb"): {"transaction_id": " USING COMPRESSION 'uncompressed'"}}
BASKET: Final = ("order_idx", "store_idx", "customer_idx", "month_idx", "day", "category_idx")


def store_dim() -> Table:
    """One row per store. store_idx by chain, name, id; chain_idx in the alphabetical order of chains; both from 0."""
    stores = _staging("stores")
    return stores.select(
        store_idx=_position(stores.chain, stores.store_name, stores.store_id),
        chain_idx=_rank(stores.chain),
        **_columns(stores),
    ).order_by("store_idx")


def product_dim() -> Table:
    """One row per product. product_idx by category, name, id; category_idx in alphabetical order; both from 0."""
    products = _staging("products")
    return products.select(
        product_idx=_position(products.category, products.product_name, products.product_id),
        category_idx=_rank(products.category),
        **_columns(products),
    ).order_by("product_idx")


def customer_dim() -> Table:
    """One row per customer. customer_idx by customer_id, from 0."""
    customers = _staging("customers")
    return customers.select(customer_idx=_position(customers.customer_id), **_columns(customers)).order_by(
        "customer_idx"
    )


def month_dim() -> Table:
    """One row per calendar month from the first to the last with a sale or a ledger row, without gaps."""
    sold = _staging("sales").select(number=_month_number(_.sold_at))
    counted = _staging("inventory").select(number=_month_number(_.month))
    ends = sold.union(counted).agg(first=_.number.min(), last=_.number.max())
    numbers = ends.select("first", number=ibis.range(ends.first, ends.last + 1).unnest())
    return numbers.select(
        month_idx=(_.number - _.first).cast("int32"),
        month=ibis.date((_.number // 12).cast("int32"), (_.number % 12 + 1).cast("int32"), 1),
    ).order_by("month_idx")


def counts() -> Table:
    """One row per cell of `cells`, before its ranged months: `ledger_rows` is 1 where the month has a ledger row.

    Dropped when the marts are made; a table of its own because `cells` reads it three times.
    """
    keys = ("store_id", "product_id", "month")
    sold = _staging("sales").group_by("store_id", "product_id", month=_month(_.sold_at)).agg(**_sold_measures())
    stocked = _staging("inventory").select(*keys, *LEDGER, ledger_rows=ibis.literal(1, "int64"))
    sums = (*(name for name in sold.columns if name not in keys), *LEDGER, "ledger_rows")
    both = _padded(sold, keys, sums).union(_padded(stocked, keys, sums))
    return (
        both.group_by(*keys)
        .agg(**{name: both[name].sum() for name in sums})
        .join(_mart("store_dim")[["store_id", "store_idx"]], "store_id")
        .join(_mart("product_dim")[["product_id", "product_idx", "unit_cost"]], "product_id")
        .join(_mart("month_dim"), "month")
        .select(
            *CELL,
            *sums,
            costed_sales_cents=ibis.ifelse(_.unit_cost.notnull(), _.net_sales_cents, _zero()),
            cost_of_sales_cents=_at_cost(_.units_sold),
            opening_cost_cents=_at_cost(_.opening_units),
            closing_cost_cents=_at_cost(_.closing_units),
        )
    )


def cells() -> Table:
    """One row per store × product × month with a sale or a ledger row. Additive measures, money in integer cents.

    A month is ranged where it has a ledger row and lies between the first month with stock, a receipt or a sale of
    that store × product and GONE_AFTER_MONTHS after the last one. Its weight is that store × product's net sales over
    all history (not below 0) ÷ its ranged months.
    """
    counted = _with_ranged_months(_mart("counts"))
    weights = counted.group_by("store_idx", "product_idx").agg(
        net_cents=_.net_sales_cents.sum(), months=_.ranged_months.sum()
    )
    weight = (ibis.greatest(_.net_cents, 0) / _.months).round().cast("int64")
    return (
        counted.join(weights, ["store_idx", "product_idx"])
        .mutate(stockout_months=_.ranged_months * _flag(_.closing_units == 0))
        .mutate(ranged_weight_cents=ibis.ifelse(_.ranged_months == 1, weight, 0))
        .mutate(stockout_weight_cents=_.ranged_weight_cents * _.stockout_months)
        .select(*CELL, *(measure.name for measure in CELLS))
        .order_by("store_idx", "month_idx", "product_idx")
    )


def baskets() -> Table:
    """One row per order (store × transaction) × category × month of its lines. customer_idx −1 is a guest.

    order_idx counts orders from 0; an order that runs over midnight into the next month keeps one order_idx.
    """
    sales, stores, products = _staging("sales"), _mart("store_dim"), _mart("product_dim")
    lines = sales.join(stores[["store_id", "store_idx"]], "store_id").join(
        products[["product_id", "category_idx"]], "product_id"
    )
    parts = lines.group_by("store_idx", "transaction_id", "category_idx", month=_month(_.sold_at)).agg(
        day=_.sold_at.min().cast("date"),
        units=_.quantity.sum(),
        **_line_sums(),
    )
    return (
        parts.join(_orders(lines), ["store_idx", "transaction_id"])
        .join(_mart("month_dim"), "month")
        .select(*BASKET, *(measure.name for measure in BASKETS))
        .order_by("store_idx", "month_idx", "order_idx", "category_idx")
    )


def lines() -> Table:
    """One row per line of staging.sales, by sold_at, store, receipt and line_id: what a drill-down sorts and reads.

    customer_idx: −1 for a guest. <column>_rank: place from 0 of the line's value among the different ones, of texts
    without case, NULL where it is blank; lines are sorted by these small numbers instead of by texts.
    """
    sales = _staging("sales")
    known = sales.join(_ranked(_mart("store_dim"), "store_name"), "store_id")
    known = known.join(_ranked(_mart("product_dim"), "product_name", "category"), "product_id")
    known = known.left_join(_ranked(_mart("customer_dim"), "customer_name"), "customer_id")
    known = known.mutate(month=_month(_.sold_at), customer_idx=ibis.coalesce(_.customer_idx, -1).cast("int32"))
    known = known.join(_mart("month_dim"), "month")
    for column in LINE_VALUES:
        known = known.join(_ranked(sales[[column]].distinct(), column), column)
    known = known.order_by("sold_at", "store_idx", "transaction_id", "line_id")
    return known.select(*LINE, *LINE_VALUES, ibis.selectors.endswith("_rank"))


def _orders(lines: Table) -> Table:
    """One row per store_idx × transaction_id: order_idx, and customer_idx (the largest id on the order, −1: guest)."""
    orders = lines.group_by("store_idx", "transaction_id").agg(customer_id=_.customer_id.max())
    known = _mart("customer_dim")[["customer_id", "customer_idx"]]
    return orders.left_join(known, "customer_id").select(
        "store_idx",
        "transaction_id",
        order_idx=_position(_.store_idx, _.transaction_id),
        customer_idx=ibis.coalesce(_.customer_idx, -1).cast("int32"),
    )


def _with_ranged_months(counted: Table) -> Table:
    """The same rows with `ranged_months` 0 or 1."""
    sold_some = counted.units_sold + counted.returned_units > 0
    alive = (counted.opening_units > 0) | (counted.closing_units > 0) | (counted.received_units > 0) | sold_some
    lives = (
        counted.filter(alive)
        .group_by("store_idx", "product_idx")
        .agg(first_month=_.month_idx.min(), last_month=_.month_idx.max())
    )
    in_life = (_.month_idx >= _.first_month) & (_.month_idx <= _.last_month + GONE_AFTER_MONTHS)
    return counted.left_join(lives, ["store_idx", "product_idx"]).select(
        *counted.columns, ranged_months=_flag((_.ledger_rows > 0) & in_life)
    )


def _sold_measures() -> dict[str, Any]:
    return {
        "units_sold": _.quantity.sum(),
        "returned_units": ibis.ifelse(_.quantity < 0, -_.quantity, 0).sum(),
        "lines": _.count(),
        **_line_sums(),
    }


def _line_sums() -> dict[str, Any]:
    return {
        "sold_lines": _flag(_.quantity > 0).sum(),
        "discounted_lines": _flag((_.discount_amount_cents != 0) & (_.quantity > 0)).sum(),
        "gross_sales_cents": _.gross_amount_cents.sum(),
        "discount_cents": _.discount_amount_cents.sum(),
        "net_sales_cents": _.net_amount_cents.sum(),
    }


def _padded(table: Table, keys: tuple[str, ...], sums: tuple[str, ...]) -> Table:
    """The table with every column of `sums`, 0 where it has none: the two sides of a union."""
    return table.select(*keys, **{name: table[name] if name in table.columns else _zero() for name in sums})


def _at_cost(units: IntegerValue) -> IntegerValue:
    return ibis.coalesce((units * _.unit_cost * 100).round().cast("int64"), 0)


def _flag(condition: Any) -> IntegerValue:
    return ibis.ifelse(condition, 1, 0).cast("int64")


def _zero() -> IntegerValue:
    return ibis.literal(0, "int64")


def _month(moment: Any) -> Any:
    return moment.truncate("M").cast("date")


def _month_number(moment: Any) -> IntegerValue:
    return (moment.year() * 12 + moment.month() - 1).cast("int64")


def _position(*order: Any) -> IntegerColumn:
    return ibis.row_number().over(order_by=order).cast("int32")


def _rank(column: Any) -> IntegerColumn:
    return ibis.dense_rank().over(order_by=column).cast("int32")


def _ranked(table: Table, *columns: str) -> Table:
    """The table with <column>_rank of each of these: from 0, texts without case, NULL where blank."""
    return table.mutate(**{f"{name}_rank": _place(table[name]) for name in columns})


def _place(column: Any) -> IntegerColumn:
    text = column.type().is_string()
    return ibis.ifelse(column == "", ibis.null("int32"), _rank(column.lower())) if text else _rank(column)


def _columns(table: Table) -> dict[str, Any]:
    return {name: table[name] for name in table.columns}


def _staging(name: str) -> Table:
    """The unbound table `staging.<name>` with the contract's columns; money of sales is in cents there."""
    columns = {column.name: IBIS_TYPE[column.type] for column in TABLES[name].columns}
    if name == "sales":
        columns = {key: kind for key, kind in columns.items() if key not in ("discount_amount", "net_amount")}
        columns |= dict.fromkeys(CENTS_IN_STAGING, "int64")
    return ibis.table(columns, name=name, database="staging")


def _mart(name: str) -> Table:
    """The unbound table `marts.<name>`, made by an earlier mart."""
    return ibis.table(EXPRESSIONS[name]().schema(), name=name, database="marts")


EXPRESSIONS: Final[dict[str, Callable[[], Table]]] = {
    function.__name__: function
    for function in (store_dim, product_dim, customer_dim, month_dim, counts, cells, baskets, lines)
}


def compile_mart(name: str, dialect: str) -> str:
    """The text of `data/sql/<dialect>/<name>.sql`: CREATE TABLE with declared types, then INSERT … SELECT."""
    expression = EXPRESSIONS[name]()
    stored = dict.fromkeys(expression.columns, " NOT NULL" if name in FACTS else "") | STORED.get((name, dialect), {})
    columns = expression.schema().to_sqlglot_column_defs(dialect)
    types = [f'  "{column.name}" {column.kind.sql(dialect)}{stored[column.name]}' for column in columns]
    create = f"CREATE TABLE marts.{name} (\n" + ",\n".join(types) + "\n);\n"
    select = ibis.to_sql(expression, dialect=dialect, pretty=True)
    return f"{create}\nINSERT INTO marts.{name}\n{select};\n"


def write_sql(dialect: str = "duckdb") -> None:
    """Writes the SQL of every mart; what `python -m data.marts` does."""
    for name in MARTS:
        (SQL / dialect / f"{name}.sql").write_text(compile_mart(name, dialect), encoding="utf-8")


if __name__ == "__main__":
    write_sql()
