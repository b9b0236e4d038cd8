"""The lines behind a number: every one of them once, in order, and none of a store out of sight."""

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import duckdb
import pandas as pd
import pytest

from analytics.cube import Outdated
from analytics.filters import Filters, Scope
from analytics.queries import SalesLines, View, sales_lines
from analytics.queries.lines import FIELDS
from analytics.table import CHUNK, Ask, Condition, Operator
from data.version import Version
from tests.analytics.builders import ALL, cube_of, half_year, small_retailer
from tests.analytics.conftest import Retailer
from tests.analytics.raw_files import Chosen, Files
from tests.analytics.selections import filters_of, selections

SORTED_BY = tuple(field.name for field in FIELDS if not field.hidden)
NUMBERS = ("quantity", "unit_price", "discount_amount", "net_amount")
SELECTIONS = ("everything", "quarters apart", "three categories", "a store and two categories", "unknown names")
HOSTILE = ("'; DROP TABLE marts.lines; --", '"', "%", "_", "\\", "\0", "\ud800", "$1", "?", "x" * 100_000)


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> View:
    return View(half_year(tmp_path_factory.mktemp("half year")))


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> View:
    """Corner on 31 January: Ann at 18:30, a guest at midnight; and Bob at half past noon the next day."""
    story = small_retailer()
    story.sell("b2", "2023-02-01 12:30:05", "C", "milk", 1, customer="bob")
    story.sell("A1", "2023-01-31 18:30", "C", "milk", 2, customer="ann", discount=50)
    story.sell("b10", "2023-01-31", "C", "soap", 3)
    return View(cube_of(story, tmp_path_factory.mktemp("evening")))


def column(table: SalesLines, name: str, *sort: tuple[str, bool], where: tuple[Condition, ...] = ()) -> list[Any]:
    return [row[name] for row in table.page(Ask(sort=sort, where=where))["rows"]]


def met(view: View, name: str, operator: Operator, value: str | float) -> list[Any]:
    return column(sales_lines(view, ALL), "transaction_id", where=(Condition(name, operator, value),))


# --- rows ------------------------------------------------------------


def test_a_line_has_names_ids_and_money_in_currency(view: View) -> None:
    """2 milk at 2.00, 1.00 off, to a guest of the Kiosk."""
    page = sales_lines(view, ALL).page(Ask(start=2, stop=3))
    assert page["count"] == 7
    assert page["rows"] == [
        {
            "sold_at": "2023-02-11",
            "transaction_id": "2",
            "store_name": "Kiosk",
            "store_id": "K",
            "product_name": "Milk",
            "product_id": "milk",
            "category": "Dairy",
            "customer_name": "",
            "customer_id": "",
            "quantity": 2,
            "unit_price": 2.0,
            "discount_amount": 1.0,
            "net_amount": 3.0,
        }
    ]


def test_filters_and_ids_narrow_together(view: View) -> None:
    """Bob buys at the Flagship in February and April and brings back in June."""
    assert column(sales_lines(view, ALL, customer="bob"), "transaction_id") == ["3", "5", "6"]
    assert column(sales_lines(view, ALL, customer="bob", product="milk"), "transaction_id") == ["5", "6"]
    assert column(sales_lines(view, Filters(quarters=("2023Q1",)), customer="bob"), "transaction_id") == ["3"]
    assert column(sales_lines(view, Filters(chains=("Alpha",)), product="milk"), "transaction_id") == ["1", "2"]
    assert column(sales_lines(view, Filters(categories=("Bakery",)), store="C"), "product_id") == ["bread"]
    assert column(sales_lines(view, ALL, store="K"), "transaction_id") == ["2"]


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        (Filters(stores=()), {}),
        (Filters(quarters=()), {}),
        (Filters(categories=()), {}),
        (ALL, {"store": "X"}),
        (ALL, {"product": "X"}),
        (ALL, {"customer": ""}),
        (Filters(stores=("F",)), {"store": "C"}),
        (Filters(chains=("Beta",)), {"store": "C"}),
    ],
)
def test_nothing_is_an_empty_table(view: View, filters: Filters, ids: dict[str, str]) -> None:
    table = sales_lines(view, filters, **ids)
    assert table.page(Ask(sort=(("customer_name", True),))) == {"rows": [], "count": 0}
    assert list(table.chunks(Ask())) == []


