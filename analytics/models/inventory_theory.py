"""What theory says in closed form about stock and service: the yardstick for simulations, and levels to recommend.

Demand D is normal, or NB1: negative binomial with mean μ and variance φ·μ, which is Poisson's for φ = 1. x is a level
of stock and n(x) = E[(D − x)⁺] the loss function, the units that x leaves unserved. Throughout this module unserved
demand waits (backorders). Source of all equations, if no other is named: Snyder & Shen (2019), Fundamentals of Supply
Chain Theory, 2nd ed.; "S&S" below. Arguments may be arrays and broadcast.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import betainc, gammaincc, gammaln, ndtr, ndtri, xlogy

from analytics.arrays import Array, Ints

Numbers = Array | Ints | float
NEARLY_POISSON: Final = 1 + 1e-7


@dataclass(frozen=True, slots=True)
class Costs:
    """holding: of a unit for a period [currency], shortage: of a unit that waits for a period; fixed: of an order."""

    holding: float
    shortage: float
    fixed: float = 0.0


def critical_ratio(underage: Numbers, overage: Numbers) -> Array:
    """The service level that costs least: cᵤ ÷ (cᵤ + cₒ), S&S §4.3.

    underage: what a unit too few costs, such as its margin; overage: what a unit too many costs.

    >>> float(critical_ratio(3.0, 1.0))
    0.75
    """
    under = np.asarray(underage, dtype=np.float64)
    ratio: Array = under / (under + overage)
    return ratio


def demand_cdf(x: Numbers, mean: Numbers, dispersion: Numbers = 1.0) -> Array:
    """P(D ≤ x) of NB1 demand, for whole or broken x; 0 below 0.

    With r = μ/(φ − 1) and p = 1/φ it is the regularised incomplete beta function I_p(r, x + 1), and for φ = 1 the
    incomplete gamma function Q(x + 1, μ) (Abramowitz & Stegun 1964, 26.5.24 and 26.4.21).
    """
    whole, mu, phi = np.broadcast_arrays(np.floor(x), *map(_floats, (mean, dispersion)))
    at: Array = np.maximum(whole, 0) + 1
    r = np.maximum(mu, 1e-300) / np.maximum(phi - 1, NEARLY_POISSON - 1)
    reached = np.where(phi > NEARLY_POISSON, betainc(r, at, 1 / phi), gammaincc(at, mu))
    found: Array = np.where(whole < 0, 0.0, reached)
    return found


def demand_pmf(x: Numbers, mean: Numbers, dispersion: Numbers = 1.0) -> Array:
    """P(D = x) of NB1 demand for whole x ≥ 0: Γ(x + r)/(Γ(r)·x!)·pʳ(1 − p)ˣ, or Poisson's e^−μ·μˣ/x!."""
    at, mu, phi = np.broadcast_arrays(*map(_floats, (x, mean, dispersion)))
    excess = np.maximum(phi - 1, NEARLY_POISSON - 1)
    r = mu / excess
    negative_binomial = gammaln(at + r) - gammaln(r) - xlogy(r, phi) + xlogy(at, excess) - xlogy(at, phi)
    log = np.where(phi > NEARLY_POISSON, negative_binomial, xlogy(at, mu) - mu)
    probability: Array = np.exp(log - gammaln(at + 1))
    return probability


def demand_quantile(probability: Numbers, mean: Numbers, dispersion: Numbers = 1.0) -> Array:
    """The least whole x with P(D ≤ x) ≥ probability, for NB1 demand and 0 ≤ probability < 1.

    Starts from the expansion of Cornish & Fisher (1938), μ + σ·(z + (z² − 1)·γ/6) with the skewness
    γ = (2φ − 1)/σ, and steps to the answer, which is exact.
    """
    q, mu, phi = np.broadcast_arrays(*map(_floats, (probability, mean, dispersion)))
    sd = np.sqrt(np.maximum(phi * mu, 1e-12))
    z = ndtri(np.clip(q, 1e-12, 1 - 1e-12))
    x: Array = np.maximum(np.round(mu + sd * z + (z * z - 1) * (2 * phi - 1) / 6), 0)
    for step in (1, -1):
        moving = np.ones(x.shape, dtype=bool)
        while moving.any():
            reached = demand_cdf(np.where(step > 0, x, x - 1)[moving], mu[moving], phi[moving]) >= q[moving]
            moving[moving] = (~reached if step > 0 else reached) & ((step > 0) | (x[moving] > 0))
            x = x + step * moving
    return x


