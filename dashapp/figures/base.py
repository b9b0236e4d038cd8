"""What every figure shares. A figure is a plain dict; its colours come from the template that wiring adds."""

from collections.abc import Iterable
from typing import Any, Final

from dashapp.texts import N_

FigureDict = dict[str, Any]
EMPTY: Final = N_("Nothing to show in this selection. Reset a filter to see more.")
HIDDEN = {"visible": False, "fixedrange": True}


def empty_figure(message: str = "") -> FigureDict:
    """No axes, and a message in the middle that says why there is nothing to see and what to do."""
    note = {"text": message, "x": 0.5, "y": 0.5, "xref": "paper", "yref": "paper", "showarrow": False}
    notes = [{**note, "font": {"size": 14}}] if message else []
    return {"data": [], "layout": {"xaxis": HIDDEN, "yaxis": HIDDEN, "annotations": notes}}


def as_text(names: Iterable[str]) -> list[str]:
    """Names for ticks, legends and hover labels: Plotly would read a "<" as HTML."""
    return [name.replace("<", "&lt;") for name in names]


def nothing_in(*series: Iterable[float | None]) -> bool:
    """Whether there is nothing to draw: every value is unknown or 0."""
    return not any(value for values in series for value in values)
