"""Asks the peer's page as its own front end does: a websocket, a filter changed, until its script has finished.

Runs in the peer's environment and prints one line of JSON: see `measured`.
"""

import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any, Final
from urllib.request import urlopen

import psutil
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

CHANGES: Final = 20
USERS: Final = 16
SECONDS: Final = 15.0
START_SECONDS: Final = 30


class Visitor:
    """One open page."""

    def __init__(self, socket: ClientConnection, draw: random.Random) -> None:
        self._socket = socket
        self._draw = draw
        self._widgets: dict[str, tuple[str, list[str]]] = {}
        self._run(BackMsg(rerun_script={}))

    def change(self) -> tuple[float, int]:
        """Milliseconds until the page is whole again after other chains and quarters are chosen, and its bytes."""
        message = BackMsg(rerun_script={})
        for label, most in (("Chain", 2), ("Quarter", 6)):
            name, offered = self._widgets[label]
            state = message.rerun_script.widget_states.widgets.add(id=name)
            state.string_array_value.data.extend(self._draw.sample(offered, self._draw.randint(1, most)))
        start = time.perf_counter()
        size = self._run(message)
        return 1000 * (time.perf_counter() - start), size

    def _run(self, message: Any) -> int:
        """Sends, and reads until the script has finished; bytes read."""
        self._socket.send(message.SerializeToString())
        size = 0
        while True:
            raw = self._socket.recv()
            size += len(raw)
            told = ForwardMsg.FromString(raw)
            kind = told.WhichOneof("type")
            if kind == "delta" and told.delta.new_element.WhichOneof("type") == "multiselect":
                found = told.delta.new_element.multiselect
                self._widgets[found.label] = (found.id, list(found.options))
            if kind == "delta" and told.delta.new_element.WhichOneof("type") == "exception":
                raise RuntimeError(told.delta.new_element.exception.message)
            if kind == "script_finished" and told.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                return size


def measured(port: int, process: psutil.Process) -> dict[str, float]:
    """alone_ms, bytes: medians of one visitor's changes; changes_per_second, crowd_ms: of many who never think."""
    with _opened(port) as socket:
        visitor = Visitor(socket, random.Random(0))
        visitor.change()
        alone = [visitor.change() for _ in range(CHANGES)]
    took: list[float] = []
    until = time.monotonic() + SECONDS
    before = process.cpu_times()

    def visit(number: int) -> None:
        with _opened(port) as socket:
            crowd = Visitor(socket, random.Random(number))
            while time.monotonic() < until:
                took.append(crowd.change()[0])

    visits = [threading.Thread(target=visit, args=(number,)) for number in range(USERS)]
    start = time.monotonic()
    for thread in visits:
        thread.start()
    for thread in visits:
        thread.join()
    after, seconds = process.cpu_times(), time.monotonic() - start
    return {
        "alone_ms": median(ms for ms, _ in alone),
        "bytes": median(size for _, size in alone),
        "changes_per_second": len(took) / seconds,
        "crowd_ms": median(took),
        "cores": (after.user + after.system - before.user - before.system) / seconds,
        "memory_mb": process.memory_full_info().pss / 1e6,
    }


def _opened(port: int) -> Any:
    return connect(f"ws://127.0.0.1:{port}/_stcore/stream", subprotocols=["streamlit"], max_size=None)


@contextmanager
def served(port: int) -> Iterator[psutil.Process]:
    """The page, from the moment that it answers."""
    page = Path(__file__).with_name("page.py")
    options = ["--server.headless=true", f"--server.port={port}", "--browser.gatherUsageStats=false"]
    command = [sys.executable, "-m", "streamlit", "run", str(page), *options]
    with subprocess.Popen(command, env=os.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            until = time.monotonic() + START_SECONDS
            while not _answers(port):
                assert time.monotonic() < until
                time.sleep(0.1)
            yield psutil.Process(process.pid)
        finally:
            process.terminate()


def _answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


if __name__ == "__main__":
    with served(int(sys.argv[1])) as server:
        print(json.dumps(measured(int(sys.argv[1]), server)))
