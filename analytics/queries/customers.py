"""What the Customers tab asks."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, TypedDict

import numpy as np

from analytics.arrays import Array, Ints, sum_by
from analytics.cube import Cube
from analytics.filters import Filters
from analytics.kpi import KPIS
from analytics.models.rfm import SEGMENTS, segments
from analytics.queries import personal
from analytics.queries.view import Lacking, View, cached_query, plain, query, require, require_personal
from analytics.selection import Selection
from analytics.table import Field, Later, Listed, ordered
from analytics.totals import ratio
from data.said import say

BY_QUARTER: Final = ("active_customers", "new_customers", "retention", "churn")
RFM: Final = (
    "Recency and number of orders in fifths of the customers shown. Champions ordered often and lately; at risk "
    "often, but long ago; dormant rarely and long ago."
)
FIELDS: Final = (
    Field("customer_name", "Customer", link="/customers/{customer}"),
    Field("customer", "Page", hidden=True),
    Field("customer_id", "Customer id", hidden=True),
    Field("segment", "Segment", about=RFM),
    Field("loyalty_tier", "Tier"),
    Field("spend", "Spend", "money", about="Net sales to this customer over the period shown."),
    Field("orders", "Orders", "count", kpi="orders"),
    Field("days_since", "Days since last order", "count", about="From the last order in the selection to its end."),
    Field("discount_rate", "Discount rate", "%", kpi="discount_rate"),
)


class Quarters(TypedDict):
    """KPI values by quarter; open_quarter: the last quarter is not over, so its values will still move.

    withheld: KPIs of which some value is withheld.
    """

    quarters: list[str]
    values: dict[str, list[float | None]]
    withheld: list[str]
    open_quarter: bool


class Groups(TypedDict):
    """Customers and money by group (segment or tier). customers: None where all that is told of a group is withheld."""

    groups: list[str]
    customers: list[int | None]
    customers_share: list[float | None]  # %
    sales: list[float | None]
    sales_share: list[float | None]  # %
    discount_rate: list[float | None]  # % of gross sales
    discounted_lines_rate: list[float | None]  # % of sold lines


class Spread(TypedDict):
    """How spend per customer is spread: customers in each band, and the share of sales of the top tenth [%].

    customers: None where they are withheld, as the share of a tenth of fewer than five is.
    """

    low: list[float]
    customers: list[int | None]
    median: float | None
    top_tenth_share: float | None
    n: int


@dataclass(frozen=True, slots=True)
class Facts:
    """One entry a customer with an order in the selection, shape (n,): indexes, money in currency units, days."""

    customer: Ints
    orders: Array
    spend: Array
    gross: Array
    discount: Array
    sold_lines: Array
    discounted_lines: Array
    days_since: Array


@cached_query
def customers_by_quarter(view: View, filters: Filters) -> Quarters:
    """Active, new, retained and lost customers of every quarter in the selection."""
    require(view, *BY_QUARTER)
    cube = view.cube
    selection = cube.select(filters, ("quarter",))
    totals = personal.totals(view, selection, ("quarter",))
    values = {i: plain(KPIS[i].formula(totals)) for i in BY_QUARTER}
    quarters = cube.labels("quarter", selection)
    hidden = [i for i in BY_QUARTER if personal.hidden(KPIS[i], totals).any()]
    return Quarters(quarters=quarters, values=values, withheld=hidden, open_quarter=cube.open_quarter in quarters)


def facts(view: View, filters: Filters) -> Facts:
    """Orders, spend, discount and last order of every known customer with an order in the selection."""
    return _facts(view.cube, filters)


@lru_cache(1)  # the panels of a tab ask one after the other
def _facts(cube: Cube, filters: Filters) -> Facts:
    selection = cube.select(filters)
    counts = cube.counts(selection)
    baskets, orders = counts.baskets, counts.bought[0]
    customer = np.flatnonzero(orders)
    rows = counts.rows[baskets.customer[counts.rows] >= 0]
    of_row = baskets.customer[rows]
    sold = baskets.sold(rows)
    days = baskets.column("day")[sold].astype("datetime64[D]").astype(np.int64)
    last = np.full(baskets.customers, np.iinfo(np.int64).min)
    np.maximum.at(last, baskets.customer[sold], days)  # fast for whole numbers alone

    def summed(column: str) -> Array:
        return sum_by(of_row, baskets.column(column)[rows], baskets.customers)[customer]

    until = last_day(cube, selection).astype(np.int64) if len(customer) else 0
    return Facts(
        customer,
        orders[customer].astype(np.float64),
        summed("net_sales_cents") / 100,
        summed("gross_sales_cents") / 100,
        summed("discount_cents") / 100,
        summed("sold_lines"),
        summed("discounted_lines"),
        (until - last[customer]).astype(np.float64),
    )


def last_day(cube: Cube, selection: Selection) -> np.datetime64:
    """The last day of a selection that has months: the end of its last one, or the last day with data."""
    end: np.datetime64 = (cube.calendar.months[selection.period.months[-1]] + 1).astype("datetime64[D]") - 1
    return min(end, np.datetime64(cube.version.manifest.as_of, "D"))


@cached_query
def rfm_segments(view: View, filters: Filters) -> Groups:
    """Customers, sales and discounts by RFM segment, best segment first."""
    require(view, "spend_per_customer")
    found = facts(view, filters)
    return _groups(view, found, segments(found.days_since, found.orders), list(SEGMENTS))


@cached_query
def loyalty_tiers(view: View, filters: Filters) -> Groups:
    """Customers, sales and discounts by loyalty tier, the tier with the highest spend a customer first."""
    require(view, "spend_per_customer")
    if not view.cube.has("customers.loyalty_tier"):
        raise Lacking(say("Needs loyalty_tier, which the loaded files do not have."))
    found = facts(view, filters)
    tier, names = view.cube.column("customers.tier_idx")[found.customer], view.cube.column("tiers")
    n, spend = (sum_by(tier, values, len(names)) for values in (np.ones(len(tier)), found.spend))
    hidden = personal.withheld(view, n)
    order = sorted(np.flatnonzero(n), key=lambda i: 0.0 if hidden[i] else -spend[i] / n[i])
    place = np.zeros(len(names), dtype=np.int64)
    place[order] = np.arange(len(order))
    return _groups(view, found, place[tier], [str(names[i]) for i in order])


@query
def tier_discounts(view: View, filters: Filters) -> Groups:
    """The same groups where discounts are known: what each tier receives."""
    require(view, "discount_rate")
    return loyalty_tiers(view, filters)


def _groups(view: View, found: Facts, group: Ints, names: list[str]) -> Groups:
    """group: of each customer, its position in `names`."""
    personal.require_enough(view, len(found.customer))
    count = np.bincount(group, minlength=len(names)).astype(np.float64)
    hidden = personal.withheld(view, count)

    def sums(values: Array) -> Array:
        return personal.blanked(sum_by(group, values, len(names)), hidden)

    spend, people = sums(found.spend), personal.blanked(count, hidden)
    return Groups(
        groups=names,
        customers=personal.counted(count, hidden),
        customers_share=plain(100 * ratio(people, np.full(len(count), count.sum()))),
        sales=plain(spend),
        sales_share=plain(100 * ratio(spend, np.full(len(spend), found.spend.sum()))),
        discount_rate=plain(100 * ratio(sums(found.discount), sums(found.gross))),
        discounted_lines_rate=plain(100 * ratio(sums(found.discounted_lines), sums(found.sold_lines))),
    )


@cached_query
def spend_spread(view: View, filters: Filters) -> Spread:
    """Customers by spend in the period, in bands of 1-2-5 steps, and how much the top tenth of them brings."""
    require(view, "spend_per_customer")
    spend = np.sort(facts(view, filters).spend)
    if not len(spend):
        return Spread(low=[], customers=[], median=None, top_tenth_share=None, n=0)
    edges, customers = banded(view, spend)
    top = spend[-max(1, round(len(spend) / 10)) :]
    share = plain(100 * ratio(top.sum(keepdims=True), spend.sum(keepdims=True)))[0]
    return Spread(
        low=edges,
        customers=customers,
        median=round(float(np.median(spend)), 2),
        top_tenth_share=None if personal.withheld(view, [len(top)])[0] else share,
        n=len(spend),
    )


def banded(view: View, money: Array) -> tuple[list[float], list[int | None]]:
    """Lower ends of bands of money, and the customers in each. money: of each customer, sorted upwards.

    Raises Lacking where customers are few. Else the last band is not told to begin where few of them are.
    """
    personal.require_enough(view, len(money))
    last = -1 if view.scope.personal else -personal.FEWEST
    edges = bands(float(money[last]) if len(money) else 0.0)
    counts = np.histogram(np.clip(money, edges[0], None), bins=np.array([*edges, np.inf]))[0]
    return edges, personal.counted(counts, personal.withheld(view, counts))


def bands(largest: float) -> list[float]:
    """0 and then 1-2-5 steps up to the largest value, the last nine of them."""
    steps = [m * 10.0**e for e in range(9) for m in (1, 2, 5) if m * 10.0**e <= largest]
    return [0.0, *steps[-9:]]


@query
def customer_table(view: View, filters: Filters, speak: Callable[[str], str] = str) -> Listed:
    """One row a known customer with an order, largest spend first; what the data cannot give is left out.

    speak: puts the names of segments into the reader's language.
    """
    require_personal(view)
    found, column, has = facts(view, filters), view.cube.column, view.cube.has
    spoken = np.array([speak(name) for name in SEGMENTS])
    order = ordered(found.spend, descending=True)
    customer, segment = found.customer[order], segments(found.days_since, found.orders)[order]
    columns: dict[str, Any] = {
        "customer": Later.of(view.cube.customer_keys, customer),
        "customer_id": Later.of(column("customers.customer_id"), customer),
        "customer_name": Later.of(column("customers.customer_name"), customer),
        "loyalty_tier": Later.of(column("customers.loyalty_tier"), customer),
        "segment": Later.of(spoken, segment),
        "spend": found.spend[order],
        "orders": found.orders[order],
        "days_since": found.days_since[order],
        "discount_rate": 100 * ratio(found.discount, found.gross)[order],
    }
    absent = {"loyalty_tier": "customers.loyalty_tier", "discount_rate": "sales.discount_amount"}
    shown = tuple(field for field in FIELDS if field.name not in absent or has(absent[field.name]))
    return Listed(shown, columns)
