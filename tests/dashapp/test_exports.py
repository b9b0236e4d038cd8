"""Files: what is in them, that nothing in them can run, and how they reach the browser."""

import csv
import gettext
import io
import json
import re
import tempfile
import threading
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from analytics.filters import BadFilters
from analytics.table import Ask, Condition, Field, Listed, Page, Table
from dashapp.access import NoData
from dashapp.app import create_app
from dashapp.exports import route, workbook
from dashapp.exports.files import FORMATS
from dashapp.exports.form import About, Column, Export, columns_of
from dashapp.languages import language
from dashapp.settings import Settings
from dashapp.wiring import BadRequest
from data.said import say
from data.version import Gone
from tests.dashapp.visitors import accounts_of, visitor

FIELDS = (
    Field("name", "Store", link="/stores/{store_id}"),
    Field("store_id", "Store id", hidden=True, about="The id in your own files."),
    Field("opened", "Opened", "date"),
    Field.of_kpi("net_sales"),
    Field("margin", "Margin", "%"),
    Field("stores", "Visits", "count"),
    Field("per_basket", "Sales per basket", "price"),
)
STORES = Listed.of(
    FIELDS,
    {
        "name": ["Größe 1, “Ümlaut”", '東京 "Eki"', "Closed"],
        "store_id": ["S1", "S2", "S3"],
        "opened": ["2019-04-01", "2020-02-29", ""],
        "net_sales": [1234567.891, -5, None],
        "margin": [7.3, -0.1, None],
        "stores": [12, 0, None],
        "per_basket": [0.00001, 19.99, None],
    },
)
# Each would be a formula, or the start of a cell that is one, in some spreadsheet.
HOSTILE = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("https://evil.example","Prize")',
    "+1+1",
    "+49 30 1234",
    "-1+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\tplain",
    "\rplain",
    " =1+1",
    "   @SUM(1)",
    "\u00a0=1+1",
    "\ufeff=1+1",
    "\u200b=1+1",
    "\x00=1+1",
    "\uff1d1+1",
    "\uff0b1",
    "\uff0d1",
    "\uff20SUM(1)",
    "\ufe661+1",
    "\u22121+1",
    '"=1+1"',
    "kind;=1+1",
    'kind;"=1+1',
    "kind\n=1+1",
    "kind\t=1+1",
]
FORMULA = re.compile(r"""[\s\x00-\x1f\u200b\ufeff"]*[=+\-@\uff1d\uff0b\uff0d\uff20\ufe66\u2212]""")
HARMLESS = ["Kiosk", "A=B", "Two-in-one", "mail@shop.example", "1-2-3", "'=quoted", "", "a; b", "a, =b"]
CODED = re.compile("_x([0-9A-F]{4})_")  # how XLSX writes control characters
NS = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def about(fields: tuple[Field, ...]) -> About:
    return About(
        filters=(("Chain", "=Alderway"), ("Quarter", "2023Q1 to 2023Q4")),
        as_of="2023-12-31",
        version="20240102-030405-0a1b2c",
        currency="EUR",
        exported_at=datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC),
        columns=columns_of(fields, "EUR"),
    )


def export_of(table: Table, ask: Ask | None = None) -> Export:
    return Export("stores-ranking", "Which stores sell most?", table, ask or Ask(), about(table.fields))


def texts(*values: str) -> Listed:
    return Listed.of(
        (Field("text", "Text"), Field("n", "N", "count")), {"text": list(values), "n": range(-len(values), 0)}
    )


def made(export: Export, ending: str, folder: Path) -> Path:
    path = folder / f"file.{ending}"
    for _ in FORMATS[ending].write(export, path):
        pass
    return path


def csv_rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, strict=True))


