"""What is made once for all processes that test."""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from analytics.refresh import refresh
from data.demo import DemoSpec, build
from data.warehouse import Warehouse


def made_once(tmp_path_factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder of this name, filled by the first who asks: `make` gets it empty.

    Others read it at the same time: it must not be changed.
    """
    own = tmp_path_factory.getbasetemp()
    root = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    folder = root / name
    with (root / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            making = root / f"{name}.making"
            shutil.rmtree(making, ignore_errors=True)  # of one who failed
            making.mkdir()
            make(making)
            making.rename(folder)
    return folder


def published_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the demo retailer's files in `demo` and what was published of them."""

    def make(folder: Path) -> None:
        refresh(build(folder / "demo", DemoSpec()), Warehouse(folder / "warehouse"))

    return made_once(tmp_path_factory, "published-demo", make)
