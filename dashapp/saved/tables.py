"""The tables of saved work, in the database of accounts."""

from datetime import datetime
from typing import Final

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dashapp.accounts.tables import Base, Utc

LONGEST_NAME: Final = 80
LONGEST_KEY: Final = 36  # a UUID


class SavedView(Base):
    """An address under a name: what is looked at, never what is seen there.

    key: the owner's browser made it up, so that a save that is sent twice is kept once. shared: with everybody, or with
    those who may see a store of `chain`. deleted_at: it can be put back.
    """

    __tablename__ = "saved_views"

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(LONGEST_KEY))
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    address: Mapped[str] = mapped_column(Text)
    shared: Mapped[bool] = mapped_column(default=False)
    chain: Mapped[str | None] = mapped_column(String(200))
    saved_at: Mapped[datetime] = mapped_column(Utc)
    deleted_at: Mapped[datetime | None] = mapped_column(Utc)

    __table_args__ = (UniqueConstraint("owner_id", "key"),)


class Comment(Base):
    """What somebody says about a saved view. key: as of a view."""

    __tablename__ = "comments"

    id: Mapped[int] = mapped_column(primary_key=True)
    view_id: Mapped[int] = mapped_column(ForeignKey("saved_views.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(LONGEST_KEY))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Utc)

    __table_args__ = (UniqueConstraint("author_id", "key"),)


class StartView(Base):
    """The view that somebody's dashboard opens with."""

    __tablename__ = "start_views"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    view_id: Mapped[int] = mapped_column(ForeignKey("saved_views.id", ondelete="CASCADE"))
