"""Customers as sets of bits: the same counts as one by one, for any chains and months."""

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from analytics.baskets import COUNTS, Baskets, Counts, Orders
from analytics.buyers import SetCounts
from analytics.calendar import Calendar, Period
from analytics.selection import Selection
from data.buyers import buyers

CHAIN_OF = np.array([0, 0, 1, 2])
MONTHS, CUSTOMERS, ORDERS, CATEGORIES = 7, 70, 400, 3
MONTHS_OF = {"one": [4], "a run": [1, 2, 3], "with a gap": [0, 3, 4, 6], "all": list(range(MONTHS)), "none": []}
STORES = [[], [0], [0, 1], [1, 2], [2, 3], [0, 1, 2], [0, 1, 2, 3]]
WHOLE = [stores for stores in STORES if stores not in ([0], [1, 2])]


@dataclass(frozen=True, slots=True)
class Shops:
    """Seeded orders at three chains. bits: of their buyers."""

    orders: Orders
    baskets: Baskets
    bits: Any
    calendar: Calendar

    def selection(
        self, stores: list[int], months: list[int], by: tuple[str, ...], categories: int = CATEGORIES
    ) -> Selection:
        grouped = Period.monthly if "month" in by else Period.quarterly if "quarter" in by else Period.whole
        period = grouped(self.calendar, np.array(months, dtype=np.int64))
        return Selection(np.array(stores, dtype=np.int64), np.arange(categories), period)


def shops(customers: int) -> Shops:
    """A fifth of the orders go on in a later month, some customers only return, some lines are guests'."""
    draw = np.random.default_rng(5)
    rows = []
    for order in range(ORDERS):
        store, who, first = order * 4 // ORDERS, int(draw.integers(-1, customers)), int(draw.integers(0, MONTHS))
        later = draw.integers(first, MONTHS, 2).tolist() if order % 5 == 0 else []
        for month in {first, *later}:
            some = sorted(set(draw.integers(0, CATEGORIES, 2).tolist()))
            rows += [(store, month, order, who, category, int(draw.integers(0, 3))) for category in some]
    names = ("store_idx", "month_idx", "order_idx", "customer_idx", "category_idx", "sold_lines")
    baskets = dict(zip(names, np.array(sorted(rows), dtype=np.int32).T, strict=True))
    first_rows = np.flatnonzero(np.diff(baskets["order_idx"] * MONTHS + baskets["month_idx"], prepend=-1))
    orders = {name: values[first_rows] for name, values in baskets.items()}
    orders["sold_lines"] = np.add.reduceat(baskets["sold_lines"], first_rows)
    arrays: dict[str, Any] = {
        "customers.customer_id": np.arange(customers),
        "categories": np.arange(CATEGORIES),
        "stores.chain_idx": CHAIN_OF,
        "goes_on": np.bincount(orders["order_idx"][orders["sold_lines"] > 0], minlength=ORDERS) > 1,
    }
    for fact, columns in {"orders": orders, "baskets": baskets}.items():
        arrays |= {f"{fact}.{name}": values for name, values in columns.items()}
        flat = columns["store_idx"].astype(np.int64) * MONTHS + columns["month_idx"]
        arrays[f"{fact}.offsets"] = np.searchsorted(flat, np.arange(len(CHAIN_OF) * MONTHS + 1))
    array = arrays.__getitem__
    known = (orders["customer_idx"] >= 0) & (orders["sold_lines"] > 0)
    store, who, month = (orders[name][known] for name in ("store_idx", "customer_idx", "month_idx"))
    bits = buyers(CHAIN_OF[store], who, month, (int(CHAIN_OF.max()) + 1, MONTHS, customers))
    calendar = np.arange("2023-01", "2023-08", dtype="datetime64[M]")
    return Shops(Orders(array, MONTHS), Baskets(array, MONTHS), bits, Calendar.of(calendar, 1, "2023-07-31"))


@pytest.fixture(scope="module")
def many() -> Shops:
    found = shops(CUSTOMERS)
    assert found.orders.goes_on.any()
    return found


@pytest.mark.parametrize("by", [(), ("chain",), ("month",), ("quarter",), ("chain", "quarter")], ids="×".join)
@pytest.mark.parametrize("months", MONTHS_OF.values(), ids=MONTHS_OF)
def test_bits_are_counted_as_customers_are(many: Shops, by: tuple[str, ...], months: list[int]) -> None:
    """Of whole chains, of some of a chain's stores, and of some categories."""
    for stores, categories, name in itertools.product(STORES, (CATEGORIES, 2, 1), COUNTS):
        selection = many.selection(stores, months, by, categories)
        facts = many.orders if categories == CATEGORIES else many.baskets
        one_by_one = Counts(facts, selection, by)[name]
        for bits in (many.bits, None) if facts is many.orders and stores in WHOLE else (None,):
            found = SetCounts(facts, selection, by, bits)[name]
            np.testing.assert_array_equal(found, one_by_one, f"{name} of {stores}, {categories}", strict=True)


@pytest.mark.parametrize("stores", WHOLE, ids=str)
def test_cohorts_are_too(many: Shops, stores: list[int]) -> None:
    selection = many.selection(stores, MONTHS_OF["all"], ("quarter",))
    bought = Counts(many.orders, selection, ("quarter",)).bought > 0
    first = np.where(bought.any(axis=0), bought.argmax(axis=0), -1)
    one_by_one = np.array([bought[:, first == quarter].sum(axis=1) for quarter in range(len(bought))])
    found = SetCounts(many.orders, selection, ("quarter",), many.bits).cohorts()
    np.testing.assert_array_equal(found, one_by_one, strict=True)
    assert np.diag(found).sum() == bought.any(axis=0).sum(), "each is of one cohort"


def test_a_customer_is_a_bit_of_a_word(many: Shops) -> None:
    """Customer 65 is the second bit of the second word."""
    known = (many.orders.customer == 65) & (many.orders.column("sold_lines") > 0)
    for chain, month in itertools.product(range(3), range(MONTHS)):
        rows = known & (CHAIN_OF[many.orders.store] == chain) & (many.orders.month == month)
        told = [bool(words[1] & np.uint64(2)) for words in many.bits[chain, :, month]]
        assert told == [rows.sum() > 0, rows.sum() > 1]


def test_there_may_be_no_customers_at_all() -> None:
    empty = shops(0)
    selection = empty.selection([0, 1], MONTHS_OF["all"], ())
    assert [SetCounts(empty.orders, selection, (), empty.bits)[name][0] for name in COUNTS][2:] == [0.0] * 5
