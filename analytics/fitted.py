"""What the models found in a version, each read once and only when it is asked for."""

from functools import cached_property

from analytics.action_lists import ActionLists
from analytics.availability import Availability
from analytics.discounts import Discounts
from analytics.estimates import Estimates
from analytics.excess import ExcessSums
from analytics.forecasting import DemandForecast
from analytics.panel import Panel
from analytics.planning import Planning
from analytics.spend import Spend
from data.said import Said
from data.version import Version


class Fitted:
    """The findings of each model, or why there are none."""

    def __init__(self, version: Version) -> None:
        self._version = version

    @cached_property
    def estimates(self) -> Estimates | Said:
        """Demand, lost sales, and what stock does to sales."""
        return Estimates.of(self._version)

    @cached_property
    def planning(self) -> Planning | Said:
        """The items of the year to come with their simulated years."""
        return Planning.of(self._version)

    @cached_property
    def actions(self) -> ActionLists | Said:
        """What to do on every shelf."""
        return ActionLists.of(self._version, self.planning)

    @cached_property
    def excess(self) -> ExcessSums | Said:
        """Stock that is not needed."""
        return ExcessSums.of(self._version)

    @cached_property
    def panel(self) -> Panel | Said:
        """Stock and sales of shelves."""
        return Panel.of(self._version)

    @cached_property
    def forecast(self) -> DemandForecast | Said:
        """The demand of the months ahead."""
        return DemandForecast.of(self._version)

    @cached_property
    def discounts(self) -> Discounts | Said:
        """Who will likely receive discounts."""
        return Discounts.of(self._version)

    @cached_property
    def spend(self) -> Spend | Said:
        """What customers will spend."""
        return Spend.of(self._version)

    @cached_property
    def availability(self) -> Availability | Said:
        """Who would buy more if top sellers never ran out."""
        return Availability.of(self._version)
