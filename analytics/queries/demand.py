"""What will be wanted: the forecast of the refresh over any selection, and how good such forecasts were."""

from dataclasses import dataclass
from typing import Any, Final, TypedDict

import numpy as np

from analytics.arrays import Array
from analytics.calendar import months_from
from analytics.filters import Filters
from analytics.forecasting import DemandForecast
from analytics.models.forecast_errors import Held
from analytics.models.forecast_sums import ALL_AHEAD, ForecastSums, Worth, counted_in, mean_in, variance_in
from analytics.models.lost_sales import interval
from analytics.models.lost_sums import monthly
from analytics.models.rolling_origins import METHODS, Score
from analytics.models.shelf_sums import Places
from analytics.queries.change import GROUPS, By
from analytics.queries.overview import names
from analytics.queries.places import places
from analytics.queries.view import Lacking, View, cached_query, exact, given, query, regardless_of, require
from analytics.selection import Selection
from analytics.table import Field, Listed
from data.said import Said, say

SOLD: Final[dict[Worth, str]] = {"units": "units_sold", "money": "net_sales"}
LOST: Final[dict[Worth, str]] = {"units": "lost", "money": "money"}
STEP: Final[dict[Worth, float]] = {"units": 1.0, "money": 0.01}
UNTESTED: Final = say("No interval, because too few months lie behind to test a forecast on.")

NO_BETTER: Final = say("In the last months no better than the baseline.")
REASONS: Final[dict[str, Said]] = {
    "baseline": say("The baseline is kept: {n} times before its error was {baseline} %, that of the model {model} %."),
    "trees": say("Trees did better {n} times before: their error was {trees} %, that of the model {model} %."),
}


class Sums(TypedDict):
    """Sums of demand with their 80 % intervals, one entry each; low and high are None where nothing was tested."""

    mean: list[float]
    low: list[float] | None
    high: list[float] | None


class DemandOutlook(TypedDict):
    """Past and expected demand of a selection by month, in units or in money [currency] at the net price usually paid.

    sold: what was sold; wanted: with the units that empty shelves are estimated not to have sold. whole: all months
    ahead in one. shelves: store × products in it; left_out: carried ones without a number. kept: categories that keep
    the baseline. held, tested: of intervals on the origin `tested`, over all stores or some of very many. why: why
    there is no interval.
    """

    months: list[str]
    sold: list[float]
    wanted: list[float]
    ahead: list[str]
    expected: Sums
    whole: Sums
    shelves: int
    left_out: int
    kept: list[str]
    held: Held | None
    tested: list[str]
    why: Said | None


@regardless_of("quarters")
@cached_query
def demand_outlook(view: View, filters: Filters, worth: Worth) -> DemandOutlook:
    """The selection in one, whatever the quarter filter says. Raises Lacking where there is no forecast."""
    found, cube = given(view.cube.fitted.forecast), view.cube
    require(view, SOLD[worth])
    selection = cube.select(filters, ("month",))
    wanted = _Wanted.of(view, selection, worth, None)
    shelves, left_out = counted_in(wanted.sums, wanted.places)
    if not shelves[0]:
        raise Lacking(say("No forecast of demand: no product in this selection has a long enough history."))
    sold = cube.totals_of(selection, ("month",))[SOLD[worth]][: found.first]
    lost = monthly(given(cube.fitted.estimates).sums, wanted.places, LOST[worth])[: found.first]
    there = sum(counted_in(wanted.sums, places(cube, selection, "category")))
    start, horizon = cube.calendar.months[0], len(found.mean)
    months = [wanted.interval(month) for month in range(horizon)]
    some = found.spread is not None
    return DemandOutlook(
        months=cube.labels("month", selection)[: found.first],
        sold=[round(float(v), 2) for v in sold],
        wanted=[round(float(v), 2) for v in sold + lost],
        ahead=months_from(start + found.first, horizon),
        expected=_expected(*(np.concatenate(part) for part in zip(*months, strict=True)), told=some),
        whole=_expected(*wanted.interval(ALL_AHEAD), told=some),
        shelves=int(shelves[0]),
        left_out=int(left_out[0]),
        kept=[
            str(cube.categories[c]) for c in selection.categories[there > 0] if METHODS[found.method[c]] == "baseline"
        ],
        held=found.held,
        tested=[] if found.tested is None else months_from(start + found.tested, horizon),
        why=None if some else UNTESTED,
    )


@regardless_of("quarters")
@query
def demand_by(view: View, filters: Filters, worth: Worth, by: By) -> Listed:
    """Demand of the months ahead by store, chain, category or product, largest first; intervals do not add up.

    Columns: id, name, mean, low and high of all months, and the mean of each. Raises Lacking like `demand_outlook`.
    """
    unit: Any = worth
    found = given(view.cube.fitted.forecast)
    ahead = months_from(view.cube.calendar.months[0] + found.first, len(found.mean))
    fields = (
        *GROUPS[by],
        Field("mean", "Expected demand", unit, about="Of all months ahead."),
        Field("low", "Low (80 %)", unit),
        Field("high", "High (80 %)", unit),
        *(Field(f"month_{m + 1}", label, unit) for m, label in enumerate(ahead)),
    )
    return Listed.of(fields, _columns(view, filters, worth, by))


