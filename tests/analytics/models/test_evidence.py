import numpy as np
import pytest

from analytics.models.evidence import GRADES, History, grade


def graded(own: float, in_stock: int, empty: float, unclear: float, held: float | None = 80.0) -> str:
    history = History(np.array([own]), np.array([in_stock]), np.array([empty]), np.array([unclear]))
    return GRADES[grade(history, held)[0]]


@pytest.mark.parametrize(
    ("history", "letter"),
    [
        ((0.7, 24, 0.1, 0.3), "A"),
        ((0.4, 24, 0.1, 0.3), "B"),  # more than half of the estimate is others'
        ((0.7, 11, 0.1, 0.3), "B"),  # no whole year in stock
        ((0.7, 24, 0.1, 0.6), "B"),  # most months may hide a gap
        ((0.05, 24, 0.1, 0.3), "C"),  # hardly any own sales
        ((0.7, 5, 0.1, 0.3), "C"),
        ((0.7, 24, 0.6, 0.6), "C"),  # empty at the end of most months
    ],
)
def test_a_grade_says_what_an_estimate_rests_on(history: tuple[float, int, float, float], letter: str) -> None:
    assert graded(*history) == letter


@pytest.mark.parametrize("held", [None, 60.0])
def test_without_intervals_that_held_nothing_is_of_the_first_grade(held: float | None) -> None:
    assert graded(0.7, 24, 0.1, 0.3, held) == "B"
