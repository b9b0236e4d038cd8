"""A user who may see some stores gets exactly these stores: in every answer, in every option, out of any cache."""

import inspect
import json
import re
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest

from analytics import queries, table
from analytics.cache import Cache
from analytics.filters import Filters, Scope
from analytics.kpi import KPIS
from analytics.queries import View
from analytics.queries.comparison import Against
from analytics.queries.what_if import ITEMS
from analytics.table import Ask as TableAsk
from analytics.table import Table
from tests.analytics.conftest import Retailer, published_odd
from tests.analytics.raw_files import Chosen
from tests.analytics.selections import filters_of, selections

Ask = Callable[[View, Filters], Any]


def rows(table: Table) -> list[dict[str, Any]]:
    return table.page(WHOLE)["rows"]


def about(ask: Callable[[View, Filters, str], Any]) -> Ask:
    """Answers about each of STORES; nothing about one that may not be seen."""

    def known(view: View, filters: Filters, store: str) -> Any:
        try:
            return ask(view, filters, store)
        except queries.Unknown:
            return None

    return lambda view, filters: [known(view, filters, store) for store in STORES]


def in_sight(view: View, filters: Filters) -> list[str]:
    return view.cube.labels("store", view.cube.select(filters))


def buyers(view: View) -> list[str]:
    """The keys of the best customers of the two stores, as far as they may be seen."""
    mine = Filters(stores=MINE)
    return [row["customer"] for row in queries.customer_table(view, mine).page(TableAsk(stop=3))["rows"]]


