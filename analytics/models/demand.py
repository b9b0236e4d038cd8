"""Unconstrained demand: what would have been sold had no shelf run empty, from monthly stock and sales alone.

Demand of a shelf s, a product in a store, in month m is a count of variance φ·mean (`censored`) with mean

    μ = level(s) · season(month of the year, category of s) · trend(m)

A month that closed at zero shows only that demand was what was sold or more. It is filled with E[D | D ≥ sold] and the
factors (`factors`) are fitted again, until nothing moves: EM after Dempster, Laird & Rubin (1977), for sales that
stockouts cut short as in Anupindi, Dada & Gupta (1998, Marketing Science 17, 406–423).

What this cannot see: a shopper who takes another product instead, or comes back later, counts as demand here and as a
sale there; a supplier who delivers because demand is high makes stockouts look less costly than they are.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from analytics.arrays import Array, Column, Ints, Mask, sum_by
from analytics.models.censored import at_least
from analytics.models.factors import FIRST_DISPERSION, Factors, fit
from analytics.models.ledger import MOST_SHELVES, Ledger
from data.said import Said, say

FEWEST_MONTHS: Final = 12
FEWEST_IN_STOCK: Final = 3
FEWEST_UNITS: Final = 50
THIN: Final = say(
    "No demand: this product closed with stock in this store in fewer than {months} months.", months=FEWEST_IN_STOCK
)
GIVEN_SPREAD: Final = 0.15  # of φ − 1 where lines tell it: visits with several units of a kind, substitutes
FITTED_SPREAD: Final = 0.30  # where it is fitted and takes up what the factors miss
SINGLE: Final = np.float32  # of cells, of which there may be very many
STEP: Final = 0.02  # of the logarithm, for derivatives


class Stockouts(NamedTuple):
    """Cells that closed at zero, shape (stockouts,). cell: flat index, rising; lost: units.

    variance: of the lost units, were μ and φ known [units²]; by_mean: ∂lost ÷ ∂ln μ, by_dispersion:
    ∂lost ÷ ∂ln(φ − 1) [units].
    """

    cell: Ints
    lost: Array
    variance: Array
    by_mean: Array
    by_dispersion: Array


@dataclass(frozen=True, slots=True)
class Demand:
    """What `estimate` found; arrays (months, shelves) in units, NaN where there is no number.

    expected: μ; unconstrained: E[D | what was seen]; lost: unconstrained − sold, 0 where the shelf closed with stock.
    ledger: what it was found from. may_hide_more: cells in which more may be lost than can be seen. thin: (shelves,)
    that were seen and have no number, for the reason THIN. information: (shelves,), evidence about ln μ as
    1 ÷ variance. dispersion_spread: SD of ln(φ − 1). factors: None, and `why`, if there is no number.
    """

    ledger: Ledger
    expected: Column
    unconstrained: Column
    lost: Column
    may_hide_more: Mask
    thin: Mask
    stockouts: Stockouts
    information: Array
    dispersion_spread: float
    factors: Factors | None
    why: Said | None


def estimate(ledger: Ledger) -> Demand:
    """Demand and lost units of a ledger; deterministic. Where numbers would be made up there is a sentence instead."""
    known = ledger.known
    thin = (known & ~ledger.out).sum(axis=0) < FEWEST_IN_STOCK
    why = _why_not(ledger, known, thin)
    counted = np.zeros_like(known) if why else known & ~thin
    factors = None if why else fit(ledger, counted)
    expected = _expected(factors, ledger, counted)
    dispersion = factors.dispersion if factors else FIRST_DISPERSION
    found = _stockouts(ledger, counted, expected, dispersion)
    lost = np.where(counted, SINGLE(0), SINGLE(np.nan))
    np.put(lost, found.cell, found.lost)
    return Demand(
        ledger=ledger,
        expected=expected,
        unconstrained=ledger.units + lost,
        lost=lost,
        may_hide_more=ledger.may_hide_more & counted,
        thin=thin & known.any(axis=0),
        stockouts=found,
        information=_information(expected, found, dispersion),
        dispersion_spread=GIVEN_SPREAD if ledger.dispersion else FITTED_SPREAD,
        factors=factors,
        why=why,
    )


def judged(demand: Demand) -> Demand:
    """By what a model is judged: the demand of some stores, estimated from them alone, where there are many shelves."""
    some = demand.ledger.of_some_stores(MOST_SHELVES)
    return demand if some is demand.ledger else estimate(some)


def _why_not(ledger: Ledger, known: Mask, thin: Mask) -> Said | None:
    months, counted = int(known.any(axis=1).sum()), known & ~thin
    if not months:
        return say("No demand: it needs months of which both sales and closing stock are known.")
    if months < FEWEST_MONTHS:
        return say(
            "No demand: it needs {least} months of stock and sales; there are {months}.",
            least=FEWEST_MONTHS,
            months=months,
        )
    if not (ledger.sold[known] > 0).any():
        return say("No demand: nothing was sold.")
    if not counted.any():
        return say("No demand: shelves were nearly always empty at month's end, so sales show supply and not demand.")
    units = float(ledger.units[counted].sum(dtype=np.float64))
    if units < FEWEST_UNITS:
        return say("No demand: it needs {least} units sold; there are {units}.", least=FEWEST_UNITS, units=round(units))
    return None


def _expected(factors: Factors | None, ledger: Ledger, counted: Mask) -> Column:
    expected = np.full(counted.shape, np.nan, dtype=SINGLE)
    if factors:
        category = ledger.shelves.category_of
        for month, shape, here in zip(expected, factors.by_category(ledger.calendar), counted, strict=True):
            month[here] = (factors.level * shape[category])[here]
    return expected


def _stockouts(ledger: Ledger, counted: Mask, expected: Column, dispersion: float) -> Stockouts:
    cell = np.flatnonzero(ledger.out & counted)
    sold, mu = (cells.ravel()[cell].astype(np.float64) for cells in (ledger.units, expected))
    demand, variance = at_least(mu, sold, dispersion)
    more = at_least(mu * np.exp(STEP), sold, dispersion)[0]
    wider = at_least(mu, sold, 1 + (dispersion - 1) * np.exp(STEP))[0]
    return Stockouts(cell, demand - sold, variance, (more - demand) / STEP, (wider - demand) / STEP)


def _information(expected: Column, found: Stockouts, dispersion: float) -> Array:
    """Σ μ/φ over months, less Var(D | seen)/φ² where D was not seen: the missing information of Louis (1982)."""
    shelves = expected.shape[1]
    whole = np.nansum(expected, axis=0, dtype=np.float64) / dispersion
    missing = np.minimum(found.variance / dispersion**2, expected.ravel()[found.cell] / dispersion)
    information: Array = np.maximum(whole - sum_by(found.cell % max(shelves, 1), missing, shelves), 0.0)
    return information
