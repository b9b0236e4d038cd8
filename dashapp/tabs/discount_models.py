"""Panels about the models of discounts: how good they are, what goes along with a discount, who buys more for it."""

from enum import StrEnum
from typing import Any, Final

from analytics import queries
from analytics.filters import Filters
from analytics.queries import DiscountModels, View
from analytics.table import Field, Listed
from dashapp import numbers, quantities
from dashapp.figures import discounts as figures
from dashapp.figures.base import FigureDict, empty_figure
from dashapp.figures.discounts import Span
from dashapp.panels import Panel
from dashapp.texts import N_, _, said

MODELS: Final = {
    "boosted": N_("Gradient boosting"),
    "logistic": N_("Logistic regression, all that is known"),
    "customer": N_("Logistic regression, customer only"),
    "tier": N_("Share of the tier, no model"),
    "base": N_("Most frequent answer, no model"),
}
LEARNED: Final = ("boosted", "logistic", "customer")
ABOUT_SCORES: Final = N_(
    "On lines of months that the models had not seen, recalibrated at the start of each month with what was known "
    "then. Balanced accuracy: mean of the shares right among lines with and without a discount. AUC: chance that a "
    "line with a discount was given more than one without; 50 % is chance. Calibration error: mean gap between stated "
    "chance and what happened. Used is the lowest log loss. Tiers are as the files give them now: if they changed "
    "since, or follow from what was bought, every row with tiers looks better than it is."
)
ABOUT_RELIABILITY: Final = N_(
    "Lines in ten bins of the chance that the method in use stated, and how many of them had a discount, with 95 % "
    "intervals. On the dotted line both are the same."
)
ABOUT_ODDS: Final = N_(
    "Logistic regression of the lines of known customers: by how much the odds of a discount multiply, all else equal. "
    "Spend is that of the 12 months before. No file tells promotions: each category × month is one or not, as its "
    "lines tell (EM). Categories have a level of their own. 95 % intervals; what goes along with discounts, "
    "not what causes them."
)
ABOUT_RESPONSE: Final = N_(
    "Each customer is compared with themselves: lines bought in months in which a category's discounts were 10 points "
    "of list price deeper for other customers, against other months, season and month taken out (Poisson regression). "
    "95 % intervals. What came along with discounts, such as a flyer, is in it: an association, not an effect."
)


class Ids(StrEnum):
    """Component ids of these panels."""

    ODDS = "customers-discount-odds"
    SCORES = "customers-discount-scores"
    RELIABILITY = "customers-discount-reliability"
    RESPONSE = "customers-discount-response"


def score_rows(view: View, filters: Filters) -> Listed:
    """Each model and rule on the months judged; the one in use first named so."""
    found = queries.discount_models(view, filters)
    rows, used = found["scores"], found["found"]["chosen"]
    fields = (
        Field("name", N_("Method")),
        Field("accuracy", N_("Accuracy"), "%"),
        Field("balanced", N_("Balanced accuracy"), "%"),
        Field("auc", N_("AUC"), "%"),
        Field("ece", N_("Calibration error"), "%"),
        Field("log_loss", N_("Log loss"), "×"),
        Field("n", N_("Lines"), "count"),
        Field("months", N_("Months judged")),
    )
    columns: dict[str, Any] = {
        "name": [
            _("{method} (in use)", method=_(MODELS[r["name"]])) if r["name"] == used else _(MODELS[r["name"]])
            for r in rows
        ],
        **{key: [_percent(r[key]) for r in rows] for key in ("accuracy", "balanced", "auc", "ece")},
        **{key: [r[key] for r in rows] for key in ("log_loss", "n")},
        "months": [quantities.months(found["judged"])] * len(rows),
    }
    return Listed.of(fields, columns)


def reliability(view: View, filters: Filters) -> FigureDict:
    """The reliability diagram."""
    return figures.reliability(queries.discount_models(view, filters))


def reliability_rows(view: View, filters: Filters) -> Listed:
    """The same in numbers."""
    bins = queries.discount_models(view, filters)["found"]["reliability"]
    fields = (
        Field("stated", N_("Stated chance"), "%"),
        Field("happened", N_("Lines with a discount"), "%"),
        Field("low", N_("Low (95 %)"), "%"),
        Field("high", N_("High (95 %)"), "%"),
        Field("n", N_("Lines"), "count"),
    )
    shares: dict[str, Any] = {key: [_percent(b[key]) for b in bins] for key in ("stated", "happened", "low", "high")}
    return Listed.of(fields, {**shares, "n": [b["n"] for b in bins]})


def odds(view: View, filters: Filters) -> FigureDict:
    """Odds ratios of the reference."""
    found = queries.discount_models(view, filters)
    rows = found["found"]["odds"]
    if not rows:
        return empty_figure(_("No odds ratios: too few lines of known customers had, or lacked, a discount."))
    spans = [(round(r["ratio"], 3), round(r["low"], 3), round(r["high"], 3)) for r in rows]  # as the table has them
    return figures.odds_ratios(_factors(found), spans)


def odds_rows(view: View, filters: Filters) -> Listed:
    """The same in numbers."""
    found = queries.discount_models(view, filters)
    rows = found["found"]["odds"]
    fields = (
        Field("name", N_("Compared")),
        Field("ratio", N_("Odds ratio"), "×"),
        Field("low", N_("Low (95 %)"), "×"),
        Field("high", N_("High (95 %)"), "×"),
        Field("n", N_("Lines"), "count"),
    )
    columns: dict[str, Any] = {key: [r[key] for r in rows] for key in ("ratio", "low", "high")}
    return Listed.of(fields, {**columns, "name": _factors(found), "n": [found["found"]["odds_n"]] * len(rows)})