WHOLE = TableAsk()
MINE = ("S01", "S03")  # of two chains
STORES = ("S01", "S02", "S03")
ASKED: dict[str, Ask] = {
    "cards": lambda v, f: queries.cards(v, f, tuple(KPIS)),
    "change": lambda v, f: [queries.change(v, f, against) for against in AGAINST],
    "change_by": lambda v, f: [changes(v, f, against, by) for against in AGAINST for by in PARTS],
    "kpi_by": lambda v, f: [queries.kpi_by(v, f, k, by) for k in ("net_sales", "stockout_rate") for by in PARTS],
    "kpi_over_time": lambda v, f: [queries.kpi_over_time(v, f, "retention", by, "quarter") for by in PARTS[:3]],
    "store_table": lambda v, f: rows(queries.store_table(v, f)),
    "stockout_heat_map": lambda v, f: queries.stockout_heat_map(v, f),
    "stock_and_sales": lambda v, f: queries.stock_and_sales(v, f),
    "product_table": lambda v, f: rows(queries.product_table(v, f)),
    "class_grid": lambda v, f: queries.class_grid(v, f),
    "top_seller_gaps": lambda v, f: queries.top_seller_gaps(v, f),
    "top_sellers_at_zero": lambda v, f: queries.top_sellers_at_zero(v, f),
    "excess_stock": lambda v, f: queries.excess_stock(v, f),
    "customers_by_quarter": lambda v, f: queries.customers_by_quarter(v, f),
    "cohorts": lambda v, f: queries.cohorts(v, f),
    "customer_table": lambda v, f: rows(queries.customer_table(v, f)),
    "rfm_segments": lambda v, f: queries.rfm_segments(v, f),
    "tier_discounts": lambda v, f: queries.tier_discounts(v, f),
    "loyalty_tiers": lambda v, f: queries.loyalty_tiers(v, f),
    "spend_spread": lambda v, f: queries.spend_spread(v, f),
    "sales_lines": lambda v, f: list(queries.sales_lines(v, f).chunks(table.Ask())),
    "product_filters": lambda v, f: queries.product_filters(v, f, "P001").categories,
    "product_facts": lambda v, f: queries.product_facts(v, f, "P001"),
    "product_cards": lambda v, f: queries.product_cards(v, f, "P001", ("net_sales", "stockout_rate", "sell_through")),
    "product_ledger": lambda v, f: queries.product_ledger(v, f, "P001"),
    "product_prices": lambda v, f: queries.product_prices(v, f, "P001"),
    "product_presence": lambda v, f: queries.product_presence(v, f, "P001"),
    "product_by_store": lambda v, f: rows(queries.product_by_store(v, f, "P001")),
    "top_buyers": lambda v, f: rows(queries.top_buyers(v, f, "P001")),
    "most_bought": lambda v, f: [rows(queries.most_bought(v, f, c)) for c in buyers(v)],
    "product_lines": lambda v, f: list(queries.product_lines(v, f, "P001").chunks(TableAsk())),
    "customer_lines": lambda v, f: [list(queries.customer_lines(v, f, c).chunks(TableAsk())) for c in buyers(v)],
    "customer_cards": lambda v, f: [queries.customer_cards(v, f, c, ("net_sales", "orders")) for c in buyers(v)],
    "customer_over_time": lambda v, f: [queries.customer_over_time(v, f, c) for c in buyers(v)],
    "customer_by": lambda v, f: [queries.customer_by(v, f, c, by) for c in buyers(v) for by in ("store", "category")],
    "outlook": lambda v, f: queries.outlook(v, f, "units_sold", 3),
    "outlooks": lambda v, f: [queries.outlooks(v, f, "net_sales", 3, by) for by in PARTS[:3]],
}
# About stores by their ids, whatever the filters say of stores; and of customers with their usual store.
OF_ONE: dict[str, Ask] = {
    "store_filters": about(lambda v, f, s: asdict(queries.store_filters(v, f, s))["stores"]),
    "chain_filters": about(lambda v, f, s: in_sight(v, queries.chain_filters(v, f, s))),
    "store_facts": about(lambda v, f, s: queries.store_facts(v, f, s)),
    "store_and_chain": about(lambda v, f, s: queries.store_and_chain(v, f, s)),
    "store_over_time": about(lambda v, f, s: queries.store_over_time(v, f, s, "quarter")),
    "category_mix": about(lambda v, f, s: queries.category_mix(v, f, s)),
    "store_lines": about(lambda v, f, s: list(queries.store_lines(v, f, s).chunks(TableAsk()))),
    "running_out": about(lambda v, f, s: rows(queries.running_out(v, f, s))),
    "shortage": about(lambda v, f, s: queries.shortage(v, f, s)),
    "customer_facts": lambda v, f: [queries.customer_facts(v, f, c) for c in buyers(v)],
}
# Sums of a model's numbers. It learned season and trend from all stores, so what others do moves mine a little.
ESTIMATED: dict[str, Ask] = {
    "lost_sales": lambda v, f: queries.lost_sales(v, f),
    "lost_sales_by": lambda v, f: [rows(queries.lost_sales_by(v, f, by)) for by in PARTS],
    "demand_outlook": lambda v, f: [told(lambda w=w: queries.demand_outlook(v, f, w)) for w in WORTHS],
    "demand_by": lambda v, f: [rows(queries.demand_by(v, f, worth, by)) for worth in WORTHS for by in PARTS],
    "what_if": lambda v, f: [told(lambda i=i: queries.what_if(v, f, SCENARIO, i)) for i in ITEMS],
    "what_if_by": lambda v, f: [
        told(lambda by=by: rows(queries.what_if_by(v, f, SCENARIO, "all", by))) for by in PARTS
    ],
    "what_if_curve": lambda v, f: told(lambda: queries.what_if_curve(v, f, "A")),
    "discount_outlook": lambda v, f: told(lambda: queries.discount_outlook(v, f)),
    "discount_customers": lambda v, f: told(lambda: rows(queries.discount_customers(v, f))),
    "expected_spend": lambda v, f: queries.expected_spend(v, f, "quarter"),
    "spend_table": lambda v, f: rows(queries.spend_table(v, f, "quarter")),
    "customer_spend": lambda v, f: [queries.customer_spend(v, f, c) for c in buyers(v)],
    "availability_gain": lambda v, f: told(lambda: queries.availability_gain(v, f)),
    "availability_by": lambda v, f: [told(lambda by=by: queries.availability_by(v, f, by)) for by in PARTS],
    "availability_table": lambda v, f: told(lambda: rows(queries.availability_table(v, f))),
    "coming_back": lambda v, f: told(lambda: queries.coming_back(v, f, SCENARIO)),
    "customer_gain": lambda v, f: [told(lambda c=c: queries.customer_gain(v, f, c)) for c in buyers(v)],
    "usual_basket": lambda v, f: [told(lambda c=c: rows(queries.usual_basket(v, f, c))) for c in buyers(v)],
}
# Plans of what may be seen: stores send to each other whatever the filter says, so a right is more than a filter.
PLANNED: dict[str, Ask] = {
    "actions": lambda v, f: told(lambda: [rows(queries.actions(v, f, "all", s)) for s in ("pays", "90")]),
    "action_sums": lambda v, f: told(lambda: queries.action_sums(v, f, "all", "90")),
}
# Facts of the files that were loaded, not of stores: counts of all of them, whoever asks.
OF_THE_VERSION: dict[str, Ask] = {
    "availability_effect": lambda v, f: told(lambda: queries.availability_effect(v, f)),
    "availability_test": lambda v, f: told(lambda: queries.availability_test(v, f)),
    "model_states": lambda v, f: rows(queries.model_states(v, f)),
    "model_quality": lambda v, f: rows(queries.model_quality(v, f)),
    "model_standing": lambda v, f: queries.model_standing(v, f),
    "discount_models": lambda v, f: told(lambda: queries.discount_models(v, f)),
    "failed_deliveries": lambda v, f: queries.failed_deliveries(v, f),
    "forecast_quality": lambda v, f: told(lambda: queries.forecast_quality(v, f)),
    "what_if_basis": lambda v, f: queries.what_if_basis(v, f),
    "spend_test": lambda v, f: queries.spend_test(v, f, "quarter"),
    "facts_of_version": lambda v, f: queries.facts_of_version(v, f),
    "tables_read": lambda v, f: rows(queries.tables_read(v, f)),
    "reconciliation": lambda v, f: rows(queries.reconciliation(v, f)),
    "findings": lambda v, f: rows(queries.findings(v, f)),
    "quiet_checks": lambda v, f: rows(queries.quiet_checks(v, f)),
    "missing_columns": lambda v, f: rows(queries.missing_columns(v, f)),
    "unused_columns": lambda v, f: rows(queries.unused_columns(v, f)),
}
WORTHS: tuple[queries.Worth, ...] = ("units", "money")
AGAINST: tuple[Against, ...] = ("previous", "last_year")
WITHOUT_FILTERS = {"choices", "headline", "lacking", "parse_scenarios"}
SCENARIO = "stock_level:1.2"
PARTS: tuple[queries.By, ...] = ("store", "chain", "category", "product")


