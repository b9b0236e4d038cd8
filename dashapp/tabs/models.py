"""How good the models are: every figure of quality beside its baseline, and what each model needs."""

from enum import StrEnum
from typing import Final

from dash import Dash, Output, html
from dash.development.base_component import Component

from analytics import queries
from analytics.filters import Filters
from analytics.queries import View
from analytics.table import Field, Listed
from dashapp import components as ui
from dashapp import panels
from dashapp.panels import Panel
from dashapp.texts import N_, _, ngettext, said
from dashapp.wiring import on_filters

KEY: Final = "models"
TITLE: Final = N_("How good are these models?")
PATH: Final = "/models"
ICON: Final = "bi-clipboard-check"
MEASURED: Final = N_("Measured when the data were loaded, on all of them: the filters change nothing here.")
LEDGER: Final = N_("12 months of sales and of the inventory table with closing stock")
# What each model answers and what it needs, in the order of the query.
ABOUT: Final = (
    (N_("What did empty shelves cost?"), LEDGER),
    (N_("What does a failed delivery do to sales?"), N_("the same, with units received and some failed deliveries")),
    (N_("What would fuller shelves bring?"), N_("the same; products.unit_cost for profit, products.lead_time_days")),
    (N_("What will be wanted in the next months?"), N_("the same; 18 months to be tested")),
    (N_("What will a customer spend in the next quarter?"), N_("9 months of sales with customer_id, 50 customers")),
    (N_("What will a customer spend in the next year?"), N_("27 months of sales with customer_id, 50 customers")),
    (
        N_("How likely is a discount, and how deep?"),
        N_("9 months of sales with discount_amount; loyalty_tier"),
    ),
    (
        N_("Who would buy more if top sellers were there?"),
        N_("18 months of sales with customer_id and of the inventory table with closing stock"),
    ),
)


class Ids(StrEnum):
    """Component ids of this page."""

    SENTENCE = "models-sentence"
    STATES = "models-states"
    FIGURES = "models-figures"


def sentence(view: View, filters: Filters) -> str:
    """How many are fitted, and how many of them show something plainer."""
    found = queries.model_standing(view, filters)
    fitted = _("{fitted} of {n} models are fitted to these data", fitted=found.fitted, n=found.models)
    if not found.fell_back:
        return fitted + "; " + _("none did worse than its baseline.")
    told = ngettext(
        "{n} shows something plainer or no effect, as it did no better.",
        "{n} show something plainer or no effect, as they did no better.",
        found.fell_back,
    )
    return f"{fitted}; {told}"


def states(view: View, filters: Filters) -> Listed:
    """What each model answers, what is in use, and what it needs."""
    found = queries.model_states(view, filters, said)
    model, state = found.fields
    fields = (model, Field("question", N_("Answers")), state, Field("needs", N_("Needs")))
    questions, needs = ([_(text) for text in texts] for texts in zip(*ABOUT, strict=True))
    return Listed.of(fields, {**found.columns, "question": questions, "needs": needs})


def figures(view: View, filters: Filters) -> Listed:
    """Every figure."""
    return queries.model_quality(view, filters, said)


def link() -> Component:
    """The way to this page."""
    return html.P(html.A(_(TITLE), href=PATH, className="go"), className="hint screen-only")


STATES: Final = Panel(
    Ids.STATES,
    N_("What is in use, and what does it need?"),
    states,
    about=N_("A model that does no better than its baseline on later months is not shown: the baseline is."),
    if_none=N_("None."),
)
FIGURES: Final = Panel(
    Ids.FIGURES,
    N_("How good is each, beside its baseline?"),
    figures,
    about=N_(
        "Each figure was measured when the data were loaded, on months or customers that the model had not learned "
        "from. Where an interval promises 80 %, the baseline is 80."
    ),
    if_none=N_("Nothing was tested."),
)
PANELS: tuple[Panel, ...] = (STATES, FIGURES)


def layout(subject: str = "") -> Component:
    """The page without data."""
    return html.Div(
        [
            html.P(html.A(_("Data"), href="/data", className="go"), className="trail"),
            ui.sentence(Ids.SENTENCE),
            ui.section(_("Overview"), panels.listing(STATES), hint=_(MEASURED)),
            ui.section(_("Quality"), panels.listing(FIGURES)),
        ]
    )


def register(app: Dash) -> None:
    """Wires the handlers."""
    on_filters(app, Output(Ids.SENTENCE, "children"))(sentence)
    panels.register(app, PANELS)
