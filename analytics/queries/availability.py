"""Who would buy more if top sellers never ran out, and where and because of what: read from what the refresh found.

A customer belongs to their usual store and is seen by who may see that; a shelf to its store and category. Filters of
quarters change nothing: it is the quarter after the data.
"""

from typing import Final, TypedDict

import numpy as np

from analytics.arrays import Array, Ints
from analytics.availability import Availability
from analytics.filters import Filters
from analytics.models.availability import Effect, Segment, change
from analytics.models.ranking_test import RankingTest
from analytics.queries.details import customer_index
from analytics.queries.shapes import Bars
from analytics.queries.view import View, cached_query, given, query
from analytics.table import Field, Listed
from data.said import say

CENT: Final = 0.005
FIELDS: Final = (
    Field("rank", "Rank", "count"),
    Field("customer_name", "Customer", link="/customers/{customer}"),
    Field("customer", "Page", hidden=True),
    Field("customer_id", "Customer id", hidden=True),
    Field("store_name", "Usual store", link="/stores/{store_id}"),
    Field("store_id", "Store id", hidden=True),
    Field("gain", "Would spend more", "money", about="In the next quarter, had no top seller run out: the likely value."),
    Field("low", "At least", "money", about="Where little was missing and nobody stays away for it."),
    Field("high", "At most", "money", about="Where much was missing and many stay away for it."),
    Field("expected", "Expected spend", "money", about="Of the next quarter, with shelves as they are."),
    Field(
        "unserved",
        "Not served",
        "%",
        about="Of the top sellers that this customer usually wants at their usual store, the share that was not there "
        "to be sold in the last year: Σ units lost ÷ Σ units wanted.",
    ),
    Field("reasons", "Because of", wide=True, about="Products that cost most, with the months in which each ran out."),
)


class Gain(TypedDict):
    """What customers of some stores would spend more next quarter [currency]: likely, low and high end.

    expected: that they are expected to spend; n: customers; ranks: whether they are told apart by the effect on coming
    back, too; effect: see models.availability; change: of orders per 10 points missed [%] with its ends, or None.
    """

    gain: float
    low: float
    high: float
    expected: float
    n: int
    detected: bool
    ranks: bool
    effect: Effect


class Findings(TypedDict):
    """The effect and its placebos, the segments, and the chance of such differences between these; and the test."""

    effects: list[Effect]
    segments: list[Segment]
    alike: float | None
    detected: bool
    test: RankingTest


class Usual(TypedDict):
    """The usual basket of one customer at their usual store, largest share first.

    ids, labels: of products; share: of the basket [%]; empty_months: of the last `months`; unserved: units lost ÷
    wanted there in the last year [%].
    """

    ids: list[str]
    labels: list[str]
    share: list[float]
    empty_months: list[int]
    unserved: list[float]
    months: int
    gain: float
    low: float
    high: float


@cached_query
def availability_gain(view: View, filters: Filters) -> Gain:
    """The sum over the customers of the selected stores. Raises Lacking, as all of these do."""
    found, rows = _chosen(view, filters)
    gain, low, high, expected = (
        float(np.asarray(getattr(found, name))[rows].sum(dtype=np.float64)) for name in ("gain", "low", "high", "expected")
    )
    return Gain(
        gain=round(gain, 2),
        low=round(low, 2),
        high=round(high, 2),
        expected=round(expected, 2),
        n=len(rows),
        detected=found.found.detected,
        ranks=found.ranks,
        effect=found.found.delta,
    )


@query
def availability_effect(view: View, filters: Filters) -> Findings:
    """How the effect was found and tried, over all that was loaded."""
    found = given(view.cube.fitted.availability)
    return Findings(
        effects=found.found.effects,
        segments=found.found.segments,
        alike=found.found.alike,
        detected=found.found.detected,
        test=given(found.test),
    )


@cached_query
def availability_by_store(view: View, filters: Filters, most: int | None = None) -> Bars:
    """What the customers of each store would spend more on the selected categories, largest first [currency]."""
    cube = view.cube
    found, selection = given(cube.fitted.availability), cube.select(filters)
    money = _money(found, selection.stores, _products(view, selection.categories)).sum(axis=1)
    ids, names = cube.column("stores", "store_id")[selection.stores], cube.column("stores", "store_name")[selection.stores]
    return _bars(ids, names, money, most)


@cached_query
def availability_by_product(view: View, filters: Filters, most: int | None = None) -> Bars:
    """What all customers of the selected stores would spend more because of each product, largest first [currency]."""
    cube = view.cube
    found, selection = given(cube.fitted.availability), cube.select(filters)
    products = _products(view, selection.categories)
    money = _money(found, selection.stores, products).sum(axis=0)
    ids, names = cube.column("products", "product_id")[products], cube.column("products", "product_name")[products]
    return _bars(ids, names, money, most)
