"""Items and draws with numbers that a reader chooses, and a year lived step by step to check the arrays against."""

from dataclasses import replace
from typing import Any

import numpy as np

from analytics.models.stock_simulation import SLOTS, STEPS, WARM_UP, Draws, Policy
from analytics.models.stocked_items import MONTHS, Items
from analytics.models.what_if_checks import reference_items


def items(mean: list[float], level: list[float], dispersion: float = 1.3, **others: Any) -> Items:
    """Items without season; price 10, cost 6, monthly review, no lead time, no failures unless said."""
    plain = reference_items(np.array(mean, float), np.full(len(mean), dispersion), np.array(level, float))
    arrays = {name: np.asarray(value, float) if np.ndim(value) else value for name, value in others.items()}
    return replace(plain, **arrays)


def grocery(n: int, seed: int = 0) -> Items:
    """n invented items: slow and fast sellers with a season, lead times of 2 to 21 days, failures now and then."""
    rng = np.random.default_rng(seed)
    season = np.array([0.85, 0.82, 0.95, 0.97, 1, 1, 0.95, 0.98, 1, 1.05, 1.2, 1.45])
    mean = season[:, None] * np.exp(rng.normal(-0.5, 1.2, n))
    expected = mean * np.exp(rng.normal(0.3, 0.3, n))
    price = np.exp(rng.normal(3, 0.6, n))
    return replace(
        reference_items(mean[0], np.ones(n), np.ones(n)),
        mean=mean,
        dispersion=rng.choice([1.1, 1.3, 2.0, 4.0], n),
        level=np.ceil(expected + rng.uniform(0.2, 1.3, n) * np.sqrt(expected + 0.25)),
        lead_time_days=rng.integers(2, 22, n).astype(float),
        failure=rng.choice([0.0, 0.05, 0.15], n),
        price=price,
        cost=0.65 * price,
        substitution=np.full(n, 0.26),
        uncertainty=np.full(n, 0.1),
        common_uncertainty=0.05,
    )


def draws_of(months: list[list[int]], runs: int = 1, n: int = 1) -> Draws:
    """The same weeks of demand in every month: `months` is one list of four numbers for all, or one for each of 16."""
    weeks = np.array(months * (STEPS // SLOTS) if len(months) == 1 else months).reshape(1, STEPS, 1, 1)
    zero = np.zeros((runs, n), dtype=np.float32)
    failed = np.zeros((STEPS // SLOTS, runs, n), dtype=bool)
    return Draws(np.ones(1), np.broadcast_to(weeks, (1, STEPS, runs, n)), failed, zero, zero, zero, zero)


def lived(policy: Policy, draws: Draws, run: int, item: int) -> dict[str, float]:
    """One item's year in one run, in plain Python: whole lead times and review periods in weeks, demand as drawn."""
    weeks = lambda days, u: int(days * SLOTS * MONTHS / 365.25 + u + 1e-9)  # noqa: E731
    lead = weeks(policy.lead_time_days[item], draws.lead_time[run, item])
    every = max(1, weeks(policy.review_days[item], draws.review[run, item]))
    levels = [int(level + draws.level[run, item]) for level in policy.level[:, item]]
    shelf, coming, found = levels[-WARM_UP], [], {"sold": 0, "received": 0, "empty": 0}
    for step in range(STEPS):
        month = (step // SLOTS - WARM_UP) % MONTHS
        if step % every == 0 and not draws.failed[step // SLOTS, run, item]:
            missing = levels[month] - shelf - sum(units for _, units in coming)
            coming.append((step + lead, max(0, missing)))
        arrived = sum(units for when, units in coming if when == step)
        coming = [(when, units) for when, units in coming if when > step]
        shelf += arrived
        sold = min(shelf, int(draws.demand[0, step, run, item]))
        shelf -= sold
        if step >= WARM_UP * SLOTS:
            found["sold"] += sold
            found["received"] += arrived
            found["empty"] += step % SLOTS == SLOTS - 1 and shelf == 0
    return found | {"closing": shelf}
