"""The forecast of demand that a version carries: made once, in the refresh, from the demand that `estimates` found.

Requests read it: arrays `forecast.<name>.npy` beside those of the facts, and `forecast.json`.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np

from analytics.arrays import Column, Mask
from analytics.models.forecast_errors import Held, Spread
from analytics.models.ledger import Ledger
from analytics.models.rolling_origins import Score, forecast
from data.said import Said, say
from data.version import ARRAYS, Version

FILE: Final = "forecast.json"
PREFIX: Final = "forecast"
EARLIER: Final = say("No forecast of demand: these data were loaded by an earlier release. Load them again.")


@dataclass(frozen=True, slots=True)
class DemandForecast:
    """What `rolling_origins.forecast` found, see there; months by their index.

    mean: (months ahead, stores, products); thin: (stores, products).
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
        path = version.path / FILE
        if not path.exists():
            return EARLIER
        found = json.loads(path.read_text(encoding="utf-8"))
        why: Said | None = found.pop("why")
        if why:
            return why
        found["spread"] = found["spread"] and Spread(**{name: np.array(v) for name, v in found["spread"].items()})
        return cls(version.array(f"{PREFIX}.mean"), version.array(f"{PREFIX}.thin"), **found)

    @property
    def told(self) -> Mask:
        """(stores, products) pairs with a number."""
        told: Mask = np.isfinite(self.mean[0])
        return told


def fit(ledger: Ledger, path: Path, progress: Callable[[str], None]) -> None:
    """Forecasts the demand of a ledger and lays it beside the facts of the version that is being built in `path`."""
    progress("demand of the next months")
    found = forecast(ledger)
    rest = {name: value for name, value in asdict(found).items() if name not in ("mean", "thin")}
    np.save(path / ARRAYS / f"{PREFIX}.mean.npy", found.mean.astype(np.float32))
    np.save(path / ARRAYS / f"{PREFIX}.thin.npy", found.thin)
    (path / FILE).write_text(json.dumps(rest, allow_nan=False, default=np.ndarray.tolist), encoding="utf-8")
