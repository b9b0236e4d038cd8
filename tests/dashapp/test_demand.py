"""What the Forecasts tab says of demand: sums with intervals, who was chosen, and what cannot be told."""

from pathlib import Path

import pytest

from analytics.filters import Filters
from analytics.models.forecast_errors import Held
from analytics.queries import DemandOutlook, Lacking, Sums, View
from dashapp.figures import lines, points
from dashapp.quantities import Quantity
from dashapp.tabs import demand
from data.said import say
from tests.analytics.builders import cube_of, small_retailer

UNITS = Quantity("Demand")


def told(**changes: object) -> DemandOutlook:
    found = DemandOutlook(
        months=["2023-11", "2023-12"],
        sold=[80.0, 90.0],
        wanted=[100.0, 110.0],
        ahead=["2024-01", "2024-02", "2024-03"],
        expected=Sums(mean=[50.0, 60.0, 70.0], low=[40.0, 50.0, 60.0], high=[60.0, 70.0, 80.0]),
        whole=Sums(mean=[180.0], low=[160.0], high=[200.0]),
        shelves=12,
        left_out=0,
        kept=[],
        held=Held(sums=85, sums_n=100, shelves=190, shelves_n=200),
        tested=["2023-10", "2023-11", "2023-12"],
        why=None,
    )
    return {**found, **changes}  # type: ignore[typeddict-item]


def note(monkeypatch: pytest.MonkeyPatch, found: DemandOutlook) -> str:
    monkeypatch.setattr("analytics.queries.demand_outlook", lambda *_: found)
    return demand.demand_note(None, Filters(), "units")  # type: ignore[arg-type]


def test_the_note_tells_the_sum_and_how_often_intervals_held(monkeypatch: pytest.MonkeyPatch) -> None:
    said = note(monkeypatch, told())
    assert said.startswith("Expected demand 180 (160 to 200) from Jan 2024 to Mar 2024.")
    assert "held 85 % of 100 sums" in said
    assert "95 % of 200 single products" in said


def test_the_note_names_the_kept_baseline_and_what_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    said = note(monkeypatch, told(kept=["Toys", "Pets"], left_out=4))
    assert "The baseline is kept in Toys, Pets: no model did better." in said
    assert "too thin: 4 products in a store" in said


def test_without_a_test_there_is_no_interval(monkeypatch: pytest.MonkeyPatch) -> None:
    bare = Sums(mean=[180.0], low=None, high=None)
    why = say("No interval, because too few months lie behind to test a forecast on.")
    said = note(monkeypatch, told(whole=bare, held=None, why=why))
    assert said == (
        "Expected demand 180 from Jan 2024 to Mar 2024. "
        "No interval, because too few months lie behind to test a forecast on."
    )


def test_the_chart_joins_the_past_to_the_future() -> None:
    band, sold, wanted, ahead = lines.demand(told(), UNITS)["data"]
    assert band["x"] == ["2024-01", "2024-02", "2024-03", "2024-03", "2024-02", "2024-01"]
    assert band["y"] == [60, 70, 80, 60, 50, 40]
    assert sold["y"] == [80, 90]
    assert wanted["y"] == [100, 110]
    assert (ahead["x"][0], ahead["y"][0]) == ("2023-12", 110)
    bare = Sums(mean=[50.0, 60.0, 70.0], low=None, high=None)
    assert len(lines.demand(told(expected=bare), UNITS)["data"]) == 3


def test_a_point_without_an_interval_is_a_point() -> None:
    rows = [{"id": "S01", "name": "Corner", "mean": 5.0, "low": None, "high": None}]
    trace = points.demands(rows, 1, UNITS, "store")["data"][0]
    assert trace["error_x"]["array"] == trace["error_x"]["arrayminus"] == [0]


def test_months_of_the_table_follow_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analytics.queries.demand_outlook", lambda *_: told())
    columns = demand.demand_rows(None, Filters(), "units").columns  # type: ignore[arg-type]
    assert columns["month"].tolist() == ["2023-11", "2023-12", "2024-01", "2024-02", "2024-03"]
    assert columns["wanted"].tolist()[:2] == [100, 110]
    assert columns["mean"].tolist()[2:] == [50, 60, 70]


def test_a_version_without_a_forecast_gets_a_sentence(tmp_path: Path) -> None:
    story = small_retailer()
    story.sell("1", "2023-01-05", "C", "milk", 10, customer="ann")
    view = View(cube_of(story, tmp_path))
    for rows in (demand.good_rows, lambda v, f: demand.where_rows(v, f, "units", "store")):
        with pytest.raises(Lacking, match="loaded by an earlier release"):
            rows(view, Filters())
