"""What a product's page asks. The product is the subject, whatever the filters say of categories."""

from typing import Any, Final, TypedDict

import numpy as np

from analytics.arrays import Array, Ints, sum_by
from analytics.calendar import Period
from analytics.cube import TIME_AXES, Cube
from analytics.filters import Filters
from analytics.kpi import KPIS
from analytics.queries.details import product_filters, product_index
from analytics.queries.overview import Card, TotalsOf, cards_of, open_last
from analytics.queries.view import View, cached_query, plain, query, require
from analytics.selection import Selection
from analytics.table import Field, Listed, ordered
from analytics.totals import Totals, ratio

STOCKED: Final = (Field.of_kpi("closing_units"), Field.of_kpi("days_of_supply"))
IN_STORES: Final = (
    Field("store_name", "Store", link="/stores/{store_id}"),
    Field("store_id", "Store id", hidden=True),
    Field("chain", "Chain", link="?chain={chain}"),
    Field.of_kpi("net_sales"),
    Field.of_kpi("units_sold"),
)
MONTHS: Final = (
    Field("stockout_months", "Months that closed at zero", "count", about="Of the months in which it was ranged."),
    Field("ranged_months", "Months ranged", "count", about="Months shown in which the store carried the product."),
)


class ProductFacts(TypedDict):
    """What a product is. unit_price, unit_cost: currency units; lead_time_days: order to receipt."""

    id: str
    name: str
    category: str
    unit_price: float | None
    unit_cost: float | None
    lead_time_days: float | None


class Ledger(TypedDict):
    """Units of one product by month over the selected stores; None where no ledger says.

    opening + received − sold − shrink = closing. open_last: the last month is not over.
    """

    months: list[str]
    opening: list[float | None]
    received: list[float | None]
    sold: list[float | None]
    shrink: list[float | None]
    closing: list[float | None]
    open_last: bool


class Prices(TypedDict):
    """Money for one unit by month: before discount (gross sales ÷ units sold) and paid (net sales ÷ units sold)."""

    months: list[str]
    before: list[float | None]
    paid: list[float | None]
    open_last: bool


class Presence(TypedDict):
    """Stores that ranged a product in the last month shown, and how many of them closed it at zero."""

    ranged: int
    out: int


@query
def product_facts(view: View, filters: Filters, product: str) -> ProductFacts:
    """What a product is. Raises Unknown, as every query about a product does, where there is none."""
    cube = view.cube
    at = product_index(cube, product)
    unit_price, unit_cost, lead_time_days = (
        plain(cube.column(f"products.{name}")[at : at + 1])[0] if cube.has(f"products.{name}") else None
        for name in ("unit_price", "unit_cost", "lead_time_days")
    )
    return ProductFacts(
        id=str(cube.column("products.product_id")[at]),
        name=str(cube.column("products.product_name")[at]),
        category=str(cube.categories[cube.category_of[at]]) if cube.has("products.category") else "",
        unit_price=unit_price,
        unit_cost=unit_cost,
        lead_time_days=lead_time_days,
    )


@cached_query
def product_cards(view: View, filters: Filters, product: str, kpi_ids: tuple[str, ...]) -> list[Card]:
    """One card a KPI, as `cards` has them; only KPIs that count neither orders nor customers."""
    selection = view.cube.select(product_filters(view, filters, product))
    return cards_of(view, selection, kpi_ids, _totals_of(view.cube, product))


@cached_query
def product_ledger(view: View, filters: Filters, product: str) -> Ledger:
    """Stock and what changed it, by month."""
    cube = view.cube
    selection = cube.select(product_filters(view, filters, product), ("month",))
    totals = _totals_of(cube, product)(selection, ("month",))
    counted = totals["ledger_rows"] > 0

    def known(measure: str) -> list[float | None]:
        return plain(np.where(counted & cube.has("inventory.closing_units"), totals[measure], np.nan))

    return Ledger(
        months=cube.labels("month", selection),
        opening=known("opening_units"),
        received=known("received_units"),
        sold=plain(totals["units_sold"]),
        shrink=known("shrink_units"),
        closing=known("closing_units"),
        open_last=open_last(cube, selection, "month"),
    )


