"""Who would buy more if top sellers never ran out, where, and because of what: read from what the refresh found.

A customer belongs to their usual store and is seen by who may see that store; a shelf to its store and category. It is
about the quarter after the data, so filters of quarters change nothing.
"""

from typing import Any, Final, TypedDict

import numpy as np

from analytics.arrays import Array, Column, Ints, sum_by
from analytics.availability import Availability
from analytics.cube import Cube
from analytics.filters import Filters
from analytics.models.availability import Effect, Found
from analytics.models.ranking_test import RankingTest
from analytics.queries import personal
from analytics.queries.change import By
from analytics.queries.overview import Bars, names
from analytics.queries.view import View, cached_query, exact, given, query, regardless_of, require_personal
from analytics.queries.what_if import Items, what_if
from analytics.selection import Selection
from analytics.table import Field, Later, Listed, ordered

CENT: Final = 0.005
ENDS: Final = ("gain", "low", "high", "expected")
GAIN: Final = Field(
    "gain",
    "Would spend more",
    "money",
    about="In the next quarter, had no top seller run out: expected spend with full shelves less that with shelves as "
    "they are.",
)
FIELDS: Final = (
    Field("customer_name", "Customer", link="/customers/{customer}"),
    Field("customer", "Page", hidden=True),
    Field("customer_id", "Customer id", hidden=True),
    Field("rank", "Rank", "count", about="By the low end of what they would spend more."),
    Field("store_name", "Usual store", link="/stores/{store_id}"),
    Field("store_id", "Store id", hidden=True),
    GAIN,
    Field("low", "Low", "money", about="If little was missing, and few stay away for it."),
    Field("high", "High", "money", about="If much was missing, and many stay away for it."),
    Field("expected", "Expected spend", "money", about="Of the next quarter, with shelves as they are."),
    Field(
        "unserved",
        "Not served",
        "%",
        about="Of the top sellers that they usually want at their usual store: Σ units lost ÷ Σ units wanted over the "
        "last year.",
    ),
    Field(
        "reasons",
        "Because of",
        wide=True,
        about="Products that cost most, and in how many months of the last year each closed at zero there.",
    ),
)


class Gain(TypedDict):
    """What customers of some stores would spend more next quarter [currency]: likely, low and high.

    expected: what they are expected to spend; n: customers; ranks: whether they are told apart by the effect on coming
    back, too; detected, effect: whether that was found, and what was.
    """

    gain: float
    low: float
    high: float
    expected: float
    n: int
    ranks: bool
    detected: bool
    effect: Effect


@regardless_of("quarters", "categories")
@cached_query
def availability_gain(view: View, filters: Filters) -> Gain:
    """Over the customers of the selected stores. Raises Lacking, as all of these do, with the reason for no number."""
    found = given(view.cube.fitted.availability)
    rows = _rows(view, filters, found)
    personal.require_enough(view, len(rows))
    gain, low, high, expected = (round(float(column.sum()), 2) for column in ends(found, rows))
    return Gain(
        gain=gain,
        low=low,
        high=high,
        expected=expected,
        n=len(rows),
        ranks=found.ranks,
        detected=found.found.detected,
        effect=found.found.delta,
    )


class Back(TypedDict):
    """Change of orders and so of sales by customers who come back more often [%], with its ends; 0 for no effect."""

    change: float
    low: float
    high: float
    detected: bool


@regardless_of("quarters")
@query
def coming_back(view: View, filters: Filters, scenario: str, items: Items = "all") -> Back:
    """What a what-if scenario adds by it: exp(δ·x·(1 − missed then ÷ missed today)) − 1.

    x: share of the usual basket missed in a month, per order of the last year; what is missed moves like 1 − fill rate.
    Raises like `what_if`, and Lacking where no effect can be estimated.
    """
    found = given(view.cube.fitted.availability)
    personal.require_enough(view, len(_rows(view, filters, found)))
    if not found.found.detected:
        return Back(change=0.0, low=0.0, high=0.0, detected=False)
    fill = what_if(view, filters, scenario, items)["measures"]["fill_rate"]
    stores: Ints | slice = view.cube.select(filters).stores
    if not found.orders[stores].any():
        stores = slice(None)  # nobody there was learned from: what all missed stands in
    orders, gap = float(found.orders[stores].sum()), 100 - (fill["today"] or 0.0)
    missed = float(found.missed[stores].sum()) / orders if orders else 0.0
    less = missed * (1 - (100 - (fill["scenario"] or 0.0)) / gap) if gap > 0 else 0.0
    effect = found.found.delta
    change, low, high = (
        round(100 * float(np.expm1(less * (end or 0.0))), 2) for end in (effect["delta"], effect["low"], effect["high"])
    )
    return Back(change=change, low=min(low, high), high=max(low, high), detected=True)


@query
def availability_effect(view: View, filters: Filters) -> Found:
    """The effect with its placebos and segments, over all customers or some of very many, whatever the filters say."""
    return given(view.cube.fitted.availability).found


