"""The pages of one store, product or customer against the recomputation from the raw files."""

from dataclasses import asdict, replace
from math import nan
from typing import Any

import numpy as np
import pytest

from analytics import queries
from analytics.filters import Filters, Scope
from analytics.queries import View
from analytics.queries.one_store import RATIOS
from analytics.table import Ask, Table
from tests.analytics.brute_force import close, kpi, kpis, share
from tests.analytics.conftest import Retailer
from tests.analytics.raw_files import Chosen, Slice, month_name, quarter_name
from tests.analytics.selections import filters_of

STORE, PRODUCT, OTHERS = "S01", "P003", ("S02", "S04")
DECIMALS = {"rel": 0, "abs_": 0.000051}
PERIODS = ["everything", "a quarter", "quarters apart", "a category"]


def chosen_of(retailer: Retailer, name: str) -> Chosen:
    quarters, categories = retailer.files.quarters, retailer.files.categories
    return {
        "everything": Chosen(),
        "a quarter": Chosen(quarters=(quarters[-2],)),
        "quarters apart": Chosen(quarters=(quarters[1], quarters[3])),
        "a category": Chosen(categories=(categories[1],)),
        "two stores": Chosen(stores=(STORE, "S02")),
        "a chain": Chosen(chains=(retailer.files.chains[0],)),
        "a quarter of two stores": Chosen(quarters=(quarters[2],), stores=(STORE, "S02")),
    }[name]


def rows(table: Table) -> list[dict[str, Any]]:
    return table.page(Ask())["rows"]


def chain_of(retailer: Retailer, store: str) -> str:
    stores = retailer.files.stores
    return str(stores.loc[stores["store_id"] == store, "chain"].iloc[0])


def same(ours: list[Any], theirs: list[float]) -> bool:
    return len(ours) == len(theirs) and all(close(a, b, **DECIMALS) for a, b in zip(ours, theirs, strict=True))


def of_product(cut: Slice) -> Slice:
    """A slice of one product, in whatever categories were chosen."""
    kept = {name: getattr(cut, name) for name in ("products", "sales", "ledger")}
    return replace(cut, **{name: frame[frame["product_id"] == PRODUCT] for name, frame in kept.items()})


def of_customer(cut: Slice, customer_id: str) -> Slice:
    return replace(cut, sales=cut.sales[cut.sales["customer_id"] == customer_id])


# --- a store ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("period", PERIODS)
def test_a_store_is_compared_with_its_chain_as_a_whole(retailer: Retailer, period: str) -> None:
    chosen = chosen_of(retailer, period)
    found = queries.store_and_chain(retailer.view, filters_of(chosen), STORE)
    own = kpis(retailer.files.cut(replace(chosen, stores=(STORE,))))
    chain = kpis(retailer.files.cut(replace(chosen, chains=(chain_of(retailer, STORE),))))
    assert found["kpis"] == list(RATIOS)
    assert same(found["store"], [own[i] for i in RATIOS])
    assert same(found["chain"], [chain[i] for i in RATIOS])
    assert same(found["difference"], [100 * share(own[i] - chain[i], abs(chain[i])) for i in RATIOS])


@pytest.mark.parametrize("grain", ["month", "quarter"])
@pytest.mark.parametrize("period", PERIODS)
def test_the_mean_store_is_a_sum_over_stores_that_sold(retailer: Retailer, period: str, grain: str) -> None:
    chosen = chosen_of(retailer, period)
    found = queries.store_over_time(retailer.view, filters_of(chosen), STORE, grain)
    own = retailer.files.cut(replace(chosen, stores=(STORE,))).groups(grain)
    chain = retailer.files.cut(replace(chosen, chains=(chain_of(retailer, STORE),))).groups(grain)
    assert found["x"] == list(own)
    assert same(found["lines"][0]["values"], [kpi(part, "net_sales") for part in own.values()])
    means = [share(kpi(part, "net_sales"), part.lines["store_id"].nunique()) for part in chain.values()]
    assert same(found["lines"][1]["values"], means)


