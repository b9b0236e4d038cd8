"""The period that a selection is compared with, and the months that led up to it."""

from typing import Final, Literal

import numpy as np

from analytics.calendar import Period
from analytics.cube import Cube
from analytics.selection import Selection
from data.said import Said, say

Against = Literal["previous", "last_year"]
A_YEAR: Final = 12  # months


def earlier(cube: Cube, selection: Selection, against: Against) -> Selection | Said:
    """The same stores and categories in the period before, as long as this one, or in the same months last year.

    Says why there is none: some of its months are not in the data, or this period has a month that is not over, which
    is smaller than any whole one. A period with gaps spans them: "before" begins as many months earlier as it spans.
    """
    months = selection.period.months
    if len(months) and months[-1] >= cube.complete_months:
        return say("{month} is not over: no comparison", month=str(cube.calendar.months[-1]))
    period = selection.period.shifted(A_YEAR if against == "last_year" else _span(selection.period))
    if not len(period.months):
        return say("no earlier period")
    return Selection(selection.stores, selection.categories, period)


def latest_months(cube: Cube, selection: Selection) -> Selection:
    """The last twelve months up to the selection's last one, by month: those that the data have, in any quarter."""
    last = int(selection.period.months[-1]) if len(selection.period.months) else -1
    months = np.arange(max(0, last + 1 - A_YEAR), last + 1)
    return Selection(selection.stores, selection.categories, Period.monthly(cube.calendar, months))


def _span(period: Period) -> int:
    return int(period.months[-1] - period.months[0]) + 1 if len(period.months) else 0
