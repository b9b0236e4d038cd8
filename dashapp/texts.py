"""Texts in the language of the running application. The English text is the key: `_("All {n} stores", n=15)`.

Only plain names in braces; whole numbers get their thousands separated, others three digits, in the locale's own
way, so pass a year or an id as text. A text that is not translated stays English. Every text is plain, never markup.
"""

from dashapp.languages import current
from data.said import Said

Value = str | float


def _(message: str, /, **values: Value) -> str:
    """The text in the app's language, with {names} filled in."""
    return _filled(current().catalogue.gettext(message) if message else "", values)


def ngettext(one: str, many: str, n: int, /, **values: Value) -> str:
    """`one` or `many`, as the language's grammar of numbers has it; both may name {n}."""
    return _filled(current().catalogue.ngettext(one, many, n), {"n": n, **values})


def said(sentence: Said) -> str:
    """A sentence of files and numbers in the app's language."""
    values = {name: said(value) if isinstance(value, dict) else value for name, value in sentence["values"].items()}
    return _(sentence["text"], **values)


def N_(message: str) -> str:  # the name that tools of gettext look for
    """Marks a text that `_` will get later, such as one of a module's constants."""
    return message


def _filled(text: str, values: dict[str, Value]) -> str:
    return text.format(**{name: _read(value) for name, value in values.items()}) if values else text  # maybe a name


def _read(value: Value) -> str:
    if isinstance(value, str):
        return value
    own = current().notation
    return own.fixed(value) if isinstance(value, int) else own.short(value)
