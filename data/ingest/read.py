"""Files of the input folder → rows DuckDB can read. A file that is not what it claims raises BadInput."""

# ruff: noqa: S608 - every identifier in these statements is a constant of ours; values go in as parameters

import csv
import re
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb

from data.ingest.bad_input import BadInput, listed, near
from data.ingest.file_bytes import first_line, survey

SUFFIXES: Final = (".csv", ".csv.gz", ".parquet")
MAX_COLUMNS: Final = 200
MAX_HEADER_CHARACTERS: Final = 1_000_000
DELIMITERS: Final = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
REDELIVER: Final = "Ask for the file again"


@dataclass(frozen=True, slots=True)
class FileOptions:
    """How to read one file. name: "" = found by its table. dates: strptime formats beside ISO 8601."""

    name: str = ""
    delimiter: str = ","
    encoding: str = "utf-8"
    decimal: str = "."
    dates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Raw:
    """A file DuckDB can read: `relation` yields source_row (1-based) and the cells c0, c1 … in file order.

    columns: header, normalised, → DuckDB type. params: values `relation` needs. stamp: size and time when checked.
    lines_match: data row n is line n + 1 of the file.
    """

    path: Path
    columns: dict[str, str]
    relation: str
    params: dict[str, Any]
    rows: int
    options: FileOptions
    stamp: tuple[int, int]
    lines_match: bool = False

    def cell(self, column: str) -> str:
        """The cell of `column` in `relation`: c0, c1 …"""
        return f"c{list(self.columns).index(column)}"

    def bad(self, what: str, remedy: str, row: int | None = None, column: str | None = None) -> BadInput:
        """The complaint about this file, with the line of the file where it is known."""
        complaint = BadInput(self.path.name, what, remedy, row, column)
        complaint.line = row + 1 if row and self.lines_match else None
        return complaint


def find_file(folder: Path, stem: str, name: str, required: bool) -> Path | None:
    """The file of a table: `name` if the mapping gives one, else stem.csv, .csv.gz or .parquet. None if absent."""
    names = [name] if name else [stem + suffix for suffix in SUFFIXES]
    present = _names_in(folder)
    found = [candidate for candidate in names if candidate in present]
    if len(found) > 1:
        raise BadInput(found[0], f"the folder also has {listed(found[1:])}", "Keep the one that is current")
    if not found and required:
        hint = near(names[0], present) or f"; the folder has {listed(sorted(present))}"
        remedy = f"Put {' or '.join(names)} into the folder"
        raise BadInput(names[0], f"the file is missing{hint}", remedy)
    return folder / found[0] if found else None


def _names_in(folder: Path) -> set[str]:
    try:
        return {entry.name for entry in folder.iterdir()}
    except OSError as problem:
        raise BadInput(
            str(folder), f"the folder cannot be read ({problem.strerror})", "Name a folder of files"
        ) from None


def read_file(con: duckdb.DuckDBPyConnection, path: Path, options: FileOptions, number: int) -> Raw:
    """Check `path` and make it readable. number: tells this file's temporary table from the others'."""
    stamp = file_stamp(path)
    if path.name.endswith(".parquet"):
        return _read_parquet(con, path, options, number, stamp)
    return _read_csv(con, path, options, number, stamp)


def file_stamp(path: Path) -> tuple[int, int]:
    """Size in bytes and time of change [ns] of a regular, readable, non-empty file; else BadInput."""
    try:
        about = path.stat()
        if stat.S_ISDIR(about.st_mode):
            raise BadInput(path.name, "this is a folder, not a file", "Put the file itself into the input folder")
        if not stat.S_ISREG(about.st_mode):
            raise BadInput(path.name, "this is a device or pipe, not a file", "Put a plain file in its place")
        with path.open("rb"):
            pass
    except OSError as problem:
        what = "the link leads nowhere" if path.is_symlink() else "the file cannot be opened"
        remedy = "Put the file itself there, readable for the account that runs the load"
        raise BadInput(path.name, f"{what} ({problem.strerror})", remedy) from None
    if not about.st_size:
        raise BadInput(path.name, "the file is empty", REDELIVER)
    return about.st_size, about.st_mtime_ns


def check_unchanged(raws: Iterable[Raw]) -> None:
    """BadInput if a file was written to while it was being read."""
    for raw in raws:
        if file_stamp(raw.path) != raw.stamp:
            raise raw.bad("the file changed while it was read", "Wait until it is fully written, then load again")


def normalised(header: Iterable[str], file: str) -> list[str]:
    """Header cells in lower case, spaces as _, nameless ones numbered; BadInput for too many or doubled names."""
    names = [re.sub(r"\s+", "_", name.strip().lower()) or f"column_{i}" for i, name in enumerate(header, 1)]
    if len(names) > MAX_COLUMNS:
        raise BadInput(file, f"the header names {len(names):,} columns", f"Send at most {MAX_COLUMNS}")
    for i, name in enumerate(names):
        if name in names[:i]:
            raise BadInput(file, f"the header names {name!r} twice", "Remove or rename one of the two", column=name)
    return names


