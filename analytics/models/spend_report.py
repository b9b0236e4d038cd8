"""What is known of how good the expectations are. Plain values, which a request reads without any learner."""

from typing import Final, Literal, TypedDict

Method = Literal["model", "linear", "naive"]
WEEK: Final = 7
QUARTER: Final = 91  # days: 13 weeks, so that weekdays repeat
YEAR: Final = 4 * QUARTER
DRIVERS: Final = ("orders", "idle", "value", "late", "in_stock", "growth")


class Measured(TypedDict):
    """A method on a later period. rmse [currency]; r2 [-], and of amounts capped at their 99.5 % quantile;

    bias: Σ expected ÷ Σ actual − 1 [%]; coverage: of its 80 % intervals [%], None for methods without them.
    """

    method: Method
    rmse: float
    r2: float | None
    r2_capped: float | None
    bias: float | None
    coverage: float | None


class Group(TypedDict):
    """Customers of like expectation, in the test: means of both [currency], share of intervals that held [%].

    chance, bought: mean probability to buy and share who did [%].
    """

    expected: float
    actual: float
    coverage: float
    chance: float
    bought: float
    n: int


class Report(TypedDict):
    """The test of one horizon. first, last: of the period tested, ISO days; n: customers; used: what is published.

    days: of the horizon; back: of the look-back. seasonal: the level knows the season. brier, brier_naive: of the
    probability to buy. coverage90: of 90 % intervals [%]. lifts: of each driver, whether more of its trait goes with
    more spend.
    """

    days: int
    back: int
    first: str
    last: str
    n: int
    used: Method
    used_chance: Method
    seasonal: bool
    measured: list[Measured]
    groups: list[Group]
    coverage90: float | None
    brier: float | None
    brier_naive: float | None
    lifts: list[bool]
