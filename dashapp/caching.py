"""The cache behind `analytics.cache.Cache`, such that a cache which is down only costs time."""

import logging
import time
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode

from cachelib.serializers import JSONSerializer
from flask import Flask
from flask_caching import Cache as FlaskCache

from analytics.cache import Backend
from dashapp.settings import Settings

REST_SECONDS: Final = 10.0
HOUR: Final = 3600
REDIS_LIMITS: Final = urlencode({"socket_timeout": 0.3, "socket_connect_timeout": 0.3})
log = logging.getLogger(__name__)


class Forgiving:
    """A backend whose failures are misses. After one it is left alone for ten seconds, so nobody waits for it."""

    def __init__(self, backend: Backend, clock: Callable[[], float] = time.monotonic) -> None:
        self._backend = backend
        self._clock = clock
        self._rests_until = clock()

    @property
    def ok(self) -> bool:
        """False while the backend rests after a failure."""
        return self._clock() >= self._rests_until

    def get(self, key: str) -> Any:
        """The stored text, or None."""
        return self._try(lambda: self._backend.get(key))

    def set(self, key: str, value: Any) -> Any:
        """Stores a text under a key, if it can."""
        return self._try(lambda: self._backend.set(key, value))

    def _try(self, call: Callable[[], Any]) -> Any:
        if not self.ok:
            return None
        try:
            return call()
        except Exception:  # every client library has errors of its own, and all mean the same here
            self._rests_until = self._clock() + REST_SECONDS
            log.warning("The cache does not answer; going on without it for %d s", REST_SECONDS, exc_info=True)
            return None


def backend(server: Flask, settings: Settings) -> Forgiving:
    """Flask-Caching as the settings name it; JSON in, JSON out, so that nothing stored can run."""
    config = {
        "CACHE_TYPE": settings.cache,
        "CACHE_DEFAULT_TIMEOUT": HOUR,
        "CACHE_THRESHOLD": 5000,
        "CACHE_KEY_PREFIX": "dashboard:",
        "CACHE_SERIALIZER": JSONSerializer,
    }
    if settings.redis_url:
        config["CACHE_REDIS_URL"] = settings.redis_url + ("&" if "?" in settings.redis_url else "?") + REDIS_LIMITS
    cache = FlaskCache(server, config=config)
    return Forgiving(server.extensions["cache"][cache])
