"""How stock and sales go together."""

from analytics.models.association import Association
from dashapp import theme
from dashapp.figures.base import FigureDict, empty_figure


def coefficients(found: Association) -> FigureDict:
    """Each correlation as a point with its 95 % interval, on the scale from −1 to 1."""
    if found["why"]:
        return empty_figure(f"No correlation: {found['why']}.")
    shown = [c for c in found["coefficients"] if c["value"] is not None]
    labels = [
        c["name"].replace(", ", "<br>").replace(" within ", "<br>within ").replace(" and ", "<br>and ") for c in shown
    ]
    values = [c["value"] or 0.0 for c in shown]
    trace = {
        "type": "scatter",
        "mode": "markers+text",
        "x": values,
        "y": labels,
        "textposition": "top center",
        "text": [f"{c['value']:.2f} ({c['low']:.2f} to {c['high']:.2f})" for c in shown],
        "marker": {"size": 10, "color": theme.ACCENT},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "thickness": 2,
            "array": [(c["high"] or 0) - v for c, v in zip(shown, values, strict=True)],
            "arrayminus": [v - (c["low"] or 0) for c, v in zip(shown, values, strict=True)],
        },
        "hovertemplate": "%{y}: %{text}<extra></extra>",
    }
    return {
        "data": [trace],
        "layout": {
            "yaxis": {"range": [len(shown) - 0.6, -0.7], "type": "category", "ticklabelstandoff": 6},
            "xaxis": {"range": [-1.05, 1.05], "zeroline": True, "title": {"text": "Correlation (95 % interval)"}},
        },
    }


def bins(found: Association) -> FigureDict:
    """Mean units sold in bins of stock at hand."""
    if found["why"]:
        return empty_figure(f"No correlation: {found['why']}.")
    trace = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": found["bin_x"],
        "y": found["bin_y"],
        "line": {"color": theme.ACCENT},
        "marker": {"size": 8},
        "hovertemplate": "%{x:.3~s} units at hand: %{y:.3~s} sold a month<extra></extra>",
    }
    return {
        "data": [trace],
        "layout": {
            "xaxis": {"title": {"text": "Stock at hand: opening + received [units]"}, "rangemode": "tozero"},
            "yaxis": {"title": {"text": "Units sold in the month"}, "rangemode": "tozero"},
        },
    }
