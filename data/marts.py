"""The marts as Ibis expressions over the staging tables: the one definition, for every engine.

Ibis only compiles here. `python -m data.marts` writes the SQL to `data/sql/<dialect>/`, and the refresh runs those
files with the engine's own driver: neither it nor the web imports this module. Only algebraic aggregates, money in
integer cents, rounding before casts, and tables with declared types, so that engines agree to the last cent.
"""

from collections.abc import Callable
from typing import Any, Final

import ibis
from ibis import Table, _
from ibis.expr.types import IntegerValue

from data.mart_terms import (
    CENTS_IN_STAGING,
    all_columns,
    flag,
    month,
    month_number,
    position,
    rank,
    ranked,
    staging,
    zero,
)
from data.measures import BASKETS, CELLS

GONE_AFTER_MONTHS: Final = 3  # without stock, receipt or sale for longer, a product is delisted, not out of stock
FACTS: Final = ("counts", "cells", "baskets")
LEDGER: Final = ("opening_units", "closing_units", "received_units", "shrink_units")
CELL: Final = ("store_idx", "product_idx", "month_idx")
LINE: Final = ("store_idx", "product_idx", "category_idx", "customer_idx", "month_idx")
LINE_VALUES: Final = ("sold_at", "transaction_id", "quantity", "unit_price", *CENTS_IN_STAGING[1:])
BASKET: Final = ("order_idx", "store_idx", "customer_idx", "month_idx", "day", "category_idx")


def store_dim() -> Table:
    """One row per store. store_idx by chain, name, id; chain_idx in the alphabetical order of chains; both from 0."""
    stores = staging("stores")
    return stores.select(
        store_idx=position(stores.chain, stores.store_name, stores.store_id),
        chain_idx=rank(stores.chain),
        **all_columns(stores),
    ).order_by("store_idx")


def product_dim() -> Table:
    """One row per product. product_idx by category, name, id; category_idx in alphabetical order; both from 0."""
    products = staging("products")
    return products.select(
        product_idx=position(products.category, products.product_name, products.product_id),
        category_idx=rank(products.category),
        **all_columns(products),
    ).order_by("product_idx")


def customer_dim() -> Table:
    """One row per customer. customer_idx by customer_id, from 0."""
    customers = staging("customers")
    return customers.select(customer_idx=position(customers.customer_id), **all_columns(customers)).order_by(
        "customer_idx"
    )


