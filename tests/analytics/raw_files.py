"""The raw files as frames, cut down to a selection, to one store, to one quarter, …; for the recomputation of KPIs.

Months are whole numbers (12 × year + month − 1), so that "the month before" is − 1. Money is in whole cents.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from math import isnan, nan
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

TABLES = ("stores", "products", "customers", "sales", "inventory")
PAIR = ["store_id", "product_id"]
STOCK = ["opening_units", "closing_units", "opening_cost", "closing_cost"]
RECEIPT = ["store_id", "transaction_id"]
GONE_AFTER_MONTHS = 3


@dataclass(frozen=True)
class Chosen:
    """The plain form of a selection; None = all."""

    quarters: tuple[str, ...] | None = None
    chains: tuple[str, ...] | None = None
    stores: tuple[str, ...] | None = None
    categories: tuple[str, ...] | None = None


def month_number(dates: pd.Series) -> pd.Series:
    return 12 * dates.dt.year + dates.dt.month - 1


def month_name(month: int) -> str:
    return f"{month // 12}-{month % 12 + 1:02}"


def days_in(month: int) -> int:
    return pd.Period(month_name(month)).days_in_month


def quarter_name(month: int, fiscal_year_start: int) -> str:
    """The fiscal year is named after the calendar year in which it ends."""
    year, calendar_month = month // 12, month % 12 + 1
    if fiscal_year_start > 1 and calendar_month >= fiscal_year_start:
        year += 1
    return f"{year}Q{(calendar_month - fiscal_year_start) % 12 // 3 + 1}"


@dataclass(frozen=True)
class Files:
    """The five raw tables, each line and ledger row with its chain, category, cost and month."""

    stores: pd.DataFrame
    products: pd.DataFrame
    customers: pd.DataFrame
    sales: pd.DataFrame
    ledger: pd.DataFrame
    months: tuple[int, ...]
    fiscal_year_start: int

    @classmethod
    def read(cls, folder: Path, fiscal_year_start: int = 1) -> "Files":
        with duckdb.connect() as con:
            tables = {name: con.read_parquet(str(folder / f"{name}.parquet")).df() for name in TABLES}
        stores = tables["stores"].sort_values(["chain", "store_name", "store_id"], ignore_index=True)
        products = tables["products"].sort_values(["category", "product_name", "product_id"], ignore_index=True)
        about = {"stores": stores[["store_id", "chain"]], "products": products[["product_id", "category", "unit_cost"]]}
        sales = tables["sales"].merge(about["stores"]).merge(about["products"])
        ledger = tables["inventory"].merge(about["stores"]).merge(about["products"])
        sales["month"], ledger["month"] = month_number(sales["sold_at"]), month_number(ledger["month"])
        seen = [*sales["month"], *ledger["month"]]
        months = tuple(range(min(seen), max(seen) + 1))
        _add_money(sales, ledger)
        return cls(stores, products, tables["customers"], sales, _ranged(ledger, sales), months, fiscal_year_start)

    def quarter(self, month: int) -> str:
        return quarter_name(month, self.fiscal_year_start)

    @cached_property
    def quarters(self) -> list[str]:
        return list(dict.fromkeys(self.quarter(month) for month in self.months))

    @cached_property
    def chains(self) -> list[str]:
        return sorted(self.stores["chain"].unique())

    @cached_property
    def categories(self) -> list[str]:
        return sorted(self.products["category"].unique())

    def cut(self, chosen: Chosen) -> "Slice":
        stores, products = self.stores, self.products
        if chosen.chains is not None:
            stores = stores[stores["chain"].isin(chosen.chains)]
        if chosen.stores is not None:
            stores = stores[stores["store_id"].isin(chosen.stores)]
        if chosen.categories is not None:
            products = products[products["category"].isin(chosen.categories)]
        months = tuple(m for m in self.months if chosen.quarters is None or self.quarter(m) in chosen.quarters)
        return Slice(self, stores, products, self.sales, self.ledger, months)._narrowed()


def _add_money(sales: pd.DataFrame, ledger: pd.DataFrame) -> None:
    sales["gross"] = (sales["quantity"] * sales["unit_price"] * 100).round().astype(int)
    sales["discount"] = (sales["discount_amount"] * 100).round().astype(int)
    sales["net"] = (sales["net_amount"] * 100).round().astype(int)
    sales["cost"] = (sales["quantity"] * sales["unit_cost"].fillna(0) * 100).round().astype(int)
    sales["sold"] = sales["quantity"] > 0
    sales["day"] = sales["sold_at"].dt.normalize()
    for reading in ("opening", "closing"):
        value = ledger[f"{reading}_units"] * ledger["unit_cost"].fillna(0) * 100
        ledger[f"{reading}_cost"] = value.round().astype(int)


def _ranged(ledger: pd.DataFrame, sales: pd.DataFrame) -> pd.DataFrame:
    """Ledger rows with `ranged`, `stockout` and the `weight` [cents] of a ranged month."""
    stocked = ledger[(ledger["opening_units"] > 0) | (ledger["closing_units"] > 0) | (ledger["received_units"] > 0)]
    alive = pd.concat([stocked[[*PAIR, "month"]], sales.loc[sales["sold"], [*PAIR, "month"]]])
    span = alive.groupby(PAIR)["month"].agg(first="min", last="max").reset_index()
    rows = ledger.merge(span, on=PAIR, how="left")
    rows["ranged"] = (rows["month"] >= rows["first"]) & (rows["month"] <= rows["last"] + GONE_AFTER_MONTHS)
    rows["stockout"] = rows["ranged"] & (rows["closing_units"] == 0)
    pairs = rows[rows["ranged"]].groupby(PAIR).size().rename("ranged_months").reset_index()
    pairs = pairs.merge(sales.groupby(PAIR)["net"].sum().reset_index(), how="left").fillna({"net": 0})
    pairs["weight"] = np.floor(pairs["net"].clip(lower=0) / pairs["ranged_months"] + 0.5)
    return rows.merge(pairs[[*PAIR, "weight"]], on=PAIR, how="left").fillna({"weight": 0.0})


@dataclass(frozen=True)
class Slice:
    """Some stores and products over all of history, and the months that are looked at."""

    files: Files
    stores: pd.DataFrame
    products: pd.DataFrame
    sales: pd.DataFrame
    ledger: pd.DataFrame
    months: tuple[int, ...]

    def _narrowed(self) -> "Slice":
        def kept(rows: pd.DataFrame) -> pd.DataFrame:
            wanted = rows["store_id"].isin(self.stores["store_id"]) & rows["product_id"].isin(
                self.products["product_id"]
            )
            return rows[wanted]

        return replace(self, sales=kept(self.sales), ledger=kept(self.ledger))

    def groups(self, axis: str | None) -> dict[str, "Slice"]:
        """The slice of each label along an axis, in the order of the labels; None = one group of all."""
        if axis is None:
            return {"": self}
        if axis == "month":
            return {month_name(m): replace(self, months=(m,)) for m in self.months}
        if axis == "quarter":
            found = dict.fromkeys(self.files.quarter(m) for m in self.months)
            return {q: replace(self, months=tuple(m for m in self.months if self.files.quarter(m) == q)) for q in found}
        table, column = {
            "store": ("stores", "store_id"),
            "chain": ("stores", "chain"),
            "category": ("products", "category"),
            "product": ("products", "product_id"),
        }[axis]
        whole: pd.DataFrame = getattr(self, table)
        sales, ledger = dict(list(self.sales.groupby(column))), dict(list(self.ledger.groupby(column)))
        nothing = (self.sales.iloc[:0], self.ledger.iloc[:0])
        return {
            label: replace(
                self,
                **{table: whole[whole[column] == label]},
                sales=sales.get(label, nothing[0]),
                ledger=ledger.get(label, nothing[1]),
            )
            for label in dict.fromkeys(whole[column])
        }

    @cached_property
    def known(self) -> dict[Callable[["Slice"], dict[str, float]], dict[str, float]]:
        """What has been computed of it, by what computes it."""
        return {}

    @cached_property
    def lines(self) -> pd.DataFrame:
        return self.sales[self.sales["month"].isin(self.months)]

    @cached_property
    def ledger_rows(self) -> pd.DataFrame:
        return self.ledger[self.ledger["month"].isin(self.months)]

    @cached_property
    def days(self) -> int:
        return sum(days_in(m) for m in self.months)

    def in_months(self, months: tuple[int, ...]) -> "Slice | None":
        """The same stores and products in other months; None if the data do not have every one of them."""
        inside = bool(months) and set(months) <= set(self.files.months)
        return replace(self, months=months) if inside else None

    def back(self, by: int) -> "Slice | None":
        return self.in_months(tuple(m - by for m in self.months))

    def just_before(self) -> "Slice | None":
        """As many months as this period has, just before its first; for retention."""
        n = len(self.months)
        return self.in_months(tuple(range(self.months[0] - n, self.months[0]))) if n else None

    @cached_property
    def sold_receipts(self) -> pd.DataFrame:
        """One row for each receipt that sold a unit; one that runs over midnight is in both months, but is one."""
        return self.lines[self.lines["sold"]].drop_duplicates(RECEIPT)

    def members(self) -> set[str]:
        return set(self.sold_receipts["customer_id"].dropna())

    @cached_property
    def stock_by_month(self) -> dict[str, dict[int, int]]:
        found: dict[str, dict[int, int]] = self.ledger_rows.groupby("month")[STOCK].sum().to_dict()
        return found

    def stock(self, column: str, month: int) -> float:
        """What was counted in a month; not a number if nothing was."""
        return self.stock_by_month[column].get(month, nan)

    def average(self, what: str) -> float:
        """Closing of every month and, for every run of consecutive months, the opening of its first."""
        readings = [self.stock(f"closing_{what}", m) for m in self.months]
        readings += [self.stock(f"opening_{what}", m) for m in self.months if m - 1 not in self.months]
        counted = [reading for reading in readings if not isnan(reading)]
        return sum(counted) / len(readings) if counted else nan
