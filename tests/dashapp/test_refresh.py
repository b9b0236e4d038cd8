"""New data from the app: real uploads, checks in processes of their own, publishing, discarding and the way back."""

import gzip
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from dash import Dash
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, encode_multipart

from dashapp.accounts.accounts import Account, Refused
from dashapp.accounts.rights import Rights, Role
from dashapp.app import create_app, warm_up
from dashapp.refreshing import Inbox, Job, Refreshing
from dashapp.refreshing import upload as uploading
from dashapp.refreshing.files import good_name
from dashapp.refreshing.jobs import ROOT, STEPS
from dashapp.refreshing.service import EXTENSION
from dashapp.settings import BadSetting, Settings
from data.publisher import held
from data.warehouse import Version, Warehouse
from tests.dashapp.conftest import body, notices, texts
from tests.dashapp.visitors import ALL_RIGHTS, accounts_of, asking, visitor

PATIENCE = 60  # seconds
ADMIN = Account(1, "ann", "Ann", ALL_RIGHTS, disabled=False)
IMPERSONAL = Rights(Role.ADMIN)
BAD_SALES = b"transaction_id,sold_at,store_id,product_id,quantity,unit_price\nT1,2023-01-05,S1,P1,lots-of-Jane,2.00\n"
SHOP = {
    "stores.csv": b"store_id,chain\nS1,Alpha\n",
    "products.csv": b"product_id,category\nP1,Dairy\n",
    "sales.csv": BAD_SALES.replace(b"lots-of-Jane", b"3"),
}


class Desk:
    """An application of one's own on a small published version, and its refreshing."""

    def __init__(self, app: Dash) -> None:
        self.app = app
        self.client = visitor(app, "ann")
        self.refreshing: Refreshing = app.server.extensions[EXTENSION]
        (found,) = [one for one in accounts_of(app).all() if one.login == "ann"]
        self.ann = found

    @property
    def warehouse(self) -> Warehouse:
        return self.refreshing.warehouse

    @property
    def uploads(self) -> Path:
        return self.refreshing.uploads(self.ann.id)

    def served(self) -> Version:
        version = self.warehouse.current()
        assert version
        return version

    def sent(self, files: dict[str, bytes], client: FlaskClient | None = None) -> TestResponse:
        parts = MultiDict(("file", FileStorage(io.BytesIO(content), name)) for name, content in files.items())
        boundary, sent = encode_multipart(parts)
        return (client or self.client).post(
            "/upload", data=sent, content_type=f'multipart/form-data; boundary="{boundary}"'
        )

    def put(self, files: dict[str, bytes]) -> None:
        assert self.sent(files).status_code == 200

    def over(self) -> Job:
        until = time.monotonic() + PATIENCE
        while (job := self.refreshing.jobs.latest()).running:
            assert time.monotonic() < until
            time.sleep(0.05)
        return job

    def fired(self, output: str, values: dict[str, Any]) -> Any:
        return self.client.post("/_dash-update-component", json=body(self.app, output, values)).json

    def pressed(self, button: str, **values: Any) -> str:
        """What a button of the page says."""
        (output,) = [
            name
            for name, callback in self.app.callback_map.items()
            if [part["id"] for part in callback["inputs"]] == [f"refresh-{button}"] and "callback" in callback
        ]
        given = {f"refresh-{name}": value for name, value in values.items()}
        answer = self.fired(
            output.strip(".").split("...")[0],
            {
                f"refresh-{button}.n_clicks": 1,
                "refresh-source.value": given.get("refresh-source", "upload"),
                "refresh-mapping.value": "own",
                "refresh-seen.data": self.seen(),
                "refresh-chosen.value": given.get("refresh-chosen"),
            },
        )
        return " ".join(str(part["children"]) for part in answer["response"].values() if "children" in part)

    def look(self) -> dict[str, Any]:
        found: dict[str, Any] = self.fired("refresh-status.content", {})["response"]
        return found

    def seen(self) -> Any:
        return self.look()["refresh-seen"]["data"]

    def status(self) -> str:
        return " ".join(texts(self.look()["refresh-status"]["content"]))

    def report(self) -> str:
        return " ".join(texts(self.look()["refresh-report"]["content"]))

    def told(self, version: str) -> bool:
        """Whether open pages hear of a version; they do within a second or so."""
        until = time.monotonic() + PATIENCE
        while self.client.get("/news").json != {"version": version}:
            assert time.monotonic() < until
            time.sleep(0.1)
        return True

    def book(self) -> list[str]:
        return [event.action for event in accounts_of(self.app).book(20)]


