"""The parts of the Customers tab and of a customer's page that say what may be spent next."""

from enum import StrEnum
from typing import Any, Final, Literal, cast

from dash import html

from analytics import queries
from analytics.filters import Filters
from analytics.models.spend_report import Method, Report
from analytics.queries import Lacking, View
from analytics.queries.spend import Told
from analytics.spend import Horizon
from analytics.table import Field, Listed
from dashapp import components as ui
from dashapp import numbers, panels, quantities, tables
from dashapp.arguments import Choice, Subject, controls
from dashapp.figures import bars
from dashapp.figures import spend as figures
from dashapp.figures.base import FigureDict
from dashapp.panels import Panel
from dashapp.quantities import Quantity
from dashapp.texts import N_, _, ngettext, said

HORIZONS: Final[dict[Horizon, str]] = {"quarter": N_("Next quarter (13 weeks)"), "year": N_("Next year (52 weeks)")}
METHODS: Final[dict[Method, str]] = {
    "model": N_("Model"),
    "linear": N_("LinearRegression, for reference"),
    "naive": N_("Naive: as in the last year"),
}
NUMBERS: Final[tuple[Literal["expected", "low", "high", "chance"], ...]] = ("expected", "low", "high", "chance")
ABOUT: Final = N_(
    "Share of a customer × level of all. Share: mean of three scores (BG/NBD with Gamma-Gamma; a Tweedie regression of "
    "spend, orders, recency and of the in-stock rate and growth of the usual store; boosted trees that correct it). "
    "Level: what came a year earlier of what had been spent until then. From the end of the data on, over all "
    "categories, whatever quarter and category the filters say; of customers who ordered in the last year, each at "
    "their usual store."
)
ABOUT_TEST: Final = N_(
    "Learned from what was known before the period and tested on it. RMSE: of a customer's spend. R²: 1 is perfect, 0 "
    "is no better than the mean; capped: the largest half percent of amounts cut, as one whale can make or break R². "
    "Bias: sum expected ÷ sum spent − 1. Coverage: customers whose spend fell into their 80 % interval."
)
ABOUT_CALIBRATION: Final = N_(
    "Customers in tenths by what was expected of them before the tested period. On the line, as much came as expected."
)


class Ids(StrEnum):
    """Component ids of these panels."""

    AHEAD = "customers-ahead"
    EXPECTED = "customers-expected"
    CALIBRATION = "customers-calibration"
    CHANCES = "customers-chances"
    TESTED = "customers-tested"
    EACH = "customers-each"


def spread(view: View, filters: Filters, horizon: str) -> FigureDict:
    """Customers by expected spend."""
    return bars.spread(_spread(view, filters, horizon), _money(view))


def spread_rows(view: View, filters: Filters, horizon: str) -> Listed:
    """The same in numbers."""
    return tables.spread(_spread(view, filters, horizon))


def spread_note(view: View, filters: Filters, horizon: str) -> str:
    """Their sum, who fades and who grows, and what is left out or not known."""
    found, money = queries.expected_spend(view, filters, _ahead(horizon)), _money(view)
    report = found["report"]
    told = [
        _(
            "{total} expected of {n} customers; {buyers} of them may buy at all. {at_risk} at risk, {growing} growing.",
            total=money.text(found["total"]),
            n=numbers.fixed(found["n"]),
            buyers=numbers.fixed(found["buyers"]),
            **{name: _counted(found[name]) for name in ("at_risk", "growing")},
        )
    ]
    if report["used"] == "naive":
        told.append(_("The model lost to the last year's pace in the test, so that pace is shown."))
    if not report["seasonal"]:
        told.append(_("There is no year-earlier period to tell the season, so the level is that of the last one."))
    if found["guests"]:
        told.append(_("Not in it: guests, {share} % of all sales.", share=numbers.fixed(found["guests"], 1)))
    return " ".join(told)


def calibration(view: View, filters: Filters, horizon: str) -> FigureDict:
    """Expected against spent by tenth."""
    return figures.calibration(_test(view, filters, horizon), _money(view))


def chances(view: View, filters: Filters, horizon: str) -> FigureDict:
    """Probable against actual buyers by tenth."""
    return figures.chances(_test(view, filters, horizon))


def chances_note(view: View, filters: Filters, horizon: str) -> str:
    """The Brier score and its baseline."""
    found = _test(view, filters, horizon)
    told = _(
        "Brier score {score} (0 is perfect); {naive} if all who bought in the last quarter are taken as equal, and all "
        "others.",
        score=numbers.fixed(found["brier"] or 0, 3),
        naive=numbers.fixed(found["brier_naive"] or 0, 3),
    )
    return told if found["used_chance"] == "model" else told + " " + _("So these two shares are what is shown.")


def calibration_rows(view: View, filters: Filters, horizon: str) -> Listed:
    """The tenths in numbers."""
    found = _test(view, filters, horizon)["groups"]
    fields = (
        Field("expected", N_("Expected, mean"), "money"),
        Field("actual", N_("Spent, mean"), "money"),
        Field("coverage", N_("Coverage"), "%", about=N_("Customers whose spend fell into their 80 % interval.")),
        Field("chance", N_("Probability to buy"), "%"),
        Field("bought", N_("Bought"), "%"),
        Field("n", N_("Customers"), "count"),
    )
    rows: list[dict[str, Any]] = [{**group} for group in found]
    return Listed.of(fields, {field.name: [row[field.name] for row in rows] for field in fields})