class Book:
    """An XLSX file as Excel would understand it: sheets of cells, each a kind and a text, and what they look like."""

    def __init__(self, path: Path) -> None:
        self.zip = zipfile.ZipFile(path)
        tree = self._tree("xl/workbook.xml")
        self.sheets = [sheet.attrib["name"] for sheet in tree.iterfind(".//m:sheet", NS)]
        self.codes = {f.attrib["numFmtId"]: f.attrib["formatCode"] for f in self._styles("numFmts/m:numFmt")}
        self.styles = [style.attrib["numFmtId"] for style in self._styles("cellXfs/m:xf")]

    def _tree(self, name: str) -> ElementTree.Element:
        return ElementTree.fromstring(self.zip.read(name))

    def _styles(self, path: str) -> list[ElementTree.Element]:
        return self._tree("xl/styles.xml").findall(f"m:{path}", NS)

    def sheet(self, name: str) -> ElementTree.Element:
        return self._tree(f"xl/worksheets/sheet{self.sheets.index(name) + 1}.xml")

    def cells(self, name: str) -> dict[str, tuple[str, str]]:
        """{"A1": ("inlineStr", "Store"), "D2": ("n", "1234567.891")}."""
        return {
            cell.attrib["r"]: (
                cell.attrib.get("t", "n"),
                CODED.sub(lambda c: chr(int(c[1], 16)), "".join(cell.itertext())),
            )
            for cell in self.sheet(name).iterfind(".//m:c", NS)
        }

    def shown(self, name: str, place: str) -> str:
        """The number format of a cell, by its code or the number of one that every Excel knows."""
        cell = self.sheet(name).find(f".//m:c[@r='{place}']", NS)
        assert cell is not None
        number = self.styles[int(cell.attrib.get("s", "0"))]
        return self.codes.get(number, number)


@dataclass(frozen=True)
class Receipts:
    """A large table that is never in memory as a whole; `fails_at` is the chunk that cannot be read."""

    rows: int
    fails_at: int = -1
    error: Exception = field(default_factory=lambda: OSError("/var/secret/path is gone"))
    fields: tuple[Field, ...] = FIELDS

    def page(self, ask: Ask) -> Page:
        return Page(rows=[], count=self.rows)

    def chunks(self, ask: Ask) -> Iterator[list[tuple[Any, ...]]]:
        for start in range(0, self.rows, 2000):
            if start // 2000 == self.fails_at:
                raise self.error
            yield [
                (f"Store {n}", f"S{n}", "2023-05-01", n * 1.5, None, n, 0.25)
                for n in range(start, min(start + 2000, self.rows))
            ]


# What is in a file


def test_a_csv_says_what_the_table_says(tmp_path: Path) -> None:
    path = made(export_of(STORES), "csv", tmp_path)
    assert path.read_bytes().startswith(b"\xef\xbb\xbfStore,Store id,Opened,Net sales [EUR],Margin [%],Visits,")
    assert csv_rows(path)[1:] == [
        ["Größe 1, “Ümlaut”", "S1", "2019-04-01", "1234567.891", "7.3", "12", "0"],
        ['東京 "Eki"', "S2", "2020-02-29", "-5", "-0.1", "0", "19.99"],
        ["Closed", "S3", "", "", "", "", ""],
    ]
    assert path.read_bytes().count(b"\r\n") == 4


def test_numbers_in_a_csv_are_written_in_full(tmp_path: Path) -> None:
    class Sizes(Receipts):
        def chunks(self, ask: Ask) -> Iterator[list[tuple[Any, ...]]]:
            yield [(n,) for n in (1e21, -0.0, 1.5e-7, 2**60, float("nan"), float("inf"), None)]

    table = Sizes(7, fields=(Field("n", "N", "days"),))
    assert [row for (row,) in csv_rows(made(export_of(table), "csv", tmp_path))] == [
        "N [days]",
        "1" + "0" * 21,
        "0",
        "0.00000015",
        str(2**60),
        "",
        "",
        "",
    ]
    assert Book(made(export_of(table), "xlsx", tmp_path)).cells("Data").keys() == {"A1", "A2", "A3", "A4", "A5"}


def test_a_workbook_says_what_the_table_says(tmp_path: Path) -> None:
    book = Book(made(export_of(STORES), "xlsx", tmp_path))
    cells = book.cells("Data")
    assert book.sheets == ["Data", "About"]
    assert [cells[f"{letter}1"][1] for letter in "ABCDEFG"] == [
        *("Store", "Store id", "Opened", "Net sales [EUR]", "Margin [%]", "Visits", "Sales per basket [EUR]"),
    ]
    assert cells["A2"] == ("inlineStr", "Größe 1, “Ümlaut”")
    assert cells["A3"] == ("inlineStr", '東京 "Eki"')
    assert cells["D2"] == ("n", "1234567.891")
    assert cells["D3"] == ("n", "-5")
    assert cells["F3"] == ("n", "0")
    assert [place for place in cells if place.endswith("4")] == ["A4", "B4"], "what is unknown has no cell"


