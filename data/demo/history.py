"""The life of a demo world: month after month it is stocked, shopped and counted."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from scipy.special import betaincinv

from data.demo.demand import EXTRA_LINES, Demand, Records
from data.demo.draws import Bools, Floats, Ints, Purpose, poisson_quantile
from data.demo.shelf import SUBSTITUTE, Sales, Shelf, Tills
from data.demo.world import World

PRODUCT_DISRUPTED: Final = 0.10  # chance that a month brings no delivery of a product to any store
STORE_DISRUPTED: Final = 0.05  # chance that a month brings no delivery of anything to a store
SHRINK: Final = 0.004  # of the stock a month
PRICE_RISE: Final = 0.02  # on each 1 January
DISCOUNT_BY_TIER: Final = np.array([0.0, 0.3, 0.7, 1.2])
FIRST_GUESS: Final = 0.77  # lines sold ÷ lines wanted by people whom no empty shelf has put off
TOLERANCE: Final = 0.004
CORRECTIONS: Final = 8
LINE: Final = np.dtype(
    [
        ("moment", np.float64),  # months since the start
        ("month", np.int64),
        ("visit", np.int64),  # numbered within the month
        ("person", np.int64),
        ("cell", np.int64),
        ("units", np.int64),
        ("price_cents", np.int64),
        ("discount_cents", np.int64),
        ("bought_with", np.int64),  # of a return: the number of the line that brought the unit; else -1
        ("discount_logit", np.float64),
        ("promotion", np.bool_),
        ("overstock", np.float64),
        ("spend_12m", np.float64),
    ]
)


@dataclass(frozen=True, slots=True)
class Plan:
    """Deliveries of a month, per cell: the manager's forecast and order-up-to level [units], and what arrived."""

    forecast: Floats
    level: Ints
    disrupted: Bools
    received: Ints


@dataclass(frozen=True, slots=True)
class History:
    """What happened. ledger: name → (months, cells); lines: LINE records by month; the rest (months, people).

    exposure: unavailable share of each person's expected basket at the home store [-];
    spend: paid before returns [currency].
    """

    ledger: dict[str, Records]
    lines: Records
    exposure: Floats
    visits: Ints
    spend: Floats


