"""The published versions of the data: built aside, swapped in whole, read without locks.

    warehouse/
        CURRENT                     the id of the version that is served
        LOCK                        held by the process that publishes
        staged/<id>/                whole, but not published: one at most
        versions/<id>/              manifest.json, quality.json, warehouse.duckdb, arrays/*.npy
        versions/.<id>.partial/     being built, or left by a process that was killed: the next publish removes it

A reader sees a whole version or the one before it. It may keep a version past its removal: arrays that are mapped and
databases that are open stay readable; what was not opened by then raises `Gone`, and `Warehouse.current()` has a newer
one. The version that was served before a publication stays, and KEEP in all: so one is removed KEEP refreshes after it
was served, and a slow request would have to outlast them.
"""

import contextlib
import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import duckdb

from data.publisher import Busy, held
from data.refusals import NO_RIGHT, NO_ROOM, NotEnoughMemory, NotEnoughSpace, NotWritable, because
from data.version import MANIFEST, Contents, Damaged, Gone, Manifest, Version, WarehouseError, checksum

__all__ = [
    "Busy",
    "Contents",
    "Damaged",
    "Gone",
    "Manifest",
    "NotEnoughMemory",
    "NotEnoughSpace",
    "NotWritable",
    "Version",
    "Warehouse",
]
KEEP: Final = 3
ID: Final = re.compile(r"\d{8}-\d{6}-[0-9a-f]{6}")
POINTER_READS: Final = 5  # a version named by CURRENT vanishes before it is opened only if KEEP others come meanwhile


