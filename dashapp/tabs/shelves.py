"""The parts of tabs that say what empty shelves cost, and what stock does to sales."""

from typing import Final, cast

from analytics import queries
from analytics.filters import Filters
from analytics.models.coverage import Coverage
from analytics.queries import By, View
from analytics.table import Ask, Field, Listed
from dashapp import quantities
from dashapp.arguments import Choice
from dashapp.figures import points
from dashapp.figures.base import FigureDict
from dashapp.panels import Panel
from dashapp.quantities import Quantity
from dashapp.texts import N_, _, said

ABOUT_LOST: Final = N_(
    "Estimated from monthly stock and sales: a shelf that closed at zero shows only that demand was what was sold or "
    "more. Demand is level × season × trend, fitted to all months with empty ones filled in (EM); money is lost units "
    "× the net price usually paid. Shoppers who took another product, or came back later, are in it."
)
ABOUT_EFFECT: Final = N_(
    "Months in which a product reached no store, or nothing reached a store, though shelves were low, against the same "
    "demand with a delivery: units sold ÷ expected demand. 95 % interval by bootstrap over months. Over all that was "
    "loaded: the filters change nothing here, as they would leave too few failures."
)


def lost_panel(id: str, by: Choice) -> Panel:
    """What empty shelves cost, by what `by` offers of change.GROUPS."""
    return Panel(
        id,
        N_("What did empty shelves cost?"),
        lost_rows,
        lost,
        {"by": by},
        about=ABOUT_LOST,
        height=420,
        wide=True,
        note=lost_note,
    )


def effect_panel(id: str) -> Panel:
    """What happened when deliveries failed."""
    return Panel(
        id,
        N_("What happened when a delivery failed?"),
        effect_rows,
        effect,
        about=ABOUT_EFFECT,
        height=300,
        note=effect_note,
    )


def lost_rows(view: View, filters: Filters, by: str) -> Listed:
    """Lost sales with their intervals, of all of them."""
    return queries.lost_sales_by(view, filters, cast(By, by))


def lost(view: View, filters: Filters, by: str) -> FigureDict:
    """The same for the largest."""
    page = lost_rows(view, filters, by).page(Ask(stop=points.MOST))
    return points.losses(page["rows"], page["count"], _money(view), by)


def lost_note(view: View, filters: Filters, by: str) -> str:
    """Their sum, how far it can be trusted, and what it leaves out."""
    found, money = queries.lost_sales(view, filters), _money(view)
    if found["money"] is None:
        return ""
    told = [
        _(
            "Lost sales {value} ({low} to {high}), {share} of the units wanted; {stockouts} of {cells} months of a "
            "product in a store closed at zero.",
            value=money.text(found["money"]),
            low=money.text(found["low"]),
            high=money.text(found["high"]),
            share=Quantity("", "%").text(found["share"]),
            stockouts=found["stockouts"],
            cells=found["cells"],
        )
    ]
    if found["hiding"]:
        told.append(_("At least: {n} more may hide a gap before a delivery.", n=found["hiding"]))
    if found["unknown"]:
        told.append(_("Without a number, as their history is too thin: {n}.", n=found["unknown"]))
    return " ".join([*told, _tested(found["coverage"])]).strip()


def effect(view: View, filters: Filters) -> FigureDict:
    """Changes of sales with their intervals."""
    return points.effects(queries.failed_deliveries(view, filters))


def effect_rows(view: View, filters: Filters) -> Listed:
    """The same in numbers and words."""
    found = queries.failed_deliveries(view, filters)
    rows = [(_(name), found[key]) for key, name in points.EFFECTS.items()]
    fields = (
        Field("name", N_("Compared")),
        Field("change", N_("Change"), "%", about=N_("Of units sold ÷ expected demand, with a failure and without.")),
        Field("low", N_("Low (95 %)"), "%"),
        Field("high", N_("High (95 %)"), "%"),
        Field("cells", N_("With a failure"), "count", about=N_("Store × product months with a failed delivery.")),
        Field("compared", N_("Held against"), "count", about=N_("Store × product months they are compared with.")),
        Field("said", N_("In words")),
    )
    columns = {
        "name": [name for name, _found in rows],
        **{k: [_percent(e[k]) for _name, e in rows] for k in ("change", "low", "high")},
        **{k: [e[k] for _name, e in rows] for k in ("cells", "compared")},
        "said": [said(e["said"]) for _name, e in rows],
    }
    return Listed.of(fields, columns)


def effect_note(view: View, filters: Filters) -> str:
    """The findings in words."""
    found = queries.failed_deliveries(view, filters)
    words = [said(found[key]["said"]) for key in ("everywhere", "beyond_empty") if not found[key]["why"]]
    return " ".join(words)


def _money(view: View) -> Quantity:
    return Quantity(_("Lost sales"), quantities.currency(view))


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _tested(tested: Coverage) -> str:
    if tested["sums"] is None or tested["cells"] is None:
        return ""
    return _(
        "Back-test: of shelves emptied on paper, 80 % intervals held {sums} % of {n} sums by store and product and "
        "{cells} % of {m} single months.",
        sums=tested["sums"],
        n=tested["sums_n"],
        cells=tested["cells"],
        m=tested["n"],
    )
