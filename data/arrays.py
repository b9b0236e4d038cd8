"""The marts as .npy files that the web maps into memory: dimensions, sorted facts with offsets, and rollups.

Files, below the folder they are saved in (S stores, C chains, K categories, M months, P products):
  stores|products|customers.<column>.npy          one value per row of the dimension, in the order of its index
  customers.key.npy, customers.tier_idx.npy       a keyless digest of the id for addresses, and the place of the tier
  chains.npy (C,), categories.npy (K,)            names, in the order of chain_idx and category_idx; tiers.npy too
  months.npy (M,)                                 every month without gaps, in the order of month_idx
  cells.<column>.npy, baskets.<column>.npy        sorted by store, month; indices int32, measures in the
                                                  smallest whole numbers with a sign that hold them
  cells.offsets.npy, baskets.offsets.npy          int64 (S·M + 1,): rows of store s in month m are
                                                  offsets[s·M + m] to offsets[s·M + m + 1]
  orders.<column>.npy, orders.offsets.npy         baskets of an order and month in one row: without category_idx,
                                                  day that of the last of them that sold something, or of all
  goes_on.npy (orders,)                           whether an order sold something in two months, by order_idx
  baskets.by_customer.npy (rows,)                 rows by customer_idx: those of customer c are its
                                                  baskets.customer_offsets[c] to baskets.customer_offsets[c + 1]
  by_store.npy    int64 [measure, month + 1, store, category], running sums: what was before each month, then all
  by_chain.npy    the same of chains, by_product.npy    int64 [measure of cells, month + 1, chain, product]
  buyers.npy      uint64 [chain, 2, month, word], a bit a customer: see data.buyers
  runs.npy        int32 [category, and one more for all, count, run, place]: see data.runs
Texts are unicode ("" where unknown), numbers float64 (NaN), days datetime64[D] and months datetime64[M] (NaT).
"""

import hashlib
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np
from numpy.typing import NDArray

from data.buyers import buyers
from data.measures import BASKETS, CELLS, MEMBERS, Measure
from data.runs import COUNTS, runs_by_category, runs_in
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
    "tiers": ("customer_dim", "loyalty_tier"),
    "months": ("month_dim", "month"),
}
FACTS: Final = ("cells", "baskets")
ORDERS: Final = ("order_idx", "store_idx", "customer_idx", "month_idx")  # the same in all baskets of an order and month
CELL_ROWS: Final = """marts.cells JOIN (SELECT store_idx, chain_idx FROM marts.store_dim) USING (store_idx)
    JOIN (SELECT product_idx, category_idx FROM marts.product_dim) USING (product_idx)"""
MEMBER_ROWS: Final = """(SELECT store_idx, category_idx, month_idx, units AS member_units,
    gross_sales_cents AS member_gross_sales_cents, net_sales_cents AS member_sales_cents
    FROM marts.baskets WHERE customer_idx >= 0)"""


@dataclass(frozen=True, slots=True)
class Rollup:
    """Running sums over the months, [measure, month + 1, *axes]. measures: by the rows that have them."""

    name: str
    axes: tuple[str, str]
    measures: Mapping[str, tuple[Measure, ...]]


ROLLUPS: Final = (
    Rollup("by_store", ("store_idx", "category_idx"), {CELL_ROWS: CELLS, MEMBER_ROWS: MEMBERS}),
    Rollup("by_product", ("chain_idx", "product_idx"), {CELL_ROWS: CELLS}),
)
AXIS_TABLE: Final = {
    "store_idx": "store_dim",
    "chain_idx": "store_dim",
    "product_idx": "product_dim",
    "category_idx": "product_dim",
    "month_idx": "month_dim",
}