def test_rows(view: View, filters: Filters, horizon: str) -> Listed:
    """RMSE, R², bias and coverage of each method on the last period known."""
    found = _test(view, filters, horizon)
    rows: list[dict[str, Any]] = [{**measured} for measured in found["measured"]]
    fields = (
        Field("method", N_("Method")),
        Field("rmse", N_("RMSE"), "money"),
        Field("r2", N_("R²"), "×"),
        Field("r2_capped", N_("R², capped"), "×"),
        Field("bias", N_("Bias"), "%"),
        Field("coverage", N_("Coverage"), "%"),
        Field("n", N_("Customers"), "count"),
        Field("period", N_("Tested on")),
    )
    period = f"{quantities.day(found['first'])} – {quantities.day(found['last'])}"
    columns = {name: [row[name] for row in rows] for name in ("rmse", "r2", "r2_capped", "bias", "coverage")}
    shown = [_(METHODS[row["method"]]) + (" ✓" if row["method"] == found["used"] else "") for row in rows]
    return Listed.of(fields, {"method": shown, **columns, "n": [found["n"]] * 3, "period": [period] * 3})


def table_rows(view: View, filters: Filters, horizon: str) -> Listed:
    """Every customer, in the reader's language."""
    return queries.spend_table(view, filters, _ahead(horizon), said)


def customer_rows(view: View, filters: Filters, customer: str) -> Listed:
    """Expectation, interval, probability and drivers over both horizons; or why there is none."""
    found = queries.customer_spend(view, filters, customer)
    fields = (
        Field("ahead", N_("Ahead")),
        Field("expected", N_("Expected spend"), "money"),
        Field("low", N_("Low (80 %)"), "money"),
        Field("high", N_("High (80 %)"), "money"),
        Field("chance", N_("Probability to buy"), "%"),
        Field(
            "drivers",
            N_("What it rests on"),
            about=N_("How many times what is expected of a typical customer goes with each trait. No causes."),
        ),
    )
    columns: dict[str, Any] = {name: [told[name] for told in found.values()] for name in NUMBERS}
    names, words = [_(HORIZONS[horizon]) for horizon in found], [_words(told) for told in found.values()]
    return Listed.of(fields, {"ahead": names, **columns, "drivers": words})


def at_store(view: View, filters: Filters, store: str) -> str:
    """What a store's customers may spend next quarter, "" where nothing is known."""
    try:
        found = queries.expected_spend(view, queries.store_filters(view, filters, store), "quarter")
    except Lacking:
        return ""
    n = ngettext("{n} customer", "{n} customers", found["n"])
    return _("{money} next quarter ({customers})", money=_money(view).text(found["total"]), customers=n)


def _counted(customers: int | None) -> str:
    return _(quantities.WITHHELD) if customers is None else numbers.fixed(customers)


def _words(told: Told) -> str:
    if told["why"]:
        return said(told["why"])
    named = [f"{said(trait)} (× {numbers.short(factor)})" for trait, factor in told["drivers"]]
    return "; ".join(named) or _("like a typical customer")


def _spread(view: View, filters: Filters, horizon: str) -> queries.Spread:
    found = queries.expected_spend(view, filters, _ahead(horizon))
    return queries.Spread(
        low=found["low"], customers=found["customers"], median=None, top_tenth_share=None, n=found["n"]
    )


def _test(view: View, filters: Filters, horizon: str) -> Report:
    return queries.spend_test(view, filters, _ahead(horizon))


def _ahead(horizon: str) -> Horizon:
    return cast(Horizon, horizon)


def _money(view: View) -> Quantity:
    return Quantity(_("Expected spend"), quantities.currency(view))


AHEAD: Final = Choice(Ids.AHEAD, N_("Ahead"), cast(dict[str, str], HORIZONS), buttons=True)
STEERED: Final = {"horizon": AHEAD}
EXPECTED: Final = Panel(
    Ids.EXPECTED,
    N_("What may customers spend next?"),
    spread_rows,
    spread,
    STEERED,
    about=ABOUT,
    wide=True,
    note=spread_note,
    of_groups=True,
)
CALIBRATION: Final = Panel(
    Ids.CALIBRATION,
    N_("Did customers spend what was expected?"),
    calibration_rows,
    calibration,
    STEERED,
    about=ABOUT_CALIBRATION,
)
CHANCES: Final = Panel(
    Ids.CHANCES,
    N_("Did those buy who were likely to?"),
    calibration_rows,
    chances,
    STEERED,
    about=ABOUT_CALIBRATION,
    note=chances_note,
)
TESTED: Final = Panel(
    Ids.TESTED, N_("How good is it?"), test_rows, arguments=STEERED, about=ABOUT_TEST, if_none=N_("Not tested.")
)
EACH: Final = Panel(
    Ids.EACH, N_("What may each customer spend?"), table_rows, arguments=STEERED, about=ABOUT, height=420
)
PANELS: tuple[Panel, ...] = (EXPECTED, EACH, TESTED, CALIBRATION, CHANCES)


def section() -> html.Section:
    """The part of the Customers tab."""
    return ui.section(
        _("What they may spend next"),
        controls(AHEAD),
        panels.charts(EXPECTED),
        html.Div(panels.grid(EACH), className="charts"),
        html.Div(panels.listing(TESTED), className="charts"),
        panels.charts(CALIBRATION, CHANCES),
    )


def customer_panel(id: str, customer: Subject) -> Panel:
    """One customer, over both horizons."""
    return Panel(
        id,
        N_("What may they spend next?"),
        customer_rows,
        arguments={"customer": customer},
        about=ABOUT,
        if_none=N_("No expectation."),
    )
