"""Where selections stand in the grids that shelves are summed into."""

from typing import Any

import numpy as np

from analytics.arrays import Ints
from analytics.cube import Cube
from analytics.models.ledger import Kind
from analytics.models.shelf_sums import GridCells, Places
from analytics.queries.change import By
from analytics.selection import Selection

Keys = dict[Kind, Any]


def places(cube: Cube, selection: Selection, by: By | None) -> Places:
    """The cells of a selection with their groups, which are in the order of its labels."""
    stores, categories, products = selection.stores, selection.categories, cube.products_of(selection)
    chains, chain = np.unique(cube.chain_of[stores], return_inverse=True)
    category_of = cube.category_of[products]
    groups: dict[By | None, tuple[int, Any, Any]] = {  # how many; of stores or categories; of chains or products
        None: (1, 0, 0),
        "store": (len(stores), _down(np.arange(len(stores))), None),
        "chain": (len(chains), _down(chain), _down(np.arange(len(chains)))),
        "category": (len(categories), np.arange(len(categories)), np.searchsorted(categories, category_of)),
        "product": (len(products), None, np.arange(len(products))),
    }
    count, of_store, of_product = groups[by]
    store_keys: Keys = {"store": _down(stores), "category": categories}
    product_keys: Keys = {"product": products, "category": category_of}
    return Places(
        count,
        None if of_store is None else _cells(stores, categories, len(cube.categories), of_store, store_keys),
        None if of_product is None else _cells(chains, products, len(cube.category_of), of_product, product_keys),
    )


def _down(rows: Ints) -> Ints:
    return rows[:, None]


def _cells(rows: Ints, columns: Ints, width: int, group: Any, keys: Keys) -> GridCells:
    """GridCells of a grid of so many columns. group, keys: of each row (rows, 1) or of each column (columns,)."""

    def flat(values: Any) -> Ints:
        return np.broadcast_to(values, (len(rows), len(columns))).ravel()

    told: Keys = {"all": 0, **keys}
    return GridCells(
        cell=(rows[:, None] * width + columns).ravel(),
        group=flat(group),
        keys={kind: flat(key) for kind, key in told.items()},
    )
