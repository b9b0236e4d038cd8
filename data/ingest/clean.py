"""Typed tables → `staging`: implausible values and doubled rows are set aside, each of them counted."""

# ruff: noqa: S608 - every identifier in these statements is a constant of ours; values go in as parameters

from dataclasses import dataclass
from typing import Final

from data.ingest.bad_input import BadInput
from data.ingest.files import Files
from data.ingest.quality import MAX_EXAMPLES, Check, plain
from data.ingest.shape import Typed
from data.said import Said, english, say
from data.schema import EARLIEST, Column, Table, staging_columns, staging_ddl

LEFT_OUT: Final = say("row left out")
SMALLEST_SHARE: Final = 0.5  # a load that keeps less of a table is turned down: something is wrong with all of it
LATEST: Final = "current_date + 1"
SOLD: Final = """CREATE OR REPLACE TEMP TABLE sold AS
    SELECT date_trunc('month', sold_at)::DATE AS month, store_id, product_id, sum(quantity)::BIGINT AS sold_units
    FROM staging.sales GROUP BY ALL"""


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that makes a value or a row implausible. condition: SQL over the table's columns."""

    name: Said
    column: str
    condition: str
    treatment: Said


def clean_table(files: Files, made: Typed) -> tuple[int, list[Check]]:
    """Fill `staging.<table>` from `temp.typed_<table>`. Returns the rows kept, and what was found.

    Raises BadInput if more than half of the rows would be set aside.
    """
    table = made.table
    _view_filled(files, table)
    checks = _count(files, made, [rule for c in table.columns for rule in repairs(c)], f"typed_{table.name}")
    left_out = [rule for c in table.columns for rule in rejections(c)]
    set_aside = _count(files, made, left_out, f"filled_{table.name}") + _doubles(files, made, left_out)
    _insert(files, table, left_out)
    kept = int(files.one(f"SELECT count(*) FROM staging.{table.name}")[0])
    if not made.rows and table.required:
        raise made.raw.bad(f"the mapping leaves no row for {table.name}", "Check its conditions and the files it joins")
    if kept < SMALLEST_SHARE * made.rows:
        raise _refusal(made, kept, set_aside)
    return kept, checks + set_aside


def empty_table(files: Files, table: Table) -> None:
    """Make `staging.<table>` without rows."""
    files.con.execute(staging_ddl(table))


def repairs(column: Column) -> list[Rule]:
    """What is put right in an implausible value, its row being kept."""
    name = column.name
    if column.nullable:
        found, done = say("{column} is implausible", column=name), say("value left blank")
        return [Rule(found, name, limit, done) for limit in _limits(column)]
    if column.if_below == "zero":
        return [Rule(say("{column} is below 0", column=name), name, f"{name} < {column.low}", say("read as 0"))]
    return []


def rejections(column: Column) -> list[Rule]:
    """What sets a whole row aside."""
    name = column.name
    rules = [Rule(say("{column} is 0", column=name), name, f"{name} = 0", LEFT_OUT)] if column.not_zero else []
    if not column.nullable:
        rules += [Rule(_out_of_range(column), name, limit, LEFT_OUT) for limit in _limits(column)]
    return rules


def _limits(column: Column) -> list[str]:
    """SQL that is true for a value outside the plausible range."""
    if column.type in ("date", "moment", "month"):
        return [f"({column.name} < DATE '{EARLIEST}' OR {column.name} >= {LATEST} + 1)"]
    if column.low is None or column.high is None:
        return []
    low = "" if column.if_below == "zero" else f"{column.name} < {column.low} OR "
    return [f"({low}{column.name} > {column.high})"]


def _out_of_range(column: Column) -> Said:
    name = column.name
    if column.low is None or column.high is None:
        return say("{column} is before {day} or after tomorrow", column=name, day=EARLIEST)
    low, high = round(column.low), round(column.high)
    if column.if_below == "zero":
        return say("{column} is above {high}", column=name, high=high)
    return say("{column} is below {low} or above {high}", column=name, low=low, high=high)


def _view_filled(files: Files, table: Table) -> None:
    """`filled_<table>`: the typed rows with implausible values repaired and absent ones filled in.

    given_<column>: whether the row itself has a value there; one that was filled in agrees with the others anyway.
    """
    repaired = []
    for column in table.columns:
        value, repair = column.name, "NULL" if column.nullable else "0"
        for rule in repairs(column):
            value = f"CASE WHEN {rule.condition} THEN {repair} ELSE {value} END"
        repaired.append(f"{value} AS {column.name}")
    filled = [f"coalesce({c.name}, {c.if_missing}) AS {c.name}" if c.if_missing else c.name for c in table.columns]
    filled += [f"{c.name} IS NOT NULL AS given_{c.name}" for c in table.columns if c.if_missing]
    source, more = f"typed_{table.name}", ""
    if any("sold_units" in (column.if_missing or "") for column in table.columns):
        files.con.execute(SOLD)
        source, more = (
            f"{source} LEFT JOIN sold USING (month, store_id, product_id)",
            ", coalesce(sold_units, 0) AS sold_units",
        )
    files.con.execute(f"""CREATE OR REPLACE TEMP VIEW filled_{table.name} AS
        SELECT source_row, row_hash, {", ".join(filled)} FROM (
            SELECT source_row, row_hash{more}, {", ".join(repaired)} FROM {source})""")


