"""The door: every request is somebody's, or is led to the sign-in page.

It looks at the method, the path, the cookie and where a request was sent from, never at the body; what is not named
here is closed. Rights come from the account as it is now, so a request after a change of rights is nobody's.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, cast
from urllib.parse import urlencode, urlsplit

from flask import Flask, Response, current_app, g, jsonify, redirect, request
from werkzeug.wrappers import Response as Answer

from dashapp.accounts import oidc
from dashapp.accounts.accounts import Account, Accounts
from dashapp.settings import Settings
from dashapp.texts import N_, _

EXTENSION: Final = "dashboard-accounts"
SIGN_IN: Final = "/sign-in"
# Nothing of anybody's: health, code and style of the pages, and the door itself.
OPEN: Final = frozenset({SIGN_IN, oidc.START, oidc.BACK, "/livez", "/readyz", "/_favicon.ico"})
OPEN_BELOW: Final = ("/assets/", "/_dash-component-suites/", "/link/")
READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
NEWS: Final = "/news"  # asked by an open page by itself: nobody may sit there, so the session goes on idling
NO_PAGES: Final = ("/_", "/export/", NEWS)  # asked by scripts, which cannot follow to a page
SIGNED_OUT: Final = N_("You are signed out. What you see is still as it was; sign in to go on.")
ELSEWHERE: Final = N_("This request was not sent by a page of the dashboard. Load the page again.")


@dataclass(frozen=True, slots=True)
class Door:
    """The accounts, and the cookie that holds a session's secret.

    serves: which paths are pages, to lead somebody on to. url: where people open the dashboard. provider: by which
    people can sign in, too.
    """

    accounts: Accounts
    serves: Callable[[str], bool]
    url: str
    cookie: str
    secure: bool
    provider: oidc.Provider | None = None

    @property
    def terms(self) -> Any:
        """Of every cookie: scripts cannot read it, and other sites' forms do not send it."""
        return {"httponly": True, "samesite": "Lax", "secure": self.secure, "path": "/"}

    def opened(self, answer: Answer, secret: str) -> Answer:
        """Hands out a session."""
        answer.set_cookie(self.cookie, secret, **self.terms)
        return answer

    def closed(self, answer: Answer) -> Answer:
        """Takes it back."""
        answer.delete_cookie(self.cookie, **self.terms)
        return answer

    @property
    def secret(self) -> str:
        """What the browser that asks holds; "" for none."""
        return request.cookies.get(self.cookie, "")


def install(server: Flask, accounts: Accounts, settings: Settings, serves: Callable[[str], bool]) -> None:
    """Closes every path of an application, those that come later too."""
    cookie = "__Host-dashboard" if settings.production else "dashboard"
    issuer, client, secret = settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret
    provider = oidc.Provider(issuer, client, secret, settings.url) if issuer and client and secret else None
    server.extensions[EXTENSION] = Door(accounts, serves, settings.url, cookie, settings.production, provider)
    server.before_request_funcs.setdefault(None, []).insert(0, _stopped)  # before Dash's own


def door() -> Door:
    """That of the application being asked."""
    return cast(Door, current_app.extensions[EXTENSION])


def account() -> Account:
    """Who asks. The gate has let nobody else through; without one, as in an open path, it is an error to ask."""
    return cast(Account, g.account)


def signed_in() -> bool:
    """Whether somebody asks."""
    return "account" in g


def _stopped() -> Answer | tuple[Response, int] | None:
    if request.method not in READS and not _sent_by_our_pages():
        return jsonify(error="elsewhere", message=_(ELSEWHERE)), 403
    if request.path in OPEN or request.path.startswith(OPEN_BELOW):
        return None
    secret = door().secret
    found = door().accounts.signed_in(secret, attended=request.path != NEWS) if secret else None
    if found is not None:
        g.account = found
        return None
    if request.method == "GET" and not request.path.startswith(NO_PAGES):
        return redirect(f"{request.script_root}{SIGN_IN}?{urlencode({'next': request.full_path.rstrip('?')})}")
    return jsonify(error="signed_out", message=_(SIGNED_OUT)), 401


def _sent_by_our_pages() -> bool:
    """Browsers say where a request comes from, and no script can change that: docs/decisions/19-no-tokens.md."""
    site = request.headers.get("Sec-Fetch-Site")
    return site == "same-origin" if site else urlsplit(request.headers.get("Origin", "")).netloc == request.host
