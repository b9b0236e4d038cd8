"""What customers may spend: as it is published and asked for, and in files that cannot tell."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analytics import queries
from analytics.filters import Filters, Scope
from analytics.queries import Lacking, View
from analytics.spend import HORIZONS, Spend
from analytics.table import Ask, Condition
from data.demo import generate
from tests.analytics.queries.shopped import SPEC, Tables, loaded

ALL = Filters()


@pytest.fixture(scope="module")
def tables() -> Tables:
    return dict(generate(SPEC).tables)


@pytest.fixture(scope="module")
def view(tables: Tables, tmp_path_factory: pytest.TempPathFactory) -> View:
    return loaded(tables, tmp_path_factory.mktemp("spend"))


def why(view: View, horizon: str = "quarter") -> str:
    with pytest.raises(Lacking) as lacking:
        queries.expected_spend(view, ALL, horizon)
    return str(lacking.value)


@pytest.mark.parametrize("horizon", HORIZONS)
def test_stores_add_up_to_all(view: View, horizon: queries.Horizon) -> None:
    whole = queries.expected_spend(view, ALL, horizon)
    parts = [queries.expected_spend(view, Filters(stores=(str(s),)), horizon) for s in view.cube.store_ids]
    assert whole["total"] == pytest.approx(sum(part["total"] for part in parts), abs=0.05)
    assert whole["n"] == sum(whole["customers"]) == sum(part["n"] for part in parts)
    assert whole["at_risk"] == sum(part["at_risk"] for part in parts)
    assert 0 < whole["buyers"] < whole["n"]
    assert 2 < whole["guests"] < 10


def test_the_table_can_be_searched_and_sorted(view: View) -> None:
    table = queries.spend_table(view, ALL, "quarter")
    rows = table.page(Ask())["rows"]
    assert [row["expected"] for row in rows] == sorted((row["expected"] for row in rows), reverse=True)
    risky = table.page(Ask(where=(Condition("outlook", "equals", "At risk"),)))["rows"]
    assert 0 < len(risky) == queries.expected_spend(view, ALL, "quarter")["at_risk"]
    assert all(row["expected"] <= 0.5 * row["before"] + 0.01 for row in risky)
    assert any("orders often (+)" in row["drivers"] for row in rows[:5])
    assert all(row["low"] <= row["high"] and 0 <= row["chance"] <= 100 for row in rows)


def test_a_customers_page_says_the_same_as_the_table(view: View) -> None:
    row = queries.spend_table(view, ALL, "quarter").page(Ask(stop=1))["rows"][0]
    told = queries.customer_spend(view, ALL, row["customer"])["quarter"]
    assert told["expected"] == pytest.approx(row["expected"], abs=0.01)
    assert told["chance"] == pytest.approx(row["chance"], abs=0.1)
    assert "orders often" in [words["text"] for words, factor in told["drivers"] if factor > 1]


def test_customers_belong_to_who_may_see_their_usual_store(view: View) -> None:
    """Others do not see their expectation, though they may see single purchases."""
    spend = Spend.of(view.cube.version)
    assert isinstance(spend, Spend)
    mine = View(view.cube, Scope.of((str(view.cube.store_ids[0]),)))
    assert queries.expected_spend(mine, ALL, "year")["n"] == int((spend.home == 0).sum())
    seen = {row["customer"] for row in queries.customer_table(mine, ALL).page(Ask())["rows"]}
    others = view.cube.customer_keys[spend.customer[np.asarray(spend.home) > 0]]
    guest = next(str(key) for key in others if key in seen)
    told = queries.customer_spend(mine, ALL, guest)["year"]
    assert told["expected"] is None
    assert told["why"] is not None


def test_the_tier_of_today_changes_nothing(view: View, tables: Tables, tmp_path: Path) -> None:
    """Files give a customer's tier as it is now, after the periods that are learned from."""
    people = tables["customers"].assign(loyalty_tier="Gold")
    other = loaded(tables | {"customers": people}, tmp_path)
    assert queries.spend_test(view, ALL, "year") == queries.spend_test(other, ALL, "year")


def test_files_that_cannot_tell_say_why(tables: Tables, tmp_path: Path) -> None:
    def world(name: str, changed: Tables) -> View:
        (tmp_path / name).mkdir()
        return loaded(changed, tmp_path / name)

    sales = tables["sales"]
    nobody = {name: table for name, table in tables.items() if name != "customers"}
    assert "those of guests" in why(world("guests", nobody | {"sales": sales.assign(customer_id=None)}))
    first = sales["customer_id"].dropna().iloc[0]
    one = {name: tables[name][tables[name]["customer_id"] == first] for name in ("sales", "customers")}
    assert "50 known customers" in why(world("one", tables | one))
    short = dict(generate(replace(SPEC, months=3, target_lines=500)).tables)
    assert "9 months of purchases" in why(world("short", short))
    plain = world("plain", nobody | {"customers": tables["customers"].drop(columns=["loyalty_tier", "joined_on"])})
    assert queries.expected_spend(plain, ALL, "quarter")["n"] > 100
    assert queries.expected_spend(world("ids", nobody), ALL, "quarter")["n"] > 100
