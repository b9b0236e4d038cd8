"""The sliders of a what-if as one control: labels follow the hand in the browser, the server is asked on release.

Its value is the scenario that is shown and those that are kept beside it, as an address has them. Drawn by
assets/2-app/08-sliders.js from native range inputs, which keys and screen readers know.
"""

from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from dash import Input
from dash.development.base_component import Component

from analytics.queries import MOST_KEPT, BadScenario, parse_scenarios
from dashapp.arguments import BadRequest
from dashapp.languages import current
from dashapp.texts import N_, _
from data.said import say

MOST_TEXT: Final = 1_000
PROPERTIES: Final = ["id", "follow", "label", "most", "sliders", "value"]
AS_TODAY: Final = N_("as today")
FOLLOW: Final = "levels_follow"
FOLLOW_LABEL: Final = N_("Order levels adapt to demand, lead time and review period")
LABEL: Final = N_("Scenario")


class Slider(NamedTuple):
    """One part of a scenario: the positions of its slider as (number, what is said of it), "" where it is as today."""

    name: str
    label: str
    about: str
    steps: list[tuple[str, str]]


class Sliders(Component):
    """The control. value: scenarios as `parse_scenarios` reads them; most: how many may be kept."""

    _children_props: list[str] = []  # Dash declares these as of an instance
    _base_nodes: list[str] = []
    _namespace = "dashapp"
    _type = "Sliders"
    _prop_names: list[str] = PROPERTIES
    _valid_wildcard_attributes: list[str] = []
    available_properties: list[str] = PROPERTIES
    available_wildcard_properties: list[str] = []

    def __init__(self, **properties: Any) -> None:
        super().__init__(**properties)  # type: ignore[no-untyped-call]

    def takes(self, text: str) -> bool:
        """Whether an address may set this value: every number is a position of its slider."""
        try:
            scenarios = parse_scenarios(text)
        except BadScenario:
            return False
        known = {f"{slider.name}:{number}" for slider in sliders() for number, _said in slider.steps}
        return {part for scenario in scenarios for part in scenario.split(",") if part} <= {*known, f"{FOLLOW}:1"}


@dataclass(frozen=True, slots=True)
class ScenarioArgument:
    """The scenarios of a page as an argument of its panels."""

    id: str

    @property
    def input(self) -> Input:
        """Where a callback reads it."""
        return Input(self.id, "value")

    def parse(self, raw: Any) -> str:
        """The text of the scenarios, once it has shown that it can be read."""
        if raw is not None and (not isinstance(raw, str) or len(raw) > MOST_TEXT):
            raise BadRequest(say("{name}: expected a text of at most {n} characters", name=self.id, n=MOST_TEXT))
        try:
            parse_scenarios(raw or "")
        except BadScenario as error:
            raise BadRequest(say("{name}: {reason}", name=self.id, reason=error.said)) from error
        return raw or ""

    def told(self, value: str) -> tuple[str, str]:
        """Its label and the shown scenario in words."""
        return _(LABEL), in_words(parse_scenarios(value)[0])

    def view(self) -> Sliders:
        """The control."""
        given = [slider._asdict() for slider in sliders()]
        return Sliders(id=self.id, sliders=given, follow=_(FOLLOW_LABEL), label=_(LABEL), most=MOST_KEPT, value="")


def in_words(scenario: str) -> str:
    """'Stock level +10 %, Lead time −3 days' of one scenario's text; 'as today' of none."""
    known = {
        f"{slider.name}:{number}": f"{slider.label} {text}" for slider in sliders() for number, text in slider.steps
    }
    known[f"{FOLLOW}:1"] = _(FOLLOW_LABEL)
    parts = filter(None, scenario.split(","))
    return ", ".join(known.get(part, part.replace(":", " ")) for part in parts) or _(AS_TODAY)


def sliders() -> list[Slider]:
    """Every slider in the language of the app."""
    return [
        Slider(
            "stock_level",
            _("Stock level"),
            _("Every order-up-to level of every shelf, as a share of today's."),
            [_step(1 + n / 100, _signed(n), n == 0) for n in range(-50, 105, 5)],
        ),
        Slider(
            "service_level",
            _("Target service level"),
            _(
                "Levels that this share of review cycles gets through without an empty shelf, instead of today's; "
                "the safety factor that it takes follows from each shelf's demand."
            ),
            [("", _(AS_TODAY)), *(_step(s / 1000, _of_hundred(s / 10), False) for s in SERVICE_LEVELS)],
        ),
        Slider(
            "lead_time_change_days",
            _("Lead time"),
            _("Days from order to receipt, added to that of every product; it stays at least 0."),
            [_step(n, _("{days} days", days=_number(n, signed=True)), n == 0) for n in range(-14, 22)],
        ),
        Slider(
            "review_days",
            _("Review period"),
            _("Days from one order to the next, for every shelf. Stock is known by month, so today's is a month."),
            [_step(n, _("{days} days", days=_number(n)), n == MONTH) for n in (7, 10, 14, 21, MONTH, 45, 60, 90)],
        ),
        Slider(
            "demand",
            _("Demand"),
            _("Expected demand of every shelf. Levels stay what they are unless they adapt."),
            [_step(1 + n / 100, _signed(n), n == 0) for n in range(-50, 55, 5)],
        ),
        Slider(
            "holding_rate",
            _("Holding-cost rate"),
            _("What holding stock for a year costs, as a share of its value: capital, space, insurance, spoilage."),
            [_step(n / 100, _of_hundred(n), n == RATE) for n in range(0, 65, 5)],
        ),
    ]


SERVICE_LEVELS: Final = (500, 600, 700, 750, 800, 850, 900, 920, 940, 950, 960, 970, 980, 990, 995, 999)  # ‰
MONTH: Final = 30  # days
RATE: Final = 20  # % a year


def _step(value: float, text: str, as_today: bool) -> tuple[str, str]:
    if not as_today:
        return f"{value:g}", text
    return "", text if any(digit in text for digit in "123456789") else _(AS_TODAY)


def _signed(hundredths: int) -> str:
    return current().notation.of_hundred(_number(hundredths, signed=True))


def _of_hundred(share: float) -> str:
    return current().notation.of_hundred(current().notation.fixed(share, 0 if share == int(share) else 1))


def _number(value: float, *, signed: bool = False) -> str:
    return current().notation.fixed(value, 0, signed=signed)
