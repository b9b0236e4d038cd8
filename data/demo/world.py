"""The demo world before its first day: stores, products and people, with every parameter that is planted."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from data.demo.draws import Bools, Draws, Floats, Ints, Purpose
from data.demo.names import CATEGORIES
from data.demo.spec import DemoSpec

TIER_SHARES: Final = (0.50, 0.30, 0.15, 0.05)
TIER_RATES: Final = (0.7, 1.1, 1.6, 2.4)  # visits of a tier relative to the mean customer
GUEST_SHARE: Final = 0.05  # of all people; they shop like customers and show no card
JOINED_LATER: Final = 0.35  # of customers; with about 2 % leaving a month this keeps the number of shoppers level
AT_HOME: Final = 0.85  # share of visits to the home store
SENSITIVITY: Final = (0.4, 3.0)  # of visits to last month's unavailability: tolerant, demanding
TOP_SHARE: Final = 0.20  # of products, by popularity: the top sellers
SEASON: Final = np.array([0.85, 0.82, 0.95, 0.97, 1.0, 1.0, 0.95, 0.98, 1.0, 1.05, 1.2, 1.45])
TREND: Final = 0.04  # growth of visits a year
OVER_ORDERING: Final = 0.3  # managers expect e^0.3 = 1.35 times the demand there is, on average over products


@dataclass(frozen=True, slots=True)
class Stores:
    """One entry per store. size: relative floor; service_factor: safety stock in standard deviations [-]."""

    chain: Ints
    size: Floats
    service_factor: Floats


@dataclass(frozen=True, slots=True)
class Products:
    """One entry per product, sorted by category. popularity sums to 1; share is popularity within the category."""

    category: Ints
    popularity: Floats
    share: Floats
    price: Floats  # currency, first year
    cost: Floats
    lead_time_days: Ints

    @property
    def category_popularity(self) -> Floats:
        """Popularity summed by category."""
        return np.bincount(self.category, weights=self.popularity).astype(np.float64)

    def top_sellers(self) -> Ints:
        """Numbers of the most popular fifth of products, best first."""
        return np.argsort(-self.popularity)[: max(1, round(len(self.popularity) * TOP_SHARE))]


@dataclass(frozen=True, slots=True)
class People:
    """One entry per person; the first `customers` carry a card, the others are guests.

    taste: (people, categories) chance of a line's category before the season; rows sum to 1.
    rate: visits a month relative to others [-]; joined: months since the start, negative before it;
    dropout: first month without visits; active: (months, people) share of the month in which they shop.
    """

    customers: int
    tier: Ints
    home: Ints
    rate: Floats
    taste: Floats
    sensitivity: Floats
    joined: Floats
    dropout: Ints
    active: Floats


@dataclass(frozen=True)
class World:
    """Everything that holds before the first day, drawn from the seed alone."""

    spec: DemoSpec

    @cached_property
    def draws(self) -> Draws:
        """The random numbers of this world."""
        return Draws(self.spec.seed)

    @cached_property
    def stores(self) -> Stores:
        """Stores in chains of equal length, of lognormal size."""
        n, draws = self.spec.stores, self.draws
        return Stores(
            chain=np.arange(n) * self.spec.chains // n,
            size=np.exp(draws.stream(Purpose.STORE_SIZE).normal(0, 0.35, n)),
            service_factor=draws.stream(Purpose.SERVICE).uniform(0.2, 1.3, n) + self.spec.service_shift,
        )

    @cached_property
    def products(self) -> Products:
        """Products with popularity ∝ rank^−0.9, lognormal prices and a cost of 55 to 75 % of the price."""
        n, draws = self.spec.products, self.draws
        category = np.sort(np.arange(n) % len(CATEGORIES))
        popularity = draws.stream(Purpose.POPULARITY).permutation(np.arange(1, n + 1) ** -0.9)
        popularity /= popularity.sum()
        price = np.maximum(1, np.round(np.exp(draws.stream(Purpose.PRICE).normal(3, 0.6, n)) * 2)) / 2 - 0.01
        return Products(
            category=category,
            popularity=popularity,
            share=popularity / np.bincount(category, weights=popularity)[category],
            price=price,
            cost=np.round(price * draws.stream(Purpose.COST).uniform(0.55, 0.75, n), 2),
            lead_time_days=draws.stream(Purpose.LEAD_TIME).integers(2, 22, n),
        )

    @cached_property
    def forecast_error(self) -> Floats:
        """(stores, products) factor by which each manager misjudges the demand of a product, for good."""
        shape = (self.spec.stores, self.spec.products)
        return np.exp(self.draws.stream(Purpose.FORECAST_ERROR).normal(OVER_ORDERING, 0.3, shape))

    @cached_property
    def people(self) -> People:
        """Customers and guests."""
        customers = self.spec.customers
        n = customers + max(1, round(customers * GUEST_SHARE / (1 - GUEST_SHARE)))
        tier = np.searchsorted(np.cumsum(TIER_SHARES)[:-1], self.draws.uniform(Purpose.TIER, (n,)), side="right")
        tier_rate = np.where(np.arange(n) < customers, np.take(TIER_RATES, tier), np.dot(TIER_SHARES, TIER_RATES))
        tier[customers:] = 0
        size = np.cumsum(self.stores.size)
        taste = self._tastes(n)
        joined, dropout, active = self._careers(n)
        return People(
            customers=customers,
            tier=tier,
            home=np.searchsorted(size[:-1] / size[-1], self.draws.uniform(Purpose.HOME, (n,)), side="right"),
            rate=self.draws.stream(Purpose.RATE).gamma(1.2, 1 / 1.2, n) * tier_rate,
            taste=taste,
            sensitivity=self._sensitivities(tier, taste),
            joined=joined,
            dropout=dropout,
            active=active,
        )

    def _tastes(self, n: int) -> Floats:
        popularity = self.products.category_popularity
        return _shares(self.draws.stream(Purpose.PREFERENCE).dirichlet(np.full(len(popularity), 0.6), n) * popularity)

    def _sensitivities(self, tier: Ints, taste: Floats) -> Floats:
        """Demanding with P = σ(−1.6 + 1.2·[Gold or better] + 4·(share of top sellers in the basket − its mean))."""
        if self.spec.sensitivity is not None:
            return np.full(len(tier), self.spec.sensitivity)
        top = self.products.top_sellers()
        top_share = np.bincount(self.products.category[top], weights=self.products.share[top], minlength=taste.shape[1])
        share = taste @ top_share
        chance = 1 / (1 + np.exp(1.6 - 1.2 * (tier >= 2) - 4 * (share - share.mean())))
        demanding = self.draws.uniform(Purpose.SENSITIVITY, (len(tier),)) < chance
        return np.where(demanding, SENSITIVITY[1], SENSITIVITY[0])

    def _careers(self, n: int) -> tuple[Floats, Ints, Floats]:
        """When each person joins and stops, and the share of each month in between."""
        months = self.spec.months
        u, v = self.draws.uniform(Purpose.JOINED, (2, n))
        joined = np.where(u < JOINED_LATER, v * months, -48 * v)
        hazard = self.draws.stream(Purpose.HAZARD).beta(1.2, 60, n)
        left = 1 - self.draws.uniform(Purpose.DROPOUT, (n,))
        stays = np.minimum(np.log(left) / np.log1p(-hazard), months)  # geometric, one chance to leave a month
        dropout = np.maximum(0, np.floor(joined) + 1).astype(np.int64) + stays.astype(np.int64)
        month = np.arange(months)[:, None]
        return joined, dropout, np.clip(month + 1 - joined, 0, 1) * (month < dropout)

    @cached_property
    def season(self) -> Floats:
        """(months,) factor on visits: month of the year × trend, 1 on average over a year without trend."""
        month = np.arange(self.spec.months)
        factor: Floats = (SEASON / SEASON.mean())[month % 12] * (1 + TREND * month / 12)
        return factor

    @cached_property
    def category_season(self) -> Floats:
        """(months, categories) factor on the choice of a category: ±35 % over the year, a phase per category."""
        month = np.arange(self.spec.months)[:, None] % 12 / 12
        phase = np.arange(self.products.category[-1] + 1)[None, :] / len(CATEGORIES)
        factor: Floats = np.exp(0.35 * np.sin(2 * np.pi * (month + phase)))
        return factor

    @cached_property
    def promoted(self) -> Bools:
        """(months, categories) whether the category is on promotion: each one every fifth month."""
        shape = self.category_season.shape
        on: Bools = np.add.outer(np.arange(shape[0]), np.arange(shape[1])) % 5 == 0
        return on

    def choice(self, month: int) -> Floats:
        """(people, categories) chance of a line's category in a month; rows sum to 1."""
        return _shares(self.people.taste * self.category_season[month])


def _shares(weights: Floats) -> Floats:
    """Rows divided by their sums."""
    shares: Floats = weights / weights.sum(axis=1, keepdims=True)
    return shares
