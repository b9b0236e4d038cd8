"""Demo worlds as the models see them, and beside that what only the demo knows."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.arrays import Array, Column, Ints, Mask, sum_by
from analytics.models.censored import line_dispersion
from analytics.models.demand import Demand
from analytics.models.ledger import Assortment, Kind, Ledger
from analytics.models.lost_sales import Lost, Parts, losses
from analytics.models.lost_sums import lost_in, lost_sums
from analytics.models.shelf_sums import GridCells, Places
from data.demo import DemoData, DemoSpec, generate
from data.demo.world import World

CELL = ["month", "store_id", "product_id"]


@dataclass(frozen=True, slots=True)
class Judged:
    """A ledger and its truth, all (months, shelves).

    demand: units asked for; unmet: of them, not served as asked for (lost, substituted or put off); failed: deliveries
    that failed; due: cells below the level that their manager orders up to.
    """

    ledger: Ledger
    demand: Array
    unmet: Array
    failed: Mask
    due: Mask


def judged(spec: DemoSpec) -> Judged:
    """The demo world of `spec`."""
    demo = generate(spec)
    ledger, cells = ledger_of(demo), demo.truth["cells"]

    def truth(name: str) -> Array:
        return cells[name].to_numpy(np.float64).reshape(ledger.sold.shape)

    forecast, factor = truth("forecast_units"), World(spec).stores.service_factor[ledger.shelves.store]
    level = np.maximum(1, np.ceil(forecast + factor * np.sqrt(forecast + 0.25)))
    return Judged(
        ledger=ledger,
        demand=truth("demand_units"),
        unmet=truth("lost_units") + truth("substituted_units") + truth("delayed_units"),
        failed=truth("disrupted") > 0,
        due=ledger.opening < level,
    )


def ledger_of(demo: DemoData) -> Ledger:
    """What a retailer knows: stock, receipts and sales, every cell ranged."""
    shape = (demo.spec.months, demo.spec.stores, demo.spec.products)
    stock = demo.tables["inventory"]
    opening, received, shrink, closing = (
        stock[f"{name}_units"].to_numpy(np.float64).reshape(shape)
        for name in ("opening", "received", "shrink", "closing")
    )
    _, category = np.unique(demo.tables["products"].category, return_inverse=True)
    sold = opening + received - shrink - closing  # what the lines add up to, as the demo's tests show
    return whole(
        category.astype(np.int64),
        opening=opening,
        received=received,
        sold=sold,
        closing=closing,
        dispersion=_dispersion(demo),
    )


def every(stores: int, category: Ints) -> Assortment:
    """Every product in every store."""
    store, product = np.divmod(np.arange(stores * len(category)), max(len(category), 1))
    return Assortment(store, product, stores, category)


def whole(
    category: Ints,
    *,
    opening: Array,
    sold: Array,
    closing: Array,
    received: Array | None = None,
    dispersion: float | None = None,
) -> Ledger:
    """A ledger in which every store carries every product; (months, stores, products) each. category: (products,)."""
    shelves = every(sold.shape[1], category)

    def flat(cells: Array) -> Column:
        return cells.reshape(len(sold), len(shelves)).astype(np.float32)  # as `estimates.ledger_of` has them

    return Ledger(
        shelves=shelves,
        opening=flat(opening),
        received=None if received is None else flat(received),
        sold=flat(sold),
        closing=flat(closing),
        ranged=np.ones((len(sold), len(shelves)), dtype=np.bool_),
        dispersion=dispersion,
    )


def summed(ledger: Ledger, kind: Kind, cells: Column) -> Array:
    """Σ over all months by store, by product, …; cells: (months, shelves)."""
    group, n = ledger.shelves.groups(kind)
    return sum_by(group, cells.sum(axis=0), n)


def lost_by(demand: Demand, kind: Kind, weight: Array | None = None, months: slice | Ints = slice(None)) -> Lost:
    """Lost sales in all, or by store or product. weight: of each shelf; None counts units."""
    shelves = demand.ledger.shelves
    found, weight = losses(demand), np.ones(len(shelves)) if weight is None else weight
    sums = lost_sums(found, weight, np.zeros(shelves.stores, dtype=np.int64))
    return lost_in(sums, found.evidence, everywhere(shelves, kind), np.arange(len(demand.lost))[months])


def everywhere(shelves: Assortment, kind: Kind) -> Places:
    """Everything as "all", or by "store" or "product"; all stores are one chain."""
    store, category = (a.ravel() for a in np.indices((shelves.stores, shelves.categories)))
    product, groups = np.arange(len(shelves.category)), shelves.groups(kind)[1]
    of_store, of_product = (
        a if kind == name else np.zeros_like(a) for name, a in (("store", store), ("product", product))
    )
    by_store = GridCells(np.arange(len(store)), of_store, {"store": store, "category": category})
    by_product = GridCells(product, of_product, {"product": product, "category": shelves.category})
    return Places(groups, None if kind == "product" else by_store, None if kind == "store" else by_product)


def parts_of(demand: Demand) -> Parts:
    """Each stockout as a group of its own."""
    cell = demand.stockouts.cell
    return Parts.of(demand.stockouts, cell % len(demand.ledger.shelves), np.arange(len(cell)))


def _dispersion(demo: DemoData) -> float | None:
    sales = demo.tables["sales"]
    month = sales.sold_at.to_numpy().astype("datetime64[M]").astype("datetime64[s]")
    lines = pd.DataFrame(
        {"month": month, "store_id": sales.store_id, "product_id": sales.product_id, "q": sales.quantity}
    )
    stock = demo.tables["inventory"]
    supply = stock.assign(supply=stock.opening_units + stock.received_units)[[*CELL, "supply"]]
    found = lines.merge(supply, on=CELL, how="left")
    return line_dispersion(found.q.to_numpy(np.float64), found.supply.to_numpy(np.float64))
