"""The parts of the Customers tab and of a customer's page that say who would buy more if shelves were full."""

from enum import StrEnum
from typing import Final

from dash import html

from analytics import queries
from analytics.filters import Filters
from analytics.models.availability import Effect, change
from analytics.queries import Bars, View
from analytics.table import WITHHELD, Field, Listed
from dashapp import components as ui
from dashapp import numbers, panels, quantities
from dashapp.arguments import Subject
from dashapp.figures import bars, discounts
from dashapp.figures.base import FigureDict
from dashapp.figures.links import LINK
from dashapp.panels import Panel
from dashapp.quantities import Quantity
from dashapp.texts import N_, _, said

NAMES: Final = {
    "effect": N_("Missed the month before"),
    "later": N_("Placebo: later elsewhere"),
    "never": N_("Placebo: never bought"),
}
ABOUT: Final = N_(
    "With full shelves of top sellers (products that make 80 % of the money wanted) a customer would spend expected "
    "spend × exp(δ·x) ÷ (1 − 0.74·v). v: share of what they usually want that was not served at their usual store in "
    "the last year; 26 % are assumed to take something else. δ: the effect on coming back, 0 where none was found; x: "
    "share of their usual basket missing in a month. Ranked by the low end."
)
ABOUT_EFFECT: Final = N_(
    "Orders of a customer in a month against what of their usual basket was missing the month before, each customer "
    "compared with themselves and each month with itself (two-way fixed-effect Poisson), 95 % interval by store or by "
    "month, whichever is wider. It is an effect of supply only if no want of a customer's own moves with the gaps of "
    "their store. Two placebos must show nothing: the same products missing in other stores the month after, and what "
    "is in categories that they never bought from. Below: thirds of the customers by the share of top sellers in their "
    "basket. Net: who comes back for what was missing counts as an order."
)
ABOUT_TEST: Final = N_(
    "Ranked from the first two thirds of the months, judged on the last: of the spend that empty shelves put at stake "
    "then, the share that fell to the tenth of customers ranked first. AUTOC: gain from coming back per customer "
    "among those ranked first, less that of all, over all cuts (Qini: weighted by their size); 0 for a ranking that "
    "knows nothing. 95 % interval."
)
ABOUT_WHERE: Final = N_("The sum over customers and their usual store; see the ranking. A click opens the page.")
MOST: Final = 10  # bars


class Ids(StrEnum):
    """Component ids of these panels."""

    EFFECT = "customers-gain-effect"
    STORES = "customers-gain-stores"
    PRODUCTS = "customers-gain-products"
    TEST = "customers-gain-test"
    RANKING = "customers-gain"


def stores(view: View, filters: Filters) -> FigureDict:
    """What customers of each store would spend more."""
    return _bars(view, queries.availability_by(view, filters, "store", MOST), "store")


def stores_rows(view: View, filters: Filters) -> Listed:
    """The same for all stores."""
    return _listed(queries.availability_by(view, filters, "store"), Field("name", N_("Store"), link=LINK["store"]))


def stores_note(view: View, filters: Filters) -> str:
    """The sum, its ends, and what customers are told apart by."""
    found, money = queries.availability_gain(view, filters), _money(view)
    told = _(
        "{n} customers would spend {gain} more next quarter ({low} to {high}), on {expected} expected of them.",
        n=numbers.fixed(found["n"]),
        **{name: money.text(found[name]) for name in ("gain", "low", "high", "expected")},
    )
    return f"{told} {_ranked_by(found)}"


def products(view: View, filters: Filters) -> FigureDict:
    """The products because of which they would spend more."""
    return _bars(view, queries.availability_by(view, filters, "product", MOST), "product")


def products_rows(view: View, filters: Filters) -> Listed:
    """The same for all products."""
    return _listed(
        queries.availability_by(view, filters, "product"), Field("name", N_("Product"), link=LINK["product"])
    )


