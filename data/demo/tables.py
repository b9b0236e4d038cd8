"""The history of a demo world as data frames: the five tables of the contract, and the truth beside them."""

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.demo.demand import Records
from data.demo.draws import Floats, Ints, Purpose, Texts
from data.demo.history import PRICE_RISE, History
from data.demo.names import CATEGORIES, FAMILY, GIVEN, TIERS, chain_name, product_name, store_place
from data.demo.world import World

TYPICAL_SQM: Final = 450
OPENS_AT, OPEN_FOR = 9 * 3600, 11 * 3600  # seconds
TRUTH_CELLS: Final = {
    "demand": "demand_units",
    "lost": "lost_units",
    "substituted": "substituted_units",
    "postponed": "delayed_units",
    "sold_as_substitute": "sold_as_substitute_units",
    "returned": "returned_units",
    "unavailable": "unavailable_share",
    "forecast": "forecast_units",
    "disrupted": "disrupted",
}
LEDGER: Final = {name: f"{name}_units" for name in ("opening", "closing", "received", "shrink")}


class Ids:
    """The texts by which stores, products, customers and months are known."""

    def __init__(self, world: World) -> None:
        spec = world.spec
        self.stores = _numbered("S", spec.stores, 2)
        self.products = _numbered("P", spec.products, 3)
        self.customers = _numbered("C", spec.customers, 5)
        self.months = np.datetime64(f"{spec.first_year}-01", "M") + np.arange(spec.months)
        self.categories = np.array(list(CATEGORIES), dtype=object)[: world.products.category[-1] + 1]

    def cells(self) -> dict[str, npt.NDArray[np.generic]]:
        """Key columns of the full grid: month × store × product."""
        month, store, product = np.indices((len(self.months), len(self.stores), len(self.products))).reshape(3, -1)
        return {
            "month": self.months[month].astype("datetime64[s]"),
            "store_id": self.stores[store],
            "product_id": self.products[product],
        }


def tables(world: World, history: History) -> dict[str, pd.DataFrame]:
    """The five tables of the contract, all optional columns present; money in currency, units in pieces."""
    ids = Ids(world)
    return {
        "stores": _stores(world, ids),
        "products": _products(world, ids),
        "customers": _customers(world, ids),
        "sales": _sales(world, ids, in_order_of_time(history.lines)),
        "inventory": pd.DataFrame(
            ids.cells() | {column: history.ledger[name].ravel() for name, column in LEDGER.items()}
        ),
    }


def truth(world: World, history: History, scale: float) -> dict[str, pd.DataFrame]:
    """What a real retailer never knows. cells: per store × product × month; customers; lines; exposure; calendar.

    cells: demand_units = sold as wanted + lost + substituted + delayed, and sold as wanted
    + sold_as_substitute − returned = Σ quantity of the lines; unavailable_share [-] of the month's time;
    forecast_units: the manager's. customers: sensitivity [-], visits_per_month before season and dropout.
    lines: planted logit of a discount and what it is made of; returns are left out.
    exposure: unavailable share [-] of the customer's expected basket at the home store; visits, also those in vain.
    """
    ids, people = Ids(world), world.people
    customers = slice(people.customers)
    cells = ids.cells() | {column: history.ledger[name].ravel() for name, column in TRUTH_CELLS.items()}
    first, last = ids.months[0], ids.months[-1]
    dropout = first + people.dropout[customers]
    return {
        "cells": pd.DataFrame(cells),
        "customers": pd.DataFrame(
            {
                "customer_id": ids.customers,
                "loyalty_tier": np.array(TIERS, dtype=object)[people.tier[customers]],
                "sensitivity": people.sensitivity[customers],
                "visits_per_month": scale * people.rate[customers],
                "dropout_month": np.where(dropout > last, np.datetime64("NaT"), dropout).astype("datetime64[s]"),
            }
        ),
        "lines": _line_truth(in_order_of_time(history.lines)),
        "exposure": by_customer(ids, {"exposure": history.exposure, "visits": history.visits}),
        "calendar": _calendar(world, ids),
    }


def by_customer(ids: Ids, columns: dict[str, Floats | Ints]) -> pd.DataFrame:
    """One row per month × customer from (months, people) arrays; guests are left out."""
    n = len(ids.customers)
    keys = {
        "month": np.repeat(ids.months.astype("datetime64[s]"), n),
        "customer_id": np.tile(ids.customers, len(ids.months)),
    }
    return pd.DataFrame(keys | {name: values[:, :n].ravel() for name, values in columns.items()})


def in_order_of_time(lines: Records) -> Records:
    """Lines as the tills of all stores printed them; the lines of a visit stay together."""
    return lines[np.lexsort((lines["visit"], lines["moment"]))]


def _numbered(prefix: str, count: int, digits: int) -> Texts:
    width = max(digits, len(str(count)))
    return np.array([f"{prefix}{k:0{width}}" for k in range(1, count + 1)], dtype=object)


