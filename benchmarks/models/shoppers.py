"""Customers of a demo world as the model of spend sees them."""

import numpy as np
import pandas as pd

from analytics.arrays import Column, sum_by
from analytics.models.spend_panel import Purchases, Shops
from data.demo import DemoSpec, generate

MONTH = "datetime64[M]"


def shoppers(spec: DemoSpec) -> tuple[Purchases, Shops]:
    """What the world's customers bought, by order, and how its stores did."""
    tables = generate(spec).tables
    people, stores = (np.unique(tables[t][f"{t[:-1]}_id"].to_numpy(np.str_)) for t in ("customers", "stores"))
    joined = tables["customers"].set_index("customer_id").joined_on.loc[people]
    known = tables["sales"][tables["sales"].customer_id.notna()]
    lines = pd.DataFrame(
        {
            "customer": np.searchsorted(people, known.customer_id.to_numpy(np.str_)),
            "day": known.sold_at.to_numpy().astype("datetime64[D]").astype(np.int64),
            "store": np.searchsorted(stores, known.store_id.to_numpy(np.str_)),
            "order": known.transaction_id,
            "money": known.net_amount.to_numpy(np.float64),
            "bought": known.quantity.to_numpy() > 0,
        }
    )
    orders = lines.groupby(["customer", "day", "store", "order"], as_index=False).agg(
        money=("money", "sum"), bought=("bought", "max")
    )
    days = tables["sales"].sold_at.to_numpy().astype("datetime64[D]").astype(np.int64)
    purchases = Purchases(
        customer=orders.customer.to_numpy(),
        day=orders.day.to_numpy(),
        store=orders.store.to_numpy(),
        money=orders.money.to_numpy(),
        bought=orders.bought.to_numpy(np.bool_),
        joined=joined.to_numpy().astype("datetime64[D]").astype(np.float64),
        first=int(days.min()),
        last=int(days.max()),
    )
    return purchases, _shops(tables, stores)


def _shops(tables: dict[str, pd.DataFrame], stores: Column) -> Shops:
    months = np.unique(tables["inventory"].month.to_numpy().astype(MONTH))

    def summed(table: str, month: str, values: Column) -> Column:
        place = np.searchsorted(stores, tables[table].store_id.to_numpy(np.str_)) * len(months)
        place += np.searchsorted(months, tables[table][month].to_numpy().astype(MONTH))
        return sum_by(place, values, len(stores) * len(months)).reshape(len(stores), len(months))

    stock, sales = tables["inventory"], tables["sales"]
    return Shops(
        sales=summed("sales", "sold_at", sales.net_amount.to_numpy(np.float64)),
        ranged=summed("inventory", "month", np.ones(len(stock))),
        empty=summed("inventory", "month", (stock.closing_units == 0).to_numpy(np.float64)),
        ends=(months + 1).astype("datetime64[D]").astype(np.int64) - 1,
    )