@cached_query
def product_prices(view: View, filters: Filters, product: str) -> Prices:
    """What one unit cost before and after discount, by month; unknown where more was returned than sold."""
    require(view, "average_price")
    cube = view.cube
    selection = cube.select(product_filters(view, filters, product), ("month",))
    totals = _totals_of(cube, product)(selection, ("month",))
    units = np.maximum(totals["units_sold"], 0)
    return Prices(
        months=cube.labels("month", selection),
        before=plain(ratio(totals["gross_sales"], units)),
        paid=plain(ratio(totals["net_sales"], units)),
        open_last=open_last(cube, selection, "month"),
    )


@cached_query
def product_presence(view: View, filters: Filters, product: str) -> Presence:
    """In how many stores it is ranged and out of stock, at the end of the selection."""
    require(view, "stockout_rate")
    cube = view.cube
    selection = cube.select(product_filters(view, filters, product))
    last = Selection(selection.stores, selection.categories, Period.whole(cube.calendar, selection.period.months[-1:]))
    totals = _totals_of(cube, product)(last, ())
    return Presence(ranged=int(totals["ranged_months"][0]), out=int(totals["stockout_months"][0]))


@query
def product_by_store(view: View, filters: Filters, product: str) -> Listed:
    """One row a store that sold or stocked it: sales, stock at the end, months at zero; largest net sales first."""
    cube = view.cube
    selection = cube.select(product_filters(view, filters, product))
    rows = _cells(cube, selection, product_index(cube, product))
    stores, place = np.unique(cube.cells.of("store_idx", rows), return_inverse=True)
    totals = _by_place(cube, rows, place, selection.period)
    stocked = not KPIS["stockout_rate"].missing(cube.has)
    fields = (*IN_STORES, *(f for f in STOCKED if not KPIS[f.name].missing(cube.has)), *(MONTHS if stocked else ()))
    columns: dict[str, Any] = {
        "store_id": cube.store_ids[stores],
        "store_name": cube.column("stores.store_name")[stores],
        "chain": cube.chains[cube.chain_of[stores]],
    }
    columns |= {f.name: KPIS[f.name].formula(totals) if f.kpi else totals[f.name] for f in fields if f.unit != "text"}
    order = ordered(columns["net_sales"], descending=True)
    return Listed(fields, {name: values[order] for name, values in columns.items()})


def _totals_of(cube: Cube, product: str) -> TotalsOf:
    """Totals of one product: of a selection that holds its category."""
    index = product_index(cube, product)

    def totals_of(selection: Selection, by: tuple[str, ...]) -> Totals:
        every = cube.totals_of(selection, ("product", *by))
        at = int(np.searchsorted(cube.products_of(selection), index))
        timed = any(axis in TIME_AXES for axis in by)

        def of_one(measure: str) -> Array:
            values = every[measure]
            if measure in ("months", "days"):
                return values
            one: Array = values[at] if timed else values[at : at + 1]
            return one

        return Totals(of_one)

    return totals_of


def _cells(cube: Cube, selection: Selection, index: int) -> Ints:
    """Row numbers of one product's cells, looked for store by store: all cells at once would not fit everywhere."""
    found = [np.zeros(0, dtype=np.int64)]
    for store in selection.stores:
        rows = cube.cells.rows(np.array([store]), selection.period.months)
        found.append(rows[cube.cells.of("product_idx", rows) == index])
    return np.concatenate(found)


def _by_place(cube: Cube, rows: Ints, place: Ints, period: Period) -> Totals:
    """Totals of cells by place; stock at the end is unknown where the ledger has no row of the last month."""
    size = int(place.max(initial=-1)) + 1
    last = cube.cells.of("month_idx", rows) == (period.months[-1] if len(period.months) else -1)

    def compute(measure: str) -> Array:
        if measure in ("months", "days"):
            return (period.count() if measure == "months" else period.days()).astype(np.float64)
        if measure == "closing_units":
            counted = last & (cube.cells.of("ledger_rows", rows) > 0)
            closing = sum_by(place[counted], cube.cells.of("closing_units", rows[counted]), size)
            return np.where(np.bincount(place[counted], minlength=size) > 0, closing, np.nan)
        if measure == "net_sales":
            return sum_by(place, cube.cells.of("net_sales_cents", rows), size) / 100
        return sum_by(place, cube.cells.of(measure, rows), size)

    return Totals(compute)
