"""Who would buy more if shelves were full: planted effects, rankings against what full shelves brought, and Hillstrom.

Paired worlds share all draws, so what the customers of one spend more is what availability did to them.
"""

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Final, NamedTuple

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.model_selection import KFold

from analytics.arrays import Array, Ints, Mask, sum_by
from analytics.models import targeting
from analytics.models.availability import LEVEL, Found, availability
from analytics.models.demand import Demand, estimate
from analytics.models.demand_ahead import before
from analytics.models.missed_baskets import Missed, Unserved, missed, tastes
from analytics.models.spend import Forecast, forecast
from analytics.models.spend_report import QUARTER
from analytics.models.stakes import Returning, Stakes, gaps, stakes, top_sellers
from analytics.models.usual_baskets import Bought, Tastes
from benchmarks.models import DATASETS, Goal
from benchmarks.models.shoppers import shoppers
from benchmarks.models.worlds import ledger_of
from data.demo import DemoData, DemoSpec, generate, paired_uplift

HILLSTROM: Final = DATASETS / "hillstrom" / "hillstrom.csv.gz"
TRAITS: Final = ["recency", "history", "mens", "womens", "zip_code", "newbie", "channel"]
SEEDS: Final = range(21, 29)
MANY: Final = range(21, 41)
KNOWN: Final = 24  # months; the twelve after them judge
FIRST: Final = 0.1  # of the customers
SMALL_TREES: Final = {
    "max_iter": 60,
    "learning_rate": 0.05,
    "min_samples_leaf": 200,
    "max_leaf_nodes": 8,
    "random_state": 0,
}


class Seen(NamedTuple):
    """What a retailer knows of the customers of a world."""

    bought: Bought
    tastes: Tastes
    demand: Demand
    missed: Missed

    @property
    def months(self) -> int:
        """How many."""
        return len(self.demand.ledger.sold)


def goals() -> Iterator[Goal]:
    """Every goal in turn; about two minutes."""
    if HILLSTROM.exists():
        yield from _by_lot()
    yield from _effects()
    yield from _rankings()
    yield from _large()


def seen(spec: DemoSpec, months: int | None = None) -> Seen:
    """The world of `spec`, or its first months."""
    demo = generate(spec)
    ledger = ledger_of(demo)
    ledger = before(ledger, months or len(ledger.sold))
    bought, demand = _bought(demo), estimate(ledger)
    early = bought.month < len(ledger.sold)
    found = tastes(Bought(*(column[early] for column in bought)), spec.customers, demand)
    return Seen(found.bought, found, demand, missed(found, Unserved.of(demand)))


def found_in(world: Seen) -> Found:
    """Effect, placebos and segments."""
    return availability(world.missed, top_share(world))


def top_share(world: Seen) -> Array:
    """Of top sellers in each usual basket."""
    product = _top(world)
    weights = world.tastes.until(world.months).weights(np.arange(world.tastes.customers), product)
    share: Array = weights.sum(axis=1)
    return share


def _top(world: Seen) -> Ints:
    unserved = Unserved.of(world.demand)
    demand = unserved.shelves.grid(unserved.demand.sum(axis=0), 0.0)
    return top_sellers(demand, np.ones_like(demand))


def _bought(demo: DemoData) -> Bought:
    tables = demo.tables
    sold = tables["sales"][(tables["sales"].quantity > 0) & tables["sales"].customer_id.notna()]

    def place(name: str) -> Ints:
        """As in `shoppers` and `ledger_of`: customers and stores by name, products as they come."""
        ids = tables[f"{name}s"][f"{name}_id"]
        index = pd.Index(ids if name == "product" else np.unique(ids.to_numpy(np.str_)))
        return np.asarray(index.get_indexer(sold[f"{name}_id"]), dtype=np.int64)

    month = sold.sold_at.to_numpy().astype("datetime64[M]").astype(np.int64)
    first = tables["inventory"].month.to_numpy().astype("datetime64[M]").astype(np.int64).min()
    order = np.unique(sold.transaction_id, return_inverse=True)[1]
    return Bought(place("customer"), place("store"), place("product"), month - first, order)


