"""One test in Dash's own way: the fixture `dash_duo` of dash.testing, which took over from pytest-dash."""

from pathlib import Path

import pytest
from dash.testing.composite import DashComposite

from dashapp.app import create_app
from dashapp.settings import Settings
from tests.e2e.conftest import program

CARD = "#stores-cards .kpi-value"


@pytest.fixture(autouse=True)
def _driver(monkeypatch: pytest.MonkeyPatch) -> None:
    """The driver that is installed; selenium would look for one on the network."""
    monkeypatch.setenv("SE_CHROMEDRIVER", program("chromedriver"))


@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")  # Flask-Compress leaves that to the interpreter
def test_a_filter_changes_a_card(dash_duo: DashComposite, demo: Path) -> None:
    dash_duo.start_server(create_app(Settings(data_dir=demo)))
    before = dash_duo.wait_for_element(CARD).text
    dash_duo.select_dcc_dropdown("#filter-chain", value="Alderway")
    dash_duo.find_element(".dash-dropdown-search").send_keys("\ue00c")  # Escape closes the menu, which applies it
    dash_duo.wait_for_contains_text("#filters-summary", "3 of 15 stores")
    dash_duo.wait_for_no_elements("[data-dash-is-loading=true]")
    assert dash_duo.find_element(CARD).text != before
    assert dash_duo.get_logs() == []
