"""The models of demand on very many shelves: `python -m benchmarks.shelves 5000000` takes 12 GB and 5 minutes."""

import multiprocessing
import sys
import time
from collections.abc import Iterator
from typing import Final

import numpy as np

from analytics.models.coverage import back_test
from analytics.models.demand import estimate, judged
from analytics.models.ledger import Assortment, Ledger
from analytics.models.rolling_origins import forecast
from analytics.models.stock_effect import stock_effect
from benchmarks.table import Row, markdown, peak_memory

SHELVES: Final = 1_000_000
STORES, PRODUCTS, CATEGORIES, MONTHS = 1_000, 5_000, 20, 36
SEED: Final = 1
FLOOR: Final = "a sum of the ledger"


def rows(shelves: int) -> Iterator[Row]:
    """Each model, in a process of its own, so that its peak memory is its own."""
    with multiprocessing.get_context("spawn").Pool(1) as alone:
        took, floor, ledger, peak = alone.apply(_measured, (shelves,))
    size = f"{shelves:,} shelves, {MONTHS} months"
    for part, seconds in took.items():
        yield Row(f"{size}: {part}", seconds, "s", floor, FLOOR)
    yield Row(f"{size}: peak memory of these", peak, "MB", ledger, "the ledger")


def _measured(shelves: int) -> tuple[dict[str, float], float, float, float]:
    """Seconds by model, of a sum of the ledger, and MB of the ledger and at most."""
    ledger, took = invented(shelves), {}
    start = time.perf_counter()
    for name in ("opening", "received", "sold", "closing"):
        getattr(ledger, name).sum()
    floor, start = time.perf_counter() - start, time.perf_counter()
    demand = estimate(ledger)
    took["demand and lost sales"], start = time.perf_counter() - start, time.perf_counter()
    stock_effect(demand)
    back_test(judged(demand))
    took["effect of stock and back-test"], start = time.perf_counter() - start, time.perf_counter()
    forecast(demand)
    took["forecast"] = time.perf_counter() - start
    took["all of these"] = sum(took.values())
    return took, floor, 4 * ledger.sold.nbytes / 1e6, peak_memory()


def invented(shelves: int) -> Ledger:
    """Poisson demand on shelves that are filled each month to about one and a half times what they usually sell."""
    rng = np.random.default_rng(SEED)
    pair = np.sort(rng.permutation(STORES * PRODUCTS)[:shelves])
    store, product = np.divmod(pair, PRODUCTS)
    mean = rng.lognormal(0, 0.4, STORES)[store] * rng.lognormal(0.3, 1, PRODUCTS)[product]
    opening, received, sold, closing = (np.empty((MONTHS, shelves), dtype=np.float32) for _ in range(4))
    stock = np.ceil(1.5 * mean)
    for month in range(MONTHS):
        wanted = mean * (1 + 0.3 * np.sin(2 * np.pi * month / 12))
        came = np.maximum(np.ceil(wanted * rng.uniform(0.8, 2.2, shelves)) - stock, 0) * (rng.random(shelves) < 0.93)
        opening[month], received[month] = stock, came
        sold[month] = np.minimum(rng.poisson(wanted), stock + came)
        stock = stock + came - sold[month]
        closing[month] = stock
    return Ledger(
        shelves=Assortment(store, product, STORES, np.arange(PRODUCTS) % CATEGORIES),
        opening=opening,
        received=received,
        sold=sold,
        closing=closing,
        ranged=np.ones(sold.shape, dtype=np.bool_),
        dispersion=1.05,
    )


if __name__ == "__main__":
    print(markdown(rows(int(sys.argv[1]) if sys.argv[1:] else SHELVES)))
