"""The only door for `dashapp`: (view, filters) → small JSON-shaped answers. Rights narrow the filters first."""

from analytics.queries.customers import (
    Cohorts,
    Groups,
    Quarters,
    Spread,
    cohorts,
    customer_rows,
    customers_by_quarter,
    loyalty_tiers,
    rfm_segments,
    spend_spread,
)
from analytics.queries.forecasts import HORIZONS, Outlook, outlook, outlooks
from analytics.queries.overview import (
    Bars,
    Card,
    Choices,
    Lines,
    cards,
    choices,
    headline,
    kpi_by,
    kpi_over_time,
    lacking,
)
from analytics.queries.products import TABLE_KPIS as PRODUCT_TABLE_KPIS
from analytics.queries.products import (
    TARGET_DAYS,
    ClassGrid,
    Excess,
    Gaps,
    class_grid,
    excess_stock,
    product_rows,
    top_seller_gaps,
)
from analytics.queries.stores import TABLE_KPIS as STORE_TABLE_KPIS
from analytics.queries.stores import HeatMap, stock_and_sales, stockout_heat_map, store_table
from analytics.queries.view import View

__all__ = [
    "PRODUCT_TABLE_KPIS",
    "STORE_TABLE_KPIS",
    "HORIZONS",
    "TARGET_DAYS",
    "Bars",
    "Card",
    "Choices",
    "ClassGrid",
    "Cohorts",
    "Excess",
    "Gaps",
    "Groups",
    "HeatMap",
    "Lines",
    "Outlook",
    "Quarters",
    "Spread",
    "View",
    "cards",
    "choices",
    "class_grid",
    "cohorts",
    "customer_rows",
    "customers_by_quarter",
    "excess_stock",
    "headline",
    "kpi_by",
    "kpi_over_time",
    "lacking",
    "loyalty_tiers",
    "outlook",
    "outlooks",
    "product_rows",
    "rfm_segments",
    "spend_spread",
    "stock_and_sales",
    "stockout_heat_map",
    "store_table",
    "top_seller_gaps",
]
