"""Accounts of people whom an organisation's provider knows. Who signs in first with a verified e-mail that is the login
of an account is that account from then on, whatever their e-mail becomes.
"""

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session as Database
from sqlalchemy.orm import sessionmaker

from dashapp.accounts.accounts import TRIES_OF_AN_ADDRESS, WINDOW, Accounts
from dashapp.accounts.oidc import Proven
from dashapp.accounts.tables import LONGEST_ISSUER, LONGEST_SUBJECT, Event, Identity, User
from data.said import Said, say

NOBODY: Final = say("There is no account for you here. Ask an administrator.")
REFUSED: Final = "sign-in refused"


def sign_in(accounts: Accounts, proven: Proven, address: str) -> str | Said:
    """A new session's secret for the account of somebody who is proven to be who they are, or why there is none."""
    try:
        return _signed_in(accounts, proven, address)
    except IntegrityError:  # the account was somebody's meanwhile: theirs, in another tab, or another person's
        return _signed_in(accounts, proven, address)


def refused(accounts: Accounts, address: str) -> None:
    """Notes that somebody was not let in. Anybody can come without an answer of the provider, so not without end."""
    since = datetime.now(UTC) - WINDOW
    noted = select(func.count()).where(Event.action == REFUSED, Event.address == address, Event.at > since)
    with sessionmaker(accounts.engine)() as database:
        few = (database.scalar(noted) or 0) < TRIES_OF_AN_ADDRESS
    if few:
        accounts.note(None, REFUSED, address=address)


def _signed_in(accounts: Accounts, proven: Proven, address: str) -> str | Said:
    with sessionmaker(accounts.engine, expire_on_commit=False).begin() as database:
        user = _user(database, proven) if _can_be_kept(proven) else None
        if user is not None and not user.disabled:
            return accounts.begin(database, user, address)
    refused(accounts, address)
    return NOBODY


def _can_be_kept(proven: Proven) -> bool:
    """Whether it is an id as OpenID Connect has them, and texts that every database takes."""
    texts = proven.subject.isascii() and (proven.subject + proven.email).isprintable()
    return texts and 0 < len(proven.subject) <= LONGEST_SUBJECT and len(proven.issuer) <= LONGEST_ISSUER


def _user(database: Database, proven: Proven) -> User | None:
    known = database.get(Identity, (proven.issuer, proven.subject))
    if known is not None:
        return database.get_one(User, known.user_id)
    if not proven.email:
        return None
    # Some other letters become ASCII ones in lower case, such as the sign for kelvin: that would be another's e-mail.
    login = proven.email.lower() if proven.email.isascii() else proven.email
    user = database.scalar(select(User).where(User.login == login).with_for_update())
    if user is None or user.disabled:
        return None
    whose = database.scalar(select(Identity).where(Identity.user_id == user.id))
    if whose is None:
        database.add(Identity(issuer=proven.issuer, subject=proven.subject, user_id=user.id))
        database.add(Event(at=datetime.now(UTC), user_id=user.id, action="identity linked"))
    elif (whose.issuer, whose.subject) != (proven.issuer, proven.subject):
        return None
    return user
