"""People with narrow rights ask for what is not theirs, in every way a request can: they get nothing of it."""

import io
import json
import logging
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import duckdb
import pytest
from dash import Dash
from flask.testing import FlaskClient

from dashapp.access import current_view
from dashapp.accounts.needs import Need
from dashapp.accounts.rights import Rights, Role
from dashapp.app import create_app, warm_up
from dashapp.arguments import Subject
from dashapp.saved.views import Reader, SavedViews, Sharing
from dashapp.settings import Settings
from dashapp.tabs import PAGES
from tests.dashapp.conftest import body
from tests.dashapp.test_callbacks import FIRST_PAGE, initial
from tests.dashapp.visitors import accounts_of, asking, by_itself, visitor

MINE, CHAIN = "S01", "Alderway"
ROLES: Final = {
    "chain manager": Rights(Role.CHAIN_MANAGER, chains=frozenset({CHAIN}), personal=True),
    "analyst of a chain": Rights(Role.ANALYST, chains=frozenset({CHAIN}), personal=True),
    "store manager": Rights(Role.STORE_MANAGER, stores=frozenset({MINE}), personal=True),
    "of no store": Rights(Role.CHAIN_MANAGER, chains=frozenset({"a chain that was sold"}), personal=True),
}
Filters = dict[str, Any]


class Foreign:
    """What a role must never read: ids and names of stores, chains and of customers who only bought elsewhere."""

    def __init__(self, raw: Path, rights: Rights) -> None:
        stores = f"'{raw / 'stores.parquet'}'"
        rows = duckdb.sql(f"SELECT store_id, store_name, chain FROM {stores} ORDER BY 1").fetchall()
        mine = [r for r in rows if r[2] in (rights.chains or ()) or r[0] in (rights.stores or ())]
        others = [row for row in rows if row not in mine]
        seen = ", ".join(f"'{row[0]}'" for row in mine) or "''"
        bought = f"FROM '{raw / 'sales.parquet'}' WHERE customer_id IS NOT NULL AND store_id IN ({seen})"
        people = f"SELECT customer_id, customer_name FROM '{raw / 'customers.parquet'}' WHERE customer_id"
        known = duckdb.sql(f"{people} IN (SELECT customer_id {bought})").fetchall()
        strangers = duckdb.sql(f"{people} NOT IN (SELECT customer_id {bought})").fetchall()
        assert strangers
        names = {name for row in known for name in row}
        self.stores = [row[0] for row in others]
        self.chains = sorted({row[2] for row in others} - {row[2] for row in mine})
        self.own = [row[0] for row in mine]
        self.customers = [row[0] for row in strangers]
        self.words = {
            *self.stores,
            *self.chains,
            *(row[1] for row in others),
            *({w for row in strangers for w in row} - names),
        }

    def read_in(self, text: str, sent: str = "") -> list[str]:
        """What of it stands in a text and was not in the question."""
        found = set(re.findall(r"[\w' -]+", text)) if len(text) > 20_000 else None
        near = (word for word in self.words if (word in found if found is not None else word in text))
        return [word for word in near if word not in sent and re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text)]


@pytest.fixture(scope="module", params=ROLES)
def seat(request: pytest.FixtureRequest, raw: Path, settings: Settings, tmp_path_factory: Any) -> Any:
    """An application that only this role uses, so that all its cache and log are theirs; and what is foreign."""
    app = warm_up(create_app(by_itself(settings, tmp_path_factory.mktemp("seat"))))
    rights = ROLES[request.param]
    foreign = Foreign(raw, rights)
    _shared(app, foreign)
    return app, visitor(app, "narrow", rights), foreign


def _shared(app: Dash, foreign: Foreign) -> None:
    """What others share with everybody, on what only they may see: their pages, filters and scenarios."""
    accounts = accounts_of(app)
    boss = Reader(accounts.add("boss", "Boss", Rights(Role.ADMIN, personal=True)).id, None)
    addresses = [f"/stores/{store}" for store in foreign.stores]
    addresses += [f"/{tab}?store={foreign.stores[0]}&quarter=2023Q1" for tab in ("stores", "products", "actions")]
    addresses += [f"/forecasts?chain={chain}&forecasts-scenario=stock_level:1.1" for chain in foreign.chains]
    for number, address in enumerate(addresses):
        SavedViews(accounts.engine).save(boss, f"k{number}", f"View {number}", address, Sharing(True))