@pytest.mark.parametrize("period", PERIODS)
def test_the_mix_of_categories_is_a_share_of_net_sales(retailer: Retailer, period: str) -> None:
    chosen = chosen_of(retailer, period)
    found = queries.category_mix(retailer.view, filters_of(chosen), STORE)
    for key, cut in (
        ("store", retailer.files.cut(replace(chosen, stores=(STORE,)))),
        ("chain", retailer.files.cut(replace(chosen, chains=(chain_of(retailer, STORE),)))),
    ):
        parts = cut.groups("category")
        assert sorted(found["categories"]) == sorted(parts)
        whole = kpi(cut, "net_sales")
        shares = [100 * share(kpi(parts[name], "net_sales"), whole) for name in found["categories"]]
        assert same(found[key], shares)  # type: ignore[literal-required]
    assert found["store"] == sorted(found["store"], key=lambda v: -(v or 0))


@pytest.mark.parametrize("period", PERIODS)
def test_top_sellers_that_end_at_zero_or_before_the_next_delivery(retailer: Retailer, period: str) -> None:
    chosen = chosen_of(retailer, period)
    cut = retailer.files.cut(replace(chosen, stores=(STORE,)))
    groups = cut.groups("product")
    sales = {product: kpi(part, "net_sales") for product, part in groups.items()}
    best = sorted(sales, key=lambda product: -sales[product])
    top, sold = set(), 0.0
    for product in (p for p in best if sales[p] > 0):
        if sold < 0.8 * sum(v for v in sales.values() if v > 0) - 1e-9:
            top.add(product)
        sold += sales[product]
    lead = retailer.files.products.set_index("product_id")["lead_time_days"]
    short = []
    for product in best:
        part = groups[product]
        ledger = part.ledger_rows[part.ledger_rows["ranged"]]
        last = ledger[ledger["month"] == part.months[-1]]
        closing, days = kpi(part, "closing_units"), kpi(part, "days_of_supply")
        within = 14 if np.isnan(lead[product]) else lead[product]
        if product in top and len(last) and (closing == 0 or days < within):
            short.append((product, closing, days, int(ledger["stockout"].sum())))
    found = rows(queries.running_out(retailer.view, filters_of(chosen), STORE))
    assert sorted(row["product_id"] for row in found) == sorted(product for product, *_rest in short)
    expected = {product: values for product, *values in short}
    for row in found:
        ours = [row[name] for name in ("closing_units", "days_of_supply", "stockout_months")]
        assert same(ours, expected[row["product_id"]])
    counted = queries.shortage(retailer.view, filters_of(chosen), STORE)
    out = sum(values[0] == 0 for values in expected.values())
    assert (counted["out"], counted["nearly_out"]) == (out, len(short) - out)


def test_what_a_store_is(retailer: Retailer) -> None:
    found = queries.store_facts(retailer.view, Filters(), STORE)
    stores = retailer.files.stores
    row = stores[stores["store_id"] == STORE].iloc[0]
    told = ("store_id", "store_name", "chain", "city", "region", "size_sqm")
    assert list(found.values())[:6] == [row[name] for name in told]
    assert found["chain_stores"] == (stores["chain"] == row["chain"]).sum()


@pytest.mark.parametrize(
    "filters", [Filters(), Filters(stores=OTHERS), Filters(chains=("Nowhere",)), Filters(stores=())]
)
def test_a_stores_page_is_about_it_whatever_stores_are_filtered(demo: Retailer, filters: Filters) -> None:
    assert queries.store_filters(demo.view, filters, STORE) == Filters(stores=(STORE,))
    assert queries.shortage(demo.view, filters, STORE) == queries.shortage(demo.view, Filters(), STORE)


