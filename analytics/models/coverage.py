"""How far the interval of lost units can be trusted: shelves are emptied early on paper, and what they sold is guessed.

A shelf that sold y of a supply A had demand min(D, A) = y. Cut its supply to c < A, chosen without looking at y: if
y ≥ c it is now a stockout, whose y − c further sales are known. The model is fitted anew to the cut ledger and says
E[min(D, A) − c | D ≥ c] with its interval. No shelf is left out for having run empty, which would make demand look low.
"""

from dataclasses import replace
from typing import Final, NamedTuple, TypedDict

import numpy as np

from analytics.arrays import Array, Ints, Mask
from analytics.models.censored import between
from analytics.models.demand import STEP, Demand, Stockouts, estimate
from analytics.models.ledger import Ledger
from analytics.models.lost_sales import LEANED_ON, Evidence, Parts, lost_of
from data.said import Said, say

SHARE: Final = 0.10  # of all cells are drawn, so that the others still tell the demand
MOST_CELLS: Final = 20_000
FEWEST_CELLS: Final = 100
FEWEST_SOLD: Final = 10  # units hidden in a group, below which its sum says little
NEIGHBOURS: Final = 20


class Coverage(TypedDict):
    """Share [%] of 80 % intervals that held the units hidden on paper; None with the reason `why`.

    cells: of single store × product × months, `n` of them; sums: of stores and of products, `sums_n` of them.
    bias: Σ estimated ÷ Σ hidden − 1 [%]. first, last: index of the months tested.
    """

    cells: float | None
    n: int
    sums: float | None
    sums_n: int
    bias: float | None
    first: int
    last: int
    why: Said | None


class _Cut(NamedTuple):
    """Cells that run empty on paper. cell: flat index, rising; sold, supply: units on paper, and really there."""

    cell: Ints
    sold: Array
    supply: Array
    hidden: Array


def back_test(demand: Demand, seed: int = 1) -> Coverage:
    """Cuts a tenth of the shelves, drawn by `seed`, to what real stockouts of similar expected demand had sold."""
    if demand.why:
        return _untold(demand.why)
    cut, on_paper = _cut(demand, np.random.default_rng(seed))
    n = len(cut.cell)
    if n < FEWEST_CELLS:
        return _untold(say("Not tested: it needs {least} shelves to cut; there are {n}.", least=FEWEST_CELLS, n=n), n)
    again = _capped(estimate(on_paper), cut)
    cells, sums = _held(again, cut)
    month = cut.cell // len(on_paper.shelves)
    told = float(again.stockouts.lost.sum())
    return Coverage(
        cells=round(100 * float(cells.mean()), 1),
        n=n,
        sums=round(100 * float(sums.mean()), 1) if len(sums) else None,
        sums_n=len(sums),
        bias=round(100 * (told / float(cut.hidden.sum()) - 1), 1) if cut.hidden.any() else None,
        first=int(month.min()),
        last=int(month.max()),
        why=None,
    )


def _untold(why: Said, n: int = 0) -> Coverage:
    return Coverage(cells=None, n=n, sums=None, sums_n=0, bias=None, first=0, last=0, why=why)


def _cut(demand: Demand, rng: np.random.Generator) -> tuple[_Cut, Ledger]:
    ledger, out = demand.ledger, demand.stockouts.cell
    mean, units = demand.expected.ravel(), ledger.units.ravel().astype(np.float64)
    there = np.flatnonzero(np.isfinite(mean))
    drawn = np.sort(rng.permutation(there)[: min(MOST_CELLS, int(SHARE * len(there)))])
    if not len(out):
        return _Cut(drawn[:0], units[:0], units[:0], units[:0]), ledger
    alike = out[np.argsort(mean[out], kind="stable")]
    near = np.searchsorted(mean[alike], mean[drawn]) + rng.integers(-NEIGHBOURS, NEIGHBOURS + 1, len(drawn))
    left = units[alike[np.clip(near, 0, len(alike) - 1)]]
    supply = units[drawn] + np.maximum(np.nan_to_num(ledger.closing.ravel()[drawn]), 0)
    emptied: Mask = (left < supply) & (left <= units[drawn])
    cell, left = drawn[emptied], left[emptied]
    sold, closing = ledger.sold.copy(), ledger.closing.copy()
    np.put(sold, cell, left)
    np.put(closing, cell, 0.0)
    return _Cut(cell, left, supply[emptied], units[cell] - left), replace(ledger, sold=sold, closing=closing)


def _capped(demand: Demand, cut: _Cut) -> Demand:
    """With the cut cells alone as stockouts, in which no shelf can sell more than it really had."""
    told = np.isfinite(demand.expected.ravel()[cut.cell])
    cell, least, most = cut.cell[told], cut.sold[told], cut.supply[told]
    mean, phi = demand.expected.ravel()[cell].astype(np.float64), demand.factors.dispersion if demand.factors else 1.5
    sales, variance = between(mean, least, most, phi)
    more = between(mean * np.exp(STEP), least, most, phi)[0]
    wider = between(mean, least, most, 1 + (phi - 1) * np.exp(STEP))[0]
    stockouts = Stockouts(cell, sales - least, variance, (more - sales) / STEP, (wider - sales) / STEP)
    return replace(demand, stockouts=stockouts)


def _held(demand: Demand, cut: _Cut) -> tuple[Mask, Mask]:
    """Whether the intervals hold: of each cell, and of each store's and product's sum."""
    out, found = demand.stockouts, Evidence.of(demand)
    hidden, shelf = cut.hidden[np.isin(cut.cell, out.cell)], out.cell % len(found.shelves)

    def held(number: Ints, groups: int, least: int) -> Mask:
        _value, low, high = lost_of(found, Parts.of(out, shelf, number), groups)
        truly = np.bincount(number, hidden, groups)
        some = (np.bincount(number, minlength=groups) > 0) & (truly >= least)
        return ((low <= truly) & (truly <= high))[some]

    sums = [held(key[shelf], n, FEWEST_SOLD) for key, n in map(found.shelves.groups, LEANED_ON)]
    return held(np.arange(len(hidden)), len(hidden), 0), np.concatenate(sums)
