"""Small stories through the committed SQL, with numbers that can be checked by hand."""

import datetime as dt

import duckdb
import pytest

from data.dialects import DIALECTS, compile_mart, compile_staging
from data.engines import MARTS, SCRATCH, SQL, MartsDisagree, mart_sql, run_marts
from data.measures import BASKETS, CELLS, MEASURES
from data.schema import TABLES
from tests.data.story import Story

CELL_KEYS = {"store_idx", "product_idx", "month_idx"}
BASKET_KEYS = {"order_idx", "store_idx", "customer_idx", "month_idx", "day", "category_idx"}


@pytest.fixture
def story() -> Story:
    return Story(duckdb.connect())


def run(story: Story) -> Story:
    run_marts(story.con, lambda _: None)
    return story


def ledger(story: Story, first: int, closing: list[int], received: dict[int, int] | None = None) -> None:
    """Corner's soap in 2023 from month `first` on, each month opening as the last one closed."""
    for month, (opening, closed) in enumerate(zip([0, *closing], closing, strict=False), start=first):
        story.count(f"2023-{month:02}", "C", "soap", opening, closed, (received or {}).get(month, 0))


# --- the committed SQL ------------------------------------------------------------


@pytest.mark.parametrize("dialect", ["duckdb", *DIALECTS])
@pytest.mark.parametrize("mart", MARTS)
def test_the_committed_sql_is_what_the_expressions_compile_to(mart: str, dialect: str) -> None:
    assert mart_sql(dialect, mart) == compile_mart(mart, dialect), "run `python -m data.marts` and commit data/sql"


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_committed_staging_is_what_the_rules_compile_to(dialect: str) -> None:
    assert mart_sql(dialect, "staging") == compile_staging(dialect), "run `python -m data.marts` and commit data/sql"


def test_there_is_no_other_committed_sql() -> None:
    for folder in SQL.iterdir():
        staging = set() if folder.name == "duckdb" else {"staging"}
        assert {path.stem for path in folder.iterdir()} == set(MARTS) | staging
    assert {folder.name for folder in SQL.iterdir()} == {"duckdb", *DIALECTS}


def test_every_measure_is_a_column_and_every_column_a_measure(story: Story) -> None:
    run(story)
    assert set(story.con.table("marts.cells").columns) - CELL_KEYS == {measure.name for measure in CELLS}
    assert set(story.con.table("marts.baskets").columns) - BASKET_KEYS == {measure.name for measure in BASKETS}


def test_measures_come_from_columns_of_the_contract() -> None:
    for measure in MEASURES.values():
        for name in measure.columns:
            table, _, column = name.partition(".")
            assert TABLES[table].column(column).about


def test_the_scratch_tables_are_dropped(story: Story) -> None:
    made = run(story).rows("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'marts'")
    assert {name for (name,) in made} == set(MARTS) - set(SCRATCH)


# --- dimensions ------------------------------------------------------------


def test_stores_and_products_are_numbered_by_group_then_name(story: Story) -> None:
    run(story)
    assert story.rows("SELECT store_idx, store_id, chain_idx FROM marts.store_dim") == [(0, "C", 0), (1, "F", 1)]
    assert story.rows("SELECT product_idx, product_id, category_idx FROM marts.product_dim") == [
        (0, "bread", 0),
        (1, "soap", 1),
        (2, "milk", 2),
    ]
    assert story.rows("SELECT customer_idx, customer_id FROM marts.customer_dim") == [(0, "ann"), (1, "bob")]


def test_months_run_from_the_first_row_to_the_last_without_gaps(story: Story) -> None:
    """Sold in November, counted in February: December and January are months too."""
    story.sell("1", "2022-11-30 23:59", "C", "milk", 1)
    story.count("2023-02", "C", "milk", 0, 0)
    months = run(story).rows("SELECT month_idx, month FROM marts.month_dim")
    assert months == [
        (0, dt.date(2022, 11, 1)),
        (1, dt.date(2022, 12, 1)),
        (2, dt.date(2023, 1, 1)),
        (3, dt.date(2023, 2, 1)),
    ]


def test_no_rows_make_empty_marts(story: Story) -> None:
    run(story)
    assert (
        story.rows("FROM marts.month_dim") == story.rows("FROM marts.cells") == story.rows("FROM marts.baskets") == []
    )


# --- cells: sales ------------------------------------------------------------


def test_a_return_lowers_units_and_money_and_is_counted_apart(story: Story) -> None:
    """5 milk at 2.00, 0.50 off; 2 come back. 3 units, 2 returned, 6.00 gross, 5.50 net, 3 × 0.60 cost."""
    story.sell("1", "2023-01-05", "C", "milk", 5, discount=50)
    story.sell("2", "2023-01-09", "C", "milk", -2)
    cells = run(story).cells(
        "units_sold", "returned_units", "lines", "sold_lines", "discounted_lines", "gross_sales_cents",
        "discount_cents", "net_sales_cents", "cost_of_sales_cents",
    )  # fmt: skip
    assert cells == {("C", "milk", "2023-01"): (3, 2, 2, 1, 1, 600, 50, 550, 180)}


