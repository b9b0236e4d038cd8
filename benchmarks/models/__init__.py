"""Models against truth and against what others reached: `python -m benchmarks.models` prints and keeps the table."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

DATASETS: Final = Path(__file__).parents[3] / "shared" / "datasets"
COLUMNS: Final = ("goal", "data", "measure", "anchor", "goal", "ours", "")


@dataclass(frozen=True, slots=True)
class Goal:
    """A line of the table. anchor: what a plain method or the literature reaches; passed: None if nothing was tried."""

    name: str
    data: str
    metric: str
    anchor: str
    goal: str
    ours: str
    passed: bool | None


def table(goals: Iterable[Goal]) -> str:
    """The goals as a Markdown table."""
    head = "| " + " | ".join(COLUMNS) + " |\n|" + "---|" * len(COLUMNS)
    return "\n".join([head, *(_line(goal) for goal in goals)]) + "\n"


def _line(goal: Goal) -> str:
    verdict = {True: "pass", False: "**fail**", None: "–"}[goal.passed]
    return "| " + " | ".join((goal.name, goal.data, goal.metric, goal.anchor, goal.goal, goal.ours, verdict)) + " |"
