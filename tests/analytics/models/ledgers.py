"""Small ledgers of whose numbers a reader can keep track."""

from dataclasses import replace
from typing import Any

import numpy as np

from analytics.models.ledger import Ledger
from benchmarks.models.worlds import whole


def steady(months: int = 24, stores: int = 2, products: int = 3, sold: float = 4.0) -> Ledger:
    """Every product sells the same in every store and month and is filled up again, out of a stock thrice as large."""
    shape = (months, stores, products)
    return whole(
        np.zeros(products, dtype=np.int64),
        opening=np.full(shape, 2.0 * sold),
        received=np.full(shape, float(sold)),
        sold=np.full(shape, float(sold)),
        closing=np.full(shape, 2.0 * sold),
        dispersion=1.5,
    )


def with_cells(ledger: Ledger, cells: Any, **values: Any) -> Ledger:
    """The ledger with other values in some cells: an index of (months, stores, products), all of them carried."""
    changed = {name: getattr(ledger, name).copy() for name in values}
    for name, value in values.items():
        grid(ledger, changed[name])[cells] = value
    return replace(ledger, **changed)


def grid(ledger: Ledger, cells: Any) -> Any:
    """Values of a ledger of which every store carries every product, as (…, stores, products)."""
    return cells.reshape(*cells.shape[:-1], ledger.shelves.stores, len(ledger.shelves.category))


def poisson_world(
    seed: int, months: int = 24, stores: int = 6, products: int = 20, supply: float = 1.4
) -> tuple[Ledger, Any]:
    """Poisson demand of levels of their own, and shelves of about `supply` times the mean; with the demand."""
    rng = np.random.default_rng(seed)
    mean = np.outer(rng.lognormal(0, 0.4, stores), rng.lognormal(1, 0.8, products))
    demand = rng.poisson(mean, (months, stores, products)).astype(np.float64)
    stock = np.maximum(1, np.round(mean * supply * rng.uniform(0.3, 1.7, demand.shape)))
    sold = np.minimum(demand, stock)
    ledger = whole(
        np.arange(products) % 4,
        opening=np.zeros_like(demand),
        received=stock,
        sold=sold,
        closing=stock - sold,
        dispersion=1.0,
    )
    return ledger, demand.reshape(ledger.sold.shape)
