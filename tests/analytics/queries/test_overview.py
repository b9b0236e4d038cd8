"""Cards, bars and lines against the recomputation from the raw files."""

from math import inf, isnan

import pytest

from analytics import queries
from analytics.filters import Filters
from tests.analytics.brute_force import close, kpi, kpis
from tests.analytics.conftest import Retailer
from tests.analytics.raw_files import month_name, quarter_name
from tests.analytics.selections import filters_of, selections

SHOWN = 6
DECIMALS = {"rel": 0, "abs_": 0.000051}  # answers are rounded to four decimals
NAMES = {"store": ("stores", "store_name"), "product": ("products", "product_name")}


CARDS = ("net_sales", "gmroi", "stockout_rate", "days_of_supply", "orders", "active_customers", "repeat_rate", "churn")
LINES = ("active_customers", "weighted_stockout_rate")


@pytest.mark.parametrize(
    "selection",
    [
        "everything",
        "the first quarter",
        "one quarter",
        "the last quarter",
        "quarters apart",
        "the last quarter and one before",
        "a year",
        "chain, quarter and category",
        "no store",
        "no quarter",
    ],
)
def test_cards_compare_with_the_period_before_and_with_last_year(retailer: Retailer, selection: str) -> None:
    """The period before starts as many months earlier as this one spans; where a month is missing there is none."""
    chosen = selections(retailer.files)[selection]
    cut = retailer.files.cut(chosen)
    span = cut.months[-1] - cut.months[0] + 1 if cut.months else 0
    before, last_year = cut.back(span), cut.back(12)
    values = [kpis(period) if period else {} for period in (cut, before, last_year)]
    for card in queries.cards(retailer.view, filters_of(chosen), CARDS):
        expected = [of.get(card["id"]) for of in values]
        ours = (card["value"], card["previous"], card["last_year"])
        assert all(map(same, ours, expected)), (card["id"], ours, expected)
        assert card["missing"] is None


def same(ours: float | None, expected: float | None) -> bool:
    return close(ours, expected, **DECIMALS)


def ranked(values: dict[str, float]) -> list[str]:
    """Labels, the largest value first and undefined ones last; equal to nine decimals is equal."""
    return sorted(values, key=lambda label: -inf if isnan(values[label]) else round(values[label], 9), reverse=True)


@pytest.mark.parametrize("by", ["store", "chain", "category", "product"])
@pytest.mark.parametrize("selection", ["everything", "quarters apart", "a store and two categories", "no store"])
def test_bars_are_the_largest_first(retailer: Retailer, selection: str, by: str) -> None:
    chosen = selections(retailer.files)[selection]
    groups = retailer.files.cut(chosen).groups(by)
    expected = {label: kpis(cut, by_product=by == "product") for label, cut in groups.items()}
    for kpi_id in ("net_sales", "stockout_rate", "days_of_supply", *(["orders"] if by != "product" else [])):
        values = {label: float(of[kpi_id]) for label, of in expected.items()}
        for most in (3, 30):
            bars = queries.kpi_by(retailer.view, filters_of(chosen), kpi_id, by, most)
            assert bars["total"] == len(groups)
            assert bars["ids"] == ranked(values)[:most]
            assert bars["labels"] == names(retailer, by, bars["ids"])
            assert all(map(same, bars["values"], [values[i] for i in bars["ids"]]))


def names(retailer: Retailer, by: str, labels: list[str]) -> list[str]:
    if by not in NAMES:
        return labels
    table, name = NAMES[by]
    return list(getattr(retailer.files, table).set_index(f"{by}_id").loc[labels, name])


@pytest.mark.parametrize("grain", ["month", "quarter"])
@pytest.mark.parametrize("by", ["store", "chain", "category"])
@pytest.mark.parametrize("selection", ["quarters apart", "a store and two categories"])
def test_lines_are_those_with_the_largest_net_sales(retailer: Retailer, selection: str, by: str, grain: str) -> None:
    chosen = selections(retailer.files)[selection]
    cut, files = retailer.files.cut(chosen), retailer.files
    groups = cut.groups(by)
    shown = ranked({label: float(kpi(group, "net_sales")) for label, group in groups.items()})[:SHOWN]
    places = {"store": list(files.stores["store_id"]), "chain": files.chains, "category": files.categories}[by]
    x = list(cut.groups(grain))
    parts = {label: groups[label].groups(grain).values() for label in shown}
    for kpi_id in LINES:
        found = queries.kpi_over_time(retailer.view, filters_of(chosen), kpi_id, by, grain)
        assert (found["x"], found["left_out"]) == (x, len(groups) - len(shown))
        labels = [places[line["place"]] for line in found["lines"]]
        assert sorted(labels) == sorted(shown)
        assert [line["name"] for line in found["lines"]] == names(retailer, by, labels)
        for label, line in zip(labels, found["lines"], strict=True):
            assert all(map(same, line["values"], [kpi(part, kpi_id) for part in parts[label]]))


def test_the_filter_bar_offers_what_the_files_hold(retailer: Retailer) -> None:
    files = retailer.files
    offered = queries.choices(retailer.view)
    stores = files.stores[["store_id", "store_name", "chain"]].itertuples(index=False)
    assert [(s["value"], s["label"], s["chain"]) for s in offered["stores"]] == [tuple(row) for row in stores]
    assert (offered["chains"], offered["categories"]) == (files.chains, files.categories)
    months = [quarter_name(month, files.fiscal_year_start) for month in files.months]
    assert offered["quarters"] == list(dict.fromkeys(months))


def test_data_are_as_of_the_last_counted_day(retailer: Retailer) -> None:
    last = month_name(retailer.files.months[-1])
    assert queries.headline(retailer.view)["as_of"] == f"{last}-31"
    assert queries.headline(retailer.view)["version"] == retailer.version.id


def test_a_month_that_is_not_over_is_not_compared(uncounted: Retailer) -> None:
    """Sales end on 20 May: May stands alone, and the first quarter of the year before it does not."""
    newest = uncounted.cube.calendar.quarter_list()[-1]
    (card,) = queries.cards(uncounted.view, Filters(quarters=(newest,)), ("net_sales",))
    assert (card["previous"], card["last_year"]) == (None, None)
    assert card["alone"] == "2022-05 is not over: no comparison"
    (whole,) = queries.cards(uncounted.view, Filters(quarters=("2022Q1",)), ("net_sales",))
    assert whole["alone"] == "no earlier period"
