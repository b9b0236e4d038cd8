"""Why an amount changed: split over the factors whose product it is, with nothing left over."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from analytics.arrays import Array, Mask
from data.said import Said, say

# Parts of a change in the order of a waterfall; the last three take whole changes that no factors explain.
PARTS: Final[dict[str, Said]] = {
    "customers": say("Customers"),
    "orders_per_customer": say("Orders per customer"),
    "guest_orders": say("Guest orders"),
    "orders": say("Orders"),
    "units_per_order": say("Units per order"),
    "units": say("Units sold"),
    "price": say("Price and mix"),
    "discount": say("Discount"),
    "new": say("New business"),
    "gone": say("Lost business"),
    "unsplit": say("Cannot be split"),
}
WHOLE: Final = ("new", "gone", "unsplit")


@dataclass(frozen=True, slots=True)
class Chain:
    """An amount as a product of factors, before and after, for any number of groups.

    parts: the name of each factor. before, after: shape (factors, groups), the running products of the factors: for
    customers × orders per customer × … the rows are customers, orders, …, and last the amount itself.
    """

    parts: tuple[str, ...]
    before: Array
    after: Array


def log_mean(a: Array, b: Array) -> Array:
    """The logarithmic mean of positive numbers, (a − b) ÷ (ln a − ln b), and a where they are equal.

    >>> log_mean(np.array([4.0, 3.0]), np.array([1.0, 3.0])).round(3).tolist()
    [2.164, 3.0]
    """
    x = np.log(a / b)
    growth = np.divide(np.expm1(x), x, out=np.ones_like(x), where=x != 0)  # keeps its digits where a is close to b
    mean: Array = b * growth
    return mean


def split(chain: Chain) -> dict[str, Array]:
    """What each part contributes to the change of the amount, in its unit; shape (groups,) each.

    Factor k: L(N₁, N₀)·ln(xₖ₁ ÷ xₖ₀), L the logarithmic mean: LMDI-I, additive (Ang 2005, Energy Policy 33, 867–871).
    The order of the factors does not matter, and the parts of a group add up to its change. That needs every running
    product above 0 on both sides. Where one is not, the change is one part: "new" if nothing at all was there before,
    "gone" if nothing is there after, else "unsplit".
    """
    before, after = chain.before, chain.after
    factored: Mask = np.all((before > 0) & (after > 0), axis=0)
    new, gone = ~before.any(axis=0), ~after.any(axis=0)
    start, end = np.where(factored, before, 1.0), np.where(factored, after, 1.0)  # ln 1 = 0: no part
    factors = np.diff(np.log(end / start), axis=0, prepend=0)
    found: dict[str, Array] = dict(zip(chain.parts, log_mean(end[-1], start[-1]) * factors, strict=True))
    change = after[-1] - before[-1]
    found["new"] = np.where(new, change, 0.0)
    found["gone"] = np.where(gone, change, 0.0)
    found["unsplit"] = np.where(factored | new | gone, 0.0, change)
    return found


def added(splits: Iterable[dict[str, Array]]) -> dict[str, Array]:
    """The parts of an amount that is a sum of chains: those of one name added up, in the order of PARTS."""
    found: dict[str, Array] = {}
    for parts in splits:
        for name, amount in parts.items():
            found[name] = found[name] + amount if name in found else amount
    return {name: found[name] for name in PARTS if name in found}
