"""Sentences that numbers call for, in a form that the view can say in any language."""

from typing import TypedDict


class Said(TypedDict):
    """An English pattern such as "needs {columns}" and what fills it; the pattern is the key of its translations.

    A value that is a text of ours, such as a KPI's label, is said itself; names from the data are plain text.
    """

    text: str
    values: "dict[str, str | float | Said]"


def say(text: str, **values: str | float | Said) -> Said:
    """A pattern with what fills it."""
    return Said(text=text, values=values)


def english(said: Said) -> str:
    """The sentence in English, as logs and reports need it."""
    values = {name: english(value) if isinstance(value, dict) else value for name, value in said["values"].items()}
    return said["text"].format(**values)
