"""Stock is known at month ends and is never summed over months."""

import numpy as np
import pytest

from analytics.cube import Cube
from analytics.filters import Filters
from tests.analytics import builders
from tests.analytics.builders import of

CORNER, CORNER_AND_KIOSK = Filters(stores=("C",)), Filters(stores=("C", "K"))
WINTER_AND_SUMMER = Filters(quarters=("2023Q1", "2023Q3"))


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Cube:
    return builders.shelf(tmp_path_factory.mktemp("shelf"))


def test_average_stock_counts_the_first_opening_and_every_closing(shelf: Cube) -> None:
    """Corner, nine months: (10 + 6+8+0 + 4+4+4 + 1+1+6) ÷ 10 = 4.4. The Kiosk holds 2. Nobody counts store 3."""
    assert of(shelf, "average_units", CORNER) == [4.4]
    assert of(shelf, "average_units", by=("store",)) == pytest.approx([4.4, 2, np.nan], nan_ok=True)
    assert of(shelf, "average_units") == of(shelf, "average_units", CORNER_AND_KIOSK) == pytest.approx([6.4])
    assert of(shelf, "average_cost", CORNER) == pytest.approx([4.4 * 0.60])


def test_average_stock_by_quarter_and_by_month(shelf: Cube) -> None:
    """Each quarter has its own opening: (10+6+8+0) ÷ 4, (0+4+4+4) ÷ 4, (4+1+1+6) ÷ 4; a month is (O + C) ÷ 2."""
    assert of(shelf, "average_units", CORNER, ("quarter",)) == [6, 3, 3]
    assert of(shelf, "average_units", CORNER, ("month",)) == [8, 7, 4, 2, 4, 4, 2.5, 1, 3.5]
    stores = of(shelf, "average_units", by=("store", "quarter"))
    assert stores[:2] == [[6, 3, 3], [2, 2, 2]]
    assert np.isnan(stores[2]).all()


def test_months_that_do_not_follow_each_other_open_twice(shelf: Cube) -> None:
    """Quarters 1 and 3: (10+6+8+0) + (4+1+1+6) = 36 over 8 readings. One opening only would say 32 ÷ 7 = 4.57."""
    corner = WINTER_AND_SUMMER.only_stores(frozenset("C"))
    assert of(shelf, "average_units", corner) == [4.5]
    assert of(shelf, "average_units", corner, ("quarter",)) == [6, 3]
    assert (of(shelf, "closing_units", corner), of(shelf, "opening_units", corner)) == ([6], [14])


def test_closing_stock_is_that_of_the_last_month(shelf: Cube) -> None:
    """Never the sum over months: 6 milk at the Corner and 2 at the Kiosk at the end of September."""
    assert of(shelf, "closing_units") == [8]
    assert of(shelf, "closing_units", by=("store",)) == pytest.approx([6, 2, np.nan], nan_ok=True)
    assert of(shelf, "closing_units", CORNER, ("quarter",)) == [0, 4, 6]
    assert of(shelf, "closing_units", CORNER, ("month",)) == [6, 8, 0, 4, 4, 4, 1, 1, 6]
    assert of(shelf, "closing_units", Filters(("2023Q1",), None, ("C",))) == [0]
    assert of(shelf, "closing_cost") == pytest.approx([8 * 0.60])
    nan = np.nan  # never counted
    assert of(shelf, "closing_units", by=("category",)) == pytest.approx([nan, nan, 8], nan_ok=True)
    assert of(shelf, "closing_units", CORNER, ("product",)) == pytest.approx([nan, nan, nan, 6], nan_ok=True)


def test_opening_stock_is_that_of_the_first_month(shelf: Cube) -> None:
    assert of(shelf, "opening_units") == [12]
    assert of(shelf, "opening_units", CORNER, ("quarter",)) == [10, 0, 4]


def test_stock_a_quarter_earlier(shelf: Cube) -> None:
    summer = Filters(("2023Q3",), None, ("C",))
    assert (of(shelf, "average_units", summer), of(shelf, "average_units", summer, months_back=6)) == ([3], [6])
    assert np.isnan(of(shelf, "average_units", summer, months_back=12)).all()


def test_stockout_months(shelf: Cube) -> None:
    """The Corner ended March without milk: 1 of 18 store × product months."""
    assert (of(shelf, "stockout_months"), of(shelf, "ranged_months")) == ([1], [18])
    assert of(shelf, "stockout_months", CORNER, ("quarter",)) == [1, 0, 0]


def test_products_of_one_store_in_months_that_do_not_follow_each_other(shelf: Cube) -> None:
    corner = WINTER_AND_SUMMER.only_stores(frozenset("C"))
    assert of(shelf, "closing_units", corner, ("product", "month"))[3] == [6, 8, 0, 1, 1, 6]
    assert of(shelf, "average_units", corner, ("product", "quarter"))[3] == [6, 3]