def save_arrays(con: duckdb.DuckDBPyConnection, folder: Path, progress: Progress) -> None:
    """Writes every array of the marts in `con` to `folder`, which it makes.

    Peak memory: one column of a fact, or the rows of a rollup.
    """
    folder.mkdir()
    progress(say("arrays of the dimensions"))
    for plural, (mart, index) in DIMENSIONS.items():
        for name, values in _fetch(con.table(f"marts.{mart}").order(index)).items():
            _save(folder / f"{plural}.{name}.npy", values)
    for plural, (mart, column) in NAMES.items():
        _save(
            folder / f"{plural}.npy", _fetch(con.table(f"marts.{mart}").select(column).distinct().order(column))[column]
        )
    tiers, of_customer = _saved(folder, "tiers"), _saved(folder, "customers.loyalty_tier")
    _save(folder / "customers.tier_idx.npy", np.searchsorted(tiers, of_customer).astype(np.int32))
    _save(folder / "customers.key.npy", keys(_saved(folder, "customers.customer_id")))
    for fact in FACTS:
        progress(say("arrays of the {fact}", fact=fact))
        _save_fact(con, folder, fact)
    progress(say("arrays of the {fact}", fact="orders"))
    _save_orders(con, folder)
    _save_by_customer(folder)
    for rollup in ROLLUPS:
        progress(say("rollup {name}", name=rollup.name))
        _save_rollup(con, folder, rollup)
    _save_by_chain(folder)
    progress(say("orders and customers of every run of months"))
    _save_runs(con, folder)
    _save_buyers(con, folder)


def _save_fact(con: duckdb.DuckDBPyConnection, folder: Path, fact: str) -> None:
    """Column by column; the table was filled in order and DuckDB keeps that order, which the offsets check."""
    table = con.table(f"marts.{fact}")
    for column in table.columns:
        _save(folder / f"{fact}.{column}.npy", narrow(_fetch(table.select(column))[column]))
    _save_offsets(con, folder, fact)