def test_the_discount_of_a_returned_line_is_no_discounted_line(story: Story) -> None:
    story.sell("1", "2023-01-05", "C", "milk", -1, discount=-20)
    cells = run(story).cells("discounted_lines", "discount_cents", "net_sales_cents")
    assert cells[("C", "milk", "2023-01")] == (0, -20, -180)


def test_costs_are_rounded_to_the_cent_and_zero_where_unknown(story: Story) -> None:
    """Bread costs 1.25, soap's cost is not known."""
    story.sell("1", "2023-01-05", "C", "bread", 3)
    story.sell("1", "2023-01-05", "C", "soap", 3)
    story.count("2023-01", "C", "bread", 7, 4)
    story.count("2023-01", "C", "soap", 7, 4)
    cells = run(story).cells("costed_sales_cents", "cost_of_sales_cents", "opening_cost_cents", "closing_cost_cents")
    assert cells == {("C", "bread", "2023-01"): (600, 375, 875, 500), ("C", "soap", "2023-01"): (0, 0, 0, 0)}


def test_a_cell_has_its_sales_and_its_ledger_row_in_one(story: Story) -> None:
    """January sold and counted, February only counted, March only sold."""
    story.sell("1", "2023-01-31 20:00", "C", "milk", 4)
    story.count("2023-01", "C", "milk", 10, 6, 0)
    story.count("2023-02", "C", "milk", 6, 9, 3)
    story.sell("2", "2023-03-01 08:00", "C", "milk", 1)
    cells = run(story).cells("units_sold", "opening_units", "closing_units", "received_units", "ranged_months")
    assert [cells[("C", "milk", f"2023-0{month}")] for month in (1, 2, 3)] == [
        (4, 10, 6, 0, 1),
        (0, 6, 9, 3, 1),
        (1, 0, 0, 0, 0),
    ]


# --- cells: ranged and out of stock ------------------------------------------------------------


def test_a_product_is_ranged_from_its_first_stock_to_three_months_after_its_last(story: Story) -> None:
    """Nothing in January; 5 received in February, gone in March; from July on it is delisted."""
    ledger(story, first=1, closing=[0, 5, 0, 0, 0, 0, 0, 0], received={2: 5})
    cells = run(story).cells("ranged_months", "stockout_months")
    assert [cells[("C", "soap", f"2023-{month:02}")] for month in range(1, 9)] == [
        (0, 0),  # not yet there
        (1, 0),
        (1, 1),  # opened with 5, closed at 0: the last month with stock
        (1, 1),
        (1, 1),
        (1, 1),  # three months later: still out of stock
        (0, 0),  # four months: delisted
        (0, 0),
    ]


def test_a_sale_keeps_a_product_ranged_and_a_return_does_not(story: Story) -> None:
    """Soap without stock in the ledger, sold in January; in July a customer brings it back."""
    ledger(story, first=1, closing=[0] * 7)
    story.sell("1", "2023-01-10", "C", "soap", 1)
    story.sell("2", "2023-07-10", "C", "soap", -1)
    cells = run(story).cells("ranged_months")
    assert [cells[("C", "soap", f"2023-{month:02}")] for month in range(1, 8)] == [1, 1, 1, 1, 0, 0, 0]


def test_a_product_that_never_was_there_is_never_ranged(story: Story) -> None:
    ledger(story, first=1, closing=[0, 0, 0])
    assert set(run(story).cells("ranged_months", "stockout_months").values()) == {(0, 0)}


def test_a_gap_is_out_of_stock_however_long_it_is(story: Story) -> None:
    """Stock in January and again in August: the six months between are out of stock, not delisted."""
    ledger(story, first=1, closing=[5, 0, 0, 0, 0, 0, 0, 5], received={1: 5, 8: 5})
    cells = run(story).cells("stockout_months")
    assert [cells[("C", "soap", f"2023-{month:02}")] for month in range(1, 9)] == [0, 1, 1, 1, 1, 1, 1, 0]


def test_a_stockout_weighs_the_usual_net_sales_of_a_ranged_month(story: Story) -> None:
    """10.00 net over three ranged months: 3.33 each; the one that closed at zero weighs 3.33."""
    story.sell("1", "2023-01-05", "C", "milk", 5)
    for month, opening, closing in ((1, 10, 5), (2, 5, 0), (3, 0, 2)):
        story.count(f"2023-0{month}", "C", "milk", opening, closing)
    cells = run(story).cells("ranged_weight_cents", "stockout_weight_cents")
    assert [cells[("C", "milk", f"2023-0{month}")] for month in (1, 2, 3)] == [(333, 0), (333, 333), (333, 0)]


def test_more_returned_than_sold_weighs_nothing(story: Story) -> None:
    story.sell("1", "2023-01-05", "C", "milk", -5)
    story.count("2023-01", "C", "milk", 5, 0)
    cells = run(story).cells("stockout_months", "ranged_weight_cents", "stockout_weight_cents")
    assert cells == {("C", "milk", "2023-01"): (1, 0, 0)}


