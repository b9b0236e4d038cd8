"""The one address that takes files: streamed to the disk beside those that are there, and put in their place once all
have arrived.
"""

import contextlib
import io
import json
import os
import secrets
import shutil
import time
from pathlib import Path
from typing import IO, Final

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from dashapp.accounts.gate import account, door
from dashapp.accounts.needs import DENIED, Denied, Need, allow
from dashapp.refreshing.files import MOST_FILES, files_in, good_name
from dashapp.refreshing.service import MEGABYTE, refreshing
from dashapp.texts import N_, _, ngettext, said
from data.said import Said, SaidError, quoted, say

UPLOAD: Final = "/upload"
RESERVE: Final = 100 * MEGABYTE  # of the disk, for accounts and answers
FORGOTTEN: Final = 3600.0  # seconds after which half a file is nobody's
FIELDS: Final = MEGABYTE  # of what is no file; also what the parser holds at once, more than one chunk of 64 KB
NOTHING_KEPT: Final = N_("{reason} None of these files was kept; those that were there before still are.")
UNLOADABLE: Final = "{name} cannot be loaded: send .csv, .csv.gz or .parquet, or mapping.toml, with a plain name."
BROKEN: Final = say("The files did not arrive whole.")


class Unkept(SaidError):
    """These files cannot be taken; `status` is HTTP's."""

    def __init__(self, words: Said, status: int) -> None:
        super().__init__(words)
        self.status = status


def install(server: Flask) -> None:
    """Opens POST /upload."""
    server.add_url_rule(UPLOAD, "upload", upload, methods=["POST"])


def upload() -> Response:
    """Takes files into the folder of who sends them, all or none."""
    try:
        allow(Need.ADMIN, "upload")
    except Denied:
        return _answer(403, _(DENIED))
    folder, most = refreshing().uploads(account().id), refreshing().most_bytes
    request.max_content_length = most
    try:
        names = _taken(folder, most)
    except Unkept as unkept:
        _heard_out()
        return _answer(unkept.status, _(NOTHING_KEPT, reason=said(unkept.said)))
    door().accounts.note(account().id, "files uploaded", about=str(len(names)))
    return _answer(200, ngettext("One file has arrived.", "{n} files have arrived.", len(names)))


def _taken(folder: Path, most: int) -> list[str]:
    try:
        with _Arrivals(folder) as arrivals:
            arrivals.receive()
            return arrivals.keep()
    except RequestEntityTooLarge as error:
        words = say("Together, the files are larger than {n} MB.", n=most // MEGABYTE)
        raise Unkept(words, 413) from error
    except (HTTPException, ValueError) as error:
        raise Unkept(BROKEN, 400) from error
    except OSError as error:
        raise Unkept(say("The server cannot keep files ({why}).", why=error.strerror or str(error)), 507) from error


class _Arrivals:
    """The files of one request, under names of their own until all are there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._parts: dict[str, tuple[Path, IO[bytes]]] = {}
        self._wrong: Said | None = None

    def __enter__(self) -> "_Arrivals":
        self._folder.mkdir(parents=True, exist_ok=True)
        for left in self._folder.glob(".*.part"):
            with contextlib.suppress(OSError):
                if time.time() - left.stat().st_mtime > FORGOTTEN:
                    left.unlink()
        if shutil.disk_usage(self._folder).free < (request.content_length or 0) + RESERVE:
            raise Unkept(say("The disk of the server has no room for them."), 507)
        return self

    def __exit__(self, *_: object) -> None:
        for path, file in self._parts.values():
            with contextlib.suppress(OSError):  # a full disk may refuse the last bytes once more
                file.close()
            path.unlink(missing_ok=True)

    def receive(self) -> None:
        """Reads the request to its end. Raises Unkept for what cannot be taken."""
        if request.mimetype != "multipart/form-data":
            raise Unkept(BROKEN, 400)
        parser = FormDataParser(
            stream_factory=self._opened,
            max_form_memory_size=FIELDS,
            max_form_parts=MOST_FILES + 5,
            silent=False,
        )
        parser.parse(request.stream, request.mimetype, request.content_length, request.mimetype_params)
        if self._wrong is None and not self._parts:
            self._wrong = say("No file was sent.")
        there = {file.name for file in files_in(self._folder)}
        if self._wrong is None and len(there | set(self._parts)) > MOST_FILES:
            self._wrong = say("There would be more than {n} files.", n=MOST_FILES)
        if self._wrong is not None:
            raise Unkept(self._wrong, 400)

    def keep(self) -> list[str]:
        """Puts each in its place, over one of the same name."""
        for _path, file in self._parts.values():
            file.flush()
            os.fsync(file.fileno())
        for name, (path, _file) in self._parts.items():
            os.replace(path, self._folder / name)
        return list(self._parts)

    def _opened(
        self, total_content_length: int | None, content_type: str | None, filename: str | None, *_: object, **__: object
    ) -> IO[bytes]:
        """Where a part of the request goes: nowhere, if it may not be kept."""
        name = filename or ""
        if not good_name(name):
            self._wrong = say(UNLOADABLE, name=quoted(repr(name[:80])))
        elif name in self._parts:
            self._wrong = say("{name} was sent twice.", name=quoted(name))
        if self._wrong is not None:
            return _Nowhere()
        path = self._folder / f".{secrets.token_hex(8)}.part"
        file = path.open("x+b")
        self._parts[name] = (path, file)
        return file


class _Nowhere(io.BytesIO):
    """Forgets what is written to it."""

    def write(self, data: object) -> int:
        return len(data)  # type: ignore[arg-type]


def _heard_out() -> None:
    """Reads what is left of a refused request, within its limit: who is still sending never sees the answer."""
    with contextlib.suppress(HTTPException, OSError):
        for _chunk in iter(lambda: request.stream.read(MEGABYTE), b""):
            pass


def _answer(status: int, message: str) -> Response:
    return Response(json.dumps({"message": message}), status, mimetype="application/json")
