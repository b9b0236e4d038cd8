"""The action list: planning in the refresh, and what a request does, at demo size and for five million items."""

import time
from collections.abc import Iterator
from typing import Final

import numpy as np

from analytics.models.actions import Shelves, plan
from analytics.models.order_levels import economic_service_level
from benchmarks.what_if import invented

STORES, PRODUCTS, OF_A_CHAIN = 1_000, 5_000, 100
HEAD: Final = f"{'action list':<26} {'items':>10} {'actions':>10} {'seconds':>8}"


def report() -> str:
    """Seconds to plan at the level that pays and at 95 %; the refresh plans at four levels, a request at none."""
    return "\n".join([HEAD, *_lines(15 * 100, 100), *_lines(STORES * PRODUCTS, PRODUCTS), ""])


def _lines(n: int, products: int) -> Iterator[str]:
    shelves = _invented(n, products)
    for name, service in (("what pays", economic_service_level(shelves.items)), ("95 %", 0.95)):
        start = time.perf_counter()
        found = len(plan(shelves, service).kind)
        yield f"{name:<26} {n:>10,} {found:>10,} {time.perf_counter() - start:>8.2f}"


def _invented(n: int, products: int) -> Shelves:
    rng, items = np.random.default_rng(2), invented(n)
    store, product = np.divmod(np.arange(n), products)
    on_hand = np.floor(items.level[0] * rng.choice([0, 0.3, 1, 4], n))
    return Shelves(items, on_hand, store, store // OF_A_CHAIN, product, rng.random(n) < 0.2)
