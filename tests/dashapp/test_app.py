import base64
import hashlib
import re
import sys
import threading
from importlib.util import find_spec
from pathlib import Path

import dash
import plotly
import plotly.io as pio
import pytest
from dash import Dash
from flask.testing import FlaskClient

from analytics.excess import TARGETS
from dashapp.app import create_app, warm_up
from dashapp.settings import Settings
from dashapp.tabs import products
from tests.dashapp.conftest import Post, body
from tests.dashapp.visitors import visitor

ROOT = Path(__file__).parents[2]
ASSETS = ROOT / "assets"
ROUTES = {
    "/",
    "/<path:path>",
    "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>",
    "/_dash-dependencies",
    "/_dash-layout",
    "/_dash-update-component",
    "/_favicon.ico",
    "/_reload-hash",
    "/assets/<path:filename>",
    "/export/<name>.<ending>",
    "/link/<secret>",
    "/livez",
    "/news",
    "/password",
    "/readyz",
    "/sign-in",
    "/sign-in/provider",
    "/sign-in/provider/back",
    "/sign-out",
    "/static/<path:filename>",
    "/upload",
}


def test_routes_are_these_and_no_more(app: Dash) -> None:
    """A new version of Dash that opens another door fails here."""
    assert {rule.rule for rule in app.server.url_map.iter_rules()} == ROUTES


def test_every_answer_carries_the_security_headers(client: FlaskClient) -> None:
    for path in ("/", "/stores", "/_dash-layout", "/nowhere", "/livez", "/assets/2-app/00-tokens.css"):
        headers = client.get(path, buffered=True).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "Strict-Transport-Security" not in headers


def test_production_promises_https(settings: Settings) -> None:
    server = create_app(Settings(data_dir=settings.data_dir, production=True)).server
    assert visitor(server).get("/livez").headers["Strict-Transport-Security"].startswith("max-age=")


def test_the_policy_allows_exactly_the_inline_scripts_of_the_page(client: FlaskClient) -> None:
    page = client.get("/stores")
    policy = page.headers["Content-Security-Policy"]
    scripts = re.findall(r"<script(?![^>]*(?:src=|application/json))[^>]*>(.*?)</script>", page.text, re.DOTALL)
    hashes = {f"'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'" for s in scripts}
    assert hashes
    assert hashes == set(re.findall(r"'sha256-[^']+'", policy))
    assert "unsafe-eval" not in policy
    assert "script-src 'self' 'sha256-" in policy


def test_the_page_names_no_versions_and_no_other_host(client: FlaskClient) -> None:
    page = client.get("/stores").text
    assert sys.version not in page
    assert f"v={dash.__version__}" not in page
    assert '"dash_version":""' in page
    assert not re.search(r"https?:(//|\\u002f)", page)


def test_the_page_tells_no_data_before_it_is_asked(client: FlaskClient) -> None:
    chain = client.get("/_dash-layout").text.split('"chains":["')[1].split('"')[0]
    assert chain
    assert chain not in client.get("/stores").text


def test_assets_load_nothing_from_elsewhere() -> None:
    for path in ASSETS.rglob("*"):
        if path.suffix in {".css", ".js"}:
            text = path.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
            assert not re.search(r"""(?:url\(|@import|fetch\(|src=)\s*["']?(?:https?:)?//""", text), path


