"""What each customer will spend: share of a customer × level of all, with intervals, tested on a later period.

The test learns from days before the period tested and nothing later; the published numbers learn from that period too.
Where the test finds the plain carrying-on of the past no worse, that is what is published.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from analytics.arrays import Array, Ints, Mask, some_of
from analytics.models.spend_drivers import drivers
from analytics.models.spend_intervals import Spread
from analytics.models.spend_level import capped, level
from analytics.models.spend_panel import Panel, Purchases, Shops, panel, spent
from analytics.models.spend_report import QUARTER, YEAR, Group, Measured, Method, Report
from analytics.models.spend_scores import Described, Scores, Unseen, cross_fit, describe
from data.said import Said, say

SHARE: Final = 0.80  # of customers whose spend is to lie within the interval
WIDE: Final = 0.90
MOST: Final = 50_000  # customers learned from and tested on; more add time and no digit that is shown
FEWEST: Final = 50  # customers known at the first day that is learned from
MOST_DAYS: Final = 6  # that are learned from
GROUPS: Final = 10
MONTH: Final = 30


@dataclass(frozen=True, slots=True)
class Forecast:
    """One entry a customer known at the end of the data, shape (n,): money [currency], probabilities [-].

    drivers: log factor by which each of DRIVERS lifts the expectation over that of the typical customer, (n, drivers).
    """

    panel: Panel
    expected: Array
    low: Array
    high: Array
    chance: Array
    drivers: Array
    report: Report


@dataclass(frozen=True, slots=True)
class _Days:
    """What is known at some days and what came after each."""

    panels: Sequence[Panel]
    known: Sequence[Described]
    money: Sequence[Array]
    bought: Sequence[Mask]

    @classmethod
    def of(cls, purchases: Purchases, shops: Shops, days: Sequence[int], horizon: int, back: int) -> "_Days":
        panels = [panel(purchases, shops, day, back) for day in days]
        after = [spent(purchases, each.customer, each.day, horizon) for each in panels]
        return cls(panels, [describe(p, horizon) for p in panels], [m for m, _ in after], [b for _, b in after])

    def __add__(self, other: "_Days") -> "_Days":
        return _Days(
            [*self.panels, *other.panels],
            [*self.known, *other.known],
            [*self.money, *other.money],
            [*self.bought, *other.bought],
        )


@dataclass(frozen=True, slots=True)
class _Expected:
    """What is expected of the customers of one day, by one method."""

    money: Array
    low: Array
    high: Array
    wide_low: Array
    wide_high: Array


@dataclass(frozen=True, slots=True)
class _Learned:
    """Scores, and how far off they were of customers whom they had not seen."""

    scores: Scores
    spreads: dict[Method, tuple[Spread, Spread]]
    rates: tuple[float, float]  # that bought, of customers without and with a purchase in the last quarter

    @classmethod
    def of(cls, past: _Days, unseen: Sequence[Unseen]) -> "_Learned":
        chance = np.concatenate([each.chance for each in unseen])
        late = np.concatenate([p.late > 0 for p in past.panels])
        share, before = [each.share for each in unseen], [p.spend for p in past.panels]
        spreads: dict[Method, tuple[Spread, Spread]] = {
            "model": _spreads(chance, share, past.money),
            "naive": _spreads(chance, before, past.money),
        }
        bought = np.concatenate(past.bought)
        rates = [float(bought[late == it].mean()) if (late == it).any() else 0.0 for it in (False, True)]
        return cls(Scores.fit(past.known, past.money, past.bought), spreads, (rates[0], rates[1]))

    def expected(self, method: Method, known: Described, money: Array) -> _Expected:
        """What a method expects [currency], shape (n,), with its intervals."""
        chance = self.scores.probability(known)
        ends = (end for spread in self.spreads[method] for end in spread.around(chance, money))
        return _Expected(money, *ends)


def forecast(purchases: Purchases, shops: Shops, days: int) -> Forecast | Said:
    """Expectations for the `days` after the data's end, QUARTER or YEAR; or why there are none."""
    planned = _plan(purchases, days)
    if not isinstance(planned, tuple):
        return planned
    back, learned_from, tested = planned
    some = purchases.of(some_of(len(purchases.joined), MOST))
    past = _Days.of(some, shops, learned_from, days, back)
    if why := _too_few(past):
        return why
    later = _Days.of(some, shops, [tested], days, back)
    unseen = cross_fit(past.known, past.money, past.bought, [p.customer for p in past.panels])
    before = _Learned.of(past, unseen)
    report, used = _test(some, shops, before, later)
    tried = Unseen(before.scores.share(later.known[0]), before.scores.probability(later.known[0]))
    now = panel(purchases, shops, purchases.last, back)
    known, learned = describe(now, days), _Learned.of(past + later, [*unseen, tried])
    money = _money(purchases, shops, now, learned.scores, known, days) if used == "model" else now.spend * (days / back)
    found = learned.expected(used, known, money)
    chance = learned.scores.probability(known) if report["used_chance"] == "model" else _rates(learned, now)
    factors, report["lifts"] = drivers(now, found.money)
    return Forecast(now, found.money, found.low, found.high, chance, factors, report)


