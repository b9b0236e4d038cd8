"""How the refresh lays what a model found into a version, and how requests take it out again."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from analytics.arrays import Column
from data.said import Said
from data.version import ARRAYS, Version

ArrayOf = Callable[[str], Column]


@dataclass(frozen=True, slots=True)
class Published:
    """What one model publishes: arrays `<name>.<part>.npy` beside those of the facts, all else in `<name>.json`.

    earlier: said of a version that was published before there was such a model, or while it laid something else down:
    the edition is then another one.
    """

    name: str
    earlier: Said
    edition: int = 1

    @property
    def file(self) -> str:
        """The file of what is no array."""
        return f"{self.name}.json"

    def lay(self, path: Path, arrays: Mapping[str, Column], found: Mapping[str, Any], why: Said | None = None) -> None:
        """Into a version that is being built in `path`. why: why there is nothing, or None."""
        for part, values in arrays.items():
            np.save(path / ARRAYS / f"{self.name}.{part}.npy", values)
        text = json.dumps({"why": why, "edition": self.edition, **found}, allow_nan=False, default=np.ndarray.tolist)
        (path / self.file).write_text(text, encoding="utf-8")

    def take(self, version: Version) -> tuple[ArrayOf, dict[str, Any]] | Said:
        """Its arrays by part, mapped into memory, and what was found beside them; or why there is nothing."""
        path = version.path / self.file
        if not path.exists():
            return self.earlier
        found = json.loads(path.read_text(encoding="utf-8"))
        if found.pop("edition", 1) != self.edition:
            return self.earlier
        why: Said | None = found.pop("why")
        return why or (lambda part: version.array(f"{self.name}.{part}"), found)


def facts(path: Path) -> ArrayOf:
    """The arrays of the facts by name, of a version that is being built in `path`, mapped into memory."""
    return lambda name: np.load(path / ARRAYS / f"{name}.npy", mmap_mode="r")
