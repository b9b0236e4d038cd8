"""The dashboard as it is deployed: gunicorn with the project's own configuration, on a port of its own."""

import json
import os
import queue
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from urllib.request import urlopen

import psutil

ROOT = Path(__file__).parents[2]
START_SECONDS = 60
STOP_SECONDS = 20
WORKERS = 2
LISTENING = re.compile(r"Listening at: (http://\S+)")


class Server:
    """gunicorn with two workers on the data in `data_dir`; `log` is what it has written so far.

    env: settings beside that of the data.
    """

    def __init__(self, data_dir: Path, env: Mapping[str, str] | None = None) -> None:
        own = {"BIND": "127.0.0.1:0", "WEB_CONCURRENCY": str(WORKERS), "DASHAPP_DATA_DIR": str(data_dir)}
        rest = {name: value for name, value in os.environ.items() if not name.startswith(("DASHAPP_", "GUNICORN"))}
        self.data_dir = data_dir
        self.log: list[str] = []
        self._started: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn"],
            cwd=ROOT,
            env=rest | own | dict(env or {}),
            stderr=subprocess.PIPE,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.url = self._started.get(timeout=START_SECONDS)
        assert self.url, "gunicorn ended while it started:\n" + "".join(self.log)

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        assert self._process.poll() is None, "gunicorn has ended by itself:\n" + "".join(self.log[-20:])
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            raise
        self._reader.join(STOP_SECONDS)

    def workers(self) -> list[psutil.Process]:
        """The processes that answer."""
        found: list[psutil.Process] = psutil.Process(self._process.pid).children()
        return found

    def versions(self) -> list[str]:
        """The version that each worker serves, asked one by one: the others are held still meanwhile."""
        found = []
        for worker in self.workers():
            others = [other for other in self.workers() if other != worker]
            with held(others), urlopen(f"{self.url}/readyz", timeout=10) as ready:
                found.append(json.load(ready)["version"])
        return found

    def failures(self) -> list[str]:
        """Lines of the log that no healthy run has."""
        return [line for line in self.log if re.search(r"Traceback|\[ERROR\]|\[CRITICAL\]|\bError:|reference", line)]

    def _read(self) -> None:
        assert self._process.stderr is not None
        with self._process.stderr as lines:
            for line in lines:
                self.log.append(line)
                if found := LISTENING.search(line):
                    self._started.put(found[1])
        self._started.put("")


@contextmanager
def held(processes: list[psutil.Process]) -> Iterator[None]:
    """Stops processes for a moment without ending them."""
    for process in processes:
        process.suspend()
    try:
        yield
    finally:
        for process in processes:
            process.resume()
