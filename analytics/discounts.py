"""What a version tells of discounts: who will likely receive them, how good that is, and whether they move purchases.

Fitted in the refresh (analytics.discount_fit). Requests read `discounts.json` and the arrays `discounts.<name>.npy`,
mapped into memory.
"""

from dataclasses import dataclass
from typing import Any, Final, TypedDict

import numpy as np

from analytics.arrays import Column
from analytics.models.discount_outlook import Sums
from analytics.models.discount_response import Response
from analytics.published import ArrayOf, Published
from data.said import Said, say
from data.version import Version

PLACES: Final = ("customer", "store", "category")
PUBLISHED: Final = Published(
    "discounts", say("No prediction: these data were loaded by an earlier release. Load them again.")
)


class Score(TypedDict):
    """How one model or rule did in the months judged; shares [-]."""

    name: str
    accuracy: float
    balanced: float
    auc: float | None
    log_loss: float
    ece: float
    n: int


class Bin(TypedDict):
    """Lines of which a like chance was stated: its mean, the share with a discount, 95 % interval [-], lines."""

    stated: float
    happened: float
    low: float
    high: float
    n: int


class OddsRatio(TypedDict):
    """One odds ratio of the reference with its 95 % interval. name: "tier", "spend" or "promotion"; tier: of the first.

    spend: of twice (spend + scale).
    """

    name: str
    tier: str
    ratio: float
    low: float
    high: float


class Found(TypedDict):
    """What was published beside the arrays; months are indexes.

    tiers: lowest spend first, none where the files tell none; judged: first month of the test; whole: months that are
    over, so that the outlook starts there. chosen: what the outlook uses; deep: whether depth is a model's.
    depth_error, plain_depth_error: mean size of the error of a line's discount, by what is used and by the tier's
    chance and depth [-]; depth_r2: of the former [-]. quarter: the last quarter foretold at its start; at_tier_rate:
    True where that lost to the tier's rate, which stands in. scale: of spend [currency]; promoted: share of category ×
    months taken to be on promotion [-]; drift: see discount_outlook.drift.
    """

    tiers: list[str]
    judged: int
    whole: int
    chosen: str
    deep: bool
    scores: list[Score]
    reliability: list[Bin]
    depth_error: float
    plain_depth_error: float
    depth_r2: float | None
    quarter: dict[str, Any] | None
    at_tier_rate: bool
    odds: list[OddsRatio]
    odds_n: int
    scale: float
    promoted: float | None
    drift: float
    responses: list[Response]


@dataclass(frozen=True, slots=True)
class Discounts:
    """The predictions of a version: sums of a year's basket by customer × store × category, shape (rows,) each.

    Rows of a customer lie side by side, customers from 0 up.
    """

    customer: Column
    store: Column
    category: Column
    sums: Sums
    found: Found

    @classmethod
    def of(cls, version: Version) -> "Discounts | Said":
        """The predictions of a version, or why it has none."""
        taken = PUBLISHED.take(version)
        return cls._read(*taken) if isinstance(taken, tuple) else taken

    @classmethod
    def _read(cls, array: ArrayOf, found: Any) -> "Discounts":
        customer, store, category = (np.asarray(array(name)) for name in PLACES)
        return cls(customer, store, category, Sums(*(array(name) for name in Sums._fields)), found)
