"""The action list against what then happened: made at the end of a month, judged by the truth of the month after.

The demo world delivers at once and once a month, so an order of today has to last for the month. What the list promises
is known exactly: had nothing been ordered, (D − x)⁺ of the demand D that came would have been missed.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final, NamedTuple

import numpy as np

from analytics.arrays import Array, Ints, Mask, mid_ranks, sum_by
from analytics.models.actions import PROTECT, RESTOCK, TRANSFER, Actions, Shelves, margin, plan, summed, total
from analytics.models.demand import Demand, estimate
from analytics.models.demand_ahead import before
from analytics.models.kept_items import Kept, Offer, kept_items
from analytics.models.ledger import Ledger
from analytics.models.order_levels import YEAR_DAYS, economic_service_level
from benchmarks.models import Goal
from benchmarks.models.worlds import ledger_of
from data.demo import DemoData, DemoSpec, generate

SEEDS: Final = range(21, 41)
ORIGINS: Final = (33, 34, 35)  # months known; the next one judges
DECILE: Final = 0.1
SENDING: Final = 0.90  # service level; above it, hardly a shelf of the demo has a unit to spare
CENT: Final = 0.01
LEAST_HELD: Final = 75  # %, of intervals of 80 %
WITHIN: Final = 0.10  # of the money promised
WITHIN_SENT: Final = 0.25  # a few hundred units
MOST_MISSING: Final = 5  # %, of units sent


class Judged(NamedTuple):
    """One list. Money is margin [currency]; missed: without an order, unmet: with the orders that the stores placed."""

    share: float
    share_at_zero: float
    share_lost_before: float
    rank: float
    rank_at_zero: float
    rank_lost_before: float
    called: float
    spared: float
    held: float
    ten_held: float
    all_held: float
    promised: float
    came: float
    sent: float
    missing: float
    sent_promised: float
    sent_came: float


def goals() -> Iterator[Goal]:
    """Every goal in turn; about a minute."""
    lists = [found for seed in SEEDS for found in _judged(generate(DemoSpec(seed=seed)))]
    got = {name: np.array([getattr(found, name) for found in lists]) for name in Judged._fields}
    data = f"demo, {len(SEEDS)} worlds × {len(ORIGINS)} months"
    yield from _order_goals(got, data)
    yield from _money_goals(got, data)
    yield _transfer_goal(got, data)


def _order_goals(got: dict[str, Array], data: str) -> Iterator[Goal]:
    """Whether what is listed first lost most."""
    share, before, zero = (100 * got[f"share{of}"].mean() for of in ("", "_lost_before", "_at_zero"))
    yield Goal(
        "M1",
        data,
        "money missed in the next month if nothing is ordered: share in the tenth of shelves listed first",
        anchor=f"empty shelves, best sellers first: {zero:.0f} %; most lost before: {before:.0f} %",
        goal="above both",
        ours=f"{share:.0f} %",
        passed=bool(share > max(before, zero)),
    )
    rank, before, zero = (got[f"rank{of}"].mean() for of in ("", "_lost_before", "_at_zero"))
    yield Goal(
        "M1",
        data,
        "the same money, rank correlation over all shelves",
        anchor=f"empty shelves: {zero:.2f}; most lost before: {before:.2f}",
        goal="above both",
        ours=f"{rank:.2f}",
        passed=bool(rank > max(before, zero)),
    )
    called, spared = 100 * got["called"].mean(), 100 * got["spared"].mean()
    yield Goal(
        "M1",
        data,
        "demand not served in the next month, with the orders that stores did place: shelves listed, and others of the "
        "same demand",
        anchor=f"others: {spared:.1f} %",
        goal="more",
        ours=f"{called:.1f} %",
        passed=bool(called > spared),
    )


def _money_goals(got: dict[str, Array], data: str) -> Iterator[Goal]:
    """Whether the money that is promised came, and within its intervals."""
    for name, of in (("held", "an action"), ("ten_held", "the first ten together"), ("all_held", "all together")):
        held = 100 * got[name].mean()
        yield Goal(
            "M2",
            data,
            f"80 % intervals of the money of {of} that held",
            anchor="80 %",
            goal=f"≥ {LEAST_HELD} %",
            ours=f"{held:.0f} %",
            passed=bool(held >= LEAST_HELD),
        )
    error = got["promised"].sum() / got["came"].sum() - 1
    yield Goal(
        "M2",
        data,
        "money promised by all restock and protect actions against what they would have brought",
        anchor="0 %",
        goal=f"within {100 * WITHIN:.0f} %",
        ours=f"{100 * error:+.1f} %, months {_spread(got['promised'] / got['came'] - 1)}",
        passed=bool(abs(error) <= WITHIN),
    )


def _transfer_goal(got: dict[str, Array], data: str) -> Goal:
    """Units that stores of a chain send each other at 90 %: what they save, and what the giver then misses."""
    sent, missing = got["sent"].sum(), got["missing"].sum()
    error, share = got["sent_promised"].sum() / got["sent_came"].sum() - 1, 100 * missing / sent
    return Goal(
        "M3",
        data,
        f"money promised by transfers ({sent:,.0f} units) against what they would have brought; sent units that the "
        "giver missed in that month",
        anchor="0 %; –",
        goal=f"within {100 * WITHIN_SENT:.0f} %; ≤ {MOST_MISSING} %",
        ours=f"{100 * error:+.1f} %; {share:.1f} %",
        passed=bool(abs(error) <= WITHIN_SENT and share <= MOST_MISSING),
    )


def _judged(world: DemoData) -> Iterator[Judged]:
    ledger = ledger_of(world)
    cells = world.truth["cells"]

    def truth(name: str) -> Array:
        return cells[f"{name}_units"].to_numpy(np.float64).reshape(ledger.sold.shape)

    wanted, unmet = truth("demand"), truth("lost") + truth("substituted") + truth("delayed")
    for months in ORIGINS:
        yield _list(world, before(ledger, months), wanted[months], unmet[months])


def _list(world: DemoData, ledger: Ledger, wanted: Array, unmet: Array) -> Judged:
    demand = estimate(ledger)
    kept = _kept(world, demand)
    shelves = _shelves(kept, demand)
    items, x, place = shelves.items, shelves.on_hand, kept.shelf
    wanted, unmet = wanted[place], unmet[place]
    actions = plan(shelves, economic_service_level(items))
    actions = actions.only(np.flatnonzero((actions.kind == RESTOCK) | (actions.kind == PROTECT)))
    likely = np.zeros(len(x))
    likely[actions.item] = actions.likely
    missed = np.maximum(wanted - x, 0) * margin(items)
    at_zero = np.where(x == 0, items.mean[0] * margin(items), 0)
    lost_before = np.nan_to_num(demand.lost).sum(axis=0)[place] * margin(items)
    came = _came(shelves, actions, wanted)
    scores = (likely, at_zero, lost_before)
    return Judged._make(
        [
            *(_share(score, missed) for score in scores),
            *(_rank(score, missed) for score in scores),
            *_matched(likely > 0, items.mean[0], wanted, unmet),
            float(((came >= actions.low - CENT) & (came <= actions.high + CENT)).mean()),
            _sum_held(shelves, actions.only(slice(10)), came[:10]),
            _sum_held(shelves, actions, came),
            float(actions.likely.sum()),
            float(came.sum()),
            *_sent(shelves, _chains(world)[shelves.store], wanted),
        ]
    )


def _sum_held(shelves: Shelves, actions: Actions, came: Array) -> float:
    product = shelves.product[actions.item]
    low, _, high = total(summed(actions, product, int(product.max()) + 1), shelves.items.common_uncertainty)
    return float(low <= came.sum() <= high)


def _came(shelves: Shelves, actions: Actions, wanted: Array) -> Array:
    """What each order would have brought in the month that came."""
    items = shelves.items.only(actions.item)
    avoided = np.clip(wanted[actions.item] - shelves.on_hand[actions.item], 0, actions.units)
    hold = items.holding_rate * items.cost * items.review_days / YEAR_DAYS
    money: Array = margin(items) * avoided - hold * (actions.units - avoided / 2)
    return money


def _sent(shelves: Shelves, chain: Ints, wanted: Array) -> tuple[float, ...]:
    """Units sent, of them missed by their givers, and the takers' money as promised and as it came."""
    found = plan(replace(shelves, chain=chain), SENDING)
    found = found.only(np.flatnonzero(found.kind == TRANSFER))
    n, short = len(wanted), np.maximum(wanted - shelves.on_hand, 0)
    got, gave = (sum_by(at, found.units, n) for at in (found.item, found.giver))
    missing = np.maximum(wanted - shelves.on_hand + gave, 0) - short
    came = margin(shelves.items) * np.minimum(short, got)
    return float(gave.sum()), float(missing.sum()), float(found.likely.sum()), float(came.sum())


