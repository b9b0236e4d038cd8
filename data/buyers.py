"""Who ordered in which month at which chain: a bit for each customer, so that sets of them are joined and compared."""

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


def buyers(chain: Array, customer: Array, month: Array, shape: tuple[int, int, int]) -> Array:
    """Of rows, one an order and month, by rising chain: uint64 [chain, 2, month, word].

    First who has an order in the month, then who has more: customer c is bit c % 64 of word c // 64. shape: how many
    chains, months and customers there are.
    """
    chains, months, customers = shape
    found = np.zeros((chains, 2, months, words_of(customers)), dtype="<u8")
    ends = np.searchsorted(chain, np.arange(chains + 1))
    for words, rows in zip(found, map(slice, ends, ends[1:]), strict=True):
        key = np.sort(month[rows].astype(np.int64) * customers + customer[rows])
        bits = np.zeros((2, months * customers), dtype=np.bool_)
        bits[0, key] = True
        bits[1, key[1:][np.diff(key) == 0]] = True
        words[:] = packed(bits.reshape(2, months, customers))
    return found


def packed(bits: Array) -> Array:
    """What is true along the last axis as bits of words.

    >>> packed(np.array([True, False, True])).tolist()
    [5]
    """
    words = np.zeros((*bits.shape[:-1], words_of(bits.shape[-1])), dtype="<u8")
    octets = np.packbits(bits, axis=-1, bitorder="little")
    words.view(np.uint8)[..., : octets.shape[-1]] = octets
    return words
