"""Every KPI once more, from the raw files: slow and obvious, sharing no code with the product.

A KPI of a group (one store, one quarter, …) is the KPI of the files cut down to that group.
"""

from math import nan
from typing import Any

import numpy as np

from tests.analytics.raw_files import Slice


def share(part: float, whole: float) -> float:
    return part / whole if whole else nan


def kpis(cut: Slice, by_product: bool = False) -> dict[str, float]:
    """Every KPI of one slice, by its id; orders and customers are not known by product."""
    return {**_sales(cut), **_inventory(cut), **({} if by_product else _orders(cut) | _customers(cut))}


def kpi(cut: Slice, kpi_id: str) -> float:
    """One KPI of one slice."""
    for family in (_sales, _inventory, _orders, _customers):
        if family not in cut.known:
            cut.known[family] = family(cut)
        if kpi_id in cut.known[family]:
            return cut.known[family][kpi_id]
    raise KeyError(kpi_id)


def _sales(cut: Slice) -> dict[str, float]:
    lines = cut.lines
    quantity, net, gross = lines["quantity"].sum(), lines["net"].sum() / 100, lines["gross"].sum() / 100
    costed = lines.loc[lines["unit_cost"].notna(), "net"].sum() / 100
    margin = nan if costed == 0 and net else costed - lines["cost"].sum() / 100
    returned = -lines.loc[~lines["sold"], "quantity"].sum()
    sold = lines[lines["sold"]]
    return {
        "net_sales": net,
        "gross_margin": margin,
        "gross_margin_rate": 100 * share(margin, costed),
        "units_sold": quantity,
        "average_price": share(net, quantity),
        "discount_rate": 100 * share(lines["discount"].sum() / 100, gross),
        "discounted_lines_rate": 100 * share((sold["discount"] != 0).sum(), len(sold)),
        "return_rate": 100 * share(returned, sold["quantity"].sum()),
    }


def _orders(cut: Slice) -> dict[str, float]:
    lines, receipts = cut.lines, cut.sold_receipts
    return {
        "orders": len(receipts),
        "average_basket": share(lines["net"].sum() / 100, len(receipts)),
        "units_per_order": share(lines["quantity"].sum(), len(receipts)),
        "guest_share": 100 * share(receipts["customer_id"].isna().sum(), len(receipts)),
    }


def _customers(cut: Slice) -> dict[str, float]:
    receipts = cut.sold_receipts.dropna(subset="customer_id")
    of_each = receipts.groupby("customer_id").size()
    first = cut.sales[cut.sales["sold"]].groupby("customer_id")["month"].min()
    before = cut.just_before()
    at_risk = before.members() if before else set()
    retained = 100 * share(len(at_risk & set(of_each.index)), len(at_risk))
    member_sales = cut.lines.loc[cut.lines["customer_id"].notna(), "net"].sum() / 100
    return {
        "active_customers": len(of_each),
        "new_customers": int(first.isin(cut.months).sum()),
        "repeat_rate": 100 * share((of_each >= 2).sum(), len(of_each)),
        "retention": retained,
        "churn": 100 - retained,
        "spend_per_customer": share(member_sales, len(of_each)),
        "orders_per_customer": share(len(receipts), len(of_each)),
    }


def _inventory(cut: Slice) -> dict[str, float]:
    rows, n = cut.ledger_rows, len(cut.months)
    units, cost = cut.lines["quantity"].sum(), cut.lines["cost"].sum() / 100
    closing = cut.stock("closing_units", cut.months[-1]) if n else nan
    closing_cost = cut.stock("closing_cost", cut.months[-1]) / 100 if n else nan
    average_cost = cut.average("cost") / 100
    a_year = 12 / n if n else nan
    ranged = rows[rows["ranged"]]
    weights = ranged["weight"].sum()
    return {
        "inventory_turnover": a_year * share(cost, average_cost),
        "unit_turnover": a_year * share(units, cut.average("units")),
        "stockout_rate": 100 * share(ranged["stockout"].sum(), len(ranged)),
        "weighted_stockout_rate": 100 * share(ranged.loc[ranged["stockout"], "weight"].sum(), weights),
        "days_of_supply": share(closing, units / cut.days) if units > 0 else nan,
        "stock_to_sales": share(closing, units / n) if units > 0 else nan,
        "sell_through": 100 * share(units, units + closing),
        "gmroi": a_year * share(_sales(cut)["gross_margin"], average_cost),
        "average_inventory": nan if average_cost == 0 and cut.average("units") else average_cost,
        "closing_inventory": nan if closing_cost == 0 and closing else closing_cost,
        "closing_units": closing,
    }


def close(ours: Any, theirs: Any, rel: float = 1e-9, abs_: float = 1e-9) -> bool:
    """Both undefined (None or not-a-number), or equal."""
    ours, theirs = (nan if v is None else float(v) for v in (ours, theirs))
    if np.isnan(ours) or np.isnan(theirs):
        return bool(np.isnan(ours) and np.isnan(theirs))
    return bool(abs(ours - theirs) <= max(abs_, rel * abs(theirs)))
