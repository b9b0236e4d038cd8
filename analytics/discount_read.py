"""The sold lines of a version that is being built, as its discount models learn from them and tell of them."""

# ruff: noqa: S608 - every identifier in these statements is a constant of ours; values go in as parameters

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
import numpy as np

from analytics.arrays import Array, Column, Ints, sum_by
from analytics.models.discount_lines import Lines

MOST_LINES: Final = 1_000_000  # in memory at a time: learned from, and told of
MOST_TIERS: Final = 12  # a column with more is no loyalty tier
SOLD: Final = "quantity > 0 AND unit_price > 0 AND month_idx < ?"
READ: Final = f"""
    SELECT month_idx, coalesce(customer_idx, -1) AS customer, store_idx, product_idx, category_idx, unit_price,
        quantity * unit_price AS gross, discount_amount_cents / 100 AS discount, isodow(sold_at) - 1 AS weekday
    FROM {{table}} WHERE {SOLD} AND {{which}}
    ORDER BY sold_at, transaction_id, product_idx, quantity, unit_price, discount_amount_cents
"""
# Those of a customer side by side, so that those of some are found without a look at all the others.
BY_CUSTOMER: Final = f"""
    CREATE OR REPLACE TEMP TABLE lines_by_customer AS
    SELECT month_idx, customer_idx, store_idx, product_idx, category_idx, unit_price, quantity, discount_amount_cents,
        sold_at, transaction_id
    FROM marts.lines WHERE {SOLD} AND customer_idx >= 0 ORDER BY customer_idx
"""
# Every so many pairs of customers, with all of their lines, and as large a share of the guests' lines.
SOME: Final = "CASE WHEN customer_idx >= 0 THEN customer_idx // 2 ELSE rowid // 64 END % ? = 0"
RANGE: Final = f"SELECT coalesce(min(month_idx), 0), count(*) FROM marts.lines WHERE {SOLD}"
OF_CUSTOMERS: Final = f"""
    SELECT customer_idx AS customer, count(*) AS lines, sum(quantity * unit_price) AS gross
    FROM marts.lines WHERE {SOLD} AND customer_idx >= 0 GROUP BY 1 ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class SoldLines:
    """The sold lines of the whole months of a version.

    months: of the version that are whole; first: index of the month of the first line, which is month 0 of the lines;
    every: how many customers one stands for, of those that are learned from; family: of each product, the number of
    its name without digits; tiers: names in the order of what their customers spend, the lowest first; tier: place of
    each customer's; customer, lines: who bought, and how many lines.
    """

    con: duckdb.DuckDBPyConnection
    months: int
    first: int
    every: int
    family: Ints
    tiers: list[str]
    tier: Ints
    customer: Ints
    lines: Ints

    @classmethod
    def of(cls, con: duckdb.DuckDBPyConnection, arrays: Path, as_of: str) -> "SoldLines":
        """con: the version's database with its marts; arrays: its folder of arrays; as_of: the last day with data."""
        months = np.load(arrays / "months.npy").astype("datetime64[M]")
        over = np.datetime64(as_of, "D") >= (months[-1] + 1).astype("datetime64[D]") - 1 if len(months) else True
        whole = len(months) - (not over)
        ((first, lines),) = con.execute(RANGE, [whole]).fetchall()
        buyers = {name: np.asarray(a) for name, a in con.execute(OF_CUSTOMERS, [whole]).fetchnumpy().items()}
        names = [re.sub(r"\d+", "", str(name)) for name in np.load(arrays / "products.product_name.npy")]
        return cls(
            con,
            whole,
            first,
            max(1, -(-lines // MOST_LINES)),
            np.unique(names, return_inverse=True)[1],
            *_tiers(np.load(arrays / "customers.loyalty_tier.npy"), buyers["customer"], buyers["gross"]),
            buyers["customer"],
            buyers["lines"],
        )

    def some(self) -> Lines:
        """Those that are learned from."""
        return self._read("marts.lines", SOME, self.every)

    def by_customer(self) -> Iterable[Lines]:
        """The lines of all known customers, of some of them at a time; () where they are those learned from."""
        return () if self.every == 1 else self._parts()

    def _parts(self) -> Iterator[Lines]:
        self.con.execute(BY_CUSTOMER, [self.months])
        part = np.cumsum(self.lines) // MOST_LINES
        for number in np.unique(part):
            some = self.customer[part == number]
            yield self._read("lines_by_customer", "customer_idx BETWEEN ? AND ?", int(some[0]), int(some[-1]))
        self.con.execute("DROP TABLE lines_by_customer")

    def _read(self, table: str, which: str, *values: int) -> Lines:
        rows = self.con.execute(READ.format(table=table, which=which), [self.months, *values]).fetchnumpy()
        month, customer, store, product, category, weekday = (
            np.asarray(rows[name], dtype=np.int64)
            for name in ("month_idx", "customer", "store_idx", "product_idx", "category_idx", "weekday")
        )
        price, gross, discount = (
            np.asarray(rows[name], dtype=np.float64) for name in ("unit_price", "gross", "discount")
        )
        items = (category, self.family[product] if len(product) else product, product)
        tier = np.where(customer >= 0, self.tier[customer], -1) if len(self.tier) else np.full(len(customer), -1)
        return Lines(month - self.first, customer, tier, store, items, price, gross, discount, weekday)


def _tiers(names: Column, customer: Ints, gross: Array) -> tuple[list[str], Ints]:
    """Tiers by the average spend of their customers, and the place of each one's; −1 for all where there are none.

    names: of every customer's tier; customer, gross: what some of them spent.
    """
    known, place = np.unique(names, return_inverse=True)
    if not 1 < len(known) <= MOST_TIERS:
        return [], np.full(len(names), -1)
    spend = sum_by(place[customer], gross, len(known)) / np.maximum(np.bincount(place), 1)
    rank = np.argsort(np.argsort(spend, kind="stable"), kind="stable")
    return [str(known[i]) for i in np.argsort(rank)], rank[place]