# --- a product -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("selection", ["everything", "a quarter", "quarters apart", "two stores", "a chain"])
def test_a_products_cards(retailer: Retailer, selection: str) -> None:
    chosen = chosen_of(retailer, selection)
    cut = of_product(retailer.files.cut(chosen))
    wanted = kpis(cut, by_product=True)
    found = queries.product_cards(retailer.view, filters_of(chosen), PRODUCT, tuple(wanted))
    before = cut.back(12)
    last_year = kpis(before, by_product=True) if before else {}
    assert same([card["value"] for card in found], list(wanted.values()))
    if last_year and found[0]["last_year"] is not None:
        assert same([card["last_year"] for card in found], list(last_year.values()))


@pytest.mark.parametrize("selection", ["everything", "a quarter", "two stores", "a chain"])
def test_a_products_ledger_adds_up_and_is_that_of_the_files(retailer: Retailer, selection: str) -> None:
    chosen = chosen_of(retailer, selection)
    found = queries.product_ledger(retailer.view, filters_of(chosen), PRODUCT)
    parts = of_product(retailer.files.cut(chosen)).groups("month")
    assert found["months"] == list(parts)
    assert same(found["sold"], [kpi(part, "units_sold") for part in parts.values()])
    for key in ("opening", "received", "shrink", "closing"):
        sums = [part.ledger_rows[f"{key}_units"].sum() if len(part.ledger_rows) else nan for part in parts.values()]
        assert same(found[key], sums)  # type: ignore[literal-required]


@pytest.mark.parametrize("selection", ["everything", "two stores"])
def test_what_is_paid_for_one_unit(retailer: Retailer, selection: str) -> None:
    chosen = chosen_of(retailer, selection)
    found = queries.product_prices(retailer.view, filters_of(chosen), PRODUCT)
    for month, part in of_product(retailer.files.cut(chosen)).groups("month").items():
        at, units = found["months"].index(month), max(part.lines["quantity"].sum(), 0)
        assert close(found["before"][at], share(part.lines["gross"].sum() / 100, units), **DECIMALS)
        assert close(found["paid"][at], share(part.lines["net"].sum() / 100, units), **DECIMALS)


@pytest.mark.parametrize("selection", ["everything", "a quarter", "quarters apart", "a chain"])
def test_a_product_store_by_store(retailer: Retailer, selection: str) -> None:
    chosen = chosen_of(retailer, selection)
    found = rows(queries.product_by_store(retailer.view, filters_of(chosen), PRODUCT))
    parts = of_product(retailer.files.cut(chosen)).groups("store")
    there = {store: part for store, part in parts.items() if len(part.lines) or len(part.ledger_rows)}
    assert {row["store_id"] for row in found} == set(there)
    for row in found:
        part = there[row["store_id"]]
        for name in ("net_sales", "units_sold", "closing_units", "days_of_supply"):
            assert close(row[name], kpi(part, name), **DECIMALS), (row["store_id"], name)
        ranged = part.ledger_rows[part.ledger_rows["ranged"]]
        assert (row["stockout_months"], row["ranged_months"]) == (ranged["stockout"].sum(), len(ranged))
    last = [p.ledger_rows[(p.ledger_rows["month"] == p.months[-1]) & p.ledger_rows["ranged"]] for p in there.values()]
    presence = queries.product_presence(retailer.view, filters_of(chosen), PRODUCT)
    assert presence == {"ranged": sum(map(len, last)), "out": sum(int(rows["stockout"].sum()) for rows in last)}


def test_stock_that_was_not_counted_is_unknown_and_not_zero(uncounted: Retailer) -> None:
    """Sold in until 20 May, counted until April: nobody knows what May leaves, store by store."""
    found = rows(queries.product_by_store(uncounted.view, Filters(), PRODUCT))
    assert {row["closing_units"] for row in found} == {row["days_of_supply"] for row in found} == {None}
    ledger = queries.product_ledger(uncounted.view, Filters(), PRODUCT)
    assert (ledger["closing"][-1], ledger["received"][-1]) == (None, None)
    assert ledger["closing"][-2] is not None


