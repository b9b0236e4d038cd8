"""Why net sales changed: the parts of the change between a period and an earlier one, in all and by something."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal, TypedDict

import numpy as np

from analytics.arrays import Array
from analytics.cube import Cube
from analytics.filters import Filters
from analytics.models.decomposition import PARTS, WHOLE, Chain, added, split
from analytics.queries import personal
from analytics.queries.comparison import Against, earlier
from analytics.queries.overview import names
from analytics.queries.view import Lacking, View, cached_query, exact, query, require
from analytics.selection import Selection
from analytics.table import Field, Listed, Table
from analytics.totals import Totals
from data.said import Said, english, say

By = Literal["store", "chain", "category", "product"]


class Part(TypedDict):
    """What one part contributes [money]. why: for a part that takes whole changes, says whose and why."""

    id: str
    label: str
    money: float
    why: list[Said]


class Change(TypedDict):
    """Net sales of two periods [money] and the parts that lead from one to the other: before + Σ parts = after.

    months, months_before: "2023-01", … of each. why: says why there is nothing to compare with; then before is None
    and there are no parts.
    """

    before: float | None
    after: float
    parts: list[Part]
    months: list[str]
    months_before: list[str]
    why: Said | None


@dataclass(frozen=True, slots=True)
class Buyers:
    """Some of the buyers: parts of their change; the running products of these; why a change is whole, by part."""

    parts: tuple[str, ...]
    sums: Callable[[Totals], Array]
    whole: dict[str, Said]


def _of_members(t: Totals) -> Array:
    orders = t["orders"] - t["guest_orders"]
    return np.stack([t["buyers"], orders, t["member_units"], t["member_gross_sales"], t["member_sales"]])


def _of_guests(t: Totals) -> Array:
    gross, net = t["gross_sales"] - t["member_gross_sales"], t["net_sales"] - t["member_sales"]
    return np.stack([t["guest_orders"], t["units_sold"] - t["member_units"], gross, net])


def _of_all(t: Totals) -> Array:
    return np.stack([t["orders"], *_of_products(t)])


def _of_products(t: Totals) -> Array:
    return np.stack([t["units_sold"], t["gross_sales"], t["net_sales"]])


MEMBERS: Final = Buyers(
    ("customers", "orders_per_customer", "units_per_order", "price", "discount"),
    _of_members,
    {
        "new": say("No known customer bought in the earlier period."),
        "gone": say("No known customer bought in this period."),
        "unsplit": say("Returns or discounts of known customers were as large as their sales in one of the periods."),
    },
)
GUESTS: Final = Buyers(
    ("guest_orders", "units_per_order", "price", "discount"),
    _of_guests,
    {
        "new": say("No guest bought in the earlier period."),
        "gone": say("No guest bought in this period."),
        "unsplit": say("Returns or discounts of guests were as large as their sales in one of the periods."),
    },
)
_ALL: Final[dict[str, Said]] = {
    "new": say("Nothing was sold in the earlier period."),
    "gone": say("Nothing was sold in this period."),
    "unsplit": say("Returns or discounts were as large as sales in one of the periods."),
}
EVERYBODY: Final = Buyers(("orders", "units_per_order", "price", "discount"), _of_all, _ALL)
OF_PRODUCTS: Final = Buyers(("units", "price", "discount"), _of_products, _ALL)
GROUPS: Final[dict[By, tuple[Field, Field]]] = {
    "store": (Field("id", "Store id", hidden=True), Field("name", "Store", link="/stores/{id}")),
    "chain": (Field("id", "Chain", hidden=True), Field("name", "Chain", link="?chain={id}")),
    "category": (Field("id", "Category", hidden=True), Field("name", "Category", link="?category={id}")),
    "product": (Field("id", "Product id", hidden=True), Field("name", "Product", link="/products/{id}")),
}


@cached_query
def change(view: View, filters: Filters, against: Against) -> Change:
    """Net sales of known customers as customers × orders per customer × units per order × price × discount.

    Price: gross sales ÷ units, which moves with the mix of products too. Discount: net ÷ gross sales. Sales to guests
    begin with their orders, and so do all sales where customers are not known or withheld. Parts of one name are added
    up; see models.decomposition for the equation and for what cannot be split.
    """
    require(view, "net_sales")
    cube = view.cube
    now = cube.select(filters)
    before = earlier(cube, now, against)
    months, after = cube.labels("month", now), float(cube.totals_of(now)["net_sales"][0])
    if not isinstance(before, Selection):
        return Change(before=None, after=after, parts=[], months=months, months_before=[], why=before)
    buyers = _buyers(view, None, before, now)
    splits = [split(chain) for chain in _chains(cube, buyers, before, now, ())]
    reasons = {
        part: [who.whole[part] for who, found in zip(buyers, splits, strict=True) if found[part][0]] for part in WHOLE
    }
    return Change(
        before=float(cube.totals_of(before)["net_sales"][0]),
        after=after,
        parts=[
            Part(id=part, label=english(PARTS[part]), money=float(money[0]), why=reasons.get(part, []))
            for part, money in added(splits).items()
            if part not in WHOLE or reasons[part]
        ],
        months=months,
        months_before=cube.labels("month", before),
        why=None,
    )


@query
def change_by(view: View, filters: Filters, against: Against, by: By, part: str = "") -> Table:
    """The same split within each store, chain, category or product that sold in either period.

    Columns: id, name, before, after, change and the parts [money]; largest contribution to `part` first, up or down
    ("" = to the whole change). The changes add up to the total change. The parts of stores need not add up to the
    total's parts: a customer of two stores is one customer of the total but one of each store, and even without such
    customers logarithms of a sum are not sums of logarithms; what a mix of stores moves is in the total's averages.
    Products have units × price × discount only.

    Raises Lacking where there is no earlier period, and for a part that these groups or these data do not have;
    KeyError for a part that there is not.
    """
    columns = _columns(view, filters, against, by, part)
    return Listed.of(_fields(by, tuple(name for name in columns if name in PARTS)), columns)


@cached_query
def _columns(view: View, filters: Filters, against: Against, by: By, part: str) -> dict[str, list[Any]]:
    require(view, "net_sales")
    cube = view.cube
    now = cube.select(filters)
    before = earlier(cube, now, against)
    if not isinstance(before, Selection):
        raise Lacking(alone(before))
    buyers = _buyers(view, by, before, now)
    _check(view, part, by, buyers)
    chains = _chains(cube, buyers, before, now, (by,))
    sums = {side: sum(getattr(chain, side)[-1] for chain in chains) for side in ("before", "after")}
    parts = {k: v for k, v in added(map(split, chains)).items() if k == part or k not in WHOLE or v.any()}
    ids = cube.labels(by, now)
    numbers = {**sums, "change": sums["after"] - sums["before"], **parts}
    sold = np.any([sums["before"], sums["after"], *parts.values()], axis=0)
    rows = np.flatnonzero(sold)
    rows = rows[np.argsort(-np.abs(numbers[part or "change"][rows]), kind="stable")]
    some = [ids[i] for i in rows]
    return {"id": some, "name": names(view, by, some)} | {name: exact(v[rows]) for name, v in numbers.items()}


def alone(why: Said) -> Said:
    """The sentence for a period that has nothing to be compared with."""
    return say("Nothing to compare with: {why}. Choose other quarters to see what changed.", why=why)


def _buyers(view: View, by: By | None, before: Selection, now: Selection) -> tuple[Buyers, ...]:
    """Known customers apart from guests, where customers are known and none of their groups is withheld."""
    if by == "product":
        return (OF_PRODUCTS,)
    if not view.cube.has("sales.customer_id") or personal.few_buyers(view, (by,) if by else (), before, now):
        return (EVERYBODY,)
    return MEMBERS, GUESTS


def _chains(
    cube: Cube, buyers: tuple[Buyers, ...], before: Selection, now: Selection, by: tuple[str, ...]
) -> list[Chain]:
    earlier_sums, sums = cube.totals_of(before, by), cube.totals_of(now, by)
    return [Chain(who.parts, who.sums(earlier_sums), who.sums(sums)) for who in buyers]


def _check(view: View, part: str, by: By, buyers: tuple[Buyers, ...]) -> None:
    """Raises KeyError or Lacking for a part that cannot be asked for."""
    if not part or part in WHOLE or any(part in who.parts for who in buyers):
        return
    label = PARTS[part]
    if by == "product":
        raise Lacking(say("{part}: not known by product.", part=label))
    if view.cube.has("sales.customer_id"):
        raise Lacking(personal.WITHHELD)
    raise Lacking(say("{part}: not known from these data.", part=label))


def _fields(by: By, parts: tuple[str, ...]) -> tuple[Field, ...]:
    labels = PARTS | ({"price": say("Price")} if by == "product" else {})
    return (
        *GROUPS[by],
        Field("before", "Before", "money", about="Net sales of the earlier period."),
        Field("after", "After", "money", kpi="net_sales"),
        Field("change", "Change", "money", about="Net sales less those of the earlier period: the sum of its parts."),
        *(Field(part, english(labels[part]), "money") for part in parts),
    )
