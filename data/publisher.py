"""One publisher at a time: a lock that ends with its holder, and in it who that is, since when."""

import contextlib
import fcntl
import json
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TextIO

from data.version import WarehouseError

LOCK_READS: Final = 50


class Busy(WarehouseError):
    """Another process is publishing. by: who; since: UTC, "2023-12-31 02:45:00"; both "" if it has not said so yet."""

    def __init__(self, since: str = "", by: str = "") -> None:
        words = f" since {since} UTC by {by}" if since else ""
        super().__init__(f"refresh already running{words}. This one stopped and changed nothing.")
        self.since, self.by = since, by


@contextlib.contextmanager
def held(path: Path, by: str) -> Iterator[None]:
    """Holds the lock at `path`, or raises Busy. by: who publishes, as others are told."""
    with path.open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Busy(**_words_of(lock)) from error
        lock.truncate(0)
        who = f"{by} (pid {os.getpid()})" if by else f"pid {os.getpid()}"
        lock.write(json.dumps({"since": f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}", "by": who}))
        lock.flush()
        yield
        lock.truncate(0)


def _words_of(lock: TextIO) -> dict[str, str]:
    """What the holder wrote into the lock: it gets the lock first and writes then, so an empty one is read again."""
    for _ in range(LOCK_READS):
        lock.seek(0)
        with contextlib.suppress(ValueError, AttributeError):
            found = json.loads(lock.read())
            return {name: str(found.get(name, "")) for name in ("since", "by")}
        time.sleep(0.02)
    return {}
