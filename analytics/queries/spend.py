"""What customers may spend next: read from what the refresh expects of each.

A customer belongs to the store where they ordered most in the last year, and is seen by who may see that store; what is
expected of them is all their purchases, wherever. Filters of quarters and categories change nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypedDict

import numpy as np

from analytics.arrays import Array, Column, Ints
from analytics.filters import Filters
from analytics.models.spend_report import DRIVERS, YEAR, Report
from analytics.queries import personal
from analytics.queries.customers import banded
from analytics.queries.details import customer_index
from analytics.queries.view import View, cached_query, given, query, regardless_of, require_personal
from analytics.spend import HORIZONS, Ahead, Horizon, Spend
from analytics.table import Field, Later, Listed, ordered
from data.said import Said, english, say

FADES, GROWS, FEWEST_ORDERS = 0.5, 1.25, 2
AT_RISK: Final = "At risk"
GROWING: Final = "Growing"
STEADY: Final = "Steady"
MOST_WORDS, LEAST_FACTOR = 2, 0.05  # drivers that are named, and the log factor below which one is not worth a word
# What is said of a trait that is low and of one that is high.
TRAITS: Final[dict[str, tuple[Said, Said]]] = {
    "orders": (say("orders rarely"), say("orders often")),
    "idle": (say("ordered lately"), say("long since the last order")),
    "value": (say("small orders"), say("large orders")),
    "late": (say("spent little lately"), say("spent much lately")),
    "in_stock": (say("usual store is often out of stock"), say("usual store is well stocked")),
    "growth": (say("usual store is shrinking"), say("usual store is growing")),
}
TYPICAL: Final = "like a typical customer"
FIELDS: Final = (
    Field("customer_name", "Customer", link="/customers/{customer}"),
    Field("customer", "Page", hidden=True),
    Field("customer_id", "Customer id", hidden=True),
    Field("expected", "Expected spend", "money", about="The mean of what may come: many spend less, a few much more."),
    Field("low", "Low (80 %)", "money"),
    Field("high", "High (80 %)", "money", about="Eight of ten customers spend between low and high."),
    Field("chance", "Probability to buy", "%", about="Of at least one purchase in the period."),
    Field("before", "Spend at last year's pace", "money", about="Net sales of the last year, for as long a period."),
    Field(
        "outlook",
        "Outlook",
        about="Of customers with two orders or more: at risk if half or less is expected of what they spent at last "
        "year's pace, growing if a quarter more or beyond; steady else.",
    ),
    Field(
        "drivers",
        "What it rests on",
        wide=True,
        about="Traits that set the expectation apart from that of a typical customer, most telling first; + more "
        "spend goes with it, − less. No causes.",
    ),
)


class SpendAhead(TypedDict):
    """What the customers of some stores may spend. low: lower ends of the bands [currency]; customers: in each;

    total [currency]; buyers: expected number who buy at all; at_risk, growing: customers; n: all of them; guests: share
    of sales without a customer [%], in all that was loaded. None where they are withheld.
    """

    low: list[float]
    customers: list[int | None]
    total: float
    buyers: float
    at_risk: int | None
    growing: int | None
    n: int
    guests: float
    report: Report


class Told(TypedDict):
    """One customer over one horizon: money [currency], chance [%], drivers as (words, factor [×]); None with `why`."""

    expected: float | None
    low: float | None
    high: float | None
    chance: float | None
    drivers: list[tuple[Said, float]]
    why: Said | None


@dataclass(frozen=True, slots=True)
class _Chosen:
    """Customers in sight and what is expected of them; rows: their places in `spend`."""

    spend: Spend
    ahead: Ahead
    rows: Ints

    def at(self, some: Ints) -> "_Chosen":
        """Some of them."""
        return _Chosen(self.spend, self.ahead, self.rows[some])

    @property
    def expected(self) -> Array:
        return self.ahead.expected[self.rows].astype(np.float64)

    @property
    def before(self) -> Array:
        """At the pace of the last year, over the horizon [currency]."""
        found: Array = self.spend.spend[self.rows] * (self.ahead.report["days"] / YEAR)
        return found

    @property
    def outlook(self) -> Column:
        expected, before = self.expected, self.before
        told = self.spend.orders[self.rows] >= FEWEST_ORDERS
        growing = np.where(told & (expected >= GROWS * before), GROWING, STEADY)
        return np.where(told & (expected <= FADES * before), AT_RISK, growing)


@regardless_of("quarters", "categories")
@cached_query
def expected_spend(view: View, filters: Filters, horizon: Horizon) -> SpendAhead:
    """Customers by what is expected of them. Raises Lacking, as all of these do, with the reason for no number."""
    found = _chosen(view, filters, horizon)
    expected, outlook = found.expected, found.outlook
    edges, customers = banded(view, np.sort(expected))
    counts = np.array([(outlook == name).sum() for name in (AT_RISK, GROWING, STEADY)])
    at_risk, growing, _steady = personal.counted(counts, personal.withheld(view, counts))
    return SpendAhead(
        low=edges,
        customers=customers,
        total=round(float(expected.sum()), 2),
        buyers=round(float(found.ahead.chance[found.rows].sum()), 1),
        at_risk=at_risk,
        growing=growing,
        n=len(expected),
        guests=found.spend.guests,
        report=found.ahead.report,
    )


@regardless_of("quarters", "categories")
@query
def spend_table(view: View, filters: Filters, horizon: Horizon, speak: Callable[[Said], str] = english) -> Listed:
    """One row a customer who ordered in the last year, largest expectation first. speak: into the reader's language."""
    require_personal(view)
    found, column = _chosen(view, filters, horizon), view.cube.column
    found = found.at(ordered(found.expected, descending=True))
    at = found.spend.customer[found.rows]
    spoken = {AT_RISK: speak(say(AT_RISK)), GROWING: speak(say(GROWING)), STEADY: speak(say(STEADY))}

    def later(make: Callable[[_Chosen], Column]) -> Later:
        return Later(len(at), lambda rows: make(found.at(rows)))

    return Listed(
        FIELDS,
        {
            "customer_name": Later.of(column("customers.customer_name"), at),
            "customer": Later.of(view.cube.customer_keys, at),
            "customer_id": Later.of(column("customers.customer_id"), at),
            "expected": found.expected,
            "low": later(lambda some: some.ahead.low[some.rows].astype(np.float64)),
            "high": later(lambda some: some.ahead.high[some.rows].astype(np.float64)),
            "chance": later(lambda some: 100 * some.ahead.chance[some.rows].astype(np.float64)),
            "before": later(lambda some: some.before),
            "outlook": later(lambda some: np.array([spoken[str(name)] for name in some.outlook], dtype=np.str_)),
            "drivers": later(lambda some: _worded(some.ahead, some.rows, speak)),
        },
    )


