"""Whom a page of one is about, as far as who asks may see it, and the filters that hold there."""

from dataclasses import replace

import numpy as np

from analytics.arrays import Texts
from analytics.cube import Cube
from analytics.filters import Filters
from analytics.queries.view import View


class Unknown(LookupError):
    """No such store, product or customer, or none that may be seen: nobody is told which."""


def store_filters(view: View, filters: Filters, store: str) -> Filters:
    """What holds on a store's page: its id instead of any choice of stores and chains. Raises Unknown."""
    own = view.scope.narrow(replace(filters, chains=None, stores=(store,)))
    if not len(view.cube.select(own).stores):
        raise Unknown("No such store")
    return own


def chain_filters(view: View, filters: Filters, store: str) -> Filters:
    """The same for all stores of its chain that may be seen, this one too."""
    cube = view.cube
    at = cube.select(store_filters(view, filters, store)).stores[0]
    chain = str(cube.chains[cube.chain_of[at]])
    return view.scope.narrow(replace(filters, chains=(chain,), stores=None))


def product_filters(view: View, filters: Filters, product: str) -> Filters:
    """What holds on a product's page: its own category instead of any choice of categories. Raises Unknown."""
    cube = view.cube
    category = str(cube.categories[cube.category_of[product_index(cube, product)]])
    return view.scope.narrow(replace(filters, categories=(category,)))


def product_index(cube: Cube, product: str) -> int:
    """The index of a product's id. Raises Unknown."""
    return _position(cube.column("products.product_id"), product, "No such product")


def customer_index(view: View, customer: str) -> int:
    """The index of a customer by their key (`Cube.customer_keys`).

    Raises Unknown, for someone too who never bought in a store that may be seen, if not all of them may, and for
    everyone if customers may not be seen one by one.
    """
    cube = view.cube
    if not view.scope.personal:
        raise Unknown("No such customer")
    at = _position(cube.customer_keys, customer, "No such customer")
    if view.scope.stores is not None:
        rows = cube.baskets.of_customer(at)
        if not np.isin(cube.baskets.store[rows], cube.select(view.scope.narrow(Filters())).stores).any():
            raise Unknown("No such customer")
    return at


def _position(ids: Texts, id_: str, otherwise: str) -> int:
    found = np.flatnonzero(ids == id_)
    if not len(found):
        raise Unknown(otherwise)
    return int(found[0])
