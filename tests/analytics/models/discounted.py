"""Sales lines with planted discounts: who gets one, and nothing else that a test has to know."""

from dataclasses import dataclass

import numpy as np

from analytics.arrays import Array
from analytics.models.discount_lines import Lines


@dataclass(frozen=True)
class Planted:
    """Lines, and the logit of each line's discount."""

    lines: Lines
    logit: Array


def planted(
    seed: int = 1,
    lines: int = 6_000,
    months: int = 12,
    *,
    product: float = 1.5,
    tier: float = 0.8,
    response: float = 0.0,
) -> Planted:
    """Discounts by product (SD on the logit) and tier (a step on it each); depth 30 % in even categories, else 10 %.

    response: ln of how much more is bought of a category that is on promotion, which comes in every fourth month.
    """
    rng = np.random.default_rng(seed)
    customers, products, categories = 200, 60, 6
    promoted = (np.arange(months)[:, None] + np.arange(categories)) % 4 == 0
    weight = np.exp(response * promoted)
    cell = rng.choice(months * categories, lines, p=(weight / weight.sum()).ravel())
    month, category = np.divmod(cell, categories)
    of_product = rng.normal(0, product, products)
    item = category * (products // categories) + rng.integers(products // categories, size=lines)
    customer = rng.integers(-10, customers, lines).clip(-1)
    of_tier = np.where(customer < 0, -1, customer % 3)
    logit = of_product[item] + tier * (of_tier - 1) + 1.5 * (promoted[month, category] - 0.25)
    got = rng.random(lines) < 1 / (1 + np.exp(-logit))
    gross = rng.uniform(5, 50, lines)
    depth = np.where(category % 2 == 0, 0.30, 0.10) * rng.uniform(0.8, 1.2, lines)
    found = Lines(
        month=month,
        customer=customer,
        tier=of_tier,
        store=rng.integers(4, size=lines),
        items=(category, item),
        price=gross,
        gross=gross,
        discount=np.where(got, gross * depth, 0.0),
        weekday=rng.integers(7, size=lines),
    )
    return Planted(found, logit)
