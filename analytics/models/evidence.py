"""How good the evidence of a number about one shelf is, in three grades that are told openly."""

from typing import Final, NamedTuple

import numpy as np

from analytics.arrays import Array, Ints

GRADES: Final = ("A", "B", "C")
OWN: Final = 0.5  # of the estimated demand rests on the shelf's own sales
LEAST_OWN: Final = 0.1
LONG_MONTHS: Final = 12  # that closed with stock
SHORT_MONTHS: Final = 6
MOST: Final = 0.5  # of the months
HELD: Final = 70  # %, of back-tested 80 % intervals


class History(NamedTuple):
    """What is known of n shelves, (n,) each.

    own: share of the demand's level that rests on the shelf's own sales, information ÷ (information + τ) [-]; in_stock:
    months that closed with stock; empty: share of months that closed at zero; unclear: that did or may hide a gap [-].
    """

    own: Array
    in_stock: Ints
    empty: Array
    unclear: Array


def grade(history: History, held: float | None) -> Ints:
    """Number in GRADES of each shelf, (n,).

    A: half or more on own sales, a year in stock, most months clear, and back-tested intervals held. C: hardly any own
    sales, less than half a year in stock, or most months empty at the end. B: the rest.
    held: % of intervals; None if nothing could be tested.
    """
    tested = held is not None and held >= HELD
    good = (history.own >= OWN) & (history.in_stock >= LONG_MONTHS) & (history.unclear <= MOST) & tested
    poor = (history.own < LEAST_OWN) | (history.in_stock < SHORT_MONTHS) | (history.empty > MOST)
    return np.where(poor, 2, np.where(good, 0, 1))
