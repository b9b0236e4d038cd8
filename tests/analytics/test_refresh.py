"""From files to a served version, and from bad files to the same version as before."""

import json
from pathlib import Path

import numpy as np
import pytest

from analytics.refresh import check, refresh
from data.ingest.bad_input import BadInput
from data.measures import ROLLED_UP
from data.said import Said, english
from data.warehouse import Warehouse

FILES = {
    "stores.csv": "store_id,chain\nC,Alpha\nF,Beta\n",
    "products.csv": "product_id,category,unit_cost\nmilk,Dairy,0.60\n",
    "sales.csv": (
        "transaction_id,sold_at,store_id,product_id,quantity,unit_price,discount_amount\n"
        "1,2023-03-01,C,milk,3,2.00,0\n2,2023-04-05,F,milk,2,2.00,0.50\n"
    ),
    "inventory.csv": "month,store_id,product_id,opening_units,closing_units\n2023-03,C,milk,5,2\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    raw = tmp_path / "corner-shop"
    raw.mkdir()
    for name, text in FILES.items():
        (raw / name).write_text(text)
    return raw


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return Warehouse(tmp_path / "warehouse")


def test_files_become_a_served_version(folder: Path, warehouse: Warehouse) -> None:
    """3 milk at 2.00 and 2 at 2.00 less 0.50: 9.50 net."""
    told: list[Said] = []
    version, report = refresh(folder, warehouse, progress=told.append)
    assert warehouse.current() == version
    version.verify()
    manifest = version.manifest
    assert (manifest.source, manifest.as_of) == ("corner-shop", "2023-04-05")
    assert manifest.rows == {"stores": 2, "products": 1, "customers": 0, "sales": 2, "inventory": 1}
    assert manifest.measures == tuple(measure.name for measure in ROLLED_UP)
    net = manifest.measures.index("net_sales_cents")
    assert version.array("by_store")[net].tolist() == [[[0], [0]], [[600], [0]], [[600], [350]]]
    assert version.array("months").tolist() == np.array(["2023-03", "2023-04"], "M8[M]").tolist()
    assert "unit_cost" in manifest.supplied["products"]
    assert "size_sqm" not in manifest.supplied["stores"]
    assert json.loads((version.path / "quality.json").read_text()) == json.loads(report.to_json())
    assert english(told[-1]) == f"published {version.id}"


def test_the_drill_down_finds_the_lines(folder: Path, warehouse: Warehouse) -> None:
    version, _ = refresh(folder, warehouse)
    with version.connect() as cursor:
        lines = cursor.execute("SELECT quantity, net_amount_cents FROM staging.sales ORDER BY sold_at").fetchall()
    assert lines == [(3, 600), (2, 350)]


@pytest.mark.parametrize(
    ("month", "as_of"), [("2023-03", "2023-04-05"), ("2023-04", "2023-04-30"), ("2023-06", "2023-06-30")]
)
def test_a_counted_month_is_known_to_its_last_day(folder: Path, warehouse: Warehouse, month: str, as_of: str) -> None:
    """The last sale is of 5 April."""
    (folder / "inventory.csv").write_text(FILES["inventory.csv"].replace("2023-03", month))
    assert refresh(folder, warehouse)[0].manifest.as_of == as_of


def test_bad_files_leave_the_version_before(folder: Path, warehouse: Warehouse) -> None:
    version, _ = refresh(folder, warehouse)
    (folder / "sales.csv").write_text(FILES["sales.csv"].replace(",3,", ",three,"))
    with pytest.raises(BadInput, match=r"sales\.csv"):
        refresh(folder, warehouse)
    assert warehouse.current() == version
    assert [path.name for path in (warehouse.root / "versions").iterdir()] == [version.id]


def test_check_reports_and_publishes_nothing(folder: Path, warehouse: Warehouse) -> None:
    report = check(folder, warehouse)
    assert {table.table: table.rows_kept for table in report.tables}["sales"] == 2
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    assert warehouse.current() is None


def test_a_version_holds_no_working_files(folder: Path, warehouse: Warehouse) -> None:
    version, _ = refresh(folder, warehouse)
    assert sorted(path.name for path in version.path.iterdir()) == [
        "actions.json",
        "arrays",
        "availability.json",
        "discounts.json",
        "estimates.json",
        "excess.json",
        "forecast.json",
        "manifest.json",
        "panel.json",
        "planning.json",
        "quality.json",
        "spend.json",
        "stages.json",
        "warehouse.duckdb",
    ]
