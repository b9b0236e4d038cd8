"""One small published version and one application on it, for every test of the view."""

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from dash import Dash
from flask.testing import FlaskClient

from analytics.refresh import refresh
from dashapp.accounts.accounts import Accounts
from dashapp.accounts.database import migrate
from dashapp.accounts.rights import Rights, Role
from dashapp.app import create_app, warm_up
from dashapp.settings import Settings
from data.demo import DemoSpec, build
from data.warehouse import Warehouse
from tests.dashapp.visitors import VACANT, visitor

SMALL = DemoSpec(stores=4, chains=2, products=12, customers=120, months=30, target_lines=1500)
Post = Callable[..., Any]


@pytest.fixture(scope="session")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("demo"), SMALL)


@pytest.fixture(scope="session")
def vacant(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the tables of accounts and nobody in them: copied in a moment, made in a fifth of a second."""
    file = tmp_path_factory.mktemp("vacant") / "accounts.sqlite"
    with closing(Accounts(f"sqlite:///{file}")) as accounts:
        migrate(accounts.engine)
    return file


@pytest.fixture(scope="session")
def vacant_server(postgres: str) -> Iterator[sa.Engine]:
    """A database of PostgreSQL with the same tables: who puts something into them takes it out again."""
    server = sa.create_engine(postgres, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql("CREATE DATABASE vacant")
    server.dispose()
    with closing(Accounts(postgres.rpartition("/")[0] + "/vacant")) as accounts:
        migrate(accounts.engine)
        yield accounts.engine


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def accounts_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with the tables of accounts and nobody in them."""
    if request.param == "SQLite":
        yield f"sqlite:///{shutil.copy(request.getfixturevalue('vacant'), tmp_path)}"
        return
    engine: sa.Engine = request.getfixturevalue("vacant_server")
    yield engine.url.render_as_string(hide_password=False)
    tables = set(sa.inspect(engine).get_table_names()) - {"alembic_version"}
    with engine.begin() as connection:
        connection.exec_driver_sql(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY")


@pytest.fixture(scope="session")
def settings(raw: Path, vacant: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings(data_dir=tmp_path_factory.mktemp("var"), currency="EUR")
    refresh(raw, Warehouse(settings.warehouse_dir))
    shutil.copy(vacant, settings.data_dir / VACANT)
    return settings


@pytest.fixture(scope="session")
def app(settings: Settings) -> Dash:
    return warm_up(create_app(settings))


@pytest.fixture
def client(app: Dash) -> Iterator[FlaskClient]:
    with visitor(app) as client:
        yield client


@pytest.fixture
def post(app: Dash, client: FlaskClient) -> Post:
    """Fires a callback by one of its outputs, as the browser does: `post("content.children", url_pathname="/")`."""

    def fire(output: str, values: dict[str, Any] | None = None) -> Any:
        return client.post("/_dash-update-component", json=body(app, output, values or {}))

    return fire


@pytest.fixture
def accounts(accounts_url: str) -> Iterator[Accounts]:
    """Three analysts, in either database."""
    with closing(Accounts(accounts_url)) as accounts:
        for login in ("ann", "ben", "cyd"):
            accounts.add(login, login.title(), Rights(Role.ANALYST))
        yield accounts


def together(work: Callable[[], Any]) -> list[Any]:
    """What twenty threads get that start at the same moment."""
    found: list[Any] = []
    start = threading.Barrier(20)

    def run() -> None:
        start.wait()
        found.append(work())

    threads = [threading.Thread(target=run) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 20
    return found


def body(app: Dash, output: str, values: dict[str, Any]) -> dict[str, Any]:
    """What the browser sends for the callback with this output, its inputs taken from {"id.property": value}."""
    name, callback = next((n, c) for n, c in app.callback_map.items() if output in n.strip(".").split("..."))
    outputs = callback["output"]
    sent = [part.to_dict() for part in outputs] if isinstance(outputs, list) else outputs.to_dict()

    def filled(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{**part, "value": values.get(f"{part['id']}.{part['property']}")} for part in parts]

    return {
        "output": name,
        "outputs": sent,
        "inputs": filled(callback["inputs"]),
        "state": filled(callback["state"]),
        "changedPropIds": [f"{part['id']}.{part['property']}" for part in callback["inputs"][:1]],
    }


def texts(content: str) -> list[str]:
    """The texts in the content of a Still, in order."""

    def read(parts: list[Any]) -> Iterator[str]:
        for part in parts:
            yield from [part] if isinstance(part, str) else read(part[2])

    return list(read(json.loads(content)))


def notices(answer: dict[str, Any]) -> str:
    """The text that an answer puts into the notice region."""
    return json.dumps(answer.get("sideUpdate", {}).get("notice", ""), ensure_ascii=False)
