"""Who receives a discount, and how deep: goals B1 to B3 on The Complete Journey, planted odds, and time."""

import csv
import gzip
import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from analytics.arrays import Array, Ints
from analytics.discount_fit import Data, estimate
from analytics.models.discount_chance import Trial, trial
from analytics.models.discount_lines import Lines, spend_before
from analytics.models.discount_odds import Odds, Seen, odds
from analytics.models.discount_response import response
from analytics.models.scores import auc
from benchmarks.models import DATASETS, Goal
from data.demo import DemoSpec, generate
from data.demo.names import TIERS

JOURNEY: Final = DATASETS / "complete-journey"
STARTS: Final = (1, 5, 9, 13, 17, 21, 25, 29, 33, 37, 41, 45, 49)  # weeks; the last three spans are judged
JUDGED: Final = 10  # 41 to 53
LINES: Final = "Complete Journey, {n} lines of weeks 41–53"
CONTRACT: Final = ("department", "product_id")
FINER: Final = ("department", "product_category", "product_type", "brand", "manufacturer_id", "product_id")
SEEDS: Final = range(21, 29)
PLANTED: Final = np.array([0.3, 0.7, 1.2, 0.35, 1.4])  # tiers, spend, promotion
SCALE: Final = 50.0  # of the demo's spend


class Reached(NamedTuple):
    """What one set of columns gave on the journey."""

    trial: Trial
    r2: float
    error: float
    plain: float


def goals() -> Iterator[Goal]:
    """Every goal in turn; a few minutes."""
    with threadpool_limits(1):
        if JOURNEY.exists():
            rows = _journey()
            yield from _journey_goals(_reached(rows, CONTRACT), "columns of the contract")
            yield from _journey_goals(_reached(rows, FINER), "with its finer product groups")
            yield from _shuffled(rows)
        yield from _worlds()
        yield from _seconds()


def _journey() -> list[dict[str, Any]]:
    """The lines with a price, with their product's groups."""
    with gzip.open(JOURNEY / "products.csv.gz", "rt", encoding="utf-8") as file:
        products = {row["product_id"]: row for row in csv.DictReader(file)}
    with gzip.open(JOURNEY / "transactions.csv.gz", "rt", encoding="utf-8") as file:
        rows = [row | products.get(row["product_id"], {}) for row in csv.DictReader(file)]
    sold = [row for row in rows if float(row["sales_value"]) > 0 and float(row["quantity"]) > 0]
    return sorted(sold, key=lambda row: (row["transaction_timestamp"], row["basket_id"], row["product_id"]))


def _lines(rows: Sequence[dict[str, Any]], groups: Sequence[str]) -> Lines:
    """A month is four weeks, so that weeks 41 to 53 are three of them."""

    def number(*names: str) -> Ints:
        return np.unique(["|".join(str(row.get(n)) for n in names) for row in rows], return_inverse=True)[1]

    def amount(name: str) -> Array:
        return np.array([float(row[name]) for row in rows])

    gross = amount("sales_value") + amount("retail_disc") + amount("coupon_match_disc")
    days = [datetime.fromisoformat(row["transaction_timestamp"]).weekday() for row in rows]
    return Lines(
        month=np.searchsorted(STARTS, amount("week"), side="right") - 1,
        customer=number("household_id"),
        tier=np.full(len(rows), -1),
        store=number("store_id"),
        items=tuple(number(*groups[: k + 1]) for k in range(len(groups) - 1)) + (number("product_id"),),
        price=gross / amount("quantity"),
        gross=gross,
        discount=amount("retail_disc"),
        weekday=np.array(days, dtype=np.int64),
    )


def _reached(rows: Sequence[dict[str, Any]], groups: Sequence[str]) -> Reached:
    lines = _lines(rows, groups)
    found = trial(lines, JUDGED)
    depth = lines.depth[found.rows]
    told, rule = found.chance["boosted"] * found.depth, found.chance["tier"] * found.plain
    r2 = 1 - float(((depth - told) ** 2).sum() / ((depth - depth.mean()) ** 2).sum())
    return Reached(found, r2, float(np.abs(depth - told).mean()), float(np.abs(depth - rule).mean()))


def _journey_goals(found: Reached, columns: str) -> Iterator[Goal]:
    scores, data = found.trial.scores, f"{LINES.format(n=f'{len(found.trial.rows):,}')}, {columns}"
    ours, plain, customer = scores["boosted"], scores["base"], scores["customer"]
    yield Goal(
        "B1",
        data,
        "accuracy (balanced)",
        f"most frequent answer {plain.accuracy:.3f} ({plain.balanced:.3f}), "
        f"customer-only logistic {customer.accuracy:.3f}, full logistic {scores['logistic'].accuracy:.3f}",
        "≥ .745",
        f"{ours.accuracy:.3f} ({ours.balanced:.3f})",
        ours.accuracy >= 0.745,
    )
    yield Goal(
        "B1",
        data,
        "AUC",
        f"customer-only logistic {customer.auc:.3f}, full logistic {scores['logistic'].auc:.3f}",
        "≥ .825",
        f"{ours.auc:.3f}",
        (ours.auc or 0) >= 0.825,
    )
    yield Goal(
        "B2",
        data,
        "expected calibration error",
        f"base rate {plain.ece:.3f}",
        "≤ .025",
        f"{ours.ece:.3f}",
        ours.ece <= 0.025,
    )
    yield Goal("B3", data, "depth, R²", "mean 0", "≥ .29", f"{found.r2:.3f}", found.r2 >= 0.29)
    yield Goal(
        "B3", data, "depth, mean error", f"mean {found.plain:.4f}", "≤ .098", f"{found.error:.4f}", found.error <= 0.098
    )