def test_a_page_beyond_the_end_is_empty_but_counted(view: View) -> None:
    assert sales_lines(view, ALL).page(Ask(7, 100)) == {"rows": [], "count": 7}


def test_the_time_of_day_is_shown_where_there_is_one(evening: View) -> None:
    assert column(sales_lines(evening, ALL), "sold_at") == [
        "2023-01-31",
        "2023-01-31 18:30:00",
        "2023-02-01 12:30:05",
    ]


# --- order ------------------------------------------------------------


def test_texts_are_sorted_without_case_and_a_guest_comes_last(evening: View) -> None:
    table = sales_lines(evening, ALL)
    assert column(table, "transaction_id", ("transaction_id", False)) == ["A1", "b10", "b2"]
    assert column(table, "customer_name", ("customer_name", False)) == ["Ann", "Bob", ""]
    assert column(table, "customer_name", ("customer_name", True)) == ["Bob", "Ann", ""]


def test_ties_stay_in_the_order_of_sale_either_way(view: View) -> None:
    """Net 6, 2, 3, 10, 8, 2, −2: receipt 1 before receipt 5 with their 2.00."""
    table = sales_lines(view, ALL)
    assert column(table, "transaction_id", ("net_amount", False)) == ["6", "1", "5", "2", "1", "4", "3"]
    assert column(table, "transaction_id", ("net_amount", True)) == ["3", "4", "1", "2", "1", "5", "6"]
    both = column(table, "net_amount", ("store_name", False), ("net_amount", True))
    assert both == [8, 6, 2, 10, 2, -2, 3]  # Corner, Flagship, Kiosk


# --- conditions ------------------------------------------------------------


def test_conditions_on_days_hold_until_the_day_ends(evening: View) -> None:
    assert met(evening, "sold_at", "at most", "2023-01-31") == ["b10", "A1"]
    assert met(evening, "sold_at", "equals", "2023-01-31") == ["b10", "A1"]
    assert met(evening, "sold_at", "at least", "2023-02-01") == ["b2"]
    assert met(evening, "sold_at", "at most", "2023-01-31T18:30") == ["b10", "A1"]
    assert met(evening, "sold_at", "at least", "2023-01-31 18:31") == ["b2"]
    assert met(evening, "sold_at", "starts", "2023-01") == ["b10", "A1"]
    assert met(evening, "sold_at", "contains", "12:30") == ["b2"]
    assert met(evening, "sold_at", "equals", "2023-02-31") == []


def test_conditions_on_texts_know_no_case(evening: View) -> None:
    assert met(evening, "transaction_id", "starts", "B") == ["b10", "b2"]
    assert met(evening, "customer_name", "contains", "AN") == ["A1"]
    assert met(evening, "customer_name", "equals", "") == ["b10"]
    assert met(evening, "product_id", "equals", "SOAP") == ["b10"]


def test_conditions_on_money_are_in_currency(evening: View) -> None:
    """Net 3.50 (0.50 off 4.00), 6.00 and 2.00."""
    assert met(evening, "net_amount", "at least", 3.5) == ["b10", "A1"]
    assert met(evening, "discount_amount", "equals", 0.5) == ["A1"]
    assert met(evening, "quantity", "at most", "2") == ["A1", "b2"]


def test_what_is_no_column_or_no_number_is_an_error(view: View) -> None:
    table = sales_lines(view, ALL)
    for name in ("password", "line_id", "net_amount_cents", "1; DROP TABLE marts.lines"):
        with pytest.raises(KeyError):
            table.page(Ask(sort=((name, False),)))
        with pytest.raises(KeyError):
            table.page(Ask(where=(Condition(name, "equals", "1"),)))
    for condition in (Condition("quantity", "contains", 1), Condition("quantity", "equals", "many")):
        with pytest.raises(ValueError, match=r"quantity|many"):
            table.page(Ask(where=(condition,)))


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("name", ["transaction_id", "store_name", "product_id", "customer_name", "sold_at"])
def test_a_hostile_text_is_a_text_that_no_line_has(view: View, name: str, text: str) -> None:
    for operator in ("contains", "starts", "equals"):
        assert met(view, name, operator, text) == []
    for ids in ({"store": text}, {"product": text}, {"customer": text}):
        assert sales_lines(view, Filters(stores=None), **ids).page(Ask())["count"] == 0
    assert sales_lines(view, ALL).page(Ask())["count"] == 7


