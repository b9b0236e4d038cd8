"""The Customers tab's answers against the recomputation from the raw files."""

from math import floor, nan
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics import queries
from analytics.table import Ask
from tests.analytics.brute_force import close, kpis, share
from tests.analytics.conftest import Retailer
from tests.analytics.raw_files import RECEIPT, Slice, month_name
from tests.analytics.selections import filters_of, selections

DECIMALS = {"rel": 0, "abs_": 0.000051}
SELECTIONS = ["everything", "one store", "one quarter", "quarters apart", "three categories", "no store", "no quarter"]
SEGMENTS = ["Champions", "Loyal", "Promising", "Recent", "Needs attention", "At risk", "Dormant"]


def customers(cut: Slice) -> pd.DataFrame:
    """One row for each known customer with an order, by id; days are counted from the end of the last month shown."""
    lines = cut.lines.dropna(subset="customer_id")
    of_each = cut.sold_receipts.groupby("customer_id")
    found = pd.DataFrame({"orders": of_each.size()})
    sums = lines.groupby("customer_id")[["net", "gross", "discount"]].sum() / 100
    sold = lines[lines["sold"]]
    found[["spend", "gross", "discount"]] = sums.loc[found.index]
    found["sold_lines"] = sold.groupby("customer_id").size()
    found["discounted_lines"] = (sold["discount"] != 0).groupby(sold["customer_id"]).sum()
    if len(found):
        end = pd.Timestamp(month_name(cut.months[-1])) + pd.offsets.MonthEnd()
        found["days_since"] = (end - sold.groupby("customer_id")["day"].max()).dt.days
        recency, frequency = fifths(-found["days_since"]), fifths(found["orders"])
        frequency = [1 if n == 1 else f for n, f in zip(found["orders"], frequency, strict=True)]
        found["segment"] = [segment(r, f) for r, f in zip(recency, frequency, strict=True)]
    about = cut.files.customers.set_index("customer_id")
    found[["customer_name", "loyalty_tier"]] = about.loc[found.index, ["customer_name", "loyalty_tier"]]
    return found


def fifths(values: pd.Series) -> list[int]:
    """1 … 5: the fifth in which the middle of a value's ranks lies."""
    return [floor(5 * (rank - 0.5) / len(values)) + 1 for rank in values.rank(method="average")]


def segment(recency: int, frequency: int) -> str:
    if recency <= 2:
        return "Dormant" if frequency <= 2 else "At risk"
    if recency == 3:
        return "Needs attention" if frequency <= 2 else "Loyal"
    return "Recent" if frequency == 1 else "Promising" if frequency <= 3 else "Champions"


@pytest.mark.parametrize("selection", SELECTIONS)
def test_a_row_for_each_customer_with_an_order(retailer: Retailer, selection: str) -> None:
    chosen = selections(retailer.files)[selection]
    expected = customers(retailer.files.cut(chosen))
    found = queries.customer_table(retailer.view, filters_of(chosen)).page(Ask())
    assert found["count"] == len(found["rows"]) == len(expected)
    for row in found["rows"]:
        wanted = expected.loc[row["customer_id"]]
        for text in ("customer_name", "loyalty_tier", "segment"):
            assert row[text] == wanted[text]
        for number in ("spend", "orders", "days_since"):
            assert close(row[number], wanted[number], **DECIMALS)
        assert close(row["discount_rate"], 100 * share(wanted["discount"], wanted["gross"]), **DECIMALS)


@pytest.mark.parametrize("key", ["customer_name", "loyalty_tier", "segment", "spend", "orders", "discount_rate"])
@pytest.mark.parametrize("descending", [True, False])
def test_customers_come_in_any_order_page_by_page(retailer: Retailer, key: str, descending: bool) -> None:
    """What is undefined comes last in both directions, as in every other table."""
    for selection in ("one store", "the last quarter"):
        filters = filters_of(selections(retailer.files)[selection])

        def page(start: int, stop: int, at: Any = filters) -> list[dict[str, Any]]:
            return queries.customer_table(retailer.view, at).page(Ask(start, stop, ((key, descending),)))["rows"]

        whole = page(0, 10_000)
        assert [row for start in range(0, len(whole), 50) for row in page(start, start + 50)] == whole
        values = [row[key] for row in whole if row[key] is not None]
        assert values == sorted(values, reverse=descending)
        assert all(row[key] is None for row in whole[len(values) :])


def test_groups_of_customers(retailer: Retailer) -> None:
    for selection in SELECTIONS:
        chosen = selections(retailer.files)[selection]
        expected = customers(retailer.files.cut(chosen))
        assert_groups(queries.rfm_segments(retailer.view, filters_of(chosen)), expected, "segment", SEGMENTS)
        tiers = expected.groupby("loyalty_tier")["spend"].mean().sort_values(ascending=False)
        assert_groups(
            queries.loyalty_tiers(retailer.view, filters_of(chosen)), expected, "loyalty_tier", list(tiers.index)
        )


