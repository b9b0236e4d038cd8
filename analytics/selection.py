"""Filters as array indexes."""

from dataclasses import dataclass

from analytics.arrays import Ints
from analytics.calendar import Period


@dataclass(frozen=True, slots=True)
class Selection:
    """Sorted indexes of the stores and categories that filters leave, and their months in groups."""

    stores: Ints
    categories: Ints
    period: Period
