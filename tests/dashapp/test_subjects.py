"""The pages of one store, product or customer: who is shown, and what is said where there is nobody."""

import json
import re
from typing import Any

import pytest
from dash import Dash
from flask.testing import FlaskClient

from analytics import queries
from analytics.filters import Filters
from analytics.table import Ask
from dashapp import router, tables
from dashapp.access import current_view
from dashapp.tabs import PAGES
from tests.dashapp.conftest import Post, notices
from tests.dashapp.test_shell import parts, sent
from tests.dashapp.visitors import asking

NOBODY = {"store": "No such store", "product": "No such product", "customer": "No such customer"}


def opened(path: str) -> list[dict[str, Any]]:
    return list(parts(sent(router.opened(PAGES, path, "?store-grain=month", "/stores"))))


def asked(key: str, subject: str, **filters: list[str]) -> dict[str, Any]:
    return {f"{key}-subject.data": subject, "filters.data": filters, f"{key}-grain.value": "quarter"}


@pytest.mark.parametrize(
    ("path", "key", "subject"),
    [
        ("/stores/S01", "store", "S01"),
        ("/products/A%2FB%20%3F", "product", "A/B ?"),
        ("/customers/0af", "customer", "0af"),
    ],
)
def test_the_end_of_the_path_is_whom_the_page_is_about(path: str, key: str, subject: str) -> None:
    page = opened(path)
    assert next(part["data"] for part in page if part.get("id") == f"{key}-subject") == subject
    assert {part["id"].partition("-")[0] for part in page if "id" in part} == {key}


@pytest.mark.parametrize("path", ["/stores/", "/products/" + "x" * 201, "/customers", "/store/S01"])
def test_other_paths_are_no_page_of_one(path: str) -> None:
    words = json.dumps(opened(path))
    assert not re.search(r'"id": "\w+-subject"', words)


def test_the_choices_on_a_page_of_one_are_in_its_address() -> None:
    assert next(part["value"] for part in opened("/stores/S01") if part.get("id") == "store-grain") == "month"


def test_a_store_has_a_name_and_facts(post: Post) -> None:
    answer = post("store-name.children", asked("store", "S01")).json["response"]
    words = json.dumps(answer["store-facts"])
    assert answer["store-name"]["children"].split()
    assert "/stores?chain=" in words
    assert "store-body" not in answer
    assert "None" not in words


@pytest.mark.parametrize("key", NOBODY)
@pytest.mark.parametrize("subject", ["S99", "⚠", "'; DROP TABLE", "P001\x00x"])
def test_whoever_is_not_there_gets_a_page_that_says_so(post: Post, key: str, subject: str) -> None:
    answer = post(f"{key}-name.children", asked(key, subject))
    response = answer.json["response"]
    assert response[f"{key}-name"]["children"] == NOBODY[key]
    assert "you may not see it" in json.dumps(response[f"{key}-body"])
    assert notices(answer.json) == '""'


@pytest.mark.parametrize("key", NOBODY)
def test_nothing_else_fails_then(app: Dash, post: Post, key: str) -> None:
    """Whatever else the page asked for at the same moment stays quiet."""
    page = next(page for page in PAGES if key == page.KEY)
    values = asked(key, "S99")
    for panel in page.PANELS:
        values |= {f"{panel.frame}.asked": {"filters": {}, "version": None}}
        values |= {f"{panel.id}.getRowsRequest": {"startRow": 0, "endRow": 10}}
    outputs = [f"{key}-sentence.children"]
    answered = {"chart": "{0.frame}.figure", "listing": "{0.frame}.rows", "grid": "{0.id}.getRowsResponse"}
    outputs += [answered[panel.kind].format(panel) for panel in page.PANELS]
    for output in outputs:
        answer = post(output, values)
        assert answer.status_code == 204 or notices(answer.json) == '""', output


def test_no_personal_data_stand_in_the_address_of_a_customer(app: Dash, client: FlaskClient, post: Post) -> None:
    with asking(app):
        best = queries.customer_table(current_view(), Filters()).page(Ask(stop=1))["rows"][0]
    assert best["customer_id"] not in best["customer"]
    answer = post("customer-name.children", asked("customer", best["customer"])).json["response"]
    assert answer["customer-name"]["children"] == best["customer_name"]
    assert best["customer_id"] not in json.dumps(answer)
    unknown = post("customer-name.children", asked("customer", best["customer_id"])).json["response"]
    assert unknown["customer-name"]["children"] == "No such customer"


def test_the_sentence_of_a_store_says_what_runs_out(post: Post) -> None:
    said = post("store-sentence.children", asked("store", "S01", quarters=["2023Q1"])).json["response"]
    words = said["store-sentence"]["children"]
    assert words.startswith("Net sales €")
    assert "of its chain's." in words
    assert "top seller" in words


@pytest.mark.parametrize("key", NOBODY)
def test_an_empty_selection_is_said(app: Dash, post: Post, key: str) -> None:
    with asking(app):
        customers = queries.customer_table(current_view(), Filters()).columns["customer"]
    subject = {"store": "S01", "product": "P001", "customer": str(customers[0])}[key]
    said = post(f"{key}-sentence.children", asked(key, subject, quarters=[])).json["response"]
    assert "Reset a filter" in said[f"{key}-sentence"]["children"]


def test_the_table_of_a_store_and_its_chain_has_one_unit_a_column(app: Dash) -> None:
    with asking(app):
        found = queries.store_and_chain(current_view(), Filters(), "S01")
    table = tables.peers(found)
    own, chain = table.page(Ask())["rows"]
    assert [field.kpi for field in table.fields] == ["", *found["kpis"]]
    assert [own[kpi] for kpi in found["kpis"]] == found["store"]
    assert [chain[kpi] for kpi in found["kpis"]] == found["chain"]
