"""Files + mapping → one typed table per table of the contract; a cell that cannot be read condemns its file."""

# ruff: noqa: S608 - every identifier in these statements is a constant of ours; values go in as parameters

from dataclasses import dataclass
from typing import Any, Final

from data.ingest.bad_input import BadInput, near
from data.ingest.cells import READS, Kind, as_text, given, kind_of, typed, unreadable
from data.ingest.expressions import BadExpression, Expression, compile_expression
from data.ingest.files import Files, check_numbers, rows_of, rule_checks, such_cells
from data.ingest.mapping import TableMapping
from data.ingest.quality import Check
from data.ingest.read import Raw
from data.schema import SQL_TYPE, Column, Table

DATES: Final = ("date", "moment", "month")


@dataclass(frozen=True, slots=True)
class Typed:
    """`temp.typed_<table>`: source_row, row_hash and the contract's columns, NULL where the file says nothing.

    rows: in that table. rows_read: in the file, or `rows` where the mapping makes fewer on purpose.
    """

    table: Table
    rows: int
    rows_read: int
    raw: Raw
    supplied: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Where one contract column comes from: SQL over the file's cells, and its name in messages."""

    sql: str
    kind: Kind
    label: str


def type_table(files: Files, table: Table) -> tuple[Typed | None, list[Check]]:
    """Make `temp.typed_<table>`, and the checks of the mapping's own rules. None if the table has no file.

    Raises BadInput for a missing column, an unreadable cell or a blank one that must not be.
    """
    mapped = files.mapping.table(table.name)
    needed = table.required or table.name in files.mapping.tables or table.name in files.expected
    raw = files.raw(mapped.source, required=needed and table.name not in files.known)
    if raw is None:
        return None, []
    shape = _Shape(files, table, mapped, raw)
    shape.build()
    return shape.result(), [] if mapped.one_row_per_key else rule_checks(files, table.name, mapped.source)


