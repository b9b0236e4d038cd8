"""Recency, frequency and money: who the best customers are and who is slipping away."""

from typing import Final

import numpy as np

from analytics.arrays import Array, Ints

# Segment of a recency score R (row, 1 = longest ago … 5 = just now) and a frequency score F (column, 1 … 5).
SEGMENTS: Final = ("Champions", "Loyal", "Promising", "Recent", "Needs attention", "At risk", "Dormant")
_BY_SCORE: Final = np.array(
    [  # F:  1                2                  3                  4           5
        ["Dormant", "Dormant", "At risk", "At risk", "At risk"],
        ["Dormant", "Dormant", "At risk", "At risk", "At risk"],
        ["Needs attention", "Needs attention", "Loyal", "Loyal", "Loyal"],
        ["Recent", "Promising", "Promising", "Champions", "Champions"],
        ["Recent", "Promising", "Promising", "Champions", "Champions"],
    ]
)


def quintile(values: Array) -> Ints:
    """Score 1 … 5 of each value, 5 the largest: its mid-rank in fifths, so that equal values share a score."""
    if not len(values):
        return np.empty(0, dtype=np.int64)
    ordered = np.sort(values)
    middle = (np.searchsorted(ordered, values, "left") + np.searchsorted(ordered, values, "right") - 1) / 2
    return 1 + (5 * middle // len(values)).astype(np.int64)


def segments(days_since: Array, orders: Array) -> list[str]:
    """Segment of each customer from days since the last order and number of orders, both shape (n,).

    Scores are fifths within the customers given (Hughes 1994), so a segment is relative to the selection.
    """
    found: list[str] = _BY_SCORE[quintile(-days_since) - 1, quintile(orders) - 1].tolist()
    return found
