"""What each customer usually buys, and how much of it was not to be had at their store.

The usual basket of a customer is the mixture that a line of theirs is drawn from: their own products as far as they
have been seen, else their categories, else what their store's customers want,

    θ(c, k) = (lines(c, k) + κ·π(k)) ÷ (lines(c) + κ)
    w(c, p) = (lines(c, p) + τ·θ(c, k)·π(p | k, store)) ÷ (lines(c) + τ)

with π the shares of demand (`demand`). κ and τ are those that make the last third of the lines likeliest, given those
before: Dirichlet priors by empirical Bayes. Of a month, only what was bought before it is used, and only the store that
was ordered from most until then: nothing that a customer does in a month enters what they are said to have missed.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np

from analytics.arrays import Array, Ints, Mask, rows_between, sum_by

CATEGORY_STRENGTHS: Final = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 100.0)  # lines
PRODUCT_STRENGTHS: Final = (0.5, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 3000.0)
LEARNED: Final = 2 / 3  # of the months, by which the strengths are judged on the others
LEAST: Final = 1e-9


class Bought(NamedTuple):
    """Lines sold to known customers, shape (lines,) each, numbered from 0 and in any order."""

    customer: Ints
    store: Ints
    product: Ints
    month: Ints
    order: Ints


class Wanted(NamedTuple):
    """Units wanted of store × product. demand: (stores, products), over all months; category: (products,) number."""

    demand: Array
    category: Ints


class Strengths(NamedTuple):
    """κ and τ: as many lines as a category's and a product's prior are worth."""

    category: float
    product: float


class Pairs(NamedTuple):
    """Who bought what at least once: customer and product, (pairs,), and the pair of each line, (lines,).

    They come by customer; first: of each customer, (customers + 1,).
    """

    customer: Ints
    product: Ints
    of_line: Ints
    first: Ints


@dataclass(frozen=True)
class Tastes:
    """The priors of all customers. customers: how many; category shares and shares within a category of each store."""

    bought: Bought
    customers: int
    wanted: Wanted

    def of(self, customers: Ints) -> "Tastes":
        """Of some customers, numbered anew in their order."""
        number = np.full(self.customers, -1)
        number[customers] = np.arange(len(customers))
        mine = number[self.bought.customer] >= 0
        lines = Bought(*(column[mine] for column in self.bought))
        return Tastes(lines._replace(customer=number[lines.customer]), len(customers), self.wanted)

    @cached_property
    def categories(self) -> int:
        """How many there are."""
        return int(self.wanted.category.max()) + 1

    @cached_property
    def share(self) -> Array:
        """π(k) [-], shape (categories,)."""
        by_category = sum_by(self.wanted.category, self.wanted.demand.sum(axis=0), self.categories)
        share: Array = by_category / max(float(by_category.sum()), LEAST)
        return share

    @cached_property
    def within(self) -> Array:
        """π(p | k, store) [-], shape (stores, products); of all stores where a store wants nothing of a category."""
        demand, everywhere = self.wanted.demand, self.wanted.demand.sum(axis=0)
        total, all_total = self.by_category(demand), self.by_category(everywhere[None])
        own = np.divide(demand, total, out=np.zeros_like(demand), where=total > 0)
        common = np.divide(everywhere, all_total[0], out=np.zeros_like(everywhere), where=all_total[0] > 0)
        within: Array = np.where(total > 0, own, common)
        return within

    def by_category(self, values: Array) -> Array:
        """Σ over each product's category, shape (rows, products)."""
        summed: Array = (values @ self.member)[:, self.wanted.category]
        return summed

    @cached_property
    def member(self) -> Array:
        """1 where the product belongs to the category, shape (products, categories)."""
        belongs: Mask = self.wanted.category[:, None] == np.arange(self.categories)
        return belongs.astype(np.float64)

    @cached_property
    def pairs(self) -> Pairs:
        """Customer × product, in the order of their numbers."""
        products = len(self.wanted.category)
        key, of_line = np.unique(self.bought.customer * products + self.bought.product, return_inverse=True)
        customer, product = np.divmod(key, products)
        return Pairs(customer, product, of_line, np.searchsorted(customer, np.arange(self.customers + 1)))

    @cached_property
    def strengths(self) -> Strengths:
        """The likeliest of each, one after the other."""
        bought, category = self.bought, self.wanted.category[self.bought.product]
        split = int(LEARNED * (int(bought.month.max(initial=0)) + 1))
        before = bought.month < split
        lines = np.bincount(bought.customer[before], minlength=self.customers)
        judged = np.flatnonzero(~before & (lines[bought.customer] > 0))
        who, what = bought.customer[judged], category[judged]
        key = bought.customer * self.categories + category
        seen = np.bincount(key[before], minlength=self.customers * self.categories)[key[judged]]
        own = np.bincount(self.pairs.of_line[before], minlength=len(self.pairs.customer))[self.pairs.of_line[judged]]
        prior = self.share[what]
        kappa = max(CATEGORY_STRENGTHS, key=lambda k: _likelihood(seen, lines[who], prior, k))
        theta = (seen + kappa * prior) / (lines[who] + kappa)
        prior = theta * self.within[bought.store[judged], bought.product[judged]]
        return Strengths(kappa, max(PRODUCT_STRENGTHS, key=lambda t: _likelihood(own, lines[who], prior, t)))

    def until(self, month: int) -> "UsualBaskets":
        """The baskets as they were known before a month began."""
        return UsualBaskets(self, self.bought.month < month)


