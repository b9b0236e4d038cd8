"""One published version, as its readers see it: manifest, memory-mapped arrays, read-only database."""

import functools
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np
from numpy.typing import NDArray

MANIFEST: Final = "manifest.json"
QUALITY: Final = "quality.json"
DEMO: Final = "Demo retailer"  # the source of a version of invented data
DATABASE: Final = "warehouse.duckdb"
ARRAYS: Final = "arrays"
OPEN_DATABASES: Final = 3  # of this process: the current version and those that slow requests still read
# A reader can neither reach files or the network through SQL nor switch that on again; 512 MB is a drill-down's share.
HARDENED: Final[dict[str, Any]] = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "memory_limit": "512MB",
    "threads": "2",
    "lock_configuration": "true",
}


class WarehouseError(Exception):
    """Why a version cannot be published or read: what happened, what is still true, what to do."""


class Damaged(WarehouseError):
    """Files of a version are missing or are not the ones that were published."""


class Gone(WarehouseError):
    """The version was removed after newer ones were published; ask the warehouse for the current one."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What the builder of a version says about it.

    as_of: last day with data, "2023-12-31". rows: rows per staging table. supplied: columns of the contract per table
    that the files had or that could be derived. measures: order of the first axis of the rollups.
    """

    source: str
    currency: str
    as_of: str
    rows: Mapping[str, int]
    supplied: Mapping[str, list[str]]
    measures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Manifest(Contents):
    """`manifest.json`: the contents, when (UTC, ISO 8601) and by whom it was built, every file's size and SHA-256."""

    id: str
    created_at: str
    files: Mapping[str, tuple[int, str]]
    by: str = ""

    @property
    def total(self) -> int:
        """Rows of all tables together."""
        return sum(self.rows.values())

    def to_json(self) -> str:
        """The text of `manifest.json`."""
        return json.dumps(asdict(self), indent=1, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "Manifest":
        """The manifest of a text that `to_json` wrote; ValueError, TypeError or KeyError for any other."""
        raw = json.loads(text)
        files = {name: (int(size), str(digest)) for name, (size, digest) in raw.pop("files").items()}
        return cls(files=files, measures=tuple(raw.pop("measures")), **raw)


@dataclass(frozen=True, slots=True)
class Version:
    """A published version: immutable, safe to share between threads."""

    path: Path
    manifest: Manifest

    @classmethod
    def open(cls, path: Path) -> "Version":
        """The version in a directory. Checks that every file is there in its size; `verify` reads them too.

        Raises Gone if the directory is not there, Damaged if something in it is missing or differs.
        """
        try:
            manifest = Manifest.from_json((path / MANIFEST).read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise _missing(path, MANIFEST) from error
        except (ValueError, TypeError, KeyError) as error:
            raise _damaged(path, f"{MANIFEST} cannot be read ({error})") from error
        version = cls(path, manifest)
        for name, (size, _) in manifest.files.items():
            if (found := version._size(name)) != size:
                raise _damaged(path, f"{name} has {found:,} bytes instead of {size:,}")
        return version

    @property
    def id(self) -> str:
        """Such as 20231231-024500-01e240: the UTC second and microsecond of its making, so ids sort by time."""
        return self.manifest.id

    def verify(self) -> None:
        """Reads every file; raises Damaged if a checksum differs, Gone if the version was removed meanwhile."""
        for name, (_, digest) in self.manifest.files.items():
            try:
                same = checksum(self.path / name) == digest
            except FileNotFoundError as error:
                raise _missing(self.path, name) from error
            if not same:
                raise _damaged(self.path, f"{name} is not what was published (its checksum differs)")

    def array(self, name: str) -> NDArray[Any]:
        """The array saved as `<name>.npy` (see data.arrays), read-only and mapped into memory, not loaded."""
        try:
            array: NDArray[Any] = np.load(self.path / ARRAYS / f"{name}.npy", mmap_mode="r", allow_pickle=False)
        except FileNotFoundError as error:
            raise _missing(self.path, f"{ARRAYS}/{name}.npy") from error
        return array

    def connect(self) -> duckdb.DuckDBPyConnection:
        """A new read-only cursor on the version's database, for one thread; close it after use.

        The process opens the database once, at the first call (never before a fork), and its cursors share it.
        """
        try:
            return _database(self.path, os.getpid()).cursor()
        except duckdb.IOException as error:
            if (self.path / DATABASE).exists():
                raise _damaged(self.path, f"{DATABASE} cannot be opened ({error})") from error
            raise _missing(self.path, DATABASE) from error

    def _size(self, name: str) -> int:
        try:
            return (self.path / name).stat().st_size
        except FileNotFoundError as error:
            raise _missing(self.path, name) from error


@functools.lru_cache(maxsize=OPEN_DATABASES)
def _database(path: Path, process: int) -> duckdb.DuckDBPyConnection:
    """Keyed by process too: a forked child must not use its parent's connection."""
    return duckdb.connect(path / DATABASE, read_only=True, config=HARDENED)


def checksum(path: Path) -> str:
    """SHA-256 of a file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _missing(path: Path, name: str) -> WarehouseError:
    if path.is_dir():
        return _damaged(path, f"{name} is missing")
    return Gone(f"Version {path.name} was replaced by a newer one and removed. Load the page again.")


def _damaged(path: Path, what: str) -> Damaged:
    return Damaged(f"Version {path.name} is damaged: {what}. It is not served. Run the refresh again to replace it.")