class _Shape:
    """The statement that makes one typed table, and the search for its first unreadable cell."""

    def __init__(self, files: Files, table: Table, mapped: TableMapping, raw: Raw) -> None:
        self.files, self.table, self.mapped, self.raw = files, table, mapped, raw
        self.params: dict[str, Any] = {}
        self.relation = self._relation()
        self.columns = self._columns()
        self.sources = {c.name: source for c in table.columns if (source := self._source(c))}
        self.cells = self._cells()

    def build(self) -> None:
        names = ", ".join(column.name for column in self.table.columns)
        statement = f"""CREATE OR REPLACE TEMP TABLE typed_{self.table.name} AS
            SELECT source_row, row_hash, {names}, {self._bad()} AS bad FROM ({self.cells})"""
        self.files.con.execute(statement, self.params)
        self._complain()

    def result(self) -> Typed:
        rows = self.files.one(f"SELECT count(*) FROM typed_{self.table.name}")[0]
        fewer = self.mapped.one_row_per_key or self.mapped.only_in
        return Typed(self.table, rows, rows if fewer else self.raw.rows, self.raw, tuple(self.sources))

    def _relation(self) -> str:
        """The rows of the file as `a`, those of the file joined to it as `b`."""
        text = f"{rows_of(self.files, self.mapped.source, self.params)} AS a"
        if self.mapped.join:
            alias, on = self.mapped.join
            other = self.files.supplier(alias)
            self._check_unique(other, alias, on)
            text += f" LEFT JOIN {rows_of(self.files, alias, self.params)} AS b ON {self._equal(other, on, 'b')}"
        if self.mapped.only_in:
            alias, on = self.mapped.only_in
            other = self.files.supplier(alias)
            text += f" SEMI JOIN {rows_of(self.files, alias, self.params)} AS s ON {self._equal(other, on, 's')}"
        return text

    def _equal(self, other: Raw, column: str, letter: str) -> str:
        return f"{self._key(self.raw, column, 'a')} = {self._key(other, column, letter)}"

    def _key(self, raw: Raw, column: str, letter: str) -> str:
        """SQL: the text by which two files are joined."""
        if column not in raw.columns:
            what = f"{raw.path.name} has no column {column!r}{near(column, raw.columns)}"
            raise self._bad_setting("join" if self.mapped.join else "only_in", what)
        kind = kind_of(raw.columns[column])
        return as_text(kind or "text", f"{letter}.{raw.cell(column)}")

    def _check_unique(self, other: Raw, alias: str, column: str) -> None:
        params: dict[str, Any] = {}
        rows, key = rows_of(self.files, alias, params), self._key(other, column, "b")
        doubled = self.files.one(
            f"""SELECT {key} AS key, max(b.source_row) FROM {rows} AS b WHERE key IS NOT NULL
            GROUP BY 1 HAVING count(*) > 1 ORDER BY 2 LIMIT 1""",
            params,
        )
        if doubled:
            what = f"{doubled[0]!r} stands in more than one row, so rows cannot be joined on it"
            raise other.bad(what, "Keep one row for each value", doubled[1], column)

    def _columns(self) -> dict[str, tuple[str, str]]:
        """Every column an expression may name: SQL reference and type; the file's own before those joined to it."""
        own = {name: (f"a.{self.raw.cell(name)}", kind) for name, kind in self.raw.columns.items()}
        if not self.mapped.join:
            return own
        other = self.files.supplier(self.mapped.join[0])
        return {name: (f"b.{other.cell(name)}", kind) for name, kind in other.columns.items()} | own

    def _source(self, column: Column) -> Source | None:
        """Where the column comes from: its mapping, else the file's column of that name; None if there is neither."""
        text = self.mapped.columns.get(column.name)
        if text is None and column.name in self.columns and not self.mapped.one_row_per_key:
            text = column.name
        if text is None:
            self._check_missing(column)
            return None
        return self._direct(column, text) if text in self.columns else self._computed(column, text)

    def _direct(self, column: Column, name: str) -> Source:
        self._use((name,))
        cell, sql_type = self.columns[name]
        kind = kind_of(sql_type)
        if kind not in READS[column.type]:
            what = f"the column holds {sql_type} values, which cannot be {column.type}"
            raise self.raw.bad(what, f"Write it as {SQL_TYPE[column.type]} or as text", column=name)
        label = name if name in self.raw.columns or not self.mapped.join else f"{name} of {self.mapped.join[0]}"
        return self._grouped(column, Source(cell, kind, label))

    def _computed(self, column: Column, text: str) -> Source:
        expression = self._expression(column.name, text)
        self._use(expression.columns)
        self.params |= expression.params
        result = expression.result
        if result == "truth" or result == "blank" or result not in READS[column.type]:
            raise self._bad_setting(column.name, f"{text!r} gives a {result}, which cannot be {column.type}")
        source = Source(expression.sql, result, f"{column.name} (made by {self.files.mapping.origin})")
        return source if expression.aggregates else self._grouped(column, source)

    def _grouped(self, column: Column, source: Source) -> Source:
        """With one row per key: the key as text, and of other columns the first value in the file."""
        if not self.mapped.one_row_per_key:
            return source
        if column.name in self.table.key:
            return Source(as_text(source.kind, source.sql), "text", source.label)
        return Source(f"arg_min({source.sql}, a.source_row)", source.kind, source.label)

    def _expression(self, column: str, text: str) -> Expression:
        prefix = f"{self.table.name}_{column}"
        try:
            expression = compile_expression(text, self.columns, self.raw.options.decimal, prefix)
        except BadExpression as problem:
            raise self._bad_setting(column, str(problem)) from None
        if expression.aggregates and (not self.mapped.one_row_per_key or column in self.table.key):
            raise self._bad_setting(column, "only columns beside the key of a table with one_row_per_key can aggregate")
        own = tuple(name for name in expression.numbers if name in self.raw.columns)
        check_numbers(self.files, self.mapped.source, own)
        if self.mapped.join:
            check_numbers(self.files, self.mapped.join[0], tuple(set(expression.numbers) - set(own)))
        return expression

    def _bad_setting(self, column: str, what: str) -> BadInput:
        return self.files.mapping.bad(f"[tables.{self.table.name}] {column}", what)

    def _use(self, columns: tuple[str, ...]) -> None:
        self.files.used[self.mapped.source].update(columns)
        if self.mapped.join:
            self.files.used[self.mapped.join[0]].update(columns)

    def _check_missing(self, column: Column) -> None:
        if column.required:
            hint = near(column.name, self.raw.columns)
            what = f"the column {column.name!r} is missing; the header has {', '.join(self.raw.columns)}{hint}"
            raise self.raw.bad(what, "Rename the column, or map it in mapping.toml", column=column.name)

    def _cells(self) -> str:
        """SQL: source_row, row_hash, and for each column what was given and what could be read of it."""
        raw_cells = ", ".join(f"a.{self.raw.cell(name)}" for name in self.raw.columns)
        grouped = self.mapped.one_row_per_key
        place = "min(a.source_row) AS source_row, 0 AS row_hash"
        place = place if grouped else f"a.source_row AS source_row, hash({raw_cells}) AS row_hash"
        cells = "".join(f", {source.sql} AS {name}" for name, source in self.sources.items())
        some = " AND ".join(f"{self.sources[name].sql} IS NOT NULL" for name in self.table.key if grouped)
        tail = f"WHERE {some} GROUP BY {', '.join(self.table.key)}" if grouped else ""
        read = ", ".join(self._read(column) for column in self.table.columns)
        return f"SELECT source_row, row_hash, {read} FROM (SELECT {place}{cells} FROM {self.relation} {tail})"

    def _read(self, column: Column) -> str:
        source = self.sources.get(column.name)
        if source is None:
            return f"NULL AS given_{column.name}, NULL::{SQL_TYPE[column.type]} AS {column.name}"
        formats: list[str] = []
        if column.type in DATES and source.kind == "text":
            formats = [f"format_{i}" for i in range(len(self.raw.options.dates))]
            self.params |= dict(zip(formats, self.raw.options.dates, strict=True))
        value = typed(column.type, source.kind, column.name, self.raw.options.decimal, formats)
        return f"{given(source.kind, column.name)} AS given_{column.name}, {value} AS {column.name}"

    def _bad(self) -> str:
        """SQL: the position, from 1, of the first column that cannot be read; negative for one wrongly blank; or 0."""
        cases = []
        for i, column in enumerate(self.table.columns, 1):
            if column.name in self.sources:
                cases.append(f"WHEN given_{column.name} IS NOT NULL AND {column.name} IS NULL THEN {i}")
                cases.extend([f"WHEN given_{column.name} IS NULL THEN -{i}"] * column.required)
        return f"CASE {' '.join(cases)} ELSE 0 END"

    def _complain(self) -> None:
        table = f"typed_{self.table.name}"
        found = self.files.one(
            f"SELECT bad, min(source_row) FROM {table} WHERE bad <> 0 GROUP BY bad ORDER BY 2 LIMIT 1"
        )
        if not found:
            return
        bad, row = int(found[0]), int(found[1])
        column = self.table.columns[abs(bad) - 1]
        condition = f"given_{column.name} IS {'NOT ' if bad > 0 else ''}NULL AND {column.name} IS NULL"
        count, value = self._cell(condition, column.name, row)
        if bad < 0:
            what, remedy = "the cell is blank", "Fill it in, or remove the row"
        else:
            what, remedy = unreadable(column.type, value, self.mapped.source)
        raise self.raw.bad(what + such_cells(count), remedy, row, self.sources[column.name].label)

    def _cell(self, condition: str, name: str, row: int) -> tuple[int, str]:
        """How many cells meet `condition`, and the text of the one in `row`."""
        count, value = self.files.one(
            f"""SELECT count(*), any_value(given_{name}::VARCHAR) FILTER (source_row = {row})
            FROM ({self.cells}) WHERE {condition}""",
            self.params,
        )
        return count, str(value)
