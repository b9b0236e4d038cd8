"""What one export is: a table and the rows asked of it, and what its reader needs to know about them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from analytics.kpi import KPIS
from analytics.table import Ask, Field, Table
from dashapp import quantities
from dashapp.texts import _

ODD: Final = re.compile(r"[^A-Za-z0-9.-]+")
UNMEASURED: Final = ("text", "date")


@dataclass(frozen=True, slots=True)
class Column:
    """What a reader needs to know of one field: its heading, the sign of its unit ("" if none) and its definition.

    unknown: what stands in the place of an unknown number, "" for nothing.
    """

    label: str
    unit: str = ""
    definition: str = ""
    unknown: str = ""

    @property
    def heading(self) -> str:
        """'Net sales [EUR]'."""
        return f"{self.label} [{self.unit}]" if self.unit else self.label


@dataclass(frozen=True, slots=True)
class About:
    """Where the numbers come from.

    filters: (label, what is chosen) in words. as_of: the last day with data, ISO. version: its id. currency: ISO code
    or "". exported_at: UTC. columns: one for each field of the table, in its order.
    """

    filters: tuple[tuple[str, str], ...]
    as_of: str
    version: str
    currency: str
    exported_at: datetime
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Export:
    """The rows of `table` that `ask` selects, under a name for addresses and files such as "stores-ranking"."""

    name: str
    title: str
    table: Table
    ask: Ask
    about: About

    def count(self) -> int:
        """How many rows there are to write."""
        return self.table.page(replace(self.ask, start=0, stop=0, sort=()))["count"]

    def file_name(self, ending: str) -> str:
        """'stores-ranking_2023-12-31_20240102T030405Z.csv', of nothing but letters, digits, dots, dashes and lines."""
        parts = (ODD.sub("-", part).strip(".-") for part in (self.name, self.about.as_of, self.about.version))
        return "_".join(part for part in parts if part) + f".{ending}"


def columns_of(fields: Sequence[Field], currency: str, personal: bool = True) -> tuple[Column, ...]:
    """Headings, units and definitions of fields, money in this currency, for who may see personal data or not."""
    return tuple(
        Column(
            _(field.label),
            "" if field.unit in UNMEASURED else quantities.sign(field.unit, currency),
            " ".join(filter(None, [_defined(field), quantities.about(field, personal)])),
            quantities.unknown(field, personal),
        )
        for field in fields
    )


def _defined(field: Field) -> str:
    """The definition of the KPI that a column is, if nothing else is said of it."""
    return _(KPIS[field.kpi].definition) if field.kpi and not field.about else ""
