"""Figures of groups of customers, for who may not see personal data: those of fewer than five are withheld.

A group of one to four is withheld itself; and so that it does not follow from a total and the other groups, the
smallest of these are withheld with it, until all that are withheld have five customers or more together.
"""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from analytics.arrays import Array, Mask
from analytics.kpi.registry import Kpi
from analytics.queries.view import Lacking, View
from analytics.selection import Selection
from analytics.totals import Totals
from data.said import say

FEWEST: Final = 5
WITHHELD: Final = say("Fewer than five customers: withheld, so that nobody can be recognised.")
Parts = Callable[[Totals], tuple[Array, ...]]


def few(customers: npt.ArrayLike) -> Mask:
    """Which of these are groups of one to four."""
    n = np.asarray(customers)
    return np.asarray((n > 0) & (n < FEWEST))


def require_enough(view: View, customers: int) -> None:
    """Raises Lacking where all there is to tell is of one to four customers."""
    if not view.scope.personal and few(customers):
        raise Lacking(WITHHELD)


def withheld(view: View, *customers: npt.ArrayLike, also: Mask | None = None) -> Mask:
    """Which groups are withheld; none from who may see personal data.

    customers: of each group; then, if a figure parts groups further, of each of their parts. One shape for all, an axis
    for each way in which groups add up to totals. also: groups that are withheld anyway.
    """
    parts = np.array(customers, dtype=np.float64)
    hidden: Mask = np.zeros(parts.shape[1:], np.bool_)
    if not view.scope.personal:
        hidden |= few(parts).any(axis=0) | (False if also is None else also)
        _cover(hidden, parts, ~np.zeros_like(hidden), range(hidden.ndim))
    return hidden


def _cover(hidden: Mask, parts: Array, free: Mask, axes: Sequence[int]) -> None:
    """Withholds the smallest of the other groups that are `free` to be, as long as few follow from some total.

    In a table of rows and columns none may be alone in its row or column, and rather those are withheld in whose other
    line some are anyway.
    """
    before = -1
    while before < (before := int(hidden.sum())):
        follows = _follows(hidden, axes)
        for axis in axes:
            lines = [np.moveaxis(mask, axis, -1) for mask in (hidden, follows, free)]
            of_lines = np.moveaxis(parts, axis + 1, -1)
            for at in np.ndindex(lines[0].shape[:-1]):
                line, known, open_ = (mask[at] for mask in lines)
                crossed = hidden.any(axis=tuple(other for other in axes if other != axis)) if len(axes) > 1 else line
                for customers in of_lines[(slice(None), *at)]:
                    others = np.flatnonzero(open_ & ~line & (customers > 0))
                    alone = len(axes) > 1 and line.sum() == 1
                    if len(others) and (alone or _tells(customers, line, known)):
                        cost = customers + customers.sum() * ~crossed
                        line[others[np.argmin(cost[others])]] = True


def _tells(customers: Array, hidden: Mask, follows: Mask) -> bool:
    """Whether a total and what is told of it tell of few: of all that are withheld together, or of one of them."""
    return bool(few(customers[hidden & ~follows].sum())) or bool(few(customers[hidden & follows]).any())


def _follows(hidden: Mask, axes: Sequence[int]) -> Mask:
    """Which of those withheld totals and all others tell: those that no change of the rest could leave as they are.

    Such a cell lies in the span of the totals: diag(Aᵀ·(A·Aᵀ)⁺·A) = 1, A the totals × cells that are withheld.
    """
    cells = np.nonzero(hidden)
    shapes = [np.delete(hidden.shape, axis) for axis in axes]
    ends = np.cumsum([0, *(int(np.prod(shape)) for shape in shapes)])
    line = [
        end + (np.ravel_multi_index(np.delete(cells, axis, 0), shape) if len(shape) else np.zeros_like(cells[0]))
        for axis, shape, end in zip(axes, shapes, ends, strict=False)
    ]
    gram = np.zeros((ends[-1], ends[-1]))
    for one in line:
        for other in line:
            np.add.at(gram, (one, other), 1.0)
    inverse = np.linalg.pinv(gram, hermitian=True)
    found = np.zeros_like(hidden)
    found[cells] = sum(inverse[one, other] for one in line for other in line) > 1 - 1e-6
    return found


def counted(customers: npt.ArrayLike, hidden: Mask) -> list[int | None]:
    """Customers of each group, None where they are withheld."""
    return [None if hide else int(n) for n, hide in zip(np.asarray(customers), hidden, strict=True)]


