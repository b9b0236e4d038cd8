"""Every figure of quality, beside what was published of it."""

from pathlib import Path
from typing import Any

import pytest

from analytics import queries
from analytics.cube import Cube
from analytics.filters import Filters
from analytics.queries import View
from analytics.refresh import refresh
from analytics.table import Ask
from data.demo import DemoSpec, build
from data.warehouse import Warehouse

ALL = Filters()


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> View:
    folder = tmp_path_factory.mktemp("models")
    spec = DemoSpec(stores=8, chains=2, products=40, customers=400, months=30, target_lines=8_000, seed=3)
    return View(Cube.open(refresh(build(folder / "demo", spec), Warehouse(folder / "warehouse"))[0]))


def figures(view: View, model: str) -> dict[tuple[str, str], dict[str, Any]]:
    """By measure and what the baseline is."""
    rows = queries.model_quality(view, ALL).page(Ask())["rows"]
    return {(row["measure"], row["against"]): row for row in rows if row["model"] == model}


def test_no_score_without_its_baseline_n_and_period(view: View) -> None:
    rows = queries.model_quality(view, ALL).page(Ask())["rows"]
    assert len({row["model"] for row in rows}) == 8
    for row in rows:
        assert row["baseline"] is not None, row
        assert row["n"] > 0, row
        assert row["of"], row
        assert len(row["period"].split(" – ")) == 2, row


def test_figures_are_those_that_were_published(view: View) -> None:
    report = queries.spend_test(view, ALL, "quarter")
    of = {measured["method"]: measured for measured in report["measured"]}
    spend = figures(view, "Spend of the next quarter")
    r2 = spend["R², 1 is perfect", "LinearRegression"]
    assert (r2["value"], r2["baseline"], r2["n"]) == (of["model"]["r2"], of["linear"]["r2"], report["n"])
    found = queries.discount_models(view, ALL)
    used = next(score for score in found["scores"] if score["name"] == found["found"]["chosen"])
    accuracy = figures(view, "Who receives a discount")["Accuracy", "the most frequent answer"]
    assert (accuracy["value"], accuracy["n"]) == (round(used["accuracy"], 4), used["n"])
    coverage = queries.lost_sales(view, ALL)["coverage"]
    rows = queries.model_quality(view, ALL).page(Ask())["rows"]
    lost = [row for row in rows if row["model"] == "Lost sales"]
    assert (lost[0]["value"], lost[0]["baseline"], lost[0]["n"]) == (coverage["cells"], 80, coverage["n"])
    test = queries.availability_test(view, ALL)
    stake = figures(view, "Who would buy more")
    assert stake["Spend at stake with the tenth ranked first [%]", "ranked by past spend"]["baseline"] == test.past


def test_filters_change_nothing(view: View) -> None:
    one = Filters(stores=(str(view.cube.store_ids[0]),))
    assert queries.model_standing(view, one) == queries.model_standing(view, ALL)


def test_each_model_says_what_is_in_use(view: View) -> None:
    rows = queries.model_states(view, ALL).page(Ask())["rows"]
    standing = queries.model_standing(view, ALL)
    assert (len(rows), standing.models) == (8, 8)
    assert all(row["state"] for row in rows)
    assert 0 <= standing.fell_back <= standing.fitted <= 8


def test_without_customers_and_stock_each_says_why(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "stores.csv").write_text("store_id\nC\n")
    (tmp_path / "raw" / "products.csv").write_text("product_id\nmilk\n")
    (tmp_path / "raw" / "sales.csv").write_text(
        "transaction_id,sold_at,store_id,product_id,quantity,unit_price,discount_amount\n1,2023-03-01,C,milk,3,2,0\n"
    )
    bare = View(Cube.open(refresh(tmp_path / "raw", Warehouse(tmp_path / "warehouse"))[0]))
    standing = queries.model_standing(bare, ALL)
    assert (standing.fitted, standing.fell_back) == (0, 0)
    states = queries.model_states(bare, ALL).page(Ask())["rows"]
    assert all("needs" in row["state"] or "No " in row["state"] for row in states), states
    assert queries.model_quality(bare, ALL).page(Ask())["rows"] == []


def test_without_tiers_the_rate_of_all_lines_is_what_a_model_must_beat(tmp_path: Path) -> None:
    raw = build(
        tmp_path / "demo", DemoSpec(stores=4, chains=2, products=20, customers=200, months=24, target_lines=4_000)
    )
    (raw / "customers.parquet").unlink()
    view = View(Cube.open(refresh(raw, Warehouse(tmp_path / "warehouse"))[0]))
    found = figures(view, "Who receives a discount")
    assert {against for _, against in found} == {"the most frequent answer", "the rate of all lines"}
    assert len(queries.model_states(view, ALL).page(Ask())["rows"]) == 8
