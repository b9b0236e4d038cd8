"""Saved views: who keeps them, who else finds them, and what is said about them. Each change in one piece."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Engine, delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session as Database
from sqlalchemy.orm import sessionmaker

from dashapp.accounts.accounts import Refused
from dashapp.accounts.tables import Event, User
from dashapp.saved.tables import LONGEST_KEY, LONGEST_NAME, Comment, SavedView, StartView
from data.said import say

MOST_VIEWS: Final = 500  # of one account
MOST_COMMENTS: Final = 1_000  # of one view
LONGEST_COMMENT: Final = 2_000
NONE: Final = say("There is no such view, or it is shared with you no more.")


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks. chains: those of which they may see a store, None for all there ever were."""

    id: int
    chains: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Sharing:
    """With whom: nobody, everybody, or those who may see a store of one chain."""

    shared: bool = False
    chain: str | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A saved view as a reader finds it."""

    id: int
    name: str
    address: str
    sharing: Sharing
    owner: str  # the name of the account
    own: bool
    start: bool  # the reader's dashboard opens with it
    comments: int
    saved_at: datetime
    deleted: bool


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment."""

    author: str
    text: str
    at: datetime


class SavedViews:
    """All saved views of a database. clock: UTC now."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._begin = sessionmaker(engine, expire_on_commit=False)
        self._now = clock

    def save(self, reader: Reader, key: str, name: str, address: str, sharing: Sharing) -> int:
        """Keeps an address under a name, once for a key however often it is asked; its id. Raises Refused."""
        name = _named(name)
        self._may_share(reader, sharing)
        view = SavedView(owner_id=reader.id, key=_key(key), name=name, address=address, saved_at=self._now())
        view.shared, view.chain = sharing.shared, sharing.chain
        with self._once(SavedView.id, SavedView.owner_id == reader.id, SavedView.key == key) as (database, known):
            if known is not None:
                return known
            mine = select(func.count()).where(SavedView.owner_id == reader.id, SavedView.deleted_at.is_(None))
            if (database.scalar(mine) or 0) >= MOST_VIEWS:
                raise Refused(say("You have {n} saved views. Delete one, then save again.", n=MOST_VIEWS))
            self._name_is_free(database, reader, name, SavedView.key != key)
            database.add(view)
            database.flush()
            self._note(database, reader, "view saved", view.id)
        return self._id(SavedView.id, SavedView.owner_id == reader.id, SavedView.key == key)

    def all(self, reader: Reader) -> list[Kept]:
        """The reader's own views, deleted ones too, and those shared with them; by name."""
        said = select(Comment.view_id, func.count().label("n")).group_by(Comment.view_id).subquery()
        rows = (
            select(SavedView, User.name, said.c.n, StartView.view_id)
            .join(User, User.id == SavedView.owner_id)
            .outerjoin(said, said.c.view_id == SavedView.id)
            .outerjoin(StartView, (StartView.view_id == SavedView.id) & (StartView.user_id == reader.id))
        )
        with self._begin() as database:
            found = database.execute(rows).all()
        kept = [_kept(view, owner, n or 0, reader, start) for view, owner, n, start in found if _sees(reader, view)]
        return sorted(kept, key=lambda one: (one.deleted, one.name.casefold(), one.id))

    def one(self, reader: Reader, id: int) -> Kept:
        """One of these; raises Refused."""
        for kept in self.all(reader):
            if kept.id == id:
                return kept
        raise Refused(NONE)

    def change(self, reader: Reader, id: int, name: str, sharing: Sharing) -> None:
        """Another name, or shared with others. Raises Refused."""
        self._may_share(reader, sharing)
        with self._own(reader, id) as (database, view):
            self._name_is_free(database, reader, _named(name), SavedView.id != id)
            view.name, view.shared, view.chain = _named(name), sharing.shared, sharing.chain
            self._note(database, reader, "view changed", id)

    def delete(self, reader: Reader, id: int) -> None:
        """Nobody finds it any more but its owner, who can put it back. Raises Refused."""
        with self._own(reader, id) as (database, view):
            view.deleted_at = view.deleted_at or self._now()
            self._note(database, reader, "view deleted", id)

    def put_back(self, reader: Reader, id: int) -> None:
        """As it was before it was deleted. Raises Refused."""
        with self._own(reader, id) as (database, view):
            self._name_is_free(database, reader, view.name, SavedView.id != id)
            view.deleted_at = None
            self._note(database, reader, "view put back", id)

    def start_with(self, reader: Reader, id: int | None) -> None:
        """The view that the reader's dashboard opens with; None for the usual one. Raises Refused."""
        if id is not None:
            self.one(reader, id)
        with self._begin.begin() as database:
            database.execute(delete(StartView).where(StartView.user_id == reader.id))
            if id is not None:
                database.add(StartView(user_id=reader.id, view_id=id))

    def start(self, reader: Reader) -> Kept | None:
        """That view, as long as the reader finds it."""
        return next((kept for kept in self.all(reader) if kept.start and not kept.deleted), None)

    # --- comments -------------------------------------------------------------------

    def comment(self, reader: Reader, id: int, key: str, text: str) -> None:
        """Says something about a view, once for a key. Raises Refused."""
        text = text.strip()
        if not 0 < len(text) <= LONGEST_COMMENT:
            raise Refused(say("A comment has 1 to {n} characters.", n=LONGEST_COMMENT))
        if self.one(reader, id).comments >= MOST_COMMENTS:
            raise Refused(say("This view has {n} comments; save it anew to go on.", n=MOST_COMMENTS))
        with self._once(Comment.id, Comment.author_id == reader.id, Comment.key == _key(key)) as (database, known):
            if known is None:
                database.add(Comment(view_id=id, author_id=reader.id, key=key, text=text, at=self._now()))
                self._note(database, reader, "commented", id)

    def comments(self, reader: Reader, id: int) -> list[Remark]:
        """What was said about a view, in order. Raises Refused."""
        self.one(reader, id)
        rows = select(Comment, User.name).join(User, User.id == Comment.author_id).where(Comment.view_id == id)
        with self._begin() as database:
            return [Remark(name, c.text, c.at) for c, name in database.execute(rows.order_by(Comment.id))]

    # --------------------------------------------------------------------------------

    @contextmanager
    def _once(self, id: Any, *same: Any) -> Iterator[tuple[Database, int | None]]:
        """A transaction, and the id of what was kept before; of two at once the second one finds the first one's."""
        try:
            with self._begin.begin() as database:
                yield database, database.scalar(select(id).where(*same))
        except IntegrityError:
            self._id(id, *same)  # raises if it was something else

    def _id(self, id: Any, *same: Any) -> int:
        with self._begin() as database:
            return int(database.execute(select(id).where(*same)).scalar_one())

    @contextmanager
    def _own(self, reader: Reader, id: int) -> Iterator[tuple[Database, SavedView]]:
        with self._begin.begin() as database:
            view = database.scalar(select(SavedView).where(SavedView.id == id).with_for_update())
            if view is None or not _sees(reader, view):
                raise Refused(NONE)
            if view.owner_id != reader.id:
                raise Refused(say("Only who saved a view can change it. Save one of your own instead."))
            yield database, view

    def _may_share(self, reader: Reader, sharing: Sharing) -> None:
        if sharing.chain is not None and reader.chains is not None and sharing.chain not in reader.chains:
            raise Refused(say("A view is shared with a chain that you see yourself."))

    def _name_is_free(self, database: Database, reader: Reader, name: str, other: Any) -> None:
        """Raises Refused for the name of another view of the reader's, so that no two are taken for one another."""
        taken = select(SavedView.id).where(
            SavedView.owner_id == reader.id, SavedView.name == name, SavedView.deleted_at.is_(None), other
        )
        if database.scalars(taken).first() is not None:
            raise Refused(say("You have a view {name} already. Choose another name.", name=name))

    def _note(self, database: Database, reader: Reader, action: str, id: int) -> None:
        database.add(Event(at=self._now(), user_id=reader.id, action=action, about=str(id)))


def _sees(reader: Reader, view: SavedView) -> bool:
    if view.owner_id == reader.id:
        return True
    if view.deleted_at is not None or not view.shared:
        return False
    return view.chain is None or reader.chains is None or view.chain in reader.chains


def _kept(view: SavedView, owner: str, comments: int, reader: Reader, start: int | None) -> Kept:
    sharing, own = Sharing(view.shared, view.chain), view.owner_id == reader.id
    deleted = view.deleted_at is not None
    return Kept(
        view.id, view.name, view.address, sharing, owner, own, start is not None, comments, view.saved_at, deleted
    )


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise Refused(say("A name has 1 to {n} characters.", n=LONGEST_NAME))
    return name


def _key(key: str) -> str:
    if not 0 < len(key) <= LONGEST_KEY or not key.isascii():
        raise Refused(say("This page is too old. Load it again."))
    return key
