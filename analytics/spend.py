"""What customers will spend, as a version tells it: fitted once in the refresh, read by requests.

Fitted in the refresh (analytics.spend_fit). Requests read the arrays `spend.<name>.npy`, one entry a customer known at
the end of the data, and `spend.json` with the tests.
"""

from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from analytics.arrays import Column
from analytics.models.spend_report import Report
from analytics.published import ArrayOf, Published
from data.said import Said, say
from data.version import Version

Horizon = Literal["quarter", "year"]
HORIZONS: Final[tuple[Horizon, ...]] = get_args(Horizon)
PUBLISHED: Final = Published(
    "spend", say("No expectation: these data were loaded by an earlier release. Load them again.")
)
COLUMNS: Final = ("customer", "home", "spend", "orders", "idle")
NUMBERS: Final = ("expected", "low", "high", "chance", "drivers")


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is expected over one horizon, in the order of `Spend.customer`: shape (n,), drivers (n, DRIVERS)."""

    expected: Column
    low: Column
    high: Column
    chance: Column
    drivers: Column
    report: Report


@dataclass(frozen=True, slots=True)
class Spend:
    """Customers known at the end of the data, and what is expected of them over each horizon, or why nothing is.

    customer: their index, rising; home: index of the store where they ordered most in the last year, −1 for none;
    spend [currency], orders: of that year; idle: weeks since their last order. guests: share of sales without a
    customer [%].
    """

    customer: Column
    home: Column
    spend: Column
    orders: Column
    idle: Column
    guests: float
    ahead: "dict[Horizon, Ahead | Said]"

    @classmethod
    def of(cls, version: Version) -> "Spend | Said":
        """What a version tells, or why it tells nothing."""
        taken = PUBLISHED.take(version)
        return cls._read(*taken) if isinstance(taken, tuple) else taken

    @classmethod
    def _read(cls, array: ArrayOf, found: dict[str, Any]) -> "Spend":
        def ahead(horizon: Horizon) -> Ahead | Said:
            report = found["reports"][horizon]
            if "days" not in report:
                why: Said = report
                return why
            return Ahead(**{name: array(f"{horizon}.{name}") for name in NUMBERS}, report=report)

        told = {horizon: ahead(horizon) for horizon in HORIZONS}
        return cls(**{name: array(name) for name in COLUMNS}, guests=found["guests"], ahead=told)
