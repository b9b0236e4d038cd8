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

from analytics.arrays import Array, Column, Ints, runs_of, span, sum_by, until
from analytics.models.demand import Demand, Stockouts
from analytics.models.ledger import Assortment, Kind

LEVEL: Final = 0.80
LEANED_ON: Final[tuple[Kind, ...]] = ("store", "product")  # by a shelf of which little is known
MOVED: Final = ("lost", "variance", "by_mean", "by_dispersion")
MOST_KEYS: Final = 6_000_000  # that are counted in 50 MB, faster than sorted


class Totals(NamedTuple):
    """Of each shelf from the first month on, (months + 1, shelves): what was before each month, and in the end all.

    So any months in a row are a difference of two rows. told, hiding, unknown, stockouts: how many months have a
    number, of them may hide more, were ranged without one, closed at zero; wanted: units; and see `Stockouts`.
    """

    told: Column
    hiding: Column
    unknown: Column
    stockouts: Column
    wanted: Column
    lost: Column
    variance: Column
    by_mean: Column
    by_dispersion: Column


class Evidence(NamedTuple):
    """What the variance of lost units rests on. strength: τ of the shrinkage of a shelf's level, in units/φ.

    information: (shelves,), and dispersion_spread: see `Demand`. store: (stores,), product: (products,) Var ln of the
    level of each, 1 ÷ its evidence.
    """

    shelves: Assortment
    information: Array
    store: Array
    product: Array
    strength: float
    dispersion_spread: float

    @classmethod
    def of(cls, demand: Demand) -> "Evidence":
        """Of an estimate."""
        strength = demand.factors.strength if demand.factors else 1.0
        shelves, own = demand.ledger.shelves, demand.information
        store, product = (1 / np.maximum(sum_by(key, own, n), 1) for key, n in map(shelves.groups, LEANED_ON))
        return cls(shelves, own, store, product, strength, demand.dispersion_spread)

    @property
    def common(self) -> tuple[tuple[Ints, Array], tuple[Ints, Array]]:
        """Of stores and of products: the number of each shelf's, and the Var ln of the level of each."""
        return (self.shelves.store, self.store), (self.shelves.product, self.product)

    @property
    def leaning(self) -> Array:
        """How far each shelf leans on its store and its product, from 0 to 1, (shelves,)."""
        return self.strength / (self.strength + self.information)


class Losses(NamedTuple):
    """All that sums of lost units take."""

    evidence: Evidence
    totals: Totals

    def within(self, months: Ints, shelves: Ints) -> "Losses":
        """Of some shelves, and some months as if they were one."""
        own = self.evidence.information[shelves]
        evidence = self.evidence._replace(shelves=self.evidence.shelves.only(shelves), information=own)
        ends = (over(total, months, shelves) for total in self.totals)
        return Losses(evidence, Totals(*(np.stack((np.zeros_like(end), end)) for end in ends)))


def losses(demand: Demand) -> Losses:
    """The losses of an estimate."""
    told, out = np.isfinite(demand.lost), demand.stockouts

    def of_stockouts(values: Array) -> Column:
        cells = np.zeros(told.shape, dtype=np.float32)
        np.put(cells, out.cell, values)
        return until(cells)

    totals = Totals(
        told=until(told),
        hiding=until(demand.may_hide_more),
        unknown=until(demand.ledger.ranged & ~told),
        stockouts=until(demand.ledger.out & told),
        wanted=until(np.nan_to_num(demand.unconstrained)),
        **{name: of_stockouts(getattr(out, name)) for name in MOVED},
    )
    return Losses(Evidence.of(demand), totals)


class Lost(NamedTuple):
    """By group, (groups,): what was lost and its 80 % interval, in the unit of the weights; units lost and wanted.

    NaN where no cell of the group has a number. cells: with a number; stockouts: of them, closed at zero;
    hiding: of them, those that may hide more, so that the loss is "at least" this; unknown: cells without a number.
    """

    value: Array
    low: Array
    high: Array
    units: Array
    wanted: Array
    cells: Ints
    stockouts: Ints
    hiding: Ints
    unknown: Ints


