"""Millions of items in a thousand classes, so that a scenario costs the same whatever the size of the retailer.

Items of one class are alike in what decides how a shelf fares: how much is wanted, how it varies, how well the level
covers it, how long deliveries take. One member of each stands for all; `item_weights` scales it to each of them.
"""

from typing import Final

import numpy as np

from analytics.arrays import Array, Ints, sum_by
from analytics.models.item_weights import Stand
from analytics.models.stocked_items import MONTH_DAYS, Items, protection

SPLITS: Final = 11  # 2¹¹ = 2,048 classes


def classes(items: Items, splits: int = SPLITS) -> Stand:
    """At most 2^splits classes of items, each with the member that is nearest to its middle.

    A class is split at its mean in the feature in which it spreads most, again and again: a k-d tree (Bentley 1975,
    Communications of the ACM 18, 509–517), every item weighing what it costs and earns. For the refresh: linear in n.
    """
    features, weight = _features(items), items.yearly() * items.price + 1e-9
    member = np.zeros(len(items), dtype=np.int64)
    for level in range(splits):
        member = 2 * member + _above_middle(features, weight, member, 2**level)
    _, member = np.unique(member, return_inverse=True)
    return Stand(items.only(_nearest(features, weight, member)), member)


def _features(items: Items) -> list[Array]:
    """What decides how a shelf fares, each (n,), in units in which one is about as much as one of another."""
    mean, sd = protection(items.mean, items.dispersion, items.lead_time_days, items.review_days)
    yearly = items.yearly()
    cover = np.divide((items.level - mean).sum(axis=0), sd.sum(axis=0), out=np.zeros(len(items)), where=yearly > 0)
    peak = np.divide(items.mean.max(axis=0), yearly, out=np.zeros(len(items)), where=yearly > 0)
    return [
        np.log(yearly + 0.1) / 2,
        2 * np.clip(cover, -3, 6),
        items.lead_time_days / MONTH_DAYS,
        np.log(items.review_days),
        np.log(items.dispersion),
        3 * items.failure,
        4 * peak,
        items.uncertainty,
    ]


def _above_middle(features: list[Array], weight: Array, member: Ints, count: int) -> Ints:
    """0 or 1 for every item: whether it is above its class's mean in the feature in which the class spreads most."""
    total = np.maximum(sum_by(member, weight, count), 1e-300)
    middles = [sum_by(member, weight * feature, count) / total for feature in features]
    squares = [sum_by(member, weight * feature**2, count) / total for feature in features]
    widest = np.argmax([square - middle**2 for square, middle in zip(squares, middles, strict=True)], axis=0)[member]
    above = np.zeros(len(member), dtype=np.int64)
    for number, (feature, middle) in enumerate(zip(features, middles, strict=True)):
        above[(widest == number) & (feature > middle[member])] = 1
    return above


def _nearest(features: list[Array], weight: Array, member: Ints) -> Ints:
    """The number of the item of each class that is nearest to the class's mean."""
    count = int(member.max(initial=-1)) + 1
    total, distance = sum_by(member, weight, count), np.zeros(len(member))
    for feature in features:
        distance += (feature - (sum_by(member, weight * feature, count) / total)[member]) ** 2
    order = np.lexsort((distance, member))
    return order[np.searchsorted(member[order], np.arange(count))]
