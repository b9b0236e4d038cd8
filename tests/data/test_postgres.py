"""Raw tables in PostgreSQL: the same marts as from files, nothing left behind, and failures in one sentence."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from analytics.refresh import refresh
from dashapp.app import create_app
from dashapp.settings import Settings
from data.engines.protocol import EngineError
from data.said import english
from data.version import DATABASE
from data.warehouse import Warehouse
from tests.data.dirty_tables import DIRTY
from tests.data.ingest.corner_shop import write
from tests.data.raw_tables import differences, into_postgres, raw_tables
from tests.programs import free_port


@pytest.fixture
def server(postgres: str) -> Iterator[str]:
    """The URL of a server as psycopg takes it, with no schema `raw` before and after."""
    url = postgres.replace("+psycopg", "")
    yield url
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS raw CASCADE")


def both(folder: Path, server: str, tmp_path: Path, sales: str = "") -> tuple[Any, Any, dict[str, int]]:
    """The reports of the folder and of the same tables in PostgreSQL, and the differing rows of each mart."""
    from_files, files = refresh(folder, Warehouse(tmp_path / "files"))
    into_postgres(raw_tables(folder), server, "raw", tmp_path)
    from_tables, tables = refresh(f"{server}?schema=raw", Warehouse(tmp_path / "tables"))
    return files, tables, differences(from_files.path / DATABASE, from_tables.path / DATABASE)


def found(report: Any) -> set[tuple[str, str, int]]:
    return {(check.table, english(check.name), check.count) for check in report.found()}


@pytest.mark.parametrize("name", DIRTY)
def test_the_same_tables_make_the_same_marts(server: str, tmp_path: Path, name: str) -> None:
    """And are cleaned with the same words; of several rows of a key a file keeps the last, an engine the largest."""
    files, tables, differing = both(write(tmp_path / "raw", **DIRTY[name]), server, tmp_path)
    assert {mart: rows for mart, rows in differing.items() if rows} == {}
    assert found(files) == found(tables)
    assert files.supplied == tables.supplied
    kept = [[(t.table, t.rows_read, t.rows_kept) for t in report.tables] for report in (files, tables)]
    assert kept[0] == kept[1]


# --- failures: one sentence each, nothing published, nothing left, no password ------------------------------------


@pytest.fixture
def corner(server: str, tmp_path: Path) -> str:
    """The Corner shop's tables in the schema `raw`, and the source that names them."""
    into_postgres(raw_tables(write(tmp_path / "raw")), server, "raw", tmp_path)
    return f"{server}?schema=raw&currency=EUR"


