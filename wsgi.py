"""What gunicorn serves, and what `flask --app wsgi` works on."""

import os

from dashapp.app import create_app, warm_up
from dashapp.settings import Settings

server = warm_up(create_app(Settings.from_env(os.environ))).server
