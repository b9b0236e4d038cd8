"""What a person reads of a scenario, and what an address may say of one."""

import io
import zipfile
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import pytest
from dash import Dash, html
from flask.testing import FlaskClient

from analytics.filters import Filters
from analytics.queries import View
from analytics.table import Ask
from dashapp.arguments import BadRequest
from dashapp.figures import scenarios
from dashapp.figures.description import described
from dashapp.quantities import Quantity
from dashapp.router import restored
from dashapp.sliders import Sliders, in_words, sliders
from dashapp.still import drawn
from dashapp.tabs import outcome, what_if
from dashapp.tabs.what_if import CHANGE, CURVE, KEPT, SCENARIO, WHERE, Ids
from tests.analytics.steady_shops import shops
from tests.dashapp.conftest import body, texts
from tests.dashapp.test_wiring import version_of

ALL = Filters()
MORE = "stock_level:1.2"


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> View:
    """Six shelves that want 4 units a month, bought all four at once, and hold 6 after each delivery."""
    return shops(tmp_path_factory.mktemp("steady"))


def shown(view: View, scenario: str) -> str:
    """All that the cards say, in one text."""
    return " ".join(texts(drawn(outcome.cards(view, ALL, scenario, "all"))))


def test_kept_as_today_nothing_moves(view: View) -> None:
    sentence = outcome.sentence(view, ALL, "", "all")
    assert sentence.startswith("Kept as today, 6 shelves will serve ")
    cards = outcome.cards(view, ALL, "", "all")
    assert len(cards) == 8
    assert shown(view, "").count("as today") == 8
    assert described(what_if.change(view, ALL, "", "all")) == scenarios.NOTHING_CHANGED


def test_more_stock_is_told_in_a_sentence_and_cards(view: View) -> None:
    sentence = outcome.sentence(view, ALL, MORE, "all")
    assert sentence.startswith("This recovers ")
    assert "Capital in stock +" in sentence.replace("\u2060", "")
    cards = shown(view, MORE)
    assert cards.count("80 % band") == 8
    assert "Availability experience" in cards
    assert "satisfaction" not in cards.lower()
    assert "(better)" in cards
    assert "(worse)" in cards


def test_less_stock_loses(view: View) -> None:
    assert outcome.sentence(view, ALL, "stock_level:0.8", "all").startswith("This loses another ")


def test_a_change_within_its_band_is_neither_better_nor_worse() -> None:
    measured: Any = {"today": 10.0, "change": 1.0, "change_low": -0.5, "change_high": 2.0}
    (first, _band) = outcome._moves(Quantity("Profit"), measured, "up")
    assert first.attributes["className"] == "change even"
    surely: Any = measured | {"change_low": 0.5}
    assert outcome._moves(Quantity("Profit"), surely, "up")[0].attributes["className"] == "change good"
    assert outcome._moves(Quantity("Cost"), surely, "down")[0].attributes["className"] == "change bad"


def test_charts_say_what_they_show(view: View) -> None:
    change = what_if.change(view, ALL, MORE, "all")
    curve = what_if.curve(view, ALL, MORE, "all")
    for figure in (change, curve):
        go.Figure(figure)
    assert "Sales recovered" in described(change)
    words = described(curve)
    for mark in ("Today: Capital in stock ", "Scenario: Capital in stock ", "Highest profit: Capital in stock "):
        assert words.count(mark) == 1
    (today,) = [t for t in curve["data"] if t.get("name") == "Today" and t["yaxis"] == "y"]
    (line,) = [t for t in curve["data"] if t.get("name") == "Fill rate"]
    assert (today["x"][0], today["y"][0]) in list(zip(line["x"], line["y"], strict=True))


def test_three_scenarios_stand_side_by_side(view: View) -> None:
    page = what_if.kept_rows(view, ALL, f"{MORE}|stock_level:0.8|demand:1.1", "all").page(Ask())
    assert [row["scenario"] for row in page["rows"]] == [
        "Today",
        "Stock level −20 %",
        "Demand +10 %",
        "Stock level +20 %",
    ]
    fills = [row["fill_rate"] for row in page["rows"]]
    assert fills[1] < fills[0] < fills[3]
    assert len(what_if.kept_rows(view, ALL, MORE, "all")) == 0
    assert len(what_if.kept_rows(view, ALL, f"{MORE}|{MORE}", "all")) == 2


