"""How far a customer's spend may be from what is expected: conformal, apart for likely and unlikely buyers.

Vovk, Gammerman & Shafer (2005), Algorithmic Learning in a Random World, §4.5 (Mondrian), with the ratio of actual to
expected as score. Where a tenth and more of customers spent nothing, the interval starts at 0 and all that is left out
lies above it.
"""

import math
from typing import Final, NamedTuple

import numpy as np

from analytics.arrays import Array, Ints

FEWEST: Final = 100  # customers of a group, so that a twentieth of them is still some
MOST_GROUPS: Final = 60
LEAST: Final = 1e-6


class Spread(NamedTuple):
    """Groups of customers, edges rising, shape (groups − 1,); low, high: actual ÷ expected of each, shape (groups,)."""

    edges: Array
    low: Array
    high: Array

    @classmethod
    def of(cls, trait: Array, expected: Array, actual: Array, share: float) -> "Spread":
        """Of customers who had no part in what was expected of them; `share` of them are to lie within [-].

        trait: what groups are made by, such as the probability to buy, shape (n,).
        """
        groups = max(1, min(MOST_GROUPS, len(trait) // FEWEST))
        edges = np.unique(np.quantile(trait, np.arange(1, groups) / groups)) if groups > 1 else np.empty(0)
        group = np.searchsorted(edges, trait, side="right")
        ratio = actual / np.maximum(expected, LEAST)
        spans = np.array([_span(np.sort(ratio[group == i]), share) for i in range(len(edges) + 1)]).reshape(-1, 2)
        return cls(edges, spans[:, 0], spans[:, 1])

    def around(self, trait: Array, expected: Array) -> tuple[Array, Array]:
        """Low and high end for each customer [currency], shape (n,)."""
        group: Ints = np.searchsorted(self.edges, trait, side="right")
        base = np.maximum(expected, LEAST)
        return self.low[group] * base, self.high[group] * base


def _span(ratio: Array, share: float) -> tuple[float, float]:
    """Both ends of the interval that holds a new value with probability `share` at least."""
    n = len(ratio)
    if not n:
        return 0.0, 1.0
    beyond = (1 - share) / 2
    low = ratio[max(math.floor((n + 1) * beyond) - 1, 0)]
    above = beyond if low > 0 else 1 - share
    return float(low), float(ratio[min(math.ceil((n + 1) * (1 - above)) - 1, n - 1)])
