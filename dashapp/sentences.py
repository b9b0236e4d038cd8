"""The plain sentence that opens a tab."""

from analytics.queries import Card
from dashapp import numbers
from dashapp.quantities import Quantity


def sales(card: Card, quantity: Quantity) -> str:
    """'Net sales €1.24 M, −4.1 % on the period before, +2.0 % on last year.'"""
    moved = [
        f"{text} on {period}"
        for period, before in (("the period before", card["previous"]), ("last year", card["last_year"]))
        if (text := numbers.change(card["value"], before, card["unit"]))
    ]
    return ", ".join([f"{card['label']} {quantity.text(card['value'])}", *dict.fromkeys(moved)]) + "."
