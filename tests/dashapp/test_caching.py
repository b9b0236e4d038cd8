from typing import Any

from flask import Flask

from analytics.cache import Cache
from dashapp.caching import Forgiving, backend
from dashapp.settings import Settings


class Down:
    """A cache server that does not answer."""

    asked = 0

    def get(self, key: str) -> Any:
        self.asked += 1
        raise ConnectionError

    set = get  # type: ignore[assignment]


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_cache_that_is_down_only_costs_time_and_is_asked_again_after_a_rest() -> None:
    down, clock = Down(), Clock()
    cache = Forgiving(down, clock)
    key = "0" * 64
    assert Cache(cache).get(key, lambda: 42) == 42
    assert not cache.ok
    assert Cache(cache).get(key, lambda: 43) == 43
    assert down.asked == 1
    clock.now = 11
    assert cache.ok
    assert cache.get(key) is None
    assert down.asked == 2


def test_what_is_stored_is_json() -> None:
    server = Flask("spare")
    store = backend(server, Settings())
    store.set("key", '{"a": 1}')
    assert store.get("key") == '{"a": 1}'
    stored = next(iter(server.extensions["cache"].values()))._cache["key"][1]
    assert stored == b'"{\\"a\\": 1}"'
