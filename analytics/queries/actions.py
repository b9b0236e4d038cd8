"""What to do next on every shelf of the selection, by what it is worth; planned in the refresh."""

from collections.abc import Callable
from functools import lru_cache
from string import Formatter
from typing import Any, Final, TypedDict

import numpy as np

from analytics.action_lists import PAYS, THIN, UNPRICED, ActionLists
from analytics.arrays import Array, Ints, Mask, mask
from analytics.filters import Filters
from analytics.models.actions import KEPT_MONTHS, KINDS, SPARE_MONTHS, SUMMED, Actions, Shelves, summed, total, window
from analytics.models.evidence import GRADES
from analytics.models.stocked_items import MONTH_DAYS, Items
from analytics.queries.availability import at_stake
from analytics.queries.view import View, cached_query, given, query, regardless_of
from analytics.table import MAYBE_WITHHELD, Field, Listed, Spoken, Together
from data.said import Said, english, say

ALL_KINDS: Final = "all"
TOP: Final = 10
MOST_ACTIONS: Final = 10_000  # rows of a table; a selection of fewer stores has the others
WIDER: Final = 4  # times as much of the plan is looked at, as long as it was too little
VERBS: Final = {
    "restock": say("Restock"),
    "transfer": say("Transfer"),
    "reduce": say("Reduce"),
    "protect": say("Protect"),
}
ABOUT_GRADE: Final = (
    "How much the estimate of demand rests on this shelf. A: at least half on its own sales, a year in stock and more, "
    "most months clear, and intervals that held in the back-test. C: under a tenth on its own sales, less than half a "
    "year in stock, or most months empty at the end. B: the rest, drawn towards other stores and the category. A month "
    "is clear if it closed with stock and its first stock outlasted its sales."
)
ABOUT_MONEY: Final = (
    "Restock, protect, transfer: margin of sales not lost until the next delivery after this one, without what "
    "shoppers are assumed to buy instead, less what holding the units costs; below zero where the service level "
    "chosen costs more than it brings. Reduce: what holding the units costs in the next year."
)
ABOUT_STAKE: Final = (
    "What customers whose usual store this is would spend more in a quarter, had no top seller run out here: the part "
    "of this product, see who would buy more on the Customers tab. Not added to the worth."
)
FIELDS: Final = (
    Field("action", "Action"),
    Field("product_name", "Product", link="/products/{product_id}"),
    Field("product_id", "Product id", hidden=True),
    Field("store_name", "Store", link="/stores/{store_id}"),
    Field("store_id", "Store id", hidden=True),
    Field("giver_name", "From store", about="Of the same chain, sends the units.", link="/stores/{giver_id}"),
    Field("giver_id", "From store id", hidden=True),
    Field("units", "Quantity", "units", about="To order, to send or to take away."),
    Field("likely", "Worth", "money", about=ABOUT_MONEY),
    Field("low", "Low (80 %)", "money", about="Below zero: what holding the units costs if they are not asked for."),
    Field("high", "High (80 %)", "money"),
    Field("on_hand", "In stock", "units", about="At the end of the last month that was counted."),
    Field("level", "Up to", "units", about="Level to order up to, or to keep, at the service level chosen."),
    Field("at_stake", "Customers would spend more", "money", about=ABOUT_STAKE, withheld=MAYBE_WITHHELD),
    Field("grade", "Evidence", about=ABOUT_GRADE),
    Field("proof", "Proof", link="/products/{product_id}?store={store_id}"),
)  # fmt: skip
HIDDEN: Final = (
    Field("kind", "Kind", hidden=True),
    Field("demand", "Wanted until the next delivery after this one", "units", hidden=True),
    Field("days", "Days until then", "count", hidden=True),
    Field("chance", "Chance to run out before then", "%", hidden=True),
    Field("usual", "Usually filled up to", "units", hidden=True),
    Field("half_year", "Wanted in half a year", "units", hidden=True),
    Field("capital", "Cost of the units", "money", hidden=True),
    Field("giver_on_hand", "In stock there", "units", hidden=True),
    Field("giver_demand", "Wanted there in three months", "units", hidden=True),
)
REASON: Final = Field("reason", "Reason", spoken=True)
REASONS: Final = {
    "restock": say(
        "{on_hand} in stock, {demand} wanted in the {days} days until a later order would be here: it runs out before "
        "with a chance of {chance} %."
    ),
    "protect": say(
        "A top seller with {on_hand} in stock, {demand} wanted in the {days} days until a later order would be here: "
        "it runs out before with a chance of {chance} %. It is usually filled up to {usual} only."
    ),
    "transfer": say(
        "{on_hand} in stock here, {demand} wanted in {days} days; {giver_name} has {giver_on_hand} and sells "
        "{giver_demand} in three months."
    ),
    "reduce": say("{on_hand} in stock, {half_year} wanted in half a year: {units} too many."),
}
WHOLE: Final = ("on_hand", "days", "chance", "usual", "units", "giver_on_hand")
FEW: Final = 2  # units, below which a tenth tells something
Speak = Callable[[Said], str]