class Parts(NamedTuple):
    """What is summed up, (n,): shelves over some months, or single stockouts, with their group and a weight per unit.

    lost, variance, by_mean, by_dispersion: of units, as in `Stockouts`.
    """

    shelf: Ints
    group: Ints
    weight: Array
    lost: Array
    variance: Array
    by_mean: Array
    by_dispersion: Array

    @classmethod
    def of(cls, out: Stockouts, shelf: Ints, group: Ints, chosen: slice | Ints = slice(None)) -> "Parts":
        """Some stockouts, in units; shelf and group: of those chosen."""
        return cls(shelf, group, np.ones(len(shelf)), *(getattr(out, name)[chosen] for name in MOVED))


def over(total: Column, months: Ints, shelves: Ints) -> Array:
    """What a column of totals adds up to over some months, rising, of some shelves."""
    found, where = np.zeros(len(shelves)), span(shelves)
    for first, last in runs_of(months):
        found += total[last + 1, where]
        found -= total[first, where]
    return found


def lost_of(found: Evidence, parts: Parts, groups: int) -> tuple[Array, Array, Array]:
    """Σ weight·lost of the parts by group, and the ends of its 80 % interval."""
    value = sum_by(parts.group, parts.weight * parts.lost, groups)
    return value, *interval(value, _variance(found, parts, groups), _smallest(parts, groups))


def _variance(found: Evidence, parts: Parts, groups: int) -> Array:
    w = parts.weight
    total = sum_by(parts.group, w**2 * parts.variance, groups)
    slope = w * parts.by_mean
    leaning = slope * found.leaning[parts.shelf]
    total += common_variance(parts.group, groups, parts.shelf, slope, 1 / (found.strength + found.information))
    for key, variance in found.common:
        total += common_variance(parts.group, groups, key[parts.shelf], leaning, variance)
    common = sum_by(parts.group, w * parts.by_dispersion, groups)
    return total + (common * found.dispersion_spread) ** 2


def common_variance(group: Ints, groups: int, key: Ints, moves: Array, variance: Array) -> Array:
    """Σ_key (Σ moves)²·variance of the key, by group: what those of one group and key share, (groups,)."""
    if np.all(np.diff(key) > 0):  # each alone
        return sum_by(group, moves**2 * variance[key], groups)
    both, keys = group * len(variance) + key, groups * len(variance)
    if keys <= MOST_KEYS:
        summed: Array = sum_by(both, moves, keys).reshape(groups, len(variance)) ** 2 @ variance
        return summed
    found, place = np.unique(both, return_inverse=True)
    group, key = np.divmod(found, len(variance))
    return sum_by(group, sum_by(place, moves, len(found)) ** 2 * variance[key], groups)


def _smallest(parts: Parts, groups: int) -> Array:
    """The least weight of a unit in each group: losses come in steps of it."""
    least = np.full(groups, np.inf)
    some = parts.lost > 0
    np.minimum.at(least, parts.group[some], parts.weight[some])
    return np.where(np.isfinite(least) & (least > 0), least, 1.0)


def interval(mean: Array, variance: Array, step: Array) -> tuple[Array, Array]:
    """The middle 80 % of a gamma distribution, widened to whole steps; a point where there is no variance."""
    some = (mean > 0) & (variance > 0)
    shape = np.divide(mean**2, variance, out=np.ones_like(mean), where=some)
    scale = np.divide(variance, mean, out=np.zeros_like(mean), where=some)
    tail = (1 - LEVEL) / 2
    low, high = (gammaincinv(shape, p) * scale / step for p in (tail, 1 - tail))
    return np.where(some, np.floor(low) * step, mean), np.where(some, np.ceil(high) * step, mean)
