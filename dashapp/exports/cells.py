"""Single cells: a number stays a number, a text can never become a formula, and what is unknown stays empty."""

import math
import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

# Full-width and small forms too, and a true minus sign: some input methods and countries write formulas with them.
SIGNS: Final = r"=+\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212"
UNSEEN: Final = r"\s\x00-\x1f\u200b-\u200f\u2060\ufeff\""
# A cell may also begin where another separator is taken for granted: many countries read a semicolon as one, and then
# neither quotes nor a line's end inside of them are what we meant.
OPENINGS: Final = re.compile(rf"(?:^|(?<=[;\t\r\n]))(?=[{UNSEEN}]*[{SIGNS}])|^(?=[\t\r\n])")


def number(value: Any) -> float | int | None:
    """A number as it is; None if it is unknown."""
    if value is None:
        return None
    plain = value if isinstance(value, int) else float(value)
    return plain if math.isfinite(plain) else None


def day(value: Any) -> date | None:
    """A day of ISO text or as it is; None for anything else."""
    if isinstance(value, date):
        return value.date() if isinstance(value, datetime) else value
    try:
        return date.fromisoformat(value or "")
    except ValueError:
        return None


def text(value: Any) -> str:
    """A text as it is, nothing for an unknown one."""
    return "" if value is None else str(value)


def disarmed(value: Any) -> str:
    """A text that no spreadsheet reads as a formula: an apostrophe stands before what might begin one.

    See OWASP, CSV Injection.
    """
    return OPENINGS.sub("'", text(value))


def plain(value: Any) -> str:
    """A number in full with a decimal point, '12' for 12.0, and nothing for an unknown one."""
    known = number(value)
    if known is None:
        return ""
    if known == int(known):
        return str(int(known))
    return format(Decimal(repr(known)), "f")


def iso(value: Any) -> str:
    """A day as '2023-12-31'; a text that is none stays a text."""
    known = day(value)
    return known.isoformat() if known else disarmed(value)


def as_csv(unit: str, unknown: str = "") -> Callable[[Any], str]:
    """How the cells of a field with this unit are written to CSV. unknown: what stands for an unknown number."""
    return {"text": disarmed, "date": iso}.get(unit, lambda value: plain(value) or unknown)