def blanked(values: npt.ArrayLike, hidden: Mask) -> Array:
    """Values, not a number where they are withheld."""
    told: Array = np.where(hidden, np.nan, np.asarray(values, dtype=np.float64))
    return told


# --- KPIs ----------------------------------------------------------------------------------------------------------


def _buyers(t: Totals) -> tuple[Array, ...]:
    return (t["buyers"],)


def _repeated(t: Totals) -> tuple[Array, ...]:
    return t["repeat_buyers"], t["buyers"] - t["repeat_buyers"]


def _new(t: Totals) -> tuple[Array, ...]:
    return t["new_buyers"], t["buyers"] - t["new_buyers"]


def _stayed(t: Totals) -> tuple[Array, ...]:
    """Also those who are neither new nor retained, which who knows the other two can tell."""
    others = t["buyers"] - t["retained"]
    return t["at_risk"], t["retained"], t["at_risk"] - t["retained"], others, others - t["new_buyers"]


# Measures that tell of customers, and of whom. Guest orders tell those of customers, as all orders are known.
TELLS: Final[dict[str, Parts]] = {
    "buyers": _buyers,
    "repeat_buyers": _repeated,
    "new_buyers": _new,
    "at_risk": _stayed,
    "retained": _stayed,
    **dict.fromkeys(("guest_orders", "member_units", "member_gross_sales", "member_sales"), _buyers),
}


class Guarded(Totals):
    """Totals in which what tells of few customers is not a number. open: the same with nothing withheld."""

    def __init__(self, view: View, open_: Totals) -> None:
        super().__init__(self._told)
        self.open = open_
        self._view = view
        self._hidden: dict[Parts, Mask] = {}

    def _told(self, measure: str) -> Array:
        parts = TELLS.get(measure)
        if parts is None:
            return self.open[measure]
        if parts not in self._hidden:
            buyers = self._hidden.get(_buyers)
            if buyers is None:
                buyers = self._hidden[_buyers] = withheld(self._view, *_buyers(self.open))
            self._hidden[parts] = withheld(self._view, *parts(self.open), also=buyers)
        return blanked(self.open[measure], self._hidden[parts])


def totals(view: View, selection: Selection, by: tuple[str, ...] = ()) -> Totals:
    """`Cube.totals_of`, as far as who asks may know it."""
    found = view.cube.totals_of(selection, by)
    return found if view.scope.personal else Guarded(view, found)


def hidden(kpi: Kpi, found: Totals) -> Mask:
    """Which values of a KPI are withheld."""
    values = np.isnan(kpi.formula(found))
    hidden_: Mask = values & ~np.isnan(kpi.formula(found.open)) if isinstance(found, Guarded) else values & False
    return hidden_


def few_buyers(view: View, by: tuple[str, ...], *selections: Selection) -> bool:
    """Whether a selection, or any group of it, has so few customers that they are withheld."""
    counts = (view.cube.totals_of(selection, by)["buyers"] for selection in selections)
    return not view.scope.personal and any(few(n).any() for n in counts)


def cohorts_withheld(view: View, size: Array, members: Array) -> tuple[Mask, Mask]:
    """Which cohorts are withheld, and which of their cells. members: [cohort, quarter] who ordered, NaN before its own.

    Those of a quarter add up to its active customers. In its own quarter a cohort is whole, so that its cell can only
    be withheld with all of the cohort. The rest of each cohort, who stayed away, must not be few either.
    """
    known = np.isfinite(members)
    own = known & (known.cumsum(axis=1) == 1)
    came = np.where(known, members, 0)
    parts = np.stack([came, np.where(known, size[:, None] - came, 0)])
    rows, before = withheld(view, size), -1
    cells: Mask = known & few(parts).any(axis=0) & (not view.scope.personal)
    while before < (before := int(rows.sum() + cells.sum())) and not view.scope.personal:
        cells |= known & rows[:, None]
        _cover(cells, parts, known & ~own, (0,))
        follows = _follows(cells, (0,))
        for quarter, of_cohorts in enumerate(np.moveaxis(parts, -1, 0)):
            if any(_tells(customers, cells[:, quarter], follows[:, quarter]) for customers in of_cohorts):
                rows |= own[:, quarter] & (size > 0)
        _cover(rows, size[None], ~rows, (0,))
    return rows, cells
