"""What will be wanted, over any selection, in a demo world that knows what was."""

from pathlib import Path

import numpy as np
import pytest

from analytics import queries
from analytics.cube import Cube
from analytics.filters import Filters, Scope
from analytics.forecasting import PUBLISHED, DemandForecast
from analytics.models.forecast_errors import variance_of
from analytics.models.lost_sales import interval
from analytics.models.rolling_origins import METHODS
from analytics.queries import Lacking, View
from analytics.queries.demand import STEP
from analytics.queries.view import given
from analytics.refresh import refresh
from analytics.table import Ask
from data.demo import DemoData, DemoSpec, generate
from data.demo.retailer import write
from data.warehouse import Warehouse
from tests.analytics.queries.shelves import copied, named

SPEC = DemoSpec(stores=6, chains=2, products=30, customers=600, months=36, target_lines=12_000, seed=3)
ALL = Filters()
GROUPINGS: tuple[queries.By, ...] = ("store", "chain", "category", "product")
SELECTIONS = (
    ALL,
    Filters(chains=("Alderway",)),
    Filters(stores=("S01", "S02", "S05")),
    Filters(stores=("S04",), categories=("Toys", "Kitchen")),
)


@pytest.fixture(scope="module")
def demo() -> DemoData:
    return generate(SPEC)


@pytest.fixture(scope="module")
def view(demo: DemoData, tmp_path_factory: pytest.TempPathFactory) -> View:
    folder = tmp_path_factory.mktemp("demand")
    write(demo, folder)
    return View(Cube.open(refresh(folder / "raw", Warehouse(folder / "warehouse"))[0]))


@pytest.fixture(scope="module")
def found(view: View) -> DemandForecast:
    read = DemandForecast.of(view.cube.version)
    assert isinstance(read, DemandForecast)
    return read


def test_the_months_ahead_follow_the_history(view: View) -> None:
    told = queries.demand_outlook(view, ALL, "units")
    assert (told["months"][0], told["months"][-1]) == ("2021-01", "2023-12")
    assert told["ahead"] == ["2024-01", "2024-02", "2024-03"]
    assert told["tested"] == ["2023-10", "2023-11", "2023-12"]
    assert told["whole"]["mean"][0] == pytest.approx(sum(told["expected"]["mean"]), abs=0.05)


def test_what_was_wanted_is_near_the_truth_and_what_was_sold_is_not(demo: DemoData, view: View) -> None:
    truth = demo.truth["cells"].groupby("month").demand_units.sum().to_numpy(np.float64)
    told = queries.demand_outlook(view, ALL, "units")
    assert sum(told["wanted"]) == pytest.approx(truth.sum(), rel=0.04)
    assert sum(told["sold"]) < 0.92 * truth.sum()


@pytest.mark.parametrize("worth", ["units", "money"])
@pytest.mark.parametrize("by", GROUPINGS)
@pytest.mark.parametrize("filters", SELECTIONS)
def test_sums_that_were_made_once_are_those_of_the_shelves(
    view: View, found: DemandForecast, filters: Filters, by: queries.By, worth: queries.Worth
) -> None:
    """The variance of `forecast_errors` over every shelf of the selection, whichever terms were summed before."""
    estimates = given(view.cube.fitted.estimates)
    shelves = estimates.shelves
    shelf, names = named(view.cube, shelves, filters, by)
    told = np.isfinite(found.mean[0])[shelf]
    inside = shelf[told]
    ids, place = np.unique(names[told], return_inverse=True)
    group = np.full(len(shelves), -1)
    group[inside] = place
    price = estimates.price if worth == "money" else np.ones(len(shelves))
    wanted = np.nan_to_num(found.mean).sum(axis=0, dtype=np.float64) * price
    assert found.spread
    chance = wanted * price * found.spread.dispersion[shelves.category_of]
    variance = variance_of(chance, wanted, group, shelves, found.spread.whole)
    whole = np.array([wanted[inside].sum()])
    in_one = variance_of(chance, wanted, np.minimum(group, 0), shelves, found.spread.whole)
    outlook = queries.demand_outlook(view, filters, worth)["whole"]
    assert [outlook["mean"], outlook["low"], outlook["high"]] == [
        pytest.approx(end, rel=1e-4, abs=1.01) for end in (whole, *interval(whole, in_one, np.array([STEP[worth]])))
    ]
    mean = np.bincount(place, wanted[inside])
    expected = dict(
        zip(ids, zip(mean, *interval(mean, variance, np.full(len(ids), STEP[worth])), strict=True), strict=True)
    )
    rows = queries.demand_by(view, filters, worth, by).page(Ask())["rows"]
    assert len(rows) == len(ids)
    for row in rows:
        assert (row["mean"], row["low"], row["high"]) == pytest.approx(expected[row["id"]], rel=1e-4, abs=1.01)


