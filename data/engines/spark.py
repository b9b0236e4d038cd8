"""Spark, through pyspark: temporary views and checkpoints of one application, which ends with nothing left."""

import contextlib
import os
import re
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
from py4j.protocol import Py4JError, Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import col

from data.engines.protocol import Address, Columns, EngineError, Kind

CONNECT_SECONDS: Final = 10
FILE_BYTES: Final = 64_000_000  # of rows on their way, on the disk at a time
SETTINGS: Final = {
    "spark.sql.session.timeZone": "UTC",
    "spark.log.level": "OFF",  # its failures are told as one sentence, without Java's classes
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
KINDS: Final[tuple[tuple[str, Kind], ...]] = (
    (r"string|varchar\(\d+\)|char\(\d+\)", "text"),
    (r"tinyint|smallint|int|bigint", "whole"),
    (r"float|double|decimal\(.*\)", "number"),
    (r"date|timestamp|timestamp_ntz", "moment"),
)
KEPT: Final = re.compile(r"CREATE OR REPLACE TEMPORARY VIEW (\w+) AS")
NAMED_ERROR: Final = re.compile(r"[A-Z]\w*Error: ")  # Python's, of a worker
ABSENT: Final = ("PATH_NOT_FOUND", "DELTA_MISSING_DELTA_TABLE", "UNABLE_TO_INFER_SCHEMA")


class Spark:
    """One application. A raw table is a path with Parquet files, or with a Delta table where Spark knows that."""

    dialect = "pyspark"

    def __init__(self, session: SparkSession, address: Address) -> None:
        self._session = session
        self._settings = address.settings
        self.place = address.masked

    def columns(self, table: str) -> Columns | None:
        """The columns of a table's files; None if there are none."""
        path = self._path(table)
        if path is None:
            return None
        with self._explained():
            try:
                frame = self._read(path)
            except PySparkException as error:
                if error.getCondition() and str(error.getCondition()).startswith(ABSENT):
                    return None
                raise
            frame.createOrReplaceTempView(self.relation(table))
        return {name: _kind(kind) for name, kind in frame.dtypes}

    def relation(self, table: str) -> str:
        """The view over the table's files."""
        return f"raw_{table}"

    def run(self, statement: str) -> None:
        """Executes. What the SQL means to keep is kept by the workers: else every view would hold all before it."""
        with self._explained():
            self._session.sql(statement)
            if kept := KEPT.match(statement.lstrip()):
                self._session.table(kept[1]).localCheckpoint().createOrReplaceTempView(kept[1])

    def row(self, query: str) -> dict[str, int]:
        """The only row of a query."""
        with self._explained():
            return dict(self._session.sql(query).collect()[0].asDict())

    def export(self, query: str, types: Mapping[str, str], folder: Path) -> Iterator[str]:
        """Batches of Arrow made on the workers, one partition after the other, in Parquet files of FILE_BYTES."""
        with self._explained():
            frame = self._session.sql(query)
            for name, kind in types.items():
                if kind == "TIMESTAMP":  # without a time zone, which DuckDB would turn into its own
                    frame = frame.withColumn(name, col(name).cast("timestamp_ntz"))
            for path in _files(_batches(frame), folder / "rows.parquet"):
                yield f"read_parquet('{str(path).replace(chr(39), chr(39) * 2)}')"

    def _path(self, table: str) -> str | None:
        if table in self._settings:
            return self._settings[table]
        return f"{self._settings['tables'].rstrip('/')}/{table}" if "tables" in self._settings else None

    def _read(self, path: str) -> DataFrame:
        with contextlib.suppress(PySparkException, Py4JError):
            return self._session.read.format("delta").load(path)
        return self._session.read.parquet(path)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (PySparkException, Py4JError) as error:
            what = f"{self.place} stopped the refresh: {_words(error)}"
            raise EngineError(what, "Put that right, then run it again") from error


@contextmanager
def opened(address: Address) -> Iterator[Spark]:
    """An application of its own; what it kept goes with it."""
    master = f"spark://{_masters(address)}" if address.scheme == "spark" else address.path
    builder = SparkSession.builder.master(master).appName("dashboard refresh")
    if address.scheme != "spark":
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    for name, value in (SETTINGS | _own_settings(address)).items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
    except (PySparkException, Py4JError, RuntimeError) as error:
        what = f"{address.masked} gives no session: {_words(error)}"
        raise EngineError(what, "Check the address, that Java 17 is there and that the cluster runs") from error
    try:
        yield Spark(session, address)
    finally:
        session.stop()


def _own_settings(address: Address) -> dict[str, str]:
    return {name: value for name, value in address.settings.items() if name.startswith("spark.")}


def _masters(address: Address) -> str:
    """The first of the masters that listens: Spark itself would try for minutes."""
    masters = address.netloc.split(",")
    for master in masters:
        host, _, port = master.rpartition(":")
        with contextlib.suppress(OSError, ValueError), socket.create_connection((host, int(port)), CONNECT_SECONDS):
            return address.netloc
    raise EngineError(f"{address.masked} cannot be reached", "Check the address and that the master runs")


def _batches(frame: DataFrame) -> Iterator[pa.RecordBatch]:
    def packed(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:  # runs on the workers: by value
        import pyarrow

        for batch in batches:
            sink = pyarrow.BufferOutputStream()
            with pyarrow.ipc.new_stream(sink, batch.schema) as stream:
                stream.write_batch(batch)
            parts = pyarrow.array([sink.getvalue().to_pybytes()], pyarrow.binary())
            yield pyarrow.RecordBatch.from_arrays([parts], ["part"])

    for row in frame.mapInArrow(packed, "part binary").toLocalIterator():
        with pa.ipc.open_stream(row.part) as stream:
            yield from stream


def _files(batches: Iterator[pa.RecordBatch], path: Path) -> Iterator[Path]:
    """The batches in one file after the other; each is gone when the next is asked for."""
    writer: Any = None
    try:
        for batch in batches:
            writer = writer or pq.ParquetWriter(path, batch.schema)
            writer.write_batch(batch)
            if path.stat().st_size >= FILE_BYTES:
                writer.close()
                writer = None
                yield path
        if writer:
            writer.close()
            writer = None
            yield path
    finally:
        if writer:
            writer.close()
        path.unlink(missing_ok=True)


def _kind(kind: str) -> str:
    return next((known for pattern, known in KINDS if re.fullmatch(pattern, kind)), kind)


def _words(error: Exception) -> str:
    """The line of what Spark says that names an error, else its first one; without Java's classes."""
    text = str(error.java_exception.toString()) if isinstance(error, Py4JJavaError) else str(error)
    lines = text.strip().split("\n")
    named = [line for line in lines if NAMED_ERROR.match(line)]
    return re.sub(r"^([a-z]+\.)+\w+: ", "", (named or lines)[0]).rstrip(". ")
