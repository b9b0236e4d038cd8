"""How well a stated chance met what happened: yes or no, ranked, and taken at its word."""

from typing import Final, NamedTuple

import numpy as np

from analytics.arrays import Array, Mask, mid_ranks

BINS: Final = 10
LEAST: Final = 1e-6  # a chance is kept away from 0 and 1, where one surprise costs everything


class Scores(NamedTuple):
    """Of n yes-or-no outcomes. Shares are in [0, 1]; auc is None where all outcomes are the same.

    accuracy: right at the threshold ½; balanced: mean of the shares right among yes and among no; log_loss: mean
    −ln of the chance given to what happened [nats]; ece: see `calibration_error`.
    """

    accuracy: float
    balanced: float
    auc: float | None
    log_loss: float
    ece: float
    n: int


class Reliability(NamedTuple):
    """Bins of stated chances, shape (bins with a case,): mean chance, share that happened, its 95 % interval, cases."""

    stated: Array
    happened: Array
    low: Array
    high: Array
    n: Array


def scores(happened: Mask, chance: Array) -> Scores:
    """The scores of stated chances; both shape (n,), n ≥ 1."""
    said = chance > 0.5
    right = said == happened
    kinds = [right[happened == kind] for kind in (False, True)]
    safe = np.clip(chance, LEAST, 1 - LEAST)
    return Scores(
        accuracy=float(right.mean()),
        balanced=float(np.mean([kind.mean() for kind in kinds if len(kind)])),
        auc=auc(happened, chance),
        log_loss=float(-np.log(np.where(happened, safe, 1 - safe)).mean()),
        ece=calibration_error(happened, chance),
        n=len(happened),
    )


def auc(happened: Mask, chance: Array) -> float | None:
    """Chance that a yes was given more than a no, ties half: Mann and Whitney's U ÷ (yes · no).

    >>> import numpy as np
    >>> auc(np.array([False, True, False, True]), np.array([0.1, 0.4, 0.6, 0.9]))
    0.75
    """
    yes = int(happened.sum())
    no = len(happened) - yes
    if not yes or not no:
        return None
    return float((mid_ranks(chance)[happened].sum() - yes * (yes + 1) / 2) / (yes * no))


def calibration_error(happened: Mask, chance: Array) -> float:
    """Expected calibration error: Σ share of cases · |happened − stated| over ten bins of equal width [0, 1].

    Naeini, Cooper & Hauskrecht (2015), AAAI.

    >>> import numpy as np
    >>> round(calibration_error(np.array([True, False, False, False]), np.full(4, 0.35)), 2)
    0.1
    """
    found = reliability(happened, chance)
    return float((found.n * np.abs(found.happened - found.stated)).sum() / found.n.sum())


def reliability(happened: Mask, chance: Array) -> Reliability:
    """What happened beside what was stated, in ten bins of equal width; intervals after Wilson (1927)."""
    place = np.clip((chance * BINS).astype(np.int64), 0, BINS - 1)
    count = np.bincount(place, minlength=BINS)
    some = count > 0
    n = count[some].astype(np.float64)
    stated, share = (np.bincount(place, values, BINS)[some] / n for values in (chance, happened))
    low, high = wilson(share, n)
    return Reliability(stated, share, low, high, n)


def wilson(share: Array, n: Array, z: float = 1.959964) -> tuple[Array, Array]:
    """Ends of Wilson's interval of a share of n cases, 95 % unless z says otherwise."""
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return middle - half, middle + half
