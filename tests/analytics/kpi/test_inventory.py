"""How the Corner shop's stock stood and turned, worked out by hand."""

from math import isnan, nan

import pytest

from analytics.kpi import KPIS, inventory
from analytics.totals import Totals

# One quarter of 91 days: 182 units sold for 2,000.00 that had cost 1,200.00. On the shelf 60 units on average, worth
# 400.00, and 78 units, worth 500.00, at the end. 3 of 24 ranged months ended empty, weighing 300.00 of 1,500.00.
CORNER = {
    "months": [3],
    "days": [91],
    "units_sold": [182],
    "net_sales": [2000],
    "costed_sales": [2000],
    "cost_of_sales": [1200],
    "average_units": [60],
    "average_cost": [400],
    "closing_units": [78],
    "closing_cost": [500],
    "stockout_months": [3],
    "ranged_months": [24],
    "stockout_weight": [300],
    "ranged_weight": [1500],
}
BY_HAND = {
    "inventory_turnover": 12,  # 1,200 ÷ 400 = 3 in a quarter, × 4
    "unit_turnover": 4 * 182 / 60,
    "stockout_rate": 12.5,
    "weighted_stockout_rate": 20,
    "days_of_supply": 39,  # 2 units a day
    "stock_to_sales": 78 / (182 / 3),
    "sell_through": 70,  # 182 of 260
    "gmroi": 8,  # a margin of 800 on 400 is 2, × 4
    "average_inventory": 400,
    "closing_inventory": 500,
    "closing_units": 78,
}
RATIOS = tuple(
    kpi_id for kpi_id in BY_HAND if kpi_id not in ("average_inventory", "closing_inventory", "closing_units")
)


def test_every_inventory_kpi_is_worked_out_here() -> None:
    assert set(BY_HAND) == {kpi.id for kpi in KPIS.values() if kpi.formula.__module__ == inventory.__name__}


@pytest.mark.parametrize("kpi_id", BY_HAND)
def test_the_corner_shop(kpi_id: str) -> None:
    assert KPIS[kpi_id].formula(Totals.of(CORNER)) == pytest.approx([BY_HAND[kpi_id]])


@pytest.mark.parametrize("kpi_id", RATIOS)
def test_a_ratio_to_nothing_is_unknown_and_not_zero(kpi_id: str) -> None:
    (value,) = KPIS[kpi_id].formula(Totals.of(dict.fromkeys(CORNER, [0])))
    assert isnan(value)


def test_stockout_rate_weights_stores_by_months_ranged() -> None:
    """Corner: 1 of 2 months out. Flagship: 400 of 4,000. The chain is 10 %, not the 30 % mean of stores."""
    t = Totals.of({"stockout_months": [1, 400], "ranged_months": [2, 4000]})
    assert inventory.stockout_rate(t) == pytest.approx([50, 10])
    assert inventory.stockout_rate(t.total()) == pytest.approx([10.02], abs=0.001)


def test_an_empty_top_seller_weighs_more() -> None:
    """One of two products is out: half of the shelf, but nine tenths of the sales."""
    t = Totals.of({"stockout_months": [1], "ranged_months": [2], "stockout_weight": [90], "ranged_weight": [100]})
    assert (inventory.stockout_rate(t).tolist(), inventory.weighted_stockout_rate(t).tolist()) == ([50], [90])


def test_stock_without_a_sale_has_no_days_of_supply() -> None:
    """40 units and no sale in 31 days: nobody knows how long they last. The store beside it sells one a day."""
    t = Totals.of({"closing_units": [40, 40], "days": [31], "months": [1], "units_sold": [0, 31]})
    assert inventory.days_of_supply(t) == pytest.approx([nan, 40], nan_ok=True)
    assert inventory.stock_to_sales(t) == pytest.approx([nan, 40 / 31], nan_ok=True)


def test_more_came_back_than_went_out() -> None:
    """Two units more returned than sold: there are no minus 620 days of supply."""
    t = Totals.of({"closing_units": [40], "days": [31], "months": [1], "units_sold": [-2]})
    assert isnan(inventory.days_of_supply(t)[0])
    assert isnan(inventory.stock_to_sales(t)[0])


def test_an_empty_shelf_lasts_no_day() -> None:
    t = Totals.of({"closing_units": [0], "days": [31], "months": [1], "units_sold": [31]})
    assert (inventory.days_of_supply(t).tolist(), inventory.stock_to_sales(t).tolist()) == ([0], [0])


@pytest.mark.parametrize(("months", "a_year"), [(1, 36), (3, 12), (12, 3), (24, 1.5)])
def test_turnover_is_told_for_a_year(months: int, a_year: float) -> None:
    """Stock of 400.00 that was sold three times over: in a month, a quarter, a year or two."""
    t = Totals.of({**CORNER, "months": [months]})
    assert inventory.inventory_turnover(t) == pytest.approx([a_year])
    assert inventory.gmroi(t) == pytest.approx([a_year * 2 / 3])


def test_one_length_of_time_serves_every_store() -> None:
    """Two stores over the same quarter: cost of sales 1,200 and 300 on average stocks of 400 and 200."""
    t = Totals.of({"months": [3], "cost_of_sales": [1200, 300], "average_cost": [400, 200]})
    assert inventory.inventory_turnover(t) == pytest.approx([12, 6])


def test_all_sold_and_more_than_was_booked_in() -> None:
    assert inventory.sell_through(Totals.of({"units_sold": [50, 60], "closing_units": [0, -10]})) == pytest.approx(
        [100, 120]
    )
