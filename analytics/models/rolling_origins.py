"""Which forecast of demand is used in each category, and how good it was: chosen on origins of the past.

An origin is a month at whose start the next `HORIZON` are forecast from what was known by then. Methods compete on all
origins but the last (Tashman 2000, Int. J. Forecasting 16, 437–450); the last one is seen once, for the error that is
published. So is nothing but the mean: the spread comes from the earlier origins, too.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple, TypedDict

import numpy as np

from analytics.arrays import Array, Ints, Mask, rows_by
from analytics.models import challenger
from analytics.models.demand import Demand, estimate
from analytics.models.demand_ahead import RECENT, before, carried, months_ahead, multiplicative, seasonal_naive
from analytics.models.forecast_errors import (
    Held,
    Spread,
    Trial,
    dispersion_of,
    expected,
    held,
    outcome,
    quantile_loss,
    spread_of,
)
from analytics.models.ledger import MOST_SHELVES, YEAR, Assortment, Ledger
from data.said import Said

HORIZON: Final = 3
ORIGINS: Final = 3  # to choose by; the last one comes on top
METHODS: Final = ("multiplicative", "trees", "baseline")
BASELINE: Final = METHODS.index("baseline")
BETTER: Final = 0.99  # of the multiplicative model's error that the trees must not exceed, to be worth their opacity
FEWEST_UNITS: Final = 50  # sold in a category over the origins, below which it takes what is best for all
FEWEST_KNOWN: Final = 0.5  # of a usual month's cells, below which the newest month is not there yet


class Score(TypedDict):
    """One category's contest, or with None that of all. Errors by METHODS, None for one that could not take part.

    method: the one used. before: WQL on the origins that it was chosen by; wql: on the last one; used, bias [%]: of
    what is used, bias positive where the forecast was too high. n: store × product months of the last origin.
    """

    category: int | None
    method: int
    before: list[float | None]
    wql: list[float | None]
    used: float | None
    bias: float | None
    n: int


class Contest(NamedTuple):
    """What the origins of the past tell.

    method: (categories,) places in METHODS. spread: None where nothing could be tested. scores: of all, then of each
    category. held: of intervals on the last origin, tested: its first month; None without one. chosen_by: how many
    origins before it.
    """

    method: Ints
    spread: Spread | None
    scores: list[Score]
    held: Held | None
    tested: int | None
    chosen_by: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """Demand of the HORIZON months from month `first` on.

    mean: (horizon, shelves) units, NaN for those without a number; thin: (shelves,) those of them that were carried
    lately. why: the reason where there is no forecast, and so no contest.
    """

    first: int
    mean: Array
    thin: Mask
    contest: Contest
    why: Said | None


class _Origin(NamedTuple):
    """The trials of all methods at one origin, by name."""

    month: int
    trials: dict[str, Trial]


Learner = Callable[[challenger.Series, int], Array | None]


def forecast(demand: Demand, learner: Learner = challenger.forecast, most: int = MOST_SHELVES) -> Forecast:
    """The forecast after the last month of which stock and sales are known; deterministic.

    demand: of all months; most: shelves by which methods are chosen and judged.
    """
    end = _end(demand.ledger)
    ledger = before(demand.ledger, end)
    now = demand if end == len(demand.ledger.sold) else estimate(ledger)
    if now.why:
        mean = np.full((HORIZON, len(ledger.shelves)), np.nan)
        none = Contest(np.zeros(ledger.shelves.categories, dtype=np.int64), None, [], None, None, 0)
        return Forecast(end, mean, np.isinf(mean[0]), none, now.why)
    contest = _contest(ledger.of_some_stores(most), end, learner)
    means = _means(now, HORIZON, learner, {METHODS[m] for m in contest.method})
    mean = _by_method(means, contest.method, ledger.shelves.category_of)
    lately = ledger.ranged[-RECENT:].any(axis=0)
    return Forecast(end, mean, lately & np.isnan(mean[0]), contest, None)


def _contest(ledger: Ledger, end: int, learner: Learner) -> Contest:
    origins = [o for k in range(ORIGINS + 1, 0, -1) if (o := _origin(ledger, end - k * HORIZON, learner))]
    last = origins.pop() if origins and origins[-1].month == end - HORIZON else None
    shelves = ledger.shelves
    phi = {name: dispersion_of([o.trials[name] for o in origins]) for name in _methods(origins)}
    losses = {name: _by_category([o.trials[name] for o in origins], phi[name], shelves) for name in phi}
    method = _chosen(losses, shelves.categories)
    spread = None
    if origins:
        dispersion = np.array([phi[METHODS[m]] for m in method])
        spread = spread_of([_mixed(o.trials, method, shelves.category_of) for o in origins], dispersion, shelves)
    return Contest(
        method=method,
        spread=spread,
        scores=_scores(last, losses, phi, method, shelves) if last and origins else [],
        held=held(_mixed(last.trials, method, shelves.category_of), spread, shelves) if last and spread else None,
        tested=last.month if last and origins else None,
        chosen_by=len(origins),
    )


def _end(ledger: Ledger) -> int:
    """The first month that is not known, or known of half the usual cells only."""
    known = ledger.known.sum(axis=1)
    if not known.any():
        return len(known)
    usual = float(np.median(known[known > 0]))
    return int(np.flatnonzero(known >= FEWEST_KNOWN * usual)[-1]) + 1


def _origin(ledger: Ledger, month: int, learner: Learner) -> _Origin | None:
    if month < YEAR:
        return None
    then = estimate(before(ledger, month))
    if then.why:
        return None
    assert then.factors
    came, phi = outcome(ledger, month, HORIZON), then.factors.dispersion
    trials = {name: Trial(mean, came, phi) for name, mean in _means(then, HORIZON, learner, set(METHODS)).items()}
    return _Origin(month, trials) if trials["baseline"].told.any() else None


def _means(demand: Demand, horizon: int, learner: Learner, wanted: set[str]) -> dict[str, Array]:
    """Means by method, (horizon, shelves); those of trees only where enough was seen to learn from."""
    made: dict[str, Callable[[Demand, int], Array | None]] = {
        "multiplicative": multiplicative,
        "trees": lambda d, h: trees(d, h, learner),
        "baseline": seasonal_naive,
    }
    found = {name: made[name](demand, horizon) for name in METHODS if name in wanted}
    return {name: mean for name, mean in found.items() if mean is not None}


def trees(demand: Demand, horizon: int, learner: Learner = challenger.forecast) -> Array | None:
    """The challenger's means, (horizon, shelves); None where too little was seen to learn from."""
    ledger, values = demand.ledger, demand.unconstrained
    season = np.concatenate([ledger.calendar, months_ahead(ledger, horizon)])
    some = np.flatnonzero(np.isfinite(values).any(axis=0))
    groups = tuple(of[some] for of in (ledger.shelves.store, ledger.shelves.product, ledger.shelves.category_of))
    found = learner(challenger.Series(values[:, some], season, groups), horizon)
    if found is None:
        return None
    mean = np.full((horizon, len(ledger.shelves)), np.nan)
    mean[:, some] = found
    return np.where(carried(demand), mean, np.nan)


