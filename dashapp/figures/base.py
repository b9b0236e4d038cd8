"""What every figure shares. A figure is a plain dict; its colours come from the template that wiring adds."""

import re
from collections.abc import Iterable
from textwrap import wrap
from typing import Any, Final

from dashapp.texts import N_

FigureDict = dict[str, Any]
EMPTY: Final = N_("Nothing to show in this selection. Reset a filter to see more.")
BESIDE: Final = 30  # px between the edge, the names and the axis
BELOW, LINE = 52, 16  # px of an axis with a title of one line, and of one line more
CHARACTER: Final = 6.3  # px of a letter, on average and a little more
SHORT: Final = 18  # letters of a name on a phone
TITLE: Final = 30  # letters of a line of a title there
MESSAGE: Final = 38  # letters of a line of a message there
ENTITY: Final = re.compile(r"&(?=#?\w+;)")
HIDDEN = {"visible": False, "fixedrange": True}


def empty_figure(message: str = "") -> FigureDict:
    """No axes, and a message in the middle that says why there is nothing to see and what to do."""
    note = {"text": message, "x": 0.5, "y": 0.5, "xref": "paper", "yref": "paper", "showarrow": False}
    notes = [{**note, "font": {"size": 14}}] if message else []
    return {"data": [], "layout": {"xaxis": HIDDEN, "yaxis": HIDDEN, "annotations": notes}}


def roomy(figure: FigureDict, narrow: bool = False) -> FigureDict:
    """The figure with room for the names of its rows and for the lines of a long title below.

    Plotly would find that room by itself, and draw the whole chart a second time for it. narrow: a phone has no room
    for long names beside the marks, the table behind the chart has them, and long titles and messages take more lines.
    """
    layout, room = figure["layout"], {}
    if names := layout.get("yaxis", {}).get("ticktext", ()):
        rows = [[_short(line) if narrow else line for line in name.split("<br>")] for name in names]
        room["l"] = round(BESIDE + CHARACTER * max(len(line) for row in rows for line in row))
        layout = {**layout, "yaxis": {**layout["yaxis"], "ticktext": ["<br>".join(row) for row in rows]}}
    title = layout.get("xaxis", {}).get("title", {}).get("text", "")
    if narrow and title:
        title = "<br>".join(part for line in title.split("<br>") for part in wrap(line, TITLE))
        layout = {**layout, "xaxis": {**layout["xaxis"], "title": {**layout["xaxis"]["title"], "text": title}}}
    if narrow and layout.get("annotations"):
        notes = [note | {"text": "<br>".join(wrap(note["text"], MESSAGE))} for note in layout["annotations"]]
        layout = {**layout, "annotations": notes}
    if more := title.count("<br>"):
        room["b"] = BELOW + LINE * more
    return {**figure, "layout": {**layout, "margin": room | layout.get("margin", {})}}


def _short(line: str) -> str:
    return line if len(line) <= SHORT else line[: SHORT - 1].rstrip() + "…"


def as_text(names: Iterable[str]) -> list[str]:
    """Names for ticks, legends and hover labels: Plotly would read a "<" as HTML, and "&lt;" as a "<"."""
    return [ENTITY.sub("&amp;", name).replace("<", "&lt;") for name in names]


def nothing_in(*series: Iterable[float | None]) -> bool:
    """Whether there is nothing to draw: every value is unknown or 0."""
    return not any(value for values in series for value in values)
