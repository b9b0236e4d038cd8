"""Every panel as a file, by the address that its page has."""

import csv
import io
import json
from typing import Any

import pytest
from dash import Dash
from flask.testing import FlaskClient

from dashapp.arguments import Subject
from dashapp.panels import Panel
from dashapp.tabs import PAGES
from tests.dashapp.visitors import asking

PANELS = [panel for page in PAGES for panel in page.PANELS]
FREE = [panel for panel in PANELS if not any(isinstance(a, Subject) for a in panel.arguments.values())]


def rows(client: FlaskClient, address: str, **query: Any) -> list[list[str]]:
    answer = client.get(address, query_string=query, buffered=True)
    assert answer.status_code == 200, answer.text
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


@pytest.mark.parametrize("panel", FREE, ids=lambda panel: panel.id)
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_every_panel_leaves_as_a_file(client: FlaskClient, panel: Panel, ending: str) -> None:
    answer = client.get(f"/export/{panel.id}.{ending}?chain=Alderway&quarter=2023Q1", buffered=True)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Disposition"].startswith(f'attachment; filename="{panel.id}_')
    assert len(answer.data) > 15


def test_a_file_holds_what_the_page_shows(client: FlaskClient) -> None:
    """Chain, quarter and the page's own control: the KPI. The controls of another page do not matter."""
    query = {"chain": "Alderway", "quarter": "2023Q1", "stores-kpi": "orders", "forecasts-horizon": "3"}
    head, *stores = rows(client, "/export/stores-ranking.csv", **query)
    assert head == ["Id", "Store", "Orders"]
    assert len(stores) == 2
    everything = rows(client, "/export/stores-ranking.csv")
    assert everything[0] == ["Id", "Store", "Net sales [€]"]
    assert len(everything) == 1 + 4


def test_a_grid_leaves_in_its_order_and_under_its_conditions(client: FlaskClient) -> None:
    model = {"net_sales": {"filterType": "number", "type": "greaterThanOrEqual", "filter": 1}}
    asked = json.dumps({"sortModel": [{"colId": "product_name", "sort": "desc"}], "filterModel": model})
    names = [row[0] for row in rows(client, "/export/products-table.csv", rows=asked)[1:]]
    assert names == sorted(names, key=str.lower, reverse=True)
    assert len(names) == 12


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("password=1", "password"),
        ("quarter=soon", "quarters"),
        ("stores-kpi=__class__", "KPI"),
        ("rows=[", "rows"),
        ("rows=[]", "rows"),
        ('rows={"sortModel":[{"colId":"password","sort":"asc"}]}', "rows"),
    ],
)
def test_an_address_that_no_page_has_is_refused_by_name(client: FlaskClient, query: str, named: str) -> None:
    answer = client.get(f"/export/stores-ranking.csv?{query}")
    assert answer.status_code == 400
    assert answer.json is not None
    assert named in answer.json["message"]


def test_there_is_no_other_export(client: FlaskClient) -> None:
    assert client.get("/export/users.csv").status_code == 404
    assert client.get("/export/stores-ranking.exe").status_code == 404


def test_the_sheet_about_a_file_says_what_was_chosen(app: Dash) -> None:
    from dashapp.exports.asked import finder

    with asking(app):
        query = {"chain": ["Alderway"], "store": ["S01"], "stores-by": ["store"]}
        about = finder(PANELS)("stores-ranking", query).about
    assert dict(about.filters)["Chain"] == "Alderway"
    assert dict(about.filters)["Quarter"] == "All quarters"
    assert dict(about.filters)["KPI"] == "Net sales"
    assert dict(about.filters)["Store"].startswith("Alderway ")
    assert about.columns[2].definition.startswith("Quantity × unit price")
