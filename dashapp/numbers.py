"""Numbers as people read them."""

from typing import Final

SCALES: Final = ((1e9, 1e9, " bn"), (1e6, 1e6, " M"), (1e4, 1e3, " k"))  # from, unit, sign
ALMOST: Final = 0.9995  # what three digits round up to one
NOTHING: Final = "–"
MINUS: Final = "−"


def short(value: float | None) -> str:
    """Three digits: 1,240,000 is "1.24 M", 1,234.5 is "1,234", 34 is "34", 0.456 is "0.456"; None is a dash."""
    if value is None:
        return NOTHING
    size = abs(value)
    unit, sign = next(((unit, sign) for least, unit, sign in SCALES if size >= least * ALMOST), (1.0, ""))
    return _minus(f"{value / unit:,.{_decimals(size / unit)}f}") + sign


def change(value: float | None, before: float | None, unit: str) -> str | None:
    """Signed change from `before`: percentage points for a percentage, else per cent; None if undefined."""
    if value is None or before is None or (unit != "%" and before == 0):
        return None
    if unit == "%":
        return _minus(f"{value - before:+,.1f} pp")
    return _minus(f"{100 * (value - before) / abs(before):+,.1f} %")


def _decimals(size: float) -> int:
    if size == int(size) or size >= 100 * ALMOST:
        return 0
    if size >= 10 * ALMOST:
        return 1
    return 2 if size >= ALMOST else 3


def _minus(text: str) -> str:
    return text.replace("-", MINUS)