def test_what_it_rests_on_is_in_plain_words(view: View) -> None:
    words = texts(drawn(outcome.basis(view, ALL)))
    assert words.count("✓ ") == 5
    told = " ".join(words)
    assert "Delivery is at once for 6 of 6 shelves" in told
    assert "cannot be known" in told
    assert "26 % of those who find a shelf empty take another product: assumed" in told


def test_without_costs_cards_say_what_they_need(tmp_path: Path) -> None:
    view = shops(tmp_path, cost="")
    assert shown(view, MORE).count("Needs products.unit_cost.") == 3
    assert "net profit" not in outcome.sentence(view, ALL, MORE, "all")
    assert "needs products.unit_cost" in what_if.curve_note(view, ALL, MORE, "all")
    go.Figure(what_if.curve(view, ALL, MORE, "all"))
    assert "No unit cost is known" in " ".join(texts(drawn(outcome.basis(view, ALL))))


def test_files_without_stock_say_why_everywhere(tmp_path: Path) -> None:
    view, values = shops(tmp_path, counted=False), {"scenario": MORE}
    assert "both sales and closing stock" in outcome.sentence(view, ALL, MORE, "all")
    assert outcome.cards(view, ALL, MORE, "all") == outcome.basis(view, ALL) == []
    for panel in (CHANGE, CURVE):
        assert "both sales and closing stock" in described(panel.figure(view, ALL, values))


@pytest.mark.parametrize("raw", ["demand:9", "stock:1", "demand:1,demand:1", "||||", 3, ["demand:1.1"], "x" * 2_000])
def test_no_page_sends_such_a_scenario(raw: Any) -> None:
    with pytest.raises(BadRequest, match=Ids.SCENARIO):
        SCENARIO.parse(raw)


def test_every_position_of_every_slider_is_a_scenario() -> None:
    for slider in sliders():
        numbers = [number for number, _text in slider.steps]
        assert numbers.count("") == 1
        assert len(set(numbers)) == len(numbers)
        for number in filter(None, numbers):
            assert SCENARIO.parse(f"{slider.name}:{number}") == f"{slider.name}:{number}"
            assert in_words(f"{slider.name}:{number}").startswith(f"{slider.label} ")
    assert in_words("") == "as today"


def test_an_address_sets_the_sliders_if_it_can() -> None:
    def value(search: str) -> Any:
        page = restored(html.Div([SCENARIO.view()]), search)
        return page.children[0].value

    assert value("?forecasts-scenario=stock_level%3A1.2%7Cdemand%3A1.1") == f"{MORE}|demand:1.1"
    assert value("?forecasts-scenario=stock_level%3A1.2,levels_follow%3A1") == f"{MORE},levels_follow:1"
    for wrong in ("stock_level:1.23", "stock_level:9", "nothing", "demand:1.1|||||"):
        assert value(f"?forecasts-scenario={wrong}") == ""
    assert Sliders(id="s").takes("")


def test_one_answer_to_a_release(app: Dash, client: FlaskClient) -> None:
    """Sentence, cards and the chart come together; a change of filters leaves the chart to its panel."""
    version = version_of(client)
    shown = {f"{CHANGE.frame}.asked": {"filters": {}, "version": version}, f"{Ids.SCENARIO}.value": MORE}
    sent = body(app, f"{Ids.SENTENCE}.children", {"version.data": version, "filters.data": {}} | shown)

    def answered(changed: str) -> set[str]:
        answer = client.post("/_dash-update-component", json=sent | {"changedPropIds": [changed]}).json
        return set(answer["response"]) if answer else set()

    assert answered("filters.data") == {Ids.SENTENCE, Ids.CARDS}
    assert answered(f"{Ids.SCENARIO}.value") == {Ids.SENTENCE, Ids.CARDS, CHANGE.frame}


def test_a_scenario_goes_into_the_files(client: FlaskClient) -> None:
    query = f"?forecasts-scenario={MORE}&forecasts-where=chain&chain=Alderway"
    assert "Alderway" in client.get(f"/export/{WHERE.id}.csv{query}", buffered=True).text
    with zipfile.ZipFile(io.BytesIO(client.get(f"/export/{WHERE.id}.xlsx{query}", buffered=True).data)) as book:
        inside = "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
    assert "Stock level +20 %" in inside
    assert client.get(f"/export/{WHERE.id}.csv?forecasts-scenario=demand:9", buffered=True).status_code == 400
    assert client.get(f"/export/{KEPT.id}.csv?forecasts-scenario={MORE}|demand:1.1", buffered=True).status_code == 200
