"""The dashboard as it is deployed: gunicorn with the project's own configuration, on a port of its own."""

import json
import os
import queue
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.request import urlopen

import psutil

from dashapp.accounts.accounts import Accounts
from dashapp.accounts.rights import Rights
from dashapp.settings import Settings
from tests.dashapp.visitors import ALL_RIGHTS, session

ROOT = Path(__file__).parents[2]
START_SECONDS = 60
STOP_SECONDS = 20
WORKERS = 2
# What systemd does for dashboard.socket: the program gets a socket that listens already, as its descriptor 3.
ACTIVATED = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ |= {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "1"}
os.execv(sys.executable, [sys.executable, "-m", "gunicorn"])
"""
LISTENING = re.compile(r"Listening at: (http://\S+)")


class Server:
    """gunicorn with two workers on the data in `data_dir`; `log` is what it has written so far.

    env: settings beside that of the data. listener: a socket that it shall answer, instead of opening its own.
    """

    def __init__(
        self,
        data_dir: Path,
        env: Mapping[str, str] | None = None,
        listener: socket.socket | None = None,
        application: str = "wsgi:server",
    ) -> None:
        own = {"BIND": "127.0.0.1:0", "WEB_CONCURRENCY": str(WORKERS), "DASHAPP_DATA_DIR": str(data_dir)}
        rest = {name: value for name, value in os.environ.items() if not name.startswith(("DASHAPP_", "GUNICORN"))}
        self.data_dir = data_dir
        self._accounts = (env or {}).get("DASHAPP_ACCOUNTS_URL")
        self.log: list[str] = []
        self._started: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._process = subprocess.Popen(
            [
                sys.executable,
                *(["-m", "gunicorn", application] if listener is None else ["-c", ACTIVATED, str(listener.fileno())]),
            ],
            pass_fds=() if listener is None else (listener.fileno(),),
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

    def seat(self, login: str = "visitor", rights: Rights = ALL_RIGHTS) -> Any:
        """The cookie of a new session of somebody with these rights, as Playwright takes it."""
        (secret,) = self.sessions([login], rights)
        return {"name": "dashboard", "value": secret, "url": self.url, "httpOnly": True, "sameSite": "Lax"}

    def sessions(self, logins: Iterable[str], rights: Rights = ALL_RIGHTS) -> list[str]:
        """Secrets of new sessions, one for each."""
        with self.accounts() as accounts:
            return [session(accounts, login, rights) for login in logins]

    def accounts(self) -> closing[Accounts]:
        """Those that it serves, to be changed from elsewhere."""
        return closing(Accounts(Settings(data_dir=self.data_dir, accounts_url=self._accounts).accounts))

    def reload(self) -> None:
        """Has the workers replaced by new ones, and waits until the last of those before is gone."""
        before = self.workers()
        self._process.send_signal(signal.SIGHUP)
        _, left = psutil.wait_procs(before, timeout=START_SECONDS)
        assert not left

    def workers(self) -> list[psutil.Process]:
        """The processes that answer."""
        found: list[psutil.Process] = psutil.Process(self._process.pid).children()
        return found

    def computed(self) -> float:
        """Seconds that the workers have computed, those that were replaced meanwhile among them."""
        ended = psutil.Process(self._process.pid).cpu_times()
        living = [worker.cpu_times() for worker in self.workers()]
        return ended.children_user + ended.children_system + sum(times.user + times.system for times in living)

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
