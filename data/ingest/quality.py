"""What the load found in the files: rows read and kept, columns supplied, and every check with its count."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from data.said import Said, english, quoted

MAX_EXAMPLES: Final = 5
MAX_NAMED: Final = 6  # KPIs in one line of text; the report has them all


@dataclass(frozen=True, slots=True)
class Identity:
    """What must agree in every row that holds what it takes. columns: those that the files themselves must hold."""

    words: str
    formula: str
    columns: tuple[str, ...]


_STOCK: Final = ("inventory.opening_units", "inventory.closing_units")
IDENTITIES: Final[dict[str, Identity]] = {
    "opening": Identity(
        "A month opens with the stock that the month before closed with", "opening(t) = closing(t − 1)", _STOCK
    ),
    "received": Identity(
        "No month received less than nothing",
        "received ≥ 0; where the files do not say: closing − opening + sold + shrink ≥ 0",
        _STOCK,
    ),
    "sold": Identity(
        "The units gone from stock are the units sold",
        "opening + received − shrink − closing = sum of the lines’ quantities",
        (*_STOCK, "inventory.received_units"),
    ),
    "net": Identity(
        "Every line is paid as priced, less its discount",
        "net = quantity × unit price − discount, to the cent",
        ("sales.discount_amount", "sales.net_amount"),
    ),
}


def plain(names: Sequence[str], values: Sequence[Any]) -> dict[str, Any]:
    """One example: names and values, dates as text, so that it can be written as JSON."""
    return {n: v if v is None or isinstance(v, (int, float)) else str(v) for n, v in zip(names, values, strict=True)}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked for in one table.

    name: what was looked for. columns: the columns concerned, as `sales.quantity`. count of the `of` rows looked at
    were found. treatment: what was done with them. examples: at most five, each with the data row of the file (`row`)
    and the values. kpis: labels of the KPIs that the columns feed, which only the room above knows. identity: the one
    of IDENTITIES that was checked, or "".
    """

    name: Said
    table: str
    columns: tuple[str, ...]
    count: int
    of: int
    treatment: Said
    examples: tuple[dict[str, Any], ...] = ()
    kpis: tuple[str, ...] = ()
    identity: str = ""

    def line(self) -> str:
        """One sentence a person can act on."""
        share = f" ({100 * self.count / self.of:.2g} %)" if self.of else ""
        shown = "; ".join(", ".join(f"{k} {v}" for k, v in example.items()) for example in self.examples[:2])
        tail = f", e.g. {shown}" if shown else ""
        name, treatment = english(self.name), english(self.treatment)
        return f"{self.table}: {name}: {self.count:,} of {self.of:,}{share}, {treatment}{tail}{self._touched()}"

    def _touched(self) -> str:
        more = f" and {len(self.kpis) - MAX_NAMED} more" if len(self.kpis) > MAX_NAMED else ""
        return f"; touches {', '.join(self.kpis[:MAX_NAMED])}{more}" if self.kpis else ""


@dataclass(frozen=True, slots=True)
class TableRead:
    """One table of the load. file is "" when none was supplied; rows_read counts the rows of that file.

    taken_over: rows of the version before, of months or ids that were not loaded again.
    """

    table: str
    file: str
    rows_read: int
    rows_kept: int
    taken_over: int = 0


@dataclass(frozen=True, slots=True)
class QualityReport:
    """Everything one load has to say about its input.

    supplied: per table, the columns the files hold or that follow from them. derived: those that only follow. ignored:
    per file, the columns not used. currency: ISO code the mapping names, or "". since: "2023-12" where only months from
    this one on were read and those before are a version's, else "".
    """

    tables: tuple[TableRead, ...]
    checks: tuple[Check, ...]
    supplied: dict[str, list[str]]
    ignored: dict[str, list[str]] = field(default_factory=dict)
    dataset: str = ""
    currency: str = ""
    derived: dict[str, list[str]] = field(default_factory=dict)
    since: str = ""

    def found(self) -> tuple[Check, ...]:
        """The checks that found something, the largest share first."""
        hits = [check for check in self.checks if check.count]
        return tuple(sorted(hits, key=lambda check: -check.count / max(check.of, 1)))

    def quiet(self) -> tuple[Check, ...]:
        """The checks that looked and found nothing."""
        return tuple(check for check in self.checks if not check.count)

    def to_json(self) -> str:
        """The report as JSON text; `from_json` reads it back."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1)

    @classmethod
    def from_json(cls, text: str) -> "QualityReport":
        """The report that `to_json` wrote. Raises ValueError, KeyError or TypeError for any other text."""
        raw = json.loads(text)
        checks = tuple(_check(found) for found in raw.pop("checks"))
        return cls(tables=tuple(TableRead(**t) for t in raw.pop("tables")), checks=checks, **raw)

    def lines(self) -> list[str]:
        """The report as plain text: tables, what was found, columns not used."""
        ignored = [f"{file}: columns not used: {', '.join(names)}" for file, names in self.ignored.items() if names]
        return [
            *map(_of_table, self.tables),
            *(check.line() for check in self.found()),
            f"{len(self.quiet())} other checks found nothing",
            *ignored,
        ]


def _of_table(t: TableRead) -> str:
    more = f", {t.taken_over:,} taken over from the version before" if t.taken_over else ""
    if t.file:
        return f"{t.table}: {t.rows_kept:,} rows kept of {t.rows_read:,} in {t.file}{more}"
    return f"{t.table}: no file, {t.rows_kept:,} rows made from the other tables{more}"


def _check(raw: dict[str, Any]) -> Check:
    """Earlier releases wrote the name and the treatment as plain texts."""
    lists = {name: tuple(raw[name]) for name in ("columns", "examples", "kpis")}
    words = {name: quoted(raw[name]) if isinstance(raw[name], str) else raw[name] for name in ("name", "treatment")}
    return Check(**raw | lists | words)
