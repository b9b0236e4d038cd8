"""Unconstrained demand, lost sales and the effect of stock: goals D2, E4 and S."""

import time
from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from analytics.arrays import Array, Mask, mid_ranks
from analytics.models.coverage import back_test
from analytics.models.demand import Demand, estimate
from analytics.models.ledger import Kind
from analytics.models.lost_sales import Evidence, lost_of
from analytics.models.stock_effect import Effect, stock_effect
from benchmarks.models import Goal
from benchmarks.models.worlds import Judged, judged, lost_by, parts_of, summed
from data.demo import DemoSpec

SEEDS: Final = range(21, 41)  # for the interval of no effect; the first eight for the rest
FEW: Final = 8
LARGE_SEEDS: Final = range(21, 24)
STRONG: Final = 0.8  # display elasticity that must be found
HELD: Final = {
    "total_held": "total",
    "stores_held": "stores",
    "products_held": "products",
    "cells_held": "single cells",
    "tested": "sums of stores and products in the back-test, which knows no truth",
}
KINDS: Final[tuple[Kind, ...]] = ("all", "store", "product")
LEAST_HELD: Final = 75  # %, of intervals of 80 %
LEAST_EFFECT_HELD: Final = 0.8  # of intervals of 95 %, in a few worlds


class Measured(NamedTuple):
    """What one world gave; shares and relative errors [-]."""

    sold_error: float
    error: float
    stores: float
    stores_sold: float
    rank: float
    rank_counted: float
    unmet: float
    total_held: float
    stores_held: float
    products_held: float
    cells_held: float
    tested: float
    failed_error: float
    failed_held: float
    low_error: float
    low_held: float
    failed: float
    low: float
    no_effect: float
    pearson: float
    seconds: float


def goals() -> Iterator[Goal]:
    """Every goal in turn; some minutes."""
    small = [_measure(DemoSpec(seed=seed)) for seed in SEEDS]
    large = [_measure(DemoSpec.times(10, seed)) for seed in LARGE_SEEDS]
    yield from _demand_goals(small[:FEW], f"demo, {FEW} worlds", Within(3.0, 0.86, 8, 1))
    yield from _demand_goals(large, f"demo × 10, {len(large)} worlds", Within(2.5, 0.93, 4, 5))
    yield _no_effect(small)
    yield _strong_effect()


def _measure(spec: DemoSpec) -> Measured:
    world = judged(spec)
    start = time.perf_counter()
    demand = estimate(world.ledger)
    seconds = time.perf_counter() - start
    return Measured._make([*_accuracy(world, demand), *_held(world, demand), *_effects(world, demand), seconds])


def _accuracy(world: Judged, demand: Demand) -> tuple[float, ...]:
    sold, found = world.ledger.sold, demand.unconstrained

    def by_store(units: Array) -> Array:
        return np.asarray(summed(world.ledger, "store", units) / summed(world.ledger, "store", world.demand) - 1)

    lost, counted, truly = (
        mid_ranks(summed(world.ledger, "product", units))
        for units in (demand.lost, world.ledger.out, np.maximum(world.demand - sold, 0))
    )
    return (
        sold.sum() / world.demand.sum() - 1,
        found.sum() / world.demand.sum() - 1,
        float(np.abs(by_store(found)).mean()),
        float(np.abs(by_store(sold)).mean()),
        float(np.corrcoef(lost, truly)[0, 1]),
        float(np.corrcoef(counted, truly)[0, 1]),
        float(demand.lost.sum() / world.unmet.sum() - 1),
    )


def _held(world: Judged, demand: Demand) -> tuple[float, ...]:
    """Share of 80 % intervals that hold the units not served: of the total, of stores, of products, of cells."""
    held = []
    for kind in KINDS:
        found, truth = lost_by(demand, kind), summed(world.ledger, kind, world.unmet)
        held.append(float(((found.low <= truth) & (truth <= found.high))[found.stockouts > 0].mean()))
    cell = demand.stockouts.cell
    _value, low, high = lost_of(Evidence.of(demand), parts_of(demand), len(cell))
    unmet = world.unmet.ravel()[cell]
    held.append(float(((low <= unmet) & (unmet <= high)).mean()))
    return (*held, (back_test(demand)["sums"] or np.nan) / 100)


def _effects(world: Judged, demand: Demand) -> tuple[float, ...]:
    def truth(hit: Mask, spared: Mask) -> float:
        sold, wanted = world.ledger.sold, world.demand
        return float(sold[hit].sum() / wanted[hit].sum() / (sold[spared].sum() / wanted[spared].sum()) - 1)

    found, failed, due = stock_effect(demand), world.failed, world.due
    measured: list[float] = []
    truths = (truth(failed, ~failed), truth(failed & due, ~failed & due))
    for effect, true in zip((found["everywhere"], found["where_low"]), truths, strict=True):
        change, low, high = _numbers(effect)
        measured += [change - true, float(low <= true <= high)]
    _, low, high = _numbers(found["beyond_empty"])
    supply = world.ledger.sold + world.ledger.closing
    pearson = np.corrcoef(supply.ravel(), world.ledger.sold.ravel())[0, 1]
    return (*measured, *truths, float(low <= 0 <= high), float(pearson))