def test_a_products_page_is_about_it_whatever_categories_are_filtered(demo: Retailer) -> None:
    every = queries.product_by_store(demo.view, Filters(), PRODUCT)
    assert rows(queries.product_by_store(demo.view, Filters(categories=()), PRODUCT)) == rows(every) != []


@pytest.mark.parametrize("selection", ["everything", "a quarter of two stores"])
def test_who_buys_a_product_most(retailer: Retailer, selection: str) -> None:
    chosen = chosen_of(retailer, selection)
    lines = of_product(retailer.files.cut(chosen)).lines.dropna(subset="customer_id")
    spent = (lines.groupby("customer_id")["net"].sum() / 100).sort_values(ascending=False)
    found = rows(queries.top_buyers(retailer.view, filters_of(chosen), PRODUCT))
    assert same([row["net_sales"] for row in found], spent.head(100).tolist())
    keys = dict(zip(retailer.cube.customer_keys, retailer.cube.column("customers.customer_id"), strict=True))
    assert same([row["net_sales"] for row in found], [spent[str(keys[row["customer"]])] for row in found])


# --- a customer ------------------------------------------------------------------------------------------------------


def best_customer(retailer: Retailer, chosen: Chosen) -> tuple[str, str]:
    """The key and id of the customer with the largest spend."""
    row = rows(queries.customer_table(retailer.view, filters_of(chosen)))[0]
    return row["customer"], row["customer_id"]


@pytest.mark.parametrize("selection", ["everything", "a quarter", "quarters apart", "a category", "two stores"])
def test_a_customers_cards(retailer: Retailer, selection: str) -> None:
    chosen = chosen_of(retailer, selection)
    key, id_ = best_customer(retailer, chosen)
    cut = of_customer(retailer.files.cut(chosen), id_)
    names = ("net_sales", "orders", "average_basket", "discount_rate")
    found = queries.customer_cards(retailer.view, filters_of(chosen), key, names)
    assert same([card["value"] for card in found], [kpi(cut, name) for name in names])
    for card in found:
        in_months = [cut.in_months((m,)) for m in retailer.files.months if month_name(m) in card["history"]["months"]]
        assert same(card["history"]["values"], [kpi(part, card["id"]) for part in in_months if part])


@pytest.mark.parametrize("selection", ["everything", "a category", "two stores"])
def test_when_where_and_what_a_customer_buys(retailer: Retailer, selection: str) -> None:
    chosen = chosen_of(retailer, selection)
    key, id_ = best_customer(retailer, chosen)
    cut, filters = of_customer(retailer.files.cut(chosen), id_), filters_of(chosen)
    quarters = queries.customer_over_time(retailer.view, filters, key)
    for measure in ("net_sales", "orders"):
        assert same(quarters["values"][measure], [kpi(part, measure) for part in cut.groups("quarter").values()])
    for by in ("store", "category"):
        spent = {name: kpi(part, "net_sales") for name, part in cut.groups(by).items() if len(part.lines)}
        found = queries.customer_by(retailer.view, filters, key, by)
        assert same(found["values"], [spent[name] for name in found["ids"]])
        assert set(found["ids"]) == set(spent)
    bought = rows(queries.most_bought(retailer.view, filters, key))
    of_each = cut.lines.groupby("product_id").agg({"net": "sum", "quantity": "sum", "day": "max"})
    assert {row["product_id"] for row in bought} == set(of_each.index)
    for row in bought:
        line = of_each.loc[row["product_id"]]
        assert (row["net_sales"], row["units_sold"]) == (line["net"] / 100, line["quantity"])
        assert row["last_bought"] == str(line["day"].date())


def test_who_a_customer_is(retailer: Retailer) -> None:
    key, id_ = best_customer(retailer, Chosen())
    row = retailer.files.customers.set_index("customer_id").loc[id_]
    sold = retailer.files.sales[(retailer.files.sales["customer_id"] == id_) & retailer.files.sales["sold"]]
    found = queries.customer_facts(retailer.view, Filters(), key)
    assert (found["name"], found["tier"]) == (row["customer_name"], row["loyalty_tier"])
    assert (found["joined_on"], found["home_store"]) == (str(row["joined_on"])[:10], row["home_store_id"])
    assert found["last_order"] == str(sold["day"].max().date())
    as_of = np.datetime64(retailer.version.manifest.as_of)
    assert found["days_since"] == (as_of - np.datetime64(found["last_order"])).astype(int)


