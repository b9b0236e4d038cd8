"""Recency, frequency and money: who the best customers are and who is slipping away."""

from typing import Final

import numpy as np

from analytics.arrays import Array, Ints, mid_ranks

# Segment of a recency score R (row, 1 = longest ago … 5 = just now) and a frequency score F (column, 1 … 5).
SEGMENTS: Final = ("Champions", "Loyal", "Promising", "Recent", "Needs attention", "At risk", "Dormant")
_NAMES: Final = (  # F:  1                2                  3                  4           5
    ("Dormant", "Dormant", "At risk", "At risk", "At risk"),
    ("Dormant", "Dormant", "At risk", "At risk", "At risk"),
    ("Needs attention", "Needs attention", "Loyal", "Loyal", "Loyal"),
    ("Recent", "Promising", "Promising", "Champions", "Champions"),
    ("Recent", "Promising", "Promising", "Champions", "Champions"),
)
_BY_SCORE: Final = np.array([[SEGMENTS.index(name) for name in row] for row in _NAMES])


def quintile(values: Array) -> Ints:
    """Score 1 … 5 of each value, 5 the largest: its mid-rank in fifths, so that equal values share a score."""
    return 1 + (5 * (mid_ranks(values) - 0.5) // max(len(values), 1)).astype(np.int64)


def segments(days_since: Array, orders: Array) -> Ints:
    """Position in SEGMENTS of each customer, from days since the last order and number of orders, all of shape (n,).

    Scores are fifths within the customers given (Hughes 1994), so a segment is relative to the selection. A single
    order scores 1 in frequency, however few order more often.
    """
    frequency = np.where(orders <= 1, 1, quintile(orders))
    found: Ints = _BY_SCORE[quintile(-days_since) - 1, frequency - 1]
    return found
