"""Which customers will spend more than others: the mean of three scores, and the plain regression beside them.

Scores are shares: 1 is the mean customer. How much that one spends is forecast apart (see spend_level), so that a
quarter learned from in spring does not set the level of December.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LinearRegression, LogisticRegression, TweedieRegressor
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from analytics.arrays import Array, Ints, Mask, some_of
from analytics.models.purchase_counts import PurchaseCounts
from analytics.models.purchase_values import PurchaseValues
from analytics.models.spend_panel import Panel
from analytics.models.spend_report import WEEK

POWER: Final = 1.5  # of the variance in the mean: many zeros, and a long tail of money
SHRINK_WEEKS: Final = 8  # of an ordinary customer that a newcomer's rate is diluted with
LEAST: Final = 1e-3  # of a mean customer's spend
LEAST_CHANCE: Final = 1e-4
FOLDS: Final = 4
MOST_ROWS: Final = 100_000  # customer × days that the scores learn from; more add time and next to no skill
TREES: Final[dict[str, Any]] = {  # they correct the regression, so they are few and small
    "loss": "poisson",
    "max_iter": 60,
    "learning_rate": 0.05,
    "max_leaf_nodes": 4,
    "min_samples_leaf": 100,
    "max_bins": 32,  # with weights, finding the bounds of 255 takes most of the time
    "early_stopping": False,
    "random_state": 0,
}


class Described(NamedTuple):
    """What the scores know of each customer, shape (n,) or (n, features).

    features: on the scale of the regressions; plain: those of the reference, in their units; model_based: BG/NBD count
    × Gamma-Gamma value over the days ahead [currency]; buys: BG/NBD probability to buy.
    """

    features: Array
    plain: Array
    model_based: Array
    buys: Array


def describe(panel: Panel, days: int) -> Described:
    """The features of a panel for the `days` ahead; BG/NBD and Gamma-Gamma are fitted to the panel's own past."""
    counts, valued = PurchaseCounts.fit(panel.history), panel.valued > 0
    values = PurchaseValues.fit(panel.valued[valued], panel.value[valued])
    count = counts.expected(panel.history, days / WEEK)
    value = values.expected(panel.valued, panel.value)
    buys = np.clip(counts.buys(panel.history, days / WEEK), LEAST_CHANCE, 1 - LEAST_CHANCE)
    watched = np.minimum(panel.history.watched, panel.back / WEEK)
    rate = panel.spend / (watched + SHRINK_WEEKS)
    amounts = [count, value, count * value, panel.spend, panel.late, rate, panel.idle, watched, panel.orders]
    logs = [np.log1p(amount) for amount in amounts]
    plain = [panel.spend, panel.late, panel.orders, panel.idle, panel.in_stock, panel.growth]
    return Described(
        features=np.column_stack([*logs, np.log(buys / (1 - buys)), panel.in_stock, panel.growth]),
        plain=np.column_stack(plain),
        model_based=count * value,
        buys=buys,
    )


@dataclass(frozen=True, slots=True)
class Scores:
    """What was learned from the customers of some days and what they spent after it."""

    regression: Pipeline
    trees: HistGradientBoostingRegressor
    reference: Pipeline
    chance: Pipeline | float

    @classmethod
    def fit(cls, known: Sequence[Described], money: Sequence[Array], bought: Sequence[Mask]) -> "Scores":
        """known, money [currency], bought: of each day learned from; somebody spent something after each."""
        features = np.concatenate([each.features for each in known])
        share = np.concatenate([spent / spent.mean() for spent in money])
        drawn = some_of(len(share), MOST_ROWS)
        features, share = features[drawn], share[drawn]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            glm = TweedieRegressor(power=POWER, alpha=1e-2, max_iter=1000)
            regression = make_pipeline(StandardScaler(), glm).fit(features, share)
        first = np.maximum(regression.predict(features), LEAST)
        trees = HistGradientBoostingRegressor(**TREES).fit(features, share / first, sample_weight=first)
        plain = np.concatenate([each.plain for each in known])
        reference = make_pipeline(StandardScaler(), LinearRegression()).fit(plain, np.concatenate(money))
        return cls(regression, trees, reference, _chance(features, np.concatenate(bought)[drawn]))

    def shares(self, known: Described) -> dict[str, Array]:
        """Each score by its name, 1 on average; shape (n,) each."""
        glm = np.maximum(self.regression.predict(known.features), 0)
        found = {"btyd": known.model_based, "glm": glm, "trees": glm * self.trees.predict(known.features)}
        return {name: _of_mean(score) for name, score in found.items()}

    def share(self, known: Described) -> Array:
        """The mean of the three scores, shape (n,)."""
        found: Array = np.mean(list(self.shares(known).values()), axis=0)
        return found

    def linear(self, known: Described) -> Array:
        """What LinearRegression expects, not below 0 [currency], shape (n,)."""
        expected: Array = np.maximum(self.reference.predict(known.plain), 0.0)
        return expected

    def probability(self, known: Described) -> Array:
        """Of buying at all, shape (n,)."""
        if isinstance(self.chance, float):
            return np.full(len(known.buys), self.chance)
        found: Array = self.chance.predict_proba(known.features)[:, 1]
        return found


class Unseen(NamedTuple):
    """What was expected of customers by scores that had not seen them: share of the mean [-], probability."""

    share: Array
    chance: Array


def cross_fit(
    known: Sequence[Described], money: Sequence[Array], bought: Sequence[Mask], customer: Sequence[Ints]
) -> list[Unseen]:
    """For each day, what scores say that learned from other customers only. A customer is in one fold on all days."""
    found = [Unseen(np.ones(len(who)), np.full(len(who), 0.5)) for who in customer]
    for fold in range(FOLDS):
        out = [who % FOLDS == fold for who in customer]
        kept = [~mask for mask in out]
        learned = [mask.sum() > 0 and spent[mask].sum() > 0 for mask, spent in zip(kept, money, strict=True)]
        if not any(learned):
            continue
        scores = Scores.fit(
            [_some(each, mask) for each, mask, use in zip(known, kept, learned, strict=True) if use],
            [spent[mask] for spent, mask, use in zip(money, kept, learned, strict=True) if use],
            [was[mask] for was, mask, use in zip(bought, kept, learned, strict=True) if use],
        )
        for each, mask, into in zip(known, out, found, strict=True):
            into.share[mask] = scores.share(each)[mask]
            into.chance[mask] = scores.probability(each)[mask]
    return found


def _some(known: Described, mask: Mask) -> Described:
    return Described(*(values[mask] for values in known))


def _of_mean(score: Array) -> Array:
    mean = score.mean()
    return score / mean if mean > 0 else np.ones_like(score)


def _chance(features: Array, bought: Mask) -> Pipeline | float:
    """A logistic regression, or the one answer that all gave."""
    if bought.all() or not bought.any():
        return float(bought.mean())
    return make_pipeline(StandardScaler(), LogisticRegression(C=1.0, max_iter=1000)).fit(features, bought)
