"""Every KPI equals its recomputation from the raw files, under every kind of filter and along every axis."""

from math import isnan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.filters import Filters
from analytics.kpi import KPIS
from tests.analytics.brute_force import close, kpis
from tests.analytics.conftest import Retailer
from tests.analytics.raw_files import Chosen
from tests.analytics.selections import filters_of, selections

AXES = (None, "store", "chain", "category", "product", "month", "quarter")
NOT_BY_PRODUCT = {
    "orders",
    "average_basket",
    "units_per_order",
    "guest_share",
    "active_customers",
    "new_customers",
    "repeat_rate",
    "retention",
    "churn",
    "spend_per_customer",
    "orders_per_customer",
}
CENTRAL = ("net_sales", "units_sold", "orders", "active_customers", "stockout_rate", "inventory_turnover", "retention")
Table = dict[tuple[str, str], float]  # (label, KPI) → value


def computed(retailer: Retailer, filters: Filters, axis: str | None) -> Table:
    """What the product computes, in the order of its labels."""
    by = (axis,) if axis else ()
    labels = retailer.cube.labels(axis, retailer.cube.select(filters, by)) if axis else [""]
    totals = retailer.cube.totals(filters, by)
    values = {id_: KPIS[id_].formula(totals) for id_ in KPIS if axis != "product" or id_ not in NOT_BY_PRODUCT}
    assert {v.shape for v in values.values()} == {(len(labels),)}
    return {(label, id_): float(v[i]) for i, label in enumerate(labels) for id_, v in values.items()}


def both(retailer: Retailer, selection: str, axis: str | None) -> tuple[Table, Table]:
    """The product's numbers and the recomputed ones."""
    chosen = selections(retailer.files)[selection]
    groups = retailer.files.cut(chosen).groups(axis)
    expected = {
        (label, id_): value
        for label, cut in groups.items()
        for id_, value in kpis(cut, by_product=axis == "product").items()
    }
    return computed(retailer, filters_of(chosen), axis), expected


@pytest.mark.parametrize("axis", AXES)
def test_every_kpi_is_what_the_files_say(retailer: Retailer, axis: str | None) -> None:
    """Under every selection. Groups come in one order, by name or by time, and none is missing or made up."""
    wrong = []
    for selection in selections(retailer.files):
        ours, expected = both(retailer, selection, axis)
        assert list(dict.fromkeys(label for label, _ in ours)) == list(dict.fromkeys(label for label, _ in expected))
        assert set(ours) == set(expected)
        wrong += [
            f"{kpi_id} of {selection}, {label or 'total'}: {ours[label, kpi_id]}, not {value}"
            for (label, kpi_id), value in expected.items()
            if not close(ours[label, kpi_id], value)
        ]
    assert not wrong, f"{len(wrong)} differ: " + "; ".join(wrong[:6])


@pytest.mark.parametrize("by", [("store", "month"), ("chain", "category", "quarter"), ("product", "quarter")])
def test_two_and_three_axes_at_once(retailer: Retailer, by: tuple[str, ...]) -> None:
    chosen = selections(retailer.files)["a store and two categories"]
    filters = filters_of(chosen)
    totals = retailer.cube.totals(filters, by)
    ids = [id_ for id_ in CENTRAL if "product" not in by or id_ not in NOT_BY_PRODUCT]
    values = {id_: KPIS[id_].formula(totals) for id_ in ids}
    cuts = {(): retailer.files.cut(chosen)}
    for axis in by:
        cuts = {(*at, i): part for at, cut in cuts.items() for i, part in enumerate(cut.groups(axis).values())}
    assert len(cuts) == values["net_sales"].size
    for at, cut in cuts.items():
        expected = kpis(cut, by_product="product" in by)
        assert [(id_, at) for id_ in ids if not close(values[id_][at], expected[id_])] == []


@pytest.mark.parametrize("months_back", [1, 3, 12])
def test_the_same_selection_earlier(demo: Retailer, months_back: int) -> None:
    chosen = Chosen(quarters=("2022Q1", "2022Q3"), chains=(demo.files.chains[0],))
    expected = demo.files.cut(chosen).back(months_back)
    assert expected is not None
    totals = demo.cube.totals(filters_of(chosen), months_back=months_back)
    wanted = kpis(expected)
    wrong = [id_ for id_ in CENTRAL if not close(KPIS[id_].formula(totals)[0], wanted[id_])]
    assert wrong == []


def test_cover_needs_a_sale(demo: Retailer) -> None:
    """In a month in which more came back than was sold, stock lasts for neither a negative nor an endless time."""
    store = demo.files.stores["store_id"][0]
    totals = demo.cube.totals(Filters(stores=(store,)), ("product", "month"))
    without_sales = totals["units_sold"] <= 0
    assert without_sales.any()
    assert np.isnan(KPIS["days_of_supply"].formula(totals)[without_sales]).all()
    assert np.isnan(KPIS["stock_to_sales"].formula(totals)[without_sales]).all()


def test_stock_that_was_not_counted_yet_is_unknown(uncounted: Retailer) -> None:
    """Sales come every day and the ledger once a month: until it does, the closing stock is not 0 but unknown."""
    totals = uncounted.cube.totals(Filters())
    values = {id_: KPIS[id_].formula(totals)[0] for id_ in ("closing_units", "days_of_supply", "sell_through")}
    assert {id_: value for id_, value in values.items() if not isnan(value)} == {}


def test_a_month_that_was_not_counted_yet_is_no_reading(uncounted: Retailer) -> None:
    """The average of the months until May, of which May is not counted, is that until April; or it is unknown."""
    april = uncounted.files.cut(Chosen()).in_months(uncounted.files.months[:-1])
    assert april is not None
    average = KPIS["average_inventory"].formula(uncounted.cube.totals(Filters()))[0]
    assert isnan(average) or close(average, kpis(april)["average_inventory"])


def some(values: list[str]) -> st.SearchStrategy[tuple[str, ...] | None]:
    return st.none() | st.sets(st.sampled_from(values), max_size=4).map(lambda chosen: tuple(sorted(chosen)))


@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(data=st.data())
def test_any_filters_give_what_the_files_say(demo: Retailer, data: st.DataObject) -> None:
    files = demo.files
    stores = list(files.stores["store_id"])
    wanted = st.builds(Chosen, some(files.quarters), some(files.chains), some(stores), some(files.categories))
    chosen = data.draw(wanted)
    ours, expected = computed(demo, filters_of(chosen), None), kpis(files.cut(chosen))
    wrong = {id_: (ours["", id_], expected[id_]) for id_ in CENTRAL if not close(ours["", id_], expected[id_])}
    assert wrong == {}
