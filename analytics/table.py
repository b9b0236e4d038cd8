"""Answers as tables: what stands behind a chart, fills a grid and leaves as a file."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol, TypedDict

import numpy as np

from analytics.arrays import Column, Ints, Mask
from analytics.kpi import KPIS
from analytics.kpi.registry import Unit

Operator = Literal["contains", "starts", "equals", "at least", "at most"]
CUSTOMERS: Final = "sales.customer_id"  # what a KPI that tells of customers needs
WITHHELD: Final = "withheld"
MAYBE_WITHHELD: Final = "withheld or not known"
CHUNK: Final = 2_000  # rows handed on at a time


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a table.

    unit: of its numbers, or "text", or "date" (ISO days). kpi: the KPI whose definition it follows; about: the
    definition of a column that is no KPI. link: where its cells lead, "/stores/{store_id}" or "?chain={chain}", with
    names of columns in braces. hidden: an id that only links and files need. spoken: a sentence made for the rows that
    are shown, which can be neither sorted nor searched. wide: long texts. withheld: what an unknown number is to those
    from whom groups of few customers are withheld.
    """

    name: str
    label: str
    unit: Unit | Literal["text", "date"] = "text"
    kpi: str = ""
    about: str = ""
    link: str = ""
    hidden: bool = False
    spoken: bool = False
    wide: bool = False
    withheld: str = ""

    @classmethod
    def of_kpi(cls, kpi_id: str) -> "Field":
        """The column of a KPI, under the KPI's own id."""
        kpi = KPIS[kpi_id]
        few = (WITHHELD if kpi.unit == "count" else MAYBE_WITHHELD) if CUSTOMERS in kpi.columns else ""
        return cls(kpi_id, kpi.label, kpi.unit, kpi=kpi_id, withheld=few)


@dataclass(frozen=True, slots=True)
class Condition:
    """What the rows asked for meet: `column operator value`. Texts are compared without case; dates are ISO texts."""

    column: str
    operator: Operator
    value: str | float


@dataclass(frozen=True, slots=True)
class Ask:
    """Rows start … stop (not included; None = to the end) of those that meet every condition, in one order.

    sort: (column, descending) pairs, the first one first; () = the table's own order.
    """

    start: int = 0
    stop: int | None = None
    sort: tuple[tuple[str, bool], ...] = ()
    where: tuple[Condition, ...] = ()


class Page(TypedDict):
    """Some rows as column → value (None = unknown), and how many rows meet the conditions in all."""

    rows: list[dict[str, Any]]
    count: int


class Table(Protocol):
    """Fields, and rows on demand. Unknown columns in an ask raise KeyError."""

    @property
    def fields(self) -> tuple[Field, ...]:
        """Its columns, in the order they are shown."""

    def page(self, ask: Ask) -> Page:
        """Some rows."""

    def chunks(self, ask: Ask) -> Iterator[list[tuple[Any, ...]]]:
        """All rows that meet the conditions, in order, a few thousand at a time, each in the order of `fields`."""


@dataclass(frozen=True, slots=True)
class Later:
    """A column of which only the rows that are asked for are made. size: of all rows; make: row numbers → values."""

    size: int
    make: Callable[[Ints], Column]

    @classmethod
    def of(cls, values: Column, at: Ints) -> "Later":
        """The values at these positions."""
        return cls(len(at), lambda rows: values[at[rows]])

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, rows: Ints) -> Column:
        return self.make(rows)


class Together:
    """Columns of which the same rows are made together. size: of all rows; make: row numbers → values by column."""

    def __init__(self, size: int, make: Callable[[Ints], Mapping[str, Column]]) -> None:
        self._size, self._make = size, make
        self._rows: Ints | None = None
        self._made: Mapping[str, Column] = {}

    def column(self, name: str) -> Later:
        """One of them."""
        return Later(self._size, lambda rows: self._of(rows)[name])

    def _of(self, rows: Ints) -> Mapping[str, Column]:
        if rows is not self._rows:
            self._rows, self._made = rows, self._make(rows)
        return self._made