class Sum(TypedDict):
    """Some actions together: how many, their units, and money with its 80 % interval [currency]."""

    count: int
    units: float
    low: float
    likely: float
    high: float


class ActionSums(TypedDict):
    """Actions of a selection: of each kind, the ten of the kind chosen that are worth most, and all of that kind.

    thin, unpriced: shelves without an action for want of history or of a cost. month: counted at its end ("2023-12").
    Assumed: substitution, the share of shoppers that take something else; holding_rate, of the cost of stock a year.
    """

    kinds: dict[str, Sum]
    top: Sum
    chosen: Sum
    thin: int
    unpriced: int
    month: str
    substitution: float
    holding_rate: float


@regardless_of("quarters")
@query
def actions(
    view: View, filters: Filters, kind: str, service: str = PAYS, most: int = MOST_ACTIONS, speak: Speak = english
) -> Spoken:
    """One row an action of the selection, the largest likely money first, with a reason in words.

    kind: one of KINDS or ALL_KINDS; service: one of SERVICES. Raises Lacking with the reason where nothing is planned.
    """
    found, plan = given(view.cube.fitted.actions), _plan_of(view, service)
    rows = plan.only(np.array(_first(view, filters, kind, service, most), dtype=np.int64))
    shown = Together(len(rows.kind), lambda some: _columns(view, found, rows.only(some), speak))
    fields = FIELDS + HIDDEN
    return Spoken(
        Listed(fields, {field.name: shown.column(field.name) for field in fields}),
        REASON,
        lambda row: speak(_reason(row)),
    )


@regardless_of("quarters")
@cached_query
def action_sums(view: View, filters: Filters, kind: str, service: str = PAYS) -> ActionSums:
    """What the actions of a selection come to; see `actions`."""
    found, plan = given(view.cube.fitted.actions), _plan_of(view, service)
    by_kind = _by_kind(view, filters, service)
    top = plan.only(np.array(_first(view, filters, kind, service, TOP), dtype=np.int64))
    stores, products = _inside(view, filters)
    left = found.left[2][stores[found.left[0]] & products[found.left[1]]]
    return ActionSums(
        kinds={name: _sum(found, sums) for name, sums in zip(KINDS, by_kind, strict=True)},
        top=_sum(found, _by_product(found, top, len(products))),
        chosen=_sum(found, by_kind.sum(axis=0) if kind == ALL_KINDS else by_kind[KINDS.index(kind)]),
        thin=int((left == THIN).sum()),
        unpriced=int((left == UNPRICED).sum()),
        month=found.planning.assumed["since"],
        substitution=found.planning.assumed["substitution"],
        holding_rate=found.planning.assumed["holding_rate"],
    )


def _by_kind(view: View, filters: Filters, service: str) -> Array:
    """Sums by kind and product, (KINDS, SUMMED, products). Whole chains send to no other: sums of all are at hand."""
    cube, found, selection = view.cube, given(view.cube.fitted.actions), view.cube.select(filters)
    stores, products = _inside(view, filters)
    if _whole(view) and cube.whole_chains(selection.stores):
        sums = found.sums[service].reshape(len(KINDS), len(SUMMED), -1, len(products))
        chosen: Array = sums[:, :, np.unique(cube.chain_of[selection.stores])].sum(axis=2) * products
        return chosen
    rows = _plan_of(view, service)
    rows = rows.only(np.flatnonzero(_kept(found, rows, stores, products)))
    kinds = (rows.only(np.flatnonzero(rows.kind == number)) for number in range(len(KINDS)))
    return np.array([_by_product(found, some, len(products)) for some in kinds])


def _by_product(found: ActionLists, rows: Actions, products: int) -> Array:
    return summed(rows, np.asarray(found.shelves.product[rows.item]), products)


def _kept(found: ActionLists, rows: Actions, stores: Mask, products: Mask) -> Mask:
    """Actions at the chosen stores, or that send from them; other stores may take part if they may be seen."""
    here = stores[found.shelves.store]
    there: Mask = here[rows.item] | ((rows.giver >= 0) & here[rows.giver])
    return there & products[found.shelves.product[rows.item]]


@cached_query
def _first(view: View, filters: Filters, kind: str, service: str, most: int) -> list[int]:
    """Places in the plan of those that are worth most: no more of it is looked at than it takes."""
    found, plan = given(view.cube.fitted.actions), _plan_of(view, service)
    chosen, seen, places = _inside(view, filters), 0, np.empty(0, dtype=np.int64)
    while len(places) < most and seen < len(plan.kind):
        seen = max(WIDER * seen, most)
        rows = plan.only(slice(seen))
        kept = _kept(found, rows, *chosen)
        places = np.flatnonzero(kept if kind == ALL_KINDS else kept & (rows.kind == KINDS.index(kind)))
    first: list[int] = places[:most].tolist()
    return first


