"""What a customer usually buys, from lines that can be counted by hand."""

import numpy as np
import pytest

from analytics.models.usual_baskets import Bought, Strengths, Tastes, Wanted

# Products 0 and 1 are of one category, 2 and 3 of another. Store 0 wants all alike, store 1 no product 0.
WANTED = Wanted(np.array([[4.0, 4, 4, 4], [0, 4, 4, 4]]), np.array([0, 0, 1, 1]))


def tastes(lines: list[tuple[int, int, int, int]], strengths: Strengths | None = None) -> Tastes:
    """Lines of (customer, store, product, month), each an order of its own; three customers."""
    columns = [np.array(column, dtype=np.int64) for column in zip(*lines, strict=True)]
    found = Tastes(Bought(*columns, np.arange(len(lines))), 3, WANTED)
    if strengths:
        found.__dict__["strengths"] = strengths  # instead of those that fit best
    return found


def everything(of: Tastes, month: int = 99) -> np.ndarray:
    return of.until(month).weights(np.arange(3), np.arange(4))


SOME = [(0, 0, 0, 0), (0, 0, 0, 1), (0, 0, 2, 1), (1, 1, 1, 0), (1, 1, 1, 2), (1, 0, 3, 2)]


def test_shares_of_demand() -> None:
    """12 of 28 units are of the first category, in which store 1 wants product 1 alone."""
    found = tastes(SOME)
    assert found.share.tolist() == pytest.approx([12 / 28, 16 / 28])
    assert found.within.tolist() == [[0.5, 0.5, 0.5, 0.5], [0, 1, 0.5, 0.5]]


def test_a_store_that_wants_nothing_of_a_category_borrows_from_all() -> None:
    found = Tastes(tastes(SOME).bought, 3, Wanted(np.array([[1.0, 3, 1, 1], [0, 0, 1, 1]]), WANTED.category))
    assert found.within[1].tolist() == [0.25, 0.75, 0.5, 0.5]


def test_a_basket_by_hand() -> None:
    """Customer 0: lines 2, 0, 1, 0; θ = (2 + 2·12/28) ÷ 5; w(0) = (2 + θ/2) ÷ 4 with κ = 2 and τ = 1."""
    theta = (2 + 2 * 12 / 28) / 5
    found = everything(tastes(SOME, Strengths(2.0, 1.0)))[0]
    assert found.tolist() == pytest.approx(
        [(2 + theta / 2) / 4, theta / 2 / 4, (1 + (1 - theta) / 2) / 4, (1 - theta) / 2 / 4]
    )


@pytest.mark.parametrize("strengths", [Strengths(0.5, 0.5), Strengths(5.0, 3.0), Strengths(100.0, 3000.0)])
def test_shares_of_a_basket_sum_to_one(strengths: Strengths) -> None:
    assert everything(tastes(SOME, strengths)).sum(axis=1).tolist() == pytest.approx([1, 1, 1])


def test_only_what_was_bought_before_is_known() -> None:
    """Customer 1 has one line before month 1, and none before month 0."""
    found = tastes(SOME)
    assert found.until(0).lines.tolist() == [0, 0, 0]
    assert found.until(0).home.tolist() == [-1, -1, -1]
    assert found.until(1).lines.tolist() == [1, 1, 0]
    assert found.until(1).home.tolist() == [0, 1, -1]
    later = [*SOME, (0, 1, 3, 7), (1, 0, 0, 7)]
    strengths = Strengths(2.0, 1.0)
    assert (everything(tastes(later, strengths), 7) == everything(tastes(SOME, strengths), 7)).all()


def test_home_is_where_most_lines_were_bought() -> None:
    assert tastes(SOME).until(99).home.tolist() == [0, 1, -1]


def test_what_was_missed_is_the_basket_times_what_was_missing() -> None:
    missing = np.array([[0.5, 0.0, 0.2, 1.0], [0.9, 0.1, 0.0, 0.3]])
    baskets = tastes(SOME, Strengths(2.0, 1.0)).until(99)
    weights = baskets.weights(np.arange(2), np.arange(4))
    assert baskets.missed(missing)[:2].tolist() == pytest.approx(
        [float(weights[0] @ missing[0]), float(weights[1] @ missing[1])]
    )


def test_what_was_missed_elsewhere_is_of_categories_never_bought_from() -> None:
    """Before month 2 customer 1 bought only from the first category: of the second, half of each product counts."""
    missing = np.array([[0.5, 0.0, 0.2, 1.0], [0.9, 0.1, 0.0, 0.3]])
    assert tastes(SOME).until(2).missed_elsewhere(missing)[1] == pytest.approx(0.15)
    assert tastes(SOME).until(2).missed_elsewhere(missing)[0] == 0


def test_faithful_buyers_are_taken_at_their_word() -> None:
    """Each buys one product for ever, though all products are wanted alike: own lines count at once."""
    lines = [(c, 0, product, month) for month in range(30) for c, product in ((0, 0), (1, 1), (2, 3))]
    assert tastes(lines).strengths == Strengths(0.5, 0.5)


def test_buyers_without_a_taste_are_taken_for_what_all_want() -> None:
    rng = np.random.default_rng(1)
    lines = [(int(c), 0, int(rng.integers(4)), month) for month in range(120) for c in range(3)]
    assert tastes(lines).strengths == Strengths(100.0, 3000.0)


def test_in_another_store_they_want_what_is_wanted_there() -> None:
    """Customer 2 has bought nothing: in store 1 nobody wants product 0."""
    baskets = tastes(SOME, Strengths(2.0, 1.0)).until(99)
    found = baskets.weights(np.array([2]), np.arange(4), np.array([1]))[0]
    assert found.tolist() == pytest.approx([0, 12 / 28, 8 / 28, 8 / 28])
