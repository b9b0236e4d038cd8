"""What docs/deploy.md describes, run as it says: nginx in front, processes replaced under load, Redis beside them."""

import http.client
import io
import itertools
import json
import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import expect
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from dashapp.app import create_app
from dashapp.settings import Settings
from tests.dashapp.conftest import body
from tests.e2e import screen
from tests.e2e.conftest import Visit
from tests.e2e.proxy import Proxy, files, proxy
from tests.e2e.screen import soon
from tests.e2e.server import ROOT, Server
from tests.e2e.test_exports import records, taken
from tests.programs import PrivateRedis

SLOW_CLIENTS = 200
VISITORS = 8
PAUSE = 0.02  # s, so that a busy machine still does something else
PATIENCE = 30  # seconds until something that takes moments counts as not happening
CALLBACKS = "/_dash-update-component"
SEEN = '%(h)s %({wsgi.url_scheme}e)s %({HTTP_HOST}e)s "%({SCRIPT_NAME}e)s" %(U)s'


@pytest.fixture(scope="module")
def requests(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server writes whom it takes each request to be from."""
    return tmp_path_factory.mktemp("requests") / "log"


@pytest.fixture(scope="module")
def upstream(demo: Path, requests: Path) -> Iterator[Server]:
    """The server in production behind one proxy."""
    env = {
        "DASHAPP_PRODUCTION": "1",
        "DASHAPP_PROXIES": "1",
        "ACCESS_LOG": str(requests),
        "GUNICORN_CMD_ARGS": f"--access-logformat='{SEEN}'",
    }
    with Server(demo, env) as server:
        yield server
    assert server.failures() == []


@pytest.fixture(scope="module")
def front(upstream: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    with proxy(upstream, tmp_path_factory.mktemp("nginx")) as front:
        yield front
    assert [line for line in front.failures() if "too large body" not in line] == []


def asked(front: Proxy, path: str, sent: bytes | None = None, **headers: str) -> tuple[http.client.HTTPResponse, str]:
    """The answer to somebody at 127.0.0.2, which nginx can tell from itself."""
    connection = http.client.HTTPSConnection(
        "127.0.0.1", front.port, timeout=PATIENCE, context=front.trust(), source_address=("127.0.0.2", 0)
    )
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request("GET" if sent is None else "POST", path, sent, front.visitor | named)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer, text


def test_pages_callbacks_and_exports_come_through(front: Proxy, visit: Visit) -> None:
    page = visit(front, ignore_https_errors=True)
    screen.opened(page, "/stores?quarter=last4")
    before = screen.card(page, "Net sales").inner_text()
    screen.choose(page, "chain", "Alderway")
    expect(screen.card(page, "Net sales")).not_to_have_text(before, use_inner_text=True)
    assert {row["Chain"] for row in records(taken(page, "stores-table", "csv"))} == {"Alderway"}


def test_https_is_promised_and_plain_http_leads_to_it(front: Proxy) -> None:
    headers = asked(front, "/stores")[0].headers
    assert headers["Strict-Transport-Security"].startswith("max-age=")
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Server"] == "nginx"
    connection = http.client.HTTPConnection("127.0.0.1", front.plain_port, timeout=PATIENCE)
    connection.request("GET", "/stores?chain=Alderway")
    answer = connection.getresponse()
    connection.close()
    assert (answer.status, answer.headers["Location"]) == (301, "https://127.0.0.1/stores?chain=Alderway")


def test_a_client_cannot_claim_another_address(front: Proxy, requests: Path) -> None:
    claims = {
        "X_Forwarded_For": "6.6.6.6",
        "X_Forwarded_Proto": "http",
        "X_Forwarded_Host": "evil.example",
        "X_Forwarded_Prefix": "/evil",
        "Forwarded": "for=6.6.6.6;host=evil.example",
        "X_Real_IP": "6.6.6.6",
    }
    assert asked(front, "/", **claims)[0].headers["Location"] == "/stores?quarter=last4"
    asked(front, "/livez", **claims)
    assert soon(lambda: f'127.0.0.2 https 127.0.0.1:{front.port} "" /livez\n' in requests.read_text())
    assert not re.search("6.6.6.6|evil", requests.read_text())


def test_a_body_beyond_the_limit_is_refused(front: Proxy) -> None:
    """In our words up to nginx's own limit, in its words beyond."""
    for _ in range(100):  # refused unread while it still arrives: the answer must not be lost
        ours, said = asked(front, CALLBACKS, b"x" * 280_000)
        assert (ours.status, json.loads(said)["message"]) == (413, "This request is too large. Choose fewer values.")
    theirs, said = asked(front, CALLBACKS, b"x" * 400_000)
    assert theirs.status == 413
    assert "413 Request Entity Too Large" in said


def test_new_data_come_through_from_who_is_signed_in(front: Proxy) -> None:
    """Larger than any other request, and refused before they are received from anybody else."""
    parts = MultiDict([("file", FileStorage(io.BytesIO(b"store_id\n" * 100_000), "stores.csv"))])
    boundary, sent = encode_multipart(parts)
    kind = f'multipart/form-data; boundary="{boundary}"'
    answer, said = asked(front, "/upload", sent, Content_Type=kind)
    assert (answer.status, json.loads(said)["message"]) == (200, "One file has arrived.")
    assert asked(front, "/signed-in")[0].status == 404
    with (
        socket.create_connection(("127.0.0.1", front.port), PATIENCE) as plain,
        front.trust().wrap_socket(plain, server_hostname="127.0.0.1") as stranger,
    ):
        head = f"POST /upload HTTP/1.1\r\nHost: {front.url[8:]}\r\nOrigin: {front.url}\r\nContent-Length: 100000000"
        stranger.sendall(f"{head}\r\nContent-Type: {kind}\r\n\r\n".encode())
        assert stranger.recv(12) == b"HTTP/1.1 401"


def test_what_people_look_at_is_not_logged(front: Proxy) -> None:
    asked(front, "/stores?chain=Alderway")
    log = front.folder / "access.log"
    assert soon(lambda: " GET /stores 200 " in log.read_text())
    assert "Alderway" not in log.read_text()


def test_slow_clients_hold_nobody_up(front: Proxy) -> None:
    """Half of them send their headers one byte a second, the others what should follow."""
    head = f"POST {CALLBACKS} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 999\r\nContent-Type: application/json\r\n"
    trust = front.trust()
    slow = []
    for number in range(SLOW_CLIENTS):
        client = trust.wrap_socket(
            socket.create_connection(("127.0.0.1", front.port), PATIENCE), server_hostname="127.0.0.1"
        )
        if number % 2:
            client.sendall(f"{head}\r\n".encode())
        slow.append(client)
    for second in range(5):
        for client in slow:
            client.sendall(head[second].encode())
        assert [asked(front, "/livez")[1] for _ in range(5)] == ["OK"] * 5
        time.sleep(1)
    for client in slow:
        client.close()


class Visitors:
    """People who ask almost without a pause, each request on a connection of its own, and try once more if it fails."""

    def __init__(self, server: Server, front: Proxy | None = None) -> None:
        panel, seat = "products-classes-panel", (front or server).seat()
        url, self._trust = (front.url, front.trust()) if front else (server.url, None)
        asked = {f"{panel}.asked": {"filters": {"chains": ["Alderway"]}}, f"{panel}.table": False}
        sent = json.dumps(body(create_app(Settings(data_dir=server.data_dir)), f"{panel}.figure", asked)).encode()
        headers = {
            "Cookie": f"{seat['name']}={seat['value']}",
            "Origin": url,
            "Content-Type": "application/json",
        }
        paths = {"/stores": None, "/_dash-layout": None, CALLBACKS: sent}
        self._requests = [Request(url + path, data, headers) for path, data in paths.items()]
        self.answers: list[str] = []
        self.again: list[str] = []
        self.failed: list[str] = []
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(number,)) for number in range(VISITORS)]

    def __enter__(self) -> "Visitors":
        for thread in self._threads:
            thread.start()
        self.go_on()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(PATIENCE)

    def bad(self) -> list[str]:
        """What failed twice, and where anybody was led away."""
        return self.failed + [url for url in self.answers if url not in {asked.full_url for asked in self._requests}]

    def go_on(self) -> None:
        """Waits until a hundred more are answered."""
        goal = len(self.answers) + 100
        assert soon(lambda: time.sleep(0.01) or len(self.answers) >= goal, PATIENCE)

    def _ask(self, number: int) -> None:
        for turn in itertools.count(number):
            if self._over.is_set():
                return
            for trouble in (self.again, self.failed):
                try:
                    with urlopen(
                        self._requests[turn % len(self._requests)], timeout=PATIENCE, context=self._trust
                    ) as answer:
                        answer.read()
                    self.answers.append(answer.url)
                    time.sleep(PAUSE)
                    break
                except (OSError, http.client.HTTPException) as error:
                    trouble.append(repr(error))


