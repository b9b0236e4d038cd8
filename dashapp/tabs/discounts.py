"""The part of the Customers tab about discounts: who will likely receive them, and how far that can be trusted."""

from dataclasses import replace
from enum import StrEnum
from typing import Any, Final

from dash import html

from analytics import queries
from analytics.filters import Filters
from analytics.queries import DiscountOutlook, View
from analytics.table import WITHHELD, Field, Listed
from dashapp import components as ui
from dashapp import panels, quantities
from dashapp.figures import discounts as figures
from dashapp.figures.base import FigureDict, as_text
from dashapp.panels import Panel
from dashapp.quantities import Quantity
from dashapp.tabs import discount_models as models
from dashapp.texts import N_, _

HINT: Final = N_(
    "Who will likely receive a discount. Not who would respond to one: what customers received, and whether they "
    "bought more for it, are figures of their own below."
)
ABOUT_OUTLOOK: Final = N_(
    "Chance of a discount × its expected depth, over what customers bought in the last 12 months in the stores and "
    "categories shown, for the three months ahead; quarters in the filter change nothing. Spend: thirds of these "
    "customers by what they bought at list price. 80 % intervals count chance in lines and how far the rate of all "
    "sales moved from quarter to quarter."
)


class Ids(StrEnum):
    """Component ids of these panels."""

    OUTLOOK = "customers-discount-outlook"
    CUSTOMERS = "customers-discount-customers"


def outlook(view: View, filters: Filters) -> FigureDict:
    """Expected discount rates by tier and spend."""
    found = queries.discount_outlook(view, filters)
    pairs = zip(as_text(found["tiers"]), _spends(view, found), strict=True)
    names = ["<br>".join(filter(None, pair)) for pair in pairs]
    spans = models.spans_of(found["rate"], found["low"], found["high"])
    told = [(None,) * 3 if n is None else span for n, span in zip(found["customers"], spans, strict=True)]
    return figures.rates(names, told)


def outlook_rows(view: View, filters: Filters) -> Listed:
    """The same in numbers: chance × depth = rate."""
    found = queries.discount_outlook(view, filters)
    columns: tuple[Field, ...] = (
        Field("tiers", N_("Tier")),
        Field("spend", N_("Bought at list price in 12 months")),
        Field("customers", N_("Customers"), "count"),
        Field("chance", N_("Chance on a line"), "%", about=N_("Of a discount on a line, weighted by money.")),
        Field("depth", N_("Depth"), "%", about=N_("Expected discount ÷ list price, where there is a discount.")),
        Field("rate", N_("Expected discount rate"), "%"),
        Field("low", N_("Low (80 %)"), "%"),
        Field("high", N_("High (80 %)"), "%"),
    )
    fields = tuple(column if column.unit == "text" else replace(column, withheld=WITHHELD) for column in columns)
    told: dict[str, Any] = {**found, "spend": _spends(view, found)}
    return Listed.of(fields if any(found["tiers"]) else fields[1:], {f.name: told[f.name] for f in fields})


def outlook_note(view: View, filters: Filters) -> str:
    """For which months, by what, and how the last such outlook did."""
    found, fitted = queries.discount_outlook(view, filters), queries.discount_models(view, filters)
    ahead = _(
        "For {months}: who will likely receive a discount, not who responds.", months=quantities.months(found["ahead"])
    )
    return " ".join([ahead, models.chosen(fitted), models.tested(fitted)]).strip()


def _spends(view: View, found: DiscountOutlook) -> list[str]:
    """The third of spend of each group, in money."""
    money = Quantity("", quantities.currency(view))
    low, high = map(money.text, found["bounds"])
    names = (_("under {high}", high=low), _("{low} to {high}", low=low, high=high), _("{low} or more", low=high))
    return [names[third] for third in found["thirds"]]


OUTLOOK: Final = Panel(
    Ids.OUTLOOK,
    N_("What will customers likely receive next quarter?"),
    outlook_rows,
    outlook,
    about=ABOUT_OUTLOOK,
    height=520,
    wide=True,
    note=outlook_note,
    of_groups=True,
)
CUSTOMERS: Final = Panel(
    Ids.CUSTOMERS,
    N_("What will each customer likely receive?"),
    queries.discount_customers,
    about=ABOUT_OUTLOOK,
    height=380,
)
PANELS: tuple[Panel, ...] = (OUTLOOK, *models.PANELS, CUSTOMERS)


def section(exposure: Panel) -> html.Section:
    """The part of the page. exposure: what customers received, which stands beside whether they bought more for it."""
    return ui.section(
        _("Discounts"),
        panels.charts(OUTLOOK),
        panels.charts(models.ODDS, models.RELIABILITY),
        panels.charts(exposure, models.RESPONSE),
        panels.listing(models.SCORES),
        panels.grid(CUSTOMERS),
        hint=_(HINT),
    )
