"""What to do next on every shelf, and what that is worth: restock, transfer, reduce, protect.

A shelf with x units waits for the order of today, which comes after the lead time L and has to last until the next one
comes, the protection time P = L + R. Without an order the shelf loses E[(D_P − x)⁺]; with q units more

    avoided = [n_P(x) − n_L(x)] − [n_P(x + q) − n_L(x + q)]

where n is the loss function of NB1 demand (`inventory_theory`). What is lost before the order comes is lost either way.
That unserved demand waits, as in the closed form, makes the loss that is left too large and the gain too small. Demand
is predictive: the error of its level, with relative SD u, widens φ to φ + u²·μ. Money comes once: units that another
store sends are not ordered, and what was sent away is not reduced again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from analytics.arrays import Array, Ints, Mask, rows_by, sum_by
from analytics.models.inventory_theory import demand_cdf, demand_quantile, loss
from analytics.models.order_levels import YEAR_DAYS
from analytics.models.stocked_items import MONTH_DAYS, MONTHS, Items
from analytics.models.transfers import matched

KINDS: Final = ("restock", "transfer", "reduce", "protect")
RESTOCK, TRANSFER, REDUCE, PROTECT = range(4)
SUMMED: Final = ("actions", "units", "likely", "below", "above", "below²", "above²")  # from likely to ends
TAIL: Final = 0.10  # on either side of an 80 % interval
SPARE_MONTHS: Final = 3  # what a store does not need for so long it can give away
KEPT_MONTHS: Final = 6  # what is not needed for so long is too much
KEPT_SERVICE: Final = 0.98
SHARED: Final = 0.2  # of the variance, by shelves of one product: what sums in demo worlds need (seeds 101 to 140)
Z: Final = 1.2816  # SDs from the middle to either end of 80 %


@dataclass(frozen=True, slots=True)
class Shelves:
    """n items and what lies there today; arrays (n,).

    items: month 0 is the coming one. on_hand: units; on order nothing is known. store, chain, product: numbers.
    top: whether the item is a top seller of its store.
    """

    items: Items
    on_hand: Array
    store: Ints
    chain: Ints
    product: Ints
    top: Mask

    def only(self, chosen: Mask | Ints) -> "Shelves":
        """Some of them."""
        kept = (getattr(self, name)[chosen] for name in ("on_hand", "store", "chain", "product", "top"))
        return Shelves(self.items.only(chosen), *kept)

    @property
    def place(self) -> Ints:
        """A number of each chain × product, within which units can move."""
        place: Ints = self.chain * (self.product.max(initial=0) + 1) + self.product
        return place


class Actions(NamedTuple):
    """Arrays (actions,), the largest likely money first.

    kind: number in KINDS; item: of the shelf that gains, or has too much; giver: of the shelf that sends, −1 for none;
    units: to order, send or take away; low, likely, high: money [currency], 80 % between low and high; level: units to
    order up to, or to keep; chance: of running out before the next delivery if nothing is done [-].
    """

    kind: Ints
    item: Ints
    giver: Ints
    units: Array
    low: Array
    likely: Array
    high: Array
    level: Array
    chance: Array

    def only(self, which: Ints | slice) -> "Actions":
        """Some of them."""
        return Actions._make(column[which] for column in self)


class Window(NamedTuple):
    """Demand of a time from today on: predictive mean [units] and variance ÷ mean."""

    mean: Array
    dispersion: Array


class _Worth(NamedTuple):
    low: Array
    likely: Array
    high: Array


class _Rows(NamedTuple):
    """Actions of one kind: where, and what they are worth."""

    item: Ints
    units: Array
    worth: _Worth

    def only(self, which: Mask) -> "_Rows":
        """Some of them."""
        return _Rows(self.item[which], self.units[which], _Worth(*(side[which] for side in self.worth)))


def plan(shelves: Shelves, service: float | Array) -> Actions:
    """Every action at this service level, the share of cycles without an empty shelf.

    Only what has a margin is ordered, but also what costs more to hold than it saves.
    service: one for all, or (n,), such as `economic_service_level`.
    """
    items, x = shelves.items, shelves.on_hand
    service = np.broadcast_to(service, x.shape)
    ahead = window(items, items.lead_time_days + items.review_days)
    level = demand_quantile(service, *ahead)
    short = 1 - demand_cdf(x, *ahead)
    missing = np.where(margin(items) > 0, np.maximum(level - x, 0), 0)
    spare = np.where(level > x, 0, beyond(items, x, service, SPARE_MONTHS))
    giver, taker, moved = matched(shelves.place, spare, missing, margin(items) * short)
    got, gave = (sum_by(at, moved, len(x)) for at in (taker, giver))
    excess = np.maximum(beyond(items, x, np.full(len(x), KEPT_SERVICE), KEPT_MONTHS) - gave, 0)
    raised = shelves.top & (x > 0) & (short > 1 - service) & (items.level[0] < level)
    parts = {
        TRANSFER: _Rows(taker, moved, transferring(items.only(taker), x[taker], got[taker], moved)),
        REDUCE: _rows(reducing, items, x - gave, excess),
    }
    order = _rows(restocking, items, x + got, missing - got)
    for kind, which in ((RESTOCK, ~raised), (PROTECT, raised)):
        parts[kind] = order.only(which[order.item])
    return _ranked(parts, giver, np.where(excess > 0, x - gave - excess, level), short)


def margin(items: Items) -> Array:
    """What a lost unit costs after shoppers who take something else, (n,) [currency]."""
    lost: Array = np.maximum(items.price - items.cost, 0) * (1 - items.substitution)
    return lost


def window(items: Items, days: Array) -> Window:
    """Predictive demand from today over `days`, (n,); the months of the year come round again."""
    upto = np.concatenate([np.zeros((1, len(items))), np.cumsum(items.mean, axis=0)])
    years, month = np.divmod(np.asarray(days, dtype=np.float64) / MONTH_DAYS, MONTHS)
    whole = month.astype(np.int64)
    here = np.arange(len(items))
    mean = years * upto[-1] + upto[whole, here] + (month - whole) * items.mean[whole, here]
    doubt = items.uncertainty**2 + items.common_uncertainty**2
    return Window(mean, items.dispersion + doubt * mean)


def restocking(items: Items, on_hand: Array, units: Array) -> _Worth:
    """Margin of the lost sales that `units` ordered today avoid, less what holding them costs until the next order.

    Low and high: what is avoided if demand between the two deliveries comes at its 10 % and 90 % quantile and the
    shelf has by then what it is expected to have. A unit ordered is held for half the time if it is sold.
    """
    lead, ahead = window(items, items.lead_time_days), window(items, items.lead_time_days + items.review_days)
    full = on_hand + units
    before, after = (loss(at, *ahead) - loss(at, *lead) for at in (on_hand, full))
    left = on_hand - lead.mean + loss(on_hand, *lead)
    cycle = Window(np.maximum(ahead.mean - lead.mean, 0), ahead.dispersion)
    few, many = (np.clip(demand_quantile(tail, *cycle) - left, 0, units) for tail in (TAIL, 1 - TAIL))
    hold = items.holding_rate * items.cost * items.review_days / YEAR_DAYS

    def money(avoided: Array) -> Array:
        return margin(items) * avoided - hold * (units - avoided / 2)

    return _spanned(money(few), money(np.clip(before - after, 0, units)), money(many))


def transferring(items: Items, on_hand: Array, got: Array, units: Array) -> _Worth:
    """Margin of the lost sales that `units` from another store avoid before an order of today would run out.

    got: units from all stores together, of which these are a part. Nothing for transport, which nobody told us.
    """
    ahead = window(items, items.lead_time_days + items.review_days)
    share = np.divide(units, got, out=np.zeros_like(got), where=got > 0) * margin(items)
    few, many = (np.clip(demand_quantile(tail, *ahead) - on_hand, 0, got) for tail in (TAIL, 1 - TAIL))
    likely = loss(on_hand, *ahead) - loss(on_hand + got, *ahead)
    return _spanned(share * few, share * likely, share * many)


def reducing(items: Items, on_hand: Array, units: Array) -> _Worth:
    """What holding the last `units` of a shelf costs over the next year, as far as they would still be there.

    By Simpson's rule over today, half a year and a year; a unit that would sell in between saves only until then.
    """
    yearly, kept = items.holding_rate * items.cost, on_hand - units
    seen = [window(items, np.full(len(items), at * MONTH_DAYS)) for at in (MONTHS / 2, MONTHS)]

    def money(left: list[Array]) -> Array:
        return yearly * (units + 4 * left[0] + left[1]) / 6

    def still(demand: Array) -> Array:
        return np.maximum(on_hand - demand, 0) - np.maximum(kept - demand, 0)

    high, low = ([still(demand_quantile(tail, *then)) for then in seen] for tail in (TAIL, 1 - TAIL))
    likely = [units + loss(on_hand, *then) - loss(kept, *then) for then in seen]
    return _spanned(money(low), money(likely), money(high))


def beyond(items: Items, on_hand: Array, service: Array, months: int) -> Array:
    """Units above what lasts through so many months with this chance, (n,); 0 for none."""
    found, ahead = np.zeros(len(items)), window(items, np.full(len(items), months * MONTH_DAYS))
    some = np.flatnonzero(on_hand > ahead.mean)  # a quantile costs more than this look
    needed = demand_quantile(service[some], ahead.mean[some], ahead.dispersion[some])
    found[some] = np.maximum(np.floor(on_hand[some] - needed), 0)
    return found


def summed(actions: Actions, cell: Ints, cells: int) -> Array:
    """Sums of SUMMED by cell, (SUMMED, cells). cell: of each action, such as its product."""
    below, above = actions.likely - actions.low, actions.high - actions.likely
    parts = (np.ones(len(cell)), actions.units, actions.likely, below, above, below**2, above**2)
    return rows_by(cell, np.stack(parts), cells)


def total(sums: Array, common_uncertainty: float) -> tuple[float, float, float]:
    """Low, likely and high of the sum of all actions, for the 80 % that each has.

    sums: see `summed`, by product. Deviations d below and above are added by what they share: a part SHARED of the
    variance by product in all stores, the rest by no two shelves, and the common uncertainty by all:
    √(SHARED·Σ_product (Σ d)² + (1 − SHARED)·Σ d² + (z·common·Σ likely)²).
    """
    _, _, money, below, above, below_squares, above_squares = sums
    likely = float(money.sum())
    common = Z * common_uncertainty * likely

    def spread(by_product: Array, squares: Array) -> float:
        return float(np.sqrt(SHARED * (by_product**2).sum() + (1 - SHARED) * squares.sum() + common**2))

    return likely - spread(below, below_squares), likely, likely + spread(above, above_squares)


def _rows(worth: Callable[[Items, Array, Array], _Worth], items: Items, on_hand: Array, units: Array) -> _Rows:
    some = np.flatnonzero(units > 0)
    return _Rows(some, units[some], worth(items.only(some), on_hand[some], units[some]))


def _ranked(parts: dict[int, _Rows], giver: Ints, level: Array, chance: Array) -> Actions:
    kind = np.repeat(list(parts), [len(rows.item) for rows in parts.values()])
    item = np.concatenate([rows.item for rows in parts.values()])
    sender = np.full(len(kind), -1)
    sender[kind == TRANSFER] = giver
    units = np.concatenate([rows.units for rows in parts.values()])
    money = [np.round(np.concatenate(side), 2) for side in zip(*(rows.worth for rows in parts.values()), strict=True)]
    order = np.lexsort((sender, kind, item, -money[1]))
    columns = (kind, item, sender, units, *money, level[item], chance[item])
    return Actions(*columns).only(order)


def _spanned(low: Array, likely: Array, high: Array) -> _Worth:
    return _Worth(np.minimum(low, likely), likely, np.maximum(high, likely))
