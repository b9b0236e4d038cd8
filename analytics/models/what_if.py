"""What if shelves were fuller, suppliers faster, demand higher: today against a scenario, with everything chance does.

A `Study` holds the draws and today's year. A scenario is simulated against the same draws, so that differences are the
scenario's alone, and its outcome is summed to whatever groups are asked for: one, stores, products or items.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final, NamedTuple

import numpy as np

from analytics.arrays import Array, Column, Ints, Mask
from analytics.models.item_weights import Weights
from analytics.models.order_levels import smooth_level
from analytics.models.stock_simulation import Draws, Policy, Tally, draw, simulate
from analytics.models.stocked_items import MONTHS, Items, protection

RANGES: Final = {
    "stock_level": (0, 3),
    "service_level": (0.5, 0.999),
    "safety_shift": (-3, 3),
    "lead_time_change_days": (-60, 60),
    "review_days": (7, 92),
    "demand": (0.5, 1.5),
    "holding_rate": (0, 1),
}
MAY_BE_NONE: Final = ("service_level", "review_days", "holding_rate")
OUTER: Final = 0.10  # share of years outside each end of a band: 80 % lie inside
SHIFTS: Final = (-2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0)
CURVE_RUNS: Final = 6


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is changed; by default nothing is.

    stock_level: factor on every order-up-to level; service_level: if set, levels are those that this share of review
    cycles gets through [-]; safety_shift: SDs of demand over lead time + review period added to levels;
    lead_time_change_days: added to every lead time, which stays ≥ 0; review_days: if set, for all; demand: factor on
    expected demand; holding_rate: if set, cost of a year's stock ÷ its value; levels_follow: whether levels keep their
    safety factor when lead time, review period or demand change, instead of staying what they are.
    Raises ValueError naming the field that is no number or out of its range.
    """

    stock_level: float = 1.0
    service_level: float | None = None
    safety_shift: float = 0.0
    lead_time_change_days: float = 0.0
    review_days: float | None = None
    demand: float = 1.0
    holding_rate: float | None = None
    levels_follow: bool = False

    def __post_init__(self) -> None:
        for name, (low, high) in RANGES.items():
            value = getattr(self, name)
            if value is None and name in MAY_BE_NONE:
                continue
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise ValueError(f"{name} must be a number, not {value!r}")
            if not low <= value <= high:
                raise ValueError(f"{name} must be between {low:g} and {high:g}, not {value:g}")
        if not isinstance(self.levels_follow, bool):
            raise ValueError(f"levels_follow must be true or false, not {self.levels_follow!r}")


NEUTRAL: Final = Scenario()
PARTS: Final[dict[str, Any]] = {"items": Items, "draws": Draws, "today": Tally}


@dataclass(frozen=True, slots=True)
class Study:
    """Items with their draws and today's years: all that does not depend on a scenario."""

    items: Items
    draws: Draws
    today: Tally

    def only(self, chosen: Mask | Ints) -> "Study":
        """The study of some items; nothing is drawn or simulated again."""
        kept = (getattr(self.today, field.name)[:, chosen] for field in fields(Tally))
        return Study(self.items.only(chosen), self.draws.only(chosen), Tally(*kept))


def packed(study: Study) -> dict[str, Column]:
    """The study as arrays by name, to be published as files; `unpacked` takes them back, mapped from disk or not."""
    return {
        f"{part}.{field.name}": np.asarray(getattr(getattr(study, part), field.name))
        for part, kind in PARTS.items()
        for field in fields(kind)
    }


def unpacked(arrays: Mapping[str, Column]) -> Study:
    """A study from the arrays of `packed`. Raises ValueError naming what is missing."""
    parts: dict[str, Any] = {}
    for part, kind in PARTS.items():
        names = [f"{part}.{field.name}" for field in fields(kind)]
        if missing := [name for name in names if name not in arrays]:
            raise ValueError(f"{missing[0]} is missing")
        parts[part] = kind(*(arrays[name] if arrays[name].ndim else float(arrays[name]) for name in names))
    return Study(**parts)


