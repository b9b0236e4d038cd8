import json
from collections.abc import Iterator
from typing import Any

import pytest
from dash import Dash
from flask.testing import FlaskClient

from dashapp import router, shell
from dashapp.tabs import PAGES, TABS
from tests.dashapp.conftest import Post, notices


def parts(component: Any) -> Iterator[dict[str, Any]]:
    """Every component of a layout as it is sent."""
    if isinstance(component, list):
        for part in component:
            yield from parts(part)
    elif isinstance(component, dict) and "props" in component:
        yield component["props"]
        yield from parts(component["props"].get("children"))


def sent(component: Any) -> Any:
    return json.loads(json.dumps(component, default=lambda part: part.to_plotly_json()))


@pytest.fixture
def page(client: FlaskClient) -> list[dict[str, Any]]:
    return list(parts(client.get("/_dash-layout").json))


def test_the_page_offers_what_the_data_hold(page: list[dict[str, Any]]) -> None:
    offered = next(part["data"] for part in page if part.get("id") == "choices")
    assert offered["quarters"][0] == "2021Q1"
    assert len(offered["stores"]) == 4
    assert {store["chain"] for store in offered["stores"]} == set(offered["chains"])


def test_the_header_says_of_when_and_from_where_the_data_are(page: list[dict[str, Any]]) -> None:
    header = next(part for part in page if part.get("id") == "as-of")
    words = json.dumps(header)
    assert "Data as of 30 Jun 2023" in words
    assert "Source: Demo retailer" in words
    assert "Amounts in EUR" in words


def test_only_the_open_tab_is_in_the_page(page: list[dict[str, Any]], post: Post) -> None:
    assert not [part["id"] for part in page if str(part.get("id", "")).startswith("stores-")]
    answer = post("content.children", {"url.pathname": "/products"}).json
    ids = {part["id"] for part in parts(answer["response"]["content"]["children"]) if "id" in part}
    assert ids
    assert all(name.startswith("products-") for name in ids)


@pytest.mark.parametrize("path", ["/nowhere", "", None, 3, ["/stores"]])
def test_any_other_path_is_a_page_with_a_way_back(path: Any) -> None:
    words = json.dumps(sent(router.opened(PAGES, path, "", shell.front_door(TABS))))
    assert "No such page" in words
    assert "/stores?quarter=last4" in words


def test_the_controls_of_a_page_are_as_the_address_says() -> None:
    search = "?chain=Alderway&stores-kpi=gmroi&stores-by=chain&stores-grain=nonsense"
    page = list(parts(sent(router.opened(PAGES, "/stores", search, ""))))
    values = {
        part["id"]: part["value"] for part in page if part.get("id", "").startswith("stores-") and "value" in part
    }
    assert values["stores-kpi"] == "gmroi"
    assert values["stores-by"] == "chain"
    assert values["stores-grain"] == "quarter"


def test_ids_are_unique_and_carry_the_key_of_their_page() -> None:
    seen: set[str] = set()
    for tab in PAGES:
        ids = [part["id"] for part in parts(sent(tab.layout())) if "id" in part]
        assert all(name.startswith(f"{tab.KEY}-") for name in ids)
        assert len(ids) == len(set(ids))
        assert not seen & set(ids)
        seen |= set(ids)


def test_what_callbacks_are_checked_against_holds_no_data() -> None:
    everything = list(parts(sent(shell.validation(PAGES, TABS))))
    choices = next(part["data"] for part in everything if part.get("id") == "choices")
    assert not any(choices.values())


def test_controls_have_labels(page: list[dict[str, Any]]) -> None:
    labelled = {part["htmlFor"] for part in page if "htmlFor" in part}
    filters = {"filter-chain", "filter-store", "filter-quarter", "filter-category"}
    assert labelled == filters | {"save-name", "save-sharing"}


def test_newer_data_are_shown_and_told(client: FlaskClient, post: Post, page: list[dict[str, Any]]) -> None:
    version = next(part["data"] for part in page if part.get("id") == "version")
    assert post("version.data", {"version.data": version}).status_code == 204
    answer = post("version.data", {"version.data": "20200101-000000-000000"}).json
    assert answer["response"]["version"]["data"] == version
    assert answer["response"]["choices"]["data"]["chains"]
    assert "New data, as of 30 Jun 2023" in notices(answer)


def test_every_input_and_output_exists(app: Dash) -> None:
    """What the browser would only report on its console."""
    known = {part["id"] for part in parts(sent(shell.validation(PAGES, TABS))) if "id" in part}
    for callback in app.callback_map.values():
        outputs = callback["output"] if isinstance(callback["output"], list) else [callback["output"]]
        used = [part["id"] for part in (*callback["inputs"], *callback["state"])]
        assert {*used, *(output.component_id for output in outputs)} <= known