def _stores(world: World, ids: Ids) -> pd.DataFrame:
    chains = [chain_name(chain) for chain in world.stores.chain]
    places = [store_place(store) for store in range(len(ids.stores))]
    return pd.DataFrame(
        {
            "store_id": ids.stores,
            "store_name": [f"{chain} {town}" for chain, (town, _) in zip(chains, places, strict=True)],
            "chain": chains,
            "city": [town for town, _ in places],
            "region": [region for _, region in places],
            "size_sqm": np.round(TYPICAL_SQM * world.stores.size),
        }
    )


def _products(world: World, ids: Ids) -> pd.DataFrame:
    """The catalogue as of the last month: prices and costs of the last year."""
    products = world.products
    category = ids.categories[products.category]
    number = np.arange(len(category)) - np.searchsorted(products.category, products.category)
    raised = (1 + PRICE_RISE) ** ((world.spec.months - 1) // 12)
    return pd.DataFrame(
        {
            "product_id": ids.products,
            "product_name": [product_name(c, k) for c, k in zip(category, number, strict=True)],
            "category": category,
            "unit_price": np.round(products.price * raised, 2),
            "unit_cost": np.round(products.cost * raised, 2),
            "lead_time_days": products.lead_time_days.astype(np.float64),
        }
    )


def _customers(world: World, ids: Ids) -> pd.DataFrame:
    people, n = world.people, world.spec.customers
    stream = world.draws.stream(Purpose.NAME)
    given, family = stream.integers(len(GIVEN), size=n), stream.integers(len(FAMILY), size=n)
    month = np.floor(people.joined[:n]).astype(np.int64)
    return pd.DataFrame(
        {
            "customer_id": ids.customers,
            "customer_name": [f"{GIVEN[g]} {FAMILY[f]}" for g, f in zip(given, family, strict=True)],
            "loyalty_tier": np.array(TIERS, dtype=object)[people.tier[:n]],
            "joined_on": _clock(world, month, people.joined[:n] - month)
            .astype("datetime64[D]")
            .astype("datetime64[s]"),
            "home_store_id": ids.stores[people.home[:n]],
        }
    )


def _sales(world: World, ids: Ids, lines: Records) -> pd.DataFrame:
    changes = (np.diff(lines["visit"], prepend=-1) != 0) | (np.diff(lines["month"], prepend=-1) != 0)
    receipt = np.cumsum(changes)
    store, product = np.divmod(lines["cell"], world.spec.products)
    known = np.array([*ids.customers, None], dtype=object)  # whoever has a higher number is a guest
    gross_cents = lines["units"] * lines["price_cents"]
    return pd.DataFrame(
        {
            "line_id": _line_ids(lines),
            "transaction_id": _numbered("T", receipt[-1], 6)[receipt - 1],
            "sold_at": _clock(world, lines["month"], lines["moment"] - lines["month"]),
            "store_id": ids.stores[store],
            "product_id": ids.products[product],
            "customer_id": known[np.minimum(lines["person"], world.spec.customers)],
            "quantity": lines["units"],
            "unit_price": lines["price_cents"] / 100,
            "discount_amount": lines["discount_cents"] / 100,
            "net_amount": (gross_cents - lines["discount_cents"]) / 100,
        }
    )


def _line_ids(lines: Records) -> Texts:
    return _numbered("L", len(lines), 6)


def _line_truth(lines: Records) -> pd.DataFrame:
    sale = lines["bought_with"] < 0
    names = ("discount_logit", "promotion", "overstock", "spend_12m")
    return pd.DataFrame({"line_id": _line_ids(lines)[sale]} | {name: lines[name][sale] for name in names})


def _calendar(world: World, ids: Ids) -> pd.DataFrame:
    factor = world.category_season * world.season[:, None]
    return pd.DataFrame(
        {
            "month": np.repeat(ids.months.astype("datetime64[s]"), len(ids.categories)),
            "category": np.tile(ids.categories, len(ids.months)),
            "season_factor": factor.ravel(),
            "promotion": world.promoted.ravel(),
        }
    )


def _clock(world: World, month: Ints, share: Floats) -> npt.NDArray[np.datetime64]:
    """The moment at which `share` of the opening hours of a month (0 = the first) has passed, to the second."""
    first = np.datetime64(f"{world.spec.first_year}-01", "M") + month
    start = first.astype("datetime64[D]")
    days = ((first + 1).astype("datetime64[D]") - start).astype(np.int64)
    gone = np.minimum(share * days, days - 1e-6)
    day = np.floor(gone).astype(np.int64)
    second = OPENS_AT + np.floor((gone - day) * OPEN_FOR).astype(np.int64)
    moment: npt.NDArray[np.datetime64] = (start + day).astype("datetime64[s]") + second
    return moment
