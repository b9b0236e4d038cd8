"""What a day would have sold had its shelf not been empty for some hours, where stock is known by the hour."""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from analytics.arrays import Array, Ints, Mask, sum_by
from data.said import Said, say

FEWEST_DAYS: Final = 100  # without an empty hour
PROFILE_PRIOR: Final = 200.0  # units that the profile of all hours is worth beside a category's own
DAYS_PRIOR: Final = 3.0  # days that a category's mean is worth beside a series' own
DAY_PRIOR: Final = 100.0  # units that "every day alike" is worth
LEAST_PRIOR: Final = 0.1
MOST_PRIOR: Final = 100.0


@dataclass(frozen=True, slots=True)
class Days:
    """Sales by the hour. sold, out: (days, hours), units ≥ 0 and whether the shelf was empty in that hour.

    series, category, date: (days,), numbers from 0; a series is a store × product of one category.
    """

    sold: Array
    out: Mask
    series: Ints
    category: Ints
    date: Ints


class Recovered(NamedTuple):
    """What `recover` found. hidden: (days,) units that empty hours would have sold; NaN with the reason `why`.

    prior: k, the days of evidence that the expected day is worth.
    """

    hidden: Array
    prior: float
    why: Said | None


def recover(days: Days) -> Recovered:
    """Sales of empty hours from the other hours of the day and from what such days usually sell.

    With expected day μ (its series × that date in its category) and v the share of a day that the hours in stock
    usually have, the day's level is (k·μ + seen) ÷ (k + v) and 1 − v of it is hidden: linear credibility (Bühlmann
    1967). μ, v and k come from days without an empty hour.
    """
    whole: Mask = ~np.any(days.out, axis=1)
    if whole.sum() < FEWEST_DAYS:
        why = say("Not recovered: it needs {least} days without an empty hour.", least=FEWEST_DAYS)
        return Recovered(np.full(len(whole), np.nan), np.nan, why)
    profile = _profiles(days, whole)[days.category]
    expected = _expected(days, whole)
    prior = _prior(days.sold[whole], profile[whole], expected[whole])
    seen = np.where(days.out, 0.0, days.sold).sum(axis=1)
    visible = np.where(days.out, 0.0, profile).sum(axis=1)
    level = (prior * expected + seen) / (prior + visible)
    return Recovered(level * (1 - visible), prior, None)


def _profiles(days: Days, whole: Mask) -> Array:
    """(categories, hours) share of each hour; rows sum to 1."""
    categories = int(days.category.max()) + 1
    by_hour = np.stack([sum_by(days.category[whole], hour, categories) for hour in days.sold[whole].T], axis=1)
    overall = (by_hour.sum(axis=0) + 1e-9) / (by_hour.sum() + 1e-9 * by_hour.shape[1])
    profile: Array = (by_hour + PROFILE_PRIOR * overall) / (by_hour.sum(axis=1, keepdims=True) + PROFILE_PRIOR)
    return profile


def _expected(days: Days, whole: Mask) -> Array:
    """(days,) mean of a series, drawn to its category's where few days are known, times the category's day."""
    total = days.sold[whole].sum(axis=1)
    category = _mean(days.category, whole, total, 0.0, total.mean())
    series = _mean(days.series, whole, total, DAYS_PRIOR, category)
    key = days.category * (int(days.date.max()) + 1) + days.date
    keys = int(key.max()) + 1
    sold, due = sum_by(key[whole], total, keys), sum_by(key[whole], series[whole], keys)
    day: Array = (sold + DAY_PRIOR) / (due + DAY_PRIOR)
    expected: Array = series * day[key]
    return expected


def _mean(key: Ints, whole: Mask, total: Array, prior: float, prior_mean: Array | float) -> Array:
    """Of each day, the mean total of the whole days with its key; prior: days that prior_mean is worth."""
    keys = int(key.max()) + 1
    known, days = sum_by(key[whole], total, keys)[key], np.bincount(key[whole], minlength=keys)[key]
    mean: Array = np.where(days + prior > 0, (known + prior * prior_mean) / np.maximum(days + prior, 1e-9), prior_mean)
    return mean


def _prior(sold: Array, profile: Array, expected: Array) -> float:
    """Noise of an hour ÷ spread of days around what was expected, per unit: k, from two halves of whole days.

    What the halves have in common, Σ(h₁/v₁ − μ)(h₂/v₂ − μ), is the spread of days; the rest of their squares is noise.
    """
    halves = [(sold[:, i::2].sum(axis=1), profile[:, i::2].sum(axis=1)) for i in (0, 1)]
    first, second = (seen / share - expected for seen, share in halves)
    spread = float((first * second).sum())
    squares = float((first**2 * halves[0][1] + second**2 * halves[1][1]).sum())
    noise = (squares - spread) / 2
    return min(max(noise / max(spread, 1e-9), LEAST_PRIOR), MOST_PRIOR)
