"""Months, fiscal quarters and the periods that are made of them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.arrays import Ints, Mask

Months = npt.NDArray[np.datetime64]  # datetime64[M], one a month, without gaps
NO_MONTHS: Ints = np.empty(0, dtype=np.int64)


def months_from(first: np.datetime64, count: int) -> list[str]:
    """Labels of `count` months in a row, beyond the data too.

    >>> months_from(np.datetime64("2023-12"), 2)
    ['2023-12', '2024-01']
    """
    return [str(month) for month in first + np.arange(count)]


@dataclass(frozen=True, slots=True)
class Calendar:
    """The months of a version and the fiscal quarter of each.

    A fiscal year is named after the calendar year in which it ends: with a start in April, 2023-04 is in "2024Q1".
    """

    months: Months
    quarters: tuple[str, ...]  # one label a month
    days: Ints  # calendar days of each month; of the last one, those that the data cover
    ends_quarter: bool  # the last month is the last of its fiscal quarter

    @classmethod
    def of(cls, months: Months, fiscal_year_start: int = 1, as_of: str = "9999-12-31") -> "Calendar":
        """The calendar of consecutive `months`; fiscal_year_start: 1 = January … 12; as_of: last day with data."""
        ordinal = months.astype(np.int64)  # months since 1970-01
        shifted = ordinal - (fiscal_year_start - 1)
        year = 1970 + shifted // 12 + (fiscal_year_start > 1)
        labels = tuple(f"{y}Q{q}" for y, q in zip(year, shifted % 12 // 3 + 1, strict=True))
        ends = np.minimum((months + 1).astype("datetime64[D]"), np.datetime64(as_of, "D") + 1)
        days = np.maximum((ends - months.astype("datetime64[D]")).astype(np.int64), 0)
        return cls(months, labels, days, bool(shifted[-1] % 3 == 2))

    def month_labels(self, chosen: Ints) -> list[str]:
        """'2023-01' of each chosen month."""
        return [str(m) for m in self.months[chosen]]

    def chosen(self, quarters: tuple[str, ...] | None) -> Ints:
        """Indexes of the months in these quarters; every month for None."""
        if quarters is None:
            return np.arange(len(self.months))
        wanted = set(quarters)
        return np.array([i for i, q in enumerate(self.quarters) if q in wanted], dtype=np.int64)

    def quarter_list(self) -> list[str]:
        """Every quarter once, oldest first."""
        return list(dict.fromkeys(self.quarters))


@dataclass(frozen=True, slots=True)
class Period:
    """Chosen months, split into one or more groups that are summed apart.

    months: sorted month indexes, shape (n,). group: group number of each, rising from 0 without gaps, shape (n,).
    groups: how many there are. days_of_month: of the whole calendar.
    """

    months: Ints
    group: Ints
    groups: int
    days_of_month: Ints

    @classmethod
    def whole(cls, calendar: Calendar, months: Ints) -> "Period":
        """All chosen months as one group."""
        return cls(months, np.zeros(len(months), dtype=np.int64), 1, calendar.days)

    @classmethod
    def monthly(cls, calendar: Calendar, months: Ints) -> "Period":
        """Each month a group."""
        return cls(months, np.arange(len(months)), len(months), calendar.days)

    @classmethod
    def quarterly(cls, calendar: Calendar, months: Ints) -> "Period":
        """Each fiscal quarter a group, with those of its months that are chosen."""
        names = {q: i for i, q in enumerate(dict.fromkeys(calendar.quarters[m] for m in months))}
        group = np.array([names[calendar.quarters[m]] for m in months], dtype=np.int64)
        return cls(months, group, len(names), calendar.days)

    def shifted(self, by: int) -> "Period":
        """The period `by` months earlier; empty unless all of its months exist (then nothing may be compared)."""
        earlier = self.months - by
        if len(earlier) == 0 or earlier[0] < 0:
            return Period(NO_MONTHS, NO_MONTHS, self.groups, self.days_of_month)
        return Period(earlier, self.group, self.groups, self.days_of_month)

    def starts(self) -> Mask:
        """True where a run of consecutive months begins: there the opening stock is one more reading."""
        follows = np.diff(self.months, prepend=-2) == 1
        same = np.diff(self.group, prepend=-1) == 0
        starts: Mask = ~(follows & same)
        return starts

    def ends(self) -> Mask:
        """True at the last chosen month of each group."""
        ends: Mask = np.diff(self.group, append=self.groups) != 0
        return ends

    def count(self) -> Ints:
        """Months of each group, shape (groups,)."""
        return np.bincount(self.group, minlength=self.groups)

    def days(self) -> Ints:
        """Calendar days of each group, shape (groups,)."""
        return np.bincount(self.group, self.days_of_month[self.months], self.groups).astype(np.int64)

    def readings(self) -> Ints:
        """Stock readings of each group, shape (groups,): n closings and one opening a run (n + 1 for one run)."""
        return self.count() + np.bincount(self.group[self.starts()], minlength=self.groups)
