"""Whose account it is that a provider names, in either database, and what a provider that hangs or raves may cost."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from dash import Dash
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select

from dashapp.accounts import oidc
from dashapp.accounts.accounts import TRIES_OF_AN_ADDRESS, Accounts
from dashapp.accounts.identities import NOBODY, refused, sign_in
from dashapp.accounts.oidc import Proven
from dashapp.accounts.rights import Rights, Role
from dashapp.accounts.tables import Event, Identity, User
from dashapp.settings import Settings
from tests.dashapp.accounts.provider import Forger, forging
from tests.dashapp.accounts.test_oidc import NO_ANSWER, START, UNPROVEN, answered, app_of, within
from tests.dashapp.visitors import accounts_of, outsider
from tests.programs import free_port

ISSUER, HERE = "https://login.example.com", "192.0.2.1"


HANGS = 10  # seconds: far from what a test waits for, as a busy machine stops for one or two


@pytest.fixture
def forger() -> Iterator[Forger]:
    with forging() as forger:
        yield forger


@pytest.fixture
def forged(settings: Settings, tmp_path: Path, forger: Forger) -> Dash:
    return app_of(settings, tmp_path, forger.issuer)


@pytest.fixture
def known(accounts: Accounts) -> Accounts:
    """Two people with an e-mail as login."""
    for login in ("ann@example.com", "ken@example.com"):
        accounts.add(login, login, Rights(Role.ANALYST))
    return accounts


def whose(accounts: Accounts, subject: str, email: str) -> str:
    """The login of the account that a person comes into, "" for none."""
    secret = sign_in(accounts, Proven(ISSUER, subject, email), HERE)
    account = accounts.signed_in(secret) if isinstance(secret, str) else None
    assert account or secret == NOBODY
    return account.login if account else ""


# --- whose account --------------------------------------------------------------------


def test_what_an_e_mail_becomes_leads_nobody_into_another_account(known: Accounts) -> None:
    assert whose(known, "s-1", "ANN@Example.com") == "ann@example.com"
    assert whose(known, "s-1", "ken@example.com") == "ann@example.com"
    assert whose(known, "s-1", "") == "ann@example.com"
    assert whose(known, "s-2", "ann@example.com") == ""
    assert whose(known, "S-1", "ann@example.com") == ""
    assert whose(known, "s-2", "ken@example.com") == "ken@example.com"


@pytest.mark.parametrize(
    "email", ["\u212aen@example.com", " ken@example.com", "ken@example.com\n", "ken@example.co\u1d50"]
)
def test_an_e_mail_that_looks_like_another_is_another(known: Accounts, email: str) -> None:
    assert whose(known, "s-1", email) == ""


@pytest.mark.parametrize("subject", ["", "a\0b", "\ud800", "\u212a", "s\n", "s" * 256])
def test_an_id_that_cannot_be_one_is_nobodys(known: Accounts, subject: str) -> None:
    assert whose(known, subject, "ann@example.com") == ""


@pytest.mark.parametrize("email", ["a\0b@example.com", "\ud800@example.com"])
def test_an_e_mail_that_no_database_takes_is_nobodys(known: Accounts, email: str) -> None:
    assert whose(known, "s-1", email) == ""


def at_once(known: Accounts, subjects: list[str]) -> list[str]:
    start = threading.Barrier(len(subjects))

    def come(subject: str) -> str:
        start.wait()
        return whose(known, subject, "ann@example.com")

    with ThreadPoolExecutor(len(subjects)) as pool:
        return list(pool.map(come, subjects))


def test_somebody_who_comes_in_several_tabs_at_once_is_in_all_of_them(known: Accounts) -> None:
    assert at_once(known, ["s-1"] * 6) == ["ann@example.com"] * 6
    with known.engine.connect() as database:
        assert database.scalar(select(func.count()).select_from(Identity)) == 1


def test_of_several_people_who_come_at_once_with_one_e_mail_one_is_in(known: Accounts) -> None:
    found = at_once(known, [f"s-{number}" for number in range(6)])
    assert sorted(found) == [""] * 5 + ["ann@example.com"]
    assert whose(known, f"s-{found.index('ann@example.com')}", "") == "ann@example.com"


def test_an_account_that_is_removed_takes_its_identity_along(known: Accounts) -> None:
    assert whose(known, "s-1", "ann@example.com")
    with known.engine.begin() as database:
        database.execute(delete(User).where(User.login == "ann@example.com"))
        assert database.scalar(select(func.count()).select_from(Identity)) == 0
    assert whose(known, "s-1", "ann@example.com") == ""


@pytest.mark.parametrize("change", ["reset", "disable", "set_rights", "set_password"])
def test_a_change_ends_the_sessions_begun_at_the_provider(known: Accounts, change: str) -> None:
    secret = sign_in(known, Proven(ISSUER, "s-1", "ann@example.com"), HERE)
    assert isinstance(secret, str)
    assert known.signed_in(secret)
    more = {"set_rights": [Rights(Role.ADMIN)], "set_password": ["correct horse battery"]}
    getattr(known, change)("ann@example.com", *more.get(change, []))
    assert known.signed_in(secret) is None


def test_the_book_tells_of_strangers_but_does_not_grow_without_end(known: Accounts) -> None:
    for number in range(TRIES_OF_AN_ADDRESS + 5):
        assert whose(known, f"s-{number}", "stranger@example.com") == ""
        refused(known, "192.0.2.9")
    lines = [line for line in known.book() if line.action == "sign-in refused"]
    assert len(lines) == 2 * TRIES_OF_AN_ADDRESS
    assert {(line.user_id, line.about, str(line.details)) for line in lines} == {(None, "", "{}")}
    with known.engine.begin() as database:
        database.execute(delete(Event))
    assert whose(known, "s-1", "ann@example.com")  # and nobody was held up by it


# --- what a provider says -------------------------------------------------------------


def test_a_token_grants_nothing(forged: Dash, forger: Forger) -> None:
    forger.claims = {"role": "admin", "roles": ["admin"], "groups": ["admin"], "admin": True, "personal": True}
    assert answered(forged, forger)[1].status_code == 303
    (found,) = (account for account in accounts_of(forged).all() if account.login == "ann@example.com")
    assert found.rights == Rights(Role.ANALYST)


ODD: list[Any] = [[], None, "x", 5, {}, {"id_token": 5, "access_token": 5}, {"keys": 5}, {"keys": [5]}, {"issuer": 5}]


@pytest.mark.parametrize("said", ODD, ids=str)
@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/jwks_uri", "/token_endpoint"])
def test_an_odd_answer_of_the_provider_is_a_plain_page(
    forged: Dash, forger: Forger, monkeypatch: pytest.MonkeyPatch, path: str, said: Any
) -> None:
    usual = forger.answer
    monkeypatch.setattr(forger, "answer", lambda asked: said if asked == path else usual(asked))
    client = outsider(forged)
    answer = client.get(START)
    if path != "/.well-known/openid-configuration":
        client, answer = answered(forged, forger)
    assert answer.status_code == 401
    assert UNPROVEN in answer.text
    assert not within(client)


def test_a_long_way_onward_is_cut_to_what_a_browser_keeps(forged: Dash) -> None:
    for value in ("S0001", "Zürich", '";,'):
        onward = "/products?" + "&".join(f"store={value}" for _ in range(500))
        answer = outsider(forged).get(oidc.START, query_string={"next": onward})
        assert answer.status_code == 303
        assert len(answer.headers["Set-Cookie"]) < 4096
        assert answer.headers["Set-Cookie"].split(";")[0].strip('"').endswith("/products")
    kept = outsider(forged).get(oidc.START, query_string={"next": "/products?" + "store=Zürich&" * 100})
    assert len(kept.headers["Set-Cookie"]) < 4096
    assert "store=" in kept.headers["Set-Cookie"]


# --- a provider that hangs ------------------------------------------------------------


def started(app: Dash, times: int) -> list[float]:
    """How long each of many takes who begin at once."""

    def begin(_: int) -> float:
        since = time.monotonic()
        assert NO_ANSWER in outsider(app).get(START).text
        return time.monotonic() - since

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(begin, range(times)))


def test_many_who_begin_while_the_provider_hangs_hold_nobody_up(
    forged: Dash, forger: Forger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each waits for the same answer, not for those before; then for a while nobody waits; then it is asked again."""
    monkeypatch.setattr(oidc, "PATIENCE", 1)
    monkeypatch.setattr(oidc, "QUEUE", 0.2)
    forger.waits = HANGS
    assert max(started(forged, 12)) < HANGS / 2  # one after the other they would take longer than that
    forger.waits = 0
    assert max(started(forged, 3)) < HANGS / 2
    provider = forged.server.extensions["dashboard-accounts"].provider
    monkeypatch.setattr(provider, "_silent_until", time.monotonic())
    assert answered(forged, forger)[1].status_code == 303


