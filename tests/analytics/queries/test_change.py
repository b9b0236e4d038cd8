"""Why net sales changed: stories to check by hand, and the raw files."""

from math import log
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analytics import queries
from analytics.filters import Filters
from analytics.models.decomposition import PARTS
from analytics.queries import Change, View
from analytics.table import Ask
from data.said import say
from tests.analytics.brute_force import close
from tests.analytics.builders import EVERYTHING, cube_of, small_retailer
from tests.analytics.conftest import Retailer
from tests.analytics.raw_files import RECEIPT, Chosen, Slice
from tests.analytics.selections import filters_of
from tests.data.story import Story

SPRING = Filters(quarters=("2023Q2",))
USUAL = {"customers": 10, "orders": 2, "units": 3, "price": 2.0, "discount": 0, "guests": 0}


def trade(story: Story, months: tuple[str, str], **terms: Any) -> None:
    """`customers` × `orders` of `units` each at a `price`, less a `discount` [cents] an order; and `guests` orders."""
    how = USUAL | terms
    names = [f"c{n}" for n in range(how["customers"]) for _ in range(how["orders"])] + [None] * how["guests"]
    for number, name in enumerate(names):
        month = months[number % 2]
        line = {"customer": name, "price": how["price"], "discount": how["discount"]}
        story.sell(f"{month} {number}", f"{month}-05", "C", "milk", how["units"], **line)


def told(folder: Path, winter: dict[str, Any], spring: dict[str, Any], supplied: Any = None) -> View:
    story = small_retailer()
    for number in range(20):
        story.con.execute(f"INSERT INTO staging.customers VALUES ('c{number}', 'C', 'Basic', NULL, NULL)")
    trade(story, ("2023-01", "2023-03"), **winter)
    trade(story, ("2023-04", "2023-06"), **spring)
    return View(cube_of(story, folder, as_of="2023-06-30", supplied=supplied))


def money(found: Change) -> dict[str, float]:
    """Parts that are not nothing."""
    return {part["id"]: round(part["money"], 9) for part in found["parts"] if abs(part["money"]) > 1e-9}


@pytest.mark.parametrize(
    ("spring", "part", "change"),
    [
        ({"customers": 15}, "customers", 60),
        ({"orders": 3}, "orders_per_customer", 60),
        ({"units": 4}, "units_per_order", 40),
        ({"price": 3.0}, "price", 60),
        ({"discount": 150}, "discount", -30),
    ],
)
def test_what_alone_changed_is_the_whole_change(
    tmp_path: Path, spring: dict[str, Any], part: str, change: float
) -> None:
    """In winter 10 customers × 2 orders × 3 units × 2.00 = 120."""
    found = queries.change(told(tmp_path, {}, spring), SPRING, "previous")
    assert (found["before"], found["after"]) == (120, 120 + change)
    assert money(found) == {part: change}
    assert found["months"] == ["2023-04", "2023-05", "2023-06"]
    assert found["months_before"] == ["2023-01", "2023-02", "2023-03"]
    order = ["customers", "orders_per_customer", "guest_orders", "units_per_order", "price", "discount"]
    assert [p["id"] for p in found["parts"]] == order
    assert [p["label"] for p in found["parts"]][:2] == ["Customers", "Orders per customer"]


def test_guests_have_orders_and_no_number(tmp_path: Path) -> None:
    """Beside the 10 customers, 5 orders of guests become 10: 5 × 3 × 2.00 more."""
    found = queries.change(told(tmp_path, {"guests": 5}, {"guests": 10}), SPRING, "previous")
    assert (found["before"], found["after"]) == (150, 180)
    assert money(found) == {"guest_orders": 30}


def test_prices_of_customers_and_guests_are_one_part(tmp_path: Path) -> None:
    """25 orders × 3 units at 3.00 and no longer 2.00."""
    found = queries.change(told(tmp_path, {"guests": 5}, {"guests": 5, "price": 3.0}), SPRING, "previous")
    assert money(found) == {"price": 75}


def test_the_first_guests_are_new_business(tmp_path: Path) -> None:
    """No factor of guests is known before there were any: 5 × 3 × 2.00 in one part that says why."""
    view = told(tmp_path, {}, {"guests": 5, "customers": 15})
    found = queries.change(view, SPRING, "previous")
    assert money(found) == {"customers": 60, "new": 30}
    assert found["parts"][-1]["why"] == [say("No guest bought in the earlier period.")]


