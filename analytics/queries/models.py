"""How good the models are on the data that were loaded: each figure beside its baseline, with n and period.

All of it was measured in the refresh, on everything that was loaded: filters change nothing.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from analytics.filters import Filters
from analytics.models.ranking_test import FIRST, RankingTest
from analytics.models.rolling_origins import METHODS
from analytics.queries import personal
from analytics.queries.demand import forecast_quality
from analytics.queries.discounts import discount_models
from analytics.queries.view import Lacking, View, given, query
from analytics.spend import Ahead, Horizon
from analytics.table import Field, Listed
from data.said import Said, english, say

PROMISED: Final = 80.0  # %, of intervals
BASELINE: Final = METHODS.index("baseline")
HELD: Final = say("80 % intervals that held [%]")
BIAS: Final = say("Bias of the sum [%]")
R2: Final = say("R², 1 is perfect")
LOW, HIGH = say("its low end (95 %)"), say("its high end (95 %)")
PROMISE: Final = say("what they promise")
NO_BIAS: Final = say("no bias")
NOTHING: Final = say("no effect")
ALLOWED: Final = say("most that is allowed")
PAST: Final = say("the past carried on")
RECENCY: Final = say("whether they bought in the last quarter")
TIER: Final = say("the tier's rate")
CHANCE: Final = say("at random")
CUSTOMERS: Final = say("customers")
IN_USE: Final = say("In use: the model.")
PAST_SHOWN: Final = say("The past carried on is shown: the model did no better.")
OVERALL: Final = say("the rate of all lines")
OVERALL_SHOWN: Final = say("The rate of all lines is shown: the model did no better.")
TIER_SHOWN: Final = say("The tier's rate is shown: the model did no better.")
BY_VOLUME: Final = say("In use by volume only: no effect on coming back was found.")
NAMES: Final = {
    "lost_sales": say("Lost sales"),
    "stock_effect": say("What stock does to sales"),
    "what_if": say("What if"),
    "demand": say("Demand of the next months"),
    "quarter": say("Spend of the next quarter"),
    "year": say("Spend of the next year"),
    "discounts": say("Who receives a discount"),
    "availability": say("Who would buy more"),
}
FIELDS: Final = (
    Field("model", "Model"),
    Field("measure", "Measure"),
    Field("value", "Here", "×"),
    Field("baseline", "Baseline", "×"),
    Field("against", "Which is"),
    Field("n", "n", "count"),
    Field("of", "n counts"),
    Field("period", "Tested on"),
)
STATES: Final = (Field("model", "Model"), Field("state", "State", wide=True))


class Test(NamedTuple):
    """What a figure was measured on. of: what n counts."""

    n: int
    of: Said
    period: str


class Figure(NamedTuple):
    """One figure of quality. against: what its baseline is."""

    measure: Said
    value: float | None
    baseline: float | None
    against: Said
    test: Test


class Judged(NamedTuple):
    """A model: what is in use, or why there is nothing; and its figures, none where nothing was tested.

    fell_back: whether something plainer is shown because the model did not do better.
    """

    name: str
    state: Said
    figures: Sequence[Figure]
    fitted: bool
    fell_back: bool


class Standing(NamedTuple):
    """Of how many models are fitted, and how many of these fell back to something plainer or found no effect."""

    models: int
    fitted: int
    fell_back: int


@query
def model_standing(view: View, filters: Filters) -> Standing:
    """The counts of all models."""
    found = _all(view)
    return Standing(len(found), sum(m.fitted for m in found), sum(m.fitted and m.fell_back for m in found))


@query
def model_states(view: View, filters: Filters, speak: Callable[[Said], str] = english) -> Listed:
    """What is in use of each model, or why there is nothing. speak: into the reader's language."""
    found = _all(view)
    columns = {"model": [speak(NAMES[m.name]) for m in found], "state": [speak(m.state) for m in found]}
    return Listed.of(STATES, columns)


@query
def model_quality(view: View, filters: Filters, speak: Callable[[Said], str] = english) -> Listed:
    """One row a figure."""
    rows = [(NAMES[model.name], figure) for model in _all(view) for figure in model.figures if _told_of(view, figure)]
    columns = {
        "model": [speak(name) for name, _figure in rows],
        **{name: [speak(getattr(f, name)) for _name, f in rows] for name in ("measure", "against")},
        **{name: [getattr(f, name) for _name, f in rows] for name in ("value", "baseline")},
        "n": [f.test.n for _name, f in rows],
        "of": [speak(f.test.of) for _name, f in rows],
        "period": [f.test.period for _name, f in rows],
    }
    return Listed.of(FIELDS, columns)


