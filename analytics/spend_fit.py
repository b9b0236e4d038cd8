"""Fits what customers will spend to a version that is being built. Offline: the web never loads this."""

from pathlib import Path
from typing import Final

import numpy as np

from analytics.arrays import Column, Ints, Mask
from analytics.models.spend import Forecast, forecast
from analytics.models.spend_panel import Purchases, Shops, panel
from analytics.models.spend_report import QUARTER, YEAR
from analytics.published import ArrayOf, facts
from analytics.spend import COLUMNS, HORIZONS, NUMBERS, PUBLISHED
from data.measures import ROLLED_UP
from data.said import Progress, say

NOBODY: Final = say("No expectation: no file knows customers, so all purchases are those of guests.")


def fit(path: Path, as_of: str, progress: Progress) -> Forecast | None:
    """Fits the models to the arrays of a version that is being built in `path`, and lays what they expect beside them.

    Returns what is expected of the next quarter, for what else rests on it. as_of: last day with data, "2023-12-31".
    """
    progress(say("expected spend of customers"))
    array = facts(path)
    known = np.asarray(array("orders.customer_idx")) >= 0
    if not known.any():
        PUBLISHED.lay(path, {}, {}, NOBODY)
        return None
    purchases, shops = purchases_of(array, known, as_of), shops_of(array)
    now = panel(purchases, shops, purchases.last)
    arrays: dict[str, Column] = {name: getattr(now, name) for name in COLUMNS}
    made = {horizon: forecast(purchases, shops, days) for horizon, days in zip(HORIZONS, (QUARTER, YEAR), strict=True)}
    told = {horizon: found for horizon, found in made.items() if isinstance(found, Forecast)}
    for horizon, found in told.items():
        arrays |= {f"{horizon}.{name}": getattr(found, name).astype(np.float32) for name in NUMBERS}
    reports = {horizon: found.report if isinstance(found, Forecast) else found for horizon, found in made.items()}
    PUBLISHED.lay(path, arrays, {"guests": _guests(array, known), "reports": reports})
    return told.get("quarter")


def purchases_of(array: ArrayOf, known: Mask, as_of: str) -> Purchases:
    """The purchases of known customers, one entry an order and month. array: arrays of a version by name."""
    day = np.asarray(array("orders.day"))[known].astype("datetime64[D]").astype(np.int64)
    joined = np.asarray(array("customers.joined_on")).astype("datetime64[D]")
    months = np.asarray(array("months")).astype("datetime64[M]")
    return Purchases(
        customer=array("orders.customer_idx")[known].astype(np.int64),
        day=day,
        store=array("orders.store_idx")[known].astype(np.int64),
        money=array("orders.net_sales_cents")[known] / 100,
        bought=array("orders.sold_lines")[known] > 0,
        joined=np.where(np.isnat(joined), np.nan, joined.astype(np.int64).astype(np.float64)),
        first=int(max(day.min(), months[0].astype("datetime64[D]").astype(np.int64))),
        last=int(np.datetime64(as_of, "D").astype(np.int64)),
    )


def shops_of(array: ArrayOf) -> Shops:
    """How stores did by month; in-stock rates are unknown where there is no stock ledger."""
    sums = dict(zip((measure.name for measure in ROLLED_UP), array("by_store"), strict=True))
    sales, ranged, empty = (
        np.diff(sums[name].sum(axis=2, dtype=np.float64), axis=0).T
        for name in ("net_sales_cents", "ranged_months", "stockout_months")
    )
    ends: Ints = (np.asarray(array("months")).astype("datetime64[M]") + 1).astype("datetime64[D]").astype(np.int64) - 1
    return Shops(sales / 100, ranged, empty, ends)


def _guests(array: ArrayOf, known: Mask) -> float:
    money = np.asarray(array("orders.net_sales_cents"), dtype=np.float64)
    total = money.sum()
    return round(100 * float(money[~known].sum() / total), 1) if total > 0 else 0.0
