"""Builds the demo retailer aside and prints what a refresh, a filter, a drill-down, a click, a plan, a what-if cost."""

import tempfile
from pathlib import Path

from benchmarks import action_list, browser, drill_down, interaction, loading, releases, what_if

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        print(loading.report(Path(folder)))
        print(interaction.report(Path(folder)))
        print(drill_down.report(Path(folder)))
        print(browser.report(Path(folder)))
        print(releases.report(Path(folder)))
    print(action_list.report())
    print(what_if.report())
