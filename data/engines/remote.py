"""Raw tables in an engine → staging and marts there → the marts here. Staging never leaves the engine."""

# ruff: noqa: S608 - every identifier in these statements is a constant of ours, or checked against the contract

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import duckdb

from data.engines.findings import report_of
from data.engines.local import MARTS, SCRATCH, reconcile, statements
from data.engines.protocol import Columns, Engine, EngineError
from data.ingest.bad_input import near
from data.ingest.cells import READS
from data.ingest.quality import QualityReport
from data.said import Progress, say
from data.schema import TABLES, Column, Table, Type

# How each engine writes the types of `given_<table>`, its temporary views, and quotes a name.
TYPES: Final[dict[str, dict[str, str]]] = {
    "postgres": {"text": 'VARCHAR) COLLATE "C"', "number": "DOUBLE PRECISION)", "moment": "TIMESTAMP)"},
    "clickhouse": {"text": "Nullable(String))", "number": "Nullable(Float64))", "moment": "Nullable(DateTime64(6)))"},
    "pyspark": {"text": "STRING)", "number": "DOUBLE)", "moment": "TIMESTAMP)"},
}
VIEW: Final = {"clickhouse": "CREATE VIEW", "postgres": "CREATE TEMPORARY VIEW", "pyspark": "CREATE TEMPORARY VIEW"}
QUOTE: Final = {"pyspark": "`"}
# In this order the rows of a mart come, so that equal data make equal files.
ORDER: Final = {
    "cells": "store_idx, month_idx, product_idx",
    "baskets": "store_idx, month_idx, order_idx, category_idx",
    "lines": "sold_at, store_idx, transaction_id, product_idx, quantity, unit_price, net_amount_cents",
    "line_sizes": "quantity, supply",
    "staged": "sales",
}


def bring_marts(
    engine: Engine, con: duckdb.DuckDBPyConnection, folder: Path, currency: str, progress: Progress
) -> QualityReport:
    """Makes the tables `marts.*` of `con` from the raw tables of the engine, and says what was found in them.

    folder: for what is on its way. Raises EngineError, or MartsDisagree if rows went missing.
    """
    given = _look(engine)
    progress(say("cleaning the tables in {place}", place=engine.place))
    for table in TABLES.values():
        engine.run(_given_view(engine, table, given.get(table.name)))
    for step in statements(engine.dialect, "staging"):
        engine.run(step)
    report = report_of(engine, given, currency)
    con.execute("BEGIN")
    con.execute("CREATE SCHEMA marts")
    for mart in MARTS:
        progress(say("mart {mart}", mart=mart))
        for statement in statements(engine.dialect, mart):
            engine.run(statement)
    for mart in MARTS:
        if mart not in SCRATCH:
            progress(say("fetching {mart}", mart=mart))
            _fetch(engine, con, mart, folder)
    reconcile(con)
    return report


def _fetch(engine: Engine, con: duckdb.DuckDBPyConnection, mart: str, folder: Path) -> None:
    con.execute(statements("duckdb", mart)[0])
    table = con.table(f"marts.{mart}")
    types = dict(zip(table.columns, map(str, table.types), strict=True))
    order = ORDER.get(mart) or table.columns[0]
    for relation in engine.export(f"SELECT {', '.join(types)} FROM {mart} ORDER BY {order}", types, folder):
        con.execute(f"INSERT INTO marts.{mart} SELECT * FROM {relation}")


def _look(engine: Engine) -> dict[str, Columns]:
    """The raw tables that are there, with their columns. Raises EngineError for what is missing or of a wrong type."""
    given: dict[str, Columns] = {}
    for table in TABLES.values():
        columns = engine.columns(table.name)
        if columns is None and table.required:
            raise EngineError(f"{engine.place} has no table {engine.relation(table.name)}", _REMEDY)
        if columns is not None:
            _check(engine, table, columns)
            given[table.name] = columns
    return given


_REMEDY: Final = "Make a table or a view with that name that follows data/README.md, or correct the address"


def _check(engine: Engine, table: Table, columns: Columns) -> None:
    for column in table.columns:
        where = f"{engine.relation(table.name)} in {engine.place}"
        if column.name not in columns and column.required:
            hint = near(column.name, columns)
            raise EngineError(f"{where} has no column {column.name!r}{hint}", "Make a view that has it")
        if column.name in columns and columns[column.name] not in _takes(column.type):
            what = f"column {column.name!r} of {where} is {columns[column.name]}, which cannot be {column.type}"
            raise EngineError(what, "Make a view that turns it into the type that data/README.md names")


def _takes(wanted: Type) -> tuple[str, ...]:
    """Kinds of columns. Texts are not read as numbers or days: the engine's own functions do that in a view."""
    if wanted == "text":
        return ("text", "whole")
    return ("moment",) if "moment" in READS[wanted] else ("whole", "number")


def _given_view(engine: Engine, table: Table, columns: Columns | None) -> str:
    casts = ", ".join(_given(engine.dialect, column, columns or {}) for column in table.columns)
    rows = f"FROM {engine.relation(table.name)}" if columns is not None else "WHERE 1 = 0"
    return f"{VIEW[engine.dialect]} given_{table.name} AS SELECT {casts} {rows}"


def _given(dialect: str, column: Column, columns: Mapping[str, str]) -> str:
    quote = QUOTE.get(dialect, '"')
    kind = "text" if column.type == "text" else "moment" if "moment" in READS[column.type] else "number"
    value = f"{quote}{column.name}{quote}" if column.name in columns else "NULL"
    return f"CAST({value} AS {TYPES[dialect][kind]} AS {quote}{column.name}{quote}"
