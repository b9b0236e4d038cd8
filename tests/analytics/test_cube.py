"""Small retailers whose every sum can be made by hand, along every axis."""

import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analytics.baskets import COUNTS
from analytics.cube import AXES, LEVELS, Cube, sources
from analytics.filters import Filters
from analytics.kpi import KPIS
from data.measures import CELLS, MEASURES
from tests.analytics.builders import cube_of, small_retailer

BY_PRODUCT = tuple(measure.name for measure in CELLS)
SHAPES = [by for size in range(4) for by in itertools.combinations(AXES, size)]
MEANT = [by for by in SHAPES if not ({"store", "chain"} <= set(by) or {"month", "quarter"} <= set(by))]
EVERY_SHAPE = [by for by in MEANT if "product" not in by or not {"store", "category"} & set(by)]


@pytest.fixture(scope="module")
def half_year(tmp_path_factory: pytest.TempPathFactory) -> Cube:
    """January to June 2023, every unit at 2.00: Corner 8 units, Kiosk 2, Flagship 6 of which one comes back.

    Nothing is sold in March and May, and in June there is only the return.
    """
    story = small_retailer()
    story.sell("1", "2023-01-10", "C", "milk", 3, customer="ann")
    story.sell("1", "2023-01-10", "C", "bread", 1, customer="ann")
    story.sell("2", "2023-02-11", "K", "milk", 2, discount=100)
    story.sell("3", "2023-02-12", "F", "soap", 5, customer="bob")
    story.sell("4", "2023-04-01", "C", "butter", 4, customer="ann")
    story.sell("5", "2023-04-02", "F", "milk", 1, customer="bob")
    story.sell("6", "2023-06-15", "F", "milk", -1, customer="bob")
    return cube_of(story, tmp_path_factory.mktemp("half_year"), as_of="2023-06-15")


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Cube:
    """Milk at the Corner from January to September 2023: 10 units, then 6 8 0, 4 4 4, 1 1 6 at the month ends.

    The Kiosk holds 2 units of milk all the time. A unit costs 0.60.
    """
    story = small_retailer()
    opening = 10
    for month, closing in enumerate([6, 8, 0, 4, 4, 4, 1, 1, 6], start=1):
        story.count(f"2023-{month:02}", "C", "milk", opening, closing)
        story.count(f"2023-{month:02}", "K", "milk", 2, 2)
        opening = closing
    return cube_of(story, tmp_path_factory.mktemp("shelf"))


@pytest.fixture(scope="module")
def regulars(tmp_path_factory: pytest.TempPathFactory) -> Cube:
    """One milk at 2.00 an order. Quarter 1: Ann twice, Bob, a guest. Quarter 2: Bob, Cleo at two stores.

    In June Ann only brings a milk back.
    """
    story = small_retailer()
    story.sell("1", "2023-01-05", "C", "milk", 1, customer="ann")
    story.sell("2", "2023-02-05", "C", "milk", 1, customer="ann")
    story.sell("3", "2023-03-05", "C", "milk", 1, customer="bob")
    story.sell("4", "2023-03-06", "C", "milk", 1)
    story.sell("5", "2023-04-05", "C", "milk", 1, customer="bob")
    story.sell("6", "2023-05-05", "C", "milk", 1, customer="cleo")
    story.sell("7", "2023-05-06", "F", "milk", 1, customer="cleo")
    story.sell("8", "2023-06-01", "C", "milk", -1, customer="ann")
    return cube_of(story, tmp_path_factory.mktemp("regulars"))


ALL = Filters()
CORNER, CORNER_AND_KIOSK = Filters(stores=("C",)), Filters(stores=("C", "K"))
SPRING = Filters(quarters=("2023Q2",))
WINTER_AND_SUMMER = Filters(quarters=("2023Q1", "2023Q3"))


def of(cube: Cube, measure: str, filters: Filters = ALL, by: tuple[str, ...] = (), months_back: int = 0) -> Any:
    return cube.totals(filters, by, months_back)[measure].tolist()


