"""The Data tab in its own words, over the demo retailer and over a kiosk whose files lack and hold odd things."""

import json
from pathlib import Path

import pytest

from analytics.cube import Cube
from analytics.filters import Filters, Scope
from analytics.queries import View
from analytics.refresh import refresh
from analytics.table import Ask
from dashapp.settings import Settings
from dashapp.still import drawn
from dashapp.tabs import data
from data.warehouse import Warehouse
from tests.dashapp.conftest import Post, texts

# 10 milk and 4 honey stand there in March; 2 milk go that nobody bought, and April opens with 1 milk too few.
KIOSK = {
    "stores.csv": ["store_id,landlord", "A,Ann"],
    "products.csv": ["product_id", "milk", "honey"],
    "sales.csv": [
        "transaction_id,sold_at,store_id,product_id,quantity,unit_price",
        "1,2023-03-01,A,milk,3,2.00",
        "2,2023-03-06,A,honey,0,6.00",
    ],
    "inventory.csv": [
        "month,store_id,product_id,opening_units,closing_units,received_units",
        "2023-03,A,milk,10,5,0",
        "2023-03,A,honey,4,4,0",
        "2023-04,A,milk,4,4,0",
    ],
}


@pytest.fixture
def kiosk(tmp_path: Path) -> View:
    for name, lines in KIOSK.items():
        (tmp_path / name).write_text("\n".join(lines) + "\n")
    return View(Cube.open(refresh(tmp_path, Warehouse(tmp_path / "warehouse"))[0]))


@pytest.fixture
def demo(settings: Settings) -> View:
    version = Warehouse(settings.warehouse_dir).current()
    assert version
    return View(Cube.open(version))


def shown(post: Post, id: str) -> list[str]:
    """The texts of a panel once it is asked for."""
    answer = post(f"{id}-panel.rows", {f"{id}-panel.asked": {"filters": {}, "version": None}})
    return texts(answer.json["response"][f"{id}-panel"]["rows"])


def test_the_demo_agrees_with_itself(demo: View) -> None:
    last = data.sentence(demo, Filters())
    assert last == "Data as of 30 Jun 2023 from 5 files; every row kept; all 4 checked identities hold."


def test_what_is_wrong_is_said_first(kiosk: View) -> None:
    """7 of 8 rows are 87.5 %. Received ≥ 0 holds; opening and sold do not; discounts are in no file."""
    assert data.sentence(kiosk, Filters()) == (
        "Data as of 30 Apr 2023 from 4 files; 87.5 % of rows kept; 1 of 3 checked identities hold everywhere."
    )


def test_nearly_all_rows_are_not_all(kiosk: View) -> None:
    found = data.queries.facts_of_version(kiosk, Filters())
    assert data._kept(found | {"rows_read": 1_000_000, "rows_kept": 999_999}) == "99.9 % of rows kept"


def test_nothing_that_can_be_checked_is_said_as_such(kiosk: View) -> None:
    found = data.queries.facts_of_version(kiosk, Filters())
    none = found | {"identities_checked": 0, "identities_hold": 0}
    assert data._agreed(none) == "no identity of stock and sales could be checked"
    assert data._agreed(none | {"identities_checked": 1, "identities_hold": 1}).startswith("the one identity")


def test_facts_name_version_source_and_time(kiosk: View) -> None:
    found = texts(drawn(data.facts(kiosk, Filters())))
    told = dict(zip(found[::2], found[1::2], strict=True))
    assert told["Version"] == kiosk.cube.version.id
    assert told["Months"] == "Mar 2023 to Apr 2023"
    assert told["Fiscal year"] == "begins in January"
    assert told["Currency"] == "not known"
    assert (told["Stores"], told["Products"], told["Customers"], told["Lines of receipts"]) == ("1", "2", "0", "1")
    assert told["Published"].endswith(" UTC")


def test_filters_change_nothing(kiosk: View) -> None:
    nothing = Filters(quarters=(), stores=())
    assert data.sentence(kiosk, nothing) == data.sentence(kiosk, Filters())
    assert data.facts(kiosk, nothing) == data.facts(kiosk, Filters())


def test_a_narrowed_scope_reads_no_row_of_the_files(kiosk: View) -> None:
    """Store A is out of sight, and so is what stands in its rows."""

    def read(view: View) -> str:
        return json.dumps([panel.table(view, Filters(), {}).page(Ask())["rows"] for panel in data.PANELS])

    assert "store_id A" in read(kiosk)
    assert "store_id A" not in read(View(kiosk.cube, Scope.of(())))


def test_counts_are_told_to_the_last_one(post: Post) -> None:
    """4 stores × 12 products × 30 months: 1,440 rows, not "1.44 k"; the first month has none before it."""
    told = set(shown(post, data.Ids.RECONCILIATION))
    assert {"1,440", "1,392", "holds everywhere", "opening(t) = closing(t − 1)"} <= told


def test_panels_without_rows_say_what_that_means(post: Post) -> None:
    assert shown(post, data.Ids.FOUND) == ["Nothing: every check looked and found nothing."]
    assert shown(post, data.Ids.UNUSED) == ["None: every column of the files is used."]


def test_a_listing_is_asked_for_when_it_is_seen(post: Post) -> None:
    """Not before, and never with something that no page of ours sends."""
    assert post(f"{data.Ids.READ}-panel.rows", {f"{data.Ids.READ}-panel.asked": None}).status_code == 204
    assert {panel.kind for panel in data.PANELS} == {"listing"}
