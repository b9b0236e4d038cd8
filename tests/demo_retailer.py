"""The demo retailer, published once for all processes that test."""

import fcntl
import os
from pathlib import Path

import pytest

from analytics.refresh import refresh
from data.demo import DemoSpec, build
from data.warehouse import Warehouse


def published_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with its files in `demo` and what was published of them; made by the first who asks.

    Others read it at the same time: it must not be changed.
    """
    own = tmp_path_factory.getbasetemp()
    root = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    folder = root / "published-demo"
    with (root / "published-demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            making = root / "published-demo.making"
            refresh(build(making / "demo", DemoSpec()), Warehouse(making / "warehouse"))
            making.rename(folder)
    return folder