def test_processes_are_replaced_under_load(demo: Path) -> None:
    """Three reloads: the old workers finish what they have, and nobody notices."""
    with Server(demo) as server, Visitors(server) as visitors:
        for _ in range(3):
            before = server.workers()
            server.reload()
            visitors.go_on()
            assert not set(before) & set(server.workers())
    assert visitors.bad() == []
    assert server.failures() == []


def test_a_release_is_replaced_under_load(demo: Path) -> None:
    """Stopped and started again with the socket of systemd, which stays open: who asks meanwhile waits a little."""
    with socket.create_server(("127.0.0.1", 0), backlog=4096) as listener, ExitStack() as asking:
        with Server(demo, listener=listener) as first:
            visitors = asking.enter_context(Visitors(first))
        with Server(demo, listener=listener) as second:
            visitors.go_on()
            asking.close()
    assert visitors.bad() == []
    assert first.failures() == second.failures() == []


def test_redis_is_shared_and_ready_tells_when_it_is_down(demo: Path, private_redis: PrivateRedis) -> None:
    env = {"DASHAPP_CACHE": "RedisCache", "DASHAPP_REDIS_URL": private_redis.url}

    def told() -> dict[str, Any]:
        with urlopen(f"{server.url}/readyz", timeout=PATIENCE) as ready:
            found: dict[str, Any] = json.load(ready)
        return found

    with Server(demo, env) as server, Visitors(server) as visitors, private_redis.client() as client:
        assert told()["cache"] is True
        kept = client.dbsize()
        visitors.go_on()
        assert client.dbsize() == kept > 0
        private_redis.kill()
        assert [told()["cache"] for _ in range(5)] == [False] * 5
        visitors.go_on()
        private_redis.start()
        assert soon(lambda: told()["cache"], PATIENCE)
        assert soon(lambda: 0 < client.dbsize() <= kept, PATIENCE)  # what was begun while it was down is kept in part
    assert visitors.bad() == []
    assert [line for line in server.log if "cache" in line]