# --- sums ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("by", "labels", "units", "net_sales"),
    [
        ("store", ["C", "K", "F"], [8, 2, 5], [16, 3, 10]),
        ("chain", ["Alpha", "Beta"], [10, 5], [19, 10]),
        ("category", ["Bakery", "Care", "Dairy"], [1, 5, 9], [2, 10, 17]),
        ("product", ["bread", "soap", "butter", "milk"], [1, 5, 4, 5], [2, 10, 8, 9]),
        ("month", [f"2023-0{m}" for m in range(1, 7)], [4, 7, 0, 5, 0, -1], [8, 13, 0, 10, 0, -2]),
        ("quarter", ["2023Q1", "2023Q2"], [11, 4], [21, 8]),
    ],
)
def test_sums_along_one_axis(
    half_year: Cube, by: str, labels: list[str], units: list[int], net_sales: list[int]
) -> None:
    assert half_year.labels(by, half_year.select(Filters(), (by,))) == labels
    assert of(half_year, "units_sold", by=(by,)) == units
    assert of(half_year, "net_sales", by=(by,)) == net_sales


def test_sums_of_all(half_year: Cube) -> None:
    """15 units less 1.00 of discount; milk 5 × 0.60, butter 4 × 1.00 and bread 1.25 cost 8.25, soap nobody knows."""
    found = {name: of(half_year, name) for name in ("units_sold", "net_sales", "gross_sales", "discount", "lines")}
    assert found == {"units_sold": [15], "net_sales": [29], "gross_sales": [30], "discount": [1], "lines": [7]}
    assert of(half_year, "cost_of_sales") == [8.25]
    assert (of(half_year, "returned_units"), of(half_year, "discounted_lines")) == ([1], [1])
    assert (of(half_year, "months"), of(half_year, "days")) == ([6], [181])


def test_sums_along_two_and_three_axes(half_year: Cube) -> None:
    assert of(half_year, "units_sold", by=("store", "category")) == [[1, 0, 7], [0, 0, 2], [0, 5, 0]]
    assert of(half_year, "units_sold", by=("chain", "quarter")) == [[6, 4], [5, 0]]
    assert of(half_year, "units_sold", by=("chain", "product")) == [[1, 0, 4, 5], [0, 5, 0, 0]]
    assert of(half_year, "units_sold", by=("product", "quarter")) == [[1, 0], [5, 0], [0, 4], [5, 0]]
    assert of(half_year, "units_sold", by=("chain", "category", "quarter")) == [
        [[1, 0], [0, 0], [5, 4]],
        [[0, 0], [5, 0], [0, 0]],
    ]
    assert of(half_year, "days", by=("store", "quarter")) == [90, 91]


def test_filters_leave_what_they_name(half_year: Cube) -> None:
    assert of(half_year, "units_sold", CORNER_AND_KIOSK) == [10]
    assert of(half_year, "units_sold", Filters(stores=("C", "F"), chains=("Alpha",))) == [8]
    assert of(half_year, "units_sold", Filters(categories=("Bakery", "Dairy")), ("store",)) == [8, 2, 0]
    assert of(half_year, "units_sold", Filters(("2023Q2",), ("Beta",), None, ("Dairy",))) == [0]
    assert of(half_year, "units_sold", Filters(("2023Q1",), None, ("C", "K"), ("Dairy",)), ("month",)) == [3, 2, 0]
    assert of(half_year, "units_sold", Filters(stores=("C", "F")), ("chain",)) == [8, 5]


@pytest.mark.parametrize("by", EVERY_SHAPE, ids="×".join)
def test_every_grouping_adds_up_to_the_whole_and_is_shaped_like_its_labels(
    half_year: Cube, by: tuple[str, ...]
) -> None:
    selection, totals = half_year.select(Filters(), by), half_year.totals(Filters(), by)
    shape = tuple(len(half_year.labels(axis, selection)) for axis in by) or (1,)
    for name in BY_PRODUCT:
        assert totals[name].shape == shape
        if name not in LEVELS:
            assert totals[name].sum() == half_year.totals(Filters())[name].sum()
    if "product" not in by:
        assert {totals[name].shape for name in COUNTS} == {shape}


def test_products_of_one_of_a_chains_stores(half_year: Cube) -> None:
    """There is no sum of products by store: these come from the cells."""
    assert of(half_year, "units_sold", CORNER, ("product",)) == [1, 0, 4, 3]
    assert of(half_year, "net_sales", Filters(stores=("K",)), ("product",)) == [0, 0, 0, 3]
    assert of(half_year, "units_sold", Filters(stores=("K", "F")), ("product",)) == [0, 5, 0, 2]
    assert of(half_year, "units_sold", Filters(stores=("K", "F")), ("chain", "product")) == [[0, 0, 0, 2], [0, 5, 0, 0]]
    assert of(half_year, "units_sold", Filters(stores=("C",), categories=("Dairy",)), ("product", "quarter")) == [
        [0, 4],
        [3, 0],
    ]


