"""The what-if against the world: every safety factor rises by one SD, once by simulation and once in the world.

The simulation sees only the tables of a demo retailer, through the product's own models; how much each level rises is
told to it as its manager would. The demo world is then lived again with those levels and the same draws.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final, NamedTuple

import numpy as np

from analytics.arrays import Array
from analytics.models.demand import estimate
from analytics.models.kept_items import Kept, Offer, kept_items
from analytics.models.stock_simulation import Policy, draw, simulate
from analytics.models.stocked_items import MONTHS
from benchmarks.models import Goal
from benchmarks.models.worlds import ledger_of
from data.demo import DemoData, DemoSpec, generate

SEEDS: Final = range(1, 9)
SHIFT: Final = 1.0  # SD
TOLERANCE: Final = 3.5  # percentage points of fill rate
EMPTY_TOLERANCE: Final = 2.5  # of the share of month-ends with an empty shelf


class Lived(NamedTuple):
    """One world before and after: fill rate, month-ends with an empty shelf and mean stock, as told and as it came."""

    fill: Array
    empty: Array
    stock: Array
    told_fill: Array
    told_empty: Array
    told_stock: Array


def goals(seeds: Iterable[int] = SEEDS) -> Iterator[Goal]:
    """The fill rate foretold after the rise, the change of stockouts and of stock."""
    worlds = [lived(DemoSpec(seed=seed)) for seed in seeds]
    data = f"demo, {len(worlds)} worlds"
    off = np.array([100 * (world.told_fill - world.fill) for world in worlds])
    rose = np.array([100 * (world.fill[1] - world.fill[0]) for world in worlds])
    yield Goal(
        "what-if",
        data,
        "fill rate after one SD more safety stock, foretold against lived again",
        anchor=f"rose by {rose.mean():.1f} points",
        goal=f"within {TOLERANCE} points in every world",
        ours=f"{_spread(off[:, 1])}, worst {np.abs(off[:, 1]).max():.1f}",
        passed=bool(np.abs(off[:, 1]).max() <= TOLERANCE),
    )
    yield Goal("what-if", data, "fill rate before it", "0", "–", _spread(off[:, 0]), None)
    empty = np.array([100 * np.diff([world.empty, world.told_empty]).ravel() for world in worlds])
    yield Goal(
        "what-if",
        data,
        "change of the share of month-ends with an empty shelf",
        anchor=f"came {empty[:, 0].mean():+.1f} points",
        goal=f"within {EMPTY_TOLERANCE} points in every world",
        ours=f"foretold {empty[:, 1].mean():+.1f}, worst off {np.abs(np.diff(empty)).max():.1f}",
        passed=bool(np.abs(np.diff(empty)).max() <= EMPTY_TOLERANCE),
    )
    stock = np.array([[world.stock[1] / world.stock[0], world.told_stock[1] / world.told_stock[0]] for world in worlds])
    yield Goal(
        "what-if",
        data,
        "stock after ÷ before",
        anchor=f"came {stock[:, 0].mean():.2f}",
        goal="–",
        ours=f"foretold {stock[:, 1].mean():.2f}",
        passed=None,
    )


def lived(spec: DemoSpec) -> Lived:
    """Predicts the twin of `spec` whose safety factors are one SD higher, and lives it."""
    worlds = generate(spec), generate(replace(spec, service_shift=SHIFT))
    kept = _kept(worlds[0])
    items = kept.items
    raised = np.sqrt(_grid(worlds[0], "truth", "forecast_units") + 0.25)  # the SD that the managers reckon with
    risen = raised.reshape(-1, MONTHS, raised.shape[1]).mean(axis=0)[:, kept.store * spec.products + kept.product]
    draws = draw(items)
    told = [
        simulate(Policy(level, items.lead_time_days, items.review_days), draws)
        for level in (items.level, items.level + SHIFT * risen)
    ]
    closing = [_grid(world, "inventory", "closing_units") for world in worlds]
    return Lived(
        fill=np.array([_served(world) for world in worlds]),
        empty=np.array([(units == 0).mean() for units in closing]),
        stock=np.array([units.mean() for units in closing]),
        told_fill=np.array([year.sold.sum() / year.demand.sum() for year in told]),
        told_empty=np.array([year.empty.mean() / MONTHS for year in told]),
        told_stock=np.array([year.stock.mean() for year in told]),
    )


def _kept(world: DemoData) -> Kept:
    """The items as the product makes them; list prices, which a fill rate does not depend on."""
    products = world.tables["products"]
    price, cost, days = (products[name].to_numpy(np.float64) for name in ("unit_price", "unit_cost", "lead_time_days"))
    demand = estimate(ledger_of(world))
    kept = kept_items(demand, Offer(price[demand.ledger.shelves.product], cost, days))
    assert isinstance(kept, Kept)
    assert kept.since % MONTHS == MONTHS - 1  # so that the year to come begins in January, as the levels told do
    return kept


def _grid(world: DemoData, part: str, column: str) -> Array:
    """(months, n) of a column of the ledger or of the truth, whose rows are month × store × product."""
    frame = world.truth["cells"] if part == "truth" else world.tables["inventory"]
    return frame[column].to_numpy(dtype=np.float64).reshape(world.spec.months, -1)


def _served(world: DemoData) -> float:
    unserved = sum(_grid(world, "truth", f"{fate}_units").sum() for fate in ("lost", "substituted", "delayed"))
    return float(1 - unserved / _grid(world, "truth", "demand_units").sum())


def _spread(points: Array) -> str:
    return f"off {points.mean():+.1f} points (sd {points.std():.1f})"
