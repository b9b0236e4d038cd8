"""Who will likely receive discounts, and how good that is: read from what the refresh predicted."""

from functools import lru_cache
from typing import Final, TypedDict

import numpy as np

from analytics.arrays import Array, Column, Ints, mask
from analytics.calendar import months_from
from analytics.cube import Cube
from analytics.discounts import Discounts, Found, Score
from analytics.filters import Filters
from analytics.models.discount_outlook import Sums, rates, received, spend_thirds
from analytics.models.discount_response import Response
from analytics.queries import personal
from analytics.queries.view import View, cached_query, given, plain, query, regardless_of, require, require_personal
from analytics.table import Field, Later, Listed, Together, ordered

MONTHS_AHEAD: Final = 3
THIRDS: Final = 3
RATE: Final = "Expected discount ÷ list price, chance × depth, weighted by money."
CUSTOMER_FIELDS: Final = (
    Field("customer_name", "Customer", link="/customers/{customer}"),
    Field("customer", "Page", hidden=True),
    Field("customer_id", "Customer id", hidden=True),
    Field("loyalty_tier", "Tier"),
    Field("money", "Expected discount", "money", about="In the three months ahead, at the pace of the last 12 months."),
    Field("low", "Low (80 %)", "money"),
    Field("high", "High (80 %)", "money"),
    Field("any", "Chance of any discount", "%", about="Of a discount on one line or more in the three months ahead."),
    Field("chance", "Chance on a line", "%", about="Of a discount on a line, weighted by money."),
    Field("depth", "Depth", "%", about="Expected discount ÷ list price, where there is a discount."),
    Field("rate", "Expected discount rate", "%", about=RATE),
    Field("spend", "Bought at list price", "money", about="In the last 12 months, in the stores and categories shown."),
)


class DiscountOutlook(TypedDict):
    """Shares of list price [%] that customers will likely receive, by tier and third of spend; a list entry a group.

    tiers: "" where the files tell none, lowest spend first; third: 0 the lowest; bounds [currency] part the thirds.
    customers: None where all that is told of a group is withheld.
    months: of the outlook and of the test, "2024-01". found: how it was made, and how good it is.
    """

    tiers: list[str]
    thirds: list[int]
    bounds: tuple[float, float]
    customers: list[int | None]
    chance: list[float | None]
    depth: list[float | None]
    rate: list[float | None]
    low: list[float | None]
    high: list[float | None]
    ahead: list[str]
    judged: list[str]


class DiscountModels(TypedDict):
    """What was fitted and how good it is, over all that was loaded. judged: months of the test, "2023-10"."""

    found: Found
    scores: list[Score]
    judged: list[str]
    responses: list[Response]


