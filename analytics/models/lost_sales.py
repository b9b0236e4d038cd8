"""Lost units and lost money of any part of the panel, with the interval that a sum deserves.

Errors of cells are not independent, so intervals are not added. Variances are, by what cells share: chance in each
cell; the level of a shelf over its months; the store's and the product's own level, as far as that shelf leans on them;
and the dispersion, which all cells share:

    Var Σ w·lost = Σ w²·v + Σ_factor Σ_key (Σ w·∂lost/∂ln μ)²·Var ln factor + (Σ w·∂lost/∂ln(φ − 1))²·Var ln(φ − 1)

Season and trend rest on all stores' sales and add next to nothing. The interval is the middle of a gamma distribution
of that mean and variance, widened to whole units: a bootstrap without its draws, so equal data give equal intervals.
"""

from typing import Final, NamedTuple

import numpy as np
from scipy.special import gammaincinv

from analytics.arrays import Array, Ints, Mask, sum_by
from analytics.models.demand import Demand, Stockouts
from analytics.models.ledger import Assortment

LEVEL: Final = 0.80


class Losses(NamedTuple):
    """All that a sum of lost units takes; (months, shelves), and see `Demand` for the rest.

    told: cells with a number; hiding: of them, those that may hide more; ranged: cells in which the store carried the
    product. strength: τ of the shrinkage of a shelf's level, in units/φ.
    """

    shelves: Assortment
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
        shelves=demand.ledger.shelves,
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


class Chosen(NamedTuple):
    """Stockout cells to be summed up, (n,): their place among all, the number of their group, and a weight per unit."""

    place: Ints
    group: Ints
    weight: Array


def lost_by(
    found: Losses, group: Ints, groups: int, weight: Array | None = None, months: slice | Ints = slice(None)
) -> Lost:
    """Σ weight·lost by group, over some months.

    group: number 0 … groups − 1 of each shelf, −1 for none, (shelves,). weight: of each shelf, such as a price, above
    0; None counts units.
    """
    month, shelf = np.divmod(found.stockouts.cell, len(found.shelves))
    inside = np.zeros(len(found.told), dtype=np.bool_)
    inside[months] = True
    place = np.flatnonzero(inside[month] & (group[shelf] >= 0))
    shelf = shelf[place]
    chosen = Chosen(place, group[shelf], np.ones(len(place)) if weight is None else weight[shelf])
    value, low, high = lost_of(found, chosen, groups)
    cells, hiding, unknown = (
        sum_by(group[group >= 0], which[months].sum(axis=0)[group >= 0], groups).astype(np.int64)
        for which in (found.told, found.hiding, found.ranged & ~found.told)
    )
    value, low, high = (np.where(cells == 0, np.nan, a) for a in (value, low, high))
    return Lost(value, low, high, cells, np.bincount(chosen.group, minlength=groups), hiding, unknown)


def lost_of(found: Losses, chosen: Chosen, groups: int) -> tuple[Array, Array, Array]:
    """Σ weight·lost of the chosen stockouts by group, and the ends of its 80 % interval."""
    value = sum_by(chosen.group, chosen.weight * found.stockouts.lost[chosen.place], groups)
    return value, *interval(value, _variance(found, chosen, groups), _smallest(chosen, groups))


def _variance(found: Losses, chosen: Chosen, groups: int) -> Array:
    out, evidence, of = found.stockouts, found.information, found.shelves.groups
    w, place = chosen.weight, chosen.place
    total = sum_by(chosen.group, w**2 * out.variance[place], groups)
    shelf = out.cell[place] % len(evidence)
    slope = w * out.by_mean[place]
    leaning = slope * found.strength / (found.strength + evidence[shelf])
    of_store, of_product = (np.maximum(sum_by(key, evidence, n), 1) for key, n in (of["store"], of["product"]))
    parts = (
        (shelf, slope, found.strength + evidence),
        (found.shelves.store[shelf], leaning, of_store),
        (found.shelves.product[shelf], leaning, of_product),
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


def _smallest(chosen: Chosen, groups: int) -> Array:
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
