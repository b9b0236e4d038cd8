"""Programs that are run for real, and an order in which no process waits for another at the end."""

import pytest

pytest_plugins = ("tests.programs",)
LONGEST = ("test_xss.py", "test_axe.py", "test_nodes.py")  # a quarter of the time; short ones fill the end evenly


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of the longest files begin first; all others keep their order."""
    items.sort(key=lambda item: item.path.name not in LONGEST)
