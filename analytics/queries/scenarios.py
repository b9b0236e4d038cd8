"""Scenarios as an address has them: "stock_level:1.1,demand:0.9"; "" changes nothing."""

import math
from dataclasses import fields, replace
from functools import lru_cache
from typing import Any, Final

from analytics.models.what_if import NEUTRAL, Scenario

MOST_KEPT: Final = 3
BETWEEN: Final = "|"  # the scenario that is shown, and those that are kept beside it
FLAG: Final = "levels_follow"
NAMES: Final = tuple(field.name for field in fields(Scenario))


@lru_cache(64)
def parse_scenario(text: str) -> Scenario:
    """A scenario from "name:number" pairs with commas between, each name of `Scenario` once at most; levels_follow:1.

    Raises ValueError naming the field that is unknown, given twice, no number, or out of its range.

    >>> parse_scenario("stock_level:1.1,levels_follow:1") == Scenario(stock_level=1.1, levels_follow=True)
    True
    """
    changes: dict[str, Any] = {}
    for part in filter(None, text.split(",")):
        name, _, number = part.partition(":")
        if name not in NAMES:
            raise ValueError(f"{name[:40]!r} is no part of a scenario; there are {', '.join(NAMES)}")
        if name in changes:
            raise ValueError(f"{name} is given twice")
        changes[name] = _flag(number) if name == FLAG else _number(name, number)
    return replace(NEUTRAL, **changes)


def parse_scenarios(text: str) -> list[str]:
    """The scenario that is shown and up to three that are kept, as texts with "|" between; raises ValueError."""
    parts = text.split(BETWEEN)
    if len(parts) > 1 + MOST_KEPT:
        raise ValueError(f"at most {MOST_KEPT} scenarios can be kept")
    for part in parts:
        parse_scenario(part)
    return parts


def _number(name: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ValueError(f"{name} must be a number, not {text[:40]!r}")
    return value


def _flag(text: str) -> bool:
    if text != "1":
        raise ValueError(f"{FLAG} is 1 or left out, not {text[:40]!r}")
    return True
