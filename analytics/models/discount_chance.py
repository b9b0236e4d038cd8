"""Who receives a discount, and how deep: a two-part model beside plain rules, fitted offline.

P(discount) × E[depth | discount]: boosted trees for the chance, boosted trees of a gamma loss for the depth. Beside
them stand logistic regression and rules that need no model. Chances are recalibrated each month on the newest two
(Platt 1999: a straight line on the logit).
"""

from collections.abc import Callable, Mapping
from typing import Final, Literal, NamedTuple

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.linear_model import LogisticRegression

from analytics.arrays import Array, Ints, Mask, some_of, sum_by
from analytics.models.discount_lines import OF_CUSTOMER, TIER, YEAR, Features, Lines, Past, known
from analytics.models.scores import LEAST, Scores, scores

Name = Literal["boosted", "logistic", "customer", "tier", "base"]
LEARNED: Final[tuple[Name, ...]] = ("boosted", "logistic", "customer")
RULES: Final[tuple[Name, ...]] = ("tier", "base")
TEST_MONTHS: Final = 3
CALIBRATED_ON: Final = 2  # months
LEARNS_FROM: Final = 1  # the first month has no past
MOST_ROWS: Final = 300_000  # of training; more add time and next to no skill
SHALLOWEST: Final = 0.005  # depth that a gamma loss can take


class Fitted(NamedTuple):
    """A fitted model. chance: features → chance [-] by name; depth: features → depth of a discount [-]."""

    chance: Mapping[Name, Callable[[Features], Array]]
    depth: Callable[[Features], Array]


class Line(NamedTuple):
    """A straight line on the logit: P = σ(intercept + slope · logit p)."""

    intercept: float
    slope: float

    def __call__(self, chance: Array) -> Array:
        """Recalibrated chances."""
        found: Array = 1 / (1 + np.exp(-self.intercept - self.slope * _logit(chance)))
        return found


class Told(NamedTuple):
    """Chance of a discount and its depth, shape (n,) each [-]."""

    chance: Array
    depth: Array


class Basket(NamedTuple):
    """Rows of lines of which is told. past: of all lines, where `lines` are those of some customers."""

    lines: Lines
    rows: Ints
    past: Past | None = None


class Trial(NamedTuple):
    """What each model and rule said of later months, and how it went.

    rows: of the lines, judged; chance: by name, recalibrated with what was known at the start of each month; depth: of
    a discount, boosted, and plain: by tier; scores: by name; chosen: the lowest log loss, a rule unless a model beats
    it; deep: whether the boosted depth beats the plain one; first, last: recalibrations of the first month judged and
    of the one after the last; model: as fitted before the months judged.
    """

    rows: Ints
    chance: Mapping[Name, Array]
    depth: Array
    plain: Array
    scores: Mapping[Name, Scores]
    chosen: Name
    deep: bool
    first: Mapping[Name, Line]
    last: Mapping[Name, Line]
    model: Fitted


def fit(features: Features, discounted: Mask, depth: Array) -> Fitted:
    """Fits the models to lines; shapes (n, features), (n,), (n,). Both kinds of lines must be there."""
    drawn = some_of(len(features), MOST_ROWS)
    features, discounted, depth = features[drawn], discounted[drawn], depth[drawn]
    forest = HistGradientBoostingClassifier(
        max_iter=150,
        learning_rate=0.06,
        min_samples_leaf=100,
        max_leaf_nodes=16,
        l2_regularization=5,
        early_stopping=False,
        random_state=1,
    ).fit(features, discounted)
    deep = HistGradientBoostingRegressor(
        loss="gamma",
        max_iter=120,
        learning_rate=0.05,
        min_samples_leaf=60,
        max_leaf_nodes=16,
        early_stopping=False,
        random_state=1,
    ).fit(features[discounted], np.maximum(depth[discounted], SHALLOWEST))
    return Fitted(
        chance={
            "boosted": lambda x: np.asarray(forest.predict_proba(x)[:, 1], dtype=np.float64),
            "logistic": _logistic(features, discounted, features.shape[1]),
            "customer": _logistic(features, discounted, OF_CUSTOMER),
        },
        depth=lambda x: np.clip(deep.predict(x), 0, 1),
    )


def trial(lines: Lines, test_from: int) -> Trial:
    """Fits on months before `test_from`, recalibrates month by month, and is judged from `test_from` on.

    The two months before, of which no model may have seen the outcome, are told by a first fit that stops there.
    """
    rows = np.flatnonzero(lines.month >= LEARNS_FROM)
    features, month = known(lines, rows, lines.month[rows]), lines.month[rows]
    happened, depth = lines.discounted[rows], lines.depth[rows]
    models = {}
    for start in (test_from - CALIBRATED_ON, test_from):
        models[start] = fit(features[month < start], happened[month < start], depth[month < start])
    first, model = models.values()
    judged, recent = month >= test_from, month >= test_from - CALIBRATED_ON
    raw = {
        name: np.where(judged[recent], model.chance[name](features[recent]), first.chance[name](features[recent]))
        for name in LEARNED
    }
    steps = {name: _steps(p, happened[recent], month[recent], test_from) for name, p in raw.items()}
    chance: dict[Name, Array] = {
        name: np.choose(month[judged] - test_from, [step(p[judged[recent]]) for step in steps[name][:-1]])
        for name, p in raw.items()
    }
    chance |= rules(lines, rows[judged])
    found = {name: scores(happened[judged], p) for name, p in chance.items()}
    chosen = _best(found)
    boosted, plain = model.depth(features[judged]), depth_by_tier(lines, lines.tier[rows[judged]], test_from)
    error, error_plain = (_error(depth[judged], chance[chosen] * d) for d in (boosted, plain))
    return Trial(
        rows=rows[judged],
        chance=chance,
        depth=boosted,
        plain=plain,
        scores=found,
        chosen=chosen,
        deep=chosen in LEARNED and error < error_plain,
        first={name: lines_[0] for name, lines_ in steps.items()},
        last={name: lines_[-1] for name, lines_ in steps.items()},
        model=model,
    )