@pytest.fixture
def desk(settings: Settings, vacant: Path, tmp_path: Path) -> Desk:
    shutil.copytree(settings.warehouse_dir, tmp_path / "var" / "warehouse")
    shutil.copy(vacant, tmp_path / "var")
    return Desk(warm_up(create_app(Settings(data_dir=tmp_path / "var", upload_mb=5))))


@pytest.fixture
def files(raw: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in raw.iterdir() if path.is_file()}


# --- from upload to publication and back ----------------------------------------------


def test_files_are_sent_checked_published_and_rolled_back(desk: Desk, files: dict[str, bytes]) -> None:
    before = desk.served()
    answer = desk.sent(files)
    assert (answer.status_code, answer.json) == (200, {"message": f"{len(files)} files have arrived."})
    assert "begun" in desk.pressed("check")
    job = desk.over()
    assert (job.state, job.by, job.steps) == ("checked", "ann", STEPS)
    assert desk.served().id == before.id  # nothing is published yet
    assert "Nothing of it is published yet" in desk.status()
    assert "What was found while loading?" in desk.report()
    assert "1,499" in desk.report()
    assert job.version in desk.pressed("publish")
    assert desk.served().id == job.version
    assert desk.told(job.version)
    assert not desk.uploads.exists()  # what was sent is in the version
    assert "Everybody will see" in desk.pressed("roll-back", chosen=before.id)
    assert desk.served().id == job.version  # it only asks
    assert f"Version {before.id} is served again" in desk.pressed("yes", chosen=before.id)
    assert desk.served().id == before.id
    assert [version.id for version in desk.warehouse.kept()] == [job.version, before.id]
    assert desk.book()[:4] == ["rolled back", "refresh published", "refresh checked", "files uploaded"]
    rolled, published, checked = accounts_of(desk.app).book(3)
    assert (rolled.about, published.about, checked.about) == (before.id, job.version, job.version)
    assert published.details["rows"] == sum(job.rows.values()) > 1000
    assert {event.user_id for event in (rolled, published, checked)} == {desk.ann.id}


def test_every_worker_tells_the_same_and_pages_notice_a_rollback(desk: Desk, files: dict[str, bytes]) -> None:
    """A second application on the same folder is what another worker is."""
    other = Desk(create_app(Settings(data_dir=desk.refreshing.jobs.root.parent, upload_mb=5)))
    before = desk.served()
    desk.put(files)
    desk.pressed("check")
    desk.over()
    assert other.look() == desk.look()
    with asking(desk.app):
        version = desk.refreshing.publish(desk.refreshing.jobs.latest().version, ADMIN)
    with asking(other.app):
        other.refreshing.roll_back(before.id, ADMIN)
    with asking(desk.app):
        answer = desk.fired("version.data", {"poll.n_intervals": 1, "version.data": version.id})
    assert answer["response"]["version"]["data"] == before.id
    assert "Earlier data are served again" in notices(answer)


def test_what_was_discarded_is_gone_and_its_files_are_not(desk: Desk, files: dict[str, bytes]) -> None:
    before = desk.served()
    desk.put(files)
    desk.pressed("check")
    version = desk.over().version
    seen = desk.seen()
    assert "Discarded" in desk.pressed("discard")
    assert sorted(path.name for path in desk.uploads.iterdir()) == sorted(files)
    with pytest.raises(Refused, match="there no longer"):
        desk.refreshing.publish(version, desk.ann)
    assert desk.served().id == before.id
    assert desk.book()[0] == "refresh discarded"
    assert "there no longer" in str(desk.fired("refresh-said.children", {}) if not seen else desk.pressed("discard"))
    assert "removed" in desk.pressed("clear")
    assert "no files to check" in desk.pressed("check")


