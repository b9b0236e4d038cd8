"""Lost sales of any selection, from sums over shelves that are made once (`shelf_sums`).

The variance of `lost_sales`, term by term: chance and the dispersion are sums over months, kept from the first month
on, so that months in a row are a difference. What stores and products share is squared where each is an axis of the
grid. What a shelf moves alone, (w·∂lost/∂ln μ)²·Var, is no sum over months: it is kept for each run of months. Of runs
x and y with a gap between them,

    (x + y)² = x² + y² + (x + gap + y)² + gap² − (x + gap)² − (gap + y)²
"""

from collections.abc import Iterator
from itertools import combinations
from typing import Final, NamedTuple

import numpy as np

from analytics.arrays import Array, Column, Ints, runs_of, sum_by
from analytics.models.lost_sales import LEANED_ON, Evidence, Losses, Lost, common_variance, interval, over
from analytics.models.shelf_sums import Grid, GridCells, Places
from data.runs import number_of, runs_in

AS_THEY_ARE: Final = ("told", "hiding", "unknown", "stockouts", "wanted", "lost")  # see `lost_sales.Totals`
MEASURES: Final = (*AS_THEY_ARE, "money", "chance", "dispersion", "leaning")
LEANING: Final = MEASURES.index("leaning")


class GridSums(NamedTuple):
    """Sums over the shelves of each cell of a grid.

    total: (measures, months + 1, cells) of MEASURES, from the first month on: those of `Totals`, then with the weight w
    of a unit w·lost, w²·variance, w·∂lost/∂ln(φ − 1), and w·∂lost/∂ln μ as far as a shelf leans on its store and its
    product. least: (months, cells) the lowest w of a shelf that lost something, infinite where none did. alone:
    (runs, cells) what a shelf moves alone in groups that have one shelf of each product, or of each store.
    """

    total: Column
    least: Column
    alone: Column


class LostSums(NamedTuple):
    """Of both grids. own: (runs, cells by store) what a shelf moves alone in every group."""

    by_store: GridSums
    by_product: GridSums
    own: Column


def lost_sums(found: Losses, weight: Array, chain_of: Ints) -> LostSums:
    """The sums of all shelves. weight: (shelves,) of a unit, such as its price, above 0; chain_of: (stores,)."""
    evidence = found.evidence
    own, leaning = weight**2 / (evidence.strength + evidence.information), weight * evidence.leaning
    with_store, with_product = (own + leaning**2 * variance[key] for key, variance in evidence.common)
    by_store, by_product = Grid.by_store(evidence.shelves), Grid.by_product(evidence.shelves, chain_of)
    return LostSums(
        _of_grid(found, by_store, weight, leaning, with_product),  # a store has one shelf of each product
        _of_grid(found, by_product, weight, leaning, with_store),
        _squares(found.totals.by_mean, by_store, own),
    )


def _of_grid(found: Losses, grid: Grid, weight: Array, leaning: Array, alone: Array) -> GridSums:
    totals = found.totals
    weighted = (
        (totals.lost, weight),
        (totals.variance, weight**2),
        (totals.by_dispersion, weight),
        (totals.by_mean, leaning),
    )
    total = [*(grid.sums(getattr(totals, name)) for name in AS_THEY_ARE), *(grid.sums(a, w) for a, w in weighted)]
    least = [grid.least(np.where(after > before, weight, np.inf)) for before, after in _pairs(totals.lost)]
    return GridSums(np.array(total), np.array(least), _squares(totals.by_mean, grid, alone))


def _pairs(total: Column) -> Iterator[tuple[Column, Column]]:
    return zip(total[:-1], total[1:], strict=True)


def _squares(total: Column, grid: Grid, weight: Array) -> Column:
    """Σ weight·(what a shelf adds up to over a run)² by cell, (runs, cells), in single precision: there are many."""
    months = len(total) - 1
    order = np.argsort(grid.cell, kind="stable")
    cells, first = np.unique(grid.cell[order], return_index=True)
    total, weight = total[:, order], weight[order]
    found = np.zeros((runs_in(months), grid.cells), dtype=np.float32)
    for start in range(months):
        for stop in range(start + 1, months + 1):
            square = weight * np.square(total[stop] - total[start], dtype=np.float64)
            found[number_of(start, stop - 1, months), cells] = np.add.reduceat(square, first)
    return found


def lost_in(sums: LostSums, evidence: Evidence, places: Places, months: Ints) -> Lost:
    """Lost sales by group, over some months, rising."""
    both = zip(
        LEANED_ON,
        (sums.by_store, sums.by_product),
        (places.by_store, places.by_product),
        (evidence.store, evidence.product),
        strict=True,
    )
    at = [(kind, grid, cells, variance) for kind, grid, cells, variance in both if cells]
    _, grid, cells, _ = at[0]
    told = {
        name: sum_by(cells.group, over(total, months, cells.cell), places.groups)
        for name, total in zip(MEASURES[:LEANING], grid.total[:LEANING], strict=True)
    }
    alone = _of_runs(sums.own if len(at) > 1 else grid.alone, months, len(grid.least))[cells.cell]
    variance = told["chance"] + sum_by(cells.group, alone, places.groups)
    variance += (told["dispersion"] * evidence.dispersion_spread) ** 2
    for kind, each, here, of_key in at:
        moves = over(each.total[LEANING], months, here.cell)
        variance += common_variance(here.group, places.groups, here.keys[kind], moves, of_key)
    low, high = interval(told["money"], variance, _step(grid, cells, places.groups, months))
    some = told["told"] > 0
    value, low, high, lost = (np.where(some, a, np.nan) for a in (told["money"], low, high, told["lost"]))
    counted = (told[name].astype(np.int64) for name in ("told", "stockouts", "hiding", "unknown"))
    return Lost(value, low, high, lost, told["wanted"], *counted)


def monthly(sums: LostSums, places: Places, measure: str) -> Array:
    """One of MEASURES of a selection in one, by month."""
    assert places.by_store
    total: Array = sums.by_store.total[MEASURES.index(measure)][:, places.by_store.cell].sum(axis=1)
    return np.diff(total)


def _of_runs(squares: Column, months: Ints, of: int) -> Array:
    """The squares of some months together, (cells,), out of those of each run. of: months in all."""
    runs = [(first, last + 1) for first, last in runs_of(months)]
    found = np.zeros(squares.shape[-1])

    def add(start: int, stop: int, sign: float = 1.0) -> None:
        if start < stop:
            found[:] += sign * squares[number_of(start, stop - 1, of)]

    for start, stop in runs:
        add(start, stop)
    for (first, until), (after, last) in combinations(runs, 2):
        add(first, last)
        add(until, after)
        add(first, after, -1.0)
        add(until, last, -1.0)
    return np.maximum(found, 0.0)


def _step(grid: GridSums, cells: GridCells, groups: int, months: Ints) -> Array:
    """The least weight of a unit that each group lost: losses come in steps of it."""
    least = np.full(groups, np.inf)
    np.minimum.at(least, cells.group, grid.least[months].min(axis=0, initial=np.inf)[cells.cell])
    return np.where(np.isfinite(least), least, 1.0)
