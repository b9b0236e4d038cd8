"""What one request may see: the newest published version, within the rights of who asks."""

import logging
import math
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final, Protocol, cast

from flask import Flask, current_app, g

from analytics.cache import Cache
from analytics.cube import Cube
from analytics.filters import Scope
from analytics.queries import View
from dashapp.accounts.gate import account
from dashapp.accounts.rights import BadRights, Rights, Role
from dashapp.settings import Settings
from data.said import say
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

    def view(self, rights: Rights, seen: object = None) -> View:
        """A view of the newest version within rights; raises NoData while there is none. seen: as for `newest`."""
        return self._within(rights, self.newest(seen))

    def view_on(self, version: Version, rights: Rights) -> View:
        """A view of any version, such as one that waits to be published. Raises WarehouseError."""
        return self._within(rights, self._open(version))

    def _within(self, rights: Rights, cube: Cube) -> View:
        return View(cube, scope(rights, cube), self._cache)

    def newest(self, seen: object = None) -> Cube:
        """The newest version, whoever asks; raises NoData while there is none.

        seen: the version that the page shows. If it is not the one in use, another process has noticed a newer one.
        """
        cube = self._newest(seen)
        if cube is None:
            raise NoData
        return cube

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
    """What may be seen by who asks; raises NoData. `seen`: the version that their page shows."""
    if "view" not in g:
        g.view = _access().view(account().rights, seen)
    return cast(View, g.view)


def view_for(rights: Rights, version: str) -> View:
    """What somebody with these rights may see, when it is not they who ask. Raises NoData. version: published just now,
    perhaps; the newest is looked for if another one is in use.
    """
    return _access().view(rights, version)


def view_on(version: Version) -> View:
    """What may be seen of any version by who asks; raises WarehouseError for one that cannot be read."""
    return _access().view_on(version, account().rights)


def newest() -> Cube:
    """The newest version, whoever asks; for what is nobody's, never for an answer about data. Raises NoData."""
    return _access().newest()


def rights_of(role: str, chains: Iterable[str], stores: Iterable[str], personal: bool) -> Rights:
    """Rights as somebody hands them out, no chains or stores for all of them.

    Raises BadRights for what a role cannot have, and for places that the newest version does not have, if there is one.
    """
    rights = Rights(Role(role), frozenset(chains) or None, frozenset(stores) or None, personal)
    try:
        cube = newest()
    except NoData:
        return rights
    known = {*cube.chains.tolist()}, {*cube.store_ids.tolist()}
    unknown = sorted((rights.chains or set()) - known[0]) + sorted((rights.stores or set()) - known[1])
    if unknown:
        raise BadRights(say("The data have no chain or store {names}.", names=", ".join(unknown)))
    return rights


def scope(rights: Rights, cube: Cube) -> Scope:
    """What rights let be seen of a version: the stores of the chains, or those named, with personal data or without."""
    if rights.chains is None and rights.stores is None:
        return Scope(personal=rights.personal)
    chain_of = cube.chains[cube.chain_of].tolist()
    seen = (
        store
        for store, chain in zip(cube.store_ids.tolist(), chain_of, strict=True)
        if (rights.chains is None or chain in rights.chains) and (rights.stores is None or store in rights.stores)
    )
    return Scope.of(seen, rights.personal)


def _access() -> Access:
    """That of the application being asked."""
    return cast(Access, current_app.extensions[EXTENSION])


def _cube(version: Version, settings: Settings) -> Cube:
    if settings.currency:
        version = replace(version, manifest=replace(version.manifest, currency=settings.currency))
    return Cube.open(version, settings.fiscal_year_start)
