"""Cards, bars and lines against the recomputation from the raw files."""

from dataclasses import replace
from math import inf, isnan
from pathlib import Path

import pytest

from analytics import queries
from analytics.filters import Filters
from analytics.queries import View
from data.said import Said, say
from tests.analytics.brute_force import close, kpi, kpis
from tests.analytics.builders import EVERYTHING, cube_of, small_retailer
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
        undefined = card["previous"] is None and card["last_year"] is None
        assert card["alone"] == (alone(before, last_year) if undefined else None)


def alone(*periods: object) -> Said:
    return say("not known in an earlier period" if any(periods) else "no earlier period")


@pytest.mark.parametrize(
    ("selection", "last", "count"),
    [
        ("everything", -1, 12),
        ("the first quarter", None, None),
        ("quarters apart", None, None),
        ("chain, quarter and category", None, None),
        ("no store", -1, 12),
        ("no quarter", None, 0),
    ],
)
def test_the_history_is_each_month_by_itself(
    retailer: Retailer, selection: str, last: int | None, count: int | None
) -> None:
    """Twelve months up to the last one selected, fewer at the start of the data, whichever quarters are selected."""
    chosen = selections(retailer.files)[selection]
    cut = retailer.files.cut(chosen)
    newest = cut.months[-1] if cut.months else None
    months = [m for m in retailer.files.months if newest is not None and newest - 12 < m <= newest]
    if count is not None:
        assert len(months) == count
    if last is not None:
        assert months[-1] == retailer.files.months[last]
    by_month = [kpis(replace(cut, months=(month,))) for month in months]
    for card in queries.cards(retailer.view, filters_of(chosen), CARDS):
        assert card["history"]["months"] == [month_name(m) for m in months]
        expected = [of[card["id"]] for of in by_month]
        assert all(map(same, card["history"]["values"], expected)), (card["id"], card["history"]["values"], expected)
        assert not card["history_open"]


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


def test_findings_of_the_checks_are_counted(odd: Retailer) -> None:
    found = queries.headline(odd.view)["findings"]
    assert found == say("{n} data checks found something: “data status” lists them.", n=len(odd.cube.findings))
    assert found["values"]["n"]


def test_a_month_that_is_not_over_is_not_compared(uncounted: Retailer) -> None:
    """Sales end on 20 May: May stands alone, and the first quarter of the year before it does not."""
    newest = uncounted.cube.calendar.quarter_list()[-1]
    (card,) = queries.cards(uncounted.view, Filters(quarters=(newest,)), ("net_sales",))
    assert (card["previous"], card["last_year"]) == (None, None)
    assert card["alone"] == say("{month} is not over: no comparison", month="2022-05")
    assert (card["history"]["months"][-1], card["history_open"]) == ("2022-05", True)
    (whole,) = queries.cards(uncounted.view, Filters(quarters=("2022Q1",)), ("net_sales",))
    assert whole["alone"] == say("no earlier period")
    assert not whole["history_open"]


def test_what_the_data_do_not_have_is_said_and_not_shown_as_nothing(tmp_path: Path) -> None:
    """No unit cost and no ledger: cards say what is missing, and queries refuse rather than answer with gaps."""
    supplied = {name: [c for c in columns if c != "unit_cost"] for name, columns in EVERYTHING.items()}
    story = small_retailer()
    story.sell("1", "2023-01-10", "C", "milk", 3, customer="ann")
    view = View(cube_of(story, tmp_path, supplied=supplied | {"inventory": []}))
    margin, sales = queries.cards(view, Filters(), ("gross_margin", "net_sales"))
    assert margin["missing"] == say("needs {columns}", columns="unit_cost")
    assert (margin["value"], margin["history"]["values"]) == (None, [None])
    assert (sales["missing"], sales["history"]) == (None, {"months": ["2023-01"], "values": [6.0]})
    needs_cost = say(
        "{kpi} needs {columns}, which the loaded files do not have.", kpi=say("Gross margin"), columns="unit_cost"
    )
    assert queries.lacking(view, "net_sales", "gross_margin") == needs_cost
    asked = [
        lambda: queries.kpi_by(view, Filters(), "gross_margin", "store"),
        lambda: queries.kpi_over_time(view, Filters(), "gross_margin", "store", "month"),
    ]
    for ask in asked:
        with pytest.raises(queries.Lacking, match="Gross margin needs unit_cost, which") as refused:
            ask()
        assert refused.value.said == needs_cost
    no_stock = [
        lambda: queries.stockout_heat_map(view, Filters()),
        lambda: queries.stock_and_sales(view, Filters()),
        lambda: queries.top_seller_gaps(view, Filters()),
        lambda: queries.excess_stock(view, Filters()),
    ]
    for ask in no_stock:
        with pytest.raises(queries.Lacking, match="needs the inventory table"):
            ask()
    assert queries.lacking(view, "net_sales") is None


def test_without_customers_nobody_is_counted(tmp_path: Path) -> None:
    supplied = {name: [c for c in columns if c != "customer_id"] for name, columns in EVERYTHING.items()}
    story = small_retailer()
    story.sell("1", "2023-01-10", "C", "milk", 3)
    view = View(cube_of(story, tmp_path, supplied=supplied))
    for ask in (
        queries.customers_by_quarter,
        queries.cohorts,
        queries.rfm_segments,
        queries.loyalty_tiers,
        queries.spend_spread,
    ):
        with pytest.raises(queries.Lacking, match="needs customer_id"):
            ask(view, Filters())