def test_a_day_in_a_workbook_is_a_day(tmp_path: Path) -> None:
    book = Book(made(export_of(STORES), "xlsx", tmp_path))
    kind, serial = book.cells("Data")["C3"]
    assert kind == "n"
    assert date(1899, 12, 30) + timedelta(days=int(serial)) == date(2020, 2, 29)
    assert book.shown("Data", "C3") == "yyyy-mm-dd"


def test_numbers_look_like_what_they_count(tmp_path: Path) -> None:
    book = Book(made(export_of(STORES), "xlsx", tmp_path))
    whole, cents = "#,##0", "#,##0.00"
    assert {letter: book.shown("Data", f"{letter}2") for letter in "DEFG"} == {
        "D": whole,
        "E": "#,##0.0",
        "F": whole,
        "G": cents,
    }


def test_a_sheet_can_be_read_and_filtered(tmp_path: Path) -> None:
    sheet = Book(made(export_of(STORES), "xlsx", tmp_path)).sheet("Data")
    pane, filtered = sheet.find(".//m:pane", NS), sheet.find("m:autoFilter", NS)
    assert pane is not None
    assert pane.attrib["state"] == "frozen"
    assert pane.attrib["ySplit"] == "1"
    assert filtered is not None
    assert filtered.attrib["ref"] == "A1:G4"
    assert len(sheet.findall("m:cols/m:col", NS)) >= 2


def test_a_workbook_tells_where_its_numbers_come_from(tmp_path: Path) -> None:
    cells = Book(made(export_of(STORES), "xlsx", tmp_path)).cells("About")
    said = [text for _, text in cells.values()]
    assert {kind for kind, _ in cells.values()} == {"inlineStr"}
    for text in ("Which stores sell most?", "2023-12-31", "20240102-030405-0a1b2c", "EUR", "2024-01-02 03:04:05 UTC"):
        assert text in said
    assert "=Alderway" in said
    at = said.index("Net sales")
    assert said[at + 1] == "EUR"
    assert said[at + 2].startswith("Quantity × unit price − discount")
    assert said[said.index("Store id") + 1 :][1] == "The id in your own files."


def test_rows_beyond_one_sheet_go_on_in_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "SHEET_ROWS", 3)
    book = Book(made(export_of(texts(*"abcdefg")), "xlsx", tmp_path))
    assert book.sheets == ["Data", "Data 2", "Data 3", "About"]
    first_column = [
        [text for place, (_, text) in book.cells(name).items() if place.startswith("A")] for name in book.sheets[:3]
    ]
    assert first_column == [["Text", "a", "b", "c"], ["Text", "d", "e", "f"], ["Text", "g"]]
    assert [book.sheet(n).find("m:autoFilter", NS).attrib["ref"] for n in book.sheets[:3]] == [  # type: ignore[union-attr]
        "A1:B4",
        "A1:B4",
        "A1:B2",
    ]


def test_rows_that_just_fill_a_sheet_open_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "SHEET_ROWS", 3)
    assert Book(made(export_of(texts(*"abc")), "xlsx", tmp_path)).sheets == ["Data", "About"]


@pytest.mark.parametrize("ending", FORMATS)
def test_no_rows_are_still_a_file_with_its_headings(tmp_path: Path, ending: str) -> None:
    path = made(export_of(STORES, Ask(where=(Condition("name", "equals", "Nowhere"),))), ending, tmp_path)
    if ending == "csv":
        assert [row[0] for row in csv_rows(path)] == ["Store"]
    else:
        assert set(Book(path).cells("Data")) == {f"{letter}1" for letter in "ABCDEFG"}


def test_files_hold_the_rows_that_were_asked_for_in_their_order(tmp_path: Path) -> None:
    ask = Ask(sort=(("net_sales", False),), where=(Condition("net_sales", "at least", -10),))
    assert [row[1] for row in csv_rows(made(export_of(STORES, ask), "csv", tmp_path))] == ["Store id", "S2", "S1"]


