"""The data-quality report of tables that were cleaned in an engine, in the ingest's own words."""

from collections.abc import Mapping
from typing import Final

from data.engines.protocol import Columns, Engine, EngineError
from data.engines.steps import filled_rules, searches, typed_rules
from data.ingest.clean import SMALLEST_SHARE
from data.ingest.load import with_derived
from data.ingest.quality import Check, QualityReport, TableRead
from data.said import Said, english, say
from data.schema import TABLES, Table

Row = Mapping[str, int]
COPIES: Final = (say("delivered more than once, word for word"), say("extra rows left out"))
KEPT_OF_SEVERAL: Final = say("the latest or largest row kept, others left out")
# What is looked for only where a table, or a column of it, is there.
NEEDED: Final = {
    "amounts": ("sales", {"discount_amount", "net_amount"}),
    "costs": ("products", {"unit_cost"}),
    "ledger_3": ("inventory", {"received_units"}),
}


def report_of(engine: Engine, given: Mapping[str, Columns], currency: str) -> QualityReport:
    """What the engine found on the way to staging. given: the raw tables that are there, with their columns.

    Raises EngineError where a required table is empty or more than half of a table would be left out.
    """
    rows = {
        name: engine.row(f"SELECT * FROM found_{name}")  # noqa: S608 - a contract name
        for name in TABLES
    }
    for name in given:
        _refuse(engine, TABLES[name], rows[name], set(given[name]))
    between = engine.row("SELECT * FROM found_between")
    checks = [check for name in given for check in _in_table(TABLES[name], rows[name], set(given[name]))]
    checks += [check for name in searches() if (check := _between(name, between, given))]
    supplied = {name: with_derived(TABLES[name], set(columns)) for name, columns in given.items()}
    return QualityReport(
        tables=tuple(_read(engine, name, rows[name], name in given) for name in TABLES),
        checks=tuple(checks),
        supplied=supplied,
        ignored={
            engine.relation(name): [column for column in columns if column not in _names(name)]
            for name, columns in given.items()
        },
        currency=currency,
        derived={name: [c for c in supplied[name] if c not in given[name]] for name in given},
    )


def _in_table(table: Table, row: Row, given: set[str]) -> list[Check]:
    rules = typed_rules(table) | filled_rules(table)
    checks = [
        _check(table, (rule.column,), rule.name, row[name], row["rows_read"], rule.treatment)
        for name, rule in rules.items()
    ]
    checks.append(_check(table, table.key, COPIES[0], row["copies"], row["rows_read"], COPIES[1]))
    if set(table.key) <= given:
        several = say("several rows for one {key}", key=" × ".join(table.key))
        checks.append(_check(table, table.key, several, row["versions"], row["rows_read"], KEPT_OF_SEVERAL))
    return checks


def _check(table: Table, columns: tuple[str, ...], name: Said, count: int, of: int, treatment: Said) -> Check:
    return Check(name, table.name, tuple(f"{table.name}.{column}" for column in columns), count, of, treatment)


def _between(name: str, row: Row, given: Mapping[str, Columns]) -> Check | None:
    table, search = searches()[name]
    needed = NEEDED.get(name)
    other = table.column(search.columns[0]).references if len(search.columns) == 1 else None
    absent = table.name not in given or (other is not None and other not in given)
    if absent or (needed and not needed[1] <= set(given[table.name])):
        return None
    columns = tuple(f"{table.name}.{column}" for column in search.columns)
    found = (row[f"{name}_count"], row[f"{name}_of"])
    return Check(search.name, table.name, columns, *found, search.treatment, identity=search.identity)


def _read(engine: Engine, name: str, row: Row, given: bool) -> TableRead:
    if given:
        return TableRead(name, engine.relation(name), row["rows_read"], row["rows_kept"])
    return TableRead(name, "", 0, row["rows_staged"])


def _refuse(engine: Engine, table: Table, row: Row, given: set[str]) -> None:
    read, kept = row["rows_read"], row["rows_kept"]
    if not read and table.required:
        raise EngineError(f"{engine.relation(table.name)} in {engine.place} has no row", "Fill it, then run it again")
    if kept < SMALLEST_SHARE * read:
        gone = [
            check for check in _in_table(table, row, given) if check.count and check.treatment["text"][-3:] == "out"
        ]
        reasons = "; ".join(f"{english(check.name)}: {check.count:,} rows" for check in gone)
        what = f"more than half of {table.name} would be set aside ({read - kept:,} of {read:,} rows): {reasons}"
        raise EngineError(f"{engine.place}: {what}", "Check units, dates and columns of the table, then run it again")


def _names(table: str) -> set[str]:
    return {column.name for column in TABLES[table].columns}
