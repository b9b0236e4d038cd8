"""What if shelves were fuller, suppliers faster, demand higher: answered from the simulated years of the refresh."""

from functools import lru_cache
from typing import Any, Final, Literal, NamedTuple, TypedDict, get_args

import numpy as np

from analytics.arrays import Array, Ints, mask, sum_by
from analytics.cube import Cube
from analytics.filters import Filters
from analytics.models import what_if as model
from analytics.models.assortment import abc_classes
from analytics.models.item_weights import Weights, weights
from analytics.models.stock_simulation import Tally
from analytics.models.what_if import Comparison, Scenario, Years
from analytics.models.what_if_checks import Check
from analytics.planning import Assumed, Planning
from analytics.queries.change import GROUPS, By
from analytics.queries.overview import names
from analytics.queries.scenarios import parse_scenario
from analytics.queries.view import Lacking, View, cached_query, exact, given, query, regardless_of
from analytics.table import Field, Listed
from data.said import say

Items = Literal["all", "A", "B", "C", "best"]
ITEMS: Final[tuple[Items, ...]] = get_args(Items)
BEST: Final = 10  # best sellers of a store
SHARES: Final = ("fill_rate", "stockout_rate", "availability")  # shown in %
COSTED: Final = ("capital", "holding_cost", "net_profit")
NOTHING: Final = say("No what-if: the selection has no shelf with a known demand. Reset a filter to see more.")
KEPT_SELECTIONS: Final = 6  # weights of a few groups in the memory of a worker
KEPT_TABLES: Final = 2  # those of each store or product: 75 MB each for a million items by store
KEPT_SCENARIOS: Final = 8
KEPT_VERSIONS: Final = 2


class Measured(TypedDict):
    """One measure of a year, today and under the scenario, and the change; low, high: of 80 % of the simulated years.

    Shares in % and their changes in percentage points; money in currency; units. None where it is unknown.
    """

    today: float | None
    scenario: float | None
    low: float | None
    high: float | None
    change: float | None
    change_low: float | None
    change_high: float | None


class WhatIf(TypedDict):
    """Measures by the names of `analytics.models.what_if` and how many items, store × products, they are of."""

    measures: dict[str, Measured]
    items: int


class CurvePoint(TypedDict):
    """A point of the curve: every safety factor so many SDs above today's; shares in %, money in currency."""

    safety_shift: float
    fill_rate: float
    stock_units: float
    capital: float | None
    lost_sales: float
    net_profit: float | None


class StockCurve(TypedDict):
    """Points by rising stock; today: number of today's; best: of the one of highest net profit, None without costs."""

    points: list[CurvePoint]
    today: int
    best: int | None


class Basis(TypedDict):
    """What the simulation assumes, and the checks that it passed on these data."""

    assumed: Assumed
    checks: list[Check]


class _Chosen(NamedTuple):
    """A selection in groups: their labels, weights, today's years, and how many items they are of."""

    labels: list[str]
    weights: Weights
    today: Years
    items: int


FIELDS: Final = (
    Field("fill_today", "Fill rate today", "%", about="Units served ÷ units wanted, in a simulated year as of today."),
    Field("fill_rate", "Fill rate then", "%", about="The same under the scenario."),
    Field("recovered", "Sales recovered", "money", about="Lost sales of a year today less those under the scenario."),
    Field("recovered_low", "Low (80 %)", "money"),
    Field("recovered_high", "High (80 %)", "money"),
    Field("recovered_units", "Units recovered", "units", about="Lost units of a year today less those then."),
    Field("stock", "Change of stock", "units", about="Of the mean units on the shelf."),
)
MONEY_FIELDS: Final = (
    Field("capital", "Change of capital", "money", about="Of the mean stock at unit cost."),
    Field("profit", "Change of net profit", "money", about="Margin of what is sold less the cost of holding stock."),
    Field("profit_low", "Low (80 %)", "money"),
    Field("profit_high", "High (80 %)", "money"),
)


@regardless_of("quarters")
@query
def what_if(view: View, filters: Filters, scenario: str, items: Items = "all") -> WhatIf:
    """Today's year against the scenario's, for the selected stores and categories; quarters do not apply.

    scenario: see `parse_scenario`. items: all, those of products of class A, B or C by expected sales, or the ten best
    sellers of each store. Raises ValueError for a scenario that says nothing, Lacking where there is nothing to say.
    """
    planning, chosen = given(view.cube.fitted.planning), _chosen(view.cube, filters, items, None)
    found = _compared(planning, parse_scenario(scenario), chosen)
    measures = {name: _measured(planning, name, found) for name in found.today}
    return WhatIf(measures=measures, items=chosen.items)


@regardless_of("quarters")
@query
def what_if_by(view: View, filters: Filters, scenario: str, items: Items, by: By) -> Listed:
    """What the scenario changes in each store, chain, category or product, most sales recovered first.

    Columns: id, name and those of FIELDS, and of MONEY_FIELDS where unit costs are known. Raises like `what_if`.
    """
    planning, chosen = given(view.cube.fitted.planning), _chosen(view.cube, filters, items, by)
    found = _compared(planning, parse_scenario(scenario), chosen)
    before, then, change = found.today, found.scenario, found.change
    columns: dict[str, Array] = {
        "fill_today": 100 * before["fill_rate"].likely,
        "fill_rate": 100 * then["fill_rate"].likely,
        "recovered": -change["lost_sales"].likely,
        "recovered_low": -change["lost_sales"].high,
        "recovered_high": -change["lost_sales"].low,
        "recovered_units": -change["lost_units"].likely,
        "stock": change["stock_units"].likely,
    }
    if costed(planning):
        columns["capital"] = change["capital"].likely
        profit = change["net_profit"]
        columns |= {"profit": profit.likely, "profit_low": profit.low, "profit_high": profit.high}
    order = np.argsort(-columns["recovered"], kind="stable")
    some = [chosen.labels[i] for i in order]
    listed: dict[str, Any] = {"id": some, "name": names(view, by, some)}
    listed |= {name: exact(values[order] + 0.0) for name, values in columns.items()}
    return Listed.of((*GROUPS[by], *FIELDS, *(MONEY_FIELDS if costed(planning) else ())), listed)


