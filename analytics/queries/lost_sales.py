"""What empty shelves cost, and what stock does to sales: read from the estimates of the refresh."""

from typing import Any, Final, TypedDict

import numpy as np

from analytics.arrays import Array
from analytics.cube import Cube
from analytics.estimates import Estimates
from analytics.filters import Filters
from analytics.models.coverage import Coverage
from analytics.models.lost_sales import Lost
from analytics.models.lost_sums import lost_in
from analytics.models.stock_effect import StockEffect
from analytics.queries.change import GROUPS, By
from analytics.queries.overview import names
from analytics.queries.places import places
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


@cached_query
def lost_sales(view: View, filters: Filters) -> LostSales:
    """What the selection lost to empty shelves. Raises Lacking with the reason where nothing can be estimated."""
    found, selection = given(view.cube.fitted.estimates), view.cube.select(filters)
    lost = _lost(found, view.cube, selection, None)
    money, low, high, units, share = (
        None if np.isnan(value[0]) else round(float(value[0]), 2)
        for value in (lost.value, lost.low, lost.high, lost.units, _share(lost))
    )
    cells, stockouts, hiding, unknown = (
        int(counted[0]) for counted in (lost.cells, lost.stockouts, lost.hiding, lost.unknown)
    )
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
    lost = _lost(found, cube, selection, by)
    numbers = {
        "lost_sales": lost.value,
        "low": lost.low,
        "high": lost.high,
        "lost_units": lost.units,
        "share": _share(lost),
        "stockouts": lost.stockouts,
        "hiding": lost.hiding,
        "unknown": lost.unknown,
    }
    order = np.argsort(-np.nan_to_num(lost.value, nan=-1.0), kind="stable")
    order = order[np.isfinite(lost.value[order])]
    some = [ids[i] for i in order]
    return {"id": some, "name": names(view, by, some)} | {name: exact(v[order]) for name, v in numbers.items()}


@query
def failed_deliveries(view: View, filters: Filters) -> StockEffect:
    """What happened to sales when a delivery failed, over all that was loaded: filters would leave too few failures.

    Raises Lacking with the reason where nothing can be estimated.
    """
    return given(view.cube.fitted.estimates).effect


def _lost(found: Estimates, cube: Cube, selection: Selection, by: By | None) -> Lost:
    """Of some of a chain's stores the sums by product are not known, and made of their shelves alone."""
    at, months, evidence = places(cube, selection, by), selection.period.months, found.losses.evidence
    if by == "store" or cube.whole_chains(selection.stores):
        return lost_in(found.sums, evidence, at, months)
    return lost_in(found.sums_of(selection.stores, months, cube.chain_of), evidence, at, np.arange(1))


def _share(lost: Lost) -> Array:
    """Of the units wanted [%]."""
    return 100 * np.divide(lost.units, lost.wanted, out=np.full_like(lost.wanted, np.nan), where=lost.wanted > 0)