def _count(files: Files, made: Typed, rules: list[Rule], relation: str) -> list[Check]:
    """One check per rule on a column the file holds, all counted in one reading of the rows."""
    if not rules:
        return []
    counts = ", ".join(f"count(*) FILTER ({rule.condition})" for rule in rules)
    found = files.one(f"SELECT {counts} FROM {relation}")
    return [_check(files, made, rule, relation, count) for rule, count in zip(rules, found, strict=True)]


def _check(files: Files, made: Typed, rule: Rule, relation: str, count: int) -> Check:
    names = ("source_row", *made.table.key, rule.column) if count else ()
    first = examples(files, f"{relation} WHERE {rule.condition}", tuple(dict.fromkeys(names)))
    column = f"{made.table.name}.{rule.column}"
    return Check(rule.name, made.table.name, (column,), count, made.rows, rule.treatment, first)


def examples(files: Files, rows: str, columns: tuple[str, ...]) -> tuple[dict[str, object], ...]:
    """The first five of `rows` (SQL from FROM on), in the order of the file; nothing if no columns are asked for."""
    if not columns:
        return ()
    found = files.con.execute(f"SELECT {', '.join(columns)} FROM {rows} ORDER BY source_row LIMIT {MAX_EXAMPLES}")
    names = tuple("row" if column == "source_row" else column for column in columns)
    return tuple(plain(names, row) for row in found.fetchall())


def _doubles(files: Files, made: Typed, left_out: list[Rule]) -> list[Check]:
    """Find rows delivered twice, and rows that contradict a later one of the same key: `temp.doubled_<table>`.

    Without a line_id in the file, a sale is the same only if its whole row is, cells no one uses included.
    """
    table, name = made.table, made.table.name
    named = set(table.key) <= set(made.supplied)
    key = ", ".join(table.key) if named else "row_hash"
    same = ", ".join(column.name for column in table.columns) if named else ", ".join(("row_hash", *made.supplied))
    plausible = f"(SELECT * FROM filled_{name} WHERE NOT {_any(left_out)})"
    files.con.execute(f"""CREATE OR REPLACE TEMP TABLE doubled_{name} AS
        WITH twins AS (SELECT {key} FROM {plausible} GROUP BY ALL HAVING count(*) > 1),
        copies AS (
            SELECT *, row_number() OVER (PARTITION BY {same} ORDER BY source_row DESC) AS copy
            FROM {plausible} SEMI JOIN twins USING ({key})),
        ranked AS (
            SELECT *, row_number() OVER (PARTITION BY {key}, copy = 1 ORDER BY source_row DESC) AS version
            FROM copies)
        SELECT source_row, {", ".join(table.key)}, copy > 1 AS is_copy FROM ranked WHERE copy > 1 OR version > 1""")
    kinds = [(say("delivered more than once, word for word"), "is_copy", say("extra rows left out"))]
    if named:
        several = say("several rows for one {key}", key=" × ".join(table.key))
        kinds.append((several, "NOT is_copy", say("last row kept, others left out")))
    rows = {condition: f"doubled_{name} WHERE {condition}" for _, condition, _ in kinds}
    counts = {condition: files.one(f"SELECT count(*) FROM {rows[condition]}")[0] for condition in rows}
    columns = tuple(f"{name}.{column}" for column in table.key)
    return [
        Check(
            what, name, columns, counts[condition], made.rows, treatment,
            examples(files, rows[condition], ("source_row", *table.key) if counts[condition] else ()),
        )
        for what, condition, treatment in kinds
    ]  # fmt: skip


def _insert(files: Files, table: Table, left_out: list[Rule]) -> None:
    """Fill the staging table from `kept_<table>`: the rows that passed, with their source_row."""
    files.con.execute(f"""CREATE OR REPLACE TEMP VIEW kept_{table.name} AS
        SELECT * FROM filled_{table.name} ANTI JOIN doubled_{table.name} USING (source_row)
        WHERE NOT {_any(left_out)}""")
    empty_table(files, table)
    values = ", ".join(column.value for column in staging_columns(table))
    files.con.execute(f"INSERT INTO staging.{table.name} SELECT {values} FROM kept_{table.name}")


def _any(rules: list[Rule]) -> str:
    return f"({' OR '.join(f'coalesce({rule.condition}, false)' for rule in rules) or 'false'})"


def _refusal(made: Typed, kept: int, set_aside: list[Check]) -> BadInput:
    reasons = "; ".join(f"{english(check.name)}: {check.count:,} rows" for check in set_aside if check.count)
    lost = f"{made.rows - kept:,} of {made.rows:,} rows"
    what = f"more than half of {made.table.name} would be set aside ({lost}): {reasons}"
    return made.raw.bad(what, "Check units, dates and columns of the file, and load it again")
