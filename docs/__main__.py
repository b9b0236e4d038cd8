"""Writes the pages that are made from the code: `make docs`. A test fails while one of them is stale."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from analytics.kpi import KPIS, Kpi
from data.schema import EARLIEST, TABLES, Column, Table

ROOT: Final = Path(__file__).parents[1]
MADE: Final = "<!-- Made by `make docs` from {source}. Change it there. -->\n\n"


def contract() -> str:
    """`data/README.md`: the five tables."""
    return MADE.format(source="data/schema.py") + CONTRACT + "\n".join(_table(table) for table in TABLES.values())


def kpis() -> str:
    """`docs/kpis.md`: every KPI with its definition."""
    rooms: dict[str, list[Kpi]] = {}
    for kpi in KPIS.values():
        rooms.setdefault(kpi.formula.__module__.rpartition(".")[2], []).append(kpi)
    return MADE.format(source="analytics/kpi/") + DEFINITIONS + "\n".join(_room(n, found) for n, found in rooms.items())


CONTRACT: Final = f"""# The five tables

Files: `stores`, `products`, `customers`, `sales` and `inventory`, each as `.csv`, `.csv.gz` or `.parquet` in one
folder. CSV: UTF-8, commas, a header; numbers with a decimal point and without thousands separators; dates as
2023-01-31. Anything else is said in a `mapping.toml` in the folder, see [ingest/mapping.py](ingest/mapping.py).

A ✱ column is required; any other may be absent. What can be filled is filled as the last column says; otherwise the
KPIs that need it say so. Text that cannot be read as its column's type stops the load with the file, row and column.
A value that can be read but is out of its range (dates: {EARLIEST} to tomorrow) sets its row aside and is counted.

`flask --app wsgi data check FOLDER` reports; `flask --app wsgi data load FOLDER` publishes.

"""
DEFINITIONS: Final = """# KPI definitions

Every KPI is a formula over sums, so it is right at every grain: a total is never a mean of ratios. The same text stands
behind the info sign of each number in the dashboard.

"""


def _table(table: Table) -> str:
    optional = "" if table.required else " The whole table may be absent."
    head = f"## {table.name}\n\n{table.grain.capitalize()}; key: {', '.join(table.key)}.{optional}\n\n"
    rows = "\n".join(_column(column) for column in table.columns)
    return f"{head}| column | type | meaning | range | if absent |\n|---|---|---|---|---|\n{rows}\n"


def _column(column: Column) -> str:
    star = "✱" if column.required else ""
    about = column.about + (f", an id of {column.references}" if column.references else "")
    unit = f" [{column.unit}]" if column.unit else ""
    absent = "" if column.required else f"`{column.if_missing}`" if column.if_missing else "left empty"
    return f"| `{column.name}`{star} | {column.type}{unit} | {about} | {_range(column)} | {absent} |"


def _range(column: Column) -> str:
    if column.low is None and column.high is None:
        return ""
    low = "" if column.low is None else f"{column.low:,.0f}"
    high = "" if column.high is None else f"{column.high:,.0f}"
    below = "; below it counts as 0" if column.if_below == "zero" else ""
    return f"{low} … {high}{below}"


def _room(name: str, found: list[Kpi]) -> str:
    rows = "\n".join(
        f"| {kpi.label} | {_unit(kpi)} | {_better(kpi)} | {kpi.definition} | `{'` `'.join(kpi.columns)}` |"
        for kpi in found
    )
    head = "| KPI | unit | better | definition | needs |\n|---|---|---|---|---|"
    return f"## {name.capitalize()}\n\n{head}\n{rows}\n"


def _unit(kpi: Kpi) -> str:
    return "money" if kpi.unit == "price" else kpi.unit


def _better(kpi: Kpi) -> str:
    return {"up": "↑", "down": "↓", None: ""}[kpi.better]


PAGES: Final[dict[Path, Callable[[], str]]] = {
    ROOT / "data" / "README.md": contract,
    ROOT / "docs" / "kpis.md": kpis,
}

if __name__ == "__main__":
    for path, page in PAGES.items():
        path.write_text(page(), encoding="utf-8")
