"""Who stayed: customers by the quarter of their first order, and in which later ones they ordered again."""

from typing import TypedDict

import numpy as np

from analytics.filters import Filters
from analytics.queries import personal
from analytics.queries.view import View, cached_query, plain, regardless_of, require
from analytics.totals import ratio


class Cohorts(TypedDict):
    """Share [%] of each cohort (quarter of the first order) that ordered k quarters later; None after the data end.

    size: customers of each cohort. Both None where they are withheld. known: quarters of each that the data have.
    open_last: the newest quarter is not over.
    """

    cohorts: list[str]
    size: list[int | None]
    known: list[int]
    share: list[list[float | None]]
    open_last: bool


@cached_query
def cohorts(view: View, filters: Filters) -> Cohorts:
    """Retention by cohort within the selected stores and categories; cohorts are the selected quarters."""
    require(view, "active_customers")
    cube = view.cube
    labels = cube.calendar.quarter_list()
    chosen = np.flatnonzero([filters.quarters is None or quarter in filters.quarters for quarter in labels])
    came = np.array(_came_by_cohort(view, filters), dtype=np.float64)
    size = came[chosen, chosen]
    members = np.where(np.arange(len(labels)) >= chosen[:, None], came[chosen], np.nan)
    rows, cells = personal.cohorts_withheld(view, size, members)
    share = 100 * ratio(personal.blanked(members, cells), np.broadcast_to(size[:, None], members.shape))
    return Cohorts(
        cohorts=[labels[start] for start in chosen],
        size=personal.counted(size, rows),
        known=[len(labels) - start for start in chosen.tolist()],
        share=[plain(np.roll(share[row], -start)) for row, start in enumerate(chosen)],
        open_last=cube.open_quarter is not None,
    )


@regardless_of("quarters")
@cached_query
def _came_by_cohort(view: View, filters: Filters) -> list[list[int]]:
    """Customers of each quarter's cohort who ordered in each quarter: the first axis is that of their first order."""
    cube = view.cube
    counts: list[list[int]] = cube.sets(cube.select(filters, ("quarter",)), ("quarter",)).cohorts().tolist()
    return counts
