"""Raw files → trusted `staging` tables and the data-quality report. Set-based SQL from the first row to the last."""

from dataclasses import replace
from pathlib import Path

import duckdb

from data.ingest.clean import clean_table, empty_table
from data.ingest.earlier import Earlier
from data.ingest.files import Files
from data.ingest.identities import add_unknown, identity_checks
from data.ingest.mapping import load_mapping
from data.ingest.quality import Check, QualityReport, TableRead
from data.ingest.read import check_unchanged
from data.ingest.shape import Typed, type_table
from data.said import Progress, say
from data.schema import TABLES, Table


def ingest(
    folder: Path,
    con: duckdb.DuckDBPyConnection,
    mapping: str | Path | None = None,
    progress: Progress = lambda _: None,
    earlier: Earlier | None = None,
) -> QualityReport:
    """Read the folder's files into `staging.*` of `con`, replacing what was there.

    mapping: a TOML file, or the name of a shipped one; None takes the folder's mapping.toml if there is one.
    progress: told what is being done. earlier: what stays of a version, so that only later months are read. Raises
    BadInput, or NothingToKeep; `staging` is then incomplete and must not be published.
    """
    con.execute("DROP SCHEMA IF EXISTS staging CASCADE; CREATE SCHEMA staging")
    files = Files(con, Path(folder), load_mapping(Path(folder), mapping), progress)
    try:
        return _added(files, earlier) if earlier else _ingest(files, None)
    finally:
        _drop_working_tables(con)


def _added(files: Files, earlier: Earlier) -> QualityReport:
    """What the files hold, added to what stays of the version."""
    files.known, files.expected, had = earlier.known, earlier.expected, earlier.version.manifest
    with earlier.attached(files.con, files.mapping.currency):
        report = _ingest(files, earlier)
    return replace(
        report,
        supplied={**had.supplied, **report.supplied},
        dataset=report.dataset or had.source,
        currency=report.currency or had.currency,
        since=f"{earlier.since:%Y-%m}",
    )


def _ingest(files: Files, earlier: Earlier | None) -> QualityReport:
    made, reads, checks = _load_tables(files, earlier)
    present = made.keys() | files.known
    files.progress(say("Comparing the tables"))
    checks += identity_checks(files, made, present)
    add_unknown(files, present)
    check_unchanged(files.raws.values())
    supplied = {name: with_derived(typed.table, set(typed.supplied)) for name, typed in made.items()}
    if earlier:
        supplied = {name: earlier.columns(made[name], supplied[name], reads[name].taken_over) for name in made}
    return QualityReport(
        tables=tuple(_with_stubs(files, read) for read in reads.values()),
        checks=tuple(checks),
        supplied=supplied,
        ignored=_ignored(files),
        dataset=files.mapping.dataset,
        currency=files.mapping.currency,
        derived={name: [c for c in supplied[name] if c not in typed.supplied] for name, typed in made.items()},
    )


def _load_tables(files: Files, earlier: Earlier | None) -> tuple[dict[str, Typed], dict[str, TableRead], list[Check]]:
    made: dict[str, Typed] = {}
    reads: dict[str, TableRead] = {}
    checks: list[Check] = []
    for name, table in TABLES.items():
        typed, found = type_table(files, table)
        read = TableRead(name, "", 0, 0)
        if typed is None:
            empty_table(files, table)
        else:
            typed, kept = earlier.left_alone(files.con, typed) if earlier else (typed, [])
            made[name] = typed
            files.progress(say("Checking {rows} rows of {table}", rows=typed.rows_read, table=name))
            rows, more = clean_table(files, typed)
            checks += [*kept, *found, *more]
            read = TableRead(name, typed.raw.path.name, typed.rows_read, rows)
        if earlier:
            by_facts = files.mapping.table(name).one_row_per_key and typed is not None
            read = replace(read, taken_over=earlier.take_over(files.con, table, typed, by_facts))
        reads[name] = read
    return made, reads, checks


def _with_stubs(files: Files, read: TableRead) -> TableRead:
    """Of a table without a file, whose rows follow from the others."""
    if read.file:
        return read
    rows = files.one(f"SELECT count(*) FROM staging.{read.table}")[0]  # noqa: S608 - a contract name
    return replace(read, rows_kept=rows - read.taken_over)


def with_derived(table: Table, present: set[str]) -> list[str]:
    """The columns of `present`, which somebody supplied, and those that follow from them."""
    if table.name == "sales":
        present = present | {"line_id", "net_amount"} | ({"discount_amount"} if "net_amount" in present else set())
    if table.name == "inventory":
        present = present | {"received_units"}
    return [column.name for column in table.columns if column.name in present]


def _ignored(files: Files) -> dict[str, list[str]]:
    """Per file, the columns that no table took."""
    return {
        raw.path.name: [name for name in raw.columns if name not in files.used[alias]]
        for alias, raw in files.raws.items()
    }


def _drop_working_tables(con: duckdb.DuckDBPyConnection) -> None:
    """The files' cells and the half-made tables; what is published holds `staging` alone."""
    made = con.execute(
        """SELECT 'VIEW', view_name FROM duckdb_views() WHERE temporary AND NOT internal UNION ALL
        SELECT 'TABLE', table_name FROM duckdb_tables() WHERE temporary AND NOT internal"""
    ).fetchall()
    for kind, name in made:
        con.execute(f'DROP {kind} IF EXISTS temp."{name}" CASCADE')
