"""Products by what they bring and by how steadily they sell."""

import numpy as np
import pytest

from analytics.models.assortment import abc_classes, xyz_classes


def test_abc_ends_at_four_fifths_and_nineteen_twentieths() -> None:
    """80, 15 and 5 of 100: the first alone is A, the second B, the third C."""
    assert abc_classes(np.array([80.0, 15, 5])).tolist() == ["A", "B", "C"]


def test_the_product_that_crosses_a_limit_is_in_the_better_class() -> None:
    """79 + 15 crosses 80 and 94 + 4 crosses 95, so that only the last 2 are C."""
    assert abc_classes(np.array([79.0, 2, 15, 4])).tolist() == ["A", "C", "A", "B"]
    assert abc_classes(np.array([50.0, 31, 15, 4])).tolist() == ["A", "A", "B", "C"]


def test_a_single_product_is_the_whole_a_class() -> None:
    assert abc_classes(np.array([3.0])).tolist() == ["A"]


def test_ten_equal_products() -> None:
    """Each brings a tenth: eight hold four fifths, the ninth and tenth start below 95 %."""
    assert abc_classes(np.full(10, 7.0)).tolist() == ["A"] * 8 + ["B"] * 2


def test_what_brings_nothing_is_in_no_class_and_takes_nothing_from_the_others() -> None:
    """A product only brought back (−40) does not make the others' share larger."""
    assert abc_classes(np.array([0.0, 80, -40, 15, 5, np.nan])).tolist() == ["–", "A", "–", "B", "C", "–"]


@pytest.mark.parametrize("revenue", [[], [0.0, 0.0], [-1.0]])
def test_without_revenue_there_is_no_class(revenue: list[float]) -> None:
    assert abc_classes(np.array(revenue)).tolist() == ["–"] * len(revenue)


def test_the_order_of_products_does_not_matter() -> None:
    revenue = np.random.default_rng(1).pareto(1.2, size=200)
    shuffled = np.random.default_rng(2).permutation(200)
    assert (abc_classes(revenue[shuffled]) == abc_classes(revenue)[shuffled]).all()


# --- XYZ -------------------------------------------------------------------------------


def test_xyz_by_hand() -> None:
    """Milk 8 12 8 12: mean 10, SD 2, CV 0.2. Ice cream 0 10 0 10: mean 5, SD 5, CV 1. Lights 0 0 0 8: CV √3."""
    units = np.array([[8.0, 12, 8, 12], [0, 10, 0, 10], [0, 0, 0, 8]])
    assert xyz_classes(units).tolist() == ["X", "Y", "Z"]


def test_xyz_limits_belong_to_the_steadier_class() -> None:
    """5 15 5 15 has a CV of exactly 0.5 and 0 10 0 10 of exactly 1; one unit more of swing is over the limit."""
    units = np.array([[5.0, 15, 5, 15], [4, 16, 4, 16], [0, 10, 0, 10], [-1, 11, -1, 11]])
    assert xyz_classes(units).tolist() == ["X", "Y", "Y", "Z"]


def test_a_steady_product_is_x_at_any_size() -> None:
    assert xyz_classes(np.array([[1.0, 1, 1], [1000, 1000, 1000]])).tolist() == ["X", "X"]


def test_months_without_a_sale_count() -> None:
    """Twelve units in one month of twelve are no steady 12 a month: mean 1, SD √11."""
    assert xyz_classes(np.array([[12.0] + [0] * 11])).tolist() == ["Z"]


def test_no_class_without_sales_or_with_returns_only() -> None:
    assert xyz_classes(np.array([[0.0, 0, 0], [-1, 0, 0], [5, -5, 0], [1, 1, 1]])).tolist() == ["–", "–", "–", "X"]


@pytest.mark.parametrize("months", [0, 1, 2])
def test_two_months_say_nothing_about_steadiness(months: int) -> None:
    assert xyz_classes(np.ones((2, months))).tolist() == ["–", "–"]


def test_no_products_have_no_classes() -> None:
    assert xyz_classes(np.ones((0, 12))).tolist() == []
