"""Sales of hours in which a shelf was empty: goal E2, on real days with the stockouts of other real days."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import duckdb
import numpy as np

from analytics.arrays import Array, Ints
from analytics.models.hidden_hours import Days, recover
from benchmarks.models import DATASETS, Goal

HOURLY: Final = DATASETS / "freshretailnet-hourly" / "days.parquet"
OPEN: Final = slice(6, 22)  # hours of sale
MASKED: Final = 40_000  # days
SEED: Final = 20
READ: Final = """
    SELECT sale_by_hour, stockout_by_hour, store_id * 100000 + product_id AS series, third_category_id AS category,
           date_diff('day', DATE '2024-01-01', dt::DATE) AS date
    FROM read_parquet(?)
"""


def goals(path: Path = HOURLY) -> Iterator[Goal]:
    """Days without an empty hour get the empty hours of other days; what these sold is to be found again."""
    data = f"FreshRetailNet, {MASKED:,} full days masked"
    if not path.exists():
        yield Goal("E2", data, "bias; WAPE of the hidden hours", "−34 %; .72", "within 1 %; ≤ .525", "–", None)
        return
    days, masked, sold = _masked(path)
    hidden = np.where(days.out, sold, 0.0).sum(axis=1)[masked]
    total, share = sold[masked].sum(), recover(days).hidden[masked]
    bias, wape = (share - hidden).sum() / total, np.abs(share - hidden).sum() / hidden.sum()
    naive = np.abs(_scaled_up(days)[masked] - hidden).sum() / hidden.sum()
    yield Goal(
        "E2",
        data,
        "bias of a day's demand",
        anchor=f"none: {-100 * hidden.sum() / total:.1f} %",
        goal="within 1 %",
        ours=f"{100 * bias:+.2f} %",
        passed=bool(abs(bias) <= 0.01),
    )
    yield Goal(
        "E2",
        data,
        "WAPE of the hidden hours",
        anchor=f"scaled up by the category's hours: {naive:.3f}",
        goal="≤ .525",
        ours=f"{wape:.3f}",
        passed=bool(wape <= 0.525),
    )


def _masked(path: Path) -> tuple[Days, Ints, Array]:
    with duckdb.connect() as con:
        found = con.execute(READ, [str(path)]).fetchnumpy()
    sold, out = (np.stack(list(found[name]))[:, OPEN] for name in ("sale_by_hour", "stockout_by_hour"))
    sold, empty = sold.astype(np.float64), out == 1
    rng = np.random.default_rng(SEED)
    whole, some = np.flatnonzero(~empty.any(axis=1)), np.flatnonzero(empty.any(axis=1) & ~empty.all(axis=1))
    masked = rng.choice(whole, MASKED, replace=False)
    empty[masked] = empty[rng.choice(some, MASKED)]
    series, category, date = (np.unique(found[name], return_inverse=True)[1] for name in ("series", "category", "date"))
    return Days(sold, empty, series, category, date), masked, sold


def _scaled_up(days: Days) -> Array:
    """What is seen, scaled by the share of the day that these hours usually have in the category."""
    whole = ~days.out.any(axis=1)
    profile = np.full((int(days.category.max()) + 1, days.sold.shape[1]), 1e-3)
    np.add.at(profile, days.category[whole], days.sold[whole])
    share = (profile / profile.sum(axis=1, keepdims=True))[days.category]
    visible = np.where(days.out, 0.0, share).sum(axis=1)
    seen = np.where(days.out, 0.0, days.sold).sum(axis=1)
    scaled: Array = np.where(visible > 0.05, seen / np.maximum(visible, 0.05), 0.0) * (1 - visible)
    return scaled