# Nothing in it can run


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_text_becomes_a_formula_in_a_csv(tmp_path: Path, hostile: str) -> None:
    """Not either for those whose spreadsheet splits at semicolons or tabs instead of commas."""
    path = made(export_of(texts(hostile)), "csv", tmp_path)
    ((written, number),) = csv_rows(path)[1:]
    assert written.replace("'", "") == hostile.replace("'", ""), "nothing but apostrophes is added"
    assert number == "-1", "and a number stays a number"
    assert not FORMULA.match(written)
    raw = path.read_bytes().decode("utf-8-sig")
    for separator in ";\t":
        for line in csv.reader(io.StringIO(raw, newline=""), delimiter=separator):
            assert [cell for cell in line if FORMULA.match(cell)] == []


@pytest.mark.parametrize("harmless", HARMLESS)
def test_harmless_texts_are_left_alone(tmp_path: Path, harmless: str) -> None:
    assert csv_rows(made(export_of(texts(harmless)), "csv", tmp_path))[1][0] == harmless


def test_no_text_becomes_a_formula_in_a_workbook(tmp_path: Path) -> None:
    links = ["https://evil.example", "internal:Data!A1", "{=1+1}", "12", "1e5"]
    values = [*HOSTILE, *HARMLESS, *links]
    book = Book(made(export_of(texts(*values)), "xlsx", tmp_path))
    for name in book.sheets:
        assert book.sheet(name).findall(".//m:f", NS) == []
        assert book.sheet(name).findall(".//m:hyperlink", NS) == []
    kinds = {place[0]: kind for place, (kind, _) in book.cells("Data").items() if place[1:] != "1"}
    assert kinds == {"A": "inlineStr", "B": "n"}
    assert book.shown("Data", "A2") == "@", "Excel's format for texts: editing one does not make it a formula"
    written = [text for place, (_, text) in book.cells("Data").items() if place[0] == "A"][1:]
    assert written == [value for value in values if value]


def test_headings_are_texts_too(tmp_path: Path) -> None:
    odd = export_of(texts("a"))
    odd = replace(odd, about=replace(odd.about, columns=(Column("=1+1"), Column("@N", "%"))))
    assert csv_rows(made(odd, "csv", tmp_path))[0] == ["'=1+1", "'@N [%]"]
    assert Book(made(odd, "xlsx", tmp_path)).sheet("Data").findall(".//m:f", NS) == []


# How it gets to the browser

Find = Callable[[str, Any], Export]
Get = Callable[..., TestResponse]


class Shelf:
    """What the server finds: the tests put exports, or the errors of looking for them, here."""

    def __init__(self) -> None:
        self.holds: Export | Exception = export_of(STORES)
        self.asked: Any = None

    def find(self, name: str, query: Any) -> Export:
        self.asked = (name, query)
        if isinstance(self.holds, Exception):
            raise self.holds
        return self.holds


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture(scope="module")
def server(settings: Settings, shelf: Shelf) -> Flask:
    server: Flask = create_app(settings).server
    server.view_functions.pop("export", None)
    route.install(server, shelf.find)
    return server


@pytest.fixture
def get(server: Flask, shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Get]:
    """Asks for a file; afterwards nothing lies about and nothing is held."""
    shelf.holds = export_of(STORES)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    client = visitor(server)

    def ask(path: str, progress: bool = False, buffered: bool = True) -> TestResponse:
        headers = {"X-Progress": "1"} if progress else {}
        return client.get(f"/export/{path}", headers=headers, buffered=buffered)

    yield ask
    assert list(tmp_path.iterdir()) == []
    shelf.holds = export_of(STORES)
    opened = [ask("stores-ranking.csv", progress=True, buffered=False) for _ in range(route.AT_ONCE)]
    assert [answer.status_code for answer in opened] == [200] * route.AT_ONCE
    for answer in opened:
        answer.close()


def parsed(body: bytes) -> tuple[list[dict[str, Any]], bytes]:
    """The lines of a framed answer, and the file behind them."""
    lines, rest = [], body
    while rest:
        line, _, rest = rest.partition(b"\n")
        lines.append(json.loads(line))
        if "bytes" in lines[-1]:
            break
    return lines, rest


@pytest.mark.parametrize("ending", FORMATS)
def test_a_file_arrives_under_a_name_that_tells_what_it_is(get: Get, shelf: Shelf, ending: str) -> None:
    answer = get(f"stores-ranking.{ending}?chain=Alderway&chain=Birch&quarter=2023Q1")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="stores-ranking_2023-12-31_20240102-030405-0a1b2c.{ending}"'
    )
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.content_length == len(answer.data)
    assert shelf.asked == ("stores-ranking", {"chain": ["Alderway", "Birch"], "quarter": ["2023Q1"]})


