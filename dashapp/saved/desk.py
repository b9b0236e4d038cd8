"""Saved views as who asks finds them: within their rights, whoever saved them."""

import re
from dataclasses import dataclass, replace
from typing import Final, cast

from flask import Flask, current_app
from sqlalchemy import Engine

from analytics.queries import choices
from dashapp.access import NoData, current_view
from dashapp.accounts.accounts import Refused
from dashapp.accounts.gate import account
from dashapp.saved.address import Address, Addresses, narrowed
from dashapp.saved.views import NONE, Kept, Reader, SavedViews, Sharing
from data.said import say

EXTENSION: Final = "dashboard-saved"
PATH: Final = "/view/"  # and the number of a view: a link that leads each reader to what they may see of it


@dataclass(frozen=True, slots=True)
class Shown:
    """A saved view, and what of it who asks may see."""

    kept: Kept
    address: Address


@dataclass(frozen=True, slots=True)
class Desk:
    """The saved views of an application."""

    views: SavedViews
    addresses: Addresses

    def save(self, key: str, name: str, address: object, sharing: Sharing) -> int:
        """Keeps an address of who asks; its number. Raises Refused, and BadRequest or BadFilters for a bad address."""
        read = self.addresses.read(address)
        if read.personal and sharing.shared:
            raise Refused(say("Pages of single customers are not shared. Save it for yourself only."))
        return self.views.save(reader(), key, name, str(read), sharing)

    def all(self) -> list[Shown]:
        """Every view that who asks may open, and their own deleted ones."""
        return [shown for kept in self.views.all(reader()) for shown in self._shown(kept)]

    def one(self, id: int) -> Shown:
        """One of these; raises Refused."""
        for shown in self._shown(self.views.one(reader(), id)):
            return shown
        raise Refused(NONE)

    def change(self, id: int, name: str, sharing: Sharing) -> None:
        """Another name, or shared with others; raises Refused."""
        if self.one(id).address.personal and sharing.shared:
            raise Refused(say("Pages of single customers are not shared. Save it for yourself only."))
        self.views.change(reader(), id, name, sharing)

    def lead(self, path: str) -> str:
        """Where "/" leads who has a view to start with, and a link to a view; "" for nowhere."""
        try:
            if path == "/":
                start = self.views.start(reader())
                return str(self._shown(start)[0].address) if start and self._shown(start) else ""
            named = re.fullmatch(rf"{PATH}([1-9][0-9]{{0,8}})", path)
            return str(self.one(int(named[1])).address) if named else ""
        except (NoData, Refused):
            return ""

    def _shown(self, kept: Kept) -> list[Shown]:
        """It within the rights of who asks; nothing if it is of a store or a customer that is not theirs."""
        view, saved = current_view(), self.addresses.recalled(kept.address)
        address = narrowed(saved, choices(view), view.scope.personal) if saved else None
        return [Shown(replace(kept, address=str(address)), address)] if address else []


def install(server: Flask, engine: Engine, addresses: Addresses) -> Desk:
    """Gives an application its saved views."""
    found = server.extensions[EXTENSION] = Desk(SavedViews(engine), addresses)
    return found


def desk() -> Desk:
    """That of the application being asked."""
    return cast(Desk, current_app.extensions[EXTENSION])


def reader() -> Reader:
    """Who asks, with the chains of which they may see a store."""
    who, view = account(), current_view()
    unlimited = who.rights.chains is None and who.rights.stores is None
    return Reader(who.id, None if unlimited else frozenset(choices(view)["chains"]))
