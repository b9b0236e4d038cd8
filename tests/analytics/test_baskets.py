"""Orders and customers, each counted once in whatever is asked for."""

import itertools
from pathlib import Path

import numpy as np
import pytest

from analytics.baskets import COUNTS, Counts
from analytics.cube import Cube
from analytics.filters import Filters
from analytics.kpi import KPIS
from tests.analytics import builders
from tests.analytics.builders import AXIS_SETS, cube_of, of, small_retailer

SPRING = Filters(quarters=("2023Q2",))


@pytest.fixture(scope="module")
def half_year(tmp_path_factory: pytest.TempPathFactory) -> Cube:
    return builders.half_year(tmp_path_factory.mktemp("half_year"))


@pytest.fixture(scope="module")
def regulars(tmp_path_factory: pytest.TempPathFactory) -> Cube:
    return builders.regulars(tmp_path_factory.mktemp("regulars"))


def test_an_order_counts_once_however_many_categories_it_has(half_year: Cube) -> None:
    """Ann's first receipt has milk and bread. The return in June is no order."""
    assert of(half_year, "orders") == [5]
    assert of(half_year, "orders", by=("category",)) == [1, 1, 4]
    assert of(half_year, "orders", Filters(categories=("Bakery", "Dairy"))) == [4]
    assert of(half_year, "orders", Filters(categories=("Bakery",))) == [1]
    assert of(half_year, "orders", Filters(categories=("Dairy",))) == [4]
    assert of(half_year, "orders", by=("store",)) == [2, 1, 2]
    assert of(half_year, "orders", by=("month",)) == [1, 2, 0, 2, 0, 0]
    assert of(half_year, "guest_orders", by=("chain",)) == [1, 0]


def test_a_receipt_with_the_same_number_at_another_store_is_another_order(tmp_path: Path) -> None:
    story = small_retailer()
    for store in "CF":
        story.sell("1", "2023-01-05", store, "milk", 1, customer="ann")
    cube = cube_of(story, tmp_path)
    assert (of(cube, "orders"), of(cube, "buyers"), of(cube, "repeat_buyers")) == ([2], [1], [1])


@pytest.fixture
def midnight(tmp_path: Path) -> Cube:
    """One receipt of Ann's: milk at 23:59 on 31 January, bread at 00:01."""
    story = small_retailer()
    story.sell("1", "2023-01-31 23:59", "C", "milk", 1, customer="ann")
    story.sell("1", "2023-02-01 00:01", "C", "bread", 1, customer="ann")
    return cube_of(story, tmp_path)


def test_a_receipt_over_midnight_is_an_order_of_both_months(midnight: Cube) -> None:
    assert of(midnight, "orders", by=("month",)) == of(midnight, "buyers", by=("month",)) == [1, 1]
    assert of(midnight, "new_buyers", by=("month",)) == [1, 0]


def test_a_receipt_over_midnight_is_one_order_of_a_buyer_who_came_once(midnight: Cube) -> None:
    assert (of(midnight, "orders"), of(midnight, "repeat_buyers")) == ([1], [0])


def test_buyers_and_repeat_buyers(regulars: Cube) -> None:
    """Ann and Bob, then Bob and Cleo: three in all, all of them with two orders over the half year."""
    assert (of(regulars, "buyers"), of(regulars, "buyers", by=("quarter",))) == ([3], [2, 2])
    assert (of(regulars, "repeat_buyers"), of(regulars, "repeat_buyers", by=("quarter",))) == ([3], [1, 1])
    assert of(regulars, "buyers", by=("store",)) == [3, 0, 1]
    assert of(regulars, "repeat_buyers", by=("store",)) == [2, 0, 0]
    assert of(regulars, "repeat_buyers", SPRING) == [1]
    assert of(regulars, "repeat_buyers", SPRING, ("store",)) == [0, 0, 0]
    assert of(regulars, "buyers", by=("month",)) == [1, 1, 1, 1, 1, 0]
    assert of(regulars, "buyers", by=("category",)) == [0, 0, 3]


def test_new_buyers_have_no_earlier_order_in_the_same_stores(regulars: Cube) -> None:
    """Cleo is new in spring, at the Corner and again at the Flagship. Bob was there before."""
    assert (of(regulars, "new_buyers"), of(regulars, "new_buyers", by=("quarter",))) == ([3], [2, 1])
    assert of(regulars, "new_buyers", by=("month",)) == [1, 0, 1, 0, 1, 0]
    assert of(regulars, "new_buyers", SPRING) == [1]
    assert of(regulars, "new_buyers", SPRING, ("store",)) == [1, 0, 1]
    assert of(regulars, "new_buyers", by=("store", "quarter")) == [[2, 1], [0, 0], [0, 1]]