@regardless_of("quarters")
@cached_query
def what_if_curve(view: View, filters: Filters, items: Items = "all") -> StockCurve:
    """Service, stock, lost sales and profit as every safety factor falls and rises around today's."""
    planning, chosen = given(view.cube.fitted.planning), _chosen(view.cube, filters, items, None)
    found = model.curve(_ladder(planning), chosen.weights)
    known = costed(planning)
    points = [
        CurvePoint(
            safety_shift=point.safety_shift,
            fill_rate=100 * point.fill_rate,
            stock_units=point.stock_units,
            capital=point.capital if known else None,
            lost_sales=point.lost_sales,
            net_profit=point.net_profit if known else None,
        )
        for point in found.points
    ]
    return StockCurve(points=points, today=found.here, best=found.best if known else None)


@query
def what_if_basis(view: View, filters: Filters) -> Basis:
    """What was assumed and checked, over all that was loaded. Raises Lacking where there are no items."""
    planning = given(view.cube.fitted.planning)
    return Basis(assumed=planning.assumed, checks=planning.checks)


def costed(planning: Planning) -> bool:
    """Whether any unit cost is known, so that capital and profit are."""
    return planning.assumed["uncosted"] < planning.assumed["items"]


def _compared(planning: Planning, scenario: Scenario, chosen: _Chosen) -> Comparison:
    rate = model.rate(planning.study, scenario)
    return model.compared(chosen.today, _lived(planning, scenario), chosen.weights, rate)


@lru_cache(KEPT_SCENARIOS)
def _lived(planning: Planning, scenario: Scenario) -> Tally:
    """Cards, charts and tables of one scenario share its years."""
    return model.lived(planning.study, scenario)


@lru_cache(KEPT_VERSIONS)
def _ladder(planning: Planning) -> model.Ladder:
    """All curves of a version share its years."""
    return model.ladder(planning.study, runs=planning.study.draws.level.shape[0])


def _chosen(cube: Cube, filters: Filters, items: Items, by: By | None) -> _Chosen:
    return (_of_many if by in ("store", "product") else _of_few)(cube, filters, items, by)


def _weighed(cube: Cube, filters: Filters, items: Items, by: By | None) -> _Chosen:
    planning = cube.fitted.planning
    assert isinstance(planning, Planning)
    selection = cube.select(filters)
    products = mask(len(cube.category_of), cube.products_of(selection))
    number = np.flatnonzero(mask(len(cube.store_ids), selection.stores)[planning.store] & products[planning.product])
    number = number[_among(planning, number, items)]
    if not len(number):
        raise Lacking(NOTHING)
    labels, place = _groups(cube, planning, number, by)
    weighed = weights(planning.scales.only(number), place, len(labels))
    return _Chosen(labels, weighed, model.today(planning.study, weighed), len(number))


_of_few = lru_cache(KEPT_SELECTIONS)(_weighed)
_of_many = lru_cache(KEPT_TABLES)(_weighed)


def _among(planning: Planning, number: Ints, items: Items) -> Any:
    """Which of some items are meant: their expected sales of the year decide."""
    if items == "all":
        return slice(None)
    sales = planning.scales.demand[number] * planning.items.price[number]
    product, store = np.asarray(planning.product[number]), np.asarray(planning.store[number])
    if items == "best":
        order = np.lexsort((-sales, store))
        rank = np.empty(len(order), dtype=np.int64)
        rank[order] = np.arange(len(order)) - np.searchsorted(store[order], store[order])
        return rank < BEST
    count = int(product.max(initial=-1)) + 1
    return abc_classes(sum_by(product, sales, count))[product] == items


def _groups(cube: Cube, planning: Planning, number: Ints, by: By | None) -> tuple[list[str], Ints]:
    """Labels of the groups that have items, and the group of each item."""
    if by is None:
        return [""], np.zeros(len(number), dtype=np.int64)
    store, product = planning.store[number], planning.product[number]
    value, ids = {
        "store": (store, cube.store_ids),
        "chain": (cube.chain_of[store], cube.chains),
        "product": (product, cube.column("products.product_id")),
        "category": (cube.category_of[product], cube.categories),
    }[by]
    found, place = np.unique(value, return_inverse=True)
    return [str(name) for name in np.asarray(ids)[found]], place


def _measured(planning: Planning, name: str, found: Comparison) -> Measured:
    unit = 100 if name in SHARES else 1
    now, then, change = found.today[name], found.scenario[name], found.change[name]
    values = (now.likely, then.likely, then.low, then.high, change.likely, change.low, change.high)
    known = costed(planning) or name not in COSTED
    told = [unit * float(value[0]) if known and np.isfinite(value[0]) else None for value in values]
    return Measured(
        today=told[0],
        scenario=told[1],
        low=told[2],
        high=told[3],
        change=told[4],
        change_low=told[5],
        change_high=told[6],
    )
