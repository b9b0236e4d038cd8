"""Small retailers whose every sum can be made by hand, along every axis."""

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analytics.baskets import COUNTS
from analytics.cube import Cube
from analytics.filters import Filters
from analytics.kpi import KPIS
from analytics.totals import LEVELS, sources
from data.measures import CELLS, MEASURES
from data.said import say
from tests.analytics import builders
from tests.analytics.builders import AXIS_SETS, cube_of, of, small_retailer

BY_PRODUCT = tuple(measure.name for measure in CELLS)
CORNER, CORNER_AND_KIOSK = Filters(stores=("C",)), Filters(stores=("C", "K"))
SPRING = Filters(quarters=("2023Q2",))


@pytest.fixture(scope="module")
def half_year(tmp_path_factory: pytest.TempPathFactory) -> Cube:
    return builders.half_year(tmp_path_factory.mktemp("half_year"))


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Cube:
    return builders.shelf(tmp_path_factory.mktemp("shelf"))


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
    assert (of(half_year, "months"), of(half_year, "days")) == ([6], [166])  # to 15 June


def test_sums_along_two_and_three_axes(half_year: Cube) -> None:
    assert of(half_year, "units_sold", by=("store", "category")) == [[1, 0, 7], [0, 0, 2], [0, 5, 0]]
    assert of(half_year, "units_sold", by=("chain", "quarter")) == [[6, 4], [5, 0]]
    assert of(half_year, "units_sold", by=("chain", "product")) == [[1, 0, 4, 5], [0, 5, 0, 0]]
    assert of(half_year, "units_sold", by=("product", "quarter")) == [[1, 0], [5, 0], [0, 4], [5, 0]]
    assert of(half_year, "units_sold", by=("chain", "category", "quarter")) == [
        [[1, 0], [0, 0], [5, 4]],
        [[0, 0], [5, 0], [0, 0]],
    ]
    assert of(half_year, "days", by=("store", "quarter")) == [90, 76]


def test_filters_leave_what_they_name(half_year: Cube) -> None:
    assert of(half_year, "units_sold", CORNER_AND_KIOSK) == [10]
    assert of(half_year, "units_sold", Filters(stores=("C", "F"), chains=("Alpha",))) == [8]
    assert of(half_year, "units_sold", Filters(categories=("Bakery", "Dairy")), ("store",)) == [8, 2, 0]
    assert of(half_year, "units_sold", Filters(("2023Q2",), ("Beta",), None, ("Dairy",))) == [0]
    assert of(half_year, "units_sold", Filters(("2023Q1",), None, ("C", "K"), ("Dairy",)), ("month",)) == [3, 2, 0]
    assert of(half_year, "units_sold", Filters(stores=("C", "F")), ("chain",)) == [8, 5]


@pytest.mark.parametrize("by", AXIS_SETS, ids="×".join)
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


# --- nothing ---------------------------------------------------------------------------

NOTHING = [
    Filters(**{field: values})
    for field in ("stores", "chains", "categories", "quarters")
    for values in ((), ("1999Q1",))
] + [Filters((), (), (), ()), Filters(chains=("Alpha",), stores=("F",))]


@pytest.mark.parametrize("filters", NOTHING, ids=str)
def test_an_empty_selection_is_zero_or_unknown_and_never_an_error(half_year: Cube, filters: Filters) -> None:
    for by in AXIS_SETS:
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
    assert KPIS["gross_margin"].missing(cube.has) == say("needs {columns}", columns="unit_cost")
    assert KPIS["stockout_rate"].missing(cube.has) == say("needs the inventory table")


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
