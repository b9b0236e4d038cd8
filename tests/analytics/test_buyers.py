"""Customers as sets of bits: the same counts as one by one, for any chains and months."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from analytics.arrays import Ints
from analytics.baskets import COUNTS, Counts, Orders
from analytics.buyers import SetCounts
from analytics.calendar import Calendar, Period
from analytics.selection import Selection
from data.buyers import buyers_by_chain

CHAIN_OF = np.array([0, 0, 1, 2])
MONTHS, CUSTOMERS, ORDERS = 7, 70, 400
MONTHS_OF = {"one": [4], "a run": [1, 2, 3], "with a gap": [0, 3, 4, 6], "all": list(range(MONTHS)), "none": []}
CHAINS = [list(some) for size in range(4) for some in itertools.combinations(range(3), size)]


@dataclass(frozen=True, slots=True)
class Shops:
    """Seeded orders at three chains. bits: of their buyers."""

    orders: Orders
    bits: Ints
    calendar: Calendar

    def selection(self, chains: list[int], months: list[int], grouped: Callable[..., Period]) -> Selection:
        stores = np.flatnonzero(np.isin(CHAIN_OF, chains))
        return Selection(stores, np.arange(1), grouped(self.calendar, np.array(months, dtype=np.int64)))


def shops(customers: int) -> Shops:
    """A fifth of the orders go on in a later month, some customers only return, some lines are guests'."""
    draw = np.random.default_rng(5)
    rows = []
    for order in range(ORDERS):
        store, who, first = order * 4 // ORDERS, int(draw.integers(-1, customers)), int(draw.integers(0, MONTHS))
        later = draw.integers(first, MONTHS, 2).tolist() if order % 5 == 0 else []
        rows += [(store, month, order, who, int(draw.integers(0, 3))) for month in {first, *later}]
    names = ("store_idx", "month_idx", "order_idx", "customer_idx", "sold_lines")
    columns = dict(zip(names, np.array(sorted(rows), dtype=np.int32).T, strict=True))
    arrays: dict[str, Any] = {f"orders.{name}": values for name, values in columns.items()}
    arrays["customers.customer_id"], arrays["categories"] = np.arange(customers), np.arange(1)
    arrays["stores.chain_idx"] = CHAIN_OF
    sold = columns["order_idx"][columns["sold_lines"] > 0]
    arrays["goes_on"] = np.bincount(sold, minlength=ORDERS) > 1
    flat = columns["store_idx"].astype(np.int64) * MONTHS + columns["month_idx"]
    arrays["orders.offsets"] = np.searchsorted(flat, np.arange(len(CHAIN_OF) * MONTHS + 1))
    bits = np.stack(list(buyers_by_chain(arrays.__getitem__, CHAIN_OF, customers, MONTHS)))
    months = np.arange("2023-01", "2023-08", dtype="datetime64[M]")
    return Shops(Orders(arrays.__getitem__, MONTHS), bits, Calendar.of(months, 1, "2023-07-31"))


@pytest.fixture(scope="module")
def many() -> Shops:
    found = shops(CUSTOMERS)
    assert found.orders.goes_on.any()
    return found


@pytest.mark.parametrize("by", [(), ("chain",), ("month",), ("quarter",), ("chain", "quarter")], ids="×".join)
@pytest.mark.parametrize("months", MONTHS_OF.values(), ids=MONTHS_OF)
def test_bits_are_counted_as_customers_are(many: Shops, by: tuple[str, ...], months: list[int]) -> None:
    grouped = Period.monthly if "month" in by else Period.quarterly if "quarter" in by else Period.whole
    for chains, name in itertools.product(CHAINS, COUNTS):
        selection = many.selection(chains, months, grouped)
        one_by_one = Counts(many.orders, selection, by)[name]
        for bits in (many.bits, None):
            found = SetCounts(many.orders, selection, by, bits)[name]
            np.testing.assert_array_equal(found, one_by_one, f"{name} of {chains}", strict=True)


@pytest.mark.parametrize("chains", CHAINS, ids=str)
def test_cohorts_are_too(many: Shops, chains: list[int]) -> None:
    selection = many.selection(chains, MONTHS_OF["all"], Period.quarterly)
    one_by_one = Counts(many.orders, selection, ("quarter",)).cohorts()
    found = SetCounts(many.orders, selection, ("quarter",), many.bits).cohorts()
    np.testing.assert_array_equal(found, one_by_one, strict=True)
    rows = many.orders.each(many.orders.rows(selection.stores, selection.categories, np.arange(MONTHS)))
    assert np.diag(found).sum() == len(set(many.orders.customer[rows].tolist()) - {-1}), "each is of one cohort"


def test_a_customer_is_a_bit_of_a_word(many: Shops) -> None:
    """Customer 65 is the second bit of the second word."""
    known = (many.orders.customer == 65) & (many.orders.column("sold_lines") > 0)
    for chain, month in itertools.product(range(3), range(MONTHS)):
        rows = known & (CHAIN_OF[many.orders.store] == chain) & (many.orders.month == month)
        told = [bool(words[1] & np.uint64(2)) for words in many.bits[chain, :, month]]
        assert told == [rows.sum() > 0, rows.sum() > 1]


def test_there_may_be_no_customers_at_all() -> None:
    empty = shops(0)
    selection = empty.selection([0, 1], MONTHS_OF["all"], Period.whole)
    assert [SetCounts(empty.orders, selection, (), empty.bits)[name][0] for name in COUNTS][2:] == [0.0] * 5
