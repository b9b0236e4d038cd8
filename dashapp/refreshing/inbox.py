"""The folder that the operator set: what is in it, and whether something there waits to be checked."""

import contextlib
import fcntl
import json
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from dashapp.refreshing.files import File, files_in
from dashapp.refreshing.written import read, write

LOOK_EVERY: Final = 60.0  # seconds
QUIET: Final = 60.0  # seconds without a change until files count as whole


class Inbox:
    """A watched folder. folder: None if none is set. aside: where it is noted what was seen, for all processes.

    built_at: when each kept version was built, ISO 8601. clock: seconds since 1970.
    """

    def __init__(
        self,
        folder: Path | None,
        aside: Path,
        built_at: Callable[[], list[str]],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.folder = folder
        self._aside = aside
        self._built_at = built_at
        self._clock = clock

    def files(self) -> list[File]:
        """What is in it."""
        return files_in(self.folder)

    def loaded_at(self) -> float:
        """When the newest version was built, seconds since 1970; 0 before the first. Rolling back does not count."""
        return max((datetime.fromisoformat(moment).timestamp() for moment in self._built_at()), default=0.0)

    def waiting(self) -> float:
        """When files changed that no version has yet and that have been quiet since; 0 for none.

        Whichever process asks first after a minute looks; a folder that hangs holds up that one, and no other.
        """
        if self.folder is None:
            return 0.0
        told = read(self._aside / "inbox.json")
        if not 0 <= self._clock() - told.get("at", 0.0) < LOOK_EVERY:
            with self._alone() as alone:
                if alone:
                    told = {"at": self._clock(), "waiting": self._look()}
                    write(self._aside / "inbox.json", json.dumps(told))
        return float(told.get("waiting", 0.0))

    def _look(self) -> float:
        changed = max((file.changed_at for file in self.files()), default=0.0)
        quiet = self._clock() - changed >= QUIET
        return changed if quiet and changed > self.loaded_at() else 0.0

    @contextlib.contextmanager
    def _alone(self) -> Iterator[bool]:
        """Whether this process is the one that looks."""
        self._aside.mkdir(parents=True, exist_ok=True)
        with (self._aside / "LOOKING").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True
