"""Runs every goal, prints the table and writes docs/models.md."""

from pathlib import Path
from typing import Final

from benchmarks.models import actions, availability, demand, discounts, forecasts, hours, spend, table, what_if

PAGE: Final = Path(__file__).parents[2] / "docs" / "models.md"
HEAD: Final = """# How good the models are

<!-- Made by `make bench-models`. -->

Demo worlds know what was really wanted; the models never see it. They were tuned on seeds from 101 on, never
on those of this table. Public data lie in `../shared/datasets` and are left out where they are not there.

"""

if __name__ == "__main__":
    rooms = (demand, what_if, hours, actions, forecasts, discounts, spend, availability)
    found = table(goal for room in rooms for goal in room.goals())
    print(found)
    PAGE.write_text(HEAD + found, encoding="utf-8")