def _told_of(view: View, figure: Figure) -> bool:
    """Whether a figure is told: not one of a test of few customers."""
    return figure.test.of != CUSTOMERS or not personal.withheld(view, [figure.test.n])[0]


def _all(view: View) -> list[Judged]:
    return [
        _told("lost_sales", lambda: _lost_sales(view)),
        _told("stock_effect", lambda: _stock_effect(view)),
        _told("what_if", lambda: _what_if(view)),
        _told("demand", lambda: _demand(view)),
        _told("quarter", lambda: _spend(view, "quarter")),
        _told("year", lambda: _spend(view, "year")),
        _told("discounts", lambda: _discounts(view)),
        _told("availability", lambda: _availability(view)),
    ]


def _told(name: str, judge: Callable[[], Judged]) -> Judged:
    """The judged model, or why there is none."""
    try:
        return judge()
    except Lacking as lacking:
        return Judged(name, lacking.said, (), fitted=False, fell_back=False)


def _lost_sales(view: View) -> Judged:
    found = given(view.cube.fitted.estimates).coverage
    if found["why"]:
        return Judged("lost_sales", found["why"], (), fitted=True, fell_back=False)
    period = _months(view, found["first"], found["last"])
    shelves = Test(found["n"], say("shelves emptied on paper"), period)
    sums = Test(found["sums_n"], say("stores and products"), period)
    figures = (
        Figure(HELD, found["cells"], PROMISED, PROMISE, shelves),
        Figure(HELD, found["sums"], PROMISED, PROMISE, sums),
        Figure(BIAS, found["bias"], 0.0, NO_BIAS, shelves),
    )
    return Judged("lost_sales", say("In use: a censored model of demand."), figures, fitted=True, fell_back=False)


def _stock_effect(view: View) -> Judged:
    found = given(view.cube.fitted.estimates).effect["everywhere"]
    change, low, high = found["change"], found["low"], found["high"]
    if change is None or low is None or high is None:
        return Judged("stock_effect", found["said"], (), fitted=False, fell_back=False)
    test = Test(found["cells"], say("shelves × months with a failed delivery"), _whole(view))
    ends = ((say("Change of sales [%]"), change), (LOW, low), (HIGH, high))
    figures = [Figure(name, round(100 * end, 1), 0.0, NOTHING, test) for name, end in ends]
    return Judged("stock_effect", found["said"], figures, fitted=True, fell_back=low <= 0 <= high)


def _what_if(view: View) -> Judged:
    planning = given(view.cube.fitted.planning)
    test = Test(planning.assumed["items"], say("shelves"), _whole(view))
    figures = [Figure(c.name, round(c.value, 5), c.tolerance, ALLOWED, test) for c in planning.checks]
    met = sum(check.passed for check in planning.checks)
    state = say("In use: simulated years; {met} of {n} checks are met.", met=met, n=len(figures))
    return Judged("what_if", state, figures, fitted=True, fell_back=met < len(figures))


def _demand(view: View) -> Judged:
    quality, held = forecast_quality(view, Filters()), given(view.cube.fitted.forecast).held
    whole, own = quality["scores"][0], [s for s in quality["scores"] if s["category"] is not None]
    kept, period = sum(s["method"] == BASELINE for s in own), f"{quality['months'][0]} – {quality['months'][-1]}"
    test = Test(whole["n"], say("shelves × months"), period)
    figures = [
        Figure(say("WQL, 0 is perfect"), whole["used"], whole["wql"][BASELINE], say("seasonal naive"), test),
        Figure(BIAS, whole["bias"], 0.0, NO_BIAS, test),
    ]
    if held and held["sums_n"]:
        sums = Test(held["sums_n"], say("sums of stores, categories and products"), period)
        figures.append(Figure(HELD, round(100 * held["sums"] / held["sums_n"], 1), PROMISED, PROMISE, sums))
    state = say(
        "In use in {own} of {n} categories; the others keep the seasonal naive.", own=len(own) - kept, n=len(own)
    )
    return Judged("demand", state, figures, fitted=True, fell_back=kept > 0)