def test_a_file_name_is_safe_whatever_the_version_is_called(get: Get, shelf: Shelf) -> None:
    odd = replace(about(FIELDS), version='../é"\r\nX: 1', as_of="")
    shelf.holds = replace(export_of(STORES), about=odd)
    name = get("stores-ranking.csv").headers["Content-Disposition"]
    assert re.fullmatch(r'attachment; filename="[A-Za-z0-9_.-]+\.csv"', name)
    assert ".." not in name


@pytest.mark.parametrize("ending", FORMATS)
def test_the_framed_file_is_the_plain_one_to_the_byte(get: Get, shelf: Shelf, ending: str) -> None:
    shelf.holds = export_of(Receipts(5000))
    lines, file = parsed(get(f"stores-ranking.{ending}", progress=True).data)
    assert [line for line in lines if "rows" in line] == [{"rows": rows, "of": 5000} for rows in (0, 2000, 4000, 5000)]
    plain = get(f"stores-ranking.{ending}")
    assert lines[-1] == {
        "bytes": len(file),
        "name": f"stores-ranking_2023-12-31_20240102-030405-0a1b2c.{ending}",
        "type": plain.headers["Content-Type"],
    }
    assert file == plain.data


def test_progress_is_told_while_the_file_is_made(get: Get, shelf: Shelf, tmp_path: Path) -> None:
    shelf.holds = export_of(Receipts(10_000))
    answer = get("stores-ranking.xlsx", progress=True, buffered=False)
    lines = iter(answer.response)
    assert [json.loads(next(lines))["rows"] for _ in range(3)] == [0, 2000, 4000]
    assert len(list(tmp_path.iterdir())) == 1
    answer.close()


class German(gettext.NullTranslations):
    def gettext(self, message: str) -> str:
        return {"Data": "Daten", "About": "Herkunft"}.get(message, message)


def test_a_file_made_after_its_request_is_still_in_the_language_of_the_app(settings: Settings, tmp_path: Path) -> None:
    spoken = replace(language("en"), catalogue=German())
    client = visitor(create_app(settings, spoken=spoken))
    answer = client.get("/export/stores-ranking.xlsx", headers={"X-Progress": "1"}, buffered=True)
    path = tmp_path / "file.xlsx"
    path.write_bytes(parsed(answer.data)[1])
    assert Book(path).sheets == ["Daten", "Herkunft"]


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("read", [0, 1, 3])
def test_who_goes_away_leaves_nothing_behind(get: Get, shelf: Shelf, ending: str, read: int) -> None:
    """Before the first line, at it, and in the middle; `get` looks what lies about afterwards."""
    shelf.holds = export_of(Receipts(10_000))
    answer = get(f"stores-ranking.{ending}", progress=True, buffered=False)
    for _ in zip(range(read), answer.response, strict=False):
        pass
    answer.close()


def test_who_only_wants_the_head_leaves_nothing_behind(get: Get, server: Flask, shelf: Shelf) -> None:
    for _ in range(route.AT_ONCE + 1):
        answer = visitor(server).head("/export/stores-ranking.csv", headers={"X-Progress": "1"})
        assert answer.status_code == 200
        answer.close()


def test_the_third_at_once_waits_for_its_turn(get: Get, shelf: Shelf) -> None:
    shelf.holds = export_of(Receipts(10_000))
    opened = [get("stores-ranking.csv", progress=True, buffered=False) for _ in range(2)]
    third = get("stores-ranking.csv")
    assert third.status_code == 429
    assert int(third.headers["Retry-After"]) > 0
    assert third.json is not None
    assert third.json["message"].startswith("Other files are being made right now.")
    opened[0].close()
    assert get("stores-ranking.csv").status_code == 200
    opened[1].close()


def test_a_file_that_was_made_is_in_the_log_and_one_that_had_to_wait_is_not(
    get: Get, server: Flask, shelf: Shelf
) -> None:
    shelf.holds = export_of(Receipts(10_000))
    before = max((line.id for line in accounts_of(server).book()), default=0)
    opened = [get("stores-ranking.csv", progress=True, buffered=False) for _ in range(2)]
    assert get("stores-ranking.csv").status_code == 429
    for answer in opened:
        answer.close()
    told = accounts_of(server).book()
    assert [(line.action, line.about, line.details) for line in told if line.id > before] == [
        ("exported", "stores-ranking.csv", {"rows": 10_000})
    ] * 2


