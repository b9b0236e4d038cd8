import json
from typing import Any

import pytest

from analytics.queries import Card
from dashapp import components, grids, numbers, panels
from dashapp.still import Element
from data.said import say
from tests.dashapp.test_shell import sent


def card(**given: Any) -> Card:
    whole: Any = {
        "id": "net_sales",
        "label": "Net sales",
        "unit": "money",
        "better": "up",
        "definition": "Paid by customers.",
        "missing": None,
        "value": 1_240_000.0,
        "previous": 1_000_000.0,
        "last_year": 1_300_000.0,
        "alone": None,
        "history": {"months": [], "values": []},
        "history_open": False,
    }
    return whole | given  # type: ignore[no-any-return]


def words(part: str | Element) -> str:
    """What is read on the screen."""
    return part if isinstance(part, str) else "".join(map(words, part.content))


def shown(**given: Any) -> str:
    return words(components.kpi_card(card(**given), "€"))


def test_a_card_shows_value_and_both_changes() -> None:
    text = shown()
    assert "€1.24 M" in text
    assert "+€240 k (+24.0 %) on the period before" in text
    assert "−€60 k (−4.6 %) on last year" in text


def test_a_currency_without_a_sign_is_its_code() -> None:
    assert "CHF\xa01.24 M" in words(components.kpi_card(card(), "CHF"))


@pytest.mark.parametrize(
    ("better", "previous", "verdict"),
    [("up", 1.0, "good"), ("up", 3.0, "bad"), ("down", 1.0, "bad"), ("down", 3.0, "good"), (None, 1.0, "even")],
)
def test_good_or_bad_is_a_word_and_an_arrow_beside_the_colour(better: Any, previous: float, verdict: str) -> None:
    text = json.dumps(components.kpi_card(card(better=better, value=2.0, previous=previous), "€"))
    assert f"change {verdict}" in text
    assert ("bi-arrow-up-right" if previous < 2 else "bi-arrow-down-right") in text


def test_percentages_move_in_points() -> None:
    assert "+2.5 pp on the period before" in shown(unit="%", value=12.5, previous=10.0)


def test_without_an_earlier_period_it_says_so_once() -> None:
    assert shown(previous=None, last_year=None, alone=say("no earlier period")).endswith("no earlier period")


def test_what_the_data_cannot_give_says_what_it_needs() -> None:
    text = shown(missing=say("needs {columns}", columns="unit_cost"), value=None)
    assert "needs unit_cost" in text
    assert "–" not in text


def test_the_definition_is_at_the_number_for_everyone() -> None:
    sign = components.info("Read it so.", ("net_sales", "orders"))
    assert sign.tag == "button"
    assert (sign.attributes["data-about"], sign.attributes["data-kpis"]) == ("Read it so.", "net_sales orders")
    assert sign.attributes["aria-label"] == "What is this?"


def test_charts_never_offer_to_send_their_data_away() -> None:
    assert panels.GRAPH_CONFIG["showSendToCloud"] is False
    assert panels.GRAPH_CONFIG["plotlyServerURL"] == ""


def test_grids_leave_exports_to_the_server_and_markup_to_nobody() -> None:
    grid = sent(grids.view("x", 400))["props"]
    assert grid["dashGridOptions"]["suppressCsvExport"]
    assert "dangerously_allow_code" not in grid


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (0, "0"),
        (0.456, "0.456"),
        (9.994, "9.99"),
        (9.996, "10.0"),
        (99.96, "100"),
        (1_234.5, "1,234"),
        (9_994, "9,994"),
        (12_345, "12.3 k"),
        (999_400, "999 k"),
        (999_600, "1.00 M"),
        (1_240_000, "1.24 M"),
        (-2.5e9, "−2.50 bn"),
    ],
)
def test_numbers_have_three_digits(value: float | None, text: str) -> None:
    assert numbers.short(value) == text


@pytest.mark.parametrize(
    ("value", "before", "unit", "text"),
    [
        (110, 100, "money", "+10.0 %"),
        (-90, -100, "money", "+10.0 %"),
        (12, 10, "%", "+2.0 pp"),
        (1, 0, "money", None),
        (1, 0, "%", "+1.0 pp"),
        (None, 1, "money", None),
        (1, None, "money", None),
    ],
)
def test_changes_have_signs(value: float | None, before: float | None, unit: str, text: str | None) -> None:
    assert numbers.change(value, before, unit) == text
