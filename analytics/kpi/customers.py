"""Who buys, who comes back and who stays away. Customers are those known by an id; guests are counted apart."""

from analytics.arrays import Array
from analytics.kpi.registry import kpi
from analytics.totals import Totals, ratio


@kpi(label="Active customers", unit="count", better="up")
def active_customers(t: Totals) -> Array:
    """Known customers with at least one order in the period."""
    return t["buyers"]


@kpi(label="New customers", unit="count")
def new_customers(t: Totals) -> Array:
    """Customers whose first order in the stores and categories shown is in the period. At first, all are new."""
    return t["new_buyers"]


@kpi(label="Repeat-customer rate", unit="%", better="up")
def repeat_rate(t: Totals) -> Array:
    """Customers with two orders or more in the period ÷ active customers. A longer period gives a higher rate."""
    return 100 * ratio(t["repeat_buyers"], t["buyers"])


@kpi(label="Retention", unit="%", better="up")
def retention(t: Totals) -> Array:
    """Customers of the period before, as long as this one, who bought again ÷ all customers of that period."""
    return 100 * ratio(t["retained"], t["at_risk"])


@kpi(label="Churn", unit="%", better="down")
def churn(t: Totals) -> Array:
    """1 − retention: customers of the period before, as long as this one, who did not buy. Some will return."""
    return 100 * ratio(t["at_risk"] - t["retained"], t["at_risk"])


@kpi(label="Spend per customer", unit="price", better="up")
def spend_per_customer(t: Totals) -> Array:
    """Net sales to known customers ÷ active customers."""
    return ratio(t["member_sales"], t["buyers"])


@kpi(label="Orders per customer", unit="count", better="up")
def orders_per_customer(t: Totals) -> Array:
    """Orders of known customers ÷ active customers."""
    return ratio(t["orders"] - t["guest_orders"], t["buyers"])


@kpi(label="Guest orders", unit="%")
def guest_share(t: Totals) -> Array:
    """Orders without a customer id ÷ all orders."""
    return 100 * ratio(t["guest_orders"], t["orders"])