def test_the_last_guests_are_lost_business(tmp_path: Path) -> None:
    found = queries.change(told(tmp_path, {"guests": 5}, {}), SPRING, "previous")
    assert money(found) == {"gone": -30}
    assert found["parts"][-1]["why"] == [say("No guest bought in this period.")]


def test_returns_larger_than_sales_cannot_be_split(tmp_path: Path) -> None:
    """Guests bought 5 × 3 in winter; in spring one buys 3 and another brings 4 back: −2.00 after 30.00."""
    story = small_retailer()
    trade(story, ("2023-01", "2023-03"), customers=0, guests=5)
    trade(story, ("2023-04", "2023-06"), customers=0, guests=1)
    story.sell("back", "2023-06-06", "C", "milk", -4)
    story.sell("ann 1", "2023-01-07", "C", "milk", 1, customer="ann")
    story.sell("ann 2", "2023-06-07", "C", "milk", 2, customer="ann")
    found = queries.change(View(cube_of(story, tmp_path, as_of="2023-06-30")), SPRING, "previous")
    assert (found["before"], found["after"]) == (32, 2)
    assert money(found) == {"units_per_order": 2, "unsplit": -32}
    why = "Returns or discounts of guests were as large as their sales in one of the periods."
    assert found["parts"][-1]["why"] == [say(why)]


def test_without_customers_orders_come_first(tmp_path: Path) -> None:
    """20 orders become 30."""
    supplied = EVERYTHING | {"sales": [c for c in EVERYTHING["sales"] if c != "customer_id"]}
    view = told(tmp_path, {"customers": 0, "guests": 20}, {"customers": 0, "guests": 30}, supplied)
    found = queries.change(view, SPRING, "previous")
    assert [part["id"] for part in found["parts"]] == ["orders", "units_per_order", "price", "discount"]
    assert money(found) == {"orders": 60}
    (row,) = queries.change_by(view, SPRING, "previous", "store", "orders").page(Ask())["rows"]
    assert (row["id"], row["orders"], row["change"]) == ("C", 60, 60)
    with pytest.raises(queries.Lacking, match="Customers: not known from these data"):
        queries.change_by(view, SPRING, "previous", "store", "customers")


def test_a_period_without_an_earlier_one_stands_alone(tmp_path: Path) -> None:
    view = told(tmp_path, {}, {})
    for filters, against in ((Filters(), "previous"), (SPRING, "last_year"), (Filters(quarters=()), "previous")):
        found = queries.change(view, filters, against)
        assert (found["before"], found["parts"], found["months_before"]) == (None, [], [])
        assert found["why"] == say("no earlier period")
        with pytest.raises(queries.Lacking, match="no earlier period"):
            queries.change_by(view, filters, against, "store")


def test_a_month_that_is_not_over_is_not_explained(uncounted: Retailer) -> None:
    newest = uncounted.cube.calendar.quarter_list()[-1]
    found = queries.change(uncounted.view, Filters(quarters=(newest,)), "previous")
    assert found["why"] == say("{month} is not over: no comparison", month="2022-05")


def test_a_part_must_be_one(tmp_path: Path) -> None:
    view = told(tmp_path, {}, {"customers": 15})
    with pytest.raises(queries.Lacking, match="Customers: not known by product"):
        queries.change_by(view, SPRING, "previous", "product", "customers")
    with pytest.raises(KeyError):
        queries.change_by(view, SPRING, "previous", "store", "weather")
    table = queries.change_by(view, SPRING, "previous", "product", "units")
    sums = {"before": 120, "after": 180, "change": 60, "units": 60, "price": 0, "discount": 0}
    assert table.page(Ask())["rows"] == [{"id": "milk", "name": "Milk", **sums}]
    assert [field.link for field in table.fields if field.link] == ["/products/{id}"]


def test_a_customer_of_two_stores_is_one_of_the_whole(tmp_path: Path) -> None:
    """Bob buys one milk at the Corner in winter, and in spring one there and one at the Kiosk."""
    story = small_retailer()
    for number, (month, store) in enumerate([("01", "C"), ("03", "K"), ("04", "C"), ("06", "K"), ("05", "C")]):
        story.sell(str(number), f"2023-{month}-05", store, "milk", 1, customer="ann" if store == "K" else "bob")
    story.sell("more", "2023-06-06", "K", "milk", 1, customer="bob")
    view = View(cube_of(story, tmp_path, as_of="2023-06-30"))
    whole = money(queries.change(view, SPRING, "previous"))
    assert whole == {"orders_per_customer": 4}
    rows = queries.change_by(view, SPRING, "previous", "store", "customers").page(Ask())["rows"]
    assert [(row["name"], row["customers"], row["orders_per_customer"]) for row in rows] == [
        ("Kiosk", 2, 0),
        ("Corner", 0, 2),
    ]


