"""Nobody comes in without a session, by whatever path, method or header; and nobody's browser is sent in unawares."""

import pytest
from dash import Dash, Input, Output
from flask.testing import FlaskClient

from dashapp.accounts.gate import EXTENSION, OPEN, OPEN_BELOW
from dashapp.accounts.needs import Need, Undeclared, check, needs
from dashapp.accounts.rights import Rights, Role
from dashapp.app import create_app, warm_up
from dashapp.settings import Settings
from tests.dashapp.conftest import body, notices
from tests.dashapp.visitors import accounts_of, asking, outsider, visitor

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
TRICKS: tuple[dict[str, str], ...] = (
    {},
    {"Authorization": "Bearer x"},
    {"Authorization": "Basic YWRtaW46YWRtaW4="},
    {"Cookie": "dashboard=" + "0" * 43},
    {"Cookie": "dashboard=' OR 1=1 --"},
    {"Cookie": "session=admin; __Host-dashboard=admin"},
    {"X-Forwarded-For": "127.0.0.1", "X-Forwarded-User": "admin", "Remote-User": "admin"},
    {"X-Original-URL": "/livez", "X-Rewrite-URL": "/livez"},
    {"Accept": "application/json"},
    {"Host": "evil.example"},
)
VARIANTS = ("{}", "{}/", "/livez/..{}", "/assets/..{}", "//{}", "{}?pathname=/livez", "{};/livez", "{}%00", "{}/livez")
PATHS = (
    "/",
    "/stores",
    "/stores/one",
    "/customers",
    "/models",
    "/nowhere",
    "/_dash-layout",
    "/_dash-dependencies",
    "/_dash-update-component",
    "/_reload-hash",
    "/_mcp",
    "/export/stores-ranking.csv",
    "/export/customers-table.xlsx",
    "/news",
    "/password",
    "/sign-out",
)


@pytest.fixture(scope="module")
def inside(app: Dash) -> tuple[str, ...]:
    """Names that stand in answers about data."""
    layout = visitor(app).get("/_dash-layout").text
    assert "Alderway" in layout
    return ("Alderway", "S01", "P001", "C0001", "EUR")


def test_whoever_is_not_signed_in_gets_no_byte_of_data(app: Dash, inside: tuple[str, ...]) -> None:
    """Every path, spelled in many ways, by every method, with every header that another gate may believe."""
    client, asked = outsider(app), 0
    rules = {rule.rule for rule in app.server.url_map.iter_rules() if "<" not in rule.rule}
    paths = sorted({*PATHS, *rules} - OPEN)
    for path in paths:
        for method in METHODS:
            for headers in TRICKS:
                answer = client.open(path, method=method, headers=headers, json={} if method == "POST" else None)
                closed(path, answer.status_code, answer.text, inside)
                asked += 1
        for variant in VARIANTS:
            answer = client.get(variant.format(path))
            closed(path, answer.status_code, answer.text, inside)
            asked += 1
    assert asked >= 500


def closed(path: str, status: int, text: str, inside: tuple[str, ...]) -> None:
    assert status in (302, 308, 400, 401, 403, 404, 405), (path, status)
    assert [name for name in inside if name in text] == [], path
    assert "_dash-config" not in text, path


def test_no_callback_answers_who_is_not_signed_in(app: Dash) -> None:
    """Nor one whose body names a path that is open: the gate reads no body."""
    client = outsider(app)
    for output in [id_ for id_, found in app.callback_map.items() if "callback" in found]:
        sent = body(app, output.strip(".").split("...")[0], {})
        sent["inputs"] = [{**part, "property": "pathname", "value": "/livez"} for part in sent["inputs"]]
        answer = client.post("/_dash-update-component", json=sent)
        assert answer.status_code == 401
        assert answer.json == {
            "error": "signed_out",
            "message": "You are signed out. What you see is still as it was; sign in to go on.",
        }


def test_what_is_open_holds_nothing_of_anybody(app: Dash, inside: tuple[str, ...]) -> None:
    door = {"/sign-in", "/sign-in/provider", "/sign-in/provider/back"}
    assert door | {"/livez", "/readyz", "/_favicon.ico"} == OPEN
    assert OPEN_BELOW == ("/assets/", "/_dash-component-suites/", "/link/")
    for path in ("/sign-in", "/livez", "/readyz", "/link/nothing"):
        assert [name for name in inside if name in outsider(app).get(path).text] == []


def test_a_page_leads_to_sign_in_and_back(app: Dash) -> None:
    answer = outsider(app).get("/stores?chain=Alderway&quarter=2022Q1")
    assert answer.status_code == 302
    assert answer.location == "/sign-in?next=%2Fstores%3Fchain%3DAlderway%26quarter%3D2022Q1"