def effect(view: View, filters: Filters) -> FigureDict:
    """Change of orders per 10 points missed: the effect, its placebos, and thirds of the customers."""
    found = _told(view, filters)
    title = _("Change of orders [%]<br>(95 % interval)")
    return discounts.changes([name for name, _effect in found], [_span(e) for _name, e in found], title)


def effect_rows(view: View, filters: Filters) -> Listed:
    """The same in numbers."""
    found = _told(view, filters)
    fields = (
        Field("name", N_("Missed")),
        Field(
            "change", N_("Change of orders"), "%", about=N_("Where 10 points more of the usual basket were missing.")
        ),
        Field("low", N_("Low (95 %)"), "%"),
        Field("high", N_("High (95 %)"), "%"),
        Field("customers", N_("Customers"), "count"),
        Field("orders", N_("Orders"), "count"),
        Field("months", N_("Months"), "count"),
    )
    spans = [_span(e) for _name, e in found]
    columns = {
        "name": [name for name, _effect in found],
        **{name: [span[i] for span in spans] for i, name in enumerate(("change", "low", "high"))},
        **{name: [e[name] for _name, e in found] for name in ("customers", "orders", "months")},
    }
    return Listed.of(fields, columns)


def effect_note(view: View, filters: Filters) -> str:
    """The effect in words, and whether segments can be told apart."""
    found = queries.availability_effect(view, filters)
    why = found.delta["why"]
    if why:
        return said(why)
    value, low, high = (numbers.percent(abs(v), 0) for v in _span(found.delta))
    if found.detected:
        told = _(
            "Where 10 points more of the usual basket were missing in a month, customers ordered {value} less in the "
            "next ({high} to {low}).",
            value=value,
            low=low,
            high=high,
        )
    else:
        told = _("No detectable effect on how often customers come back: what is shown is what was not served alone.")
    if found.segments and not found.distinct:
        told += " " + _("Customers of many and of few top sellers are not distinguishable.")
    return told


def test_rows(view: View, filters: Filters) -> Listed:
    """How an earlier ranking did, beside past spend and chance."""
    found, months = queries.availability_test(view, filters), view.cube.calendar.months
    fields = (
        Field("measure", N_("Measure")),
        Field("value", N_("This ranking")),
        Field("past", N_("By past spend")),
        Field("chance", N_("At random")),
        Field("n", N_("Customers"), "count"),
        Field("period", N_("Judged on")),
    )
    period = f"{months[found.first]} – {months[found.last]}"
    percent = [numbers.percent(found.share, 1), numbers.percent(found.past, 1), numbers.percent(10, 1)]
    ends = (found.autoc, found.low, found.high)
    value, low, high = (numbers.fixed(end or 0, 2) for end in ends)
    autoc = _("not told") if None in ends else _("{value} ({low} to {high})", value=value, low=low, high=high)
    qini = _("not told") if found.qini is None else numbers.fixed(found.qini, 2)
    rows = [
        [_("Share of the spend at stake with the tenth ranked first"), *percent],
        [_("AUTOC of coming back [{unit}]", unit=quantities.currency(view)), autoc, "–", numbers.fixed(0, 2)],
        [_("Qini of coming back [{unit}]", unit=quantities.currency(view)), qini, "–", numbers.fixed(0, 2)],
    ]
    columns = dict(zip(("measure", "value", "past", "chance"), zip(*rows, strict=True), strict=True))
    return Listed.of(fields, {**columns, "n": [found.customers] * 3, "period": [period] * 3})


def usual_note(view: View, filters: Filters, customer: str) -> str:
    """What one customer would spend more, in a sentence."""
    found, money = queries.customer_gain(view, filters, customer), _money(view)
    if found["why"]:
        return said(found["why"])
    return _(
        "Had no top seller run out at {store}, they would spend {gain} more next quarter ({low} to {high}), on "
        "{expected} expected; {unserved} of the top sellers that they usually want were not served.",
        store=found["store"],
        unserved=numbers.percent(found["unserved"], 0),
        **{name: money.text(found[name]) for name in ("gain", "low", "high", "expected")},
    )