@pytest.mark.parametrize("filters", [Filters(), SPRING, Filters(categories=("Dairy",))], ids=["all", "Q2", "Dairy"])
@pytest.mark.parametrize("measure", BY_PRODUCT)
def test_products_of_each_store_add_up_to_the_products_of_the_chain(
    half_year: Cube, shelf: Cube, measure: str, filters: Filters
) -> None:
    for cube, by in itertools.product((half_year, shelf), [("product",), ("product", "month")]):
        parts = [cube.totals(filters.only_stores(frozenset(store)), by)[measure] for store in "CK"]
        whole = cube.totals(filters.only_stores(frozenset("CK")), by)[measure]
        np.testing.assert_allclose(parts[0] + parts[1], whole, rtol=1e-12)
        np.testing.assert_array_equal(cube.totals(replace(filters, chains=("Alpha",)), by)[measure], whole)


def test_the_same_some_months_earlier(half_year: Cube) -> None:
    """Three months before the second quarter is the first; before that there are no data, so nothing to compare."""
    assert of(half_year, "units_sold", SPRING, ("month",)) == [5, 0, -1]
    assert of(half_year, "units_sold", SPRING, ("month",), months_back=3) == [4, 7, 0]
    assert of(half_year, "units_sold", SPRING, months_back=3) == [11]
    assert of(half_year, "months", SPRING, months_back=4) == [0]


def test_quarters_follow_the_fiscal_year(tmp_path: Path) -> None:
    """A year from March: January and February close 2023, and March to May is 2024Q1."""
    story = small_retailer()
    for month, units in enumerate([1, 2, 4, 8], start=1):
        story.sell(f"T{month}", f"2023-{month:02}-01", "C", "milk", units)
    cube = cube_of(story, tmp_path, fiscal_year_start=3)
    assert cube.labels("quarter", cube.select(Filters(), ("quarter",))) == ["2023Q4", "2024Q1"]
    assert of(cube, "units_sold", by=("quarter",)) == [3, 12]
    assert of(cube, "units_sold", Filters(quarters=("2024Q1",))) == [12]


# --- stock ---------------------------------------------------------------------------


def test_average_stock_counts_the_first_opening_and_every_closing(shelf: Cube) -> None:
    """Corner, nine months: (10 + 6+8+0 + 4+4+4 + 1+1+6) ÷ 10 = 4.4. The Kiosk holds 2."""
    assert of(shelf, "average_units", CORNER) == [4.4]
    assert of(shelf, "average_units", by=("store",)) == [4.4, 2, 0]
    assert of(shelf, "average_units") == of(shelf, "average_units", CORNER_AND_KIOSK) == pytest.approx([6.4])
    assert of(shelf, "average_cost", CORNER) == pytest.approx([4.4 * 0.60])


def test_average_stock_by_quarter_and_by_month(shelf: Cube) -> None:
    """Each quarter has its own opening: (10+6+8+0) ÷ 4, (0+4+4+4) ÷ 4, (4+1+1+6) ÷ 4; a month is (O + C) ÷ 2."""
    assert of(shelf, "average_units", CORNER, ("quarter",)) == [6, 3, 3]
    assert of(shelf, "average_units", CORNER, ("month",)) == [8, 7, 4, 2, 4, 4, 2.5, 1, 3.5]
    assert of(shelf, "average_units", by=("store", "quarter")) == [[6, 3, 3], [2, 2, 2], [0, 0, 0]]


def test_months_that_do_not_follow_each_other_open_twice(shelf: Cube) -> None:
    """Quarters 1 and 3: (10+6+8+0) + (4+1+1+6) = 36 over 8 readings. One opening only would say 32 ÷ 7 = 4.57."""
    corner = WINTER_AND_SUMMER.only_stores(frozenset("C"))
    assert of(shelf, "average_units", corner) == [4.5]
    assert of(shelf, "average_units", corner, ("quarter",)) == [6, 3]
    assert (of(shelf, "closing_units", corner), of(shelf, "opening_units", corner)) == ([6], [14])