def _effects() -> Iterator[Goal]:
    same = [found_in(seen(DemoSpec(seed=seed, sensitivity=1.0, delay_share=0.0))) for seed in MANY]
    delta = np.array([found.delta["delta"] for found in same], dtype=np.float64)
    data = f"demo, {len(MANY)} worlds of one sensitivity, nobody comes back later"
    yield Goal(
        "C2",
        data,
        "δ, the same for all",
        "planted 1.0",
        "mean within .25, every one within .5",
        f"{delta.mean():.2f} (sd {delta.std():.2f}), worst {_worst(delta - 1):+.2f}",
        bool(abs(delta.mean() - 1) <= 0.25 and np.abs(delta - 1).max() <= 0.5),
    )
    yield _share_goal(data, "95 % intervals of δ that hold", [_holds(found, 1.0) for found in same], 0.85)
    none = [found_in(seen(DemoSpec(seed=seed, sensitivity=0.0, delay_share=0.0))) for seed in MANY]
    data = f"demo, {len(MANY)} worlds in which nobody minds"
    yield _share_goal(data, "told as no detectable effect", [not found.detected for found in none], 0.85)
    usual = [found_in(seen(DemoSpec(seed=seed))) for seed in MANY]
    delta = np.array([found.delta["delta"] for found in usual], dtype=np.float64)
    data = f"demo, {len(MANY)} worlds"
    yield Goal(
        "C2",
        data,
        "δ, net of those who come back later",
        "about .65 in paired worlds",
        "above 0 in mean − 2.5 sd ÷ √n",
        f"{delta.mean():.2f} (sd {delta.std():.2f}), detected in {sum(found.detected for found in usual)}",
        bool(delta.mean() - 2.5 * delta.std() / np.sqrt(len(delta)) > 0),
    )
    for number, name in ((1, "gaps elsewhere and later"), (2, "categories never bought from")):
        held = [_holds_zero(found.effects[number]) for found in usual]
        yield _share_goal(data, f"placebo, {name}: 95 % interval holds 0", held, 0.85)
    alike = [(found.alike or 0) > 0.05 for found in usual]
    yield _share_goal(data, "segments are told as not distinguishable", alike, 0.85)


def _holds(found: Found, truth: float) -> bool:
    effect = found.delta
    return effect["low"] is not None and effect["high"] is not None and effect["low"] <= truth <= effect["high"]


def _holds_zero(effect: object) -> bool:
    return bool(effect["low"] <= 0 <= effect["high"])  # type: ignore[index]


def _share_goal(data: str, metric: str, held: list[bool], least: float) -> Goal:
    share = float(np.mean(held))
    ours = f"{100 * share:.0f} %"
    return Goal("C2", data, metric, "–", f"≥ {100 * least:.0f} % of worlds", ours, share >= least)


class Judged(NamedTuple):
    """Share of what full shelves would have brought that the tenth ranked first had; and sums, relative to spend."""

    ours: float
    past: float
    random: float
    likely: float
    came: float


def judged(seed: int) -> Judged:
    """Ranked after two years, judged by the twelve months after in the paired world."""
    spec = DemoSpec(seed=seed)
    world, (purchases, shops) = seen(spec, KNOWN), shoppers(spec)
    end = int(np.datetime64(f"{spec.first_year}-01", "M").astype(np.int64)) + KNOWN
    last = int((np.datetime64(0, "M") + end).astype("datetime64[D]").astype(np.int64)) - 1
    known = purchases.day <= last
    columns = {name: getattr(purchases, name)[known] for name in ("customer", "day", "store", "money", "bought")}
    made = forecast(replace(purchases, **columns, last=last), shops, QUARTER)
    assert isinstance(made, Forecast), made
    expected, home = np.zeros(spec.customers), np.full(spec.customers, -1)
    expected[made.panel.customer], home[made.panel.customer] = made.expected, made.panel.home
    ranked = _ranked(world, expected, home)
    score = np.zeros(spec.customers)
    score[ranked.customer] = ranked.low
    uplift, spend = _paired(spec)
    past = sum_by(
        purchases.customer[known & (purchases.day > last - 365)],
        purchases.money[known & (purchases.day > last - 365)],
        spec.customers,
    )
    return Judged(
        targeting.share_of_first(uplift, score, FIRST),
        targeting.share_of_first(uplift, past, FIRST),
        targeting.share_of_first(uplift, np.random.default_rng(seed).random(spec.customers), FIRST),
        float(ranked.gain.sum() / expected.sum()),
        float(uplift.sum() / spend),
    )


def _ranked(world: Seen, expected: Array, home: Ints) -> Stakes:
    delta, unserved = found_in(world).delta, Unserved.of(world.demand)
    low, likely, high = ((max(delta[name] or 0.0, 0.0)) * np.ones(len(expected)) for name in ("low", "delta", "high"))
    one = np.ones(world.demand.ledger.shelves.stores)
    return stakes(
        world.tastes.until(world.months),
        gaps(unserved, _top(world), one, one),
        expected,
        home,
        Returning(likely, low, high, True),
    )


