"""Additive measures of one published version, answered from memory-mapped sums."""

from collections.abc import Callable
from functools import cache, cached_property, partial
from typing import Any, Final

import numpy as np

from analytics.arrays import Array, Ints, Texts, group_sums, run_sums, span, time_sums
from analytics.baskets import COUNTS, Baskets, Counts, Orders
from analytics.buyers import SetCounts
from analytics.calendar import Calendar, Period
from analytics.cells import Cells
from analytics.filters import Filters
from analytics.fitted import Fitted
from analytics.runs import Runs
from analytics.selection import Selection
from analytics.totals import LEVELS, Totals, ratio
from data.ingest.quality import Check, QualityReport
from data.measures import ROLLED_UP
from data.version import QUALITY, Version, WarehouseError

STORE_AXES: Final = ("store", "chain")
TIME_AXES: Final = ("month", "quarter")
NEWEST: Final = "arrays/buyers.npy"  # what the latest change of the arrays added
AXES: Final = (*STORE_AXES, "category", "product", *TIME_AXES)


class Outdated(WarehouseError):
    """A version without the measures or arrays that this release asks for."""


class Cube:
    """Sums of any measure over any grouping of stores, categories, products and time.

    by_store, by_chain: int64 [measure, month + 1, store or chain, category], by_product: [measure, month + 1, chain,
    product], each running over the months: months in a row are a difference of two.
    """

    def __init__(self, version: Version, fiscal_year_start: int = 1) -> None:
        self.version = version
        self.fiscal_year_start = fiscal_year_start
        self._array: Callable[[str], Any] = cache(version.array)  # one mapping a column, not one a question
        names = version.manifest.measures  # those of cells, then those of members, which are not known by product
        self._by_store = dict(zip(names, self._array("by_store"), strict=True))
        self._by_chain = dict(zip(names, self._array("by_chain"), strict=True))
        self._by_product = dict(zip(names, self._array("by_product"), strict=False))
        self.calendar = Calendar.of(
            self._array("months").astype("datetime64[M]"), fiscal_year_start, version.manifest.as_of
        )
        self.store_ids: Texts = self._array("stores.store_id")
        self.chains: Texts = self._array("chains")
        self.categories: Texts = self._array("categories")
        self.chain_of: Ints = np.asarray(self._array("stores.chain_idx"), dtype=np.int64)
        self.category_of: Ints = np.asarray(self._array("products.category_idx"), dtype=np.int64)
        self._stores_in = np.bincount(self.chain_of, minlength=len(self.chains))
        self._store_index = {str(s): i for i, s in enumerate(self.store_ids)}

    @classmethod
    def open(cls, version: Version, fiscal_year_start: int = 1) -> "Cube":
        """The cube of a published version; reads no measure until one is asked for.

        Raises Outdated for a version that another release of the dashboard published with other measures or arrays.
        """
        manifest, measures = version.manifest, tuple(measure.name for measure in ROLLED_UP)
        if manifest.measures != measures or NEWEST not in manifest.files:
            raise Outdated(f"Version {version.id} was published by another release. Load the data again.")
        return cls(version, fiscal_year_start)

    def column(self, name: str) -> Any:
        """One column of a dimension, such as `products.product_name`: shape (rows of the dimension,)."""
        return self._array(name)

    @cached_property
    def report(self) -> QualityReport:
        """What the load had to say about the files of this version."""
        path = self.version.path / QUALITY
        return QualityReport.from_json(path.read_text(encoding="utf-8")) if path.exists() else QualityReport((), (), {})

    @cached_property
    def fitted(self) -> Fitted:
        """What the models found when the version was loaded."""
        return Fitted(self.version)

    @property
    def findings(self) -> tuple[Check, ...]:
        """The data checks that found something when the version was loaded."""
        return self.report.found()

    @cached_property
    def cells(self) -> Cells:
        """The non-empty store × product × month cells, for what the sums above do not tell."""
        return Cells(self._array)

    @cached_property
    def baskets(self) -> Baskets:
        """Orders and customers by category, which are counted and not summed."""
        return Baskets(self._array, len(self.calendar.months))

    @cached_property
    def orders(self) -> Orders:
        """The same of all categories together."""
        return Orders(self._array, len(self.calendar.months))

    def counts(self, selection: Selection, by: tuple[str, ...] = ()) -> Counts:
        """What is counted in a selection: customers as sets, but one by one by store or category."""
        one_by_one = not {"store", "category"}.isdisjoint(by)
        return Counts(self._facts(selection, by), selection, by) if one_by_one else self.sets(selection, by)

    def sets(self, selection: Selection, by: tuple[str, ...] = ()) -> SetCounts:
        """What is counted in a selection by neither store nor category; sets of whole chains are at hand."""
        facts = self._facts(selection, by)
        there = facts is self.orders and self.whole_chains(selection.stores)
        return SetCounts(facts, selection, by, self._array("buyers") if there else None)

    def _facts(self, selection: Selection, by: tuple[str, ...]) -> Orders:
        """Orders where their categories do not matter."""
        every = len(selection.categories) == len(self.categories) and "category" not in by
        return self.orders if every else self.baskets

    @cached_property
    def runs(self) -> Runs:
        """The same for selections of which it is known without counting."""
        return Runs(self._array, self.chain_of)

    @property
    def customer_keys(self) -> Texts:
        """What stands for each customer in an address, which must not hold their id."""
        return np.asarray(self._array("customers.key"))

    @cached_property
    def complete_months(self) -> int:
        """How many leading months are whole: the last one is not while the data end before its last day."""
        last = self.calendar.months[-1]
        whole = np.datetime64(self.version.manifest.as_of, "D") >= (last + 1).astype("datetime64[D]") - 1
        return len(self.calendar.months) - (not whole)

    @cached_property
    def open_quarter(self) -> str | None:
        """The newest quarter while it is not over; its numbers will still move."""
        over = self.complete_months == len(self.calendar.months) and self.calendar.ends_quarter
        return None if over else self.calendar.quarters[-1]

    def has(self, *columns: str) -> bool:
        """True if the data that was loaded brought, or let us derive, these contract columns ("products.unit_cost")."""
        supplied = self.version.manifest.supplied
        return all(name in supplied.get(table, ()) for table, _, name in (c.partition(".") for c in columns))

    # --- selecting -------------------------------------------------------------------------------------------------

    def select(self, filters: Filters, by: tuple[str, ...] = ()) -> Selection:
        """The indexes that the filters leave. Unknown ids select nothing."""
        months = self.calendar.chosen(filters.quarters)
        grouped = Period.monthly if "month" in by else Period.quarterly if "quarter" in by else Period.whole
        return Selection(
            self._stores(filters), self._named(self.categories, filters.categories), grouped(self.calendar, months)
        )

    def _stores(self, filters: Filters) -> Ints:
        chosen: Ints = np.arange(len(self.store_ids))
        if filters.stores is not None:
            chosen = np.array(sorted(self._store_index[s] for s in filters.stores if s in self._store_index), np.int64)
        if filters.chains is not None:
            chosen = chosen[np.isin(self.chain_of[chosen], self._named(self.chains, filters.chains))]
        return chosen

    @staticmethod
    def _named(names: Texts, wanted: tuple[str, ...] | None) -> Ints:
        if wanted is None:
            return np.arange(len(names))
        return np.flatnonzero(np.isin(names, np.array(wanted, dtype=np.str_)))

    def whole_chains(self, stores: Ints) -> bool:
        """Whether these are all stores of their chains, for which sums by product are at hand."""
        there = np.bincount(self.chain_of[stores], minlength=len(self.chains))
        return bool(np.all((there == 0) | (there == self._stores_in)))

    def products_of(self, selection: Selection) -> Ints:
        """Products of the selected categories, in the order of a `product` axis."""
        return np.flatnonzero(np.isin(self.category_of, selection.categories))

    def labels(self, axis: str, selection: Selection) -> list[str]:
        """Names along one axis of totals over `selection`: ids of stores and products, names of the others."""
        if axis == "month":
            return self.calendar.month_labels(selection.period.months)
        if axis == "quarter":
            return list(dict.fromkeys(self.calendar.quarters[m] for m in selection.period.months))
        if axis == "chain":
            return [str(c) for c in self.chains[np.unique(self.chain_of[selection.stores])]]
        if axis == "category":
            return [str(c) for c in self.categories[selection.categories]]
        if axis == "product":
            return [str(p) for p in self.column("products.product_id")[self.products_of(selection)]]
        return [str(s) for s in self.store_ids[selection.stores]]

    # --- summing ---------------------------------------------------------------------------------------------------

    def totals(self, filters: Filters, by: tuple[str, ...] = (), months_back: int = 0) -> Totals:
        """Measures under `filters`, one value for each combination of the `by` axes, in the order of AXES.

        by: at most one of store/chain, category, product, month/quarter each; product does not go with category or
        store. Shape: one length an axis, or (1,) without any. months_back: the same selection that much earlier.
        """
        selection = self.select(filters, by)
        if months_back:
            selection = Selection(selection.stores, selection.categories, selection.period.shifted(months_back))
        return self.totals_of(selection, by)

    def totals_of(self, selection: Selection, by: tuple[str, ...] = ()) -> Totals:
        """The same for a selection made before (its period already grouped as `by` asks)."""
        counts = cache(lambda: self.counts(selection, by))  # made when the first count is asked for

        def compute(name: str) -> Array:
            if name not in COUNTS:
                return self._measure(name, selection, by)
            known = self.runs.counted(name, selection, by)
            return counts()[name] if known is None else known

        return Totals(compute)

    def _measure(self, name: str, selection: Selection, by: tuple[str, ...]) -> Array:
        period = selection.period
        if name in ("months", "days"):
            return (period.count() if name == "months" else period.days()).astype(np.float64)
        if name not in LEVELS:
            column = name if name in self._by_store else f"{name}_cents"
            if column not in (self._by_product if "product" in by else self._by_store):
                raise KeyError(f"there is no measure {name} by {' × '.join(by) or 'itself'}")
            return _money(column, self._sum(column, selection, by, period.months))
        return self._level(name, selection, by)

    def _level(self, name: str, selection: Selection, by: tuple[str, ...]) -> Array:
        """A stock level; not a number where the ledger has no row to read it from."""
        period, columns = selection.period, LEVELS[name]
        if not name.startswith("average"):
            months = period.months[period.starts() if name.startswith("opening") else period.ends()]
            level = self._sum(columns[0], selection, by, months)
            known = self._sum("ledger_rows", selection, by, months) > 0
            return _money(columns[0], np.where(known, level, np.nan))
        opening = self._sum(columns[0], selection, by, period.months[period.starts()])
        closing = self._sum(columns[1], selection, by, period.months)
        return _money(columns[0], ratio(opening + closing, self._readings(selection, by)))

    def _readings(self, selection: Selection, by: tuple[str, ...]) -> Array:
        """How many month ends, and openings of runs of months, the ledger has for each group."""
        period = selection.period
        monthly = Selection(selection.stores, selection.categories, Period.monthly(self.calendar, period.months))
        axes = (*(axis for axis in by if axis not in TIME_AXES), "month")
        counted = self._sum("ledger_rows", monthly, axes, period.months) > 0
        readings = counted.astype(np.int64) + (counted & period.starts())
        if any(axis in by for axis in TIME_AXES):
            return time_sums(readings, period.group, period.groups)
        return np.atleast_1d(readings.sum(axis=-1).astype(np.float64))

    def _sum(self, column: str, selection: Selection, by: tuple[str, ...], months: Ints) -> Array:
        """Σ of one column over some of the period's months, grouped by `by`."""
        apart = any(axis in by for axis in TIME_AXES)
        group = selection.period.group[np.searchsorted(selection.period.months, months)] * apart
        groups = selection.period.groups if apart else 1
        if "product" in by and not self.whole_chains(selection.stores):
            products = self.products_of(selection)
            sums = time_sums(self._product_sums(column, selection, months, "chain" in by)[:, products], group, groups)
        else:
            sums = run_sums(partial(self._until, column, selection, by), months, group, groups)
        return _squeezed(sums, by)

    def _until(self, column: str, selection: Selection, by: tuple[str, ...], edges: Ints) -> Any:
        """What there was before each of some months: int64 [edge, store or chain, category or product]."""
        rows, groups, sums = selection.stores, self._store_groups(selection, by), self._by_store
        if "store" not in by and self.whole_chains(rows):
            rows = np.unique(self.chain_of[rows])
            groups, sums = np.arange(len(rows)) if "chain" in by else None, self._by_chain
        columns = selection.categories
        if "product" in by:
            columns, sums = self.products_of(selection), self._by_product
        until = group_sums(sums[column][span(edges)][:, span(rows)], 1, groups)[:, :, span(columns)]
        return until if "category" in by or "product" in by else until.sum(axis=2, keepdims=True)

    def _store_groups(self, selection: Selection, by: tuple[str, ...]) -> Ints | None:
        """Group number of each selected store; None to sum over all of them."""
        if "store" in by:
            return np.arange(len(selection.stores))
        return np.unique(self.chain_of[selection.stores], return_inverse=True)[1] if "chain" in by else None

    def _product_sums(self, column: str, selection: Selection, months: Ints, by_chain: bool) -> Any:
        """int64 [1 or chain, product, month of `months`] of some of a chain's stores."""
        stores, chain = selection.stores, self.chain_of[selection.stores]
        parts = [stores[chain == one] for one in np.unique(chain)] if by_chain else [stores]
        return np.stack([self.cells.sums(column, part, months) for part in parts])


def _money(column: str, values: Array) -> Array:
    return values / 100 if column.endswith("_cents") else values


def _squeezed(values: Array, by: tuple[str, ...]) -> Array:
    """Drops the axes (place, category or product, time) that were summed away; keeps one if all were."""
    kept = (any(a in by for a in STORE_AXES), "category" in by or "product" in by, any(a in by for a in TIME_AXES))
    shape = tuple(n for n, keep in zip(values.shape, kept, strict=True) if keep)
    return values.reshape(shape or (1,))
