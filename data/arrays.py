"""The marts as .npy files that the web maps into memory: dimensions, sorted facts with offsets, and rollups.

Files, below the folder they are saved in (S stores, C chains, K categories, M months, P products):
  stores|products|customers.<column>.npy          one value per row of the dimension, in the order of its index
  chains.npy (C,), categories.npy (K,)            names, in the order of chain_idx and category_idx
  months.npy (M,)                                 every month without gaps, in the order of month_idx
  cells.<column>.npy, baskets.<column>.npy        sorted by store, month; indices int32, measures int64
  cells.offsets.npy, baskets.offsets.npy          int64 (S·M + 1,): rows of store s in month m are
                                                  offsets[s·M + m] to offsets[s·M + m + 1]
  by_store.npy    int64 [measure, store, category, month], by_product.npy    int64 [measure, chain, product, month]
Texts are unicode ("" where unknown), numbers float64 (NaN), days datetime64[D] and months datetime64[M] (NaT).
"""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np
from numpy.typing import NDArray

from data.measures import CELLS
from data.said import Progress, say

Array = NDArray[Any]
DIMENSIONS: Final = {
    "stores": ("store_dim", "store_idx"),
    "products": ("product_dim", "product_idx"),
    "customers": ("customer_dim", "customer_idx"),
}
NAMES: Final = {
    "chains": ("store_dim", "chain"),
    "categories": ("product_dim", "category"),
    "months": ("month_dim", "month"),
}
FACTS: Final = ("cells", "baskets")


@dataclass(frozen=True, slots=True)
class Rollup:
    """One dense array of sums of `cells`: [measure, *axes], each axis an index and the table that counts it."""

    name: str
    axes: tuple[str, str, str]


ROLLUPS: Final = (
    Rollup("by_store", ("store_idx", "category_idx", "month_idx")),
    Rollup("by_product", ("chain_idx", "product_idx", "month_idx")),
)
AXIS_TABLE: Final = {
    "store_idx": "store_dim",
    "chain_idx": "store_dim",
    "product_idx": "product_dim",
    "category_idx": "product_dim",
    "month_idx": "month_dim",
}


def save_arrays(con: duckdb.DuckDBPyConnection, folder: Path, progress: Progress) -> None:
    """Writes every array of the marts in `con` to `folder`, which it makes. Peak memory: one column of a fact."""
    folder.mkdir()
    progress(say("arrays of the dimensions"))
    for plural, (mart, index) in DIMENSIONS.items():
        for name, values in _fetch(con.table(f"marts.{mart}").order(index)).items():
            _save(folder / f"{plural}.{name}.npy", values)
    for plural, (mart, column) in NAMES.items():
        _save(
            folder / f"{plural}.npy", _fetch(con.table(f"marts.{mart}").select(column).distinct().order(column))[column]
        )
    for fact in FACTS:
        progress(say("arrays of the {fact}", fact=fact))
        _save_fact(con, folder, fact)
    for rollup in ROLLUPS:
        progress(say("rollup {name}", name=rollup.name))
        _save(folder / f"{rollup.name}.npy", _dense(con, rollup))


def _save_fact(con: duckdb.DuckDBPyConnection, folder: Path, fact: str) -> None:
    """Column by column; the table was filled in order and DuckDB keeps that order, which the offsets check."""
    table = con.table(f"marts.{fact}")
    keys = _fetch(table.select("store_idx", "month_idx"))
    months = _count(con, "month_idx")
    flat = keys["store_idx"].astype(np.int64) * months + keys["month_idx"]
    if np.any(np.diff(flat) < 0):
        raise RuntimeError(f"marts.{fact} is not sorted by store and month")
    offsets = np.searchsorted(flat, np.arange(_count(con, "store_idx") * months + 1))
    _save(folder / f"{fact}.offsets.npy", offsets.astype(np.int64))
    for column in table.columns:
        _save(folder / f"{fact}.{column}.npy", _fetch(table.select(column))[column])


def _dense(con: duckdb.DuckDBPyConnection, rollup: Rollup) -> Array:
    """The sums of one rollup, 0 where there is no cell. Summed by DuckDB as integers, so exact."""
    stores = con.table("marts.store_dim").select("store_idx", "chain_idx")
    products = con.table("marts.product_dim").select("product_idx", "category_idx")
    cells = con.table("marts.cells").join(stores, "store_idx").join(products, "product_idx")
    sums = (f"sum({measure.name})::BIGINT AS {measure.name}" for measure in CELLS)
    rows = _fetch(cells.aggregate(", ".join([*rollup.axes, *sums])))
    shape = tuple(_count(con, axis) for axis in rollup.axes)
    dense = np.zeros((len(CELLS), math.prod(shape)), np.int64)
    place = np.ravel_multi_index(tuple(rows[axis] for axis in rollup.axes), shape)
    for number, measure in enumerate(CELLS):
        dense[number, place] = rows[measure.name]
    return dense.reshape(len(CELLS), *shape)


def _count(con: duckdb.DuckDBPyConnection, index: str) -> int:
    return int(_fetch(con.table(f"marts.{AXIS_TABLE[index]}").select(index))[index].max(initial=-1)) + 1


def _fetch(relation: duckdb.DuckDBPyRelation) -> dict[str, Array]:
    columns = {name: _plain(np.ma.asarray(values)) for name, values in relation.fetchnumpy().items()}
    return {name: values.astype("M8[M]") if name == "month" else values for name, values in columns.items()}


def _plain(values: np.ma.MaskedArray[Any, Any]) -> Array:
    """A column as it is stored: no masks, no objects."""
    if values.dtype.kind == "O":
        return np.array(values.filled(""), dtype=np.str_)
    if values.dtype.kind == "f":
        return values.filled(np.nan)
    if values.dtype.kind == "M":
        return values.filled(np.datetime64("NaT")).astype("datetime64[D]")
    return values.filled()


def _save(path: Path, values: Array) -> None:
    """Like numpy.save, but through Python's own file, whose errors say why (a full disk) and not just how much."""
    values = np.ascontiguousarray(values)
    with path.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, np.lib.format.header_data_from_array_1_0(values))
        file.write(values.view(np.uint8).data)
