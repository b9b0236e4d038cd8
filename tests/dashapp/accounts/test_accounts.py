"""Accounts in a real database: who comes in, for how long, and what stays of it."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from dashapp.accounts import passwords
from dashapp.accounts.accounts import (
    INVITED_FOR,
    TRIES_OF_A_LOGIN,
    TRIES_OF_AN_ADDRESS,
    WINDOW,
    Accounts,
    Refused,
)
from dashapp.accounts.rights import BadRights, Rights, Role
from dashapp.accounts.sessions import IDLE, LONGEST
from dashapp.accounts.tables import Base, User

GOOD = "correct horse battery"
ANALYST = Rights(Role.ANALYST)
HERE = "192.0.2.1"


class Clock:
    """UTC now, moved by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **time: float) -> None:
        self.now += timedelta(**time)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def accounts(accounts_url: str, clock: Clock) -> Iterator[Accounts]:
    with closing(Accounts(accounts_url, clock)) as found:
        yield found


@pytest.fixture
def ann(accounts: Accounts) -> str:
    accounts.add("ann", "Ann", ANALYST)
    accounts.set_password("ann", GOOD)
    return "ann"


def signed(accounts: Accounts, login: str, password: str = GOOD, address: str = HERE) -> str:
    secret = accounts.sign_in(login, password, address)
    assert isinstance(secret, str), secret
    return secret


def refused(accounts: Accounts, login: str, password: str = "wrong horse battery", address: str = HERE) -> str:
    why = accounts.sign_in(login, password, address)
    assert isinstance(why, dict), why
    return why["text"]


def test_the_right_password_opens_a_session(accounts: Accounts, ann: str) -> None:
    found = accounts.signed_in(signed(accounts, " Ann "))
    assert found is not None
    assert (found.login, found.name, found.rights) == ("ann", "Ann", ANALYST)


@pytest.mark.parametrize("login", ["ann", "bob", ""])
def test_nobody_learns_which_logins_there_are(accounts: Accounts, ann: str, login: str) -> None:
    assert refused(accounts, login) == "This login and password do not belong together."


def test_an_account_without_a_password_opens_with_none(accounts: Accounts) -> None:
    accounts.add("new", "New", ANALYST)
    for password in ("", "nobody", GOOD):
        assert "do not belong" in refused(accounts, "new", password)


@pytest.mark.parametrize("secret", ["", "x", "a" * 43])
def test_a_made_up_cookie_is_nobodys(accounts: Accounts, ann: str, secret: str) -> None:
    signed(accounts, ann)
    assert accounts.signed_in(secret) is None


def test_a_copied_cookie_is_dead_after_signing_out(accounts: Accounts, ann: str) -> None:
    secret, other = signed(accounts, ann), signed(accounts, ann)
    accounts.sign_out(secret)
    assert accounts.signed_in(secret) is None
    assert accounts.signed_in(other) is not None


def test_a_session_ends_when_idle_and_when_old(accounts: Accounts, ann: str, clock: Clock) -> None:
    idle, busy = signed(accounts, ann), signed(accounts, ann)
    started = clock.now
    while clock.now - started < LONGEST - timedelta(minutes=30):
        clock.pass_by(minutes=29)
        assert accounts.signed_in(busy) is not None
    assert clock.now - started > IDLE
    assert accounts.signed_in(idle) is None
    clock.pass_by(minutes=30)
    assert accounts.signed_in(busy) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda a: a.set_password("ann", "another good password"),
        lambda a: a.set_rights("ann", Rights(Role.CHAIN_MANAGER, chains=frozenset({"Alpha"}))),
        lambda a: a.disable("ann"),
    ],
    ids=["password", "rights", "disabled"],
)
def test_sessions_end_with_what_they_rested_on(accounts: Accounts, ann: str, change: Any) -> None:
    secrets = [signed(accounts, ann) for _ in range(3)]
    change(accounts)
    assert [accounts.signed_in(secret) for secret in secrets] == [None] * 3


def test_a_disabled_account_does_not_come_in(accounts: Accounts, ann: str) -> None:
    link = accounts.invite(ann)
    accounts.disable(ann)
    assert "do not belong" in refused(accounts, ann, GOOD)
    assert isinstance(accounts.accept(link, HERE), dict)
    accounts.disable(ann, disabled=False)
    assert accounts.signed_in(signed(accounts, ann)) is not None


def test_the_last_administrator_stays(accounts: Accounts) -> None:
    accounts.add("one", "One", Rights(Role.ADMIN))
    with pytest.raises(Refused, match="last administrator"):
        accounts.disable("one")
    with pytest.raises(Refused, match="last administrator"):
        accounts.set_rights("one", ANALYST)
    accounts.add("two", "Two", Rights(Role.ADMIN))
    accounts.disable("one")


# --- brute force --------------------------------------------------------------------


