"""Programs that tests run for real: found, started for a test on a port of its own, and ended."""

import glob
import os
import random
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from redis import Redis

START_SECONDS = STOP_SECONDS = 30
ELSEWHERE = ["/usr/sbin", *sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True)]  # not on everybody's PATH


def found(name: str) -> str | None:
    """Where a program is."""
    return shutil.which(name, path=os.pathsep.join([os.environ["PATH"], *ELSEWHERE]))


def program(name: str) -> str:
    """Where a program is; without it the test is skipped, but never in CI."""
    if path := found(name):
        return path
    missing = f"This test needs {name}: make programs"
    if os.environ.get("CI"):
        pytest.fail(missing)
    pytest.skip(missing)


def headless() -> str:
    """A Chromium without windows: the one that has none is a tenth faster."""
    return found("chromium-headless-shell") or program("chromium")


def free_port() -> int:
    """A port of the loopback, below those that the system gives to clients: nobody gets it while a program is down."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)):
                return port


def listens(port: int) -> bool:
    with socket.socket() as trial:
        return not trial.connect_ex(("127.0.0.1", port))


@contextmanager
def running(command: list[str], port: int, **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A program from the moment that it listens, ended afterwards."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, **options) as process:
        try:
            until = time.monotonic() + START_SECONDS
            while not listens(port):
                assert process.poll() is None, f"{command[0]} has ended with {process.returncode}"
                assert time.monotonic() < until, f"{command[0]} does not listen"
                time.sleep(0.02)
            yield process
        finally:
            process.send_signal(signal.SIGCONT)
            process.send_signal(signal.SIGINT)  # what all of them take for: end at once
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                raise


class PrivateRedis:
    """A Redis with a password, which keeps nothing on disk and can be killed, held and started again."""

    def __init__(self, folder: Path) -> None:
        self.port, password = free_port(), secrets.token_hex(8)
        self.url = f"redis://:{password}@127.0.0.1:{self.port}/0"
        self.socket = folder / "redis.sock"
        self._command = [
            *(program("redis-server"), "--port", str(self.port), "--bind", "127.0.0.1", "--requirepass", password),
            *("--unixsocket", str(self.socket), "--save", "", "--appendonly", "no", "--dir", str(folder)),
        ]

    def __enter__(self) -> "PrivateRedis":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._running.__exit__(None, None, None)

    def start(self) -> None:
        self._running = running(self._command, self.port)
        self._process = self._running.__enter__()

    def kill(self) -> None:
        self._process.kill()
        self._running.__exit__(None, None, None)

    def hold(self) -> None:
        """Connections are taken, and nothing is answered."""
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    @contextmanager
    def client(self) -> Iterator[Redis]:
        with Redis.from_url(self.url) as client:
            yield client


@pytest.fixture
def private_redis(tmp_path: Path) -> Iterator[PrivateRedis]:
    with PrivateRedis(tmp_path) as redis:
        yield redis


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The SQLAlchemy URL of one for all tests: leave no tables behind."""
    with private_postgres() as url:
        yield url.replace("postgresql", "postgresql+psycopg", 1)


@contextmanager
def private_postgres() -> Iterator[str]:
    """The URL of a PostgreSQL of one's own."""
    initdb, server, port, password = program("initdb"), program("postgres"), free_port(), secrets.token_hex(8)
    with tempfile.TemporaryDirectory() as folder:  # pytest's own are closed to the user below
        secret = Path(folder, "password")
        secret.write_text(password)
        options: dict[str, Any] = {"cwd": folder}
        if os.getuid() == 0:  # it refuses to run as root
            options |= {"user": "postgres", "group": "postgres", "extra_groups": []}
            shutil.chown(folder, "postgres", "postgres")
            shutil.chown(secret, "postgres", "postgres")
        made = ["--auth=scram-sha-256", "--username=dashboard", "--pwfile=password", "--encoding=UTF8", "--locale=C"]
        subprocess.run([initdb, "--no-sync", *made, "data"], check=True, stdout=subprocess.DEVNULL, **options)
        run = [server, "-D", "data", "-h", "127.0.0.1", "-p", str(port), "-k", "", "-F"]
        with running(run, port, stderr=subprocess.DEVNULL, **options):
            url = f"postgresql://dashboard:{password}@127.0.0.1:{port}/postgres"
            until_ready(url)
            yield url


def until_ready(url: str) -> None:
    """It listens a moment before it answers."""
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(url).close()
            return
        except psycopg.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
