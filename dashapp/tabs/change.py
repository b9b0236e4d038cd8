"""The part of the Stores tab that says what changed since an earlier period, and where."""

from enum import StrEnum
from typing import Final, cast

from analytics import queries
from analytics.filters import Filters
from analytics.models.decomposition import PARTS
from analytics.queries import Against, By, Change, Lacking, View
from analytics.queries.change import alone
from analytics.table import Ask, Listed, Table
from dashapp import quantities, tables
from dashapp.arguments import Choice
from dashapp.figures import bars, change
from dashapp.figures.base import FigureDict
from dashapp.panels import Panel
from dashapp.texts import N_, _, said


class Ids(StrEnum):
    """Component ids of this part."""

    AGAINST = "stores-against"
    SPLIT = "stores-split"
    PART = "stores-part"
    WHY = "stores-why"
    WHO = "stores-who"


AGAINST: Final = Choice(
    Ids.AGAINST,
    N_("Compare with"),
    {"previous": N_("Period before"), "last_year": N_("Same period last year")},
    buttons=True,
)
GROUPS: Final = {
    "store": N_("Stores"),
    "chain": N_("Chains"),
    "category": N_("Categories"),
    "product": N_("Products"),
}
SPLIT: Final = Choice(Ids.SPLIT, N_("Split by"), GROUPS, buttons=True)
PART: Final = Choice(
    Ids.PART, N_("Part"), {change.WHOLE: N_("The whole change")} | {part: PARTS[part]["text"] for part in PARTS}
)
CHOICES: Final = (AGAINST, SPLIT, PART)


def periods(view: View, filters: Filters, against: str) -> str:
    """'Oct – Dec 2023 against Jul – Sep 2023'."""
    found = queries.change(view, filters, cast(Against, against))
    if found["why"]:
        return ""
    now, before = quantities.months(found["months"]), quantities.months(found["months_before"])
    return _("{period} against {earlier}", period=now, earlier=before)


def why(view: View, filters: Filters, against: str) -> FigureDict:
    """The parts of the change."""
    return change.waterfall(_compared(view, filters, against), quantities.of_kpi(view, "net_sales"), Ids.PART)


def why_rows(view: View, filters: Filters, against: str) -> Listed:
    """The same in numbers."""
    return tables.change(_compared(view, filters, against))


def who(view: View, filters: Filters, against: str, by: str, part: str) -> FigureDict:
    """One part by store, chain, category or product: those with the largest, up or down."""
    page = who_rows(view, filters, against, by, part).page(Ask(stop=bars.ROWS))
    money = quantities.of_kpi(view, "net_sales")
    label, column = (_("Change"), "change") if part == change.WHOLE else (said(PARTS[part]), part)
    title = f"{label} [{money.sign}]"
    if page["count"] > bars.ROWS:
        title += "<br>" + _("largest {shown} of {count}", shown=bars.ROWS, count=page["count"])
    return change.contributions(page["rows"], column, title, money, by)


def who_rows(view: View, filters: Filters, against: str, by: str, part: str) -> Table:
    """Every part of all of them."""
    return queries.change_by(view, filters, cast(Against, against), cast(By, by), "" if part == change.WHOLE else part)


def _compared(view: View, filters: Filters, against: str) -> Change:
    found = queries.change(view, filters, cast(Against, against))
    if found["why"]:
        raise Lacking(alone(found["why"]))
    return found


WHY: Final = Panel(
    Ids.WHY,
    N_("Why did net sales change?"),
    why_rows,
    why,
    {"against": AGAINST},
    about=N_(
        "Net sales are customers × orders per customer × units per order × price × discount; each part is what its "
        "factor added or took. This is arithmetic, not cause. A click on a part shows whose it is."
    ),
    kpis=("net_sales",),
    height=560,
    note=periods,
)
WHO: Final = Panel(
    Ids.WHO,
    N_("Who drove it?"),
    who_rows,
    who,
    {"against": AGAINST, "by": SPLIT, "part": PART},
    about=N_(
        "The largest of the part chosen, up or down. The changes add up to the whole change; parts need not, as a "
        "customer of two stores is one customer of the whole. A click opens the store or product, or filters."
    ),
    height=560,
)
PANELS: Final = (WHY, WHO)