def loss(x: Numbers, mean: Numbers, dispersion: Numbers = 1.0) -> Array:
    """n(x) = E[(D − x)⁺] of NB1 demand, for whole x; units.

    Poisson: μ·P(D ≥ x) − x·P(D > x), S&S eq. C.41. Negative binomial: μ·P(D' ≥ x) − x·P(D > x), where D' = D* − 1 for
    the size-biased D*, which is negative binomial with r + 1; both from k·P(D = k) = μ·P(D* = k).
    """
    at, mu, phi = np.broadcast_arrays(*map(_floats, (x, mean, dispersion)))
    one_larger = mu + np.where(phi > NEARLY_POISSON, phi - 1, 0)  # the mean that goes with r + 1
    above = mu * (1 - demand_cdf(at - 1, one_larger, phi)) - at * (1 - demand_cdf(at, mu, phi))
    found: Array = np.where(at <= 0, mu - at, np.maximum(above, 0))
    return found


def normal_loss(x: Numbers, mean: Numbers, sd: Numbers) -> Array:
    """n(x) = σ·(φ(z) − z·(1 − Φ(z))) of normal demand, z = (x − μ)/σ; S&S eq. C.22, C.31."""
    z = (_floats(x) - mean) / sd
    found: Array = sd * (_density(z) - z * ndtr(-z))
    return found


def normal_second_loss(x: Numbers, mean: Numbers, sd: Numbers) -> Array:
    """n₂(x) = ∫ₓ^∞ n(y)dy = σ²/2·((z² + 1)·(1 − Φ(z)) − z·φ(z)) of normal demand; S&S eq. C.27, C.33."""
    z = (_floats(x) - mean) / sd
    found: Array = _floats(sd) ** 2 / 2 * ((z * z + 1) * ndtr(-z) - z * _density(z))
    return found


def newsvendor_cost(level: Numbers, mean: Numbers, shortage: Numbers, costs: Costs) -> Array:
    """g(S) = h·(S − μ) + (h + p)·n(S), expected cost of a period; S&S eq. 4.6. shortage: n(S) [units]."""
    found: Array = costs.holding * (_floats(level) - mean) + (costs.holding + costs.shortage) * _floats(shortage)
    return found


def newsvendor_normal(mean: Numbers, sd: Numbers, costs: Costs) -> tuple[Array, Array]:
    """The best level S* = μ + σ·Φ⁻¹(p/(p + h)) and its cost, normal demand; S&S eq. 4.24, 4.30."""
    level: Array = _floats(mean) + _floats(sd) * ndtri(critical_ratio(costs.shortage, costs.holding))
    return level, newsvendor_cost(level, mean, normal_loss(level, mean, sd), costs)


def newsvendor(mean: Numbers, dispersion: Numbers, costs: Costs) -> tuple[Array, Array]:
    """The best level, the least whole S with P(D ≤ S) ≥ p/(p + h), and its cost, NB1 demand; S&S §4.3."""
    level = demand_quantile(critical_ratio(costs.shortage, costs.holding), mean, dispersion)
    return level, newsvendor_cost(level, mean, loss(level, mean, dispersion), costs)


def base_stock_cycle_service(
    level: Numbers, rate: Numbers, dispersion: Numbers, lead_review: tuple[float, float]
) -> Array:
    """Type-1 service: share of review cycles in which nobody has to wait, P(D over L + R ≤ S).

    rate: mean demand a period; lead_review: lead time L and review period R [periods]. Silver, Pyke & Thomas (2017),
    Inventory and Production Management in Supply Chains, §6.9.
    """
    lead, review = lead_review
    return demand_cdf(level, _floats(rate) * (lead + review), dispersion)