# --- against the raw files ---------------------------------------------------------------


def by_hand(before: Slice, now: Slice) -> dict[str, float]:
    """The parts in plain arithmetic, from the lines of two slices."""
    found = dict.fromkeys(PARTS, 0.0)
    for first, guests in (("customers", False), ("guest_orders", True)):
        sides = [factors(cut, guests) for cut in (before, now)]
        names = [first, *([] if guests else ["orders_per_customer"]), "units_per_order", "price", "discount"]
        n0, n1 = (side[-1] for side in sides)
        if all(value > 0 for side in sides for value in side):
            mean = n0 if n0 == n1 else (n1 - n0) / (log(n1) - log(n0))
            ratios = [[a / b for a, b in zip(side, [1, *side], strict=False)] for side in sides]
            for name, x0, x1 in zip(names, *ratios, strict=True):
                found[name] += mean * log(x1 / x0)
        else:
            found["unsplit" if any(sides[0]) and any(sides[1]) else "gone" if any(sides[0]) else "new"] += n1 - n0
    return found


def factors(cut: Slice, guests: bool) -> list[float]:
    """Customers (unless guests), orders, units, gross and net of known customers or of guests."""
    lines: pd.DataFrame = cut.lines[cut.lines["customer_id"].isna() == guests]
    sold = lines[lines["sold"]]
    counts = [] if guests else [sold["customer_id"].nunique()]
    counts.append(len(sold.drop_duplicates(RECEIPT)))
    return [float(v) for v in (*counts, lines["quantity"].sum(), lines["gross"].sum() / 100, lines["net"].sum() / 100)]


@pytest.mark.parametrize("against", ["previous", "last_year"])
@pytest.mark.parametrize("by", ["store", "chain", "category"])
def test_every_group_is_split_as_its_raw_lines_say(retailer: Retailer, by: Any, against: Any) -> None:
    """A quarter; the changes of all groups add up to the change of the whole, which is itself split so."""
    chosen = Chosen(quarters=(retailer.files.quarters[5],))
    cut = retailer.files.cut(chosen)
    earlier = cut.back(len(cut.months) if against == "previous" else 12)
    assert earlier is not None
    whole = queries.change(retailer.view, filters_of(chosen), against)
    assert_same(money(whole), by_hand(earlier, cut))
    change = whole["after"] - (whole["before"] or 0)
    assert sum(part["money"] for part in whole["parts"]) == pytest.approx(change, rel=1e-9)
    table = queries.change_by(retailer.view, filters_of(chosen), against, by, "price")
    rows = table.page(Ask())["rows"]
    pairs = {key: (part, cut.groups(by)[key]) for key, part in earlier.groups(by).items()}
    for row in rows:
        hand = by_hand(*pairs[row["id"]])
        assert_same({k: v for k, v in row.items() if k in PARTS}, hand)
        assert row["change"] == pytest.approx(sum(hand.values()), abs=1e-4)
    sold = {key for key, slices in pairs.items() if any(part.lines["net"].sum() for part in slices)}
    assert {row["id"] for row in rows} == sold
    assert sum(table.columns["change"]) == pytest.approx(change, rel=1e-9)  # type: ignore[attr-defined]
    sizes = [abs(row["price"]) for row in rows]
    assert sizes == sorted(sizes, reverse=True)


def assert_same(ours: dict[str, float], theirs: dict[str, float]) -> None:
    for part in PARTS:
        assert close(ours.get(part, 0.0), theirs[part], rel=1e-8, abs_=1e-4), (part, ours, theirs)


@pytest.mark.parametrize("against", ["previous", "last_year"])
def test_changes_of_products_add_up(retailer: Retailer, against: Any) -> None:
    chosen = filters_of(Chosen(quarters=(retailer.files.quarters[5],)))
    whole = queries.change(retailer.view, chosen, against)
    table: Any = queries.change_by(retailer.view, chosen, against, "product")
    assert sum(table.columns["change"]) == pytest.approx(whole["after"] - (whole["before"] or 0), rel=1e-9)
    parts = [name for name in table.columns if name in PARTS]
    assert set(parts) <= {"units", "price", "discount", "new", "gone", "unsplit"}
    total = sum(table.columns[name] for name in parts)
    assert total == pytest.approx(table.columns["change"], rel=1e-9, abs=1e-9)
