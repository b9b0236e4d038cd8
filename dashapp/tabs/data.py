"""Data: where the numbers come from, what was found in the files, and what they cannot answer."""

import math
from enum import StrEnum
from typing import Final

from dash import Dash, Output, html
from dash.development.base_component import Component

from analytics import queries
from analytics.filters import Filters
from analytics.queries import Facts, View
from analytics.table import Listed
from dashapp import components as ui
from dashapp import numbers, panels, quantities
from dashapp.languages import current
from dashapp.panels import Panel
from dashapp.still import Element, Still, el
from dashapp.tabs import models
from dashapp.texts import N_, _, ngettext, said
from dashapp.wiring import on_filters

KEY: Final = "data"
TITLE: Final = N_("Data")
PATH: Final = "/data"
ICON: Final = "bi-database-check"
OF_ALL: Final = N_("Of everything that was loaded: the filters change nothing here.")


class Ids(StrEnum):
    """Component ids of this tab."""

    SENTENCE = "data-sentence"
    FACTS = "data-facts"
    RECONCILIATION = "data-reconciliation"
    FOUND = "data-found"
    QUIET = "data-quiet"
    MISSING = "data-missing"
    READ = "data-read"
    UNUSED = "data-unused"


def sentence(view: View, filters: Filters) -> str:
    """'Data as of 31 Dec 2023 from 5 files; 99.8 % of rows kept; all 4 identities hold.'"""
    found = queries.facts_of_version(view, filters)
    day = quantities.day(found["as_of"])
    files = ngettext("Data as of {day} from {n} file", "Data as of {day} from {n} files", found["files"], day=day)
    return "; ".join([files, _kept(found), _agreed(found)]) + "."


def facts(view: View, filters: Filters) -> list[Element]:
    """Of when, from where, how much."""
    found = queries.facts_of_version(view, filters)
    first, last = (quantities.month(found[key]) for key in ("first_month", "last_month"))
    months, published = current().notation.locale.months["stand-alone"]["wide"], found["created_at"]
    told = {
        _("Source"): found["source"],
        _("Version"): found["version"],
        _("Published"): _("{day}, {time} UTC", day=quantities.day(published[:10]), time=published[11:16]),
        _("Currency"): found["currency"] or _("not known"),
        _("Months"): _("{first} to {last}", first=first, last=last),
        **_added(found),
        _("Fiscal year"): _("begins in {month}", month=months[found["fiscal_year_start"]]),
        _("Stores"): numbers.fixed(found["stores"]),
        _("Products"): numbers.fixed(found["products"]),
        _("Customers"): numbers.fixed(found["customers"]),
        _("Lines of receipts"): numbers.fixed(found["lines"]),
        _("Rows of the stock ledger"): numbers.fixed(found["stock_months"]),
    }
    return [el("div", el("dt", name), el("dd", value)) for name, value in told.items()]


def _added(found: Facts) -> dict[str, str]:
    """Where only the latest months were loaded."""
    if not found["since"]:
        return {}
    return {
        _("Loaded last"): _("{month} and later; findings are of these months", month=quantities.month(found["since"]))
    }


def reconciliation(view: View, filters: Filters) -> Listed:
    """What must agree, and whether it does."""
    return queries.reconciliation(view, filters, said)


def findings(view: View, filters: Filters) -> Listed:
    """What the checks found."""
    return queries.findings(view, filters, said)


def missing(view: View, filters: Filters) -> Listed:
    """What the files lack."""
    return queries.missing_columns(view, filters, said)


def quiet(view: View, filters: Filters) -> Listed:
    """What was looked for in vain."""
    return queries.quiet_checks(view, filters, said)


def _kept(found: Facts) -> str:
    """Never rounded up to all of them."""
    read, kept = found["rows_read"], found["rows_kept"]
    if read == kept:
        return _("every row kept")
    return _("{share} of rows kept", share=numbers.percent(math.floor(1000 * kept / read) / 10))


def _agreed(found: Facts) -> str:
    checked, hold = found["identities_checked"], found["identities_hold"]
    if not checked:
        return _("no identity of stock and sales could be checked")
    if checked == hold:
        return ngettext("the one identity that could be checked holds", "all {n} checked identities hold", checked)
    return _("{hold} of {checked} checked identities hold everywhere", hold=hold, checked=checked)


RECONCILIATION: Final = Panel(
    Ids.RECONCILIATION,
    N_("Do stock and sales agree?"),
    reconciliation,
    about=N_("What must agree in every row. Rows that do not are kept and counted; t is a month."),
    if_none=N_("Nothing can be compared."),
)
FOUND: Final = Panel(
    Ids.FOUND,
    N_("What was found while loading?"),
    findings,
    about=N_("Every check that found something, the largest share first, and the KPIs that read these columns."),
    if_none=N_("Nothing: every check looked and found nothing."),
)
MISSING: Final = Panel(
    Ids.MISSING,
    N_("What is missing, and what does that switch off?"),
    missing,
    about=N_("Optional tables and columns that the files lack. A KPI that lacks several stands beside each."),
    if_none=N_("Nothing: the files have every table and column that the dashboard can use."),
)
READ: Final = Panel(
    Ids.READ,
    N_("Which tables were read?"),
    queries.tables_read,
    about=N_("Rows set aside were implausible or delivered more than once; what was found says which and why."),
    if_none=N_("No report was kept of this load."),
)
UNUSED: Final = Panel(
    Ids.UNUSED,
    N_("Which columns of the files are not used?"),
    queries.unused_columns,
    about=N_("Columns that are neither of the five tables nor named by the mapping."),
    if_none=N_("None: every column of the files is used."),
)
QUIET: Final = Panel(
    Ids.QUIET,
    N_("Which checks found nothing?"),
    quiet,
    about=N_("What else was looked for, and in how many rows."),
    if_none=N_("None: every check found something."),
)
PANELS: tuple[Panel, ...] = (RECONCILIATION, FOUND, MISSING, READ, UNUSED, QUIET)


def layout(subject: str = "") -> Component:
    """The tab without data."""
    return html.Div(
        [
            ui.sentence(Ids.SENTENCE),
            ui.section(_("Overview"), Still(id=Ids.FACTS, className="facts", tag="dl"), hint=_(OF_ALL)),
            ui.section(_("Reconciliation"), panels.listing(RECONCILIATION)),
            ui.section(_("Findings"), panels.listing(FOUND)),
            ui.section(_("Gaps"), panels.listing(MISSING)),
            ui.section(_("Details"), *map(panels.listing, (READ, UNUSED, QUIET))),
            models.link(),
        ]
    )


def register(app: Dash) -> None:
    """Wires the handlers."""
    on_filters(app, Output(Ids.SENTENCE, "children"))(sentence)
    on_filters(app, Output(Ids.FACTS, "content"))(facts)
    panels.register(app, PANELS)
