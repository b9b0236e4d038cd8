"""The XLSX writer: sheets of data, and one about them."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from analytics.table import Field
from dashapp.exports.cells import day, number, text
from dashapp.exports.form import Export
from dashapp.texts import _

SHEET_ROWS: Final = 1_048_575  # of data, below the headings: Excel's limit
OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
# A percentage is stored as it is shown, 7.3 under [%], so that it is the same number in a CSV.
NUMBER_FORMATS: Final = {
    "money": "#,##0",
    "price": "#,##0.00",
    "count": "#,##0",
    "units": "#,##0",
    "date": "yyyy-mm-dd",
    "text": "@",
}
OTHER_NUMBERS: Final = "#,##0.0"
OLDEST: Final = date(1900, 3, 1)  # Excel counts days wrongly before
NARROWEST, WIDEST, NUMBER_WIDTH = 10, 45, 14  # characters
ABOUT_WIDTHS: Final = (30, 24, 90)
Row = Sequence[Any]
Write = Callable[[int, int, Any], Any]  # row, column, cell


def write_xlsx(export: Export, path: Path) -> Iterator[int]:
    """Sheets "Data", "Data 2", … as far as the rows need them, then "About"; its scratch files lie beside `path`."""
    from xlsxwriter import Workbook  # a web process that never makes one does not carry it

    book = Workbook(str(path), {**OPTIONS, "tmpdir": str(path.parent)})
    try:
        book.set_properties({"title": export.title, "created": export.about.exported_at.replace(tzinfo=None)})
        data = DataSheets(book, export)
        written = 0
        for chunk in export.table.chunks(export.ask):
            data.write(chunk)
            written += len(chunk)
            yield written
        data.finish()
        _write_about(book, export)
        book.close()
    finally:
        for sheet in book.worksheets():
            sheet.row_data_fh.close()  # what an abandoned book leaves open


class DataSheets:
    """The rows, on as many sheets as they need, each with its headings."""

    def __init__(self, book: Any, export: Export) -> None:
        self._book = book
        self._fields = export.table.fields
        self._unknown = [column.unknown for column in export.about.columns]
        self._headings = [column.heading for column in export.about.columns]
        self._head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        shown = {field.unit: NUMBER_FORMATS.get(field.unit, OTHER_NUMBERS) for field in self._fields}
        self._formats = {unit: book.add_format({"num_format": code}) for unit, code in shown.items()}
        self._sheets = 0
        self._widths: list[int] = []
        self._open()

    def write(self, rows: Sequence[Row]) -> None:
        """The next rows."""
        self._widths = self._widths or [self._width(place, rows) for place in range(len(self._fields))]
        for values in rows:
            if self._next > SHEET_ROWS:
                self.finish()
                self._open()
            for place, (write, value) in enumerate(zip(self._writers, values, strict=True)):
                write(self._next, place, value)
            self._next += 1

    def finish(self) -> None:
        """What is known of a sheet only at its end."""
        for place, width in enumerate(self._widths):
            self._sheet.set_column(place, place, width)
        self._sheet.autofilter(0, 0, self._next - 1, len(self._fields) - 1)

    def _open(self) -> None:
        self._sheets += 1
        name = _("Data")
        self._sheet = self._book.add_worksheet(name if self._sheets == 1 else f"{name} {self._sheets}")
        self._sheet.freeze_panes(1, 0)
        for place, heading in enumerate(self._headings):
            self._sheet.write_string(0, place, heading, self._head)
        self._writers = [
            _writer(self._sheet, field, self._formats[field.unit], unknown)
            for field, unknown in zip(self._fields, self._unknown, strict=True)
        ]
        self._next = 1

    def _width(self, place: int, rows: Sequence[Row]) -> int:
        if self._fields[place].unit != "text":
            return NUMBER_WIDTH
        longest = max((len(text(row[place])) for row in rows), default=0)
        return min(max(longest + 2, NARROWEST), WIDEST)


def _writer(sheet: Any, field: Field, shown: Any, unknown: str) -> Write:
    """How one column is written; an unknown cell is not written at all, or as what it is said to be."""

    def write_text(row: int, column: int, value: Any) -> None:
        if value:
            sheet.write_string(row, column, text(value), shown)

    def write_number(row: int, column: int, value: Any) -> None:
        known = number(value)
        if known is None:
            write_text(row, column, unknown)
        else:
            sheet.write_number(row, column, known, shown)

    def write_day(row: int, column: int, value: Any) -> None:
        known = day(value)
        if known and known >= OLDEST:
            sheet.write_datetime(row, column, known, shown)
        elif value:
            sheet.write_string(row, column, text(value))

    return {"text": write_text, "date": write_day}.get(field.unit, write_number)


def _write_about(book: Any, export: Export) -> None:
    sheet = book.add_worksheet(_("About"))
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    for place, width in enumerate(ABOUT_WIDTHS):
        sheet.set_column(place, place, width)
    for row, (cells, strong) in enumerate(about_rows(export)):
        for place, cell in enumerate(cells):
            sheet.write_string(row, place, cell, bold if strong else wrapped)


def about_rows(export: Export) -> Iterator[tuple[tuple[str, ...], bool]]:
    """What the sheet about the data says, row by row, and whether a row is a heading."""
    about = export.about
    yield (export.title,), True
    yield (_("Data as of"), about.as_of), False
    yield (_("Version"), about.version), False
    yield (_("Currency"), about.currency or _("not given")), False
    yield (_("Exported at"), f"{about.exported_at:%Y-%m-%d %H:%M:%S} UTC"), False
    yield (), False
    yield (_("Filter"), _("Chosen")), True
    yield from ((chosen, False) for chosen in about.filters)
    yield (), False
    yield (_("Column"), _("Unit"), _("Definition")), True
    yield from (((column.label, column.unit, column.definition), False) for column in about.columns)