# --- the page itself ---------------------------------------------------------------


def test_the_settings_of_the_page_are_all_there_are() -> None:
    lines = files()["/etc/dashboard.env"].splitlines()
    meant = dict(line.lstrip("#").split("=", 1) for line in lines if "=" in line)
    own = {f"DASHAPP_{name.upper()}" for name in Settings.__dataclass_fields__}
    gunicorn = set(re.findall(r'environ\.get\("(\w+)"', (ROOT / "gunicorn.conf.py").read_text()))
    assert set(meant) == own | gunicorn
    assert Settings.from_env(meant).production
    defaults = Settings.from_env({name: value for name, value in meant.items() if f"#{name}={value}" in lines})
    assert defaults == Settings.from_env({})


def test_systemd_understands_the_units(tmp_path: Path) -> None:
    """Where there is no systemd, this is not tried."""
    verify = shutil.which("systemd-analyze") or pytest.skip("there is no systemd")
    units = {Path(path).name: text for path, text in files().items() if "/systemd/" in path}
    assert len(units) == 4
    (tmp_path / "bin").symlink_to(ROOT / ".venv/bin")
    for name, text in units.items():
        (tmp_path / name).write_text(text.replace("/srv/dashboard/.venv/bin", str(tmp_path / "bin")))
    ran = subprocess.run(
        [verify, "verify", "--man=no", *(tmp_path / name for name in units)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert [line for line in ran.stderr.splitlines() if "dashboard" in line] == []