def test_closing_stock_is_that_of_the_last_month(shelf: Cube) -> None:
    """Never the sum over months: 6 milk at the Corner and 2 at the Kiosk at the end of September."""
    assert of(shelf, "closing_units") == [8]
    assert of(shelf, "closing_units", by=("store",)) == [6, 2, 0]
    assert of(shelf, "closing_units", CORNER, ("quarter",)) == [0, 4, 6]
    assert of(shelf, "closing_units", CORNER, ("month",)) == [6, 8, 0, 4, 4, 4, 1, 1, 6]
    assert of(shelf, "closing_units", Filters(("2023Q1",), None, ("C",))) == [0]
    assert of(shelf, "closing_cost") == pytest.approx([8 * 0.60])
    assert of(shelf, "closing_units", by=("category",)) == [0, 0, 8]
    assert of(shelf, "closing_units", CORNER, ("product",)) == [0, 0, 0, 6]


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


# --- orders and customers --------------------------------------------------------------


def test_an_order_counts_once_however_many_categories_it_has(half_year: Cube) -> None:
    """Ann's first receipt has milk and bread. The return in June is no order."""
    assert of(half_year, "orders") == [5]
    assert of(half_year, "orders", by=("category",)) == [1, 1, 4]
    assert of(half_year, "orders", Filters(categories=("Bakery", "Dairy"))) == [4]
    assert of(half_year, "orders", Filters(categories=("Bakery",))) == [1]
    assert of(half_year, "orders", by=("store",)) == [2, 1, 2]
    assert of(half_year, "orders", by=("month",)) == [1, 2, 0, 2, 0, 0]
    assert of(half_year, "guest_orders", by=("chain",)) == [1, 0]


def test_a_receipt_with_the_same_number_at_another_store_is_another_order(tmp_path: Path) -> None:
    story = small_retailer()
    for store in "CF":
        story.sell("1", "2023-01-05", store, "milk", 1, customer="ann")
    cube = cube_of(story, tmp_path)
    assert (of(cube, "orders"), of(cube, "buyers"), of(cube, "repeat_buyers")) == ([2], [1], [1])


def test_a_receipt_over_midnight_is_one_order(tmp_path: Path) -> None:
    """Milk at 23:59 on 31 January, bread at 00:01: an order of January and of February, but one order in all.

    Ann came once, so she is no repeat customer.
    """
    story = small_retailer()
    story.sell("1", "2023-01-31 23:59", "C", "milk", 1, customer="ann")
    story.sell("1", "2023-02-01 00:01", "C", "bread", 1, customer="ann")
    cube = cube_of(story, tmp_path)
    assert of(cube, "orders", by=("month",)) == [1, 1]
    assert (of(cube, "orders"), of(cube, "repeat_buyers")) == ([1], [0])


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


def test_money_of_known_customers(regulars: Cube) -> None:
    """Three orders of 2.00 in winter beside the guest's; Bob 2.00, Cleo 4.00 and Ann −2.00 in spring."""
    assert of(regulars, "member_sales", by=("quarter",)) == [6, 4]
    assert of(regulars, "member_sales", by=("store",)) == [8, 0, 2]
    assert of(regulars, "guest_orders", by=("quarter",)) == [1, 0]


@pytest.mark.parametrize("by", [by for by in EVERY_SHAPE if not {"product", "month"} & set(by)], ids="×".join)
def test_customers_are_counted_in_every_grouping_as_in_its_own_selection(regulars: Cube, by: tuple[str, ...]) -> None:
    """One group of a table must say what the filters would: no customer counted twice, none left out."""
    selection, totals = regulars.select(Filters(), by), regulars.totals(Filters(), by)
    fields = [{"category": "categories"}.get(axis, f"{axis}s") for axis in by]
    groups = list(itertools.product(*(regulars.labels(axis, selection) for axis in by)))
    for number, group in enumerate(groups):
        alone = Filters(**{field: (label,) for field, label in zip(fields, group, strict=True)})
        for name in COUNTS:
            assert totals[name].ravel()[number] == regulars.totals(alone)[name][0], (name, alone)


def test_orders_and_customers_are_not_known_by_product(regulars: Cube) -> None:
    with pytest.raises(KeyError, match="not known by product"):
        regulars.totals(Filters(), ("product",))["orders"]


def test_a_discount_share_leaves_returns_out(tmp_path: Path) -> None:
    """Two lines sold, one of them with a discount, and one returned: half of the sold lines had one."""
    story = small_retailer()
    story.sell("1", "2023-01-05", "C", "milk", 1, discount=50)
    story.sell("2", "2023-01-06", "C", "milk", 1)
    story.sell("3", "2023-01-07", "C", "milk", -1)
    assert KPIS["discounted_lines_rate"].formula(cube_of(story, tmp_path).totals(Filters())).tolist() == [50]


# --- nothing ---------------------------------------------------------------------------

