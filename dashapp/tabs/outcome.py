"""What a scenario comes to, in a sentence, in cards, and what all of it rests on."""

from typing import Final, cast

from analytics import queries
from analytics.filters import Filters
from analytics.planning import Assumed
from analytics.queries import Lacking, Measured, View, WhatIf, parse_scenarios
from analytics.queries.what_if import Items
from dashapp import components as ui
from dashapp import numbers, quantities
from dashapp.quantities import Quantity
from dashapp.sliders import AS_TODAY
from dashapp.still import Element, el
from dashapp.texts import N_, _, said

# Measure → label, unit and which direction is good, in the order of the cards.
MEASURES: Final = {
    "fill_rate": (N_("Fill rate"), "%", "up", N_("Units served ÷ units wanted.")),
    "stockout_rate": (
        N_("Empty at the month's end"),
        "%",
        "down",
        N_("Shelves without a unit then ÷ all shelves."),
    ),
    "availability": (
        N_("Availability experience"),
        "%",
        "up",
        N_("Share of the time with the wanted product on the shelf. What shoppers meet, not how they feel about it."),
    ),
    "lost_sales": (
        N_("Lost sales"),
        "money",
        "down",
        N_("Units wanted, not served and not bought as something else, at their price, in a year."),
    ),
    "stock_units": (N_("Average stock, units"), "count", "", N_("Mean units on the shelves over the year.")),
    "capital": (N_("Capital in stock"), "money", "down", N_("Average stock at unit cost.")),
    "holding_cost": (N_("Holding cost"), "money", "down", N_("Capital in stock × holding-cost rate, in a year.")),
    "net_profit": (N_("Net profit"), "money", "up", N_("Margin of what is sold less holding cost, in a year.")),
}


def sentence(view: View, filters: Filters, scenario: str, items: str) -> str:
    """What the scenario brings in one sentence, or why nothing can be said."""
    try:
        told = found(view, filters, scenario, items)
    except Lacking as lacking:
        return said(lacking.said)
    if not parse_scenarios(scenario)[0]:
        return _(
            "Kept as today, {items} shelves will serve {fill} of the units wanted in a year and lose sales of {lost}.",
            items=told["items"],
            fill=quantity(view, "fill_rate").text(told["measures"]["fill_rate"]["today"]),
            lost=money(view).text(told["measures"]["lost_sales"]["today"]),
        )
    back = _coming_back(view, filters, scenario, items)
    return " ".join(filter(None, (_recovered(told, money(view)), _profit(told, money(view)), back)))


def _recovered(told: WhatIf, amount: Quantity) -> str:
    lost, units = (told["measures"][name]["change"] or 0.0 for name in ("lost_sales", "lost_units"))
    if lost > 0:
        return _(
            "This loses another {money} of sales a year ({units} units).", money=amount.text(lost), units=round(units)
        )
    return _(
        "This recovers {money} of lost sales a year ({units} units).",
        money=amount.text(abs(lost)),
        units=abs(round(units)),
    )


def _profit(told: WhatIf, amount: Quantity) -> str:
    profit, capital = (told["measures"][name] for name in ("net_profit", "capital"))
    if profit["change"] is None or capital["change"] is None:
        return ""
    return _(
        "Capital in stock {capital}, net profit {profit} a year (80 % band {low} to {high}).",
        capital=_unbroken(amount, capital["change"]),
        profit=_unbroken(amount, profit["change"]),
        low=_unbroken(amount, profit["change_low"] or 0.0),
        high=_unbroken(amount, profit["change_high"] or 0.0),
    )


def _coming_back(view: View, filters: Filters, scenario: str, items: str) -> str:
    """What customers who come back more or less often add, where such an effect was found."""
    try:
        back = queries.coming_back(view, filters, parse_scenarios(scenario)[0], chosen(items))
    except Lacking:
        return ""
    if not back["detected"] or not back["change"]:
        return ""
    change, low, high = (numbers.change(back[end], 0, "%") or "" for end in ("change", "low", "high"))
    return _(
        "Not in it: customers who come back for it, {change} of sales ({low} to {high}).",
        change=change,
        low=low,
        high=high,
    )


def _unbroken(amount: Quantity, change: float) -> str:
    """No line ends between the sign and the number."""
    text = amount.signed(change)
    return f"{text[:1]}\u2060{text[1:]}"


def cards(view: View, filters: Filters, scenario: str, items: str) -> list[Element]:
    """Every measure: the scenario's, today's, and the change with its band."""
    try:
        told = found(view, filters, scenario, items)
    except Lacking:
        return []
    moved = bool(parse_scenarios(scenario)[0])
    return [_card(name, told["measures"][name], quantities.currency(view), moved) for name in MEASURES]