@dataclass(frozen=True, slots=True)
class Listed:
    """A table in memory. columns: field name → texts or numbers (NaN = unknown), shape (rows,) each."""

    fields: tuple[Field, ...]
    columns: Mapping[str, Column | Later]

    @classmethod
    def of(cls, fields: tuple[Field, ...], columns: Mapping[str, Any]) -> "Listed":
        """From plain lists, None for an unknown number."""
        text = {field.name for field in fields if field.unit in ("text", "date")}
        arrays = {
            name: np.asarray(values, dtype=np.str_ if name in text else np.float64) for name, values in columns.items()
        }
        return cls(fields, arrays)

    def __len__(self) -> int:
        return len(self.columns[self.fields[0].name])

    def page(self, ask: Ask) -> Page:
        """Some rows."""
        chosen = self._chosen(ask)
        rows = self._values(chosen[ask.start : ask.stop])
        names = [field.name for field in self.fields]
        return Page(rows=[dict(zip(names, row, strict=True)) for row in rows], count=len(chosen))

    def chunks(self, ask: Ask) -> Iterator[list[tuple[Any, ...]]]:
        """All rows that meet the conditions, in order."""
        chosen = self._chosen(ask)
        for start in range(0, len(chosen), CHUNK):
            yield self._values(chosen[start : start + CHUNK])

    def _chosen(self, ask: Ask) -> Ints:
        """Row numbers that meet the conditions, in order; ties as they came, unknown numbers last either way."""
        rows: Ints = np.arange(len(self))
        for condition in ask.where:
            rows = rows[_meets(self.columns[condition.column][rows], condition)]
        for column, descending in reversed(ask.sort):
            rows = rows[ordered(self.columns[column][rows], descending)]
        return rows

    def _values(self, rows: Ints) -> list[tuple[Any, ...]]:
        return list(zip(*(_plain(self.columns[field.name][rows]) for field in self.fields), strict=True))


@dataclass(frozen=True, slots=True)
class Spoken:
    """A listed table with a sentence to each row, made only for the rows that are asked for."""

    listed: Listed
    field: Field
    sentence: Callable[[dict[str, Any]], str]

    @property
    def fields(self) -> tuple[Field, ...]:
        """Those of the listed table and the sentence."""
        return (*self.listed.fields, self.field)

    def page(self, ask: Ask) -> Page:
        """Some rows."""
        page = self.listed.page(ask)
        rows = [row | {self.field.name: self.sentence(row)} for row in page["rows"]]
        return Page(rows=rows, count=page["count"])

    def chunks(self, ask: Ask) -> Iterator[list[tuple[Any, ...]]]:
        """All rows that meet the conditions, in order."""
        names = [field.name for field in self.listed.fields]
        for rows in self.listed.chunks(ask):
            yield [(*row, self.sentence(dict(zip(names, row, strict=True)))) for row in rows]


def ordered(values: Column, descending: bool) -> Ints:
    """Positions of texts or numbers in one order, unknown numbers last; ties in the order they came."""
    if values.dtype.kind == "f":
        return np.argsort(np.where(np.isnan(values), np.inf, -values if descending else values), kind="stable")
    rank = np.unique(np.char.lower(values), return_inverse=True)[1]
    return np.argsort(-rank if descending else rank, kind="stable")


def _meets(values: Column, condition: Condition) -> Mask:
    if values.dtype.kind == "f":
        wanted: Any = float(condition.value)
    else:
        wanted, values = str(condition.value).lower(), np.char.lower(values)
    tests: dict[Operator, Callable[[], Any]] = {
        "contains": lambda: np.char.find(values, wanted) >= 0,
        "starts": lambda: np.char.startswith(values, wanted),
        "equals": lambda: values == wanted,
        "at least": lambda: values >= wanted,
        "at most": lambda: values <= wanted,
    }
    met: Mask = tests[condition.operator]()
    return met


def _plain(values: Column) -> list[Any]:
    if values.dtype.kind != "f":
        return [str(value) for value in values]
    boxed = np.round(values, 4).astype(object)
    boxed[~np.isfinite(values)] = None
    listed: list[Any] = boxed.tolist()
    return listed
