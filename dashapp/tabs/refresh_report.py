"""What is said of the check of new files: how far it is, how it ended, and what was found in them."""

from typing import Any, Final

from analytics import queries
from analytics.filters import Filters
from analytics.queries import View
from analytics.table import Field, Listed
from dashapp import grids, numbers, quantities
from dashapp.access import NoData, current_view, view_on
from dashapp.accounts.accounts import Refused
from dashapp.accounts.gate import account
from dashapp.components import aria
from dashapp.refreshing import Job, refreshing
from dashapp.refreshing.service import INBOX
from dashapp.still import Content, Element, el
from dashapp.texts import N_, _, ngettext, said

MINUTE: Final = 60  # seconds
ENDS: Final = {
    "ended": N_("The check ended before it was finished; nothing was published. Check again."),
    "stopped": N_("The check was stopped; nothing was published."),
    "published": N_("Published. Open pages show it within seconds."),
    "discarded": N_("Discarded; nothing was published. The files are still there."),
}
COMPARED: Final = (
    Field("table", "Table"),
    Field("new", "Rows, checked", "count"),
    Field("now", "Rows, served now", "count"),
    Field("change", "Change", "%", about="Of the rows; a large one may be a file that was cut off or sent twice."),
)
FOUND: Final = N_("Nothing: every check looked and found nothing.")
MISSING: Final = N_("Nothing: the files have every table and column that the dashboard can use.")


def status(job: Job) -> Content:
    """How far the latest check is, or how it ended."""
    if not job.state:
        return el("p", _("Nothing was checked yet."))
    who = _("{by}, {since} UTC, {source}:", by=job.by, since=job.since, source=_source(job))
    if job.running:
        return [el("p", who, " ", el("span", said(job.step)), " ", _left(job)), _bar(job)]
    if job.state == "failed":
        why = job.why if account().rights.personal else job.bare
        words = el("p", said(why) if why else "", className="failed-check", role="alert")
        return [el("p", who), words, el("p", _("Nothing was published; what was served before still is."))]
    if job.state == "checked":
        rows = numbers.fixed(sum(job.rows.values()))
        return el("p", who, " ", _("{rows} rows are checked and built. Nothing of it is published yet.", rows=rows))
    return el("p", who, " ", _(ENDS[job.state]))


def _left(job: Job) -> str:
    """How long it takes, as far as the load before it tells."""
    if job.left is None:
        return ""
    if job.left < MINUTE:
        return _("Less than a minute is left.")
    return ngettext("About {n} minute is left.", "About {n} minutes are left.", round(job.left / MINUTE))


def report(job: Job) -> Content:
    """What was found in the files that were checked, while they wait to be published."""
    if job.state != "checked":
        return None
    try:
        view = view_on(refreshing().staged(job.version))
    except Refused as refused:
        return el("p", said(refused.said))
    day = quantities.day(view.cube.version.manifest.as_of)
    source = view.cube.version.manifest.source
    return [
        el("p", _("Data as of {day}, of {source}.", day=day, source=source)),
        *_part(view, N_("How many rows are there?"), _compared(job), ""),
        *_part(view, N_("What was found while loading?"), queries.findings(view, Filters(), said), FOUND),
        *_part(view, N_("Do stock and sales agree?"), queries.reconciliation(view, Filters(), said), ""),
        *_part(
            view,
            N_("What is missing, and what does that switch off?"),
            queries.missing_columns(view, Filters(), said),
            MISSING,
        ),
    ]


def _source(job: Job) -> str:
    return _("the folder on the server") if job.source == INBOX else _("files that were sent")


def _bar(job: Job) -> Element:
    label = aria(label=_("How far the check is"))
    return el("progress", value=round(100 * job.share), max=100, className="check-progress", **label)


def _part(view: View, title: str, table: Listed, if_none: str) -> list[Element]:
    return [el("h3", _(title)), el("div", grids.listing(view, table, title, if_none), className="rows", tabIndex=0)]


def _compared(job: Job) -> Listed:
    """Beside what is served now."""
    now = _rows_now()
    changes = {table: 100 * (rows / now[table] - 1) if now.get(table) else None for table, rows in job.rows.items()}
    columns: dict[str, Any] = {
        "table": list(job.rows),
        "new": list(job.rows.values()),
        "now": [now.get(table) for table in job.rows],
        "change": list(changes.values()),
    }
    return Listed.of(COMPARED, columns)


def _rows_now() -> dict[str, int]:
    try:
        return dict(current_view().cube.version.manifest.rows)
    except NoData:
        return {}