class Warehouse:
    """The versions below one directory: one publisher at a time, any number of readers in any process."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._versions = root / "versions"
        self._staged = root / "staged"
        self._latest: Version | None = None

    def current(self) -> Version | None:
        """The version that is served, None before the first. Opened once; a later call only reads the pointer.

        Raises Damaged if it is not as it was published.
        """
        for _ in range(POINTER_READS):
            name = self._pointed()
            if name is None or (self._latest and self._latest.id == name):
                return self._latest if name else None
            with contextlib.suppress(Gone):
                self._latest = Version.open(self._versions / name)
                return self._latest
        raise Damaged(f"{self.root / 'CURRENT'} names a version that is not there. Run the refresh again.")

    def served(self) -> Version | None:
        """The version that is served, None where none can be read."""
        with contextlib.suppress(WarehouseError):
            return self.current()
        return None

    def publish(self, build: Callable[[Path], Contents], by: str = "") -> Version:
        """Lets `build` fill an empty directory, then makes that the version that is served. by: who wants it.

        Raises Busy, NotEnoughSpace or NotWritable, or what `build` raises; the version before is served as it was, and
        nothing of the new one is left. Removes what killed publishers left, and old versions.
        """
        with self._building(by):
            return self._serve(self._built(build, by))

    def stage(self, build: Callable[[Path], Contents], by: str = "") -> Version:
        """Like `publish`, but the version waits to be released, in place of the one that waited before."""
        with self._building(by):
            self._remove_staged()
            partial = self._built(build, by)
            self._staged.mkdir(exist_ok=True)
            return Version.open(_moved(partial, self._staged / _id_of(partial)))

    def staged(self, name: str) -> Version:
        """The version that waits under this id. Raises Gone if none does, Damaged if it is not whole."""
        return Version.open(self._staged / _checked(name))

    def release(self, name: str, by: str = "") -> Version:
        """Makes the staged version the one that is served. Done before, it is done; raises Gone if it is not there."""
        with self._explained(), self._locked(by):
            if (done := self.served()) and done.id == name:
                return done
            return self._serve(self.staged(name).path)

    def discard(self, by: str = "") -> None:
        """Removes the version that waits, if one does."""
        with self._explained(), self._locked(by):
            self._remove_staged()

    def roll_back(self, name: str, by: str = "") -> Version:
        """Makes a version that is kept the one that is served again; that served until now stays, to be chosen again.

        Reads it whole first: raises Damaged if it is not as it was published, Gone if it is kept no longer.
        """
        with self._explained(), self._locked(by):
            version = self.named(name)
            version.verify()
            self._point_to(name)
            return version

    def named(self, name: str) -> Version:
        """A published version. Raises Gone if it is kept no longer, Damaged if it is not whole."""
        return Version.open(self._versions / _checked(name))

    def kept(self) -> list[Version]:
        """The published versions that can be read, newest first."""
        found = []
        for path in self._published():
            with contextlib.suppress(WarehouseError):
                found.append(Version.open(path))
        return found

    @contextlib.contextmanager
    def _building(self, by: str) -> Iterator[None]:
        """Explains what fails, and leaves nothing half."""
        with self._explained(), self._locked(by):
            self._remove_leftovers()
            try:
                with self._explained():  # before the cleaning, because it tells how much was written
                    yield
            finally:
                self._remove_leftovers()

    def _built(self, build: Callable[[Path], Contents], by: str) -> Path:
        """A whole version, still aside."""
        made = datetime.now(UTC)
        name = f"{made:%Y%m%d-%H%M%S}-{made.microsecond:06x}"
        partial = self._aside(name)
        partial.mkdir(parents=True)
        _seal(partial, build(partial), name, made, by)
        return partial

    def _serve(self, built: Path) -> Version:
        name, before = _id_of(built), self.served()
        path = _moved(built, self._versions / name)
        self._point_to(name)
        self._retire(name, before.id if before else name)
        return Version.open(path)

    def _pointed(self) -> str | None:
        try:
            name = (self.root / "CURRENT").read_text(encoding="ascii", errors="replace")
        except FileNotFoundError:
            return None
        if not ID.fullmatch(name):
            raise Damaged(f"{self.root / 'CURRENT'} does not name a version. Run the refresh again.")
        return name

    def _point_to(self, name: str) -> None:
        """The moment of publication: one atomic rename, made durable before anything old is removed."""
        _write(self.root / "CURRENT.next", name)
        os.replace(self.root / "CURRENT.next", self.root / "CURRENT")
        _sync(self.root)

    @contextlib.contextmanager
    def _locked(self, by: str) -> Iterator[None]:
        self._versions.mkdir(parents=True, exist_ok=True)
        with held(self.root / "LOCK", by):
            yield

    def _aside(self, name: str) -> Path:
        return self._versions / f".{name}.partial"

    def _remove_leftovers(self) -> None:
        for left in self._versions.glob(".*.partial"):
            shutil.rmtree(left, ignore_errors=True)

    def _remove_staged(self) -> None:
        """Moved aside first, so that none ever waits half."""
        for path in self._staged.glob("*"):
            path.rename(self._aside(path.name))
        self._remove_leftovers()

    def _published(self) -> list[Path]:
        """Newest first."""
        return sorted((path for path in self._versions.glob("*") if ID.fullmatch(path.name)), reverse=True)

    def _retire(self, *serving: str) -> None:
        """Removes old versions, but none of these: renamed first, so that none is ever half there under its name."""
        others = [path for path in self._published() if path.name not in serving]
        for path in others[KEEP - len(set(serving)) :]:
            with contextlib.suppress(OSError):  # what cannot be removed now is for the next publish
                path.rename(self._aside(path.name))
                shutil.rmtree(self._aside(path.name))

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        """Turns a full or locked disk into a message for the publisher."""
        try:
            yield
        except (OSError, duckdb.Error) as error:
            if why := because(error, NO_ROOM):
                raise NotEnoughSpace(self._no_room(why)) from error
            if isinstance(error, duckdb.OutOfMemoryException):
                raise NotEnoughMemory(
                    "The refresh needs more memory than a quarter of this machine's, which it may take. "
                    f"{self._still_served()} Run it on a machine with more memory, or load fewer months of sales."
                ) from error
            if (why := because(error, NO_RIGHT)) and str(self.root) in str(error):
                raise NotWritable(
                    f"{self.root} cannot be written ({why}). {self._still_served()} "
                    "Let the user that runs the refresh write there, then run it again."
                ) from error
            raise

    def _no_room(self, why: str) -> str:
        had = sum(map(_size, self._versions.glob(".*.partial"))) + shutil.disk_usage(self.root).free
        served = self.served()
        last = sum(size for size, _ in served.manifest.files.values()) if served else 0
        needs = f"about {_megabytes(last)}" if last > had else f"more than {_megabytes(had)}"
        return (
            f"No room for a new version in {self.root} ({why}): it needs {needs}, {_megabytes(had)} were there. "
            f"{self._still_served()} Make room, then run the refresh again."
        )

    def _still_served(self) -> str:
        served = self.served()
        if served is None:
            return "None is served yet."
        return f"The version of {served.manifest.created_at[:16].replace('T', ' ')} UTC is served as before."


def _checked(name: str) -> str:
    """An id, and no path; raises Gone for anything else."""
    if not ID.fullmatch(name):
        raise Gone("There is no such version. Load the page again.")
    return name


def _id_of(path: Path) -> str:
    """Of a version, wherever it lies."""
    return path.name.removeprefix(".").removesuffix(".partial")


def _moved(whole: Path, where: Path) -> Path:
    """A version in its place, durably."""
    whole.rename(where)
    _sync(where.parent)
    return where


def _seal(partial: Path, contents: Contents, name: str, made: datetime, by: str = "") -> None:
    """Makes every file durable, then writes the manifest that vouches for them."""
    paths = sorted(partial.rglob("*"))
    for path in paths:
        _sync(path)
    files = {str(p.relative_to(partial)): (p.stat().st_size, checksum(p)) for p in paths if p.is_file()}
    created = made.isoformat(timespec="seconds")
    manifest = Manifest(**asdict(contents), id=name, created_at=created, files=files, by=by)
    _write(partial / MANIFEST, manifest.to_json())
    _sync(partial)


def _write(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
