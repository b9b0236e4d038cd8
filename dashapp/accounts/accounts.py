"""Accounts, who is signed in, and the book of what was done. All of it in one database, each change in one piece."""

import hashlib
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session as Database
from sqlalchemy.orm import sessionmaker

from dashapp.accounts import passwords
from dashapp.accounts.database import opened
from dashapp.accounts.rights import Rights, Role
from dashapp.accounts.sessions import LONGEST, whose
from dashapp.accounts.tables import LONGEST_LOGIN, Attempt, Event, Identity, Invitation, Session, User, rights_of
from data.said import Said, SaidError, say

WINDOW: Final = timedelta(minutes=5)
TRIES_OF_A_LOGIN: Final = 5
TRIES_OF_AN_ADDRESS: Final = 20
INVITED_FOR: Final = timedelta(hours=24)
NO_LINK: Final = say("This link was used or is too old. Ask for another one.")


class Refused(SaidError, ValueError):
    """What was asked for cannot be done; `said` is why."""


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may come in, as of now."""

    id: int
    login: str
    name: str
    rights: Rights
    disabled: bool


class Accounts:
    """All accounts of a database. clock: UTC now."""

    def __init__(self, url: str, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.engine = opened(url)
        self._begin = sessionmaker(self.engine, expire_on_commit=False)
        self._now = clock

    def close(self) -> None:
        """Lets go of the database."""
        self.engine.dispose()

    # --- accounts -------------------------------------------------------------------

    def all(self) -> list[Account]:
        """Every account, by login."""
        with self._begin() as database:
            return [_account(user) for user in database.scalars(select(User).order_by(User.login))]

    def named(self, login: str) -> Account:
        """The account of a login; raises Refused for none."""
        with self._begin() as database:
            return _account(_user(database, login))

    def add(self, login: str, name: str, rights: Rights, by: int | None = None) -> Account:
        """A new account without a password; raises Refused for a login that is taken or none."""
        login = login.strip().lower()
        if not login or len(login) > LONGEST_LOGIN or not login.isprintable() or " " in login:
            raise Refused(say("A login has 1 to {n} characters and no blank.", n=LONGEST_LOGIN))
        user = User(login=login, name=name.strip() or login, password="", created_at=self._now())
        user.grant(rights)
        try:
            with self._begin.begin() as database:
                database.add(user)
                database.flush()
                self._note(database, by, "account added", about=login, details={"role": rights.role.value})
        except IntegrityError as error:
            raise Refused(say("There is an account {login} already.", login=login)) from error
        return _account(user)

    def set_rights(self, login: str, rights: Rights, by: int | None = None) -> None:
        """Other rights, from the next request on: all sessions of the account end."""
        with self._changing(login) as (database, user):
            if not rights.administers:
                self._keep_an_administrator(database, user)
            user.grant(rights)
            user.epoch += 1
            self._note(database, by, "rights changed", about=login, details={"role": rights.role.value})

    def set_password(self, login: str, password: str, by: int | None = None) -> None:
        """Raises Refused for a password that anybody would guess. All sessions and links of the account end."""
        kept = _kept(password, login)
        with self._changing(login) as (database, user):
            self._set_password(database, user, kept, by)

    def reset(self, login: str, by: int | None = None) -> None:
        """Forgets an account's password and provider; its sessions and links end. It then needs a new link."""
        with self._changing(login) as (database, user):
            database.execute(delete(Identity).where(Identity.user_id == user.id))
            self._set_password(database, user, "", by)

    def disable(self, login: str, disabled: bool = True, by: int | None = None) -> None:
        """Lets an account in no more, or again. The last administrator cannot be shut out."""
        with self._changing(login) as (database, user):
            if disabled:
                self._keep_an_administrator(database, user)
            user.disabled, user.epoch = disabled, user.epoch + 1
            self._note(database, by, "account disabled" if disabled else "account enabled", about=login)

    def invite(self, login: str, by: int | None = None) -> str:
        """The secret of a link that signs in once, within a day; earlier ones of the account end."""
        secret = secrets.token_urlsafe(32)
        with self._changing(login) as (database, user):
            database.execute(delete(Invitation).where(Invitation.user_id == user.id))
            expires = self._now() + INVITED_FOR
            database.add(Invitation(key=_key(secret), user_id=user.id, expires_at=expires))
            self._note(database, by, "invited", about=login)
        return secret

    # --- signing in -----------------------------------------------------------------

    def sign_in(self, login: str, password: str, address: str) -> str | Said:
        """A new session's secret, or why not: in the same words for a wrong login, password or disabled account.

        No more is looked at once five tries of a login or twenty of an address failed within five minutes.
        """
        user = self._known(login, password, address)
        if not isinstance(user, User):
            return user
        kept = passwords.hashed(password) if passwords.outdated(user.password) else user.password
        with self._begin.begin() as database:
            found = database.get_one(User, user.id)
            found.password = kept
            return self.begin(database, found, address)

    def change_password(self, login: str, old: str, new: str, address: str) -> str | Said:
        """A new session's secret once the password is another one, or why not, as for signing in. Raises Refused."""
        kept = _kept(new, login)
        user = self._known(login, old, address)
        if not isinstance(user, User):
            return user
        with self._begin.begin() as database:
            found = database.get_one(User, user.id)
            self._set_password(database, found, kept, found.id)
            return self.begin(database, found, address)

    def invited(self, secret: str) -> Account | Said:
        """Whom the secret of a link lets in, which uses nothing up; or why nobody."""
        with self._begin() as database:
            invitation = database.get(Invitation, _key(secret))
            if invitation is None or invitation.expires_at <= self._now():
                return NO_LINK
            user = database.get_one(User, invitation.user_id)
            return NO_LINK if user.disabled else _account(user)

    def accept(self, secret: str, address: str, password: str = "") -> str | Said:
        """A new session's secret for the secret of a link, which is used up; or why not.

        password: "" to leave it as it is; raises Refused for a weak one, and the link stays.
        """
        whose = self.invited(secret)
        if not isinstance(whose, Account):
            return whose
        kept = _kept(password, whose.login) if password else ""
        with self._begin.begin() as database:
            user = database.get_one(User, whose.id)
            used = database.execute(delete(Invitation).where(Invitation.key == _key(secret)).returning(Invitation.key))
            if used.first() is None or user.disabled:  # meanwhile
                return NO_LINK
            if kept:
                self._set_password(database, user, kept, user.id)
            return self.begin(database, user, address)

    def signed_in(self, secret: str, attended: bool = True) -> Account | None:
        """Whose session it is, as of now: nobody's once it ended, was idle for an hour or is eight hours old.

        attended: whether somebody asks, and not the page by itself.
        """
        found = whose(self.engine, _key(secret), self._now(), attended)
        return _account(found) if found else None

    def sign_out(self, secret: str) -> None:
        """Ends one session; a copy of its cookie is worth nothing from now on."""
        with self._begin.begin() as database:
            session = database.get(Session, _key(secret))
            if session is not None:
                self._note(database, session.user_id, "signed out")
                database.delete(session)

    # --- the book -------------------------------------------------------------------

    def note(self, by: int | None, action: str, about: str = "", address: str = "", **details: Any) -> None:
        """Adds a line to the book."""
        with self._begin.begin() as database:
            self._note(database, by, action, about=about, address=address, details=details)

    def book(self, most: int = 1000) -> Sequence[Event]:
        """The latest lines, newest first."""
        with self._begin() as database:
            return database.scalars(select(Event).order_by(Event.id.desc()).limit(most)).all()

    # --------------------------------------------------------------------------------

    def begin(self, database: Database, user: User, address: str) -> str:
        """A new session's secret, in a transaction of who has proven who they are."""
        secret, now = secrets.token_urlsafe(32), self._now()
        database.add(Session(key=_key(secret), user_id=user.id, epoch=user.epoch, created_at=now, seen_at=now))
        database.execute(delete(Session).where(Session.created_at <= now - LONGEST))
        self._note(database, user.id, "signed in", address=address)
        return secret

    def _known(self, login: str, password: str, address: str) -> User | Said:
        """Whose login and password these are, or why nobody is told. As slow for a login that there is not."""
        login = login.strip().lower()[:LONGEST_LOGIN]
        if wait := self._throttled(login, address):
            return wait
        with self._begin() as database:
            user = database.scalar(select(User).where(User.login == login))
        good = passwords.right(user.password if user else "", password)
        with self._begin.begin() as database:
            if user is not None and good and not user.disabled:
                database.execute(delete(Attempt).where(Attempt.who == _key(login)))
                return user
            for who in (login, address):
                database.add(Attempt(who=_key(who), at=self._now()))
            self._note(database, None, "sign-in refused", address=address)
        return say("This login and password do not belong together.")

    def _set_password(self, database: Database, user: User, kept: str, by: int | None) -> None:
        user.password, user.epoch = kept, user.epoch + 1
        database.execute(delete(Invitation).where(Invitation.user_id == user.id))
        self._note(database, by, "password changed", about=user.login)

    def _throttled(self, login: str, address: str) -> Said | None:
        since = self._now() - WINDOW
        with self._begin.begin() as database:
            database.execute(delete(Attempt).where(Attempt.at <= since))
            for who, most in ((login, TRIES_OF_A_LOGIN), (address, TRIES_OF_AN_ADDRESS)):
                if (database.scalar(select(func.count()).where(Attempt.who == _key(who))) or 0) >= most:
                    minutes = round(WINDOW.total_seconds() / 60)
                    return say("Too many tries. Wait {n} minutes, then try again.", n=minutes)
        return None

    def _keep_an_administrator(self, database: Database, user: User) -> None:
        """Raises Refused if there is no other than this one."""
        others = select(func.count()).where(User.role == Role.ADMIN, ~User.disabled, User.id != user.id)
        if user.role == Role.ADMIN and not user.disabled and not database.scalar(others):
            raise Refused(say("This is the last administrator: nobody could let anyone in again."))

    @contextmanager
    def _changing(self, login: str) -> Iterator[tuple[Database, User]]:
        with self._begin.begin() as database:
            yield database, _user(database, login, for_update=True)

    def _note(self, database: Database, by: int | None, action: str, **rest: Any) -> None:
        database.add(Event(at=self._now(), user_id=by, action=action, **rest))


def _user(database: Database, login: str, for_update: bool = False) -> User:
    """Raises Refused for a login that nobody has."""
    named = select(User).where(User.login == login.strip().lower())
    user = database.scalar(named.with_for_update() if for_update else named)
    if user is None:
        raise Refused(say("There is no account {login}.", login=login))
    return user


def _account(user: User | Row[Any]) -> Account:
    return Account(user.id, user.login, user.name, rights_of(user), user.disabled)


def _kept(password: str, login: str) -> str:
    """What is kept of a new password; raises Refused for a weak one."""
    if why := passwords.weak(password, login):
        raise Refused(why)
    return passwords.hashed(password)


def _key(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
