"""Marts of ten million dirty lines, made in PostgreSQL, ClickHouse and a Spark cluster, against those of their files.

`make bench-engines`, half an hour. All run on this machine, with the settings that they come with; Spark gets memory.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import duckdb

from benchmarks.table import Row, markdown, printed, seconds, write
from data.engines import MARTS, SCRATCH
from tests.data.raw_tables import differences, into_postgres
from tests.engines.cluster import spark_cluster
from tests.engines.million import million_lines
from tests.engines.sources import into_clickhouse, into_lake, marts_of_engine, marts_of_folder, spark_source
from tests.programs import private_postgres

LINES: Final = 10_000_000
SPARK: Final = {"spark.executor.memory": "3g", "spark.driver.memory": "2g", "spark.sql.shuffle.partitions": "8"}


def rows(aside: Path) -> Iterator[Row]:
    """One an engine: its cleaning and marts and their way here; the floor is the same from Parquet files."""
    tables = million_lines(aside / "raw", LINES)
    files = aside / "files.duckdb"
    floor = seconds(lambda: marts_of_folder(aside / "raw", files))
    every = _rows(files)

    def row(name: str, source: str) -> Row:
        made = aside / f"{name}.duckdb"
        took = seconds(lambda: marts_of_engine(source, made))
        differing = sum(differences(files, made).values())
        made.unlink()
        what = f"{name}: marts of {LINES:,} lines, {differing:,} of {every:,} rows of them differ"
        return Row(what, took, "s", floor, "the same from files")

    with private_postgres() as url:
        into_postgres(tables, url, "raw", aside)
        yield row("PostgreSQL", f"{url}?schema=raw")
    yield row("ClickHouse", into_clickhouse(tables, aside / "clickhouse", aside))
    lake = into_lake(tables, aside)
    tables.close()
    with spark_cluster(aside, "3200m") as master:
        yield row("Spark", spark_source(master, lake, SPARK))


def _rows(database: Path) -> int:
    with duckdb.connect(str(database), read_only=True) as con:
        return sum(len(con.table(f"marts.{mart}")) for mart in MARTS if mart not in SCRATCH)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as aside:
        found = printed(rows(Path(aside)))
    write(markdown(found), "bench-engines")