@cached_query
def _columns(view: View, filters: Filters, worth: Worth, by: By) -> dict[str, list[Any]]:
    found, cube = given(view.cube.fitted.forecast), view.cube
    selection = cube.select(filters)
    ids, wanted = cube.labels(by, selection), _Wanted.of(view, selection, worth, by)
    mean, low, high = wanted.interval(ALL_AHEAD)
    months = [wanted.mean(month) for month in range(len(found.mean))]
    some, _ = counted_in(wanted.sums, wanted.places)
    order = np.argsort(-mean, kind="stable")
    order = order[some[order] > 0]
    if found.spread is None:
        low = high = np.full(len(ids), np.nan)
    keys = [ids[i] for i in order]
    numbers = {"mean": mean, "low": low, "high": high} | {f"month_{m + 1}": v for m, v in enumerate(months)}
    return {"id": keys, "name": names(view, by, keys)} | {name: exact(v[order]) for name, v in numbers.items()}


class Quality(TypedDict):
    """The contest of methods on the last origin, whatever the stores: of all categories (the first), then of each.

    categories: their names, None for all; words: what is to be said of each; months: of the last origin.
    """

    categories: list[str | None]
    scores: list[Score]
    words: list[list[Said]]
    months: list[str]


@regardless_of("quarters")
@query
def forecast_quality(view: View, filters: Filters) -> Quality:
    """How good forecasts were in the selected categories. Raises Lacking where none was tested."""
    found, cube = given(view.cube.fitted.forecast), view.cube
    if found.tested is None:
        raise Lacking(say("Not tested: a forecast needs 18 months of stock and sales before it can be."))
    chosen = set(cube.select(filters).categories.tolist())
    scores = [score for score in found.scores if score["category"] is None or score["category"] in chosen]
    return Quality(
        categories=[None if s["category"] is None else str(cube.categories[s["category"]]) for s in scores],
        scores=scores,
        words=[_words(score, found.chosen_by) for score in scores],
        months=months_from(cube.calendar.months[0] + found.tested, len(found.mean)),
    )


def _words(score: Score, origins: int) -> list[Said]:
    """Why a category does not use the model, and how what it uses did in the end against the baseline; errors in %."""
    used, before = METHODS[score["method"]], [round(100 * (error or 0.0), 1) for error in score["before"]]
    errors: dict[str, str | float | Said] = {
        "n": origins,
        **dict(zip(("model", "trees", "baseline"), before, strict=True)),
    }
    apart = score["category"] is not None and used in REASONS
    words = [Said(text=REASONS[used]["text"], values=errors)] if apart else []
    own, naive = score["used"], score["wql"][METHODS.index("baseline")]
    if used == "baseline" or own is None or not naive:
        return words
    gain = round(100 * (1 - own / naive))
    last = (
        say("In the last months its error was {gain} % below that of the baseline.", gain=gain)
        if gain > 0
        else NO_BETTER
    )
    return [*words, last]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is wanted of the groups of a selection over the months ahead. places: of the groups."""

    found: DemandForecast
    sums: ForecastSums
    places: Places
    worth: Worth

    @classmethod
    def of(cls, view: View, selection: Selection, worth: Worth, by: By | None) -> "_Wanted":
        """Of some of a chain's stores the sums by product are not known, and made of their shelves alone."""
        cube, found = view.cube, given(view.cube.fitted.forecast)
        sums = found.sums
        if by != "store" and not cube.whole_chains(selection.stores):
            sums = found.sums_of(given(cube.fitted.estimates), selection.stores, cube.chain_of)
        return cls(found, sums, places(cube, selection, by), worth)

    def mean(self, span: int) -> Array:
        """By group; span: of a month ahead, or ALL_AHEAD."""
        return mean_in(self.sums, self.places, self.worth, span)

    def interval(self, span: int) -> tuple[Array, Array, Array]:
        """Mean, low and high by group."""
        mean, spread = self.mean(span), self.found.spread
        if spread is None:
            return mean, mean, mean
        shared = spread.whole if span == ALL_AHEAD else spread.month
        variance = variance_in(self.sums, self.places, self.worth, span, shared)
        return mean, *interval(mean, variance, np.full(self.places.groups, STEP[self.worth]))


def _expected(mean: Array, low: Array, high: Array, *, told: bool) -> Sums:
    def listed(values: Array) -> list[float]:
        return [round(float(v), 2) for v in values]

    return Sums(mean=listed(mean), low=listed(low) if told else None, high=listed(high) if told else None)
