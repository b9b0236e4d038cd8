"""What a customer's page asks. The customer is named by a key (`Cube.customer_keys`), never by their id."""

from typing import Final, TypedDict

import numpy as np

from analytics.arrays import Array, Ints, sum_by
from analytics.availability import Availability
from analytics.cube import Cube
from analytics.filters import Filters
from analytics.queries.availability import ends
from analytics.queries.customers import Quarters, last_day
from analytics.queries.details import customer_index
from analytics.queries.overview import Bars, Card, TotalsOf, cards_of, largest, names
from analytics.queries.view import View, cached_query, given, plain, query
from analytics.selection import Selection
from analytics.table import Field, Listed
from analytics.totals import Totals
from data.said import Said, say

LEAST_SHARE: Final = 0.001  # of a usual basket; what is rarer is not named
USUAL_FIELDS: Final = (
    Field("name", "Product", link="/products/{id}"),
    Field("id", "Product id", hidden=True),
    Field("share", "Share of the usual basket", "%", about="How often a line of theirs is this product, as learned."),
    Field("empty_months", "Months at zero", "count", about="Of the last year, at their usual store, by month's end."),
    Field("unserved", "Not served", "%", about="Units lost ÷ units wanted there over the last year."),
)


class CustomerFacts(TypedDict):
    """Who a customer is: days are ISO texts, "" where unknown. home_store: an id and a name, where it may be seen.

    last_order, days_since: of the selection, days from it to the selection's end; "" and None without an order.
    """

    name: str
    tier: str
    joined_on: str
    home_store: str
    home_store_name: str
    last_order: str
    days_since: float | None


class OwnGain(TypedDict):
    """What a customer would spend more next quarter: likely, low and high, beside what is expected [currency].

    unserved: of the top sellers that they want [%]; store: their usual one; why: why there is nothing.
    """

    gain: float
    low: float
    high: float
    expected: float
    unserved: float
    store: str
    why: Said | None


@query
def customer_facts(view: View, filters: Filters, customer: str) -> CustomerFacts:
    """Who a customer is. Raises Unknown, as every query about a customer does, for one that may not be seen."""
    cube, at = view.cube, customer_index(view, customer)
    selection = cube.select(filters)
    rows = _rows(cube, selection, at)
    bought = cube.baskets.sold(rows)
    days = cube.baskets.column("day")[bought].astype("datetime64[D]")
    home = _home(view, at)
    joined = cube.column("customers.joined_on")[at]
    return CustomerFacts(
        name=str(cube.column("customers.customer_name")[at]),
        tier=str(cube.column("customers.loyalty_tier")[at]) if cube.has("customers.loyalty_tier") else "",
        joined_on="" if np.isnat(joined) else str(joined),
        home_store=home,
        home_store_name=names(view, "store", [home])[0] if home else "",
        last_order=str(days.max()) if len(days) else "",
        days_since=float((last_day(cube, selection) - days.max()).astype(np.int64)) if len(days) else None,
    )


@cached_query
def customer_cards(view: View, filters: Filters, customer: str, kpi_ids: tuple[str, ...]) -> list[Card]:
    """One card a KPI, as `cards` has them; only KPIs of sales and orders."""
    at = customer_index(view, customer)
    return cards_of(view, view.cube.select(filters), kpi_ids, _totals_of(view.cube, at))


@cached_query
def customer_over_time(view: View, filters: Filters, customer: str) -> Quarters:
    """Net sales to the customer and their orders by quarter."""
    cube, at = view.cube, customer_index(view, customer)
    selection = cube.select(filters, ("quarter",))
    totals = _totals_of(cube, at)(selection, ("quarter",))
    quarters = cube.labels("quarter", selection)
    values = {measure: plain(totals[measure]) for measure in ("net_sales", "orders")}
    return Quarters(quarters=quarters, values=values, withheld=[], open_quarter=cube.open_quarter in quarters)


@cached_query
def customer_by(view: View, filters: Filters, customer: str, by: str, most: int | None = None) -> Bars:
    """Net sales to the customer by store or category, where they bought: the `most` largest, or all."""
    cube, at = view.cube, customer_index(view, customer)
    selection = cube.select(filters)
    totals = _totals_of(cube, at)(selection, (by,))
    bought = np.flatnonzero(totals["lines"])
    labels = [cube.labels(by, selection)[i] for i in bought]
    values = totals["net_sales"][bought]
    order = largest(values, most)
    ids = [labels[i] for i in order]
    return Bars(ids=ids, labels=names(view, by, ids), values=plain(values[order]), total=len(labels))


