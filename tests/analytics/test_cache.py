"""Of many that ask the same, one computes; and no two different questions share an answer."""

import itertools
import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analytics.cache import Cache, cache_key
from analytics.filters import Filters, Scope

PATIENCE = 10  # seconds until a wait that should be over at once counts as hanging


class Shelf:
    """A backend that remembers in a dict."""

    def __init__(self) -> None:
        self.texts: dict[str, Any] = {}

    def get(self, key: str) -> Any:
        return self.texts.get(key)

    def set(self, key: str, value: Any) -> None:
        self.texts[key] = value


class Kitchen:
    """Counts what it builds."""

    def __init__(self, *dishes: Any) -> None:
        self.dishes, self.built = dishes, 0

    def __call__(self) -> Any:
        self.built += 1
        dish = self.dishes[min(self.built, len(self.dishes)) - 1]
        if isinstance(dish, Exception):
            raise dish
        return dish


def all_at_once(calls: list[Callable[[], Any]]) -> list[Any]:
    with ThreadPoolExecutor(len(calls)) as pool:
        return [done.result(PATIENCE) for done in [pool.submit(call) for call in calls]]


KEY = cache_key("bars", "v1")


def test_sixteen_who_ask_at_once_make_one_compute() -> None:
    """The build waits until all sixteen threads are on their way, so none of them can come late."""
    cache, kitchen, arrived = Cache(Shelf()), Kitchen([1, 2]), itertools.count(1)
    everyone = threading.Event()

    def build() -> Any:
        assert everyone.wait(PATIENCE)
        return kitchen()

    def ask() -> Any:
        if next(arrived) == 16:
            everyone.set()
        return cache.get(KEY, build)

    assert all_at_once([ask] * 16) == [[1, 2]] * 16
    assert kitchen.built == 1


def test_different_questions_are_computed_side_by_side() -> None:
    """Each build waits for the other one to have begun: one after the other they would never meet."""
    cache, meeting = Cache(Shelf()), threading.Barrier(2)
    keys = ["bars", "lines"]

    def ask(key: str) -> Callable[[], Any]:
        return lambda: cache.get(key, lambda: (meeting.wait(PATIENCE), key)[1])

    assert all_at_once([ask(key) for key in keys]) == keys


def test_answers_may_ask_for_others_while_they_are_built() -> None:
    """More of them than there could be shared locks, each built from the one before: none waits for itself."""
    cache = Cache(Shelf())

    def answer(depth: int) -> Any:
        return cache.get(f"{depth}", lambda: answer(depth - 1) + 1 if depth else 0)

    assert all_at_once([lambda: answer(200)]) == [200]


def test_answers_built_from_others_do_not_wait_for_each_other() -> None:
    """All begin before any of them asks for its part: whatever two of them shared, one would hold it for ever."""
    cache, meeting = Cache(Shelf()), threading.Barrier(16)

    def ask(number: int) -> Callable[[], Any]:
        return lambda: cache.get(f"whole {number}", lambda: (meeting.wait(PATIENCE), part(number))[1])

    def part(number: int) -> Any:
        return cache.get(f"part {number % 2}", lambda: number % 2)

    assert all_at_once([ask(number) for number in range(16)]) == [0, 1] * 8


def test_nothing_is_kept_of_who_waited() -> None:
    cache = Cache(Shelf())
    with pytest.raises(ZeroDivisionError):
        cache.get("fails", Kitchen(ZeroDivisionError()))
    assert all_at_once([lambda: cache.get("same", lambda: 1)] * 16) == [1] * 16
    assert cache._turns == {}


@pytest.mark.parametrize("answer", [None, [], {}, 0, False, "", 1.5, {"values": [None, 2.0], "why": None}], ids=repr)
def test_every_answer_is_remembered_even_an_empty_one(answer: Any) -> None:
    cache, kitchen = Cache(Shelf()), Kitchen(answer)
    assert [cache.get(KEY, kitchen) for _ in range(3)] == [answer] * 3
    assert kitchen.built == 1


def test_without_a_backend_nothing_is_remembered() -> None:
    cache, kitchen = Cache(), Kitchen(1, 2)
    assert [cache.get(KEY, kitchen), cache.get(KEY, kitchen)] == [1, 2]


def test_who_changes_an_answer_changes_only_his_copy() -> None:
    cache, kitchen = Cache(Shelf()), Kitchen({"values": [1, 2]})
    for _ in range(3):
        answer = cache.get(KEY, kitchen)
        assert answer == {"values": [1, 2]}
        answer["values"].clear()


