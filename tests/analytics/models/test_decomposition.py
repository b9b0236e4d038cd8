"""The parts of a change, where a reader can divide by hand, and that they leave nothing over."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.models.decomposition import PARTS, WHOLE, Chain, added, log_mean, split

FACTORS = ("customers", "orders_per_customer", "units_per_order", "price", "discount")


def chain(before: list[float], after: list[float]) -> Chain:
    """One group, from its factors."""
    parts = FACTORS[: len(before)]
    return Chain(parts, *(np.cumprod(factors)[:, None] for factors in (before, after)))


def parts(before: list[float], after: list[float]) -> dict[str, float]:
    return {name: float(amount[0]) for name, amount in split(chain(before, after)).items()}


def test_factors_share_a_change_as_their_logarithms_do() -> None:
    """2 × 3 = 6 becomes 4 × 12 = 48: one doubles, the other doubles twice, so one third and two thirds of 42."""
    found = parts([2, 3], [4, 12])
    assert found == pytest.approx({"customers": 14, "orders_per_customer": 28, "new": 0, "gone": 0, "unsplit": 0})


@pytest.mark.parametrize("factor", range(5))
def test_what_one_factor_does_is_all_its_own(factor: int) -> None:
    """10 customers × 2 orders × 3 units × 2.00 × 1 = 120; half as much again of one of them makes 180."""
    before = [10.0, 2.0, 3.0, 2.0, 1.0]
    after = [value * (1.5 if i == factor else 1) for i, value in enumerate(before)]
    found = parts(before, after)
    assert found.pop(FACTORS[factor]) == pytest.approx(60, rel=1e-12)
    assert set(found.values()) == {0}


def test_factors_may_work_against_each_other() -> None:
    """Twice the customers at half the price: nothing changed, and both did, by ln 2 × 100."""
    found = parts([10, 10], [20, 5])
    assert found["customers"] == pytest.approx(100 * np.log(2))
    assert found["orders_per_customer"] == pytest.approx(-100 * np.log(2))


def test_the_logarithmic_mean_lies_between_and_is_smooth_where_both_are_equal() -> None:
    a = np.array([8.0, 1.0, 5.0, 1e6 + 1e-3])
    b = np.array([1.0, 8.0, 5.0, 1e6])
    expected = [7 / np.log(8), 7 / np.log(8), 5, 1e6 + 5e-4]
    assert log_mean(a, b) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize(
    ("before", "after", "part"),
    [
        ([0, 0, 0], [3, 6, 12], "new"),
        ([3, 6, 12], [0, 0, 0], "gone"),
        ([3, 6, 12], [0, -2, -4], "unsplit"),  # nobody bought, and two came back
        ([3, 6, 12], [3, 6, 0], "unsplit"),  # all given away
        ([3, 0, 0], [3, 6, 12], "unsplit"),
        ([0, -2, -4], [0, -1, -2], "unsplit"),
    ],
)
def test_what_has_no_factors_is_one_part(before: list[float], after: list[float], part: str) -> None:
    sides = [np.array(side, dtype=float)[:, None] for side in (before, after)]
    found = split(Chain(("customers", "units", "price"), *sides))
    assert {name: amount[0] for name, amount in found.items() if amount[0]} == {part: after[-1] - before[-1]}


def test_nothing_before_and_after_is_no_part() -> None:
    nothing = np.zeros((2, 1))
    assert not any(amount[0] for amount in split(Chain(FACTORS[:2], nothing, nothing)).values())


def test_groups_are_split_apart() -> None:
    """One group doubles its customers, the next is new: neither changes the other."""
    before, after = np.array([[1.0, 0.0], [4.0, 0.0]]), np.array([[2.0, 1.0], [8.0, 5.0]])
    found = split(Chain(FACTORS[:2], before, after))
    assert found["customers"] == pytest.approx([4, 0])
    assert found["new"].tolist() == [0, 5]


def test_parts_of_one_name_add_up_in_the_order_of_a_waterfall() -> None:
    guests = Chain(("guest_orders", "price"), np.array([[1.0], [2.0]]), np.array([[1.0], [4.0]]))
    found = added([split(guests), split(chain([1, 1, 1, 2, 1], [1, 1, 1, 5, 1]))])
    assert list(found) == [name for name in PARTS if name in (*FACTORS, "guest_orders", *WHOLE)]
    assert found["price"] == pytest.approx([5])


POSITIVE = st.floats(1e-3, 1e6)
RUNNING = st.lists(st.tuples(POSITIVE, POSITIVE), min_size=1, max_size=5)
ANY_SIGN = st.integers(-(10**8), 10**8).map(lambda cents: cents / 100)


@given(RUNNING)
def test_parts_of_positive_factors_leave_nothing_over(products: list[tuple[float, float]]) -> None:
    sides = [np.array(side)[:, None] for side in zip(*products, strict=True)]
    found = split(Chain(FACTORS[: len(products)], *sides))
    assert not any(found[name][0] for name in ("new", "gone", "unsplit"))
    assert leftover(found, *products[-1]) <= 1e-9


@given(st.lists(st.tuples(ANY_SIGN, ANY_SIGN), min_size=1, max_size=5))
def test_whatever_is_zero_or_negative_leaves_nothing_over(products: list[tuple[float, float]]) -> None:
    sides = [np.array(side)[:, None] for side in zip(*products, strict=True)]
    found = split(Chain(FACTORS[: len(products)], *sides))
    assert all(np.isfinite(amount).all() for amount in found.values())
    assert leftover(found, *products[-1]) <= 1e-9


def leftover(found: dict[str, np.ndarray], before: float, after: float) -> float:
    """What the parts miss of the change, relative to the larger amount."""
    total = sum(float(amount[0]) for amount in found.values())
    return abs(total - (after - before)) / max(abs(before), abs(after), 1e-300)
