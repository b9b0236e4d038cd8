"""The address of a view: read strictly when it is saved, narrowed to what its reader may see when it is opened."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from analytics.filters import BadFilters, Filters
from analytics.queries import Choices, parse_scenarios
from dashapp.arguments import Argument, BadRequest
from dashapp.exports.asked import FILTERS
from dashapp.sliders import ScenarioArgument, in_words
from dashapp.texts import _
from data.said import say

LONGEST: Final = 8_000
PERSONAL: Final = "/customers/"  # pages of single customers
OF_A_STORE: Final = "/stores/"


@dataclass(frozen=True, slots=True)
class Address:
    """A page with filters (chain, store, quarter, category → values) and controls (id → value)."""

    path: str
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    controls: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """As a browser has it."""
        query = [*((name, value) for name in sorted(self.filters) for value in self.filters[name])]
        query += self.controls.items()
        return self.path + (f"?{urlencode(query)}" if query else "")

    @property
    def personal(self) -> bool:
        """Whether it is about one customer."""
        return self.path.startswith(PERSONAL)


class Addresses:
    """Those of an application: titles of its pages by path, what its controls take, and which paths are pages."""

    def __init__(self, titles: Mapping[str, str], arguments: Iterable[Argument], serves: Callable[[str], bool]) -> None:
        self._titles = titles
        self._controls = {argument.id: argument for argument in arguments}
        self._serves = serves

    def read(self, text: object) -> Address:
        """An address as a page of ours sends it; raises BadRequest or BadFilters that names what is wrong."""
        if not isinstance(text, str) or len(text) > LONGEST or not text.isprintable():
            raise BadRequest(say("{name}: expected a text of at most {n} characters", name="address", n=LONGEST))
        parts = urlsplit(text)
        if parts.scheme or parts.netloc or not self._serves(unquote(parts.path)):
            raise BadRequest(say("{name}: not a page of the dashboard", name="address"))
        query = parse_qsl(parts.query)
        filters = {name: tuple(value for key, value in query if key == name) for name in FILTERS}
        controls = {key: value for key, value in query if key not in FILTERS}
        if unknown := sorted(set(controls) - set(self._controls)):
            raise BadRequest(say("{name}: no such filter or control", name=unknown[0][:50]))
        Filters.parse({FILTERS[name]: list(values) for name, values in filters.items() if values})
        for name, value in controls.items():
            self._controls[name].parse(value)
        return Address(parts.path, {name: values for name, values in filters.items() if values}, controls)

    def recalled(self, text: str) -> Address | None:
        """One that was saved; what this release does not know of it is left out, None if its page is gone."""
        try:
            return self.read(text)
        except (BadFilters, BadRequest):
            parts = urlsplit(text)
            return Address(parts.path) if self._serves(unquote(parts.path)) else None

    def said(self, address: Address) -> str:
        """The page, the filters and the scenario in words."""
        named = [self._titled(address.path)]
        filters = [", ".join(values) for name in ("chain", "store", "category", "quarter")
                   for values in [_short(address.filters.get(name, ()))] if values]  # fmt: skip
        return " · ".join([*named, *filters, *(in_words(shown) for shown in self.scenarios(address) if shown)])

    def scenarios(self, address: Address) -> list[str]:
        """The what-if that it shows and those it keeps beside it; none for a page without one."""
        ids = (id_ for id_ in address.controls if isinstance(self._controls.get(id_), ScenarioArgument))
        return [shown for id_ in ids for shown in parse_scenarios(address.controls[id_])]

    def _titled(self, path: str) -> str:
        """The title of a page, and whom it is about."""
        head, _slash, about = path.rpartition("/")
        title = self._titles.get(path)
        return _(title) if title else f"{_(self._titles[f'{head}/'])} {unquote(about)}"


def narrowed(address: Address, offered: Choices, personal: bool) -> Address | None:
    """What of it a reader may see, with nothing in it that they may not; None for a page that is not theirs."""
    stores = {store["value"] for store in offered["stores"]}
    if address.personal and not personal:
        return None
    if address.path.startswith(OF_A_STORE) and unquote(address.path.removeprefix(OF_A_STORE)) not in stores:
        return None
    known = {"chain": {*offered["chains"]}, "store": stores, "category": {*offered["categories"]}}
    kept = {
        name: tuple(value for value in values if name not in known or value in known[name])
        for name, values in address.filters.items()
    }
    return replace(address, filters={name: values for name, values in kept.items() if values})


def _short(values: tuple[str, ...]) -> tuple[str, ...]:
    """The first and the last of many."""
    return values if len(values) <= 4 else (values[0], "…", values[-1])