@regardless_of("quarters")
@cached_query
def discount_outlook(view: View, filters: Filters) -> DiscountOutlook:
    """What customers will likely receive in the three months ahead. Raises Lacking with the reason if unknown."""
    found, cube = discounts(view), view.cube
    customer, sums = _by_customer(cube, filters)
    personal.require_enough(view, len(customer))
    bounds = spend_thirds(np.asarray(sums.gross))
    third = np.searchsorted(bounds, sums.gross, side="right")
    tiers = found.found["tiers"]
    names, start = tiers or [""], cube.calendar.months[0]
    place = _tier(cube, customer, tiers) * THIRDS + third
    counts = np.bincount(place, minlength=len(names) * THIRDS)
    groups = np.flatnonzero(counts)
    hidden = personal.withheld(view, counts.reshape(-1, THIRDS)).ravel()[groups]
    told = rates(sums.by(np.searchsorted(groups, place), len(groups)), found.found["drift"])

    def shares(values: Array) -> list[float | None]:
        return plain(100 * personal.blanked(values, hidden))

    return DiscountOutlook(
        tiers=[names[g // THIRDS] for g in groups],
        thirds=[int(g % THIRDS) for g in groups],
        bounds=bounds,
        customers=personal.counted(counts[groups], hidden),
        chance=shares(told.chance),
        depth=shares(told.depth),
        rate=shares(told.rate),
        low=shares(told.low),
        high=shares(told.high),
        ahead=months_from(start + found.found["whole"], MONTHS_AHEAD),
        judged=months_from(start + found.found["judged"], MONTHS_AHEAD),
    )


@regardless_of("quarters")
@query
def discount_customers(view: View, filters: Filters) -> Listed:
    """The same for each known customer who bought in the last 12 months, largest expected discount first."""
    require_personal(view)
    cube, found = view.cube, discounts(view)
    customer, sums = _by_customer(cube, filters)
    order = ordered(np.asarray(sums.money), descending=True)  # as what is expected of a quarter
    texts = {name: cube.column(f"customers.{name}") for name in ("customer_id", "customer_name", "loyalty_tier")}
    numbers = Together(len(order), lambda rows: _numbers(sums.at(order[rows]), found.found["drift"]))
    shown = tuple(f for f in CUSTOMER_FIELDS if f.name != "loyalty_tier" or cube.has("customers.loyalty_tier"))
    columns = {field.name: numbers.column(field.name) for field in shown}
    for name, values in (texts | {"customer": cube.customer_keys}).items():
        columns[name] = Later.of(values, customer[order])
    return Listed(shown, columns)


def _numbers(sums: Sums, drift: float) -> dict[str, Array]:
    told, got = rates(sums, drift), received(sums, drift)
    return {
        "money": got.money,
        "low": got.low,
        "high": got.high,
        "any": 100 * got.any,
        "chance": 100 * told.chance,
        "depth": 100 * told.depth,
        "rate": 100 * told.rate,
        "spend": np.asarray(sums.gross),
    }


@regardless_of("quarters", "chains", "stores", "categories")
@cached_query
def discount_models(view: View, filters: Filters) -> DiscountModels:
    """How the predictions were made and how good they are: filters change nothing. Raises Lacking if there are none."""
    known = discounts(view)
    found, tiers = known.found, known.found["tiers"]
    customers = _tier(view.cube, known.customer[_firsts(known.customer)], tiers)
    hidden = personal.withheld(view, np.bincount(customers, minlength=len(tiers)))
    quarter = found["quarter"]
    if quarter and personal.withheld(view, [quarter["customers"]])[0]:
        quarter = None
    told = [name for name, hide in zip(tiers, hidden, strict=False) if not hide and not hidden[0]]  # beside the first
    odds = [ratio for ratio in found["odds"] if ratio["name"] != "tier" or ratio["tier"] in told]
    return DiscountModels(
        found={**found, "quarter": quarter, "odds": odds},
        scores=[score for score in found["scores"] if tiers or score["name"] != "tier"],
        judged=months_from(view.cube.calendar.months[0] + found["judged"], MONTHS_AHEAD),
        responses=[_withheld(r) if r["group"] >= 0 and hidden[r["group"]] else r for r in found["responses"]],
    )


def _withheld(response: Response) -> Response:
    return Response(group=response["group"], change=None, low=None, high=None, n=0, why=personal.WITHHELD)


def discounts(view: View) -> Discounts:
    """The predictions of the version; raises Lacking with the reason where it has none."""
    require(view, "discount_rate")
    return given(view.cube.fitted.discounts)


@lru_cache(1)  # the panels of a tab ask one after the other
def _by_customer(cube: Cube, filters: Filters) -> tuple[Ints, Sums]:
    """Customers with a basket in the stores and categories selected, and their sums."""
    found, selection = given(cube.fitted.discounts), cube.select(filters)
    axes = (
        (found.store, selection.stores, len(cube.store_ids)),
        (found.category, selection.categories, len(cube.categories)),
    )
    tests = [mask(size, chosen)[column] for column, chosen, size in axes if len(chosen) < size]
    rows: Ints | slice = np.flatnonzero(np.logical_and.reduce(tests)) if tests else slice(None)
    customer = found.customer[rows].astype(np.int64)
    first = _firsts(customer)
    return customer[first], found.sums.at(rows).runs(first)


def _firsts(customer: Column) -> Ints:
    """The first row of each customer; those of one lie side by side."""
    return np.flatnonzero(np.diff(customer, prepend=-1))


def _tier(cube: Cube, customer: Ints, tiers: list[str]) -> Ints:
    if not tiers:
        return np.zeros(len(customer), dtype=np.int64)
    place = np.array([tiers.index(str(name)) for name in cube.column("tiers")])
    found: Ints = place[cube.column("customers.tier_idx")[customer]]
    return found
