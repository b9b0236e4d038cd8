"""What a browser may send, and what a user's rights leave of it."""

import pytest

from analytics.filters import MAX_TEXT, MAX_VALUES, BadFilters, Filters, Scope

CORNER_ONLY = Scope.of(["C"])
FIELDS = ("quarters", "chains", "stores", "categories")


def test_what_is_missing_or_null_is_not_filtered() -> None:
    assert Filters.parse(None) == Filters.parse({}) == Filters.parse(dict.fromkeys(FIELDS)) == Filters()
    assert Filters() == Filters(None, None, None, None)


@pytest.mark.parametrize("field", FIELDS)
def test_an_empty_list_is_nothing_and_not_everything(field: str) -> None:
    assert getattr(Filters.parse({field: []}), field) == ()
    assert Filters.parse({field: []}) != Filters()


def test_values_are_sorted_and_told_once() -> None:
    """Two links that name the same stores in another order are one selection, and one entry of the cache."""
    parsed = Filters.parse({"stores": ["K", "C", "K"], "quarters": ["2023Q2", "2022Q4"]})
    assert parsed == Filters(stores=("C", "K"), quarters=("2022Q4", "2023Q2"))
    assert parsed == Filters.parse({"quarters": ("2022Q4", "2023Q2"), "stores": ("C", "K")})


def test_the_longest_list_and_the_longest_text_pass() -> None:
    stores = [f"{number:04}" for number in range(MAX_VALUES - 1)] + ["x" * MAX_TEXT]
    assert Filters.parse({"stores": stores}).stores == tuple(stores)


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize(
    "value",
    [
        "C",
        5,
        0,
        False,
        True,
        1.5,
        {"C": 1},
        {"C"},
        [None],
        [3],
        [True],
        [["C"]],
        [{}],
        [""],
        ["x" * (MAX_TEXT + 1)],
        ["2023Q1"] * (MAX_VALUES + 1),
    ],
    ids=repr,
)
def test_anything_but_a_short_list_of_short_texts_is_refused_by_name(field: str, value: object) -> None:
    with pytest.raises(BadFilters, match=rf"^{field}: "):
        Filters.parse({field: value})


@pytest.mark.parametrize("quarter", ["2023", "2023Q5", "2023Q0", "2023q1", "23Q1", "2023Q1 ", "2023Q11", "Q1 2023"])
def test_a_quarter_is_written_one_way(quarter: str) -> None:
    with pytest.raises(BadFilters, match="^quarters: .* write 2023Q1"):
        Filters.parse({"quarters": ["2023Q1", quarter]})


@pytest.mark.parametrize("raw", [[], "stores", 7, True, [["stores", ["C"]]], {"stores"}], ids=repr)
def test_filters_are_an_object(raw: object) -> None:
    with pytest.raises(BadFilters, match=r"^filters: expected an object"):
        Filters.parse(raw)


@pytest.mark.parametrize("name", ["store", "scope", "__class__", "", 5])
def test_an_unknown_filter_is_named_beside_the_known_ones(name: object) -> None:
    with pytest.raises(BadFilters, match=rf"^{name}: no such filter; .*categories, chains, quarters, stores"):
        Filters.parse({"stores": ["C"], name: None})


def test_a_message_does_not_repeat_what_was_sent_at_length() -> None:
    for raw in ({"x" * 10_000: []}, {"quarters": ["9" * MAX_TEXT]}, {"stores": ["x" * 10_000]}):
        with pytest.raises(BadFilters) as error:
            Filters.parse(raw)
        assert len(str(error.value)) < 2 * MAX_TEXT


@pytest.mark.parametrize(
    ("asked", "seen"),
    [
        (None, ("C",)),
        (("C",), ("C",)),
        (("C", "F"), ("C",)),
        (("F",), ()),
        ((), ()),
    ],
)
def test_rights_narrow_and_never_widen(asked: tuple[str, ...] | None, seen: tuple[str, ...]) -> None:
    """Who may see the Corner shop sees nothing of the Flagship, whatever the link says."""
    assert CORNER_ONLY.narrow(Filters(stores=asked)).stores == seen


def test_a_user_without_a_store_sees_none() -> None:
    for asked in (None, (), ("C", "F")):
        assert Scope.of([]).narrow(Filters(stores=asked)).stores == ()


def test_a_user_with_every_right_sees_what_was_asked() -> None:
    for asked in (None, (), ("C", "nowhere")):
        assert Scope().narrow(Filters(stores=asked)).stores == asked


def test_rights_leave_the_other_filters_alone() -> None:
    """And naming the Flagship's chain does not bring the Flagship back."""
    asked = Filters(quarters=("2023Q1",), chains=("Beta",), categories=("Dairy",))
    assert CORNER_ONLY.narrow(asked) == Filters(("2023Q1",), ("Beta",), ("C",), ("Dairy",))


def test_narrowed_stores_come_sorted() -> None:
    """However a set is walked through: the cache key must be the same in every process."""
    many = [f"S{number:03}" for number in range(100)]
    assert Scope.of(reversed(many)).narrow(Filters()).stores == tuple(many)


def test_without_some_fields_the_others_stay() -> None:
    asked = Filters(("2023Q1",), ("Beta",), (), ("Dairy",))
    assert asked.without("quarters") == Filters(None, ("Beta",), (), ("Dairy",))
    assert asked.without("quarters", "categories") == Filters(None, ("Beta",), (), None)
