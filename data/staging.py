"""Staging as SQL for engines: the ingest's rules over tables instead of files, made from the contract.

Written in DuckDB's words and brought into every dialect's by `data.dialects`; `python -m data.marts` commits it to
`data/sql/<dialect>/staging`. It finds the tables `given_<table>`: the contract's columns, texts as text, numbers as
DOUBLE, days and moments as TIMESTAMP, NULL in absent ones.
"""

# ruff: noqa: S608 - every identifier in these statements is a constant of ours

from typing import Final

from data.engines.steps import filled_rules, searches, typed_rules
from data.ingest.cells import BLANKS, LARGEST_WHOLE, MAX_TEXT_BYTES, PROTOTYPE
from data.ingest.clean import repairs
from data.schema import SQL_TYPE, TABLES, Column, Table, staging_columns

LARGEST: Final = 1e300  # neither infinity nor NaN, which engines sort above or below all numbers, lies between
LATEST_FIRST: Final = ("moment", "date", "month")


def selects() -> dict[str, str]:
    """The SELECT of every step of `data.engines.steps`, by its name."""
    made = {"sold": _sold()}
    for table in TABLES.values():
        made |= {
            f"typed_{table.name}": _typed(table),
            f"filled_{table.name}": _filled(table),
            f"doubled_{table.name}": _doubled(table),
            f"kept_{table.name}": _kept(table),
            table.name: _staged(table),
            f"found_{table.name}": _found(table),
        }
    return made | {"found_between": _found_between()}


def _typed(table: Table) -> str:
    columns = [f"{_read(column)} AS {column.name}" for column in table.columns]
    columns += [
        f"coalesce({_given(column)}, false) AND {_read(column)} IS NULL AS unread_{column.name}"
        for column in table.columns
        if f"{column.name}_unread" in typed_rules(table)
    ]
    return f"SELECT {', '.join(columns)} FROM given_{table.name}"


def _read(column: Column) -> str:
    """SQL: the value as the contract's type, NULL where it cannot be."""
    cell = column.name
    if column.type == "text":
        foul = f"replace({cell}, '__', '') <> {cell} AND replace(lower({cell}), '{PROTOTYPE}', '') <> lower({cell})"
        return f"CASE WHEN strlen({cell}) <= {MAX_TEXT_BYTES} AND NOT ({foul}) THEN {_trimmed(cell)} END"
    if column.type == "whole number":
        whole = f"{cell} = floor({cell}) AND abs({cell}) < {LARGEST_WHOLE:.0f}"
        return f"CASE WHEN {whole} THEN CAST({cell} AS BIGINT) END"
    if column.type in ("number", "money"):
        return f"CASE WHEN abs({cell}) < {LARGEST:.0e} THEN {cell} END"
    if column.type == "moment":
        return cell
    return f"CAST({cell} AS DATE)" if column.type == "date" else f"CAST(date_trunc('month', {cell}) AS DATE)"


def _given(column: Column) -> str:
    return f"{_trimmed(column.name) if column.type == 'text' else column.name} IS NOT NULL"


def _trimmed(cell: str) -> str:
    return f"nullif(trim({cell}, {BLANKS}), '')"


def _filled(table: Table) -> str:
    """With `given_<column>` where a value was filled in, and `aside` where the row is left out."""
    source, sold = f"typed_{table.name}", ""
    if table.name == "inventory":
        source += f" LEFT JOIN sold USING ({', '.join(table.key)})"
        sold = ", coalesce(sold_units, 0) AS sold_units"
    repaired = ", ".join(f"{_repaired(column)} AS {column.name}" for column in table.columns)
    filled = [f"{_or_filling(table, column)} AS {column.name}" for column in table.columns]
    filled += [f"{c.name} IS NOT NULL AS given_{c.name}" for c in table.columns if c.if_missing]
    aside = " OR ".join(f"coalesce({rule.condition}, false)" for rule in filled_rules(table).values())
    return f"""SELECT *, {aside} AS aside FROM (
        SELECT {", ".join(filled)} FROM (SELECT {repaired}{sold} FROM {source}) AS repaired) AS filled"""


def _repaired(column: Column) -> str:
    value = column.name
    for rule in repairs(column):
        value = f"CASE WHEN {rule.condition} THEN {'NULL' if column.nullable else '0'} ELSE {value} END"
    return value


def _or_filling(table: Table, column: Column) -> str:
    """An engine has no row numbers, so a line without an id is named by all that it says."""
    if column.name == "line_id":
        said = ", '|', ".join(f"coalesce(CAST({c.name} AS VARCHAR), '')" for c in table.columns if c != column)
        return f"coalesce(line_id, 'L' || md5(concat({said})))"
    return f"coalesce({column.name}, {column.if_missing})" if column.if_missing else column.name


