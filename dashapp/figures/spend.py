"""Expectations of spend against what came."""

from typing import Any

from analytics.models.spend_report import Report
from dashapp import numbers, theme
from dashapp.figures.base import FigureDict
from dashapp.quantities import Quantity
from dashapp.texts import _


def calibration(found: Report, money: Quantity) -> FigureDict:
    """Mean actual over mean expected spend by tenth of the customers, and the line where both are the same."""
    groups = found["groups"]
    texts = [
        _(
            "expected {expected}, spent {actual}; {coverage} % of intervals held (n = {n})",
            expected=money.text(group["expected"]),
            actual=money.text(group["actual"]),
            coverage=numbers.fixed(group["coverage"]),
            n=group["n"],
        )
        for group in groups
    ]
    return _held(
        [(group["expected"], group["actual"]) for group in groups],
        texts,
        money.axis() | {"title": {"text": _("Expected, mean of a tenth [{unit}]", unit=money.sign)}},
        money.axis() | {"title": {"text": _("Spent, mean [{unit}]", unit=money.sign)}},
    )


def chances(found: Report) -> FigureDict:
    """Share of customers who bought over the mean probability to buy, by the same tenths."""
    points = [(group["chance"], group["bought"]) for group in found["groups"]]
    texts = [
        _(
            "probability {chance}, bought {bought} (n = {n})",
            chance=numbers.percent(group["chance"], 0),
            bought=numbers.percent(group["bought"], 0),
            n=group["n"],
        )
        for group in found["groups"]
    ]
    axis = {"rangemode": "tozero"}
    expected = axis | {"title": {"text": _("Probability to buy, mean of a tenth [%]")}}
    return _held(points, texts, expected, axis | {"title": {"text": _("Bought [%]")}})


def _held(points: list[tuple[float, float]], texts: list[str], x: dict[str, Any], y: dict[str, Any]) -> FigureDict:
    most = max(max(point) for point in points)
    line = {"color": theme.QUIET, "width": 1, "dash": "dot"}
    same = {"type": "line", "x0": 0, "y0": 0, "x1": most, "y1": most, "line": line}
    found = {
        "type": "scatter",
        "mode": "markers",
        "x": [point[0] for point in points],
        "y": [point[1] for point in points],
        "customdata": texts,
        "hovertemplate": "%{customdata}<extra></extra>",
        "marker": {"size": 9, "color": theme.ACCENT},
    }
    return {"data": [found], "layout": {"xaxis": x, "yaxis": y, "shapes": [same]}}
