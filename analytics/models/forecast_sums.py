"""The forecast of demand of any selection, from sums over shelves that are made once (`shelf_sums`)."""

from typing import Final, Literal, NamedTuple

import numpy as np

from analytics.arrays import Array, Column, Ints, sum_by
from analytics.models.forecast_errors import KINDS
from analytics.models.ledger import Assortment
from analytics.models.lost_sales import common_variance
from analytics.models.shelf_sums import Grid, GridCells, Places

Worth = Literal["units", "money"]
WORTHS: Final[tuple[Worth, ...]] = ("units", "money")
ALL_AHEAD: Final = -1  # span of all months ahead together


class GridForecast(NamedTuple):
    """Sums over the shelves of each cell of a grid.

    wanted, chance, squares: (worths, spans, cells) Σ w·mean, its variance by chance, and Σ (w·mean)², w the price of a
    unit or 1; spans are each month ahead and, last, all of them. told, thin: (cells,) shelves with a number, without.
    """

    wanted: Column
    chance: Column
    squares: Column
    told: Column
    thin: Column


class ForecastSums(NamedTuple):
    """All that the forecast of a selection takes."""

    by_store: GridForecast
    by_product: GridForecast

    def at(self, places: Places) -> list[tuple[GridForecast, GridCells]]:
        """Each grid that can tell the groups apart, with its cells."""
        both = ((self.by_store, places.by_store), (self.by_product, places.by_product))
        return [(grid, cells) for grid, cells in both if cells]


class Ahead(NamedTuple):
    """What is summed up. mean: (months ahead, shelves) units, NaN without a number; the others: (shelves,)."""

    shelves: Assortment
    mean: Column
    thin: Column
    price: Column
    dispersion: Array

    def only(self, chosen: Ints) -> "Ahead":
        """Of some shelves."""
        return Ahead(self.shelves.only(chosen), *(values[..., chosen] for values in self[1:]))

    def sums(self, chain_of: Ints) -> ForecastSums:
        """Summed up. chain_of: (stores,)."""
        grids = Grid.by_store(self.shelves), Grid.by_product(self.shelves, chain_of)
        return ForecastSums(*map(self._of_grid, grids))

    def _of_grid(self, grid: Grid) -> GridForecast:
        months = np.nan_to_num(np.asarray(self.mean, dtype=np.float64))
        spans = np.concatenate((months, months.sum(axis=0, keepdims=True)))
        weights = (np.ones(len(self.shelves)), np.asarray(self.price))
        return GridForecast(
            wanted=np.array([grid.sums(spans, w) for w in weights]),
            chance=np.array([grid.sums(spans, w**2 * self.dispersion) for w in weights]),
            squares=np.array([grid.sums(spans**2, w**2) for w in weights]),
            told=grid.sums(np.isfinite(self.mean[:1]))[0],
            thin=grid.sums(self.thin[None])[0],
        )


def mean_in(sums: ForecastSums, places: Places, worth: Worth, span: int) -> Array:
    """What is wanted by group, in units or money."""
    grid, cells = sums.at(places)[0]
    return sum_by(cells.group, grid.wanted[WORTHS.index(worth), span][cells.cell], places.groups)


def variance_in(sums: ForecastSums, places: Places, worth: Worth, span: int, shared: Array) -> Array:
    """Variance of `mean_in`, see `forecast_errors.variance_of`. shared: σ² by kind.

    A kind that no grid tells apart is one of which each shelf of a group has its own.
    """
    at, w = sums.at(places), WORTHS.index(worth)
    grid, cells = at[0]
    total = sum_by(cells.group, grid.chance[w, span][cells.cell], places.groups)
    for kind, variance in zip(KINDS, shared, strict=True):
        if not variance:
            continue
        grid, cells = next((both for both in at if kind in both[1].keys), at[0])
        if kind in cells.keys:
            moved, key = grid.wanted[w, span][cells.cell], cells.keys[kind]
            total += common_variance(
                cells.group, places.groups, key, moved, np.full(int(key.max(initial=0)) + 1, variance)
            )
        else:
            total += variance * sum_by(cells.group, grid.squares[w, span][cells.cell], places.groups)
    return total


def counted_in(sums: ForecastSums, places: Places) -> tuple[Ints, Ints]:
    """Shelves with a number and without one, by group."""
    grid, cells = sums.at(places)[0]
    told, thin = (sum_by(cells.group, a[cells.cell], places.groups).astype(np.int64) for a in (grid.told, grid.thin))
    return told, thin