@dataclass(frozen=True)
class UsualBaskets:
    """The usual baskets of all customers. before: the lines that are known."""

    tastes: Tastes
    before: Mask

    @cached_property
    def lines(self) -> Array:
        """Lines of each customer, shape (customers,)."""
        return np.bincount(self.tastes.bought.customer[self.before], minlength=self.tastes.customers).astype(np.float64)

    @cached_property
    def home(self) -> Ints:
        """The store with most lines of each customer, −1 for none, shape (customers,)."""
        bought, stores = self.tastes.bought, len(self.tastes.wanted.demand)
        key, count = np.unique(bought.customer[self.before] * stores + bought.store[self.before], return_counts=True)
        home = np.full(self.tastes.customers, -1)
        order = np.argsort(count, kind="stable")
        home[key[order] // stores] = key[order] % stores
        return home

    @cached_property
    def by_category(self) -> Array:
        """Lines of each customer and category, shape (customers, categories)."""
        tastes, bought = self.tastes, self.tastes.bought
        key = bought.customer * tastes.categories + tastes.wanted.category[bought.product]
        counts = np.bincount(key[self.before], minlength=tastes.customers * tastes.categories)
        return counts.reshape(tastes.customers, tastes.categories).astype(np.float64)

    @cached_property
    def own(self) -> Array:
        """Lines of each of the pairs, shape (pairs,)."""
        pairs = self.tastes.pairs
        return np.bincount(pairs.of_line[self.before], minlength=len(pairs.customer)).astype(np.float64)

    @cached_property
    def theta(self) -> Array:
        """θ, shape (customers, categories); rows sum to 1."""
        kappa = self.tastes.strengths.category
        theta: Array = (self.by_category + kappa * self.tastes.share) / (self.lines + kappa)[:, None]
        return theta

    def missed(self, missing: Array) -> Array:
        """Σ w·missing at each customer's store [-], shape (customers,); missing: (stores, products), a share."""
        pairs, tau, tastes = self.tastes.pairs, self.tastes.strengths.product, self.tastes
        at = (self.theta * self._by_category(missing)[self.home]).sum(axis=1)
        own = sum_by(pairs.customer, self.own * missing[self.home[pairs.customer], pairs.product], tastes.customers)
        found: Array = (own + tau * at) / (self.lines + tau)
        return found

    def missed_elsewhere(self, missing: Array) -> Array:
        """The same for what is in categories that the customer never bought from."""
        weight = (self.by_category == 0) * self.tastes.share
        total = weight.sum(axis=1)
        found = (weight * self._by_category(missing)[self.home]).sum(axis=1)
        share: Array = np.divide(found, total, out=np.zeros_like(found), where=total > 0)
        return share

    def weights(self, customers: Ints, products: Ints, store: Ints | None = None) -> Array:
        """Shares w, shape (customers, products). store: where each of them buys, home unless told otherwise."""
        tau, tastes = self.tastes.strengths.product, self.tastes
        prior = self.theta[customers][:, tastes.wanted.category[products]]
        prior = prior * tastes.within[self.home[customers] if store is None else store][:, products]
        own, column = np.zeros_like(prior), np.full(len(tastes.wanted.category), -1)
        column[products] = np.arange(len(products))
        first = tastes.pairs.first
        row = np.repeat(np.arange(len(customers)), first[customers + 1] - first[customers])
        mine = rows_between(first, customers, np.zeros(1, dtype=np.int64), 1)
        place = column[tastes.pairs.product[mine]]
        here = place >= 0
        own[row[here], place[here]] = self.own[mine[here]]
        found: Array = (own + tau * prior) / (self.lines[customers] + tau)[:, None]
        return found

    def _by_category(self, missing: Array) -> Array:
        """Mean missing share of each store and category, by what is wanted there; shape (stores, categories)."""
        found: Array = (self.tastes.within * missing) @ self.tastes.member
        return found


def _likelihood(seen: Ints, lines: Ints, prior: Array, strength: float) -> float:
    """Σ ln of the chance that was given to each line."""
    return float(np.log(np.maximum((seen + strength * prior) / (lines + strength), LEAST)).sum())
