"""Who would buy more if shelves were full: as it is published and asked for, and in files that cannot tell."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analytics import queries
from analytics.availability import Availability
from analytics.filters import Filters, Scope
from analytics.queries import Lacking, View
from analytics.table import Ask
from data.demo import generate
from tests.analytics.queries.shopped import SPEC, Tables, loaded

ALL = Filters()


@pytest.fixture(scope="module")
def tables() -> Tables:
    return dict(generate(SPEC).tables)


@pytest.fixture(scope="module")
def view(tables: Tables, tmp_path_factory: pytest.TempPathFactory) -> View:
    return loaded(tables, tmp_path_factory.mktemp("availability"))


@pytest.fixture(scope="module")
def found(view: View) -> Availability:
    told = Availability.of(view.cube.version)
    assert isinstance(told, Availability)
    return told


def test_all_customers_are_ranked_where_some_are_learned_from(
    tables: Tables, found: Availability, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 100 customers drawn by lot: the same are listed, with the same shelves; the effect is of fewer months."""
    monkeypatch.setattr("analytics.availability_fit.MOST", 100)
    fewer = Availability.of(loaded(tables, tmp_path).cube.version)
    assert isinstance(fewer, Availability)
    assert sorted(fewer.customer) == sorted(found.customer)
    assert len(fewer.customer) > 100
    assert fewer.found.delta["customers"] <= 100 < found.found.delta["customers"]
    assert np.array_equal(fewer.lost_share, found.lost_share)


def of_store(view: View, number: int) -> Filters:
    return Filters(stores=(str(view.cube.store_ids[number]),))


def test_stores_and_products_add_up_to_customers(view: View) -> None:
    whole = queries.availability_gain(view, ALL)
    table = queries.availability_table(view, ALL)
    assert whole["gain"] == pytest.approx(table.columns["gain"].sum(), abs=0.01)
    for by in ("store", "chain", "category", "product"):
        bars = queries.availability_by(view, ALL, by)
        assert sum(v or 0 for v in bars["values"]) == pytest.approx(whole["gain"], rel=1e-3)
        assert bars["values"] == sorted(bars["values"], reverse=True)
    parts = [queries.availability_gain(view, of_store(view, i)) for i in range(SPEC.stores)]
    assert sum(part["gain"] for part in parts) == pytest.approx(whole["gain"], abs=0.05)
    assert sum(part["n"] for part in parts) == whole["n"]
    assert 0 < whole["low"] <= whole["gain"] <= whole["high"] < whole["expected"]


def test_a_category_has_its_products_alone(view: View) -> None:
    category = str(view.cube.categories[0])
    bars = queries.availability_by(view, Filters(categories=(category,)), "product")
    products = view.cube.column("products.product_id")[view.cube.category_of == 0]
    assert set(bars["ids"]) <= {str(p) for p in products}
    every = dict(zip(*(queries.availability_by(view, ALL, "product")[key] for key in ("ids", "values")), strict=True))
    assert bars["values"] == [every[i] for i in bars["ids"]]


def test_only_the_largest_are_drawn(view: View) -> None:
    some, every = (queries.availability_by(view, ALL, "product", most) for most in (3, None))
    assert some["ids"] == every["ids"][:3]
    assert some["total"] == every["total"] == len(every["ids"])


def test_those_first_who_gain_most_at_the_low_end(view: View, found: Availability) -> None:
    rows = queries.availability_table(view, ALL).page(Ask())["rows"]
    assert [row["rank"] for row in rows] == list(range(1, len(rows) + 1))
    if not found.found.detected:
        assert [row["low"] for row in rows] == sorted((row["low"] for row in rows), reverse=True)
    assert all(row["low"] <= row["gain"] <= row["high"] for row in rows)


def test_reasons_name_products_that_ran_out_where_the_customer_buys(view: View, found: Availability) -> None:
    row = queries.availability_table(view, ALL).page(Ask(stop=1))["rows"][0]
    product, store = int(found.product[0][0]), int(found.store[0])
    name = view.cube.column("products.product_name")[product]
    months = int(found.empty_months[store, product])
    assert row["reasons"].startswith(f"{name} ({months})")
    assert months > 0
    closed = np.asarray(view.cube.version.array("cells.closing_units"))
    here = [np.asarray(view.cube.version.array(f"cells.{n}_idx")) for n in ("store", "product", "month")]
    last = here[2].max() - 12
    assert months == int(((here[0] == store) & (here[1] == product) & (here[2] > last) & (closed == 0)).sum())


