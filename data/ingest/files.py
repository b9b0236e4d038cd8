"""The files of one load: each is read once, and the mapping's rules decide which of its rows anyone sees."""

# ruff: noqa: S608 - every identifier in these statements is a constant of ours; values go in as parameters

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import duckdb

from data.ingest.cells import as_number, given, unreadable
from data.ingest.expressions import BadExpression, Expression, compile_expression
from data.ingest.mapping import Mapping
from data.ingest.quality import MAX_EXAMPLES, Check, plain
from data.ingest.read import Raw, find_file, read_file
from data.said import Progress, quoted, say

TREATMENTS: Final = {"leave_out": say("left out by the mapping"), "count": say("kept as the mapping says")}


@dataclass(slots=True)
class Files:
    """The input folder: each file is read once, however many tables come from it.

    known: tables that may be absent, as what is there already will do; expected: those that may not, for that reason.
    """

    con: duckdb.DuckDBPyConnection
    folder: Path
    mapping: Mapping
    progress: Progress
    known: frozenset[str] = frozenset()
    expected: frozenset[str] = frozenset()
    raws: dict[str, Raw] = field(default_factory=dict)
    used: dict[str, set[str]] = field(default_factory=dict)
    numeric: set[tuple[str, str]] = field(default_factory=set)

    def raw(self, alias: str, required: bool) -> Raw | None:
        """The file behind `alias`, read on first use; None if it may be absent and is."""
        if alias not in self.raws:
            options = self.mapping.file(alias).options
            needed = required or (bool(options.name) and alias not in self.known)
            path = find_file(self.folder, alias, options.name, needed)
            if path is None:
                return None
            self.progress(say("Reading {file}", file=path.name))
            self.raws[alias] = read_file(self.con, path, options, len(self.raws))
            self.used[alias] = set()
        return self.raws.get(alias)

    def supplier(self, alias: str) -> Raw:
        """The file behind `alias`, which must be there."""
        raw = self.raw(alias, required=True)
        if raw is None:
            raise KeyError(alias)
        return raw

    def one(self, statement: str, params: dict[str, Any] | None = None) -> tuple[Any, ...]:
        """The first row of a result."""
        return self.con.execute(statement, params or {}).fetchone() or ()


def rows_of(files: Files, alias: str, params: dict[str, Any]) -> str:
    """SQL: the rows of a file that the mapping does not leave out; its values are added to `params`."""
    raw = files.supplier(alias)
    params |= raw.params
    rules = _rules(files, alias, "leave_out")
    for rule in rules.values():
        params |= rule.params
    conditions = " AND ".join(f"NOT coalesce({rule.sql}, false)" for rule in rules.values())
    return f"(SELECT * FROM {raw.relation} WHERE {conditions})" if rules else raw.relation


def check_numbers(files: Files, alias: str, names: tuple[str, ...]) -> None:
    """BadInput if a cell of these columns, which an expression reads as numbers, is none."""
    raw = files.supplier(alias)
    for name in (name for name in names if name in raw.columns and (alias, name) not in files.numeric):
        cell = raw.cell(name)
        text, number = given("text", cell), as_number("text", cell, raw.options.decimal)
        count, row, value = files.one(
            f"""SELECT count(*), min(source_row), arg_min({text}, source_row) FROM {raw.relation}
            WHERE {text} IS NOT NULL AND {number} IS NULL""",
            raw.params,
        )
        if count:
            what, remedy = unreadable("number", value, alias)
            raise raw.bad(what + such_cells(count), remedy, row, name)
        files.numeric.add((alias, name))


def such_cells(count: int) -> str:
    """How many more cells a complaint stands for."""
    return f" ({count:,} such cells)" if count > 1 else ""


def rule_checks(files: Files, table: str, alias: str) -> list[Check]:
    """What leave_out and count found in a file; a row that meets several rules counts for the first."""
    raw = files.supplier(alias)
    checks = []
    for section, treatment in TREATMENTS.items():
        rules = _rules(files, alias, section)
        if rules:
            _find_met(files, alias, section, rules)
        for i, (reason, rule) in enumerate(rules.items()):
            count = files.one(f"SELECT count(*) FROM met_rules WHERE met = {i}")[0]
            examples = _met(files, raw, i, rule.columns)
            checks.append(Check(quoted(reason), table, (), count, raw.rows, treatment, examples))
    return checks


def _find_met(files: Files, alias: str, section: str, rules: dict[str, Expression]) -> None:
    """`met_rules`: the rows that meet a rule, and which."""
    params = dict(files.supplier(alias).params)
    source = files.supplier(alias).relation if section == "leave_out" else rows_of(files, alias, params)
    for rule in rules.values():
        params |= rule.params
        check_numbers(files, alias, rule.numbers)
    cases = " ".join(f"WHEN {rule.sql} THEN {i}" for i, rule in enumerate(rules.values()))
    statement = f"SELECT *, CASE {cases} END AS met FROM {source} WHERE met IS NOT NULL"
    files.con.execute(f"CREATE OR REPLACE TEMP TABLE met_rules AS {statement}", params)


def _met(files: Files, raw: Raw, rule: int, columns: tuple[str, ...]) -> tuple[dict[str, Any], ...]:
    cells = ", ".join(["source_row", *map(raw.cell, columns)])
    first = f"SELECT {cells} FROM met_rules WHERE met = {rule} ORDER BY source_row LIMIT {MAX_EXAMPLES}"
    return tuple(plain(("row", *columns), row) for row in files.con.execute(first).fetchall())


def _rules(files: Files, alias: str, section: str) -> dict[str, Expression]:
    """The conditions of one file's leave_out or count, compiled."""
    raw = files.supplier(alias)
    columns = {name: (raw.cell(name), kind) for name, kind in raw.columns.items()}
    number = list(files.raws).index(alias)
    rules = {}
    for i, (reason, text) in enumerate(getattr(files.mapping.file(alias), section).items()):
        setting = f"[files.{alias}.{section}] {reason!r}"
        try:
            rule = compile_expression(text, columns, raw.options.decimal, f"{section}_{number}_{i}")
        except BadExpression as problem:
            raise files.mapping.bad(setting, str(problem)) from None
        if rule.result != "truth" or rule.aggregates:
            raise files.mapping.bad(setting, "is not a condition on one row")
        files.used[alias].update(rule.columns)
        rules[reason] = rule
    return rules
