"""The only door for `dashapp`: (view, filters) → small JSON-shaped answers. Rights narrow the filters first."""

from analytics.queries.customers import (
    cohorts,
    customer_rows,
    customers_by_quarter,
    loyalty_tiers,
    rfm_segments,
    spend_spread,
)
from analytics.queries.forecasts import HORIZONS, outlook, outlooks
from analytics.queries.overview import Card, Choices, cards, choices, headline, kpi_by, kpi_over_time
from analytics.queries.products import TARGET_DAYS, class_grid, excess_stock, product_rows, top_seller_gaps
from analytics.queries.stores import stock_and_sales, stockout_heat_map, store_table
from analytics.queries.view import View

__all__ = [
    "HORIZONS",
    "TARGET_DAYS",
    "Card",
    "Choices",
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
