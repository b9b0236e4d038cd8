"""What the address of an export asks for: a panel, and the filters and choices that the page's own address has."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from analytics.filters import Filters
from analytics.queries import Lacking, View, choices
from analytics.table import Ask, Field, Table
from dashapp import quantities
from dashapp.access import current_view
from dashapp.accounts.needs import allow
from dashapp.arguments import BadRequest
from dashapp.exports.form import About, Export, columns_of
from dashapp.exports.route import Find
from dashapp.panels import Panel
from dashapp.texts import N_, _
from dashapp.wiring import ask, page
from data.said import say

FILTERS: Final = {"chain": "chains", "store": "stores", "quarter": "quarters", "category": "categories"}
NAMES: Final = {
    "chain": (N_("Chain"), N_("All chains")),
    "store": (N_("Store"), N_("All stores")),
    "quarter": (N_("Quarter"), N_("All quarters")),
    "category": (N_("Category"), N_("All categories")),
}
ROWS: Final = "rows"  # order and conditions of a grid, as AG Grid writes them


def finder(panels: Iterable[Panel]) -> Find:
    """Finds the export of any of these panels. A query may hold controls of other pages, but nothing else."""
    known = {panel.id: panel for panel in panels}
    named = {argument.id for panel in known.values() for argument in panel.arguments.values()}

    def find(name: str, query: Mapping[str, list[str]]) -> Export:
        panel = known[name]
        allow(panel.needs, name)
        if unknown := sorted(set(query) - set(FILTERS) - named - {ROWS}):
            raise BadRequest(say("{name}: no such filter or control", name=unknown[0][:50]))
        view = current_view()
        filters = Filters.parse({FILTERS[key]: values for key, values in query.items() if key in FILTERS})
        values = {key: query.get(argument.id, [None])[0] for key, argument in panel.arguments.items()}
        try:
            table = panel.table(view, filters, values)
        except Lacking as lacking:
            raise BadRequest(lacking.said) from lacking
        chosen = (*_filters(view, query), *_choices(panel, values))
        return Export(panel.id, _(panel.title), table, _checked(table, _ask(query)), _about(view, chosen, table.fields))

    return find


def _ask(query: Mapping[str, list[str]]) -> Ask:
    """Every row, in the grid's order and under its conditions."""
    try:
        raw = json.loads(query.get(ROWS, ["{}"])[0])
    except (ValueError, RecursionError):
        raw = None
    if not isinstance(raw, dict):
        raise BadRequest(say("rows: expected an object of sortModel and filterModel"))
    return replace(ask({**raw, "startRow": 0, "endRow": 1}), stop=None)


def _checked(table: Table, asked: Ask) -> Ask:
    """The same, once the table has shown that it understands it; raises BadRequest."""
    page(table, replace(asked, stop=1))
    return asked


def _filters(view: View, query: Mapping[str, list[str]]) -> list[tuple[str, str]]:
    """Each filter in words; stores by their names, as far as the scope lets them be known."""
    stores = {store["value"]: store["label"] for store in choices(view)["stores"]}
    told = {key: [stores.get(value, value) for value in query.get(key, [])] for key in FILTERS}
    return [(_(label), ", ".join(told[key]) or _(none)) for key, (label, none) in NAMES.items()]


def _choices(panel: Panel, values: Mapping[str, Any]) -> list[tuple[str, str]]:
    told = (argument.told(argument.parse(values[name])) for name, argument in panel.arguments.items())
    return [words for words in told if words]


def _about(view: View, chosen: tuple[tuple[str, str], ...], fields: tuple[Field, ...]) -> About:
    manifest = view.cube.version.manifest
    return About(
        filters=chosen,
        as_of=str(manifest.as_of),
        version=manifest.id,
        currency=manifest.currency,
        exported_at=datetime.now(UTC),
        columns=columns_of(fields, quantities.currency(view), view.scope.personal),
    )
