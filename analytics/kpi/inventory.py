"""How much stock stood there, how fast it turned and how often it was gone.

Stock is known at month ends only; the mean over n months is (O₁ + C₁ + … + Cₙ) ÷ (n + 1). Stock at cost leaves out
products whose unit cost is not known.
"""

import numpy as np

from analytics.arrays import Array
from analytics.kpi.registry import kpi
from analytics.kpi.sales import gross_margin
from analytics.totals import Totals, ratio, where_known


@kpi(label="Inventory turnover", unit="× a year", better="up")
def inventory_turnover(t: Totals) -> Array:
    """Cost of the units sold ÷ average inventory at cost, × 12 ÷ months. Basis: cost on both sides, where it is known.

    Average inventory: first opening and all month-end closings, (O₁ + C₁ + … + Cₙ) ÷ (n + 1).
    """
    return ratio(t["cost_of_sales"], t["average_cost"]) * ratio(12 + 0 * t["months"], t["months"])


@kpi(label="Unit turnover", unit="× a year", better="up")
def unit_turnover(t: Totals) -> Array:
    """Units sold ÷ average units in stock, × 12 ÷ months. Basis: units on both sides, where no cost is known."""
    return ratio(t["units_sold"], t["average_units"]) * ratio(12 + 0 * t["months"], t["months"])


@kpi(label="Month-end stockout rate", unit="%", better="down")
def stockout_rate(t: Totals) -> Array:
    """Ranged store × product months that closed at zero ÷ all ranged store × product months.

    Ranged: from the first month with stock, a receipt or a sale until three months after the last.
    A shelf that ran empty and was filled before the month's end is not seen: this is no fill rate.
    """
    return 100 * ratio(t["stockout_months"], t["ranged_months"])


@kpi(label="Stockout rate, sales-weighted", unit="%", better="down")
def weighted_stockout_rate(t: Totals) -> Array:
    """The month-end stockout rate in which each store × product month weighs as much as it usually sells.

    Weight: net sales of that store × product per ranged month, over the whole history.
    """
    return 100 * ratio(t["stockout_weight"], t["ranged_weight"])


@kpi(label="Days of supply", unit="days")
def days_of_supply(t: Totals) -> Array:
    """Closing units ÷ mean daily units sold. Look-back for the mean: the months shown; unknown if nothing sold.

    Sales, not demand: days with an empty shelf count as they sold, so the days of supply come out too long.
    """
    return ratio(t["closing_units"] * t["days"], np.maximum(t["units_sold"], 0))


@kpi(label="Stock-to-sales", unit="months")
def stock_to_sales(t: Totals) -> Array:
    """Closing units ÷ mean monthly units sold: months of sales on hand."""
    return ratio(t["closing_units"] * t["months"], np.maximum(t["units_sold"], 0))


@kpi(label="Sell-through", unit="%", better="up")
def sell_through(t: Totals) -> Array:
    """Units sold ÷ (units sold + closing units). Over 100 % would mean more was sold than was booked in."""
    return 100 * ratio(t["units_sold"], t["units_sold"] + t["closing_units"])


@kpi(label="GMROI", unit="×", better="up")
def gmroi(t: Totals) -> Array:
    """Gross margin return on inventory: gross margin ÷ average inventory at cost, × 12 ÷ months."""
    return ratio(gross_margin(t), t["average_cost"]) * ratio(12 + 0 * t["months"], t["months"])


@kpi(label="Average inventory", unit="money")
def average_inventory(t: Totals) -> Array:
    """(O₁ + C₁ + … + Cₙ) ÷ (n + 1) at unit cost, where it is known: the first opening and every month-end closing."""
    return where_known(t["average_cost"], t["average_cost"], t["average_units"])


@kpi(label="Closing inventory", unit="money")
def closing_inventory(t: Totals) -> Array:
    """Units in stock at the end of the last month shown × unit cost, where it is known."""
    return where_known(t["closing_cost"], t["closing_cost"], t["closing_units"])


@kpi(label="Units in stock", unit="units")
def closing_units(t: Totals) -> Array:
    """Units in stock at the end of the last month shown."""
    return t["closing_units"]
