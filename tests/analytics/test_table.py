import numpy as np
import pytest

from analytics.table import Ask, Condition, Field, Listed

FIELDS = (Field("name", "Store", link="/stores/{id}"), Field("id", "Store id", hidden=True), Field.of_kpi("net_sales"))


@pytest.fixture
def table() -> Listed:
    return Listed.of(
        FIELDS,
        {"name": ["Kiosk", "corner", "Flagship", "Closed"], "id": list("KCFX"), "net_sales": [10, 30, 20, None]},
    )


def names(table: Listed, ask: Ask) -> list[str]:
    return [row["name"] for row in table.page(ask)["rows"]]


def test_a_page_is_a_part_of_the_order_and_knows_how_many_there_are(table: Listed) -> None:
    page = table.page(Ask(start=1, stop=3, sort=(("net_sales", True),)))
    assert page["count"] == 4
    assert page["rows"] == [
        {"name": "Flagship", "id": "F", "net_sales": 20.0},
        {"name": "Kiosk", "id": "K", "net_sales": 10.0},
    ]


@pytest.mark.parametrize("descending", [True, False])
def test_what_is_unknown_comes_last_either_way(table: Listed, descending: bool) -> None:
    assert names(table, Ask(sort=(("net_sales", descending),)))[-1] == "Closed"


def test_texts_are_sorted_and_found_without_case(table: Listed) -> None:
    assert names(table, Ask(sort=(("name", False),))) == ["Closed", "corner", "Flagship", "Kiosk"]
    assert names(table, Ask(where=(Condition("name", "contains", "C"),))) == ["corner", "Closed"]
    assert names(table, Ask(where=(Condition("name", "starts", "CORN"),))) == ["corner"]
    assert names(table, Ask(where=(Condition("name", "equals", "kiosk"),))) == ["Kiosk"]


def test_a_number_that_is_unknown_meets_no_condition(table: Listed) -> None:
    assert names(table, Ask(where=(Condition("net_sales", "at least", 20),))) == ["corner", "Flagship"]
    assert names(table, Ask(where=(Condition("net_sales", "at most", 20), Condition("name", "contains", "k")))) == [
        "Kiosk"
    ]


def test_the_first_of_two_orders_counts_first() -> None:
    table = Listed.of((Field("a", "A"), Field("b", "B", "count")), {"a": list("xyxy"), "b": [1, 1, 2, 2]})
    assert table.page(Ask(sort=(("a", True), ("b", True))))["rows"] == [
        {"a": "y", "b": 2.0},
        {"a": "y", "b": 1.0},
        {"a": "x", "b": 2.0},
        {"a": "x", "b": 1.0},
    ]


def test_chunks_hold_every_row_that_meets_the_conditions_in_order() -> None:
    table = Listed.of((Field("n", "N", "count"),), {"n": np.arange(4_500)})
    chunks = list(table.chunks(Ask(sort=(("n", True),), where=(Condition("n", "at least", 100),))))
    assert [row for chunk in chunks for (row,) in chunk] == list(range(4_499, 99, -1))
    assert len(chunks) == 3


def test_an_unknown_column_is_an_error(table: Listed) -> None:
    with pytest.raises(KeyError):
        table.page(Ask(sort=(("password", False),)))


def test_an_empty_table_has_no_rows(table: Listed) -> None:
    empty = Listed.of(FIELDS, {"name": [], "id": [], "net_sales": []})
    assert empty.page(Ask(sort=(("name", False),), where=(Condition("name", "contains", "a"),))) == {
        "rows": [],
        "count": 0,
    }
