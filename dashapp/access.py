"""What one request may see: the newest published version, within the rights of who asks."""

import logging
import math
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final, Protocol, cast

from flask import Flask, current_app, g

from analytics.cache import Cache
from analytics.cube import Cube
from analytics.filters import Scope
from analytics.queries import View
from dashapp.settings import Settings
from data.version import WarehouseError
from data.warehouse import Version, Warehouse

LOOK_EVERY_SECONDS: Final = 1.0
TRUSTED_SECONDS: Final = 5.0  # without a look, such as in a worker forked long after the data were opened
EXTENSION: Final = "dashboard-access"
log = logging.getLogger(__name__)


class NoData(LookupError):
    """Nothing has been published yet."""


class Source(Protocol):
    """Where versions come from; a `Warehouse` is one."""

    def current(self) -> Version | None:
        """The newest published version."""


class Access:
    """Hands out views of the newest version. A newly published one is noticed by the next request a second later.

    A request keeps the view it got first, so no answer mixes two versions.
    """

    def __init__(
        self,
        source: Source,
        cache: Cache,
        open_version: Callable[[Version], Cube],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._source = source
        self._cache = cache
        self._open = open_version
        self._clock = clock
        self._lock = threading.Lock()
        self._cube: Cube | None = None
        self._looked_at = -math.inf

    def view(self, seen: object = None) -> View:
        """A view of the newest version; raises NoData while there is none.

        seen: the version that the page shows. If it is not the one in use, another process has noticed a newer one.
        """
        cube = self._newest(seen)
        if cube is None:
            raise NoData
        return View(cube, Scope(), self._cache)

    def _newest(self, seen: object) -> Cube | None:
        """The newest cube. One thread looks; the others go on with what they have, or wait if it may be outdated."""
        if self._stale(seen) and self._lock.acquire(blocking=self._stale(seen, TRUSTED_SECONDS)):
            try:
                if self._stale(seen):
                    self._look()
                    self._looked_at = self._clock()
            finally:
                self._lock.release()
        return self._cube

    def _stale(self, seen: object, seconds: float = LOOK_EVERY_SECONDS) -> bool:
        other = seen is not None and self._cube is not None and seen != self._cube.version.id
        return other or self._clock() - self._looked_at >= seconds

    def _look(self) -> None:
        try:
            version = self._source.current()
            if version is not None and (self._cube is None or version.id != self._cube.version.id):
                self._cube = self._open(version)
        except WarehouseError as error:
            log.error("%s Until then the one before stays in use.", error)
        except (OSError, ValueError):
            log.exception("The newest version cannot be opened; the one before stays in use")


def install(server: Flask, settings: Settings, cache: Cache) -> None:
    """Gives an application its access to the warehouse that the settings name."""
    warehouse = Warehouse(settings.warehouse_dir)
    server.extensions[EXTENSION] = Access(warehouse, cache, lambda version: _cube(version, settings))


def current_view(seen: object = None) -> View:
    """The view of the request being answered; raises NoData. `seen`: the version that its page shows."""
    if "view" not in g:
        g.view = current_app.extensions[EXTENSION].view(seen)
    return cast(View, g.view)


def _cube(version: Version, settings: Settings) -> Cube:
    if settings.currency:
        version = replace(version, manifest=replace(version.manifest, currency=settings.currency))
    return Cube.open(version, settings.fiscal_year_start)