def payloads(foreign: Foreign) -> Iterator[tuple[str, Filters, Filters | None]]:
    """A name, filters that ask for more than is theirs, and those that must be answered alike; None: for no rows."""
    store, mine = foreign.stores[0], foreign.own[:1]
    yield "a foreign store", {"stores": [store]}, {"stores": []}
    yield "all foreign stores", {"stores": foreign.stores}, {"stores": []}
    yield "mine and theirs", {"stores": [*mine, store]}, {"stores": mine}
    yield "everything", {"stores": None, "chains": None}, {}
    if foreign.chains:
        yield "a foreign chain", {"chains": foreign.chains}, {"stores": []}
        yield "my chain and theirs", {"chains": [CHAIN, *foreign.chains]}, {"chains": [CHAIN]}
    for odd in (
        "*",
        "ALL",
        "%",
        "' OR 1=1 --",
        store.lower(),
        f" {store}",
        f"{store}\u200b",
        "Ｓ" + store[1:],
        f"{store}\x00",
    ):
        yield f"spelled {odd!r}", {"stores": [odd]}, {"stores": []}
    for odd in ({"stores": store}, {"stores": {"$ne": None}}, {"stores": [[store]]}, {"stores": [store], "scope": None},
                [store], store, {"chains": [None]}, {"personal": True}):  # fmt: skip
        yield f"shaped {odd!r}", odd, None  # type: ignore[misc]


def values_for(app: Dash, client: FlaskClient) -> dict[str, Any]:
    values = dict(initial(app, client)) | {"url.pathname": "/stores"}
    return {name: None if name.endswith("-subject.data") else value for name, value in values.items()}


def with_filters(values: dict[str, Any], filters: Any) -> dict[str, Any]:
    asked = {name: {"filters": filters, "version": None} for name in values if name.endswith("-panel.asked")}
    return values | asked | {"filters.data": filters}


def outputs(app: Dash) -> list[str]:
    return [id_.strip(".").split("...")[0] for id_, found in app.callback_map.items() if "callback" in found]


def answer(app: Dash, client: FlaskClient, output: str, values: dict[str, Any]) -> str:
    answered = client.post("/_dash-update-component", json=body(app, output, values))
    assert answered.status_code in (200, 204), (output, answered.status_code)
    return json.dumps(answered.json, ensure_ascii=False, sort_keys=True) if answered.status_code == 200 else ""


def test_filters_of_others_are_filters_of_nothing(seat: Any, caplog: pytest.LogCaptureFixture) -> None:
    """Every callback, told foreign ones in every shape: 0 names, and the numbers of an empty filter."""
    app, client, foreign = seat
    base, tried = values_for(app, client), 0
    kept: dict[str, str] = {}
    with caplog.at_level(logging.DEBUG):
        for name, filters, alike in payloads(foreign):
            values = with_filters(base, filters)
            for output in outputs(app):
                found = answer(app, client, output, values)
                assert foreign.read_in(found, json.dumps(filters, ensure_ascii=False)) == [], (name, output)
                if alike is not None:
                    key = f"{output} {alike}"
                    kept[key] = kept.get(key) or answer(app, client, output, with_filters(base, alike))
                    assert found == kept[key], (name, output)
                tried += 1
    assert tried > 500  # of each role
    assert foreign.read_in(caplog.text) == []
    assert foreign.read_in(repr(cached(app))) == []


def cached(app: Dash) -> Any:
    (kept,) = app.server.extensions["cache"].values()
    return list(kept._cache.values())