# --- rights ------------------------------------------------------------


@pytest.mark.parametrize("ids", [{}, {"store": "F"}, {"store": "C"}, {"product": "milk"}, {"customer": "bob"}])
@pytest.mark.parametrize("filters", [ALL, Filters(stores=("F", "K")), Filters(chains=("Beta",))])
def test_who_may_see_the_corner_sees_no_line_of_another_store(
    view: View, filters: Filters, ids: dict[str, str]
) -> None:
    corner = View(view.cube, Scope.of(["C"]))
    table = sales_lines(corner, filters, **ids)
    asked = (
        Ask(),
        Ask(sort=(("store_name", True),)),
        Ask(where=(Condition("store_id", "equals", "F"),)),
        Ask(where=(Condition("store_id", "contains", ""), Condition("net_amount", "at most", 1e9))),
    )
    for ask in asked:
        seen = {row["store_id"] for row in table.page(ask)["rows"]} | {row[3] for c in table.chunks(ask) for row in c}
        assert seen <= {"C"}
    others = filters != ALL or ids in ({"store": "F"}, {"customer": "bob"})
    assert (table.page(Ask())["count"] == 0) == others


# --- against the raw files ------------------------------------------------------------


def raw_rows(files: Files, chosen: Chosen) -> pd.DataFrame:
    """The lines of a selection as the table shows them, in the order of sale."""
    named = files.cut(chosen).lines.merge(files.stores[["store_id", "store_name"]])
    named = named.merge(files.products[["product_id", "product_name"]])
    named = named.merge(files.customers[["customer_id", "customer_name"]], how="left")
    place = {store: i for i, store in enumerate(files.stores["store_id"])}
    named = named.assign(place=named["store_id"].map(place))
    named = named.sort_values(["sold_at", "place", "transaction_id", "line_id"], ignore_index=True)
    moments = named["sold_at"].dt.strftime("%Y-%m-%d %H:%M:%S").str.removesuffix(" 00:00:00")
    money = {f"{name}_amount": named[name] / 100 for name in ("discount", "net")}
    texts = {name: named[name].fillna("") for name in ("customer_id", "customer_name")}
    return named.assign(sold_at=moments, **money, **texts)


def in_order(rows: pd.DataFrame, sort: tuple[tuple[str, bool], ...]) -> pd.DataFrame:
    for name, descending in reversed(sort):
        key = rows[name] if name in NUMBERS else rows[name].str.lower().replace("", None)
        rows = rows.loc[key.sort_values(ascending=not descending, kind="stable", na_position="last").index]
    return rows


def meeting(rows: pd.DataFrame, condition: Condition) -> pd.DataFrame:
    values, wanted = rows[condition.column], condition.value
    if condition.column == "sold_at":
        values = values.str[: len(str(wanted))]
    elif condition.column not in NUMBERS:
        values, wanted = values.str.lower(), str(wanted).lower()
    met = {
        "contains": lambda: values.str.contains(re.escape(str(wanted))),
        "starts": lambda: values.str.startswith(str(wanted)),
        "equals": lambda: values == wanted,
        "at least": lambda: values >= wanted,
        "at most": lambda: values <= wanted,
    }[condition.operator]()
    return rows[met]


def plain(rows: pd.DataFrame, names: list[str]) -> list[tuple[Any, ...]]:
    return list(rows[names].astype(object).itertuples(index=False, name=None))


@pytest.fixture(scope="session", params=["demo", "odd"])
def everything(request: pytest.FixtureRequest) -> tuple[Retailer, dict[str, pd.DataFrame]]:
    retailer: Retailer = request.getfixturevalue(request.param)
    chosen = selections(retailer.files)
    return retailer, {name: raw_rows(retailer.files, chosen[name]) for name in SELECTIONS}


