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

from dashapp import shell
from dashapp.app import create_app, warm_up
from dashapp.languages import Language, current
from dashapp.notation import notation
from dashapp.settings import Settings
from dashapp.tabs import PAGES
from data.ingest.quality import QualityReport
from data.version import QUALITY
from data.warehouse import Warehouse
from docs.texts import messages
from tests.dashapp.conftest import body
from tests.dashapp.test_callbacks import initial

READ = {"children", "title", "alt", "label", "placeholder", "aria-label", "data-about", "headerName", "about"}
READ_IN_CHARTS = {"text", "name", "hovertemplate", "texttemplate", "ticktext", "customdata", "x", "y"}
BRACKETS = re.compile("⟦[^⟦⟧]*⟧")
NO_WORDS = re.compile(
    r"\b\d{1,2} [A-Z][a-z]{2} \d{4}\b|%\{[^}]*\}|<[^>]*>|&lt;|\d{4}Q\d|\d{4}-\d\d(-\d\d)?"
    r"|\d[\d.,]*[   ]?(k|M|bn)\b|\b(CSV|XLSX|[ABCXYZ]|Enter|Space|Esc|Tab)\b"
)


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
def app(settings: Settings) -> Dash:
    return warm_up(create_app(settings, spoken=Language("en", notation("en"), Bracketed())))


@pytest.fixture(scope="module")
def names(raw: Path, settings: Settings) -> re.Pattern[str]:
    """Every text in the data and in the report of their load, and the name of the product, longest first."""
    version = Warehouse(settings.warehouse_dir).current()
    assert version
    report = QualityReport.from_json((version.path / QUALITY).read_text("utf-8"))
    found = {"EUR", "Demo retailer", shell.PRODUCT, version.id, *(check.name for check in report.checks)}
    found |= {name for table in report.tables for name in (table.table, table.file)}
    for table in ("stores", "products", "customers"):
        rows = duckdb.sql(f"SELECT * FROM '{raw / table}.parquet'").fetchall()
        found |= {value for row in rows for value in row if isinstance(value, str) and value}
    return re.compile("|".join(re.escape(name) for name in sorted(found, key=len, reverse=True)))


def read(part: Any, name: str = "", chart: bool = False) -> Iterator[str]:
    """What can be read in a layout or an answer, as JSON has it."""
    if isinstance(part, str):
        if name in READ or (chart and name in READ_IN_CHARTS):
            yield part
    elif isinstance(part, list):
        for item in part:
            yield from read(item, name, chart)
    elif isinstance(part, dict):
        for key, value in part.items():
            yield from read(value, key, chart or key == "figure")


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
    asked = {"filters": {"quarters": ["2022Q4", "2023Q1"]}, "version": None}
    values = dict(initial(app, client)) | {"filters.data": asked["filters"], "url.pathname": "/nowhere"}
    for as_table in (False, True):
        now = {
            name: as_table if name.endswith("-panel.table") else asked if name.endswith("-panel.asked") else value
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
    with app.server.test_client() as client:
        found = list(everything(app, client))
    assert len(found) > 300
    assert "\n".join(sorted({f"{where}: {text}" for where, text in found if outside(text, names)})) == ""
