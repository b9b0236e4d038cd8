"""Publishers that are killed at random lines while readers verify what is served. Run by test_warehouse.

    python -m tests.data.killed_publishers DIRECTORY KILLS [naive]

Prints one JSON object: kills, where they fell (by function), reads, torn reads, directories left in the end.
A forked publisher traces itself and sends itself SIGKILL before a line that a seeded generator chose: first a function
among those that run in a publication, then one of its lines, so that short and decisive ones get their share.
"naive" overwrites one directory in place: what the test must notice.
"""

import json
import mmap
import os
import random
import signal
import sys
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

from data import publisher as publisher_module
from data import version as version_module
from data import warehouse as warehouse_module
from data.warehouse import Contents, Gone, Version, Warehouse, WarehouseError

TRACED = (warehouse_module.__file__, publisher_module.__file__, version_module.__file__, __file__)
FILES = ("a.dat", "b.dat", "arrays/c.dat")
SEED = 20231231


class Overwriting(Warehouse):
    """The naive publisher: the same files and manifest, written over the served ones."""

    def publish(self, build: Callable[[Path], Contents]) -> Version:
        name = self._pointed()
        if name is None:
            return super().publish(build)
        path = self.root / "versions" / name
        contents = build(path)
        (path / "manifest.json").unlink(missing_ok=True)
        warehouse_module._seal(path, contents, name, datetime.now(UTC))
        return Version.open(path)


def build(tag: int) -> Callable[[Path], Contents]:
    """Three files that all hold the same tag 200 times."""

    def fill(path: Path) -> Contents:
        (path / "arrays").mkdir(exist_ok=True)
        for name in FILES:
            with (path / name).open("w") as file:
                for _ in range(4):
                    file.write(f"{tag}\n" * 50)
                    file.flush()
        return Contents("kills", "EUR", "2023-12-31", {"tag": tag}, {}, ())

    return fill


def read(warehouse: Warehouse, newest: int) -> int:
    """The tag that is served. Raises WarehouseError or AssertionError if the read is torn, Gone if it was too slow."""
    version = warehouse.current()
    assert version is not None
    version.verify()
    texts = {(version.path / name).read_text() for name in FILES if version.path.exists()}
    tag = version.manifest.rows["tag"]
    if not version.path.exists():
        raise Gone("removed while it was read")
    assert texts == {f"{tag}\n" * 200}, "files of two versions"
    assert tag >= newest, "an older version came back"
    return tag


def read_until(stop: mmap.mmap, root: Path, kind: type[Warehouse], results: int) -> None:
    """A reader: as a worker does, one Warehouse for good, and a fresh one every second time, as a new worker has."""
    lasting, newest, counts = kind(root), 0, Counter[str]()
    while not stop[0]:
        warehouse = lasting if counts["reads"] % 2 else kind(root)
        counts["reads"] += 1
        try:
            newest = read(warehouse, newest)
        except Gone:
            counts["gone"] += 1
        except (WarehouseError, AssertionError, OSError) as error:
            counts["torn"] += 1
            counts[f"{type(error).__name__}: {str(error)[:60]}"] += 1
    os.write(results, json.dumps(counts).encode() + b"\n")


def lines_of(action: Callable[[], Any], at: Callable[[int, str], None]) -> None:
    """Runs `action` and calls `at(number, function)` before each of its lines in the traced files."""
    number = 0

    def trace(frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal number
        if frame.f_code.co_filename not in TRACED:
            return None
        if event == "line":
            at(number, frame.f_code.co_name)
            number += 1
        return trace

    sys.settrace(trace)
    action()
    sys.settrace(None)


def in_child(action: Callable[[], Any]) -> int:
    """A forked process that runs `action` and ends."""
    if (child := os.fork()) == 0:
        try:
            action()
        finally:
            os._exit(0)
    return child


def publish_and_die(warehouse: Warehouse, tag: int, line: int, functions: int) -> None:
    """Publishes `tag`, killed before line number `line`, whose function it writes to the pipe."""

    def die(number: int, function: str) -> None:
        if number == line:
            os.write(functions, function.encode() + b"\n")
            os.kill(os.getpid(), signal.SIGKILL)

    lines_of(lambda: warehouse.publish(build(tag)), die)


def kill_all(warehouse: Warehouse, kills: int, functions: int) -> int:
    """Kills so many publishers, each at a random line; publishes once more, in peace."""
    chance, died, by_function = random.Random(SEED), 0, defaultdict[str, list[int]](list)
    lines_of(lambda: warehouse.publish(build(3)), lambda number, name: by_function[name].append(number))
    for tag in range(4, 4 + kills):
        line = chance.choice(by_function[chance.choice(list(by_function))])
        child = in_child(lambda t=tag, n=line: publish_and_die(warehouse, t, n, functions))
        died += os.WIFSIGNALED(os.waitpid(child, 0)[1])
    warehouse.publish(build(4 + kills))
    return died


def main(root: Path, kills: int, kind: type[Warehouse]) -> dict[str, Any]:
    warehouse, stop = kind(root), mmap.mmap(-1, 1)
    for tag in range(3):  # so that from now on each publication also removes a version
        warehouse.publish(build(tag))
    (results_out, results), (functions_out, functions) = os.pipe(), os.pipe()
    readers = [in_child(lambda: read_until(stop, root, kind, results)) for _ in range(2)]
    try:
        died = kill_all(warehouse, kills, functions)
    finally:
        stop[0] = 1
        for reader in readers:
            os.waitpid(reader, 0)
        os.close(results)
        os.close(functions)
    totals = Counter[str]()
    with os.fdopen(results_out) as lines:
        for counts in lines:
            totals.update(json.loads(counts))
    with os.fdopen(functions_out) as lines:
        where = Counter(line.strip() for line in lines)
    return {"kills": died, "where": where, **totals, "left": sorted(os.listdir(root / "versions"))}


if __name__ == "__main__":
    kind = Overwriting if "naive" in sys.argv[3:] else Warehouse
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]), kind)))