@pytest.mark.parametrize("name", SORTED_BY)
def test_every_order_of_every_selection_is_that_of_the_files(
    everything: tuple[Retailer, dict[str, pd.DataFrame]], name: str
) -> None:
    """First, middle and last page, both ways, alone and before another column."""
    retailer, raw = everything
    for selection, rows in raw.items():
        table = sales_lines(retailer.view, filters_of(selections(retailer.files)[selection]))
        fields = [field.name for field in table.fields]
        for sort in (((name, False),), ((name, True),), ((name, True), ("product_name", False), ("sold_at", True))):
            wanted = plain(in_order(rows, sort), fields)
            for start in (0, len(rows) // 2, max(len(rows) - 30, 0)):
                page = table.page(Ask(start, start + 40, sort))
                assert page["count"] == len(rows)
                assert [tuple(row.values()) for row in page["rows"]] == wanted[start : start + 40], (selection, sort)


def test_any_conditions_leave_the_lines_that_the_files_have(
    everything: tuple[Retailer, dict[str, pd.DataFrame]],
) -> None:
    """Forty seeded draws of one or two conditions on values that some line has, or on parts of them."""
    retailer, raw = everything
    rows, draw = raw["everything"], random.Random(1)
    table = sales_lines(retailer.view, ALL)
    fields = [field.name for field in table.fields]
    for _ in range(40):
        conditions = tuple(drawn(rows, draw, draw.choice(fields)) for _ in range(draw.randint(1, 2)))
        wanted = rows
        for condition in conditions:
            wanted = meeting(wanted, condition)
        sort = ((draw.choice(SORTED_BY), draw.random() < 0.5),)
        found = [row for chunk in table.chunks(Ask(sort=sort, where=conditions)) for row in chunk]
        assert found == plain(in_order(wanted, sort), fields), conditions
        page = table.page(Ask(10, 20, sort, conditions))
        assert ([tuple(row.values()) for row in page["rows"]], page["count"]) == (found[10:20], len(found))


def drawn(rows: pd.DataFrame, draw: random.Random, name: str) -> Condition:
    value = rows[name].iloc[draw.randrange(len(rows))]
    if name in NUMBERS:
        return Condition(name, draw.choice(("equals", "at least", "at most")), float(value))
    operator = draw.choice(get_args(Operator))
    if name == "sold_at" and operator in ("contains", "starts"):
        return Condition(name, "starts", value[: draw.choice((4, 7, 10))])
    return Condition(name, operator, value[: draw.choice((3, 10, 30))] if operator != "equals" else value.upper())


# --- cursors ------------------------------------------------------------


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[duckdb.DuckDBPyConnection]:
    """Every cursor that is opened from now on."""
    found: list[duckdb.DuckDBPyConnection] = []
    connect = Version.connect

    def noted(version: Version) -> duckdb.DuckDBPyConnection:
        found.append(connect(version))
        return found[-1]

    monkeypatch.setattr(Version, "connect", noted)
    return found


def is_closed(cursor: duckdb.DuckDBPyConnection) -> bool:
    try:
        cursor.execute("SELECT 1")
    except duckdb.ConnectionException:
        return True
    return False


def test_rows_are_read_in_chunks_and_no_cursor_stays_open(
    demo: Retailer, opened: list[duckdb.DuckDBPyConnection]
) -> None:
    table = sales_lines(demo.view, ALL)
    sizes = [len(chunk) for chunk in table.chunks(Ask(sort=(("net_amount", True),)))]
    assert sum(sizes) == demo.version.manifest.rows["sales"]
    assert set(sizes[:-1]) == {CHUNK}
    table.page(Ask(stop=10))
    assert len(opened) == 2
    assert all(map(is_closed, opened))


def test_chunks_that_nobody_reads_on_close_their_cursor(
    demo: Retailer, opened: list[duckdb.DuckDBPyConnection]
) -> None:
    chunks: Iterator[Any] = sales_lines(demo.view, ALL).chunks(Ask())
    next(chunks)
    assert [is_closed(cursor) for cursor in opened] == [False]
    del chunks
    assert [is_closed(cursor) for cursor in opened] == [True]


def test_a_failed_page_closes_its_cursor(view: View, opened: list[duckdb.DuckDBPyConnection]) -> None:
    with pytest.raises(duckdb.Error):
        sales_lines(view, ALL).page(Ask(start=-1))
    assert all(map(is_closed, opened))


def test_a_version_without_lines_says_so(tmp_path: Path) -> None:
    cube = half_year(tmp_path)
    with duckdb.connect(cube.version.path / "warehouse.duckdb") as con:
        con.execute("DROP TABLE marts.lines")
    with pytest.raises(Outdated, match="Load the data again"):
        sales_lines(View(cube), ALL).page(Ask())
