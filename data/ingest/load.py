"""Raw files → trusted `staging` tables and the data-quality report. Set-based SQL from the first row to the last."""

from pathlib import Path

import duckdb

from data.ingest.clean import clean_table, empty_table
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
) -> QualityReport:
    """Read the folder's files into `staging.*` of `con`, replacing what was there.

    mapping: a TOML file, or the name of a shipped one; None takes the folder's mapping.toml if there is one.
    progress: told what is being done. Raises BadInput; `staging` is then incomplete and must not be published.
    """
    con.execute("DROP SCHEMA IF EXISTS staging CASCADE; CREATE SCHEMA staging")
    files = Files(con, Path(folder), load_mapping(Path(folder), mapping), progress)
    try:
        return _ingest(files)
    finally:
        _drop_working_tables(con)


def _ingest(files: Files) -> QualityReport:
    made, checks, kept = _load_tables(files)
    files.progress(say("Comparing the tables"))
    checks += identity_checks(files, made)
    add_unknown(files, made)
    check_unchanged(files.raws.values())
    reads = tuple(_table_read(files, name, made, kept) for name in TABLES)
    supplied = {name: with_derived(typed.table, set(typed.supplied)) for name, typed in made.items()}
    return QualityReport(
        tables=reads,
        checks=tuple(checks),
        supplied=supplied,
        ignored=_ignored(files),
        dataset=files.mapping.dataset,
        currency=files.mapping.currency,
        derived={name: [c for c in supplied[name] if c not in typed.supplied] for name, typed in made.items()},
    )


def _load_tables(files: Files) -> tuple[dict[str, Typed], list[Check], dict[str, int]]:
    made: dict[str, Typed] = {}
    checks: list[Check] = []
    kept: dict[str, int] = {}
    for name, table in TABLES.items():
        typed, found = type_table(files, table)
        if typed is None:
            empty_table(files, table)
            continue
        files.progress(say("Checking {rows} rows of {table}", rows=typed.rows_read, table=name))
        kept[name], more = clean_table(files, typed)
        made[name] = typed
        checks += [*found, *more]
    return made, checks, kept


def _table_read(files: Files, name: str, made: dict[str, Typed], kept: dict[str, int]) -> TableRead:
    if name in made:
        return TableRead(name, made[name].raw.path.name, made[name].rows_read, kept[name])
    return TableRead(name, "", 0, files.one(f"SELECT count(*) FROM staging.{name}")[0])  # noqa: S608 - a contract name


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
