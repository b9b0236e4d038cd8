import logging
import re
from typing import Any

import pytest
from dash import Dash, Input, Output
from flask.testing import FlaskClient

from analytics.filters import Filters
from analytics.queries import View
from analytics.table import Ask, Condition, Field, Listed
from dashapp import failures, grids
from dashapp.accounts.rights import Rights, Role
from dashapp.app import create_app
from dashapp.arguments import BadRequest
from dashapp.settings import Settings
from dashapp.wiring import ask, on_filters
from tests.dashapp.conftest import Post, body, notices
from tests.dashapp.visitors import accounts_of, visitor


def version_of(client: FlaskClient) -> str:
    ready = client.get("/readyz").json
    assert ready is not None
    return str(ready["version"])


def test_a_handler_stays_a_function(app: Dash) -> None:
    def handler(view: View, filters: Filters) -> str:
        return "said"

    assert on_filters(Dash("spare"), Output("x", "children"))(handler) is handler


def test_filters_are_parsed_and_applied(client: FlaskClient, post: Post) -> None:
    def page(**filters: list[str]) -> Any:
        asked = {"filters": filters, "version": version_of(client)}
        values = {"stores-table-panel.asked": asked, "stores-table.getRowsRequest": {"startRow": 0, "endRow": 100}}
        return post("stores-table.getRowsResponse", values).json

    every, first = page(), page(stores=["S01"])
    assert every["response"]["stores-table"]["getRowsResponse"]["rowCount"] == 4
    rows = first["response"]["stores-table"]["getRowsResponse"]["rowData"]
    assert [row["store_id"] for row in rows] == ["S01"]


def test_accounts_and_their_log_are_as_they_are_now(app: Dash, client: FlaskClient, post: Post) -> None:
    """They change while the version of the data does not, so nothing of them is remembered."""

    def page(grid: str) -> list[dict[str, Any]]:
        asked = {"filters": {}, "version": version_of(client)}
        values = {f"{grid}-panel.asked": asked, f"{grid}.getRowsRequest": {"startRow": 0, "endRow": 100}}
        rows: list[dict[str, Any]] = post(f"{grid}.getRowsResponse", values).json["response"][grid]["getRowsResponse"][
            "rowData"
        ]
        return rows

    before, log = page("admin-accounts"), page("admin-log")
    accounts_of(app).add("newcomer", "Newcomer", Rights(Role.ANALYST))
    accounts_of(app).note(None, "account added", about="newcomer of the test of wiring")
    added = [row["login"] for row in page("admin-accounts") if row not in before]
    told = [row["about"] for row in page("admin-log") if row not in log]
    assert added == ["newcomer"]
    assert "newcomer of the test of wiring" in told


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({"quarters": ["soon"]}, "quarters"),
        ({"stores": "S01"}, "stores"),
        ({"role": ["admin"]}, "role"),
        (3, "filters"),
    ],
)
def test_bad_filters_get_a_notice_that_names_the_field(
    client: FlaskClient, post: Post, filters: Any, names: str
) -> None:
    answer = post("stores-sentence.children", {"version.data": version_of(client), "filters.data": filters})
    assert answer.status_code == 200
    assert "response" not in answer.json or not answer.json["response"]
    assert names in notices(answer.json).lower()
    assert "What you see is still as it was" in notices(answer.json)


