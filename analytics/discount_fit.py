"""Fits the discount models to a version that is being built. Offline: the web never loads this."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, cast

import duckdb
import numpy as np

from analytics.arrays import Array, Column, mask, some_of
from analytics.discount_read import SoldLines
from analytics.discounts import PLACES, PUBLISHED, Bin, Found, OddsRatio, Score
from analytics.models import discount_chance as chance
from analytics.models import discount_outlook as outlook
from analytics.models.discount_lines import Lines, Past, spend_before
from analytics.models.discount_odds import Odds, Seen, odds
from analytics.models.discount_outlook import Sums
from analytics.models.discount_response import response
from analytics.models.scores import reliability
from data.said import Progress, Said, say
from data.version import ARRAYS

FEWEST_MONTHS: Final = 9  # four to learn from, two to recalibrate on, three to be judged on
FEWEST_CUSTOMERS: Final = 20
FEWEST_LINES: Final = 100  # with a discount, and without one
ODDS_ROWS: Final = 100_000  # that the odds ratios are read from
FEWEST_JUDGED: Final = 30  # of each kind in the months judged


@dataclass(frozen=True)
class Data:
    """The sold lines of whole months, and what their numbers stand for.

    first: index of the month that is month 0 of the lines; tiers: names by number.
    """

    lines: Lines
    tiers: list[str]
    first: int

    @cached_property
    def judged(self) -> int:
        """The first month of the test."""
        return self.lines.months - chance.TEST_MONTHS


def fit(con: duckdb.DuckDBPyConnection, path: Path, as_of: str, progress: Progress) -> None:
    """Predicts the discounts of the three months after the last whole one, and lays them into `path`.

    con: the version's database with its marts; as_of: the last day with data.
    """
    progress(say("discounts"))
    sold = SoldLines.of(con, path / ARRAYS, as_of)
    data = Data(sold.some(), sold.tiers, sold.first)
    if why := lacking(data.lines):
        PUBLISHED.lay(path, {}, {}, why)
        return
    found, arrays = estimate(data, sold.by_customer())
    PUBLISHED.lay(path, arrays, found)


def lacking(lines: Lines) -> Said | None:
    """Why nothing can be predicted from these lines, if so."""
    yes = int(lines.discounted.sum())
    buyers = len(np.unique(lines.customer[lines.customer >= 0]))
    late = lines.discounted[lines.month >= lines.months - chance.TEST_MONTHS]
    few = min(yes, len(lines.month) - yes) < FEWEST_LINES or min(late.sum(), (~late).sum()) < FEWEST_JUDGED
    checks: tuple[tuple[bool, Said], ...] = (
        (not len(lines.month), say("No prediction: no line was sold.")),
        (buyers == 0, say("No prediction: no sale names a known customer.")),
        (yes == 0, say("No prediction: no line had a discount.")),
        (yes == len(lines.month), say("No prediction: every line had a discount, so there is nothing to tell apart.")),
        (
            lines.months < FEWEST_MONTHS,
            say(
                "No prediction: it needs {least} whole months, and there are {n}.", least=FEWEST_MONTHS, n=lines.months
            ),
        ),
        (
            buyers < FEWEST_CUSTOMERS,
            say("No prediction: it needs {least} customers, and there are {n}.", least=FEWEST_CUSTOMERS, n=buyers),
        ),
        (
            bool(few),
            say(
                "No prediction: it needs {least} lines with a discount and as many without, and {judged} of each in "
                "the last three months.",
                least=FEWEST_LINES,
                judged=FEWEST_JUDGED,
            ),
        ),
    )
    return next((why for lacks, why in checks if lacks), None)


def estimate(data: Data, everyone: Iterable[Lines] = ()) -> tuple[Found, dict[str, Column]]:
    """Everything that is published. everyone: the lines of all known customers in parts, () for those of the data."""
    lines, trial = data.lines, chance.trial(data.lines, data.judged)
    tau = outlook.drift(lines)
    tested = _quarter(data, trial, tau)
    plain = tested is not None and tested.plain < tested.error
    reference, scale = _reference(lines)
    depth = lines.depth[trial.rows]
    told, rule = (
        trial.chance[trial.chosen] * (trial.depth if trial.deep else trial.plain),
        trial.chance["tier"] * trial.plain,
    )
    varied = float(((depth - depth.mean()) ** 2).sum())
    found = Found(
        tiers=data.tiers,
        judged=data.first + data.judged,
        whole=data.first + lines.months,
        chosen=trial.chosen,
        deep=trial.deep,
        scores=[cast(Score, {"name": name, **score._asdict()}) for name, score in trial.scores.items()],
        reliability=_bins(lines, trial),
        depth_error=float(np.abs(depth - told).mean()),
        plain_depth_error=float(np.abs(depth - rule).mean()),
        depth_r2=1 - float(((depth - told) ** 2).sum()) / varied if varied else None,
        quarter=tested._asdict() if tested else None,
        at_tier_rate=plain,
        odds=_ratios(reference, data.tiers),
        odds_n=reference.n if reference else 0,
        scale=scale,
        promoted=reference.promoted if reference else None,
        drift=tau,
        responses=[response(lines, tier) for tier in (-1, *range(len(data.tiers)))],
    )
    return found, _outlook(data, trial, plain, everyone or (lines,))


def _bins(lines: Lines, trial: chance.Trial) -> list[Bin]:
    columns = reliability(lines.discounted[trial.rows], trial.chance[trial.chosen])
    return [
        Bin(stated=float(a), happened=float(b), low=float(c), high=float(d), n=int(e))
        for a, b, c, d, e in zip(*columns, strict=True)
    ]


def _quarter(data: Data, trial: chance.Trial, tau: float) -> outlook.Quarter | None:
    """The judged quarter as it would have been foretold at its start."""
    lines, month = data.lines, data.judged
    rows = outlook.basket(lines, month)
    customers = int(lines.customer.max()) + 1
    told = chance.told(lines, chance.Basket(lines, rows), month, trial, trial.model, trial.first)
    terms = outlook.sums(lines.gross[rows], told.chance, told.depth, _spread(lines, month))
    plain = _tier_rates(lines, month)
    tier = np.full(customers, -1)
    tier[lines.customer[lines.customer >= 0]] = lines.tier[lines.customer >= 0]
    return outlook.quarter(lines, month, terms.by(lines.customer[rows], customers), plain[tier + 1], tau)


def _spread(lines: Lines, month: int) -> float:
    """Squared coefficient of variation of the depth of a discount within tiers."""
    got = np.flatnonzero(lines.discounted & (lines.month < month))
    usual = chance.depth_by_tier(lines, lines.tier[got], month)
    return float(((lines.depth[got] / np.maximum(usual, chance.SHALLOWEST) - 1) ** 2).mean()) if len(got) else 0.0


def _tier_rates(lines: Lines, month: int) -> Array:
    """Discount ÷ list price of each tier in the 12 months before, unknown first."""
    got, every = chance.tier_shares(lines, lines.discount, month)
    gross, all_gross = chance.tier_shares(lines, lines.gross, month)
    usual = every / all_gross if all_gross else 0.0
    return np.divide(got, gross, out=np.full_like(got, usual), where=gross > 0)


def _outlook(data: Data, trial: chance.Trial, plain: bool, everyone: Iterable[Lines]) -> dict[str, Column]:
    """The sums of the last 12 months' basket by customer × store × category, for the months ahead."""
    learned, month = data.lines, data.lines.months
    past = None if plain else Past.of(learned)
    share = chance.tier_shares(learned, learned.discounted.astype(np.float64), month)[0]
    rate, spread = _tier_rates(learned, month), _spread(learned, month)
    by_rule = chance.Told(share, np.divide(rate, share, out=np.zeros_like(rate), where=share > 0))
    parts = []
    for lines in everyone:
        rows = outlook.basket(lines, month)
        if plain:
            told = chance.Told(*(values[lines.tier[rows] + 1] for values in by_rule))
        else:
            told = chance.told(learned, chance.Basket(lines, rows, past), month, trial, trial.model, trial.last)
        places = np.stack([lines.customer[rows], lines.store[rows], lines.items[0][rows]])
        found, group = np.unique(places, axis=1, return_inverse=True)
        summed = outlook.sums(lines.gross[rows], told.chance, told.depth, spread)
        parts.append([*found, *summed.by(group.ravel(), found.shape[1])])
    columns = (np.concatenate(column) for column in zip(*parts, strict=True))
    kinds = dict.fromkeys(PLACES, np.int32) | dict.fromkeys(Sums._fields, np.float64)
    return {name: values.astype(kind) for (name, kind), values in zip(kinds.items(), columns, strict=True)}


