import numpy as np

from analytics.models.transfers import matched


def transfers(group: list[int], spare: list[float], wanted: list[float], value: list[float]) -> list[tuple[int, ...]]:
    given = (np.array(column, dtype=np.float64) for column in (spare, wanted, value))
    return [tuple(map(int, row)) for row in zip(*matched(np.array(group, dtype=np.int64), *given), strict=True)]


def test_who_needs_it_most_gets_it_first_from_who_has_most() -> None:
    """Shelf 3 needs four, most urgently: three from shelf 1, which has most to spare, and one from shelf 0."""
    assert transfers([0, 0, 0, 0], [1, 3, 0, 0], [0, 0, 2, 4], [0, 0, 5, 9]) == [(1, 3, 3), (0, 3, 1)]


def test_groups_do_not_mix() -> None:
    assert transfers([0, 1, 1, 0], [5, 0, 2, 0], [0, 3, 0, 1], [0, 1, 0, 1]) == [(0, 3, 1), (2, 1, 2)]


def test_nothing_to_give_or_nobody_to_take() -> None:
    assert transfers([0, 0], [0, 0], [3, 2], [1, 1]) == []
    assert transfers([0, 0], [3, 2], [0, 0], [0, 0]) == []
    assert transfers([], [], [], []) == []