def _save_orders(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Column by column: the baskets of an order and month lie side by side."""
    order, month = _saved(folder, "baskets.order_idx"), _saved(folder, "baskets.month_idx")
    first = np.flatnonzero((np.diff(order, prepend=-1) != 0) | (np.diff(month, prepend=-1) != 0))
    for column in ORDERS:
        _save(folder / f"orders.{column}.npy", _saved(folder, f"baskets.{column}")[first])
    for measure in BASKETS:
        sums = _reduced(np.add, _saved(folder, f"baskets.{measure.name}").astype(np.int64), first)
        _save(folder / f"orders.{measure.name}.npy", narrow(sums))
    _save(folder / "orders.day.npy", _last_days(folder, first))
    _save_offsets(con, folder, "orders")
    sold = order[first][_saved(folder, "orders.sold_lines") > 0]
    _save(folder / "goes_on.npy", np.bincount(sold, minlength=int(order.max(initial=-1)) + 1) > 1)


def _last_days(folder: Path, first: Array) -> Array:
    """Of each order: the latest day of a basket that sold something, or of any where none did."""
    day = _saved(folder, "baskets.day")
    sold = np.where(_saved(folder, "baskets.sold_lines") > 0, day, np.datetime64("0001-01-01", "D"))
    any_, some = _reduced(np.maximum, day, first), _saved(folder, "orders.sold_lines") > 0
    return np.where(some, _reduced(np.maximum, sold, first), any_)


def _save_by_customer(folder: Path) -> None:
    """Which baskets are those of each customer."""
    customer = _saved(folder, "baskets.customer_idx")
    rows = np.argsort(customer, kind="stable")
    offsets = np.searchsorted(customer, np.arange(len(_saved(folder, "customers.key")) + 1), sorter=rows)
    _save(folder / "baskets.by_customer.npy", narrow(rows))
    _save(folder / "baskets.customer_offsets.npy", offsets.astype(np.int64))


def _save_offsets(con: duckdb.DuckDBPyConnection, folder: Path, fact: str) -> None:
    months = _count(con, "month_idx")
    flat = _saved(folder, f"{fact}.store_idx").astype(np.int64) * months + _saved(folder, f"{fact}.month_idx")
    if np.any(np.diff(flat) < 0):
        raise RuntimeError(f"{fact} are not sorted by store and month")
    _save(folder / f"{fact}.offsets.npy", np.searchsorted(flat, np.arange(_count(con, "store_idx") * months + 1)))


def _reduced(function: np.ufunc, values: Array, first: Array) -> Array:
    """Of the rows from each of `first` to the next one."""
    reduced: Array = function.reduceat(values, first) if len(first) else values
    return reduced


def _saved(folder: Path, name: str) -> Array:
    found: Array = np.load(folder / f"{name}.npy", mmap_mode="r")
    return found


def keys(ids: Array) -> Array:
    """A digest of each id: it stands for the customer in addresses, which must not hold it."""
    return np.array([hashlib.blake2b(id_.encode(), digest_size=8).hexdigest() for id_ in ids.tolist()], dtype="<U16")


def narrow(values: Array) -> Array:
    """Whole numbers of 8 bytes in as few as hold all of them, with a sign; anything else as it is.

    >>> narrow(np.array([-3, 127])).dtype, narrow(np.array([128])).dtype
    (dtype('int8'), dtype('int16'))
    """
    if values.dtype != np.int64 or not len(values):
        return values
    low, high = values.min(), values.max()
    kinds = (np.int8, np.int16, np.int32)
    kind = next((k for k in kinds if np.iinfo(k).min <= low and high <= np.iinfo(k).max), np.int64)
    return values.astype(kind)


def _save_rollup(con: duckdb.DuckDBPyConnection, folder: Path, rollup: Rollup) -> None:
    axes = ("month_idx", *rollup.axes)
    shape = tuple(_count(con, axis) for axis in axes)
    running = (shape[0] + 1, *shape[1:])
    parts = (part for rows, measures in rollup.measures.items() for part in _running(con, rows, measures, axes, shape))
    number = sum(map(len, rollup.measures.values()))
    _save_parts(folder / f"{rollup.name}.npy", (number, *running), np.dtype(np.int64), parts)


def _running(
    con: duckdb.DuckDBPyConnection,
    rows: str,
    measures: tuple[Measure, ...],
    axes: tuple[str, ...],
    shape: tuple[int, ...],
) -> Iterator[Array]:
    """Of one measure after the other, 0 where there is no row. Summed by DuckDB as integers, so exact."""
    sums = (f"sum({measure.name})::BIGINT AS {measure.name}" for measure in measures)
    found = _fetch(con.sql(f"FROM {rows}").aggregate(", ".join([*axes, *sums])))
    place = np.ravel_multi_index(tuple(found[axis] for axis in axes), shape)
    for measure in measures:
        dense = np.zeros((shape[0] + 1, math.prod(shape[1:])), np.int64)
        dense[1:].flat[place] = found[measure.name]
        yield np.cumsum(dense, axis=0)


def _save_by_chain(folder: Path) -> None:
    """The stores of each chain added up."""
    by_store, chain_of = _saved(folder, "by_store"), _saved(folder, "stores.chain_idx")
    measures, edges, _, categories = by_store.shape
    chains = [np.flatnonzero(chain_of == chain) for chain in range(int(chain_of.max(initial=-1)) + 1)]
    parts = (np.stack([sums[:, stores].sum(axis=1) for stores in chains], axis=1) for sums in by_store)
    _save_parts(folder / "by_chain.npy", (measures, edges, len(chains), categories), by_store.dtype, parts)


def _save_runs(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    stores, chains, categories, months = (
        _count(con, axis) for axis in ("store_idx", "chain_idx", "category_idx", "month_idx")
    )
    chain_of = _saved(folder, "stores.chain_idx").astype(np.int64)
    shape = (categories + 1, len(COUNTS), runs_in(months), stores + chains + 1)
    _save_parts(
        folder / "runs.npy",
        shape,
        np.dtype(np.int32),
        runs_by_category(partial(_saved, folder), chain_of, categories, months),
    )


def _save_buyers(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    store, customer, month, sold = (
        _saved(folder, f"orders.{name}") for name in ("store_idx", "customer_idx", "month_idx", "sold_lines")
    )
    known = (customer >= 0) & (sold > 0)
    chain = _saved(folder, "stores.chain_idx")[store[known]]
    shape = (_count(con, "chain_idx"), _count(con, "month_idx"), len(_saved(folder, "customers.key")))
    _save(folder / "buyers.npy", buyers(chain, customer[known], month[known], shape))


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
    _save_parts(path, values.shape, values.dtype, [values])


def _save_parts(path: Path, shape: tuple[int, ...], dtype: np.dtype[Any], parts: Iterable[Array]) -> None:
    """Like numpy.save, but part by part along the first axis, and through Python's own file, whose errors say why
    (a full disk) and not just how much.
    """
    header = {"shape": shape, "fortran_order": False, "descr": np.lib.format.dtype_to_descr(dtype)}
    with path.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, header)
        for part in parts:
            file.write(np.ascontiguousarray(part, dtype).view(np.uint8).data)
