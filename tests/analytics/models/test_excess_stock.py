"""Stock that is not needed at the end of every run of months, worked out by hand."""

import numpy as np
import pytest

from analytics.models.excess_stock import Stock, by_run
from analytics.models.shelf_sums import Grid


def column(*months: list[float]) -> np.ndarray:
    return np.array(months, dtype=np.float32)


def test_each_shelf_is_judged_by_itself_in_every_run() -> None:
    """Two shelves of one cell, 30 days a month. 60 units at 2.00 with 10 sold a month are 50 too many for 30 days."""
    left, cost = column([60, 5], [60, 0]), column([120, 5], [120, 0])
    stock = Stock(left, cost, sold=column([10, 0], [10, 9]), lines=column([3, 0], [3, 2]))
    found = by_run(stock, Grid(np.array([0, 0]), 1), np.array([30, 30]), (30, 180))
    assert found.over[0, :, 0].tolist() == pytest.approx([100, 100, 100])  # runs: the first month, both, the second
    assert found.over[1, :, 0].tolist() == [0, 0, 0]
    assert found.dead[:, 0].tolist() == [5, 0, 0]
    assert found.stock[:, 0].tolist() == [125, 120]


def test_a_month_without_a_day_yet_is_judged_too() -> None:
    stock = Stock(left=column([4], [4]), cost=column([8], [8]), sold=column([0], [0]), lines=column([0], [0]))
    found = by_run(stock, Grid(np.array([0]), 1), np.array([31, 0]), (60,))
    assert found.over.tolist() == [[[0], [0], [0]]]
    assert found.dead.tolist() == [[8], [8], [8]]
