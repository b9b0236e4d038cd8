"""Fits what availability is worth to customers to a version that is being built. Offline: the web never loads this."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
import numpy as np

from analytics.arrays import Array, Column, Ints, rows_by, some_of, sum_by, top_columns
from analytics.availability import PUBLISHED
from analytics.models.availability import Found, availability
from analytics.models.demand import Demand
from analytics.models.ledger import YEAR
from analytics.models.lost_sales import Evidence, Parts, lost_of
from analytics.models.missed_baskets import Missed, Unserved, missed, tastes
from analytics.models.ranking_test import RankingTest, found_right, ranking_test
from analytics.models.spend import Forecast
from analytics.models.stakes import Returning, Stakes, gaps, stakes, top_sellers
from analytics.models.usual_baskets import Bought, Tastes, UsualBaskets
from analytics.published import ArrayOf, facts
from data.said import Progress, Said, say

MOST: Final = 50_000  # customers by whom the effect is learned and the ranking tested; all are ranked
USUAL: Final = 8  # products named of each usual basket
QUARTERS: Final = 4
READ: Final = """
    SELECT customer_idx, store_idx, product_idx, month_idx,
        dense_rank() OVER (ORDER BY store_idx, transaction_id) - 1 AS order_idx
    FROM marts.lines WHERE quantity > 0 AND customer_idx >= 0
    ORDER BY sold_at, store_idx, transaction_id, product_idx
"""
NOBODY: Final = say("No ranking: no file knows customers, so all purchases are those of guests.")
NOBODY_LISTED: Final = say("No ranking: no customer bought in a store whose demand is known.")


@dataclass(frozen=True, slots=True)
class _Ahead:
    """What is expected of each customer in the next quarter [currency], and their usual store; (customers,)."""

    expected: Array
    home: Ints


def fit(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    demand: Demand,
    expected: Forecast | None,
    progress: Progress,
) -> None:
    """Ranks customers and lays what was found into a version that is being built in `path`.

    con: its database with its marts; expected: spend of the next quarter, None for last year's pace instead.
    """
    progress(say("who would buy more if shelves were full"))
    if demand.why:
        PUBLISHED.lay(path, {}, {}, demand.why)
        return
    array = facts(path)
    bought = Bought(*(np.asarray(column, dtype=np.int64) for column in con.execute(READ).fetchnumpy().values()))
    if not len(bought.customer):
        PUBLISHED.lay(path, {}, {}, NOBODY)
        return
    customers = len(array("customers.customer_id"))
    prior = tastes(bought, customers, demand)
    spend = _spend(array, customers)
    _publish(path, prior, demand, _ahead(expected, spend, prior), spend)


def _publish(path: Path, prior: Tastes, demand: Demand, ahead: _Ahead, spend: Array) -> None:
    array = facts(path)
    unserved, months = Unserved.of(demand), spend.shape[1]
    baskets = prior.until(months)
    lost, wanted = unserved.lately
    product = top_sellers(wanted, unserved.shelves.grid(np.asarray(array("estimates.price")), 0.0))
    shelves = gaps(unserved, product, *_bounds(demand, product))
    top_share = np.zeros(prior.customers)
    known = np.flatnonzero(baskets.lines > 0)
    top_share[known] = baskets.missed(_chosen(product, wanted.shape))[known]
    some = np.arange(prior.customers)[some_of(prior.customers, MOST)]
    learned = prior if len(some) == prior.customers else prior.of(some)
    gone = missed(learned, unserved)
    found = availability(gone, top_share[some])
    test = ranking_test(learned, gone, unserved, spend[some])
    returning = _returning(found, top_share, test)
    ranked = stakes(baskets, shelves, ahead.expected, ahead.home, returning)
    if not len(ranked.customer):
        PUBLISHED.lay(path, {}, {}, NOBODY_LISTED)
        return
    usual, share = _usual(baskets, ranked)
    arrays: dict[str, Column] = {
        "customer": ranked.customer.astype(np.int32),
        "store": ranked.store.astype(np.int32),
        "product": ranked.product.astype(np.int32),
        "usual": usual.astype(np.int32),
        "share": share.astype(np.float32),
        **{name: getattr(ranked, name).astype(np.float32) for name in ("expected", "unserved", "gain", "low", "high")},
        **_gains(array, ranked),
        "lost_share": np.divide(lost, wanted, out=np.zeros_like(lost), where=wanted > 0).astype(np.float32),
        **_by_store(gone, len(wanted)),
        "empty_months": unserved.shelves.grid(demand.ledger.out[-YEAR:].sum(axis=0).astype(np.int16), 0),
    }
    told = {
        "months": min(YEAR, months),
        "effects": found.effects,
        "segments": found.segments,
        "alike": found.alike,
        "ranks": returning.ranks,
        "test": test._asdict() if isinstance(test, RankingTest) else test,
    }
    PUBLISHED.lay(path, arrays, told)


def _spend(array: ArrayOf, customers: int) -> Array:
    """Net of returns [currency], (customers, months)."""
    months = len(array("months"))
    known = np.asarray(array("orders.customer_idx")) >= 0
    place = np.asarray(array("orders.customer_idx"))[known].astype(np.int64) * months
    place += np.asarray(array("orders.month_idx"))[known]
    cents = np.asarray(array("orders.net_sales_cents"))[known]
    return sum_by(place, cents, customers * months).reshape(customers, months) / 100


def _ahead(found: Forecast | None, spend: Array, prior: Tastes) -> _Ahead:
    if found is None:
        return _Ahead(np.maximum(spend[:, -YEAR:].sum(axis=1), 0) / QUARTERS, prior.until(spend.shape[1]).home)
    expected, home = np.zeros(len(spend)), np.full(len(spend), -1)
    expected[found.panel.customer], home[found.panel.customer] = found.expected, found.panel.home
    return _Ahead(expected, home)


def _bounds(demand: Demand, product: Ints) -> tuple[Array, Array]:
    """Low and high end of what each store lost of these products in the last year, relative to the likely loss."""
    shelves, out = demand.ledger.shelves, demand.stockouts
    month, shelf = np.divmod(out.cell, len(shelves))
    best = np.isin(shelves.product, product)
    chosen = np.flatnonzero((month >= len(demand.lost) - YEAR) & best[shelf])
    parts = Parts.of(out, shelf[chosen], shelves.store[shelf[chosen]], chosen)
    value, *ends = lost_of(Evidence.of(demand), parts, shelves.stores)
    low, high = (np.divide(end, value, out=np.ones(shelves.stores), where=value > 0) for end in ends)
    return low, high


def _returning(found: Found, top_share: Array, test: RankingTest | Said) -> Returning:
    """The average effect where one was found; the segments' own where the ranking by it was found to hold."""
    effect, customers = found.delta, len(top_share)
    low, likely, high = effect["low"], effect["delta"], effect["high"]
    if not found.detected or low is None or likely is None or high is None:
        return Returning.none(customers)
    ranks = found_right(test)
    own = np.full(customers, likely)
    if ranks and found.segments:
        edges = np.array([s["share"] / 100 for s in found.segments])
        nearest = np.abs(top_share[:, None] - edges).argmin(axis=1)
        own = np.array([s["pooled"] for s in found.segments])[nearest]
    return Returning(own, np.maximum(own - (likely - low), 0), own + (high - likely), ranks)


