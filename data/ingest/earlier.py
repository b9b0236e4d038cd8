"""Months that a load leaves as they were: their rows come from the tables of the version that is served."""

# ruff: noqa: S608 - every identifier in these statements is a constant of ours; values go in as parameters

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

import duckdb

from data.ingest.bad_input import listed
from data.ingest.clean import LEFT_OUT
from data.ingest.identities import stub
from data.ingest.quality import Check
from data.ingest.shape import Typed
from data.said import say
from data.schema import EARLIEST, TABLES, Table, staging_columns
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
        """Raises NothingToKeep where no version is served."""
        if version is None:
            raise NothingToKeep(f"No version is served yet, so there are no earlier months to keep. {REMEDY}")
        return cls(version, since)

    @property
    def known(self) -> frozenset[str]:
        """Tables without months that the version has, so that nobody need deliver them again."""
        return frozenset(name for name in self.version.manifest.supplied if name not in MONTH_OF)

    @property
    def expected(self) -> frozenset[str]:
        """Tables by months that the version has, so that their later months must be delivered."""
        return frozenset(name for name in self.version.manifest.supplied if name in MONTH_OF)

    @contextlib.contextmanager
    def attached(self, con: duckdb.DuckDBPyConnection, currency: str) -> Iterator[None]:
        """Lets `con` read the version's tables as `earlier.staging.*` meanwhile. currency: of what is loaded.

        Raises NothingToKeep if that cannot be added to them, or if months between them would be missing.
        """
        path = str(self.version.path / DATABASE).replace("'", "''")
        con.execute(f"ATTACH '{path}' AS earlier (READ_ONLY)")
        try:
            self._check(con, currency)
            yield
        finally:
            con.execute("DETACH earlier")

    def _check(self, con: duckdb.DuckDBPyConnection, currency: str) -> None:
        had = self.version.manifest.currency
        if currency and had and currency != had:
            raise NothingToKeep(f"The months that are served are in {had}, these in {currency}. {REMEDY}")
        found = con.execute("""SELECT table_name, list(column_name) FROM duckdb_columns()
            WHERE database_name = 'earlier' AND schema_name = 'staging' GROUP BY ALL""").fetchall()
        wanted = {table.name: {column.name for column in staging_columns(table)} for table in TABLES.values()}
        if {name: set(columns) for name, columns in found} != wanted:
            made = "by another release" if found else "from tables in an engine, which has all months"
            raise NothingToKeep(f"The version that is served was made {made}. {REMEDY}")
        last = self._last_sale(con)
        if self.since.year * 12 + self.since.month > last.year * 12 + last.month + 1:
            what = f"The sales that are served end on {last}: months before {self.since:%Y-%m} would be missing"
            raise NothingToKeep(f"{what}. {REMEDY}")

    def _last_sale(self, con: duckdb.DuckDBPyConnection) -> date:
        (last,) = con.execute("SELECT max(sold_at)::DATE FROM earlier.staging.sales").fetchone() or (None,)
        return last or date.min

    def _gap(self, con: duckdb.DuckDBPyConnection) -> Check:
        """Whether the months that are kept were loaded to their end."""
        days, last = (self.since - timedelta(days=1)).day, self._last_sale(con)
        name = say("days at the end of the months that are kept have no sale")
        missing = max((self.since - last).days - 1, 0)
        return Check(
            name, "sales", ("sales.sold_at",), missing, max(days, missing), say("load that month too if it had any")
        )

    def left_alone(self, con: duckdb.DuckDBPyConnection, made: Typed) -> tuple[Typed, list[Check]]:
        """Without the delivered rows of the months that are kept, which are counted.

        Raises BadInput if the first month that is loaded is not there.
        """
        moment = MONTH_OF.get(made.table.name)
        if moment is None:
            return made, []
        typed = f"typed_{made.table.name}"
        con.execute(f"DELETE FROM {typed} WHERE {moment} < ? AND {moment} >= DATE '{EARLIEST}'", [self.since])
        left, first = con.execute(
            f"SELECT count(*), min(date_trunc('month', {moment}))::DATE FROM {typed} WHERE {moment} >= ?", [self.since]
        ).fetchone() or (0, None)
        if first != self.since:
            raise made.raw.bad(f"there is no row of {self.since:%Y-%m}", "Deliver it too, or begin with a later month")
        name = say("{column} is of a month that is kept", column=moment)
        columns = (f"{made.table.name}.{moment}",)
        found = [Check(name, made.table.name, columns, made.rows - left, made.rows, LEFT_OUT)]
        return replace(made, rows=left), [*found, self._gap(con)] if made.table.name == "sales" else found

    def take_over(self, con: duckdb.DuckDBPyConnection, table: Table, made: Typed | None, by_facts: bool) -> int:
        """Adds to `staging.<table>` the rows of the months that are kept, or of ids that were not delivered again.

        Lines that came without an id get one that tells the month of their delivery. by_facts: whether the table was
        made of the lines delivered, which know less of an id than all lines did; then what was known of it stays.
        Rows that only stood for unknown ids are left behind. Returns the number of rows added; raises BadInput for
        an id of a line that stands in a month that is kept too.
        """
        if table.name not in self.version.manifest.supplied:
            return 0
        staged, earlier, key = f"staging.{table.name}", f"earlier.staging.{table.name}", table.key[0]
        if made is not None and table.name == "sales":
            self._name_lines(con, made)
        if by_facts:
            con.execute(
                f"DELETE FROM {staged} WHERE {key} IN (SELECT {key} FROM {earlier} WHERE NOT {_stands_for(table)})"
            )
        names = ", ".join(column.name for column in staging_columns(table))
        if moment := MONTH_OF.get(table.name):
            rows, values = f"{earlier} WHERE {moment} < $since", {"since": self.since}
        else:
            rows, values = f"{earlier} ANTI JOIN {staged} USING ({key}) WHERE NOT {_stands_for(table)}", {}
        added = con.execute(f"INSERT INTO {staged} SELECT {names} FROM {rows}", values).fetchone()
        return int(added[0]) if added else 0

    def _name_lines(self, con: duckdb.DuckDBPyConnection, made: Typed) -> None:
        if "line_id" not in made.supplied:
            con.execute("UPDATE staging.sales SET line_id = ? || line_id", [f"{self.since:%Y-%m} "])
        twice, example = con.execute(
            """SELECT count(*), min(line_id) FROM earlier.staging.sales SEMI JOIN staging.sales USING (line_id)
            WHERE sold_at < ?""",
            [self.since],
        ).fetchone() or (0, "")
        if twice:
            what = f"{twice:,} ids of lines stand in months that are kept too, such as {example!r}"
            raise made.raw.bad(what, "Begin with the month of these lines, or give lines ids of their own")

    def columns(self, made: Typed, supplied: list[str], taken_over: int) -> list[str]:
        """Those of `supplied`, the columns of a table that was delivered, that are known: by months, of all its months.

        Raises BadInput if it lacks some that the rows taken over have.
        """
        if not taken_over:
            return supplied
        had = self.version.manifest.supplied[made.table.name]
        if lacking := [name for name in had if name not in supplied]:
            what = f"the months before {self.since:%Y-%m} have {listed(lacking)}, this file has not"
            raise made.raw.bad(what, "Deliver it with the same columns, or load all months without --since")
        return [name for name in supplied if name in had or made.table.name not in MONTH_OF]


def _stands_for(table: Table) -> str:
    """SQL: whether a row only stands for an id that no file explains."""
    key = table.key[0]
    alike = (f"{c.name} IS NOT DISTINCT FROM {stub(c, key, known=True)}" for c in table.columns if c.name != key)
    return f"({' AND '.join(alike)})"
