"""Fiscal quarters, days, and the readings of a stock that is known at month ends only."""

import numpy as np
import pytest

from analytics.calendar import Calendar, Period


def months(first: str, after: str) -> np.ndarray:
    return np.arange(first, after, dtype="M8[M]")


YEARS = Calendar.of(months("2023-01", "2025-01"))  # index 0 is January 2023, 12 January 2024


def at(*chosen: int) -> np.ndarray:
    return np.array(chosen, dtype=np.int64)


def test_a_year_from_january() -> None:
    assert YEARS.quarters[:12] == ("2023Q1",) * 3 + ("2023Q2",) * 3 + ("2023Q3",) * 3 + ("2023Q4",) * 3
    assert YEARS.quarters[12] == "2024Q1"


def test_a_year_from_april_is_named_after_the_year_in_which_it_ends() -> None:
    """January to March 2023 close the fiscal year 2023; April opens 2024."""
    quarters = Calendar.of(months("2023-01", "2024-05"), fiscal_year_start=4).quarters
    assert quarters[:3] == ("2023Q4",) * 3
    assert quarters[3:15] == ("2024Q1",) * 3 + ("2024Q2",) * 3 + ("2024Q3",) * 3 + ("2024Q4",) * 3
    assert quarters[15] == "2025Q1"


@pytest.mark.parametrize("start", range(1, 13))
def test_every_fiscal_year_has_twelve_months_and_ends_in_its_own(start: int) -> None:
    calendar = Calendar.of(months("2020-01", "2025-01"), start)
    whole = [q for q in calendar.quarter_list() if calendar.quarters.count(q) == 3]
    assert len(whole) >= 19
    for label in (q for q in whole if q.endswith("Q4")):
        last = calendar.months[calendar.chosen((label,))[-1]]
        assert str(last) == (f"{label[:4]}-12" if start == 1 else f"{label[:4]}-{start - 1:02}")


@pytest.mark.parametrize(
    ("start", "ends"), [(1, ["2023-03", "2023-06"]), (2, ["2023-01", "2023-04"]), (4, ["2023-03", "2023-06"])]
)
def test_the_last_month_may_end_its_quarter(start: int, ends: list[str]) -> None:
    """In a year from February the quarters end with April, July, October and January."""
    lasts = months("2023-01", "2023-07")
    assert [str(last) for last in lasts if Calendar.of(np.array([last - 1, last]), start).ends_quarter] == ends


def test_quarters_before_1970_count_too() -> None:
    assert Calendar.of(months("1969-11", "1970-02")).quarters == ("1969Q4", "1969Q4", "1970Q1")


def test_days_know_the_leap_year() -> None:
    assert YEARS.days[:3].tolist() == [31, 28, 31]
    assert YEARS.days[13] == 29
    assert (YEARS.days[:12].sum(), YEARS.days[12:].sum()) == (365, 366)


def test_chosen_months() -> None:
    assert YEARS.chosen(("2024Q1", "2023Q2")).tolist() == [3, 4, 5, 12, 13, 14]
    assert YEARS.chosen(None).tolist() == list(range(24))
    assert YEARS.chosen(()).tolist() == YEARS.chosen(("1999Q1",)).tolist() == []
    assert YEARS.month_labels(at(0, 13)) == ["2023-01", "2024-02"]
    assert YEARS.quarter_list()[:5] == ["2023Q1", "2023Q2", "2023Q3", "2023Q4", "2024Q1"]


# --- stock readings ------------------------------------------------------------------


def test_n_months_in_a_row_have_n_plus_one_readings() -> None:
    """January to April: the opening of January and four closings."""
    period = Period.whole(YEARS, at(0, 1, 2, 3))
    assert period.starts().tolist() == [True, False, False, False]
    assert period.ends().tolist() == [False, False, False, True]
    assert (period.count().tolist(), period.readings().tolist(), period.days().tolist()) == ([4], [5], [120])


def test_every_run_of_months_opens_once() -> None:
    """The first quarters of two years: two openings, six closings."""
    period = Period.whole(YEARS, YEARS.chosen(("2023Q1", "2024Q1")))
    assert period.starts().tolist() == [True, False, False, True, False, False]
    assert period.ends().tolist() == [False] * 5 + [True]
    assert (period.readings().tolist(), period.days().tolist()) == ([8], [31 + 28 + 31 + 31 + 29 + 31])


def test_every_month_alone_has_two_readings() -> None:
    period = Period.monthly(YEARS, at(0, 1, 5))
    assert (period.group.tolist(), period.groups) == ([0, 1, 2], 3)
    assert period.starts().all()
    assert period.ends().all()
    assert (period.readings().tolist(), period.days().tolist()) == ([2, 2, 2], [31, 28, 30])


def test_every_quarter_opens_although_its_months_follow_the_last_one() -> None:
    period = Period.quarterly(YEARS, at(0, 1, 2, 3, 4, 5))
    assert period.starts().tolist() == period.ends()[::-1].tolist() == [True, False, False] * 2
    assert (period.readings().tolist(), period.days().tolist()) == ([4, 4], [90, 91])


def test_a_quarter_with_some_of_its_months() -> None:
    """Data from February 2023 to July: two, three and one month."""
    calendar = Calendar.of(months("2023-02", "2023-08"))
    period = Period.quarterly(calendar, calendar.chosen(None))
    assert period.group.tolist() == [0, 0, 1, 1, 1, 2]
    assert (period.count().tolist(), period.readings().tolist()) == ([2, 3, 1], [3, 4, 2])


def test_a_quarter_earlier() -> None:
    shifted = Period.quarterly(YEARS, at(3, 4, 5, 6, 7, 8)).shifted(3)
    assert (shifted.months.tolist(), shifted.group.tolist(), shifted.groups) == (
        [0, 1, 2, 3, 4, 5],
        [0, 0, 0, 1, 1, 1],
        2,
    )
    assert shifted.days().tolist() == [90, 91]


def test_what_is_not_wholly_there_is_not_compared() -> None:
    """Of the quarter before February to April 2023 only January is in the data: no period, but the same shape."""
    shifted = Period.whole(YEARS, at(1, 2, 3)).shifted(2)
    assert (shifted.months.tolist(), shifted.groups) == ([], 1)
    assert [shifted.count().tolist(), shifted.days().tolist(), shifted.readings().tolist()] == [[0]] * 3
    assert Period.whole(YEARS, at(1, 2, 3)).shifted(1).months.tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("period", "groups"),
    [(Period.whole(YEARS, at()), 1), (Period.monthly(YEARS, at()), 0), (Period.quarterly(YEARS, at()), 0)],
    ids=["whole", "monthly", "quarterly"],
)
def test_no_months_have_no_days_and_no_readings(period: Period, groups: int) -> None:
    assert period.groups == groups
    for counted in (period.count(), period.days(), period.readings(), period.shifted(1).count()):
        assert counted.tolist() == [0] * groups
    assert period.starts().tolist() == period.ends().tolist() == []
