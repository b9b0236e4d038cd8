"""What the Products tab asks."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, TypedDict

import numpy as np

from analytics.arrays import Array, Ints, Texts, sum_by
from analytics.calendar import Period
from analytics.cube import Cube
from analytics.filters import Filters
from analytics.kpi import KPIS
from analytics.models.assortment import abc_classes, xyz_classes
from analytics.models.excess_stock import judge
from analytics.queries.overview import largest, names
from analytics.queries.view import View, cached_query, given, plain, query, require
from analytics.selection import Selection
from analytics.table import Field, Listed, ordered
from analytics.totals import ratio

TABLE_KPIS: Final = (
    "net_sales",
    "units_sold",
    "gross_margin",
    "stockout_rate",
    "days_of_supply",
    "sell_through",
    "closing_inventory",
)
TARGET_DAYS: Final = 60
ABC: Final = "Falling net sales of the selection: A the first 80 %, B up to 95 %, C the rest; – without sales."
XYZ: Final = "Coefficient of variation of monthly units: X up to 0.5, Y up to 1.0, Z above; – without sales."
NAMED: Final = (
    Field("product_name", "Product", link="/products/{product_id}"),
    Field("product_id", "Product id", hidden=True),
    Field("category", "Category", link="?category={category}"),
    Field("abc", "ABC", about=ABC),
    Field("xyz", "XYZ", about=XYZ),
)


class ClassGrid(TypedDict):
    """ABC × XYZ: products and share of net sales [%] in each of the nine classes, rows A B C, columns X Y Z."""

    products: list[list[int]]
    share: list[list[float | None]]
    left_out: int  # products without a sale in the period: in no class


class Excess(TypedDict):
    """Money in stock that is not needed, by product, largest first. currency units; total over all products."""

    labels: list[str]
    ids: list[str]
    overstock: list[float | None]
    dead: list[float | None]
    total_overstock: float
    total_dead: float
    total_stock: float


class Gaps(TypedDict):
    """Top sellers that stand empty most: stockout rate [%] and the net sales they still made."""

    ids: list[str]
    labels: list[str]
    stockout_rate: list[float | None]
    net_sales: list[float | None]
    among: int  # how many class A products there are


class AtZero(TypedDict):
    """How many store × products of class A ended a month ("2023-12") with no unit left, among how many ranged ones."""

    count: int
    among: int
    month: str


@dataclass(frozen=True, slots=True)
class Assortment:
    """Every product of a selection, shape (products,) each: KPI columns, classes and where it stands."""

    products: Ints
    columns: dict[str, Array]
    abc: Texts
    xyz: Texts


@query
def product_table(view: View, filters: Filters) -> Listed:
    """One row a product, largest net sales first: name, category, classes and what of TABLE_KPIS the data can give."""
    found, cube = assortment(view, filters), view.cube
    kpis = [i for i in TABLE_KPIS if not KPIS[i].missing(cube.has)]
    columns: dict[str, Any] = {
        "product_id": cube.column("products.product_id")[found.products],
        "product_name": cube.column("products.product_name")[found.products],
        "category": cube.categories[cube.category_of[found.products]],
        "abc": found.abc,
        "xyz": found.xyz,
        **{i: found.columns[i] for i in kpis},
    }
    order = ordered(found.columns["net_sales"], descending=True)
    return Listed((*NAMED, *map(Field.of_kpi, kpis)), {name: values[order] for name, values in columns.items()})


def assortment(view: View, filters: Filters) -> Assortment:
    """KPIs, ABC and XYZ class of every product in the selection."""
    return _assortment(view.cube, filters)


@lru_cache(1)  # the panels of a tab ask one after the other
def _assortment(cube: Cube, filters: Filters) -> Assortment:
    selection = cube.select(filters)
    totals = cube.totals_of(selection, ("product",))
    nothing = np.full(len(cube.products_of(selection)), np.nan)
    columns = {i: nothing if KPIS[i].missing(cube.has) else KPIS[i].formula(totals) for i in TABLE_KPIS}
    monthly = cube.totals(filters, ("product", "month"))["units_sold"]
    return Assortment(cube.products_of(selection), columns, abc_classes(columns["net_sales"]), xyz_classes(monthly))


@cached_query
def class_grid(view: View, filters: Filters) -> ClassGrid:
    """How many products are in each ABC × XYZ class and what share of net sales they make."""
    found = assortment(view, filters)
    sales = found.columns["net_sales"]
    inside = [[(found.abc == a) & (found.xyz == x) for x in "XYZ"] for a in "ABC"]
    share = [[100 * ratio(sales[m].sum(keepdims=True), sales.sum(keepdims=True))[0] for m in row] for row in inside]
    counted = sum(int(m.sum()) for row in inside for m in row)
    return ClassGrid(
        products=[[int(m.sum()) for m in row] for row in inside], share=plain(share), left_out=len(sales) - counted
    )


@cached_query
def top_seller_gaps(view: View, filters: Filters, most: int | None = 15) -> Gaps:
    """Class A products with the highest month-end stockout rate: the `most` highest, or all that ever were out."""
    require(view, "stockout_rate")
    found = assortment(view, filters)
    top = np.flatnonzero(found.abc == "A")
    rate = found.columns["stockout_rate"][top]
    order = [top[i] for i in largest(rate, most) if rate[i] > 0]
    ids = [str(view.cube.column("products.product_id")[p]) for p in found.products[order]]
    return Gaps(
        ids=ids,
        labels=names(view, "product", ids),
        among=len(top),
        stockout_rate=plain(found.columns["stockout_rate"][order]),
        net_sales=plain(found.columns["net_sales"][order]),
    )


@cached_query
def top_sellers_at_zero(view: View, filters: Filters) -> AtZero:
    """Store × products of class A that closed the selection's last month at zero, among those ranged in it."""
    require(view, "stockout_rate")
    cube = view.cube
    selection = cube.select(filters)
    last = selection.period.months[-1:]
    closed = Selection(selection.stores, selection.categories, Period.whole(cube.calendar, last))
    totals = cube.totals_of(closed, ("product",))
    top = assortment(view, filters).abc == "A"
    month = cube.labels("month", closed)
    return AtZero(
        count=int(totals["stockout_months"][top].sum()),
        among=int(totals["ranged_months"][top].sum()),
        month=month[0] if month else "",
    )