def test_publishing_asked_for_twice_is_done_and_told_once(desk: Desk, files: dict[str, bytes]) -> None:
    """A page that got no answer asks again."""
    desk.put(files)
    desk.pressed("check")
    version = desk.over().version
    for _ in range(2):
        with asking(desk.app):
            assert desk.refreshing.publish(version, desk.ann).id == version
    assert desk.book().count("refresh published") == 1


def test_a_folder_that_the_operator_set(settings: Settings, raw: Path, tmp_path: Path) -> None:
    shutil.copytree(settings.warehouse_dir, tmp_path / "var" / "warehouse")
    shutil.copytree(raw, tmp_path / "inbox")
    desk = Desk(create_app(Settings(data_dir=tmp_path / "var", inbox=tmp_path / "inbox")))
    shown = texts(
        desk.fired("refresh-files.content", {"refresh-source.value": "inbox"})["response"]["refresh-files"]["content"]
    )
    assert {str(tmp_path / "inbox"), "sales.parquet"} <= set(shown)
    desk.pressed("check", source="inbox")
    assert desk.over().state == "checked"
    desk.pressed("publish")
    assert (tmp_path / "inbox" / "sales.parquet").exists()


def test_there_is_no_folder_unless_it_is_set(desk: Desk) -> None:
    shown = desk.fired("refresh-files.content", {"refresh-source.value": "inbox"})["response"]["refresh-files"][
        "content"
    ]
    assert "DASHAPP_INBOX" in shown
    assert "no files to check" in desk.pressed("check", source="inbox")


# --- what goes wrong ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("sales.csv", BAD_SALES, "sales.csv, line 2, column quantity"),
        ("sales.csv", b"\x00\x01\x02", "NUL byte"),
        ("sales.csv", b"", "sales.csv: the file is empty"),
        ("sales.parquet", b"PAR1 cut off", "keep the one that is current"),
        ("mapping.toml", b"[tables.sales]\nfrom = 3\n", "mapping.toml"),
        ("mapping.toml", b'[files.sales]\nfile = "../../etc/passwd"\n', "in the folder"),
    ],
)
def test_a_bad_file_is_told_and_changes_nothing(desk: Desk, name: str, content: bytes, said: str) -> None:
    before = desk.served()
    desk.put(SHOP | {name: content})
    desk.pressed("check")
    assert desk.over().state == "failed"
    status = desk.status()
    assert said.lower() in status.lower()
    assert "Nothing was published" in status
    assert "Traceback" not in status
    assert desk.served().id == before.id
    assert desk.book()[0] == "refresh refused"
    assert desk.look()["refresh-waiting"]["hidden"] is True


def test_cells_are_for_those_who_may_see_personal_data(desk: Desk) -> None:
    desk.put(SHOP | {"sales.csv": BAD_SALES})
    desk.pressed("check")
    desk.over()
    assert "lots-of-Jane" in desk.status()
    desk.client = visitor(desk.app, "bob", IMPERSONAL)
    assert "lots-of-Jane" not in desk.status()
    assert "sales.csv, line 2, column quantity" in desk.status()
    assert "lots-of-Jane" not in json.dumps([[e.about, e.details] for e in accounts_of(desk.app).book(20)])


def test_examples_are_too(desk: Desk) -> None:
    """A line that is not paid as priced: 3 × 2.00."""
    odd = (
        SHOP["sales.csv"]
        .replace(b"unit_price\n", b"unit_price,net_amount,discount_amount\n")
        .replace(b"2.00\n", b"2.00,987,0\n")
    )
    desk.put(SHOP | {"sales.csv": odd})
    desk.pressed("check")
    desk.over()
    whole = desk.report()
    desk.client = visitor(desk.app, "bob", IMPERSONAL)
    bare = desk.report()
    assert "987" in whole
    assert "987" not in bare
    assert "may not see personal data" in bare


