"""The additive measures of the marts: unit, meaning and the contract columns each one comes from."""

from dataclasses import dataclass
from typing import Final, Literal

Unit = Literal["units", "lines", "cents", "months"]


@dataclass(frozen=True, slots=True)
class Measure:
    """One int64 column that may be summed over stores and products; over months too, unless it is a stock level.

    unit: units of goods, lines of receipts, 1/100 of the currency, or store × product months.
    columns: "table.column" of the contract; a file set without one of them cannot answer what needs the measure.
    """

    name: str
    unit: Unit
    about: str
    columns: tuple[str, ...]


_QUANTITY: Final = "sales.quantity"
_COST: Final = "products.unit_cost"
_OPENING: Final = "inventory.opening_units"
_CLOSING: Final = "inventory.closing_units"
_RECEIVED: Final = "inventory.received_units"
_RANGED: Final = (_OPENING, _CLOSING, _RECEIVED, _QUANTITY)
_WEIGHT: Final = (*_RANGED, "sales.net_amount")

_DISCOUNTED_LINES: Final = Measure(
    "discounted_lines", "lines", "lines sold with a discount", (_QUANTITY, "sales.discount_amount")
)
_SOLD_LINES: Final = Measure("sold_lines", "lines", "lines that sold something, returns left out", (_QUANTITY,))
_MONEY: Final = (
    Measure("gross_sales_cents", "cents", "quantity × unit price, returns negative", (_QUANTITY, "sales.unit_price")),
    Measure("discount_cents", "cents", "taken off the lines", ("sales.discount_amount",)),
    Measure("net_sales_cents", "cents", "paid for the lines, returns negative", ("sales.net_amount",)),
)
CELLS: Final[tuple[Measure, ...]] = (
    Measure("units_sold", "units", "units sold less units returned", (_QUANTITY,)),
    Measure("returned_units", "units", "units brought back", (_QUANTITY,)),
    Measure("lines", "lines", "lines of receipts, returns included", ("sales.product_id",)),
    _SOLD_LINES,
    _DISCOUNTED_LINES,
    *_MONEY,
    Measure("costed_sales_cents", "cents", "net sales where the unit cost is known", ("sales.net_amount", _COST)),
    Measure("cost_of_sales_cents", "cents", "units sold × unit cost; 0 where it is unknown", (_QUANTITY, _COST)),
    Measure("opening_units", "units", "stock at the start of the month", (_OPENING,)),
    Measure("closing_units", "units", "stock at the end of the month", (_CLOSING,)),
    Measure("received_units", "units", "delivered in the month", (_RECEIVED,)),
    Measure("shrink_units", "units", "lost, broken or stolen in the month", ("inventory.shrink_units",)),
    Measure("opening_cost_cents", "cents", "opening stock × unit cost; 0 where it is unknown", (_OPENING, _COST)),
    Measure("closing_cost_cents", "cents", "closing stock × unit cost; 0 where it is unknown", (_CLOSING, _COST)),
    Measure("ledger_rows", "months", "1 where the ledger has the month: without it the stock is unknown", (_CLOSING,)),
    Measure("ranged_months", "months", "1 where the store carried the product in the month", _RANGED),
    Measure("stockout_months", "months", "1 where a ranged month closed at zero", _RANGED),
    Measure("ranged_weight_cents", "cents", "usual net sales of one ranged month of the store × product", _WEIGHT),
    Measure("stockout_weight_cents", "cents", "the same weight, in months that closed at zero", _WEIGHT),
)
BASKETS: Final[tuple[Measure, ...]] = (
    Measure("units", "units", "units sold less units returned", (_QUANTITY,)),
    _SOLD_LINES,
    _DISCOUNTED_LINES,
    *_MONEY,
)
_MEMBER: Final = "sales.customer_id"
MEMBERS: Final[tuple[Measure, ...]] = (
    Measure("member_units", "units", "units sold to known customers less units returned", (_MEMBER, _QUANTITY)),
    Measure("member_gross_sales_cents", "cents", "gross sales to them", (_MEMBER, _QUANTITY, "sales.unit_price")),
    Measure("member_sales_cents", "cents", "net sales to them", (_MEMBER, "sales.net_amount")),
)
ROLLED_UP: Final = (*CELLS, *MEMBERS)  # those of cells by store and by product, those of members by store
MEASURES: Final[dict[str, Measure]] = {measure.name: measure for measure in (*ROLLED_UP, *BASKETS)}