def strangers(app: Dash, foreign: Foreign) -> dict[str, list[str]]:
    """Whom the pages of one could be about, were they not out of sight."""
    with asking(app):
        cube = current_view().cube
    keys = zip(cube.column("customers.customer_id").tolist(), cube.customer_keys.tolist(), strict=True)
    unseen = [key for customer, key in keys if customer in foreign.customers]
    assert unseen
    customers = [*unseen[:5], *foreign.customers[:2]]
    return {"store": foreign.stores, "customer": customers, "product": ["P999", *foreign.stores]}


@pytest.mark.parametrize("page", [page.KEY for page in PAGES if page.PATH.endswith("/")])
def test_pages_of_others_are_pages_of_nobody(seat: Any, page: str) -> None:
    app, client, foreign = seat
    base = with_filters(values_for(app, client), {})
    for stranger in strangers(app, foreign)[page]:
        values = base | {f"{page}-subject.data": stranger}
        for output in (name for name in outputs(app) if name.startswith(f"{page}-")):
            assert foreign.read_in(answer(app, client, output, values), stranger) == [], (stranger, output)
        head = json.loads(answer(app, client, f"{page}-name.children", values))["response"]
        assert head[f"{page}-name"]["children"].startswith("No such")


def test_tables_cannot_be_searched_or_sorted_into_what_is_foreign(seat: Any) -> None:
    app, client, foreign = seat
    base = with_filters(values_for(app, client), {})
    grids = [name for name in outputs(app) if name.endswith(".getRowsResponse")]
    for wanted in foreign.stores[:2] + foreign.chains + foreign.customers[:2]:
        for column in ("store_id", "store_name", "chain", "customer_id", "customer_name", "store", "customer"):
            where = {column: {"filterType": "text", "type": "contains", "filter": wanted}}
            asked = FIRST_PAGE | {"filterModel": where}
            for output in grids:
                found = answer(app, client, output, base | {output.replace("Response", "Request"): asked})
                assert foreign.read_in(found, wanted) == [], (output, wanted)


def test_files_hold_nothing_foreign(seat: Any) -> None:
    _app, client, foreign = seat
    panels = [panel for page in PAGES for panel in page.PANELS]
    made = 0
    for panel in panels:
        about = {argument.id: MINE for argument in panel.arguments.values() if isinstance(argument, Subject)}
        for query in ({}, {"store": foreign.stores[0]}, {"chain": foreign.chains or [CHAIN]}):
            for ending in ("csv", "xlsx"):
                told = client.get(f"/export/{panel.id}.{ending}", query_string=query | about, buffered=True)
                assert told.status_code in ((200, 400, 404) if panel.needs is Need.SIGNED_IN else (403,)), panel.id
                assert foreign.read_in(text_of(told.data), json.dumps(query | about)) == [], panel.id
                made += told.status_code == 200
    assert made > len(panels)


def text_of(file: bytes) -> str:
    """All that can be read in a file: a workbook is a folder of texts."""
    if not file.startswith(b"PK"):
        return file.decode("utf-8")
    with zipfile.ZipFile(io.BytesIO(file)) as book:
        return "\n".join(book.read(name).decode("utf-8") for name in book.namelist())


def test_forged_parts_of_a_request_change_nothing(seat: Any) -> None:
    """Ids with rights in them, other outputs, triggers that did not happen: refused, or answered as if not sent."""
    app, client, foreign = seat
    base = with_filters(values_for(app, client), {})
    for output in outputs(app):
        honest = body(app, output, base)
        plain = answer(app, client, output, base)
        for forged in (
            honest | {"changedPropIds": ["filters.data", f"{foreign.stores[0]}.scope"]},
            honest | {"parsedChangedPropsIds": ["*"], "scope": None, "user": "admin", "rights": {"stores": None}},
        ):
            found = client.post("/_dash-update-component", json=forged)
            assert found.status_code in (200, 204, 400), output
            assert foreign.read_in(found.get_data(as_text=True)) == [], output
        wild = json.loads(json.dumps(honest))
        for part in wild["inputs"]:
            part["id"] = {"t": part["id"], "chain": foreign.chains or "*"}
        assert client.post("/_dash-update-component", json=wild).status_code == 400, output
        assert foreign.read_in(plain) == [], output
