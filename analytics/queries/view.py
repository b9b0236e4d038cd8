"""What one request may see, and the door every query goes through."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

import numpy as np
import numpy.typing as npt

from analytics.cache import Cache, cache_key
from analytics.cube import Cube
from analytics.filters import Filters, Scope

P = ParamSpec("P")
R = TypeVar("R")
Query = Callable[Concatenate["View", Filters, P], R]


@dataclass(frozen=True, slots=True)
class View:
    """One published version, narrowed to one scope."""

    cube: Cube
    scope: Scope = Scope()
    cache: Cache = field(default_factory=Cache)


def query(function: Query[P, R]) -> Query[P, R]:
    """A query sees filters already narrowed to the scope: rights come before everything else."""

    @wraps(function)
    def narrowed(view: View, filters: Filters, /, *args: P.args, **kwargs: P.kwargs) -> R:
        return function(view, view.scope.narrow(filters), *args, **kwargs)

    return narrowed


def cached_query(function: Query[P, R]) -> Query[P, R]:
    """A query that costs more than its look-up: narrowed first, then cached under version, filters and arguments."""

    @wraps(function)
    def cached(view: View, filters: Filters, /, *args: P.args, **kwargs: P.kwargs) -> R:
        narrowed = view.scope.narrow(filters)
        cube = view.cube
        key = cache_key(function.__qualname__, cube.version.id, cube.calendar.quarters[:3], narrowed, args, kwargs)
        answer: R = view.cache.get(key, lambda: function(view, narrowed, *args, **kwargs))
        return answer

    return cached


def plain(values: npt.ArrayLike) -> list[Any]:
    """An array as nested lists for JSON: four decimals, None for what is not a number."""
    array = np.round(np.asarray(values, dtype=np.float64), 4)
    boxed = array.astype(object)
    boxed[~np.isfinite(array)] = None
    listed: list[Any] = boxed.tolist()
    return listed
