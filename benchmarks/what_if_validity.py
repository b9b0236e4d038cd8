"""The what-if against the world: every safety factor rises by one SD, once by simulation and once in the world.

The simulation sees only the tables of a demo retailer; how much each level rises is told to it as its manager would.
The demo world is then lived again with those levels and the same draws.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final, NamedTuple

import numpy as np

from analytics.arrays import Array
from analytics.models.stock_simulation import Policy, draw, simulate
from analytics.models.stocked_items import MONTH_DAYS, MONTHS, Items, protection
from data.demo import DemoData, DemoSpec, generate

SHIFT: Final = 1.0
TOLERANCE: Final = 0.035  # of fill rate
CATEGORY_WEIGHT: Final = 10  # months' worth of belief that a product sells in a store as it does in the others
HEAD: Final = (
    f"{'one SD more safety stock':<26} {'before':>15} {'after':>15} {'stockouts':>15} {'stock':>13}\n"
    f"{'(predicted, as it came)':<26} {'fill rate':>15} {'fill rate':>15} {'change':>15} {'ratio':>13}"
)


class Validity(NamedTuple):
    """One world: shares and ratios [-], each as predicted and as it came. stockouts: change of their rate."""

    seed: int
    before: tuple[float, float]
    after: tuple[float, float]
    stockouts: tuple[float, float]
    stock: tuple[float, float]

    @property
    def passed(self) -> bool:
        """Whether the promised fill rate came, within 3.5 percentage points."""
        return abs(self.after[0] - self.after[1]) <= TOLERANCE


def report(seeds: Iterable[int] = range(1, 5)) -> str:
    """One line a world."""
    return "\n".join([HEAD, *_lines(seeds), ""])


def _lines(seeds: Iterable[int]) -> Iterator[str]:
    for seed in seeds:
        found = validity(DemoSpec(seed=seed))
        pairs = (found.before, found.after, found.stockouts)
        shares = " ".join(f"{100 * told:>6.1f} {100 * came:>6.1f} %" for told, came in pairs)
        verdict = "passed" if found.passed else "FAILED"
        yield f"{f'world {seed}: {verdict}':<26} {shares} {found.stock[0]:>6.2f} {found.stock[1]:>6.2f}"


def validity(spec: DemoSpec) -> Validity:
    """Predicts the twin of `spec` whose safety factors are one SD higher, and lives it."""
    worlds = generate(spec), generate(replace(spec, service_shift=SHIFT))
    items = estimated(worlds[0])
    raised = np.sqrt(_grid(worlds[0], "truth", "forecast_units") + 0.25)  # the SD that the managers reckon with
    levels = items.level, items.level + SHIFT * _by_calendar_month(raised)
    draws = draw(items)
    told = [simulate(Policy(level, items.lead_time_days, items.review_days), draws) for level in levels]
    fill = [float(year.sold.sum() / year.demand.sum()) for year in told]
    empty = [float(year.empty.mean() / MONTHS) for year in told]
    closing = [_grid(world, "inventory", "closing_units") for world in worlds]
    served = [_served(world) for world in worlds]
    return Validity(
        spec.seed,
        before=(fill[0], served[0]),
        after=(fill[1], served[1]),
        stockouts=(empty[1] - empty[0], float((closing[1] == 0).mean() - (closing[0] == 0).mean())),
        stock=(float(told[1].stock.mean() / told[0].stock.mean()), float(closing[1].mean() / closing[0].mean())),
    )


def estimated(world: DemoData) -> Items:
    """The items of a demo retailer, as far as a simple estimate from its tables goes; a stand-in for the demand model.

    Demand: the truth of the world summed by product, month and store × category, never by item, since what is judged
    here is the simulation. Levels: units on the shelf after deliveries. Failures: months without one that needed one.
    """
    mean = _by_calendar_month(_expected(world))
    quantity = world.tables["sales"].quantity.to_numpy(dtype=np.float64)
    quantity = quantity[quantity > 0]
    n = mean.shape[1]
    dispersion = np.full(n, (quantity**2).mean() / quantity.mean())
    level, failure = _levels(world, mean, dispersion)
    products = world.tables["products"]
    price, cost = (np.tile(products[name].to_numpy(), n // len(products)) for name in ("unit_price", "unit_cost"))
    same = np.ones(n)
    return Items(mean, dispersion, level, 0 * same, MONTH_DAYS * same, price, cost, 0.26 * same, failure, 0 * same)


def _expected(world: DemoData) -> Array:
    """(months, n) demand by store × category × share of the product in it, times its category's season."""
    demand = _grid(world, "truth", "demand_units")
    category = world.tables["products"].category.astype("category").cat.codes.to_numpy()
    stores = demand.shape[1] // len(category)
    cube = demand.reshape(len(demand), stores, len(category))
    same = category[:, None] == category
    by_category = cube.sum(axis=0) @ same
    share = cube.sum(axis=(0, 1)) / (cube.sum(axis=(0, 1)) @ same)
    season = (cube.sum(axis=1) @ same) / (cube.sum(axis=(0, 1)) @ same)
    expected: Array = (by_category * share * season[:, None, :]).reshape(len(demand), -1)
    return expected


def _levels(world: DemoData, mean: Array, dispersion: Array) -> tuple[Array, Array]:
    """Levels: the shelf after a delivery, by calendar month; without any, by the item's mean safety factor."""
    opening, received, shrink = (
        _grid(world, "inventory", f"{name}_units") for name in ("opening", "received", "shrink")
    )
    available = np.where(received > 0, opening + received - shrink, np.nan)
    expected, sd = protection(mean, dispersion, np.zeros(len(dispersion)), np.full(len(dispersion), MONTH_DAYS))
    seen = _by_calendar_month(available)
    safety = (seen - expected) / sd
    known = np.isfinite(safety)
    usual = np.where(known, safety, 0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    level = np.where(known, seen, np.maximum(1, np.round(expected + usual * sd)))
    years = len(opening) // MONTHS
    needed = opening < np.tile(level, (years, 1))
    failed = float((needed & (received == 0)).sum() / needed.sum())
    return level, np.full(len(dispersion), failed)


def _grid(world: DemoData, part: str, column: str) -> Array:
    """(months, n) of a column of the ledger or of the truth, whose rows are month × store × product."""
    frame = world.truth["cells"] if part == "truth" else world.tables["inventory"]
    return frame[column].to_numpy(dtype=np.float64).reshape(world.spec.months, -1)


def _by_calendar_month(values: Array) -> Array:
    """(12, n) means over the years of what is known."""
    years = values.reshape(-1, MONTHS, values.shape[1])
    known = np.isfinite(years)
    count = known.sum(axis=0)
    total = np.where(known, years, 0).sum(axis=0)
    mean: Array = np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
    return mean


def _served(world: DemoData) -> float:
    unserved = sum(_grid(world, "truth", f"{fate}_units").sum() for fate in ("lost", "substituted", "delayed"))
    return float(1 - unserved / _grid(world, "truth", "demand_units").sum())
