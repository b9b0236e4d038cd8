"""Pages that are made from the code say what the code says."""

from pathlib import Path

import pytest

from docs.__main__ import PAGES


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_generated_page_is_fresh(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == PAGES[path](), "run `make docs` and commit the page"
