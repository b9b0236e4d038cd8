"""What customers will spend, as a version tells it: fitted once in the refresh, read by requests.

Arrays `spend.<name>.npy`, one entry a customer known at the end of the data, beside those of the facts, and
`spend.json` with the tests. This module loads no learner before `fit` is called.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal, TypedDict, get_args

import numpy as np

from analytics.arrays import Array, Column, Ints, Mask, sum_by
from analytics.models.spend_report import QUARTER, YEAR, Report
from data.said import Said, say
from data.version import ARRAYS, Version

FILE: Final = "spend.json"
PREFIX: Final = "spend"
Horizon = Literal["quarter", "year"]
HORIZONS: Final[tuple[Horizon, ...]] = get_args(Horizon)
EARLIER: Final = say("No expectation: these data were loaded by an earlier release. Load them again.")
NOBODY: Final = say("No expectation: no file knows customers, so all purchases are those of guests.")
COLUMNS: Final = ("customer", "home", "spend", "orders", "idle")
NUMBERS: Final = ("expected", "low", "high", "chance", "drivers")
ArrayOf = Callable[[str], Column]


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is expected over one horizon, in the order of `Spend.customer`: shape (n,), drivers (n, DRIVERS)."""

    expected: Column
    low: Column
    high: Column
    chance: Column
    drivers: Column
    report: Report


@dataclass(frozen=True, slots=True)
class Spend:
    """Customers known at the end of the data, and what is expected of them over each horizon, or why nothing is.

    customer: their index, rising; home: index of the store where they ordered most in the last year, −1 for none;
    spend [currency], orders: of that year; idle: weeks since their last order. guests: share of sales without a
    customer [%].
    """

    customer: Column
    home: Column
    spend: Column
    orders: Column
    idle: Column
    guests: float
    ahead: "dict[Horizon, Ahead | Said]"

    @classmethod
    def of(cls, version: Version) -> "Spend | Said":
        """What a version tells, or why it tells nothing."""
        return _read(version.path)


class _Saved(TypedDict):
    """`spend.json`. reports: of each horizon, or why there is none."""

    why: Said | None
    guests: float
    reports: dict[Horizon, Any]


@lru_cache(maxsize=4)
def _read(path: Path) -> Spend | Said:
    if not (path / FILE).exists():
        return EARLIER
    saved: _Saved = json.loads((path / FILE).read_text(encoding="utf-8"))
    if saved["why"]:
        return saved["why"]

    def array(name: str) -> Column:
        mapped: Column = np.load(path / ARRAYS / f"{PREFIX}.{name}.npy", mmap_mode="r", allow_pickle=False)
        return mapped

    def ahead(horizon: Horizon) -> Ahead | Said:
        found = saved["reports"][horizon]
        if "days" not in found:
            why: Said = found
            return why
        return Ahead(**{name: array(f"{horizon}.{name}") for name in NUMBERS}, report=found)

    told = {horizon: ahead(horizon) for horizon in HORIZONS}
    return Spend(**{name: array(name) for name in COLUMNS}, guests=saved["guests"], ahead=told)


def fit(path: Path, as_of: str, progress: Callable[[str], None]) -> None:
    """Fits the models to the arrays of a version that is being built in `path`, and lays what they expect beside them.

    as_of: the last day with data, "2023-12-31".
    """
    from analytics.models.spend import Forecast, forecast
    from analytics.models.spend_panel import panel

    progress("expected spend of customers")
    array: ArrayOf = lambda name: np.load(path / ARRAYS / f"{name}.npy", mmap_mode="r")  # noqa: E731
    known = np.asarray(array("baskets.customer_idx")) >= 0
    saved = _Saved(why=None, guests=_guests(array, known), reports={})
    arrays: dict[str, Column] = {}
    if known.any():
        purchases, shops = purchases_of(array, known, as_of), shops_of(array)
        now = panel(purchases, shops, purchases.last)
        arrays = {name: getattr(now, name) for name in COLUMNS}
        for horizon, days in zip(HORIZONS, (QUARTER, YEAR), strict=True):
            found = forecast(purchases, shops, days)
            saved["reports"][horizon] = found.report if isinstance(found, Forecast) else found
            if isinstance(found, Forecast):
                arrays |= {f"{horizon}.{name}": getattr(found, name).astype(np.float32) for name in NUMBERS}
    else:
        saved["why"] = NOBODY
    for name, values in arrays.items():
        np.save(path / ARRAYS / f"{PREFIX}.{name}.npy", values)
    (path / FILE).write_text(json.dumps(saved, allow_nan=False), encoding="utf-8")


def purchases_of(array: ArrayOf, known: Mask, as_of: str) -> Any:
    """The purchases of known customers, one entry an order × category. array: arrays of a version by name."""
    from analytics.models.spend_panel import Purchases

    def column(name: str) -> Column:
        return np.asarray(array(f"baskets.{name}"))[known]

    day = column("day").astype("datetime64[D]").astype(np.int64)
    joined = np.asarray(array("customers.joined_on")).astype("datetime64[D]")
    months = np.asarray(array("months")).astype("datetime64[M]")
    return Purchases(
        customer=column("customer_idx").astype(np.int64),
        day=day,
        store=column("store_idx").astype(np.int64),
        money=column("net_sales_cents") / 100,
        bought=column("sold_lines") > 0,
        joined=np.where(np.isnat(joined), np.nan, joined.astype(np.int64).astype(np.float64)),
        first=int(max(day.min(), months[0].astype("datetime64[D]").astype(np.int64))),
        last=int(np.datetime64(as_of, "D").astype(np.int64)),
    )


def shops_of(array: ArrayOf) -> Any:
    """How stores did by month; in-stock rates are unknown where there is no stock ledger."""
    from analytics.models.spend_panel import Shops

    months = np.asarray(array("months")).astype("datetime64[M]")
    shape = (len(array("stores.store_id")), len(months))
    place = array("cells.store_idx").astype(np.int64) * shape[1] + array("cells.month_idx")

    def summed(name: str) -> Array:
        return sum_by(place, array(f"cells.{name}"), shape[0] * shape[1]).reshape(shape)

    ends: Ints = (months + 1).astype("datetime64[D]").astype(np.int64) - 1
    return Shops(summed("net_sales_cents") / 100, summed("ranged_months"), summed("stockout_months"), ends)


def _guests(array: ArrayOf, known: Mask) -> float:
    money = np.asarray(array("baskets.net_sales_cents"), dtype=np.float64)
    total = money.sum()
    return round(100 * float(money[~known].sum() / total), 1) if total > 0 else 0.0
