"""A small retailer in staging tables: the stories of the mart tests."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import duckdb

TABLES = {
    "stores": "store_id VARCHAR, store_name VARCHAR, chain VARCHAR, city VARCHAR, region VARCHAR, size_sqm DOUBLE",
    "products": "product_id VARCHAR, product_name VARCHAR, category VARCHAR, unit_price DOUBLE, unit_cost DOUBLE, "
    "lead_time_days DOUBLE",
    "customers": "customer_id VARCHAR, customer_name VARCHAR, loyalty_tier VARCHAR, joined_on DATE, "
    "home_store_id VARCHAR",
    "sales": "line_id VARCHAR, transaction_id VARCHAR, sold_at TIMESTAMP, store_id VARCHAR, product_id VARCHAR, "
    "customer_id VARCHAR, quantity BIGINT, unit_price DOUBLE, gross_amount_cents BIGINT, "
    "discount_amount_cents BIGINT, net_amount_cents BIGINT",
    "inventory": "month DATE, store_id VARCHAR, product_id VARCHAR, opening_units BIGINT, closing_units BIGINT, "
    "received_units BIGINT, shrink_units BIGINT",
}
STORES = (("C", "Corner", "Alpha"), ("F", "Flagship", "Beta"))
PRODUCTS = (("milk", "Milk", "Dairy", 0.60), ("bread", "Bread", "Bakery", 1.25), ("soap", "Soap", "Care", None))


@dataclass
class Story:
    """Two stores, three products, two customers; `sell` and `count` fill the rest."""

    con: duckdb.DuckDBPyConnection
    lines: int = field(default=0)

    def __post_init__(self) -> None:
        self.con.execute("CREATE SCHEMA staging")
        for name, columns in TABLES.items():
            self.con.execute(f"CREATE TABLE staging.{name} ({columns})")
        for store, name, chain in STORES:
            self._insert("stores", (store, name, chain, "Here", "North", None))
        for product, name, category, cost in PRODUCTS:
            self._insert("products", (product, name, category, 2.0, cost, 7.0))
        for customer in ("ann", "bob"):
            self._insert("customers", (customer, customer.title(), "Gold", None, None))

    def sell(self, order: str, when: str, store: str, product: str, quantity: int, **terms: Any) -> None:
        """A line at 2.00 a unit; terms: customer, discount (in cents), another price."""
        self.lines += 1
        price, discount = terms.get("price", 2.0), terms.get("discount", 0)
        gross = round(quantity * price * 100)
        line = (f"L{self.lines}", order, when, store, product, terms.get("customer"), quantity, price)
        self._insert("sales", (*line, gross, discount, gross - discount))

    def count(self, month: str, store: str, product: str, opening: int, closing: int, received: int = 0) -> None:
        """A ledger row of the month."""
        self._insert("inventory", (f"{month}-01", store, product, opening, closing, received, 0))

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.con.execute(sql).fetchall()

    def cells(self, *columns: str) -> dict[tuple[str, str, str], Any]:
        """The cells by store, product and month: the value of a column, or a tuple of several."""
        found = self.rows(
            f"SELECT store_id, product_id, strftime(month, '%Y-%m'), {', '.join(columns)} FROM marts.cells "
            "JOIN marts.store_dim USING (store_idx) JOIN marts.product_dim USING (product_idx) "
            "JOIN marts.month_dim USING (month_idx)"
        )
        return {row[:3]: row[3] if len(columns) == 1 else row[3:] for row in found}

    def _insert(self, table: str, values: Iterable[Any]) -> None:
        row = tuple(values)
        self.con.execute(f"INSERT INTO staging.{table} VALUES ({', '.join('?' * len(row))})", row)