def _shuffled(rows: Sequence[dict[str, Any]]) -> Iterator[Goal]:
    lines = _lines(rows, CONTRACT)
    order = np.random.default_rng(1).permutation(len(rows))
    found = trial(lines._replace(discount=lines.depth[order] * lines.gross), JUDGED)
    value = found.scores["boosted"].auc or 0.5
    data = "Complete Journey, discounts shuffled"
    yield Goal("B", data, "AUC", "chance 0.500", "within .015 of .5", f"{value:.3f}", abs(value - 0.5) <= 0.015)


def _worlds() -> Iterator[Goal]:
    found, skills, truths, none = [], [], [], []
    for seed in SEEDS:
        lines, logit = demo_lines(DemoSpec(seed=seed))
        reference = odds(seen_of(lines))
        assert reference
        found.append(reference)
        judged = trial(lines, lines.months - 3)
        skills.append(judged.scores[judged.chosen].auc or 0.5)
        truths.append(auc(lines.discounted[judged.rows], logit[judged.rows]) or 0.5)
        every = response(lines)
        none.append((every["low"] or 0) <= 0 <= (every["high"] or 0))
    error = np.array([o.coefficient - PLANTED for o in found])
    data = f"demo, {len(SEEDS)} worlds"
    mean = ", ".join(f"{value:.2f}" for value in PLANTED + error.mean(axis=0))
    yield Goal(
        "B",
        data,
        "logit of tiers, ln spend and promotion, promotions unseen; worst error",
        "planted .30, .70, 1.20, .35, 1.40",
        "within .15",
        f"{mean}; worst {np.abs(error).max():.2f}",
        bool(np.abs(error).max() <= 0.15),
    )
    yield Goal("B", data, "95 % intervals of these that hold", "95 %", "≥ 85 %", _held(found), _share(found) >= 0.85)
    yield Goal(
        "B",
        data,
        "AUC of the last quarter, which knows no promotions",
        f"truth with promotions {np.mean(truths):.3f}",
        "–",
        f"{np.mean(skills):.3f}",
        None,
    )
    yield Goal(
        "B",
        data,
        "95 % interval of the response holds 0, where there is none",
        "–",
        "≥ 7 of 8",
        f"{sum(none)} of {len(none)}",
        sum(none) >= 7,
    )


def _share(found: Sequence[Odds]) -> float:
    return float(np.mean([(o.low <= PLANTED) & (o.high >= PLANTED) for o in found]))


def _held(found: Sequence[Odds]) -> str:
    return f"{100 * _share(found):.0f} %"


def _seconds() -> Iterator[Goal]:
    lines, _logit = demo_lines(DemoSpec.times(10, 21))
    start = time.process_time()
    estimate(Data(lines, list(TIERS), 0))
    taken = time.process_time() - start
    yield Goal(
        "S",
        "demo × 10, 20,000 customers",
        "CPU seconds to fit all of it, on one core",
        "–",
        "≤ 30 s",
        f"{taken:.0f} s",
        taken <= 30,
    )


def demo_lines(spec: DemoSpec) -> tuple[Lines, Array]:
    """The sold lines of a demo world as the refresh reads them, and the planted logit of each."""
    demo = generate(spec)
    sales, products, customers = (demo.tables[name] for name in ("sales", "products", "customers"))
    sold = sales[sales.quantity > 0].merge(demo.truth["lines"], on="line_id", how="left")
    month = sold.sold_at.to_numpy().astype("datetime64[M]").astype(np.int64)
    product = _place(products.product_id, sold.product_id)
    customer = _place(customers.customer_id, sold.customer_id)
    tier = _place(pd.Series(TIERS), customers.loyalty_tier)
    category = np.unique(products.category, return_inverse=True)[1][product]
    gross = (sold.quantity * sold.unit_price).to_numpy(np.float64)
    lines = Lines(
        month=month - month.min(),
        customer=customer,
        tier=np.where(customer >= 0, tier[customer], -1),
        store=np.unique(sold.store_id, return_inverse=True)[1],
        items=(category, product),
        price=sold.unit_price.to_numpy(np.float64),
        gross=gross,
        discount=sold.discount_amount.to_numpy(np.float64),
        weekday=sold.sold_at.dt.day_of_week.to_numpy(np.int64),
    )
    return lines, sold.discount_logit.to_numpy(np.float64)


def _place(ids: Any, wanted: Any) -> Ints:
    return np.asarray(pd.Index(ids).get_indexer(wanted), dtype=np.int64)


def seen_of(lines: Lines) -> Seen:
    """The lines of known customers as the reference sees them, spend in the demo's own scale."""
    spend = np.zeros(len(lines.month))
    for month in range(lines.months):
        here = lines.month == month
        spend[here] = spend_before(lines, month)[lines.customer[here] + 1]
    known = lines.customer >= 0
    ours = lines.of(known)
    logs = np.log1p(np.maximum(spend[known], 0) / SCALE)
    return Seen(ours.discounted, ours.tier, logs, ours.items[0], ours.month, ours.customer)
