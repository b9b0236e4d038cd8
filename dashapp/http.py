"""What every answer over HTTP has in common: headers, limits, plain refusals, and two doors for a load balancer."""

import contextlib
import json
import logging
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from dash import Dash
from dash.exceptions import DependencyException
from flask import Flask, Response, jsonify, redirect, request
from flask_compress import Compress
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as WerkzeugResponse

from dashapp.access import NoData, newest
from dashapp.accounts.gate import NEWS, account
from dashapp.failures import reference
from dashapp.refreshing import refreshing
from dashapp.settings import Settings
from dashapp.texts import N_, _

CALLBACKS: Final = "/_dash-update-component"
MAX_BODY: Final = 256 * 1024
HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
FOREVER: Final = "public, max-age=31536000, immutable"
YEAR_OF_HTTPS: Final = "max-age=31536000"
CSP: Final = (
    "default-src 'self'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
UNLIKE_OURS: Final = N_("This request is not one that the dashboard sends. Load the page again.")
NO_FILE: Final = N_("There is no such file.")
REFUSALS: Final = {
    404: N_("There is no such page."),
    413: N_("This request is too large. Choose fewer values."),
}
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Site:
    """Which paths are pages, and where a path leads instead, "" for nowhere."""

    serves: Callable[[str], bool]
    leads: Callable[[str], str]


def install(app: Dash, settings: Settings, site: Site, cache_ok: Callable[[], bool]) -> None:
    """Headers, limits, refusals and health checks. Call it last: the policy names every inline script by its hash."""
    server: Flask = app.server
    server.config |= {
        "MAX_CONTENT_LENGTH": MAX_BODY,
        "COMPRESS_ALGORITHM": ["zstd", "br", "gzip"],  # by time spent on the answers of callbacks
    }
    Compress(server)
    if settings.proxies:
        hops = settings.proxies
        server.wsgi_app = ProxyFix(server.wsgi_app, x_for=hops, x_proto=hops, x_host=hops, x_prefix=hops)  # type: ignore[method-assign]
    server.before_request(lambda: _led(site.leads) or _refuse(app.callback_map))
    server.after_request(_finisher(CSP.format(hashes=" ".join(app.csp_hashes())), settings.production, site.serves))
    server.register_error_handler(HTTPException, _http_error)
    server.register_error_handler(DependencyException, lambda error: _answer(404, _(NO_FILE)))
    server.register_error_handler(Exception, _failure)
    server.add_url_rule(NEWS, "news", _news)
    server.add_url_rule("/livez", "livez", lambda: "OK")
    server.add_url_rule("/readyz", "readyz", lambda: _ready(cache_ok()))


def _finisher(policy: str, production: bool, serves: Callable[[str], bool]) -> Callable[[Response], Response]:
    """Sets the headers; a page that is none of ours is 404, though it shows the way back."""

    def finish(response: Response) -> Response:
        if response.status_code >= 400:
            _hear_out()
        response.headers.update(HEADERS)
        response.headers["Content-Security-Policy"] = policy
        if production:
            response.headers["Strict-Transport-Security"] = YEAR_OF_HTTPS
        if not request.path.startswith(("/assets/", "/_dash-component-suites/", "/_favicon")):
            response.headers["Cache-Control"] = "no-store"
        elif request.path.startswith("/assets/") and "m" in request.args and response.status_code == 200:
            response.headers["Cache-Control"] = FOREVER  # the address changes when the file does
        if request.endpoint == "/<path:path>" and response.status_code == 200 and not serves(request.path):
            response.status_code = 404
        return response

    return finish


def _hear_out() -> None:
    """Reads what is refused unread: who is still sending when the connection closes never sees the answer."""
    request.max_content_length = sys.maxsize
    with contextlib.suppress(HTTPException):  # nobody is sending any more
        request.stream.read(2 * MAX_BODY)


def _led(leads: Callable[[str], str]) -> WerkzeugResponse | None:
    """Where a path leads, with its own query if it has one."""
    target = leads(request.path)
    if not target:
        return None
    query = request.query_string.decode("ascii", "ignore")
    return redirect(request.script_root + (f"{target.split('?')[0]}?{query}" if query else target))


def _refuse(callbacks: Mapping[str, Any]) -> Response | None:
    """Refuses what no page of ours sends, before any of it is looked at."""
    if request.path == "/_reload-hash" or (request.endpoint == "/<path:path>" and request.path.startswith("/_")):
        return _answer(404, _(REFUSALS[404]))
    if request.path == CALLBACKS and request.method == "POST" and not _well_formed(callbacks):
        return _answer(400, _(UNLIKE_OURS))
    return None


def _well_formed(callbacks: Mapping[str, Any]) -> bool:
    """Whether the body names one of our callbacks with the inputs and outputs that it has."""
    try:
        body = request.get_json()
    except RecursionError:
        return False
    output = body.get("output") if isinstance(body, dict) else None
    callback = callbacks.get(output) if isinstance(output, str) else None
    if callback is None or "callback" not in callback:
        return False
    named = callback["output"] if isinstance(callback["output"], list) else [callback["output"]]
    changed = body.get("changedPropIds", [])
    return (
        _same(body.get("inputs", []), callback["inputs"])
        and _same(body.get("state", []), callback["state"])
        and _same(_listed(body.get("outputs")), [part.to_dict() for part in named])
        and isinstance(changed, list)
        and all(isinstance(name, str) for name in changed)
    )


def _same(sent: Any, declared: list[dict[str, Any]]) -> bool:
    if not isinstance(sent, list) or len(sent) != len(declared):
        return False
    return all(
        isinstance(a, dict) and (a.get("id"), _bare(a.get("property"))) == (b["id"], b["property"])
        for a, b in zip(sent, declared, strict=True)
    )


def _bare(name: Any) -> Any:
    """A property; Dash adds a digest to one that two callbacks fill."""
    return name.partition("@")[0] if isinstance(name, str) else name


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, dict) else value


def _news() -> Response:
    """What an open page asks by itself: if there are newer data or new files, and if it is still somebody's."""
    try:
        news: dict[str, Any] = {"version": newest().version.id}
    except NoData:
        news = {"version": None}
    waiting = refreshing().inbox.waiting() if account().rights.administers else 0
    return jsonify(news | ({"waiting": waiting} if waiting else {}))


def _ready(cache_ok: bool) -> Response:
    """200 with a version to serve, 503 without. A cache that is down costs time, not readiness."""
    try:
        manifest = newest().version.manifest
    except NoData:
        return Response(json.dumps({"version": None, "cache": cache_ok}), 503, mimetype="application/json")
    return jsonify({"version": manifest.id, "as_of": manifest.as_of, "cache": cache_ok})


def _http_error(error: HTTPException) -> Response:
    code = error.code or 500
    return _failure(error) if code >= 500 else _answer(code, _(REFUSALS.get(code, UNLIKE_OURS)))


def _failure(error: Exception) -> Response:
    name = reference()
    log.error("Request failed, reference %s", name, exc_info=error)
    words = _("The server could not answer. Try again; if it stays so, name the reference {reference}.", reference=name)
    return _answer(500, words)


def _answer(status: int, message: str) -> Response:
    return Response(json.dumps({"error": status, "message": message}), status, mimetype="application/json")