def test_after_five_wrong_passwords_the_right_one_waits(accounts: Accounts, ann: str, clock: Clock) -> None:
    for number in range(TRIES_OF_A_LOGIN):
        assert "do not belong" in refused(accounts, ann, address=f"192.0.2.{number}")
    assert "Too many tries" in refused(accounts, ann, GOOD, "198.51.100.1")
    clock.pass_by(seconds=WINDOW.total_seconds())
    assert accounts.signed_in(signed(accounts, ann)) is not None


def test_an_address_may_not_try_many_logins(accounts: Accounts, ann: str) -> None:
    for number in range(TRIES_OF_AN_ADDRESS):
        refused(accounts, f"login{number}")
    assert "Too many tries" in refused(accounts, ann, GOOD)
    assert accounts.signed_in(signed(accounts, ann, address="198.51.100.1")) is not None


def test_who_comes_in_starts_anew(accounts: Accounts, ann: str) -> None:
    for _ in range(TRIES_OF_A_LOGIN - 1):
        refused(accounts, ann)
    signed(accounts, ann)
    for _ in range(TRIES_OF_A_LOGIN - 1):
        assert "do not belong" in refused(accounts, ann)


# --- links --------------------------------------------------------------------------


def test_a_link_signs_in_once(accounts: Accounts, ann: str) -> None:
    link = accounts.invite(ann)
    secret = accounts.accept(link, HERE)
    assert isinstance(secret, str)
    assert accounts.signed_in(secret) is not None
    assert isinstance(accounts.accept(link, HERE), dict)


def test_a_link_ends_with_time_with_a_newer_one_and_with_a_password(accounts: Accounts, ann: str, clock: Clock) -> None:
    old = accounts.invite(ann)
    newer = accounts.invite(ann)
    assert isinstance(accounts.accept(old, HERE), dict)
    accounts.set_password(ann, "another good password")
    assert isinstance(accounts.accept(newer, HERE), dict)
    late = accounts.invite(ann)
    clock.pass_by(seconds=INVITED_FOR.total_seconds())
    assert isinstance(accounts.accept(late, HERE), dict)


# --- accounts -----------------------------------------------------------------------


@pytest.mark.parametrize("login", ["", " ", "a b", "x" * 81, "new\nline"])
def test_what_is_no_login(accounts: Accounts, login: str) -> None:
    with pytest.raises(Refused, match="A login has"):
        accounts.add(login, "", ANALYST)


def test_a_login_is_taken_once_however_it_is_written(accounts: Accounts, ann: str) -> None:
    with pytest.raises(Refused, match="already"):
        accounts.add("ANN", "Another", ANALYST)
    assert [account.login for account in accounts.all()] == ["ann"]


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaaaa", "password1234", "Welcome12345", "x" * 129, "annann"])
def test_passwords_that_anybody_would_guess(accounts: Accounts, ann: str, password: str) -> None:
    with pytest.raises(Refused):
        accounts.set_password(ann, password)
    assert accounts.signed_in(signed(accounts, ann)) is not None


@pytest.mark.parametrize(
    "rights",
    [
        {"role": Role.ADMIN, "chains": frozenset({"Alpha"})},
        {"role": Role.CHAIN_MANAGER},
        {"role": Role.CHAIN_MANAGER, "chains": frozenset()},
        {"role": Role.STORE_MANAGER},
        {"role": Role.ANALYST, "stores": frozenset({"S01"})},
    ],
)
def test_rights_that_nobody_can_have(rights: dict[str, Any]) -> None:
    with pytest.raises(BadRights):
        Rights(**rights)


def test_rights_are_kept_as_given(accounts: Accounts) -> None:
    given = Rights(Role.STORE_MANAGER, stores=frozenset({"S02", "S01"}), personal=True)
    accounts.add("sam", "Sam", given)
    assert accounts.all()[0].rights == given


# --- what is kept -------------------------------------------------------------------


def test_no_secret_is_in_the_database(accounts: Accounts, ann: str, tmp_path: Path) -> None:
    """Neither in its rows nor, where it is a file, in any byte of that."""
    secret, link = signed(accounts, ann), accounts.invite(ann)
    refused(accounts, ann)
    with accounts.engine.connect() as connection:
        rows = [connection.execute(table.select()).all() for table in Base.metadata.sorted_tables]
    accounts.close()
    kept = repr(rows).encode() + b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"argon2id" in kept
    for text in (secret, link, GOOD, "wrong horse battery"):
        assert text.encode() not in kept


def test_the_book_tells_who_did_what(accounts: Accounts, ann: str) -> None:
    signed(accounts, ann)
    refused(accounts, ann)
    told = [(line.action, line.address) for line in reversed(accounts.book())]
    assert told == [("account added", ""), ("password changed", ""), ("signed in", HERE), ("sign-in refused", HERE)]


def test_an_older_hash_is_made_anew_at_the_next_sign_in(
    accounts: Accounts, ann: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cheap = passwords.PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
    with monkeypatch.context() as patched:
        patched.setattr(passwords, "HASHER", cheap)
        accounts.set_password(ann, GOOD)
    signed(accounts, ann)
    with accounts._begin() as database:
        (kept,) = database.scalars(select(User.password))
    assert not passwords.outdated(kept)
    assert accounts.signed_in(signed(accounts, ann)) is not None