@pytest.mark.parametrize("worth", ["units", "money"])
@pytest.mark.parametrize("by", GROUPINGS)
def test_forecasts_of_parts_add_up_and_intervals_do_not(view: View, worth: queries.Worth, by: queries.By) -> None:
    whole, parts = queries.demand_outlook(view, ALL, worth), queries.demand_by(view, ALL, worth, by)
    mean, low, high = (parts.columns[name].astype(np.float64) for name in ("mean", "low", "high"))
    assert mean.sum() == pytest.approx(whole["whole"]["mean"][0], rel=1e-4)
    for month in range(3):
        total = parts.columns[f"month_{month + 1}"].sum()
        assert total == pytest.approx(whole["expected"]["mean"][month], rel=1e-4)
    assert np.all((low <= mean) & (mean <= high))
    assert whole["whole"]["low"] is not None
    assert whole["whole"]["high"] is not None
    assert whole["whole"]["high"][0] - whole["whole"]["low"][0] < (high - low).sum()
    assert list(mean) == sorted(mean, reverse=True)


def test_a_unit_is_worth_what_is_usually_paid(view: View, found: DemandForecast) -> None:
    price = view.cube.fitted.estimates.price  # type: ignore[union-attr]
    expected = float(np.nansum(np.asarray(found.mean, dtype=np.float64) * price))
    assert queries.demand_outlook(view, ALL, "money")["whole"]["mean"][0] == pytest.approx(expected, rel=1e-4)


def test_the_quarter_filter_changes_nothing(view: View) -> None:
    told = queries.demand_outlook(view, Filters(quarters=("2022Q1",)), "units")
    assert told == queries.demand_outlook(view, ALL, "units")


def test_filters_and_rights_narrow(view: View) -> None:
    def stores(view: View, filters: Filters) -> dict[str, float]:
        rows = queries.demand_by(view, filters, "units", "store").page(Ask())["rows"]
        return {row["id"]: row["mean"] for row in rows}

    whole = stores(view, ALL)
    assert stores(view, Filters(stores=("S01", "S03"))) == {store: whole[store] for store in ("S01", "S03")}
    assert set(stores(View(view.cube, Scope.of(("S01",))), ALL)) == {"S01"}
    one = str(view.cube.categories[0])
    some = queries.forecast_quality(view, Filters(categories=(one,)))
    assert some["categories"] == [None, one]
    with pytest.raises(Lacking, match="no product in this selection"):
        queries.demand_outlook(view, Filters(stores=()), "units")


def test_every_error_stands_beside_the_baselines_with_n_and_period(view: View, found: DemandForecast) -> None:
    told = queries.forecast_quality(view, ALL)
    assert told["months"] == ["2023-10", "2023-11", "2023-12"]
    assert told["categories"][1:] == [str(name) for name in view.cube.categories]
    for score, words in zip(told["scores"][1:], told["words"][1:], strict=True):
        assert score["category"] is not None
        method = METHODS[found.method[score["category"]]]
        assert score["used"] == score["wql"][METHODS.index(method)]
        assert score["wql"][METHODS.index("baseline")] is not None
        assert score["n"] > 0
        assert bool(words) or method == "multiplicative"


def test_a_kept_baseline_is_named(view: View, found: DemandForecast, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = [METHODS.index("baseline")] + [0] * (len(found.method) - 1)
    scores = [{**s, "method": 2} if s["category"] == 0 else s for s in found.scores]
    fields = {name: getattr(found, name) for name in DemandForecast.__dataclass_fields__}
    changed = DemandForecast(**{**fields, "method": kept, "scores": scores})
    monkeypatch.setattr(view.cube.fitted, "forecast", changed)
    assert queries.demand_outlook(View(view.cube), ALL, "units")["kept"] == [str(view.cube.categories[0])]
    assert "baseline is kept" in queries.forecast_quality(view, ALL)["words"][1][0]["text"]


def test_files_without_stock_get_a_sentence(view: View, tmp_path: Path) -> None:
    raw = view.cube.version.path.parents[2] / "raw"
    for path in raw.iterdir():
        if path.stem != "inventory":
            (tmp_path / path.name).write_bytes(path.read_bytes())
    bare = View(Cube.open(refresh(tmp_path, Warehouse(tmp_path / "warehouse"))[0]))
    for ask in (queries.forecast_quality, lambda v, f: queries.demand_outlook(v, f, "units")):
        with pytest.raises(Lacking, match="needs months of which both sales and closing stock are known"):
            ask(bare, ALL)


def test_a_version_of_an_earlier_release_says_so(view: View, tmp_path: Path) -> None:
    version = copied(view.cube.version, tmp_path)
    (version.path / PUBLISHED.file).unlink()
    with pytest.raises(Lacking, match="loaded by an earlier release"):
        queries.demand_by(View(Cube.open(version)), ALL, "units", "store")


def test_a_short_history_is_forecast_and_says_that_nothing_was_tested(tmp_path: Path) -> None:
    write(generate(DemoSpec(4, 2, 20, 300, 13, 3_000, seed=5)), tmp_path)
    view = View(Cube.open(refresh(tmp_path / "raw", Warehouse(tmp_path / "warehouse"))[0]))
    told = queries.demand_outlook(view, ALL, "units")
    assert told["expected"]["low"] is None
    assert told["why"] is not None
    assert told["why"]["text"].startswith("No interval")
    assert np.isnan(queries.demand_by(view, ALL, "units", "store").columns["low"]).all()
    with pytest.raises(Lacking, match="Not tested"):
        queries.forecast_quality(view, ALL)
