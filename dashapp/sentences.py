"""The plain sentence that opens a tab."""

from analytics.queries import Card
from dashapp import numbers
from dashapp.quantities import Quantity
from dashapp.texts import _


def sales(card: Card, quantity: Quantity) -> str:
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
    return ", ".join(said) + "."