# --- nobody ----------------------------------------------------------------------------------------------------------


def test_what_is_not_there_and_what_may_not_be_seen_are_the_same(odd: Retailer) -> None:
    """An outsider of S01 learns no more of it than of a store that never was."""
    outsider = View(odd.cube, Scope.of(OTHERS))
    asked = [(odd.view, "S00"), (outsider, "S00"), (outsider, STORE), (View(odd.cube, Scope.of(())), STORE)]
    for view, store in asked:
        for ask in (queries.store_facts, queries.store_and_chain, queries.running_out, queries.shortage):
            with pytest.raises(queries.Unknown, match="^No such store$"):
                ask(view, Filters(), store)
    with pytest.raises(queries.Unknown):
        queries.product_facts(odd.view, Filters(), "P999")
    with pytest.raises(queries.Unknown):
        queries.customer_facts(odd.view, Filters(), "0" * 16)


def test_only_customers_of_stores_in_sight_are_known(odd: Retailer) -> None:
    sales = odd.files.sales.dropna(subset="customer_id")
    bought_in = sales.groupby("customer_id")["store_id"].agg(set)
    keys = dict(zip(odd.cube.column("customers.customer_id"), odd.cube.customer_keys, strict=True))
    view = View(odd.cube, Scope.of((STORE,)))
    mine = next(c for c, stores in bought_in.items() if STORE in stores and len(stores) > 1)
    other = next(c for c, stores in bought_in.items() if STORE not in stores)
    assert queries.customer_facts(view, Filters(), str(keys[mine]))["home_store"] in ("", STORE)
    assert {*queries.customer_by(view, Filters(), str(keys[mine]), "store")["ids"]} == {STORE}
    with pytest.raises(queries.Unknown, match="^No such customer$"):
        queries.customer_facts(view, Filters(), str(keys[other]))
    assert queries.customer_facts(odd.view, Filters(), str(keys[other]))["name"]


def test_a_page_narrows_and_never_widens(odd: Retailer) -> None:
    """Quarters stay, and a store's own page is not a way around the rights to its neighbours."""
    quarter = odd.files.quarters[1]
    view = View(odd.cube, Scope.of((STORE,)))
    narrowed = queries.chain_filters(view, Filters(quarters=(quarter,), stores=OTHERS), STORE)
    expected = {"quarters": (quarter,), "chains": (chain_of(odd, STORE),), "stores": (STORE,), "categories": None}
    assert asdict(narrowed) == expected
    assert len(queries.store_over_time(view, Filters(), STORE, "quarter")["lines"]) == 1
    assert quarter_name(odd.files.months[0], 4) == odd.files.quarters[0]


def test_the_lines_of_one_are_those_of_the_files(retailer: Retailer) -> None:
    chosen = chosen_of(retailer, "a quarter")
    filters = filters_of(chosen)
    key, id_ = best_customer(retailer, chosen)
    cut = retailer.files.cut(chosen)
    for found, expected in (
        (queries.store_lines(retailer.view, filters, STORE), retailer.files.cut(replace(chosen, stores=(STORE,)))),
        (queries.product_lines(retailer.view, filters, PRODUCT), of_product(cut)),
        (queries.customer_lines(retailer.view, filters, key), of_customer(cut, id_)),
    ):
        lines = rows(found)
        assert len(lines) == len(expected.lines) > 0
        assert sum(round(100 * line["net_amount"]) for line in lines) == expected.lines["net"].sum()
    with pytest.raises(queries.Unknown):
        queries.store_lines(View(retailer.cube, Scope.of(OTHERS)), filters, STORE)
