"""A thousand classes stand for many items: what they add up to, and how far they may be off."""

import numpy as np
import pytest

from analytics.models.item_classes import classes
from analytics.models.item_weights import Stand, scales, weights
from analytics.models.stocked_items import Items
from analytics.models.what_if import NEUTRAL, Scenario, Study, compare, study
from tests.analytics.models.shelves import grocery, items


def test_items_that_are_alike_are_one_class() -> None:
    """Two kinds of item, many times: two classes, each with its members and one of them in their place."""
    many = items([1, 20] * 50, [2, 25] * 50)
    found = classes(many, splits=5)
    assert len(found.items) == 2
    assert (found.member[::2] == found.member[0]).all()
    assert found.member[0] != found.member[1]
    assert found.items.mean[0, found.member].tolist() == many.mean[0].tolist()


def test_a_stand_in_is_scaled_to_what_it_stands_for() -> None:
    """One item of 4 a month and level 6 stands for itself and for one of 8 a month, level 9, price 20, cost 15."""
    both = items([4, 8], [6, 9], price=[10, 20], cost=[6, 15], substitution=[0, 0.5])
    stand = Stand(both.only(np.array([0])), np.array([0, 0]))
    found = weights(scales(both, stand), np.array([0, 0]), 1)
    assert found.units.item() == pytest.approx(1 + 2)
    assert found.lost.item() == pytest.approx(1 + 2 * 0.5)
    assert found.lost_price.item() == pytest.approx(10 + 2 * 0.5 * 20)
    assert found.margin.item() == pytest.approx(4 + 2 * 5)
    assert found.lost_margin.item() == pytest.approx(4 + 2 * 0.5 * 5)
    assert found.stock.item() == pytest.approx(1 + 1.5)
    assert found.capital.item() == pytest.approx(6 + 1.5 * 15)
    assert found.count.item() == pytest.approx(1)
    assert found.wanted.item() == pytest.approx(1)


def test_demand_is_exactly_what_the_items_want_together() -> None:
    many = grocery(3_000, seed=1)
    stand = classes(many, splits=7)
    found = weights(scales(many, stand), np.arange(3_000) % 4, 4)
    by_store = [many.yearly()[store::4].sum() for store in range(4)]
    assert found.units @ stand.items.yearly() == pytest.approx(by_store)


def test_shares_of_many_items_in_few_classes_sum_to_one() -> None:
    many = grocery(100_000, seed=2)
    stand = classes(many, splits=4)
    found = weights(scales(many, stand), np.zeros(len(many), dtype=np.int64), 1)
    assert found.count.sum(dtype=np.float64) == pytest.approx(1, abs=1e-6)
    assert found.wanted.sum(dtype=np.float64) == pytest.approx(1, abs=1e-6)


@pytest.fixture(scope="module")
def both() -> tuple[Items, Study, Stand, Study]:
    """2,500 items one by one, and in at most 512 classes."""
    many = grocery(2_500, seed=4)
    stand = classes(many, splits=9)
    return many, study(many, runs=8), stand, study(stand.items, runs=24)


@pytest.mark.parametrize("scenario", [NEUTRAL, Scenario(stock_level=1.2), Scenario(service_level=0.95)])
def test_classes_answer_as_all_items_do(both: tuple[Items, Study, Stand, Study], scenario: Scenario) -> None:
    many, exact, stand, quick = both
    assert len(stand.items) <= 512
    group = np.zeros(len(many), dtype=np.int64)
    full = compare(exact, scenario, weights(scales(many), group, 1)).scenario
    told = compare(quick, scenario, weights(scales(many, stand), group, 1)).scenario
    assert told["fill_rate"].likely == pytest.approx(full["fill_rate"].likely, abs=0.006)
    assert told["stock_units"].likely == pytest.approx(full["stock_units"].likely, rel=0.03)
    assert told["net_profit"].likely == pytest.approx(full["net_profit"].likely, rel=0.02)
