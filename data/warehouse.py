"""The published versions of the data: built aside, swapped in whole, read without locks.

    warehouse/
        CURRENT                     the id of the version that is served
        LOCK                        held by the process that publishes
        versions/<id>/              manifest.json, quality.json, warehouse.duckdb, arrays/*.npy
        versions/.<id>.partial/     being built, or left by a process that was killed: the next publish removes it

A reader sees a whole version or the one before it. It may keep a version past its removal: arrays that are mapped and
databases that are open stay readable; what was not opened by then raises `Gone`, and `Warehouse.current()` has a newer
one. A version is removed when KEEP newer ones are there, so that takes KEEP refreshes within one request.
"""

import contextlib
import errno
import fcntl
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TextIO

import duckdb

from data.version import MANIFEST, Contents, Damaged, Gone, Manifest, Version, WarehouseError, checksum

__all__ = ["Busy", "Contents", "Damaged", "Gone", "Manifest", "NotEnoughSpace", "NotWritable", "Version", "Warehouse"]
KEEP: Final = 3
ID: Final = re.compile(r"\d{8}-\d{6}-[0-9a-f]{6}")
LOCK_READS: Final = 50
POINTER_READS: Final = 5  # a version named by CURRENT vanishes before it is opened only if KEEP others come meanwhile
NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
NO_RIGHT: Final = (errno.EACCES, errno.EPERM, errno.EROFS)


class Busy(WarehouseError):
    """Another process is publishing."""


class NotEnoughSpace(WarehouseError):
    """The new version does not fit on the disk, in the quota or under the file size limit."""


class NotWritable(WarehouseError):
    """The warehouse directory may not be written."""


class Warehouse:
    """The versions below one directory: one publisher at a time, any number of readers in any process."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._versions = root / "versions"
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

    def publish(self, build: Callable[[Path], Contents]) -> Version:
        """Lets `build` fill an empty directory, then makes that the version that is served.

        Raises Busy, NotEnoughSpace or NotWritable, or what `build` raises; the version before is served as it was, and
        nothing of the new one is left. Removes what killed publishers left and all but the KEEP newest versions.
        """
        with self._explained(), self._locked():
            self._remove_leftovers()
            try:
                with self._explained():  # before the cleaning, because it tells how much was written
                    return self._publish(build)
            finally:
                self._remove_leftovers()

    def _publish(self, build: Callable[[Path], Contents]) -> Version:
        made = datetime.now(UTC)
        name = f"{made:%Y%m%d-%H%M%S}-{made.microsecond:06x}"
        partial = self._aside(name)
        partial.mkdir(parents=True)
        _seal(partial, build(partial), name, made)
        partial.rename(self._versions / name)
        _sync(self._versions)
        self._point_to(name)
        self._retire(name)
        return Version.open(self._versions / name)

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
    def _locked(self) -> Iterator[None]:
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / "LOCK").open("a+", encoding="ascii") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                running = f"refresh already running {_words_of(lock)}".strip()
                raise Busy(f"{running}. This one stopped and changed nothing.") from error
            lock.truncate(0)
            lock.write(f"since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC by pid {os.getpid()}")
            lock.flush()
            yield
            lock.truncate(0)

    def _aside(self, name: str) -> Path:
        return self._versions / f".{name}.partial"

    def _remove_leftovers(self) -> None:
        for left in self._versions.glob(".*.partial"):
            shutil.rmtree(left, ignore_errors=True)

    def _retire(self, served: str) -> None:
        """Removes old versions: renamed first, so that none is ever half there under its own name."""
        others = sorted((path.name for path in self._versions.iterdir() if ID.fullmatch(path.name)), reverse=True)
        others.remove(served)
        for name in others[KEEP - 1 :]:
            with contextlib.suppress(OSError):  # what cannot be removed now is for the next publish
                (self._versions / name).rename(self._aside(name))
                shutil.rmtree(self._aside(name))

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        """Turns a full or locked disk into a message for the publisher."""
        try:
            yield
        except (OSError, duckdb.Error) as error:
            if why := _because(error, NO_ROOM):
                raise NotEnoughSpace(self._no_room(why)) from error
            if (why := _because(error, NO_RIGHT)) and str(self.root) in str(error):
                raise NotWritable(
                    f"{self.root} cannot be written ({why}). {self._still_served()} "
                    "Let the user that runs the refresh write there, then run it again."
                ) from error
            raise

    def _no_room(self, why: str) -> str:
        had = sum(map(_size, self._versions.glob(".*.partial"))) + shutil.disk_usage(self.root).free
        served = self._served()
        last = sum(size for size, _ in served.manifest.files.values()) if served else 0
        needs = f"about {_megabytes(last)}" if last > had else f"more than {_megabytes(had)}"
        return (
            f"No room for a new version in {self.root} ({why}): it needs {needs}, {_megabytes(had)} were there. "
            f"{self._still_served()} Make room, then run the refresh again."
        )

    def _served(self) -> Version | None:
        with contextlib.suppress(WarehouseError):
            return self.current()
        return None

    def _still_served(self) -> str:
        served = self._served()
        if served is None:
            return "None is served yet."
        return f"The version of {served.manifest.created_at[:16].replace('T', ' ')} UTC is served as before."


def _words_of(lock: TextIO) -> str:
    """What the holder wrote into the lock: it gets the lock first and writes then, so an empty one is read again."""
    for _ in range(LOCK_READS):
        lock.seek(0)
        if words := lock.read():
            return words
        time.sleep(0.02)
    return ""


def _seal(partial: Path, contents: Contents, name: str, made: datetime) -> None:
    """Makes every file durable, then writes the manifest that vouches for them."""
    paths = sorted(partial.rglob("*"))
    for path in paths:
        _sync(path)
    files = {str(p.relative_to(partial)): (p.stat().st_size, checksum(p)) for p in paths if p.is_file()}
    created = made.isoformat(timespec="seconds")
    _write(partial / MANIFEST, Manifest(**asdict(contents), id=name, created_at=created, files=files).to_json())
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


def _because(error: Exception, codes: tuple[int, ...]) -> str | None:
    """The system's words for the first of `codes` behind the error; DuckDB only hands them on in its message."""
    if isinstance(error, OSError):
        return os.strerror(error.errno) if error.errno in codes else None
    if "max_temp_directory_size" in str(error):  # DuckDB's words for a disk too full to sort on
        return os.strerror(errno.ENOSPC) if errno.ENOSPC in codes else None
    return next((text for text in map(os.strerror, codes) if text in str(error)), None)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
