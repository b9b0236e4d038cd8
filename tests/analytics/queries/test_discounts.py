"""Who will likely receive discounts, from the files to the page; and what is said where files cannot tell."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analytics import queries
from analytics.cube import Cube
from analytics.discount_fit import Data, estimate, lacking
from analytics.discount_read import SoldLines
from analytics.discounts import PUBLISHED, Discounts
from analytics.filters import Filters, Scope
from analytics.models.discount_lines import Lines
from analytics.queries import Lacking, View
from analytics.refresh import refresh
from analytics.table import Ask
from data.demo import DemoSpec, generate
from data.demo.retailer import write
from data.said import english
from data.version import ARRAYS
from data.warehouse import Warehouse
from tests.analytics.conftest import Retailer
from tests.analytics.models.discounted import planted

ALL = Filters()
LINES = planted().lines
NOBODY = LINES.customer * 0


def rows(view: View, filters: Filters = ALL) -> list[dict[str, Any]]:
    return queries.discount_customers(view, filters).page(Ask())["rows"]


def found_in(retailer: Retailer) -> Discounts:
    found = Discounts.of(retailer.version)
    assert isinstance(found, Discounts)
    return found


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (LINES.of(LINES.month < 0), "No prediction: no line was sold."),
        (LINES._replace(customer=NOBODY - 1), "No prediction: no sale names a known customer."),
        (LINES._replace(discount=np.zeros(len(NOBODY))), "No prediction: no line had a discount."),
        (
            LINES._replace(discount=0.1 * LINES.gross),
            "No prediction: every line had a discount, so there is nothing to tell apart.",
        ),
        (LINES.of(LINES.month < 3), "No prediction: it needs 9 whole months, and there are 3."),
        (LINES._replace(customer=NOBODY), "No prediction: it needs 20 customers, and there are 1."),
        (
            LINES._replace(discount=np.where(LINES.month < 9, LINES.discount, 0.0)),
            "No prediction: it needs 100 lines with a discount and as many without, and 30 of each in the last three "
            "months.",
        ),
    ],
    ids=["nothing sold", "only guests", "no discounts", "all discounted", "3 months", "one customer", "none lately"],
)
def test_bad_input_gets_a_sentence(lines: Lines, said: str) -> None:
    why = lacking(lines)
    assert why is not None
    assert english(why) == said


def test_without_tiers_the_rest_is_told() -> None:
    """No odds ratio of a tier; spend and promotion remain, and the rule of a tier is that of all."""
    assert lacking(LINES) is None
    found, arrays = estimate(Data(LINES._replace(tier=NOBODY - 1), [], 0))
    assert [ratio["name"] for ratio in found["odds"]] == ["spend", "promotion"]
    tier, base = (next(s for s in found["scores"] if s["name"] == name) for name in ("tier", "base"))
    assert tier["log_loss"] == base["log_loss"]
    assert len(arrays["customer"]) > 0


def test_a_model_that_loses_to_the_rule_is_not_used() -> None:
    """Discounts that nothing tells of: a rule stands in, and the page says which."""
    order = np.random.default_rng(7).permutation(len(LINES.month))
    depth = (LINES.discount / LINES.gross)[order]
    found, _arrays = estimate(Data(LINES._replace(discount=depth * LINES.gross), ["A", "B", "C"], 0))
    best = min(found["scores"], key=lambda score: score["log_loss"])
    assert found["chosen"] == best["name"]
    assert found["chosen"] in ("base", "tier", "customer")
    assert not (found["deep"] and found["chosen"] == "base")


def test_all_customers_are_told_of_where_some_are_learned_from(demo: Retailer, monkeypatch: pytest.MonkeyPatch) -> None:
    """In parts of 3,000 lines: whose and how many lines are those of the whole, what they will receive nearly so."""
    whole = {name: demo.version.array(f"discounts.{name}") for name in ("customer", "lines", "gross", "money")}
    monkeypatch.setattr("analytics.discount_read.MOST_LINES", 3_000)
    with demo.version.connect() as con:
        sold = SoldLines.of(con, demo.version.path / ARRAYS, demo.version.manifest.as_of)
        data = Data(sold.some(), sold.tiers, sold.first)
        parts = list(sold.by_customer())
        _found, arrays = estimate(data, parts)
    assert sold.every > 1
    assert len(parts) > 2
    assert len(data.lines.month) == pytest.approx(3_000, rel=0.2)
    assert sold.tiers == found_in(demo).found["tiers"]
    assert (np.diff(arrays["customer"]) >= 0).all()
    for name in ("customer", "lines", "gross"):
        assert arrays[name] == pytest.approx(whole[name])
    assert arrays["money"].sum() == pytest.approx(whole["money"].sum(), rel=0.1)


def test_the_demo_is_foretold_for_the_quarter_after_its_end(demo: Retailer) -> None:
    """36 months to December 2023: judged on its last quarter, told for January to March 2024."""
    found = queries.discount_outlook(demo.view, ALL)
    assert found["ahead"] == ["2024-01", "2024-02", "2024-03"]
    assert found["judged"] == ["2023-10", "2023-11", "2023-12"]
    assert found["tiers"][::3] == ["Bronze", "Silver", "Gold", "Platinum"]
    assert np.allclose(
        np.array(found["chance"], float) * np.array(found["depth"], float) / 100,
        np.array(found["rate"], float),
        atol=1e-3,
    )
    low, rate, high = (np.array(found[key], float) for key in ("low", "rate", "high"))
    assert ((low < rate) & (rate < high)).all()
    assert sum(found["customers"]) == len(rows(demo.view))


def test_higher_tiers_are_foretold_more(demo: Retailer) -> None:
    """Planted: chance and depth rise with the tier, so does the rate in each third of spend."""
    found = queries.discount_outlook(demo.view, ALL)
    rate = np.array(found["rate"], float).reshape(4, 3)
    assert (np.diff(rate, axis=0) > 0).all()


def test_stores_and_categories_add_up(demo: Retailer) -> None:
    """Expected money of all customers is the sum over chains, and over categories."""
    every = sum(row["money"] for row in rows(demo.view))
    chains = sum(r["money"] for c in demo.cube.chains for r in rows(demo.view, Filters(chains=(str(c),))))
    parts = sum(r["money"] for c in demo.cube.categories for r in rows(demo.view, Filters(categories=(str(c),))))
    assert chains == pytest.approx(every, rel=1e-4)
    assert parts == pytest.approx(every, rel=1e-4)


def test_a_scope_sees_its_own_customers_and_their_own_baskets(demo: Retailer) -> None:
    mine = View(demo.cube, Scope.of(("S01",)))
    seen, every = rows(mine), {row["customer"]: row for row in rows(demo.view)}
    assert 0 < len(seen) < len(every)
    assert seen == rows(demo.view, Filters(stores=("S01",)))
    assert all(row["spend"] <= every[row["customer"]]["spend"] + 1e-6 for row in seen)
    assert rows(View(demo.cube, Scope.of(()))) == []
    assert queries.discount_outlook(View(demo.cube, Scope.of(())), ALL)["rate"] == []


def test_scores_stand_beside_both_rules_on_the_same_lines(demo: Retailer) -> None:
    scores = {score["name"]: score for score in queries.discount_models(demo.view, ALL)["scores"]}
    assert set(scores) == {"boosted", "logistic", "customer", "tier", "base"}
    assert len({score["n"] for score in scores.values()}) == 1
    assert sum(b["n"] for b in found_in(demo).found["reliability"]) == scores["base"]["n"]


def test_planted_odds_reach_the_page(demo: Retailer) -> None:
    """e^.3, e^.7, e^1.2 by tier, and e^1.4 for a promotion, within 0.15 on the logit."""
    ratios = [np.log(ratio["ratio"]) for ratio in found_in(demo).found["odds"] if ratio["name"] != "spend"]
    assert ratios == pytest.approx([0.3, 0.7, 1.2, 1.4], abs=0.15)


def test_files_without_a_customers_table_know_no_tiers(tmp_path: Path) -> None:
    """Sales still name customers: told by spend alone. A version of an earlier release has to be loaded again."""
    world = generate(DemoSpec(stores=2, chains=1, products=10, customers=60, months=12, target_lines=900, seed=3))
    write(world, tmp_path)
    (tmp_path / "raw" / "customers.parquet").unlink()
    version, _report = refresh(tmp_path / "raw", Warehouse(tmp_path / "warehouse"))
    view = View(Cube.open(version))
    assert set(queries.discount_outlook(view, ALL)["tiers"]) == {""}
    assert "tier" not in {score["name"] for score in queries.discount_models(view, ALL)["scores"]}
    assert "loyalty_tier" not in {field.name for field in queries.discount_customers(view, ALL).fields}
    (version.path / PUBLISHED.file).unlink()
    with pytest.raises(Lacking, match="loaded by an earlier release"):
        queries.discount_models(View(Cube.open(version)), ALL)