def _paired(spec: DemoSpec) -> tuple[Array, float]:
    """What each customer spent more in the judged months with full shelves of top sellers, and what all spent."""
    found = paired_uplift(spec)
    people = np.unique(found.customer_id.to_numpy(np.str_))
    month = found.month.to_numpy().astype("datetime64[M]").astype(np.int64)
    late = month >= month.min() + KNOWN
    customer = np.searchsorted(people, found.customer_id.to_numpy(np.str_))
    uplift = sum_by(customer[late], found.uplift.to_numpy(np.float64)[late], len(people))
    return uplift, float(found.spend.to_numpy(np.float64)[late].sum())


def _rankings() -> Iterator[Goal]:
    worlds = [judged(seed) for seed in SEEDS]
    ours, past, by_lot, likely, came = (np.array(column) for column in zip(*worlds, strict=True))
    data = f"demo, {len(SEEDS)} worlds, twelve months after the ranking"
    ratio = float(ours.mean() / past.mean())
    yield Goal(
        "C3",
        data,
        "share of what full shelves of top sellers brought that fell to the tenth ranked first",
        f"by past spend {past.mean():.3f}, at random {by_lot.mean():.3f}",
        "≥ 1.06 × past spend's",
        f"{ours.mean():.3f}, {ratio:.2f} ×",
        ratio >= 1.06,
    )
    yield Goal(
        "C3",
        data,
        "what they spent more, of what they spent",
        f"came {100 * came.mean():.1f} %",
        "–",
        f"likely {100 * likely.mean():.1f} %",
        None,
    )


def _by_lot() -> Iterator[Goal]:
    table = pd.read_csv(HILLSTROM)
    table = table[table.segment != "Mens E-Mail"]
    treated = (table.segment == "Womens E-Mail").to_numpy()
    traits = pd.get_dummies(table[TRAITS], dtype=float).to_numpy()
    visit = table.visit.to_numpy(np.float64)
    scores = [_crossed(traits, treated, visit, seed) for seed in range(5)]
    at = np.array([targeting.uplift_at(visit, treated, score, 0.2) for score in scores])
    rng = np.random.default_rng(1)
    by_lot = [targeting.uplift_at(visit, treated, rng.random(len(visit)), 0.2) for _ in range(5)]
    ranked = targeting.ranked_by_lot(visit, treated, scores[0], LEVEL)
    data = f"Hillstrom, {len(visit):,} customers, women's e-mail or none"
    yield Goal(
        "C1",
        data,
        "uplift of visits in the fifth ranked first, X-learner, 5 × 5 folds",
        f"at random {np.mean(by_lot):.3f}",
        "≥ .068",
        f"{at.mean():.4f} (sd {at.std():.4f})",
        bool(at.mean() >= 0.068),
    )
    yield Goal(
        "C1",
        data,
        "AUTOC of that ranking, 95 % interval",
        "at random 0",
        "above 0",
        f"{ranked.autoc:.4f} ({ranked.low:.4f} to {ranked.high:.4f})",
        ranked.low > 0,
    )


def _crossed(traits: Array, treated: Mask, outcome: Array, seed: int) -> Array:
    """The X-learner of Künzel et al. (2019, PNAS 116, 4156) on customers whom it has not seen; lot: one half."""
    score = np.zeros(len(outcome))
    for known, asked in KFold(5, shuffle=True, random_state=seed).split(traits):
        x, t, y = traits[known], treated[known], outcome[known]
        yes, no = (HistGradientBoostingRegressor(**SMALL_TREES).fit(x[of], y[of]) for of in (t, ~t))
        gained = HistGradientBoostingRegressor(**SMALL_TREES).fit(x[t], y[t] - no.predict(x[t]))
        spared = HistGradientBoostingRegressor(**SMALL_TREES).fit(x[~t], yes.predict(x[~t]) - y[~t])
        score[asked] = (gained.predict(traits[asked]) + spared.predict(traits[asked])) / 2
    return score


def _large() -> Iterator[Goal]:
    spec = DemoSpec.times(10, SEEDS[0])
    world = seen(spec)
    start = time.process_time()
    missed(tastes(world.bought, spec.customers, world.demand), Unserved.of(world.demand))
    found = found_in(world)
    taken = time.process_time() - start
    yield Goal(
        "S",
        "demo × 10: 20,000 customers, 200,000 lines",
        "CPU seconds to find the effect",
        "–",
        "≤ 30 s",
        f"{taken:.1f} s, δ {found.delta['delta']} ({found.delta['low']} to {found.delta['high']})",
        taken <= 30,
    )


def _worst(errors: Array) -> float:
    return float(errors[np.argmax(np.abs(errors))])
