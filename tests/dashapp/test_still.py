import json

from dash import html
from flask.testing import FlaskClient

from dashapp.still import Still, drawn, el
from tests.dashapp.test_shell import sent


def test_elements_are_triples_and_texts_themselves() -> None:
    content = drawn([el("p", "Net sales ", el("b", "€1.24 M"), className="hint"), "!"])
    assert json.loads(content) == [["p", {"className": "hint"}, ["Net sales ", ["b", {}, ["€1.24 M"]]]], "!"]


def test_nothing_adds_nothing_and_lists_are_read_in_order() -> None:
    assert el("ul", [None, el("li", "a")], "", [[el("li", "b")]]) == el("ul", el("li", "a"), el("li", "b"))
    assert drawn("") == drawn(None) == drawn([]) == "[]"


def test_a_still_is_one_component_whatever_it_holds() -> None:
    part = sent(html.Div(Still(el("p", el("i")), el("p"), id="x", className="k", tag="dl", **{"aria-label": "All"})))
    still = part["props"]["children"]
    assert (still["namespace"], still["type"]) == ("dashapp", "Still")
    assert still["props"].items() >= {"id": "x", "className": "k", "tag": "dl", "aria-label": "All"}.items()
    assert len(json.loads(still["props"]["content"])) == 2


def test_its_script_comes_before_the_page_is_drawn(client: FlaskClient) -> None:
    scripts = client.get("/stores").text
    assert 0 < scripts.index("/assets/2-app/06-still.js") < scripts.index("_dash-renderer")