def statement(server: str, text: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(server, autocommit=True) as connection:
        cursor = connection.execute(text.encode())
        return cursor.fetchall() if cursor.description else []


def failure(source: str, tmp_path: Path) -> str:
    with pytest.raises(EngineError) as raised:
        refresh(source, Warehouse(tmp_path / "warehouse"))
    return str(raised.value)


def password(server: str) -> str:
    return urlsplit(server).password or ""


def test_a_published_version_tells_its_source_without_the_password(corner: str, server: str, tmp_path: Path) -> None:
    told: list[str] = []
    version, report = refresh(
        corner, Warehouse(tmp_path / "warehouse"), progress=lambda step: told.append(english(step))
    )
    assert version.manifest.source == corner.replace(f":{password(server)}@", "@")
    assert (version.manifest.currency, version.manifest.as_of) == ("EUR", "2023-02-28")
    assert version.manifest.rows == {"stores": 2, "products": 3, "customers": 2, "sales": 7, "inventory": 4}
    assert password(server) not in "".join([*told, version.manifest.to_json(), report.to_json()])


def test_the_password_may_come_from_the_environment(
    corner: str, server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", password(server))
    version, _ = refresh(corner.replace(f":{password(server)}@", "@"), Warehouse(tmp_path / "warehouse"))
    assert version.manifest.rows["sales"] == 7


def test_nothing_is_left_in_the_database(corner: str, server: str, tmp_path: Path) -> None:
    tables = "SELECT relname FROM pg_class WHERE relpersistence = 't' OR relname LIKE '%_dim'"
    refresh(corner, Warehouse(tmp_path / "warehouse"))
    assert statement(server, tables) == []
    statement(server, "ALTER TABLE raw.sales RENAME quantity TO units")
    failure(corner, tmp_path)
    assert statement(server, tables) == []
    assert statement(server, "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in%'") == [(0,)]


def test_a_user_who_may_only_read_is_enough(corner: str, server: str, tmp_path: Path) -> None:
    statement(server, "CREATE ROLE reader LOGIN PASSWORD 'read'; GRANT USAGE ON SCHEMA raw TO reader")
    try:
        source = corner.replace(f"dashboard:{password(server)}", "reader:read")
        assert "permission denied for table stores" in failure(source, tmp_path)
        statement(server, "GRANT SELECT ON ALL TABLES IN SCHEMA raw TO reader")
        version, _ = refresh(source, Warehouse(tmp_path / "warehouse"))
        assert version.manifest.rows["sales"] == 7
    finally:
        statement(server, "DROP OWNED BY reader; DROP ROLE reader")


def test_a_wrong_password_is_said_and_not_shown(corner: str, server: str, tmp_path: Path) -> None:
    said = failure(corner.replace(password(server), "s3cret"), tmp_path)
    assert "does not accept the password of dashboard" in said
    assert "what was served before is served still" in said
    assert "s3cret" not in said


def test_a_server_that_is_not_there_is_said(tmp_path: Path) -> None:
    said = failure(f"postgresql://me:s3cret@127.0.0.1:{free_port()}/shop", tmp_path)
    assert "cannot be reached" in said
    assert "s3cret" not in said


def test_an_address_that_is_none_is_said(tmp_path: Path) -> None:
    assert "oracle:// is no source" in failure("oracle://me:s3cret@shop/x", tmp_path)
    assert "s3cret" not in failure("postgresql://me:s3cret@shop:port/x", tmp_path)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        ("DROP TABLE raw.sales", 'has no table "raw"."sales"'),
        ("ALTER TABLE raw.sales RENAME quantity TO quantities", "has no column 'quantity', did you mean 'quantities'?"),
        (
            "ALTER TABLE raw.sales ALTER quantity TYPE text",
            'column \'quantity\' of "raw"."sales" in postgresql://dashboard@',
        ),
        ("ALTER TABLE raw.sales ALTER sold_at TYPE text", "is text, which cannot be moment"),
        ("ALTER TABLE raw.stores ADD COLUMN city json", "is json, which cannot be text"),
        ("DELETE FROM raw.products", "has no row"),
        (
            "UPDATE raw.sales SET quantity = 0",
            "more than half of sales would be set aside (7 of 7 rows): quantity is 0",
        ),
    ],
)
def test_tables_that_do_not_fit_are_one_sentence(
    corner: str, server: str, tmp_path: Path, damage: str, words: str
) -> None:
    before, _ = refresh(corner, warehouse := Warehouse(tmp_path / "warehouse"))
    statement(server, damage)
    assert words in failure(corner, tmp_path)
    served = warehouse.current()
    assert served is not None
    assert served.id == before.id


def test_rows_that_a_file_would_not_have_are_set_aside_and_counted(corner: str, server: str, tmp_path: Path) -> None:
    """A line without a store, one of half a bottle, a price that is no number: 7 lines, 4 of them stay."""
    statement(
        server,
        "ALTER TABLE raw.sales ALTER quantity TYPE numeric; UPDATE raw.sales SET store_id = ' ' WHERE line_id = 'L1'",
    )
    statement(server, "UPDATE raw.sales SET quantity = 0.5 WHERE line_id = 'L2'")
    statement(server, "UPDATE raw.sales SET unit_price = 'NaN' WHERE line_id = 'L3'")
    version, report = refresh(corner, Warehouse(tmp_path / "warehouse"))
    aside = {name: count for table, name, count in found(report) if table == "sales"}
    assert aside == {
        "store_id is blank or cannot be read": 1,
        "quantity is blank or cannot be read": 1,
        "unit_price is blank or cannot be read": 1,
    }
    assert version.manifest.rows["sales"] == 4


def test_a_connection_that_breaks_leaves_the_version_before(corner: str, server: str, tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path / "warehouse")
    before, _ = refresh(corner, warehouse)

    def break_it(step: Any) -> None:
        if english(step) == "mart cells":
            statement(server, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")

    with pytest.raises(EngineError, match="stopped the refresh: terminating connection"):
        refresh(corner, warehouse, progress=break_it)
    served = warehouse.current()
    assert served is not None
    assert served.id == before.id
    assert [path.name for path in (warehouse.root / "versions").iterdir()] == [before.id]


def test_the_command_says_it_without_a_traceback(corner: str, server: str, tmp_path: Path) -> None:
    run = create_app(Settings(data_dir=tmp_path / "var"), ()).server.test_cli_runner().invoke
    done = run(args=["data", "refresh", "--source", corner])
    assert done.exit_code == 0
    assert "sales: 7 rows kept of 7" in done.output
    failed = run(args=["data", "refresh", "--source", corner.replace("schema=raw", "schema=rare")])
    assert failed.exit_code == 1
    assert "Error: postgresql://dashboard@" in failed.output
    assert "Traceback" not in failed.output
    assert password(server) not in done.output + failed.output
