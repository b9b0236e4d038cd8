"""Which engine a source names, opened with its own driver; the driver is loaded only then."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Final, TypeGuard
from urllib.parse import urlsplit

from data.engines.protocol import Address, Engine, EngineError

# By the start of the address: the module, and what pip installs its driver.
ENGINES: Final = {
    "postgresql": ("data.engines.postgres", "psycopg[binary]"),
    "postgres": ("data.engines.postgres", "psycopg[binary]"),
    "clickhouse": ("data.engines.clickhouse", "chdb"),
    "spark": ("data.engines.spark", "pyspark"),
}
LOCAL_SPARK: Final = "local["


def names_engine(source: Path | str) -> TypeGuard[str]:
    """Whether a source is the address of an engine, and not a folder."""
    if isinstance(source, Path):
        return False
    return source.startswith(LOCAL_SPARK) or bool(urlsplit(source).scheme and "://" in source)


@contextmanager
def opened(source: str) -> Iterator[Engine]:
    """A session in the engine that the source names. Raises EngineError if there is none, or its driver is missing."""
    scheme = "spark" if source.startswith(LOCAL_SPARK) else urlsplit(source).scheme
    if scheme not in ENGINES:
        what = f"{scheme}:// is no source that can be read"
        raise EngineError(what, f"There are a folder, {', '.join(f'{name}://' for name in ENGINES)}")
    module, package = ENGINES[scheme]
    try:
        driver = import_module(module)
    except ModuleNotFoundError as error:
        what = f"The driver for {scheme} is not installed ({error.name} is missing)"
        raise EngineError(what, f"Install it: pip install '{package}'") from error
    with driver.opened(Address(source)) as engine:
        yield engine
