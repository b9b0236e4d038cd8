"""Who came to the Corner shop, came back and stayed away, worked out by hand."""

from math import isnan

import pytest

from analytics.kpi import KPIS, customers
from analytics.totals import Totals

# 50 orders, 10 of them by guests; 25 known customers, 5 of them new and 8 with two orders or more, spent 800.00.
# Of 40 customers of the period before 14 bought again.
CORNER = {
    "orders": [50],
    "guest_orders": [10],
    "buyers": [25],
    "new_buyers": [5],
    "repeat_buyers": [8],
    "member_sales": [800],
    "at_risk": [40],
    "retained": [14],
}
BY_HAND = {
    "active_customers": 25,
    "new_customers": 5,
    "repeat_rate": 32,
    "retention": 35,
    "churn": 65,
    "spend_per_customer": 32,
    "orders_per_customer": 1.6,
    "guest_share": 20,
}


def test_every_customer_kpi_is_worked_out_here() -> None:
    assert set(BY_HAND) == {kpi.id for kpi in KPIS.values() if kpi.formula.__module__ == customers.__name__}


@pytest.mark.parametrize("kpi_id", BY_HAND)
def test_the_corner_shop(kpi_id: str) -> None:
    assert KPIS[kpi_id].formula(Totals.of(CORNER)) == pytest.approx([BY_HAND[kpi_id]])


@pytest.mark.parametrize("kpi_id", [i for i in BY_HAND if i not in ("active_customers", "new_customers")])
def test_a_share_of_nobody_is_unknown_and_not_zero(kpi_id: str) -> None:
    (value,) = KPIS[kpi_id].formula(Totals.of(dict.fromkeys(CORNER, [0])))
    assert isnan(value)


def test_who_is_retained_did_not_churn() -> None:
    """All, none and a quarter of four customers come back."""
    t = Totals.of({"at_risk": [4, 4, 4], "retained": [4, 0, 1]})
    assert customers.retention(t).tolist() == [100, 0, 25]
    assert customers.churn(t).tolist() == [0, 100, 75]


def test_a_shop_of_guests_has_no_spend_per_customer() -> None:
    t = Totals.of({"orders": [9], "guest_orders": [9], "buyers": [0], "member_sales": [0]})
    assert customers.guest_share(t).tolist() == [100]
    assert isnan(customers.spend_per_customer(t)[0])
    assert isnan(customers.orders_per_customer(t)[0])


def test_the_repeat_rate_of_two_stores_together() -> None:
    """1 of 2 and 10 of 98 customers: 11 %, not the 30 % mean."""
    t = Totals.of({"repeat_buyers": [1, 10], "buyers": [2, 98]})
    assert customers.repeat_rate(t.total()).tolist() == [11]