def test_the_first_answer_looks_like_every_later_one() -> None:
    """A tuple is a list already for the one who computed it."""
    cache, kitchen = Cache(Shelf()), Kitchen((1, (2, 3)))
    assert [cache.get(KEY, kitchen) for _ in range(2)] == [[1, [2, 3]]] * 2


def test_what_is_stored_is_json_text() -> None:
    shelf = Shelf()
    Cache(shelf).get(KEY, Kitchen({"a": 1}))
    assert [json.loads(text) for text in shelf.texts.values()] == [{"a": 1}]


def test_a_failure_is_not_remembered() -> None:
    shelf = Shelf()
    cache, kitchen = Cache(shelf), Kitchen(ZeroDivisionError("first"), "second")
    with pytest.raises(ZeroDivisionError, match="first"):
        cache.get(KEY, kitchen)
    assert shelf.texts == {}
    assert [cache.get(KEY, kitchen) for _ in range(2)] == ["second"] * 2
    assert kitchen.built == 2


@pytest.mark.parametrize("value", [float("nan"), float("inf"), [1.0, float("-inf")]], ids=repr)
def test_what_json_cannot_hold_is_refused_and_not_stored(value: Any) -> None:
    shelf = Shelf()
    with pytest.raises(ValueError, match="not JSON compliant"):
        Cache(shelf).get(KEY, Kitchen(value))
    assert shelf.texts == {}


# --- keys --------------------------------------------------------------------------


def test_a_key_is_a_sha256_in_hex() -> None:
    assert len(KEY) == 64
    assert int(KEY, 16) >= 0


def test_order_does_not_matter_where_it_has_no_meaning() -> None:
    ids = [f"S{number}" for number in range(50)]
    assert cache_key("f", "v", {"a": 1, "b": 2}) == cache_key("f", "v", {"b": 2, "a": 1})
    assert cache_key("f", "v", Scope.of(ids)) == cache_key("f", "v", Scope.of(reversed(ids)))
    assert cache_key("f", "v", Filters.parse({"stores": ["K", "C"]})) == cache_key(
        "f", "v", Filters.parse({"stores": ["C", "K"]})
    )
    assert cache_key("f", "v", Filters(stores=("C",))) == cache_key("f", "v", Filters(stores=("C",)))


def test_whatever_differs_has_another_key() -> None:
    """Function, version, arguments and their order, rights, `None` beside `()`, 1 beside "1" and beside True."""
    questions: list[tuple[Any, ...]] = [
        ("bars", "v1"),
        ("lines", "v1"),
        ("bars", "v2"),
        ("barsv", "1"),
        ("bars", "v1", 1),
        ("bars", "v1", "1"),
        ("bars", "v1", True),
        ("bars", "v1", None),
        ("bars", "v1", 1, 2),
        ("bars", "v1", 2, 1),
        ("bars", "v1", (1, 2)),
        ("bars", "v1", {"most": 1}),
        ("bars", "v1", {"least": 1}),
        ("bars", "v1", Filters()),
        ("bars", "v1", Filters(stores=())),
        ("bars", "v1", Filters(stores=("C",))),
        ("bars", "v1", Filters(stores=("C", "F"))),
        ("bars", "v1", Filters(stores=("C,F",))),
        ("bars", "v1", Filters(chains=("C",))),
        ("bars", "v1", Filters(categories=("C",))),
        ("bars", "v1", Scope()),
        ("bars", "v1", Scope.of([])),
        ("bars", "v1", Scope.of(["C"])),
        ("bars", "v1", Scope.of(["C", "F"])),
        ("bars", "v1", Scope.of(["C,F"])),
    ]
    assert len({cache_key(*question) for question in questions}) == len(questions)


@dataclass
class Open:
    """Neither frozen nor slotted: it may change after its key was made."""

    stores: tuple[str, ...] = ()


@pytest.mark.parametrize(
    "argument",
    [object(), {"C"}, b"C", 1j, np.array([1]), np.int64(1), Open(), Path("C"), len],
    ids=lambda argument: type(argument).__name__,
)
def test_an_argument_that_is_not_plain_is_refused(argument: object) -> None:
    """Such an argument would share its key with others of its kind, and one user's answer with another's."""
    with pytest.raises(TypeError, match="a cache key takes texts, numbers"):
        cache_key("bars", "v1", argument)
