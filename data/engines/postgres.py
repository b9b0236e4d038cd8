"""PostgreSQL, through psycopg: temporary tables in one transaction, which ends with nothing left."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import psycopg

from data.engines.protocol import Address, Columns, EngineError, Kind

FILE_BYTES: Final = 64_000_000  # of rows on their way, on the disk at a time
KINDS: Final[dict[str, Kind]] = {
    **dict.fromkeys(("text", "character varying", "character", "uuid", "name"), "text"),
    **dict.fromkeys(("smallint", "integer", "bigint"), "whole"),
    **dict.fromkeys(("numeric", "real", "double precision"), "number"),
    **dict.fromkeys(("date", "timestamp without time zone", "timestamp with time zone"), "moment"),
}
COLUMNS: Final = """
    SELECT a.attname, regexp_replace(format_type(a.atttypid, a.atttypmod), '\\(.*\\)', '')
    FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = %s AND c.relname = %s AND c.relkind IN ('r', 'v', 'm', 'f', 'p')
      AND a.attnum > 0 AND NOT a.attisdropped
"""
WRONG_PASSWORD: Final = ("password authentication failed", "no password supplied")


class Postgres:
    """One transaction that sees the raw tables as they were when it began."""

    dialect = "postgres"

    def __init__(self, connection: psycopg.Connection[Any], address: Address) -> None:
        self._connection = connection
        self._schema = address.settings.get("schema", "public")
        self.place = address.masked

    def columns(self, table: str) -> Columns | None:
        """The columns of a table or view of the schema; None if there is none, or it may not be seen."""
        with self._explained():
            found = self._connection.execute(COLUMNS, (self._schema, table)).fetchall()
        return {name: KINDS.get(kind, kind) for name, kind in found} or None

    def relation(self, table: str) -> str:
        """The table in the schema of the address."""
        schema = self._schema.replace('"', '""')
        return f'"{schema}"."{table}"'

    def run(self, statement: str) -> None:
        """Executes; a table that was made is measured, so that the planner knows its size."""
        with self._explained():
            self._connection.execute(statement.encode())
            if statement.startswith("CREATE TEMPORARY TABLE") and " AS\n" in statement:
                self._connection.execute(f"ANALYZE {statement.split()[3]}".encode())

    def row(self, query: str) -> dict[str, int]:
        """The only row of a query."""
        with self._explained():
            cursor = self._connection.execute(query.encode())
            return dict(zip((c.name for c in cursor.description or ()), cursor.fetchone() or (), strict=True))

    def export(self, query: str, types: Mapping[str, str], folder: Path) -> Iterator[str]:
        """Through COPY, in files of FILE_BYTES."""
        declared = ", ".join(f"'{name}': '{kind}'" for name, kind in types.items())
        path = folder / "rows.csv"
        options = f"columns = {{{declared}}}, header = false, nullstr = '', allow_quoted_nulls = false"
        relation = f"read_csv('{str(path).replace(chr(39), chr(39) * 2)}', {options}, quote = '\"', escape = '\"')"
        with self._explained(), self._connection.cursor().copy(f"COPY ({query}) TO STDOUT (FORMAT csv)") as rows:
            file = path.open("wb")
            try:
                for row in rows:
                    file.write(row)
                    if file.tell() >= FILE_BYTES:
                        file.close()
                        yield relation
                        file = path.open("wb")
                file.close()
                yield relation
            finally:
                file.close()
                path.unlink()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except psycopg.errors.InsufficientPrivilege as error:
            what = f"{self.place} refuses: {_first_line(error)}"
            raise EngineError(what, "Grant the user SELECT on the raw tables and TEMPORARY on the database") from error
        except psycopg.Error as error:
            what = f"{self.place} stopped the refresh: {_first_line(error)}"
            raise EngineError(what, "Put that right, then run it again") from error


@contextmanager
def opened(address: Address) -> Iterator[Postgres]:
    """A session in the database; the rollback at its end removes all that it made."""
    with _connected(address) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        engine = Postgres(connection, address)
        engine.run("SET LOCAL TimeZone = 'UTC'")
        engine.run("SET LOCAL search_path = pg_temp")
        engine.run("SET LOCAL extra_float_digits = 1")
        try:
            yield engine
        finally:
            if not connection.closed:
                connection.rollback()


@contextmanager
def _connected(address: Address) -> Iterator[psycopg.Connection[Any]]:
    given = {
        "host": address.host,
        "port": address.port,
        "user": address.user,
        "password": address.password or os.environ.get("PGPASSWORD", ""),
        "dbname": address.path.strip("/"),
    }
    try:
        settings = {name: value for name, value in given.items() if value} | address.driver_settings
        connection = psycopg.connect(**{"connect_timeout": 10} | settings)  # type: ignore[arg-type]
    except psycopg.Error as error:
        raise _unreachable(address, error) from None  # its context may hold the password
    try:
        yield connection
    finally:
        connection.close()


def _unreachable(address: Address, error: psycopg.Error) -> EngineError:
    if any(words in str(error) for words in WRONG_PASSWORD):
        what = f"{address.masked} does not accept the password of {address.user or 'the user'}"
        return EngineError(what, "Correct it in the address or in PGPASSWORD")
    what = f"{address.masked} cannot be reached: {_first_line(error)}"
    return EngineError(what, "Check the address and that the server runs, then run it again")


def _first_line(error: psycopg.Error) -> str:
    return str(error).strip().split("\n")[0].rstrip(".") or type(error).__name__