def _reference(lines: Lines) -> tuple[Odds | None, float]:
    """The logistic regression of known customers' lines, and the spend that it counts in: a typical line's.

    Of many customers it takes some, with all of their lines, as its intervals are wide for lines of the same customer.
    """
    known, customers = lines.customer >= 0, int(lines.customer.max()) + 1
    taken = some_of(customers, max(1, customers * ODDS_ROWS // int(known.sum())))
    known &= mask(customers, taken)[lines.customer]
    scale = float(f"{2 * np.median(lines.gross[known]):.1g}")
    spend = np.zeros(len(lines.month))
    for month in range(lines.months):
        here = lines.month == month
        spend[here] = spend_before(lines, month)[lines.customer[here] + 1]
    ours = lines.of(known)
    seen = Seen(
        ours.discounted,
        np.maximum(ours.tier, 0),
        np.log1p(np.maximum(spend[known], 0) / scale),
        ours.items[0],
        ours.month,
        ours.customer,
    )
    return odds(seen), scale


def _ratios(found: Odds | None, tiers: list[str]) -> list[OddsRatio]:
    if found is None:
        return []
    names = [*(("tier", tier) for tier in tiers[1:]), ("spend", ""), ("promotion", "")]
    power = np.array([np.log(2) if name == "spend" else 1.0 for name, _tier in names])
    ratios = (np.exp(np.clip(power * values, -20, 20)) for values in (found.coefficient, found.low, found.high))
    return [
        OddsRatio(name=name, tier=tier, ratio=float(a), low=float(b), high=float(c))
        for (name, tier), a, b, c in zip(names, *ratios, strict=True)
    ]
