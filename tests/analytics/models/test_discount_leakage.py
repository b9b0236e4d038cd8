"""Ways in which a discount gives itself away before it is given. Each of them looks like skill and is none."""

import numpy as np
import pytest

from analytics.arrays import Array, Ints
from analytics.models.discount_chance import fit, trial
from analytics.models.discount_lines import Lines, known
from analytics.models.scores import auc
from tests.analytics.models.discounted import planted


def shuffled(lines: Lines, seed: int = 3) -> Lines:
    """The same lines with the discounts of others: nothing is left to learn."""
    order = np.random.default_rng(seed).permutation(len(lines.month))
    return lines._replace(discount=(lines.discount / lines.gross)[order] * lines.gross)


def features(lines: Lines) -> Array:
    return known(lines, np.arange(len(lines.month)), lines.month).astype(np.float64)


def same_but(lines: Lines, changed: Ints) -> Lines:
    """The lines with other discounts in some rows: what was free is discounted, what was discounted is free."""
    discount = lines.discount.copy()
    discount[changed] = np.where(discount[changed] > 0, 0, 0.2 * lines.gross[changed])
    return lines._replace(discount=discount)


def skill(chance: Array, lines: Lines, rows: Ints) -> float:
    return auc(lines.discounted[rows], chance) or 0.0


def test_features_know_earlier_months_alone() -> None:
    """Changing every discount from month 8 on changes no feature up to month 8, and many after it."""
    lines = planted().lines
    before, after = features(lines), features(same_but(lines, np.flatnonzero(lines.month >= 8)))
    early = lines.month <= 8
    assert (before[early] == after[early]).all()
    assert (before[~early] != after[~early]).any(axis=1).all()


def test_neither_the_line_itself_nor_its_basket_is_known() -> None:
    """Neither own discount nor that of other lines of the customer's month, the basket among them, moves a feature."""
    lines = planted().lines
    line = int(np.flatnonzero((lines.month == 6) & (lines.customer >= 0))[0])
    basket = np.flatnonzero((lines.customer == lines.customer[line]) & (lines.month == 6))
    assert (features(lines)[basket] == features(same_but(lines, basket))[basket]).all()


def test_spend_of_the_period_itself_is_not_known() -> None:
    lines = planted().lines
    late = np.flatnonzero(lines.month == 11)
    richer = lines._replace(gross=np.where(lines.month == 11, 100 * lines.gross, lines.gross))
    assert (known(lines, late, lines.month[late])[:, 1] == known(richer, late, lines.month[late])[:, 1]).all()


def test_shuffled_discounts_show_no_skill() -> None:
    """Nor is a model used that only looks surer than the rules."""
    lines = shuffled(planted(lines=8_000).lines)
    found = trial(lines, 9)
    for name in ("boosted", "logistic", "customer"):
        assert abs((found.scores[name].auc or 0) - 0.5) < 0.04, name
    best = min(score.log_loss for name, score in found.scores.items() if name in ("tier", "base"))
    assert found.scores["boosted"].log_loss > best - 0.002


def test_leaving_only_the_line_itself_out_leaks() -> None:
    """A leave-one-out mean is lower for a line with a discount: trees read that off, out of time it is worth nothing.

    On shuffled discounts the encoding "tells" half of the training lines apart; ours does not.
    """
    lines = shuffled(planted(lines=8_000).lines)
    y, product = lines.discounted.astype(np.float64), lines.items[-1]
    count, hits = np.bincount(product), np.bincount(product, y)
    leaky = ((hits[product] - y) / (count[product] - 1)).astype(np.float32)
    rows = np.flatnonzero(lines.month < 9)
    both = np.column_stack([features(lines)[rows], leaky[rows]]).astype(np.float32)
    cheat = fit(both, lines.discounted[rows], lines.depth[rows])
    honest = fit(both[:, :-1], lines.discounted[rows], lines.depth[rows])
    assert skill(cheat.chance["boosted"](both), lines, rows) > 0.95
    assert skill(honest.chance["boosted"](both[:, :-1]), lines, rows) < 0.85


def test_a_tier_measured_after_the_period_looks_like_skill() -> None:
    """No tier matters here. Tiers given by what was received in the judged months seem to tell who receives it."""
    lines = planted(tier=0.0, product=0.0, lines=8_000).lines
    late = lines.month >= 9
    some = late & (lines.customer >= 0)
    got = np.bincount(lines.customer[some], lines.discounted[some], 200) / np.maximum(
        np.bincount(lines.customer[some], minlength=200), 1
    )
    after = np.where(lines.customer >= 0, np.digitize(got, np.quantile(got, [1 / 3, 2 / 3]))[lines.customer], -1)
    honest, cheat = trial(lines, 9), trial(lines._replace(tier=after), 9)
    rows = cheat.rows
    share = np.array([lines.discounted[rows][after[rows] == t].mean() for t in (0, 1, 2)])
    known_customers = after[rows] >= 0
    by_tier = auc(lines.discounted[rows][known_customers], share[after[rows][known_customers]]) or 0.0
    assert by_tier > 0.6
    assert abs((honest.scores["tier"].auc or 0) - 0.5) < 0.03


def test_random_folds_over_the_lines_of_one_customer_flatter() -> None:
    """Customers' luck is no trait: folds that share customers reward a model for knowing it, later months do not."""
    rng = np.random.default_rng(5)
    lines = planted(tier=0.0, product=0.0, lines=8_000).lines
    luck = rng.normal(0, 2, (201, 2))  # of each customer, another one in the later months
    late = (lines.month >= 6).astype(np.int64)
    got = rng.random(len(late)) < 1 / (1 + np.exp(-luck[lines.customer, late]))
    lines = lines._replace(discount=np.where(got, 0.2 * lines.gross, 0.0))
    x = np.column_stack([lines.tier, lines.customer, lines.month, *[lines.weekday] * 4]).astype(np.float32)
    fold = rng.integers(5, size=len(late)) > 0
    random = fit(x[fold], lines.discounted[fold], lines.depth[fold]).chance["boosted"](x[~fold])
    early = late == 0
    later = fit(x[early], lines.discounted[early], lines.depth[early]).chance["boosted"](x[~early])
    assert skill(random, lines, np.flatnonzero(~fold)) > 0.65
    assert skill(later, lines, np.flatnonzero(~early)) == pytest.approx(0.5, abs=0.12)
    assert lines.month[trial(lines, 9).rows].min() == 9
