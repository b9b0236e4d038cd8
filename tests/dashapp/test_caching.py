"""The cache with its real parts: what is kept, who may share an answer, and what happens while it is down."""

import json
import logging
import pickle
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from analytics.cache import Cache
from analytics.filters import Filters, Scope
from analytics.queries.view import View, cached_query
from dashapp import caching
from dashapp.caching import Forgiving, backend
from dashapp.settings import Settings
from tests.programs import PrivateRedis

KEY = "0" * 64
PAIRS, THREADS = 2_000, 8
# Names that a careless key would mix up with each other, with lists of others, or with nothing.
NAMES = ("A", "B", "C", "A,B", "A B", '"A"', '["A"]', "A\x1fB", "('A', 'B')", "a", "Ä", "", "null", "None", "1")


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


def redis_backend(redis: PrivateRedis) -> Forgiving:
    return backend(Flask("spare"), Settings(cache="RedisCache", redis_url=redis.url))


@pytest.fixture(params=["in-process", "redis"])
def kept(request: pytest.FixtureRequest) -> Forgiving:
    if request.param == "redis":
        return redis_backend(request.getfixturevalue("private_redis"))
    return backend(Flask("spare"), Settings())


# --- while it is down --------------------------------------------------------------


def test_a_cache_that_is_down_only_costs_time_and_is_asked_again_after_a_rest() -> None:
    down, clock = Down(), Clock()
    cache = Forgiving(down, clock)
    assert Cache(cache).get(KEY, lambda: 42) == 42
    assert Cache(cache).get(KEY, lambda: 43) == 43
    assert not cache.answers()
    assert down.asked == 1
    clock.now = 11
    assert not cache.answers()
    assert cache.get(KEY) is None
    assert down.asked == 2


def test_after_a_rest_one_caller_looks_and_the_others_go_on() -> None:
    """Whoever comes while the first one still looks gets a miss at once."""
    clock, met = Clock(), []

    class Hanging(Down):
        def get(self, key: str) -> Any:
            met.append(cache.get("another") if self.asked else None)
            return super().get(key)

    hanging = Hanging()
    cache = Forgiving(hanging, clock)
    cache.get(KEY)
    clock.now = 11
    cache.get(KEY)
    assert (met, hanging.asked) == ([None, None], 2)


def test_who_asked_before_the_failure_does_not_end_the_rest() -> None:
    clock = Clock()

    class Late(Down):
        def get(self, key: str) -> Any:
            if key == "early":
                cache.get(KEY)
                return "an answer from before"
            return super().get(key)

    late = Late()
    cache = Forgiving(late, clock)
    assert cache.get("early") == "an answer from before"
    assert not cache.answers()
    assert late.asked == 1


def test_the_log_says_once_that_it_is_down_and_once_that_it_is_back(caplog: pytest.LogCaptureFixture) -> None:
    shaky, clock = SimpleNamespace(get=Down().get), Clock()
    cache = Forgiving(shaky, clock)
    with caplog.at_level(logging.INFO):
        for clock.now in (0, 11, 22, 33):
            cache.get(KEY)
        shaky.get = lambda key: None
        for clock.now in (44, 55):
            assert cache.answers()
    assert caplog.messages == [
        "The cache does not answer; going on without it (ConnectionError: )",
        "The cache answers again",
    ]


# --- what is kept ------------------------------------------------------------------


