"""Colours of charts. Their one source is the script that the browser uses, read here at start-up."""

import json
from pathlib import Path
from typing import Any, Final, Literal

Mode = Literal["light", "dark"]
ASSETS: Final = Path(__file__).parents[1] / "assets"
SOURCE: Final = ASSETS / "2-app" / "10-chart-templates.js"


def _read(source: Path) -> dict[Mode, dict[str, Any]]:
    templates: dict[Mode, dict[str, Any]] = json.loads(source.read_text("utf-8").partition("=")[2].rstrip().rstrip(";"))
    return templates


TEMPLATES: Final = _read(SOURCE)
SERIES: Final[tuple[str, ...]] = tuple(TEMPLATES["light"]["layout"]["colorway"])  # told apart in any colour vision
ACCENT: Final = SERIES[0]
GOOD: Final = SERIES[2]
BAD: Final = SERIES[1]
QUIET: Final = SERIES[5]
