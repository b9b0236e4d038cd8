"""The dashboard with one more callback, which does nothing: the floor of every request. Served by gunicorn as it is."""

import os

from dash import Input, Output

from dashapp.accounts.needs import Need, needs
from dashapp.app import create_app, warm_up
from dashapp.settings import Settings
from dashapp.wiring import FILTERS

NOTHING = "nothing"
app = create_app(Settings.from_env(os.environ))
app.callback(Output(NOTHING, "children"), Input(FILTERS, "data"))(needs(Need.SIGNED_IN)(lambda _: ""))
server = warm_up(app).server
