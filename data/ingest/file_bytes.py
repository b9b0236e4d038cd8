"""What the bytes of a CSV file say before anyone parses it: compression, encoding, NUL bytes, lines."""

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final, cast

from data.ingest.bad_input import BadInput

CHUNK: Final = 1 << 20
OTHER_FORMATS: Final = {
    b"PK\x03\x04": ("an Excel workbook or zip archive", "Save the sheet as CSV UTF-8"),
    b"\xd0\xcf\x11\xe0": ("an old Excel workbook", "Save the sheet as CSV UTF-8"),
    b"PAR1": ("a Parquet file", "Name it .parquet"),
    b"\x1f\x8b": ("compressed with gzip", "Name it .csv.gz"),
}


def survey(path: Path, encoding: str) -> int:
    """Read the file once and count its lines. Raises BadInput for what no reader should be handed.

    That is: another format under a .csv name, UTF-16 where utf-8 was expected, bytes that are not UTF-8, NUL bytes,
    and a gzip stream that is cut off or damaged.
    """
    decoder = codecs.getincrementaldecoder("utf-8")() if encoding == "utf-8" else None
    lines, offset, last = 0, 0, b"\n"
    for chunk in _chunks(path):
        if not offset:
            _check_start(path, chunk, encoding)
        if encoding != "utf-16" and b"\0" in chunk:
            at = chunk.index(b"\0")
            raise _bad_byte(path, "a NUL byte", offset + at, lines + chunk.count(b"\n", 0, at))
        if decoder:
            _check_utf8(path, decoder, chunk, offset, lines)
        lines, offset, last = lines + chunk.count(b"\n"), offset + len(chunk), chunk[-1:]
    if not offset:
        raise BadInput(path.name, "the compressed file holds nothing", "Ask for the file again")
    return lines + (last != b"\n")


def first_line(path: Path, encoding: str, limit: int) -> str:
    """The first line, without byte-order mark and line end; at most `limit` characters of it."""
    with open_plain(path) as file:
        text = io.TextIOWrapper(file, "utf-8-sig" if encoding == "utf-8" else encoding, errors="replace")
        line = text.readline(limit).strip("\r\n")
    if not line.strip():
        raise BadInput(path.name, "the first line is blank", "The first line must name the columns")
    return line


def open_plain(path: Path) -> BinaryIO:
    """The file's bytes, gzip undone."""
    return cast(BinaryIO, gzip.open(path)) if path.name.endswith(".gz") else path.open("rb")


def _chunks(path: Path) -> Iterator[bytes]:
    try:
        with open_plain(path) as file:
            while chunk := file.read(CHUNK):
                yield chunk
    except (EOFError, gzip.BadGzipFile, zlib.error) as problem:
        what = f"the compressed file is cut off or damaged ({problem})"
        raise BadInput(
            path.name, what, "Ask for the file again; it may have been cut off while it was copied"
        ) from None


def _check_start(path: Path, start: bytes, encoding: str) -> None:
    for magic, (format_name, remedy) in OTHER_FORMATS.items():
        if start.startswith(magic):
            raise BadInput(path.name, f"this is {format_name}, not a CSV text", remedy)
    if encoding != "utf-16" and start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise BadInput(path.name, "the text is UTF-16", "Save it as UTF-8, or set encoding = 'utf-16' in mapping.toml")
    if not start.strip(b"\xef\xbb\xbf \t\r\n"):
        raise BadInput(path.name, "the file is blank", "Ask for the file again")


def _check_utf8(path: Path, decoder: codecs.IncrementalDecoder, chunk: bytes, offset: int, lines: int) -> None:
    held = len(decoder.getstate()[0])
    try:
        decoder.decode(chunk)
    except UnicodeDecodeError as problem:
        at = problem.start - held  # below 0 if the character began in the chunk before
        what = f"a text that is not UTF-8 (0x{problem.object[problem.start]:02x})"
        raise _bad_byte(path, what, offset + at, lines + chunk.count(b"\n", 0, max(0, at))) from None


def _bad_byte(path: Path, what: str, offset: int, lines_before: int) -> BadInput:
    remedy = "Save the file as CSV UTF-8, or set encoding = 'latin-1' in mapping.toml"
    complaint = BadInput(path.name, f"{what} at byte {offset + 1:,}", remedy, row=max(1, lines_before))
    complaint.line = lines_before + 1
    return complaint
