"""What to do on every shelf, planned in the refresh once for each service level that a reader may choose.

Requests read arrays mapped into memory: `actions.shelves.<name>.npy` beside the items of `planning`, and
`actions.<service>.<name>.npy` of what to do with them, the largest money first. A reader with rights to some stores
gets a plan of these alone.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from analytics import estimates
from analytics.arrays import Array, Column, Ints, Mask
from analytics.models.actions import KINDS, Actions, Shelves, plan, summed
from analytics.models.assortment import abc_classes
from analytics.models.demand import Demand
from analytics.models.evidence import History, grade
from analytics.models.kept_items import Kept
from analytics.models.order_levels import economic_service_level
from analytics.models.shelf_sums import Grid
from analytics.planning import Planning
from analytics.published import Published, facts
from data.said import Progress, Said, say
from data.version import Version

PUBLISHED: Final = Published(
    "actions", say("No actions: these data were loaded by an earlier release. Load them again."), edition=2
)
NO_COST: Final = say("No actions: what they are worth takes the unit cost of products, which the loaded files lack.")
PAYS: Final = "pays"
SERVICES: Final[dict[str, float | None]] = {PAYS: None, "90": 0.90, "95": 0.95, "98": 0.98}
SHELVES: Final = ("on_hand", "store", "chain", "product", "top")
THIN, UNPRICED = range(2)


@dataclass(frozen=True, slots=True)
class ActionLists:
    """Shelves of a version with their grades of evidence, and what to do with them.

    planned: (n,) whether a shelf is planned for: its stock was counted and its unit cost is known. left: store, product
    and reason (THIN, UNPRICED) of shelves without an action, (3, m). by_service: the plan of all stores; sums: of it,
    (kinds, SUMMED, chains × products).
    """

    planning: Planning
    shelves: Shelves
    grade: Ints
    planned: Mask
    left: Ints
    by_service: dict[str, Actions]
    sums: dict[str, Column]

    @classmethod
    def of(cls, version: Version, planning: Planning | Said) -> "ActionLists | Said":
        """The lists of a version with this planning, or why it has none."""
        taken = PUBLISHED.take(version)
        if not isinstance(taken, tuple):
            return taken
        if not isinstance(planning, Planning):
            return planning
        array, _found = taken
        return cls(
            planning,
            Shelves(planning.items, *(array(f"shelves.{name}") for name in SHELVES)),
            grade=array("shelves.grade"),
            planned=array("shelves.planned"),
            left=array("shelves.left"),
            by_service={s: Actions._make(array(f"{s}.{name}") for name in Actions._fields) for s in SERVICES},
            sums={service: array(f"{service}.sums") for service in SERVICES},
        )

    def of_stores(self, service: str, stores: Mask) -> Actions:
        """What to do if there were only some stores, (stores,)."""
        if stores.all():
            return self.by_service[service]
        return planned(self.shelves, np.flatnonzero(self.planned & stores[self.shelves.store]), service)


def planned(shelves: Shelves, chosen: Ints, service: str) -> Actions:
    """What to do on the chosen ones of all shelves, at one of SERVICES."""
    mine, level = shelves.only(chosen), SERVICES[service]
    if level is None:
        found = plan(mine, economic_service_level(mine.items))
        found = found.only(np.flatnonzero(found.likely >= 0))  # a whole unit may be too much
    else:
        found = plan(mine, level)
    giver = np.where(found.giver < 0, -1, chosen[found.giver]) if len(chosen) else found.giver
    return found._replace(item=chosen[found.item], giver=giver)


def publish(demand: Demand, kept: Kept | Said, path: Path, progress: Progress) -> None:
    """Plans what to do on the shelves of a version that is being built in `path`, and lays it beside.

    Needs the back-test that `estimates.fit` left there.
    """
    progress(say("actions"))
    priced = NO_COST if isinstance(kept, Kept) and kept.uncosted.all() else kept
    if not isinstance(priced, Kept):
        PUBLISHED.lay(path, {}, {}, priced)
        return
    tested = json.loads((path / estimates.PUBLISHED.file).read_text(encoding="utf-8"))["coverage"]["sums"]
    chain_of = facts(path)("stores.chain_idx").astype(np.int64)
    PUBLISHED.lay(path, _arrays(demand, priced, chain_of, tested), {})


def _arrays(demand: Demand, kept: Kept, chain_of: Ints, tested: float | None) -> dict[str, Column]:
    items, counted = kept.items, demand.ledger.closing[kept.since, kept.shelf]
    shelves = Shelves(
        items,
        on_hand=np.floor(np.maximum(np.nan_to_num(counted), 0)),
        store=kept.store,
        chain=chain_of[kept.store],
        product=kept.product,
        top=_top(kept.store, items.yearly() * items.price),
    )
    can = np.isfinite(counted) & ~kept.uncosted
    grid = Grid.by_product(demand.ledger.shelves.only(kept.shelf), chain_of)
    plans = {service: planned(shelves, np.flatnonzero(can), service) for service in SERVICES}
    return {
        **{f"shelves.{name}": getattr(shelves, name) for name in SHELVES},
        "shelves.grade": grade(_history(demand, kept.shelf), tested),
        "shelves.planned": can,
        "shelves.left": _left(demand, kept),
        **{f"{s}.{name}": values for s, found in plans.items() for name, values in found._asdict().items()},
        **{f"{s}.sums": _sums(found, grid) for s, found in plans.items()},
    }


def _sums(found: Actions, grid: Grid) -> Array:
    """By chain × product, of each kind. grid: of the shelves that actions are numbered by."""
    kinds = (found.only(np.flatnonzero(found.kind == kind)) for kind in range(len(KINDS)))
    return np.array([summed(some, grid.cell[some.item], grid.cells) for some in kinds])


def _left(demand: Demand, kept: Kept) -> Ints:
    """Store, product and reason of carried shelves of which too little is known."""
    shelves = demand.ledger.shelves
    unknown = np.flatnonzero(demand.ledger.ranged[kept.since] & ~np.isfinite(demand.expected).any(axis=0))
    thin = (shelves.store[unknown], shelves.product[unknown])
    unpriced = (kept.store[kept.uncosted], kept.product[kept.uncosted])
    reasons = np.repeat([THIN, UNPRICED], [len(thin[0]), len(unpriced[0])])
    return np.stack([*(np.concatenate(pair) for pair in zip(thin, unpriced, strict=True)), reasons])


def _history(demand: Demand, shelf: Ints) -> History:
    known = np.isfinite(demand.lost)
    months = np.maximum(known.sum(axis=0), 1)
    empty, hiding = ((known & which).sum(axis=0) / months for which in (demand.ledger.out, demand.may_hide_more))
    strength = demand.factors.strength if demand.factors else 1.0
    own, in_stock = demand.information / (demand.information + strength), (known & ~demand.ledger.out).sum(axis=0)
    return History._make(column[shelf] for column in (own, in_stock, empty, empty + hiding))


def _top(store: Ints, revenue: Array) -> Mask:
    """Class A of each store by the money that is asked of it in a year, sold or not."""
    top = np.zeros(len(store), dtype=np.bool_)
    for one in np.unique(store):
        top[store == one] = abc_classes(revenue[store == one]) == "A"
    return top
