"""Raw tables in ClickHouse: the same marts as from files, nothing left behind, and failures in one sentence."""

from pathlib import Path

import pytest
from chdb.session import Session

from analytics.refresh import refresh
from data.engines.protocol import EngineError
from data.warehouse import Warehouse
from tests.data.dirty_tables import DIRTY
from tests.data.ingest.corner_shop import write
from tests.data.raw_tables import differences, raw_tables
from tests.engines.conftest import Million
from tests.engines.found import found
from tests.engines.sources import into_clickhouse, marts_of_engine, marts_of_folder


def statement(source: str, text: str) -> str:
    session = Session(source.partition("://")[2].partition("?")[0])
    try:
        return str(session.query(text))
    finally:
        session.close()


@pytest.fixture
def corner(tmp_path: Path) -> str:
    """The Corner shop's tables in a session folder."""
    return into_clickhouse(raw_tables(write(tmp_path / "raw")), tmp_path / "session", tmp_path)


def test_a_million_lines_make_the_same_marts(million: Million, tmp_path: Path) -> None:
    source = into_clickhouse(million.tables, tmp_path / "session", tmp_path)
    report = marts_of_engine(source, tmp_path / "made.duckdb")
    assert set(differences(million.marts, tmp_path / "made.duckdb").values()) == {0}
    assert found(report) == found(million.report)


@pytest.mark.parametrize("name", DIRTY)
def test_the_same_tables_make_the_same_marts(tmp_path: Path, name: str) -> None:
    folder = write(tmp_path / "raw", **DIRTY[name])
    files = marts_of_folder(folder, tmp_path / "folder.duckdb")
    source = into_clickhouse(raw_tables(folder), tmp_path / "session", tmp_path)
    tables = marts_of_engine(source, tmp_path / "engine.duckdb")
    differing = differences(tmp_path / "folder.duckdb", tmp_path / "engine.duckdb")
    assert {mart: rows for mart, rows in differing.items() if rows} == {}
    assert found(files) == found(tables)


def test_a_version_is_published_and_nothing_is_left(corner: str, tmp_path: Path) -> None:
    """Neither by a refresh that ends well, nor by one that fails, nor by one that was killed before this one."""
    statement(
        corner,
        "CREATE DATABASE dashboard_dead COMMENT 'Made for one refresh of the dashboard; the next one removes it'",
    )
    version, _ = refresh(f"{corner}&currency=EUR", warehouse := Warehouse(tmp_path / "warehouse"))
    assert version.manifest.source == f"{corner}&currency=EUR"
    assert version.manifest.rows == {"stores": 2, "products": 3, "customers": 2, "sales": 7, "inventory": 4}
    statement(corner, "ALTER TABLE raw.products DELETE WHERE 1 SETTINGS mutations_sync = 1")
    with pytest.raises(EngineError, match="has no row"):
        refresh(corner, warehouse)
    assert statement(corner, "SELECT count() FROM system.databases WHERE name LIKE 'dashboard%'") == "0\n"


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        ("DROP TABLE raw.sales", 'has no table "raw"."sales"'),
        (
            "ALTER TABLE raw.sales RENAME COLUMN quantity TO quantities",
            "has no column 'quantity', did you mean 'quantities'?",
        ),
        ("ALTER TABLE raw.sales MODIFY COLUMN quantity Nullable(String)", "is text, which cannot be whole number"),
        ("ALTER TABLE raw.stores ADD COLUMN city Array(String)", "is Array(String), which cannot be text"),
    ],
)
def test_tables_that_do_not_fit_are_one_sentence(corner: str, tmp_path: Path, damage: str, words: str) -> None:
    statement(corner, damage)
    with pytest.raises(EngineError) as raised:
        refresh(corner, Warehouse(tmp_path / "warehouse"))
    assert words in str(raised.value)


def test_a_folder_that_is_none_is_said_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="is no folder of ClickHouse"):
        refresh(f"clickhouse://{tmp_path / 'session'}", Warehouse(tmp_path / "warehouse"))
    assert not (tmp_path / "session").exists()