def _plan(purchases: Purchases, days: int) -> tuple[int, list[int], int] | Said:
    """Look-back, the days to learn from, oldest first, and the day whose future is the test."""
    history, least = purchases.last - purchases.first + 1, 2 * days + QUARTER
    if history < least:
        return say(
            "It needs {least} months of purchases, to learn from one period and be tested on the next; there are {n}.",
            least=round(least / MONTH),
            n=round(history / MONTH),
        )
    tested = purchases.last - days
    back = min(YEAR, (tested - days - purchases.first + 1) // QUARTER * QUARTER)
    ends = [tested - days - QUARTER * i for i in range(MOST_DAYS)]
    return back, [day for day in reversed(ends) if day - back >= purchases.first - 1], tested


def _too_few(past: _Days) -> Said | None:
    if min(len(each) for each in past.panels) < FEWEST:
        n = min(len(each) for each in past.panels)
        return say("It needs {least} known customers to learn from; there are {n}.", least=FEWEST, n=n)
    if not all(money.any() for money in past.money):
        return say("There is a period in which no known customer bought, so there is nothing to learn from.")
    return None


def _money(purchases: Purchases, shops: Shops, now: Panel, scores: Scores, known: Described, days: int) -> Array:
    """Shares × what makes their sum the level forecast from what was known then [currency], shape (n,).

    A year has no season, so BG/NBD and Gamma-Gamma can tell its level too; then it is the mean of both. In demo worlds
    one is too low, as those who stay are the more faithful, and the other too high.
    """
    found, share = level(purchases, shops, now.day, days), scores.share(known)
    spend = now.spend if found.back == now.back else panel(purchases, shops, now.day, found.back).spend
    total = found.ratio * float(capped(spend).sum())
    if days == YEAR:
        total = (total + float(capped(known.model_based).sum())) / 2
    return share * (total / float(capped(share).sum()))


def _test(purchases: Purchases, shops: Shops, learned: _Learned, later: _Days) -> tuple[Report, Method]:
    then, known, actual = later.panels[0], later.known[0], later.money[0]
    days = purchases.last - then.day
    model = learned.expected("model", known, _money(purchases, shops, then, learned.scores, known, days))
    naive = learned.expected("naive", known, then.spend * (days / then.back))
    measured = [
        _measured("model", model.money, actual, model),
        _measured("linear", learned.scores.linear(known), actual),
        _measured("naive", naive.money, actual, naive),
    ]
    used: Method = "model" if measured[0]["rmse"] < measured[2]["rmse"] else "naive"
    best = model if used == "model" else naive
    bought = later.bought[0]
    chances: dict[Method, Array] = {"model": learned.scores.probability(known), "naive": _rates(learned, then)}
    brier = {name: float(((chance - bought) ** 2).mean()) for name, chance in chances.items()}
    used_chance: Method = "model" if brier["model"] < brier["naive"] else "naive"
    return Report(
        days=days,
        back=then.back,
        first=str(np.datetime64(then.day + 1, "D")),
        last=str(np.datetime64(purchases.last, "D")),
        n=len(then),
        used=used,
        used_chance=used_chance,
        seasonal=level(purchases, shops, purchases.last, days).seasonal,
        measured=measured,
        groups=_groups(best, chances[used_chance], actual, bought),
        coverage90=_held(best.wide_low, best.wide_high, actual),
        brier=round(brier["model"], 4),
        brier_naive=round(brier["naive"], 4),
        lifts=[],
    ), used


def _measured(method: Method, expected: Array, actual: Array, interval: _Expected | None = None) -> Measured:
    capped_actual = capped(actual)
    return Measured(
        method=method,
        rmse=round(float(np.sqrt(((expected - actual) ** 2).mean())), 2),
        r2=_r2(expected, actual),
        r2_capped=_r2(np.minimum(expected, capped_actual.max()), capped_actual),
        bias=round(100 * float(expected.sum() / actual.sum() - 1), 1) if actual.any() else None,
        coverage=_held(interval.low, interval.high, actual) if interval else None,
    )


def _groups(found: _Expected, chance: Array, actual: Array, bought: Mask) -> list[Group]:
    """Tenths of the customers by what was expected of them, least first."""
    tenths: list[Ints] = [rows for rows in np.array_split(np.argsort(found.money, kind="stable"), GROUPS) if len(rows)]
    return [
        Group(
            expected=round(float(found.money[rows].mean()), 2),
            actual=round(float(actual[rows].mean()), 2),
            coverage=_held(found.low[rows], found.high[rows], actual[rows]),
            chance=round(100 * float(chance[rows].mean()), 1),
            bought=round(100 * float(bought[rows].mean()), 1),
            n=len(rows),
        )
        for rows in tenths
    ]


def _spreads(chance: Array, shares: Sequence[Array], money: Sequence[Array]) -> tuple[Spread, Spread]:
    """For the usual and the wide interval. Each day's shares and money are put on the scale of their capped means."""
    expected = np.concatenate([share / _mean(share) for share in shares])
    actual = np.concatenate([each / _mean(each) for each in money])
    return Spread.of(chance, expected, actual, SHARE), Spread.of(chance, expected, actual, WIDE)


def _rates(learned: _Learned, now: Panel) -> Array:
    return np.where(now.late > 0, learned.rates[1], learned.rates[0])


def _mean(values: Array) -> float:
    return float(capped(values).mean()) or 1.0


def _r2(expected: Array, actual: Array) -> float | None:
    spread = ((actual - actual.mean()) ** 2).sum()
    return round(float(1 - ((actual - expected) ** 2).sum() / spread), 4) if spread else None


def _held(low: Array, high: Array, actual: Array) -> float:
    slack = 1e-9 * (1 + actual)
    return round(100 * float(((low - slack <= actual) & (actual <= high + slack)).mean()), 1)
