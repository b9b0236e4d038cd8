"""Alerts in the application: set on the page, told behind the bell and by mail, when data are published."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from dash import Dash
from flask.testing import FlaskClient

from dashapp.accounts.rights import Rights, Role
from dashapp.app import create_app, warm_up
from dashapp.published import published
from dashapp.settings import Settings
from data.warehouse import Warehouse
from tests.dashapp.alerts.mailbox import Mailbox
from tests.dashapp.conftest import body, notices, texts
from tests.dashapp.visitors import accounts_of, by_itself, visitor

CALLBACKS = "/_dash-update-component"
ANALYST = Rights(Role.ANALYST)
ANN = "ann@example.com"
FORM = {"kpi": "orders", "side": "above", "limit": 0, "chains": [], "stores": [], "categories": [], "mail": False}


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def app(settings: Settings, tmp_path: Path, mailbox: Mailbox) -> Dash:
    """With alerts of its own, and a mail server that may be there or not."""
    own = replace(by_itself(settings, tmp_path), url="https://dashboard.example.com")
    mails = replace(own, smtp_url=f"smtp://127.0.0.1:{mailbox.port}", mail_from="dashboard@example.com")
    return warm_up(create_app(mails))


def answered(app: Dash, client: FlaskClient, output: str, values: dict[str, Any]) -> Any:
    return client.post(CALLBACKS, json=body(app, output, values)).json


def set_alert(app: Dash, client: FlaskClient, key: str = "k", **given: Any) -> str:
    """What the page says."""
    form = {f"alerts-{name}.value": value for name, value in (FORM | given).items()}
    answer = answered(app, client, "alerts-said.children", {"alerts-set.n_clicks": 1, "alerts-key.data": key} | form)
    return str(answer.get("response", {}).get("alerts-said", {}).get("children")) + notices(answer)


def page(app: Dash, client: FlaskClient) -> dict[str, list[str]]:
    """The texts of the page, by list."""
    found = answered(app, client, "alerts-list.content", {})["response"]
    return {name: texts(found[f"alerts-{name}"]["content"]) for name in ("list", "told")}


def bell(app: Dash, client: FlaskClient) -> str:
    found: str = answered(app, client, "bell.content", {})["response"]["bell"]["content"]
    return found


def refreshed(app: Dash, settings: Settings) -> None:
    version = Warehouse(settings.warehouse_dir).current()
    assert version
    with app.server.app_context():
        published(version, "refresh published")


def test_a_limit_is_told_behind_the_bell_once_and_until_it_is_looked_at(app: Dash, settings: Settings) -> None:
    client = visitor(app, ANN, ANALYST)
    assert "No alert is set yet." in page(app, client)["list"]
    assert "It is set: Orders above 0, all that you may see." in set_alert(app, client)
    assert "is new" not in bell(app, client)
    assert page(app, client)["told"] == ["Nothing yet."]
    refreshed(app, settings)
    refreshed(app, settings)
    assert "Alerts: 1 is new" in bell(app, client)
    head, about = page(app, client)["told"]
    assert head.startswith("Orders, ")
    assert about.startswith("Orders above 0, all that you may see · ")
    assert "beyond the limit" in page(app, client)["list"][1]
    seen = answered(app, client, "bell-changed.data", {})["response"]["bell-changed"]["data"]
    assert seen == 1
    assert "is new" not in bell(app, client)
    assert len(page(app, client)["told"]) == 2


def test_what_was_set_within_rights_stays_within_them(app: Dash, settings: Settings) -> None:
    """A manager of one chain, told of the other one in every way there is."""
    boss = visitor(app, "boss", Rights(Role.CHAIN_MANAGER, frozenset({"Alderway"})))
    assert "all that you may see" in set_alert(app, boss, "a", chains=["Brightmart"])
    assert "Alderway" in set_alert(app, boss, "b", chains=["Alderway", "Brightmart"])
    refreshed(app, settings)
    assert "Brightmart" not in str(page(app, boss))
    everybody = visitor(app, "everybody", ANALYST)
    set_alert(app, everybody)
    refreshed(app, settings)
    of_all, of_one = (page(app, client)["told"][0] for client in (everybody, boss))
    assert of_all != of_one
    assert page(app, visitor(app, "boss", ANALYST))["told"] == ["Nothing yet."]  # other rights, other numbers


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"limit": None}, "Write a number as the limit. Nothing was set yet."),
        ({"limit": "many"}, "alerts-limit"),
        ({"limit": float("inf")}, "alerts-limit"),
        ({"kpi": "luck"}, "KPI"),
        ({"kpi": ["orders"]}, "KPI"),
        ({"side": "beside"}, "above"),
        ({"stores": "S01"}, "alerts-stores"),
        ({"stores": [{"a": 1}]}, "alerts-stores"),
        ({"chains": ["x" * 300]}, "200"),
        ({"key": ""}, "alerts-key"),
        ({"key": {}}, "alerts-key"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(app: Dash, given: dict[str, Any], said: str) -> None:
    client = visitor(app, ANN, ANALYST)
    answer = set_alert(app, client, **given)
    assert said.lower() in answer.lower()
    assert "It is set" not in answer
    assert "No alert is set yet." in page(app, client)["list"]


def test_mail_goes_to_whose_login_is_an_address(app: Dash, settings: Settings, mailbox: Mailbox) -> None:
    for login in (ANN, "ben"):
        set_alert(app, visitor(app, login, ANALYST), mail=True)
    set_alert(app, visitor(app, "cyd@example.com", ANALYST), mail=False)
    with mailbox.open():
        refreshed(app, settings)
        refreshed(app, settings)
    (found,) = mailbox.mails
    assert found["X-To"] == ANN
    assert found["Subject"].startswith("Orders, ")
    lines = [line for line in found.get_content().splitlines() if line]
    assert lines[0] == found["Subject"]
    assert lines[1:] == ["Orders above 0, all that you may see", "https://dashboard.example.com/alerts"]


def test_a_mail_that_was_not_taken_goes_out_later_and_holds_nobody_up(
    app: Dash, settings: Settings, mailbox: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    for login in (ANN, "cyd@example.com"):
        set_alert(app, visitor(app, login, ANALYST), mail=True)
    refreshed(app, settings)  # nobody listens
    assert "Mail cannot be sent" in caplog.text
    assert "1 is new" in bell(app, visitor(app, ANN, ANALYST))
    mailbox.refuses.add(ANN)
    with mailbox.open():
        refreshed(app, settings)
        assert [found["X-To"] for found in mailbox.mails] == ["cyd@example.com"]
        mailbox.refuses.clear()
        refreshed(app, settings)
        refreshed(app, settings)
    assert [found["X-To"] for found in mailbox.mails] == ["cyd@example.com", ANN]
    assert "example.com" not in caplog.text


def test_a_disabled_account_gets_no_mail(app: Dash, settings: Settings, mailbox: Mailbox) -> None:
    set_alert(app, visitor(app, ANN, ANALYST), mail=True)
    refreshed(app, settings)  # found, and not out yet
    accounts_of(app).disable(ANN)
    with mailbox.open():
        refreshed(app, settings)
    assert mailbox.mails == []


def test_an_alert_that_breaks_does_not_undo_what_was_published(
    app: Dash, settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any) -> Any:
        raise RuntimeError("no such column")

    set_alert(app, visitor(app, ANN, ANALYST))
    monkeypatch.setattr("dashapp.alerts.alerts.reading", broken)
    refreshed(app, settings)
    assert "Alerts could not be looked at" in caplog.text


def test_it_ends_when_its_owner_says_so(app: Dash) -> None:
    client, other = visitor(app, ANN, ANALYST), visitor(app, "ben", ANALYST)
    set_alert(app, client)
    ended = {"alerts-delete.n_clicks": 1, "alerts-which.value": "1"}
    assert "no such alert" in str(answered(app, other, "alerts-deleted.children", ended))
    assert "It is deleted" in str(answered(app, client, "alerts-deleted.children", ended))
    assert "No alert is set yet." in page(app, client)["list"]
