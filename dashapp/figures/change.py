"""What changed: the parts of a change as a waterfall, and whose they are."""

from collections.abc import Sequence
from itertools import accumulate
from typing import Any, Final, NamedTuple

from analytics.queries import Change, Part
from dashapp import theme
from dashapp.figures.bars import horizontal
from dashapp.figures.base import EMPTY, FigureDict, as_text, empty_figure
from dashapp.figures.links import links, opening
from dashapp.quantities import Quantity
from dashapp.sentences import moving
from dashapp.texts import N_, _, said

WHOLE: Final = "whole"  # chooses no part, but all of the change
FEW: Final = 8  # steps that fill the chart
VISIBLE: Final = 0.3  # of the larger total: smaller moves are slivers beside it, and are drawn without it
ROOM: Final = 0.3  # of what the bars span, at either end, for the texts
MEANING: Final = {
    "customers": N_("How many known customers bought."),
    "orders_per_customer": N_("How often a known customer bought."),
    "guest_orders": N_("How many orders came from guests."),
    "orders": N_("How many orders there were."),
    "units_per_order": N_("How many units an order had."),
    "price": N_("What a unit cost before discounts: its price, and which products were sold."),
    "discount": N_("How much was taken off that price."),
}


class Step(NamedTuple):
    """One bar. part: of a change, which begins where the one before ends, and not from the ground."""

    label: str
    value: float
    text: str
    part: bool
    link: str
    hover: str


def waterfall(found: Change, money: Quantity, control: str) -> FigureDict:
    """From net sales before to net sales after, part by part; a click on one chooses it in a control of the page.

    Where the parts are small beside the totals, the steps lead from no change to the whole change.
    """
    before, after = found["before"] or 0.0, found["after"]
    if not found["parts"]:
        return empty_figure(_(EMPTY))
    parts = [_step(part, money, control) for part in found["parts"]]
    both = _("{before} before, {after} after", before=money.text(before), after=money.text(after))
    if sum(abs(part.value) for part in parts) >= VISIBLE * max(before, after):
        start = Step(_("Before"), before, money.text(before), False, f"#{control}={WHOLE}", both)
        end = Step(_("After"), after, money.text(after), False, f"#{control}={WHOLE}", both)
        return _drawn([start, *parts, end], money.axis())
    change = round(after - before, 2)
    end = Step(_("Change"), change, money.signed(change), False, f"#{control}={WHOLE}", both)
    axis = money.axis()
    axis["title"]["text"] = f"{_('Change of net sales')} [{money.sign}]<br>{both}"
    return _drawn([*parts, end], axis)


def contributions(rows: Sequence[dict[str, Any]], part: str, axis_title: str, money: Quantity, by: str) -> FigureDict:
    """One bar a store, chain, category or product, to the left where it took from net sales; a click opens it."""
    rows = [row for row in rows if round(row[part], 2)]
    if not rows:
        return empty_figure(_(EMPTY))
    labels, values = [row["name"] for row in rows], [row[part] for row in rows]
    texts = [money.signed(value) for value in values]
    bar = {
        "type": "bar",
        "orientation": "h",
        "x": values,
        "y": list(range(len(rows))),
        "customdata": as_text(labels),
        "text": texts,
        "textposition": "none",
        "marker": {"color": [theme.GOOD if value > 0 else theme.BAD for value in values]},
        "showlegend": False,
        "hovertext": [
            _("{before} before, {after} after", before=money.text(row["before"]), after=money.text(row["after"]))
            for row in rows
        ],
        "hovertemplate": "%{customdata}: %{text}<br>%{hovertext}<extra></extra>",
    }
    axis = {"title": {"text": axis_title}, "exponentformat": "SI", "zeroline": True}
    figure = horizontal(labels, [opening(bar, links(by, [row["id"] for row in rows]))], axis)
    both = [f"{label}<br>{text}" for label, text in zip(as_text(labels), texts, strict=True)]
    figure["layout"]["yaxis"]["ticktext"] = both  # there is room for them on any screen
    return figure


def _step(part: Part, money: Quantity, control: str) -> Step:
    value = round(part["money"], 2)
    why = " ".join(said(sentence) for sentence in part["why"]) or _(MEANING.get(part["id"], ""))
    moved = moving(part["id"], value) if value else _("no change")
    return Step(_(part["label"]), value, money.signed(value), True, f"#{control}={part['id']}", f"{moved}<br>{why}")


def _drawn(steps: list[Step], axis: dict[str, Any]) -> FigureDict:
    """Bars that begin where the one before ends, and lines from end to end."""
    labels = [step.label for step in steps]
    ends = [*accumulate(step.value for step in steps[:-1]), steps[-1].value]
    trace = {
        "type": "bar",
        "orientation": "h",
        "base": [0.0, *ends[:-2], 0.0],
        "x": [step.value for step in steps],
        "y": list(range(len(steps))),
        "customdata": as_text(labels),
        "text": [step.text for step in steps],
        "textposition": "outside",
        "cliponaxis": False,
        "marker": {"color": [_colour(step) for step in steps]},
        "hovertext": [step.hover for step in steps],
        "hovertemplate": "%{customdata}: %{text}<br>%{hovertext}<extra></extra>",
        "showlegend": False,
    }
    axis |= {"zeroline": True, "range": _around([0.0, *ends])}
    figure = horizontal(labels, [opening(trace, [step.link for step in steps])], axis, rows=FEW)
    half = (1 - figure["layout"]["bargap"]) / 2
    line = {"type": "line", "layer": "below", "line": {"color": theme.QUIET, "width": 1, "dash": "dot"}}
    figure["layout"]["shapes"] = [
        line | {"x0": end, "x1": end, "y0": row + half, "y1": row + 1 - half} for row, end in enumerate(ends[:-1])
    ]
    return figure


def _colour(step: Step) -> str:
    if not step.part:
        return theme.QUIET
    return theme.GOOD if step.value > 0 else theme.BAD


def _around(values: Sequence[float]) -> list[float]:
    """A range with room for texts at the ends that have bars."""
    low, high = min(values), max(values)
    room = ROOM * (high - low)
    return [low - room if low < 0 else 0.0, high + room if high > 0 else 0.0]