def _ranked_by(found: queries.Gain) -> str:
    if not found["detected"]:
        return _("By volume only: no effect on how often customers come back was found, so none is counted.")
    if not found["ranks"]:
        return _(
            "Counted with the average effect on coming back; ranked by volume only, as an earlier ranking did not find "
            "those with the larger effect."
        )
    return _("Counted and ranked with the effect on coming back.")


def _told(view: View, filters: Filters) -> list[tuple[str, Effect]]:
    """Names and effects that have a number, thirds of the customers at the end."""
    found = queries.availability_effect(view, filters)
    if found.delta["why"]:
        raise queries.Lacking(found.delta["why"])
    told = [(_(NAMES[e["kind"]]), e) for e in found.effects if e["delta"] is not None]
    for segment in found.segments:
        name = _("{share} % top sellers", share=numbers.fixed(segment["share"]))
        told.append((name, segment["effect"]))
    return told


def _span(effect: Effect) -> tuple[float, float, float]:
    """Change of orders per 10 points [%] with its ends."""
    return change(effect["delta"] or 0.0), change(effect["high"] or 0.0), change(effect["low"] or 0.0)


def _bars(view: View, found: Bars, by: str) -> FigureDict:
    if found["values"] and all(value is None for value in found["values"]):
        raise queries.Lacking(queries.FEWER_THAN_FIVE)
    named = zip(found["labels"], found["values"], strict=True)
    labels = [quantities.withheld(label) if value is None else label for label, value in named]
    return bars.ranking({**found, "labels": labels}, _money(view), by)


def _listed(found: Bars, name: Field) -> Listed:
    gain = Field("gain", N_("Would spend more"), "money", withheld=WITHHELD)
    fields = (Field("id", N_("Id"), hidden=True), name, gain)
    return Listed.of(fields, {"id": found["ids"], "name": found["labels"], "gain": found["values"]})


def _money(view: View) -> Quantity:
    return Quantity(_("Spend more"), quantities.currency(view))


EFFECT: Final = Panel(
    Ids.EFFECT,
    N_("Do customers come back less often when their usual products were missing?"),
    effect_rows,
    effect,
    about=ABOUT_EFFECT,
    height=380,
    wide=True,
    note=effect_note,
)
STORES: Final = Panel(
    Ids.STORES,
    N_("In which stores would customers spend more with full shelves?"),
    stores_rows,
    stores,
    about=ABOUT_WHERE,
    note=stores_note,
    of_groups=True,
)
PRODUCTS: Final = Panel(
    Ids.PRODUCTS,
    N_("Which products would bring it?"),
    products_rows,
    products,
    about=ABOUT_WHERE,
    of_groups=True,
)
RANKING: Final = Panel(
    Ids.RANKING,
    N_("Who would buy more if top sellers were there?"),
    queries.availability_table,
    about=ABOUT,
    height=420,
)
TEST: Final = Panel(
    Ids.TEST, N_("Did an earlier ranking find the right ones?"), test_rows, about=ABOUT_TEST, if_none=N_("Not tested.")
)
PANELS: tuple[Panel, ...] = (STORES, PRODUCTS, RANKING, EFFECT, TEST)


def section() -> html.Section:
    """The part of the Customers tab."""
    return ui.section(
        _("Who would buy more if shelves were full"),
        panels.charts(STORES, PRODUCTS),
        html.Div(panels.grid(RANKING), className="charts"),
        panels.charts(EFFECT),
        html.Div(panels.listing(TEST), className="charts"),
    )


def customer_panel(id: str, customer: Subject) -> Panel:
    """The usual basket of one customer, and what of it was missing."""
    return Panel(
        id,
        N_("What do they usually want, and was it there?"),
        queries.usual_basket,
        arguments={"customer": customer},
        about=ABOUT,
        note=usual_note,
        if_none=N_("No usual basket is known of them here."),
    )
