"""Months that a load leaves as they were: their rows come from the tables of the version that is served."""

# ruff: noqa: S608 - every identifier in these statements is a constant of ours; values go in as parameters

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import duckdb

from data.ingest.bad_input import listed
from data.ingest.shape import Typed
from data.schema import TABLES, Table, staging_columns
from data.version import DATABASE, Version, WarehouseError

MONTH_OF: Final = {"sales": "sold_at", "inventory": "month"}  # tables that are loaded by months, and what tells them
REMEDY: Final = "Nothing was published. Load all months, without --since."


class NothingToKeep(WarehouseError):
    """There is no version whose earlier months could be kept."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """A version whose months before `since`, the first day of one, are kept."""

    version: Version
    since: date

    @classmethod
    def of(cls, version: Version | None, since: date) -> "Earlier":
        """Raises NothingToKeep where no version is served, or one that ends so early that months would be missing."""
        if version is None:
            raise NothingToKeep(f"No version is served yet, so there are no earlier months to keep. {REMEDY}")
        last = date.fromisoformat(version.manifest.as_of)
        if since.year * 12 + since.month > last.year * 12 + last.month + 1:
            what = f"The data that are served end on {last}: months before {since:%Y-%m} would be missing"
            raise NothingToKeep(f"{what}. {REMEDY}")
        return cls(version, since)

    def check(self, con: duckdb.DuckDBPyConnection, currency: str) -> None:
        """Raises NothingToKeep if what comes in this currency cannot be added to the version, which is attached."""
        had = self.version.manifest.currency
        if currency and had and currency != had:
            raise NothingToKeep(f"The months that are served are in {had}, these in {currency}. {REMEDY}")
        found = con.execute("""SELECT table_name, list(column_name) FROM duckdb_columns()
            WHERE database_name = 'earlier' AND schema_name = 'staging' GROUP BY ALL""").fetchall()
        wanted = {table.name: {column.name for column in staging_columns(table)} for table in TABLES.values()}
        if {name: set(columns) for name, columns in found} != wanted:
            made = "by another release" if found else "from tables in an engine, which has all months"
            raise NothingToKeep(f"The version that is served was made {made}. {REMEDY}")

    @property
    def known(self) -> frozenset[str]:
        """Tables without months that the version has, so that nobody need deliver them again."""
        return frozenset(name for name in self.version.manifest.supplied if name not in MONTH_OF)

    @contextlib.contextmanager
    def attached(self, con: duckdb.DuckDBPyConnection) -> Iterator[None]:
        """Lets `con` read the version's tables as `earlier.staging.*` meanwhile."""
        path = str(self.version.path / DATABASE).replace("'", "''")
        con.execute(f"ATTACH '{path}' AS earlier (READ_ONLY)")
        try:
            yield
        finally:
            con.execute("DETACH earlier")

    def left_alone(self, con: duckdb.DuckDBPyConnection, made: Typed) -> Typed:
        """Without the delivered rows of the months that are kept. Raises BadInput if no other rows are there."""
        moment = MONTH_OF.get(made.table.name)
        if moment is None:
            return made
        con.execute(f"DELETE FROM typed_{made.table.name} WHERE {moment} < ?", [self.since])
        (left,) = con.execute(f"SELECT count(*) FROM typed_{made.table.name}").fetchone() or (0,)
        if not left:
            raise made.raw.bad(f"there is no row of {self.since:%Y-%m} or later", "Deliver later months")
        return replace(made, rows=left, rows_read=made.rows_read - made.rows + left)

    def take_over(self, con: duckdb.DuckDBPyConnection, table: Table, made: Typed | None) -> int:
        """Adds to `staging.<table>` the rows of the months that are kept, or of ids that were not delivered again.

        A line whose id was delivered again is kept once, as it came last; lines that came without an id get one that
        tells the month of their delivery. Returns the number of rows added.
        """
        key, moment = ", ".join(table.key), MONTH_OF.get(table.name)
        if made is not None and table.name == "sales" and "line_id" not in made.supplied:
            con.execute("UPDATE staging.sales SET line_id = ? || line_id", [f"{self.since:%Y-%m} "])
        names = ", ".join(column.name for column in staging_columns(table))
        rows = f"SELECT {names} FROM earlier.staging.{table.name} ANTI JOIN staging.{table.name} USING ({key})"
        when = f" WHERE {moment} < $since" if moment else ""
        added = con.execute(
            f"INSERT INTO staging.{table.name} {rows}{when}", {"since": self.since} if moment else {}
        ).fetchone()
        return int(added[0]) if added else 0

    def columns(self, made: Typed, supplied: list[str]) -> list[str]:
        """Those of `supplied`, the columns of a table that was delivered, that are known of all its rows.

        Raises BadInput if it lacks some that the months before have.
        """
        had = self.version.manifest.supplied.get(made.table.name, supplied)
        if lacking := [name for name in had if name not in supplied]:
            what = f"the months before {self.since:%Y-%m} have {listed(lacking)}, this file has not"
            raise made.raw.bad(what, "Deliver it with the same columns, or load all months without --since")
        return [name for name in supplied if name in had or made.table.name not in MONTH_OF]
