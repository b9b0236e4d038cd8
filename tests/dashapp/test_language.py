"""The dashboard in a made-up language, whose every text stands in ⟦brackets⟧: what stands outside is not translated."""

import gettext
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dash import Dash
from flask.testing import FlaskClient

from analytics.cube import Cube
from analytics.filters import Filters
from analytics.queries import View
from analytics.refresh import refresh
from dashapp import failures, grids, http, shell
from dashapp.access import NoData
from dashapp.app import create_app, warm_up
from dashapp.exports import asked
from dashapp.exports.files import FORMATS
from dashapp.languages import Language, current
from dashapp.notation import notation
from dashapp.settings import Settings
from dashapp.tabs import PAGES, data
from data.ingest.quality import QualityReport
from data.schema import TABLES
from data.version import QUALITY, Damaged, Gone
from data.warehouse import Warehouse
from docs.texts import messages
from tests.dashapp.conftest import body
from tests.dashapp.test_callbacks import initial
from tests.dashapp.test_data_tab import KIOSK
from tests.dashapp.visitors import asking, by_itself, visitor

ATTRIBUTES = {"title", "alt", "label", "placeholder", "aria-label", "data-about"}
READ = ATTRIBUTES | {"children", "headerName", "about", "message"}
DRAWN = {"content", "rows", "words"}  # of a Still or a panel: JSON of its elements
READ_IN_CHARTS = {"text", "name", "hovertemplate", "texttemplate", "ticktext", "customdata", "x", "y"}
BRACKETS = re.compile("⟦[^⟦⟧]*⟧")
NO_WORDS = re.compile(
    r"\b\d{1,2} [A-Z][a-z]{2} \d{4}\b|\b[A-Z][a-z]{2}\s–\s[A-Z][a-z]{2} \d{4}\b"
    r"|%\{[^}]*\}|<[^>]*>|&lt;|\d{4}Q\d|\d{4}-\d\d(-\d\d)?"
    r"|\d[\d.,]*[   ]?(k|M|bn)\b|\b(CSV|XLSX|[ABCXYZ]|Enter|Space|Esc|Tab)\b"
)

ASKED = {"filters": {}, "version": None}
NO_ROWS = [
    {"startRow": 5, "endRow": 5},
    {"sortModel": "net_sales"},
    {"sortModel": [{"colId": "net_sales", "sort": "sideways"}]},
    {"sortModel": [{"colId": "password", "sort": "asc"}]},
    {"filterModel": {"net_sales": {}}},
    {"filterModel": {"net_sales": {"type": "sounds like"}}},
    {"filterModel": {"net_sales": {"type": "equals", "filter": None}}},
    {"filterModel": {"net_sales": {"type": "equals", "filter": "many"}}},
]
NO_FILTERS = [[], {"password": []}, {"stores": "S01"}, {"stores": [""]}, {"quarters": ["soon"]}]
# What no page sends: an output, and what is asked of it.
FORGED = [
    *(("data-sentence.children", {"filters.data": filters}) for filters in NO_FILTERS),
    *(
        (
            "products-table.getRowsResponse",
            {
                "products-table-panel.asked": ASKED,
                "products-table.getRowsRequest": {"startRow": 0, "endRow": 5} | rows,
            },
        )
        for rows in NO_ROWS
    ),
    ("stores-ranking-panel.rows", {"stores-ranking-panel.asked": ASKED, "stores-kpi.value": "luck"}),
    ("data-unused-panel.rows", {"data-unused-panel.asked": 5}),
    ("store-name.children", {}),
]
EXPORT = "/export/stores-ranking.csv"
# What no page leads to: a method and an address.
NOWHERE = [
    ("GET", "/_mcp"),
    ("GET", "/assets/none.js"),
    ("GET", "/_dash-component-suites/dash/none.js"),
    ("GET", "/export/users.csv"),
    ("GET", "/export/stores-ranking.exe"),
    ("GET", f"{EXPORT}?password=1"),
    ("GET", f"{EXPORT}?quarter=soon"),
    ("GET", f"{EXPORT}?rows=["),
    ("GET", f"{EXPORT}?stores-kpi=luck"),
    ("POST", "/livez"),
    ("POST", "/_dash-update-component"),
]