def test_many_at_once_get_a_file_or_a_plain_no(server: Flask, shelf: Shelf) -> None:
    shelf.holds = export_of(Receipts(3000))
    start, found = threading.Barrier(8), []

    def ask(client: FlaskClient) -> None:
        start.wait()
        answer = client.get("/export/stores-ranking.csv", buffered=True)
        found.append((answer.status_code, len(answer.data) > 10_000))

    threads = [threading.Thread(target=ask, args=(visitor(server),)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(found) <= {(200, True), (429, False)}
    assert found.count((200, True)) >= route.AT_ONCE


@pytest.mark.parametrize("ending", FORMATS)
def test_a_failure_in_the_middle_is_told_in_words(
    get: Get, shelf: Shelf, ending: str, caplog: pytest.LogCaptureFixture
) -> None:
    shelf.holds = export_of(Receipts(10_000, fails_at=2))
    lines, rest = parsed(get(f"stores-ranking.{ending}", progress=True).data)
    assert [line.get("rows") for line in lines] == [0, 2000, 4000, None]
    assert lines[-1]["error"].startswith("The file could not be made. What you see is still as it was.")
    assert "secret" not in lines[-1]["error"]
    assert lines[-1]["error"].split()[-1].rstrip(".") in caplog.text
    assert "secret" in caplog.text
    assert rest == b""


@pytest.mark.parametrize("progress", [True, False])
def test_data_that_were_replaced_meanwhile_say_so(get: Get, shelf: Shelf, progress: bool) -> None:
    shelf.holds = export_of(Receipts(10_000, fails_at=1, error=Gone("Version 7 was removed.")))
    assert "Newer data were published meanwhile." in get("stores-ranking.csv", progress=progress).text


def test_a_failure_of_a_plain_download_is_an_error(get: Get, shelf: Shelf) -> None:
    shelf.holds = export_of(Receipts(10_000, fails_at=2))
    answer = get("stores-ranking.xlsx")
    assert answer.status_code == 500
    assert answer.json is not None
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text


def test_a_failure_before_the_first_row_is_an_error_even_when_framed(get: Get, shelf: Shelf) -> None:
    class Uncounted(Receipts):
        def page(self, ask: Ask) -> Page:
            raise OSError("no disk")

    shelf.holds = export_of(Uncounted(1))
    assert get("stores-ranking.csv", progress=True).status_code == 500


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (LookupError("nothing"), 404, "There is no such export."),
        (BadFilters(say("stores: no such filter")), 400, "stores: no such filter"),
        (BadRequest(say("sort: not one of its choices")), 400, "sort: not one of its choices"),
        (NoData(), 503, "There are no data yet."),
        (RuntimeError("secret"), 500, "The server could not answer."),
    ],
)
def test_what_cannot_be_found_is_refused_plainly(
    get: Get, shelf: Shelf, error: Exception, status: int, words: str
) -> None:
    shelf.holds = error
    answer = get("stores-ranking.csv")
    assert answer.status_code == status
    assert answer.json is not None
    assert answer.json["error"] == status
    assert answer.json["message"].startswith(words)


@pytest.mark.parametrize("path", ["stores-ranking.pdf", "stores-ranking.CSV", "stores-ranking.exe", "a.b.c"])
def test_other_formats_are_not_there(get: Get, path: str) -> None:
    answer = get(path)
    assert answer.status_code == 404
    assert answer.json is not None
    assert answer.json["message"] == "There is no such file; there are csv, xlsx."


def test_files_are_only_read(server: Flask) -> None:
    assert visitor(server).post("/export/stores-ranking.csv").status_code == 405


@pytest.mark.parametrize("ending", FORMATS)
def test_more_rows_take_no_more_memory(tmp_path: Path, ending: str) -> None:
    def peak(rows: int) -> float:
        tracemalloc.start()
        made(export_of(Receipts(rows)), ending, tmp_path)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(1)  # what is loaded once
    assert peak(12_000) < peak(4_000) + 0.5e6, "8,000 rows in memory are 4 MB"
