"""The million lines, made once, and their marts as a folder gives them."""

from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest

from data.ingest.quality import QualityReport
from tests.data.raw_tables import raw_tables
from tests.engines.million import million_lines
from tests.engines.sources import marts_of_folder
from tests.made_once import made_once


class Million(NamedTuple):
    """tables: the raw ones, in DuckDB. marts: the database with those of the folder, and what the ingest said."""

    tables: duckdb.DuckDBPyConnection
    marts: Path
    report: QualityReport


@pytest.fixture(scope="session")
def million(tmp_path_factory: pytest.TempPathFactory) -> Million:
    folder = made_once(tmp_path_factory, "million", make)
    report = QualityReport.from_json((folder / "report.json").read_text("utf-8"))
    return Million(raw_tables(folder / "raw"), folder / "made.duckdb", report)


def make(folder: Path) -> None:
    million_lines(folder / "raw").close()
    report = marts_of_folder(folder / "raw", folder / "made.duckdb")
    (folder / "report.json").write_text(report.to_json(), "utf-8")
