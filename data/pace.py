"""How long a load still takes: its stages as long as they took for the version that is served, at today's pace."""

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from data.said import Progress, Said
from data.version import Version

STAGES: Final = "stages.json"  # of a version: what each stage of its making is called, and its seconds
SURE: Final = 5.0  # seconds that both must have taken before their pace counts more than none
Stage = tuple[str, float]


class Pace:
    """Watches the stages of one load. before: those of an earlier one, [] for none; clock: seconds.

    >>> from data.said import say
    >>> now = iter((0.0, 0.0, 25.0))
    >>> pace = Pace([("reading", 10.0), ("marts", 30.0)], lambda: next(now))
    >>> pace.begin(say("reading")), pace.begin(say("marts"))
    (40.0, 60.0)
    """

    def __init__(self, before: Sequence[Stage] = (), clock: Callable[[], float] = time.monotonic) -> None:
        self._before, self._clock = before, clock
        self._began: list[tuple[str, float]] = []
        self._start = clock()
        self._next = 0  # stage of the earlier load that is still to come

    @classmethod
    def after(cls, version: Version | None) -> "Pace":
        """That of a load which follows a version; of one without stages, or of none, nothing is known."""
        try:
            raw = json.loads((version.path / STAGES).read_text(encoding="utf-8")) if version else []
            return cls([(str(name), float(seconds)) for name, seconds in raw])
        except (OSError, ValueError, TypeError):
            return cls()

    def begin(self, step: Said) -> float | None:
        """Notes that a stage begins; seconds that are left, None where an earlier load knew no such stage."""
        now, stage = self._clock(), _name(step)
        self._began.append((stage, now))
        places = (at for at in range(self._next, len(self._before)) if self._before[at][0] == stage)
        if (at := next(places, None)) is None:
            return None
        self._next = at + 1
        then, left = (sum(seconds for _, seconds in part) for part in (self._before[:at], self._before[at:]))
        return left * (now - self._start + SURE) / (then + SURE)

    def watched(self, progress: Progress) -> Progress:
        """Progress that is noted on its way."""

        def told(step: Said) -> None:
            self.begin(step)
            progress(step)

        return told

    def save(self, path: Path) -> None:
        """Leaves the stages so far with the version that is made in `path`."""
        ends = [*(at for _, at in self._began[1:]), self._clock()]
        stages = [(name, round(end - at, 3)) for (name, at), end in zip(self._began, ends, strict=True)]
        (path / STAGES).write_text(json.dumps(stages), encoding="utf-8")


def _name(step: Said) -> str:
    """What a stage is called, however many rows it has."""
    return " ".join([step["text"], *(value for value in step["values"].values() if isinstance(value, str))])
