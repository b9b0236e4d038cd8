"""The action list: planning in the refresh, at demo size and for a million items or more."""

from collections.abc import Iterator

import numpy as np

from analytics.models.actions import Shelves, plan
from analytics.models.order_levels import economic_service_level
from benchmarks.table import Row, seconds
from benchmarks.what_if import PRODUCTS, invented

OF_A_CHAIN = 100  # stores


def rows(stores: int) -> Iterator[Row]:
    """Of 15 stores × 100 products, and of so many × 5,000: seconds to plan at the level that pays and at 95 %.

    The refresh plans at four levels, a request at none.
    """
    for n, products in ((15 * 100, 100), (stores * PRODUCTS, PRODUCTS)):
        shelves = _invented(n, products)
        floor = seconds(lambda shelves=shelves: shelves.items.level.sum(axis=0))  # type: ignore[misc]
        for name, service in (("what pays", economic_service_level(shelves.items)), ("95 %", 0.95)):
            took = seconds(lambda shelves=shelves, service=service: plan(shelves, service))  # type: ignore[misc]
            yield Row(f"actions of {n:,} items, {name}, in the refresh", took, "s", floor, "the sum of their levels")


def _invented(n: int, products: int) -> Shelves:
    rng, items = np.random.default_rng(2), invented(n)
    store, product = np.divmod(np.arange(n), products)
    on_hand = np.floor(items.level[0] * rng.choice([0, 0.3, 1, 4], n))
    return Shelves(items, on_hand, store, store // OF_A_CHAIN, product, rng.random(n) < 0.2)
