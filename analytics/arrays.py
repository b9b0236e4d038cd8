"""Array types that the rest of the package names, and the one way a column of a version is read."""

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.str_]
Column = npt.NDArray[Any]  # one column of a dimension or of a fact, of whatever type


def mid_ranks(values: Array) -> Array:
    """Rank 1 … n of each value, equal values sharing the middle of their ranks; shape (n,)."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    ranks: Array = np.cumsum(count) - (count - 1) / 2
    return ranks[place]


def sum_by(group: Ints, values: npt.ArrayLike, groups: int) -> Array:
    """Σ of values by group number, shape (groups,); exact for integers below 2⁵³."""
    return np.bincount(group, np.asarray(values, dtype=np.float64), groups).astype(np.float64, copy=False)
