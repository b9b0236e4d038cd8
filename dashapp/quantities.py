"""What a number counts, and how it and its axis read."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final

from babel import Locale

from analytics.kpi import KPIS
from analytics.queries import FEWER_THAN_FIVE, View
from analytics.table import Field
from dashapp import numbers
from dashapp.languages import current
from dashapp.texts import N_, _, said


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
        if self.sign == "%":
            return current().notation.of_hundred(short)
        return current().notation.amount(short, self.sign) if is_currency(self.sign) else f"{short} {self.sign}"

    def signed(self, value: float) -> str:
        """'+€22.1 k', '−€22.1 k'."""
        text = self.text(value)
        return text if text.startswith(numbers.MINUS) else f"+{text}"

    def change(self, value: float | None, before: float | None) -> str | None:
        """'+€22.1 k (+8.1 %)', '+1.2 pp' for a percentage, or None where either is unknown."""
        if value is None or before is None:
            return None
        if self.sign == "%":
            return numbers.change(value, before, "%")
        moved = self.signed(value - before)
        share = numbers.change(value, before, self.sign)
        return f"{moved} ({share})" if share else moved

    def axis(self) -> dict[str, Any]:
        """A Plotly axis of this quantity: title with its unit, short ticks from zero (20k, but 0.5 and not 500m)."""
        title = f"{self.label} [{self.sign}]" if self.sign else self.label
        return {"title": {"text": title}, "exponentformat": "SI", "rangemode": "tozero"}


def currency(view: View) -> str:
    """The sign of the version's currency, or its code."""
    code = view.cube.version.manifest.currency
    return current().notation.currency(code) if code else ""


def is_currency(sign: str) -> bool:
    """Whether a unit's sign is money's: "€", or a code such as "CHF"."""
    return sign in _currency_signs(current().notation.locale) or re.fullmatch("[A-Z]{3}", sign) is not None


def of_kpi(view: View, kpi_id: str) -> Quantity:
    """The quantity of a KPI."""
    kpi = KPIS[kpi_id]
    return Quantity(_(kpi.label), sign(kpi.unit, currency(view)))


def sign(unit: str, currency: str) -> str:
    """What stands beside a number of this unit: the currency's sign for money, nothing for a count."""
    return {"money": currency, "price": currency, "count": ""}[unit] if unit in ("money", "price", "count") else _(unit)


WITHHELD: Final = N_("withheld")
MAYBE_WITHHELD: Final = N_("withheld or not known")


def unknown(field: Field, personal: bool) -> str:
    """What an unknown number of a table is to who may see personal data or not, "" for a mere gap."""
    return _(field.withheld) if field.withheld and not personal else ""


def about(field: Field, personal: bool) -> str:
    """The definition of a column that is no KPI, and why some of its numbers are withheld."""
    why = said(FEWER_THAN_FIVE) if unknown(field, personal) else ""
    return " ".join(filter(None, [_(field.about) if field.about else "", why]))


def withheld(name: str) -> str:
    """The name of a group of which nothing is told."""
    return _("{name} · withheld", name=name)


def day(iso: str) -> str:
    """'31 Dec 2023' of '2023-12-31'."""
    return current().notation.on_day(date.fromisoformat(iso))


def moment(at: datetime) -> str:
    """'31 Dec 2023, 17:05 UTC'."""
    return f"{current().notation.on_day(at.date())}, {at:%H:%M} UTC"


def month(iso: str) -> str:
    """'Dec 2023' of '2023-12'."""
    return current().notation.in_month(date.fromisoformat(iso + "-01"))


def months(isos: Sequence[str]) -> str:
    """'Oct – Dec 2023' of consecutive months, '6 months from Jan 2022 to Dec 2023' of others; "" of none."""
    if not isos:
        return ""
    first, last = date.fromisoformat(isos[0] + "-01"), date.fromisoformat(isos[-1] + "-01")
    if 12 * (last.year - first.year) + last.month - first.month == len(isos) - 1:
        return current().notation.in_months(first, last)
    return _("{n} months from {first} to {last}", n=len(isos), first=month(isos[0]), last=month(isos[-1]))


@lru_cache
def _currency_signs(locale: Locale) -> frozenset[str]:
    return frozenset(locale.currency_symbols.values())