def test_a_customers_page_says_the_same_as_the_table(view: View) -> None:
    row = queries.availability_table(view, ALL).page(Ask(stop=1))["rows"][0]
    told = queries.customer_gain(view, ALL, row["customer"])
    assert told["why"] is None
    assert (told["gain"], told["low"], told["high"]) == pytest.approx((row["gain"], row["low"], row["high"]), abs=0.01)
    assert told["store"] == row["store_name"]
    basket = queries.usual_basket(view, ALL, row["customer"]).page(Ask())["rows"]
    assert [line["share"] for line in basket] == sorted((line["share"] for line in basket), reverse=True)
    assert 0 < sum(line["share"] for line in basket) <= 100.01
    assert all(0 <= line["unserved"] <= 100 and 0 <= line["empty_months"] <= 12 for line in basket)


def test_customers_belong_to_who_may_see_their_usual_store(view: View, found: Availability) -> None:
    mine = View(view.cube, Scope.of((str(view.cube.store_ids[0]),)))
    assert queries.availability_gain(mine, ALL)["n"] == int((np.asarray(found.store) == 0).sum())
    seen = {row["customer"] for row in queries.customer_table(mine, ALL).page(Ask())["rows"]}
    others = view.cube.customer_keys[found.customer[np.asarray(found.store) > 0]]
    guest = next(str(key) for key in others if key in seen)
    assert "usual store" in (queries.customer_gain(mine, ALL, guest)["why"] or {})["text"]
    assert queries.usual_basket(mine, ALL, guest).page(Ask())["rows"] == []


def test_quarters_change_nothing(view: View) -> None:
    one = Filters(quarters=(view.cube.calendar.quarter_list()[0],))
    assert queries.availability_gain(view, one) == queries.availability_gain(view, ALL)


def test_files_that_cannot_tell_say_why(tables: Tables, tmp_path: Path) -> None:
    def why(name: str, changed: Tables) -> str:
        with pytest.raises(Lacking) as lacking:
            queries.availability_gain(loaded(changed, tmp_path / name), ALL)
        return str(lacking.value)

    nobody = {name: table for name, table in tables.items() if name != "customers"}
    assert "those of guests" in why("guests", nobody | {"sales": tables["sales"].assign(customer_id=None)})
    assert "closing stock" in why("unstocked", {n: t for n, t in tables.items() if n != "inventory"})
    full = tables["inventory"].assign(closing_units=9, opening_units=9)
    never = loaded(tables | {"inventory": full}, tmp_path / "never")
    assert queries.availability_gain(never, ALL)["gain"] == 0
    assert "no shelf of theirs was found empty" in str(queries.availability_effect(never, ALL).delta["why"])
    short = loaded(dict(generate(replace(SPEC, months=13, target_lines=2_000)).tables), tmp_path / "short")
    assert "18 months" in str(queries.availability_effect(short, ALL).delta["why"]).replace("{least}", "18")
    with pytest.raises(Lacking, match="18 months"):
        queries.availability_test(short, ALL)


def test_what_coming_back_adds_to_a_what_if(view: View, found: Availability, monkeypatch: pytest.MonkeyPatch) -> None:
    """exp(δ·x·(1 − missed then ÷ missed today)) − 1 with δ = 0.5 (0.2 to 0.9); nothing as long as none was found."""
    effect = found.found.delta | {"delta": 0.5, "low": 0.2, "high": 0.9, "why": None}
    told = replace(found, found=found.found._replace(effects=[effect]))
    monkeypatch.setattr(view.cube.fitted, "availability", told)
    fill = queries.what_if(view, ALL, "stock_level:1.3")["measures"]["fill_rate"]
    x = found.missed.sum() / found.orders.sum()
    less = x * (1 - (100 - fill["scenario"]) / (100 - fill["today"]))
    back = queries.coming_back(view, ALL, "stock_level:1.3")
    assert 0 < x < 0.5
    assert back["change"] == pytest.approx(100 * np.expm1(0.5 * less), abs=0.006)
    assert 0 < back["low"] < back["change"] < back["high"]
    assert queries.coming_back(view, ALL, "stock_level:0.8")["change"] < 0
    monkeypatch.setattr(
        view.cube.fitted, "availability", replace(told, found=told.found._replace(effects=[effect | {"low": -0.1}]))
    )
    assert queries.coming_back(view, ALL, "stock_level:1.3") == {
        "change": 0.0,
        "low": 0.0,
        "high": 0.0,
        "detected": False,
    }


def test_actions_tell_what_customers_have_at_stake(view: View, found: Availability) -> None:
    row = queries.actions(view, ALL, "all", "90").page(Ask(stop=1))["rows"][0]
    store = [str(s) for s in view.cube.store_ids].index(row["store_id"])
    product = list(view.cube.column("products.product_id")).index(row["product_id"])
    assert row["at_stake"] == pytest.approx(float(found.by_shelf[store, product]), abs=1e-3)
