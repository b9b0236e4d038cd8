"""What stock does to sales, read from deliveries that failed: an effect, where `association` has only companions.

A store that stocks more sells more because it stocks what sells. What tells the effect apart is a month in which a
product reached no store although some were running low, or nothing reached a store: that a supplier or a lorry failed
has nothing to do with how many people wanted the product in this store this month. Units sold there, relative to
expected demand (`demand`), are compared with months in which the delivery came: a ratio of ratios, bootstrapped by
whole months, as everything within a month shares its weather and its suppliers (Efron & Tibshirani 1993, §8).

Never compare shelves that stayed in stock only: not to run out takes low demand where stock is low, which makes stock
look as if it drew customers where it does not.
"""

from typing import Final, NamedTuple, TypedDict

import numpy as np

from analytics.arrays import Array, Column, Mask, parts, rows_by
from analytics.models.censored import expected_sales
from analytics.models.demand import Demand
from analytics.models.factors import FIRST_DISPERSION
from analytics.models.ledger import Kind
from data.said import Said, say

LEVEL: Final = 0.95
DRAWS: Final = 2000
SEED: Final = 1
USUAL: Final = 2  # so many quieter months must have been filled up to more than what is there, to call it low
FEWEST_STORES: Final = 2  # low on a product that came to no store
FEWEST_PRODUCTS: Final = 4  # low in a store to which nothing came
FEWEST_MONTHS: Final = 6  # with a failed delivery; fewer cannot be resampled

# What is said if the interval lies below 0, above 0, or holds it.
EVERYWHERE: Final = (
    say(
        "When a delivery failed, {change} % less of the product was sold that month, all stores concerned together "
        "({low} to {high} %). That is the effect of stock."
    ),
    say(
        "When a delivery failed, {change} % more of the product was sold that month ({low} to {high} %): look for the "
        "reason, as missing stock does not sell."
    ),
    say(
        "When a delivery failed, sales of the product changed by {change} % ({low} to {high} %): no detectable effect."
    ),
)
WHERE_LOW: Final = (
    say(
        "Where stock was low and the delivery failed, {change} % less was sold than where it came ({low} to {high} %)."
    ),
    say(
        "Where stock was low and the delivery failed, {change} % more was sold than where it came ({low} to {high} %): "
        "look for the reason, as missing stock does not sell."
    ),
    say(
        "Where stock was low and the delivery failed, sales changed by {change} % ({low} to {high} %): no detectable "
        "effect."
    ),
)
BEYOND_EMPTY: Final = (
    say("Beyond running empty, low shelves sold {change} % less than their stock allowed ({low} to {high} %)."),
    say("Beyond running empty, low shelves sold {change} % more than their stock allowed ({low} to {high} %)."),
    say(
        "Beyond running empty, how full a shelf is changed sales by {change} % ({low} to {high} %): no detectable "
        "effect."
    ),
)


class Effect(TypedDict):
    """Relative change [−1 … ∞) of units sold with its 95 % interval; None with the reason `why`.

    cells, compared: store × product × months with a failed delivery, and those held against them; months: that had one.
    said: the finding in words, "no detectable effect" where the interval holds 0.
    """

    change: float | None
    low: float | None
    high: float | None
    cells: int
    compared: int
    months: int
    said: Said
    why: Said | None


class StockEffect(TypedDict):
    """What failed deliveries did. products, stores: product × months and store × months without any delivery due.

    everywhere: to sales of the product in all stores concerned, also those that had stock left; where_low: in stores
    that were running low; beyond_empty: there, relative to what the shelf still allowed to sell, which is what fuller
    shelves do by being seen.
    """

    products: int
    stores: int
    everywhere: Effect
    where_low: Effect
    beyond_empty: Effect


class Deliveries(NamedTuple):
    """Cells, (months, shelves). low: opened below their usual level; came: received anything; failed: of a
    product or a store whose delivery was due and did not come.

    products, stores: how many product × months and store × months failed.
    """

    low: Mask
    came: Mask
    failed: Mask
    products: int
    stores: int


class _Compared(NamedTuple):
    """Units and what was expected of them, in cells `hit` and in cells `spared`."""

    units: Column
    expected: Column
    hit: Mask
    spared: Mask


def stock_effect(demand: Demand) -> StockEffect:
    """Failed deliveries and their effect; the same numbers at every run."""
    ledger = demand.ledger
    if demand.why or ledger.received is None:
        return _nothing(demand.why or say("No effect: it needs the units received."))
    found, told = deliveries(demand, ledger.received), _told(demand, ledger.received)
    if found.failed.any() and not (found.failed & ledger.out).any():
        return _nothing(say("No effect: no shelf ran empty when a delivery failed, so stock cannot have cut sales."))
    expected, units = np.where(told, demand.expected, 0), ledger.units
    hit, spared = found.failed & found.low, found.low & found.came
    allowed = _allowed(demand, hit | spared)
    return StockEffect(
        products=found.products,
        stores=found.stores,
        everywhere=_effect(_Compared(units, expected, found.failed, told & ~found.failed), EVERYWHERE),
        where_low=_effect(_Compared(units, expected, hit, spared), WHERE_LOW),
        beyond_empty=_effect(_Compared(units, allowed, hit, spared), BEYOND_EMPTY),
    )