@cached_query
def excess_stock(view: View, filters: Filters, target_days: int = TARGET_DAYS, most: int | None = 15) -> Excess:
    """Overstock and dead stock at the end of the period, each store × product judged by itself.

    Dead: stock of a store × product without a sale in the period. Overstock: what exceeds target_days of its mean
    daily sales. Both at unit cost. One store's excess is never netted against another's shortage.
    """
    require(view, "closing_inventory")
    cube = view.cube
    selection = cube.select(filters)
    money = _looked_up(view, selection, target_days) or _counted(view, selection, target_days)
    over, dead, stock = money
    excess: Array = over + dead
    order = [i for i in largest(excess, most) if excess[i] > 0]
    ids = [str(cube.column("products.product_id")[p]) for p in order]
    return Excess(
        labels=names(view, "product", ids),
        ids=ids,
        overstock=plain(over[order]),
        dead=plain(dead[order]),
        total_overstock=float(over.sum()),
        total_dead=float(dead.sum()),
        total_stock=float(stock.sum()),
    )


Money = tuple[Array, Array, Array]  # overstock, dead and all stock of each product [currency]


def _looked_up(view: View, selection: Selection, target_days: int) -> Money | None:
    """From the sums of the refresh; None where they do not tell it."""
    cube, found = view.cube, given(view.cube.fitted.excess)
    sums = found.looked_up(selection.period.months, target_days)
    if sums is None or not cube.whole_chains(selection.stores):
        return None
    products, chains = cube.products_of(selection), np.unique(cube.chain_of[selection.stores])
    money = np.zeros((len(sums), len(cube.category_of)))
    for of_product, by_chain in zip(money, sums, strict=True):
        of_product[products] = by_chain.reshape(-1, len(of_product))[np.ix_(chains, products)].sum(axis=0, dtype=float)
    over, dead, stock = money
    return over, dead, stock


def _counted(view: View, selection: Selection, target_days: int) -> Money:
    """From the cells of the selection."""
    cube, period = view.cube, selection.period
    inside = np.isin(cube.category_of, selection.categories)
    products = len(cube.category_of)

    def pair(rows: Ints) -> Ints:
        store = np.searchsorted(selection.stores, cube.cells.of("store_idx", rows)).astype(np.int64)
        found: Ints = store * products + cube.cells.of("product_idx", rows)
        return found

    rows, last = (cube.cells.rows(selection.stores, months) for months in (period.months, period.months[-1:]))
    last = last[inside[cube.cells.of("product_idx", last)] & (cube.cells.of("closing_units", last) > 0)]
    of_row, shelf = pair(rows), pair(last)
    sold, lines = (
        sum_by(of_row, cube.cells.of(column, rows), len(selection.stores) * products)[shelf]
        for column in ("units_sold", "sold_lines")
    )
    left, cost = cube.cells.of("closing_units", last), cube.cells.of("closing_cost_cents", last) / 100
    per_day = np.array([[target_days / max(int(period.days().sum()), 1)]])
    judged = judge(left, cost, sold, lines, per_day)
    over, dead, stock = (sum_by(shelf % products, money, products) for money in (judged.over[0], judged.dead, cost))
    return over, dead, stock
