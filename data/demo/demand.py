"""What people want: visits of a month, and the lines they would buy if every shelf were full."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from data.demo.draws import Floats, Ints, Purpose, poisson_quantile
from data.demo.world import AT_HOME, World

EXTRA_LINES: Final = 0.6  # a visit has 1 + Poisson(0.6) lines
EXTRA_UNITS: Final = 0.5  # a line has 1 + Poisson(0.5) units
UNITS_PER_VISIT: Final = (1 + EXTRA_LINES) * (1 + EXTRA_UNITS)
Records = npt.NDArray[Any]  # structured
WISH: Final = np.dtype(
    [
        ("person", np.int64),
        ("cell", np.int64),  # store × number of products + product
        ("units", np.int64),
        ("visit", np.int64),  # numbered within the month
        ("moment", np.float64),  # share of the month gone by
        ("fate", np.float64),  # decides what happens at an empty shelf
        ("retry", np.float64),  # the moment of the next month at which a postponed purchase is tried again
        ("discount", np.float64),
        ("depth", np.float64),
        ("returned", np.float64),
    ]
)


class VisitDraw(IntEnum):
    """Columns of the draws of one visit."""

    STORE = 0
    MOMENT = 1
    LINES = 2


class LineDraw(IntEnum):
    """Columns of the draws of one line."""

    CATEGORY = 0
    PRODUCT = 1
    UNITS = 2
    FATE = 3
    RETRY = 4
    DISCOUNT = 5
    DEPTH = 6
    RETURNED = 7


@dataclass(frozen=True)
class Demand:
    """Wishes of a world whose visit rates are multiplied by `scale`."""

    world: World
    scale: float

    def visits(self, month: int, exposure: Floats) -> Ints:
        """(people,) visits: Poisson(scale · rate · season · share of the month · exp(−sensitivity · exposure)).

        exposure: unavailable share of each person's basket in the month before [-].
        """
        people, world = self.world.people, self.world
        u = world.draws.uniform(Purpose.VISITS, exposure.shape, month)
        return poisson_quantile(u, self._rate(month) * np.exp(-people.sensitivity * exposure))

    def _rate(self, month: int) -> Floats:
        people, season = self.world.people, self.world.season
        rate: Floats = self.scale * season[month] * people.rate * people.active[month]
        return rate

    def expected_units(self, month: int) -> Floats:
        """(stores, products) mean units asked for in a month, were nobody put off by empty shelves."""
        world = self.world
        by_person = self._rate(month)[:, None] * world.choice(month)
        at_home = np.zeros((world.spec.stores, by_person.shape[1]))
        np.add.at(at_home, world.people.home, by_person)
        by_category = AT_HOME * at_home + (1 - AT_HOME) * at_home.mean(axis=0)
        units: Floats = UNITS_PER_VISIT * by_category[:, world.products.category] * world.products.share
        return units

    def wishes(self, month: int, visits: Ints, display: Floats) -> Records:
        """The lines of `visits` (one count per person) as WISH records, by person.

        display: (stores, products) weight of a product within its category, 1 where the display has no effect.
        The wishes of a person's first visits do not depend on how many visits follow.
        """
        if not visits.sum():
            return np.empty(0, WISH)
        draws, people, n = self.world.draws, self.world.people, len(visits)
        visitor = np.repeat(np.arange(n), visits)
        per_visit = draws.uniform(Purpose.VISIT, (visits.max(), len(VisitDraw), n), month)
        of_visit = per_visit[_ordinal(visits), :, visitor]
        lines = 1 + poisson_quantile(of_visit[:, VisitDraw.LINES], EXTRA_LINES)
        per_person = np.bincount(visitor, weights=lines, minlength=n).astype(np.int64)
        person = np.repeat(np.arange(n), per_person)
        per_line = draws.uniform(Purpose.LINE, (per_person.max(), len(LineDraw), n), month)
        of_line = per_line[_ordinal(per_person), :, person]
        in_month = np.minimum(1, month + 1 - people.joined[visitor])  # those who join this month shop at its end
        wishes = np.empty(len(person), WISH)
        wishes["person"] = person
        wishes["visit"] = np.repeat(np.arange(len(visitor)), lines)
        wishes["moment"] = np.repeat(1 - (1 - of_visit[:, VisitDraw.MOMENT]) * in_month, lines)
        wishes["units"] = 1 + poisson_quantile(of_line[:, LineDraw.UNITS], EXTRA_UNITS)
        store = np.repeat(self._stores(visitor, of_visit[:, VisitDraw.STORE]), lines)
        wishes["cell"] = self._cells(month, person, store, of_line, display)
        for name in ("fate", "retry", "discount", "depth", "returned"):
            wishes[name] = of_line[:, LineDraw[name.upper()]]
        return wishes

    def _stores(self, visitor: Ints, u: Floats) -> Ints:
        """The home store, or with what is left of the draw any store."""
        stores = self.world.spec.stores
        anywhere = np.floor((u - AT_HOME) / (1 - AT_HOME) * stores).astype(np.int64)
        store: Ints = np.where(u < AT_HOME, self.world.people.home[visitor], np.minimum(anywhere, stores - 1))
        return store

    def _cells(self, month: int, person: Ints, store: Ints, of_line: Floats, display: Floats) -> Ints:
        """Category by taste and season, then the product within it by popularity and display."""
        chance = np.cumsum(self.world.choice(month), axis=1)[:, :-1]
        category = (chance[person] <= of_line[:, LineDraw.CATEGORY, None]).sum(axis=1)
        shares = _running_shares(self.world.products.share * display, self.world.products.category)
        categories = chance.shape[1] + 1
        ladder = shares + np.arange(len(display))[:, None] * categories  # ascending through stores and categories
        rung = store * categories + category + of_line[:, LineDraw.PRODUCT]
        cell: Ints = np.searchsorted(ladder.ravel()[:-1], rung, side="right")
        return cell


def _ordinal(counts: Ints) -> Ints:
    """0, 1, … within each run of counts: (2, 0, 3) gives 0 1 0 1 2."""
    before = np.cumsum(counts) - counts
    return np.arange(counts.sum(), dtype=np.int64) - np.repeat(before, counts)


def _running_shares(weight: Floats, category: Ints) -> Floats:
    """(stores, products) category number + cumulated share of the weight within the category."""
    running = np.cumsum(weight, axis=1)
    last = np.searchsorted(category, np.arange(category[-1] + 1), side="right") - 1
    before = np.concatenate([np.zeros((len(weight), 1)), running[:, last[:-1]]], axis=1)
    shares: Floats = category + (running - before[:, category]) / (running[:, last] - before)[:, category]
    return shares
