"""Redis hangs, dies and comes back while people use the dashboard: nobody notices, and few have to wait."""

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from dash import Dash
from flask.testing import FlaskClient

from dashapp.access import EXTENSION
from dashapp.app import create_app, warm_up
from dashapp.caching import REST_SECONDS, Forgiving
from dashapp.settings import Settings
from tests.dashapp.conftest import body
from tests.dashapp.visitors import visitor
from tests.programs import PrivateRedis

THREADS = 8
PATIENCE = 60  # seconds until something that should happen soon counts as not happening
PANEL = "products-classes-panel"
SELECTIONS = [{"stores": stores} for n in (1, 2, 3) for stores in itertools.combinations(("S01", "S02", "S03"), n)]


class Counted:
    """The client of Redis, which tells how often it was asked, gave what it had, and failed."""

    def __init__(self, backend: Any) -> None:
        self._backend = backend
        self.calls = self.hits = self.failures = 0
        self._lock = threading.Lock()

    def get(self, key: str) -> Any:
        found = self._count(lambda: self._backend.get(key))
        with self._lock:
            self.hits += found is not None
        return found

    def set(self, key: str, value: Any) -> Any:
        return self._count(lambda: self._backend.set(key, value))

    def _count(self, call: Callable[[], Any]) -> Any:
        with self._lock:
            self.calls += 1
        try:
            return call()
        except Exception:
            with self._lock:
                self.failures += 1
            raise


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class People:
    """Eight threads that ask an application without a pause, and compare every answer with the right one."""

    def __init__(self, app: Dash, right: list[str]) -> None:
        self._app, self._right = app, right
        self.wrong: list[Any] = []
        self._asked = [0] * THREADS
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(n, visitor(app))) for n in range(THREADS)]

    def __enter__(self) -> "People":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(PATIENCE)

    def go_on(self, requests: int = 3) -> None:
        """Waits until everybody has begun and ended so many requests from now on."""
        goal = [asked + requests + 1 for asked in self._asked]  # one may be on its way
        assert until(lambda: all(asked >= wanted for asked, wanted in zip(self._asked, goal, strict=True)))

    def _ask(self, number: int, client: FlaskClient) -> None:
        for turn in itertools.count(number):
            if self._over.is_set():
                return
            which = turn % len(SELECTIONS)
            try:
                answer = asked(self._app, client, SELECTIONS[which])
            except Exception as error:  # noqa: BLE001  # told in the test, not in the thread
                answer = repr(error)
            if answer != self._right[which]:
                self.wrong.append(answer)
            self._asked[number] += 1


def until(condition: Callable[[], bool]) -> bool:
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.005)
    return True


def asked(app: Dash, client: FlaskClient, filters: Any) -> str:
    sent = body(app, f"{PANEL}.figure", {f"{PANEL}.asked": {"filters": filters}, f"{PANEL}.table": True})
    answer = client.post("/_dash-update-component", json=sent)
    assert answer.status_code == 200
    return str(answer.text)


@pytest.fixture
def dashboard(settings: Settings, private_redis: PrivateRedis) -> Dash:
    return warm_up(create_app(replace(settings, cache="RedisCache", redis_url=private_redis.url)))


@pytest.fixture
def forgiving(dashboard: Dash) -> Forgiving:
    found = dashboard.server.extensions[EXTENSION]._cache._backend
    assert isinstance(found, Forgiving)
    return found


@pytest.fixture
def people(app: Dash, dashboard: Dash) -> Iterator[People]:
    with visitor(app) as client:
        right = [asked(app, client, selection) for selection in SELECTIONS]
    assert len(set(right)) > 1
    with People(dashboard, right) as people:
        yield people
    assert people.wrong == []


def test_redis_may_hang_die_and_come_back(
    dashboard: Dash, forgiving: Forgiving, people: People, private_redis: PrivateRedis
) -> None:
    """No request fails. A failing call ends after 0.3 s, nobody makes two of them, and then the breaker is open."""
    redis = forgiving._backend = Counted(forgiving._backend)
    clock = forgiving._clock = Clock()
    forgiving._rests_until = 0

    def cache_ok() -> bool:
        ready = dashboard.server.test_client().get("/readyz")
        assert ready.status_code == 200
        return bool(ready.json and ready.json["cache"])

    def down_at_once() -> None:
        """Those on their way fail once each; then nobody asks; then one looks after a rest, and still nobody waits."""
        assert until(lambda: redis.failures > 0)
        people.go_on(2)
        failures, calls = redis.failures, redis.calls
        assert 1 <= failures <= THREADS
        people.go_on(10)
        assert not cache_ok()
        assert (redis.failures, redis.calls) == (failures, calls)
        clock.now += REST_SECONDS
        people.go_on(10)
        assert (redis.failures, redis.calls) == (failures + 1, calls + 1)
        redis.failures = 0

    def back_after_a_rest() -> None:
        hits = redis.hits
        people.go_on(3)
        assert redis.hits == hits
        clock.now += REST_SECONDS
        assert until(lambda: redis.hits > hits)
        assert cache_ok()
        assert redis.failures == 0

    assert until(lambda: redis.hits > 0)
    assert cache_ok()
    private_redis.hold()
    down_at_once()
    private_redis.go_on()
    back_after_a_rest()
    private_redis.kill()
    down_at_once()
    private_redis.start()
    back_after_a_rest()


def test_a_call_of_redis_takes_a_third_of_a_second_at_most(forgiving: Forgiving) -> None:
    """Neither the client nor its connections try again: 0.3 s to connect or to answer, and that was all."""
    client = forgiving._backend._read_client
    connection = client.connection_pool.make_connection()
    assert (connection.socket_timeout, connection.socket_connect_timeout) == (0.3, 0.3)
    assert connection.retry.get_retries() == 0