def told(lines: Lines, basket: Basket, month: int, trial: Trial, model: Fitted, line: Mapping[Name, Line]) -> Told:
    """Chance and depth of a discount on the lines of a basket, had they been sold in the months from `month` on.

    By the models and rules that won the trial. lines: those learned from; line: the recalibration that was known then.
    """
    tier, at = basket.lines.tier[basket.rows], np.full(len(basket.rows), month)
    features = known(basket.lines, basket.rows, at, basket.past)
    name = trial.chosen
    if name in LEARNED:
        chance = line[name](model.chance[name](features))
    else:
        share, base = tier_shares(lines, lines.discounted.astype(np.float64), month)
        chance = share[tier + 1] if name == "tier" else np.full(len(tier), base)
    return Told(chance, model.depth(features) if trial.deep else depth_by_tier(lines, tier, month))


def rules(lines: Lines, rows: Ints) -> dict[Name, Array]:
    """What the rules say: the share of lines with a discount in the 12 months before, of all and of the tier."""
    found: dict[Name, Array] = {"base": np.zeros(len(rows)), "tier": np.zeros(len(rows))}
    for month in np.unique(lines.month[rows]):
        here = lines.month[rows] == month
        share, base = tier_shares(lines, lines.discounted.astype(np.float64), int(month))
        found["base"][here] = base
        found["tier"][here] = share[lines.tier[rows[here]] + 1]
    return found


def tier_shares(lines: Lines, values: Array, month: int, which: Mask | None = None) -> tuple[Array, float]:
    """Mean of values over the 12 months before `month`, by tier (unknown first; that of all where it has none)."""
    past = (lines.month < month) & (lines.month >= month - YEAR)
    past &= True if which is None else which
    tiers = int(lines.tier.max(initial=-1)) + 2
    count = np.bincount(lines.tier[past] + 1, minlength=tiers)
    every = float(values[past].mean()) if past.any() else 0.0
    sums = sum_by(lines.tier[past] + 1, values[past], tiers)
    return np.divide(sums, count, out=np.full(tiers, every), where=count > 0), every


def depth_by_tier(lines: Lines, tier: Ints, month: int) -> Array:
    """The plain answer to how deep: the mean depth of the tier's discounts in the 12 months before."""
    return tier_shares(lines, lines.depth, month, lines.discounted)[0][tier + 1]


def _best(found: Mapping[Name, Scores]) -> Name:
    """The lowest log loss; the tier's rule beats that of all only where it helps."""
    order: tuple[Name, ...] = ("base", "tier", "customer", "logistic", "boosted")
    return min(order, key=lambda name: found[name].log_loss)


def _error(actual: Array, said: Array) -> float:
    return float(((actual - said) ** 2).mean())


def _logistic(features: Features, discounted: Mask, width: int) -> Callable[[Features], Array]:
    """Logistic regression on the first `width` features, standardised; each tier is a feature of its own."""
    tiers = np.unique(features[:, TIER])[1:]

    def spread(x: Features) -> Array:
        return np.column_stack([x[:, TIER, None] == tiers, x[:, TIER + 1 : width]]).astype(np.float64)

    middle, scale = spread(features).mean(axis=0), spread(features).std(axis=0) + LEAST
    model = LogisticRegression(C=1.0, max_iter=2000).fit((spread(features) - middle) / scale, discounted)
    return lambda x: np.asarray(model.predict_proba((spread(x) - middle) / scale)[:, 1], dtype=np.float64)


def _steps(chance: Array, happened: Mask, month: Ints, test_from: int) -> list[Line]:
    """The recalibration of each month from `test_from` to the one after the last, on the two months before it."""
    found = []
    for at in range(test_from, int(month.max()) + 2):
        recent = (month < at) & (month >= at - CALIBRATED_ON)
        found.append(platt(chance[recent], happened[recent]))
    return found


def platt(chance: Array, happened: Mask) -> Line:
    """The line on the logit that fits best; the identity where all outcomes are the same."""
    if len(np.unique(happened)) < 2:
        return Line(0.0, 1.0)
    found = LogisticRegression(C=1e4, max_iter=1000).fit(_logit(chance)[:, None], happened)
    return Line(float(found.intercept_[0]), float(found.coef_[0, 0]))


def _logit(chance: Array) -> Array:
    safe = np.clip(chance, LEAST, 1 - LEAST)
    found: Array = np.log(safe / (1 - safe))
    return found
