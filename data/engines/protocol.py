"""What an engine must do for a refresh, and the one way in which it fails."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal, Protocol
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit

from data.version import WarehouseError

Kind = Literal["text", "whole", "number", "moment"]
Columns = Mapping[str, Kind | str]  # by name: what a column holds, or the engine's own word for any other type
OURS = ("currency", "schema", "database", "tables")  # settings in the address that are not the driver's


class EngineError(WarehouseError):
    """What went wrong in or on the way to an engine, and what to do about it; whoever reads it needs no traceback."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what}. Nothing was published; what was served before is served still. {remedy}.")


class Engine(Protocol):
    """One session in an engine that has the raw tables. What it makes is its own, and gone when it is closed.

    dialect: the folder of its SQL. place: where the tables are, without any password.
    """

    dialect: str
    place: str

    def columns(self, table: str) -> Columns | None:
        """The columns of a raw table, None if there is no such table."""

    def relation(self, table: str) -> str:
        """SQL: the raw table."""

    def run(self, statement: str) -> None:
        """Executes one statement of ours."""

    def row(self, query: str) -> dict[str, int]:
        """The only row of a query, by column."""

    def export(self, query: str, types: Mapping[str, str], folder: Path) -> Iterator[str]:
        """The rows of a query, in its order, a bounded number at a time: SQL that DuckDB reads them with.

        types: DuckDB's types by column. folder: for files, each of which is removed when the next is asked for.
        """


class Address:
    """The parts of a source such as postgresql://user:password@host:5432/shop?schema=raw&currency=EUR."""

    def __init__(self, source: str) -> None:
        parts = urlsplit(source)
        self.scheme, self.path = parts.scheme, unquote(parts.path)
        self.host, self.port = parts.hostname or "", _port(parts)
        self.user, self.password = unquote(parts.username or ""), unquote(parts.password or "")
        self.settings = dict(parse_qsl(parts.query, keep_blank_values=True))
        # A driver takes its secrets as settings too (sslpassword, …): none is ever shown.
        shown = {key: value for key, value in self.settings.items() if "pass" not in key and "key" not in key}
        self.netloc = parts.netloc.rpartition("@")[2]
        netloc = f"{parts.username}@{self.netloc}" if parts.username else self.netloc
        start = f"{parts.scheme}://{netloc}" if parts.scheme else ""
        self.masked = f"{start}{parts.path}?{urlencode(shown, safe='/:,')}".rstrip("?")

    @property
    def currency(self) -> str:
        """ISO code of the amounts, or ""."""
        return self.settings.get("currency", "")

    @property
    def driver_settings(self) -> dict[str, str]:
        """What the address sets for the driver itself."""
        return {key: value for key, value in self.settings.items() if key not in OURS}


def _port(parts: SplitResult) -> int | None:
    try:
        return parts.port
    except ValueError:
        what = f"The address of {parts.hostname} has a port that is no number"
        raise EngineError(what, "Write scheme://user:password@host:port/…") from None
