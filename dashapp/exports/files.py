"""The writers: each makes one file in a folder of its own and tells, chunk by chunk, how many rows it has written."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dashapp.exports import workbook
from dashapp.exports.cells import as_csv, disarmed
from dashapp.exports.form import Export

BOM: Final = "utf-8-sig"  # Excel takes a CSV without it for the country's old character set


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: its media type, and its writer (export, path) → rows written so far."""

    media_type: str
    write: Callable[[Export, Path], Iterator[int]]


def write_csv(export: Export, path: Path) -> Iterator[int]:
    """RFC 4180 in UTF-8: one line of headings, then the rows; constant memory."""
    writers = [as_csv(f.unit, c.unknown) for f, c in zip(export.table.fields, export.about.columns, strict=True)]
    with path.open("w", encoding=BOM, newline="") as file:
        lines = csv.writer(file)
        lines.writerow([disarmed(column.heading) for column in export.about.columns])
        written = 0
        for chunk in export.table.chunks(export.ask):
            lines.writerows([write(cell) for write, cell in zip(writers, row, strict=True)] for row in chunk)
            written += len(chunk)
            yield written


FORMATS: Final = {
    "csv": Format("text/csv; charset=utf-8", write_csv),
    "xlsx": Format("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", workbook.write_xlsx),
}
