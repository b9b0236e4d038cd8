"""Numbers as people read them, in the locale of the running application."""

from typing import Final

from dashapp import notation
from dashapp.languages import current
from dashapp.texts import _

NOTHING: Final = "–"
MINUS: Final = notation.MINUS


def short(value: float | None) -> str:
    """Three digits: 1,240,000 is "1.24 M", 1,234.5 is "1,234", 34 is "34", 0.456 is "0.456"; None is a dash."""
    return NOTHING if value is None else current().notation.short(value)


def fixed(value: float | None, decimals: int = 0) -> str:
    """All digits, thousands separated: 1,234,567.8 is "1,234,568"; None is a dash."""
    return NOTHING if value is None else current().notation.fixed(value, decimals)


def percent(value: float | None, decimals: int = 1) -> str:
    """7.31 is "7.3 %"; None is a dash."""
    return NOTHING if value is None else current().notation.of_hundred(fixed(value, decimals))


def change(value: float | None, before: float | None, unit: str) -> str | None:
    """Signed change from `before`: percentage points for a percentage, else per cent; None if undefined."""
    if value is None or before is None or (unit != "%" and before == 0):
        return None
    own = current().notation
    if unit == "%":
        return _("{change} pp", change=own.fixed(value - before, 1, signed=True))
    return own.of_hundred(own.fixed(100 * (value - before) / abs(before), 1, signed=True))
