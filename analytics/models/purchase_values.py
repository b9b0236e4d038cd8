"""How much a customer's purchase is worth: Gamma-Gamma.

Fader & Hardie (2013), The Gamma-Gamma model of monetary value. Values of a customer's purchases are Gamma(p, ν) with
ν ~ Gamma(q, γ) over customers, and do not depend on how often they buy. A customer's mean is drawn towards that of all
the more, the fewer purchases there are.
"""

from typing import Final, NamedTuple

import numpy as np
from scipy.optimize import minimize
from scipy.special import gammaln, psi

from analytics.arrays import Array, some_of

START: Final = (1.5, 1.2, 2.5)  # logarithms of p, q and γ [currency]
BOUNDS: Final = ((-5.0, 12.0), (0.05, 12.0), (-5.0, 20.0))  # q > 1, as there is no mean otherwise
FEWEST: Final = 10  # customers; below it, one mean for all
MOST_CUSTOMERS: Final = 20_000  # three numbers are learned from


class PurchaseValues(NamedTuple):
    """p, q [-] and γ [currency]; mean: of all purchases, where too few customers tell the parameters (p = 0)."""

    p: float
    q: float
    gamma: float
    mean: float = 0.0

    @classmethod
    def fit(cls, purchases: Array, mean: Array) -> "PurchaseValues":
        """Those of the highest likelihood. purchases: of each customer; mean: their mean value; shape (n,), all > 0."""
        if len(mean) < FEWEST:
            return cls(0.0, 0.0, 0.0, float(mean.mean()) if len(mean) else 0.0)
        drawn = some_of(len(mean), MOST_CUSTOMERS)
        purchases, mean = purchases[drawn], mean[drawn]
        scale = float(np.median(mean))

        def loss(logs: Array) -> tuple[float, Array]:
            at = cls(*np.exp(logs))
            slopes = at.slopes(purchases, mean / scale).mean(axis=1)
            return -float(at.log_likelihood(purchases, mean / scale).mean()), -slopes * np.exp(logs)

        start = (START[0], START[1], START[2] - np.log(scale))
        options = {"ftol": 1e-13, "gtol": 1e-9}
        found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=BOUNDS, options=options)
        p, q, gamma = (float(v) for v in np.exp(found.x))
        return cls(p, q, gamma * scale)

    def log_likelihood(self, x: Array, mean: Array) -> Array:
        """Of each customer, shape (n,)."""
        p, q, gamma = self[:3]
        several = gammaln(p * x + q) - gammaln(p * x) - gammaln(q)
        found: Array = several + q * np.log(gamma) + (p * x - 1) * np.log(mean) + p * x * np.log(x)
        found -= (p * x + q) * np.log(gamma + mean * x)
        return found

    def slopes(self, x: Array, mean: Array) -> Array:
        """The log-likelihood of each customer derived by p, q and γ, shape (3, n)."""
        p, q, gamma = self[:3]
        both, total = psi(p * x + q), np.log(gamma + mean * x)
        return np.stack(
            [
                x * (both - psi(p * x) + np.log(mean * x) - total),
                both - psi(q) + np.log(gamma) - total,
                q / gamma - (p * x + q) / (gamma + mean * x),
            ]
        )

    def expected(self, x: Array, mean: Array) -> Array:
        """Mean value of a customer's purchases: p·(γ + x·m)/(p·x + q − 1); x may be 0. Shape (n,), currency."""
        if not self.p:
            return np.full(len(x), self.mean)
        value: Array = self.p * (self.gamma + x * mean) / (self.p * x + self.q - 1)
        return value
