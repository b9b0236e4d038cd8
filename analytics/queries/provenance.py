"""Where the numbers come from: the files of the version, what was found in them and what they lack.

Facts of a whole version: filters do not change them, and those who see some stores only, or no personal data, get
counts but no examples.
`speak` puts our own sentences and the names of KPIs into the reader's language; names of columns stay as they are.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final, TypedDict

from analytics.filters import Filters
from analytics.kpi import KPIS
from analytics.queries import personal
from analytics.queries.view import View, query
from analytics.table import WITHHELD, Field, Listed
from data.ingest.quality import IDENTITIES, Check, Identity
from data.said import Said, english, quoted, say
from data.schema import TABLES, Column, Table

Speak = Callable[[Said], str]
UNSEEN: Final = say("not shown to those who see some of the stores only")
IMPERSONAL: Final = say("not shown to those who may not see personal data")
WHOLE_TABLE: Final = say("(the whole table)")

TABLE: Final = Field("table", "Table")
SHARE_LEFT_OUT: Final = "Rows that were implausible or delivered more than once; the findings say which and why."
KEPT_BEFORE: Final = "Rows of the version before, of months or ids that were not loaded again."
LOOKED_AT: Final = "Rows in which all that it takes is known; what was filled in from the rest agrees anyway."
EXAMPLES: Final = Field("examples", "Examples", about="The first rows found, with their row number in the file.")
READ: Final = (
    TABLE,
    Field("file", "File"),
    Field("rows_read", "Rows read", "count", about="Unknown where no file was read: rows follow from other tables."),
    Field("rows_kept", "Rows kept", "count"),
    Field("set_aside", "Rows set aside", "count", about=SHARE_LEFT_OUT),
    Field("share_kept", "Share kept", "%", about="Rows kept ÷ rows read."),
)
TAKEN_OVER: Final = Field("taken_over", "Rows taken over", "count", about=KEPT_BEFORE)
RECONCILED: Final = (
    Field("identity", "What must agree"),
    Field("formula", "Formula"),
    Field("result", "Result"),
    Field("checked", "Checked", "count", about=LOOKED_AT),
    Field("hold", "Hold", "count"),
    Field("differ", "Do not hold", "count"),
    Field("share", "Share that does not", "%", about="Do not hold ÷ checked."),
    EXAMPLES,
)
FOUND: Final = (
    TABLE,
    Field("what", "What was found"),
    Field("count", "Found", "count", withheld=WITHHELD),
    Field("of", "Looked at", "count", about="Rows that the check could look at."),
    Field("share", "Share", "%", about="Found ÷ looked at.", withheld=WITHHELD),
    Field("treatment", "What was done"),
    Field("kpis", "KPIs touched", about="KPIs that read these columns; of a key, all KPIs of its table."),
    EXAMPLES,
)
QUIET: Final = (TABLE, Field("what", "What was looked for"), Field("of", "Looked at", "count"))
MISSING: Final = (
    TABLE,
    Field("column", "Column"),
    Field("about", "What it tells"),
    Field("stand_in", "What stands in its place"),
    Field("kpis", "KPIs switched off"),
    Field("kpi_count", "How many", "count"),
)
UNUSED: Final = (Field("file", "File"), Field("column", "Column"))


class Facts(TypedDict):
    """What a version is made of.

    as_of: last day with data, ISO. created_at: UTC, ISO 8601. first_month, last_month: "2023-01". stores … lines: rows
    in use, those for ids without a row of their own included. files: how many were read. rows_read, rows_kept: of all
    files; since: month from which on they were, "" for all. identities_checked, identities_hold: of those that must
    agree. findings, quiet: checks that found something or nothing. examples_shown: False for those who see some stores
    only, or no personal data.
    """

    as_of: str
    version: str
    created_at: str
    source: str
    currency: str
    fiscal_year_start: int
    first_month: str
    last_month: str
    stores: int
    products: int
    customers: int
    lines: int
    stock_months: int
    files: int
    rows_read: int
    rows_kept: int
    since: str
    identities_checked: int
    identities_hold: int
    findings: int
    quiet: int
    examples_shown: bool


@query
def facts_of_version(view: View, filters: Filters) -> Facts:
    """Of when the data are, what was loaded and how it went, in numbers."""
    cube, report, rows = view.cube, view.cube.report, view.cube.version.manifest.rows
    manifest, read = cube.version.manifest, [table for table in report.tables if table.file]
    looked = [check for check in report.checks if check.identity and check.of]
    return Facts(
        as_of=manifest.as_of,
        version=cube.version.id,
        created_at=manifest.created_at,
        source=manifest.source,
        currency=manifest.currency,
        fiscal_year_start=cube.fiscal_year_start,
        first_month=str(cube.calendar.months[0]),
        last_month=str(cube.calendar.months[-1]),
        stores=rows["stores"],
        products=rows["products"],
        customers=rows["customers"],
        lines=rows["sales"],
        stock_months=rows["inventory"],
        files=len({table.file for table in read}),
        rows_read=sum(table.rows_read for table in read),
        rows_kept=sum(table.rows_kept for table in read),
        since=report.since,
        identities_checked=len(looked),
        identities_hold=sum(not check.count for check in looked),
        findings=len(report.found()),
        quiet=len(report.quiet()),
        examples_shown=_withheld(view) is None,
    )


@query
def tables_read(view: View, filters: Filters) -> Listed:
    """One row per table of the contract: its file, and how many of its rows were kept."""
    tables = view.cube.report.tables
    rows = (
        (t.table, t.file, t.rows_read, t.rows_kept, t.rows_read - t.rows_kept, _share(t.rows_kept, t.rows_read))
        if t.file
        else (t.table, "", None, t.rows_kept, None, None)
        for t in tables
    )
    if not any(t.taken_over for t in tables):
        return _listed(READ, rows)
    return _listed((*READ, TAKEN_OVER), ((*row, t.taken_over) for row, t in zip(rows, tables, strict=True)))


@query
def reconciliation(view: View, filters: Filters, speak: Speak = english) -> Listed:
    """One row per identity of the ledger and the lines: in how many rows it was checked, and in how many it holds."""
    checks = {check.identity: check for check in view.cube.report.checks}
    return _listed(RECONCILED, (_reconciled(view, i, checks.get(name), speak) for name, i in IDENTITIES.items()))


@query
def findings(view: View, filters: Filters, speak: Speak = english) -> Listed:
    """One row per check that found something, the largest share first, with the KPIs that it touches."""
    return _listed(
        FOUND,
        (
            (
                c.table,
                speak(c.name),
                *_counted(view, c),
                speak(c.treatment),
                _kpis(c.kpis, speak),
                _examples(view, c, speak),
            )
            for c in view.cube.report.found()
        ),
    )


@query
def quiet_checks(view: View, filters: Filters, speak: Speak = english) -> Listed:
    """One row per check that looked and found nothing."""
    return _listed(QUIET, ((check.table, speak(check.name), check.of) for check in view.cube.report.quiet()))


@query
def missing_columns(view: View, filters: Filters, speak: Speak = english) -> Listed:
    """One row per optional table or column that the files lack: what stands in for it, what cannot be answered."""
    return _listed(MISSING, (row for table in TABLES.values() for row in _lacking(view, table, speak)))


@query
def unused_columns(view: View, filters: Filters) -> Listed:
    """One row per column of the files that nothing was read from."""
    ignored = view.cube.report.ignored
    return _listed(UNUSED, ((file, column) for file, columns in ignored.items() for column in columns))


def _listed(fields: tuple[Field, ...], rows: Iterable[tuple[Any, ...]]) -> Listed:
    """A table of rows in the order of `fields`."""
    columns = list(zip(*rows, strict=True)) or [()] * len(fields)
    return Listed.of(fields, {field.name: values for field, values in zip(fields, columns, strict=True)})


def _share(part: int, whole: int) -> float | None:
    return 100 * part / whole if whole else None


def _counted(view: View, check: Check) -> tuple[int | None, int, float | None]:
    """How many were found, of how many, and their share; of customers not, where those or the others are few."""
    if check.table == "customers" and personal.withheld(view, [check.count], [check.of - check.count])[0]:
        return None, check.of, None
    return check.count, check.of, _share(check.count, check.of)


def _withheld(view: View) -> Said | None:
    """Why examples are not shown: rows of the files may name any store and customer."""
    if view.scope.stores is not None:
        return UNSEEN
    return None if view.scope.personal else IMPERSONAL


def _kpis(labels: Iterable[str], speak: Speak) -> str:
    return "; ".join(speak(say(label)) for label in labels)


def _examples(view: View, check: Check, speak: Speak) -> str:
    """'row 3: store_id S1, closing_units 4; row 7: …', or why not."""
    if why := _withheld(view):
        return speak(why) if check.count else ""
    return "; ".join(speak(_example(dict(example), speak)) for example in check.examples)


def _example(values: dict[str, Any], speak: Speak) -> Said:
    row = values.pop("row", None)
    cells = ", ".join(f"{name} {speak(say('none')) if value is None else value}" for name, value in values.items())
    return quoted(cells) if row is None else say("row {row}: {cells}", row=str(row), cells=cells)


def _reconciled(view: View, identity: Identity, check: Check | None, speak: Speak) -> tuple[Any, ...]:
    words = tuple(speak(say(text)) for text in (identity.words, identity.formula))
    if check is None or not check.of:
        return (*words, speak(_not_checked(view, identity, check)), None, None, None, None, "")
    result = speak(say("does not hold everywhere") if check.count else say("holds everywhere"))
    hold = check.of - check.count
    return (*words, result, check.of, hold, check.count, _share(check.count, check.of), _examples(view, check, speak))


def _not_checked(view: View, identity: Identity, check: Check | None) -> Said:
    """Why: the files lack a table or a column, no row has all that it takes, or nobody had looked yet."""
    supplied = view.cube.version.manifest.supplied
    lacking = [c for c in identity.columns if not _in_files(view, *c.split("."))]
    if absent := [table for table, _, _ in (c.partition(".") for c in lacking) if table not in supplied]:
        return say("not checked: needs the {table} table", table=absent[0])
    if lacking:
        return say("not checked: needs {columns}", columns=", ".join(column.split(".")[1] for column in lacking))
    return say("not checked: no row has all that it takes" if check else "not checked: loaded by an earlier release")


def _in_files(view: View, table: str, column: str) -> bool:
    """Whether the files hold the column, or a mapping makes it; not what follows from other columns."""
    return view.cube.has(f"{table}.{column}") and column not in view.cube.report.derived.get(table, ())


def _lacking(view: View, table: Table, speak: Speak) -> list[tuple[Any, ...]]:
    """Its missing columns, or the whole of it in one row."""
    if table.name not in view.cube.version.manifest.supplied:
        return [_absent(view, table, speak)]
    return [
        _missing(view, table, column, speak) for column in table.columns if not _in_files(view, table.name, column.name)
    ]


def _missing(view: View, table: Table, column: Column, speak: Speak) -> tuple[Any, ...]:
    off = _switched_off(view, (f"{table.name}.{column.name}",))
    about, stand_in = speak(say(column.about)), speak(column.stand_in)
    return (table.name, column.name, about, stand_in, _kpis(off, speak), len(off))


def _absent(view: View, table: Table, speak: Speak) -> tuple[Any, ...]:
    (made,) = [read.rows_kept + read.taken_over for read in view.cube.report.tables if read.table == table.name] or [0]
    stand_in = say("{n} rows, one for each id that other tables name", n=made) if made else say("nothing")
    off = _switched_off(view, tuple(f"{table.name}.{column.name}" for column in table.columns))
    return (table.name, speak(WHOLE_TABLE), speak(say(table.grain)), speak(stand_in), _kpis(off, speak), len(off))


def _switched_off(view: View, columns: tuple[str, ...]) -> list[str]:
    """Labels of the KPIs that cannot be given without these columns."""
    lacking = {column for column in columns if not view.cube.has(column)}
    return [kpi.label for kpi in KPIS.values() if lacking & set(kpi.columns)]
