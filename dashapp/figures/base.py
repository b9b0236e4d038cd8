"""What every figure shares. A figure is a plain dict; its colours come from the template that wiring adds."""

from typing import Any

FigureDict = dict[str, Any]
HIDDEN = {"visible": False, "fixedrange": True}


def empty_figure(message: str = "") -> FigureDict:
    """No axes, and a message in the middle that says why there is nothing to see and what to do."""
    note = {"text": message, "x": 0.5, "y": 0.5, "xref": "paper", "yref": "paper", "showarrow": False}
    notes = [{**note, "font": {"size": 14}}] if message else []
    return {"data": [], "layout": {"xaxis": HIDDEN, "yaxis": HIDDEN, "annotations": notes}}
