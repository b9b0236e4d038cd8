"""The sales lines behind a number: sorted, filtered and paged by the version's read-only DuckDB."""

# ruff: noqa: S608 - every identifier in these statements is a constant of ours; values go in as parameters

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any, Final

import duckdb
import numpy as np

from analytics.arrays import Ints, Texts
from analytics.cube import Cube, Outdated
from analytics.filters import Filters
from analytics.queries.view import View, query, require_personal
from analytics.table import CHUNK, Ask, Condition, Field, Operator, Page
from data.version import Version

Test = tuple[str, tuple[Any, ...]]  # SQL over marts.lines, and its parameters

FIELDS: Final = (
    Field("sold_at", "Date", "date", about="Date of the sale, with the time of day where the data have one."),
    Field("transaction_id", "Receipt", about="Lines with the same receipt were bought together."),
    Field("store_name", "Store", link="/stores/{store_id}"),
    Field("store_id", "Store id", hidden=True),
    Field("product_name", "Product", link="/products/{product_id}"),
    Field("product_id", "Product id", hidden=True),
    Field("category", "Category"),
    Field("customer_name", "Customer", about="Who bought; blank for a guest."),
    Field("customer_id", "Customer id", hidden=True),
    Field("quantity", "Units", "units", about="Units sold; negative for a return."),
    Field("unit_price", "Unit price", "price", about="Price of one unit before discount."),
    Field("discount_amount", "Discount", "price", about="Taken off the whole line."),
    Field("net_amount", "Net sales", "price", about="Paid for the whole line."),
)
# A receipt is what one customer bought at one moment: without it, and without the time of day, lines are only lines.
ANONYMOUS: Final = tuple(
    field for field in FIELDS if not field.name.startswith("customer_") and field.name != "transaction_id"
)
A_DAY: Final = len("2023-01-31")
MOMENT: Final = """CASE WHEN sold_at = date_trunc('day', sold_at) THEN strftime(sold_at, '%Y-%m-%d')
    ELSE strftime(sold_at, '%Y-%m-%d %H:%M:%S') END"""
NUMBERS: Final = {
    "quantity": "quantity",
    "unit_price": "unit_price",
    "discount_amount": "discount_amount_cents / 100",
    "net_amount": "net_amount_cents / 100",
}
ROWS: Final = f"""SELECT {MOMENT}, transaction_id, store_idx, product_idx, customer_idx, {", ".join(NUMBERS.values())}
    FROM marts.lines WHERE """
OF_STORE: Final = "store_idx IN (SELECT store_idx FROM marts.store_dim WHERE {})"
OF_PRODUCT: Final = "product_idx IN (SELECT product_idx FROM marts.product_dim WHERE {})"
OF_CUSTOMER: Final = """customer_idx IN (SELECT customer_idx FROM (
    SELECT customer_idx, customer_id, customer_name FROM marts.customer_dim UNION ALL SELECT -1, '', '') WHERE {})"""
TEXTS: Final = {
    "transaction_id": "{}",
    "store_name": OF_STORE,
    "store_id": OF_STORE,
    "product_name": OF_PRODUCT,
    "product_id": OF_PRODUCT,
    "category": OF_PRODUCT,
    "customer_name": OF_CUSTOMER,
    "customer_id": OF_CUSTOMER,
}
RANKS: Final = {field.name: f"{field.name}_rank" for field in FIELDS if not field.hidden} | {
    "discount_amount": "discount_amount_cents_rank",
    "net_amount": "net_amount_cents_rank",
}
TESTS: Final[dict[Operator, str]] = {
    "contains": "contains({}, {})",
    "starts": "starts_with({}, {})",
    "equals": "{} = {}",
    "at least": "{} >= {}",
    "at most": "{} <= {}",
}
SEARCHES: Final = ("contains", "starts")
DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
PARTS: Final = 1_024  # of an order; only the parts that a page lies in are sorted


@dataclass(frozen=True, slots=True)
class Part:
    """Neighbours in an order, of which a page is rows start … stop. test, values: what just they meet."""

    test: str
    values: tuple[Any, ...]
    start: int
    stop: int


