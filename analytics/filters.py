"""The one parameter that travels from the URL to the numbers, and the rights that narrow it on the way."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final, Literal

from data.said import SaidError, say

MAX_VALUES: Final = 1_000  # of one filter; a link with more is not a view that a person made
MAX_TEXT: Final = 200
FilterName = Literal["quarters", "chains", "stores", "categories"]  # of a field of Filters
QUARTER: Final = re.compile(r"\d{4}Q[1-4]")


class BadFilters(SaidError, ValueError):
    """A filter that cannot be read; the reason names the field and says what it takes."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What is looked at. `None` = not filtered; `()` = nothing; otherwise sorted ids.

    quarters: "2023Q1" in the fiscal calendar of the settings. chains, categories: names. stores: store ids.
    """

    quarters: tuple[str, ...] | None = None
    chains: tuple[str, ...] | None = None
    stores: tuple[str, ...] | None = None
    categories: tuple[str, ...] | None = None

    @classmethod
    def parse(cls, raw: object) -> "Filters":
        """Filters from what a browser sent: a mapping of field → list of texts; a missing or null field is no filter.

        Raises BadFilters for anything else: unknown fields, other types, over-long lists or texts.
        """
        if raw is None:
            return cls()
        if not isinstance(raw, Mapping):
            raise BadFilters(say("filters: expected an object of lists"))
        known = {field.name for field in fields(cls)}
        if unknown := sorted(str(name)[:MAX_TEXT] for name in set(raw) - known):
            listed = ", ".join(sorted(known))
            raise BadFilters(say("{name}: no such filter; there are {listed}", name=unknown[0], listed=listed))
        return cls(**{name: _values(name, raw[name]) for name in known if raw.get(name) is not None})

    def only_stores(self, allowed: frozenset[str]) -> "Filters":
        """These filters with the stores narrowed to `allowed`, never widened."""
        wanted = allowed if self.stores is None else allowed & set(self.stores)
        return replace(self, stores=tuple(sorted(wanted)))

    def without(self, *names: FilterName) -> "Filters":
        """The same, not filtered by some of the fields."""
        return replace(self, **dict.fromkeys(names))


def _values(field: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or len(value) > MAX_VALUES:
        raise BadFilters(say("{name}: expected a list of at most {n} texts", name=field, n=MAX_VALUES))
    for item in value:
        if not isinstance(item, str) or not 0 < len(item) <= MAX_TEXT:
            raise BadFilters(say("{name}: every value is a text of 1 to {n} characters", name=field, n=MAX_TEXT))
        if field == "quarters" and not QUARTER.fullmatch(item):
            raise BadFilters(say("quarters: {value} is not a quarter; write 2023Q1", value=repr(item[:20])))
    return tuple(sorted(set(value)))


@dataclass(frozen=True, slots=True)
class Scope:
    """What a user may see, from the server's session only. `stores`: `None` = every store, empty = none.

    personal: customers by name, and one by one. Without it groups of fewer than five are no answer either.
    """

    stores: frozenset[str] | None = None
    personal: bool = True

    @classmethod
    def of(cls, stores: Iterable[str], personal: bool = True) -> "Scope":
        """A scope of just these store ids."""
        return cls(frozenset(stores), personal)

    def narrow(self, filters: Filters) -> Filters:
        """`filters` within these rights: the first thing that happens to every request."""
        return filters if self.stores is None else filters.only_stores(self.stores)
