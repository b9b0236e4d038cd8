"""The factors of expected demand, fitted to sales that stockouts cut short."""

from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np

from analytics.arrays import Array, Ints, Mask, sum_by
from analytics.models.censored import LEAST_DISPERSION, MOST_DISPERSION, at_least, likeliest
from analytics.models.ledger import YEAR, Ledger
from analytics.models.shrinkage import Evidence, shrunk

ROUNDS: Final = 40
SETTLED: Final = 5e-4  # change of a factor, relative to its mean
FIRST_DISPERSION: Final = 1.5
LEAST_CHANCE: Final = 0.1  # of the variance of a whole count, in one that is mostly filled in


@dataclass(frozen=True, slots=True)
class Factors:
    """Mean demand of a store × product × month is level · season · trend [units].

    level: (stores, products); season: (12, categories), and trend, (months,), are 1 on average over demand.
    level is store × product × the store's taste for the category × the pair's own ratio, the last two shrunk;
    strength: τ of the last shrinkage, as many units/φ of evidence as the prior is worth. dispersion: φ.
    """

    level: Array
    season: Array
    trend: Array
    strength: float
    dispersion: float

    def by_product(self, calendar: Ints, category: Ints) -> Array:
        """Season · trend of each month and product, shape (months, products)."""
        shape: Array = self.season[calendar][:, category] * self.trend[:, None]
        return shape


class _Seen(NamedTuple):
    """What does not change from round to round."""

    weight: Array  # (months, stores, products): 1 for cells that count, 0 for others
    units: Array  # sold, likewise; 0 in cells that do not count
    months: Ints  # of each cell that closed at zero
    products: Ints
    pair: Ints  # flat store × product
    sold_out: Array  # units sold in it
    out: Ints  # its flat index
    member: Array  # (products, categories): 1 where the product belongs to the category
    category: Ints
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
    return _settled(replace(first, dispersion=_likeliest(first, seen)), seen)


def _seen(ledger: Ledger, counted: Mask) -> _Seen:
    months, stores, products = counted.shape
    units = np.where(counted, ledger.units, 0.0)
    out = np.flatnonzero(ledger.out & counted)
    month, pair = np.divmod(out, stores * products)
    years = max(1, months // YEAR)
    return _Seen(
        weight=counted.astype(np.float64),
        units=units,
        months=month,
        products=pair % products,
        pair=pair,
        sold_out=units.ravel()[out],
        out=out,
        member=(ledger.category[:, None] == np.arange(ledger.category.max() + 1)).astype(np.float64),
        category=ledger.category,
        calendar=ledger.calendar,
        year=np.maximum(years - 1 - (months - 1 - np.arange(months)) // YEAR, 0),
    )


def _start(seen: _Seen) -> Factors:
    level = seen.units.sum(axis=0) / np.maximum(seen.weight.sum(axis=0), 1)
    flat = np.ones((YEAR, seen.member.shape[1]))
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
    months, stores, products = seen.weight.shape
    shape, phi = factors.by_product(seen.calendar, seen.category), factors.dispersion
    demand, variance = at_least(
        factors.level.ravel()[seen.pair] * shape[seen.months, seen.products], seen.sold_out, phi
    )
    extra = demand - seen.sold_out

    def counts(units: Array, key: Ints) -> _Counts:
        more, filled = (sum_by(key, a, units.size).reshape(units.shape) for a in (extra, variance))
        return _Counts(units + more, filled)

    pairs = counts(seen.units.sum(axis=0), seen.pair)
    level, strength = _level(pairs, np.einsum("msp,mp->sp", seen.weight, shape), seen, phi)
    categories = seen.member.shape[1]
    monthly = counts(seen.units.sum(axis=1) @ seen.member, seen.months * categories + seen.category[seen.products])
    base = np.einsum("msp,sp->mp", seen.weight, level) @ seen.member
    season = _season(monthly, base * factors.trend[:, None], seen.calendar, phi)
    total = _Counts(monthly.units.sum(axis=1), monthly.filled.sum(axis=1))
    trend = _trend(total, (base * season[seen.calendar]).sum(axis=1), seen.year, phi)
    return Factors(level, season, trend, strength, phi)


def _drawn(counts: _Counts, expected: Array, dispersion: float) -> tuple[Array, float]:
    """Shrunk ratios of filled counts, of which only the part that was seen varies by chance."""
    whole = dispersion * expected
    return shrunk(Evidence(counts.units, expected, np.maximum(whole - counts.filled, LEAST_CHANCE * whole)), dispersion)


def _level(pairs: _Counts, exposure: Array, seen: _Seen, dispersion: float) -> tuple[Array, float]:
    """Store × product by iterative proportional fitting, then the taste for the category and the pair's own ratio."""
    units, product = pairs.units, np.ones(exposure.shape[1])
    for _ in range(4):
        store = _ratio(units.sum(axis=1), exposure @ product)
        product = _ratio(units.sum(axis=0), store @ exposure)
    main = np.outer(store, product)
    expected = main * exposure
    by_category = _Counts(units @ seen.member, pairs.filled @ seen.member)
    taste, _ = _drawn(by_category, expected @ seen.member, dispersion)
    main = main * taste[:, seen.category]
    own, strength = _drawn(pairs, main * exposure, dispersion)
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


def _likeliest(factors: Factors, seen: _Seen) -> float:
    """φ of all cells that count."""
    cells = np.flatnonzero(seen.weight)
    mean = (factors.level * factors.by_product(seen.calendar, seen.category)[:, None, :]).ravel()[cells]
    return likeliest(mean, seen.units.ravel()[cells], np.isin(cells, seen.out))
