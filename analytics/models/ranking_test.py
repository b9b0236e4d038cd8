"""Whether the ranking of customers by what they would spend more found the right ones, on months that it did not know.

Ranked from the first two thirds of the months, judged on the last: who had most at stake then, given what they spent
and what was missing; and whether the effect on coming back is larger among those ranked first (AUTOC, `targeting`).
"""

from typing import Final, NamedTuple

import numpy as np

from analytics.arrays import Array
from analytics.models import two_way_poisson
from analytics.models.ledger import YEAR
from analytics.models.missed_baskets import Missed, Unserved, returning
from analytics.models.stakes import Returning, gaps, more, stakes, top_sellers
from analytics.models.targeting import ranked_within, share_of_first
from analytics.models.usual_baskets import Tastes
from data.said import Said, say

LEARNED: Final = 2 / 3
FIRST: Final = 0.10  # of the customers
FEWEST_MONTHS: Final = 18
LEVEL: Final = 0.95


class RankingTest(NamedTuple):
    """share, past: of the money at stake in the months judged [%], that of the tenth ranked first by us and by spend.

    autoc, low, high, qini: of the gain from coming back [currency per customer], 95 % interval; None if it cannot be
    told. first, last: months judged, numbers; customers: ranked.
    """

    share: float
    past: float
    autoc: float | None
    low: float | None
    high: float | None
    qini: float | None
    first: int
    last: int
    customers: int


def found_right(test: RankingTest | Said) -> bool:
    """Whether those ranked first gained more from coming back than others, beyond chance."""
    return isinstance(test, RankingTest) and test.low is not None and test.low > 0


def ranking_test(tastes: Tastes, missed: Missed, unserved: Unserved, spend: Array) -> RankingTest | Said:
    """The test, or why there is none. spend: (customers, months) [currency]."""
    months = spend.shape[1]
    if months < FEWEST_MONTHS:
        return say("Not tested: it needs {least} months, and there are {n}.", least=FEWEST_MONTHS, n=months)
    first = round(LEARNED * months)
    early, late = (unserved.within(part) for part in (slice(first), slice(first, None)))
    before, after = spend[:, max(0, first - YEAR) : first].sum(axis=1), spend[:, first:].sum(axis=1)
    wanted = early.shelves.grid(early.demand.sum(axis=0), 0.0)
    product = top_sellers(wanted, np.ones_like(wanted))
    baskets, sure = tastes.until(first), np.ones(len(wanted))
    none = Returning.none(len(before))
    ranked = stakes(baskets, gaps(early, product, sure, sure), before, baskets.home, none)
    came = stakes(baskets, gaps(late, product, sure, sure), before, baskets.home, none)
    at_stake, score = np.zeros(len(before)), np.full(len(before), np.nan)
    at_stake[came.customer] = more(after[came.customer], came.unserved, came.missed, np.zeros(len(came.customer)))
    score[ranked.customer] = ranked.low
    listed = np.isfinite(score)
    if not listed.any() or not at_stake.any():
        return say("Not tested: nothing was at stake in the months that would judge it.")
    fit = two_way_poisson.fit(returning(missed))
    orders = missed.orders[:, :first].sum(axis=1)
    value = np.where(orders > 0, spend[:, :first].sum(axis=1) / np.maximum(orders, 1), 0.0)
    judged = np.arange(months - 1) >= first - 1
    toc = ranked_within(fit, judged, np.maximum(value, 0), score, LEVEL) if fit else None
    return RankingTest(
        share=round(100 * share_of_first(at_stake[listed], score[listed], FIRST), 1),
        past=round(100 * share_of_first(at_stake[listed], before[listed], FIRST), 1),
        autoc=round(toc.autoc, 3) if toc else None,
        low=round(toc.low, 3) if toc else None,
        high=round(toc.high, 3) if toc else None,
        qini=round(toc.qini, 3) if toc else None,
        first=first,
        last=months - 1,
        customers=int(listed.sum()),
    )
