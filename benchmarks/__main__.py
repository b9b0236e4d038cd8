"""Builds the demo retailer aside and prints what a filter change, a refresh and a drill-down cost."""

import tempfile
from pathlib import Path

from benchmarks import drill_down, interaction, loading

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        print(loading.report(Path(folder)))
        print(interaction.report(Path(folder)))
        print(drill_down.report(Path(folder)))
