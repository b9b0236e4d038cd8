"""Array types that the rest of the package names, and sums along their axes."""

from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.str_]
Column = npt.NDArray[Any]  # one column of a dimension or of a fact, of whatever type

AT_ONCE: Final = 50_000


def mid_ranks(values: Array) -> Array:
    """Rank 1 … n of each value, equal values sharing the middle of their ranks; shape (n,)."""
    place = np.searchsorted(np.unique(values), values)  # few different ones need no sorting of all
    count = np.bincount(place)
    ranks: Array = np.cumsum(count) - (count - 1) / 2
    return ranks[place]


def some_of(number: int, most: int) -> Ints | slice:
    """Positions of all of `number`, or of `most` drawn from them, rising; equal numbers draw equally."""
    if number <= most:
        return slice(None)
    return np.sort(np.random.default_rng(1).permutation(number)[:most])


def parts(number: int, at_once: int = AT_ONCE) -> Iterator[slice]:
    """Slices that together are 0 … number, for what would take much memory if done at once."""
    return (slice(first, first + at_once) for first in range(0, number, at_once))


def mask(size: int, chosen: Ints | slice) -> Mask:
    """True at the chosen positions, shape (size,)."""
    found = np.zeros(size, dtype=np.bool_)
    found[chosen] = True
    return found


def sum_by(group: Ints, values: npt.ArrayLike, groups: int) -> Array:
    """Σ of values by group number, shape (groups,); exact for integers below 2⁵³."""
    if groups == 1:
        return np.array([np.sum(values, dtype=np.float64)])
    return np.bincount(group, np.asarray(values, dtype=np.float64), groups).astype(np.float64, copy=False)


def rows_by(group: Ints, rows: npt.NDArray[Any], groups: int, weight: Array | float = 1.0) -> Array:
    """`sum_by` of each row × weight, shape (rows, groups)."""
    return np.array([sum_by(group, row * weight, groups) for row in rows]).reshape(len(rows), groups)


def rows_between(offsets: Ints, stores: Ints, months: Ints, width: int) -> Ints:
    """Rows of the store × month blocks `offsets` delimits; offsets: shape (stores × width + 1,)."""
    blocks = (stores[:, None] * width + months[None, :]).ravel()
    starts, lengths = offsets[blocks], offsets[blocks + 1] - offsets[blocks]
    skipped = np.repeat(starts - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths)
    return skipped + np.arange(int(lengths.sum())) if len(blocks) else blocks


def top_columns(rows: Array, most: int) -> Ints:
    """Columns of the `most` largest values of each row, the largest first; of equal ones the one further left.

    >>> top_columns(np.array([[1.0, 5, 2, 5], [2, 2, 3, 2]]), 2).tolist()
    [[1, 3], [2, 0]]
    """
    most = min(most, rows.shape[1])
    if not rows.size:
        return np.zeros((len(rows), most), dtype=np.int64)
    edge = np.partition(rows, -most, axis=1)[:, -most]
    row, column = np.nonzero(rows >= edge[:, None])
    order = np.lexsort((column, -rows[row, column], row))
    first = np.searchsorted(row, np.arange(len(rows)))
    found: Ints = column[order][first[:, None] + np.arange(most)]
    return found


def drawn(sizes: Ints, most: int) -> Ints:
    """Positions of some sizes above 0, drawn by lot, that add up to `most` at most, but one at least; rising.

    Equal sizes draw equally.

    >>> [drawn(np.array(sizes), 10).tolist() for sizes in ([0, 3, 90, 4, 2], [0, 90])]
    [[1, 3, 4], [1]]
    """
    chosen, left = [], most
    lot = np.random.default_rng(1).permutation(np.flatnonzero(sizes))
    for place in lot.tolist():
        if sizes[place] <= left:
            chosen.append(place)
            left -= int(sizes[place])
    return np.sort(np.array(chosen or lot[:1], dtype=np.int64))


def runs_of(months: Ints) -> list[tuple[int, int]]:
    """First and last of each run of rising numbers without a gap.

    >>> runs_of(np.array([2, 3, 4, 9]))
    [(2, 4), (9, 9)]
    """
    runs = np.split(months, np.flatnonzero(np.diff(months) > 1) + 1)
    return [(int(run[0]), int(run[-1])) for run in runs if len(run)]


def span(chosen: Ints) -> Ints | slice:
    """A slice where the indexes have no gap: a view instead of a copy."""
    if len(chosen) and chosen[-1] - chosen[0] == len(chosen) - 1:
        return slice(int(chosen[0]), int(chosen[-1]) + 1)
    return chosen


def group_sums(values: Any, axis: int, groups: Ints | None) -> Any:
    """Sums along one axis by rising group numbers; None sums all of it into one."""
    if groups is None:
        return values.sum(axis=axis, keepdims=True)
    if len(groups) == 0 or groups[-1] == len(groups) - 1:
        return values
    return np.add.reduceat(values, np.flatnonzero(np.diff(groups, prepend=-1)), axis=axis)


def until(values: Column) -> Column:
    """Running sums along the first axis, beginning with none: whole ones of what is true or not, single ones else."""
    whole = values.dtype == np.bool_
    total = np.zeros((len(values) + 1, *values.shape[1:]), dtype=np.int16 if whole else np.float64)
    np.cumsum(values, axis=0, out=total[1:])
    return total if whole else total.astype(np.float32)


def time_sums(values: Any, group: Ints, groups: int) -> Array:
    """Sums of the last axis by group number; groups without a month get 0."""
    if groups == 1:
        return np.asarray(values.sum(axis=-1, keepdims=True), dtype=np.float64)
    out = np.zeros((*values.shape[:-1], groups))
    if len(group):
        present, starts = np.unique(group, return_index=True)
        out[..., present] = np.add.reduceat(values, starts, axis=-1)
    return out


def run_sums(before: Callable[[Ints], Any], months: Ints, group: Ints, groups: int) -> Array:
    """Sums over rising months by group number, which become the last axis; groups without a month get 0.

    before: what there was before each of some months, (months, …); only ends of runs are asked for.
    """
    starts = np.flatnonzero((np.diff(months, prepend=-2) != 1) | (np.diff(group, prepend=-1) != 0))
    first, after = months[starts], months[np.append(starts[1:], len(months)) - 1] + 1 if len(months) else months
    edges = np.unique(np.concatenate((first, after)))
    there = before(edges)
    sums = there[np.searchsorted(edges, after)] - there[np.searchsorted(edges, first)]
    found = np.zeros((groups, *sums.shape[1:]))
    np.add.at(found, group[starts], sums)
    return np.moveaxis(found, 0, -1)
