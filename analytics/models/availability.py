"""What availability does to how often customers come back: an effect within customers, its placebos, its segments.

    orders(c, m + 1) ~ Poisson(α(c) · γ(m) · exp(−δ · missed(c, m)))

with `missed` the share of the usual basket that was not to be had in month m (`missed_baskets`). Given customers and
months, what changes is supply: the assumption is that no want of one customer's own moves with the gaps of their store.
It is tried, not only told: gaps in *other* stores *after* the orders, and gaps of categories never bought from, must
show nothing when they stand beside the real one. δ is net: who comes back to buy what was missing is in it.
"""

from typing import Final, Literal, NamedTuple, TypedDict

import numpy as np
from scipy.special import chdtrc

from analytics.arrays import Array, mask
from analytics.models import two_way_poisson
from analytics.models.missed_baskets import Missed, returning
from data.said import Said, say

LEVEL: Final = 0.95
STEP: Final = 0.10  # of the usual basket, in which the effect is told
FEWEST_MONTHS: Final = 18
FEWEST_CUSTOMERS: Final = 50
FEWEST_ORDERS: Final = 500  # after a month of which a basket is known
DISTINCT: Final = 0.05  # chance of such differences between segments of equal effect; above it they are not told apart
SEGMENTS: Final = 3
Z95: Final = 1.96
LEAST: Final = 1e-9

Kind = Literal["effect", "later", "never"]


class Effect(TypedDict):
    """δ with its 95 % interval, None with the reason `why`. customers, orders, months: that it was found from."""

    kind: Kind
    delta: float | None
    low: float | None
    high: float | None
    customers: int
    orders: int
    months: int
    why: Said | None


class Segment(TypedDict):
    """The effect in one third of the customers by the share of top sellers in their usual basket, fewest first.

    share: mean of that [%]; pooled: δ drawn towards that of all as far as segments cannot be told apart.
    """

    share: float
    effect: Effect
    pooled: float


class Found(NamedTuple):
    """Effect and placebos; segments with the chance of such differences if there were none, None for no segments."""

    effects: list[Effect]
    segments: list[Segment]
    alike: float | None

    @property
    def delta(self) -> Effect:
        """The effect itself."""
        return self.effects[0]

    @property
    def distinct(self) -> bool:
        """Whether segments can be told apart."""
        return self.alike is not None and self.alike <= DISTINCT

    @property
    def detected(self) -> bool:
        """Whether its interval lies above 0 and no placebo's lies beside 0."""
        low = self.delta["low"]
        return low is not None and low > 0 and not any(_beside_zero(effect) for effect in self.effects[1:])


def change(delta: float) -> float:
    """Change of orders in the month after, where 10 points more of the usual basket were missing [%].

    >>> round(change(1.0), 1)
    -9.5
    """
    return 100 * float(np.expm1(-STEP * delta))


def availability(missed: Missed, top_share: Array) -> Found:
    """The effect over these customers; top_share: of top sellers in each one's usual basket, (customers,)."""
    why = lacking(missed)
    effect = _effect("effect", missed, why)
    placebos = [_placebo(kind, missed, why) for kind in ("later", "never")]
    if effect["delta"] is None:
        return Found([effect, *placebos], [], None)
    segments, alike = _segments(missed, top_share)
    return Found([effect, *placebos], segments, alike)


def lacking(missed: Missed) -> Said | None:
    """Why there is no number, if so."""
    months = missed.orders.shape[1]
    customers, orders = _told(missed)
    checks: tuple[tuple[bool, Said], ...] = (
        (
            months < FEWEST_MONTHS,
            say("No effect: it needs {least} months, and there are {n}.", least=FEWEST_MONTHS, n=months),
        ),
        (
            customers < FEWEST_CUSTOMERS,
            say(
                "No effect: it needs {least} customers who came back, and there are {n}.",
                least=FEWEST_CUSTOMERS,
                n=customers,
            ),
        ),
        (
            orders < FEWEST_ORDERS,
            say(
                "No effect: it needs {least} orders of returning customers, and there are {n}.",
                least=FEWEST_ORDERS,
                n=orders,
            ),
        ),
        (
            not missed.usual[missed.known].any(),
            say("No effect: no customer ever missed anything, as no shelf of theirs was found empty."),
        ),
    )
    return next((why for lacks, why in checks if lacks), None)


