"""The forecast of demand that a version carries: made once, in the refresh, from the demand that `estimates` found.

Requests read it: arrays `forecast.<name>.npy` beside those of the facts, and `forecast.json`.
"""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from analytics.arrays import Column, Mask
from analytics.models.demand import Demand
from analytics.models.forecast_errors import Held, Spread
from analytics.models.rolling_origins import Score, forecast
from analytics.published import ArrayOf, Published
from data.said import Progress, Said, say
from data.version import Version

PUBLISHED: Final = Published(
    "forecast", say("No forecast of demand: these data were loaded by an earlier release. Load them again."), edition=2
)


@dataclass(frozen=True, slots=True)
class DemandForecast:
    """What `rolling_origins.forecast` and its `Contest` found, see there; months by their index.

    mean: (months ahead, shelves); thin: (shelves,).
    """

    mean: Column
    thin: Column
    first: int
    method: list[int]
    spread: Spread | None
    scores: list[Score]
    held: Held | None
    tested: int | None
    chosen_by: int

    @classmethod
    def of(cls, version: Version) -> "DemandForecast | Said":
        """The forecast of a version, or why it has none."""
        taken = PUBLISHED.take(version)
        return cls._read(*taken) if isinstance(taken, tuple) else taken

    @classmethod
    def _read(cls, array: ArrayOf, found: dict[str, Any]) -> "DemandForecast":
        found["spread"] = found["spread"] and Spread(**{name: np.array(v) for name, v in found["spread"].items()})
        return cls(array("mean"), array("thin"), **found)

    @property
    def told(self) -> Mask:
        """(shelves,) with a number."""
        told: Mask = np.isfinite(self.mean[0])
        return told


def fit(demand: Demand, path: Path, progress: Progress) -> None:
    """Forecasts what is wanted and lays it beside the facts of the version that is being built in `path`."""
    progress(say("demand of the next months"))
    found = forecast(demand)
    spread = found.contest.spread
    rest = {"first": found.first, **found.contest._asdict(), "spread": spread and asdict(spread)}
    PUBLISHED.lay(path, {"mean": found.mean.astype(np.float32), "thin": found.thin}, rest, found.why)
