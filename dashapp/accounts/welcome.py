"""The first way in: links that each sign in once, told in the terminal to who started the server, as Jupyter does."""

from typing import Final

from flask import Flask

from analytics.cube import Cube
from dashapp.access import NoData, newest
from dashapp.accounts.gate import door
from dashapp.accounts.rights import NAMES, Rights, Role
from data.said import english
from data.version import DEMO

ADD: Final = "Nobody can sign in yet. Add somebody: flask --app wsgi users add LOGIN --role admin"
EACH: Final = "Sign in with a link; each works once, within a day:"


def ways_in(server: Flask, address: str) -> list[str]:
    """Lines to tell. In production there are no links: who may add accounts there can type a command."""
    with server.app_context():
        accounts = door().accounts
        if door().secure:
            return [] if accounts.all() else [ADD]
        first, known = _first(_cube()), {account.login for account in accounts.all()}
        for login in [login for login in first if login not in known]:
            accounts.add(login, english(NAMES[first[login].role]), first[login])
        open_ = [account for account in accounts.all() if account.login in first and not account.disabled]
        links = [f"  {account.name:<16} {address}/link/{accounts.invite(account.login)}" for account in open_]
        return [EACH, *links]


def _first(cube: Cube | None) -> dict[str, Rights]:
    """An administrator; on the demo also one of each role, of its first chain and store."""
    first = {"admin": Rights(Role.ADMIN, personal=True)}
    if cube is None or cube.version.manifest.source != DEMO:
        return first
    chain, store = str(cube.chains[cube.chain_of[0]]), str(cube.store_ids[0])
    return first | {
        "analyst": Rights(Role.ANALYST),
        "chain": Rights(Role.CHAIN_MANAGER, chains=frozenset({chain}), personal=True),
        "store": Rights(Role.STORE_MANAGER, stores=frozenset({store})),
    }


def _cube() -> Cube | None:
    try:
        return newest()
    except NoData:
        return None
