"""The tables of accounts: from nothing to today's and back, with what is in them, in SQLite and PostgreSQL."""

import multiprocessing
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from dashapp.accounts.accounts import Accounts
from dashapp.accounts.database import migrate, opened
from dashapp.accounts.rights import Rights, Role
from dashapp.accounts.tables import Base
from dashapp.alerts import tables as _alerts  # noqa: F401  # their tables are among them
from dashapp.saved import tables as _saved  # noqa: F401


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database, and none of our tables in it afterwards."""
    if request.param == "SQLite":
        yield f"sqlite:///{tmp_path / 'accounts.sqlite'}"
        return
    found = request.getfixturevalue("postgres")
    yield found
    engine = opened(found)
    migrate(engine, "base")
    engine.dispose()


def test_migrations_lead_to_the_tables_of_the_code(url: str) -> None:
    engine = opened(url)
    migrate(engine)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    engine.dispose()


def test_there_and_back(url: str) -> None:
    engine = opened(url)
    migrate(engine)
    migrate(engine, "base")
    assert inspect(engine).get_table_names() == ["alembic_version"]
    migrate(engine)
    migrate(engine)
    assert "users" in inspect(engine).get_table_names()
    engine.dispose()


def added(where: str, login: str) -> None:
    accounts = Accounts(where)
    migrate(accounts.engine)
    accounts.add(login, login, Rights(Role.ANALYST))
    accounts.close()


def test_many_processes_start_at_once_and_all_are_kept(url: str) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=added, args=(url, f"login{number}")) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0] * 4
    accounts = Accounts(url)
    assert [account.login for account in accounts.all()] == [f"login{number}" for number in range(4)]
    accounts.close()


def test_opening_it_once_more_takes_no_lock_from_whoever_has_it_open(url: str) -> None:
    """A process that closes a file gives up its locks on it, and SQLite's with them: the next writer clears the log."""
    added(url, "early")
    first = Accounts(url)
    assert [account.login for account in first.all()] == ["early"]
    Accounts(url).close()
    with multiprocessing.get_context("spawn").Pool(1) as other:
        other.apply(added, (url, "meanwhile"))
        first.add("late", "Late", Rights(Role.ADMIN))
        assert other.apply(logins, (url,)) == ["early", "late", "meanwhile"]
    first.close()


def logins(where: str) -> list[str]:
    accounts = Accounts(where)
    found = sorted(account.login for account in accounts.all())
    accounts.close()
    return found
