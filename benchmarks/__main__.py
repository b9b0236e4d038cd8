"""Builds the demo retailer aside and prints what a filter change and a refresh cost."""

import tempfile
from pathlib import Path

from benchmarks import interaction, loading

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        print(loading.report(Path(folder)))
        print(interaction.report(Path(folder)))
