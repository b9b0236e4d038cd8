"""How much time is left of a load, as the one before it tells."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from data.pace import STAGES, Pace
from data.said import say

READ, MARTS, MODELS = say("Checking {rows} rows of {table}", rows=7, table="sales"), say("marts"), say("models")
BEFORE = [("Checking {rows} rows of {table} sales", 10.0), ("marts", 30.0), ("models", 60.0)]


def at(*seconds: float) -> Callable[[], float]:
    times = iter(seconds)
    return lambda: next(times)


def test_at_the_pace_of_before_what_is_left_is_what_it_took() -> None:
    pace = Pace(BEFORE, at(0, 0, 10, 40))
    assert [pace.begin(step) for step in (READ, MARTS, MODELS)] == [100, 90, 60]


def test_twice_as_slow_takes_twice_as_long() -> None:
    """The first seconds hardly count: after 25 s instead of 10, (25 + 5) ÷ (10 + 5) of 90 s are left."""
    pace = Pace(BEFORE, at(0, 0, 25))
    assert [pace.begin(READ), pace.begin(MARTS)] == [100, 180]


def test_more_rows_are_the_same_stage_and_an_unknown_one_is_not_told() -> None:
    pace = Pace(BEFORE, at(0, 0, 1))
    assert pace.begin(say("Checking {rows} rows of {table}", rows=7_000_000, table="sales")) == 100
    assert pace.begin(say("something new")) is None


def test_what_was_watched_is_read_again(tmp_path: Path) -> None:
    told = []
    pace = Pace((), at(0, 1, 3, 9))
    progress = pace.watched(told.append)
    progress(READ)
    progress(MARTS)
    pace.save(tmp_path)
    assert told == [READ, MARTS]
    assert json.loads((tmp_path / STAGES).read_text()) == [["Checking {rows} rows of {table} sales", 2], ["marts", 6]]


@pytest.mark.parametrize("text", ["", "{}", "[1]", '[["a"]]', '[["a", "b"]]'])
def test_stages_that_cannot_be_read_tell_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / STAGES).write_text(text)

    class Broken:
        path = tmp_path

    assert Pace.after(Broken()).begin(READ) is None  # type: ignore[arg-type]
    assert Pace.after(None).begin(READ) is None