def _card(name: str, measured: Measured, currency: str, moved: bool) -> Element:
    label, unit, better, about = MEASURES[name]
    counted = Quantity(_(label), quantities.sign(unit, currency))
    head = el("h3", _(label), ui.info(_(about)), className="kpi-label")
    if measured["scenario"] is None:
        return el("article", head, el("p", _("Needs products.unit_cost."), className="kpi-missing"), className="kpi")
    value = el("p", counted.text(measured["scenario"]), className="kpi-value")
    lines = _moves(counted, measured, better) if moved else [el("li", _(AS_TODAY), className="change")]
    return el("article", head, value, el("ul", lines), className="kpi")


def _moves(counted: Quantity, measured: Measured, better: str) -> list[Element]:
    """How far it moved from today, and within which band; it is better or worse if the whole band is."""
    change, low, high = (measured[key] or 0.0 for key in ("change", "change_low", "change_high"))
    side = 1 if low > 0 else -1 if high < 0 else 0
    verdict = "even" if not side or not better else "good" if (side > 0) == (better == "up") else "bad"
    arrow = el("i", className=f"bi {ui.ARROWS[side]}", **ui.aria(hidden="true"))
    text = _moved(counted, change)
    from_today = _("from {today} today", today=counted.text(measured["today"]))
    band = _("80 % band {low} to {high}", low=_moved(counted, low), high=_moved(counted, high))
    return [
        el("li", arrow, el("b", text), f" {from_today}", ui.spoken(verdict), className=f"change {verdict}"),
        el("li", band, className="change"),
    ]


def _moved(counted: Quantity, change: float) -> str:
    """'+1.2 pp', '+€2.1 k'."""
    return numbers.change(change, 0, "%") or "" if counted.sign == "%" else counted.signed(change)


def basis(view: View, filters: Filters) -> list[Element]:
    """What was checked on these data, and what is assumed."""
    try:
        told = queries.what_if_basis(view, filters)
    except Lacking:
        return []
    checked = [
        el("li", "✓ " if check.passed else "✗ ", said(check.name), "" if check.passed else _(" – not met"))
        for check in told["checks"]
    ]
    assumed = [el("li", text) for text in [*_assumptions(told["assumed"]), _about_coming_back(view, filters)]]
    return [
        el("div", el("h3", _("Checked on these data")), el("ul", checked, className="checked")),
        el("div", el("h3", _("What is assumed")), el("ul", assumed)),
    ]


def _assumptions(assumed: Assumed) -> list[str]:
    """In plain words: what the files do not tell, and what nobody can know."""
    percent = Quantity("", "%").text
    told = [
        _(
            "{share} of those who find a shelf empty take another product: assumed, as monthly data do not tell.",
            share=percent(100 * assumed["substitution"]),
        ),
        _(
            "Holding stock costs {rate} of its value a year unless the slider says otherwise.",
            rate=percent(100 * assumed["holding_rate"]),
        ),
        _("Stock is ordered once a month, up to a level that is read from what shelves held after deliveries."),
    ]
    if assumed["failure"] is None:
        told.append(_("Every delivery comes: the files do not tell what was received."))
    else:
        told.append(
            _(
                "A delivery that is due fails in {share} of months, as it did so far.",
                share=percent(100 * assumed["failure"]),
            )
        )
    if assumed["undated"]:
        told.append(
            _(
                "Delivery is at once for {n} of {items} shelves, whose products have no lead time.",
                n=assumed["undated"],
                items=assumed["items"],
            )
        )
    if 0 < assumed["uncosted"] < assumed["items"]:
        told.append(
            _(
                "For {n} of {items} shelves the unit cost is unknown and assumed at the others' share of the price.",
                n=assumed["uncosted"],
                items=assumed["items"],
            )
        )
    if assumed["uncosted"] == assumed["items"]:
        told.append(_("No unit cost is known, so there is no capital, holding cost or profit."))
    if assumed["without"]:
        told.append(_("Left out: {n} shelves whose history is too thin for a number of demand.", n=assumed["without"]))
    return told


def _about_coming_back(view: View, filters: Filters) -> str:
    """Whether customers are taken to come more often for fuller shelves."""
    try:
        effect = queries.availability_effect(view, filters)
    except Lacking:
        effect = None
    if effect is None or effect.delta["why"]:
        return _(
            "Customers come as they do today: whether full shelves bring them back more often cannot be known, so "
            "gains are rather too small."
        )
    if not effect.detected:
        return _("Customers come as they do today: no effect of gaps on how often they come back was found.")
    return _("Customers come as they do today; what it adds if they come back more often is told beside the result.")


def found(view: View, filters: Filters, scenario: str, items: str) -> WhatIf:
    """Today against the scenario that is shown."""
    return queries.what_if(view, filters, parse_scenarios(scenario)[0], chosen(items))


def chosen(items: str) -> Items:
    """Which items a choice means."""
    return cast(Items, items)


def money(view: View) -> Quantity:
    """An amount of the version's currency."""
    return Quantity("", quantities.currency(view))


def quantity(view: View, name: str) -> Quantity:
    """What a measure counts."""
    label, unit, _better, _about = MEASURES[name]
    return Quantity(_(label), quantities.sign(unit, quantities.currency(view)))
