"""What a saved view may hold, and what its readers get of it: a page, filters and controls, each one within rights."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import pytest
from dash import Dash
from flask.testing import FlaskClient

from dashapp.accounts.rights import Rights, Role
from dashapp.app import create_app, warm_up
from dashapp.settings import Settings
from tests.dashapp.conftest import body, notices
from tests.dashapp.visitors import ALL_RIGHTS, by_itself, visitor

CALLBACKS = "/_dash-update-component"
AUTHOR = Rights(Role.ANALYST, personal=True)


@pytest.fixture
def app(settings: Settings, tmp_path: Path) -> Dash:
    """With saved views of its own."""
    return warm_up(create_app(by_itself(settings, tmp_path)))


@pytest.fixture
def chains(app: Dash) -> list[str]:
    newer = answered(app, visitor(app, "admin", ALL_RIGHTS), "version.data", {"version.data": "20200101-000000-000000"})
    found: list[str] = newer["response"]["choices"]["data"]["chains"]
    return found


def answered(app: Dash, client: FlaskClient, output: str, values: dict[str, Any]) -> Any:
    return client.post(CALLBACKS, json=body(app, output, values)).json


def asked(address: Any, name: Any = "Mine", sharing: Any = "everybody", key: Any = "k") -> dict[str, Any]:
    return {"address": address, "clicks": 1, "key": key, "name": name, "sharing": sharing}


def said(app: Dash, client: FlaskClient, **given: Any) -> str:
    answer = answered(app, client, "save-said.children", {"save-asked.data": asked(**given)})
    return str(answer.get("response", {}).get("save-said", {}).get("children")) + notices(answer)


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("https://evil.example/stores", "not a page"),
        ("//evil.example/stores", "not a page"),
        ("/\\evil.example", "not a page"),
        ("/nowhere", "not a page"),
        ("javascript:alert(1)", "not a page"),
        ("/export/stores.csv", "not a page"),
        ("/stores?colour=red", "colour: no such filter or control"),
        ("/stores?quarter=2023Q9", "2023Q9"),
        ("/stores?" + "store=x&" * 2000, "at most"),
        ("/stores?store=" + "x" * 300, "1 to 200"),
        ("/forecasts?forecasts-scenario=stock_level:nan", "forecasts-scenario"),
        ("/forecasts?forecasts-scenario=flux:1", "forecasts-scenario"),
        ("/stores\u202e", "at most"),
        (None, "at most"),
        (["/stores"], "at most"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(app: Dash, address: Any, reason: str) -> None:
    client = visitor(app, "author", AUTHOR)
    assert reason.lower() in said(app, client, address=address).lower()
    assert "Nothing is saved yet" in str(answered(app, client, "saved-list.content", {}))


@pytest.mark.parametrize("part", ["name", "sharing", "key"])
@pytest.mark.parametrize("value", [None, 5, [], {}, "\x00", "x" * 5000, "chain:", "chain:No such chain"])
def test_so_are_names_keys_and_sharings(app: Dash, part: str, value: Any) -> None:
    client = visitor(app, "boss", Rights(Role.CHAIN_MANAGER, frozenset({"Alderway"})))
    if part != "sharing" and value in ("chain:", "chain:No such chain"):
        pytest.skip("is a name as good as any")
    assert "is saved" not in said(app, client, address="/stores", **{part: value})


def test_each_reader_gets_what_they_may_see(app: Dash, chains: list[str]) -> None:
    one, other = chains
    author = visitor(app, "author", AUTHOR)
    assert "is saved" in said(app, author, address=f"/stores?chain={one}&chain={other}&quarter=2023Q1&store=S01")
    assert (
        unquote_plus(author.get("/view/1").headers["Location"])
        == f"/stores?chain={one}&chain={other}&quarter=2023Q1&store=S01"
    )
    for chain, foreign in ((one, other), (other, one)):
        reader = visitor(app, f"manager-{chain[0]}", Rights(Role.CHAIN_MANAGER, frozenset({chain})))
        found = unquote_plus(reader.get("/view/1").headers["Location"])
        assert f"chain={chain}" in found
        assert foreign not in found
        assert foreign not in str(answered(app, reader, "saved-list.content", {}))


def test_a_store_that_is_not_the_readers_is_no_view_of_theirs(app: Dash, chains: list[str]) -> None:
    author = visitor(app, "author", AUTHOR)
    said(app, author, address="/stores/S01")
    shown = {
        chain: visitor(app, f"m-{chain[0]}", Rights(Role.CHAIN_MANAGER, frozenset({chain}))).get("/view/1").status_code
        for chain in chains
    }
    assert sorted(shown.values()) == [302, 404]


def test_a_customers_page_is_for_oneself_and_needs_the_right(app: Dash) -> None:
    author = visitor(app, "author", AUTHOR)
    assert "not shared" in said(app, author, address="/customers/somebody")
    assert "is saved" in said(app, author, address="/customers/somebody", sharing="me")
    assert author.get("/view/1").status_code == 302
    assert visitor(app, "author", Rights(Role.ANALYST)).get("/view/1").status_code == 404


def test_links_to_views_that_are_not_ones_own_say_nothing(app: Dash) -> None:
    author, other = visitor(app, "author", AUTHOR), visitor(app, "other", AUTHOR)
    said(app, author, address="/stores", sharing="me", name="A secret plan")
    for path in ("/view/1", "/view/2", "/view/0", "/view/-1", "/view/1e9", "/view/x", "/view/", "/view/99999999999"):
        answer = other.get(path)
        assert answer.status_code == 404, path
        assert "secret plan" not in answer.text


def test_the_front_door_is_ones_start(app: Dash) -> None:
    client = visitor(app, "author", AUTHOR)
    assert client.get("/").headers["Location"] == "/stores?quarter=last4"
    said(app, client, address="/products?quarter=2023Q1", sharing="me")
    values = {"saved-save.n_clicks": 1, "saved-which.value": "1", "saved-name.value": "Mine"}
    answered(app, client, "saved-said.children", values | {"saved-sharing.value": "me", "saved-start.value": True})
    assert client.get("/").headers["Location"] == "/products?quarter=2023Q1"
    assert client.get("/?chain=x").headers["Location"] == "/products?chain=x"


def test_a_control_of_an_older_release_does_not_lose_the_view(app: Dash) -> None:
    client = visitor(app, "author", AUTHOR)
    said(app, client, address="/forecasts?forecasts-scenario=stock_level:1.2")
    server: Any = app.server
    addresses = server.extensions["dashboard-saved"].addresses
    addresses._controls.pop("forecasts-scenario")
    assert client.get("/view/1").headers["Location"] == "/forecasts"
