import threading
import time
from types import SimpleNamespace
from typing import Any

import pytest
from dash import Dash

from analytics.cache import Cache
from dashapp.access import Access, NoData, current_view
from data.version import Damaged
from tests.dashapp.visitors import asking


class Shelf:
    """A warehouse whose version a test decides; counts how often it is looked at."""

    def __init__(self, name: str | None) -> None:
        self.name = name
        self.looks = 0
        self.damaged = False

    def current(self) -> Any:
        self.looks += 1
        if self.damaged:
            raise Damaged("broken")
        return SimpleNamespace(id=self.name) if self.name else None


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def opened(version: Any) -> Any:
    return SimpleNamespace(version=version)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def access(shelf: Shelf, clock: Clock) -> Access:
    return Access(shelf, Cache(), opened, clock)


def seen(door: Access, page: str | None = None) -> str:
    return str(door.newest(page).version.id)


def test_no_version_is_no_data(clock: Clock) -> None:
    with pytest.raises(NoData):
        access(Shelf(None), clock).newest()


def test_a_new_version_is_noticed_within_a_second_and_not_looked_for_more_often(clock: Clock) -> None:
    shelf = Shelf("one")
    door = access(shelf, clock)
    assert seen(door) == "one"
    shelf.name = "two"
    clock.now = 0.9
    assert seen(door) == "one"
    assert shelf.looks == 1
    clock.now = 1.1
    assert seen(door) == "two"


def test_a_page_that_has_seen_a_newer_version_makes_it_look_at_once(clock: Clock) -> None:
    """Two processes: the other one noticed first, and its page asks here next."""
    shelf = Shelf("one")
    door = access(shelf, clock)
    assert seen(door, "one") == "one"
    shelf.name = "two"
    assert seen(door, "one") == "one"
    assert seen(door, "two") == "two"


def test_a_version_that_cannot_be_opened_leaves_the_one_before(clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    shelf = Shelf("one")
    door = access(shelf, clock)
    assert seen(door) == "one"
    shelf.damaged = True
    clock.now = 2
    assert seen(door) == "one"
    assert "the one before stays in use" in caplog.text


def test_one_thread_opens_a_version_while_the_others_wait_for_the_first(clock: Clock) -> None:
    shelf, count, start = Shelf("one"), [], threading.Barrier(8)

    def slow(version: Any) -> Any:
        count.append(version.id)
        return opened(version)

    door = Access(shelf, Cache(), slow, clock)

    def ask() -> None:
        start.wait()
        assert seen(door) == "one"

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count == ["one"]


def test_in_a_worker_forked_long_ago_nobody_goes_on_with_what_was_open_then(clock: Clock) -> None:
    """The parent opened "one" before it forked; that version may be removed by now, with files not mapped yet."""
    shelf, looking, found = Shelf("one"), threading.Event(), []

    def slow(version: Any) -> Any:
        if version.id == "two":
            looking.set()
            time.sleep(0.2)
        return opened(version)

    door = Access(shelf, Cache(), slow, clock)
    assert seen(door) == "one"
    shelf.name, clock.now = "two", 60
    first = threading.Thread(target=lambda: found.append(seen(door)))
    first.start()
    looking.wait()
    found.append(seen(door))
    first.join()
    assert found == ["two", "two"]


def test_a_request_keeps_the_version_it_began_with(app: Dash) -> None:
    with asking(app):
        assert current_view() is current_view()
        assert current_view().cube.version.manifest.currency == "EUR"
