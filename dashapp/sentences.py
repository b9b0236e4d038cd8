"""The plain sentence that opens a tab, and what moved in words."""

from typing import Final

from analytics import queries
from analytics.filters import Filters
from analytics.queries import Against, Card, Change, View
from dashapp import numbers, quantities
from dashapp.quantities import Quantity
from dashapp.texts import N_, _

MOSTLY: Final = 0.5  # of the change: what is less may be the largest part, but is not most of it
MOVES: Final = {  # a part of a change → more of it, less of it
    "customers": (N_("more customers"), N_("fewer customers")),
    "orders_per_customer": (N_("more orders per customer"), N_("fewer orders per customer")),
    "guest_orders": (N_("more guest orders"), N_("fewer guest orders")),
    "orders": (N_("more orders"), N_("fewer orders")),
    "units_per_order": (N_("more units per order"), N_("fewer units per order")),
    "units": (N_("more units"), N_("fewer units")),
    "price": (N_("higher prices or a dearer mix"), N_("lower prices or a cheaper mix")),
    "discount": (N_("smaller discounts"), N_("larger discounts")),
    "new": (N_("new business"), N_("new business")),
    "gone": (N_("lost business"), N_("lost business")),
    "unsplit": (N_("what cannot be split"), N_("what cannot be split")),
}


def opening(view: View, filters: Filters) -> str:
    """Net sales, how they moved and what moved most, and how many top sellers ended the period at zero."""
    (card,) = queries.cards(view, filters, ("net_sales",))
    said = sales(card, quantities.of_kpi(view, "net_sales"), driver(view, filters, card))
    empty = top_sellers_at_zero(view, filters) if card["value"] else ""
    return f"{said.removesuffix('.')}; {empty}." if empty else said


def sales(card: Card, quantity: Quantity, driver: str = "") -> str:
    """'Net sales €1.24 M, −4.1 % on the period before, +2.0 % on last year.', or the way out of an empty selection."""
    if not card["value"]:
        return _("No sales in this selection. Reset a filter to see more.")
    previous = numbers.change(card["value"], card["previous"], card["unit"])
    last_year = numbers.change(card["value"], card["last_year"], card["unit"])
    said = [f"{_(card['label'])} {quantity.text(card['value'])}"]
    if previous and card["previous"] != card["last_year"]:  # the same months, if a whole year is shown
        said.append(_("{change} on the period before", change=previous))
    if last_year:
        said.append(_("{change} on last year", change=last_year))
    if driver:
        said.append(driver)
    return ", ".join(said) + "."


def driver(view: View, filters: Filters, card: Card) -> str:
    """'mostly more customers': of the change that the sentence names last; nothing where it names none."""
    against: Against = "last_year" if card["last_year"] else "previous"
    return leading(queries.change(view, filters, against)) if card[against] and card["value"] else ""


def leading(found: Change) -> str:
    """The largest part in the direction of the change, in words."""
    whole = found["after"] - (found["before"] or 0.0)
    share = {part["id"]: part["money"] / whole for part in found["parts"]} if round(whole, 2) else {}
    most = max(share, key=lambda id_: share[id_], default="unsplit")
    if most == "unsplit":
        return ""
    moved = moving(most, share[most] * whole)
    return _("mostly {moved}", moved=moved) if share[most] >= MOSTLY else _("largest part: {moved}", moved=moved)


def moving(part: str, money: float) -> str:
    """'more customers' or 'fewer customers', as they moved net sales up or down."""
    return _(MOVES[part][money < 0])


def top_sellers_at_zero(view: View, filters: Filters) -> str:
    """'57 of 405 shelves of top sellers ended Dec 2023 empty' (one in one store); nothing without stock."""
    if queries.lacking(view, "stockout_rate"):
        return ""
    found = queries.top_sellers_at_zero(view, filters)
    if not found["among"]:
        return ""
    if not found["count"]:
        return _("no shelf of a top seller ended {month} empty", month=quantities.month(found["month"]))
    return _(
        "{count} of {among} shelves of top sellers ended {month} empty",
        count=found["count"],
        among=found["among"],
        month=quantities.month(found["month"]),
    )
