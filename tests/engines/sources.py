"""Puts raw tables into engines, as a shop would have them there."""

from pathlib import Path

import duckdb
from chdb.session import Session

TYPES = {
    "VARCHAR": "String",
    "BIGINT": "Int64",
    "DOUBLE": "Float64",
    "DATE": "Date32",
    "TIMESTAMP": "DateTime64(6)",
}


def into_clickhouse(con: duckdb.DuckDBPyConnection, session_folder: Path, folder: Path) -> None:
    """Copies every table into the database `raw` of a new session folder."""
    session = Session(str(session_folder))
    session.query("SET session_timezone = 'UTC'")
    session.query("CREATE DATABASE raw")
    for table, path in parquet(con, folder).items():
        columns = con.table(table)
        declared = ", ".join(
            f'"{name}" Nullable({TYPES[str(kind)]})' for name, kind in zip(columns.columns, columns.types, strict=True)
        )
        session.query(f"CREATE TABLE raw.{table} ({declared}) ENGINE = MergeTree ORDER BY tuple()")
        session.query(f"INSERT INTO raw.{table} SELECT * FROM file('{path}', Parquet)")
    session.close()


def parquet(con: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, Path]:
    """Every table as a Parquet file."""
    paths = {}
    for (table,) in con.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall():
        paths[table] = folder / f"{table}.parquet"
        con.execute(f"COPY {table} TO '{paths[table]}' (FORMAT parquet)")
    return paths
