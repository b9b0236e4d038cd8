"""What a role allows. Rights come from the account alone; a request can only ask for less."""

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from data.said import Said, SaidError, say


class Role(StrEnum):
    """What somebody is here for."""

    ADMIN = "admin"
    ANALYST = "analyst"
    CHAIN_MANAGER = "chain_manager"
    STORE_MANAGER = "store_manager"


NAMES: Final[dict[Role, Said]] = {
    Role.ADMIN: say("Administrator"),
    Role.ANALYST: say("Analyst"),
    Role.CHAIN_MANAGER: say("Chain manager"),
    Role.STORE_MANAGER: say("Store manager"),
}


class BadRights(SaidError, ValueError):
    """Rights that nobody can have: a store manager of no store, say."""


@dataclass(frozen=True, slots=True)
class Rights:
    """One account's rights. chains, stores: names and ids it may see, None for all of them.

    personal: customers by name, and pages of single customers. Raises BadRights for what a role cannot have.
    """

    role: Role
    chains: frozenset[str] | None = None
    stores: frozenset[str] | None = None
    personal: bool = False

    def __post_init__(self) -> None:
        if self.role is Role.ADMIN and (self.chains is not None or self.stores is not None):
            raise BadRights(say("An administrator sees every chain and store."))
        if self.role is Role.CHAIN_MANAGER and not self.chains:
            raise BadRights(say("A chain manager needs one chain or more."))
        if self.role is Role.STORE_MANAGER and not self.stores:
            raise BadRights(say("A store manager needs one store or more."))
        if self.stores is not None and self.role is not Role.STORE_MANAGER:
            raise BadRights(say("Only a store manager is tied to stores; tie others to chains."))

    @property
    def places(self) -> list[str]:
        """Chains, then stores, each in order; none where all may be seen."""
        return sorted(self.chains or ()) + sorted(self.stores or ())

    @property
    def key(self) -> str:
        """The same for the same rights, and for no others: 64 characters."""
        sees = [None if ids is None else sorted(ids) for ids in (self.chains, self.stores)]
        return hashlib.sha256(json.dumps([self.role, *sees, self.personal]).encode()).hexdigest()

    @property
    def administers(self) -> bool:
        """Whether accounts, data and the book of events are theirs to look after."""
        return self.role is Role.ADMIN
