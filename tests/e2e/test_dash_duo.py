"""One test in Dash's own way: the fixture `dash_duo` of dash.testing, which took over from pytest-dash."""

from pathlib import Path

import pytest
from dash.testing.composite import DashComposite

from dashapp.app import create_app
from dashapp.settings import Settings
from tests.dashapp.visitors import ALL_RIGHTS, accounts_of, session
from tests.programs import program

CARD = "#stores-cards .kpi-value"


@pytest.fixture(autouse=True)
def _driver(monkeypatch: pytest.MonkeyPatch) -> None:
    """The driver that is installed; selenium would look for one on the network."""
    monkeypatch.setenv("SE_CHROMEDRIVER", program("chromedriver"))


@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")  # Flask-Compress leaves that to the interpreter
def test_a_filter_changes_a_card(dash_duo: DashComposite, demo: Path) -> None:
    app = create_app(Settings(data_dir=demo))
    dash_duo.server(app)
    dash_duo.driver.get(f"{dash_duo.server.url}/sign-in")
    dash_duo.driver.add_cookie({"name": "dashboard", "value": session(accounts_of(app), "visitor", ALL_RIGHTS)})
    dash_duo.server_url = dash_duo.server.url  # opens it
    before = dash_duo.wait_for_element(CARD).text
    dash_duo.select_dcc_dropdown("#filter-chain", value="Alderway")
    dash_duo.find_element(".dash-dropdown-search").send_keys("\ue00c")  # Escape closes the menu, which applies it
    dash_duo.wait_for_contains_text("#filters-summary", "3 of 15 stores")
    dash_duo.wait_for_no_elements("[data-dash-is-loading=true]")
    assert dash_duo.find_element(CARD).text != before
    assert dash_duo.get_logs() == []