def test_a_failing_handler_shows_a_reference_that_is_in_the_log(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(settings, ())
    app.validation_layout = None  # type: ignore[assignment]

    def broken(view: View, filters: Filters) -> str:
        raise RuntimeError("password=hunter2")

    on_filters(app, Output("spare", "children"))(broken)
    with caplog.at_level(logging.ERROR, failures.__name__):
        sent = body(app, "spare.children", {"filters.data": {}})
        answer = visitor(app).post("/_dash-update-component", json=sent)
    assert answer.status_code == 200
    found = re.search(r"reference ([0-9a-f]{8})", notices(answer.json))
    assert found
    assert found[1] in caplog.text
    assert "hunter2" in caplog.text
    assert "hunter2" not in answer.text
    assert "Traceback" not in answer.text


def test_a_page_of_another_version_is_told_to_look_again(post: Post) -> None:
    answer = post("stores-sentence.children", {"version.data": "20200101-000000-000000", "filters.data": {}}).json
    assert answer["sideUpdate"]["poll"] == {"n_intervals": 0}


def test_rows_are_what_the_grid_asked_for() -> None:
    asked = {"startRow": 100, "endRow": 200, "sortModel": [{"colId": "net_sales", "sort": "desc"}], "filterModel": {}}
    assert ask(asked) == Ask(100, 200, (("net_sales", True),))


def test_conditions_are_what_a_person_typed_into_the_grid() -> None:
    model = {
        "store_name": {"filterType": "text", "type": "contains", "filter": "row"},
        "net_sales": {"filterType": "number", "type": "inRange", "filter": 10, "filterTo": 20.5},
        "sold_at": {"filterType": "date", "type": "greaterThanOrEqual", "dateFrom": "2023-01-31 00:00:00"},
    }
    assert ask({"startRow": 0, "endRow": 100, "filterModel": model}).where == (
        Condition("store_name", "contains", "row"),
        Condition("net_sales", "at least", 10),
        Condition("net_sales", "at most", 20.5),
        Condition("sold_at", "at least", "2023-01-31"),
    )


@pytest.mark.parametrize(
    "model",
    [
        [],
        {"x": None},
        {"x": {"type": "drop table", "filter": "x"}},
        {"x": {"type": "contains", "filter": ""}},
        {"x": {"type": "contains", "filter": "a" * 201}},
        {"x": {"type": "contains", "filter": ["a"]}},
        {"x": {"type": "inRange", "filter": 1}},
        {"x": {"type": "equals", "filter": 1e300}},
        {"x": {"type": "equals", "filter": True}},
        {"": {"type": "equals", "filter": 1}},
        {str(i): {"type": "equals", "filter": 1} for i in range(21)},
    ],
)
def test_other_conditions_are_refused(model: Any) -> None:
    with pytest.raises(BadRequest):
        ask({"startRow": 0, "endRow": 100, "filterModel": model or [1]})


@pytest.mark.parametrize("condition", [("password", "equals", 1), ("net_sales", "contains", "many")])
def test_a_condition_that_the_table_does_not_know_is_told(
    client: FlaskClient, post: Post, condition: tuple[str, str, Any]
) -> None:
    column, kind, value = condition
    asked = {"startRow": 0, "endRow": 5, "filterModel": {column: {"type": kind, "filter": value}}}
    seen = {"products-table-panel.asked": {"filters": {}, "version": version_of(client)}}
    answer = post("products-table.getRowsResponse", seen | {"products-table.getRowsRequest": asked})
    assert answer.status_code == 200
    assert "This selection cannot be read" in notices(answer.json)


@pytest.mark.parametrize(
    "asked",
    [
        None,
        [],
        {},
        {"startRow": 0, "endRow": 10_000},
        {"startRow": 5, "endRow": 5},
        {"startRow": -1, "endRow": 10},
        {"startRow": False, "endRow": True},
        {"startRow": 0.5, "endRow": 10},
        {"startRow": 0, "endRow": 10, "sortModel": [{"colId": "x", "sort": "sideways"}]},
        {"startRow": 0, "endRow": 10, "sortModel": ["x"]},
    ],
)
def test_other_rows_are_refused(asked: Any) -> None:
    with pytest.raises(BadRequest, match="rows"):
        ask(asked)


def test_a_grid_gets_what_it_shows_and_links_to() -> None:
    """The ids that links name come with the rows; hidden numbers that only files hold do not."""
    fields = (
        Field("name", "Name", link="/products/{id}"),
        Field("id", "Id", hidden=True),
        Field("x", "X", hidden=True),
    )
    table = Listed.of(fields, {"name": ["Pen"], "id": ["P1"], "x": ["for files"]})
    assert grids.shown(table, table.page(Ask())["rows"]) == [{"name": "Pen", "id": "P1"}]


def test_a_table_page_is_sorted_by_the_server(client: FlaskClient, post: Post) -> None:
    asked = {"startRow": 0, "endRow": 5, "sortModel": [{"colId": "net_sales", "sort": "asc"}]}
    seen = {"products-table-panel.asked": {"filters": {}, "version": version_of(client)}}
    found = post("products-table.getRowsResponse", seen | {"products-table.getRowsRequest": asked}).json
    rows = found["response"]["products-table"]["getRowsResponse"]
    sales = [row["net_sales"] for row in rows["rowData"]]
    assert rows["rowCount"] == 12
    assert len(sales) == 5
    assert sales == sorted(sales)


def test_inputs_of_a_handler_are_named(app: Dash) -> None:
    callback = app.callback_map[
        "..stores-ranking-panel.figure...stores-ranking-panel.words...stores-ranking-panel.rows.."
    ]
    assert Input("stores-kpi", "value") in callback["raw_inputs"]