def _chains(world: DemoData) -> Ints:
    return np.unique(world.tables["stores"].chain, return_inverse=True)[1]


def _kept(world: DemoData, demand: Demand) -> Kept:
    table, product = world.tables["products"], demand.ledger.shelves.product
    price, cost = (table[name].to_numpy(np.float64) for name in ("unit_price", "unit_cost"))
    kept = kept_items(demand, Offer(price[product], cost, np.zeros(len(cost))))
    assert isinstance(kept, Kept)
    return kept


def _shelves(kept: Kept, demand: Demand) -> Shelves:
    on_hand = demand.ledger.closing[-1, kept.shelf]
    nothing = np.zeros(len(on_hand), dtype=np.bool_)
    return Shelves(kept.items, on_hand, kept.store, kept.store, kept.product, nothing)


def _share(score: Array, missed: Array) -> float:
    first = np.argsort(-score, kind="stable")[: int(DECILE * len(score))]
    return float(missed[first].sum() / missed.sum())


def _rank(score: Array, missed: Array) -> float:
    return float(np.corrcoef(mid_ranks(score), mid_ranks(missed))[0, 1])


def _matched(listed: Mask, mean: Array, wanted: Array, unmet: Array) -> tuple[float, float]:
    """Share of demand unserved: listed shelves, and others in the same tenth of expected demand, equally weighted."""
    tenth = np.minimum((10 * mid_ranks(mean) / len(mean)).astype(np.int64), 9)
    shares, weights = [], []
    for which in range(10):
        here = tenth == which
        sides = [unmet[here & side].sum() / max(wanted[here & side].sum(), 1) for side in (listed, ~listed)]
        if (here & listed).any() and (here & ~listed).any():
            shares.append(sides)
            weights.append(wanted[here & listed].sum())
    called, spared = np.average(shares, axis=0, weights=weights)
    return float(called), float(spared)


def _spread(share: Array) -> str:
    return f"{100 * share.mean():+.1f} % (sd {100 * share.std():.1f})"