def _doubled(table: Table) -> str:
    """Rows of a key that several have. copy: 1, 2 … among those alike in all; version: 1 is the one that is kept."""
    key, names = ", ".join(table.key), [column.name for column in table.columns]
    rest = sorted((c for c in table.columns if c.name not in table.key), key=lambda c: c.type not in LATEST_FIRST)
    largest = ", ".join(f"{column.name} DESC NULLS LAST" for column in rest)
    flags = "".join(f", given_{c.name}" for c in table.columns if c.if_missing)
    same = " AND ".join(f"rows_of_all.{name} = twins.{name}" for name in table.key)
    every = ", ".join(f"rows_of_all.{name}" for name in names)
    return f"""SELECT *, row_number() OVER (PARTITION BY {key}, copy = 1 ORDER BY {largest}) AS version FROM (
        SELECT {every}{flags}, row_number() OVER (PARTITION BY {every} ORDER BY {every}) AS copy
        FROM filled_{table.name} AS rows_of_all
        JOIN (SELECT {key} FROM filled_{table.name} WHERE NOT aside GROUP BY {key} HAVING count(*) > 1) AS twins
        ON {same} WHERE NOT aside) AS copies"""


def _kept(table: Table) -> str:
    names = [c.name for c in table.columns] + [f"given_{c.name}" for c in table.columns if c.if_missing]
    same = " AND ".join(f"single.{name} = twins.{name}" for name in table.key)
    key = ", ".join(table.key)
    return f"""SELECT {", ".join(f"single.{name}" for name in names)} FROM filled_{table.name} AS single
        LEFT JOIN (SELECT DISTINCT {key} FROM doubled_{table.name}) AS twins ON {same}
        WHERE NOT single.aside AND twins.{table.key[0]} IS NULL
        UNION ALL SELECT {", ".join(names)} FROM doubled_{table.name} WHERE copy = 1 AND version = 1"""


def _sold() -> str:
    return """SELECT CAST(date_trunc('month', sold_at) AS DATE) AS month, store_id, product_id,
        CAST(sum(quantity) AS BIGINT) AS sold_units FROM kept_sales GROUP BY 1, 2, 3"""


def _staged(table: Table) -> str:
    """The kept rows with money in cents; in dimensions, a row for every id that only other tables know too."""
    values = ", ".join(f"{column.value} AS {column.name}" for column in staging_columns(table))
    select = f"SELECT {values} FROM kept_{table.name}"
    named = [(t.name, c.name) for t in TABLES.values() for c in t.columns if c.references == table.name]
    if not named:
        return select
    key = table.key[0]
    ids = " UNION ALL ".join(f"SELECT {column} AS {key} FROM kept_{name}" for name, column in named)
    stub = ", ".join(f"{_stub(column, table)} AS {column.name}" for column in table.columns)
    return f"""{select} UNION ALL SELECT {stub} FROM (SELECT DISTINCT {key} FROM ({ids}) AS named) AS strange
        LEFT JOIN (SELECT {key} AS known_id FROM kept_{table.name}) AS known ON {key} = known_id
        WHERE known_id IS NULL AND {key} IS NOT NULL"""


def _stub(column: Column, table: Table) -> str:
    """A table without any row was not supplied, and then nobody is a stranger in it."""
    if column.name == table.key[0] or column.if_missing == table.key[0]:
        return table.key[0]
    default = column.if_missing or f"CAST(NULL AS {SQL_TYPE[column.type]})"
    if table.required or not default.startswith("'("):
        return "'(unknown)'" if default.startswith("'(") else default
    return f"CASE WHEN (SELECT count(*) FROM kept_{table.name}) = 0 THEN {default} ELSE '(unknown)' END"


def _found(table: Table) -> str:
    """One row: rows read, kept, and the count of every rule."""
    typed = [f"{_count(rule.condition)} AS {name}" for name, rule in typed_rules(table).items()]
    filled = [f"{_count(rule.condition)} AS {name}" for name, rule in filled_rules(table).items()]
    parts = [f"SELECT {', '.join(['count(*) AS rows_read', *typed])} FROM typed_{table.name}"]
    parts += [f"SELECT {', '.join(filled)} FROM filled_{table.name}"]
    twice = f"{_count('copy > 1')} AS copies, {_count('copy = 1 AND version > 1')} AS versions"
    parts += [
        f"SELECT {twice} FROM doubled_{table.name}",
        f"SELECT count(*) AS rows_kept FROM kept_{table.name}",
        f"SELECT count(*) AS rows_staged FROM {table.name}",
    ]
    return _side_by_side(parts)


def _found_between() -> str:
    """One row: of <name>_of rows that were looked at, <name>_count are wrong."""
    return _side_by_side(
        [
            f"SELECT count(*) AS {name}_of, {_count(search.condition)} AS {name}_count FROM {search.looked}"
            for name, (_, search) in searches().items()
        ]
    )


def _count(condition: str) -> str:
    return f"CAST(coalesce(sum(CASE WHEN {condition} THEN 1 ELSE 0 END), 0) AS BIGINT)"


def _side_by_side(parts: list[str]) -> str:
    return "SELECT * FROM " + " CROSS JOIN ".join(f"({part}) AS part_{i}" for i, part in enumerate(parts))
