"""Two published retailers, each beside the raw files it was made of."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from analytics.cube import Cube
from analytics.queries import View
from analytics.refresh import refresh
from data.warehouse import Version, Warehouse
from tests.analytics import odd_retailer
from tests.analytics.raw_files import Files
from tests.made_once import made_once, published_demo


@dataclass(frozen=True, eq=False)
class Retailer:
    files: Files
    version: Version
    cube: Cube
    view: View

    @classmethod
    def published(cls, folder: Path, raw: Path, fiscal_year_start: int = 1) -> "Retailer":
        version = Warehouse(folder / "warehouse").current()
        assert version is not None
        cube = Cube.open(version, fiscal_year_start)
        return cls(Files.read(raw, fiscal_year_start), version, cube, View(cube))


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Retailer:
    folder = published_demo(tmp_path_factory)
    return Retailer.published(folder, folder / "demo" / "raw")


@pytest.fixture(scope="session")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Retailer:
    return published_odd(tmp_path_factory, "odd")


@pytest.fixture(scope="session")
def uncounted(tmp_path_factory: pytest.TempPathFactory) -> Retailer:
    """The odd retailer in the middle of its last month: sold in until the 20th, but not counted yet."""
    return published_odd(tmp_path_factory, "uncounted", counted_until="2022-04")


def published_odd(tmp_path_factory: pytest.TempPathFactory, name: str, **spec: Any) -> Retailer:
    def make(folder: Path) -> None:
        refresh(odd_retailer.write_odd_retailer(folder / "raw", **spec), Warehouse(folder / "warehouse"))

    folder = made_once(tmp_path_factory, name, make)
    return Retailer.published(folder, folder / "raw", odd_retailer.FISCAL_YEAR_START)


@pytest.fixture(params=["demo", "odd"])
def retailer(request: pytest.FixtureRequest) -> Retailer:
    found: Retailer = request.getfixturevalue(request.param)
    return found
