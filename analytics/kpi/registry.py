"""What a KPI is: a documented formula over summed measures, known by its function's name."""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from analytics.arrays import Array
from analytics.totals import Totals, sources
from data.said import Said, say

# "money" is a sum; "price" is money for one of something, and needs its cents.
Unit = Literal["money", "price", "%", "units", "days", "count", "× a year", "×", "months"]
Better = Literal["up", "down"] | None
Formula = Callable[[Totals], Array]


@dataclass(frozen=True, slots=True)
class Kpi:
    """One KPI. columns: the contract columns it needs; customers: it counts orders or customers (never by product)."""

    id: str
    label: str
    unit: Unit
    better: Better
    formula: Formula
    definition: str
    columns: tuple[str, ...]

    def missing(self, has: Callable[[str], bool]) -> Said | None:
        """Says "needs {columns}", such as unit_cost, if the loaded data cannot give this KPI, else None."""
        lacking = [c for c in self.columns if not has(c)]
        if not lacking:
            return None
        tables = {c.split(".")[0] for c in lacking}
        if "inventory" in tables:
            return say("needs the inventory table")
        return say("needs {columns}", columns=", ".join(c.split(".")[1] for c in lacking))


KPIS: Final[dict[str, Kpi]] = {}


def kpi(*, label: str, unit: Unit, better: Better = None) -> Callable[[Formula], Formula]:
    """Registers a formula under its function's name; its docstring is the definition shown at the number."""

    def register(formula: Formula) -> Formula:
        name = formula.__name__
        definition = " ".join((inspect.getdoc(formula) or "").split())
        KPIS[name] = Kpi(name, label, unit, better, formula, definition, _columns(formula))
        return formula

    return register


def fed_by(columns: Iterable[str], has: Callable[[str], bool]) -> tuple[str, ...]:
    """Labels of the KPIs that read one of these contract columns and that the loaded data can give."""
    changed = set(columns)
    return tuple(kpi.label for kpi in KPIS.values() if changed & set(kpi.columns) and not kpi.missing(has))


def _columns(formula: Formula) -> tuple[str, ...]:
    """The contract columns a formula reads, found by running it once on ones."""
    asked: list[str] = []

    def one(measure: str) -> Array:
        asked.append(measure)
        return np.ones(1)

    formula(Totals(one))
    return tuple(dict.fromkeys(c for measure in asked for c in sources(measure)))
