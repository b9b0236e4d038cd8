"""What a selection holds, shelf by shelf, and a version that a test may change."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from analytics import queries
from analytics.cube import Cube
from analytics.filters import Filters
from analytics.models.ledger import Assortment
from data.version import Version


def named(cube: Cube, shelves: Assortment, filters: Filters, by: queries.By) -> tuple[Any, Any]:
    """Numbers of the selected shelves, and the store, chain, category or product of each."""
    selection = cube.select(filters)
    names = {
        "store": cube.store_ids[shelves.store],
        "chain": cube.chains[cube.chain_of[shelves.store]],
        "category": cube.categories[shelves.category_of],
        "product": cube.column("products.product_id")[shelves.product],
    }
    inside = np.isin(shelves.store, selection.stores) & np.isin(shelves.category_of, selection.categories)
    shelf = np.flatnonzero(inside)
    return shelf, names[by][shelf]


def copied(version: Version, folder: Path) -> Version:
    """The same, in a folder of its own."""
    return replace(version, path=shutil.copytree(version.path, folder / version.id))
