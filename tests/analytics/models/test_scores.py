import numpy as np
import pytest

from analytics.models.scores import auc, reliability, scores, wilson

YES = np.array([True, True, True, False])


def test_scores_of_four_lines_by_hand() -> None:
    """Stated .9 .8 .4 .2: three of four right; of three yes two, of one no one; two of three pairs… all in order."""
    found = scores(YES, np.array([0.9, 0.8, 0.4, 0.2]))
    assert found.accuracy == 0.75
    assert found.balanced == pytest.approx((2 / 3 + 1) / 2)
    assert found.auc == 1.0
    assert found.log_loss == pytest.approx(-np.log([0.9, 0.8, 0.4, 0.8]).mean())
    assert found.ece == pytest.approx((0.1 + 0.2 + 0.6 + 0.2) / 4)


def test_always_yes_is_accurate_and_not_balanced() -> None:
    """75 % accuracy without telling anything apart."""
    found = scores(YES, np.full(4, 0.75))
    assert (found.accuracy, found.balanced, found.auc, found.ece) == (0.75, 0.5, 0.5, 0.0)


def test_nothing_to_rank() -> None:
    assert auc(np.ones(3, dtype=np.bool_), np.array([0.1, 0.2, 0.3])) is None


def test_reliability_bins_what_was_stated() -> None:
    found = reliability(YES, np.array([0.72, 0.78, 0.74, 0.12]))
    assert found.n.tolist() == [1, 3]
    assert found.happened.tolist() == [0, 1]
    assert found.stated.tolist() == pytest.approx([0.12, 0.7466667])


def test_wilson_as_published() -> None:
    """81 of 263: 0.2553 to 0.3662 (Newcombe 1998, Statistics in Medicine 17, table I, method 3)."""
    low, high = wilson(np.array([81 / 263]), np.array([263.0]))
    assert (round(float(low[0]), 4), round(float(high[0]), 4)) == (0.2553, 0.3662)
