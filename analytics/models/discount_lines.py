"""Sales lines as the discount models see them, and what was known of each before the month in which it was sold.

Every feature is made of earlier months alone. So neither a line's own discount, nor another one in the same basket,
nor anything later can leak into it; a target encoding that leaves only the line itself out would leak (docs/decisions).
"""

from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from analytics.arrays import Array, Ints, Mask, sum_by

YEAR: Final = 12  # months
FADES: Final = 0.5  # weight that recent shares keep from one month to the next
# Lines that a share is drawn towards its parent by.
STRENGTH: Final = {"item": 20.0, "product": 4.0, "store": 50.0, "customer": 10.0}
TIER: Final = 0  # column of `known`
OF_CUSTOMER: Final = 6  # its first columns tell of the customer alone


Features = npt.NDArray[np.float32]


class Lines(NamedTuple):
    """Sold lines, shape (n,) each.

    month: 0 …; customer: −1 for a guest; tier: as it stood when the line was sold, −1 where unknown; store;
    items: what was sold, from the widest group (category) to the product; price: list price of a unit [currency];
    gross, discount: of the line [currency]; weekday: 0 … 6.
    """

    month: Ints
    customer: Ints
    tier: Ints
    store: Ints
    items: tuple[Ints, ...]
    price: Array
    gross: Array
    discount: Array
    weekday: Ints

    @property
    def discounted(self) -> Mask:
        """Whether anything was taken off."""
        got: Mask = self.discount > 0
        return got

    @property
    def depth(self) -> Array:
        """Share of the list price that was taken off, 0 where nothing was."""
        share = np.divide(self.discount, self.gross, out=np.zeros_like(self.gross), where=self.gross > 0)
        return np.clip(share, 0, 1)

    @property
    def months(self) -> int:
        """Months up to the last line."""
        return int(self.month.max(initial=-1)) + 1

    def of(self, rows: Ints | Mask) -> "Lines":
        """Some of the lines."""
        chosen: dict[str, Any] = {
            name: tuple(a[rows] for a in column) if name == "items" else column[rows]
            for name, column in self._asdict().items()
        }
        return Lines(**chosen)


class _Shares:
    """Sums over earlier months by group, (5, groups + 1): lines, discounted, depth; fading ones. The last is empty."""

    def __init__(self, groups: int, strength: float) -> None:
        self.strength, self.sums = strength, np.zeros((5, groups + 1))

    def add(self, group: Ints, discounted: Array, depth: Array) -> None:
        """Takes one more month in."""
        groups = self.sums.shape[1]
        lines, hits = np.bincount(group, minlength=groups), np.bincount(group, discounted, groups)
        self.sums[3:] *= FADES
        self.sums += np.stack([lines, hits, np.bincount(group, depth, groups), lines, hits])

    def told(self, group: Ints, share: Array, depth: Array) -> tuple[Array, Array, Array, Array]:
        """Share, depth, recent share and ln lines of each one's group, drawn towards those given."""
        lines, hits, deep, late, late_hits = self.sums[:, np.minimum(group, self.sums.shape[1] - 1)]
        k = self.strength
        share = (hits + k * share) / (lines + k)
        return share, (deep + k * depth) / (lines + k), (late_hits + k * share) / (late + k), np.log1p(lines)