class Bracketed(gettext.NullTranslations):
    """Knows the texts that were collected, no others: one that nobody marked stays without brackets."""

    def __init__(self) -> None:
        super().__init__()
        self.known = {text for message in messages() for text in ([message] if isinstance(message, str) else message)}

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧" if message in self.known else message

    def ngettext(self, one: str, many: str, n: int) -> str:
        return self.gettext(one if n == 1 else many)


@pytest.fixture(scope="module")
def app(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Dash:
    own = by_itself(settings, tmp_path_factory.mktemp("language"))
    return warm_up(create_app(own, spoken=Language("en", notation("en"), Bracketed())))


@pytest.fixture(scope="module")
def names(raw: Path, settings: Settings) -> re.Pattern[str]:
    """Every text in the data and in the report of their load, and the name of the product, longest first."""
    version = Warehouse(settings.warehouse_dir).current()
    assert version
    report = QualityReport.from_json((version.path / QUALITY).read_text("utf-8"))
    found = {"EUR", "Demo retailer", shell.PRODUCT, version.id, "Visitor", "visitor", "127.0.0.1"}
    found |= {name for table in report.tables for name in (table.table, table.file)}
    found |= {column for columns in report.supplied.values() for column in columns}
    found |= {f"{panel.id}.{ending}" for page in PAGES for panel in page.PANELS for ending in FORMATS}  # in the log
    for table in ("stores", "products", "customers"):
        rows = duckdb.sql(f"SELECT * FROM '{raw / table}.parquet'").fetchall()
        found |= {value for row in rows for value in row if isinstance(value, str) and value}
    return re.compile("|".join(re.escape(name) for name in sorted(found, key=len, reverse=True)))


def read(part: Any, name: str = "", chart: bool = False) -> Iterator[str]:
    """What can be read in a layout or an answer, as JSON has it."""
    if isinstance(part, str):
        if name in DRAWN and part.startswith("["):
            yield from drawn(json.loads(part))
        elif name in READ or (chart and name in READ_IN_CHARTS):
            yield part
    elif isinstance(part, list):
        for item in part:
            yield from read(item, name, chart)
    elif isinstance(part, dict):
        for key, value in part.items():
            yield from read(value, key, chart or key == "figure")


def drawn(content: list[Any]) -> Iterator[str]:
    """What can be read in the content of a Still."""
    for part in content:
        if isinstance(part, str):
            yield part
        else:
            _tag, attributes, within = part
            yield from read(attributes)
            yield from drawn(within)


def outside(text: str, names: re.Pattern[str]) -> str:
    """The words of a text that are neither translated nor data."""
    while BRACKETS.search(text):
        text = BRACKETS.sub("", text)
    return " ".join(re.findall(r"[^\W\d_]{2,}", NO_WORDS.sub("", names.sub("", text))))


def everything(app: Dash, client: FlaskClient) -> Iterator[tuple[str, str]]:
    """Where and what: the shell, every page, and what every callback answers."""
    yield from (("shell", text) for text in read(client.get("/_dash-layout").json))
    with app.server.test_request_context():
        for page in PAGES:
            layout = json.loads(json.dumps(page.layout(""), default=lambda part: part.to_plotly_json()))
            yield from ((page.KEY, text) for text in read(layout))
    seen = {"filters": {"quarters": ["2022Q4", "2023Q1"]}, "version": None}
    values = dict(initial(app, client)) | {"filters.data": seen["filters"], "url.pathname": "/nowhere"}
    for as_table in (False, True):
        now = {
            name: as_table if name.endswith("-panel.table") else seen if name.endswith("-panel.asked") else value
            for name, value in values.items()
        }
        for output, callback in app.callback_map.items():
            if "callback" in callback:
                first = output.strip(".").split("...")[0]
                answer = client.post("/_dash-update-component", json=body(app, first, now))
                yield from ((first, text) for text in read(answer.json))


def test_what_is_outside_of_the_brackets_is_found() -> None:
    names = re.compile("Alder & Co")
    assert outside("⟦Net sales ⟦of⟧ 5⟧ €1.24 M · Alder & Co · 2023Q1", names) == ""
    assert outside("⟦Net sales⟧ on last year", names) == "on last year"


def test_the_made_up_language_is_spoken(app: Dash) -> None:
    with app.server.app_context():
        assert current().catalogue.gettext("Net sales") == "⟦Net sales⟧"
        assert current().catalogue.gettext("Never marked") == "Never marked"


def test_every_text_is_translated(app: Dash, names: re.Pattern[str]) -> None:
    with visitor(app) as client:
        found = list(everything(app, client))
    assert len(found) > 300
    assert "\n".join(sorted({f"{where}: {text}" for where, text in found if outside(text, names)})) == ""


@pytest.mark.parametrize(("output", "values"), FORGED, ids=str)
def test_a_refusal_in_a_notice_is_translated(
    app: Dash, names: re.Pattern[str], output: str, values: dict[str, Any]
) -> None:
    with visitor(app) as client:
        answer = client.post("/_dash-update-component", json=body(app, output, values))
    (notice,) = [text for text in read(answer.json) if text.startswith("⟦This selection cannot be read. ⟦")]
    assert outside(notice, names) == ""


@pytest.mark.parametrize(("method", "address"), NOWHERE)
def test_a_refusal_of_an_address_is_translated(app: Dash, names: re.Pattern[str], method: str, address: str) -> None:
    with visitor(app) as client:
        answer = client.open(address, method=method, json={})
    (message,) = read(answer.json)
    assert answer.status_code >= 400
    assert outside(message, names) == ""


def test_a_failure_is_translated(app: Dash, names: re.Pattern[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Too large, nothing to show, and what nobody foresaw; in a notice, and instead of a page or a file."""

    def fail() -> None:
        raise OSError("no disk")

    with visitor(app) as client:
        found = [client.post("/_dash-update-component", data=b"x" * 300_000)]
        monkeypatch.setattr(http, "newest", fail)
        monkeypatch.setattr(asked, "current_view", fail)
        found += [client.get("/readyz"), client.get(EXPORT)]
    told = [text for answer in found for text in read(answer.json)]
    with app.server.test_request_context():
        told += [failures.explained(error) for error in (OSError(), NoData(), Gone("removed"), Damaged("broken"))]
    assert len(told) == 7
    assert [text[:2] for text in told[-2:]] == ["⟦⟦", "⟦⟦"]
    assert [outside(text, names) for text in told] == [""] * 7


def test_what_is_wrong_with_files_is_translated(app: Dash, tmp_path: Path) -> None:
    """The kiosk lacks tables and columns, and its files hold odd things; names and cells of its files are data."""
    for name, lines in KIOSK.items():
        (tmp_path / name).write_text("\n".join(lines) + "\n")
    view = View(Cube.open(refresh(tmp_path, Warehouse(tmp_path / "warehouse"))[0]))
    names = {*TABLES, *(column.name for table in TABLES.values() for column in table.columns)}
    names |= {cell for lines in KIOSK.values() for line in lines for cell in line.split(",")} | set(KIOSK)
    data_of = re.compile(rf"\b({'|'.join(map(re.escape, sorted(names, key=len, reverse=True)))})\b|\(no [a-z]+\)")
    with asking(app):
        found = [
            (panel.id, text)
            for panel in data.PANELS
            for text in drawn([grids.listing(view, panel.table(view, Filters(), {}), panel.title, panel.if_none)])
        ]
    assert any("row ⟦" in text or "⟦row" in text for _, text in found)
    assert [(where, text) for where, text in found if outside(text, data_of)] == []
