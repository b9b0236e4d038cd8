"""Orders and customers of every run of months, as counting them one by one gives."""

import numpy as np
import pytest

from data import runs
from data.runs import COUNTS, number_of, runs_by_category

MONTHS, CATEGORIES = 6, 3
CHAIN_OF = np.array([0, 0, 1])
ORDER = ("store_idx", "month_idx", "order_idx", "customer_idx")
PLACES = ([0], [1], [2], [0, 1], [2], [0, 1, 2])  # stores of each place: three stores, two chains, all


@pytest.fixture(scope="module")
def baskets() -> dict[str, np.ndarray]:
    """Seeded orders of nine customers and guests; some go on in a later month, some are returns alone."""
    draw = np.random.default_rng(3)
    rows = []
    for order in range(240):
        store, customer = order // 80, int(draw.integers(-1, 9))
        first = int(draw.integers(0, MONTHS))
        for month in {first, *(draw.integers(first, MONTHS, 2) if order % 5 == 0 else [])}:
            for category in set(draw.integers(0, CATEGORIES, 2)):
                rows.append((store, month, order, category, customer, int(draw.integers(0, 4))))
    names = ("store_idx", "month_idx", "order_idx", "category_idx", "customer_idx", "sold_lines")
    return dict(zip(names, np.array(sorted(rows), dtype=np.int32).T, strict=True))


def arrays(baskets: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """As a version has them: baskets, and one order for those of an order and month, whose lines add up."""
    sums: dict[tuple[int, ...], int] = {}
    for *key, lines in zip(*(baskets[name].tolist() for name in (*ORDER, "sold_lines")), strict=True):
        sums[tuple(key)] = sums.get(tuple(key), 0) + lines
    orders = dict(zip(ORDER, np.array(list(sums), dtype=np.int32).T, strict=True))
    orders["sold_lines"] = np.array(list(sums.values()))
    facts = {"baskets": baskets, "orders": orders}
    return {f"{fact}.{name}": values for fact, columns in facts.items() for name, values in columns.items()}


def one_by_one(baskets: dict[str, np.ndarray], stores: list[int], category: int | None, run: range) -> list[int]:
    """COUNTS by sets."""
    orders: dict[int, int] = {}
    names = ("store_idx", "month_idx", "order_idx", "category_idx", "customer_idx", "sold_lines")
    for store, month, order, of, customer, sold in zip(*(baskets[name].tolist() for name in names), strict=True):
        if store in stores and month in run and category in (None, of) and sold:
            orders[order] = customer
    known = [customer for customer in orders.values() if customer >= 0]
    twice = {customer for customer in known if known.count(customer) > 1}
    return [len(orders), len(orders) - len(known), len(set(known)), len(twice)]


@pytest.mark.parametrize("at_once", [runs.AT_ONCE, 50])
def test_every_run_of_every_place_and_category(
    baskets: dict[str, np.ndarray], monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    """However many are counted at a time."""
    monkeypatch.setattr(runs, "AT_ONCE", at_once)
    found = np.stack(list(runs_by_category(arrays(baskets).__getitem__, CHAIN_OF, CATEGORIES, MONTHS)))
    assert found.shape == (CATEGORIES + 1, len(COUNTS), MONTHS * (MONTHS + 1) // 2, len(PLACES))
    assert (found[-1, :, number_of(0, MONTHS - 1, MONTHS), -1] > [200, 10, 8, 8]).all()
    wrong = [
        (category, first, last, place)
        for number, category in enumerate([*range(CATEGORIES), None])
        for first in range(MONTHS)
        for last in range(first, MONTHS)
        for place, stores in enumerate(PLACES)
        if found[number, :, number_of(first, last, MONTHS), place].tolist()
        != one_by_one(baskets, stores, category, range(first, last + 1))
    ]
    assert wrong == []
