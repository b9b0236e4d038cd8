"""Scenarios in an address: what is read, and what is refused by its name."""

import pytest

from analytics.models.what_if import NEUTRAL, Scenario
from analytics.queries.scenarios import parse_scenario, parse_scenarios


def test_an_empty_text_changes_nothing() -> None:
    assert parse_scenario("") == NEUTRAL
    assert parse_scenarios("") == [""]


def test_every_part_has_its_name() -> None:
    text = "stock_level:1.1,service_level:0.95,safety_shift:-0.5,lead_time_change_days:-3,review_days:14"
    told = parse_scenario(f"{text},demand:0.9,holding_rate:0.25,levels_follow:1")
    assert told == Scenario(1.1, 0.95, -0.5, -3, 14, 0.9, 0.25, levels_follow=True)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("stock:1.1", "'stock' is no part of a scenario"),
        ("demand", "demand must be a number, not ''"),
        ("demand:much", "demand must be a number, not 'much'"),
        ("demand:nan", "demand must be a number"),
        ("demand:inf", "demand must be a number"),
        ("demand:9", "demand must be between 0.5 and 1.5, not 9"),
        ("service_level:1", "service_level must be between 0.5 and 0.999"),
        ("demand:1,demand:1.1", "demand is given twice"),
        ("levels_follow:yes", "levels_follow is 1 or left out"),
    ],
)
def test_what_is_wrong_is_named(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_scenario(text)
    with pytest.raises(ValueError, match=reason):
        parse_scenarios(f"|{text}")


def test_three_can_be_kept() -> None:
    assert parse_scenarios("demand:1.1|stock_level:1.1||demand:0.9") == [
        "demand:1.1",
        "stock_level:1.1",
        "",
        "demand:0.9",
    ]
    with pytest.raises(ValueError, match="at most 3"):
        parse_scenarios("||||")
