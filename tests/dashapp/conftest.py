"""One small published version and one application on it, for every test of the view."""

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
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
from tests.dashapp.visitors import visitor

SMALL = DemoSpec(stores=4, chains=2, products=12, customers=120, months=30, target_lines=1500)
Post = Callable[..., Any]


@pytest.fixture(scope="session")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("demo"), SMALL)


@pytest.fixture(scope="session")
def settings(raw: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings(data_dir=tmp_path_factory.mktemp("var"), currency="EUR")
    refresh(raw, Warehouse(settings.warehouse_dir))
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


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def accounts(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Accounts]:
    """Three analysts, in either database."""
    url = f"sqlite:///{tmp_path / 'accounts.sqlite'}"
    accounts = Accounts(url if request.param == "SQLite" else request.getfixturevalue("postgres"))
    migrate(accounts.engine)
    for login in ("ann", "ben", "cyd"):
        accounts.add(login, login.title(), Rights(Role.ANALYST))
    yield accounts
    migrate(accounts.engine, "base")
    accounts.close()


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
