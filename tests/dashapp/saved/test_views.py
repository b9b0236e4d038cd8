"""Saved views and comments: kept once, found by those they are for, never lost; in SQLite and PostgreSQL."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from dashapp.accounts.accounts import Accounts, Refused
from dashapp.accounts.database import migrate
from dashapp.saved import views as module
from dashapp.saved.views import Reader, SavedViews, Sharing
from tests.dashapp.conftest import together

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
PRIVATE, EVERYBODY, ALDER = Sharing(), Sharing(True), Sharing(True, "Alderway")


@pytest.fixture
def views(accounts: Accounts) -> SavedViews:
    return SavedViews(accounts.engine, lambda: NOW)


@pytest.fixture
def ann(accounts: Accounts) -> Reader:
    return Reader(accounts.named("ann").id, frozenset({"Alderway"}))


@pytest.fixture
def ben(accounts: Accounts) -> Reader:
    return Reader(accounts.named("ben").id, frozenset({"Brightmart"}))


@pytest.fixture
def cyd(accounts: Accounts) -> Reader:
    return Reader(accounts.named("cyd").id, None)


def names(views: SavedViews, reader: Reader) -> list[str]:
    return [kept.name for kept in views.all(reader)]


def test_a_view_is_found_by_those_it_is_for(views: SavedViews, ann: Reader, ben: Reader, cyd: Reader) -> None:
    for name, sharing in (("mine", PRIVATE), ("ours", ALDER), ("all", EVERYBODY)):
        views.save(ann, name, name, "/stores", sharing)
    assert [names(views, one) for one in (ann, ben, cyd)] == [["all", "mine", "ours"], ["all"], ["all", "ours"]]
    with pytest.raises(Refused):
        views.one(ben, next(kept.id for kept in views.all(ann) if kept.name == "ours"))
    with pytest.raises(Refused, match="chain"):
        views.save(ben, "x", "theirs", "/stores", ALDER)


def test_what_is_sent_twice_is_kept_once(views: SavedViews, ann: Reader) -> None:
    first = views.save(ann, "key", "Mondays", "/stores", PRIVATE)
    assert views.save(ann, "key", "Mondays", "/stores", PRIVATE) == first
    assert names(views, ann) == ["Mondays"]
    with pytest.raises(Refused, match="already"):
        views.save(ann, "other key", "Mondays", "/products", PRIVATE)
    for _ in range(2):
        views.comment(ann, first, "said", "Look at S03.")
    assert [remark.text for remark in views.comments(ann, first)] == ["Look at S03."]


def test_of_twenty_at_once_one_is_kept(views: SavedViews, ann: Reader, ben: Reader) -> None:
    def save() -> int:
        id_ = views.save(ann, "key", "Mondays", "/stores", EVERYBODY)
        views.comment(ben, id_, "said", "Yes.")
        return id_

    found = together(save)
    assert len(found) == 20
    assert len(set(found)) == 1
    assert [kept.comments for kept in views.all(ann)] == [1]


def test_what_is_deleted_can_be_put_back(views: SavedViews, ann: Reader, ben: Reader) -> None:
    id_ = views.save(ann, "key", "Mondays", "/stores", EVERYBODY)
    views.comment(ben, id_, "said", "Thanks.")
    views.start_with(ben, id_)
    views.delete(ann, id_)
    assert views.start(ben) is None
    assert names(views, ben) == []
    assert [(kept.name, kept.deleted) for kept in views.all(ann)] == [("Mondays", True)]
    views.put_back(ann, id_)
    assert [(kept.name, kept.comments, kept.start) for kept in views.all(ben)] == [("Mondays", 1, True)]


def test_only_its_owner_changes_a_view(views: SavedViews, ann: Reader, ben: Reader) -> None:
    id_ = views.save(ann, "key", "Mondays", "/stores", EVERYBODY)
    for change in (
        lambda: views.change(ben, id_, "Ben's", PRIVATE),
        lambda: views.delete(ben, id_),
        lambda: views.put_back(ben, id_),
    ):
        with pytest.raises(Refused, match="Only who saved"):
            change()
    views.change(ann, id_, "  Every   Monday ", PRIVATE)
    assert names(views, ann) == ["Every Monday"]
    assert names(views, ben) == []
    with pytest.raises(Refused, match="no such view"):
        views.comment(ben, id_, "k", "Where is it?")


def test_the_start_is_ones_own_and_ends_with_the_sharing(views: SavedViews, ann: Reader, ben: Reader) -> None:
    id_ = views.save(ann, "key", "Mondays", "/stores?quarter=2023Q1", EVERYBODY)
    views.start_with(ben, id_)
    assert views.start(ann) is None
    start = views.start(ben)
    assert start is not None
    assert start.address == "/stores?quarter=2023Q1"
    views.change(ann, id_, "Mondays", PRIVATE)
    assert views.start(ben) is None
    views.start_with(ben, None)


@pytest.mark.parametrize("name", ["", "   ", "x" * 81])
def test_a_bad_name_is_refused_in_words(views: SavedViews, ann: Reader, name: str) -> None:
    with pytest.raises(Refused, match="1 to 80"):
        views.save(ann, "key", name, "/stores", PRIVATE)
    id_ = views.save(ann, "key", "good", "/stores", PRIVATE)
    for said in ("", " \n", "x" * 2001):
        with pytest.raises(Refused, match="1 to 2,000"):
            views.comment(ann, id_, "k", said)


def test_there_is_a_limit(views: SavedViews, ann: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_VIEWS", 2)
    monkeypatch.setattr(module, "MOST_COMMENTS", 1)
    ids = [views.save(ann, name, name, "/stores", PRIVATE) for name in ("a", "b")]
    with pytest.raises(Refused, match="2 saved views"):
        views.save(ann, "c", "c", "/stores", PRIVATE)
    views.delete(ann, ids[0])
    views.save(ann, "c", "c", "/stores", PRIVATE)
    views.comment(ann, ids[1], "1", "first")
    with pytest.raises(Refused, match="1 comments"):
        views.comment(ann, ids[1], "2", "second")


def test_migrations_keep_accounts_on_the_way_back_and_views_on_the_way_up(accounts: Accounts, ann: Reader) -> None:
    views = SavedViews(accounts.engine, lambda: NOW)
    views.save(ann, "key", "Mondays", "/stores", EVERYBODY)
    migrate(accounts.engine)
    assert names(views, ann) == ["Mondays"]
    migrate(accounts.engine, "0001")
    assert "saved_views" not in sa.inspect(accounts.engine).get_table_names()
    assert [account.login for account in accounts.all()] == ["ann", "ben", "cyd"]
    migrate(accounts.engine)
    assert names(views, ann) == []


def test_each_change_is_in_the_log(accounts: Accounts, views: SavedViews, ann: Reader) -> None:
    id_ = views.save(ann, "key", "Mondays", "/stores", EVERYBODY)
    views.comment(ann, id_, "k", "Secret words")
    views.delete(ann, id_)
    lines = [(event.action, event.about) for event in accounts.book(3)]
    assert lines == [("view deleted", str(id_)), ("commented", str(id_)), ("view saved", str(id_))]
    assert "Secret" not in str([event.__dict__ for event in accounts.book()])
