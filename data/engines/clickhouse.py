"""ClickHouse, through chdb: the engine runs in this process, on a folder with its tables."""

import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from chdb import ChdbError
from chdb.session import Session

from data.engines.protocol import Address, Columns, EngineError, Kind

# A left join gives NULL, not 0 or ''; a name means the column, not what the same SELECT calls so; no time zone but UTC.
SETTINGS: Final = "join_use_nulls = 1, prefer_column_name_to_alias = 1, session_timezone = 'UTC'"
OURS: Final = "Made for one refresh of the dashboard; the next one removes it"
PARQUET: Final = "output_format_parquet_string_as_string = 1, output_format_parquet_date_as_uint16 = 0"
WRAPPED: Final = re.compile(r"(?:Nullable|LowCardinality)\((.*)\)")
KINDS: Final[tuple[tuple[str, Kind], ...]] = (
    (r"String|FixedString\(.*\)|UUID|Enum\d+\(.*\)", "text"),
    (r"U?Int\d+", "whole"),
    (r"Float\d+|Decimal\(.*\)", "number"),
    (r"Date|Date32|DateTime(\(.*\))?|DateTime64\(.*\)", "moment"),
)


class ClickHouse:
    """One session; the folder belongs to this process as long as it lasts."""

    dialect = "clickhouse"

    def __init__(self, session: Any, address: Address) -> None:
        self._session = session
        self._database = address.settings.get("database", "default")
        self.place = address.masked

    def columns(self, table: str) -> Columns | None:
        """The columns of a table or view of the database; None if there is none."""
        where = f"database = {_text(self._database)} AND table = {_text(table)}"
        names = self._lines(f"SELECT name FROM system.columns WHERE {where} ORDER BY position")  # noqa: S608 - quoted
        types = self._lines(f"SELECT type FROM system.columns WHERE {where} ORDER BY position")  # noqa: S608 - quoted
        return {name: _kind(kind) for name, kind in zip(names, types, strict=True)} or None

    def relation(self, table: str) -> str:
        """The table in the database of the address."""
        database = self._database.replace('"', '""')
        return f'"{database}"."{table}"'

    def run(self, statement: str) -> None:
        """Executes."""
        self._query(statement)

    def row(self, query: str) -> dict[str, int]:
        """The only row of a query."""
        names, values = self._query(query, "TSVWithNames").split("\n")[:2]
        return dict(zip(names.split("\t"), map(int, values.split("\t")), strict=True))

    def export(self, query: str, types: Mapping[str, str], folder: Path) -> Iterator[str]:
        """As one Parquet file, which ClickHouse writes in blocks and DuckDB reads in row groups."""
        path = folder / "rows.parquet"
        try:
            self._query(f"{query} INTO OUTFILE {_text(str(path))} TRUNCATE FORMAT Parquet SETTINGS {PARQUET}")
            yield f"read_parquet('{str(path).replace(chr(39), chr(39) * 2)}')"
        finally:
            path.unlink(missing_ok=True)

    def begin(self) -> str:
        """A database of our own, after those that killed refreshes left are gone."""
        self.run(f"SET {SETTINGS}")
        for name in self._lines(f"SELECT name FROM system.databases WHERE comment = {_text(OURS)}"):  # noqa: S608
            self.run(f"DROP DATABASE {name}")
        name = f"dashboard_{secrets.token_hex(4)}"
        self.run(f"CREATE DATABASE {name} COMMENT {_text(OURS)}")
        self.run(f"USE {name}")
        return name

    def _lines(self, query: str) -> list[str]:
        return self._query(query, "TSVRaw").splitlines()

    def _query(self, query: str, form: str = "CSV") -> str:
        try:
            return str(self._session.query(query, form))
        except ChdbError as error:
            what = f"{self.place} stopped the refresh: {_words(error)}"
            raise EngineError(what, "Put that right, then run it again") from error


@contextmanager
def opened(address: Address) -> Iterator[ClickHouse]:
    """A session on the folder that the address names; our database in it goes with the session."""
    if not Path(address.path).is_dir():
        raise EngineError(f"{address.path} is no folder of ClickHouse", "Write clickhouse:///path/to/session")
    try:
        session = Session(address.path)
    except ChdbError as error:
        what = f"{address.masked} cannot be opened: {_words(error)}"
        raise EngineError(what, "Let no other process use that folder, then run it again") from error
    try:
        engine = ClickHouse(session, address)
        name = engine.begin()
        try:
            yield engine
        finally:
            engine.run(f"DROP DATABASE {name}")
    finally:
        session.close()


def _kind(kind: str) -> str:
    while inner := WRAPPED.fullmatch(kind):
        kind = inner[1]
    return next((known for pattern, known in KINDS if re.fullmatch(pattern, kind)), kind)


def _text(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _words(error: Exception) -> str:
    """What ClickHouse says, without the numbers around it and the query."""
    last = str(error).rpartition("DB::Exception: ")[2].split("\n")[0]
    return re.sub(r"( \([A-Z_]+\)| \(version .*?\)|: While .*|: In scope .*)", "", last).rstrip(". ")
