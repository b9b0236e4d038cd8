"""Two published retailers, each beside the raw files it was made of."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from analytics.cube import Cube
from analytics.queries import View
from analytics.refresh import refresh
from data.warehouse import Version, Warehouse
from tests.analytics import odd_retailer
from tests.analytics.raw_files import Files
from tests.made_once import published_demo


@dataclass(frozen=True, eq=False)
class Retailer:
    files: Files
    version: Version
    cube: Cube
    view: View

    @classmethod
    def load(cls, raw: Path, root: Path, fiscal_year_start: int = 1) -> "Retailer":
        return cls.of(raw, refresh(raw, Warehouse(root))[0], fiscal_year_start)

    @classmethod
    def of(cls, raw: Path, version: Version, fiscal_year_start: int = 1) -> "Retailer":
        cube = Cube.open(version, fiscal_year_start)
        return cls(Files.read(raw, fiscal_year_start), version, cube, View(cube))


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Retailer:
    folder = published_demo(tmp_path_factory)
    version = Warehouse(folder / "warehouse").current()
    assert version is not None
    return Retailer.of(folder / "demo" / "raw", version)


@pytest.fixture(scope="session")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Retailer:
    folder = tmp_path_factory.mktemp("odd")
    raw = odd_retailer.write_odd_retailer(folder / "raw")
    return Retailer.load(raw, folder / "warehouse", odd_retailer.FISCAL_YEAR_START)


@pytest.fixture(scope="session")
def uncounted(tmp_path_factory: pytest.TempPathFactory) -> Retailer:
    """The odd retailer in the middle of its last month: sold in until the 20th, but not counted yet."""
    folder = tmp_path_factory.mktemp("uncounted")
    raw = odd_retailer.write_odd_retailer(folder / "raw", counted_until="2022-04")
    return Retailer.load(raw, folder / "warehouse", odd_retailer.FISCAL_YEAR_START)


@pytest.fixture(params=["demo", "odd"])
def retailer(request: pytest.FixtureRequest) -> Retailer:
    found: Retailer = request.getfixturevalue(request.param)
    return found