class Band(NamedTuple):
    """The mean over all years and the limits between which 80 % of the years lie; shape (groups,) each."""

    low: Array
    likely: Array
    high: Array


Outcome = dict[str, Band]
Years = dict[str, Array]


class Comparison(NamedTuple):
    """Today, the scenario, and their difference year by year: what the scenario adds."""

    today: Outcome
    scenario: Outcome
    change: Outcome


class Point(NamedTuple):
    """One point of the curve; see `Outcome` for the units."""

    safety_shift: float
    fill_rate: float
    stockout_rate: float
    stock_units: float
    capital: float
    lost_sales: float
    net_profit: float


class Curve(NamedTuple):
    """Points by rising safety; here, best: numbers of the scenario's own point and of the one of the highest profit."""

    points: list[Point]
    here: int
    best: int


class Ladder(NamedTuple):
    """means: of each shift, a year of every item, shapes (1, n). here: number of the scenario's own shift."""

    shifts: list[float]
    means: list[Tally]
    here: int
    holding_rate: float


def study(items: Items, runs: int | None = None, seed: int = 1) -> Study:
    """Draws and simulates today; for the refresh. More than some 2,000 items first go into classes: `item_classes`."""
    draws = draw(items, runs, seed)
    return Study(items, draws, simulate(policy(items, NEUTRAL), draws))


def policy(items: Items, scenario: Scenario) -> Policy:
    """How the scenario orders. Shifted levels are S + shift·σ with σ of demand over lead time + review period."""
    lead_time = np.maximum(items.lead_time_days + scenario.lead_time_change_days, 0)
    review = items.review_days
    if scenario.review_days is not None:
        review = np.full(len(items), scenario.review_days)
    mean, sd = protection(scenario.demand * items.mean, items.dispersion, lead_time, review)
    level = items.level
    if scenario.service_level is not None:
        level = smooth_level(scenario.service_level, mean, items.dispersion)
    elif scenario.levels_follow:
        now, now_sd = protection(items.mean, items.dispersion, items.lead_time_days, items.review_days)
        safety = np.divide(level - now, now_sd, out=np.zeros_like(sd), where=now_sd > 0)
        level = np.maximum(level + (mean - now) + safety * (sd - now_sd), 0)
    level = np.maximum(level + scenario.safety_shift * sd, 0) * scenario.stock_level
    return Policy(level, lead_time, review, scenario.demand)


def today(study: Study, weights: Weights) -> Years:
    """Today's side of a comparison, by name (groups, years), for all comparisons with the same weights."""
    return _measures(study.today, weights, study.items.holding_rate)


def compare(study: Study, scenario: Scenario, weights: Weights, before: Years | None = None) -> Comparison:
    """Today against the scenario in every group of `weights`, whose items are those of the study.

    before: `today` of the same study and weights, if it is at hand; saves a tenth of the time.
    """
    before = today(study, weights) if before is None else before
    return compared(before, lived(study, scenario), weights, rate(study, scenario))


def lived(study: Study, scenario: Scenario) -> Tally:
    """The years of the study's items under a scenario: what costs time, and serves any weights."""
    return simulate(policy(study.items, scenario), study.draws)


def compared(before: Years, tally: Tally, weights: Weights, holding_rate: float) -> Comparison:
    """Today's side against years lived otherwise."""
    after = _measures(tally, weights, holding_rate)
    change = {name: after[name] - before[name] for name in after}
    return Comparison(*({name: _band(years) for name, years in side.items()} for side in (before, after, change)))