class Simulation:
    """One run through the months. `rushed`: numbers of the products that never run out."""

    def __init__(self, world: World, scale: float, rushed: tuple[int, ...] = ()) -> None:
        """scale: multiplies all visit rates."""
        self.world, self.demand = world, Demand(world, scale)
        spec, people = world.spec, len(world.people.tier)
        self.cells = spec.stores * spec.products
        self.rushed = np.tile(np.isin(np.arange(spec.products), rushed), spec.stores)
        self.tills = Tills(world.products, spec.delay_share)
        first_forecast = (world.forecast_error * self.demand.expected_units(0)).ravel()
        self.stock: Ints = np.ceil(1.3 * first_forecast + 1).astype(np.int64)
        self.postponed: Records | None = None
        self.lines: list[Records] = []
        self.ledger: list[dict[str, Any]] = []
        self.exposure = np.zeros((spec.months, people))
        self.visits = np.zeros((spec.months, people), dtype=np.int64)
        self.spend = np.zeros((spec.months, people))

    def run(self) -> History:
        """All months in turn."""
        for month in range(self.world.spec.months):
            self._live(month)
        ledger = {name: np.stack([row[name] for row in self.ledger]) for name in self.ledger[0]}
        lines = np.concatenate(self.lines)
        _refund(lines)
        return History(ledger, lines, self.exposure, self.visits, self.spend)

    def _live(self, month: int) -> None:
        plan = self._deliveries(month)
        opening, delivered = self.stock, self.stock + plan.received
        u = self.world.draws.uniform(Purpose.SHRINK, (self.cells,), month)
        shrink = np.minimum(poisson_quantile(u, SHRINK * delivered.astype(np.float64)), delivered)
        on_shelf = delivered - shrink
        shelf = Shelf(on_shelf, self.rushed.tolist())
        wishes = self._wishes(month, on_shelf, plan)
        lines_before = sum(len(lines) for lines in self.lines)
        sales = self.tills.serve(month, wishes, shelf, lines_before)
        self.stock = np.array(shelf.units, dtype=np.int64)
        self.lines.append(self._receipts(month, wishes, sales, on_shelf / np.maximum(plan.forecast, 0.3)))
        unavailable = shelf.unavailable()
        self.exposure[month] = self._exposures(month, unavailable)
        self.ledger.append(
            {
                "opening": opening,
                "received": plan.received + np.array(shelf.rush_units, dtype=np.int64),
                "shrink": shrink,
                "closing": self.stock,
                "unavailable": unavailable,
                "forecast": plan.forecast,
                "disrupted": plan.disrupted,
                **self._fates(wishes, sales),
            }
        )
        self._postpone(wishes[sales.postponed])

    def _deliveries(self, month: int) -> Plan:
        """Order up to S = ⌈F + z·√(F + 0.25)⌉, unless the supplier fails; F = true mean × the manager's error."""
        world, spec = self.world, self.world.spec
        forecast = world.forecast_error * self.demand.expected_units(month)
        safety = world.stores.service_factor[:, None] * np.sqrt(forecast + 0.25)
        level = np.maximum(1, np.ceil(forecast + safety)).astype(np.int64).ravel()
        by_product = world.draws.uniform(Purpose.PRODUCT_DISRUPTION, (spec.products,), month) < PRODUCT_DISRUPTED
        by_store = world.draws.uniform(Purpose.STORE_DISRUPTION, (spec.stores,), month) < STORE_DISRUPTED
        disrupted = (by_store[:, None] | by_product[None, :]).ravel()
        received = np.where(disrupted, 0, np.maximum(0, level - self.stock))
        return Plan(forecast.ravel(), level, disrupted, received)

    def _wishes(self, month: int, on_shelf: Ints, plan: Plan) -> Records:
        """New wishes and those postponed from last month; visits are put off by last month's empty shelves."""
        spec = self.world.spec
        display = ((1 + on_shelf) / (1 + plan.level)) ** spec.display_effect
        self.visits[month] = self.demand.visits(month, self.exposure[month - 1] if month else self.exposure[0])
        wishes = self.demand.wishes(month, self.visits[month], display.reshape(spec.stores, spec.products))
        if self.postponed is None:
            return wishes
        self.postponed["visit"] = self.visits[month].sum() + np.arange(len(self.postponed))
        return np.concatenate([wishes, self.postponed])

    def _postpone(self, wishes: Records) -> None:
        """Next month at another moment; what is left of the fate that led to a delay is a fresh uniform."""
        wishes["moment"] = wishes["retry"]
        wishes["fate"] = (wishes["fate"] - SUBSTITUTE) / self.world.spec.delay_share
        self.postponed = wishes

    def _exposures(self, month: int, unavailable: Floats) -> Floats:
        products, people = self.world.products, self.world.people
        by_store = unavailable.reshape(-1, len(products.share)) * products.share
        starts = np.searchsorted(products.category, np.arange(products.category[-1] + 1))
        by_category = np.add.reduceat(by_store, starts, axis=1)
        exposure: Floats = (self.world.choice(month) * by_category[people.home]).sum(axis=1)
        return exposure

    def _fates(self, wishes: Records, sales: Sales) -> dict[str, Ints]:
        """Units per cell: demand = sold as wanted + substituted + postponed + lost."""
        wish, cell = np.array(sales.wish, dtype=np.int64), np.array(sales.cell, dtype=np.int64)
        units = np.array(sales.units, dtype=np.int64)
        wanted = wishes["cell"][wish]
        swapped = wanted != cell
        late = wishes[sales.postponed]
        demand = self._per_cell(wishes["cell"], wishes["units"])
        substituted = self._per_cell(wanted[swapped], units[swapped])
        postponed = self._per_cell(late["cell"], late["units"])
        as_wanted = self._per_cell(wanted[~swapped], units[~swapped])
        returned = self._per_cell(np.array([cell for _, _, cell, _ in sales.returns], dtype=np.int64))
        return {
            "demand": demand,
            "lost": demand - as_wanted - substituted - postponed,
            "substituted": substituted,
            "postponed": postponed,
            "sold_as_substitute": self._per_cell(cell[swapped], units[swapped]),
            "returned": returned,
        }

    def _per_cell(self, cell: Ints, units: Ints | None = None) -> Ints:
        return np.bincount(cell, weights=units, minlength=self.cells).astype(np.int64)

    def _receipts(self, month: int, wishes: Records, sales: Sales, cover: Floats) -> Records:
        """The lines of a month: sales with their discounts, then returns. cover: stock ÷ forecast, per cell."""
        sold, back = len(sales.wish), len(sales.returns)
        lines = np.zeros(sold + back, LINE)
        wish = wishes[sales.wish]
        lines["month"] = month
        lines["bought_with"] = -1
        lines["cell"][:sold], lines["units"][:sold] = sales.cell, sales.units
        lines["moment"][:sold] = month + wish["moment"]
        lines["person"][:sold], lines["visit"][:sold] = wish["person"], wish["visit"]
        product = lines["cell"] % self.world.spec.products
        lines["price_cents"] = np.round(100 * self.world.products.price[product] * (1 + PRICE_RISE) ** (month // 12))
        self._discount(month, lines[:sold], wish, cover)
        for k, (moment, line, cell, person) in enumerate(sales.returns):
            visit = len(wishes) + k
            lines[sold + k] = (month + moment, month, visit, person, cell, -1, 0, 0, line, np.nan, False, 0, 0)
        return lines

    def _discount(self, month: int, lines: Records, wish: Records, cover: Floats) -> None:
        """P = σ(−1.3 + tier + 0.35·ln(1 + spend₁₂/50) + 1.4·promotion + 0.3·overstock); depth ~ Beta, mean 10 %+.

        spend₁₂: paid in the 12 months before this one; overstock: stock ÷ forecast − 1.5, at most 2.
        """
        people, spec = self.world.people, self.world.spec
        person = lines["person"]
        spend = self.spend[max(0, month - 12) : month].sum(axis=0)[person] * (person < people.customers)
        lines["spend_12m"] = spend
        lines["promotion"] = self.world.promoted[month, self.world.products.category[lines["cell"] % spec.products]]
        lines["overstock"] = np.minimum(2, cover[lines["cell"]] - 1.5)
        tier = people.tier[person]
        lines["discount_logit"] = (
            -1.3
            + DISCOUNT_BY_TIER[tier]
            + 0.35 * np.log1p(spend / 50)
            + 1.4 * lines["promotion"]
            + 0.3 * lines["overstock"]
        )
        chosen = wish["discount"] < 1 / (1 + np.exp(-lines["discount_logit"]))
        mean_depth = 0.10 + 0.03 * tier
        depth = betaincinv(8 * mean_depth, 8 * (1 - mean_depth), wish["depth"])
        gross = lines["units"] * lines["price_cents"]
        lines["discount_cents"] = np.where(chosen, np.maximum(1, np.round(gross * depth)), 0)
        np.add.at(self.spend[month], person, (gross - lines["discount_cents"]) / 100)


def _refund(lines: Records) -> None:
    """A return gives back what one unit of its purchase cost."""
    (back,) = np.nonzero(lines["bought_with"] >= 0)
    bought = lines[lines["bought_with"][back]]
    lines["price_cents"][back] = bought["price_cents"]
    lines["discount_cents"][back] = -np.round(bought["discount_cents"] / bought["units"])


def calibrated(world: World) -> tuple[float, History]:
    """The scale of visit rates that gives the wanted number of lines, and the history it leads to.

    Raises ValueError when the world is so small that nobody happens to shop.

    A fixed point: run, compare, rescale; with the draws held fixed the number of lines follows the scale smoothly.
    """
    target = world.spec.target_lines
    activity = float(world.people.active @ world.people.rate @ world.season)
    scale = target / ((1 + EXTRA_LINES) * max(activity, 1e-3) * FIRST_GUESS)
    history = Simulation(world, scale).run()
    for _ in range(CORRECTIONS):
        miss = len(history.lines) / target - 1
        if abs(miss) <= TOLERANCE:
            break
        scale *= target / max(len(history.lines), target / 2)
        history = Simulation(world, scale).run()
    if not len(history.lines):
        raise ValueError("nobody shops in this world: take more customers, months or another seed")
    return scale, history
