"""What a version tells beyond its facts: demand, what empty shelves lost, and what stock does to sales.

Fitted once, in the refresh. Requests read the numbers, mapped into memory: arrays `estimates.<name>.npy` beside those
of the facts, and `estimates.json`.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np
import numpy.typing as npt

from analytics.arrays import Array, Column, Ints, sum_by
from analytics.models.censored import line_dispersion
from analytics.models.coverage import Coverage, back_test
from analytics.models.demand import Demand, estimate, judged
from analytics.models.ledger import YEAR, Assortment, Ledger
from analytics.models.lost_sales import Evidence, Losses, Totals, losses
from analytics.models.lost_sums import GridSums, LostSums, lost_sums
from analytics.models.stock_effect import StockEffect, stock_effect
from analytics.published import ArrayOf, Published, facts
from data.said import Progress, Said, say
from data.version import Version

PUBLISHED: Final = Published(
    "estimates", say("No estimate: these data were loaded by an earlier release. Load them again."), edition=3
)
LINES: Final = "SELECT quantity::DOUBLE, supply::DOUBLE, lines::DOUBLE FROM marts.line_sizes ORDER BY ALL"
GRIDS: Final = LostSums._fields[:2]
LEAST_PRICE: Final = 0.01  # where neither a sale nor a list tells one


@dataclass(frozen=True, slots=True)
class Estimates:
    """What the models found.

    price: (shelves,) net price of a unit. sums: of lost money at these prices.
    """

    shelves: Assortment
    price: Column
    losses: Losses
    sums: LostSums
    effect: StockEffect
    coverage: Coverage

    @classmethod
    def of(cls, version: Version) -> "Estimates | Said":
        """The estimates of a version, or why it has none."""
        taken = PUBLISHED.take(version)
        return cls._read(*taken) if isinstance(taken, tuple) else taken

    @classmethod
    def _read(cls, array: ArrayOf, found: dict[str, Any]) -> "Estimates":
        shelves = Assortment(array("store"), array("product"), found["stores"], array("category"))
        sums = {grid: GridSums(*(array(f"{grid}.{name}") for name in GridSums._fields)) for grid in GRIDS}
        return cls(
            shelves=shelves,
            price=array("price"),
            losses=Losses(
                Evidence(
                    *(shelves, array("information"), array("store_variance"), array("product_variance")),
                    *(found["strength"], found["dispersion_spread"]),
                ),
                Totals(*(array(name) for name in Totals._fields)),
            ),
            sums=LostSums(**sums, own=array("own")),
            effect=found["effect"],
            coverage=found["coverage"],
        )

    def sums_of(self, stores: Ints, months: Ints, chain_of: Ints) -> LostSums:
        """Those of some stores' shelves, and some months as if they were one. chain_of: (stores,)."""
        chosen = self.shelves.of_stores(stores)
        return lost_sums(self.losses.within(months, chosen), self.price[chosen], chain_of)


def fit(con: duckdb.DuckDBPyConnection, path: Path, received: bool, progress: Progress) -> Demand:
    """Fits the models to the arrays of a version that is being built in `path`, and lays the estimates beside them.

    Returns the demand, for what else rests on it.
    con: its database with the marts. received: whether the files tell what was received.
    """
    progress(say("demand and lost sales"))
    array = facts(path)
    ledger = ledger_of(array, received, _dispersion(con))
    demand = estimate(ledger)
    found = losses(demand)
    arrays = {} if demand.why else _arrays(found, array)
    rest = {
        "stores": ledger.shelves.stores,
        "strength": found.evidence.strength,
        "dispersion_spread": found.evidence.dispersion_spread,
        "effect": stock_effect(demand),
        "coverage": back_test(judged(demand)),
    }
    PUBLISHED.lay(path, arrays, rest, demand.why)
    return demand


