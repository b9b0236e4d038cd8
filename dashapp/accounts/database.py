"""The database of accounts: opened, and brought to the tables of this release."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, create_engine, event

MIGRATIONS: Final = Path(__file__).parent / "migrations"
HEAD: Final = "head"
LOCK: Final = 4_710_815  # of PostgreSQL, while tables change
PRAGMAS: Final = ("journal_mode = WAL", "foreign_keys = ON", "busy_timeout = 5000", "synchronous = FULL")


def opened(url: str) -> Engine:
    """An engine for an SQLAlchemy URL. SQLite keeps what is committed through a crash, and waits for other writers."""
    engine = create_engine(url, pool_pre_ping=not url.startswith("sqlite"))
    os.register_at_fork(after_in_child=lambda: engine.dispose(close=False))  # a connection belongs to one process
    if engine.dialect.name == "sqlite":
        file = engine.url.database
        if file and not Path(file).exists():  # closing a file that is open elsewhere here would give up SQLite's locks
            os.close(os.open(file, os.O_CREAT, 0o600))  # nobody else's to read, nor the files beside it
        event.listen(engine, "connect", _tune)
    return engine


def migrate(engine: Engine, to: str = HEAD) -> None:
    """To the tables of this release, or of another one by its number ("base": none), with all that is in them.

    Every process may ask at once: one does it, the others wait and find it done.
    """
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with _alone(engine), engine.begin() as connection:
        config.attributes["connection"] = connection
        now = MigrationContext.configure(connection).get_current_revision() or ""
        back = to == "base" or (to != HEAD and to < now)
        (command.downgrade if back else command.upgrade)(config, to)


def _tune(connection: Any, _record: object) -> None:
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


@contextmanager
def _alone(engine: Engine) -> Iterator[None]:
    """A file lock beside SQLite's file, an advisory lock in PostgreSQL."""
    if engine.dialect.name == "sqlite":
        with Path(engine.url.database or "").with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        return
    with engine.begin() as connection:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
        yield
