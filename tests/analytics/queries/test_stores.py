"""The Stores tab's answers against the recomputation from the raw files."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analytics import queries
from analytics.filters import Filters, Scope
from analytics.queries import View
from analytics.queries.stores import TABLE_KPIS
from analytics.table import Ask
from tests.analytics.brute_force import close, kpi, kpis
from tests.analytics.conftest import Retailer
from tests.analytics.raw_files import Chosen, Slice, month_name
from tests.analytics.selections import filters_of, selections

ROUNDED = 0.00051  # correlations are rounded to three decimals
DECIMALS = {"rel": 0, "abs_": 0.000051}


@pytest.mark.parametrize("selection", ["everything", "quarters apart", "three categories", "no store"])
def test_a_row_for_each_store(retailer: Retailer, selection: str) -> None:
    chosen = selections(retailer.files)[selection]
    cut = retailer.files.cut(chosen)
    table = queries.store_table(retailer.view, filters_of(chosen))
    rows = table.page(Ask())["rows"]
    text = ["store_id", "store_name", "city", "chain"]
    groups = dict(zip(cut.stores["store_id"], cut.groups("store").values(), strict=True))
    about = cut.stores.set_index("store_id", drop=False)[text]
    largest = sorted(groups, key=lambda store: -kpi(groups[store], "net_sales"))
    assert [[row[c] for c in text] for row in rows] == about.loc[largest].to_numpy().tolist()
    for row in rows:
        expected = kpis(groups[row["store_id"]])
        assert {k for k in TABLE_KPIS if not close(row[k], expected[k], **DECIMALS)} == set()
        assert set(row) == {*text, *TABLE_KPIS}


@pytest.mark.parametrize("selection", ["everything", "quarters apart", "no store", "no quarter"])
def test_the_heat_map_starts_with_the_worst_store(retailer: Retailer, selection: str) -> None:
    chosen = selections(retailer.files)[selection]
    cut = retailer.files.cut(chosen)
    found = queries.stockout_heat_map(retailer.view, filters_of(chosen))
    groups = cut.groups("store")
    overall = {store: kpi(group, "stockout_rate") for store, group in groups.items()}
    worst = sorted(overall, key=lambda s: (np.isnan(overall[s]), -np.nan_to_num(overall[s])))[:20]
    name = cut.stores.set_index("store_id")["store_name"]
    assert found["rows"] == [name[s] for s in worst]
    assert found["columns"] == [month_name(m) for m in cut.months]
    assert found["left_out"] == 0
    for store, row in zip(worst, found["values"], strict=True):
        expected = [kpi(part, "stockout_rate") for part in groups[store].groups("month").values()]
        assert [i for i, v in enumerate(expected) if not close(row[i], v, **DECIMALS)] == []


def ranged_cells(cut: Slice) -> pd.DataFrame:
    """Stock at the start and units sold of every ranged store × product month, without sales where there were none."""
    keys = ["store_id", "product_id", "month"]
    rows = cut.ledger_rows[cut.ledger_rows["ranged"]]
    sold = cut.lines.groupby(keys)["quantity"].sum().rename("sold").reset_index()
    cells = rows.merge(sold, on=keys, how="left").fillna({"sold": 0})
    cells["stock"] = cells["opening_units"]
    cells["series"] = cells["store_id"] + " " + cells["product_id"]
    return cells


def residuals(values: np.ndarray, cells: pd.DataFrame) -> np.ndarray:
    """What least squares on a dummy of every series and every month leaves over."""
    dummies = np.hstack([pd.get_dummies(cells[c]).to_numpy(dtype=float) for c in ("series", "month")])
    fitted: np.ndarray = dummies @ np.linalg.lstsq(dummies, values, rcond=None)[0]
    return values - fitted


def test_of_very_many_cells_some_series_are_drawn(demo: Retailer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole series, from all stores; all else is as before. A store that has fewer tells of all of its own."""
    cube, mine = demo.view.cube, Scope.of((str(demo.view.cube.store_ids[1]),))
    whole, own = (queries.stock_and_sales(View(cube, scope), Filters()) for scope in (Scope(), mine))
    assert not whole["drawn"]
    monkeypatch.setattr("analytics.queries.stores.MOST_CELLS", whole["n"] // 3)
    some = queries.stock_and_sales(View(cube), Filters())
    assert some["drawn"]
    assert some["n"] == pytest.approx(whole["n"] / 3, rel=0.1)
    assert some["n"] / some["series"] == pytest.approx(whole["n"] / whole["series"], rel=0.1)
    assert [c["value"] for c in some["coefficients"]] == pytest.approx(
        [c["value"] for c in whole["coefficients"]], abs=0.1
    )
    assert own == queries.stock_and_sales(View(cube, mine), Filters())
    assert not own["drawn"]


@pytest.mark.parametrize("selection", ["everything", "quarters apart", "one chain", "one category"])
def test_stock_and_sales_go_together_as_scipy_says(retailer: Retailer, selection: str) -> None:
    chosen = selections(retailer.files)[selection]
    cells = ranged_cells(retailer.files.cut(chosen))
    found = queries.stock_and_sales(retailer.view, filters_of(chosen))
    assert (found["n"], found["series"], found["why"]) == (len(cells), cells["series"].nunique(), None)
    pearson, spearman, _ = found["coefficients"]
    assert pearson["value"] == pytest.approx(stats.pearsonr(cells["stock"], cells["sold"]).statistic, abs=ROUNDED)
    assert spearman["value"] == pytest.approx(stats.spearmanr(cells["stock"], cells["sold"]).statistic, abs=ROUNDED)
    for coefficient in found["coefficients"]:
        low, value, high = (coefficient[k] for k in ("low", "value", "high"))
        assert low is not None
        assert value is not None
        assert high is not None
        assert -1 <= low < value < high <= 1


@pytest.mark.parametrize("retailer", ["odd", "demo"], indirect=True)
def test_the_within_estimate_is_that_of_a_regression_on_dummies(retailer: Retailer) -> None:
    """Of two stores: 200 series and 36 months in the demo; with months missing from some series in the odd one."""
    stores = tuple(retailer.files.stores["store_id"][:2])
    chosen = Chosen(stores=stores)
    cells = ranged_cells(retailer.files.cut(chosen))
    x, y = (residuals(cells[c].to_numpy(dtype=float), cells) for c in ("stock", "sold"))
    within = queries.stock_and_sales(retailer.view, filters_of(chosen))["coefficients"][2]
    assert within["value"] == pytest.approx(x @ y / np.sqrt((x @ x) * (y @ y)), abs=ROUNDED)


def test_bins_average_the_cells_they_hold(demo: Retailer) -> None:
    """Bins rise in stock, and weighted back together they cannot leave the range of their cells."""
    cells = ranged_cells(demo.files.cut(Chosen()))
    found = queries.stock_and_sales(demo.view, filters_of(Chosen()))
    assert found["bin_x"] == sorted(set(found["bin_x"]))
    assert len(found["bin_x"]) == len(found["bin_y"]) <= 12
    assert min(found["bin_x"]) >= cells["stock"].min()
    assert max(found["bin_x"]) <= cells["stock"].max()
    assert min(found["bin_y"]) < cells["sold"].mean() < max(found["bin_y"])
