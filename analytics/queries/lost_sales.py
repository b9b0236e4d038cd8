"""What empty shelves cost, and what stock does to sales: read from the estimates of the refresh."""

from dataclasses import dataclass
from typing import Any, Final, TypedDict

import numpy as np

from analytics.arrays import Array, Column, Ints, sum_by
from analytics.cube import Cube
from analytics.estimates import Estimates
from analytics.filters import Filters
from analytics.models.coverage import Coverage
from analytics.models.lost_sales import Lost, lost_by, over
from analytics.models.stock_effect import StockEffect
from analytics.queries.change import GROUPS, By
from analytics.queries.overview import names
from analytics.queries.view import View, cached_query, exact, given, query
from analytics.selection import Selection
from analytics.table import Field, Listed

ABOUT_LOST: Final = (
    "Estimated units that an empty shelf did not sell, at the net price usually paid; 80 % from low to high."
)
ABOUT_SHARE: Final = "Units lost ÷ units wanted, over the months with an estimate."
FIELDS: Final = (
    Field("lost_sales", "Lost sales", "money", about=ABOUT_LOST),
    Field("low", "Low (80 %)", "money"),
    Field("high", "High (80 %)", "money"),
    Field("lost_units", "Lost units", "units", about="Estimated units wanted and not sold; see lost sales."),
    Field("share", "Share of demand lost", "%", about=ABOUT_SHARE),
    Field("stockouts", "Stockout months", "count", about="Store × product months that closed at zero."),
    Field("hiding", "May hide more", "count", about="Store × product months that may have stood empty unseen."),
    Field("unknown", "Without estimate", "count", about="Ranged store × product months whose history is too thin."),
)


class LostSales(TypedDict):
    """Lost units and money [currency] of a selection, each with its 80 % interval; None where no cell has a number.

    share: of the units wanted [%]. cells: store × product months with a number; stockouts: of them, closed at zero;
    hiding: of them, those that may hide more, so that losses are "at least" this; unknown: ranged ones without any.
    coverage: how often the intervals held in the back-test.
    """

    units: float | None
    money: float | None
    low: float | None
    high: float | None
    share: float | None
    cells: int
    stockouts: int
    hiding: int
    unknown: int
    coverage: Coverage


@dataclass(frozen=True, slots=True)
class _Sums:
    """Losses by group, and the units lost and wanted."""

    money: Lost
    units: Array
    wanted: Array

    @property
    def share(self) -> Array:
        """Of the units wanted [%]."""
        return 100 * np.divide(self.units, self.wanted, out=np.full_like(self.wanted, np.nan), where=self.wanted > 0)


@cached_query
def lost_sales(view: View, filters: Filters) -> LostSales:
    """What the selection lost to empty shelves. Raises Lacking with the reason where nothing can be estimated."""
    found, selection = given(view.cube.fitted.estimates), view.cube.select(filters)
    sums = _sums(found, view.cube, selection, None, 1)
    money, low, high, units, share = (
        None if np.isnan(value[0]) else round(float(value[0]), 2) for value in (*sums.money[:3], sums.units, sums.share)
    )
    cells, stockouts, hiding, unknown = (int(counted[0]) for counted in sums.money[3:])
    return LostSales(
        units=units,
        money=money,
        low=low,
        high=high,
        share=share,
        cells=cells,
        stockouts=stockouts,
        hiding=hiding,
        unknown=unknown,
        coverage=found.coverage,
    )


@query
def lost_sales_by(view: View, filters: Filters, by: By) -> Listed:
    """The same for each store, chain, category or product with a number, largest loss first.

    Columns: id, name and those of FIELDS. The losses add up to the selection's, their intervals do not: errors of
    stores and products partly cancel. Raises Lacking like `lost_sales`.
    """
    return Listed.of((*GROUPS[by], *FIELDS), _columns(view, filters, by))


@cached_query
def _columns(view: View, filters: Filters, by: By) -> dict[str, list[Any]]:
    cube, found = view.cube, given(view.cube.fitted.estimates)
    selection = cube.select(filters)
    ids = cube.labels(by, selection)
    sums = _sums(found, cube, selection, by, len(ids))
    numbers = {
        "lost_sales": sums.money.value,
        "low": sums.money.low,
        "high": sums.money.high,
        "lost_units": sums.units,
        "share": sums.share,
        "stockouts": sums.money.stockouts,
        "hiding": sums.money.hiding,
        "unknown": sums.money.unknown,
    }
    order = np.argsort(-np.nan_to_num(sums.money.value, nan=-1.0), kind="stable")
    order = order[np.isfinite(sums.money.value[order])]
    some = [ids[i] for i in order]
    return {"id": some, "name": names(view, by, some)} | {name: exact(v[order]) for name, v in numbers.items()}


@query
def failed_deliveries(view: View, filters: Filters) -> StockEffect:
    """What happened to sales when a delivery failed, over all that was loaded: filters would leave too few failures.

    Raises Lacking with the reason where nothing can be estimated.
    """
    return given(view.cube.fitted.estimates).effect


def _sums(found: Estimates, cube: Cube, selection: Selection, by: By | None, groups: int) -> _Sums:
    months, group = selection.period.months, placed(cube, selection, by, found.shelves.store, found.shelves.product)
    money = lost_by(found.losses, group, groups, np.asarray(found.price), months)
    inside, totals = np.flatnonzero(group >= 0), found.losses.totals
    units, wanted = (sum_by(group[inside], over(a, months, inside), groups) for a in (totals.lost, totals.wanted))
    return _Sums(money, np.where(money.cells == 0, np.nan, units), wanted)


def placed(cube: Cube, selection: Selection, by: By | None, store: Column, product: Column) -> Ints:
    """The group of each store × product in the order of the selection's labels, −1 outside; of broadcasting shapes."""
    stores, products = len(cube.store_ids), len(cube.category_of)
    chosen_products = cube.products_of(selection)
    store_group, product_group = np.full(stores, -1), np.full(products, -1)
    store_group[selection.stores], product_group[chosen_products] = 0, 0
    if by == "store":
        store_group[selection.stores] = np.arange(len(selection.stores))
    elif by == "chain":
        chains = cube.chain_of[selection.stores]
        store_group[selection.stores] = np.unique(chains, return_inverse=True)[1]
    elif by == "product":
        product_group[chosen_products] = np.arange(len(chosen_products))
    elif by == "category":
        product_group[chosen_products] = np.searchsorted(selection.categories, cube.category_of[chosen_products])
    of_store, of_product = store_group[store], product_group[product]
    return np.where((of_store >= 0) & (of_product >= 0), of_store + of_product, -1)
