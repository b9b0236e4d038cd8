"""What who cannot see a chart is told, against what is drawn."""

from analytics.queries import Bars, ClassGrid, HeatMap, Lines
from analytics.queries.overview import Line
from dashapp.figures import bars, heat, lines
from dashapp.figures.base import empty_figure
from dashapp.figures.description import described
from dashapp.quantities import Quantity

EURO = Quantity("Net sales", "€")


def test_bars_are_told_by_their_ends() -> None:
    found = Bars(ids=["F", "C", "K"], labels=["Flagship", "Corner", "Kiosk"], values=[300.0, 20.0, 10.0], total=3)
    assert described(bars.ranking(found, EURO, "store")) == "3 values, from €10 (Kiosk) to €300 (Flagship)."


def test_a_line_is_told_by_its_first_and_last_value() -> None:
    line = Line(place=0, id="K", name="Kiosk", values=[None, 5.0, 7.0, 8.0])
    found = Lines(x=["2023Q1", "2023Q2", "2023Q3", "2023Q4"], lines=[line], left_out=0, open_last=False)
    assert described(lines.over_time(found, EURO, "quarter")) == "Kiosk: 5 at 2023Q2, 8 at 2023Q4."


def test_a_map_is_told_by_its_extremes() -> None:
    found = HeatMap(
        ids=["K", "C"],
        rows=["Kiosk", "Corner"],
        columns=["2023-01", "2023-02"],
        values=[[25.0, None], [5.0, 10.0]],
        left_out=0,
    )
    assert described(heat.stockouts(found)) == "3 values, from 5 (Corner, 2023-01) to 25 (Kiosk, 2023-01)."


def test_classes_are_told_too() -> None:
    found = ClassGrid(products=[[1] * 3] * 3, share=[[60.0, 10.0, 8.0], [7.0, 5.0, 4.0], [3.0, 2.0, 1.0]], left_out=0)
    assert described(bars.class_grid(found)) == "9 values, from 1 (C, Z erratic) to 60 (A, X steady)."


def test_an_empty_chart_says_why() -> None:
    assert described(empty_figure("No quarter is selected.")) == "No quarter is selected."
