"""What planning rests on: the items of the year to come and their simulated years, made once in the refresh.

Requests read them, mapped into memory: arrays `planning.<name>.npy` beside those of the facts, and `planning.json`.
"""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final, TypedDict

import numpy as np

from analytics.arrays import Column, Ints
from analytics.models.demand import Demand
from analytics.models.item_classes import SPLITS, classes
from analytics.models.item_weights import Scales, scales
from analytics.models.kept_items import SUBSTITUTION, Kept, Offer, kept_items
from analytics.models.stocked_items import Items
from analytics.models.what_if import Study, packed, study, unpacked
from analytics.models.what_if_checks import Check, checks
from analytics.published import ArrayOf, Published, facts
from data.said import Progress, Said, say
from data.version import Version

PUBLISHED: Final = Published(
    "planning", say("No items: these data were loaded by an earlier release. Load them again."), edition=2
)


class Assumed(TypedDict):
    """How much of the items is assumed. since: the last counted month ("2023-12"), after which their year begins.

    items: how many; without: carried, but without a number of demand; uncosted, undated: without a unit cost, a lead
    time of their own. substitution [-], holding_rate [1/year]; failure: of due deliveries [-], None where unknown.
    """

    since: str
    items: int
    without: int
    uncosted: int
    undated: int
    substitution: float
    holding_rate: float
    failure: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Planning:
    """Items of the year to come; store, product: (n,) indexes of each.

    study: simulated years of the items, or of the few that stand for all. scales: what these come to for each of the
    items. checks: what was verified.
    """

    items: Items
    store: Ints
    product: Ints
    study: Study
    scales: Scales
    checks: list[Check]
    assumed: Assumed

    @classmethod
    def of(cls, version: Version) -> "Planning | Said":
        """The planning of a version, or why it has none."""
        taken = PUBLISHED.take(version)
        return cls._read(*taken) if isinstance(taken, tuple) else taken

    @classmethod
    def _read(cls, array: ArrayOf, found: dict[str, Any]) -> "Planning":
        simulated = unpacked({name: array(f"study.{name}") for name in found["study"]})
        return cls(
            items=Items(**_fields_of("items", Items, array)),
            store=array("store"),
            product=array("product"),
            study=simulated,
            scales=Scales(**_fields_of("scales", Scales, array)),
            checks=[Check(*check) for check in found["checks"]],
            assumed=found["assumed"],
        )


def plan(demand: Demand, path: Path, progress: Progress) -> Kept | Said:
    """Makes the items of a version that is being built in `path`, simulates their years, and lays them beside.

    Returns the items, for what else rests on them, or why there are none.

    Needs the prices that `estimates.fit` left there.
    """
    progress(say("items and their years to come"))
    array = facts(path)
    kept = demand.why or kept_items(demand, _offer(array))
    if isinstance(kept, Kept):
        PUBLISHED.lay(path, *_planned(kept, str(array("months")[kept.since])))
    else:
        PUBLISHED.lay(path, {}, {}, kept)
    return kept


def _offer(array: ArrayOf) -> Offer:
    cost, lead_time = (
        np.asarray(array(f"products.{name}"), dtype=np.float64) for name in ("unit_cost", "lead_time_days")
    )
    return Offer(np.asarray(array("estimates.price")), cost, lead_time)


def _planned(kept: Kept, since: str) -> tuple[dict[str, Column], dict[str, Any]]:
    stand = classes(kept.items) if len(kept.items) > 2**SPLITS else None
    simulated = study(stand.items if stand else kept.items)
    parts = packed(simulated)
    arrays = {
        "store": kept.store,
        "product": kept.product,
        **{f"study.{name}": part for name, part in parts.items()},
        **_arrays_of("items", kept.items),
        **_arrays_of("scales", scales(kept.items, stand)),
    }
    rest = {
        "study": list(parts),
        "checks": checks(simulated),
        "assumed": _assumed(kept, since),
    }
    return arrays, rest


def _arrays_of(name: str, made: Items | Scales) -> dict[str, Column]:
    return {f"{name}.{field.name}": np.asarray(getattr(made, field.name)) for field in fields(made)}


def _fields_of(name: str, kind: type[Items | Scales], array: ArrayOf) -> dict[str, Any]:
    read = {field.name: array(f"{name}.{field.name}") for field in fields(kind)}
    return {field: values if values.ndim else values.item() for field, values in read.items()}


def _assumed(kept: Kept, since: str) -> Assumed:
    return Assumed(
        since=since,
        items=len(kept.items),
        without=kept.without,
        uncosted=int(kept.uncosted.sum()),
        undated=int(kept.undated.sum()),
        substitution=SUBSTITUTION,
        holding_rate=kept.items.holding_rate,
        failure=kept.failure,
    )