def _told(missed: Missed) -> tuple[int, int]:
    """Customers with orders after a known month, and these orders."""
    orders = np.where(missed.known[:, :-1], missed.orders[:, 1:], 0)
    return int((orders.sum(axis=1) > 0).sum()), int(orders.sum())


def _effect(kind: Kind, missed: Missed, why: Said | None) -> Effect:
    found = None if why else two_way_poisson.fit(returning(missed))
    return _as_effect(kind, missed, found, 0, why)


def _placebo(kind: Kind, missed: Missed, why: Said | None) -> Effect:
    """A placebo beside the real one; without its last months where the placebo lies in the future."""
    other = missed.later if kind == "later" else missed.never
    found = None if why else two_way_poisson.fit(returning(missed, other))
    return _as_effect(kind, missed, found, 1, why)


def _as_effect(
    kind: Kind, missed: Missed, found: two_way_poisson.Fit | None, regressor: int, why: Said | None
) -> Effect:
    customers, orders = _told(missed)
    if found is None:
        why = why or say("No effect: what was missed never changes within customers and months.")
        return Effect(kind=kind, delta=None, low=None, high=None, customers=customers, orders=orders, months=0, why=why)
    low, high = found.interval(LEVEL, regressor)
    return Effect(
        kind=kind,
        delta=round(-float(found.beta[regressor]), 4),
        low=round(-high, 4),
        high=round(-low, 4),
        customers=int(found.panel.told.any(axis=1).sum()),
        orders=int(found.panel.counts.sum()),
        months=int(found.panel.told.any(axis=0).sum()),
        why=None,
    )


def _segments(missed: Missed, top_share: Array) -> tuple[list[Segment], float | None]:
    """Thirds of the customers by their share of top sellers, or none where a third shows nothing."""
    known = np.flatnonzero(missed.known.any(axis=1))
    thirds = np.array_split(known[np.argsort(top_share[known], kind="stable")], SEGMENTS)
    fits = [two_way_poisson.fit(returning(missed, customers=mask(len(top_share), third))) for third in thirds]
    told = [found for found in fits if found is not None]
    if len(told) < SEGMENTS:
        return [], None
    effects = [_as_effect("effect", missed, found, 0, None) for found in told]
    delta, low, high = (np.array([e[name] for e in effects], dtype=np.float64) for name in ("delta", "low", "high"))
    pooled, alike = partially_pooled(delta, np.maximum((high - low) / (2 * Z95), LEAST))
    segments = [
        Segment(share=round(100 * float(top_share[third].mean()), 1), effect=e, pooled=round(float(value), 4))
        for third, e, value in zip(thirds, effects, pooled, strict=True)
    ]
    return segments, round(alike, 4)


def partially_pooled(values: Array, errors: Array) -> tuple[Array, float]:
    """Values drawn towards their common mean, and the chance of such differences if all were one.

    DerSimonian & Laird (1986): the variance between is what Cochran's Q leaves beyond chance.

    >>> import numpy as np
    >>> pooled, alike = partially_pooled(np.array([1.0, 1.2]), np.array([0.5, 0.5]))
    >>> pooled.round(2).tolist(), round(alike, 2)
    ([1.1, 1.1], 0.78)
    """
    weight = 1 / errors**2
    mean = float((weight * values).sum() / weight.sum())
    q = float((weight * (values - mean) ** 2).sum())
    spare = len(values) - 1
    between = max(0.0, (q - spare) / float(weight.sum() - (weight**2).sum() / weight.sum()))
    common = 1 / (between + errors**2)
    middle = float((common * values).sum() / common.sum())
    drawn: Array = middle + (values - middle) * between / (between + errors**2)
    return drawn, float(chdtrc(spare, q))


def _beside_zero(effect: Effect) -> bool:
    low, high = effect["low"], effect["high"]
    return low is not None and high is not None and not low <= 0 <= high
