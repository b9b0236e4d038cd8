"""Who ordered in which month at which chain: a bit for each customer, so that sets of them are joined and compared."""

from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
WORD: Final = 64  # bits


def words_of(customers: int) -> int:
    """How many words hold a bit for each customer.

    >>> [words_of(customers) for customers in (0, 1, 64, 65)]
    [0, 1, 1, 2]
    """
    return -(-customers // WORD)


def buyers_by_chain(array: Callable[[str], Array], chain_of: Array, customers: int, months: int) -> Iterator[Array]:
    """The buyers of one chain after the other. array: those of orders by name. chain_of: of each store, rising."""
    chain = chain_of[np.asarray(array("orders.store_idx"))]
    ends = np.searchsorted(chain, np.arange(int(chain_of.max(initial=-1)) + 2))
    for rows in map(slice, ends, ends[1:]):
        customer = array("orders.customer_idx")[rows]
        known = (customer >= 0) & (array("orders.sold_lines")[rows] > 0)
        yield buyers(customer[known], array("orders.month_idx")[rows][known], customers, months)


def buyers(customer: Array, month: Array, customers: int, months: int) -> Array:
    """Of rows, one an order and month: uint64 [2, month, word], first who has an order in the month, then who has more.

    Customer c is bit c % 64 of word c // 64.
    """
    key = np.sort(month.astype(np.int64) * customers + customer)
    bits = np.zeros((2, months * customers), dtype=np.bool_)
    bits[0, key] = True
    bits[1, key[1:][np.diff(key) == 0]] = True
    return packed(bits.reshape(2, months, customers))


def packed(bits: Array) -> Array:
    """What is true along the last axis as bits of words.

    >>> packed(np.array([True, False, True])).tolist()
    [5]
    """
    words = np.zeros((*bits.shape[:-1], words_of(bits.shape[-1])), dtype="<u8")
    octets = np.packbits(bits, axis=-1, bitorder="little")
    words.view(np.uint8)[..., : octets.shape[-1]] = octets
    return words
