"""The challenger of the multiplicative model: trees that learn from all series at once how the past leads on.

Direct (one row for each first unknown period, series and periods ahead), global (one model for all series), Poisson
loss, as the winners of M5 had it (Makridakis, Spiliotis & Assimakopoulos 2022, Int. J. Forecasting 38, 1346–1364).
A row knows of its series and of its groups only what came before its origin, and what is known of the period ahead.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from analytics.arrays import Array, Ints

FEWEST_ROWS: Final = 400
FEWEST_ORIGINS: Final = 3
SEED: Final = 0


class Effort(NamedTuple):
    """How much is learned: rows at most, trees, leaves of each, and steps in which a feature is seen."""

    rows: int = 40_000
    trees: int = 60
    leaves: int = 8
    steps: int = 64


LITTLE: Final = Effort()


@dataclass(frozen=True, slots=True)
class Series:
    """What was seen of n series in T periods, and what is known of the periods ahead.

    values: (T, n) units, NaN where unknown. season: (T + horizon,) place of each period in its season, from 0.
    groups: each (n,) numbers from 0, such as store, product and category. windows: periods over which the past is
    averaged. ahead: arrays (T + horizon, n) of what is known beforehand, such as a price. period: of the season.
    beside: (T, n) a second view of the same past, such as only what no empty shelf cut short; NaN for none.
    """

    values: Array
    season: Ints
    groups: tuple[Ints, ...]
    windows: tuple[int, ...] = (1, 3, 6, 12)
    ahead: tuple[Array, ...] = ()
    period: int = 12
    beside: Array | None = None


def forecast(series: Series, horizon: int, effort: Effort = LITTLE) -> Array | None:
    """Means of the next periods, (horizon, n); None where too little was seen to learn from.

    Never below 0. Raises nothing: a series that was never seen gets what its groups tell.
    """
    origins = range(series.period, len(series.values))
    if len(origins) < FEWEST_ORIGINS:
        return None
    rows, targets = _lessons(series, origins, horizon, effort.rows)
    if len(targets) < FEWEST_ROWS or not targets.any():
        return None
    from sklearn.ensemble import HistGradientBoostingRegressor  # 150 MB that only the refresh needs

    model = HistGradientBoostingRegressor(
        loss="poisson",
        max_iter=effort.trees,
        max_leaf_nodes=effort.leaves,
        max_bins=effort.steps,
        learning_rate=0.06,
        min_samples_leaf=60,
        random_state=SEED,
    )
    now = len(series.values)
    past = _past(series, now)
    model.fit(rows, targets)
    ahead = [model.predict(_row(series, past, now, step)) for step in range(horizon)]
    means: Array = np.maximum(np.stack(ahead), 0.0)
    return means


def _lessons(series: Series, origins: range, horizon: int, most: int) -> tuple[Array, Array]:
    """Rows and targets of all origins whose periods ahead were seen, thinned at random to about `most`."""
    periods, n = series.values.shape
    steps = {origin: range(min(horizon, periods - origin)) for origin in origins}
    share, rng = most / (sum(map(len, steps.values())) * n), np.random.default_rng(SEED)
    rows, targets = [], []
    for origin in origins:
        past = _past(series, origin)
        for ahead in steps[origin]:
            found = series.values[origin + ahead]
            chosen = np.flatnonzero(np.isfinite(found) & (rng.random(len(found)) < share))
            rows.append(_row(series, past, origin, ahead, chosen))
            targets.append(found[chosen])
    return np.concatenate(rows), np.concatenate(targets)


def _past(series: Series, origin: int) -> Array:
    """(features, n) of what came before an origin."""
    seen = series.values[:origin]
    columns = list(_averages(seen, series.windows))
    if series.beside is not None:
        parts = [series.beside[:origin][-window:] for window in series.windows[1:]]
        columns += [_mean(part) for part in parts] + [np.isfinite(part).mean(axis=0) for part in parts]
    longest, shortest = (seen[-w:] for w in (series.windows[-1], series.windows[1]))
    for group in series.groups:
        for part in (shortest, longest):
            columns.append(_by_group(part, group))
    return np.stack(columns)


def _averages(seen: Array, windows: tuple[int, ...]) -> Iterator[Array]:
    for window in windows:
        yield _mean(seen[-window:])
    longest = seen[-windows[-1] :]
    yield _mean(seen)
    yield _mean(np.where(np.isfinite(longest), longest > 0, np.nan))
    yield _mean(longest**2)


def _row(series: Series, past: Array, origin: int, ahead: int, chosen: Ints | slice = slice(None)) -> Array:
    """(series, features) of one origin and one period ahead."""
    at = origin + ahead
    same = series.values[at % series.period : origin : series.period]
    columns = [
        *past[:, chosen],
        same[-1, chosen],
        _mean(same[-4:, chosen]),
        *(known[at, chosen] for known in series.ahead),
        *(
            known[at, chosen] - _mean(known[max(0, origin - series.windows[-1]) : origin, chosen])
            for known in series.ahead
        ),
        *(group[chosen] for group in series.groups if group.max(initial=0) < 255),
    ]
    length = len(columns[0])
    columns += [np.full(length, float(series.season[at])), np.full(length, float(ahead))]
    return np.stack(columns, axis=1)


def _mean(values: Array) -> Array:
    """Mean of what is known along the first axis, NaN where nothing is."""
    known = np.isfinite(values)
    count = known.sum(axis=0)
    total = np.where(known, values, 0.0).sum(axis=0)
    mean: Array = np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
    return mean


def _by_group(values: Array, group: Ints) -> Array:
    """The mean of all known values of each series' group, (n,)."""
    known = np.isfinite(values)
    total = np.bincount(group, np.where(known, values, 0.0).sum(axis=0))
    count = np.bincount(group, known.sum(axis=0))
    mean: Array = np.divide(total, count, out=np.full(len(total), np.nan), where=count > 0)
    return mean[group]
