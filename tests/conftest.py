"""Programs that are run for real, and an order in which no process waits for another at the end."""

from importlib.util import find_spec

import pytest

pytest_plugins = ("tests.programs",)
collect_ignore = [] if find_spec("pyspark") and find_spec("chdb") else ["engines"]  # of requirements-engines.txt
# A third of the time; short ones fill the end evenly.
LONGEST = ("test_xss.py", "test_looks.py", "test_nodes.py", "test_spark.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of the longest files begin first; all others keep their order."""
    items.sort(key=lambda item: item.path.name not in LONGEST)