def _methods(origins: list[_Origin]) -> list[str]:
    """Those that took part at every origin."""
    return [name for name in METHODS if origins and all(name in origin.trials for origin in origins)]


def _by_category(trials: list[Trial], dispersion: float, shelves: Assortment) -> Array:
    """Σ loss and Σ sold, (2, categories)."""
    loss = sum(quantile_loss(t, dispersion).sum(axis=0) for t in trials)
    sold = sum((t.outcome.sold * t.told).sum(axis=0) for t in trials)
    return rows_by(shelves.category_of, np.stack([loss, sold]), shelves.categories)


def _chosen(losses: dict[str, Array], categories: int) -> Ints:
    """The place in METHODS of each category's method; the multiplicative model where nothing was tested."""
    if not losses:
        return np.zeros(categories, dtype=np.int64)
    error = np.full((len(METHODS), categories), np.inf)
    for name, (loss, sold) in losses.items():
        error[METHODS.index(name)] = np.where(sold >= FEWEST_UNITS, loss, loss.sum())
    error[0] *= BETTER
    chosen: Ints = error.argmin(axis=0)
    return np.where(error[BASELINE] <= error[:BASELINE].min(axis=0), BASELINE, chosen)


def _by_method(means: dict[str, Array], method: Ints, category: Ints) -> Array:
    """Each shelf's mean by the method of its category; the baseline where that could not be made."""
    of = np.array([METHODS[m] for m in method])[category]
    mean = np.full(next(iter(means.values())).shape, np.nan)
    for name, found in means.items():
        mean[..., of == name] = found[..., of == name]
    return mean


def _mixed(trials: dict[str, Trial], method: Ints, category: Ints) -> Trial:
    mean = _by_method({name: trial.mean for name, trial in trials.items()}, method, category)
    return trials["baseline"]._replace(mean=mean)


def _scores(
    last: _Origin, losses: dict[str, Array], phi: dict[str, float], method: Ints, shelves: Assortment
) -> list[Score]:
    """The contest on the last origin: of all categories together, and of each in which something was sold."""
    told = {name: _told(last.trials[name], phi[name], shelves) for name in phi}
    used = np.stack([told[METHODS[m]][:, c] for c, m in enumerate(method)], axis=1)

    def score(category: int | None) -> Score:
        of = slice(None) if category is None else slice(category, category + 1)
        bias = _ratio(used[2], used[1], of)
        return Score(
            category=category,
            method=int(np.bincount(method[of]).argmax()),
            before=[_ratio(losses[m][0], losses[m][1], of) if m in losses else None for m in METHODS],
            wql=[_ratio(told[m][0], told[m][1], of) if m in told else None for m in METHODS],
            used=_ratio(used[0], used[1], of),
            bias=None if bias is None else 100 * (bias - 1),
            n=int(used[3][of].sum()),
        )

    return [score(None), *(score(int(c)) for c in np.flatnonzero(used[1] > 0))]


def _ratio(above: Array, below: Array, of: slice) -> float | None:
    return float(above[of].sum() / below[of].sum()) if below[of].sum() > 0 else None


def _told(trial: Trial, dispersion: float, shelves: Assortment) -> Array:
    """Σ loss, Σ sold, Σ sales expected and cells, (4, categories)."""
    sales = expected(trial, np.full(len(shelves), dispersion)).sales.sum(axis=0)
    rest = rows_by(shelves.category_of, np.stack([sales, trial.told.sum(axis=0)]), shelves.categories)
    return np.concatenate([_by_category([trial], dispersion, shelves), rest])