@query
def sales_lines(
    view: View, filters: Filters, *, store: str | None = None, product: str | None = None, customer: str | None = None
) -> "SalesLines":
    """The lines of a selection, and only those of one store, product or customer (ids; None = all of them).

    For who may not see customers one by one, who bought, the receipt and the time of day are not told. Raises Lacking
    where such a one asks for the lines of a customer.
    """
    if customer is not None:
        require_personal(view)
    if store is not None:
        filters = filters.only_stores(frozenset({store}))
    tests = [*selected(view.cube, filters)]
    for what, wanted in (("product", product), ("customer", customer)):
        if wanted is not None:
            index = f"SELECT {what}_idx FROM marts.{what}_dim WHERE {what}_id = ?"
            tests.append((f"{what}_idx = ({index})", (_text(wanted),)))
    return SalesLines(view.cube, tuple(tests), FIELDS if view.scope.personal else ANONYMOUS)


@dataclass(frozen=True, slots=True)
class SalesLines:
    """A table of sales lines, in the order of their sale; money in currency units, a guest's name blank.

    tests: what every line of it meets. A condition on `sold_at` compares as much of the moment as its value has: "at
    most 2023-01-31" holds until that day ends. Hidden ids can be asked for, but not sorted by (KeyError); a number
    cannot be searched as a text (ValueError). Outdated: the version was published without lines.
    """

    cube: Cube
    tests: tuple[Test, ...]
    fields: tuple[Field, ...] = FIELDS

    def page(self, ask: Ask) -> Page:
        """Some rows. Counts the lines in each part of the order first, then sorts only the parts that are asked for."""
        self._check(ask)
        which, values = self._which(ask)
        with reading(self.cube.version) as con:
            count, part = _part(con, which, values, ask)
            if part is None:
                return Page(rows=[], count=count)
            rows = con.execute(
                f"""{ROWS} rowid IN (
                    SELECT rowid FROM marts.lines WHERE {which} AND {part.test} {_order(ask)} LIMIT ? OFFSET ?)
                {_order(ask)}""",
                [*values, *part.values, part.stop - part.start, part.start],
            ).fetchall()
        names = [field.name for field in self.fields]
        return Page(rows=[dict(zip(names, row, strict=True)) for row in self._told(rows)], count=count)

    def chunks(self, ask: Ask) -> Iterator[list[tuple[Any, ...]]]:
        """All rows that meet the conditions, in order, read while they are handed on."""
        self._check(ask)
        which, values = self._which(ask)
        with reading(self.cube.version) as con:
            con.execute(f"{ROWS} {which} {_order(ask)}", values)
            while rows := con.fetchmany(CHUNK):
                yield self._told(rows)

    def _check(self, ask: Ask) -> None:
        """Raises KeyError for a column that is none of its own, even if the lines have it."""
        own = {field.name for field in self.fields}
        for column in (*(column for column, _ in ask.sort), *(condition.column for condition in ask.where)):
            if column not in own:
                raise KeyError(column)

    def _told(self, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """Rows of ROWS as its own columns."""
        named = _named(self.cube, rows)
        if self.fields == FIELDS:
            return named
        own = [FIELDS.index(field) for field in self.fields[1:]]
        return [(row[0][:A_DAY], *(row[i] for i in own)) for row in named]

    def _which(self, ask: Ask) -> tuple[str, list[Any]]:
        """What a line meets, as one SQL condition and its parameters."""
        where = ask.where if self.fields == FIELDS else [*map(_of_days, ask.where)]
        tests = [*self.tests, *map(_test, where)]
        return " AND ".join(["true", *(f"({sql})" for sql, _ in tests)]), [v for _, values in tests for v in values]


@contextmanager
def reading(version: Version) -> Iterator[duckdb.DuckDBPyConnection]:
    """The database of a version with lines; raises Outdated for one without."""
    with closing(version.connect()) as con:
        try:
            yield con
        except duckdb.CatalogException as error:
            raise Outdated(f"Version {version.id} was published by another release. Load the data again.") from error


def selected(cube: Cube, filters: Filters) -> Iterator[Test]:
    """The filters, as tests of small indexes; those that leave everything are left out."""
    selection = cube.select(filters)
    axes: tuple[tuple[str, Ints, int], ...] = (
        ("store_idx", selection.stores, len(cube.store_ids)),
        ("category_idx", selection.categories, len(cube.categories)),
        ("month_idx", selection.period.months, len(cube.calendar.months)),
    )
    for index, chosen, size in axes:
        if len(chosen) < size:
            yield f"{index} IN (SELECT unnest(?::INT[]))", (chosen.tolist(),)


def _order(ask: Ask) -> str:
    keys = (f"{RANKS[column]} {'DESC' if descending else 'ASC'} NULLS LAST" for column, descending in ask.sort)
    return f"ORDER BY {', '.join([*keys, 'rowid'])}"


def _part(con: duckdb.DuckDBPyConnection, which: str, values: list[Any], ask: Ask) -> tuple[int, Part | None]:
    """How many lines there are, and the part of the order that the page lies in; None if it lies in none."""
    column, descending = ask.sort[0] if ask.sort else ("sold_at", False)
    rank = RANKS[column]
    ((most,),) = con.execute(f"SELECT coalesce(max({rank}), 0) FROM marts.lines").fetchall()  # from its statistics
    width = most // PARTS + 1
    sizes: dict[int | None, int] = dict(
        con.execute(
            f"SELECT {rank} // {width} AS part, count(*) FROM marts.lines WHERE {which} GROUP BY part", values
        ).fetchall()
    )
    known = sorted((part for part in sizes if part is not None), reverse=descending)
    parts = [*known, *(part for part in sizes if part is None)]  # what is blank comes last either way
    ends = list(accumulate(sizes[part] for part in parts))
    count = ends[-1] if ends else 0
    stop = count if ask.stop is None else min(ask.stop, count)
    if ask.start >= stop:
        return count, None
    first, last = bisect_right(ends, ask.start), bisect_left(ends, stop)
    before = ends[first] - sizes[parts[first]]
    return count, Part(*_ranks(rank, parts[first : last + 1], width), ask.start - before, stop - before)


def _ranks(rank: str, parts: list[int | None], width: int) -> Test:
    """A test for the ranks of some parts that follow each other."""
    known = [part for part in parts if part is not None] or [-1]
    test = f"({rank} BETWEEN ? AND ?{f' OR {rank} IS NULL' if None in parts else ''})"
    return test, (min(known) * width, (max(known) + 1) * width - 1)


def _named(cube: Cube, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Rows of ROWS, their indexes replaced by names and ids."""
    stores, products, customers = np.array([row[2:5] for row in rows], dtype=np.int64).T
    named = (
        _texts(cube.column(name), index)
        for name, index in (
            ("stores.store_name", stores),
            ("stores.store_id", stores),
            ("products.product_name", products),
            ("products.product_id", products),
            ("products.category", products),
            ("customers.customer_name", customers),
            ("customers.customer_id", customers),
        )
    )
    return [(*row[:2], *names, *row[5:]) for row, names in zip(rows, zip(*named, strict=True), strict=True)]


def _texts(texts: Texts, index: Ints) -> list[str]:
    """The text at each index, blank at −1."""
    known = index >= 0
    found = np.full(len(index), "", dtype=texts.dtype)
    found[known] = texts[index[known]]
    listed: list[str] = found.tolist()
    return listed


def _of_days(condition: Condition) -> Condition:
    """The same without the time of day, which must not be told by what is found either."""
    if condition.column != "sold_at":
        return condition
    day = str(condition.value)[:A_DAY]
    return replace(condition, value=day, operator="starts" if condition.operator in SEARCHES else condition.operator)


def _test(condition: Condition) -> Test:
    column, test = condition.column, TESTS[condition.operator]
    if column in NUMBERS:
        if condition.operator in SEARCHES:
            raise ValueError(f"{column}: a number is compared, not searched")
        return test.format(NUMBERS[column], "?"), (float(condition.value),)
    value = _text(condition.value)
    if column == "sold_at":
        return _moment(condition.operator, value.replace("T", " "))
    return TEXTS[column].format(test.format(f"lower({column})", "lower(?)")), (value,)


def _moment(operator: Operator, value: str) -> Test:
    """A test of as much of the moment as the value has; of whole days without writing each moment out."""
    if operator in SEARCHES:
        return TESTS[operator].format(MOMENT, "?"), (value,)
    if DAY.fullmatch(value):
        return TESTS[operator].format("sold_at::DATE", "try_cast(? AS DATE)"), (value,)
    return TESTS[operator].format(f"left({MOMENT}, {len(value)})", "?"), (value,)


def _text(value: object) -> str:
    """A text that DuckDB takes: a browser can send halves of characters, which no data have."""
    return str(value).encode("utf-8", "backslashreplace").decode()
