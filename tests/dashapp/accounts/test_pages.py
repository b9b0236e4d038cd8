"""The pages at the door, as a browser uses them."""

import re
from pathlib import Path

import pytest
from dash import Dash
from flask.testing import FlaskClient

from dashapp.accounts import passwords
from dashapp.accounts.accounts import TRIES_OF_A_LOGIN
from dashapp.accounts.rights import Rights, Role
from dashapp.accounts.welcome import ways_in
from dashapp.app import create_app
from dashapp.settings import Settings
from tests.dashapp.visitors import accounts_of, by_itself, outsider, visitor

GOOD = "correct horse battery"
OFF_SITE = (
    "//evil.example", "/\\evil.example", "https://evil.example/stores", "javascript:alert(1)", "/stores/../../x//",
    "///evil.example/stores", "/%2f/evil.example", "/\tevil.example", "/stores\r\nSet-Cookie: a=b", "evil.example", "",
    "/_dash-layout", "/export/stores-ranking.csv", "/sign-out", "@evil.example", "/.evil.example", "\\\\evil.example",
)  # fmt: skip


@pytest.fixture
def ann(tmp_path: Path, settings: Settings) -> tuple[Dash, FlaskClient]:
    """Ann with a password, and a browser in which nobody is signed in."""
    app = create_app(by_itself(settings, tmp_path))
    accounts_of(app).add("ann", "Ann", Rights(Role.ANALYST))
    accounts_of(app).set_password("ann", GOOD)
    return app, outsider(app)


def sign_in(client: FlaskClient, login: str = "ann", password: str = GOOD, onward: str = ""):  # noqa: ANN201
    query = {"next": onward} if onward else {}
    return client.post("/sign-in", query_string=query, data={"login": login, "current-password": password})


def told(page: str) -> str:
    found = re.search(r'role="alert">(.*?)</p>', page)
    return found[1] if found else ""


def test_login_and_password_lead_where_somebody_wanted_to_go(ann: tuple[Dash, FlaskClient]) -> None:
    answer = sign_in(ann[1], onward="/stores?chain=Alderway&store=S01")
    assert (answer.status_code, answer.location) == (303, "/stores?chain=Alderway&store=S01")
    assert ann[1].get("/stores").status_code == 200


@pytest.mark.parametrize("onward", OFF_SITE)
def test_nobody_is_led_off_the_site(ann: tuple[Dash, FlaskClient], onward: str) -> None:
    assert sign_in(ann[1], onward=onward).location == "/"


def test_a_wrong_login_and_a_wrong_password_read_the_same(ann: tuple[Dash, FlaskClient]) -> None:
    wrong, nobody = sign_in(ann[1], password="wrong"), sign_in(ann[1], login="nobody")
    assert wrong.status_code == nobody.status_code == 401
    assert wrong.text == nobody.text
    assert told(wrong.text) == "This login and password do not belong together."


def test_a_thousand_guesses_are_five(ann: tuple[Dash, FlaskClient], monkeypatch: pytest.MonkeyPatch) -> None:
    """From a thousand addresses, in two processes' worth of clients: the count is in the database."""
    looked: list[str] = []
    monkeypatch.setattr(passwords, "right", lambda kept, password: looked.append(password))
    for number in range(1000):
        client = outsider(ann[0])
        client.environ_base["REMOTE_ADDR"] = f"198.51.{number // 250}.{number % 250}"
        client.environ_base["HTTP_X_FORWARDED_FOR"] = f"203.0.113.{number % 250}"
        answer = sign_in(client, password=f"guess {number}")
        assert answer.status_code == 401
    assert len(looked) == TRIES_OF_A_LOGIN
    assert told(answer.text) == "Too many tries. Wait 5 minutes, then try again."


def test_too_many_at_once_are_asked_to_wait(ann: tuple[Dash, FlaskClient], monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object) -> bool:
        raise passwords.Busy

    monkeypatch.setattr(passwords, "right", busy)
    answer = sign_in(ann[1])
    assert (answer.status_code, told(answer.text)) == (503, "Many people sign in right now. Try again in a moment.")


def test_a_link_lets_in_once_and_only_by_its_button(ann: tuple[Dash, FlaskClient]) -> None:
    app, client = ann
    link = f"/link/{accounts_of(app).invite('ann')}"
    for _ in range(3):  # as programs do that look where a link leads
        assert "Welcome, Ann" in outsider(app).get(link).text
    assert client.post(link).location == "/"
    assert client.get("/stores").status_code == 200
    used = outsider(app).post(link)
    assert (used.status_code, told(used.text)) == (410, "This link was used or is too old. Ask for another one.")


def test_a_link_may_set_a_password(ann: tuple[Dash, FlaskClient]) -> None:
    app, client = ann
    link = f"/link/{accounts_of(app).invite('ann')}"
    for new, again, why in (
        ("another password", "other password", "differ"),
        ("short", "short", "12 characters"),
        ("password1234", "password1234", "first that anybody would try"),
    ):
        refused = client.post(link, data={"new-password": new, "again": again})
        assert refused.status_code == 422
        assert why in told(refused.text)
        assert new not in refused.text
    assert client.post(link, data={"new-password": "staple of horses", "again": "staple of horses"}).status_code == 303
    assert sign_in(outsider(app)).status_code == 401
    assert sign_in(outsider(app), password="staple of horses").status_code == 303


def test_a_password_is_changed_by_who_knows_the_old_one(ann: tuple[Dash, FlaskClient]) -> None:
    app, here = ann
    elsewhere = outsider(app)
    sign_in(here)
    sign_in(elsewhere)
    new = {"new-password": "staple of horses", "again": "staple of horses"}
    assert here.post("/password", data={"current-password": "wrong"} | new).status_code == 422
    assert here.get("/news").status_code == elsewhere.get("/news").status_code == 200
    assert here.post("/password", data={"current-password": GOOD} | new).status_code == 303
    assert here.get("/news").status_code == 200
    assert elsewhere.get("/news").status_code == 401


def test_hostile_names_stay_text(ann: tuple[Dash, FlaskClient]) -> None:
    accounts = accounts_of(ann[0])
    accounts.add("<img>", '<img src=x onerror="alert(1)">', Rights(Role.ANALYST))
    page = outsider(ann[0]).get(f"/link/{accounts.invite('<img>')}").text
    assert "Welcome, &lt;img src=x" in page
    assert "<img" not in page


def test_the_first_start_on_the_demo_tells_a_link_for_each_role(settings: Settings) -> None:
    app = create_app(settings)
    lines = ways_in(app.server, "http://127.0.0.1:8050")
    links = [line.split("http://127.0.0.1:8050")[1] for line in lines[1:]]
    assert [line.split("  http")[0].strip() for line in lines[1:]] == [
        "Administrator",
        "Analyst",
        "Chain manager",
        "Store manager",
    ]
    for link in links:
        client = outsider(app)
        assert client.post(link).status_code == 303
        assert client.get("/_dash-layout").status_code == 200


def test_production_tells_no_link(settings: Settings) -> None:
    app = create_app(Settings(data_dir=settings.data_dir, production=True))
    visitor(create_app(settings))
    assert ways_in(app.server, "https://dashboard.example.com") == []
