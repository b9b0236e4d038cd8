"""What the Stores tab asks."""

from typing import Any, TypedDict

import numpy as np

from analytics.filters import Filters
from analytics.kpi import KPIS
from analytics.models.association import Association, associate
from analytics.queries.overview import names
from analytics.queries.view import View, cached_query, plain, require
from analytics.totals import ratio

ROWS_SHOWN = 20  # of a heat map: more rows than this are not readable
TABLE_KPIS = (
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


class HeatMap(TypedDict):
    """Values [row, column]; `left_out` rows are not shown."""

    rows: list[str]
    columns: list[str]
    values: list[list[float | None]]
    left_out: int


@cached_query
def store_table(view: View, filters: Filters) -> list[dict[str, Any]]:
    """One row a store, largest net sales first: id, name, chain, city and TABLE_KPIS (None where unknown)."""
    cube = view.cube
    selection = cube.select(filters)
    totals = cube.totals_of(selection, ("store",))
    columns: dict[str, list[Any]] = {"store_id": cube.labels("store", selection)}
    for field in ("store_name", "city"):
        columns[field] = [str(v) for v in cube.column(f"stores.{field}")[selection.stores]]
    columns["chain"] = [str(c) for c in cube.chains[cube.chain_of[selection.stores]]]
    for kpi_id in TABLE_KPIS:
        kpi = KPIS[kpi_id]
        unavailable = kpi.missing(cube.has)
        columns[kpi_id] = [None] * len(selection.stores) if unavailable else plain(kpi.formula(totals))
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    return sorted(rows, key=lambda row: -(row["net_sales"] or 0))


@cached_query
def stockout_heat_map(view: View, filters: Filters) -> HeatMap:
    """Month-end stockout rate [%] by store × month, worst store first."""
    require(view, "stockout_rate")
    cube = view.cube
    selection = cube.select(filters, ("store", "month"))
    totals = cube.totals_of(selection, ("store", "month"))
    values = KPIS["stockout_rate"].formula(totals)
    overall = ratio(totals["stockout_months"].sum(axis=1), totals["ranged_months"].sum(axis=1))
    order = np.argsort(np.where(np.isnan(overall), np.inf, -overall), kind="stable")[:ROWS_SHOWN]
    stores = cube.labels("store", selection)
    return HeatMap(
        rows=names(view, "store", [stores[i] for i in order]),
        columns=cube.labels("month", selection),
        values=plain(values[order]),
        left_out=len(stores) - len(order),
    )


@cached_query
def stock_and_sales(view: View, filters: Filters) -> Association:
    """How stock at the start of a month and units sold in it go together, over ranged store × product months.

    Not opening + received: that equals closing + sold + shrink, so it holds the sales that it is compared with.
    """
    require(view, "stockout_rate")
    cube = view.cube
    selection = cube.select(filters)
    rows = cube.cell_rows(selection.stores, selection.period.months)
    chosen = np.isin(cube.category_of, selection.categories)[cube.cell("product_idx", rows)]
    rows = rows[chosen & (cube.cell("ranged_months", rows) > 0)]
    series = cube.cell("store_idx", rows).astype(np.int64) * len(cube.category_of) + cube.cell("product_idx", rows)
    return associate(
        cube.cell("opening_units", rows).astype(np.float64),
        cube.cell("units_sold", rows).astype(np.float64),
        series,
        cube.cell("month_idx", rows).astype(np.int64),
    )
