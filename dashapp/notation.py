"""How a locale writes numbers, money and dates: what CLDR says, read once from Babel. Digits are always 0–9."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from babel import Locale
from babel.dates import format_date, format_interval
from babel.numbers import get_currency_symbol

MINUS: Final = "−"
ALMOST: Final = 0.9995  # what three digits round up to one
LEAST: Final = 1e4  # 1,234 needs no sign of a scale
MARKS: Final = re.compile("[\u200e\u200f\u061c]")  # of direction, which a page sets by itself
NUMBER: Final = re.compile(r"[#0][#0,.]*")
ENGLISH: Final = {"K": "k", "B": "bn", "T": "tn"}  # CLDR's 12.4K is money or kelvin to most readers
ONE_WORLD: Final = {"en": "en_001"}  # whose order of a date no territory has set


@dataclass(frozen=True, slots=True)
class Scale:
    """Sizes from `least` are counted in `unit`, with `sign` behind them: 1e6, 1e6, " M"."""

    least: float
    unit: float
    sign: str


@dataclass(frozen=True, slots=True)
class Notation:
    """One locale's ways.

    grouping: digits of the last group and of those before it; (3, 2) is 12,34,567. percent and money: what stands
    before and behind a number, "¤" for the currency.
    """

    locale: Locale
    decimal: str
    group: str
    grouping: tuple[int, int]
    scales: tuple[Scale, ...]
    percent: tuple[str, str]
    money: tuple[str, str]
    day: str
    day_month: str
    month: str

    def fixed(self, value: float, decimals: int = 0, *, signed: bool = False) -> str:
        """'−1,234.50': thousands separated, and a plus where a sign is wanted."""
        text = f"{abs(value):,.{decimals}f}"
        if self.grouping != (3, 3):
            text = _regrouped(text.replace(",", ""), *self.grouping)
        if (self.group, self.decimal) != (",", "."):
            text = text.translate({ord(","): self.group, ord("."): self.decimal})
        return (MINUS if value < 0 else "+" if signed else "") + text

    def short(self, value: float) -> str:
        """Three digits: '1.24 M'."""
        size = abs(value)
        scale = next((s for s in self.scales if size >= s.least * ALMOST), None)
        if scale is None:
            return self.fixed(value, _decimals(size))
        return self.fixed(value / scale.unit, _decimals(size / scale.unit)) + scale.sign

    def of_hundred(self, number: str) -> str:
        """'7.3 %' of '7.3'."""
        return _between(self.percent, number)

    def amount(self, number: str, currency: str) -> str:
        """'€1.24 M' of '1.24 M' and '€'; letters keep a space from the number: 'CHF 1.24 M'."""
        before, after = (part.replace("¤", currency) for part in self.money)
        if before and _is_word(before[-1]):
            before += "\xa0"
        if after and _is_word(after[0]):
            after = "\xa0" + after
        return _between((before, after), number)

    def currency(self, code: str) -> str:
        """The sign of a currency in this locale; the code where there is none."""
        return get_currency_symbol(code, self.locale)

    def on_day(self, day: date) -> str:
        """'31 Dec 2023'."""
        return _dated(day, self.day, self.locale)

    def in_month(self, day: date) -> str:
        """'Dec 2023'."""
        return _dated(day, self.month, self.locale)

    def in_months(self, first: date, last: date) -> str:
        """'Oct – Dec 2023'."""
        if first == last:
            return self.in_month(first)
        return format_interval(first, last, "yMMM", locale=ONE_WORLD.get(str(self.locale), self.locale))


@lru_cache
def notation(code: str) -> Notation:
    """The ways of a locale such as "de_DE"; raises babel.UnknownLocaleError."""
    locale = Locale.parse(code)
    symbols = locale.number_symbols["latn"]
    group_last, group_before = locale.decimal_formats[None].grouping
    percent = ("", " %") if locale.language == "en" else _affixes(locale.percent_formats[None].pattern)
    dates = Locale.parse(ONE_WORLD.get(code, code)).datetime_skeletons
    return Notation(
        locale=locale,
        decimal=symbols["decimal"],
        group=symbols["group"],
        grouping=(group_last, group_before),
        scales=_scales(locale),
        percent=percent,
        money=_affixes(locale.currency_formats["standard"].pattern),
        day=dates["yMMMd"].pattern,
        day_month=dates["MMMd"].pattern,
        month=dates["yMMM"].pattern,
    )


def _scales(locale: Locale) -> tuple[Scale, ...]:
    """Largest first. CLDR has a pattern for each power of ten: at 100,000 '000K' counts in units of 1,000."""
    found: list[Scale] = []
    for power, pattern in locale.compact_decimal_formats["short"]["other"].items():
        sign = _affixes(pattern.pattern)[1]
        if locale.language == "en":
            sign = " " + "".join(ENGLISH.get(letter, letter) for letter in sign)
        unit = float(power) / 10 ** (pattern.pattern.count("0") - 1)
        if sign.strip() and (not found or (found[-1].unit, found[-1].sign) != (unit, sign)):
            found.append(Scale(max(float(power), LEAST), unit, sign))
    return tuple(sorted(found, key=lambda scale: -scale.least))


def _affixes(pattern: str) -> tuple[str, str]:
    """What stands before and behind the number in a pattern of CLDR, without the quotes of "0 Mio'.'"."""
    before, after = NUMBER.split(MARKS.sub("", pattern.split(";")[0]), maxsplit=1)
    return before.replace("'", ""), after.replace("'", "")


def _between(affixes: tuple[str, str], number: str) -> str:
    """The minus goes in front of everything: '−€12', not '€−12'."""
    sign = number[:1] if number[:1] in (MINUS, "+") else ""
    return f"{sign}{affixes[0]}{number.removeprefix(sign)}{affixes[1]}"


def _regrouped(digits: str, last: int, before: int) -> str:
    whole, point, fraction = digits.partition(".")
    head, tail = whole[:-last], whole[-last:]
    groups = [head[max(end - before, 0) : end] for end in range(len(head), 0, -before)]
    return ",".join([*reversed(groups), tail]) + point + fraction


def _decimals(size: float) -> int:
    if size == int(size) or size >= 100 * ALMOST:
        return 0
    if size >= 10 * ALMOST:
        return 1
    return 2 if size >= ALMOST else 3


def _is_word(letter: str) -> bool:
    """Whether it runs into a digit beside it; signs of currencies and spaces do not."""
    return unicodedata.category(letter)[0] not in "SZ"


@lru_cache(maxsize=2_000)
def _dated(day: date, pattern: str, locale: Locale) -> str:
    return format_date(day, pattern, locale)
