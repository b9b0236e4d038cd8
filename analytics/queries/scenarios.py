"""Scenarios as an address has them: "stock_level:1.1,demand:0.9"; "" changes nothing."""

import math
from dataclasses import fields, replace
from functools import lru_cache
from typing import Any, Final

from analytics.models.what_if import NEUTRAL, RANGES, Scenario
from data.said import SaidError, say

MOST_KEPT: Final = 3
BETWEEN: Final = "|"  # the scenario that is shown, and those that are kept beside it
FLAG: Final = "levels_follow"
NAMES: Final = tuple(field.name for field in fields(Scenario))


class BadScenario(SaidError, ValueError):
    """A scenario that cannot be read; the reason names the part."""


@lru_cache(64)
def parse_scenario(text: str) -> Scenario:
    """A scenario from "name:number" pairs with commas between, each name of `Scenario` once at most; levels_follow:1.

    Raises BadScenario naming the field that is unknown, given twice, no number, or out of its range.

    >>> parse_scenario("stock_level:1.1,levels_follow:1") == Scenario(stock_level=1.1, levels_follow=True)
    True
    """
    changes: dict[str, Any] = {}
    for part in filter(None, text.split(",")):
        name, _, number = part.partition(":")
        if name not in NAMES:
            listed = ", ".join(NAMES)
            raise BadScenario(
                say("{name} is no part of a scenario; there are {listed}", name=repr(name[:40]), listed=listed)
            )
        if name in changes:
            raise BadScenario(say("{name} is given twice", name=name))
        changes[name] = _flag(number) if name == FLAG else _number(name, number)
    return replace(NEUTRAL, **changes)


def parse_scenarios(text: str) -> list[str]:
    """The scenario that is shown and up to three that are kept, as texts with "|" between; raises BadScenario."""
    parts = text.split(BETWEEN)
    if len(parts) > 1 + MOST_KEPT:
        raise BadScenario(say("at most {n} scenarios can be kept", n=MOST_KEPT))
    for part in parts:
        parse_scenario(part)
    return parts


def _number(name: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise BadScenario(say("{name} must be a number, not {value}", name=name, value=repr(text[:40])))
    low, high = RANGES[name]
    if not low <= value <= high:
        limits = {"low": f"{low:g}", "high": f"{high:g}", "value": f"{value:g}"}
        raise BadScenario(say("{name} must be between {low} and {high}, not {value}", name=name, **limits))
    return value


def _flag(text: str) -> bool:
    if text != "1":
        raise BadScenario(say("{name} is 1 or left out, not {value}", name=FLAG, value=repr(text[:40])))
    return True
