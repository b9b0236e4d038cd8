"""Programs that are run for real, and as many processes in such an order that none is idle or waits for another."""

import os
from importlib.util import find_spec

import pytest

pytest_plugins = ("tests.programs",)
collect_ignore = [] if find_spec("pyspark") and find_spec("chdb") else ["engines"]  # of requirements-engines.txt
# A third of the time; short ones fill the end evenly.
LONGEST = ("test_xss.py", "test_axe.py", "test_nodes.py", "test_spark.py")


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: tests in a browser wait a tenth of their time."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of the longest files begin first; all others keep their order."""
    items.sort(key=lambda item: item.path.name not in LONGEST)