def told(ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except queries.Lacking as why:
        return why.said


def changes(view: View, filters: Filters, against: Against, by: Any) -> Any:
    return told(lambda: rows(queries.change_by(view, filters, against, by)))


class Shelf:
    """A backend that counts what is put into it."""

    def __init__(self) -> None:
        self.kept: dict[str, Any] = {}
        self.puts = 0

    def get(self, key: str) -> Any:
        return self.kept.get(key)

    def set(self, key: str, value: Any) -> None:
        self.puts += 1
        self.kept[key] = value


def answers(view: View, filters: Filters, asked: dict[str, Ask] | None = None) -> dict[str, str]:
    asked = ASKED | OF_ONE if asked is None else asked
    return {name: json.dumps(ask(view, filters), allow_nan=False) for name, ask in asked.items()}


def seen(retailer: Retailer, stores: tuple[str, ...], cache: Cache | None = None) -> View:
    return View(retailer.cube, Scope.of(stores), cache or Cache())


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Retailer:
    """The odd retailer again, in which everybody else's stores do another business."""
    return published_odd(tmp_path_factory, "changed", changed=("S02", "S04", "S05", "S06"))


def test_every_query_is_asked() -> None:
    assert {n for n in queries.__all__ if inspect.isfunction(getattr(queries, n))} == {
        *ASKED,
        *OF_ONE,
        *ESTIMATED,
        *PLANNED,
        *OF_THE_VERSION,
        *WITHOUT_FILTERS,
    }


@pytest.mark.parametrize("selection", ["everything", "one chain", "quarters apart", "one category", "no quarter"])
def test_a_scope_answers_as_the_same_stores_in_the_filter_do(odd: Retailer, selection: str) -> None:
    chosen = filters_of(selections(odd.files)[selection])
    narrowed = Filters(chosen.quarters, chosen.chains, MINE, chosen.categories)
    asked = ASKED | ESTIMATED
    assert answers(seen(odd, MINE), chosen, asked) == answers(odd.view, narrowed, asked)


@pytest.mark.parametrize("selection", ["everything", "one quarter", "three categories"])
def test_what_others_do_changes_nothing_i_see(odd: Retailer, changed: Retailer, selection: str) -> None:
    """No peer value, rank, class, segment or share depends on a store out of sight."""
    chosen = filters_of(selections(odd.files)[selection])
    assert answers(seen(odd, MINE), chosen) == answers(seen(changed, MINE), chosen)
    assert answers(odd.view, chosen) != answers(changed.view, chosen)


@pytest.mark.parametrize("stores", [MINE, ("S01",), (), ("S00",)])
def test_no_other_store_is_named(odd: Retailer, stores: tuple[str, ...]) -> None:
    """Not in an option, a label or a row; and no chain of which all stores are out of sight."""
    table = odd.files.stores
    mine = table[table["store_id"].isin(stores)]
    others = table[~table["store_id"].isin(stores)]
    hidden = {*others["store_id"], *others["store_name"], *(set(table["chain"]) - set(mine["chain"]))}
    view = seen(odd, stores)
    asked = ASKED | OF_ONE | ESTIMATED | PLANNED
    said = {**answers(view, Filters(), asked), "choices": json.dumps(queries.choices(view), ensure_ascii=False)}
    assert [(name, text) for name, answer in said.items() for text in hidden if f'"{text}"' in answer] == []
    facts = {name: json.dumps(ask(view, Filters()), ensure_ascii=False) for name, ask in OF_THE_VERSION.items()}
    assert [(name, text) for name, fact in facts.items() for text in hidden if re.search(rf"\b{text}\b", fact)] == []
    assert [store["value"] for store in queries.choices(view)["stores"]] == list(mine["store_id"])
    assert queries.choices(view)["chains"] == sorted(set(mine["chain"]))


def test_asking_for_anothers_store_gives_nothing(odd: Retailer) -> None:
    wanted = filters_of(Chosen(stores=("S02", "S05")))
    nothing = filters_of(Chosen(stores=()))
    asked = ASKED | ESTIMATED
    assert answers(seen(odd, MINE), wanted, asked) == answers(odd.view, nothing, asked)
    assert rows(queries.store_table(seen(odd, MINE), wanted)) == []
    assert rows(queries.customer_table(seen(odd, MINE), wanted)) == []


def test_nobodys_stores_are_nothing(odd: Retailer) -> None:
    """An empty scope is no scope of all: no store, customer, order or unit."""
    view = seen(odd, ())
    assert queries.choices(view)["stores"] == queries.choices(view)["chains"] == []
    values = {c["id"]: c["value"] for c in queries.cards(view, Filters(), ("net_sales", "orders", "closing_units"))}
    assert values == {"net_sales": 0, "orders": 0, "closing_units": None}
    assert queries.spend_spread(view, Filters())["n"] == 0
    assert queries.kpi_by(view, Filters(), "net_sales", "store")["ids"] == []
    assert queries.outlooks(view, Filters(), "net_sales", 3, "store") == []


def test_one_cache_keeps_scopes_and_versions_apart(odd: Retailer, changed: Retailer) -> None:
    """Two users, two versions, one cache: each gets what he would get alone, first and later."""
    shelf = Shelf()
    shared = Cache(shelf)
    asked = [(retailer, stores) for stores in (MINE, ("S02",), ()) for retailer in (odd, changed)]
    alone = [answers(seen(retailer, stores), Filters()) for retailer, stores in asked]
    assert [answers(seen(retailer, stores, shared), Filters()) for retailer, stores in asked] == alone
    puts = shelf.puts
    assert puts == len(shelf.kept) > 0
    assert [answers(seen(retailer, stores, shared), Filters()) for retailer, stores in reversed(asked)] == alone[::-1]
    assert shelf.puts == puts


def test_one_cache_keeps_fiscal_years_apart(odd: Retailer) -> None:
    """The same version read with years that start in January and in April has other quarters."""
    shared = Cache(Shelf())
    january = View(type(odd.cube).open(odd.version, 1), Scope(), shared)
    april = View(odd.cube, Scope(), shared)
    found = [queries.cohorts(view, Filters())["cohorts"] for view in (january, april, january)]
    assert found == [january.cube.calendar.quarter_list(), odd.files.quarters, january.cube.calendar.quarter_list()]


def test_rights_to_every_store_are_rights_to_all(odd: Retailer) -> None:
    everyone = tuple(odd.files.stores["store_id"])
    asked = ASKED | OF_ONE | ESTIMATED | PLANNED
    assert answers(seen(odd, everyone), Filters(), asked) == answers(odd.view, Filters(), asked)