def _numbers(effect: Effect) -> tuple[float, float, float]:
    change, low, high = (np.nan if x is None else x for x in (effect["change"], effect["low"], effect["high"]))
    return change, low, high


class Within(NamedTuple):
    """Tolerances: % of demand, rank correlation, percentage points of an effect, seconds."""

    demand: float
    rank: float
    points: float
    seconds: float


def _demand_goals(worlds: list[Measured], data: str, within: Within) -> Iterator[Goal]:
    got = {name: np.array([getattr(world, name) for world in worlds]) for name in Measured._fields}
    worst, store, rank = 100 * np.abs(got["error"]).max(), 100 * got["stores"].mean(), got["rank"].mean()
    yield Goal(
        "E4",
        data,
        "error of total unconstrained demand, in every world",
        anchor=f"sold: {_spread(got['sold_error'])}",
        goal=f"≤ {within.demand} %",
        ours=f"{_spread(got['error'])}, worst {worst:.1f}",
        passed=bool(worst <= within.demand),
    )
    yield Goal(
        "E4",
        data,
        "error of a store's demand, mean",
        anchor=f"sold: {100 * got['stores_sold'].mean():.1f} %",
        goal=f"≤ {within.demand} %",
        ours=f"{store:.1f} %",
        passed=bool(store <= within.demand),
    )
    yield Goal(
        "E4",
        data,
        "lost units by product, rank correlation with truth, mean",
        anchor=f"stockouts counted: {got['rank_counted'].mean():.3f}",
        goal=f"≥ {within.rank}",
        ours=f"{rank:.3f}",
        passed=bool(rank >= within.rank),
    )
    yield from _held_goals(got, data)
    yield from _effect_goals(got, data, within.points)
    yield Goal(
        "S",
        data,
        "seconds to estimate demand, slowest",
        anchor="–",
        goal=f"≤ {within.seconds:.0f} s",
        ours=f"{got['seconds'].max():.2f} s",
        passed=bool(got["seconds"].max() <= within.seconds),
    )


def _held_goals(got: dict[str, Array], data: str) -> Iterator[Goal]:
    """Intervals of 80 % may hold more where losses are whole units, and should not hold much less."""
    for name, of in HELD.items():
        share = 100 * got[name].mean()
        yield Goal(
            "E4",
            data,
            f"80 % intervals of the units not served that hold: {of}",
            anchor="80 %",
            goal=f"≥ {LEAST_HELD} %",
            ours=f"{share:.0f} %",
            passed=bool(share >= LEAST_HELD),
        )
    yield Goal(
        "E4",
        data,
        "units not served, estimated against true",
        anchor="0 %",
        goal="–",
        ours=_spread(got["unmet"]),
        passed=None,
    )


def _effect_goals(got: dict[str, Array], data: str, points: float) -> Iterator[Goal]:
    for effect, of in (("failed", "all stores of a failed delivery"), ("low", "stores that were low")):
        worst = 100 * np.abs(got[f"{effect}_error"]).max()
        held = got[f"{effect}_held"].mean()
        yield Goal(
            "D2",
            data,
            f"sales lost by a failed delivery, {of}",
            anchor=f"true {_spread(got[effect])}",
            goal=f"within {points:.0f} points, 95 % interval holds",
            ours=f"error {_spread(got[f'{effect}_error'])}, worst {worst:.1f}, holds {100 * held:.0f} %",
            passed=bool(worst <= points and held >= LEAST_EFFECT_HELD),
        )


def _no_effect(worlds: list[Measured]) -> Goal:
    share = np.mean([world.no_effect for world in worlds])
    return Goal(
        "D2",
        f"demo, {len(worlds)} worlds without display effect",
        "95 % interval of the effect beyond empty shelves holds 0",
        anchor=f"Pearson of stock and sales: {np.mean([world.pearson for world in worlds]):.2f}",
        goal="≥ 90 %",
        ours=f"{100 * share:.0f} %",
        passed=bool(share >= 0.9),
    )


def _strong_effect() -> Goal:
    worlds = [judged(DemoSpec(seed=seed, display_effect=STRONG)) for seed in SEEDS[:FEW]]
    highs = [_numbers(stock_effect(estimate(world.ledger))["beyond_empty"])[2] for world in worlds]
    found = sum(high < 0 for high in highs)
    return Goal(
        "D2",
        f"demo, {FEW} worlds with a display elasticity of {STRONG}",
        "worlds in which it is found",
        anchor="–",
        goal=f"≥ {FEW // 2}",
        ours=f"{found} of {FEW}",
        passed=found >= FEW // 2,
    )


def _spread(share: Array) -> str:
    return f"{100 * share.mean():+.1f} % (sd {100 * share.std():.1f})"
