"""What a browser must not do while a test looks at something else, and what it asks the server for."""

from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response, WebError

INLINE = ("data", "blob")
NEWS = "/news"  # every page asks once a second which data are the newest


class Watch:
    """Records what one browser context does: its requests and, apart from them, everything that is a failure."""

    def __init__(self, context: BrowserContext, origin: str) -> None:
        self._context: Any = context  # its events are typed one by one
        self.requests: list[str] = []
        self.posts: list[str] = []  # the outputs of the callbacks that ran on the server
        self._incidents: list[str] = []
        self._allowed: list[str] = []
        self._origin = urlsplit(origin).netloc
        self._listeners: tuple[tuple[Any, Any], ...] = (
            ("console", self._console),
            ("weberror", self._error),
            ("request", self._request),
            ("response", self._response),
        )
        for event, listener in self._listeners:
            self._context.on(event, listener)

    def stop(self) -> None:
        """Leaves the context to the next test."""
        for event, listener in self._listeners:
            self._context.remove_listener(event, listener)

    def allow(self, *fragments: str) -> None:
        """Incidents that contain one of these texts are what this test is about."""
        self._allowed += fragments

    def incidents(self) -> list[str]:
        """Everything that must not happen, and did."""
        return [incident for incident in self._incidents if not any(text in incident for text in self._allowed)]

    def forget(self) -> None:
        """Starts counting requests anew."""
        self.requests.clear()
        self.posts.clear()

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning", "assert"):
            self._incidents.append(f"console {message.type}: {message.text} ({message.location['url']})")

    def _error(self, error: WebError) -> None:
        self._incidents.append(f"page error: {error.error.stack or error.error}")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in INLINE:
            return
        if parts.netloc != self._origin:
            self._incidents.append(f"request to another host: {request.url}")
        if parts.path == NEWS:
            return
        self.requests.append(parts.path)
        if request.method == "POST":
            self.posts.append((request.post_data_json or {}).get("output", parts.path))

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self._incidents.append(f"status {response.status}: {response.url}")
