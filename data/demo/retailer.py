"""The doors of the demo: generate a retailer, compare it with its better-stocked twin, write it down."""

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import duckdb
import pandas as pd

from data.demo.draws import Floats, Ints
from data.demo.history import Simulation, calibrated
from data.demo.spec import DemoSpec
from data.demo.tables import Ids, by_customer, tables, truth
from data.demo.world import World
from data.ingest.mapping import IN_FOLDER
from data.said import Progress, say
from data.schema import SQL_TYPE, TABLES
from data.version import DEMO

TRUTH_DATES: Final = ("month", "dropout_month")
NAMED: Final = f'[dataset]\nname = "{DEMO}"\ncurrency = "EUR"\n'
INVENTING: Final = "Inventing a retailer: {stores} stores, {products} products, {customers} customers, {months} months"


@dataclass(frozen=True, slots=True)
class DemoData:
    """tables: the five tables of the contract by name; truth: what was planted, never read by the product."""

    spec: DemoSpec
    tables: dict[str, pd.DataFrame]
    truth: dict[str, pd.DataFrame]


def generate(spec: DemoSpec) -> DemoData:
    """The world of `spec`. With `always_available` or `service_shift`, the twin of the world that has neither.

    The twin keeps the visit rates that gave the factual world its number of lines, so it may have more of them.
    """
    world = World(replace(spec, always_available=(), service_shift=0.0))
    scale, history = calibrated(world)
    if spec.always_available or spec.service_shift:
        world = World(replace(spec, always_available=()))
        history = Simulation(world, scale, spec.always_available).run()
    return DemoData(spec, tables(world, history), truth(world, history, scale))


def paired_uplift(spec: DemoSpec) -> pd.DataFrame:
    """What each customer would spend more if the top fifth of products never ran out.

    One row per month × customer: spend and spend_if_available, paid before returns [currency], and their difference
    `uplift`. Both worlds share every draw: the difference is what availability did in this course of events.
    """
    world = World(replace(spec, always_available=()))
    scale, factual = calibrated(world)
    top = tuple(world.products.top_sellers().tolist())
    stocked = Simulation(world, scale, top).run()
    columns: dict[str, Floats | Ints] = {
        "spend": factual.spend,
        "spend_if_available": stocked.spend,
        "uplift": stocked.spend - factual.spend,
    }
    return by_customer(Ids(world), columns)


def write(demo: DemoData, folder: Path) -> None:
    """Parquet files raw/TABLE.parquet and truth/TABLE.parquet; each appears whole or not at all."""
    with duckdb.connect() as con:
        for name, frame in demo.tables.items():
            types = {column.name: SQL_TYPE[column.type] for column in TABLES[name].columns}
            _write(con, frame, types, folder / "raw" / f"{name}.parquet")
        for name, frame in demo.truth.items():
            types = {column: "DATE" for column in TRUTH_DATES if column in frame}
            _write(con, frame, types, folder / "truth" / f"{name}.parquet")


def build(folder: Path, spec: DemoSpec | None = None, progress: Progress = lambda _: None) -> Path:
    """Generates and writes a demo retailer; returns the folder of its raw tables, ready to be loaded."""
    spec = spec or DemoSpec()
    progress(say(INVENTING, stores=spec.stores, products=spec.products, customers=spec.customers, months=spec.months))
    demo = generate(spec)
    lines, ledger = len(demo.tables["sales"]), len(demo.tables["inventory"])
    progress(say("Writing {lines} sales lines, {rows} inventory rows", lines=lines, rows=ledger))
    write(demo, folder)
    (folder / "raw" / IN_FOLDER).write_text(NAMED, encoding="utf-8")
    return folder / "raw"


def _write(con: duckdb.DuckDBPyConnection, frame: pd.DataFrame, types: dict[str, str], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = ", ".join(f"CAST({name} AS {types[name]}) AS {name}" if name in types else name for name in frame.columns)
    partial = path.with_suffix(".partial")
    con.from_df(frame).project(columns).write_parquet(str(partial), compression="zstd")
    os.replace(partial, path)
