"""How often a customer buys, and whether they still do: BG/NBD.

Fader, Hardie & Lee (2005), "Counting your customers" the easy way, Marketing Science 24(2). While active, a customer
buys at a rate λ ~ Gamma(r, α); after each purchase they leave for good with probability p ~ Beta(a, b). Of a customer
it needs x repeat purchases, the time tₓ of the last one and the time T that they have been watched, in weeks.
"""

from typing import Final, NamedTuple

import numpy as np
from scipy.optimize import minimize
from scipy.special import betaln, gammaln, hyp2f1, psi

from analytics.arrays import Array, some_of

STARTS: Final = ((0.0, 1.0, 0.0, 1.0), (-1.0, 2.0, -0.5, 1.0))  # logarithms of r, α, a, b
MOST_CUSTOMERS: Final = 20_000  # four numbers are learned from; more add time and no digit that is shown
BOUNDS: Final = ((-6.0, 8.0),) * 4


class History(NamedTuple):
    """One entry a customer: repeat purchases [-], weeks from first to last purchase, weeks watched; shape (n,) each."""

    repeats: Array
    last: Array
    watched: Array


class PurchaseCounts(NamedTuple):
    """The four parameters; α in weeks, the others without unit."""

    r: float
    alpha: float
    a: float
    b: float

    @classmethod
    def fit(cls, history: History) -> "PurchaseCounts":
        """Those of the highest likelihood (eq. 6). history: of one customer at least."""
        drawn = some_of(len(history.repeats), MOST_CUSTOMERS)
        rounded = np.round(np.column_stack(history)[drawn], 6)
        unique, weight = np.unique(rounded, axis=0, return_counts=True)
        x, last, watched = unique.T

        seen, share = History(x, last, watched), weight / weight.sum()

        def loss(logs: Array) -> tuple[float, Array]:
            at = cls(*np.exp(logs))
            with np.errstate(over="ignore"):
                found, slope = -float(share @ at.log_likelihood(seen)), -(at.slopes(seen) @ share) * np.exp(logs)
            return (found, slope) if np.isfinite(found) else (1e9, np.zeros(4))

        found = [
            minimize(loss, start, jac=True, method="L-BFGS-B", bounds=BOUNDS, options={"ftol": 1e-12})
            for start in STARTS
        ]
        return cls(*(float(v) for v in np.exp(min(found, key=lambda each: each.fun).x)))

    def log_likelihood(self, history: History) -> Array:
        """Of each customer, shape (n,)."""
        r, alpha, a, b = self
        x, last, watched = history
        some = np.maximum(x, 1)
        counted = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
        stayed = betaln(a, b + x) - betaln(a, b) - (r + x) * np.log(alpha + watched)
        left = betaln(a + 1, b + some - 1) - betaln(a, b) - (r + x) * np.log(alpha + last)
        both: Array = counted + np.where(x > 0, np.logaddexp(stayed, left), stayed)
        return both

    def slopes(self, history: History) -> Array:
        """The log-likelihood of each customer derived by r, α, a and b, shape (4, n)."""
        r, alpha, a, b = self
        x, last, watched = history
        stayed = self.active(history)
        gone, before = 1 - stayed, b + np.maximum(x, 1) - 1
        all_of = psi(a + b) - psi(a + b + x)
        return np.stack(
            [
                psi(r + x) - psi(r) + np.log(alpha) - stayed * np.log(alpha + watched) - gone * np.log(alpha + last),
                r / alpha - (r + x) * (stayed / (alpha + watched) + gone / (alpha + last)),
                gone / a + all_of,  # ψ(a + 1) − ψ(a) = 1 ÷ a
                stayed * psi(b + x) + gone * psi(before) - psi(b) + all_of,
            ]
        )

    def active(self, history: History) -> Array:
        """Probability that each customer has not left, shape (n,)."""
        r, alpha, a, b = self
        x, last, watched = history
        with np.errstate(over="ignore"):
            odds = a / (b + np.maximum(x, 1) - 1) * ((alpha + watched) / (alpha + last)) ** (r + x)
        kept: Array = np.where(x > 0, 1 / (1 + odds), 1.0)
        return kept

    def expected(self, history: History, weeks: float) -> Array:
        """Purchases of each customer in the next `weeks` (eq. 10), shape (n,)."""
        r, alpha, a, b = self
        x, _, watched = history
        a = a + 1e-6 if abs(a - 1) < 1e-6 else a  # the formula has a removable pole at 1
        z = weeks / (alpha + watched + weeks)
        shape = hyp2f1(r + x, b + x, a + b + x - 1, z)
        gone = ((alpha + watched) / (alpha + watched + weeks)) ** (r + x) * shape
        expected: Array = (a + b + x - 1) / (a - 1) * (1 - gone) * self.active(history)
        return np.where(np.isfinite(expected), np.maximum(expected, 0.0), 0.0)

    def buys(self, history: History, weeks: float) -> Array:
        """Probability of one purchase or more in the next `weeks`: P(active)·(1 − ((α + T)/(α + T + t))^(r + x))."""
        silent = ((self.alpha + history.watched) / (self.alpha + history.watched + weeks)) ** (self.r + history.repeats)
        bought: Array = self.active(history) * (1 - silent)
        return bought