def _spend(view: View, horizon: Horizon) -> Judged:
    ahead: Ahead = given(given(view.cube.fitted.spend).ahead[horizon])
    report, of = ahead.report, {measured["method"]: measured for measured in ahead.report["measured"]}
    model, naive, linear = of["model"], of["naive"], of["linear"]
    test = Test(report["n"], CUSTOMERS, f"{report['first'][:7]} – {report['last'][:7]}")
    figures = [
        Figure(R2, model["r2"], naive["r2"], PAST, test),
        Figure(R2, model["r2"], linear["r2"], say("LinearRegression"), test),
        Figure(say("R², largest ½ % capped"), model["r2_capped"], naive["r2_capped"], PAST, test),
        Figure(say("RMSE of a customer's spend"), model["rmse"], naive["rmse"], PAST, test),
        Figure(BIAS, model["bias"], naive["bias"], PAST, test),
        Figure(HELD, model["coverage"], PROMISED, PROMISE, test),
        Figure(say("Brier score, 0 is perfect"), report["brier"], report["brier_naive"], RECENCY, test),
    ]
    back = report["used"] == "naive"
    return Judged(horizon, PAST_SHOWN if back else IN_USE, figures, fitted=True, fell_back=back)


def _discounts(view: View) -> Judged:
    quality = discount_models(view, Filters())
    found, scores = quality["found"], {score["name"]: score for score in quality["scores"]}
    used, base = scores[found["chosen"]], scores["base"]
    tier, rule = (scores["tier"], TIER) if "tier" in scores else (base, OVERALL)
    period = f"{quality['judged'][0]} – {quality['judged'][-1]}"
    test = Test(used["n"], say("lines"), period)
    figures = [
        Figure(say("Accuracy"), used["accuracy"], base["accuracy"], say("the most frequent answer"), test),
        Figure(say("Accuracy"), used["accuracy"], tier["accuracy"], rule, test),
        Figure(say("Balanced accuracy"), used["balanced"], tier["balanced"], rule, test),
        Figure(say("AUC"), used["auc"], tier["auc"], rule, test),
        Figure(say("Calibration error"), used["ece"], tier["ece"], rule, test),
        Figure(say("Mean error of a line's rate"), found["depth_error"], found["plain_depth_error"], rule, test),
    ]
    if quarter := found["quarter"]:
        people = Test(quarter["customers"], CUSTOMERS, period)
        figures.append(Figure(say("Mean error of a customer's rate"), quarter["error"], quarter["plain"], rule, people))
    plain = found["at_tier_rate"] or found["chosen"] in ("tier", "base")
    shown = TIER_SHOWN if rule is TIER else OVERALL_SHOWN
    return Judged("discounts", shown if plain else IN_USE, figures, fitted=True, fell_back=plain)


def _availability(view: View) -> Judged:
    kept = given(view.cube.fitted.availability)
    effect, detected = kept.found.delta, kept.found.detected
    test = Test(effect["orders"], say("orders"), _whole(view))
    ends = ((say("Effect δ on coming back"), "delta"), (LOW, "low"), (HIGH, "high"))
    told: dict[str, Any] = {**effect}
    figures = [Figure(name, told[end], 0.0, NOTHING, test) for name, end in ends if told[end] is not None]
    if isinstance(kept.test, RankingTest):
        figures += _ranking(view, kept.test)
    state = say("In use, with the effect on coming back.") if detected else BY_VOLUME
    return Judged("availability", effect["why"] or state, figures, fitted=True, fell_back=not detected)


def _ranking(view: View, found: RankingTest) -> Iterable[Figure]:
    test = Test(found.customers, CUSTOMERS, _months(view, found.first, found.last))
    measure = say("Spend at stake with the tenth ranked first [%]")
    yield Figure(measure, found.share, found.past, say("ranked by past spend"), test)
    yield Figure(measure, found.share, 100 * FIRST, CHANCE, test)
    if found.autoc is not None:
        yield Figure(say("AUTOC of coming back"), found.autoc, 0.0, CHANCE, test)


def _whole(view: View) -> str:
    return _months(view, 0, len(view.cube.calendar.months) - 1)


def _months(view: View, first: int, last: int) -> str:
    labels = view.cube.calendar.month_labels(np.array([first, last]))
    return f"{labels[0]} – {labels[1]}"