@query
def availability_test(view: View, filters: Filters) -> RankingTest:
    """How well an earlier ranking did, of all customers or some of very many, whatever the filters say."""
    test = given(given(view.cube.fitted.availability).test)
    personal.require_enough(view, test.customers)
    return test


@regardless_of("quarters")
@cached_query
def availability_by(view: View, filters: Filters, by: By, most: int | None = None) -> Bars:
    """What customers would spend more on the selected shelves, by store, chain, category or product, largest first.

    Values in currency, None and last where they are withheld; at most `most` bars.
    """
    cube, found = view.cube, given(view.cube.fitted.availability)
    selection = cube.select(filters)
    ids, (money, customers) = cube.labels(by, selection), _sums(cube, found, selection, by)
    some_money = money > CENT
    hidden = personal.withheld(view, np.where(some_money, customers, 0))
    order = ordered(personal.blanked(money, hidden), descending=True)
    order = order[some_money[order]]
    some = [ids[i] for i in order[:most]]
    gain = exact(np.round(personal.blanked(money, hidden)[order[:most]], 2))
    return Bars(ids=some, labels=names(view, by, some), values=gain, total=len(order))


@regardless_of("quarters", "categories")
@query
def availability_table(view: View, filters: Filters) -> Listed:
    """One row a customer of the selected stores, as they are ranked."""
    require_personal(view)
    found, column = given(view.cube.fitted.availability), view.cube.column
    rows = _rows(view, filters, found)
    customer, store = found.customer[rows], found.store[rows]
    columns: dict[str, Any] = {
        "rank": np.arange(1.0, len(rows) + 1),
        "customer_name": Later.of(column("customers.customer_name"), customer),
        "customer": Later.of(view.cube.customer_keys, customer),
        "customer_id": Later.of(column("customers.customer_id"), customer),
        "store_name": Later.of(column("stores.store_name"), store),
        "store_id": Later.of(column("stores.store_id"), store),
        **dict(zip(ENDS, ends(found, rows), strict=True)),
        "unserved": 100 * found.unserved[rows].astype(np.float64),
        "reasons": Later(len(rows), lambda some: _reasons(view, found, rows[some])),
    }
    return Listed(FIELDS, columns)


def at_stake(view: View, store: Ints, product: Ints) -> Array:
    """What customers of a store would spend more, by shelf [currency]; NaN where it is not known or withheld."""
    known = view.cube.fitted.availability
    if not isinstance(known, Availability):
        return np.full(len(store), np.nan)
    customers = np.zeros(len(view.cube.store_ids))
    seen = view.cube.select(view.scope.narrow(Filters())).stores
    customers[seen] = np.bincount(known.store, minlength=len(customers))[seen]
    return personal.blanked(known.by_shelf[store, product], personal.withheld(view, customers)[store])


def _sums(cube: Cube, found: Availability, selection: Selection, by: By) -> tuple[Array, Array]:
    """What is gained on the shelves of each group, and how many customers have a store with such a shelf."""
    stores, products = selection.stores, cube.products_of(selection)
    customers = np.bincount(found.store, minlength=len(cube.store_ids))[stores]
    if by == "product" and cube.whole_chains(stores):
        money, having = found.by_product[:, np.unique(cube.chain_of[stores])][:, :, products].sum(axis=1)
        return money, having
    if by in ("product", "category"):
        gain = (
            found.by_shelf[stores][:, products] if by == "product" else found.by_store[stores][:, selection.categories]
        )
        return gain.sum(axis=0, dtype=np.float64), customers.astype(np.float64) @ (gain > 0)
    money = found.by_store[stores][:, selection.categories].sum(axis=1)
    chains, chain = np.unique(cube.chain_of[stores], return_inverse=True)
    group, groups = (chain, len(chains)) if by == "chain" else (np.arange(len(stores)), len(stores))
    return sum_by(group, money, groups), sum_by(group, customers * (money > 0), groups)


def _rows(view: View, filters: Filters, found: Availability) -> Ints:
    return np.flatnonzero(np.isin(found.store, view.cube.select(filters).stores))


def ends(found: Availability, rows: Ints) -> list[Column]:
    """ENDS of some of the ranked customers [currency]."""
    return [getattr(found, name)[rows].astype(np.float64) for name in ENDS]


def _reasons(view: View, found: Availability, rows: Ints) -> Column:
    """Products and months at zero, as in “Milk (5), Rice (2)”. Customers share the labels of shelves."""
    product, store = np.asarray(found.product[rows]), np.asarray(found.store[rows], dtype=np.int64)[:, None]
    label = view.cube.column("products.product_name")
    width = len(label)
    shelf, place = np.unique(np.where(product >= 0, store * width + product, -1), return_inverse=True)
    texts = np.array(
        [f"{label[s % width]} ({found.empty_months[s // width, s % width]})" if s >= 0 else "" for s in shelf]
    )
    first, *others = texts[place.reshape(product.shape)].T if len(rows) else (np.empty(0, dtype=np.str_),)
    for other in others:
        first = np.char.add(first, np.where(other != "", np.char.add(", ", other), ""))
    return first
