"""Builds the demo retailer aside and prints what a refresh, a filter change, a drill-down and a click cost."""

import tempfile
from pathlib import Path

from benchmarks import browser, drill_down, interaction, loading

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        print(loading.report(Path(folder)))
        print(interaction.report(Path(folder)))
        print(drill_down.report(Path(folder)))
        print(browser.report(Path(folder)))