@query
def customer_gain(view: View, filters: Filters, customer: str) -> OwnGain:
    """What availability of top sellers is worth to one customer. Raises Unknown."""
    found = given(view.cube.fitted.availability)
    row, why = _own(view, filters, found, customer)
    if why:
        return OwnGain(gain=0.0, low=0.0, high=0.0, expected=0.0, unserved=0.0, store="", why=why)
    gain, low, high, expected = (round(float(column[0]), 2) for column in ends(found, row))
    return OwnGain(
        gain=gain,
        low=low,
        high=high,
        expected=expected,
        unserved=round(100 * float(found.unserved[row[0]]), 1),
        store=str(view.cube.column("stores.store_name")[found.store[row[0]]]),
        why=None,
    )


@query
def usual_basket(view: View, filters: Filters, customer: str) -> Listed:
    """What a customer usually buys, and how often it was missing; no row where nothing is known of them."""
    found, column = given(view.cube.fitted.availability), view.cube.column
    row, why = _own(view, filters, found, customer)
    at = int(row[0]) if not why else 0
    some = np.flatnonzero(found.share[at] >= LEAST_SHARE) if not why else np.empty(0, dtype=np.int64)
    product, store = np.asarray(found.usual[at])[some], int(found.store[at])
    return Listed(
        USUAL_FIELDS,
        {
            "name": column("products.product_name")[product],
            "id": column("products.product_id")[product],
            "share": 100 * found.share[at][some].astype(np.float64),
            "empty_months": found.empty_months[store][product].astype(np.float64),
            "unserved": 100 * found.lost_share[store][product].astype(np.float64),
        },
    )


def _own(view: View, filters: Filters, found: Availability, customer: str) -> tuple[Ints, Said | None]:
    """The place of a customer, or why there is none to show."""
    row = np.flatnonzero(found.customer == customer_index(view, customer))
    if not len(row):
        return row, say("No number: they ordered nothing in the last year, or nothing is expected of them.")
    if found.store[row[0]] not in view.cube.select(filters).stores:
        return row, say("No number: their usual store is not in this selection.")
    return row, None


def _home(view: View, at: int) -> str:
    """The id of the customer's usual store, if it is one that may be seen."""
    if not view.cube.has("customers.home_store_id"):
        return ""
    home = str(view.cube.column("customers.home_store_id")[at])
    return home if len(view.cube.select(view.scope.narrow(Filters(stores=(home,)))).stores) else ""


def _rows(cube: Cube, selection: Selection, at: int) -> Ints:
    baskets, rows = cube.baskets, cube.baskets.of_customer(at)
    shown = np.isin(baskets.store[rows], selection.stores) & np.isin(baskets.month[rows], selection.period.months)
    own: Ints = rows[shown & np.isin(baskets.category[rows], selection.categories)]
    return own


def _totals_of(cube: Cube, at: int) -> TotalsOf:
    """Totals of one customer's orders: what `Cube.totals_of` says of all of them."""
    baskets = cube.baskets

    def totals_of(selection: Selection, by: tuple[str, ...]) -> Totals:
        rows = _rows(cube, selection, at)
        group, size = _grouped(cube, selection, rows, by)

        def compute(measure: str) -> Array:
            if measure == "orders":
                sold, orders = baskets.column("sold_lines")[rows] > 0, len(baskets.goes_on)
                found = np.unique(group[sold] * orders + baskets.order[rows[sold]])
                return np.bincount(found // orders, minlength=size).astype(np.float64)
            if measure in ("units_sold", "lines"):
                return sum_by(group, baskets.column("units")[rows] if measure != "lines" else np.ones(len(rows)), size)
            return sum_by(group, baskets.column(f"{measure}_cents")[rows], size) / 100

        return Totals(compute)

    return totals_of


def _grouped(cube: Cube, selection: Selection, rows: Ints, by: tuple[str, ...]) -> tuple[Ints, int]:
    """Group of each row along one axis, and how many groups there are; one without an axis."""
    baskets, period = cube.baskets, selection.period
    if not by:
        return np.zeros(len(rows), dtype=np.int64), 1
    if by[0] == "store":
        return np.searchsorted(selection.stores, baskets.store[rows]), len(selection.stores)
    if by[0] == "category":
        return np.searchsorted(selection.categories, baskets.category[rows]), len(selection.categories)
    return period.group[np.searchsorted(period.months, baskets.month[rows])], period.groups
