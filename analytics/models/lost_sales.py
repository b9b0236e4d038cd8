"""Lost units and lost money of any part of the panel, with the interval that a sum deserves.

Errors of cells are not independent, so intervals are not added. Variances are, by what cells share: chance in each
cell; the level of a store × product over its months; the store's and the product's own level, as far as that pair leans
on them; and the dispersion, which all cells share:

    Var Σ w·lost = Σ w²·v + Σ_factor Σ_key (Σ w·∂lost/∂ln μ)²·Var ln factor + (Σ w·∂lost/∂ln(φ − 1))²·Var ln(φ − 1)

Season and trend rest on all stores' sales and add next to nothing. The interval is the middle of a gamma distribution
of that mean and variance, widened to whole units: a bootstrap without its draws, so equal data give equal intervals.
"""

from typing import Final, NamedTuple

import numpy as np
from scipy.special import gammaincinv

from analytics.arrays import Array, Ints, Mask, sum_by
from analytics.models.demand import Demand, Stockouts

LEVEL: Final = 0.80


class Losses(NamedTuple):
    """All that a sum of lost units takes; (months, stores, products), and see `Demand` for the rest.

    told: cells with a number; hiding: of them, those that may hide more; ranged: cells in which the store carried the
    product. strength: τ of the shrinkage of a pair's level, in units/φ.
    """

    told: Mask
    hiding: Mask
    ranged: Mask
    stockouts: Stockouts
    information: Array
    strength: float
    dispersion_spread: float


def losses(demand: Demand) -> Losses:
    """The losses of an estimate."""
    return Losses(
        told=np.isfinite(demand.lost),
        hiding=demand.may_hide_more,
        ranged=demand.ledger.ranged,
        stockouts=demand.stockouts,
        information=demand.information,
        strength=demand.factors.strength if demand.factors else 1.0,
        dispersion_spread=demand.dispersion_spread,
    )


class Lost(NamedTuple):
    """By group, shape (groups,): what was lost and its 80 % interval, in units or in the unit of the weights.

    NaN where no cell of the group has a number. cells: with a number; stockouts: of them, closed at zero;
    hiding: of them, those that may hide more, so that the loss is "at least" this; unknown: cells without a number.
    """

    value: Array
    low: Array
    high: Array
    cells: Ints
    stockouts: Ints
    hiding: Ints
    unknown: Ints


class _Chosen(NamedTuple):
    """Stockout cells of the groups. place: among all stockouts; group: number; weight: per lost unit."""

    place: Ints
    group: Ints
    weight: Array


def lost_by(found: Losses, group: Ints, groups: int, weight: Array | None = None) -> Lost:
    """Σ weight·lost by group.

    group: number 0 … groups − 1 of each cell, −1 for none; of any shape that broadcasts to (months, stores, products).
    weight: such as a price, likewise, above 0; None counts units.
    """
    shape, out = found.told.shape, found.stockouts
    number = np.broadcast_to(group, shape).ravel()
    of_cell = number[out.cell]
    place = np.flatnonzero(of_cell >= 0)
    weights = np.ones(len(place))
    if weight is not None:
        weights = np.broadcast_to(weight, shape).ravel()[out.cell[place]]
    chosen = _Chosen(place, of_cell[place], weights)
    value = sum_by(chosen.group, weights * out.lost[place], groups)
    low, high = interval(value, _variance(found, chosen, groups), _smallest(chosen, groups))
    cells, hiding, unknown = _counts(found, number, groups)
    none = cells == 0
    value, low, high = (np.where(none, np.nan, a) for a in (value, low, high))
    return Lost(value, low, high, cells, np.bincount(chosen.group, minlength=groups), hiding, unknown)


def _counts(found: Losses, number: Ints, groups: int) -> tuple[Ints, Ints, Ints]:
    def count(which: Mask) -> Ints:
        return np.bincount(number[which.ravel() & (number >= 0)], minlength=groups)

    return count(found.told), count(found.hiding), count(found.ranged & ~found.told)


def _variance(found: Losses, chosen: _Chosen, groups: int) -> Array:
    out, evidence = found.stockouts, found.information
    w, place = chosen.weight, chosen.place
    total = sum_by(chosen.group, w**2 * out.variance[place], groups)
    pair = out.cell[place] % evidence.size
    store, product = np.divmod(pair, evidence.shape[1])
    strength, own = found.strength, evidence.ravel()[pair]
    slope = w * out.by_mean[place]
    leaning = slope * strength / (strength + own)
    parts = (
        (pair, slope, (strength + evidence).ravel()),
        (store, leaning, np.maximum(evidence.sum(axis=1), 1)),
        (product, leaning, np.maximum(evidence.sum(axis=0), 1)),
    )
    for key, moves, information in parts:
        total = total + _shared(chosen.group * len(information) + key, moves, information, groups)
    common = sum_by(chosen.group, w * out.by_dispersion[place], groups)
    return total + (common * found.dispersion_spread) ** 2


def _shared(key: Ints, moves: Array, information: Array, groups: int) -> Array:
    """Σ (Σ moves)² ÷ information by group, the inner sum over cells of one key; key: group × len(information) + own."""
    keys, place = np.unique(key, return_inverse=True)
    group, own = np.divmod(keys, len(information))
    return sum_by(group, sum_by(place, moves, len(keys)) ** 2 / information[own], groups)


def _smallest(chosen: _Chosen, groups: int) -> Array:
    """The least weight of a unit in each group: losses come in steps of it."""
    least = np.full(groups, np.inf)
    np.minimum.at(least, chosen.group, chosen.weight)
    return np.where(np.isfinite(least) & (least > 0), least, 1.0)


def interval(mean: Array, variance: Array, step: Array) -> tuple[Array, Array]:
    """The middle 80 % of a gamma distribution, widened to whole steps; a point where there is no variance."""
    some = (mean > 0) & (variance > 0)
    shape = np.divide(mean**2, variance, out=np.ones_like(mean), where=some)
    scale = np.divide(variance, mean, out=np.zeros_like(mean), where=some)
    tail = (1 - LEVEL) / 2
    low, high = (gammaincinv(shape, p) * scale / step for p in (tail, 1 - tail))
    return np.where(some, np.floor(low) * step, mean), np.where(some, np.ceil(high) * step, mean)