def _plan_of(view: View, service: str) -> Actions:
    """What to do on all shelves that may be seen."""
    return given(view.cube.fitted.actions).by_service[service] if _whole(view) else _own_plan(view, service)


@lru_cache(4)  # unpacked once, not for each page of the table
def _own_plan(view: View, service: str) -> Actions:
    return _unpacked(_plan(view, Filters(), service))


def _whole(view: View) -> bool:
    """Whether all stores of each chain may be seen of which any may: they share no units with others."""
    return view.cube.whole_chains(view.cube.select(view.scope.narrow(Filters())).stores)


@cached_query
def _plan(view: View, filters: Filters, service: str) -> dict[str, list[float]]:
    """What to do if there were no stores but those that may be seen."""
    return _packed(given(view.cube.fitted.actions).of_stores(service, _inside(view, filters)[0]))


def _packed(rows: Actions) -> dict[str, list[float]]:
    return {name: column.tolist() for name, column in rows._asdict().items()}


def _unpacked(columns: dict[str, list[float]]) -> Actions:
    numbers = ("kind", "item", "giver")
    return Actions._make(
        np.asarray(columns[name], dtype=np.int64 if name in numbers else np.float64) for name in Actions._fields
    )


def _inside(view: View, filters: Filters) -> tuple[Mask, Mask]:
    """Which stores and which products are selected."""
    cube, selection = view.cube, view.cube.select(filters)
    return mask(len(cube.store_ids), selection.stores), mask(len(cube.category_of), cube.products_of(selection))


def _sum(found: ActionLists, sums: Array) -> Sum:
    """sums: (SUMMED, products)."""
    low, likely, high = (round(money, 2) for money in total(sums, found.shelves.items.common_uncertainty))
    count, units = sums[:2].sum(axis=1).tolist()
    return Sum(count=round(count), units=units, low=low, likely=likely, high=high)


def _columns(view: View, found: ActionLists, rows: Actions, speak: Speak) -> dict[str, Any]:
    shelves, sends = found.shelves, rows.giver >= 0
    column, giver = view.cube.column, np.maximum(rows.giver, 0)
    product, store, other = shelves.product[rows.item], shelves.store[rows.item], shelves.store[giver]
    verbs = [speak(VERBS[kind]) for kind in KINDS]
    return {
        "kind": np.array(KINDS)[rows.kind],
        "action": np.array(verbs)[rows.kind],
        "grade": np.array(GRADES)[found.grade[rows.item]],
        "proof": np.full(len(rows.kind), speak(say("Stock and sales"))),
        **{f"product_{part}": column(f"products.product_{part}")[product] for part in ("id", "name")},
        **{f"store_{part}": column(f"stores.store_{part}")[store] for part in ("id", "name")},
        **{f"giver_{part}": np.where(sends, column(f"stores.store_{part}")[other], "") for part in ("id", "name")},
        "at_stake": at_stake(view, store, product),
        **{name: getattr(rows, name) for name in ("units", "low", "likely", "high", "level")},
        "chance": np.clip(np.round(100 * rows.chance), 1, 99),
        **_measured(shelves, rows.item, rows.units),
        "giver_on_hand": np.where(sends, shelves.on_hand[giver], np.nan),
        "giver_demand": np.where(sends, _wanted(shelves.items.only(giver), SPARE_MONTHS), np.nan),
    }


def _measured(shelves: Shelves, item: Ints, units: Array) -> dict[str, Array]:
    """What the reasons tell of the shelves."""
    items = shelves.items.only(item)
    days = items.lead_time_days + items.review_days
    return {
        "on_hand": np.asarray(shelves.on_hand[item]),
        "days": np.round(days),
        "demand": _rounded(window(items, days).mean),
        "half_year": _wanted(items, KEPT_MONTHS),
        "usual": np.ceil(items.level[0]),
        "capital": np.round(units * items.cost, 2),
    }


def _wanted(items: Items, months: int) -> Array:
    return _rounded(window(items, np.full(len(items), months * MONTH_DAYS)).mean)


def _rounded(units: Array) -> Array:
    """Whole units, but for a few."""
    return np.where(units < FEW, np.round(units, 1), np.round(units))


def _reason(row: dict[str, Any]) -> Said:
    pattern = REASONS[row["kind"]]["text"]
    told = {name: row[name] for _, name, _, _ in Formatter().parse(pattern) if name}
    return say(pattern, **{name: _plainly(name, value) for name, value in told.items()})


def _plainly(name: str, value: Any) -> Any:
    return value if isinstance(value, str) or (name not in WHOLE and value < FEW) else int(value)
