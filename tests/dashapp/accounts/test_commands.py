"""The operator's commands for accounts."""

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from dash import Dash

from dashapp.app import create_app
from dashapp.settings import Settings
from tests.dashapp.visitors import accounts_of, by_itself, outsider


@pytest.fixture
def app(tmp_path: Path, settings: Settings) -> Dash:
    return create_app(replace(by_itself(settings, tmp_path), url="https://dashboard.example.com"))


def run(app: Dash, *arguments: str) -> Result:
    return app.server.test_cli_runner().invoke(args=["users", *arguments])


def test_an_account_is_added_and_comes_in_by_the_link_that_is_printed(app: Dash) -> None:
    added = run(app, "add", "Ann", "--role", "chain_manager", "--chain", "Alderway", "--name", "Ann Alder")
    assert added.exit_code == 0
    link = added.output.splitlines()[0]
    assert link.startswith("https://dashboard.example.com/link/")
    client = outsider(app)
    assert client.post(link.removeprefix("https://dashboard.example.com")).status_code == 303
    layout = client.get("/_dash-layout").text
    assert '"chains":["Alderway"]' in layout
    assert run(app, "list").output.split() == ["ann", "chain_manager", "Alderway"]


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["add", "bob", "--role", "store_manager"], "needs one store"),
        (["add", "bob", "--role", "chain_manager", "--chain", "Nowhere"], "no chain or store Nowhere"),
        (["add", "bob", "--role", "admin", "--store", "S01"], "sees every chain and store"),
        (["add", "bob", "--role", "king"], "king"),
        (["add", "b ob", "--role", "admin"], "no blank"),
        (["disable", "bob"], "no account bob"),
        (["reset", "bob"], "no account bob"),
    ],
)
def test_what_cannot_be_is_one_message(app: Dash, arguments: list[str], why: str) -> None:
    found = run(app, *arguments)
    assert found.exit_code
    assert why in found.output
    assert "Traceback" not in found.output
    assert accounts_of(app).all() == []


def test_role_reset_and_disable_end_sessions(app: Dash) -> None:
    run(app, "add", "ann", "--role", "analyst")
    run(app, "add", "root", "--role", "admin")
    for command in (["set-role", "ann", "--role", "analyst", "--personal"], ["reset", "ann"], ["disable", "ann"]):
        secret = accounts_of(app).accept(accounts_of(app).invite("ann"), "")
        assert isinstance(secret, str)
        assert run(app, *command).exit_code == 0
        assert accounts_of(app).signed_in(secret) is None
    assert "disabled" in run(app, "list").output
    assert "last administrator" in run(app, "disable", "root").output
    assert run(app, "disable", "ann", "--undo").exit_code == 0
