"""The forecast of demand that a version carries: made once, in the refresh, from the demand that `estimates` found.

Requests read it: arrays `forecast.<name>.npy` beside those of the facts, and `forecast.json`.
"""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from analytics.arrays import Array, Column, Ints
from analytics.estimates import Estimates
from analytics.models.demand import Demand
from analytics.models.forecast_errors import Held, Spread
from analytics.models.forecast_sums import Ahead, ForecastSums, GridForecast
from analytics.models.ledger import Assortment
from analytics.models.rolling_origins import Forecast, Score, forecast
from analytics.published import ArrayOf, Published, facts
from data.said import Progress, Said, say
from data.version import Version

PUBLISHED: Final = Published(
    "forecast", say("No forecast of demand: these data were loaded by an earlier release. Load them again."), edition=3
)


@dataclass(frozen=True, slots=True)
class DemandForecast:
    """What `rolling_origins.forecast` and its `Contest` found, see there; months by their index.

    mean: (months ahead, shelves); thin: (shelves,). sums: of these, in units and at the prices of the estimates.
    """

    mean: Column
    thin: Column
    sums: ForecastSums
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
        grids = (GridForecast(*(array(f"{g}.{name}") for name in GridForecast._fields)) for g in ForecastSums._fields)
        return cls(array("mean"), array("thin"), ForecastSums(*grids), **found)

    def sums_of(self, estimates: Estimates, stores: Ints, chain_of: Ints) -> ForecastSums:
        """Those of the shelves of some stores. chain_of: (stores,)."""
        shelves = estimates.shelves
        dispersion = _dispersion(self.spread, shelves)
        ahead = Ahead(shelves, self.mean, self.thin, estimates.price, dispersion)
        return ahead.only(shelves.of_stores(stores)).sums(chain_of)


def _dispersion(spread: Spread | None, shelves: Assortment) -> Array:
    """Of each shelf; 0 where nothing was tested, so that there is no interval."""
    return spread.dispersion[shelves.category_of] if spread else np.zeros(len(shelves))


def fit(demand: Demand, path: Path, progress: Progress) -> None:
    """Forecasts what is wanted and lays it beside the facts of the version that is being built in `path`."""
    progress(say("demand of the next months"))
    found = forecast(demand)
    spread = found.contest.spread
    rest = {"first": found.first, **found.contest._asdict(), "spread": spread and asdict(spread)}
    PUBLISHED.lay(path, {} if found.why else _arrays(found, demand.ledger.shelves, facts(path)), rest, found.why)


def _arrays(found: Forecast, shelves: Assortment, array: ArrayOf) -> dict[str, Column]:
    mean, dispersion = found.mean.astype(np.float32), _dispersion(found.contest.spread, shelves)
    ahead = Ahead(shelves, mean, found.thin, array("estimates.price"), dispersion)
    sums = ahead.sums(np.asarray(array("stores.chain_idx"), dtype=np.int64))
    grids = {f"{g}.{name}": part for g, grid in sums._asdict().items() for name, part in grid._asdict().items()}
    return {"mean": mean, "thin": found.thin, **grids}
