"""Puts the application together."""

import html
import json
import os
import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

from dash import Dash
from sqlalchemy.exc import SQLAlchemyError

from analytics.cache import Cache
from dashapp import access, caching, cli, failures, http, refreshing, router, shell
from dashapp.accounts import commands as users
from dashapp.accounts import gate, needs
from dashapp.accounts.accounts import Accounts
from dashapp.accounts.database import migrate
from dashapp.accounts.pages import BLUEPRINT
from dashapp.alerts import desk as alert_desk
from dashapp.alerts.alerts import Alerts
from dashapp.exports import route as export
from dashapp.exports.asked import finder
from dashapp.languages import Language, install, language
from dashapp.refreshing import upload
from dashapp.saved import desk
from dashapp.saved.address import Addresses
from dashapp.settings import BadSetting, Settings, refuse_open_files
from dashapp.tabs import PAGES, TABS, Page
from dashapp.texts import N_

ROOT: Final = Path(__file__).parents[1]
INDEX: Final = """<!DOCTYPE html>
<html lang="{language}" data-bs-theme="light">
<head>
  {%metas%}
  <meta name="color-scheme" content="light dark">
  <title>{%title%}</title>
  <script src="/assets/head/theme.js"></script>
  {%favicon%}
  {%css%}
</head>
<body>
  {%app_entry%}
  <noscript>{noscript}</noscript>
  <script id="texts" type="application/json">{texts}</script>
  <footer>{%config%}{%scripts%}{%renderer%}</footer>
</body>
</html>
"""

NO_SCRIPT: Final = N_("This dashboard needs JavaScript.")


class Dashboard(Dash):
    """Dash, without telling visitors which versions it runs on."""

    def _config(self) -> dict[str, Any]:
        config: dict[str, Any] = super()._config()  # type: ignore[no-untyped-call]
        return config | dict.fromkeys(("python_version", "dash_version", "plotly_version", "dash_version_url"), "")


def create_app(settings: Settings, pages: Sequence[Page] = PAGES, spoken: Language | None = None) -> Dash:
    """The dashboard: `create_app(settings).server` is what gunicorn serves. spoken: instead of the settings' locale."""
    spoken = spoken or language(settings.locale)
    os.environ["DASH_DISABLE_VERSION_CHECK"] = "true"  # else a page opened while debugging asks a public server
    app = Dashboard(
        "dashapp",
        assets_folder=str(ROOT / "assets"),
        assets_path_ignore=["^head$"],  # the page's head loads it, before the first paint
        index_string=_index(spoken),
        title=shell.PRODUCT,
        update_title="",
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
        on_error=failures.on_error,
        enable_mcp=False,
        use_async=False,
    )
    install(app.server, spoken)
    backend = caching.backend(app.server, settings)
    access.install(app.server, settings, Cache(backend))
    tabs = [page for page in pages if page in TABS]
    every_id = shell.validation(pages, tabs)
    app.validation_layout = every_id  # type: ignore[assignment]  # declared as always None
    app.layout = lambda: shell.page(tabs) if gate.signed_in() else every_id  # Dash asks for one while nobody is in
    shell.register(app, pages, tabs)
    for page in pages:
        page.register(app)
    app.server.cli.add_command(cli.commands(settings))
    app.server.cli.add_command(users.commands(settings.url))
    export.install(app.server, finder([panel for page in pages for panel in page.PANELS]))
    accounts, serves = _accounts(settings), partial(router.served, pages)
    app.server.register_blueprint(BLUEPRINT)
    gate.install(app.server, accounts, settings, serves)
    arguments = [argument for page in pages for panel in page.PANELS for argument in panel.arguments.values()]
    addresses = Addresses({page.PATH: page.TITLE for page in pages}, arguments, serves)
    saved = desk.install(app.server, accounts.engine, addresses)
    alert_desk.install(app.server, Alerts(accounts.engine), settings)
    leads = lambda path: saved.lead(path) or (shell.front_door(tabs) if path == "/" else "")  # noqa: E731
    refreshing.install(app.server, settings, accounts)
    upload.install(app.server)
    http.install(app, settings, http.Site(serves, leads), backend.answers)
    needs.check(app)
    return app


def _accounts(settings: Settings) -> Accounts:
    """Those of the settings' database, with the tables of this release. Raises BadSetting where there can be none."""
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        accounts = Accounts(settings.accounts)
        migrate(accounts.engine)
        refuse_open_files(settings)
    except (OSError, SQLAlchemyError) as error:
        reason = str(getattr(error, "orig", error)).splitlines()[0]
        raise BadSetting(f"The database of accounts cannot be opened: {reason}") from error
    return accounts


def _index(spoken: Language) -> str:
    """The page's frame in a language. A "<" in the scripts' texts must not end their element."""
    parts = {
        "{language}": spoken.tag,
        "{noscript}": html.escape(spoken.catalogue.gettext(NO_SCRIPT)),
        "{texts}": json.dumps(dict(spoken.browser), ensure_ascii=False).replace("<", "\\u003c"),
    }
    return re.sub("|".join(parts), lambda found: parts[found[0]], INDEX)


def warm_up(app: Dash) -> Dash:
    """Runs Dash's set-up of the first request, and opens the data, before several requests try that at once."""
    with app.server.test_client() as client:
        client.get("/readyz")
    return app