def response(view: View, filters: Filters) -> FigureDict:
    """Changes of purchases by tier."""
    found = queries.discount_models(view, filters)
    told = [(name, r) for name, r in zip(_groups(found), found["responses"], strict=True) if r["change"] is not None]
    if not told:
        why = found["responses"][0]["why"]
        return empty_figure(said(why) if why else "")
    spans = spans_of(*([r[key] for _name, r in told] for key in ("change", "low", "high")))
    title = _("Change of lines bought [%]<br>(95 % interval)")
    return figures.changes([name for name, _r in told], spans, title)


def response_rows(view: View, filters: Filters) -> Listed:
    """The same in numbers and words."""
    found = queries.discount_models(view, filters)
    rows = found["responses"]
    fields = (
        Field("name", N_("Customers")),
        Field("change", N_("Change of lines bought"), "%"),
        Field("low", N_("Low (95 %)"), "%"),
        Field("high", N_("High (95 %)"), "%"),
        Field("n", N_("Lines"), "count"),
        Field("said", N_("In words")),
    )
    columns: dict[str, Any] = {key: [r[key] for r in rows] for key in ("change", "low", "high", "n")}
    words = [said(r["why"]) if r["why"] else _verdict(r["low"] or 0, r["high"] or 0) for r in rows]
    return Listed.of(fields, {**columns, "name": _groups(found), "said": words})


def response_note(view: View, filters: Filters) -> str:
    """The finding over all customers, in words."""
    every = queries.discount_models(view, filters)["responses"][0]
    return "" if every["why"] else _verdict(every["low"] or 0, every["high"] or 0)


def _verdict(low: float, high: float) -> str:
    if low <= 0 <= high:
        return _("No detectable response: the interval holds 0.")
    if low > 0:
        return _("They bought more where discounts were deeper.")
    return _("They bought less where discounts were deeper.")


def chosen(found: DiscountModels) -> str:
    """What is used, and what it had to beat."""
    scores, chosen = {s["name"]: s for s in found["scores"]}, found["found"]["chosen"]
    rule = scores.get("tier", scores["base"])
    months = quantities.months(found["judged"])
    if chosen not in LEARNED:
        text = N_("No model beat the rule in {months}, so the rule stands here: {rule}.")
        return _(text, months=months, rule=_(MODELS[chosen]))
    right = {key: numbers.percent(100 * s["accuracy"]) for key, s in (("ours", scores[chosen]), ("rule_right", rule))}
    used = _(
        "In use: {method}; right on {ours} of {n} lines in {months}, against {rule_right} ({rule}).",
        method=_(MODELS[chosen]),
        rule=_(MODELS[rule["name"]]),
        n=rule["n"],
        months=months,
        **right,
    )
    if chosen == "boosted":
        return used
    return used + " " + _("Gradient boosting lost to it and is not used.")


def tested(found: DiscountModels) -> str:
    """How the outlook of the last quarter did."""
    test = found["found"]["quarter"]
    if not test:
        return ""
    points = {key: numbers.fixed(100 * test[key], 1) for key in ("error", "plain")}
    told = _(
        "Foretold at its start, the rates of {customers} customers in {months} were missed by {error} points on "
        "average, by their tier's rate of the year before by {plain}; 80 % intervals held {held} of {groups} groups.",
        customers=test["customers"],
        months=quantities.months(found["judged"]),
        held=round(test["held"] * test["groups"]),
        groups=test["groups"],
        **points,
    )
    worse = _("That is worse, so the tier's rate stands here.") if found["found"]["at_tier_rate"] else ""
    return f"{told} {worse}".strip()


def _factors(found: DiscountModels) -> list[str]:
    """What each odds ratio compares."""
    tiers = found["found"]["tiers"]
    told = {"spend": _("Twice the spend"), "promotion": _("Category on promotion")}
    against = N_("{tier} against {base}")
    return [told.get(r["name"]) or _(against, tier=r["tier"], base=tiers[0]) for r in found["found"]["odds"]]


def _groups(found: DiscountModels) -> list[str]:
    return [_("All known customers"), *found["found"]["tiers"]]


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def spans_of(*columns: list[float | None]) -> list[Span]:
    """Values, lows and highs, row by row."""
    return [(a or 0.0, b or 0.0, c or 0.0) for a, b, c in zip(*columns, strict=True)]


SCORES: Final = Panel(
    Ids.SCORES, N_("How good are the chances?"), score_rows, about=ABOUT_SCORES, if_none=N_("Nothing was judged.")
)
RELIABILITY: Final = Panel(
    Ids.RELIABILITY, N_("Does a stated chance come true?"), reliability_rows, reliability, about=ABOUT_RELIABILITY
)
ODDS: Final = Panel(
    Ids.ODDS, N_("What goes along with a discount?"), odds_rows, odds, about=ABOUT_ODDS, height=320, of_groups=True
)
RESPONSE: Final = Panel(
    Ids.RESPONSE,
    N_("Do customers buy more where discounts are deeper?"),
    response_rows,
    response,
    about=ABOUT_RESPONSE,
    height=440,
    note=response_note,
    of_groups=True,
)
PANELS: tuple[Panel, ...] = (SCORES, RELIABILITY, ODDS, RESPONSE)