def base_stock_fill_rate(level: Numbers, rate: Numbers, dispersion: Numbers, lead_review: tuple[float, float]) -> Array:
    """Type-2 service: share of demand served at once, 1 − (n(S; L + R) − n(S; L)) ÷ (rate·R).

    What waits at the end of a cycle less what already waited at its start is what the cycle left unserved.
    Silver, Pyke & Thomas (2017), §6.9; arguments as in `base_stock_cycle_service`.
    """
    lead, review = lead_review
    mu = _floats(rate)
    waiting = loss(level, mu * (lead + review), dispersion) - loss(level, mu * lead, dispersion)
    found: Array = 1 - waiting / (mu * review)
    return found


def rq_cost_normal(point: float, quantity: float, costs: Costs, rate: float, lead_demand: tuple[float, float]) -> float:
    """g(r, Q) = (K·λ + ∫ᵣ^(r+Q) g(y)dy) ÷ Q, cost a period of ordering Q at position r; S&S eq. 5.7.

    rate: λ, mean demand a period; lead_demand: mean and SD of demand over the lead time. The integral in closed form:
    h/2·((r + Q − μ)² − (r − μ)²) + (h + p)·(n₂(r) − n₂(r + Q)).
    """
    mean, sd = lead_demand
    top = point + quantity
    held = costs.holding / 2 * ((top - mean) ** 2 - (point - mean) ** 2)
    short = normal_second_loss(point, mean, sd) - normal_second_loss(top, mean, sd)
    return float((costs.fixed * rate + held + (costs.holding + costs.shortage) * short) / quantity)


def rq_cost(point: int, quantity: int, costs: Costs, rate: float, lead_demand: tuple[float, float]) -> float:
    """g(r, Q) = (K·λ + Σ g(y)) ÷ Q over y = r + 1 … r + Q, NB1 demand; S&S eq. 5.48.

    lead_demand: mean and dispersion of demand over the lead time.
    """
    mean, dispersion = lead_demand
    position = np.arange(point + 1, point + quantity + 1)
    cost = newsvendor_cost(position, mean, loss(position, mean, dispersion), costs)
    return float((costs.fixed * rate + cost.sum()) / quantity)


def rq_fill_rate(point: int, quantity: int, mean: float, dispersion: float = 1.0) -> float:
    """Share of demand served at once when Q is ordered at position r: 1 − (n(r) − n(r + Q)) ÷ Q.

    mean, dispersion: of demand over the lead time; exact for units wanted one by one (dispersion 1). Zipkin (2000),
    Foundations of Inventory Management, §6.2.
    """
    short = loss(point, mean, dispersion) - loss(point + quantity, mean, dispersion)
    return float(1 - short / quantity)


def ss_cost(point: int, level: int, costs: Costs, mean: float, dispersion: float = 1.0) -> float:
    """g(s, S) = (K + Σ m(d)·g(S − d)) ÷ M(S − s), d = 0 … S − s − 1: cost a period of ordering up to S from s or less.

    mean, dispersion: of a period's demand, lead time 0. Zheng & Federgruen (1991), Operations Research 39, 654–665.
    """
    visits, position = _visits(point, level, mean, dispersion)
    cost = newsvendor_cost(position, mean, loss(position, mean, dispersion), costs)
    return float((costs.fixed + visits @ cost) / visits.sum())


def ss_fill_rate(point: int, level: int, mean: float, dispersion: float = 1.0) -> float:
    """Share of demand served at once under (s, S), s ≥ 0: 1 − Σ m(d)·n(S − d) ÷ (M(S − s)·μ); see `ss_cost`."""
    visits, position = _visits(point, level, mean, dispersion)
    return float(1 - visits @ loss(position, mean, dispersion) / (visits.sum() * mean))


def _visits(point: int, level: int, mean: float, dispersion: float) -> tuple[Array, Array]:
    """m(d), the expected periods a cycle spends at position S − d: the renewal equation m = 1[d = 0] + pmf ∗ m."""
    pmf = demand_pmf(np.arange(level - point), mean, dispersion)
    visits = np.zeros(level - point)
    for d in range(level - point):
        visits[d] = (float(d == 0) + pmf[d:0:-1] @ visits[:d]) / (1 - pmf[0])
    return visits, level - np.arange(level - point).astype(np.float64)


def _density(z: Array) -> Array:
    density: Array = np.exp(-z * z / 2) / np.sqrt(2 * np.pi)
    return density


def _floats(values: Numbers) -> Array:
    return np.asarray(values, dtype=np.float64)
