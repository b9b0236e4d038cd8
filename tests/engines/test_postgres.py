"""A million lines in PostgreSQL; what else it must do is in tests/data/test_postgres.py."""

from pathlib import Path

import psycopg

from tests.data.raw_tables import differences, into_postgres
from tests.engines.conftest import Million
from tests.engines.found import found
from tests.engines.sources import marts_of_engine


def test_a_million_lines_make_the_same_marts(million: Million, postgres: str, tmp_path: Path) -> None:
    url = postgres.replace("+psycopg", "")
    into_postgres(million.tables, url, "million", tmp_path)
    report = marts_of_engine(f"{url}?schema=million", tmp_path / "made.duckdb")
    with psycopg.connect(url, autocommit=True) as server:
        server.execute("DROP SCHEMA million CASCADE")
    assert set(differences(million.marts, tmp_path / "made.duckdb").values()) == {0}
    assert found(report) == found(million.report)
