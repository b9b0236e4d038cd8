"""What administrators do with new data – check, publish, roll back –, and what the process of a check does."""

import contextlib
import os
import resource
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, cast

from flask import Flask, current_app

from analytics.cube import Cube
from dashapp.accounts.accounts import Account, Accounts, Refused
from dashapp.published import published
from dashapp.refreshing.files import UNPACKED, check_unpacked, files_in
from dashapp.refreshing.inbox import Inbox
from dashapp.refreshing.jobs import AlreadyRunning, Job, Jobs, telling
from dashapp.settings import Settings
from data.ingest.bad_input import BadInput
from data.ingest.mapping import SHIPPED
from data.pace import Pace
from data.said import Said, quoted, say
from data.version import Gone, Version, WarehouseError
from data.warehouse import Busy, Warehouse

EXTENSION: Final = "dashboard-refreshing"
UPLOAD, INBOX = "upload", "inbox"
MEGABYTE: Final = 1_000_000
REPLACED: Final = say("What was checked is there no longer: somebody discarded it or checked again. Check again.")


class Refreshing:
    """Those of one data directory."""

    def __init__(self, settings: Settings, accounts: Accounts) -> None:
        own = {"DASHAPP_DATA_DIR": str(settings.data_dir), "DASHAPP_UPLOAD_MB": str(settings.upload_mb)}
        own |= {"DASHAPP_ACCOUNTS_URL": settings.accounts_url} if settings.accounts_url else {}
        root = settings.data_dir / "refresh"
        self.warehouse = Warehouse(settings.warehouse_dir)
        self.jobs = Jobs(root, own)
        self.inbox = Inbox(settings.inbox, root, lambda: [v.manifest.created_at for v in self.warehouse.kept()])
        self.most_bytes = settings.upload_mb * MEGABYTE
        self._accounts = accounts

    # --- in the process of the page ---------------------------------------------------

    def uploads(self, who: int) -> Path:
        """Where the files of an account arrive; there may be none yet."""
        return self.jobs.root / "uploads" / str(int(who)) / "upload"  # a version without a name is called like it

    def clear(self, who: int) -> None:
        """Removes what somebody sent."""
        shutil.rmtree(self.uploads(who), ignore_errors=True)

    def check(self, by: Account, source: str, mapping: str) -> Job:
        """Starts to check files. Raises Refused if there are none, or while another check runs."""
        folder = self.inbox.folder if source == INBOX else self.uploads(by.id)
        if folder is None or not files_in(folder):
            raise Refused(say("There are no files to check yet."))
        wanted = Job(by=by.login, account=by.id, source=source, folder=str(folder), mapping=mapping)
        try:
            return self.jobs.start(wanted)
        except AlreadyRunning as running:
            told = {"since": running.job.since, "by": running.job.by}
            raise Refused(say("A check is running already, since {since} UTC, by {by}.", **told)) from running

    def served(self) -> str:
        """The id of the version that is served; "" for none that can be read."""
        version = self.warehouse.served()
        return version.id if version else ""

    def staged(self, version: str) -> Version:
        """What was checked and waits. Raises Refused."""
        with _refusals():
            return self.warehouse.staged(version)

    def stop(self, job: str) -> None:
        """Ends a check."""
        if self.jobs.stop(job).state == "stopped":
            with contextlib.suppress(Busy):  # who works there now clears up
                self.warehouse.discard()

    def publish(self, version: str, by: Account) -> Version:
        """Publishes what was checked. Asked twice, it is done once. Raises Refused."""
        job = self.jobs.latest()
        with _refusals():
            served = self.warehouse.release(version, by.login)
        if job.state != "published" or job.version != version:
            self.jobs.write(replace(job, state="published"))
            published(served, "refresh published", by.id)
            if job.source == UPLOAD:
                self.clear(job.account)
        return served

    def discard(self, version: str, by: Account) -> None:
        """Removes what was checked; its files stay. Raises Refused."""
        job = self.jobs.latest()
        if job.version != version or job.state != "checked":
            raise Refused(REPLACED)
        with _refusals():
            self.warehouse.discard(by.login)
        self.jobs.write(replace(job, state="discarded"))
        self._accounts.note(by.id, "refresh discarded", about=version, rows=sum(job.rows.values()))

    def roll_back(self, version: str, by: Account) -> Version:
        """Serves a version that is kept once more. Raises Refused."""
        before = self.served()
        with _refusals():
            Cube.open(self.warehouse.named(version))  # or nobody could see it: raises Outdated
            served = self.warehouse.roll_back(version, by.login)
        if before != served.id:
            published(served, "rolled back", by.id)
        return served

    # --- in the process of the check --------------------------------------------------

    def work(self) -> None:
        """Does the check that was started last, and writes down how it ended."""
        from analytics.refresh import stage  # web processes share this module and must stay small

        job = self.jobs.written()
        folder = Path(job.folder)
        _humbly(self.jobs.root)
        try:
            if job.source == UPLOAD:
                check_unpacked(folder, self.most_bytes * UNPACKED)
            told = telling(self.jobs, job, Pace.after(self.warehouse.served()))
            version = stage(folder, self.warehouse, job.mapping or None, told, job.by)
        except (BadInput, WarehouseError, OSError) as error:
            self._accounts.note(job.account, "refresh refused")
            self._end(state="failed", why=_why(error), bare=_why(error, bare=True))
            return
        self._accounts.note(job.account, "refresh checked", about=version.id, rows=version.manifest.total)
        self._end(state="checked", version=version.id, rows=version.manifest.rows)

    def _end(self, **found: Any) -> None:
        self.jobs.write(replace(self.jobs.written(), **found))


def install(server: Flask, settings: Settings, accounts: Accounts) -> None:
    """Gives an application its way to new data."""
    server.extensions[EXTENSION] = Refreshing(settings, accounts)


def refreshing() -> Refreshing:
    """That of the application being asked."""
    return cast(Refreshing, current_app.extensions[EXTENSION])


def mappings() -> list[str]:
    """The names of the mappings that are shipped."""
    return sorted(path.stem for path in SHIPPED.glob("*.toml"))


def _humbly(root: Path) -> None:
    """Lets those who answer pages go first, and leaves them half of the room on the disk."""
    os.nice(10)
    room = shutil.disk_usage(root).free // 2
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))


def _why(error: Exception, bare: bool = False) -> Said:
    """Why a check failed. bare: without what stands in a cell."""
    if isinstance(error, Busy):
        return _busy(error)
    if bare and isinstance(error, BadInput) and error.row is not None:
        return quoted(f"{error.place}. {error.remedy}.")
    if isinstance(error, OSError):
        return quoted(f"{error.strerror or error}")
    return quoted(str(error))


def _busy(error: Busy) -> Said:
    return say("A refresh is running already, since {since} UTC, by {by}.", since=error.since, by=error.by)


@contextlib.contextmanager
def _refusals() -> Iterator[None]:
    """What the warehouse cannot do, in words for who asked."""
    try:
        yield
    except Busy as error:
        raise Refused(_busy(error)) from error
    except Gone as error:
        raise Refused(REPLACED) from error
    except WarehouseError as error:
        raise Refused(quoted(str(error))) from error
