"""Hours in which a shelf stood empty, and what they would have sold."""

from dataclasses import replace

import numpy as np
import pytest

from analytics.models.hidden_hours import FEWEST_DAYS, Days, recover

HOURS = 4


def week(days: int = 200, sold: float = 2.0) -> Days:
    """One series that sells the same in each of four hours of every day."""
    return Days(
        sold=np.full((days, HOURS), sold),
        out=np.zeros((days, HOURS), dtype=np.bool_),
        series=np.zeros(days, dtype=np.int64),
        category=np.zeros(days, dtype=np.int64),
        date=np.arange(days),
    )


def empty(days: Days, day: int, *hours: int) -> Days:
    out, sold = days.out.copy(), days.sold.copy()
    out[day, list(hours)], sold[day, list(hours)] = True, 0
    return replace(days, out=out, sold=sold)


def test_a_day_without_an_empty_hour_hides_nothing() -> None:
    assert recover(week()).hidden == pytest.approx(np.zeros(200))


@pytest.mark.parametrize(("hours", "hidden"), [((3,), 2), ((2, 3), 4), ((0, 1, 2, 3), 8)])
def test_what_a_steady_hour_would_have_sold(hours: tuple[int, ...], hidden: float) -> None:
    found = recover(empty(week(), 50, *hours)).hidden
    assert found[50] == pytest.approx(hidden, rel=0.01)
    assert np.count_nonzero(found.round(9)) == 1


def test_a_day_that_began_well_would_have_gone_on_well() -> None:
    """Days of four, eight and sixteen. Two hours sold eight, or nothing: so much more or less were the other two."""
    rng = np.random.default_rng(1)
    level = rng.choice([1.0, 2, 4], 400)
    days = replace(week(400), sold=rng.poisson(level[:, None], (400, HOURS)).astype(float))
    days = empty(days, 9, 2, 3)
    days.sold[9, :2] = 4
    busy = recover(days)
    days.sold[9, :2] = 0
    quiet = recover(days)
    usual = days.sold.sum(axis=1).mean() / 2
    assert quiet.hidden[9] < usual < busy.hidden[9] < 8


def test_the_usual_day_is_worth_as_many_days_as_noise_is_worth_of_spread() -> None:
    """Poisson sales of 4, 8 or 16 a day: a mean of 9.3, which is their noise, and a variance between days of 24.9."""
    rng = np.random.default_rng(4)
    level = rng.choice([1.0, 2, 4], 20_000)
    sold = rng.poisson(level[:, None], (20_000, HOURS)).astype(float)
    days = replace(week(20_000), sold=sold, date=np.zeros(20_000, dtype=np.int64))
    assert recover(days).prior == pytest.approx(9.33 / 24.9, rel=0.05)


def test_hours_that_sell_more_hide_more() -> None:
    days = week()
    days.sold[:] = [1, 1, 1, 5]
    evening, morning = recover(empty(days, 7, 3)).hidden[7], recover(empty(days, 7, 0)).hidden[7]
    assert (evening, morning) == pytest.approx((5, 1), rel=0.02)


def test_noise_alone_is_not_followed() -> None:
    """Poisson sales of equal days: what an hour sold says nothing of the others, so the usual day is believed."""
    rng = np.random.default_rng(2)
    days = replace(week(2000), sold=rng.poisson(1.0, (2000, HOURS)).astype(float), date=np.zeros(2000, dtype=np.int64))
    assert recover(empty(days, 3, 2, 3)).prior > 10


def test_too_few_full_days_tell_nothing() -> None:
    found = recover(week(FEWEST_DAYS - 1))
    assert found.why
    assert np.isnan(found.hidden).all()
    assert recover(week(FEWEST_DAYS)).why is None
