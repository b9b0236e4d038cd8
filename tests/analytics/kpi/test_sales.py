"""What the Corner shop sold, worked out by hand."""

from math import isnan, nan

import pytest

from analytics.kpi import KPIS, sales
from analytics.totals import Totals

# 40 receipts, 104 units out and 4 back, 1,000.00 before 50.00 of discount; the goods had cost 570.00.
CORNER = {
    "net_sales": [950],
    "costed_sales": [950],
    "gross_sales": [1000],
    "discount": [50],
    "cost_of_sales": [570],
    "units_sold": [100],
    "returned_units": [4],
    "orders": [40],
    "sold_lines": [80],
    "discounted_lines": [20],
}
BY_HAND = {
    "net_sales": 950,
    "gross_margin": 380,
    "gross_margin_rate": 40,
    "orders": 40,
    "average_basket": 23.75,
    "units_sold": 100,
    "units_per_order": 2.5,
    "average_price": 9.5,
    "discount_rate": 5,
    "discounted_lines_rate": 25,
    "return_rate": 100 * 4 / 104,
}
SHARES = (
    "gross_margin_rate",
    "average_basket",
    "units_per_order",
    "average_price",
    "discount_rate",
    "discounted_lines_rate",
    "return_rate",
)


def test_every_sales_kpi_is_worked_out_here() -> None:
    assert set(BY_HAND) == {kpi.id for kpi in KPIS.values() if kpi.formula.__module__ == sales.__name__}


@pytest.mark.parametrize("kpi_id", BY_HAND)
def test_the_corner_shop(kpi_id: str) -> None:
    assert KPIS[kpi_id].formula(Totals.of(CORNER)) == pytest.approx([BY_HAND[kpi_id]])


@pytest.mark.parametrize("kpi_id", SHARES)
def test_a_share_of_nothing_is_unknown_and_not_zero(kpi_id: str) -> None:
    (value,) = KPIS[kpi_id].formula(Totals.of(dict.fromkeys(CORNER, [0])))
    assert isnan(value)


def test_one_closed_store_leaves_the_others_alone() -> None:
    """The Corner sold 950.00 in 40 orders, the Kiosk was closed, the Flagship sold 600.00 in 10."""
    t = Totals.of({"net_sales": [950, 0, 600], "orders": [40, 0, 10]})
    assert sales.average_basket(t) == pytest.approx([23.75, nan, 60], nan_ok=True)


def test_the_chain_is_not_the_mean_of_its_stores() -> None:
    """Baskets of 100.00 (1 order) and 10.00 (99 orders): 10.90 over all 100 orders, not 55.00."""
    assert sales.average_basket(Totals.of({"net_sales": [100, 990], "orders": [1, 99]}).total()) == pytest.approx(
        [10.9]
    )


def test_goods_sold_below_cost_lose_money() -> None:
    t = Totals.of({"net_sales": [80], "costed_sales": [80], "cost_of_sales": [100]})
    assert (sales.gross_margin(t).tolist(), sales.gross_margin_rate(t).tolist()) == ([-20], [-25])


def test_everything_brought_back_is_a_return_rate_of_all() -> None:
    """Ten units left and all ten came back: nothing is sold on balance."""
    assert sales.return_rate(Totals.of({"units_sold": [0], "returned_units": [10]})).tolist() == [100]