NOTHING = [
    Filters(**{field: values})
    for field in ("stores", "chains", "categories", "quarters")
    for values in ((), ("1999Q1",))
] + [Filters((), (), (), ()), Filters(chains=("Alpha",), stores=("F",))]


@pytest.mark.parametrize("filters", NOTHING, ids=str)
def test_an_empty_selection_is_zero_or_unknown_and_never_an_error(half_year: Cube, filters: Filters) -> None:
    for by in EVERY_SHAPE:
        selection, totals = half_year.select(filters, by), half_year.totals(filters, by)
        shape = tuple(len(half_year.labels(axis, selection)) for axis in by) or (1,)
        for name in (*BY_PRODUCT, *LEVELS, *(() if "product" in by else COUNTS)):
            assert totals[name].shape == shape, (name, by)
            assert np.isin(np.nan_to_num(totals[name]), 0).all(), (name, by)


@pytest.mark.parametrize("filters", NOTHING, ids=str)
def test_every_kpi_of_an_empty_selection_is_zero_or_undefined(half_year: Cube, filters: Filters) -> None:
    totals = half_year.totals(filters)
    for kpi in KPIS.values():
        (value,) = kpi.formula(totals)
        assert np.isnan(value) or value == 0, kpi.id
        assert np.isnan(value) or kpi.unit != "%", kpi.id


def test_months_without_a_sale_stay_in_the_table(half_year: Cube) -> None:
    """A gap is a zero, and a share of nothing is unknown."""
    totals = half_year.totals(Filters(), ("month",))
    np.testing.assert_array_equal(KPIS["average_basket"].formula(totals), [8, 6.5, np.nan, 5, np.nan, np.nan])


def test_a_retailer_without_a_sale_or_a_ledger_has_an_empty_cube(tmp_path: Path) -> None:
    cube = cube_of(small_retailer(), tmp_path)
    for by in EVERY_SHAPE:
        totals = cube.totals(Filters(), by)
        for name in (*BY_PRODUCT, *LEVELS, *(() if "product" in by else COUNTS)):
            assert np.isin(np.nan_to_num(totals[name]), 0).all(), (name, by)


@pytest.mark.parametrize("filters", [Filters(), CORNER], ids=["whole chains", "one of a chain's stores"])
@pytest.mark.parametrize("by", [(), ("store",), ("product",)], ids=str)
def test_an_unknown_measure_is_a_key_error(half_year: Cube, filters: Filters, by: tuple[str, ...]) -> None:
    with pytest.raises(KeyError):
        half_year.totals(filters, by)["profit"]


# --- what is known ---------------------------------------------------------------------


def test_has_asks_for_every_column(tmp_path: Path) -> None:
    story = small_retailer()
    story.sell("1", "2023-01-05", "C", "milk", 1)
    cube = cube_of(story, tmp_path, supplied={"sales": ["quantity", "net_amount"], "products": ["product_id"]})
    assert cube.has("sales.quantity")
    assert cube.has("sales.quantity", "products.product_id")
    assert not cube.has("sales.quantity", "products.unit_cost")
    assert not cube.has("inventory.closing_units")
    assert cube.has()
    assert KPIS["net_sales"].missing(cube.has) is None
    assert KPIS["gross_margin"].missing(cube.has) == "needs unit_cost"
    assert KPIS["stockout_rate"].missing(cube.has) == "needs the inventory table"


@pytest.mark.parametrize(
    ("as_of", "whole"), [("2023-06-15", 5), ("2023-06-29", 5), ("2023-06-30", 6), ("2023-07-01", 6)]
)
def test_a_month_is_whole_when_its_last_day_is_known(tmp_path: Path, as_of: str, whole: int) -> None:
    story = small_retailer()
    story.sell("1", "2023-01-05", "C", "milk", 1)
    story.sell("2", "2023-06-15", "C", "milk", 1)
    assert cube_of(story, tmp_path, as_of=as_of).complete_months == whole


def test_sources_name_the_columns_behind_a_number() -> None:
    assert sources("net_sales") == ("sales.net_amount",)
    assert sources("average_cost") == ("inventory.opening_units", "products.unit_cost", "inventory.closing_units")
    assert sources("closing_cost") == ("inventory.closing_units", "products.unit_cost")
    assert sources("days") == sources("months") == ()
    assert sources("buyers") == ("sales.customer_id", "sales.quantity")
    assert {sources(name) for name in MEASURES} == {measure.columns for measure in MEASURES.values()}
    with pytest.raises(KeyError):
        sources("profit")
