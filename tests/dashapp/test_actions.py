"""What the Actions tab says about its numbers, and where they cannot be had."""

import json
from pathlib import Path
from typing import Any

import pytest

from analytics import queries
from analytics.cube import Cube
from analytics.filters import Filters
from analytics.queries import View
from analytics.table import Ask, Field
from dashapp import grids, texts
from dashapp.figures import points
from dashapp.quantities import Quantity
from dashapp.settings import Settings
from dashapp.still import drawn
from dashapp.tabs import actions
from data.warehouse import Warehouse
from tests.analytics.builders import cube_of, small_retailer

ALL = Filters()
EURO = Quantity("Worth", "€")


@pytest.fixture(scope="module")
def demo(settings: Settings) -> View:
    return View(Cube.open(Warehouse(settings.warehouse_dir).current()))


def row(**values: Any) -> dict[str, Any]:
    first = {"product_id": "P/1", "product_name": "Tea <b>", "store_id": "S01", "store_name": "Corner"}
    return {**first, "likely": 12.0, "low": -1.0, "high": 30.0, **values}


def test_the_sentence_names_the_money_of_the_first_ten_and_of_all(demo: View) -> None:
    found = queries.action_sums(demo, ALL, "all", "90")
    said = actions.sentence(demo, ALL, "all", "90")
    assert said.startswith("The first 10 actions are worth €")
    assert "Jun 2023" in said
    assert f"All {found['chosen']['count']} together" in said


def test_the_list_says_what_to_do_why_and_how_sure(demo: View) -> None:
    page = queries.actions(demo, ALL, "restock", "95", 10, texts.said).page(Ask())
    shown = json.dumps(json.loads(drawn(actions.listed(demo, ALL, "restock", "95"))), ensure_ascii=False)
    for one in page["rows"]:
        for text in (f"Restock {one['units']:.0f} unit", one["product_name"], one["store_name"], one["reason"]):
            assert text in shown
        assert f"/products/{one['product_id']}?store={one['store_id']}" in shown
    assert shown.count("Evidence ") == len(page["rows"]) == 10


def test_a_card_leads_to_its_kind(demo: View) -> None:
    cards = json.loads(drawn(actions.cards(demo, ALL, "all", "90")))
    assert len(cards) == 4
    assert "#actions-kind=transfer" in json.dumps(cards)


def test_nothing_to_do_is_said(demo: View) -> None:
    nowhere = Filters(stores=())
    assert actions.sentence(demo, nowhere, "all", "pays").startswith("Nothing to do here")
    assert actions.worth(demo, nowhere, "all", "pays")["data"] == []
    assert "Nothing to do here" in drawn(actions.listed(demo, nowhere, "all", "pays"))


def test_what_cannot_be_planned_says_why(tmp_path: Path) -> None:
    story = small_retailer()
    story.sell("1", "2023-01-10", "C", "milk", 3)
    view = View(cube_of(story, tmp_path))
    assert (
        actions.sentence(view, ALL, "all", "pays")
        == "No actions: these data were loaded by an earlier release. Load them again."
    )
    assert "No actions" in drawn(actions.listed(view, ALL, "all", "pays"))
    assert drawn(actions.cards(view, ALL, "all", "pays")).count("No actions") == 4


@pytest.mark.parametrize(("low", "shown"), [(-1.0, 13.0), (5.0, 7.0)])
def test_a_point_has_its_interval_and_opens_its_proof(low: float, shown: float) -> None:
    (trace,) = points.actions([row(low=low)], EURO)["data"]
    assert (trace["x"], trace["error_x"]["array"], trace["error_x"]["arrayminus"]) == ([12.0], [18.0], [shown])
    assert trace["meta"]["links"] == ["/products/P%2F1?store=S01"]
    assert "Tea &lt;b>" in trace["customdata"][0]


def test_a_sentence_of_a_row_is_neither_sorted_nor_searched(demo: View) -> None:
    (_first, column) = grids.columns(demo, [Field("name", "Name"), Field("reason", "Reason", spoken=True)])
    assert column["sortable"] is column["filter"] is column["floatingFilter"] is False
