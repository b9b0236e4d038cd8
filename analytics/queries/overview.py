"""What every tab asks: the choices of the filter bar, the headline, KPI cards, a KPI by something or over time."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypedDict

import numpy as np

from analytics.arrays import Array
from analytics.cube import Cube
from analytics.filters import Filters
from analytics.kpi import KPIS, Kpi
from analytics.queries import personal
from analytics.queries.comparison import earlier, latest_months
from analytics.queries.view import View, cached_query, plain, require
from analytics.selection import Selection
from analytics.totals import Totals
from data.said import Said, say

TotalsOf = Callable[[Selection, tuple[str, ...]], Totals]
LINES_SHOWN = 6  # more lines than this cannot be told apart


class Choices(TypedDict):
    """The options of the filter bar, within the scope."""

    chains: list[str]
    stores: list[dict[str, str]]  # value, label, chain
    quarters: list[str]
    open_quarter: str | None  # the newest quarter while it is not over
    categories: list[str]


class Headline(TypedDict):
    """What a page says about its data. as_of: an ISO day. currency: an ISO code, or "" where none is known."""

    as_of: str
    version: str
    source: str
    currency: str
    findings: Said | None


class History(TypedDict):
    """One KPI by month, oldest first; None where it is undefined or absent."""

    months: list[str]
    values: list[float | None]


class Card(TypedDict):
    """One KPI card. value, previous, last_year: in the KPI's unit, None where undefined or absent.

    history: up to and including the last month selected, in the same stores and categories, whatever quarters are
    selected. history_open: its last month is not over.
    """

    id: str
    label: str
    unit: str
    better: str | None
    definition: str
    missing: Said | None  # "needs {columns}", or that it is withheld
    value: float | None
    previous: float | None  # the period before, as long
    last_year: float | None
    alone: Said | None  # why there is nothing to compare with, where there is nothing
    history: History
    history_open: bool


class Bars(TypedDict):
    """One value a label, largest first. ids: what a click would filter by. total: how many there were in all."""

    ids: list[str]
    labels: list[str]
    values: list[float | None]
    total: int


class Line(TypedDict):
    """One line of a time chart; its place in the whole version's list keeps its colour the same on every tab."""

    place: int
    id: str
    name: str
    values: list[float | None]


class Lines(TypedDict):
    """Values over time; `left_out` lines are not shown. open_last: the last month or quarter is not over."""

    x: list[str]
    lines: list[Line]
    left_out: int
    open_last: bool


def choices(view: View) -> Choices:
    """What may be chosen: only stores, chains of stores, that the scope holds."""
    cube, selection = view.cube, view.cube.select(view.scope.narrow(Filters()))
    names = cube.column("stores.store_name")
    stores = [
        {"value": str(cube.store_ids[i]), "label": str(names[i]), "chain": str(cube.chains[cube.chain_of[i]])}
        for i in selection.stores
    ]
    return Choices(
        chains=cube.labels("chain", selection),
        stores=stores,
        quarters=cube.calendar.quarter_list(),
        open_quarter=cube.open_quarter,
        categories=[str(c) for c in cube.categories],
    )


def headline(view: View) -> Headline:
    """Of when the data are, their version, where they came from, their currency and what the checks found."""
    manifest, found = view.cube.version.manifest, len(view.cube.findings)
    return Headline(
        as_of=str(manifest.as_of),
        version=view.cube.version.id,
        source=manifest.source,
        currency=manifest.currency,
        findings=say("{n} data checks found something: “data status” lists them.", n=found) if found else None,
    )


@dataclass(frozen=True, slots=True)
class _Periods:
    """What every card is computed from. earlier: the period before and last year's; why: says why there is neither."""

    now: Totals
    earlier: list[Totals | None]
    why: Said | None
    months: list[str]
    by_month: Totals
    open_last: bool


@cached_query
def cards(view: View, filters: Filters, kpi_ids: tuple[str, ...]) -> list[Card]:
    """One card a KPI, with the period before and the same period last year; neither while a month is not over."""
    return cards_of(view, view.cube.select(filters), kpi_ids, partial(personal.totals, view))