class Planted:
    """Reading it would create a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return Path.touch, (self.path,)


def test_what_is_stored_in_process_is_json() -> None:
    server = Flask("spare")
    store = backend(server, Settings())
    store.set("key", '{"a": 1}')
    assert store.get("key") == '{"a": 1}'
    stored = next(iter(server.extensions["cache"].values()))._cache["key"][1]
    assert stored == b'"{\\"a\\": 1}"'


def test_what_is_stored_in_redis_is_json_for_an_hour(private_redis: PrivateRedis) -> None:
    store = redis_backend(private_redis)
    store.set(KEY, '{"a": 1}')
    with private_redis.client() as client:
        assert client.keys() == [f"dashboard:{caching.code()}:{KEY}".encode()]
        assert client.get(client.keys()[0]) == b'"{\\"a\\": 1}"'
        assert 0 < client.ttl(client.keys()[0]) <= 3600


@pytest.mark.parametrize("prefix", [b"", b"!"], ids=["plain", "as Redis clients mark them"])
def test_a_planted_pickle_is_never_loaded(private_redis: PrivateRedis, tmp_path: Path, prefix: bytes) -> None:
    ran = tmp_path / "ran"
    planted = pickle.dumps(Planted(ran))
    pickle.loads(planted)
    assert ran.exists()
    ran.unlink()
    store = redis_backend(private_redis)
    with private_redis.client() as client:
        client.set(f"dashboard:{caching.code()}:{KEY}", prefix + planted)
        assert Cache(store).get(KEY, lambda: "computed") == "computed"
        assert client.get(f"dashboard:{caching.code()}:{KEY}") == b'"\\"computed\\""'
    assert not ran.exists()


@pytest.mark.parametrize("planted", [b"", b"{", b"\xff\xfe", b"42", b"null", b'"half', b'"{"', b'["a"]', b"\x00" * 9])
def test_what_is_damaged_in_redis_is_computed_again(private_redis: PrivateRedis, planted: bytes) -> None:
    store = redis_backend(private_redis)
    with private_redis.client() as client:
        client.set(f"dashboard:{caching.code()}:{KEY}", planted)
    assert [Cache(store).get(KEY, lambda: "computed") for _ in range(2)] == ["computed"] * 2
    assert store.answers()


def test_another_release_does_not_read_what_this_one_stored(
    private_redis: PrivateRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    redis_backend(private_redis).set(KEY, "1")
    assert redis_backend(private_redis).get(KEY) == "1"
    monkeypatch.setattr(caching, "code", lambda: "another")
    assert redis_backend(private_redis).get(KEY) is None


def test_a_redis_is_reached_by_its_socket_too(private_redis: PrivateRedis) -> None:
    password = private_redis.url.split(":")[2].split("@")[0]
    url = f"unix://:{password}@{private_redis.socket}"
    store = backend(Flask("spare"), Settings(cache="RedisCache", redis_url=url))
    store.set(KEY, "1")
    assert redis_backend(private_redis).get(KEY) == "1"


# --- who may share an answer -------------------------------------------------------

built: list[str] = []  # what was computed, in the words of `told`


@cached_query
def seen(view: View, filters: Filters, /, *arguments: Any, **named: Any) -> Any:
    """Tells what it was computed for."""
    found = {"filters": asdict(filters), "arguments": arguments, "named": named}
    built.append(told(found))
    return found


def told(found: Any) -> str:
    return json.dumps(found, sort_keys=True)


class Question:
    """A user with rights, who asks something."""

    def __init__(self, chance: random.Random) -> None:
        def some() -> list[str]:
            return chance.sample(NAMES, chance.randrange(4))

        def perhaps() -> tuple[str, ...] | None:
            return tuple(sorted(some())) if chance.random() < 0.6 else None

        self.stores = some() if chance.random() < 0.9 else None
        self.filters = Filters(perhaps(), perhaps(), perhaps(), perhaps()) if chance.random() < 0.5 else Filters()
        self.arguments = tuple(chance.choice([*NAMES, 1, 1.5, True, None]) for _ in range(chance.randrange(3)))
        self.named = {name: chance.choice(NAMES) for name in some()[:2]}
        self.personal = chance.random() < 0.5
        self.version, self.year = chance.choice(["v1", "v2"]), chance.choice([("2022Q1",), ("2022Q2",)])

    def ask(self, cache: Cache, *, backwards: bool = False) -> str:
        """backwards: with the same rights and named arguments in another order."""
        step = -1 if backwards else 1
        cube: Any = SimpleNamespace(
            version=SimpleNamespace(id=self.version), calendar=SimpleNamespace(quarters=self.year)
        )
        every = Scope(personal=self.personal)
        view = View(cube, every if self.stores is None else Scope.of(self.stores[::step], self.personal), cache)
        return told(seen(view, self.filters, *self.arguments, **dict(list(self.named.items())[::step])))

    def right(self) -> str:
        """The answer, worked out without a cache and without the code that narrows."""
        filters = asdict(self.filters)
        if self.stores is not None:
            asked = self.stores if self.filters.stores is None else self.filters.stores
            filters["stores"] = sorted(set(asked) & set(self.stores))
        return told({"filters": filters, "arguments": self.arguments, "named": self.named})

    def key(self) -> tuple[str, ...]:
        rights = "all" if self.stores is None else told(sorted(set(self.stores)))
        return self.right(), self.version, *self.year, rights, str(self.personal)


def wrong(cache: Cache, pairs: list[tuple[Question, Question]]) -> list[str]:
    """What was answered wrongly to pairs of users that ask by turns, many pairs at once."""

    def by_turns(pair: tuple[Question, Question]) -> list[str]:
        asked = [(question, question.ask(cache, backwards=again)) for again in (False, True) for question in pair]
        return [answer for question, answer in asked if answer != question.right()]

    with ThreadPoolExecutor(THREADS) as pool:
        return [answer for answers in pool.map(by_turns, pairs) for answer in answers]


@pytest.fixture
def pairs() -> Iterator[list[tuple[Question, Question]]]:
    built.clear()
    chance = random.Random(20260801)
    yield [(Question(chance), Question(chance)) for _ in range(PAIRS)]
    built.clear()


def test_no_user_gets_an_answer_of_another(kept: Forgiving, pairs: list[tuple[Question, Question]]) -> None:
    """2,000 pairs of users, 8,000 questions: none is answered wrongly, and each different one is computed once."""
    assert wrong(Cache(kept), pairs) == []
    different = {question.key() for pair in pairs for question in pair}
    assert PAIRS < len(different) < 2 * PAIRS
    assert len(built) == len(different)


def test_a_late_answer_is_not_taken_for_that_to_another_question(
    private_redis: PrivateRedis, pairs: list[tuple[Question, Question]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Redis hangs with questions on their way and answers them once it goes on: nobody may read that any more."""
    monkeypatch.setattr(caching, "REST_SECONDS", 0.0)
    kept = redis_backend(private_redis)
    cache = Cache(kept)
    for start in range(0, 120, 40):
        assert wrong(cache, pairs[start : start + 40]) == []
        private_redis.hold()
        with ThreadPoolExecutor(THREADS) as pool:
            late = [question for pair in pairs[start : start + THREADS] for question in pair]
            assert list(pool.map(lambda question: question.ask(cache) == question.right(), late)) == [True] * len(late)
        assert not kept.answers()
        private_redis.go_on()
        assert kept.answers()
        assert wrong(cache, pairs[start : start + 80]) == []
