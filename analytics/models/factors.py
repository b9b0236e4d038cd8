"""The factors of expected demand, fitted to sales that stockouts cut short."""

from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np

from analytics.arrays import Array, Ints, Mask, rows_by, sum_by
from analytics.models.censored import LEAST_DISPERSION, MOST_DISPERSION, at_least, likeliest
from analytics.models.ledger import YEAR, Assortment, Ledger
from analytics.models.shrinkage import Evidence, shrunk

ROUNDS: Final = 40
SETTLED: Final = 5e-4  # change of a factor, relative to its mean
FIRST_DISPERSION: Final = 1.5
LEAST_CHANCE: Final = 0.1  # of the variance of a whole count, in one that is mostly filled in


@dataclass(frozen=True, slots=True)
class Factors:
    """Mean demand of a shelf in a month is level · season · trend [units].

    level: (shelves,); season: (12, categories), and trend, (months,), are 1 on average over demand.
    level is store × product × the store's taste for the category × the shelf's own ratio, the last two shrunk;
    strength: τ of the last shrinkage, as many units/φ of evidence as the prior is worth. dispersion: φ.
    """

    level: Array
    season: Array
    trend: Array
    strength: float
    dispersion: float

    def by_category(self, calendar: Ints) -> Array:
        """Season · trend of each month and category, shape (months, categories)."""
        shape: Array = self.season[calendar] * self.trend[:, None]
        return shape


class _Seen(NamedTuple):
    """What does not change from round to round."""

    counted: Mask  # (months, shelves): cells that count
    by_shelf: Array  # units sold in these
    by_month: Array  # likewise, by month and category
    month: Ints  # of each cell that closed at zero
    shelf: Ints
    sold_out: Array  # units sold in it
    shelves: Assortment
    calendar: Ints  # month of the year of each month
    year: Ints  # of each month; the last twelve months are the last year


class _Counts(NamedTuple):
    """Units by some key, filled up where shelves were empty, and the variance of what was filled in [units²]."""

    units: Array
    filled: Array


def fit(ledger: Ledger, counted: Mask) -> Factors:
    """The factors of the cells `counted`; φ is the ledger's, or else the one that makes its sales likeliest.

    A likeliest φ comes out too large, as it takes up what the factors miss: by a quarter in the demo worlds.
    """
    seen = _seen(ledger, counted)
    start = _start(seen)
    if ledger.dispersion:
        return _settled(replace(start, dispersion=min(max(ledger.dispersion, LEAST_DISPERSION), MOST_DISPERSION)), seen)
    first = _settled(start, seen)
    return _settled(replace(first, dispersion=_likeliest(first, seen, ledger)), seen)