def _read_csv(
    con: duckdb.DuckDBPyConnection, path: Path, options: FileOptions, number: int, stamp: tuple[int, int]
) -> Raw:
    lines = survey(path, options.encoding)
    columns = _csv_header(path, options)
    table = f"temp.raw_{number}"
    try:
        rows = _load_csv(con, path, options, table, len(columns))
    except duckdb.Error as problem:
        raise _csv_complaint(path, str(problem), len(columns)) from None
    if not rows:
        raise BadInput(path.name, "the file has a header and no rows", REDELIVER)
    relation = f"(SELECT rowid + 1 AS source_row, * FROM {table})"
    types = dict.fromkeys(columns, "VARCHAR")
    return Raw(path, types, relation, {}, rows, options, stamp, lines_match=lines == rows + 1)


def _csv_header(path: Path, options: FileOptions) -> list[str]:
    """The first line's names; says which delimiter the file seems to use if it is not the expected one."""
    first = first_line(path, options.encoding, MAX_HEADER_CHARACTERS)
    header = next(csv.reader([first], delimiter=options.delimiter), [])
    counts = {mark: first.count(mark) for mark in DELIMITERS}
    likely = max(counts, key=lambda mark: counts[mark])
    if len(header) == 1 and counts[likely]:
        what = f"the header has no {DELIMITERS.get(options.delimiter, options.delimiter)}; "
        what += f"the columns look separated by {DELIMITERS[likely]}"
        raise BadInput(path.name, what, f"Save it with commas, or set delimiter = {likely!r} in mapping.toml")
    return normalised(header, path.name)


def _load_csv(con: duckdb.DuckDBPyConnection, path: Path, options: FileOptions, table: str, width: int) -> int:
    """Copy the cells as text into `table`, file order kept. Returns the rows."""
    cells = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(width))
    statement = f"""CREATE OR REPLACE TEMP TABLE {table} AS SELECT * FROM read_csv(
        $path, auto_detect=false, header=true, delim=$delimiter, quote='"', escape='"', strict_mode=true,
        encoding=$encoding, columns={{{cells}}})"""
    values = {"path": str(path), "delimiter": options.delimiter, "encoding": options.encoding}
    con.execute(statement, values)
    return _count(con, table, {})


def _count(con: duckdb.DuckDBPyConnection, relation: str, params: dict[str, Any]) -> int:
    counted = con.execute(f"SELECT count(*) FROM {relation}", params).fetchone()
    return int(counted[0]) if counted else 0


def _csv_complaint(path: Path, problem: str, width: int) -> BadInput:
    """DuckDB's refusal of a CSV file, in the user's words."""
    line = re.search(r"CSV Error on Line: (\d+)", problem)
    found = re.search(r"Expected Number of Columns: \d+ Found: (\d+)", problem)
    if found:
        what = f"the row has {found[1]} fields, the header names {width}"
        remedy = "Put texts that hold a comma or a line break in quotes, and give every row all its fields"
    elif "unterminated quote" in problem:
        what = "a quotation mark is opened and not closed"
        remedy = 'Close it, or write a quotation mark inside a text twice ("")'
    elif "Maximum line size" in problem:
        what, remedy = "the row is longer than 2 MB", "Shorten it, or look for a quotation mark that is not closed"
    elif "reached an invalid state" in problem:
        what, remedy = "the line ends are mixed", "Save the file with one kind of line end throughout"
    else:
        what, remedy = f"the file cannot be read as CSV ({problem.splitlines()[0]})", "Save it again as CSV UTF-8"
    complaint = BadInput(path.name, what, remedy, row=max(1, int(line[1]) - 1) if line else None)
    complaint.line = int(line[1]) if line else None
    return complaint


def _read_parquet(
    con: duckdb.DuckDBPyConnection, path: Path, options: FileOptions, number: int, stamp: tuple[int, int]
) -> Raw:
    parameter = f"path_{number}"
    source, params = f"read_parquet(${parameter}, file_row_number=true)", {parameter: str(path)}
    try:
        described = con.execute(f"DESCRIBE SELECT * FROM {source}", params).fetchall()[:-1]
        rows = _count(con, source, params)
    except duckdb.Error as problem:
        what = f"this is no complete Parquet file ({str(problem).splitlines()[0]})"
        raise BadInput(path.name, what, REDELIVER + "; it may have been cut off while it was copied") from None
    if not rows:
        raise BadInput(path.name, "the file has columns and no rows", REDELIVER)
    names = normalised((str(column[0]) for column in described), path.name)
    types = [str(column[1]) for column in described]
    cells = [f"c{i}" for i in range(len(names))]
    values = ", ".join(_parquet_value(cell, sql_type) for cell, sql_type in zip(cells, types, strict=True))
    aliases = ", ".join([*cells, "file_row"])
    relation = f"(SELECT file_row + 1 AS source_row, {values} FROM {source} AS cells({aliases}))"
    return Raw(path, dict(zip(names, types, strict=True)), relation, params, rows, options, stamp)


def _parquet_value(cell: str, sql_type: str) -> str:
    """NaN, which some writers put for a missing number, as NULL; an instant as its UTC time."""
    if sql_type in ("FLOAT", "DOUBLE"):
        return f"nullif({cell}, 'NaN'::DOUBLE) AS {cell}"
    return f"timezone('UTC', {cell}) AS {cell}" if sql_type == "TIMESTAMP WITH TIME ZONE" else cell
