"""What only the sales lines know: who bought a product most, what a customer bought most, and the lines themselves."""

from typing import Any, Final

from analytics.filters import Filters
from analytics.queries.details import customer_index, product_filters, product_index, store_filters
from analytics.queries.lines import SalesLines, reading, sales_lines, selected
from analytics.queries.view import View, query, require, require_personal
from analytics.table import Field, Listed

MOST: Final = 100  # rows
SUMS: Final = """SELECT {of}, sum(net_amount_cents) / 100, sum(quantity)::DOUBLE, strftime(max(sold_at), '%Y-%m-%d')
    FROM marts.lines WHERE {which} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ?"""
SPENT: Final = (
    Field("net_sales", "Net sales", "money", kpi="net_sales"),
    Field("units_sold", "Units sold", "units", kpi="units_sold"),
    Field("last_bought", "Last bought", "date"),
)
CUSTOMERS: Final = (
    Field("customer_name", "Customer", link="/customers/{customer}"),
    Field("customer", "Page", hidden=True),
    Field("loyalty_tier", "Tier"),
    *SPENT,
)
PRODUCTS: Final = (
    Field("product_name", "Product", link="/products/{product_id}"),
    Field("product_id", "Product id", hidden=True),
    Field("category", "Category"),
    *SPENT,
)


@query
def top_buyers(view: View, filters: Filters, product: str) -> Listed:
    """The known customers to whom most of a product was sold, by net sales: at most MOST rows. Raises Unknown."""
    require_personal(view)
    require(view, "active_customers")
    cube, own = view.cube, product_filters(view, filters, product)
    rows = _largest(view, own, "customer_idx", "product_idx = ? AND customer_idx >= 0", product_index(cube, product))
    at = [row[0] for row in rows]
    columns = {
        "customer_name": [str(cube.column("customers.customer_name")[i]) for i in at],
        "customer": [str(cube.customer_keys[i]) for i in at],
        "loyalty_tier": [str(cube.column("customers.loyalty_tier")[i]) for i in at],
    }
    shown = tuple(f for f in CUSTOMERS if f.name != "loyalty_tier" or cube.has("customers.loyalty_tier"))
    return Listed.of(shown, columns | _spent(rows))


@query
def most_bought(view: View, filters: Filters, customer: str) -> Listed:
    """The products of which most was sold to a customer, by net sales: at most MOST rows. Raises Unknown."""
    cube = view.cube
    rows = _largest(view, filters, "product_idx", "customer_idx = ?", customer_index(view, customer))
    at = [row[0] for row in rows]
    columns = {
        "product_id": [str(cube.column("products.product_id")[i]) for i in at],
        "product_name": [str(cube.column("products.product_name")[i]) for i in at],
        "category": [str(cube.categories[cube.category_of[i]]) for i in at],
    }
    return Listed.of(PRODUCTS, columns | _spent(rows))


@query
def store_lines(view: View, filters: Filters, store: str) -> SalesLines:
    """The sales lines of a store. Raises Unknown."""
    return sales_lines(view, store_filters(view, filters, store), store=store)


@query
def product_lines(view: View, filters: Filters, product: str) -> SalesLines:
    """The sales lines of a product. Raises Unknown."""
    return sales_lines(view, product_filters(view, filters, product), product=product)


@query
def customer_lines(view: View, filters: Filters, customer: str) -> SalesLines:
    """The sales lines of a customer, named by their key. Raises Unknown."""
    ids = view.cube.column("customers.customer_id")
    return sales_lines(view, filters, customer=str(ids[customer_index(view, customer)]))


def _spent(rows: list[tuple[Any, ...]]) -> dict[str, list[Any]]:
    return {field.name: [row[i] for row in rows] for i, field in enumerate(SPENT, 1)}


def _largest(view: View, filters: Filters, of: str, test: str, index: int) -> list[tuple[Any, ...]]:
    """Index, net sales, units and last day of each group of the lines that meet one more test."""
    tests = [*selected(view.cube, filters), (test, (index,))]
    which = " AND ".join(sql for sql, _values in tests)
    values = [value for _sql, values in tests for value in values]
    with reading(view.cube.version) as con:
        return con.execute(SUMS.format(of=of, which=which), [*values, MOST]).fetchall()
