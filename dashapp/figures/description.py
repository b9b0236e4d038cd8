"""A figure in words, for who cannot see it: made from what is drawn, so it never says anything else."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from dashapp import numbers
from dashapp.figures.base import FigureDict
from dashapp.texts import _

MOST: Final = 8  # traces told one by one


def described(figure: FigureDict) -> str:
    """A sentence a trace: what is largest and smallest, or where a line begins and ends."""
    notes = [note["text"] for note in figure["layout"].get("annotations", ())]
    traces = [trace for trace in figure["data"] if trace["type"] in TELL and not _untold(trace)]
    told = [TELL[trace["type"]](trace) for trace in traces[:MOST]]
    more = [_("{count} more.", count=len(traces) - MOST)] if len(traces) > MOST else []
    return " ".join(filter(None, [*notes, *told, *more]))


def _untold(trace: Mapping[str, Any]) -> bool:
    """A band is no line, and a mark that repeats another says nothing new."""
    return "fill" in trace or (trace.get("meta") or {}).get("repeats", False)


def _bar(trace: Mapping[str, Any]) -> str:
    if "base" in trace:
        return _steps(trace)
    across = trace.get("orientation") == "h"
    values = trace["x" if across else "y"]
    labels = trace["customdata"] if across else trace["x"]
    return _ends(trace, list(labels), [str(text) for text in trace["text"]], values)


def _steps(trace: Mapping[str, Any]) -> str:
    """Every step of a waterfall, as there are few."""
    steps = zip(trace["customdata"], trace["text"], strict=True)
    return _("{items}.", items="; ".join(f"{label} {text}" for label, text in steps))


def _line(trace: Mapping[str, Any]) -> str:
    if trace["mode"] == "markers":
        return _("{items}.", items="; ".join(str(text).replace("<br>", " ") for text in trace["customdata"]))
    known = [(x, y) for x, y in zip(trace["x"], trace["y"], strict=True) if y is not None]
    if not known:
        return ""
    (first, before), (last, after) = known[0], known[-1]
    return _(
        "{name}: {before} at {first}, {after} at {last}.",
        name=trace.get("name", ""),
        before=numbers.short(before),
        first=first,
        after=numbers.short(after),
        last=last,
    ).removeprefix(": ")


def _map(trace: Mapping[str, Any]) -> str:
    cells = [
        (value, f"{name[0]}, {column}")
        for name, row in zip(trace["customdata"], trace["z"], strict=True)
        for column, value in zip(trace["x"], row, strict=True)
    ]
    return _ends(trace, [cell for _value, cell in cells], None, [value for value, _cell in cells])


def _ends(trace: Mapping[str, Any], labels: list[str], texts: list[str] | None, values: Any) -> str:
    known = [i for i, value in enumerate(values) if value is not None]
    if not known:
        return ""
    most, least = max(known, key=lambda i: values[i]), min(known, key=lambda i: values[i])
    text = texts or ["" if value is None else numbers.short(value) for value in values]
    name = trace.get("name") or ""
    head = f"{name}: " if name else ""
    if len(known) == 1:
        return head + _("{label} {value}.", label=labels[most], value=text[most])
    return head + _(
        "{count} values, from {low} ({lowest}) to {high} ({highest}).",
        count=len(known),
        low=text[least],
        lowest=labels[least],
        high=text[most],
        highest=labels[most],
    )


TELL: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {
    "bar": _bar,
    "scatter": _line,
    "heatmap": _map,
}
