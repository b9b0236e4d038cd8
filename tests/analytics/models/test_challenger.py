"""Trees over all series: they find what is there to learn, and do not look ahead."""

from dataclasses import replace

import numpy as np
import pytest

from analytics.models.challenger import Series, forecast


def doubling(seed: int = 1, periods: int = 36, n: int = 120) -> Series:
    """Poisson sales around a mean of each series' own, twice as many in every sixth month of the year."""
    rng = np.random.default_rng(seed)
    season = np.arange(periods + 3) % 12
    mean = rng.lognormal(1, 0.7, n) * np.where(season == 5, 2.0, 1.0)[:, None]
    return Series(rng.poisson(mean[:periods]).astype(np.float64), season, (np.arange(n) % 4,))


def test_levels_and_seasons_are_learned() -> None:
    """41 months from January on: the first month ahead is June, which sells twice as much as July."""
    series = doubling(periods=41)
    june, july, _ = forecast(series, 3)
    assert june.sum() / july.sum() == pytest.approx(2, rel=0.15)
    assert np.corrcoef(july, series.values.mean(axis=0))[0, 1] > 0.9


def test_it_does_better_than_the_mean_of_all() -> None:
    whole = doubling(periods=39)
    known = replace(whole, values=whole.values[:36], season=whole.season[:39])
    error = np.abs(forecast(known, 3) - whole.values[36:]).sum()
    assert error < 0.75 * np.abs(whole.values[:36].mean() - whole.values[36:]).sum()


def test_equal_data_give_equal_forecasts_and_gaps_are_borne() -> None:
    series = doubling()
    values = series.values.copy()
    values[:30, 7] = np.nan
    gaps = replace(series, values=values)
    assert np.array_equal(forecast(gaps, 3), forecast(gaps, 3))
    assert np.isfinite(forecast(gaps, 3)).all()


@pytest.mark.parametrize(("periods", "n"), [(14, 200), (36, 3)])
def test_too_little_to_learn_from_gives_none(periods: int, n: int) -> None:
    assert forecast(doubling(periods=periods, n=n), 3) is None


def test_nothing_sold_gives_none() -> None:
    series = doubling()
    assert forecast(replace(series, values=np.zeros_like(series.values)), 3) is None


def test_what_is_known_of_the_days_ahead_is_used() -> None:
    """On days with an offer thrice as much is sold; the second day ahead has one."""
    rng = np.random.default_rng(2)
    offer = rng.random((63, 150)) < 0.3
    offer[60:] = [[False], [True], [False]]
    sold = rng.poisson(np.where(offer, 9.0, 3.0))[:60].astype(np.float64)
    week = np.arange(63) % 7
    plain, offered, _ = forecast(Series(sold, week, (), (1, 7, 14, 28), (offer.astype(np.float64),), 7), 3)
    assert offered.mean() / plain.mean() == pytest.approx(3, rel=0.1)