def test_a_check_that_is_killed_is_noticed_and_another_may_begin(desk: Desk, files: dict[str, bytes]) -> None:
    before = desk.served()
    desk.put(files)
    desk.pressed("check")
    reached(desk, 12)
    os.killpg(int((desk.refreshing.jobs.root / "RUNNING").read_text()), signal.SIGKILL)
    assert desk.over().state == "ended"
    assert "The check ended before it was finished; nothing was published" in desk.status()
    assert desk.served().id == before.id
    desk.pressed("check")
    assert desk.over().state == "checked"
    assert sorted(os.listdir(desk.warehouse.root / "versions")) == [before.id]


def reached(desk: Desk, steps: int) -> None:
    until = time.monotonic() + PATIENCE
    while desk.refreshing.jobs.latest().steps < steps:
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_check_can_be_stopped_and_started_again(desk: Desk, files: dict[str, bytes]) -> None:
    before = desk.served()
    desk.put(files)
    desk.pressed("check")
    reached(desk, 5)
    assert "Less than a minute is left." in desk.status()
    assert "stopped" in desk.pressed("stop")
    assert desk.over().state == "stopped"
    assert os.listdir(desk.warehouse.root / "versions") == [before.id]  # nothing half is left
    assert "stopped" in desk.status()
    desk.pressed("check")
    assert desk.over().state == "checked"


def test_it_goes_on_when_the_worker_that_started_it_is_gone(desk: Desk, files: dict[str, bytes]) -> None:
    """Another program starts it and is killed."""
    desk.put(files)
    code = f"""
import os, signal, sys
from pathlib import Path
from dashapp.accounts.accounts import Accounts
from dashapp.accounts.accounts import Account
from dashapp.accounts.rights import Rights, Role
from dashapp.refreshing import Refreshing
from dashapp.settings import Settings
settings = Settings(data_dir=Path({str(desk.refreshing.jobs.root.parent)!r}), upload_mb=5)
desk = Refreshing(settings, Accounts(settings.accounts))
desk.check(Account({desk.ann.id}, "ann", "Ann", Rights(Role.ADMIN), False), "upload", "")
os.killpg(0, signal.SIGKILL)
"""
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, start_new_session=True)
    assert ran.returncode == -signal.SIGKILL
    assert desk.over().state == "checked"


# --- two at once ----------------------------------------------------------------------


