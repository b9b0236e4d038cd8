"""Sentences that numbers call for, in a form that the view can say in any language."""

from typing import TypedDict


class Said(TypedDict):
    """An English pattern such as "needs {columns}" and what fills it; the pattern is the key of its translations."""

    text: str
    values: dict[str, str | float]


def say(text: str, **values: str | float) -> Said:
    """A pattern with what fills it."""
    return Said(text=text, values=values)


def english(said: Said) -> str:
    """The sentence in English, as logs and reports need it."""
    return said["text"].format(**said["values"])
