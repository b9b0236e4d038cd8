"""The one address of files: finds what is asked for, makes it within a limit, and tells how far it is if asked to."""

import json
import logging
import tempfile
import threading
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import ExitStack, closing
from contextvars import Context, copy_context
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flask import Flask, Response, request

from analytics.filters import BadFilters
from dashapp.access import NoData
from dashapp.accounts.gate import account, door
from dashapp.accounts.needs import DENIED, Denied
from dashapp.arguments import BadRequest
from dashapp.exports.files import FORMATS, Format
from dashapp.exports.form import Export
from dashapp.failures import reference, unreadable
from dashapp.texts import _, said
from data.version import WarehouseError

AT_ONCE: Final = 2  # of a process: each holds a thread while it is made and sent
RETRY_SECONDS: Final = 10
BLOCK: Final = 256 * 1024  # bytes sent at a time
PROGRESS: Final = "X-Progress"
FRAMED: Final = "application/octet-stream"
HEADERS: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "X-Accel-Buffering": "no"}
# An export's name and the query of its address, each parameter with its values. Raises LookupError for a name that
# there is not, BadFilters or BadRequest for a query that cannot be read, NoData before anything is published.
Find = Callable[[str, Mapping[str, list[str]]], Export]
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """One file on its way: what is in it, as what, and where it is made."""

    export: Export
    ending: str
    path: Path

    @property
    def format(self) -> Format:
        """The kind of file."""
        return FORMATS[self.ending]

    @property
    def name(self) -> str:
        """What it is called when it arrives."""
        return self.export.file_name(self.ending)


def install(server: Flask, find: Find) -> None:
    """Opens GET /export/<name>.<csv or xlsx>, with the query that `find` understands."""
    places = threading.BoundedSemaphore(AT_ONCE)

    def export(name: str, ending: str) -> Response:
        found = _found(find, name, ending)
        if isinstance(found, Response):
            return found
        if not places.acquire(blocking=False):
            return _busy()
        kept = ExitStack()
        kept.callback(places.release)
        return _answered(found, ending, kept)

    server.add_url_rule("/export/<name>.<ending>", "export", export, methods=["GET"])


def _found(find: Find, name: str, ending: str) -> Export | Response:
    if ending not in FORMATS:
        return _refusal(404, _("There is no such file; there are {formats}.", formats=", ".join(FORMATS)))
    try:
        return find(name, request.args.to_dict(flat=False))
    except NoData:
        return _refusal(503, _("There are no data yet."))
    except LookupError:
        return _refusal(404, _("There is no such export."))
    except Denied:
        return _refusal(403, _(DENIED))
    except (BadFilters, BadRequest) as error:
        return _refusal(400, said(error.said))


def _answered(export: Export, ending: str, kept: ExitStack) -> Response:
    """The answer. What it holds is given back when it is over, however it ends, even if nobody ever read it."""
    try:
        folder = kept.enter_context(tempfile.TemporaryDirectory(prefix="export-"))
        rows = export.count()
        door().accounts.note(account().id, "exported", about=f"{export.name}.{ending}", rows=rows)
        job = Job(export, ending, Path(folder, f"export.{ending}"))
        response = _framed(job, rows) if request.headers.get(PROGRESS) == "1" else _plain(job)
    except Exception as error:
        kept.close()
        name = reference()
        log.error("Export failed, reference %s", name, exc_info=error)
        return _refusal(500, _words(error, name))
    response.headers.update(HEADERS)
    response.call_on_close(kept.close)
    return response


def _plain(job: Job) -> Response:
    """The file itself, once it is made, so that a failure can still be told."""
    for _rows in job.format.write(job.export, job.path):
        pass
    response = Response(_blocks(job.path), content_type=job.format.media_type)
    response.content_length = job.path.stat().st_size
    response.headers["Content-Disposition"] = f'attachment; filename="{job.name}"'
    return response


def _framed(job: Job, rows: int) -> Response:
    """Lines of JSON that tell the rows written, then one that announces the file, or the failure; then its bytes."""
    return Response(_within(copy_context(), _frames(job, rows)), content_type=FRAMED)


def _within(context: Context, frames: Generator[bytes]) -> Iterator[bytes]:
    """Goes on after the request as if within it. Flask's own way to do so breaks when answers end out of order."""
    with closing(frames):
        while frame := context.run(next, frames, b""):
            yield frame


def _frames(job: Job, count: int) -> Generator[bytes]:
    yield _line(rows=0, of=count)
    try:
        for rows in job.format.write(job.export, job.path):
            yield _line(rows=rows, of=count)
    except Exception as error:
        name = reference()
        log.error("Export failed, reference %s", name, exc_info=error)
        yield _line(error=_words(error, name))
        return
    yield _line(bytes=job.path.stat().st_size, name=job.name, type=job.format.media_type)
    yield from _blocks(job.path)


def _line(**values: str | int) -> bytes:
    return json.dumps(values).encode() + b"\n"


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block


def _words(error: Exception, name: str) -> str:
    if isinstance(error, WarehouseError):
        reason = unreadable(error)
        return _("The file could not be made. {reason} What you see is still as it was.", reason=reason)
    return _(
        "The file could not be made. What you see is still as it was. Try again; if it stays so, tell your "
        "administrator the reference {reference}.",
        reference=name,
    )


def _busy() -> Response:
    busy = _refusal(429, _("Other files are being made right now. What you see is still as it was; try again shortly."))
    busy.headers["Retry-After"] = str(RETRY_SECONDS)
    return busy


def _refusal(status: int, message: str) -> Response:
    return Response(json.dumps({"error": status, "message": message}), status, mimetype="application/json")
