"""Fires every server callback over HTTP with the values its page begins with."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from dash import Dash
from flask.testing import FlaskClient

from analytics import queries
from analytics.filters import Filters
from dashapp.access import current_view
from dashapp.tabs import PAGES
from tests.dashapp.conftest import body, notices
from tests.dashapp.test_shell import parts, sent
from tests.dashapp.visitors import asking

FIRST_PAGE = {"startRow": 0, "endRow": 100, "sortModel": [], "filterModel": {}}
SELECTIONS: list[dict[str, list[str]]] = [
    {},
    {"quarters": ["2023Q1"]},
    {"stores": ["S01"], "categories": []},
    {"chains": ["no such chain"]},
    {"quarters": ["1999Q1"]},
]


def subject(app: Dash, key: str) -> str:
    """Somebody for the pages of one."""
    if key != "customer":
        return {"store": "S01", "product": "P001"}.get(key, "")
    with asking(app):
        customers = queries.customer_table(current_view(), Filters()).columns["customer"]
    return str(customers[0]) if len(customers) else "nobody"


def initial(app: Dash, client: FlaskClient) -> Iterator[tuple[str, Any]]:
    """Every "id.property" and its value as the browser has it before anything is touched."""
    layouts = [client.get("/_dash-layout").json, *(sent(page.layout(subject(app, page.KEY))) for page in PAGES)]
    for part in (part for layout in layouts for part in parts(layout) if "id" in part):
        yield from ((f"{part['id']}.{name}", value) for name, value in part.items())
        yield f"{part['id']}.getRowsRequest", FIRST_PAGE
        if part["id"].endswith("-panel"):
            yield from ((f"{part['id']}.asked", {"filters": {}, "version": None}), (f"{part['id']}.table", False))


def answers(
    app: Dash, client: FlaskClient, selection: dict[str, list[str]], *, as_table: bool
) -> Iterator[tuple[str, Any]]:
    """What every callback says to a selection, by its first output; None where it has nothing to say."""
    values = dict(initial(app, client)) | {"filters.data": selection, "url.pathname": "/stores"}
    values |= {name: {"filters": selection, "version": None} for name in values if name.endswith("-panel.asked")}
    values |= {name: as_table for name in values if name.endswith("-panel.table")}
    for name, callback in app.callback_map.items():
        if "callback" not in callback:
            continue
        output = name.strip(".").split("...")[0]
        answer = client.post("/_dash-update-component", json=body(app, output, values))
        assert answer.status_code in (200, 204), output
        if answer.status_code == 200:
            assert notices(answer.json or {}) == '""', output
            assert "NaN" not in answer.text, output
            yield output, answer.json
        else:
            yield output, None


@pytest.mark.parametrize("form", ["chart", "table"])
@pytest.mark.parametrize("selection", SELECTIONS, ids=json.dumps)
def test_every_callback_answers(app: Dash, client: FlaskClient, selection: dict[str, list[str]], form: str) -> None:
    answered = dict(answers(app, client, selection, as_table=form == "table"))
    assert len(answered) >= 1 + len(PAGES) * 3
