"""What customers would spend more, by hand."""

import numpy as np
import pytest

from analytics.models.kept_items import SUBSTITUTION
from analytics.models.missed_baskets import Unserved
from analytics.models.stakes import PRIOR_UNITS, Returning, Stakes, gaps, more, stakes, top_sellers
from analytics.models.usual_baskets import Bought, Strengths, Tastes, Wanted
from benchmarks.models.worlds import every

SURE = np.ones(2)


def world(returning: Returning | None = None, expected: tuple[float, ...] = (100.0, 100.0, 0.0)) -> Stakes:
    """Two stores, two products of one category; customer 0 in store 0 and 1 in store 1 buy product 0, 2 nothing.

    Store 0 served 50 of 100 units wanted of product 0 in every month of a year, store 1 all of them.
    """
    demand = np.full((12, 2, 2), 100.0)
    lost = np.zeros_like(demand)
    lost[:, 0, 0] = 50
    customer = np.repeat([0, 1], 10)
    bought = Bought(customer, customer, np.zeros(20, dtype=np.int64), np.tile(np.arange(10), 2), np.arange(20))
    tastes = Tastes(bought, 3, Wanted(demand.sum(axis=0), np.array([0, 0])))
    tastes.__dict__["strengths"] = Strengths(1.0, 10.0)
    shelves = every(2, np.array([0, 0]))
    unserved = Unserved(shelves, lost.reshape(12, 4), demand.reshape(12, 4))
    found = gaps(unserved, np.array([0, 1]), SURE, SURE)
    home = np.array([0, 1, -1])
    return stakes(tastes.until(12), found, np.array(expected), home, returning or Returning.none(3))


def test_the_share_not_served_is_a_ratio_of_sums() -> None:
    """Lost of product 0 in store 0: 600 of 1,200, drawn towards ¼ · ¼ ÷ ⅛ = ½; product 1 lost nothing. w(0) = ¾."""
    found = world()
    share = (600 + PRIOR_UNITS * 0.5) / (1200 + PRIOR_UNITS)
    assert found.unserved[0] == pytest.approx(0.75 * share)
    assert found.missed[0] == pytest.approx(0.75 * 0.5)


def test_only_who_missed_something_would_spend_more() -> None:
    found = world()
    assert found.customer.tolist() == [0, 1]
    assert found.gain[0] == pytest.approx(100 * (1 / (1 - (1 - SUBSTITUTION) * found.unserved[0]) - 1))
    assert found.gain[1] == 0
    assert found.product.tolist() == [[0, -1, -1], [-1, -1, -1]]


def test_who_is_expected_to_spend_nothing_is_not_listed() -> None:
    assert world(expected=(0.0, 50.0, 70.0)).customer.tolist() == [1]


def test_shelves_add_up_to_customers() -> None:
    effect = Returning(np.full(3, 0.8), np.full(3, 0.2), np.full(3, 1.5), True)
    found = world(effect)
    assert found.by_shelf.sum() == pytest.approx(found.gain.sum())
    assert found.by_shelf[0, 0] == pytest.approx(found.gain[0])


def test_coming_back_adds_to_the_gain() -> None:
    effect = Returning(np.full(3, 0.8), np.full(3, 0.2), np.full(3, 1.5), True)
    found, plain = world(effect), world()
    assert (found.gain[0] + 100) / (plain.gain[0] + 100) == pytest.approx(np.exp(0.8 * 0.375))
    assert found.low[0] < found.gain[0] < found.high[0]


def test_more_is_missing_more_is_gained() -> None:
    unserved = np.linspace(0, 0.9, 10)
    gain = more(np.full(10, 50.0), unserved, unserved / 2, np.full(10, 0.7))
    assert gain[0] == 0
    assert (np.diff(gain) > 0).all()


def test_top_sellers_make_four_fifths_of_the_money_wanted() -> None:
    """Money 50, 30, 15, 5: two make 80."""
    demand, price = np.array([[5.0, 3, 15, 5]]), np.array([[10.0, 10, 1, 1]])
    assert top_sellers(demand, price).tolist() == [0, 1]
    assert top_sellers(np.zeros((1, 4)), price).tolist() == []
