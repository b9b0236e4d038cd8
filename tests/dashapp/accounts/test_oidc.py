"""Sign-in by an organisation's provider: a certified one for what works, a forging one for what must not."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from dash import Dash
from flask.testing import FlaskClient
from joserfc.errors import SecurityWarning
from sqlalchemy import inspect

from dashapp.accounts import oidc
from dashapp.accounts.accounts import Accounts, Refused
from dashapp.accounts.database import migrate
from dashapp.accounts.identities import sign_in
from dashapp.accounts.oidc import Proven
from dashapp.accounts.rights import Rights, Role
from dashapp.app import create_app
from dashapp.settings import Settings
from tests.dashapp.accounts.provider import BACK, CLIENT, SECRET, Forger, certified, forging, signed_in_at
from tests.dashapp.visitors import accounts_of, by_itself, outsider

ANALYST = Rights(Role.ANALYST)
NOBODY = "There is no account for you here. Ask an administrator."
UNPROVEN = "Your organisation did not say who you are."
NO_ANSWER = "Your organisation does not answer. Try again in a minute, or sign in with a password."
START = "/sign-in/provider?next=/products%3Fquarter%3D2023Q1"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with certified() as issuer:
        yield issuer


@pytest.fixture
def forger() -> Iterator[Forger]:
    with forging() as forger:
        yield forger


def app_of(settings: Settings, folder: Path, issuer: str) -> Dash:
    own = replace(by_itself(settings, folder), url="http://localhost")
    app = create_app(replace(own, oidc_issuer=issuer, oidc_client_id=CLIENT, oidc_client_secret=SECRET))
    for login in ("ann@example.com", "ben@example.com", "boss"):
        accounts_of(app).add(login, login.title(), ANALYST if login != "boss" else Rights(Role.ADMIN))
    return app


@pytest.fixture
def app(settings: Settings, tmp_path: Path, issuer: str) -> Dash:
    return app_of(settings, tmp_path, issuer)


@pytest.fixture
def forged(settings: Settings, tmp_path: Path, forger: Forger) -> Dash:
    return app_of(settings, tmp_path, forger.issuer)


def came_back(client: FlaskClient, login: str, start: str = START) -> Any:
    """What the dashboard says to somebody whom the certified provider leads back."""
    back = signed_in_at(client.get(start).headers["Location"], login)
    return client.get(back.removeprefix("http://localhost"))


def answered(app: Dash, forger: Forger, **query: str) -> tuple[FlaskClient, Any]:
    """What it says to who comes back from the forger."""
    client = outsider(app)
    asked = parse_qs(urlsplit(client.get(START).headers["Location"]).query)
    forger.nonce = asked["nonce"][0]
    return client, client.get(oidc.BACK, query_string={"code": "c", "state": asked["state"][0]} | query)


def within(client: FlaskClient) -> bool:
    return client.get("/_dash-layout").status_code == 200


def book(app: Dash) -> list[str]:
    return [event.action for event in accounts_of(app).book()]


# --- as it should be ------------------------------------------------------------------


def test_who_has_an_account_is_let_in_where_they_wanted_to_go(app: Dash) -> None:
    client = outsider(app)
    page = client.get("/sign-in?next=/products%3Fquarter%3D2023Q1").text
    assert 'href="/sign-in/provider?next=%2Fproducts%3Fquarter%3D2023Q1"' in page
    answer = came_back(client, "ann")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/products?quarter=2023Q1")
    assert within(client)
    assert "Ann@Example.Com" in client.get("/_dash-layout").text
    assert book(app)[:2] == ["signed in", "identity linked"]
    client.post("/sign-out")
    assert not within(client)
    assert came_back(client, "ann").status_code == 303
    assert book(app)[0] == "signed in"
    assert book(app).count("identity linked") == 1


def test_what_is_asked_of_the_provider(app: Dash) -> None:
    answer = outsider(app).get(START)
    asked = {name: value for name, (value,) in parse_qs(urlsplit(answer.headers["Location"]).query).items()}
    known = {"response_type": "code", "client_id": CLIENT, "redirect_uri": BACK, "scope": "openid email"}
    assert known.items() <= asked.items()
    assert asked["code_challenge_method"] == "S256"
    assert all(len(asked[name]) >= 43 for name in ("state", "nonce", "code_challenge"))
    again = parse_qs(urlsplit(outsider(app).get(START).headers["Location"]).query)
    assert all(again[name][0] != asked[name] for name in ("state", "nonce", "code_challenge"))
    kept = answer.headers["Set-Cookie"]
    assert all(part in kept for part in ("HttpOnly", "SameSite=Lax", "Max-Age=600"))
    assert SECRET not in kept + answer.headers["Location"]


@pytest.mark.parametrize("login", ["cyd", "boss", "unverified-ann"])
def test_who_has_no_account_is_told_so(app: Dash, login: str) -> None:
    accounts_of(app).add("unverified-ann@example.com", "Ann", Rights(Role.ADMIN))
    client = outsider(app)
    answer = came_back(client, login)
    assert answer.status_code == 401
    assert NOBODY in answer.text
    assert not within(client)
    assert "@" not in str([(event.about, event.details) for event in accounts_of(app).book(1)])
    assert book(app)[0] == "sign-in refused"


def test_an_account_is_one_persons_whatever_others_are_called(app: Dash) -> None:
    """Another person who gets the same e-mail later is not let in, until an administrator resets the account."""
    assert came_back(outsider(app), "ann").status_code == 303
    assert NOBODY in came_back(outsider(app), "ann~2").text
    accounts_of(app).reset("ann@example.com")
    assert came_back(outsider(app), "ann~2").status_code == 303
    assert NOBODY in came_back(outsider(app), "ann").text


def test_rights_and_ends_are_those_of_any_session(app: Dash) -> None:
    client = outsider(app)
    came_back(client, "ben")
    assert within(client)
    accounts_of(app).set_rights("ben@example.com", Rights(Role.CHAIN_MANAGER, frozenset({"Alderway"})))
    assert not within(client)
    came_back(client, "ben")
    assert within(client)
    accounts_of(app).disable("ben@example.com")
    assert not within(client)
    assert NOBODY in came_back(client, "ben").text
    with pytest.raises(Refused):
        accounts_of(app).named("cyd@example.com")


@pytest.mark.parametrize(
    "onward", ["//evil.example", "https://evil.example", "/\\evil.example", "/nowhere", "/_dash-layout"]
)
def test_it_leads_to_pages_of_ours_only(app: Dash, onward: str) -> None:
    client = outsider(app)
    assert came_back(client, "ann", f"/sign-in/provider?next={onward}").headers["Location"] == "/"


def test_a_code_and_an_answer_are_good_once_and_in_one_browser(app: Dash) -> None:
    client, other = outsider(app), outsider(app)
    back = signed_in_at(client.get(START).headers["Location"], "ann").removeprefix("http://localhost")
    other.get(START)
    assert UNPROVEN in other.get(back).text  # begun by somebody else
    assert UNPROVEN in outsider(app).get(back).text  # begun by nobody
    assert client.get(back).status_code == 303
    assert UNPROVEN in client.get(back).text  # the cookie is gone
    client.get(START)
    assert UNPROVEN in client.get(back).text  # and so is the code


# --- forged ---------------------------------------------------------------------------

FORGED: list[dict[str, Any]] = [
    {"claims": {"nonce": "another"}},
    {"claims": {"nonce": None}},
    {"claims": {"iss": "http://localhost:1"}},
    {"claims": {"aud": "another"}},
    {"claims": {"aud": ["another"]}},
    {"claims": {"aud": [CLIENT, "another"], "azp": "another"}},
    {"claims": {"exp": 1_700_000_000}},
    {"claims": {"exp": None}},
    {"claims": {"sub": None}},
    {"algorithm": "none"},
    {"algorithm": "HS256"},
    {"other_key": True},
    {"configuration": {"issuer": "http://localhost:1"}},
    {"configuration": {"token_endpoint": None}},
    {"configuration": {"jwks_uri": None}},
]


@pytest.mark.filterwarnings(f"ignore::{SecurityWarning.__module__}.{SecurityWarning.__name__}")
@pytest.mark.parametrize("wrong", FORGED, ids=str)
def test_what_is_forged_lets_nobody_in(forged: Dash, forger: Forger, wrong: dict[str, Any]) -> None:
    client = outsider(forged)
    asked = parse_qs(urlsplit(client.get(START).headers["Location"]).query)
    forger.nonce = asked["nonce"][0]
    for name, value in wrong.items():
        setattr(forger, name, value)
    if "configuration" in wrong:  # it was right when the sign-in began
        client.application.extensions["dashboard-accounts"].provider._known.clear()
    answer = client.get(oidc.BACK, query_string={"code": "c", "state": asked["state"][0]})
    assert answer.status_code == 401
    assert UNPROVEN in answer.text
    assert not within(client)
    assert book(forged)[0] == "sign-in refused"


def test_the_forger_can_be_right(forged: Dash, forger: Forger) -> None:
    """Else it would prove nothing that it is refused."""
    client, answer = answered(forged, forger)
    assert answer.status_code == 303
    assert within(client)


@pytest.mark.parametrize(
    ("claims", "userinfo", "let_in"),
    [
        ({"email_verified": False}, None, False),
        ({"email_verified": "true"}, None, False),
        ({"email_verified": None}, None, False),
        ({"email": None}, {"sub": "s-1", "email": "ann@example.com", "email_verified": True}, True),
        ({"email": None}, {"sub": "s-2", "email": "ann@example.com", "email_verified": True}, False),
        ({"email": None}, {"sub": "s-1", "email": ["ann@example.com"], "email_verified": True}, False),
        ({"email": None}, ["ann@example.com"], False),
        ({"email": None}, None, False),
        ({"sub": "s" * 300}, None, False),
    ],
)
def test_an_e_mail_counts_if_the_provider_has_verified_it(
    forged: Dash, forger: Forger, claims: dict[str, Any], userinfo: Any, let_in: bool
) -> None:
    forger.claims, forger.userinfo = claims, userinfo
    client, answer = answered(forged, forger)
    assert within(client) == let_in
    assert let_in or NOBODY in answer.text


@pytest.mark.parametrize("query", [{"state": "x"}, {"state": ""}, {"iss": "http://evil.example"}])
def test_an_answer_is_to_what_was_asked(forged: Dash, forger: Forger, query: dict[str, str]) -> None:
    client, answer = answered(forged, forger, **query)
    assert UNPROVEN in answer.text
    assert not within(client)


def test_somebody_may_change_their_mind(forged: Dash) -> None:
    client = outsider(forged)
    state = parse_qs(urlsplit(client.get(START).headers["Location"]).query)["state"][0]
    answer = client.get(oidc.BACK, query_string={"error": "access_denied", "state": state})
    assert UNPROVEN in answer.text
    assert 'action="/sign-in?next=%2F"' in answer.text  # a password still does


def test_a_new_key_of_the_provider_is_learned(forged: Dash, forger: Forger) -> None:
    assert answered(forged, forger)[1].status_code == 303
    forger.keys.reverse()
    assert answered(forged, forger)[1].status_code == 303


def test_without_the_setting_there_is_none(settings: Settings, tmp_path: Path) -> None:
    client = outsider(create_app(by_itself(settings, tmp_path)))
    assert "organisation" not in client.get("/sign-in").text
    assert [client.get(path).status_code for path in (oidc.START, oidc.BACK)] == [404, 404]


def test_migrations_keep_accounts_on_the_way_back_and_identities_on_the_way_up(accounts: Accounts) -> None:
    accounts.add("ann@example.com", "Ann", ANALYST)
    proven = Proven("https://login.example.com", "s-1", "ann@example.com")
    assert isinstance(sign_in(accounts, proven, "127.0.0.1"), str)
    migrate(accounts.engine)
    assert isinstance(sign_in(accounts, replace(proven, email=""), "127.0.0.1"), str)
    migrate(accounts.engine, "0003")
    assert "identities" not in inspect(accounts.engine).get_table_names()
    assert "ann@example.com" in [account.login for account in accounts.all()]
    migrate(accounts.engine)
    assert not isinstance(sign_in(accounts, replace(proven, email=""), "127.0.0.1"), str)
    assert isinstance(sign_in(accounts, proven, "127.0.0.1"), str)
