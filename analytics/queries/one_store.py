"""What a store's page asks. The store is the subject, whatever the filters say of stores and chains."""

from typing import Any, Final, TypedDict

import numpy as np

from analytics.arrays import Array
from analytics.calendar import Period
from analytics.filters import Filters
from analytics.kpi import KPIS
from analytics.queries import personal
from analytics.queries.details import chain_filters, store_filters
from analytics.queries.overview import Line, Lines, largest, names, open_last
from analytics.queries.products import assortment
from analytics.queries.view import View, cached_query, plain, query, require
from analytics.selection import Selection
from analytics.table import Field, Listed, ordered
from analytics.totals import ratio

RATIOS: Final = (  # what a store and its chain can be compared by, whatever their size
    "gross_margin_rate",
    "average_basket",
    "discount_rate",
    "inventory_turnover",
    "stockout_rate",
    "days_of_supply",
    "gmroi",
    "spend_per_customer",
)
NEARLY_OUT_DAYS: Final = 14  # of supply, where no lead time is known
SHORT: Final = (
    Field("product_name", "Product", link="/products/{product_id}"),
    Field("product_id", "Product id", hidden=True),
    Field("category", "Category"),
    Field.of_kpi("net_sales"),
    Field.of_kpi("closing_units"),
    Field.of_kpi("days_of_supply"),
    Field("lead_time_days", "Lead time", "days", about="Order to receipt, as given in the products table."),
    Field(
        "stockout_months", "Months that closed at zero", "count", about="Of the months shown in which it was ranged."
    ),
)


class StoreFacts(TypedDict):
    """What a store is. size_sqm: sales floor [m²]. chain_stores: stores of its chain that may be seen, this one too."""

    id: str
    name: str
    chain: str
    city: str
    region: str
    size_sqm: float | None
    chain_stores: int


class Peers(TypedDict):
    """KPIs of a store and of its chain as a whole, each formula over the sums; difference: % of the chain's value."""

    kpis: list[str]
    store: list[float | None]
    chain: list[float | None]
    difference: list[float | None]
    chain_name: str


class Mix(TypedDict):
    """Share of net sales [%] by category of a store and of its chain, the store's largest first."""

    categories: list[str]
    store: list[float | None]
    chain: list[float | None]
    chain_name: str


class Shortage(TypedDict):
    """How many of a store's top sellers (class A) closed at zero, or have less supply than their lead time."""

    top_sellers: int
    out: int
    nearly_out: int


@query
def store_facts(view: View, filters: Filters, store: str) -> StoreFacts:
    """What a store is. Raises Unknown, as every query about a store does, for one that may not be seen."""
    cube = view.cube
    at = int(cube.select(store_filters(view, filters, store)).stores[0])
    text = {name: str(cube.column(f"stores.{name}")[at]) for name in ("store_id", "store_name", "city", "region")}
    return StoreFacts(
        id=text["store_id"],
        name=text["store_name"],
        chain=str(cube.chains[cube.chain_of[at]]) if cube.has("stores.chain") else "",
        city=text["city"],
        region=text["region"],
        size_sqm=plain(cube.column("stores.size_sqm")[at : at + 1])[0] if cube.has("stores.size_sqm") else None,
        chain_stores=len(cube.select(chain_filters(view, Filters(), store)).stores),
    )


@cached_query
def store_and_chain(view: View, filters: Filters, store: str) -> Peers:
    """The RATIOS that the data can give, of the store and of all its chain's stores together."""
    cube = view.cube
    places = (store_filters(view, filters, store), chain_filters(view, filters, store))
    own, peers = (personal.totals(view, cube.select(place)) for place in places)
    kpis = [i for i in RATIOS if not KPIS[i].missing(cube.has)]
    of_store, of_chain = (np.array([KPIS[i].formula(t)[0] for i in kpis]) for t in (own, peers))
    return Peers(
        kpis=kpis,
        store=plain(of_store),
        chain=plain(of_chain),
        difference=plain(100 * ratio(of_store - of_chain, np.abs(of_chain))),
        chain_name=store_facts(view, filters, store)["chain"],
    )


