"""Order-up-to levels to recommend: from a service level, or from what too much and too little cost."""

from typing import Final

import numpy as np
from scipy.ndimage import map_coordinates

from analytics.arrays import Array
from analytics.models.inventory_theory import critical_ratio, demand_cdf, demand_quantile
from analytics.models.stocked_items import Items, protection

YEAR_DAYS: Final = 365.25
MEANS, DISPERSIONS = 256, 12  # grid of `smooth_level`


def recommended_level(items: Items, service_level: float | Array) -> Array:
    """The least whole level that lasts through this share of review cycles, (12, n) [units].

    S with P(D over lead time + review period ≤ S) ≥ service_level for NB1 demand, the first service measure of Silver,
    Pyke & Thomas (2017), §6.9. service_level: one, or (n,), in [0, 1).
    """
    mean, _ = protection(items.mean, items.dispersion, items.lead_time_days, items.review_days)
    return demand_quantile(service_level, mean, items.dispersion)


def economic_service_level(items: Items) -> Array:
    """The service level at which another unit costs as much as it brings, (n,) in [0, 1).

    The newsvendor's critical ratio with the margin that a lost unit loses after substitution against what holding a
    unit for a review period costs (Snyder & Shen 2019, §4.3). 0 where a unit brings nothing.
    """
    underage = np.maximum(items.price - items.cost, 0) * (1 - items.substitution)
    overage = np.maximum(items.cost * items.holding_rate * items.review_days / YEAR_DAYS, 1e-9)
    return np.where(underage > 0, critical_ratio(underage, overage), 0.0)


def recommended_order(level: Array, on_hand: Array, on_order: Array) -> Array:
    """Units to order now: what is missing to the level, never less than 0; shapes (n,)."""
    order: Array = np.ceil(np.maximum(level - on_hand - on_order, 0))
    return order


def smooth_level(service_level: float, mean: Array, dispersion: Array) -> Array:
    """The broken level that a share of `service_level` of cycles gets through, if it is rounded up or down at random.

    Between whole levels x − 1 and x the share is interpolated, so that a slider moves the level by as little as it was
    moved. mean: of demand over lead time + review period, (12, n); dispersion: (n,). Exact on a grid of means and
    dispersions, linear between; off by 4 % of an SD of demand at most.
    """
    if not mean.any():
        return np.zeros_like(mean)
    means = np.geomspace(mean[mean > 0].min(), mean.max() * (1 + 1e-9), MEANS)
    dispersions = np.unique(dispersion)
    if len(dispersions) > DISPERSIONS:
        dispersions = np.unique(np.quantile(dispersion, np.linspace(0, 1, DISPERSIONS)))
    grid = _broken_quantile(service_level, means[:, None], dispersions)
    row = np.log(np.maximum(mean, means[0]) / means[0]) / np.log(means[1] / means[0])
    column = np.broadcast_to(np.interp(dispersion, dispersions, np.arange(len(dispersions))), mean.shape)
    level: Array = map_coordinates(grid, [row, column], order=1, mode="nearest")
    return np.where(mean > 0, level, 0)


def _broken_quantile(probability: float, mean: Array, dispersion: Array) -> Array:
    above = demand_quantile(probability, mean, dispersion)
    below_share, above_share = demand_cdf(above - 1, mean, dispersion), demand_cdf(above, mean, dispersion)
    broken: Array = above - (above_share - probability) / (above_share - below_share)
    return np.maximum(broken, 0)
