"""What looks ahead is the same in every quarter: answered once for all of them, and never beyond one's rights."""

from collections.abc import Callable
from typing import Any

import pytest

from analytics import queries
from analytics.cache import Cache
from analytics.filters import Filters, Scope
from analytics.queries import View
from tests.analytics.conftest import Retailer
from tests.analytics.test_cache import Shelf

SPRING, SUMMER = Filters(quarters=("2023Q2",)), Filters(quarters=("2023Q3",))
CACHED: dict[str, Callable[[View, Filters], Any]] = {
    "demand": lambda view, filters: queries.demand_outlook(view, filters, "units"),
    "series": lambda view, filters: queries.outlook(view, filters, "net_sales", 3),
    "actions": lambda view, filters: queries.action_sums(view, filters, "all"),
    "stock curve": lambda view, filters: queries.what_if_curve(view, filters),
    "discounts": queries.discount_outlook,
    "spend": lambda view, filters: queries.expected_spend(view, filters, "quarter"),
    "availability": queries.availability_gain,
}


@pytest.mark.parametrize("ask", CACHED.values(), ids=CACHED)
def test_one_answer_for_every_quarter(demo: Retailer, ask: Callable[[View, Filters], Any]) -> None:
    """Another quarter finds what the first one has made; other stores do not."""
    shelf = Shelf()
    view = View(demo.cube, cache=Cache(shelf))
    first, made = ask(view, SPRING), len(shelf.texts)
    assert made
    assert ask(view, SUMMER) == ask(view, Filters()) == first
    assert len(shelf.texts) == made
    store = str(demo.cube.store_ids[0])
    narrowed = View(demo.cube, Scope.of([store]), Cache(shelf))
    assert ask(narrowed, SPRING) == ask(narrowed, Filters(stores=(store,))) != first
    assert len(shelf.texts) > made
    alone = View(demo.cube, Scope.of([store]))
    assert ask(alone, SUMMER) == ask(narrowed, SPRING)


def test_cohorts_are_counted_once_and_shown_as_selected(demo: Retailer) -> None:
    """Each quarter's cohort is the row of that quarter among all of them."""
    shelf = Shelf()
    view = View(demo.cube, cache=Cache(shelf))
    every = queries.cohorts(view, Filters())
    for place, quarter in enumerate(every["cohorts"]):
        one = queries.cohorts(view, Filters(quarters=(quarter,)))
        assert (one["cohorts"], one["size"]) == ([quarter], every["size"][place : place + 1])
        assert one["share"][0] == every["share"][place]
    assert len(shelf.texts) == 2 + len(every["cohorts"])