@cached_query
def store_over_time(view: View, filters: Filters, store: str, grain: str) -> Lines:
    """Net sales by month or quarter of a store, and of its chain's mean store: sums ÷ stores that had sales then."""
    cube = view.cube
    at = int(cube.select(store_filters(view, filters, store)).stores[0])
    selection = cube.select(chain_filters(view, filters, store), ("store", grain))
    totals = cube.totals_of(selection, ("store", grain))
    sales, place = totals["net_sales"], int(np.searchsorted(selection.stores, at))
    name = names(view, "store", [store])[0]
    lines = [Line(place=at, id=store, name=name, values=plain(sales[place]))]
    if len(selection.stores) > 1:
        mean = ratio(sales.sum(axis=0), (totals["lines"] > 0).sum(axis=0).astype(np.float64))
        chain = str(cube.chains[cube.chain_of[at]])
        lines.append(Line(place=len(cube.store_ids) + int(cube.chain_of[at]), id=chain, name=chain, values=plain(mean)))
    return Lines(x=cube.labels(grain, selection), lines=lines, left_out=0, open_last=open_last(cube, selection, grain))


@cached_query
def category_mix(view: View, filters: Filters, store: str, most: int | None = None) -> Mix:
    """Share of net sales by category of the store and of its chain: the store's `most` largest, or all."""
    cube = view.cube
    own = store_filters(view, filters, store)
    sales = [cube.totals(f, ("category",))["net_sales"] for f in (own, chain_filters(view, filters, store))]
    of_store, of_chain = (100 * ratio(values, np.full(len(values), values.sum())) for values in sales)
    order = largest(of_store, most)
    labels = cube.labels("category", cube.select(own))
    return Mix(
        categories=[labels[i] for i in order],
        store=plain(of_store[order]),
        chain=plain(of_chain[order]),
        chain_name=store_facts(view, filters, store)["chain"],
    )


@query
def running_out(view: View, filters: Filters, store: str) -> Listed:
    """Top sellers of the store that closed at zero or will be empty before a delivery comes; largest sales first.

    Top seller: class A of the store's net sales. Empty before: fewer days of supply than its lead time, or than
    NEARLY_OUT_DAYS where that is unknown. Products that are no longer ranged in the last month are left out.
    """
    columns, short, _top = _stock_of_top_sellers(view, store_filters(view, filters, store))
    order = ordered(columns["net_sales"], descending=True)
    kept = order[short[order]]
    shown = [f for f in SHORT if f.name != "lead_time_days" or view.cube.has("products.lead_time_days")]
    return Listed(tuple(shown), {name: values[kept] for name, values in columns.items()})


@cached_query
def shortage(view: View, filters: Filters, store: str) -> Shortage:
    """How many products `running_out` lists, and of how many."""
    columns, short, top = _stock_of_top_sellers(view, store_filters(view, filters, store))
    out = int((columns["closing_units"][short] == 0).sum())
    return Shortage(top_sellers=int(top.sum()), out=out, nearly_out=int(short.sum()) - out)


def _stock_of_top_sellers(view: View, own: Filters) -> tuple[dict[str, Any], Any, Any]:
    """Columns of SHORT for every product, which of them are short, and which are top sellers: shape (products,)."""
    require(view, "stockout_rate", "days_of_supply")
    cube = view.cube
    found, selection = assortment(view, own), cube.select(own)
    totals = cube.totals_of(selection, ("product",))
    closing, days = totals["closing_units"], found.columns["days_of_supply"]
    lead: Array = cube.column("products.lead_time_days")[found.products]
    last = Selection(selection.stores, selection.categories, Period.whole(cube.calendar, selection.period.months[-1:]))
    top = (found.abc == "A") & (cube.totals_of(last, ("product",))["ranged_months"] > 0)
    short = top & ((closing == 0) | (days < np.where(np.isnan(lead), NEARLY_OUT_DAYS, lead)))
    columns: dict[str, Any] = {
        "product_id": cube.column("products.product_id")[found.products],
        "product_name": cube.column("products.product_name")[found.products],
        "category": cube.categories[cube.category_of[found.products]],
        "net_sales": found.columns["net_sales"],
        "closing_units": closing,
        "days_of_supply": days,
        "lead_time_days": lead,
        "stockout_months": totals["stockout_months"],
    }
    return columns, short, top