def test_so_do_those_who_come_back(forged: Dash, forger: Forger, monkeypatch: pytest.MonkeyPatch) -> None:
    """Anybody can: it takes no account to bring a code."""
    monkeypatch.setattr(oidc, "PATIENCE", 3)
    monkeypatch.setattr(oidc, "QUEUE", 0.2)
    came: list[tuple[FlaskClient, str]] = []
    for _ in range(8):
        client = outsider(forged)
        came.append((client, parse_qs(urlsplit(client.get(START).headers["Location"]).query)["state"][0]))
    forger.waits = HANGS

    def back(one: tuple[FlaskClient, str]) -> float:
        since = time.monotonic()
        answer = one[0].get(oidc.BACK, query_string={"code": "c", "state": one[1]})
        assert (answer.status_code, NO_ANSWER in answer.text) == (503, True)
        return time.monotonic() - since

    with ThreadPoolExecutor(len(came)) as pool:
        took = list(pool.map(back, came))
    assert sum(seconds > oidc.PATIENCE - 0.5 for seconds in took) <= oidc.AT_ONCE
    assert max(took) < HANGS - 2
    assert "sign-in refused" not in [line.action for line in accounts_of(forged).book()]  # nobody has tried anything


def test_while_the_provider_is_down_a_password_does(settings: Settings, tmp_path: Path) -> None:
    down = app_of(settings, tmp_path, f"http://localhost:{free_port()}")
    client = outsider(down)
    answer = client.get(START)
    assert (answer.status_code, NO_ANSWER in answer.text) == (503, True)
    assert 'action="/sign-in?next=%2Fproducts%3Fquarter%3D2023Q1"' in answer.text
    accounts_of(down).set_password("ann@example.com", "correct horse battery")
    typed = {"login": "ann@example.com", "current-password": "correct horse battery"}
    assert client.post("/sign-in", data=typed).status_code == 303