def _seen(ledger: Ledger, counted: Mask) -> _Seen:
    months, shelves = len(counted), ledger.shelves
    units = np.where(counted, ledger.units, 0)
    out = np.flatnonzero(ledger.out & counted)
    month, shelf = np.divmod(out, len(shelves))
    years = max(1, months // YEAR)
    return _Seen(
        counted=counted,
        by_shelf=units.sum(axis=0, dtype=np.float64),
        by_month=rows_by(shelves.category_of, units, shelves.categories),
        month=month,
        shelf=shelf,
        sold_out=units.ravel()[out].astype(np.float64),
        shelves=shelves,
        calendar=ledger.calendar,
        year=np.maximum(years - 1 - (months - 1 - np.arange(months)) // YEAR, 0),
    )


def _start(seen: _Seen) -> Factors:
    level = seen.by_shelf / np.maximum(seen.counted.sum(axis=0), 1)
    flat = np.ones((YEAR, seen.shelves.categories))
    return Factors(level, flat, np.ones(len(seen.calendar)), 1.0, FIRST_DISPERSION)


def _settled(factors: Factors, seen: _Seen) -> Factors:
    """Rounds of filling stockout months and fitting again, until the factors no longer move."""
    for _ in range(ROUNDS):
        before, factors = factors, _refitted(factors, seen)
        level = np.abs(factors.level - before.level).sum() / max(before.level.sum(), 1e-12)
        moved = (level, np.abs(factors.season - before.season).max(), np.abs(factors.trend - before.trend).max())
        if max(moved) <= SETTLED:
            break
    return factors


def _refitted(factors: Factors, seen: _Seen) -> Factors:
    category, categories = seen.shelves.category_of, seen.shelves.categories
    shape, phi = factors.by_category(seen.calendar), factors.dispersion
    of_cell = category[seen.shelf]
    demand, variance = at_least(factors.level[seen.shelf] * shape[seen.month, of_cell], seen.sold_out, phi)
    extra = demand - seen.sold_out

    def counts(units: Array, key: Ints) -> _Counts:
        more, filled = (sum_by(key, a, units.size).reshape(units.shape) for a in (extra, variance))
        return _Counts(units + more, filled)

    exposure = np.zeros(len(category))
    for counted, month in zip(seen.counted, shape, strict=True):
        exposure += np.where(counted, month[category], 0.0)
    level, strength = _level(counts(seen.by_shelf, seen.shelf), exposure, seen.shelves, phi)
    monthly = counts(seen.by_month, seen.month * categories + of_cell)
    base = np.array([sum_by(category, np.where(counted, level, 0.0), categories) for counted in seen.counted])
    season = _season(monthly, base * factors.trend[:, None], seen.calendar, phi)
    total = _Counts(monthly.units.sum(axis=1), monthly.filled.sum(axis=1))
    trend = _trend(total, (base * season[seen.calendar]).sum(axis=1), seen.year, phi)
    return Factors(level, season, trend, strength, phi)


def _drawn(counts: _Counts, expected: Array, dispersion: float) -> tuple[Array, float]:
    """Shrunk ratios of filled counts, of which only the part that was seen varies by chance."""
    whole = dispersion * expected
    return shrunk(Evidence(counts.units, expected, np.maximum(whole - counts.filled, LEAST_CHANCE * whole)), dispersion)


def _level(counts: _Counts, exposure: Array, shelves: Assortment, dispersion: float) -> tuple[Array, float]:
    """Store × product by iterative proportional fitting, then the taste for the category and the shelf's own ratio."""
    (of_store, stores), (of_product, products) = shelves.groups("store"), shelves.groups("product")
    by_store, by_product = (sum_by(key, counts.units, n) for key, n in ((of_store, stores), (of_product, products)))
    product = np.ones(products)
    for _ in range(4):
        store = _ratio(by_store, sum_by(of_store, exposure * product[of_product], stores))
        product = _ratio(by_product, sum_by(of_product, exposure * store[of_store], products))
    main = store[of_store] * product[of_product]
    taste = of_store * shelves.categories + shelves.category_of
    tastes = stores * shelves.categories
    by_taste = _Counts(*(sum_by(taste, values, tastes) for values in counts))
    main = main * _drawn(by_taste, sum_by(taste, main * exposure, tastes), dispersion)[0][taste]
    own, strength = _drawn(counts, main * exposure, dispersion)
    return main * own, strength


def _season(counts: _Counts, expected: Array, calendar: Ints, dispersion: float) -> Array:
    """A month of the year for all, and each category's ratio to it; months of the year never seen have 1."""
    months = (np.arange(YEAR)[:, None] == calendar).astype(np.float64)
    by_month, due = _Counts(months @ counts.units, months @ counts.filled), months @ expected
    common = np.where(due.sum(axis=1) > 0, _ratio(by_month.units.sum(axis=1), due.sum(axis=1)), 1.0)[:, None]
    own, _ = _drawn(by_month, due * common, dispersion)
    return _mean_one(common * own, due)


def _trend(counts: _Counts, expected: Array, year: Ints, dispersion: float) -> Array:
    """A factor of each year, and of each month in it as far as more than chance sets it apart."""
    years = int(year.max()) + 1
    of_year = _ratio(sum_by(year, counts.units, years), sum_by(year, expected, years))[year]
    own, _ = _drawn(counts, expected * of_year, dispersion)
    return _mean_one(of_year * own, expected)


def _mean_one(factor: Array, weight: Array) -> Array:
    mean = float((factor * weight).sum()) / max(float(weight.sum()), 1e-12)
    return factor / max(mean, 1e-12)


def _ratio(count: Array, expected: Array) -> Array:
    return np.divide(count, expected, out=np.zeros_like(count), where=expected > 0)


def _likeliest(factors: Factors, seen: _Seen, ledger: Ledger) -> float:
    """φ of all cells that count."""
    month, shelf = np.nonzero(seen.counted)
    mean = factors.level[shelf] * factors.by_category(seen.calendar)[month, seen.shelves.category_of[shelf]]
    return likeliest(mean, ledger.units[month, shelf].astype(np.float64), ledger.out[month, shelf])
