"""A year of shelves, many times over: what is wanted, what is there, what is lost.

Periodic review with lost sales: at each review an order lifts stock on hand and on order to the order-up-to level; it
arrives a lead time later; who finds an empty shelf does not wait (Zipkin 2000, Foundations of Inventory Management,
§9.6.5). No closed form is known, hence a simulation. Every scenario meets the same draws (common random numbers, Law
2015, Simulation Modeling and Analysis, §11.2): what differs between two runs is the scenario.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from analytics.arrays import Array, Ints, Mask
from analytics.models.stocked_items import MONTH_DAYS, MONTHS, Items

SLOTS: Final = 4  # steps of a month: the grain of lead times and review periods
SLOT_DAYS: Final = MONTH_DAYS / SLOTS
WARM_UP: Final = 4  # months before the year that is counted
STEPS: Final = (MONTHS + WARM_UP) * SLOTS
DEMAND_FACTORS: Final = np.arange(4, 13) / 8  # for which demand is drawn; in between it is interpolated
EFFORT: Final = 30_000  # items × years of one scenario that a click may cost: 11 ms, or 25 at worst
FEWEST, MOST = 8, 96  # years
GOLDEN: Final = 0.6180339887  # multiples of it, less their whole part, fill [0, 1) evenly
Singles = npt.NDArray[np.float32]
Counts = npt.NDArray[Any]  # unsigned, as narrow as they may be


@dataclass(frozen=True, slots=True)
class Draws:
    """All chance of `runs` possible years of n items, the same for every scenario.

    demand: (factors, steps, runs, n) units wanted, never less for a higher factor; failed: (months, runs, n) whether
    nothing is ordered in the month. Uniforms of (runs, n), which round what is not whole up or down, right on average:
    level, demand_between, lead_time, review. factors: those on expected demand for which `demand` is drawn.
    """

    factors: Array
    demand: Counts
    failed: npt.NDArray[np.bool_]
    level: Singles
    demand_between: Singles
    lead_time: Singles
    review: Singles

    def only(self, chosen: Mask | Ints) -> "Draws":
        """The draws of some items."""
        return Draws(self.factors, *(draws[..., chosen] for draws in self._all()))

    def fewer(self, runs: int) -> "Draws":
        """The first so many years."""
        return Draws(self.factors, *(draws[..., :runs, :] for draws in self._all()))

    def _all(self) -> list[Any]:
        return [getattr(self, field.name) for field in fields(self)[1:]]


@dataclass(frozen=True, slots=True)
class Policy:
    """How items are ordered and how much is wanted; see `Items` for the units. demand: factor on expected demand."""

    level: Array
    lead_time_days: Array
    review_days: Array
    demand: float = 1.0


@dataclass(frozen=True, slots=True)
class Tally:
    """What happened to each item in each year, shapes (runs, n).

    demand, sold, received, opening, closing [units]; stock: mean units on the shelf; empty: month-ends without any;
    unavailable: share of the time in which the shelf was empty.
    """

    demand: Singles
    sold: Singles
    received: Singles
    opening: Singles
    closing: Singles
    stock: Singles
    empty: Singles
    unavailable: Singles

    def mean(self) -> "Tally":
        """The mean over the years, shapes (1, n)."""
        return Tally(*(getattr(self, field.name).mean(axis=0, keepdims=True) for field in fields(self)))


def affordable_runs(n: int) -> int:
    """How many years of n items are simulated within a click: 20 of 1,500.

    >>> affordable_runs(1_500), affordable_runs(100), affordable_runs(5_000_000)
    (20, 96, 8)
    """
    return min(max(EFFORT // max(n, 1), FEWEST), MOST)


def draw(items: Items, runs: int | None = None, seed: int = 1, factors: Array = DEMAND_FACTORS) -> Draws:
    """Years of demand and failures, by default as many as are affordable. Takes seconds; what follows is arithmetic.

    Demand of a step ~ NB1(m, φ): gamma-mixed Poisson with variance φ·m, m the month's mean ÷ 4 (Cameron & Trivedi 2013,
    Regression Analysis of Count Data, §3.3). NB1 with one φ is closed under addition, so more demand is the same demand
    plus an independent rest. Means are uncertain: in each year they are off by two factors with mean one, one per item
    and one common to all, lognormal, and scaled so that over the years drawn the mean is one too.
    """
    rng = np.random.Generator(np.random.Philox(seed))
    n = len(items)
    runs = runs or affordable_runs(n)
    off = _lognormal(rng.normal(size=(runs, n)), items.uncertainty)
    off *= _lognormal(ndtri(_evenly(rng, (1, runs, 1))[0]), np.array([items.common_uncertainty]))
    off /= off.mean(axis=0)
    months = np.arange(-WARM_UP, MONTHS) % MONTHS
    rate = items.mean[months] / SLOTS  # (months, n)
    excess = np.maximum(items.dispersion - 1, 1e-6)
    shares = np.diff(factors, prepend=0)
    shape = (len(shares), len(months), SLOTS, runs, n)
    size = np.maximum(shares[:, None, None, None, None] * (rate / excess)[:, None, None, :] * off, 1e-12)
    demand = rng.negative_binomial(np.broadcast_to(size, shape), 1 / (1 + excess))
    total = np.cumsum(demand, axis=0).reshape(len(shares), STEPS, runs, n)
    level, between, lead_time, review = rng.random((4, runs, n)).astype(np.float32)
    return Draws(
        factors=factors,
        demand=total.astype(np.min_scalar_type(int(total.max(initial=0)))),
        failed=_evenly(rng, (len(months), runs, n)) < items.failure,
        level=level,
        demand_between=between,
        lead_time=lead_time,
        review=review,
    )


def _lognormal(normal: Array, spread: Array) -> Array:
    """exp(s·z − s²/2), mean one; s so that the relative SD is `spread`."""
    variance = np.log1p(spread**2)
    factor: Array = np.exp(np.sqrt(variance) * normal - variance / 2)
    return factor


def _evenly(rng: np.random.Generator, shape: tuple[int, int, int]) -> Array:
    """Uniforms of (months, runs, n): those of a month and item lie one in each of `runs` equal parts of [0, 1)."""
    part = np.argsort(rng.random(shape), axis=1)
    uniform: Array = (part + rng.random(shape)) / shape[1]
    return uniform


def simulate(policy: Policy, draws: Draws) -> Tally:
    """The counted year of every item in every run, after a warm-up of four months; without any chance of its own.

    A lead time longer than the warm-up leaves the year's first months fuller than they would be.

    Raises ValueError if the demand factor is outside the factors for which there are draws.
    """
    shelves, wanted = _Shelves(policy, draws), _demand(policy.demand, draws)
    tally = Tally(*np.zeros((len(fields(Tally)), *draws.level.shape), dtype=np.float32))
    for step in range(WARM_UP * SLOTS):
        shelves.supply(step)
        shelves.on_hand -= np.minimum(shelves.on_hand, wanted(step))
    tally.opening[:] = shelves.on_hand
    for step in range(WARM_UP * SLOTS, STEPS):
        tally.received[:] += shelves.supply(step)
        _serve(shelves.on_hand, wanted(step), tally)
        if step % SLOTS == SLOTS - 1:
            tally.empty[:] += shelves.on_hand == 0
    tally.closing[:] = shelves.on_hand
    tally.stock[:] /= MONTHS * SLOTS
    tally.unavailable[:] /= MONTHS * SLOTS
    return tally


def _serve(on_hand: Singles, wanted: Singles, tally: Tally) -> None:
    """One step at the shelf. Of D units wanted at random moments the k-th is wanted after k ÷ (D + 1) of the time."""
    sold = np.minimum(on_hand, wanted)
    gap = 1 / (wanted + 1)
    tally.demand[:] += wanted
    tally.sold[:] += sold
    tally.unavailable[:] += np.maximum(1 - on_hand * gap, 0)
    on_hand -= sold
    tally.stock[:] += on_hand + sold * (sold + 1) * gap / 2


class _Shelves:
    """Units on hand of every item in every run, and the orders under way to them."""

    def __init__(self, policy: Policy, draws: Draws) -> None:
        self._level, self._draws = policy.level.astype(np.float32), draws
        self._lag = np.floor(policy.lead_time_days / SLOT_DAYS + draws.lead_time).astype(np.int64)
        self._every = np.maximum(np.floor(policy.review_days / SLOT_DAYS + draws.review), 1).astype(np.float32)
        apart = np.unique(self._every)
        self._in_step = int(apart[0]) if len(apart) == 1 else 0  # 0: not all are reviewed on the same days
        self._next_review = np.zeros_like(self._every)
        self.on_hand = np.floor(self._level[-WARM_UP] + draws.level)
        self._on_order = np.zeros_like(self.on_hand)
        self._under_way = np.zeros((int(self._lag.max(initial=0)) + 1, self.on_hand.size), dtype=np.float32)

    def supply(self, step: int) -> Singles:
        """Orders what is due to be ordered, puts on the shelf what arrives, and returns it."""
        self._order(step)
        arriving = self._under_way[step % len(self._under_way)]
        arrived: Singles = arriving.reshape(self.on_hand.shape).copy()
        arriving[:] = 0
        self.on_hand += arrived
        self._on_order -= arrived
        return arrived

    def _order(self, step: int) -> None:
        due = self._due(step)
        if due is None:
            return
        month = step // SLOTS
        level = np.floor(self._level[(month - WARM_UP) % MONTHS] + self._draws.level)
        order = np.maximum(level - self.on_hand - self._on_order, 0) * due
        self._on_order += order
        (some,) = np.nonzero(order.ravel())
        self._under_way[(step + self._lag.ravel()[some]) % len(self._under_way), some] += order.ravel()[some]

    def _due(self, step: int) -> npt.NDArray[np.bool_] | None:
        working = ~self._draws.failed[step // SLOTS]
        if self._in_step:
            return working if step % self._in_step == 0 else None
        due = self._next_review <= step
        self._next_review += self._every * due
        found: npt.NDArray[np.bool_] = due & working
        return found


def _demand(factor: float, draws: Draws) -> Callable[[int], Singles]:
    """Units wanted in a step. Between two factors that were drawn, a share of the units that lie between them."""
    factors = draws.factors
    place = float(np.interp(factor, factors, np.arange(len(factors)), left=-1, right=-1))
    if place < 0:
        raise ValueError(f"demand must be between {factors[0]:g} and {factors[-1]:g}, not {factor:g}")
    below, share = int(place), np.float32(place % 1)
    if share == 0:
        return lambda step: draws.demand[below, step].astype(np.float32)

    def between(step: int) -> Singles:
        few, many = draws.demand[below, step], draws.demand[below + 1, step]
        rounding = draws.demand_between + np.float32(step * GOLDEN % 1)
        rounding -= rounding >= 1
        found: Singles = np.floor(share * (many - few) + rounding) + few
        return found

    return between
