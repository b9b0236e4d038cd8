"""The locale and the words of widgets that are not ours: charts, drop-down lists and grids."""

import re
from typing import Any, Final

from dashapp.languages import SOURCE, current
from dashapp.notation import Notation
from dashapp.texts import N_, _

CHART: Final = (N_("Double-click to zoom back out"), N_("Double-click on legend to isolate one trace"))
MENU: Final = {
    "select_all": N_("Select all"),
    "deselect_all": N_("Deselect all"),
    "selected_count": N_("{num_selected} selected"),
    "search": N_("Search"),
    "clear_search": N_("Clear search"),
    "clear_selection": N_("Clear selection"),
    "no_options_found": N_("No options found"),
}
GRID: Final = {
    "loadingOoo": N_("Loading…"),
    "loadingError": N_("Could not be loaded"),
    "noRowsToShow": N_("No rows to show"),
    "noMatchingRows": N_("No matching rows"),
    "filterOoo": N_("Filter…"),
    "equals": N_("Equals"),
    "contains": N_("Contains"),
    "startsWith": N_("Starts with"),
    "lessThanOrEqual": N_("At most"),
    "greaterThanOrEqual": N_("At least"),
    "inRange": N_("Between"),
    "blank": N_("Unknown"),
    "notBlank": N_("Known"),
    "inRangeStart": N_("From"),
    "inRangeEnd": N_("To"),
    "applyFilter": N_("Apply"),
    "resetFilter": N_("Reset"),
    "clearFilter": N_("Clear"),
    "ariaFilterInput": N_("Filter"),
    "ariaFilterValue": N_("Filter value"),
    "ariaFilteringOperator": N_("Filter operator"),
    "ariaFilterMenuOpen": N_("Open the conditions of the column"),
    "ariaSortableColumn": N_("Press Enter to sort"),
    "ariaColumnFiltered": N_("Filtered"),
}
STRFTIME: Final = {"y": "%Y", "MMMM": "%B", "MMM": "%b", "LLL": "%b", "MM": "%m", "M": "%-m", "dd": "%d", "d": "%-d"}


def chart() -> dict[str, Any]:
    """For the config of a dcc.Graph: separators, names of months and hints. English needs nothing."""
    spoken = current()
    if spoken.locale == SOURCE:
        return {}
    words = {text: _(text) for text in CHART}
    return {"locale": spoken.tag, "locales": {spoken.tag: {"dictionary": words, "format": _format(spoken.notation)}}}


def menu() -> Any:
    """For the labels of a dcc.Dropdown."""
    return {key: current().catalogue.gettext(text) for key, text in MENU.items()}


def grid() -> dict[str, str]:
    """For the localeText of an AG Grid."""
    return {key: _(text) for key, text in GRID.items()}


def still_chosen(options: list[dict[str, str]], value: Any) -> str:
    """The choice of a dbc.Select whose options are new: the one before if it is among them, else the first."""
    values = [option["value"] for option in options]
    return str(value) if value in values else values[0] if values else ""


def _format(own: Notation) -> dict[str, Any]:
    """As plotly.js has it; weeks begin on Sunday there, on Monday in Babel."""
    days, months = own.locale.days["format"], own.locale.months["format"]
    sunday_first = (6, 0, 1, 2, 3, 4, 5)
    return {
        "days": [days["wide"][day] for day in sunday_first],
        "shortDays": [days["abbreviated"][day] for day in sunday_first],
        "months": [months["wide"][month] for month in range(1, 13)],
        "shortMonths": [months["abbreviated"][month] for month in range(1, 13)],
        "decimal": own.decimal,
        "thousands": own.group,
        "date": _strftime(own.day),
        "year": "%Y",
        "month": _strftime(own.month),
        "dayMonth": _strftime(own.day_month),
        "dayMonthYear": _strftime(own.day),
    }


def _strftime(pattern: str) -> str:
    """'%-d. %b %Y' of CLDR's 'd. MMM y'; text stands in quotes there."""
    quoted_or_letters = r"'([^']*)'|([yMLd]+)"
    return re.sub(quoted_or_letters, lambda part: part[1] if part[2] is None else STRFTIME[part[2]], pattern)
