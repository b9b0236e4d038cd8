"""A small retailer in which everything unusual that files may hold does happen."""

from pathlib import Path

import duckdb
import pandas as pd

from data.demo import DemoSpec, generate

SPEC = DemoSpec(stores=6, chains=3, products=24, customers=160, months=17, target_lines=3000, seed=5)
FISCAL_YEAR_START = 4
FROM, LAST_SALES_DAY = pd.Timestamp("2021-02-01"), pd.Timestamp("2022-05-20")
LATE, DELISTED, UNLISTED, PATCHY = (("S01", "P002"), ("S02", "P004"), ("S03", "P006"), ("S04", "P008"))
COSTLESS = "P010"
UNITS = ["opening_units", "closing_units", "received_units", "shrink_units"]


def write_odd_retailer(folder: Path, counted_until: str = "2022-05", changed: tuple[str, ...] = ()) -> Path:
    """Data from February on, so that quarters begin and end in the middle; sales of the last month end on its 20th.

    changed: stores in which another business is run: other customers pay other prices for other amounts.
    """
    tables = dict(generate(SPEC).tables)
    tables["sales"] = _odd_receipts(tables["sales"])
    tables["sales"], tables["inventory"] = _odd_ranges(tables["sales"], tables["inventory"])
    tables["inventory"] = tables["inventory"][tables["inventory"]["month"] <= counted_until].copy()
    _change(tables["sales"], tables["inventory"], changed)
    tables["products"] = tables["products"].copy()
    tables["products"].loc[tables["products"]["product_id"] == COSTLESS, "unit_cost"] = None
    tables["stores"] = pd.concat([tables["stores"], _never_opened(tables["stores"])], ignore_index=True)
    folder.mkdir(parents=True)
    with duckdb.connect() as con:
        for name, frame in tables.items():
            con.from_df(frame).write_parquet(str(folder / f"{name}.parquet"))
    return folder


def _change(sales: pd.DataFrame, ledger: pd.DataFrame, stores: tuple[str, ...]) -> None:
    there = sales["store_id"].isin(stores)
    sales.loc[there, "quantity"] *= 3
    sales.loc[there, ["unit_price", "discount_amount", "net_amount"]] *= 2
    sales.loc[there, "customer_id"] = sales.loc[there, "customer_id"].iloc[::-1].to_numpy()
    ledger.loc[ledger["store_id"].isin(stores), "closing_units"] += 7


def _never_opened(stores: pd.DataFrame) -> pd.DataFrame:
    return stores.tail(1).assign(store_id="S99", store_name="Not open yet")


def _odd_receipts(sales: pd.DataFrame) -> pd.DataFrame:
    """Receipts that also take goods back, that run over midnight of a month's end, or share a number with another's."""
    sales = sales[(sales["sold_at"] >= FROM) & (sales["sold_at"] < LAST_SALES_DAY + pd.Timedelta(days=1))].copy()
    month, person = sales["sold_at"].dt.to_period("M"), sales["customer_id"].fillna("guest")
    returned = sales["quantity"] < 0
    partners = sales[~returned].assign(person=person, month=month)
    partners = partners.groupby(["store_id", "person", "month"])[["transaction_id", "sold_at"]].first()
    keys = pd.MultiIndex.from_arrays([sales["store_id"], person, month])
    same_receipt = returned & keys.isin(partners.index)
    sales.loc[same_receipt, ["transaction_id", "sold_at"]] = partners.loc[keys[same_receipt]].to_numpy()
    receipt = sales.groupby(["store_id", "transaction_id"])["line_id"]
    after_midnight = (receipt.transform("size") > 1) & (receipt.rank(method="first") == 1) & ~returned
    late = sales.index[after_midnight & (sales["sold_at"].dt.day >= 28)]
    next_month = sales.loc[late, "sold_at"].dt.to_period("M").dt.end_time.dt.ceil("D") + pd.Timedelta(minutes=1)
    sales.loc[late, "sold_at"] = next_month
    reused = sales.groupby("store_id")["transaction_id"].transform("first")
    first_of_store = sales["transaction_id"] == reused
    sales.loc[first_of_store, "transaction_id"] = "T-reused"
    return sales


def _odd_ranges(sales: pd.DataFrame, ledger: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Products that are listed late, delisted early, sold without ever being counted, or counted now and then."""
    ledger = ledger[ledger["month"] >= FROM].copy()
    pair = pd.MultiIndex.from_frame(ledger[["store_id", "product_id"]])
    sold = pd.MultiIndex.from_frame(sales[["store_id", "product_id"]])
    ledger.loc[(pair == LATE) & (ledger["month"] < "2021-09-01"), UNITS] = 0
    ledger.loc[(pair == DELISTED) & (ledger["month"] >= "2021-09-01"), UNITS] = 0
    patchy = (pair == PATCHY) & ledger["month"].dt.month.isin([3, 8, 12])
    gone = (sold == LATE) & (sales["sold_at"] < "2021-09-01") | (sold == DELISTED) & (sales["sold_at"] >= "2021-09-01")
    return sales[~gone].copy(), ledger[~((pair == UNLISTED) | patchy)]
