"""What the Stores tab asks."""

from typing import Any, Final, TypedDict

import numpy as np

from analytics.arrays import mask
from analytics.filters import Filters
from analytics.kpi import KPIS
from analytics.models.association import Association, associate
from analytics.queries import personal
from analytics.queries.overview import names
from analytics.queries.view import View, cached_query, given, plain, query, require
from analytics.table import Field, Listed, ordered
from analytics.totals import ratio

MOST_CELLS: Final = 60_000  # of a correlation, ranged or not: more make its interval hardly narrower
ROWS_SHOWN: Final = 20  # of a heat map: more rows than this are not readable
TABLE_KPIS: Final = (
    "net_sales",
    "gross_margin_rate",
    "orders",
    "average_basket",
    "inventory_turnover",
    "stockout_rate",
    "days_of_supply",
    "gmroi",
    "active_customers",
    "discount_rate",
)
PLACES: Final = (
    Field("store_name", "Store", link="/stores/{store_id}"),
    Field("store_id", "Store id", hidden=True),
    Field("chain", "Chain", link="?chain={chain}"),
    Field("city", "City"),
)


class HeatMap(TypedDict):
    """Values [row, column]; `left_out` rows are not shown."""

    ids: list[str]
    rows: list[str]
    columns: list[str]
    values: list[list[float | None]]
    left_out: int


@query
def store_table(view: View, filters: Filters) -> Listed:
    """One row a store, largest net sales first: names, chain, city and those of TABLE_KPIS that the data can give."""
    cube = view.cube
    selection = cube.select(filters)
    totals = personal.totals(view, selection, ("store",))
    kpis = [i for i in TABLE_KPIS if not KPIS[i].missing(cube.has)]
    columns: dict[str, Any] = {
        "store_id": cube.store_ids[selection.stores],
        "store_name": cube.column("stores.store_name")[selection.stores],
        "chain": cube.chains[cube.chain_of[selection.stores]],
        "city": cube.column("stores.city")[selection.stores],
        **{i: KPIS[i].formula(totals) for i in kpis},
    }
    shown = [field for field in PLACES if field.name == "store_id" or cube.has(f"stores.{field.name}")]
    order = ordered(columns["net_sales"], descending=True)
    return Listed((*shown, *map(Field.of_kpi, kpis)), {name: values[order] for name, values in columns.items()})


@cached_query
def stockout_heat_map(view: View, filters: Filters, most: int | None = ROWS_SHOWN) -> HeatMap:
    """Month-end stockout rate [%] by store × month, worst store first: the `most` worst, or all."""
    require(view, "stockout_rate")
    cube = view.cube
    selection = cube.select(filters, ("store", "month"))
    totals = cube.totals_of(selection, ("store", "month"))
    values = KPIS["stockout_rate"].formula(totals)
    overall = ratio(totals["stockout_months"].sum(axis=1), totals["ranged_months"].sum(axis=1))
    order = np.argsort(np.where(np.isnan(overall), np.inf, -overall), kind="stable")[:most]
    stores = cube.labels("store", selection)
    return HeatMap(
        ids=[stores[i] for i in order],
        rows=names(view, "store", [stores[i] for i in order]),
        columns=cube.labels("month", selection),
        values=plain(values[order]),
        left_out=len(stores) - len(order),
    )


@cached_query
def stock_and_sales(view: View, filters: Filters) -> Association:
    """How stock at the start of a month and units sold in it go together, over ranged store × product months.

    Not opening + received: that equals closing + sold + shrink, so it holds the sales that it is compared with. Of very
    many, store × products are drawn by lot, the same ones for the same selection.
    """
    require(view, "stockout_rate")
    cube, found = view.cube, given(view.cube.fitted.panel)
    selection = cube.select(filters)
    months, products = selection.period.months, cube.products_of(selection)
    stores_there, products_there = mask(len(cube.store_ids), selection.stores), mask(len(cube.category_of), products)
    shelf, drawn = found.draw(stores_there, products_there, MOST_CELLS // max(len(months), 1))
    cells = np.ix_(months, shelf)
    time, series = np.nonzero(found.ranged[cells])
    opening, sold = (values[cells][time, series].astype(np.float64) for values in (found.opening, found.sold))
    return associate(opening, sold, series, time, drawn=drawn)