def cards_of(view: View, selection: Selection, kpi_ids: tuple[str, ...], totals_of: TotalsOf) -> list[Card]:
    """The same from any totals: those of all that is selected, or of one product or customer in it."""
    cube = view.cube
    recent = latest_months(cube, selection)
    compared = [earlier(cube, selection, "previous"), earlier(cube, selection, "last_year")]
    found = [totals_of(period, ()) if isinstance(period, Selection) else None for period in compared]
    periods = _Periods(
        now=totals_of(selection, ()),
        earlier=found,
        why=None if any(found) else next(why for why in compared if not isinstance(why, Selection)),
        months=cube.labels("month", recent),
        by_month=totals_of(recent, ("month",)),
        open_last=open_last(cube, recent, "month"),
    )
    return [_card(view, KPIS[i], periods) for i in kpi_ids]


def _card(view: View, kpi: Kpi, periods: _Periods) -> Card:
    missing = kpi.missing(view.cube.has)
    told = [None if missing else t for t in (periods.now, *periods.earlier)]
    value, *earlier_values = (plain(kpi.formula(t))[0] if t else None for t in told)
    hidden, *hidden_before = (bool(t and personal.hidden(kpi, t)[0]) for t in told)
    missing = personal.WITHHELD if hidden else missing
    # one month that is withheld would follow from the others and the period: so all of them are, or none
    untold = missing or personal.hidden(kpi, periods.by_month).any()
    why = personal.WITHHELD if any(hidden_before) else periods.why or say("not known in an earlier period")
    return Card(
        id=kpi.id,
        label=kpi.label,
        unit=kpi.unit,
        better=kpi.better,
        definition=kpi.definition,
        missing=missing,
        value=value,
        previous=earlier_values[0],
        last_year=earlier_values[1],
        alone=why if all(v is None for v in earlier_values) else None,
        history=History(
            months=periods.months,
            values=[None] * len(periods.months) if untold else plain(kpi.formula(periods.by_month)),
        ),
        history_open=periods.open_last,
    )


@cached_query
def kpi_by(view: View, filters: Filters, kpi_id: str, by: str, most: int | None = None) -> Bars:
    """One KPI for each of `by` (store, chain, category or product), largest first: the `most` largest, or all."""
    require(view, kpi_id)
    cube = view.cube
    selection = cube.select(filters)
    values = KPIS[kpi_id].formula(personal.totals(view, selection, (by,)))
    labels = cube.labels(by, selection)
    order = largest(values, most)
    named = names(view, by, [labels[i] for i in order])
    return Bars(ids=[labels[i] for i in order], labels=named, values=plain(values[order]), total=len(labels))


@cached_query
def kpi_over_time(
    view: View, filters: Filters, kpi_id: str, by: str, grain: str, most: int | None = LINES_SHOWN
) -> Lines:
    """One KPI by month or quarter (`grain`), a line for each `by` (store, chain, category): the `most` largest, or all.

    Largest by net sales over the whole selection.
    """
    require(view, kpi_id)
    cube = view.cube
    selection = cube.select(filters, (by, grain))
    values = KPIS[kpi_id].formula(personal.totals(view, selection, (by, grain)))
    size = cube.totals(filters, (by,))["net_sales"]
    labels = cube.labels(by, selection)
    shown = sorted(largest(size, most))
    texts = names(view, by, labels)
    places = (
        np.unique(cube.chain_of[selection.stores])
        if by == "chain"
        else selection.categories
        if by == "category"
        else selection.stores
    )
    lines = [Line(place=int(places[i]), id=labels[i], name=texts[i], values=plain(values[i])) for i in shown]
    return Lines(
        x=cube.labels(grain, selection),
        lines=lines,
        left_out=len(labels) - len(shown),
        open_last=open_last(cube, selection, grain),
    )


def open_last(cube: Cube, selection: Selection, grain: str) -> bool:
    """Whether the last month or quarter (`grain`) of a selection is not over."""
    if grain == "quarter":
        return cube.open_quarter in cube.labels("quarter", selection)
    return bool((selection.period.months >= cube.complete_months).any())


def names(view: View, by: str, labels: list[str]) -> list[str]:
    """Store and product names for their ids; other labels as they are."""
    if by not in ("store", "product"):
        return labels
    ids, texts = view.cube.column(f"{by}s.{by}_id"), view.cube.column(f"{by}s.{by}_name")
    order = np.argsort(ids, kind="stable")
    return [str(t) for t in texts[order[np.searchsorted(ids, np.array(labels, dtype=ids.dtype), sorter=order)]]]


def largest(values: Array, most: int | None) -> list[int]:
    """Positions of the `most` (None: all) largest values, largest first, undefined last; ties as they came."""
    order: list[int] = np.argsort(np.where(np.isnan(values), np.inf, -values), kind="stable")[:most].tolist()
    return order
