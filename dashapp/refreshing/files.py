"""The files of a folder that may be loaded, and those that somebody may put there."""

import gzip
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from data.ingest.bad_input import BadInput

MOST_FILES: Final = 20  # in a folder of uploads: five tables, and what mappings read beside them
LONGEST_NAME: Final = 200  # bytes
# What the loader reads, and its mapping. No part of a path, nothing hidden, and no archive: the loader takes none.
NAME: Final = re.compile(r"(?!\.)[\w .()+-]+\.(csv|csv\.gz|parquet)|mapping\.toml")
UNPACKED: Final = 20  # times the size that may be sent: a compressed file beyond is a bomb
CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class File:
    """One file. changed_at: seconds since 1970, of its bytes or of its arrival, whichever was later."""

    name: str
    size: int
    changed_at: float


def files_in(folder: Path | None) -> list[File]:
    """The files there that can be loaded, by name; none for a folder that cannot be read."""
    try:
        return sorted(_files(folder), key=lambda file: file.name) if folder else []
    except OSError:
        return []


def good_name(name: str) -> bool:
    """Whether a file that is sent may be kept under this name."""
    return bool(NAME.fullmatch(name)) and len(name.encode("utf-8", "replace")) <= LONGEST_NAME


def check_unpacked(folder: Path, most: int) -> None:
    """Raises BadInput for a compressed file that holds more than this many bytes; what is damaged the loader tells."""
    for path in folder.glob("*.gz"):
        if _unpacked(path, most) > most:
            what = f"unpacked, it is larger than {most // 1_000_000:,} MB"
            raise BadInput(path.name, what, "Send less at once, or have it loaded in the terminal")


def _files(folder: Path) -> Iterator[File]:
    for path in folder.iterdir():
        if NAME.fullmatch(path.name) and path.is_file():
            about = path.stat()
            yield File(path.name, about.st_size, max(about.st_mtime, about.st_ctime))


def _unpacked(path: Path, most: int) -> int:
    size = 0
    try:
        with gzip.open(path) as file:
            while size <= most and (chunk := file.read(CHUNK)):
                size += len(chunk)
    except (EOFError, OSError, zlib.error):
        return 0
    return size
