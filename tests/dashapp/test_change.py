"""What changed: the waterfall, whose parts they are, and the sentence that names the main one."""

from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import pytest

from analytics import queries
from analytics.filters import Filters
from analytics.queries import Change, Lacking, Part, View
from analytics.table import Ask
from dashapp import sentences, tables
from dashapp.figures.change import waterfall
from dashapp.figures.description import described
from dashapp.quantities import Quantity
from dashapp.tabs import change, products, stores
from tests.analytics.builders import EVERYTHING, cube_of, small_retailer

EURO = Quantity("Net sales", "€")
SPRING = Filters(quarters=("2023Q2",))


def told(before: float, *moves: tuple[str, float]) -> Change:
    parts = [Part(id=id_, label=id_.capitalize(), money=money, why=[]) for id_, money in moves]
    return Change(
        before=before,
        after=before + sum(money for _id, money in moves),
        parts=parts,
        months=["2023-10", "2023-11", "2023-12"],
        months_before=["2023-07", "2023-08", "2023-09"],
        why=None,
    )


def spring(folder: Path, units: int, *, inventory: bool = True) -> View:
    """Ann buys 10 milk in winter and `units` in spring; the Corner's shelf is empty at the end of June."""
    story = small_retailer()
    story.sell("1", "2023-01-05", "C", "milk", 10, customer="ann")
    story.sell("2", "2023-03-05", "C", "milk", 10, customer="bob")
    story.sell("3", "2023-04-05", "C", "milk", units, customer="ann")
    story.sell("4", "2023-06-05", "C", "milk", units, customer="bob")
    story.count("2023-05", "C", "milk", 5, 5)
    story.count("2023-06", "C", "milk", 5, 0)
    supplied = {k: v for k, v in EVERYTHING.items() if inventory or k != "inventory"}
    return View(cube_of(story, folder, as_of="2023-06-30", supplied=supplied))


@pytest.mark.parametrize("before", [100.0, 10_000.0], ids=["parts beside the totals", "parts alone"])
def test_the_steps_of_a_waterfall_add_up(before: float) -> None:
    figure = waterfall(told(before, ("customers", 60), ("price", -20)), EURO, "stores-part")
    (trace,) = figure["data"]
    go.Figure(figure)
    ground = 100 if before == 100 else 0
    steps = list(zip(trace["base"], trace["x"], trace["text"], trace["meta"]["links"], strict=True))
    parts = [(ground, 60, "+€60", "#stores-part=customers"), (ground + 60, -20, "−€20", "#stores-part=price")]
    assert steps[-3:-1] == parts
    assert steps[-1][:2] == (0, ground + 40)
    assert steps[:-3] == ([(0, 100, "€100", "#stores-part=whole")] if before == 100 else [])
    assert "more customers" in trace["hovertext"][steps.index(parts[0])]
    assert [shape["x0"] for shape in figure["layout"]["shapes"]] == [x + base for base, x, *_rest in steps[:-1]]


def test_a_waterfall_in_words_and_as_a_table() -> None:
    found = told(100, ("customers", 60), ("price", -20))
    assert described(waterfall(found, EURO, "x")) == "Before €100; Customers +€60; Price −€20; After €140."
    rows = tables.change(found).page(Ask())["rows"]
    assert [(row["change"], row["net_sales"]) for row in rows] == [(None, 100), (60, 160), (-20, 140), (40, 140)]


@pytest.mark.parametrize(
    ("moves", "sentence"),
    [
        ([("customers", 60), ("price", -20)], "mostly more customers"),
        ([("customers", -60), ("price", 20)], "mostly fewer customers"),
        ([("customers", -60), ("discount", 70)], "mostly smaller discounts"),
        ([("customers", 40), ("price", 35), ("discount", 25)], "largest part: more customers"),
        ([("customers", 0.001)], ""),
        ([("unsplit", -20)], ""),
        ([], ""),
    ],
)
def test_the_main_part_goes_the_way_of_the_change(moves: Any, sentence: str) -> None:
    assert sentences.leading(told(100, *moves)) == sentence


def test_the_opening_sentence(tmp_path: Path) -> None:
    """20 units at 2.00 become 30."""
    empty = "1 of 1 shelves of top sellers ended Jun 2023 empty"
    view = spring(tmp_path, 15)
    assert sentences.opening(view, SPRING) == (
        f"Net sales €60, +50.0 % on the period before, mostly more units per order; {empty}."
    )
    assert sentences.opening(view, Filters()) == f"Net sales €100; {empty}."
    assert sentences.opening(view, Filters(quarters=())) == "No sales in this selection. Reset a filter to see more."
    assert stores.sentence(view, SPRING).startswith("Net sales €60, ")
    assert products.sentence(view, SPRING).startswith("Net sales €60, ")


def test_without_inventory_nothing_is_said_of_shelves(tmp_path: Path) -> None:
    view = spring(tmp_path, 5, inventory=False)
    expected = "Net sales €20, −50.0 % on the period before, mostly fewer units per order."
    assert stores.sentence(view, SPRING) == products.sentence(view, SPRING) == expected


def test_whose_part_it_is(tmp_path: Path) -> None:
    view = spring(tmp_path, 5)
    figure = change.who(view, SPRING, "previous", "store", "units_per_order")
    (trace,) = figure["data"]
    go.Figure(figure)
    assert (trace["x"], trace["text"], trace["meta"]["links"]) == ([-20], ["−€20"], ["/stores/C"])
    assert figure["layout"]["xaxis"]["title"]["text"] == "Units per order [€]"
    assert change.periods(view, SPRING, "previous") == "Apr\u2009–\u2009Jun 2023 against Jan\u2009–\u2009Mar 2023"
    with pytest.raises(Lacking, match="not known by product"):
        change.who(view, SPRING, "previous", "product", "customers")


def test_what_stands_alone_says_so(tmp_path: Path) -> None:
    view, winter = spring(tmp_path, 5), Filters(quarters=("2023Q1",))
    assert change.periods(view, winter, "previous") == ""
    for panel in change.PANELS:
        figure = panel.figure(view, winter, {})
        assert figure["layout"]["annotations"][0]["text"].startswith("Nothing to compare with: no earlier period.")


def test_top_sellers_at_zero(tmp_path: Path) -> None:
    """Milk is the only top seller: at the Corner 5 are left in May and none in June."""
    view = spring(tmp_path, 15)
    assert queries.top_sellers_at_zero(view, SPRING) == {"count": 1, "among": 1, "month": "2023-06"}
    assert queries.top_sellers_at_zero(view, Filters(quarters=())) == {"count": 0, "among": 0, "month": ""}