def _usual(baskets: UsualBaskets, ranked: Stakes) -> tuple[Ints, Array]:
    """The products of the usual basket of each customer, largest share first, store by store: it may be large."""
    every = np.arange(len(baskets.tastes.wanted.category))
    usual, share = np.full((len(ranked.customer), USUAL), -1), np.zeros((len(ranked.customer), USUAL))
    for store in np.unique(ranked.store):
        here = np.flatnonzero(ranked.store == store)
        weight = baskets.weights(ranked.customer[here], every, ranked.store[here])
        order = top_columns(weight, USUAL)
        share[here, : order.shape[1]] = np.take_along_axis(weight, order, axis=1)
        usual[here, : order.shape[1]] = order
    return np.where(share > 0, usual, -1), share


def _gains(array: ArrayOf, ranked: Stakes) -> dict[str, Column]:
    """What customers gain by shelf, and sums of it; of each chain's products also the customers of stores with some."""
    gain, chain_of = ranked.by_shelf, array("stores.chain_idx")
    category_of, customers = array("products.category_idx"), np.bincount(ranked.store, minlength=len(gain))
    chains, categories = len(array("chains")), len(array("categories"))
    having = (gain > 0) * customers[:, None]
    return {
        "by_shelf": gain.astype(np.float32),
        "by_store": rows_by(category_of, gain, categories),
        "by_product": np.stack([rows_by(chain_of, a.T, chains).T for a in (gain, having)]),
    }


def _by_store(gone: Missed, stores: int) -> dict[str, Column]:
    """Orders of the last year, and what was missed in their months, by the store that was usual then."""
    home = gone.home[:, -YEAR:].ravel()
    orders, usual = (a[:, -YEAR:].ravel() for a in (gone.orders, gone.usual))
    some = home >= 0
    return {
        "missed": sum_by(home[some], (orders * usual)[some], stores),
        "orders": sum_by(home[some], orders[some], stores),
    }


def _chosen(product: Ints, shape: tuple[int, ...]) -> Array:
    chosen = np.zeros(shape)
    chosen[:, product] = 1.0
    return chosen
