"""The stores page beside the same page in Streamlit: the same data, filters, machine and run. `make bench-peer`."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any, Final

from analytics.refresh import refresh
from benchmarks.interaction import pages_of
from benchmarks.load import crowd
from benchmarks.table import write
from data.demo import DemoSpec, build
from data.warehouse import Version, Warehouse
from tests.e2e.server import Server
from tests.programs import free_port

CROWD: Final = 16
SECONDS: Final = 15.0
ASK: Final = Path(__file__).with_name("ask.py")
CELLS: Final = """
    SELECT chain, store_name AS store, category, product_name AS product, month,
        year(month) || 'Q' || quarter(month) AS quarter, net_sales_cents / 100 AS net_sales,
        gross_sales_cents / 100 AS gross_sales, discount_cents / 100 AS discount, units_sold,
        cost_of_sales_cents / 100 AS cost_of_sales, stockout_months AS stockouts, ranged_months AS ranged
    FROM marts.cells JOIN marts.store_dim USING (store_idx) JOIN marts.product_dim USING (product_idx)
        JOIN marts.month_dim USING (month_idx)
"""
HEAD: Final = ("stores page", "one visitor", "sent", "pages a second", "of one core", "memory")


def report(folder: Path, python: str) -> str:
    """One visitor's change of the filters until all of the page is there; then sixteen who never stop to think.

    MB: memory of all workers, shared pages counted once. python: of the environment of the peer.
    """
    version, _ = refresh(build(folder / "raw", DemoSpec()), Warehouse(folder / "warehouse"))
    ours, theirs = _ours(folder), _theirs(version, folder / "cells.csv", python)
    quicker, cheaper = theirs["alone_ms"] / ours["alone_ms"], _by_core(ours) / _by_core(theirs)
    lines = [HEAD, ("---",) * len(HEAD), _cells("the dashboard", ours), _cells("Streamlit", theirs)]
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return f"{table}\n\n{quicker:.0f} times as quick for one visitor, {cheaper:.0f} times as many pages of a core."


def _ours(folder: Path) -> dict[str, float]:
    pages = next(pages for tab, pages in pages_of(folder).items() if tab.KEY == "stores")
    with Server(folder) as server:
        crowd(server, pages, 1, 3.0, 0.0)
        alone, many = crowd(server, pages, 1, 5.0, 0.0), crowd(server, pages, CROWD, SECONDS, 0.0)
        memory = sum(worker.memory_full_info().pss for worker in server.workers())
    assert not alone.errors + many.errors
    return {
        "alone_ms": median(alone.pages),
        "bytes": alone.bytes / len(alone.pages),
        "changes_per_second": len(many.pages) / many.seconds,
        "cores": many.cores,
        "memory_mb": memory / 1e6,
    }


def _theirs(version: Version, cells: Path, python: str) -> dict[str, float]:
    con = version.connect()
    con.execute(CELLS).df().to_csv(cells, index=False)
    con.close()
    command, env = [python, str(ASK), str(free_port())], os.environ | {"PEER_DATA": str(cells)}
    found: dict[str, Any] = json.loads(subprocess.run(command, env=env, capture_output=True, check=True).stdout)
    return found


def _by_core(found: dict[str, float]) -> float:
    return found["changes_per_second"] / found["cores"]


def _cells(name: str, found: dict[str, float]) -> tuple[str, ...]:
    return (
        name,
        f"{found['alone_ms']:.0f} ms",
        f"{found['bytes'] / 1000:.0f} kB",
        f"{found['changes_per_second']:.1f}",
        f"{_by_core(found):.1f}",
        f"{found['memory_mb']:.0f} MB",
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as aside:
        told = report(Path(aside), sys.argv[1])
    print(told)
    if "--write" in sys.argv:
        write(told, "bench-peer")
