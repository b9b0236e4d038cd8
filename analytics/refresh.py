"""One command, one new version: ingest → marts → arrays → publish. Offline; the web only reads what it publishes."""

import tempfile
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import duckdb
from threadpoolctl import threadpool_limits

from analytics import (
    action_lists,
    availability_fit,
    discount_fit,
    estimates,
    excess,
    forecasting,
    panel,
    planning,
    spend_fit,
)
from analytics.kpi import fed_by
from data.arrays import save_arrays
from data.engines import run_marts
from data.engines.protocol import Address
from data.engines.remote import bring_marts
from data.engines.sources import names_engine, opened
from data.ingest import ingest
from data.ingest.earlier import Earlier, NothingToKeep
from data.ingest.quality import Check, QualityReport
from data.measures import ROLLED_UP
from data.pace import Pace
from data.said import Progress, say
from data.schema import TABLES
from data.version import ARRAYS, DATABASE, QUALITY
from data.warehouse import Contents, Version, Warehouse

# What does not fit into a quarter of the machine's memory is sorted on disk, in the directory of the version that is
# being built; not everything can be. Ten million lines take half a gigabyte, or two to be read a tenth faster.
BUILD: Final[dict[str, Any]] = {
    "memory_limit": "25%",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}
# A ledger row tells the stock at the end of its month, so a month with one is known to its last day.
AS_OF: Final = "SELECT greatest(last_day, last_day(last_month)) FROM marts.staged"


def refresh(
    source: Path | str,
    warehouse: Warehouse,
    mapping: str | Path | None = None,
    progress: Progress = lambda _: None,
    by: str = "",
    since: date | None = None,
) -> tuple[Version, QualityReport]:
    """Publishes a new version made of raw data. source: a folder of files, or an engine's address with the raw tables.

    mapping: a mapping file or the name of a shipped one (see data.ingest.mapping). progress: told each stage. by: who
    wants it. since: first day of the first month that is read from files; those before are the version's that is
    served. Raises BadInput for files that cannot be read and WarehouseError if an engine fails or nothing can be
    published; either way the version before is served as it was.
    """

    def build(path: Path) -> Contents:
        return _build(source, path, mapping, progress, Earlier.of(warehouse.current(), since) if since else None)

    if since and names_engine(source):
        raise NothingToKeep(f"{Address(source).masked} holds all months. Nothing was published. Leave --since out.")
    version = warehouse.publish(build, by)
    progress(say("published {version}", version=version.id))
    return version, QualityReport.from_json((version.path / QUALITY).read_text(encoding="utf-8"))


def stage(folder: Path, warehouse: Warehouse, mapping: str | Path | None, progress: Progress, by: str) -> Version:
    """Like `refresh`, but the version waits until the warehouse releases it."""
    return warehouse.stage(lambda path: _build(folder, path, mapping, progress), by)


def check(
    folder: Path,
    warehouse: Warehouse,
    mapping: str | Path | None = None,
    progress: Progress = lambda _: None,
    since: date | None = None,
) -> QualityReport:
    """Reads and checks the raw files like `refresh`, in a temporary database; publishes nothing. Raises the same."""
    earlier = Earlier.of(warehouse.current(), since) if since else None
    with tempfile.TemporaryDirectory() as aside, _database(Path(aside)) as con:
        return _with_kpis(ingest(folder, con, mapping, progress, earlier))


def _with_kpis(report: QualityReport) -> QualityReport:
    """The report, with the KPIs that each check touches."""
    return replace(report, checks=tuple(replace(check, kpis=_touched(check, report)) for check in report.checks))


def _touched(check: Check, report: QualityReport) -> tuple[str, ...]:
    """The KPIs of the check's columns; a row without a key or a known id touches all KPIs of its table."""
    given = {f"{table}.{column}" for table, columns in report.supplied.items() for column in columns}
    whole = (f"{check.table}.{column.name}" for column in TABLES[check.table].columns)
    return fed_by(check.columns, given.__contains__) or fed_by(whole, given.__contains__)


def _marts(
    source: Path | str,
    con: duckdb.DuckDBPyConnection,
    mapping: str | Path | None,
    aside: Path,
    progress: Progress,
    earlier: Earlier | None,
) -> tuple[QualityReport, str]:
    """Makes the marts, here or in the engine. Returns the report, and what the version calls its source.

    aside: a folder for what is on its way.
    """
    if not names_engine(source):
        report = _with_kpis(ingest(Path(source), con, mapping, progress, earlier))
        run_marts(con, progress)
        return report, report.dataset or Path(source).resolve().name
    with opened(source) as engine:
        report = bring_marts(engine, con, aside, Address(source).currency, progress)
        return _with_kpis(report), engine.place


def _database(folder: Path) -> duckdb.DuckDBPyConnection:
    """A new database to build in, without a progress bar of its own: the stages are told."""
    con = duckdb.connect(folder / DATABASE, config=BUILD)
    con.execute("SET enable_progress_bar = false")
    return con


def _build(
    source: Path | str, path: Path, mapping: str | Path | None, told: Progress, earlier: Earlier | None = None
) -> Contents:
    pace = Pace()
    progress = pace.watched(told)
    with _database(path) as con, threadpool_limits(1):  # many would wait for each other on a busy machine
        report, name = _marts(source, con, mapping, path, progress, earlier)
        save_arrays(con, path / ARRAYS, progress)
        panel.lay(path, progress)
        demand = estimates.fit(con, path, "received_units" in report.supplied.get("inventory", ()), progress)
        kept = planning.plan(demand, path, progress)
        action_lists.publish(demand, kept, path, progress)
        forecasting.fit(demand, path, progress)
        contents = _contents(con, report, name)
        excess.fit(path, contents.as_of, progress)
        discount_fit.fit(con, path, contents.as_of, progress)
        spend = spend_fit.fit(path, contents.as_of, progress)
        availability_fit.fit(con, path, demand, spend, progress)
        con.execute("CHECKPOINT")
    (path / QUALITY).write_text(report.to_json(), encoding="utf-8")
    progress(say("writing all of it to the disk"))
    pace.save(path)
    return contents


def _contents(con: duckdb.DuckDBPyConnection, report: QualityReport, source: str) -> Contents:
    ((last_day,),) = con.execute(AS_OF).fetchall()
    (counts,) = con.table("marts.staged").select(*TABLES).fetchall()
    today = datetime.now(UTC).date()
    return Contents(
        source=source,
        currency=report.currency,
        as_of=min(last_day or today, today).isoformat(),
        rows=dict(zip(TABLES, counts, strict=True)),
        supplied=report.supplied,
        measures=tuple(measure.name for measure in ROLLED_UP),
    )