def assert_groups(found: queries.Groups, expected: pd.DataFrame, column: str, order: list[str]) -> None:
    assert found["groups"] == order
    for i, name in enumerate(order):
        part = expected[expected[column] == name] if len(expected) else expected
        assert found["customers"][i] == len(part)
        sums = part[["spend", "gross", "discount", "sold_lines", "discounted_lines"]].sum()
        assert close(found["sales"][i], sums["spend"], **DECIMALS)
        assert close(found["customers_share"][i], 100 * share(len(part), len(expected)), **DECIMALS)
        assert close(found["sales_share"][i], 100 * share(sums["spend"], expected["spend"].sum()), **DECIMALS)
        assert close(found["discount_rate"][i], 100 * share(sums["discount"], sums["gross"]), **DECIMALS)
        discounted = 100 * share(sums["discounted_lines"], sums["sold_lines"])
        assert close(found["discounted_lines_rate"][i], discounted, **DECIMALS)


@pytest.mark.parametrize("selection", SELECTIONS)
def test_how_spend_is_spread(retailer: Retailer, selection: str) -> None:
    chosen = selections(retailer.files)[selection]
    spend = customers(retailer.files.cut(chosen))["spend"].sort_values(ascending=False)
    found = queries.spend_spread(retailer.view, filters_of(chosen))
    assert found["n"] == sum(found["customers"]) == len(spend)
    assert close(found["median"], spend.median(), rel=0, abs_=0.0051)
    top = spend.head(max(1, round(len(spend) / 10)))
    assert close(found["top_tenth_share"], 100 * share(top.sum(), spend.sum()), **DECIMALS)
    low = found["low"]
    assert low == sorted(low)
    assert {float(str(edge).lstrip("0.")[0]) for edge in low if edge} <= {1, 2, 5}
    for i, count in enumerate(found["customers"]):
        above = spend >= low[i] if i else spend > -np.inf
        assert count == (above & (spend < low[i + 1]) if i + 1 < len(low) else above).sum()


@pytest.mark.parametrize(
    "selection", ["everything", "one store", "a year", "the last quarter", "no store", "no quarter"]
)
def test_customers_of_each_quarter(retailer: Retailer, selection: str) -> None:
    """The odd retailer's last quarter is two months long and its last month is not over."""
    chosen = selections(retailer.files)[selection]
    cut = retailer.files.cut(chosen)
    found = queries.customers_by_quarter(retailer.view, filters_of(chosen))
    expected = {quarter: kpis(part) for quarter, part in cut.groups("quarter").items()}
    assert found["quarters"] == list(expected)
    for kpi_id, values in found["values"].items():
        assert [(ours, of[kpi_id]) for ours, of in zip(values, expected.values(), strict=True)] == [
            (ours, of[kpi_id])
            for ours, of in zip(values, expected.values(), strict=True)
            if close(ours, of[kpi_id], **DECIMALS)
        ]
    is_odd = retailer.files.fiscal_year_start > 1
    assert found["open_quarter"] == (is_odd and cut.months[-1:] == retailer.files.months[-1:])


@pytest.mark.parametrize(
    "selection", ["everything", "one chain", "one category", "quarters apart", "no store", "no quarter"]
)
def test_cohorts_are_followed_to_the_end_of_the_data(retailer: Retailer, selection: str) -> None:
    """The quarter of a customer's first order in the stores and categories shown, over all of history."""
    chosen, files = selections(retailer.files)[selection], retailer.files
    cut = files.cut(chosen)
    sold = cut.sales[cut.sales["sold"]].dropna(subset="customer_id")
    number = {quarter: i for i, quarter in enumerate(files.quarters)}
    bought = sold.assign(quarter=[number[files.quarter(m)] for m in sold["month"]]).groupby("customer_id")["quarter"]
    of_each = {customer: set(quarters) for customer, quarters in bought}
    found = queries.cohorts(retailer.view, filters_of(chosen))
    cohorts = list(dict.fromkeys(files.quarter(m) for m in cut.months))
    assert found["cohorts"] == cohorts
    for quarter, size, shares in zip(cohorts, found["size"], found["share"], strict=True):
        first = number[quarter]
        members = [quarters for quarters in of_each.values() if min(quarters) == first]
        later = [
            100 * share(sum(q in quarters for quarters in members), len(members)) for q in range(first, len(number))
        ]
        assert size == len(members)
        wanted = later + [nan] * first
        assert [i for i, v in enumerate(wanted) if not close(shares[i], v, **DECIMALS)] == []
        assert len(shares) == len(wanted)


def test_a_returned_purchase_is_still_an_order(demo: Retailer) -> None:
    """Every known customer whose only receipt was brought back is active, with nothing spent."""
    lines = demo.files.sales.dropna(subset="customer_id")
    only = lines[lines["sold"]].drop_duplicates(RECEIPT).groupby("customer_id").size().eq(1)
    spent = lines.groupby("customer_id")["net"].sum().eq(0)
    wanted = sorted(set(only[only].index) & set(spent[spent].index))
    rows = queries.customer_table(demo.view, filters_of(selections(demo.files)["everything"])).page(Ask())
    found = [row["customer_id"] for row in rows["rows"] if row["spend"] == 0 and row["orders"] == 1]
    assert sorted(found) == wanted
