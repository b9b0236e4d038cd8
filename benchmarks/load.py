"""Many visitors at once, on gunicorn as it is deployed: what they wait for, and what the workers take for it.

`make bench` looks for ten seconds at each crowd, `make bench-crowd` for five minutes.
"""

import random
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from statistics import median
from typing import Final

import numpy as np

from analytics.refresh import refresh
from benchmarks.interaction import Caller, pages_of
from benchmarks.table import Row, markdown, write
from data.demo import DemoSpec, build
from data.warehouse import Warehouse
from tests.e2e.server import WORKERS, Server

USERS: Final = {100: "≤ 500 ms", 200: "≤ 1 s"}
SECONDS: Final = 10.0
LONG_SECONDS: Final = 300.0
THINK_SECONDS: Final = 5.0  # on average, between a full page and the next question
ALONE_SECONDS: Final = 3.0


@dataclass(slots=True)
class Met:
    """What visitors met. pages: milliseconds of each full page; errors: answers that were none; cores: of the workers,
    while it lasted.
    """

    pages: list[float] = field(default_factory=list)
    requests: int = 0
    errors: int = 0
    bytes: int = 0
    seconds: float = 0.0
    cores: float = 0.0

    def add(self, took: float, answers: Iterable[tuple[int, int]]) -> None:
        """A page: milliseconds, and status and bytes of every answer."""
        self.pages.append(took)
        for status, size in answers:
            self.requests += 1
            self.errors += status not in (200, 204)
            self.bytes += size


def rows(folder: Path, seconds: float = SECONDS) -> Iterator[Row]:
    """On the version published in `folder`: pages of every tab, one request of a visitor after the other."""
    pages = list(chain.from_iterable(pages_of(folder).values()))
    with Server(folder) as server:
        alone = crowd(server, pages, 1, ALONE_SECONDS, 0.0)
        floor = median(alone.pages)
        for users, goal in USERS.items():
            met = crowd(server, pages, users, seconds, THINK_SECONDS)
            p50, p95 = np.percentile(met.pages, (50, 95))
            what = f"{users} visitors who think for {THINK_SECONDS:.0f} s, full pages"
            shown = f"{what}: p95 of {len(met.pages):,} pages, {met.errors} of {met.requests:,} answers were errors"
            yield Row(shown, float(p95), "ms", floor, "one visitor's median", goal)
            yield Row(f"{what}: median", float(p50), "ms", floor, "one visitor's median")
            yield Row(f"{what}: cores of the workers", met.cores, "cores", 0.0, "")
        yield from _memory(server, "")


def memory(folder: Path, size: str) -> Iterator[Row]:
    """Of each worker after ten seconds of pages of every tab. size: words for how much the version holds."""
    pages = list(chain.from_iterable(pages_of(folder).values()))
    with Server(folder) as server:
        met = crowd(server, pages, 2 * WORKERS, SECONDS, 0.0)
        assert met.requests
        assert not met.errors
        yield from _memory(server, f", {size}")


def _memory(server: Server, size: str) -> Iterator[Row]:
    """All pages, and those that no file stands behind: the system takes back mapped ones when it needs room."""
    for number, worker in enumerate(server.workers(), 1):
        pages = dict(line.split(":") for line in Path(f"/proc/{worker.pid}/smaps_rollup").read_text().splitlines()[1:])
        for kind, words, goal in (
            ("Pss", "shared pages by parts", "≤ 150 MB"),
            ("Pss_Anon", "without those of files", ""),
        ):
            what, size_in_kb = f"memory of worker {number}, {words}{size}", pages[kind].split()[0]
            yield Row(what, 1.024e-3 * int(size_in_kb), "MB", 0.0, "", "" if size else goal)


def crowd(server: Server, pages: list[list[bytes]], users: int, seconds: float, think: float) -> Met:
    """Signed-in visitors who think between pages. Everybody starts within one think time, and is counted after it."""
    seats = server.sessions(f"visitor{number}" for number in range(users))
    met, lock, start = Met(), threading.Lock(), time.monotonic() + think
    until = start + seconds

    def visit(secret: str, draw: random.Random) -> None:
        call = Caller(server.url, secret)
        time.sleep(draw.uniform(0, think))
        while (began := time.monotonic()) < until:
            took, answers = call(draw.choice(pages))
            with lock:
                if began >= start:
                    met.add(took, answers)
            time.sleep(max(0.0, min(draw.expovariate(1 / think), until - time.monotonic())) if think else 0.0)

    visits = [threading.Thread(target=visit, args=(s, random.Random(n))) for n, s in enumerate(seats)]
    for thread in visits:
        thread.start()
    time.sleep(max(0.0, start - time.monotonic()))
    before, began = server.computed(), time.monotonic()
    time.sleep(max(0.0, until - time.monotonic()))
    met.seconds = time.monotonic() - began
    met.cores = (server.computed() - before) / met.seconds
    for thread in visits:
        thread.join()
    return met


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as aside:
        refresh(build(Path(aside) / "demo", DemoSpec()), Warehouse(Path(aside) / "warehouse"))
        write(markdown(rows(Path(aside), LONG_SECONDS)), "bench-crowd")
