"""Texts in the language of the running application. The English text is the key: `_("All {n} stores", n=15)`.

Only plain names in braces; whole numbers get their thousands separated, others three digits, in the language's own
way, so pass a year or an id as text.
"""

from analytics.said import Said
from dashapp import numbers

Value = str | float


def _(message: str, /, **values: Value) -> str:
    """The text in the app's language, with {names} filled in."""
    return message.format(**{name: _read(value) for name, value in values.items()})


def ngettext(one: str, many: str, n: int, /, **values: Value) -> str:
    """`one` or `many`, as the language's grammar of numbers has it; both may name {n}."""
    return _(one if n == 1 else many, n=n, **values)


def said(said: Said) -> str:
    """A sentence of analytics in the app's language."""
    return _(said["text"], **said["values"])


def N_(message: str) -> str:  # the name that tools of gettext look for
    """Marks a text that `_` will get later, such as one of a module's constants."""
    return message


def _read(value: Value) -> str:
    if isinstance(value, int):
        return f"{value:,}".replace("-", numbers.MINUS)
    return numbers.short(value) if isinstance(value, float) else value
