"""What to do on every shelf, planned in the refresh once for each service level that a reader may choose.

Requests read arrays mapped into memory: `shelves.<name>.npy` of the items and `actions.<service>.<name>.npy` of what to
do with them, the largest money first. A reader with rights to some stores gets a plan of these alone.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

import numpy as np

from analytics.arrays import Array, Column, Ints, Mask
from analytics.models.actions import Actions, Shelves, plan
from analytics.models.assortment import abc_classes
from analytics.models.coverage import Coverage
from analytics.models.demand import Demand
from analytics.models.evidence import History, grade
from analytics.models.order_levels import economic_service_level
from analytics.models.stocked_items import SINGLE, Items
from analytics.models.today import Trade, stocked
from analytics.said import Said, say
from data.version import ARRAYS, Version

FILE: Final = "actions.json"
EARLIER: Final = say("No actions: these data were loaded by an earlier release. Load them again.")
NO_COST: Final = say("No actions: what they are worth takes the unit cost of products, which the loaded files lack.")
NO_SHELF: Final = say("No actions: no shelf has a stock, a cost and enough history for an estimate of its demand.")
PAYS: Final = "pays"
SERVICES: Final[dict[str, float | None]] = {PAYS: None, "90": 0.90, "95": 0.95, "98": 0.98}
THIN, UNPRICED = range(2)
Reader = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class ActionLists:
    """Shelves of a version with their grades of evidence, and what to do with them.

    month: index of the month at whose end they were counted. left: store, product and reason (THIN, UNPRICED) of ranged
    shelves without an action, (3, m). by_service: the plan of all stores.
    """

    shelves: Shelves
    grade: Ints
    left: Ints
    month: int
    by_service: dict[str, Actions]

    @classmethod
    def of(cls, version: Version) -> "ActionLists | Said":
        """The lists of a version, or why it has none."""
        path = version.path / FILE
        if not path.exists():
            return EARLIER
        found = json.loads(path.read_text(encoding="utf-8"))
        why: Said | None = found["why"]
        return why or cls._read(version.array, int(found["month"]))

    @classmethod
    def _read(cls, array: Reader, month: int) -> "ActionLists":
        items = Items(**{f.name: _number(f.name, array(f"items.{f.name}")) for f in fields(Items)})
        rest = (array(f"shelves.{f.name}") for f in fields(Shelves) if f.name != "items")
        plans = {s: Actions(*(array(f"actions.{s}.{name}") for name in Actions._fields)) for s in SERVICES}
        return cls(Shelves(items, *rest), array("shelves.grade"), array("shelves.left"), month, plans)

    def planned(self, service: str, stores: Mask | None) -> Actions:
        """What to do, of all stores, or of some of them, (stores,), that share with no other."""
        if stores is None or stores.all():
            return self.by_service[service]
        mine = np.flatnonzero(stores[self.shelves.store])
        return found_at(mine, plan_of(self.shelves.only(mine), service))


def plan_of(shelves: Shelves, service: str) -> Actions:
    """The plan at one of SERVICES; without a level, at the one that pays on each shelf."""
    level = SERVICES[service]
    return plan(shelves, economic_service_level(shelves.items) if level is None else level)


def found_at(numbers: Ints, actions: Actions) -> Actions:
    """Actions on some of the shelves, by the numbers that these have among all."""
    giver = np.where(actions.giver < 0, -1, numbers[actions.giver])
    return actions._replace(item=numbers[actions.item], giver=giver)


def publish(path: Path, array: Reader, demand: Demand, price: Array | None, coverage: Coverage) -> None:
    """Plans what to do on the shelves of a version that is being built in `path`.

    array: its arrays by name; price: (stores, products) of a unit, None without demand; coverage: the back-test.
    """
    why, arrays, month = demand.why, {}, 0
    cost = np.asarray(array("products.unit_cost"), dtype=np.float64)
    if not why and not np.isfinite(cost).any():
        why = NO_COST
    if price is not None and not why:
        lead = np.asarray(array("products.lead_time_days"), dtype=np.float64)
        month = int(np.flatnonzero(np.isfinite(demand.ledger.closing).any(axis=(1, 2)))[-1])
        arrays = _arrays(demand, Trade(price, cost, lead), month, array("stores.chain_idx"), coverage)
        why = None if arrays else NO_SHELF
    for name, values in arrays.items():
        np.save(path / ARRAYS / f"{name}.npy", values)
    (path / FILE).write_text(json.dumps({"why": why, "month": month}), encoding="utf-8")


def _arrays(demand: Demand, trade: Trade, month: int, chain_of: Ints, coverage: Coverage) -> dict[str, Column]:
    pair, left = _chosen(demand, trade, month)
    if not len(pair):
        return {}
    items = stocked(demand, trade, month, pair)
    store, product = np.divmod(pair, demand.ledger.sold.shape[2])
    shelves = Shelves(
        items,
        on_hand=np.floor(demand.ledger.closing[month].ravel()[pair]),
        store=store,
        chain=np.asarray(chain_of, dtype=np.int64)[store],
        product=product,
        top=_top(store, items.yearly() * items.price),
    )
    plans = {service: plan_of(shelves, service) for service in SERVICES}
    return {
        **{f"items.{f.name}": np.asarray(getattr(items, f.name)) for f in fields(Items)},
        **{f"shelves.{f.name}": getattr(shelves, f.name) for f in fields(Shelves) if f.name != "items"},
        "shelves.grade": grade(_history(demand, pair), coverage["sums"]),
        "shelves.left": left,
        **{f"actions.{s}.{name}": values for s, found in plans.items() for name, values in found._asdict().items()},
    }


def _chosen(demand: Demand, trade: Trade, month: int) -> tuple[Ints, Ints]:
    """Flat store × products that were counted and carried then, and those among them of which too little is known."""
    counted = demand.ledger.ranged[month] & np.isfinite(demand.ledger.closing[month])
    told = np.isfinite(demand.expected).any(axis=0)
    costed = np.broadcast_to(np.isfinite(trade.cost), told.shape)
    left = [np.stack([*np.nonzero(which), np.full(which.sum(), why)]) for why, which in (
        (THIN, counted & ~told), (UNPRICED, counted & told & ~costed)
    )]  # fmt: skip
    return np.flatnonzero(counted & told & costed), np.concatenate(left, axis=1)


def _history(demand: Demand, pair: Ints) -> History:
    known = np.isfinite(demand.lost)
    months = np.maximum(known.sum(axis=0), 1)
    empty, hiding = ((known & which).sum(axis=0) / months for which in (demand.ledger.out, demand.may_hide_more))
    strength = demand.factors.strength if demand.factors else 1.0
    own, in_stock = demand.information / (demand.information + strength), (known & ~demand.ledger.out).sum(axis=0)
    columns = (own, in_stock, empty, empty + hiding)
    return History._make(column.ravel()[pair] for column in columns)


def _top(store: Ints, revenue: Array) -> Mask:
    """Class A of each store by the money that is asked of it in a year, sold or not."""
    top = np.zeros(len(store), dtype=np.bool_)
    for one in np.unique(store):
        top[store == one] = abc_classes(revenue[store == one]) == "A"
    return top


def _number(name: str, value: Any) -> Any:
    return float(value) if name in SINGLE else value
