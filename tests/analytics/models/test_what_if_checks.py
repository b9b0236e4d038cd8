"""The checks that users see: they pass on a shop, and they fail where something is wrong."""

from dataclasses import replace

import numpy as np
import pytest

from analytics.models.what_if import Study, study
from analytics.models.what_if_checks import _falls, _largest_bend, checks
from data.said import english
from tests.analytics.models.shelves import grocery


@pytest.fixture(scope="module")
def shop() -> Study:
    return study(grocery(200), runs=20)


def test_all_checks_pass(shop: Study) -> None:
    found = checks(shop)
    assert [english(check.name) for check in found if not check.passed] == []
    assert [check.tolerance for check in found] == [0, 0.0005, 0.0005, 0, 0.002]
    assert found[-1].value > 0  # a simulation that met theory exactly would not be one


def test_a_day_that_has_changed_and_a_ledger_that_is_off_are_found(shop: Study) -> None:
    wrong = shop.today.closing.copy()
    wrong[3, 5] += 1
    sold = shop.today.sold.copy()
    sold[0, 0] += 1
    broken = checks(replace(shop, today=replace(shop.today, closing=wrong, sold=sold)))
    assert [check.passed for check in broken] == [False, True, True, False, True]
    assert broken[3].value == 1


def test_sales_that_fall_and_gains_that_grow_are_found() -> None:
    """Two items at three levels of stock: 10, 12, 13 and 5, 4, 9 units. One unit of 22 is lost on the way; the second
    step adds 6 units after the first added 1."""
    sold = np.array([[10.0, 5], [12, 4], [13, 9]])
    assert _falls(sold) == pytest.approx(1 / 22)
    assert _largest_bend(sold) == pytest.approx(5 / 22)
