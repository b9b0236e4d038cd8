"""The files of a folder as raw tables of an engine, typed as the contract has them, and marts compared row by row."""

from pathlib import Path

import duckdb
import psycopg

from data.engines import MARTS, SCRATCH
from data.schema import SQL_TYPE, TABLES


def raw_tables(folder: Path) -> duckdb.DuckDBPyConnection:
    """A database with the tables of the folder's CSV or Parquet files: the files' columns with the contract's types."""
    con = duckdb.connect()
    for name, table in TABLES.items():
        if found := sorted(folder.glob(f"{name}.*")):
            path = str(found[0])
            read = f"read_parquet('{path}')" if path.endswith("parquet") else f"read_csv('{path}', all_varchar = true)"
            header = con.sql(f"FROM {read} LIMIT 0").columns
            kinds = {column.name: SQL_TYPE[column.type] for column in table.columns}
            casts = (_cast(column, kinds.get(column, "VARCHAR")) for column in header)
            con.execute(f"CREATE TABLE {name} AS SELECT {', '.join(casts)} FROM {read}")
    return con


def _cast(column: str, kind: str) -> str:
    text = f"{column}::VARCHAR"
    if kind in ("DATE", "TIMESTAMP"):
        text = f"CASE WHEN length({text}) = 7 THEN {text} || '-01' ELSE {text} END"
    return f"({text})::{kind} AS {column}" if kind != "BIGINT" else f"({text})::DOUBLE::BIGINT AS {column}"


def into_postgres(con: duckdb.DuckDBPyConnection, url: str, schema: str, folder: Path) -> None:
    """Copies every table into a new schema; url: as psycopg takes it."""
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE SCHEMA {schema}".encode())
        for name in con.sql("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall():
            (table,) = name
            columns = con.table(table)
            types = [str(kind).replace("DOUBLE", "DOUBLE PRECISION") for kind in columns.types]
            declared = ", ".join(f"{c} {kind}" for c, kind in zip(columns.columns, types, strict=True))
            server.execute(f"CREATE TABLE {schema}.{table} ({declared})".encode())
            path = folder / f"{table}.out.csv"
            con.execute(f"COPY {table} TO '{path}' (HEADER false, NULLSTR '<none>', FORCE_QUOTE *)")
            options = f"FORMAT csv, NULL '<none>', FORCE_NULL ({', '.join(columns.columns)})"
            with (
                server.cursor().copy(f"COPY {schema}.{table} FROM STDIN ({options})".encode()) as sink,
                path.open("rb") as file,
            ):
                while piece := file.read(1_000_000):
                    sink.write(piece)
            path.unlink()


def differences(one: Path, other: Path) -> dict[str, int]:
    """Rows per mart that one of two databases has and the other has not."""
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{one}' AS one (READ_ONLY)")
        con.execute(f"ATTACH '{other}' AS other (READ_ONLY)")
        return {mart: _differing(con, mart) for mart in MARTS if mart not in SCRATCH}


def _differing(con: duckdb.DuckDBPyConnection, mart: str) -> int:
    one, other = f"FROM one.marts.{mart}", f"FROM other.marts.{mart}"
    rows = con.execute(
        f"SELECT count(*) FROM (({one} EXCEPT ALL {other}) UNION ALL ({other} EXCEPT ALL {one}))"
    ).fetchone()
    return int(rows[0]) if rows else -1