def test_retained_buyers_bought_in_the_period_before_and_again(regulars: Cube) -> None:
    """Of Ann and Bob, Bob came back; bringing a milk back is not coming back. Before the first quarter nobody was."""
    assert of(regulars, "at_risk", by=("quarter",)) == [0, 2]
    assert of(regulars, "retained", by=("quarter",)) == [0, 1]
    assert (of(regulars, "at_risk", SPRING), of(regulars, "retained", SPRING)) == ([2], [1])
    assert of(regulars, "at_risk", SPRING, ("store",)) == [2, 0, 0]
    assert of(regulars, "at_risk", by=("month",)) == [0, 1, 1, 1, 1, 1]
    assert of(regulars, "retained", by=("month",)) == [0, 1, 0, 1, 0, 0]
    assert (of(regulars, "at_risk"), of(regulars, "retained")) == ([0], [0])
    np.testing.assert_array_equal(KPIS["retention"].formula(regulars.totals(Filters(), ("quarter",))), [np.nan, 50])


def test_bringing_something_back_is_no_earlier_order(tmp_path: Path) -> None:
    """In January Ann returns a gift. Her first order is of February: she is new then, and was nobody to keep before."""
    story = small_retailer()
    story.sell("1", "2023-01-05", "C", "milk", -1, customer="ann")
    story.sell("2", "2023-02-05", "C", "milk", 1, customer="ann")
    cube = cube_of(story, tmp_path)
    assert of(cube, "new_buyers", by=("month",)) == [0, 1]
    assert of(cube, "at_risk", by=("month",)) == [0, 0]


def test_money_of_known_customers(regulars: Cube) -> None:
    """Three orders of 2.00 in winter beside the guest's; Bob 2.00, Cleo 4.00 and Ann −2.00 in spring."""
    assert of(regulars, "member_sales", by=("quarter",)) == [6, 4]
    assert of(regulars, "member_sales", by=("store",)) == [8, 0, 2]
    assert of(regulars, "member_gross_sales", by=("store",)) == [8, 0, 2]
    assert of(regulars, "member_units", by=("store",)) == [4, 0, 1]
    assert of(regulars, "guest_orders", by=("quarter",)) == [1, 0]


@pytest.mark.parametrize("by", [by for by in AXIS_SETS if not {"product", "month"} & set(by)], ids="×".join)
def test_customers_are_counted_in_every_grouping_as_in_its_own_selection(regulars: Cube, by: tuple[str, ...]) -> None:
    """One group of a table must say what the filters would: no customer counted twice, none left out."""
    selection, totals = regulars.select(Filters(), by), regulars.totals(Filters(), by)
    fields = [{"category": "categories"}.get(axis, f"{axis}s") for axis in by]
    groups = list(itertools.product(*(regulars.labels(axis, selection) for axis in by)))
    for number, group in enumerate(groups):
        alone = Filters(**{field: (label,) for field, label in zip(fields, group, strict=True)})
        for name in COUNTS:
            assert totals[name].ravel()[number] == regulars.totals(alone)[name][0], (name, alone)


@pytest.mark.parametrize("by", [by for by in AXIS_SETS if "product" not in by], ids="×".join)
def test_what_is_looked_up_is_what_is_counted(regulars: Cube, by: tuple[str, ...]) -> None:
    every = Filters(), SPRING, Filters(categories=("Dairy",)), Filters(chains=("Alpha",)), Filters(stores=("C", "F"))
    for filters, name in itertools.product(every, COUNTS):
        selection = regulars.select(filters, by)
        counted = Counts(regulars.baskets, selection, by)[name]
        sets = regulars.counts(selection, by)[name]
        np.testing.assert_array_equal(sets, counted, f"{name} of {filters}", strict=True)
        if (found := regulars.runs.counted(name, selection, by)) is not None:
            np.testing.assert_array_equal(found, counted, f"{name} of {filters}", strict=True)
        else:
            assert filters == every[-1], "two stores of two chains are no place that is known"


def test_orders_and_customers_are_not_known_by_product(regulars: Cube) -> None:
    with pytest.raises(KeyError, match="not known by product"):
        regulars.totals(Filters(), ("product",))["orders"]


def test_gross_sales_to_known_customers_are_before_their_discounts(tmp_path: Path) -> None:
    """Ann's three milks cost 6.00 less 1.00; the guest's one is nobody's."""
    story = small_retailer()
    story.sell("1", "2023-01-05", "C", "milk", 3, customer="ann", discount=100)
    story.sell("2", "2023-01-06", "C", "milk", 1)
    cube = cube_of(story, tmp_path)
    assert (of(cube, "member_gross_sales"), of(cube, "member_sales"), of(cube, "member_units")) == ([6], [5], [3])


def test_a_discount_share_leaves_returns_out(tmp_path: Path) -> None:
    """Two lines sold, one of them with a discount, and one returned: half of the sold lines had one."""
    story = small_retailer()
    story.sell("1", "2023-01-05", "C", "milk", 1, discount=50)
    story.sell("2", "2023-01-06", "C", "milk", 1)
    story.sell("3", "2023-01-07", "C", "milk", -1)
    assert KPIS["discounted_lines_rate"].formula(cube_of(story, tmp_path).totals(Filters())).tolist() == [50]