def test_of_many_who_check_at_once_one_does_and_the_others_are_told(desk: Desk, files: dict[str, bytes]) -> None:
    desk.put(files)
    told: list[str] = []

    def check(name: str) -> None:
        try:
            told.append(desk.refreshing.check(replace(desk.ann, login=name), "upload", "").state)
        except Refused as refused:
            told.append(str(refused))

    threads = [threading.Thread(target=check, args=(f"ann{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    job = desk.over()
    assert told.count("running") == 1
    assert told.count(f"A check is running already, since {job.since} UTC, by {job.by}.") == 3


def test_a_load_in_the_terminal_and_a_check_exclude_each_other(desk: Desk, files: dict[str, bytes], raw: Path) -> None:
    desk.put(files)
    with held(desk.warehouse.root / "LOCK", "root (terminal)"):
        desk.pressed("check")
        job = desk.over()
        assert "A refresh is running already, since 2" in desk.status()
        assert f"by root (terminal) (pid {os.getpid()})" in desk.status()
        for button in ("publish", "discard"):
            assert "Nothing was changed" in desk.pressed(button)
        assert "running already" in desk.pressed("yes", chosen=desk.served().id)
    assert job.state == "failed"
    with held(desk.warehouse.root / "LOCK", "ann"):
        ran = desk.app.server.test_cli_runner().invoke(args=["data", "load", str(raw)])
    assert ran.exit_code == 1
    assert f"UTC by ann (pid {os.getpid()})" in ran.output


def test_a_load_in_the_terminal_is_in_the_log_and_versions_can_be_rolled_back_there(desk: Desk, raw: Path) -> None:
    before = desk.served()
    run = desk.app.server.test_cli_runner().invoke
    loaded = run(args=["data", "load", str(raw)])
    assert loaded.exit_code == 0
    assert re.search(r"\d s  mart cells, about \d+ s left\n", loaded.output)
    assert desk.book()[0] == "refresh published"
    assert run(args=["data", "roll-back", before.id]).exit_code == 0
    assert desk.book()[0] == "rolled back"
    listed = run(args=["data", "versions"]).output.splitlines()
    assert [line.endswith("served") for line in listed] == [False, True]
    assert "no such version" in run(args=["data", "roll-back", "../x"]).output


def test_looking_on_never_keeps_anybody_from_beginning(desk: Desk) -> None:
    """Those who look hold the lock for a moment."""
    desk.put(SHOP)
    over = threading.Event()

    def look() -> None:
        while not over.is_set():
            desk.refreshing.jobs.latest()

    thread = threading.Thread(target=look)
    thread.start()
    try:
        for _ in range(5):
            desk.refreshing.check(desk.ann, "upload", "")
            desk.refreshing.stop(desk.refreshing.jobs.latest().id)
    finally:
        over.set()
        thread.join()


# --- who may --------------------------------------------------------------------------


def test_nobody_but_administrators_sends_or_presses_anything(desk: Desk) -> None:
    before = desk.served()
    for rights in (Rights(Role.ANALYST, personal=True), Rights(Role.CHAIN_MANAGER, chains=frozenset({"Alderway"}))):
        client = visitor(desk.app, f"other-{rights.role}", rights)
        answer = desk.sent(SHOP, client)
        assert (answer.status_code, answer.json) == (
            403,
            {"message": "This is for administrators. What you see is still as it was."},
        )
        for name, callback in desk.app.callback_map.items():
            if name.strip(".").startswith("refresh-") and "callback" in callback:
                output = name.strip(".").split("...")[0]
                clicks = {f"{part['id']}.{part['property']}": 1 for part in callback["inputs"]}
                found = client.post("/_dash-update-component", json=body(desk.app, output, clicks))
                assert found.status_code in (200, 204)
                assert "response" not in (found.json or {}) or "administrators" in notices(found.json), name
        assert client.get("/news").json == {"version": before.id}
    assert not list(desk.refreshing.jobs.root.rglob("*.csv"))
    assert "denied" in desk.book()
    assert "/refresh" not in str(visitor(desk.app, "other", Rights(Role.ANALYST)).get("/_dash-layout").json)
    assert "/refresh" in str(desk.client.get("/_dash-layout").json)


def test_another_site_cannot_send_files(desk: Desk) -> None:
    desk.client.environ_base["HTTP_ORIGIN"] = "https://evil.example"
    assert desk.sent(SHOP).status_code == 403
    assert not desk.uploads.exists()


# --- hostile uploads ------------------------------------------------------------------

HOSTILE = [
    "../sales.csv",
    "..%2fsales.csv/",
    "a/../../sales.csv",
    "/etc/passwd.csv",
    "..\\sales.csv",
    "C:\\sales.csv",
    ".hidden.csv",
    "..csv",
    ".csv",
    "sales.csv\x00.png",
    "sales\n.csv",
    "sales.exe",
    "sales.zip",
    "sales.xlsx",
    "sales.csv.zip",
    "sales",
    "mapping.toml.bak",
    "other.toml",
    "CURRENT",
    "x" * 250 + ".csv",
    "ä" * 120 + ".csv",
    "<script>.csv",
    "sa:les.csv",
    "~root.csv",
    "$(id).csv",
    "sales\u202evsc.csv",
    "-rf\u0000.csv",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_that_is_not_plain_is_refused(desk: Desk, name: str) -> None:
    desk.put(SHOP)
    before = everything(desk)
    if "\n" not in name and "\x00" not in name:
        answer = desk.sent({"stores.csv": b"other", name: b"x"})
        assert answer.status_code == 400
        assert answer.json is not None
        assert "None of these files was kept" in answer.json["message"]
    assert not good_name(name)
    assert everything(desk) == before


@pytest.mark.parametrize(
    "name", ["sales.csv", "Verkäufe 2023.csv", "sales (1).csv.gz", "a-b_c.parquet", "mapping.toml"]
)
def test_a_plain_name_is_good(name: str) -> None:
    assert good_name(name)


def everything(desk: Desk) -> dict[str, bytes]:
    root = desk.refreshing.jobs.root
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.mark.parametrize("line", [b"S1,Alpha\n", b"\r\n", b"-", b"\n--", b"x" * 100_000 + b"\n"])
def test_files_of_any_lines_arrive_as_they_are(desk: Desk, line: bytes) -> None:
    content = line * (2_000_000 // len(line))
    desk.put({"stores.csv": content, "products.csv": b"product_id\nP1\n"})
    assert (desk.uploads / "stores.csv").read_bytes() == content
    assert (desk.uploads / "products.csv").read_bytes() == b"product_id\nP1\n"


def test_files_beyond_the_limit_are_refused_and_the_rest_of_the_app_keeps_its_own(desk: Desk) -> None:
    desk.put(SHOP)
    before = everything(desk)
    answer = desk.sent({"stores.csv": bytes(5_100_000)})
    assert (answer.status_code, answer.json) == (
        413,
        {
            "message": "Together, the files are larger than 5 MB. "
            "None of these files was kept; those that were there before still are."
        },
    )
    assert everything(desk) == before
    desk.put({"stores.csv": b"x" * 4_000_000})
    huge = b"x" * 300_000
    assert desk.client.post("/_dash-update-component", data=huge, content_type="application/json").status_code == 413


def test_without_a_length_it_is_counted_while_it_arrives(desk: Desk) -> None:
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="stores.csv"\r\n\r\n'
    answer = desk.client.post(
        "/upload",
        input_stream=io.BytesIO(head + bytes(6_000_000) + b"\r\n--b--\r\n"),
        content_type="multipart/form-data; boundary=b",
        environ_overrides={"wsgi.input_terminated": True, "CONTENT_LENGTH": ""},
    )
    assert answer.status_code == 413
    assert everything(desk) == {}


@pytest.mark.parametrize("cut", [10, 120, 3000])
def test_an_upload_that_breaks_off_leaves_nothing(desk: Desk, cut: int) -> None:
    desk.put(SHOP)
    before = everything(desk)
    whole = (
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="stores.csv"\r\n\r\n'
        + bytes(9000)
        + b"\r\n--b--\r\n"
    )
    answer = desk.client.post(
        "/upload",
        input_stream=io.BytesIO(whole[:cut]),
        content_type="multipart/form-data; boundary=b",
        content_length=len(whole),
    )
    assert answer.status_code == 400
    assert everything(desk) == before


@pytest.mark.parametrize(
    ("content_type", "sent"),
    [
        ("application/json", b"{}"),
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=b", b""),
        ("multipart/form-data; boundary=b", b"--b--\r\n"),
        ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--b--\r\n'),
        ("multipart/form-data; boundary=b", b"--b\r\nnonsense"),
        ("text/csv", b"a,b"),
        ("", b"a,b"),
    ],
)
def test_what_is_no_upload_is_refused_in_words(desk: Desk, content_type: str, sent: bytes) -> None:
    answer = desk.client.post("/upload", data=sent, content_type=content_type)
    assert answer.status_code == 400
    assert answer.json is not None
    assert "None of these files was kept" in answer.json["message"]
    assert everything(desk) == {}


def test_too_many_files_and_one_twice_are_refused(desk: Desk) -> None:
    for files in ({f"t{number}.csv": b"x" for number in range(21)}, {f"t{number}.csv": b"x" for number in range(90)}):
        assert desk.sent(files).status_code in (400, 413)
    parts = [(io.BytesIO(b"x"), "stores.csv"), (io.BytesIO(b"y"), "stores.csv")]
    answer = desk.client.post("/upload", data={"file": parts}, content_type="multipart/form-data")
    assert answer.status_code == 400
    assert everything(desk) == {}


def test_a_full_disk_keeps_nothing_and_says_so(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.put(SHOP)
    before = everything(desk)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(uploading.os, "fsync", full)
    answer = desk.sent({"stores.csv": b"other"})
    assert answer.status_code == 507
    assert answer.json is not None
    assert "No space left on device" in answer.json["message"]
    assert everything(desk) == before
    monkeypatch.setattr(uploading, "RESERVE", 10**15)
    answer = desk.sent({"stores.csv": b"other"})
    assert (answer.status_code, "no room" in answer.json["message"]) == (507, True)  # type: ignore[index]
    assert everything(desk) == before


def test_a_compressed_bomb_is_refused_before_it_is_read(desk: Desk) -> None:
    """5 MB may be sent, so 100 MB unpacked is the end; this is 120 MB in 120 kB."""
    desk.put(SHOP | {"inventory.csv.gz": gzip.compress(b"a,b\n" * 30_000_000, 1)})
    desk.pressed("check")
    assert desk.over().state == "failed"
    assert "unpacked, it is larger than 100 MB" in desk.status()


# --- the folder that is watched -------------------------------------------------------


class Clock:
    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[tuple[Path, Clock, Callable[[], float]]]:
    folder, clock = tmp_path / "inbox", Clock()
    folder.mkdir()
    processes = [Inbox(folder, tmp_path / "refresh", lambda: ["2023-01-01T00:00:00+00:00"], clock) for _ in range(3)]
    return folder, clock, lambda: max(one.waiting() for one in processes)


def test_changed_and_then_quiet_files_wait(watched: tuple[Path, Clock, Callable[[], float]]) -> None:
    folder, clock, waiting = watched
    clock.now = 1_700_000_000.0
    assert waiting() == 0
    (folder / "sales.csv").write_text("x")
    (folder / "notes.txt").write_text("nothing to load")
    changed = (folder / "sales.csv").stat().st_ctime
    clock.now = changed + 30
    assert waiting() == 0  # may still be written
    clock.now += 59
    assert waiting() == 0  # looked at only once a minute
    clock.now += 2
    assert waiting() == changed


def test_files_that_a_version_has_do_not_wait(tmp_path: Path) -> None:
    folder, clock = tmp_path / "inbox", Clock()
    folder.mkdir()
    (folder / "sales.csv").write_text("x")
    clock.now += 1000
    later = Inbox(
        folder, tmp_path / "refresh", lambda: ["2023-01-01T00:00:00+00:00", "2999-01-01T00:00:00+00:00"], clock
    )
    assert later.waiting() == 0


def test_one_process_looks_and_all_know(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []
    (tmp_path / "inbox").mkdir()

    def look(self: Inbox) -> float:
        looks.append(1)
        time.sleep(0.2)
        return 5.0

    monkeypatch.setattr(Inbox, "_look", look)
    inboxes = [Inbox(tmp_path / "inbox", tmp_path / "refresh", list) for _ in range(6)]
    threads = [threading.Thread(target=inbox.waiting) for inbox in inboxes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(looks) == 1
    assert [inbox.waiting() for inbox in inboxes] == [5.0] * 6


def test_administrators_are_told_and_nobody_else(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Inbox, "waiting", lambda _: 7.5)
    assert desk.client.get("/news").json == {"version": desk.served().id, "waiting": 7.5}
    analyst = visitor(desk.app, "other", Rights(Role.ANALYST))
    assert analyst.get("/news").json == {"version": desk.served().id}


def test_the_settings(tmp_path: Path) -> None:
    found = Settings.from_env({"DASHAPP_INBOX": str(tmp_path), "DASHAPP_UPLOAD_MB": "50"})
    assert (found.inbox, found.upload_mb) == (tmp_path, 50)
    assert Settings.from_env({}).inbox is None
    for name, value in (("INBOX", str(tmp_path / "none")), ("UPLOAD_MB", "0"), ("UPLOAD_MB", "many")):
        with pytest.raises(BadSetting, match=f"DASHAPP_{name}"):
            Settings.from_env({f"DASHAPP_{name}": value})


def test_what_an_older_release_wrote_of_a_check_is_no_error(desk: Desk) -> None:
    desk.refreshing.jobs.root.mkdir()
    for text in ("{", "[]", '{"state": "checked", "colour": "blue"}'):
        (desk.refreshing.jobs.root / "job.json").write_text(text)
        desk.look()