def month_dim() -> Table:
    """One row per calendar month from the first to the last with a sale or a ledger row, without gaps."""
    sold = staging("sales").select(number=month_number(_.sold_at))
    counted = staging("inventory").select(number=month_number(_.month))
    ends = sold.union(counted).agg(first=_.number.min(), last=_.number.max())
    numbers = ends.select("first", number=ibis.range(ends.first, ends.last + 1).unnest())
    return numbers.select(
        month_idx=(_.number - _.first).cast("int32"),
        month=ibis.date((_.number // 12).cast("int32"), (_.number % 12 + 1).cast("int32"), 1),
    ).order_by("month_idx")


def counts() -> Table:
    """One row per cell of `cells`, before its ranged months: `ledger_rows` is 1 where the month has a ledger row.

    Dropped when the marts are made; a table of its own because the marts after it read it three times.
    """
    keys = ("store_idx", "product_idx", "month")
    sold = _indexed(staging("sales")).group_by(*keys[:2], month=month(_.sold_at)).agg(**_sold_measures())
    stocked = _indexed(staging("inventory")).select(*keys, *LEDGER, ledger_rows=ibis.literal(1, "int64"))
    both = sold.outer_join(stocked, list(keys))
    sums = [name for name in (*sold.columns, *stocked.columns) if name not in keys]
    whole = both.select(
        **{key: ibis.coalesce(both[key], both[f"{key}_right"]) for key in keys},
        **{name: ibis.coalesce(both[name], zero()) for name in sums},
    )
    return (
        _mart("product_dim")[["product_idx", "unit_cost"]]
        .join(whole, "product_idx")
        .join(_mart("month_dim"), "month")
        .select(
            *CELL,
            *sums,
            costed_sales_cents=ibis.ifelse(_.unit_cost.notnull(), _.net_sales_cents, zero()),
            cost_of_sales_cents=_at_cost(_.units_sold),
            opening_cost_cents=_at_cost(_.opening_units),
            closing_cost_cents=_at_cost(_.closing_units),
        )
    )


def lives() -> Table:
    """One row per store × product: its net sales over all history, its first and last month with stock, a receipt or
    a sale. Dropped when the marts are made.
    """
    counted = _mart("counts")
    sold_some = counted.units_sold + counted.returned_units > 0
    alive = (counted.opening_units > 0) | (counted.closing_units > 0) | (counted.received_units > 0) | sold_some
    in_life = ibis.ifelse(alive, counted.month_idx, ibis.null("int32"))
    return counted.group_by("store_idx", "product_idx").agg(
        first_month=in_life.min(), last_month=in_life.max(), net_cents=counted.net_sales_cents.sum()
    )


def cells() -> Table:
    """One row per store × product × month with a sale or a ledger row. Additive measures, money in integer cents.

    A month is ranged where it has a ledger row and lies between the first month with stock, a receipt or a sale of
    that store × product and GONE_AFTER_MONTHS after the last one. Its weight is that store × product's net sales over
    all history (not below 0) ÷ its ranged months.
    """
    counted = _with_ranged_months(_mart("counts"))
    some = _mart("counts")[[*CELL, "ledger_rows"]]  # apart, so that no engine keeps what both would share
    ranged = _with_ranged_months(some).group_by("store_idx", "product_idx").agg(months=_.ranged_months.sum())
    weight = (ibis.greatest(_.net_cents, 0) / _.months).round().cast("int64")
    return (
        counted.join(ranged, ["store_idx", "product_idx"])
        .mutate(stockout_months=_.ranged_months * flag(_.closing_units == 0))
        .mutate(ranged_weight_cents=ibis.ifelse(_.ranged_months == 1, weight, 0))
        .mutate(stockout_weight_cents=_.ranged_weight_cents * _.stockout_months)
        .select(*CELL, *(measure.name for measure in CELLS))
        .order_by("store_idx", "month_idx", "product_idx")
    )


def baskets() -> Table:
    """One row per order (store × transaction) × category × month of its lines. customer_idx −1 is a guest.

    order_idx counts orders from 0; an order that runs over midnight into the next month keeps one order_idx.
    """
    lines = _indexed(staging("sales"))
    parts = lines.group_by("store_idx", "transaction_id", "category_idx", month=month(_.sold_at)).agg(
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
    sales = staging("sales")
    known = sales.join(ranked(_mart("store_dim"), "store_name"), "store_id")
    known = known.join(ranked(_mart("product_dim"), "product_name", "category"), "product_id")
    known = known.left_join(ranked(_mart("customer_dim"), "customer_name"), "customer_id")
    known = known.mutate(month=month(_.sold_at), customer_idx=ibis.coalesce(_.customer_idx, -1).cast("int32"))
    known = known.join(_mart("month_dim"), "month")
    for column in LINE_VALUES:
        known = known.join(ranked(sales[[column]].distinct(), column), column)
    known = known.order_by("sold_at", "store_idx", "transaction_id", "line_id")
    return known.select(*LINE, *LINE_VALUES, ibis.selectors.endswith("_rank"))


def line_sizes() -> Table:
    """One row per quantity × supply of lines that sold something: how many. supply: opening + received units of the
    line's store × product in its month, NULL without a ledger row.
    """
    keys = ("store_id", "product_id", "month")
    sold = staging("sales").filter(_.quantity > 0).select(*keys[:2], "quantity", month=month(_.sold_at))
    stocked = staging("inventory").select(*keys, supply=_.opening_units + _.received_units)
    sizes = sold.left_join(stocked, keys).group_by("quantity", "supply").agg(lines=_.count())
    return sizes.order_by("quantity", "supply")


def staged() -> Table:
    """One row: the rows of each staging table, the money and stock in them, and the last day and month they know."""
    sales, inventory = staging("sales"), staging("inventory")
    sold = sales.agg(
        sales=_.count(),
        net_sales_cents=ibis.coalesce(_.net_amount_cents.sum(), 0),
        last_day=_.sold_at.max().cast("date"),
    )
    stocked = inventory.agg(
        inventory=_.count(), closing_units=ibis.coalesce(_.closing_units.sum(), 0), last_month=_.month.max()
    )
    for name in ("stores", "products", "customers"):
        sold = sold.cross_join(staging(name).agg(**{name: _.count()}))
    return sold.cross_join(stocked)


def _orders(lines: Table) -> Table:
    """One row per store_idx × transaction_id: order_idx, and customer_idx (the largest id on the order, −1: guest)."""
    orders = lines.group_by("store_idx", "transaction_id").agg(customer_id=_.customer_id.max())
    known = _mart("customer_dim")[["customer_id", "customer_idx"]]
    return orders.left_join(known, "customer_id").select(
        "store_idx",
        "transaction_id",
        order_idx=position(_.store_idx, _.transaction_id),
        customer_idx=ibis.coalesce(_.customer_idx, -1).cast("int32"),
    )


def _with_ranged_months(counted: Table) -> Table:
    """The same rows with `ranged_months` 0 or 1, and what `lives` tells of their store × product."""
    in_life = (_.month_idx >= _.first_month) & (_.month_idx <= _.last_month + GONE_AFTER_MONTHS)
    known = counted.join(_mart("lives"), ["store_idx", "product_idx"])
    return known.mutate(ranged_months=flag((_.ledger_rows > 0) & in_life))


def _sold_measures() -> dict[str, Any]:
    return {
        "units_sold": _.quantity.sum(),
        "returned_units": ibis.ifelse(_.quantity < 0, -_.quantity, 0).sum(),
        "lines": _.count(),
        **_line_sums(),
    }


def _line_sums() -> dict[str, Any]:
    return {
        "sold_lines": flag(_.quantity > 0).sum(),
        "discounted_lines": flag((_.discount_amount_cents != 0) & (_.quantity > 0)).sum(),
        "gross_sales_cents": _.gross_amount_cents.sum(),
        "discount_cents": _.discount_amount_cents.sum(),
        "net_sales_cents": _.net_amount_cents.sum(),
    }


def _indexed(table: Table) -> Table:
    """The rows with the store_idx and product_idx of their ids."""
    stores, products = _mart("store_dim"), _mart("product_dim")
    found = table.join(stores[["store_id", "store_idx"]], "store_id")
    return found.join(products[["product_id", "product_idx", "category_idx"]], "product_id")


def _at_cost(units: IntegerValue) -> IntegerValue:
    return ibis.coalesce((units * _.unit_cost * 100).round().cast("int64"), 0)


def _mart(name: str) -> Table:
    """The unbound table `marts.<name>`, made by an earlier mart."""
    return ibis.table(EXPRESSIONS[name]().schema(), name=name, database="marts")


EXPRESSIONS: Final[dict[str, Callable[[], Table]]] = {
    function.__name__: function
    for function in (
        store_dim,
        product_dim,
        customer_dim,
        month_dim,
        counts,
        lives,
        cells,
        baskets,
        lines,
        line_sizes,
        staged,
    )
}


if __name__ == "__main__":
    from data.dialects import write_sql

    write_sql()