class Past:
    """What all lines of earlier months tell of the item groups, the stores and the products' list prices."""

    def __init__(self, lines: Lines) -> None:
        *wide, product, store = (int(group.max(initial=-1)) + 1 for group in (*lines.items, lines.store))
        self.every = _Shares(1, 10.0)
        self.groups = [
            *(_Shares(size, STRENGTH["item"]) for size in wide),
            _Shares(product, STRENGTH["product"]),
            _Shares(store, STRENGTH["store"]),
        ]
        self.prices = np.zeros((2, product + 1))  # lines, and the sum of the logarithms of their list prices

    @classmethod
    def of(cls, lines: Lines) -> "Past":
        """After the last month of the lines."""
        past = cls(lines)
        for month in range(lines.months):
            past.add(lines.of(lines.month == month))
        return past

    def add(self, lines: Lines) -> None:
        """Takes one more month in."""
        discounted, depth = lines.discounted.astype(np.float64), lines.depth
        self.every.add(np.zeros_like(lines.month), discounted, depth)
        for shares, group in zip(self.groups, (*lines.items, lines.store), strict=True):
            shares.add(group, discounted, depth)
        product, size = lines.items[-1], self.prices.shape[1]
        self.prices += np.stack([np.bincount(product, minlength=size), np.bincount(product, _log_price(lines), size)])

    def usual_price(self, lines: Lines) -> Array:
        """Mean logarithm of the list prices of each one's product; its own where there was no line."""
        count, total = self.prices[:, np.minimum(lines.items[-1], self.prices.shape[1] - 1)]
        found: Array = np.divide(total, count, out=_log_price(lines), where=count > 0)
        return found


def known(lines: Lines, rows: Ints, at: Ints, past: Past | None = None) -> Features:
    """What was known of `rows` of the lines at the start of month `at` of each: shape (rows, features), float32.

    Tier, spend of the 12 months before (logarithm), and for the customer, the item groups and the store: share of
    lines with a discount, depth over all lines, recent share, number of lines; then all lines' share, list price, that
    price against the product's usual one, and the weekday.

    past: at that month, of all lines, where `lines` are those of some customers; None where they are all.
    """
    number = _numbers(lines.customer)
    before, customers = past or Past(lines), _Shares(int(number.max(initial=0)) + 1, STRENGTH["customer"])
    found = np.zeros((len(rows), 10 + 4 * (len(lines.items) + 1)), dtype=np.float32)
    for month in range(int(at.max(initial=-1)) + 1):
        ours = np.flatnonzero(at == month)
        if len(ours):
            own = customers, number[rows[ours]]
            found[ours] = _told(lines.of(rows[ours]), before, own, _spend(lines, month))
        in_month = np.flatnonzero(lines.month == month)
        of_month = lines.of(in_month)
        customers.add(number[in_month], of_month.discounted.astype(np.float64), of_month.depth)
        if past is None:
            before.add(of_month)
    return found


def spend_before(lines: Lines, month: int) -> Array:
    """Paid by each customer in the 12 months before `month` [currency], shape (customers + 1,); guests first, 0."""
    recent = (lines.month < month) & (lines.month >= month - YEAR) & (lines.customer >= 0)
    paid = (lines.gross - lines.discount)[recent]
    return sum_by(lines.customer[recent] + 1, paid, int(lines.customer.max(initial=-1)) + 2)


def _spend(lines: Lines, month: int) -> Array:
    return np.log1p(np.maximum(spend_before(lines, month), 0))


def _numbers(customer: Ints) -> Ints:
    """Of each line's customer, from 1; 0 for guests. Some customers lie side by side: few numbers for few of them."""
    known = customer >= 0
    first = int(customer[known].min()) if known.any() else 0
    return np.where(known, customer - first + 1, 0)


def _told(ours: Lines, past: Past, customers: tuple[_Shares, Ints], spend: Array) -> Features:
    half = np.full(len(ours.month), 0.5)
    share, depth, *_rest = past.every.told(np.zeros_like(ours.month), half, half * 0.1)
    columns, inside, deep = [], share, depth
    for shares, item in zip(past.groups, ours.items, strict=False):  # each within the one before
        found = shares.told(item, inside, deep)
        inside, deep = found[:2]
        columns += [*found]
    columns += [*past.groups[-1].told(ours.store, share, depth)]
    own, number = customers
    first = [ours.tier, spend[ours.customer + 1], *own.told(number, share, depth)]
    price = _log_price(ours)
    last = [share, price, price - past.usual_price(ours), ours.weekday]
    return np.column_stack([*first, *columns, *last]).astype(np.float32)


def _log_price(lines: Lines) -> Array:
    return np.log(np.maximum(lines.price, 0.01))
