"""What a number counts, and how it and its axis read."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from analytics.kpi import KPIS
from analytics.queries import View
from dashapp import numbers

SYMBOLS: Final = {"EUR": "€", "USD": "$", "GBP": "£", "INR": "₹", "JPY": "¥"}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A label and the sign of its unit: "€", "%", "days"; counts have none."""

    label: str
    sign: str = ""

    def text(self, value: float | None) -> str:
        """'€1.24 M', '7.3 %', '–' for an unknown one."""
        short = numbers.short(value)
        if value is None or not self.sign:
            return short
        if self.sign in SYMBOLS.values():
            return f"{numbers.MINUS if value < 0 else ''}{self.sign}{short.removeprefix(numbers.MINUS)}"
        return f"{short} {self.sign}"

    def change(self, value: float | None, before: float | None) -> str | None:
        """'+€22.1 k (+8.1 %)', '+1.2 pp' for a percentage, or None where either is unknown."""
        if value is None or before is None:
            return None
        if self.sign == "%":
            return numbers.change(value, before, "%")
        moved = self.text(value - before)
        moved = moved if moved.startswith(numbers.MINUS) else f"+{moved}"
        share = numbers.change(value, before, self.sign)
        return f"{moved} ({share})" if share else moved

    def axis(self) -> dict[str, Any]:
        """A Plotly axis of this quantity: title with its unit, short ticks from zero (20k, but 0.5 and not 500m)."""
        title = f"{self.label} [{self.sign}]" if self.sign else self.label
        return {"title": {"text": title}, "exponentformat": "SI", "rangemode": "tozero"}


def currency(view: View) -> str:
    """The sign of the version's currency, or its code."""
    code = view.cube.version.manifest.currency
    return SYMBOLS.get(code, code)


def of_kpi(view: View, kpi_id: str) -> Quantity:
    """The quantity of a KPI."""
    kpi = KPIS[kpi_id]
    return Quantity(kpi.label, sign(kpi.unit, currency(view)))


def sign(unit: str, currency: str) -> str:
    """What stands beside a number of this unit: the currency's sign for money, nothing for a count."""
    return {"money": currency, "price": currency, "count": ""}.get(unit, unit)


def day(iso: str) -> str:
    """'31 Dec 2023' of '2023-12-31'."""
    return f"{date.fromisoformat(iso):%-d %b %Y}"


def month(iso: str) -> str:
    """'Dec 2023' of '2023-12'."""
    return f"{date.fromisoformat(iso + '-01'):%b %Y}"