def _allowed(demand: Demand, chosen: Mask) -> Column:
    """What shelves are expected to sell of the stock that they had, in some cells; 0 in others."""
    ledger, allowed = demand.ledger, np.zeros_like(demand.expected)
    dispersion = demand.factors.dispersion if demand.factors else FIRST_DISPERSION
    for month, here in enumerate(chosen):
        sold, closing, mean = (
            cells[month, here].astype(np.float64) for cells in (ledger.sold, ledger.closing, demand.expected)
        )
        supply = np.fmax(sold, 0.0) + np.fmax(closing, 0.0)
        allowed[month, here], _ = expected_sales(mean, supply, dispersion)
    return allowed


def deliveries(demand: Demand, received: Column) -> Deliveries:
    """Which deliveries were due and which failed, as far as stock tells; received: as in the ledger.

    A cell is low if it opened with less than what at least two other months of its series, of lower expected demand,
    were filled up to. The delivery of a product failed in a month in which it came to no store although two or more
    were low; that to a store, in which nothing came although four or more products were low.
    """
    opening, told = demand.ledger.opening, _told(demand, received)
    came, low = told & (received > 0), np.zeros_like(told)
    for some in parts(told.shape[1]):
        part = np.s_[:, some]
        filled = np.where(came[part], opening[part] + received[part], 0.0)
        low[part] = told[part] & (opening[part] < _usual(filled, np.where(told[part], demand.expected[part], np.inf)))

    def none_came(kind: Kind, least: int) -> tuple[Mask, Mask]:
        group, n = demand.ledger.shelves.groups(kind)
        none: Mask = (rows_by(group, low, n) >= least) & (rows_by(group, came, n) == 0)
        return none, none[:, group]

    by_product, product = none_came("product", FEWEST_STORES)
    by_store, store = none_came("store", FEWEST_PRODUCTS)
    return Deliveries(low, came, told & (product | store), int(by_product.sum()), int(by_store.sum()))


def _told(demand: Demand, received: Column) -> Mask:
    told: Mask = np.isfinite(demand.expected) & np.isfinite(demand.ledger.opening) & np.isfinite(received)
    return told


def _usual(filled: Array, expected: Array) -> Array:
    """The second largest level that a series was filled up to in months of lower expected demand; 0 without two."""
    order = np.argsort(expected, axis=0, kind="stable")
    best, second, usual = np.zeros(filled.shape[1:]), np.zeros(filled.shape[1:]), np.zeros_like(filled)
    for month, level in enumerate(np.take_along_axis(filled, order, axis=0)):
        usual[month] = second
        second = np.maximum(second, np.minimum(best, level))
        best = np.maximum(best, level)
    result = np.empty_like(usual)
    np.put_along_axis(result, order, usual, axis=0)
    return result


def _effect(compared: _Compared, sentences: tuple[Said, Said, Said]) -> Effect:
    """(Σ units ÷ Σ expected) where hit ÷ (Σ units ÷ Σ expected) where spared − 1, percentile bootstrap over months."""
    hit, spared = compared.hit, compared.spared
    months = int(hit.any(axis=1).sum())
    pairs = [(a, m) for m in (hit, spared) for a in (compared.units, compared.expected)]
    sums = np.stack([np.where(m, a, 0).sum(axis=1, dtype=np.float64) for a, m in pairs])
    if months < FEWEST_MONTHS:
        why = say(
            "No effect: it needs failed deliveries in {least} months; there are {n}.", least=FEWEST_MONTHS, n=months
        )
        return _untold(why)
    if not (sums[1:].sum(axis=1) > 0).all():
        return _untold(say("No effect: there is nothing to compare failed deliveries with."))
    drawn = np.random.default_rng(SEED).multinomial(len(hit), np.full(len(hit), 1 / len(hit)), DRAWS)
    (change,) = _ratio_of_ratios(sums.sum(axis=1)[None]).tolist()
    low, high = np.quantile(_ratio_of_ratios(drawn @ sums.T), [(1 - LEVEL) / 2, (1 + LEVEL) / 2]).tolist()
    return Effect(
        change=round(change, 4),
        low=round(low, 4),
        high=round(high, 4),
        cells=int(hit.sum()),
        compared=int(spared.sum()),
        months=months,
        said=_said(sentences, change, low, high),
        why=None,
    )


def _ratio_of_ratios(sums: Array) -> Array:
    """Of draws in which all four sums of (draws, 4) say something."""
    a, b, c, d = sums[(sums[:, 1:] > 0).all(axis=1)].T
    change: Array = (a / b) / (c / d) - 1
    return change


def _said(sentences: tuple[Said, Said, Said], change: float, low: float, high: float) -> Said:
    """In whole percent: of how much less or more, or with its sign where nothing was detected."""
    less, more, neither = sentences
    found = less if high < 0 else more if low > 0 else neither
    bounds = (-change, -high, -low) if high < 0 else (change, low, high)
    change, low, high = (round(100 * x) for x in bounds)
    return Said(text=found["text"], values={"change": change, "low": low, "high": high})


def _nothing(why: Said) -> StockEffect:
    none = _untold(why)
    return StockEffect(products=0, stores=0, everywhere=none, where_low=none, beyond_empty=none)


def _untold(why: Said) -> Effect:
    return Effect(change=None, low=None, high=None, cells=0, compared=0, months=0, said=why, why=why)