# --- requests that other sites send -------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "http://localhost:81"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "same-site"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "none"},
        {"Referer": "http://localhost/"},
    ],
    ids=str,
)
@pytest.mark.parametrize("path", ["/sign-in", "/sign-out", "/password", "/link/x", "/_dash-update-component", "/x"])
def test_another_site_cannot_send_anything(app: Dash, headers: dict[str, str], path: str) -> None:
    client = visitor(app)
    del client.environ_base["HTTP_ORIGIN"]
    answer = client.post(path, headers=headers)
    assert answer.status_code == 403
    assert client.get("/news").status_code == 200  # still signed in


@pytest.mark.parametrize("headers", [{"Origin": "http://localhost"}, {"Sec-Fetch-Site": "same-origin"}], ids=str)
def test_our_own_pages_can(app: Dash, headers: dict[str, str]) -> None:
    client = visitor(app)
    del client.environ_base["HTTP_ORIGIN"]
    assert client.post("/sign-out", headers=headers).status_code == 303
    assert client.get("/news").status_code == 401


# --- cookies ------------------------------------------------------------------------


def cookie_of(client: FlaskClient) -> str:
    return client.get_cookie(client.application.extensions[EXTENSION].cookie).value  # type: ignore[union-attr]


def with_cookie(app: Dash, value: str) -> FlaskClient:
    client = outsider(app)
    client.set_cookie(app.server.extensions[EXTENSION].cookie, value)
    return client


def test_a_copied_cookie_is_dead_after_signing_out_100_of_100(app: Dash) -> None:
    dead = 0
    for _ in range(100):
        client = visitor(app)
        copy = with_cookie(app, cookie_of(client))
        assert copy.get("/_dash-layout").status_code == 200
        client.post("/sign-out")
        dead += copy.get("/_dash-layout").status_code == 401
    assert dead == 100


@pytest.mark.parametrize("change", ["password", "role", "disabled"])
def test_and_after_a_change_of_password_role_or_account(app: Dash, change: str) -> None:
    rights = Rights(Role.ANALYST)
    client, accounts = visitor(app, "leaver", rights), accounts_of(app)
    assert client.get("/_dash-layout").status_code == 200
    if change == "password":
        accounts.set_password("leaver", "a quite new passphrase")
    elif change == "role":
        accounts.set_rights("leaver", Rights(Role.CHAIN_MANAGER, chains=frozenset({"Alderway"})))
    else:
        accounts.disable("leaver")
    assert client.get("/_dash-layout").status_code == 401
    accounts.disable("leaver", disabled=False)
    assert client.get("/_dash-layout").status_code == 401


def test_the_cookie_is_for_this_site_and_no_script(settings: Settings) -> None:
    for production, name in ((False, "dashboard="), (True, "__Host-dashboard=")):
        app = create_app(Settings(data_dir=settings.data_dir, production=production))
        client, accounts = outsider(app), accounts_of(app)
        if not accounts.all():
            accounts.add("visitor", "Visitor", Rights(Role.ANALYST))
        answer = client.post(
            f"/link/{accounts.invite('visitor')}",
            base_url="https://localhost" if production else None,
            headers={"Origin": "https://localhost" if production else "http://localhost"},
        )
        set_cookie = answer.headers["Set-Cookie"]
        assert set_cookie.startswith(name)
        assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(set_cookie.split("; "))
        assert ("Secure" in set_cookie) == production
        assert "Domain" not in set_cookie


# --- what callbacks need ------------------------------------------------------------


def test_an_app_with_a_callback_that_declares_nothing_does_not_start(settings: Settings) -> None:
    app = create_app(settings)
    app.callback(Output("spare", "children"), Input("url", "pathname"))(lambda path: path)
    with pytest.raises(Undeclared, match="spare.children"):
        check(app)


def test_a_callback_for_administrators_answers_nobody_else(settings: Settings) -> None:
    app = create_app(settings)
    called = []
    app.validation_layout = None  # type: ignore[assignment]
    app.callback(Output("spare", "children"), Input("url", "pathname"))(needs(Need.ADMIN)(called.append))
    check(app)
    warm_up(app)
    sent = body(app, "spare.children", {"url.pathname": "/"})
    analyst = visitor(app, "analyst", Rights(Role.ANALYST))
    answer = analyst.post("/_dash-update-component", json=sent)
    assert "This is for administrators" in notices(answer.json)
    assert called == []
    assert [event.action for event in accounts_of(app).book(1)] == ["denied"]
    visitor(app).post("/_dash-update-component", json=sent)
    assert called == ["/"]


def test_rights_narrow_whatever_is_asked(app: Dash) -> None:
    with asking(app, Rights(Role.STORE_MANAGER, stores=frozenset({"S01"}))):
        from dashapp.access import current_view

        assert current_view().scope.stores == {"S01"}
    with asking(app, Rights(Role.CHAIN_MANAGER, chains=frozenset({"no such chain"}))):
        assert current_view().scope.stores == set()
