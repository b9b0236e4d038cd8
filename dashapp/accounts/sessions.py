"""Whose session a request comes with: asked by every request, so in plain rows; an ORM object costs a millisecond."""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Engine, Row, bindparam, delete, select, update

from dashapp.accounts.tables import Session, User

IDLE: Final = timedelta(minutes=60)
LONGEST: Final = timedelta(hours=8)
SEEN_EVERY: Final = timedelta(minutes=1)  # a session is written at most so often
OWN: Final = Session.key == bindparam("of")
WHOSE: Final = (
    select(Session.created_at, Session.seen_at, Session.epoch, User.epoch.label("latest"), User.disabled)
    .add_columns(User.id, User.login, User.name, User.role, User.chains, User.stores, User.personal)
    .join(User, Session.user_id == User.id)
    .where(OWN)
)


def whose(engine: Engine, key: str, now: datetime, attended: bool) -> Row[Any] | None:
    """The columns of the account; nobody's once the session ended, was idle for an hour or is eight hours old.

    attended: whether somebody asks, and not the page by itself.
    """
    own = {"of": key}
    with engine.connect() as database:
        found = database.execute(WHOSE, own).first()
    if found is None:
        return None
    over = found.created_at + LONGEST <= now or found.seen_at + IDLE <= now
    if over or found.epoch != found.latest or found.disabled:
        with engine.begin() as database:
            database.execute(delete(Session).where(OWN), own)
        return None
    if attended and found.seen_at + SEEN_EVERY <= now:
        with engine.begin() as database:
            database.execute(update(Session).where(OWN).values(seen_at=now), own)
    return found
