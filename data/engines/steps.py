"""The steps to staging in an engine, and the rules that are counted on the way: for who writes the SQL and who runs it.

Per table: given (the raw columns, absent ones empty) → typed (texts trimmed, what cannot be read empty) → filled
(repaired, absent values filled in; aside: the row is left out) → doubled (rows of one key) → kept → the staging table.
"""

from typing import Final

from data.ingest.clean import LEFT_OUT, Rule, rejections, repairs
from data.ingest.identities import AMOUNTS, COSTS, LEDGER, Search, unknown_ids
from data.said import say
from data.schema import TABLES, Column, Table

READABLE: Final = ("text", "whole number", "number", "money")  # types of which a value may be there and unreadable


def _table_steps(name: str) -> tuple[str, ...]:
    before = ("sold",) if name == "inventory" else ()
    return (*before, f"typed_{name}", f"filled_{name}", f"doubled_{name}", f"kept_{name}")


# In this order; those that start so are views, because they are read once or twice and cost nothing to keep.
STEPS: Final = (
    *(step for name in TABLES for step in _table_steps(name)),
    *TABLES,
    *(f"found_{name}" for name in TABLES),
    "found_between",
)
VIEWS: Final = ("typed_", "kept_", "found_")


def typed_rules(table: Table) -> dict[str, Rule]:
    """What is counted in typed_<table>, by the name of the count: what cannot be read, and what is repaired."""
    rules: dict[str, Rule] = {}
    for column in table.columns:
        if not column.required and column.type in READABLE:
            rules[f"{column.name}_unread"] = Rule(
                say("{column} cannot be read", column=column.name),
                column.name,
                f"unread_{column.name}",
                say("value left blank"),
            )
        rules |= {f"{column.name}_repaired": rule for rule in repairs(column)}
    return rules


def filled_rules(table: Table) -> dict[str, Rule]:
    """What is counted in filled_<table> and leaves its row out, by the name of the count."""
    rules: dict[str, Rule] = {}
    for column in table.columns:
        if column.required:
            rules[f"{column.name}_blank"] = _blank(column)
        rules |= {f"{column.name}_aside_{number}": rule for number, rule in enumerate(rejections(column))}
    return rules


def searches() -> dict[str, tuple[Table, Search]]:
    """What must agree between tables and columns, by the name of its two counts, with the table it is about."""
    found = {
        f"{table.name}_{column.name}": (table, unknown_ids(table, column, "kept_"))
        for table in TABLES.values()
        for column in table.columns
        if column.references
    }
    found |= {"amounts": (TABLES["sales"], AMOUNTS), "costs": (TABLES["products"], COSTS)}
    return found | {f"ledger_{number}": (TABLES["inventory"], search) for number, search in enumerate(LEDGER)}


def _blank(column: Column) -> Rule:
    name = say("{column} is blank or cannot be read", column=column.name)
    return Rule(name, column.name, f"{column.name} IS NULL", LEFT_OUT)
