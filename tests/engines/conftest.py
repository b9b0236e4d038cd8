"""The million lines, made once, and their marts as a folder gives them."""

from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest

from data.ingest.quality import QualityReport
from tests.engines.million import million_lines
from tests.engines.sources import marts_of_folder


class Million(NamedTuple):
    """tables: the raw ones, in DuckDB. marts: the database with those of the folder, and what the ingest said."""

    tables: duckdb.DuckDBPyConnection
    marts: Path
    report: QualityReport


@pytest.fixture(scope="session")
def million(tmp_path_factory: pytest.TempPathFactory) -> Million:
    folder = tmp_path_factory.mktemp("million")
    tables = million_lines(folder / "raw")
    return Million(tables, folder / "made.duckdb", marts_of_folder(folder / "raw", folder / "made.duckdb"))
