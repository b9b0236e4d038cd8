"""The sold lines of a version that is being built, as its discount models learn from them and tell of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
import numpy as np

from analytics.arrays import Ints, sum_by
from analytics.models.discount_lines import Lines

MOST_LINES: Final = 1_000_000  # in memory at a time: learned from, and told of
MOST_TIERS: Final = 12  # a column with more is no loyalty tier
SOLD: Final = "FROM marts.lines WHERE quantity > 0 AND unit_price > 0 AND month_idx < ?"
READ: Final = f"""
    SELECT month_idx, coalesce(customer_idx, -1) AS customer, store_idx, product_idx, category_idx, unit_price,
        quantity * unit_price AS gross, discount_amount_cents / 100 AS discount, isodow(sold_at) - 1 AS weekday
    {SOLD} AND {{which}}
    ORDER BY sold_at, transaction_id, product_idx, quantity, unit_price, discount_amount_cents
"""
# Every so many pairs of customers, with all of their lines, and as large a share of the guests' lines.
SOME: Final = "CASE WHEN customer_idx >= 0 THEN customer_idx // 2 ELSE rowid // 64 END % ? = 0"
OF_CUSTOMERS: Final = f"SELECT customer_idx, count(*) {SOLD} AND customer_idx >= 0 GROUP BY 1 ORDER BY 1"


@dataclass(frozen=True, slots=True)
class SoldLines:
    """The sold lines of the whole months of a version.

    months: of the version that are whole; first: index of the month of the first line, which is month 0 of the lines;
    every: how many customers one stands for, of those that are learned from; family: of each product, the number of
    its name without digits; tier: place of each customer's tier name in `names`.
    """

    con: duckdb.DuckDBPyConnection
    months: int
    first: int
    every: int
    family: Ints
    tier: Ints
    names: list[str]

    @classmethod
    def of(cls, con: duckdb.DuckDBPyConnection, arrays: Path, as_of: str) -> "SoldLines":
        """con: the version's database with its marts; arrays: its folder of arrays; as_of: the last day with data."""
        months = np.load(arrays / "months.npy").astype("datetime64[M]")
        over = np.datetime64(as_of, "D") >= (months[-1] + 1).astype("datetime64[D]") - 1 if len(months) else True
        whole = len(months) - (not over)
        ((first, lines),) = con.execute(f"SELECT coalesce(min(month_idx), 0), count(*) {SOLD}", [whole]).fetchall()
        family, tier = (
            np.unique(names, return_inverse=True)
            for names in (
                [re.sub(r"\d+", "", str(n)) for n in np.load(arrays / "products.product_name.npy")],
                np.load(arrays / "customers.loyalty_tier.npy"),
            )
        )
        return cls(con, whole, first, -(-lines // MOST_LINES) or 1, family[1], tier[1], list(map(str, tier[0])))

    def some(self) -> tuple[Lines, list[str]]:
        """What is learned from, and tiers in the order of what their customers spend."""
        lines = self._read(SOME, self.every)
        if not 1 < len(self.names) <= MOST_TIERS:
            return lines._replace(tier=np.full(len(lines.customer), -1)), []
        rank = self._rank(lines)
        return self._ranked(lines, rank), [self.names[i] for i in np.argsort(rank)]

    def by_customer(self, learned: Lines, tiers: list[str]) -> Iterator[Lines]:
        """The lines of all known customers, of some of them at a time; those learned from, if they are all."""
        if self.every == 1:
            yield learned
            return
        rank = np.array([tiers.index(name) for name in self.names]) if tiers else np.full(len(self.names), -1)
        customer, count = (np.asarray(a) for a in self.con.execute(OF_CUSTOMERS, [self.months]).fetchnumpy().values())
        part = np.cumsum(count) // MOST_LINES
        for start in np.flatnonzero(np.diff(part, prepend=-1)):
            of_part = customer[part == part[start]]
            lines = self._read("customer_idx BETWEEN ? AND ?", int(of_part[0]), int(of_part[-1]))
            yield self._ranked(lines, rank)

    def _read(self, which: str, *values: int) -> Lines:
        """With the place of each customer's tier in `names`."""
        rows = self.con.execute(READ.format(which=which), [self.months, *values]).fetchnumpy()
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

    def _rank(self, lines: Lines) -> Ints:
        """Of each tier, by what its customers spend on average, the lowest first."""
        some = lines.customer >= 0
        spend = sum_by(lines.tier[some], lines.gross[some], len(self.names)) / np.maximum(np.bincount(self.tier), 1)
        return np.argsort(np.argsort(spend, kind="stable"), kind="stable")

    def _ranked(self, lines: Lines, rank: Ints) -> Lines:
        return lines._replace(tier=np.where(lines.tier >= 0, rank[lines.tier], -1).astype(np.int64))
