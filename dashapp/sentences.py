"""The plain sentence that opens a tab."""

from analytics.queries import Card
from dashapp import numbers
from dashapp.quantities import Quantity


def sales(card: Card, quantity: Quantity) -> str:
    """'Net sales €1.24 M, −4.1 % on the period before, +2.0 % on last year.', or the way out of an empty selection."""
    if not card["value"]:
        return "No sales in this selection. Reset a filter to see more."
    periods = {"the period before": card["previous"], "last year": card["last_year"]}
    if card["previous"] == card["last_year"]:  # the same months, if a whole year is shown
        del periods["the period before"]
    moved = [(numbers.change(card["value"], before, card["unit"]), period) for period, before in periods.items()]
    changes = [f"{text} on {period}" for text, period in moved if text]
    return ", ".join([f"{card['label']} {quantity.text(card['value'])}", *changes]) + "."