@query
def spend_test(view: View, filters: Filters, horizon: Horizon) -> Report:
    """How good the expectations were on the last period that is known, over all that was loaded."""
    report = given(given(view.cube.fitted.spend).ahead[horizon]).report
    for group in report["groups"]:  # tenths, of one size each
        personal.require_enough(view, group["n"])
    personal.require_enough(view, report["n"])
    return report


@query
def customer_spend(view: View, filters: Filters, customer: str) -> dict[Horizon, Told]:
    """What a customer, named by their key, may spend over each horizon. Raises Unknown."""
    spend, at = given(view.cube.fitted.spend), customer_index(view, customer)
    row = int(np.searchsorted(spend.customer, at))
    told = row < len(spend.customer) and spend.customer[row] == at
    if not told or spend.home[row] < 0:
        return dict.fromkeys(HORIZONS, _untold(say("No expectation: they ordered nothing in the last year.")))
    if spend.home[row] not in view.cube.select(filters).stores:
        return dict.fromkeys(HORIZONS, _untold(say("No expectation: their usual store is not in this selection.")))
    return {horizon: _told(spend.ahead[horizon], row) for horizon in HORIZONS}


def _untold(why: Said) -> Told:
    return Told(expected=None, low=None, high=None, chance=None, drivers=[], why=why)


def _told(ahead: Ahead | Said, row: int) -> Told:
    if not isinstance(ahead, Ahead):
        return _untold(ahead)
    factors = ahead.drivers[row].astype(np.float64)
    named = [i for i in np.argsort(-np.abs(factors)) if abs(factors[i]) >= LEAST_FACTOR]
    return Told(
        expected=round(float(ahead.expected[row]), 2),
        low=round(float(ahead.low[row]), 2),
        high=round(float(ahead.high[row]), 2),
        chance=round(100 * float(ahead.chance[row]), 1),
        drivers=[(_trait(ahead, i, factors[i]), round(float(np.exp(factors[i])), 2)) for i in named],
        why=None,
    )


def _trait(ahead: Ahead, driver: int, factor: float) -> Said:
    """A trait in words: it is high where it lifts and more of it lifts, or lowers and more of it lowers."""
    return TRAITS[DRIVERS[driver]][bool(factor > 0) == ahead.report["lifts"][driver]]


def _worded(ahead: Ahead, rows: Ints, speak: Callable[[Said], str]) -> Column:
    """The most telling drivers of each customer in words. There are few different texts, so each is made once."""
    factors = np.asarray(ahead.drivers[rows], dtype=np.float64)
    order = np.argsort(-np.abs(factors), axis=1)[:, :MOST_WORDS]
    size = np.take_along_axis(factors, order, axis=1)
    code = np.where(np.abs(size) >= LEAST_FACTOR, (order + 1) * np.sign(size), 0).astype(np.int64)
    texts, place = np.unique(code, axis=0, return_inverse=True)
    words = [[_signed(ahead, int(number), speak) for number in row if number] for row in texts]
    named = np.array(["; ".join(row) or speak(say(TYPICAL)) for row in words], dtype=np.str_)
    worded: Column = named[place.ravel()] if len(named) else np.empty(0, dtype=np.str_)
    return worded


def _signed(ahead: Ahead, number: int, speak: Callable[[Said], str]) -> str:
    return f"{speak(_trait(ahead, abs(number) - 1, number))} ({'+' if number > 0 else '−'})"


def _chosen(view: View, filters: Filters, horizon: Horizon) -> _Chosen:
    spend = given(view.cube.fitted.spend)
    stores = view.cube.select(filters).stores
    return _Chosen(spend, given(spend.ahead[horizon]), np.flatnonzero(np.isin(spend.home, stores)))