def test_stores_do_not_share_their_ranges(story: Story) -> None:
    """Flagship still has soap in July; at Corner it was delisted long before."""
    ledger(story, first=1, closing=[5, 0, 0, 0, 0, 0, 0], received={1: 5})
    story.count("2023-07", "F", "soap", 3, 3)
    cells = run(story).cells("ranged_months")
    assert (cells[("C", "soap", "2023-07")], cells[("F", "soap", "2023-07")]) == (0, 1)


# --- baskets ------------------------------------------------------------


def baskets(story: Story, *columns: str) -> list[tuple[object, ...]]:
    return run(story).rows(f"SELECT {', '.join(columns)} FROM marts.baskets")


def test_an_order_of_two_categories_has_two_rows_and_one_number(story: Story) -> None:
    story.sell("1", "2023-01-05 10:00", "C", "milk", 2, customer="ann")
    story.sell("1", "2023-01-05 10:00", "C", "milk", 1, customer="ann", discount=20)
    story.sell("1", "2023-01-05 10:01", "C", "bread", 1, customer="ann")
    found = baskets(story, "order_idx", "customer_idx", "category_idx", "units", "sold_lines", "net_sales_cents")
    assert found == [(0, 0, 0, 1, 1, 200), (0, 0, 2, 3, 2, 580)]


def test_the_same_receipt_number_in_two_stores_is_two_orders(story: Story) -> None:
    story.sell("1", "2023-01-05", "F", "milk", 1)
    story.sell("1", "2023-01-05", "C", "milk", 1)
    assert baskets(story, "order_idx", "store_idx") == [(0, 0), (1, 1)]


def test_a_guest_is_minus_one_and_one_named_line_names_the_order(story: Story) -> None:
    story.sell("1", "2023-01-05", "C", "milk", 1)
    story.sell("2", "2023-01-05", "C", "milk", 1)
    story.sell("2", "2023-01-05", "C", "bread", 1, customer="bob")
    assert baskets(story, "order_idx", "customer_idx") == [(0, -1), (1, 1), (1, 1)]


def test_an_order_over_midnight_of_a_month_is_split_and_keeps_its_number(story: Story) -> None:
    story.sell("1", "2023-01-31 23:59", "C", "milk", 1)
    story.sell("1", "2023-02-01 00:01", "C", "milk", 1)
    assert baskets(story, "order_idx", "month_idx", "day", "units") == [
        (0, 0, dt.date(2023, 1, 31), 1),
        (0, 1, dt.date(2023, 2, 1), 1),
    ]


def test_an_order_of_returns_sold_no_line(story: Story) -> None:
    story.sell("1", "2023-01-05", "C", "milk", -2)
    assert baskets(story, "units", "sold_lines", "gross_sales_cents") == [(-2, 0, -400)]


# --- lines ------------------------------------------------------------


def lines(story: Story, *columns: str) -> list[tuple[object, ...]]:
    return run(story).rows(f"SELECT {', '.join(columns)} FROM marts.lines")


def test_lines_lie_in_the_order_of_their_sale(story: Story) -> None:
    """By moment, then store, then receipt: the Corner (0) before the Flagship (1)."""
    story.sell("3", "2023-02-01", "C", "milk", 1)
    story.sell("2", "2023-01-05", "F", "milk", 1, customer="bob")
    story.sell("1", "2023-01-05", "F", "soap", 1)
    story.sell("9", "2023-01-05", "C", "milk", 1)
    found = lines(story, "transaction_id", "store_idx", "product_idx", "category_idx", "customer_idx", "month_idx")
    assert found == [("9", 0, 2, 2, -1, 0), ("1", 1, 1, 1, -1, 0), ("2", 1, 2, 2, 1, 0), ("3", 0, 2, 2, -1, 1)]


def test_a_rank_is_the_place_among_different_values_without_case_and_none_where_blank(story: Story) -> None:
    """Receipts a and A share a place before b; 2 units are place 1, 5 units place 2; a guest has no name to rank."""
    story.sell("b", "2023-01-05", "C", "milk", 5, customer="ann")
    story.sell("A", "2023-01-06", "C", "bread", 2)
    story.sell("a", "2023-01-07", "F", "soap", -1, customer="bob")
    ranks = ("transaction_id_rank", "quantity_rank", "product_name_rank", "customer_name_rank", "sold_at_rank")
    assert lines(story, *ranks) == [(1, 2, 1, 0, 0), (0, 1, 0, None, 1), (0, 0, 2, 1, 2)]


# --- the guard ------------------------------------------------------------


def test_a_line_of_an_unknown_product_is_not_lost_in_silence(story: Story) -> None:
    story.sell("1", "2023-01-05", "C", "tobacco", 1)
    with pytest.raises(MartsDisagree, match="Nothing was published"):
        run(story)
    assert story.rows("SELECT * FROM duckdb_tables() WHERE schema_name = 'marts'") == []
