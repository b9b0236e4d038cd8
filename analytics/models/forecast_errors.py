"""How good a forecast of demand was, and how sure the next one is, where empty shelves hide what was wanted.

Demand D is not seen. Sales are, and they are min(D, A), A the supply that the shelf had. The quantile of min(D, A) is
the quantile of D cut at A (Powell 1986, J. Econometrics 32, 143–155): so forecasts of demand, cut at the supply, are
scored against sales. No month is left out and none filled in. To score months in stock alone would favour forecasts
that are too low, as a shelf that lasted was one of little demand; to score against filled-in demand would favour the
model that filled it in.

The variance of a sum of cells with means μ is Σ φ·μ + Σ_kind σ²·Σ_group (Σ μ)²: chance in each cell, and errors that
all cells, a category, a store, a product or a shelf share. Every σ is measured on forecasts of the past.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple, TypedDict

import numpy as np
from scipy.special import ndtri, stdtrit

from analytics.arrays import Array, Ints, Mask, rows_by, sum_by
from analytics.models.censored import expected_sales, likeliest, quantiles
from analytics.models.demand import STEP
from analytics.models.ledger import Assortment, Kind, Ledger
from analytics.models.lost_sales import LEVEL, common_variance, interval
from analytics.models.shrinkage import LEAST_SPREAD, Evidence, spread

LEVELS: Final = np.arange(1, 10) / 10
KINDS: Final[tuple[Kind, ...]] = ("all", "category", "store", "product", "shelf")
FEWEST_SHARED: Final = 5.0  # units that sales of a group must move by, were all demand e times as large, to count


class Outcome(NamedTuple):
    """What came of the months ahead, (horizon, shelves) units: sold, and the supply that it came from.

    out: closed at zero; known: months of which it can be said.
    """

    sold: Array
    supply: Array
    out: Mask
    known: Mask


def outcome(ledger: Ledger, first: int, horizon: int) -> Outcome:
    """The months from `first` on."""
    months = slice(first, first + horizon)
    sold, closing = (np.nan_to_num(a[months].astype(np.float64)) for a in (ledger.units, ledger.closing))
    return Outcome(sold, sold + np.maximum(closing, 0), ledger.out[months], ledger.known[months])


class Trial(NamedTuple):
    """One forecast of the past: its means and what came; `told` are the cells in which both are known.

    dispersion: φ of demand itself, around its true mean, as far as known at the time.
    """

    mean: Array
    outcome: Outcome
    dispersion: float

    @property
    def told(self) -> Mask:
        """Cells to be judged."""
        told: Mask = np.isfinite(self.mean) & self.outcome.known
        return told


def dispersion_of(trials: list[Trial]) -> float:
    """φ of demand around the means of forecasts, all in one."""
    told = [(t.mean[t.told], t.outcome.sold[t.told], t.outcome.out[t.told]) for t in trials]
    mean, sold, out = (np.concatenate(part) for part in zip(*told, strict=True))
    return likeliest(mean, sold, out)


def quantile_loss(trial: Trial, dispersion: float) -> Array:
    """Twice the mean pinball loss of the nine deciles, by cell [units]; 0 where nothing is told.

    Σ loss ÷ Σ sold is the weighted quantile loss (WQL) of Ansari et al. (2024, Chronos).
    """
    told = trial.told
    mean, place = np.unique(np.round(trial.mean[told], 3), return_inverse=True)
    error = trial.outcome.sold[told] - np.minimum(
        quantiles(mean, LEVELS, dispersion)[:, place], trial.outcome.supply[told]
    )
    loss = np.zeros(trial.mean.shape)
    loss[told] = 2 * np.maximum(LEVELS[:, None] * error, (LEVELS[:, None] - 1) * error).mean(axis=0)
    return loss


class Expected(NamedTuple):
    """Sales that a forecast leads to, by cell [units]: mean, variance by chance, and the move of the mean per ∂ln μ."""

    sales: Array
    variance: Array
    slope: Array


def expected(trial: Trial, dispersion: Array) -> Expected:
    """What the shelf should sell if the means are true, and how far chance and errors of single cells move it.

    0 where nothing is told. dispersion: (shelves,) φ around the means of forecasts, which holds such errors.
    """
    told, supply = trial.told, trial.outcome.supply
    found = np.zeros((3, *told.shape))
    for phi in np.unique(dispersion):
        cells = told & (dispersion == phi)
        mean, stock = trial.mean[cells], supply[cells]
        sales = expected_sales(mean, stock, trial.dispersion)[0]
        more = expected_sales(mean * np.exp(STEP), stock, trial.dispersion)[0]
        found[:, cells] = sales, expected_sales(mean, stock, float(phi))[1], (more - sales) / STEP
    return Expected(*found)


@dataclass(frozen=True, slots=True)
class Spread:
    """How sure a forecast is. dispersion: φ by category; month, whole: σ² by KINDS, of a month and of all ahead."""

    dispersion: Array
    month: Array
    whole: Array


def spread_of(trials: list[Trial], dispersion: Array, shelves: Assortment) -> Spread:
    """The spread of the next forecast, from how far those of the past were off. dispersion: of each category."""
    phi = dispersion[shelves.category_of]
    found = [(trial.outcome.sold * trial.told, expected(trial, phi)) for trial in trials]

    def measured(summed: bool) -> Array:
        cells = [(sold, *e) for sold, e in found]
        if summed:
            cells = [tuple(part.sum(axis=0, keepdims=True) for part in cell) for cell in cells]
        sold, sales, variance, slope = (np.concatenate([c[i] for c in cells]) for i in range(4))
        return _shared(sold - sales, variance, slope, shelves, len(trials))

    return Spread(dispersion, measured(False), measured(True))


def _shared(error: Array, variance: Array, slope: Array, shelves: Assortment, trials: int) -> Array:
    """σ² by kind: what ratios of groups vary beyond chance, once the kinds above are taken out; rows are months."""
    shared = np.zeros(len(KINDS))
    for kind, (group, n) in enumerate(map(shelves.groups, KINDS)):
        e, v, x = (rows_by(group, a, n) for a in (error, variance, slope))
        some = x > FEWEST_SHARED
        if not some.any():
            continue
        found = spread(Evidence((x + e)[some], x[some], v[some]))
        freedom = max(1, round(some.sum() * trials / len(error)))
        roughly = stdtrit(freedom, (1 + LEVEL) / 2) / ndtri((1 + LEVEL) / 2)  # of few errors, as Student has it
        shared[kind] = found * roughly**2 if found > LEAST_SPREAD else 0.0
        ratio = np.divide(e, x, out=np.zeros_like(e), where=some)
        error = error - slope * ratio[:, group]
    return shared


def variance_of(chance: Array, moved: Array, place: Ints, shelves: Assortment, shared: Array) -> Array:
    """Variance of sums, (sums,). chance, moved: of each shelf: its variance, and its part of the sum per ∂ln μ.

    place: (shelves,) number of the sum to which a shelf belongs, −1 for none; shared: σ² by kind.
    """
    chosen = np.flatnonzero(place >= 0)
    at, sums = place[chosen], int(place.max(initial=-1)) + 1
    total = sum_by(at, chance[chosen], sums)
    for kind, variance in zip(KINDS, shared, strict=True):
        if variance > 0:
            group, n = shelves.groups(kind)
            total += common_variance(at, sums, group[chosen], moved[chosen], np.full(n, variance))
    return total


class Held(TypedDict):
    """How many 80 % intervals of sales held, out of how many: of sums by store, category and product; of shelves."""

    sums: int
    sums_n: int
    shelves: int
    shelves_n: int


def held(trial: Trial, spread: Spread, shelves: Assortment) -> Held:
    """What the intervals that `spread` gives would have held, each single month and all months ahead together."""
    found = expected(trial, spread.dispersion[shelves.category_of])
    sold = trial.outcome.sold * trial.told
    counts = np.zeros((2, 2), dtype=np.int64)
    spans = [(slice(m, m + 1), spread.month) for m in range(len(sold))] + [(slice(None), spread.whole)]
    for months, shared in spans:
        s, sales, variance, slope = (a[months].sum(axis=0) for a in (sold, *found))
        for kind in KINDS:
            group, n = shelves.groups(kind)
            place = np.where(sales > 0, group, -1)
            mean, truth = (sum_by(group, a, n) for a in (sales, s))
            low, high = interval(
                mean[: place.max() + 1], variance_of(variance, slope, place, shelves, shared), np.ones(1)
            )
            some = mean[: len(low)] > 0
            inside = ((low <= truth[: len(low)]) & (truth[: len(low)] <= high))[some]
            counts[int(kind == "shelf")] += inside.sum(), len(inside)
    (sums, sums_n), (single, single_n) = counts.tolist()
    return Held(sums=sums, sums_n=sums_n, shelves=single, shelves_n=single_n)
