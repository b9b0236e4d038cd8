"""Raw tables in engines, as a shop would have them there, and the marts that come of them."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlencode

import duckdb
from chdb.session import Session

from analytics.refresh import BUILD
from data.engines import run_marts
from data.engines.remote import bring_marts
from data.engines.sources import opened
from data.ingest import ingest
from data.ingest.quality import QualityReport

TYPES = {
    "VARCHAR": "String",
    "BIGINT": "Int64",
    "DOUBLE": "Float64",
    "DATE": "Date32",
    "TIMESTAMP": "DateTime64(6)",
}


def marts_of_folder(folder: Path, database: Path) -> QualityReport:
    """Makes the marts of a folder's files in a new database."""
    with duckdb.connect(database, config=BUILD) as con:
        report = ingest(folder, con)
        run_marts(con, lambda _: None)
        return report


def marts_of_engine(source: str, database: Path) -> QualityReport:
    """Makes the marts of an engine's tables in a new database."""
    with duckdb.connect(database, config=BUILD) as con, opened(source) as engine:
        return bring_marts(engine, con, database.parent, "EUR", lambda _: None)


def parquet(con: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, Path]:
    """Every table as a Parquet file in a new folder."""
    folder.mkdir()
    paths = {}
    for (table,) in con.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall():
        paths[table] = folder / f"{table}.parquet"
        con.execute(f"COPY {table} TO '{paths[table]}' (FORMAT parquet)")
    return paths


def into_clickhouse(con: duckdb.DuckDBPyConnection, session_folder: Path, folder: Path) -> str:
    """Copies every table into the database `raw` of a new session folder; returns the source that names it."""
    session = Session(str(session_folder))
    session.query("SET session_timezone = 'UTC'")
    session.query("CREATE DATABASE raw")
    for table, path in parquet(con, folder / "for_clickhouse").items():
        columns = con.table(table)
        declared = ", ".join(
            f'"{name}" Nullable({TYPES[str(kind)]})' for name, kind in zip(columns.columns, columns.types, strict=True)
        )
        session.query(f"CREATE TABLE raw.{table} ({declared}) ENGINE = MergeTree ORDER BY tuple()")
        session.query(f"INSERT INTO raw.{table} SELECT * FROM file('{path}', Parquet)")
    session.close()
    return f"clickhouse://{session_folder}?database=raw"


def into_lake(con: duckdb.DuckDBPyConnection, folder: Path) -> Path:
    """Every table as a folder of Parquet files."""
    for table, path in parquet(con, lake := folder / "lake").items():
        path.rename(lake / "part.parquet")
        (lake / table).mkdir()
        (lake / "part.parquet").rename(lake / table / "part.parquet")
    return lake


def spark_source(master: str, lake: Path, settings: Mapping[str, str]) -> str:
    return f"spark://{master}?tables={lake}&{urlencode(settings)}"
