"""Many visitors at once, on gunicorn as it is deployed: what they wait for, and what the workers take for it."""

import json
import random
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import numpy as np

from benchmarks.interaction import changes
from dashapp.app import create_app, warm_up
from dashapp.settings import Settings
from dashapp.tabs import TABS
from tests.dashapp.interactions import interaction
from tests.dashapp.test_callbacks import initial
from tests.dashapp.visitors import visitor
from tests.e2e.server import Server

USERS: Final = (100, 200)
SECONDS: Final = 20.0
THINK_SECONDS: Final = 5.0  # on average, between a full page and the next question
PATH: Final = "/_dash-update-component"
HEAD: Final = (
    f"{'visitors':<9} {'pages':>7} {'requests':>9} {'errors':>7} {'p50 ms':>7} {'p95 ms':>7} {'p99 ms':>7} {'cores':>6}"
)
Asked = tuple[bytes, ...]  # all requests of a browser after one change of the filters


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


def report(folder: Path, seconds: float = SECONDS) -> str:
    """On the demo that is published in `folder`/demo: pages of every tab, one request of a visitor after the other."""
    pages = pages_of(folder / "demo", [tab.KEY for tab in TABS])
    with Server(folder / "demo") as server:
        lines = [_line(users, crowd(server, pages, users, seconds, THINK_SECONDS)) for users in USERS]
        each = [worker.memory_full_info() for worker in server.workers()]
    memory = " and ".join(f"{info.pss / 1e6:.0f} MB ({info.uss / 1e6:.0f} their own)" for info in each)
    return "\n".join([HEAD, *lines, f"memory of the workers, shared pages by parts: {memory}", ""])


def pages_of(folder: Path, tabs: Iterable[str]) -> list[Asked]:
    """Seeded changes on tabs; those with more requests as often as the others."""
    app = warm_up(create_app(Settings(data_dir=folder)))
    with visitor(app) as client:
        values = dict(initial(app, client))
        return [
            tuple(json.dumps(body).encode() for body in interaction(app, tab, change, values))
            for tab in tabs
            for change in changes(app)
        ]


def crowd(server: Server, pages: list[Asked], users: int, seconds: float, think: float) -> Met:
    """Signed-in visitors who think between pages. Everybody starts within one think time, and is counted after it."""
    seats = [server.seat(f"visitor{number}")["value"] for number in range(users)]
    met, lock, start = Met(), threading.Lock(), time.monotonic() + think
    until = start + seconds

    def visit(secret: str, draw: random.Random) -> None:
        headers = {"Cookie": f"dashboard={secret}", "Content-Type": "application/json", "Origin": server.url}
        connection = HTTPConnection(urlsplit(server.url).netloc, timeout=60)
        time.sleep(draw.uniform(0, think))
        while (began := time.monotonic()) < until:
            answers = [_answer(connection, request, headers) for request in draw.choice(pages)]
            with lock:
                if began >= start:
                    met.add(1000 * (time.monotonic() - began), answers)
            time.sleep(draw.expovariate(1 / think) if think else 0.0)
        connection.close()

    visits = [threading.Thread(target=visit, args=(s, random.Random(n))) for n, s in enumerate(seats)]
    for thread in visits:
        thread.start()
    time.sleep(max(0.0, start - time.monotonic()))
    before, began = _processor(server), time.monotonic()
    time.sleep(max(0.0, until - time.monotonic()))
    met.seconds = time.monotonic() - began
    met.cores = (_processor(server) - before) / met.seconds
    for thread in visits:
        thread.join()
    return met


def _line(users: int, met: Met) -> str:
    p50, p95, p99 = np.percentile(met.pages, (50, 95, 99))
    return (
        f"{users:<9} {len(met.pages):>7,} {met.requests:>9,} {met.errors:>7} {p50:>7.0f} {p95:>7.0f} {p99:>7.0f} "
        f"{met.cores:>6.2f}"
    )


def _answer(connection: HTTPConnection, request: bytes, headers: dict[str, str]) -> tuple[int, int]:
    """Status and bytes; 0 and 0 where there was no answer."""
    try:
        connection.request("POST", PATH, request, headers)
        answer = connection.getresponse()
        return answer.status, len(answer.read())
    except OSError:
        connection.close()
        return 0, 0


def _processor(server: Server) -> float:
    """Seconds that the workers have computed."""
    found = [worker.cpu_times() for worker in server.workers()]
    return float(sum(times.user + times.system for times in found))
