"""What one request may see, and the door every query goes through."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec, TypeVar, cast

import numpy as np
import numpy.typing as npt

from analytics.cache import Cache, cache_key
from analytics.cube import Cube
from analytics.filters import FilterName, Filters, Scope
from analytics.kpi import KPIS
from data.said import Said, SaidError, say

P = ParamSpec("P")
R = TypeVar("R")
NEEDS_COLUMNS: Final = "{kpi} needs {columns}, which the loaded files do not have."
NEEDS_INVENTORY: Final = "{kpi} needs the inventory table, which the loaded files do not have."
PERSONAL: Final = say("Single customers are shown to those who may see personal data. Your administrator can allow it.")
Query = Callable[Concatenate["View", Filters, P], R]


@dataclass(frozen=True, slots=True)
class View:
    """One published version, narrowed to one scope."""

    cube: Cube
    scope: Scope = Scope()
    cache: Cache = field(default_factory=Cache)

    def remembered(self, name: str, filters: Filters, arguments: object, build: Callable[[Filters], R]) -> R:
        """An answer that costs more than its look-up: filters narrowed first, then kept under version, rights and all.

        build: narrowed filters → the answer, JSON-shaped. arguments: whatever else it depends on, see `cache_key`.
        """
        narrowed, cube = self.scope.narrow(filters), self.cube
        key = cache_key(name, cube.version.id, cube.calendar.quarters[:3], self.scope, narrowed, arguments)
        answer: R = self.cache.get(key, lambda: build(narrowed))
        return answer


def query(function: Query[P, R]) -> Query[P, R]:
    """A query sees filters already narrowed to the scope: rights come before everything else."""

    @wraps(function)
    def narrowed(view: View, filters: Filters, /, *args: P.args, **kwargs: P.kwargs) -> R:
        return function(view, view.scope.narrow(filters), *args, **kwargs)

    return narrowed


def cached_query(function: Query[P, R]) -> Query[P, R]:
    """A query whose answers are remembered."""
    name = f"{function.__module__}.{function.__qualname__}"

    @wraps(function)
    def cached(view: View, filters: Filters, /, *args: P.args, **kwargs: P.kwargs) -> R:
        return view.remembered(
            name, filters, (args, kwargs), lambda narrowed: function(view, narrowed, *args, **kwargs)
        )

    return cached


def regardless_of(*names: FilterName) -> Callable[[Query[P, R]], Query[P, R]]:
    """A query to which some filters make no difference.

    It never sees them, so the `cached_query` below this line remembers one answer for whatever they say.
    """

    def decorated(function: Query[P, R]) -> Query[P, R]:
        @wraps(function)
        def regardless(view: View, filters: Filters, /, *args: P.args, **kwargs: P.kwargs) -> R:
            return function(view, filters.without(*names), *args, **kwargs)

        return regardless

    return decorated


class Lacking(SaidError, LookupError):
    """The loaded data cannot answer the question; `said` is why."""


def require_personal(view: View) -> None:
    """Raises Lacking for who may not see customers one by one."""
    if not view.scope.personal:
        raise Lacking(PERSONAL)


def given(found: R | Said) -> R:
    """What a model found; raises Lacking where that is only why there is nothing."""
    if isinstance(found, dict):
        raise Lacking(cast(Said, found))
    return found


def lacking(view: View, *kpi_ids: str) -> Said | None:
    """A sentence for what the loaded data cannot answer, or None: "Gross margin needs unit_cost, …"."""
    for kpi in (KPIS[i] for i in kpi_ids):
        if missing := kpi.missing(view.cube.has):
            return say(NEEDS_COLUMNS if missing["values"] else NEEDS_INVENTORY, kpi=say(kpi.label), **missing["values"])
    return None


def require(view: View, *kpi_ids: str) -> None:
    """Raises Lacking if the loaded data cannot give one of these KPIs."""
    if said := lacking(view, *kpi_ids):
        raise Lacking(said)


def plain(values: npt.ArrayLike) -> list[Any]:
    """An array as nested lists for JSON: four decimals, None for what is not a number."""
    return exact(np.round(np.asarray(values, dtype=np.float64), 4))


def exact(values: npt.ArrayLike) -> list[Any]:
    """The same with all decimals, for numbers that must add up."""
    array = np.asarray(values, dtype=np.float64)
    boxed = array.astype(object)
    boxed[~np.isfinite(array)] = None
    listed: list[Any] = boxed.tolist()
    return listed