def test_vendored_files_are_the_published_ones() -> None:
    folder = ASSETS / "1-vendor"
    for line in (folder / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split()
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest


def test_charts_are_drawn_by_the_release_that_dash_brings(client: FlaskClient) -> None:
    """`dcc.Graph` takes the smaller bundle, which is there before it; releases must be the same."""
    bundle, whole = (
        ASSETS / "1-vendor/plotly-cartesian.min.js",
        Path(plotly.__file__).parent / "package_data/plotly.min.js",
    )
    ours, theirs = (re.search(r"v(\d+\.\d+\.\d+)", path.read_text("utf-8")[:300]) for path in (bundle, whole))
    assert ours
    assert theirs
    assert ours[1] == theirs[1], f"npm pack plotly.js-cartesian-dist-min@{theirs[1]}, and its line of SHA256SUMS"
    scripts = re.findall(r'src="/([^"?]+)', client.get("/stores").text)
    assert scripts.index("assets/1-vendor/plotly-cartesian.min.js") < scripts.index("assets/2-app/05-texts.js")


def test_styles_load_in_their_order(client: FlaskClient) -> None:
    found = re.findall(r'href="/assets/([^"?]+)', client.get("/stores").text)
    names = [name for name in found if name.endswith(".css")]
    assert names.index("1-vendor/bootstrap.min.css") < names.index("2-app/00-tokens.css")
    assert names == sorted(names)


def test_the_theme_is_set_before_any_style(client: FlaskClient) -> None:
    page = client.get("/stores").text
    assert page.index("head/theme.js") < page.index("stylesheet")
    assert page.count("head/theme.js") == 1


@pytest.mark.parametrize(
    ("path", "status"),
    [("/stores", 200), ("/products", 200), ("/nowhere", 404), ("/stores/../etc", 404), ("/assets/../wsgi.py", 404)],
)
def test_unknown_pages_are_not_found(client: FlaskClient, path: str, status: int) -> None:
    assert client.get(path, buffered=True).status_code == status


def test_the_front_door_opens_on_the_last_four_quarters_and_keeps_a_query(client: FlaskClient) -> None:
    assert client.get("/").location == "/stores?quarter=last4"
    assert client.get("/?chain=Alderway&quarter=2022Q1").location == "/stores?chain=Alderway&quarter=2022Q1"
    assert client.get("/?next=//evil.example").location.startswith("/stores?")


@pytest.mark.parametrize("path", ["/_mcp", "/_reload-hash", "/_alive_x", "/_dash-component-suites/dash/nothing.js"])
def test_doors_that_stay_closed(client: FlaskClient, path: str) -> None:
    answer = client.get(path, buffered=True)
    assert answer.status_code == 404
    assert answer.json is not None
    assert "There is no such" in answer.json["message"]


def test_answers_about_data_are_never_stored(client: FlaskClient, post: Post) -> None:
    assert client.get("/_dash-layout").headers["Cache-Control"] == "no-store"
    assert post("content.children", {"url.pathname": "/"}).headers["Cache-Control"] == "no-store"


def test_a_file_whose_address_changes_with_it_is_kept(client: FlaskClient) -> None:
    address = re.findall(r'src="(/assets/2-app/[^"]+)"', client.get("/stores").text)[0]
    assert "?m=" in address
    assert "immutable" in client.get(address, buffered=True).headers["Cache-Control"]
    assert "immutable" not in client.get("/assets/head/theme.js", buffered=True).headers.get("Cache-Control", "")


def test_answers_are_compressed_and_not_kept(app: Dash, client: FlaskClient) -> None:
    answer = client.get("/_dash-layout", headers={"Accept-Encoding": "gzip, br, zstd"})
    assert answer.headers["Content-Encoding"] == "zstd"
    assert app.server.config["COMPRESS_CACHE_BACKEND"] is None


def test_answers_are_encoded_by_orjson() -> None:
    assert find_spec("orjson")
    assert pio.json.config.default_engine in ("auto", "orjson")


def test_health(client: FlaskClient, settings: Settings, tmp_path: Path) -> None:
    assert client.get("/livez").text == "OK"
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json is not None
    assert set(ready.json) == {"version", "as_of", "cache"}
    empty = visitor(create_app(Settings(data_dir=tmp_path))).get("/readyz")
    assert empty.status_code == 503


def test_without_data_the_page_says_how_to_get_some(tmp_path: Path) -> None:
    client = visitor(warm_up(create_app(Settings(data_dir=tmp_path))))
    assert "data demo" in client.get("/_dash-layout").text
    assert client.get("/stores").status_code == 200


DEEP = "[" * 100_000


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ("", 400),
        ("null", 400),
        ("[]", 400),
        ("{", 400),
        (DEEP, 400),
        ('{"output": 3}', 400),
        ('{"output": "nothing.here"}', 400),
        ('{"output": "content.children"}', 400),
        ('{"output": "content.children", "outputs": {"id": "content", "property": "children"}, "inputs": 3}', 400),
        ('{"output": "' + "x" * 300_000 + '"}', 413),
    ],
)
def test_malformed_requests_get_a_plain_refusal(client: FlaskClient, sent: str, status: int) -> None:
    answer = client.post("/_dash-update-component", data=sent, content_type="application/json")
    assert answer.status_code == status
    assert answer.json is not None
    assert answer.json["message"]


def test_forged_ids_are_refused(app: Dash, client: FlaskClient) -> None:
    for part, forged in (("inputs", {"id": "version"}), ("outputs", {"property": "hidden"})):
        sent = body(app, "content.children", {"url.pathname": "/"})
        first = sent[part][0] if isinstance(sent[part], list) else sent[part]
        first.update(forged)
        assert client.post("/_dash-update-component", json=sent).status_code == 400


def test_the_first_requests_may_all_come_at_once(settings: Settings) -> None:
    """Dash marks its set-up as done before it is done (plotly/dash#3971), so it must be over before they come."""
    app = warm_up(create_app(settings))
    assert app._got_first_request["setup_server"]
    sent = body(app, "content.children", {"url.pathname": "/"})
    start, found = threading.Barrier(16), []

    def ask(client: FlaskClient) -> None:
        start.wait()
        found.append(client.post("/_dash-update-component", json=sent).status_code)

    threads = [threading.Thread(target=ask, args=(visitor(app),)) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [200] * 16


def test_excess_stock_is_known_for_every_choice_of_days() -> None:
    assert tuple(map(int, products.DAYS)) == TARGETS
