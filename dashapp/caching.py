"""The cache behind `analytics.cache.Cache`, such that a cache which is down only costs time."""

import hashlib
import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from cachelib.serializers import JSONSerializer
from flask import Flask
from flask_caching import Cache as FlaskCache

from analytics.cache import Backend
from dashapp.settings import Settings

ROOT: Final = Path(__file__).parents[1]
REST_SECONDS: Final = 10.0
HOUR: Final = 3600
REDIS_LIMITS: Final = urlencode({"socket_timeout": 0.3, "socket_connect_timeout": 0.3})
log = logging.getLogger(__name__)


class Forgiving:
    """A backend whose failures are misses. After one it rests; then one caller at a time looks whether it is back."""

    def __init__(self, backend: Backend, clock: Callable[[], float] = time.monotonic) -> None:
        self._backend = backend
        self._clock = clock
        self._lock = threading.Lock()
        self._down = False
        self._rests_until = clock()

    def answers(self) -> bool:
        """Whether the backend answers: asked now, unless it rests."""
        self.get("ready")
        return not self._down

    def get(self, key: str) -> Any:
        """The stored text, or None."""
        return self._try(lambda: self._backend.get(key))

    def set(self, key: str, value: Any) -> Any:
        """Stores a text under a key, if it can."""
        return self._try(lambda: self._backend.set(key, value))

    def _try(self, call: Callable[[], Any]) -> Any:
        looking = self._down
        if looking and not self._my_turn():
            return None
        try:
            found = call()
        except Exception as error:  # noqa: BLE001  # every client has errors of its own, and all mean the same here
            if self._rests():
                log.warning("The cache does not answer; going on without it (%s: %s)", type(error).__name__, error)
            return None
        if looking:  # a call from before the failure tells nothing about now
            self._down = False
            log.warning("The cache answers again")
        return found

    def _my_turn(self) -> bool:
        """Whether the rest is over and nobody else has gone to look."""
        with self._lock:
            over = self._clock() >= self._rests_until
            if over:
                self._rests_until = self._clock() + REST_SECONDS
            return over

    def _rests(self) -> bool:
        """Begins a rest, or goes on with it; whether it is news that the backend is down."""
        with self._lock:
            news, self._down = not self._down, True
            self._rests_until = self._clock() + REST_SECONDS
            return news


def code() -> str:
    """A digest of what computes answers, so that another release does not read what this one has stored."""
    digest = hashlib.sha256()
    for path in sorted(path for room in ("analytics", "dashapp", "data") for path in (ROOT / room).rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def backend(server: Flask, settings: Settings) -> Forgiving:
    """Flask-Caching as the settings name it; JSON in, JSON out, so that nothing stored can run."""
    config = {
        "CACHE_TYPE": settings.cache,
        "CACHE_DEFAULT_TIMEOUT": HOUR,
        "CACHE_THRESHOLD": 5000,
        "CACHE_KEY_PREFIX": f"dashboard:{code()}:",
        "CACHE_SERIALIZER": JSONSerializer,
    }
    if settings.redis_url:
        config["CACHE_REDIS_URL"] = settings.redis_url + ("&" if "?" in settings.redis_url else "?") + REDIS_LIMITS
    cache = FlaskCache(server, config=config)
    return Forgiving(server.extensions["cache"][cache])