def ladder(study: Study, scenario: Scenario = NEUTRAL, runs: int = CURVE_RUNS) -> Ladder:
    """Every item's mean year as all safety factors fall and rise around the scenario's: what costs time in a curve.

    Fewer years than elsewhere, the same ones at every point, so that the curve is smooth.
    """
    draws = study.draws.fewer(runs)
    low, high = RANGES["safety_shift"]
    shifts = [shift for by in SHIFTS if low <= (shift := scenario.safety_shift + by) <= high]
    lives = (simulate(policy(study.items, replace(scenario, safety_shift=shift)), draws) for shift in shifts)
    return Ladder(shifts, [life.mean() for life in lives], shifts.index(scenario.safety_shift), rate(study, scenario))


def curve(steps: Ladder, weights: Weights) -> Curve:
    """Service against stock, lost sales and profit along a ladder; weights: of one group, whose sums are linear."""
    found = (_measures(tally, weights, steps.holding_rate) for tally in steps.means)
    points = [
        Point(shift, *(float(years[name][0, 0]) for name in Point._fields[1:]))
        for shift, years in zip(steps.shifts, found, strict=True)
    ]
    return Curve(points, steps.here, int(np.argmax([point.net_profit for point in points])))


def rate(study: Study, scenario: Scenario) -> float:
    """A year's cost of stock ÷ its value under the scenario [-]."""
    return study.items.holding_rate if scenario.holding_rate is None else scenario.holding_rate


def _measures(tally: Tally, weights: Weights, holding_rate: float) -> Years:
    """What each year came to, (groups, years). Shares in [0, 1], NaN where a group wants nothing; money in currency.

    fill_rate: units served ÷ units wanted. stockout_rate: month-ends with an empty shelf ÷ all. lost_units: wanted,
    not served and not bought as something else; lost_sales: their price. stock_units, capital: mean stock and its cost.
    holding_cost: capital · rate. net_profit: margin of what was not lost − holding cost. availability: 1 − share of the
    time with an empty shelf, items weighted by demand: an index of what shoppers meet, not of their satisfaction.
    """
    demand, unserved = weights.units @ tally.demand.T, (tally.demand - tally.sold).T
    capital = weights.capital @ tally.stock.T
    margin = weights.margin @ tally.demand.T - weights.lost_margin @ unserved
    nothing = np.where(weights.filled, 0.0, np.nan)[:, None]
    return {
        "demand_units": demand,
        "fill_rate": 1 - _ratio(weights.units @ unserved, demand),
        "stockout_rate": weights.count @ tally.empty.T / MONTHS + nothing,
        "lost_units": weights.lost @ unserved,
        "lost_sales": weights.lost_price @ unserved,
        "stock_units": weights.stock @ tally.stock.T,
        "capital": capital,
        "holding_cost": holding_rate * capital,
        "net_profit": margin - holding_rate * capital,
        "availability": 1 - weights.wanted @ tally.unavailable.T + nothing,
    }


def _ratio(part: Array, whole: Array) -> Array:
    """Part ÷ whole of each year, moved so that their mean is Σ part ÷ Σ whole, no mean of ratios; NaN where Σ is 0."""
    total = whole.sum(axis=1, keepdims=True)
    overall = np.divide(part.sum(axis=1, keepdims=True), total, out=np.full_like(total, np.nan), where=total > 0)
    yearly = np.divide(part, whole, out=np.broadcast_to(overall, whole.shape).copy(), where=whole > 0)
    moved: Array = yearly + (overall - yearly.mean(axis=1, keepdims=True))
    return moved


def _band(years: Array) -> Band:
    """The mean, and the quantiles of the years by linear interpolation between them."""
    ranked = np.sort(years, axis=1)
    place = OUTER * (years.shape[1] - 1)
    below, share = int(place), place % 1
    low = (1 - share) * ranked[:, below] + share * ranked[:, min(below + 1, years.shape[1] - 1)]
    high = (1 - share) * ranked[:, -1 - below] + share * ranked[:, max(-2 - below, -years.shape[1])]
    mean = years.mean(axis=1)
    return Band(np.minimum(low, mean), mean, np.maximum(high, mean))
