"""Several publishers at once, and publishers that are killed."""

import json
import multiprocessing
import subprocess
import sys
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from data.warehouse import KEEP, Busy, Contents, Warehouse
from tests.data.numbers import build, number_in, versions

ROOT = Path(__file__).parents[2]
PHASES = {"build": ("fill", "build"), "fsync": ("_sync", "_seal"), "pointer": ("_point_to",), "removal": ("_retire",)}


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return Warehouse(tmp_path / "warehouse")


def publish_when_told(root: Path, number: int, pipe: Connection) -> None:
    """Publishes at "go". Whoever gets the lock holds it until it is told that the others were refused."""
    pipe.recv()

    def fill(path: Path) -> Contents:
        pipe.send("building")
        pipe.recv()
        return build(number)(path)

    try:
        pipe.send(Warehouse(root).publish(fill).id)
    except Busy as busy:
        pipe.send(str(busy))


def test_of_four_at_once_one_publishes_and_the_others_say_who(warehouse: Warehouse) -> None:
    context = multiprocessing.get_context("spawn")
    pipes, workers = [], []
    for number in range(4):
        ours, theirs = context.Pipe()
        workers.append(context.Process(target=publish_when_told, args=(warehouse.root, number, theirs), daemon=True))
        pipes.append(ours)
    for worker in workers:
        worker.start()
    for pipe in pipes:
        pipe.send("go")
    answers = [pipe.recv() for pipe in pipes]
    (winner,) = (number for number, answer in enumerate(answers) if answer == "building")
    pipes[winner].send("finish")
    published = pipes[winner].recv()
    for worker in workers:
        worker.join()
    refused = [answer for answer in answers if answer != "building"]
    assert len(refused) == 3
    assert all(f"by pid {workers[winner].pid}" in answer for answer in refused)
    assert all(answer.startswith("refresh already running since 2") for answer in refused)
    assert versions(warehouse) == [published]
    served = warehouse.current()
    assert served is not None
    assert number_in(served) == winner


def killed_publishers(root: Path, *arguments: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.data.killed_publishers", str(root), *arguments]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=120)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_no_read_is_torn_by_publishers_killed_at_any_line(warehouse: Warehouse) -> None:
    found = killed_publishers(warehouse.root, "300")
    sys.stdout.write(f"{found}\n")
    where = found["where"]
    assert found["kills"] == 300
    assert {phase for phase, functions in PHASES.items() if any(where.get(f) for f in functions)} == set(PHASES)
    assert found["reads"] > 1_000
    assert found.get("torn", 0) == 0
    left = found["left"]
    assert len(left) == KEEP
    assert not any(name.startswith(".") for name in left)


def test_the_same_kills_tear_reads_of_an_overwritten_directory(warehouse: Warehouse) -> None:
    found = killed_publishers(warehouse.root, "40", "naive")
    assert found["torn"]
