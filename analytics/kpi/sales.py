"""What was sold, for how much and at what margin."""

from analytics.arrays import Array
from analytics.kpi.registry import kpi
from analytics.totals import Totals, ratio, where_known


@kpi(label="Net sales", unit="money", better="up")
def net_sales(t: Totals) -> Array:
    """Quantity × unit price − discount, summed over all lines; returns count negative."""
    return t["net_sales"]


@kpi(label="Gross margin", unit="money", better="up")
def gross_margin(t: Totals) -> Array:
    """Net sales − units sold × unit cost, over the products whose unit cost is known."""
    return where_known(t["costed_sales"] - t["cost_of_sales"], t["costed_sales"], t["net_sales"])


@kpi(label="Gross margin rate", unit="%", better="up")
def gross_margin_rate(t: Totals) -> Array:
    """(Net sales − units sold × unit cost) ÷ net sales, over the products whose unit cost is known."""
    return 100 * ratio(t["costed_sales"] - t["cost_of_sales"], t["costed_sales"])


@kpi(label="Orders", unit="count", better="up")
def orders(t: Totals) -> Array:
    """Receipts with at least one unit sold; a receipt with returns only is no order."""
    return t["orders"]


@kpi(label="Average basket", unit="price", better="up")
def average_basket(t: Totals) -> Array:
    """Net sales ÷ orders."""
    return ratio(t["net_sales"], t["orders"])


@kpi(label="Units sold", unit="units", better="up")
def units_sold(t: Totals) -> Array:
    """Units sold − units returned."""
    return t["units_sold"]


@kpi(label="Units per order", unit="units", better="up")
def units_per_order(t: Totals) -> Array:
    """(Units sold − units returned) ÷ orders."""
    return ratio(t["units_sold"], t["orders"])


@kpi(label="Average price paid", unit="price")
def average_price(t: Totals) -> Array:
    """Net sales ÷ units sold."""
    return ratio(t["net_sales"], t["units_sold"])


@kpi(label="Discount rate", unit="%")
def discount_rate(t: Totals) -> Array:
    """Discount money ÷ gross sales (quantity × unit price). It says what was given, not what it brought."""
    return 100 * ratio(t["discount"], t["gross_sales"])


@kpi(label="Lines with a discount", unit="%")
def discounted_lines_rate(t: Totals) -> Array:
    """Sold lines with a discount ÷ all sold lines."""
    return 100 * ratio(t["discounted_lines"], t["sold_lines"])


@kpi(label="Return rate", unit="%", better="down")
def return_rate(t: Totals) -> Array:
    """Units returned ÷ units that left the store (units sold before returns)."""
    return 100 * ratio(t["returned_units"], t["units_sold"] + t["returned_units"])
