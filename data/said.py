"""Sentences that files and numbers call for, in a form that the view can say in any language."""

from collections.abc import Callable
from typing import TypedDict


class Said(TypedDict):
    """An English pattern such as "needs {columns}" and what fills it; the pattern is the key of its translations.

    A value that is a text of ours, such as a KPI's label, is said itself; names from the data are plain text.
    """

    text: str
    values: "dict[str, str | float | Said]"


Progress = Callable[[Said], None]  # who does long work tells each step


class SaidError(Exception):
    """An error whose reason the view can say in any language; its own text is the English one."""

    def __init__(self, said: Said) -> None:
        super().__init__(said)
        self.said = said

    def __str__(self) -> str:
        return english(self.said)


def say(text: str, **values: str | float | Said) -> Said:
    """A pattern with what fills it."""
    return Said(text=text, values=values)


def quoted(words: str) -> Said:
    """Somebody's own words, which stay as they are in every language."""
    return Said(text="{words}", values={"words": words})


def english(said: Said) -> str:
    """The sentence in English, as logs and reports need it; whole numbers get their thousands separated."""
    filled = {name: _read(value) for name, value in said["values"].items()}
    return said["text"].format(**filled) if filled else said["text"]


def _read(value: str | float | Said) -> str:
    if isinstance(value, dict):
        return english(value)
    return f"{value:,}" if isinstance(value, int) else str(value)
