"""Who may not see personal data sees no customer: by name, by id, by key, in any answer, out of any cache."""

import json
from typing import Any

import pytest

from analytics import queries
from analytics.cache import Cache
from analytics.filters import Filters, Scope
from analytics.queries import Lacking, Unknown, View
from analytics.table import Ask, Condition
from tests.analytics import test_scope as asked
from tests.analytics.conftest import Retailer

LISTINGS = ("customer_table", "top_buyers")
OF_A_CUSTOMER = (
    "customer_facts",
    "customer_cards",
    "customer_over_time",
    "customer_by",
    "customer_lines",
    "most_bought",
)


def without(retailer: Retailer, cache: Cache | None = None) -> View:
    return View(retailer.cube, Scope(personal=False), cache or Cache())


def told(ask: asked.Ask, view: View) -> str:
    try:
        return json.dumps(ask(view, Filters()), ensure_ascii=False)
    except (Lacking, Unknown) as error:
        return str(error)


def customers(retailer: Retailer) -> set[str]:
    """Every text that names one of them."""
    cube = retailer.cube
    columns = (cube.column("customers.customer_id"), cube.column("customers.customer_name"), cube.customer_keys)
    return {str(text) for column in columns for text in column if text}


EVERY_QUERY = asked.ASKED | asked.OF_ONE | asked.ESTIMATED | asked.PLANNED | asked.OF_THE_VERSION


def test_no_answer_names_a_customer(odd: Retailer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked about the very best customers by their keys, who can see them and who cannot."""
    keys = asked.buyers(odd.view)
    monkeypatch.setattr(asked, "buyers", lambda view: keys)
    names = customers(odd)
    assert len(names) > 10
    shown, hidden = [], []
    for name, ask in EVERY_QUERY.items():
        open_, answer = told(ask, odd.view), told(ask, without(odd))
        shown += [name] if any(f'"{text}"' in open_ for text in names) else []
        hidden += [(name, text) for text in names if f'"{text}"' in answer]
    assert hidden == []
    assert {"customer_table", "customer_facts", "sales_lines", "top_buyers"} <= set(shown)


@pytest.mark.parametrize("name", LISTINGS)
def test_listings_say_whom_to_ask(odd: Retailer, name: str) -> None:
    with pytest.raises(Lacking, match="Your administrator can allow it"):
        EVERY_QUERY[name](without(odd), Filters())


@pytest.mark.parametrize("name", OF_A_CUSTOMER)
def test_single_customers_are_not_there(odd: Retailer, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    keys = asked.buyers(odd.view)
    monkeypatch.setattr(asked, "buyers", lambda view: keys)
    with pytest.raises(Unknown):
        EVERY_QUERY[name](without(odd), Filters())


def test_lines_keep_their_rows_without_customer_receipt_and_time(odd: Retailer) -> None:
    """Lines of one receipt, or of one minute, would be what one customer bought."""
    whole, anonymous = queries.sales_lines(odd.view, Filters()), queries.sales_lines(without(odd), Filters())
    untold = ["transaction_id", "customer_name", "customer_id"]
    assert [f.name for f in whole.fields if f not in anonymous.fields] == untold
    full, bare = (lines.page(Ask(stop=50)) for lines in (whole, anonymous))
    assert bare["count"] == full["count"]
    rows = [{k: v for k, v in row.items() if k not in untold} for row in full["rows"]]
    assert any(" " in row["sold_at"] for row in rows)
    days = [row | {"sold_at": row["sold_at"][:10]} for row in rows]
    assert bare["rows"] == days
    assert next(iter(anonymous.chunks(Ask())))[:50] == [tuple(row.values()) for row in days]


@pytest.mark.parametrize("operator", ["contains", "starts", "equals", "at least", "at most"])
def test_a_search_for_a_moment_finds_its_day(odd: Retailer, operator: Any) -> None:
    (first,) = queries.sales_lines(odd.view, Filters()).page(Ask(stop=1))["rows"]
    lines = queries.sales_lines(without(odd), Filters())

    def found(value: str) -> int:
        return lines.page(Ask(stop=0, where=(Condition("sold_at", operator, value),)))["count"]

    assert found(first["sold_at"]) == found(first["sold_at"][:10]) > 0
    assert found(first["sold_at"][:11] + "23:59:59") == found(first["sold_at"][:10])
    assert operator != "contains" or found(first["sold_at"][10:]) == 0


def test_lines_of_a_customer_are_for_who_may_see_them(odd: Retailer) -> None:
    """By an id as by a key: a number of lines is enough to know somebody by."""
    someone = str(odd.cube.column("customers.customer_id")[0])
    assert queries.sales_lines(odd.view, Filters(), customer=someone).page(Ask())["count"]
    with pytest.raises(Lacking, match="Your administrator can allow it"):
        queries.sales_lines(without(odd), Filters(), customer=someone)


@pytest.mark.parametrize("column", ["customer_name", "customer_id", "transaction_id"])
def test_lines_cannot_be_sorted_or_searched_by_the_customer(odd: Retailer, column: str) -> None:
    """Else a search for a name would tell by the number of rows that it is there."""
    lines = queries.sales_lines(without(odd), Filters())
    for ask in (Ask(stop=1, sort=((column, False),)), Ask(stop=1, where=(Condition(column, "contains", "a"),))):
        with pytest.raises(KeyError):
            lines.page(ask)
        with pytest.raises(KeyError):
            list(lines.chunks(ask))


def test_no_cache_hands_on_what_another_right_was_told(odd: Retailer) -> None:
    shelf: Any = asked.Shelf()
    cache = Cache(shelf)
    (key, *_) = asked.buyers(odd.view)
    seeing = View(odd.cube, Scope(), cache)
    assert queries.customer_cards(seeing, Filters(), key, ("net_sales",))[0]["value"]
    with pytest.raises(Unknown):
        queries.customer_cards(without(odd, cache), Filters(), key, ("net_sales",))
