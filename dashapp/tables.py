"""Answers as tables: the rows behind each chart, all of them, with links where a row is a thing with a page."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import accumulate, product
from typing import Any, Final

from analytics.models.association import Association
from analytics.queries import (
    Bars,
    Change,
    ClassGrid,
    Cohorts,
    Excess,
    Gaps,
    Groups,
    HeatMap,
    Ledger,
    Lines,
    Mix,
    Outlook,
    Peers,
    Prices,
    Quarters,
    Spread,
)
from analytics.table import WITHHELD, Field, Listed
from dashapp.figures.links import LINK
from dashapp.texts import N_, _, said

NAMES: Final = {
    "store": N_("Store"),
    "chain": N_("Chain"),
    "category": N_("Category"),
    "product": N_("Product"),
    "month": N_("Month"),
    "quarter": N_("Quarter"),
}


COHORTS: Final = ("cohorts", "size", "known", "share")


def _named(by: str) -> tuple[Field, Field]:
    """The id and the name of what a row is about."""
    return Field("id", N_("Id"), hidden=True), Field("name", NAMES[by], link=LINK[by])


def _listed(fields: Sequence[Field], columns: Iterable[Sequence[Any]]) -> Listed:
    return Listed.of(tuple(fields), dict(zip((field.name for field in fields), columns, strict=True)))


def ranking(found: Bars, kpi_id: str, by: str) -> Listed:
    """One KPI by store, chain, category or product."""
    return _listed((*_named(by), Field.of_kpi(kpi_id)), (found["ids"], found["labels"], found["values"]))


def change(found: Change) -> Listed:
    """The parts of a change and their sum, and net sales after each of them."""
    moves = [part["money"] for part in found["parts"]]
    fields = (
        Field("part", N_("Part")),
        Field("change", N_("Change"), "money", about=N_("Of the part; in the last row, of all of them.")),
        Field("net_sales", N_("Net sales"), "money", about=N_("After this part and those above it.")),
        Field("why", N_("Cannot be split because")),
    )
    columns = (
        [_("Before"), *(_(part["label"]) for part in found["parts"]), _("After")],
        [None, *moves, sum(moves) if moves else None],
        [*accumulate([found["before"] or 0.0, *moves]), found["after"]],
        ["", *(" ".join(said(why) for why in part["why"]) for part in found["parts"]), ""],
    )
    return _listed(fields, columns)


def over_time(found: Lines, kpi_id: str, by: str, grain: str) -> Listed:
    """One KPI by store, chain or category and month or quarter: a row each."""
    cells = list(product(found["lines"], range(len(found["x"]))))
    columns = (
        [line["id"] for line, _at in cells],
        [line["name"] for line, _at in cells],
        [found["x"][at] for _line, at in cells],
        [line["values"][at] for line, at in cells],
    )
    return _listed((*_named(by), Field("time", NAMES[grain]), Field.of_kpi(kpi_id)), columns)


def heat(found: HeatMap, kpi_id: str) -> Listed:
    """One KPI by store and month."""
    rows = zip(found["ids"], found["rows"], found["values"], strict=True)
    cells = [
        (id_, name, month, value)
        for id_, name, values in rows
        for month, value in zip(found["columns"], values, strict=True)
    ]
    fields = (*_named("store"), Field("month", NAMES["month"]), Field.of_kpi(kpi_id))
    return _listed(fields, list(zip(*cells, strict=True)) or ([], [], [], []))


def correlations(found: Association) -> Listed:
    """Each correlation with its interval and what it counts."""
    rows = found["coefficients"]
    fields = (
        Field("name", N_("Correlation")),
        Field("value", N_("Value"), "×"),
        Field("low", N_("Low (95 %)"), "×"),
        Field("high", N_("High (95 %)"), "×"),
        Field("n", N_("Months of a store × product"), "count"),
        Field("series", N_("Store × products"), "count"),
    )
    columns: list[list[Any]] = [[row[key] for row in rows] for key in ("name", "value", "low", "high")]
    columns[0] = [_(name) for name in columns[0]]
    return _listed(fields, (*columns, [found["n"]] * len(rows), [found["series"]] * len(rows)))


def bins(found: Association) -> Listed:
    """Mean units sold by bin of stock."""
    fields = (
        Field("stock", N_("Mean stock at the start of the month"), "units"),
        Field("sold", N_("Mean units sold in the month"), "×"),
    )
    return _listed(fields, (found["bin_x"], found["bin_y"]))


def gaps(found: Gaps) -> Listed:
    """Top sellers by stockout rate."""
    fields = (*_named("product"), Field.of_kpi("stockout_rate"), Field.of_kpi("net_sales"))
    return _listed(fields, (found["ids"], found["labels"], found["stockout_rate"], found["net_sales"]))


def class_grid(found: ClassGrid) -> Listed:
    """The nine classes."""
    cells = list(product(range(3), range(3)))
    fields = (
        Field("abc", "ABC"),
        Field("xyz", "XYZ"),
        Field("products", N_("Products"), "count"),
        Field("share", N_("Share of sales"), "%"),
    )
    columns = (
        ["ABC"[a] for a, _x in cells],
        ["XYZ"[x] for _a, x in cells],
        [found["products"][a][x] for a, x in cells],
        [found["share"][a][x] for a, x in cells],
    )
    return _listed(fields, columns)


def excess(found: Excess) -> Listed:
    """Overstock and dead stock by product."""
    fields = (
        *_named("product"),
        Field("overstock", N_("Overstock"), "money"),
        Field("dead", N_("Dead stock"), "money"),
    )
    return _listed(fields, (found["ids"], found["labels"], found["overstock"], found["dead"]))


def quarters(found: Quarters, kpi_ids: Sequence[str]) -> Listed:
    """Some KPIs by quarter."""
    fields = (Field("id", NAMES["quarter"], link=LINK["quarter"]), *map(Field.of_kpi, kpi_ids))
    return _listed(fields, (found["quarters"], *(found["values"][kpi] for kpi in kpi_ids)))


def cohorts(found: Cohorts) -> Listed:
    """Share of each cohort by quarters since the first order."""
    rows = [
        (cohort, size, after, share)
        for cohort, size, known, shares in zip(*(found[key] for key in COHORTS), strict=True)
        for after, share in enumerate(shares[:known])
        if size != 0
    ]
    fields = (
        Field("cohort", N_("Quarter of the first order")),
        Field("size", N_("Customers"), "count", withheld=WITHHELD),
        Field("after", N_("Quarters later"), "count"),
        Field("share", N_("Share that ordered"), "%", withheld=WITHHELD),
    )
    return _listed(fields, list(zip(*rows, strict=True)) or ([], [], [], []))


def groups(found: Groups, label: str, *, discounts: bool = False) -> Listed:
    """Customers by segment or tier: what they bring, or the discounts that they receive."""
    keys = ("discount_rate", "discounted_lines_rate") if discounts else ("customers_share", "sales", "sales_share")
    fields = {
        "customers_share": Field("customers_share", N_("Share of customers"), "%"),
        "sales": Field("sales", N_("Net sales"), "money", kpi="net_sales"),
        "sales_share": Field("sales_share", N_("Share of sales"), "%"),
        "discount_rate": Field.of_kpi("discount_rate"),
        "discounted_lines_rate": Field.of_kpi("discounted_lines_rate"),
        "customers": Field("customers", N_("Customers"), "count"),
    }
    told = (replace(fields[key], withheld=WITHHELD) for key in ("customers", *keys))
    shown = (Field("group", label), *told)
    return _listed(shown, ([_(group) for group in found["groups"]], found["customers"], *(found[key] for key in keys)))  # type: ignore[literal-required]


def spread(found: Spread) -> Listed:
    """Customers by band of spend."""
    highs: list[float | None] = [*found["low"][1:], None]
    fields = (
        Field("low", N_("Spend from"), "money"),
        Field("high", N_("to under"), "money"),
        Field("customers", N_("Customers"), "count", withheld=WITHHELD),
    )
    return _listed(fields, (found["low"], highs[: len(found["low"])], found["customers"]))


def forecast(found: Outlook, measure: str) -> Listed:
    """History and forecast by month."""
    past, ahead = found["history_months"], found["forecast"]
    months = found["forecast_months"] if ahead else []
    known: Any = ahead or {}
    bounds = [[None] * len(past) + (known.get(key) or [None] * len(months)) for key in ("mean", "low", "high")]
    fields = (
        Field("month", NAMES["month"]),
        Field("sold", N_("Sold"), Field.of_kpi(measure).unit),
        Field("mean", N_("Forecast"), Field.of_kpi(measure).unit),
        Field("low", N_("Low (80 %)"), Field.of_kpi(measure).unit),
        Field("high", N_("High (80 %)"), Field.of_kpi(measure).unit),
    )
    return _listed(fields, ([*past, *months], [*found["history"], *[None] * len(months)], *bounds))


def forecasts(found: Sequence[Outlook], measure: str, by: str) -> Listed:
    """Sums over the months ahead with intervals and back-tests, a row a chain, store or category."""
    unit = Field.of_kpi(measure).unit
    ahead: list[Any] = [outlook["forecast"] or {} for outlook in found]
    tests: list[Any] = [outlook["back_test"] for outlook in found]
    fields = (
        *_named(by),
        Field("total", N_("Forecast"), unit),
        Field("total_low", N_("Low (80 %)"), unit),
        Field("total_high", N_("High (80 %)"), unit),
        Field("wape", N_("Back-test WAPE"), "%", about=WAPE),
        Field("bias", N_("Bias"), "%", about=BIAS),
        Field("coverage", N_("Coverage, single months"), "%", about=COVERAGE),
        Field("n", N_("Months tested"), "count"),
    )
    columns = (
        [outlook["key"] for outlook in found],
        [outlook["name"] for outlook in found],
        *([row.get(key) for row in ahead] for key in ("total", "total_low", "total_high")),
        *([row[key] for row in tests] for key in ("wape", "bias", "coverage", "n")),
    )
    return _listed(fields, columns)


def peers(found: Peers) -> Listed:
    """The KPIs of a store and of its chain as a whole, a row each: a column has one unit."""
    fields = (Field("name", N_("Stores")), *map(Field.of_kpi, found["kpis"]))
    names = [_("This store"), _("Its chain as a whole")]
    return _listed(fields, (names, *zip(found["store"], found["chain"], strict=True)))


def mix(found: Mix) -> Listed:
    """Share of net sales by category."""
    fields = (
        Field("id", NAMES["category"], link=LINK["category"]),
        Field("store", N_("This store"), "%"),
        Field("chain", N_("Its chain as a whole"), "%"),
    )
    return _listed(fields, (found["categories"], found["store"], found["chain"]))


def ledger(found: Ledger) -> Listed:
    """Stock and what changed it, by month."""
    keys = {
        "opening": N_("Stock at the start"),
        "received": N_("Received"),
        "sold": N_("Sold"),
        "shrink": N_("Shrink"),
        "closing": N_("Stock at the end"),
    }
    fields = (Field("month", NAMES["month"]), *(Field(key, label, "units") for key, label in keys.items()))
    return _listed(fields, (found["months"], *(found[key] for key in keys)))  # type: ignore[literal-required]


def prices(found: Prices) -> Listed:
    """Price before discount and as paid, by month."""
    fields = (
        Field("month", NAMES["month"]),
        Field("before", N_("Before discount"), "price"),
        Field("paid", N_("Paid"), "price"),
    )
    return _listed(fields, (found["months"], found["before"], found["paid"]))


WAPE: Final = N_("Sum of the sizes of the errors ÷ sum of what was sold, one year ahead, on months not seen before.")
BIAS: Final = N_("Sum of the errors ÷ sum of what was sold; positive: the forecast was too low.")
COVERAGE: Final = N_("Share of single months that fell into their 80 % interval, which only earlier errors had set.")
