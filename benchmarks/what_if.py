"""The release of a what-if slider: server time at demo size and for a million items or more, against reading them."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from analytics.models.item_classes import classes
from analytics.models.item_weights import Scales, Weights, scales, weights
from analytics.models.stocked_items import MONTH_DAYS, Items
from analytics.models.what_if import Scenario, Study, compare, study, today
from benchmarks.table import Row, milliseconds

PRODUCTS: Final = 5_000
RELEASES: Final = {
    "stock level": Scenario(stock_level=1.1),
    "service level": Scenario(service_level=0.95),
    "lead time": Scenario(lead_time_change_days=5),
    "review period": Scenario(review_days=10, levels_follow=True),
    "demand": Scenario(demand=1.1),
    "all at once": Scenario(1.1, 0.95, 0.3, 5, 10, 1.1, 0.3),
}


def rows(stores: int) -> Iterator[Row]:
    """Of 15 stores × 100 products, and of so many × 5,000; medians of nine.

    The floor is a numpy sum over the demand and levels of all items and the draws.
    """
    small = invented(1_500)
    yield from _lines(small, study(small), weights(scales(small), np.arange(len(small)) // 100, 15))
    large = invented(stores * PRODUCTS)
    stand = classes(large)
    every, store = scales(large, stand), np.arange(len(large)) // PRODUCTS
    yield from _lines(large, study(stand.items), weights(every, store, stores))
    yield Row(f"another selection of {len(large):,} items", _scope(every, stores), "ms", 0.0, "")


def _lines(items: Items, given: Study, by_store: Weights) -> Iterator[Row]:
    everything = (items.mean, items.level, given.draws.demand[0])
    floor, before = milliseconds(lambda: [array.sum() for array in everything]), today(given, by_store)
    for name, scenario in RELEASES.items():
        took = milliseconds(lambda scenario=scenario: compare(given, scenario, by_store, before))  # type: ignore[misc]
        what = f"what-if of {len(items):,} items by store: {name}"
        yield Row(what, took, "ms", floor, "the sum of what it reads", "≤ 30 ms")


def _scope(every: Scales, stores: int) -> float:
    """The weights of a chain: a quarter of the stores, two fifths of the products, by store; once per selection."""
    number = np.arange(len(every))
    chosen = np.flatnonzero(((number // PRODUCTS) % 4 == 1) & (number % 5 < 2))
    return milliseconds(lambda: weights(every.only(chosen), chosen // PRODUCTS, stores))


def invented(n: int) -> Items:
    """N items as unlike each other as those of a grocer, from a seed."""
    rng = np.random.default_rng(1)
    month = np.arange(12)[:, None] / 12
    mean = np.exp(rng.normal(-1, 1.2, n) + 0.35 * np.sin(2 * np.pi * (month + rng.integers(0, 10, n) / 10)))
    expected = mean * np.exp(rng.normal(0.3, 0.3, n))
    price = np.exp(rng.normal(3, 0.6, n))
    same = np.ones(n)
    return Items(
        mean=mean,
        dispersion=rng.choice([1.2, 1.5, 2.0, 3.0], n),
        level=np.ceil(expected + rng.uniform(0.2, 1.3, n) * np.sqrt(expected + 0.25)),
        lead_time_days=rng.integers(2, 22, n).astype(np.float64),
        review_days=MONTH_DAYS * same,
        price=price,
        cost=price * rng.uniform(0.55, 0.75, n),
        substitution=0.26 * same,
        failure=rng.choice([0.0, 0.05, 0.15], n),
        uncertainty=0.1 * same,
    )
