"""What kind of demo retailer to build: its size, its seed and the variants of its causal world."""

import math
from dataclasses import dataclass
from typing import Final

LEAST: Final = {"stores": 1, "chains": 1, "products": 1, "customers": 10, "months": 1, "target_lines": 10}
MOST_LINES: Final = 50


@dataclass(frozen=True, slots=True)
class DemoSpec:
    """Size, seed and variants of one demo world; equal specs give byte-identical files.

    stores, chains, products, customers, months: how many of each; months start in January of `first_year`.
    target_lines: sales lines over all months, met within 0.5 % from about 5,000 lines on, less closely below.
    display_effect: elasticity of a product's choice within its category to the units on the shelf [-]; 0 = none.
    delay_share: share of shoppers at an empty shelf who come back next month [-].
    sensitivity: one availability sensitivity for everybody [-]; None draws 0.4 or 3.0 per customer.
    always_available: product numbers, 0-based, that never run out; all other draws stay as they were.
    service_shift: added to the safety factor of every store [SDs]; visit rates stay those of the world without it.
    Raises ValueError when a number is too small or too large to make a world.
    """

    stores: int = 15
    chains: int = 5
    products: int = 100
    customers: int = 2_000
    months: int = 36
    target_lines: int = 20_000
    seed: int = 1
    first_year: int = 2021
    display_effect: float = 0.0
    delay_share: float = 0.15
    sensitivity: float | None = None
    always_available: tuple[int, ...] = ()
    service_shift: float = 0.0

    def __post_init__(self) -> None:
        for name, least in LEAST.items():
            if getattr(self, name) < least:
                raise ValueError(f"{name} must be {least} or more, not {getattr(self, name)}")
        if self.target_lines > MOST_LINES * self.customers * self.months:
            raise ValueError(f"target_lines must be at most {MOST_LINES} per customer and month")
        if self.chains > self.stores:
            raise ValueError(f"{self.chains} chains need as many stores, not {self.stores}")
        if not 0 <= self.seed < 2**63:
            raise ValueError(f"seed must be between 0 and 2^63, not {self.seed}")
        if not 0 <= self.delay_share <= 0.5:
            raise ValueError(f"delay_share must be between 0 and 0.5, not {self.delay_share}")
        if not -5 <= self.service_shift <= 5:
            raise ValueError(f"service_shift must be between -5 and 5, not {self.service_shift}")

    @classmethod
    def times(cls, size: int, seed: int = 1) -> "DemoSpec":
        """A world of `size` times the customers and sales; stores and products grow with its root.

        >>> DemoSpec.times(10) == DemoSpec(50, 5, 300, 20_000, 36, 200_000)
        True
        """
        if size < 1:
            raise ValueError(f"size must be 1 or more, not {size}")
        return cls(
            stores=5 * math.ceil(3 * math.sqrt(size)),
            products=100 * round(math.sqrt(size)),
            customers=2_000 * size,
            target_lines=20_000 * size,
            seed=seed,
        )