def ledger_of(array: ArrayOf, received: bool, dispersion: float | None) -> Ledger:
    """The stock ledger of a version's cells, NaN where the files have no row. array: its arrays by name.

    Without any row there is nothing to estimate, and no shelf in it.
    """
    stocked = array("cells.ledger_rows") > 0
    cells = slice(None) if stocked.any() else slice(0)
    shelves, shelf = shelves_of(array, cells)
    place = (array("cells.month_idx")[cells], shelf)
    shape = (len(array("months")), len(shelves))

    def dense(name: str, known: Column | bool = True) -> Column:
        values = np.full(shape, np.nan, dtype=np.float32)
        values[place] = np.where(known, array(f"cells.{name}"), np.nan)[cells]
        return values

    return Ledger(
        shelves=shelves,
        opening=dense("opening_units", stocked),
        received=dense("received_units", stocked) if received else None,
        sold=dense("units_sold"),
        closing=dense("closing_units", stocked),
        ranged=np.nan_to_num(dense("ranged_months")) > 0,
        first_month=int(array("months").astype("datetime64[M]")[0].astype(np.int64)) % YEAR,
        dispersion=dispersion,
    )


def shelves_of(array: ArrayOf, cells: slice = slice(None)) -> tuple[Assortment, Ints]:
    """The shelves of some cells, and the number of each cell's shelf."""
    stores, category = len(array("stores.store_id")), np.asarray(array("products.category_idx"), dtype=np.int64)
    pair = array("cells.store_idx")[cells].astype(np.int64) * len(category) + array("cells.product_idx")[cells]
    there = np.bincount(pair, minlength=stores * len(category)) > 0
    store, product = np.divmod(np.flatnonzero(there), max(len(category), 1))
    return Assortment(store, product, stores, category), (np.cumsum(there) - 1)[pair]


def by_shelf(array: ArrayOf, name: str, shelf: Ints, dtype: npt.DTypeLike) -> Column:
    """A column of cells by month and shelf, 0 where there is no cell. shelf: the number of each cell's."""
    values: Column = np.zeros((len(array("months")), int(shelf.max(initial=-1)) + 1), dtype)
    values[array("cells.month_idx"), shelf] = array(f"cells.{name}")
    return values


def prices(array: ArrayOf, shelves: Assortment) -> Array:
    """Net price of a unit, (shelves,) [currency]: what was paid there, elsewhere, or what the list says."""
    stores, products = len(array("stores.store_id")), len(array("products.product_id"))
    pair = array("cells.store_idx").astype(np.int64) * products + array("cells.product_idx")
    money, units = (
        sum_by(pair, array(f"cells.{name}"), stores * products).reshape(stores, products)
        for name in ("net_sales_cents", "units_sold")
    )
    paid, everywhere = _price(money, units), _price(money.sum(axis=0), units.sum(axis=0))
    listed = np.nan_to_num(np.asarray(array("products.unit_price"), dtype=np.float64))
    price: Array = np.maximum(np.where(paid > 0, paid, np.where(everywhere > 0, everywhere, listed)), LEAST_PRICE)
    return price[shelves.store, shelves.product]


def _dispersion(con: duckdb.DuckDBPyConnection) -> float | None:
    found = con.execute(LINES).fetchnumpy()
    quantity, supply, lines = (np.ma.asarray(values).filled(np.nan) for values in found.values())
    return line_dispersion(quantity, supply, lines)


def _price(cents: Array, units: Array) -> Array:
    return np.divide(cents / 100, units, out=np.zeros_like(cents), where=units > 0)


def _arrays(found: Losses, array: ArrayOf) -> dict[str, Column]:
    shelves = found.evidence.shelves
    price = prices(array, shelves)
    sums = lost_sums(found, price, np.asarray(array("stores.chain_idx"), dtype=np.int64))
    return {
        "price": price,
        "store": shelves.store.astype(np.int32),
        "product": shelves.product.astype(np.int32),
        "category": shelves.category,
        "information": found.evidence.information,
        "store_variance": found.evidence.store,
        "product_variance": found.evidence.product,
        **found.totals._asdict(),
        **{f"{grid}.{name}": part for grid in GRIDS for name, part in getattr(sums, grid)._asdict().items()},
        "own": sums.own,
    }
