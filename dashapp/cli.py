"""The operator's commands: `flask --app wsgi data demo | load | refresh | check | status`.

Whatever builds data is imported by the command that needs it: web processes share this module and must stay small.
"""

import getpass
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import click
from flask.cli import AppGroup

from dashapp.published import published
from dashapp.refreshing import refreshing
from dashapp.settings import Settings
from data.ingest.quality import QualityReport
from data.pace import Pace
from data.said import Progress, Said, english
from data.version import QUALITY, Version
from data.warehouse import Warehouse

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
MAPPING_HELP = "A mapping file, or the name of a shipped one."
SINCE = click.option(
    "--since",
    type=click.DateTime(["%Y-%m"]),
    metavar="YYYY-MM",
    callback=lambda _context, _option, month: month and month.date(),
    help="Read files from this month on, and keep the months before of the version that is served.",
)
SOURCE_HELP = "A folder, postgresql://…, clickhouse:///… or spark://… with the raw tables."


def commands(settings: Settings) -> AppGroup:
    """The group `data`, for the warehouse that the settings name."""
    group = AppGroup("data", help="Build, load, check and describe the data.")
    warehouse = Warehouse(settings.warehouse_dir)

    @group.command()
    @click.option("--size", default=1, show_default=True, type=click.IntRange(1, 1000), help="Times the standard size.")
    def demo(size: int) -> None:
        """Invent a retailer and publish its data."""
        from data.demo import DemoSpec, build

        with _told() as progress:
            raw = build(settings.demo_dir, DemoSpec.times(size), progress)
            _publish(raw, warehouse, None, progress)

    @group.command()
    @click.argument("folder", type=FOLDER)
    @click.option("--mapping", help=MAPPING_HELP)
    @SINCE
    def check(folder: Path, mapping: str | None, since: date | None) -> None:
        """Check the files in FOLDER; publish nothing."""
        from analytics.refresh import check as checked

        with _told() as progress:
            _report(checked(folder, warehouse, _mapping(mapping), progress, since))
            click.echo("Nothing was published.")

    @group.command()
    def status() -> None:
        """Describe the published version; exit code 1 if there is none."""
        with _told():
            version = warehouse.current()
        if version is None:
            raise click.ClickException("No data yet. Run “data demo” or “data load FOLDER”.")
        _report(QualityReport.from_json((version.path / QUALITY).read_text(encoding="utf-8")))
        _describe(version)

    _add_loading(group, warehouse)
    _add_versions(group, warehouse)
    return group


def _add_loading(group: AppGroup, warehouse: Warehouse) -> None:
    """What publishes a new version."""

    @group.command()
    @click.argument("folder", type=FOLDER)
    @click.option("--mapping", help=MAPPING_HELP)
    def load(folder: Path, mapping: str | None) -> None:
        """Check the files in FOLDER and publish them as a new version: short for “refresh --source FOLDER”."""
        with _told(warehouse) as progress:
            _publish(folder, warehouse, mapping, progress)

    @group.command()
    @click.option("--source", required=True, help=SOURCE_HELP)
    @click.option("--mapping", help=f"{MAPPING_HELP} For folders only.")
    @SINCE
    def refresh(source: str, mapping: str | None, since: date | None) -> None:
        """Publish a new version of what a folder or an engine holds; see docs/engines.md."""
        with _told(warehouse) as progress:
            _publish(_source(source, mapping), warehouse, mapping, progress, since)


def _add_versions(group: AppGroup, warehouse: Warehouse) -> None:
    """What the dashboard itself calls, and what is done with versions that are there."""

    @group.command(hidden=True)
    def stage() -> None:
        """Do the check that an administrator started; the dashboard calls this."""
        refreshing().work()

    @group.command("roll-back")
    @click.argument("version")
    def roll_back(version: str) -> None:
        """Serve an older version again; “data versions” lists them."""
        with _told():
            served = warehouse.roll_back(version, _terminal())
            published(served, "rolled back")
        _describe(served)

    @group.command()
    def versions() -> None:
        """List the versions that are kept, newest first."""
        served = warehouse.current()
        for version in warehouse.kept():
            manifest = version.manifest
            mark = "served" if served and served.id == version.id else ""
            click.echo(f"{version.id}  {manifest.as_of}  {manifest.total:>12,}  {manifest.source}  {mark}".rstrip())


def _source(given: str, mapping: str | None) -> Path | str:
    """A folder that is there, or the address of an engine."""
    from data.engines.sources import names_engine

    if not names_engine(given):
        return Path(FOLDER.convert(given, None, None))
    if mapping:
        raise click.UsageError("A mapping tells how files are read; in an engine, a view does that.")
    return given


def _publish(
    source: Path | str, warehouse: Warehouse, mapping: str | None, progress: Progress, since: date | None = None
) -> None:
    from analytics.refresh import refresh

    version, report = refresh(source, warehouse, _mapping(mapping), progress, _terminal(), since)
    published(version, "refresh published")
    _report(report)
    _describe(version)


def _terminal() -> str:
    """Who works here, as others are told."""
    return f"{getpass.getuser()} (terminal)"


def _mapping(given: str | None) -> str | Path | None:
    return Path(given) if given and given.endswith(".toml") else given


@contextmanager
def _told(warehouse: Warehouse | None = None) -> Iterator[Progress]:
    """Progress with seconds, and every foreseeable failure as one message and exit code 1.

    warehouse: of which the served version tells how much time is left.
    """
    from data.ingest.bad_input import BadInput
    from data.version import WarehouseError

    start = time.monotonic()
    try:
        pace = Pace.after(warehouse.served() if warehouse else None)

        def tell(step: Said) -> None:
            left = pace.begin(step)
            more = "" if left is None else f", about {left:.0f} s left"
            click.echo(f"{time.monotonic() - start:6.1f} s  {english(step)}{more}")

        yield tell
    except (BadInput, WarehouseError) as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise click.ClickException(f"{where}{error.strerror or error}. Nothing was published.") from error


def _report(report: QualityReport) -> None:
    for line in ["", *report.lines(), ""]:
        click.echo(line)


def _describe(version: Version) -> None:
    manifest = version.manifest
    rows = ", ".join(f"{count:,} {table}" for table, count in manifest.rows.items())
    click.echo(
        f"Version {version.id} of {manifest.source}, data as of {manifest.as_of}, {manifest.currency or 'no currency'}"
    )
    click.echo(rows)
