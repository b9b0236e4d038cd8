"""The check of new files: started by one process, done by a process of its own, told by any.

refresh/
job.json             the latest check, replaced whole by whoever changes it
RUNNING              locked by the process that checks, as long as it lives; its id is in it
uploads/<account>/upload/   what somebody sent
"""

import contextlib
import fcntl
import json
import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TextIO

from dashapp.refreshing.written import read, write
from data.pace import Pace
from data.said import Progress, Said, say

ROOT: Final = Path(__file__).parents[2]
COMMAND: Final = (sys.executable, "-m", "flask", "--app", "wsgi", "data", "stage")
STEPS: Final = 39  # that a load of all five tables tells
TRIES: Final = 10  # to get the lock, which those who look hold for a moment
PAUSE: Final = 0.02
ENDS_WITHIN: Final = 5.0  # seconds that a killed process may take to be gone


@dataclass(frozen=True, slots=True)
class Job:
    """One check, as it stands.

    id: of the check. by, account: who started it. since: UTC, "2023-12-31 02:45:00". source: "upload" or "inbox".
    mapping: a shipped one, "" for the files' own. state: running, checked, failed, stopped, published or discarded; or
    ended, if its process did without a word. step, steps: what it is at, and how many it has begun; left: seconds that
    it will still take, where that is known. version: what it
    built. why: of its failure; bare: the same without what stands in cells. rows: by table.
    """

    id: str = ""
    by: str = ""
    account: int = 0
    since: str = ""
    source: str = ""
    folder: str = ""
    mapping: str = ""
    state: str = ""
    step: Said = field(default_factory=lambda: say("Starting"))
    steps: int = 0
    left: float | None = None
    version: str = ""
    why: Said | None = None
    bare: Said | None = None
    rows: Mapping[str, int] = field(default_factory=dict)

    @property
    def share(self) -> float:
        """How much of it is done, 0–1; only a check that is over is done."""
        return min(self.steps / STEPS, 0.99)

    @property
    def running(self) -> bool:
        """Whether it is being worked on."""
        return self.state == "running"


class AlreadyRunning(Exception):
    """A check is running; `job` says whose and since when."""

    def __init__(self, job: Job) -> None:
        super().__init__(f"already running since {job.since} UTC by {job.by}")
        self.job = job


class Jobs:
    """The latest check below one folder. environment: settings for the process that checks, beside one's own."""

    def __init__(self, root: Path, environment: Mapping[str, str]) -> None:
        self.root = root
        self._environment = environment

    def latest(self) -> Job:
        """The latest check; an empty one before the first."""
        alive = self._alive()  # first: who lived then may have written its last word since
        job = self.written()
        return replace(job, state="ended") if job.running and not alive else job

    def written(self) -> Job:
        """As its process wrote it."""
        known = Job.__dataclass_fields__
        return Job(**{name: value for name, value in read(self.root / "job.json").items() if name in known})

    def write(self, job: Job) -> None:
        """Tells all processes."""
        write(self.root / "job.json", json.dumps(asdict(job)))

    def start(self, job: Job) -> Job:
        """Begins a check. Raises AlreadyRunning, and OSError if no process can be started."""
        with self._lock() as lock:
            since = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}"
            job = replace(job, id=secrets.token_hex(8), since=since, state="running")
            self.write(job)
            lock.truncate(0)
            process = subprocess.Popen(
                COMMAND,
                cwd=ROOT,
                env=os.environ | dict(self._environment),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,  # a worker that is replaced takes nobody with it
                pass_fds=[lock.fileno()],  # the lock is theirs: the system lets it go when they end, however they do
            )
            lock.write(str(process.pid))
            lock.flush()
        threading.Thread(target=process.wait, daemon=True).start()
        return job

    def stop(self, job_id: str) -> Job:
        """Ends a check that runs; returns what became of it, which may be that it was done already."""
        job = self.latest()
        if not job.running or job.id != job_id:
            return job
        with contextlib.suppress(OSError, ValueError):
            os.killpg(int((self.root / "RUNNING").read_text(encoding="ascii")), signal.SIGKILL)
        until = time.monotonic() + ENDS_WITHIN
        while self._alive() and time.monotonic() < until:
            time.sleep(PAUSE)
        job = self.latest()
        if job.state == "ended":
            job = replace(job, state="stopped")
            self.write(job)
        return job

    def _alive(self) -> bool:
        """Whether a process checks, however it is called and whoever started it."""
        try:
            with (self.root / "RUNNING").open("r") as lock:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except FileNotFoundError:
            pass
        return False

    @contextlib.contextmanager
    def _lock(self) -> Iterator[TextIO]:
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / "RUNNING").open("a", encoding="ascii") as lock:
            for turn in range(TRIES):
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if turn + 1 == TRIES:
                        raise AlreadyRunning(self.written()) from None
                    time.sleep(PAUSE)
            yield lock


def telling(jobs: Jobs, job: Job, pace: Pace) -> Progress:
    """What a load tells its steps to: each is written down."""
    begun = 0

    def tell(step: Said) -> None:
        nonlocal begun
        begun += 1
        jobs.write(replace(job, step=step, steps=begun, left=pace.begin(step)))

    return tell
