"""Random numbers by address, not by turn: the draw of (seed, purpose, month, slot, entity) never moves.

A counterfactual world reads the same addresses, so that it differs from the factual one only by what was changed.
Philox is counter-based: Salmon et al. (2011), Parallel random numbers: as easy as 1, 2, 3.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]


class Purpose(IntEnum):
    """What a stream of draws is used for; a number is never used twice."""

    STORE_SIZE = 1
    SERVICE = 2
    POPULARITY = 3
    PRICE = 4
    COST = 5
    LEAD_TIME = 6
    FORECAST_ERROR = 7
    TIER = 8
    HOME = 9
    RATE = 10
    HAZARD = 11
    PREFERENCE = 12
    SENSITIVITY = 13
    JOINED = 14
    DROPOUT = 15
    NAME = 16
    PRODUCT_DISRUPTION = 17
    STORE_DISRUPTION = 18
    SHRINK = 19
    VISITS = 20
    VISIT = 21
    LINE = 22


@dataclass(frozen=True, slots=True)
class Draws:
    """All random numbers of one seed."""

    seed: int

    def stream(self, purpose: Purpose, month: int = 0) -> np.random.Generator:
        """The stream of one purpose and month, from its beginning."""
        key = np.array([self.seed, purpose], dtype=np.uint64)
        return np.random.Generator(np.random.Philox(key=key, counter=[0, 0, month, 0]))

    def uniform(self, purpose: Purpose, shape: tuple[int, ...], month: int = 0) -> Floats:
        """Uniforms in [0, 1). A longer first axis adds rows and leaves the earlier ones as they were."""
        return self.stream(purpose, month).random(shape)


def poisson_quantile(u: Floats, mean: Floats | float) -> Ints:
    """The smallest n with P(Poisson(mean) ≤ n) ≥ u, elementwise: more mean never gives a smaller n.

    >>> poisson_quantile(np.array([0.1, 0.5, 0.99]), 1.0).tolist()
    [0, 1, 4]
    """
    count = np.zeros(u.shape, dtype=np.int64)
    probability = np.exp(-mean) * np.ones(u.shape)
    cumulative = probability.copy()
    step = 0
    while ((above := u > cumulative) & (probability > 1e-18)).any():
        count += above
        step += 1
        probability *= mean / step
        cumulative += probability
    return count
