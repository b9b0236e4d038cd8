"""The one way a file of the user's is turned down: which file, where in it, what is wrong, what to do."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

SHOWN_NAMES: Final = 12


class BadInput(Exception):
    """A file, or a mapping, that cannot be trusted. Its text is meant for the person who supplied it.

    file: its name. row: the data row, 1 for the first under the header. line: the same as a line of the file, where
    the two are known to agree. column: its name in the file. what: what is wrong. remedy: what to do about it.
    """

    def __init__(self, file: str, what: str, remedy: str, row: int | None = None, column: str | None = None) -> None:
        super().__init__(file, what, remedy, row, column)
        self.file, self.what, self.remedy, self.row, self.column = file, what, remedy, row, column
        self.line: int | None = None

    @property
    def place(self) -> str:
        """File, line or row, and column: `sales.csv, line 4, column quantity`."""
        row = f"line {self.line}" if self.line else f"data row {self.row}"
        return ", ".join([self.file, *([row] if self.row else []), *([f"column {self.column}"] if self.column else [])])

    def __str__(self) -> str:
        return f"{self.place}: {self.what}. {self.remedy}."


class BadMapping(BadInput):
    """A mapping that cannot be followed; `column` is the setting: `[tables.sales] net_amount`."""

    @property
    def place(self) -> str:
        """File and setting: `mapping.toml, [tables.sales] net_amount`."""
        return f"{self.file}, {self.column}" if self.column else self.file


def listed(names: Iterable[str]) -> str:
    """The names in quotes, the long tail cut: `'a', 'b' and 3 more`."""
    every = list(names)
    shown = ", ".join(repr(name) for name in every[:SHOWN_NAMES])
    return f"{shown} and {len(every) - SHOWN_NAMES} more" if len(every) > SHOWN_NAMES else shown or "nothing"


def near(name: str, names: Iterable[str]) -> str:
    """`, did you mean 'store_id'?` when one of `names` is close to `name`, else nothing."""
    close = get_close_matches(name, list(names), n=1, cutoff=0.6)
    return f", did you mean {close[0]!r}?" if close else ""
