"""Signed-in visitors: as clients over HTTP, and as whoever asks in a test of a function."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from dash import Dash
from flask import Flask, g
from flask.testing import FlaskClient

from dashapp.accounts.accounts import Account, Accounts
from dashapp.accounts.gate import EXTENSION
from dashapp.accounts.rights import Rights, Role
from dashapp.settings import Settings

ALL_RIGHTS: Final = Rights(Role.ADMIN, personal=True)
VACANT: Final = "vacant.sqlite"  # beside the data: tables of accounts with nobody in them
HERE: Final = "http://localhost"  # what a browser says of a request that a page of ours sends


def by_itself(settings: Settings, folder: Path) -> Settings:
    """The same data, but accounts and a log of its own in an empty folder."""
    (folder / "warehouse").symlink_to(settings.warehouse_dir)
    shutil.copy(settings.data_dir / VACANT, folder / "accounts.sqlite")
    return replace(settings, data_dir=folder)


def accounts_of(app: Dash | Flask) -> Accounts:
    server = app.server if isinstance(app, Dash) else app
    found: Accounts = server.extensions[EXTENSION].accounts
    return found


def session(accounts: Accounts, login: str, rights: Rights) -> str:
    """The secret of a new session of somebody with these rights; other sessions go on if they had them before."""
    known = {account.login: account.rights for account in accounts.all()}
    if login not in known:
        accounts.add(login, login.title(), rights)
    elif known[login] != rights:
        accounts.set_rights(login, rights)
    secret = accounts.accept(accounts.invite(login), "127.0.0.1")
    assert isinstance(secret, str)
    return secret


def outsider(app: Dash | Flask) -> FlaskClient:
    """A browser on our pages in which nobody is signed in."""
    server = app.server if isinstance(app, Dash) else app
    client: FlaskClient = server.test_client()
    client.environ_base["HTTP_ORIGIN"] = HERE
    return client


def visitor(app: Dash | Flask, login: str = "visitor", rights: Rights = ALL_RIGHTS) -> FlaskClient:
    """A browser in which somebody is signed in."""
    client = outsider(app)
    client.set_cookie(client.application.extensions[EXTENSION].cookie, session(accounts_of(app), login, rights))
    return client


@contextmanager
def asking(app: Dash, rights: Rights = ALL_RIGHTS) -> Iterator[None]:
    """As if somebody with these rights had sent a request."""
    with app.server.app_context():
        g.account = Account(0, "visitor", "Visitor", rights, disabled=False)
        yield
