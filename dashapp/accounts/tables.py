"""The tables of accounts, in SQLite by default and PostgreSQL by one setting. Times are UTC."""

from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import JSON, DateTime, ForeignKey, Index, MetaData, String, TypeDecorator
from sqlalchemy.engine import Dialect, Row
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from dashapp.accounts.rights import Rights, Role

LONGEST_LOGIN: Final = 80
LONGEST_ISSUER: Final = 200
LONGEST_SUBJECT: Final = 255  # of OpenID Connect
NAMING: Final = {  # migrations need the names of constraints
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Utc(TypeDecorator[datetime]):
    """A moment with its zone, which SQLite does not keep."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Into the database."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment needs its zone")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """Out of it."""
        return value and value.replace(tzinfo=UTC) if value is None or value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """All tables."""

    metadata = MetaData(naming_convention=NAMING)


class User(Base):
    """An account. epoch: raised when all its sessions end at once, as after a change of password or rights."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(LONGEST_LOGIN), unique=True)
    name: Mapped[str] = mapped_column(String(LONGEST_LOGIN))
    password: Mapped[str] = mapped_column(String(200))  # argon2id, "" where none was set yet
    role: Mapped[str] = mapped_column(String(20))
    chains: Mapped[list[str] | None] = mapped_column(JSON)
    stores: Mapped[list[str] | None] = mapped_column(JSON)
    personal: Mapped[bool] = mapped_column(default=False)
    disabled: Mapped[bool] = mapped_column(default=False)
    epoch: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(Utc)

    @property
    def rights(self) -> Rights:
        """What it may see."""
        return rights_of(self)

    def grant(self, rights: Rights) -> None:
        """Lets it see that instead."""
        self.role, self.personal = rights.role.value, rights.personal
        self.chains, self.stores = (None if ids is None else sorted(ids) for ids in (rights.chains, rights.stores))


def rights_of(user: User | Row[Any]) -> Rights:
    """What an account, or a row with its columns, may see."""
    chains, stores = (None if ids is None else frozenset(ids) for ids in (user.chains, user.stores))
    return Rights(Role(user.role), chains, stores, user.personal)


class Identity(Base):
    """Who an account is to an organisation's provider: one each, by what never changes there."""

    __tablename__ = "identities"

    issuer: Mapped[str] = mapped_column(String(LONGEST_ISSUER), primary_key=True)
    subject: Mapped[str] = mapped_column(String(LONGEST_SUBJECT), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), unique=True)


class Session(Base):
    """A browser that is signed in. key: SHA-256 of the cookie, so that who reads the table holds no cookie."""

    __tablename__ = "sessions"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    epoch: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(Utc)
    seen_at: Mapped[datetime] = mapped_column(Utc)


class Invitation(Base):
    """A link that signs in once: for the first use, and to set a forgotten password. key: as of a session."""

    __tablename__ = "invitations"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime] = mapped_column(Utc)


class Attempt(Base):
    """A try to sign in that failed. who: SHA-256 of the login or the address that tried."""

    __tablename__ = "attempts"

    id: Mapped[int] = mapped_column(primary_key=True)
    who: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Utc)

    __table_args__ = (Index(None, "who", "at"),)


class Event(Base):
    """A line of the book: who did what to what, from where. It is only added to, and knows nobody but by login."""

    __tablename__ = "events"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Utc, index=True)
    user_id: Mapped[int | None]
    action: Mapped[str] = mapped_column(String(40), index=True)
    about: Mapped[str] = mapped_column(String(200), default="")
    address: Mapped[str] = mapped_column(String(45), default="")
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
