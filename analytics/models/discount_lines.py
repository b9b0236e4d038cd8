"""Sales lines as the discount models see them, and what was known of each before the month in which it was sold.

Every feature is made of earlier months alone. So neither a line's own discount, nor another one in the same basket,
nor anything later can leak into it; a target encoding that leaves only the line itself out would leak (docs/decisions).
"""

from collections.abc import Sequence
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


class _Running:
    """Sums over earlier months of one grouping, shape (groups,) each: lines, discounted, depth; fading ones."""

    def __init__(self, group: Ints, strength: float) -> None:
        self.group, self.strength = group, strength
        self.sums = np.zeros((5, int(group.max(initial=0)) + 1))

    def add(self, rows: Ints, discounted: Array, depth: Array) -> None:
        """Takes one more month in."""
        groups = self.sums.shape[1]
        of = self.group[rows]
        lines, hits = np.bincount(of, minlength=groups), np.bincount(of, discounted[rows], groups)
        self.sums[3:] *= FADES
        self.sums += np.stack([lines, hits, np.bincount(of, depth[rows], groups), lines, hits])

    def told(self, rows: Ints, share: Array, depth: Array) -> tuple[Array, Array, Array, Array]:
        """Share, depth, recent share and ln lines of the groups of rows, drawn towards those given."""
        lines, hits, deep, late, late_hits = self.sums[:, self.group[rows]]
        k = self.strength
        share = (hits + k * share) / (lines + k)
        return share, (deep + k * depth) / (lines + k), (late_hits + k * share) / (late + k), np.log1p(lines)


def known(lines: Lines, rows: Ints, at: Ints) -> Features:
    """What was known of `rows` of the lines at the start of month `at` of each: shape (rows, features), float32.

    Tier, spend of the 12 months before (logarithm), and for the customer, the item groups and the store: share of
    lines with a discount, depth over all lines, recent share, number of lines; then all lines' share, list price, that
    price against the product's usual one, and the weekday.
    """
    running, prices = _groupings(lines), _Prices(lines)
    discounted, depth = lines.discounted.astype(np.float64), lines.depth
    found = np.zeros((len(rows), 10 + 4 * (len(lines.items) + 1)), dtype=np.float32)
    for month in range(lines.months + 1):
        ours = np.flatnonzero(at == month)
        if len(ours):
            found[ours] = _told(lines, rows[ours], running, prices, _spend(lines, month))
        of_month = np.flatnonzero(lines.month == month)
        for grouping in running:
            grouping.add(of_month, discounted, depth)
        prices.add(of_month)
    return found


def spend_before(lines: Lines, month: int) -> Array:
    """Paid by each customer in the 12 months before `month` [currency], shape (customers + 1,); guests first, 0."""
    recent = (lines.month < month) & (lines.month >= month - YEAR) & (lines.customer >= 0)
    paid = (lines.gross - lines.discount)[recent]
    return sum_by(lines.customer[recent] + 1, paid, int(lines.customer.max(initial=-1)) + 2)


def _spend(lines: Lines, month: int) -> Array:
    return np.log1p(np.maximum(spend_before(lines, month), 0))


def _groupings(lines: Lines) -> list[_Running]:
    """All lines, the item groups, the store, the customer."""
    *wide, product = lines.items
    return [
        _Running(np.zeros_like(lines.month), 10.0),
        *(_Running(item, STRENGTH["item"]) for item in wide),
        _Running(product, STRENGTH["product"]),
        _Running(lines.store, STRENGTH["store"]),
        _Running(lines.customer + 1, STRENGTH["customer"]),
    ]


def _told(lines: Lines, rows: Ints, running: Sequence[_Running], prices: "_Prices", spend: Array) -> Features:
    half = np.full(len(rows), 0.5)
    share, depth, *_rest = running[0].told(rows, half, half * 0.1)
    columns, inside, deep = [], share, depth
    for number, grouping in enumerate(running[1:]):
        nested = number < len(lines.items)
        found = grouping.told(rows, inside if nested else share, deep if nested else depth)
        inside, deep = found[:2]
        columns += [*found]
    customer = columns[-4:]
    first = [lines.tier[rows], spend[lines.customer[rows] + 1], *customer]
    price = np.log(np.maximum(lines.price[rows], 0.01))
    last = [share, price, price - prices.usual(rows, price), lines.weekday[rows]]
    return np.column_stack([*first, *columns[:-4], *last]).astype(np.float32)


class _Prices:
    """The usual list price of each product: mean logarithm over earlier months."""

    def __init__(self, lines: Lines) -> None:
        self.product = lines.items[-1]
        self.log = np.log(np.maximum(lines.price, 0.01))
        self.sums = np.zeros((2, int(self.product.max(initial=0)) + 1))

    def add(self, rows: Ints) -> None:
        """Takes one more month in."""
        of, size = self.product[rows], self.sums.shape[1]
        self.sums += np.stack([np.bincount(of, minlength=size), np.bincount(of, self.log[rows], size)])

    def usual(self, rows: Ints, unknown: Array) -> Array:
        """Logarithm of the usual price; `unknown` where there was no line."""
        lines, total = self.sums[:, self.product[rows]]
        found: Array = np.divide(total, lines, out=unknown.copy(), where=lines > 0)
        return found
