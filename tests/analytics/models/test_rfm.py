"""Customers by how lately and how often they came, against each other."""

import numpy as np
import numpy.typing as npt
import pytest

from analytics.models.rfm import SEGMENTS, quintile, segments


def test_ten_different_values_make_five_pairs() -> None:
    assert quintile(np.arange(10.0)).tolist() == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert quintile(-np.arange(10.0)).tolist() == [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]
    assert quintile(np.array([30.0, 10, 50, 20, 40])).tolist() == [3, 1, 5, 2, 4]


def test_equal_values_share_the_score_of_their_middle() -> None:
    """Six of ten customers came once: ranks 0 to 5, so the middle rank is 2.5 of 10 and the score 2.

    The next two, ranks 6 and 7, score 4; the last two 5.
    """
    assert quintile(np.array([1.0] * 6 + [2] * 2 + [3] * 2)).tolist() == [2] * 6 + [4] * 2 + [5] * 2


@pytest.mark.parametrize("customers", [5, 10, 11, 1000])
def test_all_equal_is_the_middle(customers: int) -> None:
    assert set(quintile(np.ones(customers)).tolist()) == {3}


@pytest.mark.parametrize("customers", [1, 2, 3, 4, 6])
def test_few_customers_are_scored_from_both_ends_alike(customers: int) -> None:
    """The best of a few is as far above the middle as the worst is below; one alone is the middle."""
    values = np.arange(float(customers))
    assert (quintile(values) + quintile(-values)).tolist() == [6] * customers


def test_scores_rise_with_the_values() -> None:
    values = np.random.default_rng(1).poisson(3, size=500).astype(float)
    scores = quintile(values)
    order = np.argsort(values, kind="stable")
    assert (np.diff(scores[order]) >= 0).all()
    assert all(len(set(scores[values == value].tolist())) == 1 for value in set(values.tolist()))
    assert set(scores.tolist()) <= {1, 2, 3, 4, 5}


def named(days_since: npt.ArrayLike, orders: npt.ArrayLike) -> list[str]:
    return [SEGMENTS[i] for i in segments(np.asarray(days_since, dtype=float), np.asarray(orders, dtype=float))]


def test_nobody_has_no_score() -> None:
    assert quintile(np.array([])).tolist() == []
    assert named([], []) == []


def test_who_came_lately_and_often_is_a_champion_and_who_came_once_long_ago_is_dormant() -> None:
    """Five customers: the one of today has ten orders, the one of 400 days ago has one."""
    found = named([0.0, 30, 90, 200, 400], [10.0, 8, 5, 3, 1])
    assert found == ["Champions", "Champions", "Loyal", "Dormant", "Dormant"]


def test_the_same_visits_told_from_the_other_end() -> None:
    """Few orders lately, many long ago: the newcomer is recent, and the best customer of once is at risk."""
    found = named([0.0, 30, 90, 200, 400], [1.0, 3, 5, 8, 10])
    assert found == ["Recent", "Promising", "Loyal", "At risk", "At risk"]


def test_who_is_in_the_middle_with_few_orders_needs_attention() -> None:
    found = named([0.0, 30, 90, 200, 400], [10.0, 8, 1, 5, 3])
    assert found[2] == "Needs attention"


def test_every_segment_has_a_name_of_the_list_and_every_name_is_used() -> None:
    lately, often = np.meshgrid(np.arange(10.0), np.arange(10.0))
    assert set(named(lately.ravel(), often.ravel())) == set(SEGMENTS)
    assert SEGMENTS[0] == "Champions"
    assert SEGMENTS[-1] == "Dormant"


def test_a_customer_alone_is_neither_the_best_nor_dormant() -> None:
    """With nobody to compare with, the only one, who bought today, has not gone to sleep."""
    assert named([0.0], [1.0]) != ["Dormant"]
