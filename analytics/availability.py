"""What availability of top sellers is worth to customers, as a version tells it.

Fitted in the refresh (analytics.availability_fit) and read by requests: arrays `availability.<name>.npy`, and
`availability.json` with the effect, its placebos and the test of the ranking.
"""

from dataclasses import dataclass
from typing import Any, Final

from analytics.arrays import Column
from analytics.models.availability import Found
from analytics.models.ranking_test import RankingTest
from analytics.published import ArrayOf, Published
from data.said import Said, say
from data.version import Version

PUBLISHED: Final = Published(
    "availability", say("No ranking: these data were loaded by an earlier release. Load them again."), edition=2
)
CUSTOMERS: Final = (
    "customer",
    "store",
    "expected",
    "unserved",
    "gain",
    "low",
    "high",
    "product",
    "usual",
    "share",
)
SHELVES: Final = ("by_shelf", "by_store", "by_product", "lost_share", "empty_months")
STORES: Final = ("missed", "orders")


@dataclass(frozen=True, slots=True)
class Availability:
    """Customers who would spend more next quarter if top sellers never ran out, ranked; one entry each, shape (n,).

    store: their usual one; expected: spend of the quarter [currency]; unserved: share of the top sellers that they want
    that was not served in the last year [-]; gain, low, high: what they would spend more [currency]; product: (n, 3)
    that cost most; usual: (n, 8) products of their usual basket and share of each in it [-]; −1 for none.
    by_shelf: gain of its customers [currency], lost_share: units not served ÷ wanted [-], empty_months: of the last
    year, closed at zero; (stores, products) each. by_store: gain, (stores, categories); by_product: gain, and customers
    of the stores with some, (2, chains, products). orders: of the last year by those of each store's customers who were
    learned from, and missed: Σ of the share of the usual basket that was missing in the months of these; (stores,)
    each. months: of that year; ranks: whether customers are told apart by the effect, too; test: of the ranking.
    """

    customer: Column
    store: Column
    expected: Column
    unserved: Column
    gain: Column
    low: Column
    high: Column
    product: Column
    usual: Column
    share: Column
    by_shelf: Column
    lost_share: Column
    empty_months: Column
    by_store: Column
    by_product: Column
    missed: Column
    orders: Column
    months: int
    found: Found
    ranks: bool
    test: RankingTest | Said

    @classmethod
    def of(cls, version: Version) -> "Availability | Said":
        """What a version tells, or why it tells nothing."""
        taken = PUBLISHED.take(version)
        return cls._read(*taken) if isinstance(taken, tuple) else taken

    @classmethod
    def _read(cls, array: ArrayOf, found: dict[str, Any]) -> "Availability":
        test = found["test"]
        return cls(
            **{name: array(name) for name in (*CUSTOMERS, *SHELVES, *STORES)},
            months=found["months"],
            found=Found(found["effects"], found["segments"], found["alike"]),
            ranks=found["ranks"],
            test=RankingTest(**test) if "autoc" in test else test,
        )
