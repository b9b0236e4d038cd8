"""What-ifs of a published retailer: of everything, of parts, and of files that cannot tell."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analytics import queries
from analytics.filters import Filters, Scope
from analytics.models.inventory_theory import loss
from analytics.planning import PUBLISHED, Planning
from analytics.queries import By, Lacking, View
from analytics.queries.view import given
from analytics.queries.what_if import BEST
from analytics.table import Ask
from tests.analytics.conftest import Retailer
from tests.analytics.steady_shops import shops

ALL = Filters()
MORE = "stock_level:1.2"
GROUPINGS: tuple[By, ...] = ("store", "chain", "category", "product")


def rows(view: View, scenario: str, by: By, filters: Filters = ALL, items: Any = "all") -> list[dict[str, Any]]:
    return queries.what_if_by(view, filters, scenario, items, by).page(Ask())["rows"]


def test_changing_nothing_changes_nothing(demo: Retailer) -> None:
    found = queries.what_if(demo.view, ALL, "")
    assert found["items"] == 1_500
    for measured in found["measures"].values():
        assert measured["scenario"] == measured["today"]
        assert (measured["change"], measured["change_low"], measured["change_high"]) == (0, 0, 0)
    assert all(row["recovered"] == row["profit"] == 0 for row in rows(demo.view, "", "store"))


def test_more_stock_serves_more_and_costs_more(demo: Retailer) -> None:
    found = queries.what_if(demo.view, ALL, MORE)["measures"]
    change = {name: measured["change"] or 0.0 for name, measured in found.items()}
    assert change["fill_rate"] > 2
    assert change["availability"] > 1
    assert change["stockout_rate"] < -1
    assert change["lost_sales"] < -1_000
    assert change["capital"] > 5_000
    assert change["holding_cost"] == pytest.approx(0.2 * change["capital"], rel=1e-5)
    for measured in found.values():
        assert (measured["change_low"] or 0) <= (measured["change"] or 0) <= (measured["change_high"] or 0)


def test_the_rate_alone_moves_money_and_no_stock(demo: Retailer) -> None:
    found = queries.what_if(demo.view, ALL, "holding_rate:0.4")["measures"]
    assert found["fill_rate"]["change"] == found["capital"]["change"] == 0
    assert found["holding_cost"]["scenario"] == pytest.approx(0.4 * (found["capital"]["today"] or 0), rel=1e-5)


@pytest.mark.parametrize("by", GROUPINGS)
def test_parts_add_up_to_the_whole(demo: Retailer, by: By) -> None:
    whole, parts = queries.what_if(demo.view, ALL, MORE)["measures"], rows(demo.view, MORE, by)
    sums = {name: sum(row[name] for row in parts) for name in ("recovered", "capital", "profit", "recovered_units")}
    assert sums["recovered"] == pytest.approx(-(whole["lost_sales"]["change"] or 0), rel=1e-4)
    assert sums["recovered_units"] == pytest.approx(-(whole["lost_units"]["change"] or 0), rel=1e-4)
    assert sums["capital"] == pytest.approx(whole["capital"]["change"], rel=1e-4)
    assert sums["profit"] == pytest.approx(whole["net_profit"]["change"], rel=1e-3)
    assert [row["recovered"] for row in parts] == sorted((row["recovered"] for row in parts), reverse=True)


def test_classes_share_the_items_out(demo: Retailer) -> None:
    found = {items: queries.what_if(demo.view, ALL, "", items) for items in ("A", "B", "C", "best")}
    assert sum(found[items]["items"] for items in "ABC") == 1_500
    assert found["best"]["items"] == 15 * BEST
    lost = {items: told["measures"]["lost_sales"]["today"] or 0 for items, told in found.items()}
    whole = queries.what_if(demo.view, ALL, "")["measures"]["lost_sales"]["today"]
    assert lost["A"] + lost["B"] + lost["C"] == pytest.approx(whole, rel=1e-5)
    assert lost["A"] > lost["B"] > lost["C"]


def test_filters_narrow_and_quarters_do_not(demo: Retailer) -> None:
    store = Filters(stores=("S03",))
    whole = {row["id"]: row for row in rows(demo.view, MORE, "store")}
    assert rows(demo.view, MORE, "store", store) == [whole["S03"]]
    assert queries.what_if(demo.view, store, MORE)["items"] == 100
    quarter = Filters(stores=("S03",), quarters=("2021Q1",))
    assert queries.what_if(demo.view, quarter, MORE) == queries.what_if(demo.view, store, MORE)
    mine = View(demo.cube, Scope.of(("S03",)))
    assert queries.what_if(mine, ALL, MORE) == queries.what_if(demo.view, store, MORE)


def test_the_curve_goes_through_today(demo: Retailer) -> None:
    curve, today = queries.what_if_curve(demo.view, ALL), queries.what_if(demo.view, ALL, "")["measures"]
    point: Any = curve["points"][curve["today"]]
    for name in ("fill_rate", "stock_units", "capital", "lost_sales", "net_profit"):
        assert point[name] == pytest.approx(today[name]["today"], rel=1e-5)
    fills = [point["fill_rate"] for point in curve["points"]]
    gains = np.diff(fills)
    assert (gains > 0).all()
    assert gains[-1] < gains[0]
    profits = [point["net_profit"] or 0 for point in curve["points"]]
    assert curve["best"] == int(np.argmax(profits))


def test_a_scenario_on_the_curve_lies_on_it(demo: Retailer) -> None:
    """One SD more safety stock."""
    curve, found = queries.what_if_curve(demo.view, ALL), queries.what_if(demo.view, ALL, "safety_shift:1")["measures"]
    point = next(point for point in curve["points"] if point["safety_shift"] == 1)
    assert point["fill_rate"] == pytest.approx(found["fill_rate"]["scenario"], rel=1e-5)


def test_what_it_rests_on(demo: Retailer) -> None:
    basis = queries.what_if_basis(demo.view, ALL)
    assert [check.passed for check in basis["checks"]] == [True] * 5
    assumed = basis["assumed"]
    assert (assumed["since"], assumed["items"], assumed["without"], assumed["undated"]) == ("2023-12", 1_500, 0, 0)
    assert 0.05 < (assumed["failure"] or 0) < 0.2


def test_a_bad_scenario_is_named(demo: Retailer) -> None:
    with pytest.raises(ValueError, match="demand"):
        queries.what_if(demo.view, ALL, "demand:9")


def test_nothing_selected_says_so(demo: Retailer) -> None:
    with pytest.raises(Lacking, match="no shelf with a known demand"):
        queries.what_if(demo.view, Filters(stores=()), "")


def test_a_steady_shop_by_hand(tmp_path: Path) -> None:
    """2 units are left and 4 come: 6 are there for the 4 that are wanted each month by each of six shelves."""
    view = shops(tmp_path)
    planning = given(view.cube.fitted.planning)
    assert planning.items.mean == pytest.approx(np.full((12, 6), 4.0))
    assert planning.items.level == pytest.approx(np.full((12, 6), 6.0))
    found = queries.what_if(view, ALL, "")
    wanted = found["measures"]["demand_units"]["today"] or 0
    assert wanted == pytest.approx(6 * 12 * 4, rel=0.02)
    by_theory = 1 - loss(np.array([6.0]), np.array([4.0]), np.array([4.0])).item() / 4  # all four are bought at once
    assert found["measures"]["fill_rate"]["today"] == pytest.approx(100 * by_theory, abs=2)
    assert planning.assumed["undated"] == 6


def test_without_costs_there_is_no_capital_and_no_profit(tmp_path: Path) -> None:
    view = shops(tmp_path, cost="")
    found = queries.what_if(view, ALL, MORE)["measures"]
    assert [found[name]["scenario"] for name in ("capital", "holding_cost", "net_profit")] == [None] * 3
    assert found["lost_sales"]["change"] is not None
    assert queries.what_if_curve(view, ALL)["best"] is None
    assert "profit" not in rows(view, MORE, "store")[0]


@pytest.mark.parametrize(
    ("odd", "reason"),
    [
        ({"counted": False}, "both sales and closing stock are known"),
        ({"months": 3}, "needs 12 months of stock and sales; there are 3"),
        ({"sold": 0}, "nothing was sold"),
        ({"left": 0}, "nearly always empty"),
    ],
)
def test_files_that_cannot_tell_get_a_sentence(tmp_path: Path, odd: Any, reason: str) -> None:
    view = shops(tmp_path, **odd)
    for ask in (
        lambda: queries.what_if(view, ALL, MORE),
        lambda: queries.what_if_by(view, ALL, MORE, "all", "store"),
        lambda: queries.what_if_curve(view, ALL),
        lambda: queries.what_if_basis(view, ALL),
    ):
        with pytest.raises(Lacking, match=reason):
            ask()


def test_one_store_with_one_product_and_no_stockout(tmp_path: Path) -> None:
    view = shops(tmp_path, stores=1, products=1, left=40)
    found = queries.what_if(view, ALL, MORE)["measures"]
    assert found["fill_rate"]["today"] == pytest.approx(100)
    assert found["lost_sales"]["change"] == 0
    assert len(rows(view, MORE, "product")) == 1


def test_a_version_of_an_earlier_release_says_so(tmp_path: Path) -> None:
    view = shops(tmp_path)
    (view.cube.version.path / PUBLISHED.file).unlink()
    assert not isinstance(Planning.of(view.cube.version), Planning)
    with pytest.raises(Lacking, match="loaded by an earlier release"):
        queries.what_if(View(type(view.cube).open(view.cube.version)), ALL, "")


def test_equal_files_give_equal_years(tmp_path: Path) -> None:
    one, other = (shops(tmp_path / name) for name in ("one", "other"))
    assert queries.what_if(one, ALL, MORE) == queries.what_if(other, ALL, MORE)


def test_many_items_go_into_classes(tmp_path: Path) -> None:
    """2,100 shelves that are all alike: what stands for them is one of them, and their numbers are its."""
    view = shops(tmp_path, months=12, stores=30, products=70)
    planning = given(view.cube.fitted.planning)
    assert len(planning.items) == 2_100 > len(planning.study.items)
    found = queries.what_if(view, ALL, "")
    assert found["items"] == 2_100
    assert found["measures"]["demand_units"]["today"] == pytest.approx(2_100 * 48, rel=0.02)
    assert len(rows(view, MORE, "product")) == 70
