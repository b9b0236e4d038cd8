"""Who set which limit, and which months were beyond it. Each change in one piece."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Engine, Select, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session as Database
from sqlalchemy.orm import sessionmaker

from analytics.filters import Filters
from analytics.queries import View, cards
from dashapp.accounts.accounts import Account, Refused
from dashapp.accounts.tables import Event, User
from dashapp.alerts.tables import Alert, Notice
from data.said import say

MOST: Final = 100  # of one account


@dataclass(frozen=True, slots=True)
class Limit:
    """What is looked at, and from where on it is worth a word: beyond the limit, not at it."""

    kpi: str
    above: bool
    limit: float
    filters: Filters

    def beyond(self, value: float) -> bool:
        """Whether a value is."""
        return value > self.limit if self.above else value < self.limit


@dataclass(frozen=True, slots=True)
class Reading:
    """The last month that is over, "2023-12", and the KPI in it; None where it is unknown."""

    month: str
    value: float | None


@dataclass(frozen=True, slots=True)
class Told:
    """A month that was beyond a limit."""

    notice: Notice
    alert: Alert

    @property
    def limit(self) -> Limit:
        """That of its alert."""
        return limit_of(self.alert)


class Alerts:
    """All alerts of a database. clock: UTC now."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._begin = sessionmaker(engine, expire_on_commit=False)
        self._now = clock

    def set(self, owner: int, key: str, limit: Limit, mail: bool) -> None:
        """A new alert, once for a key however often it is asked. Raises Refused."""
        mine = Alert.owner_id == owner
        alert = Alert(owner_id=owner, key=key, kpi=limit.kpi, above=limit.above, limit=limit.limit, mail=mail)
        alert.filters, alert.set_at = _kept(limit.filters), self._now()
        with suppress(IntegrityError), self._begin.begin() as database:  # the same key, at the same time
            if database.scalar(select(Alert.id).where(mine, Alert.key == key)) is not None:
                return
            if (database.scalar(select(func.count()).where(mine)) or 0) >= MOST:
                raise Refused(say("You have {n} alerts. Delete one, then set another.", n=MOST))
            database.add_all([alert, Event(at=self._now(), user_id=owner, action="alert set", about=limit.kpi)])

    def delete(self, owner: int, id: int) -> None:
        """Ends one of somebody's own, and forgets what it told. Raises Refused."""
        with self._begin.begin() as database:
            gone = delete(Alert).where(Alert.id == id, Alert.owner_id == owner).returning(Alert.kpi)
            kpi = database.scalar(gone)
            if kpi is None:
                raise Refused(say("There is no such alert any more."))
            database.add(Event(at=self._now(), user_id=owner, action="alert deleted", about=kpi))

    def of(self, owner: int) -> Sequence[Alert]:
        """Somebody's alerts, the oldest first."""
        with self._begin() as database:
            return database.scalars(select(Alert).where(Alert.owner_id == owner).order_by(Alert.id)).all()

    def told(self, who: Account) -> list[Told]:
        """What was told to somebody with the rights that they have now, newest first."""
        with self._begin() as database:
            return [Told(notice, alert) for notice, alert in database.execute(_of(who).order_by(Notice.id.desc()))]

    def unseen(self, who: Account) -> int:
        """How much of that they have not looked at."""
        with self._begin() as database:
            found = _of(who).where(Notice.seen_at.is_(None)).with_only_columns(func.count(Notice.id))
            return database.scalar(found) or 0

    def seen(self, who: Account) -> int:
        """They have looked at all of it; the last of it, 0 for nothing."""
        mine = _of(who).with_only_columns(Notice.id)
        new = update(Notice).where(Notice.id.in_(mine), Notice.seen_at.is_(None))
        with self._begin.begin() as database:
            database.execute(new.values(seen_at=self._now()))
            return database.scalar(_of(who).with_only_columns(func.max(Notice.id))) or 0

    # --- at each refresh --------------------------------------------------------------

    def evaluate(self, accounts: Mapping[int, Account], view: Callable[[Account], View]) -> int:
        """Looks at every alert of who may sign in, within their rights as of now; how many months are newly beyond."""
        with self._begin() as database:
            alerts = database.scalars(select(Alert)).all()
        owners = [(alert, accounts.get(alert.owner_id)) for alert in alerts]
        return sum(self._look(alert, who, view(who)) for alert, who in owners if who and not who.disabled)

    def to_mail(self, who: Account) -> list[Told]:
        """What waits to be mailed to somebody."""
        waits = _of(who).where(Alert.mail, Notice.mailed_at.is_(None)).order_by(Notice.id)
        with self._begin() as database:
            return [Told(notice, alert) for notice, alert in database.execute(waits)]

    def mailed(self, told: Told) -> None:
        """It is out."""
        with self._begin.begin() as database:
            database.execute(update(Notice).where(Notice.id == told.notice.id).values(mailed_at=self._now()))

    def _look(self, alert: Alert, who: Account, view: View) -> bool:
        """Whether its last month is beyond the limit and was not told yet; it is told now."""
        limit, now = limit_of(alert), reading(view, limit_of(alert))
        if now is None or now.value is None or not limit.beyond(now.value):
            return False
        try:
            with self._begin.begin() as database:
                if not _lives(database, alert):
                    return False
                told = Notice(alert_id=alert.id, month=now.month, value=now.value, at=self._now())
                told.version, told.rights = view.cube.version.id, who.rights.key
                database.add(told)
        except IntegrityError:  # told before, or by another process right now
            return False
        return True


def reading(view: View, limit: Limit) -> Reading | None:
    """The KPI of a limit in the last month that is over, within a scope; None while there is no such month."""
    history, open_last = (found := cards(view, limit.filters, (limit.kpi,))[0])["history"], found["history_open"]
    whole = len(history["months"]) - open_last
    return Reading(history["months"][whole - 1], history["values"][whole - 1]) if whole > 0 else None


def limit_of(alert: Alert) -> Limit:
    """What an alert looks at."""
    return Limit(alert.kpi, alert.above, alert.limit, Filters.parse(alert.filters))


def _kept(filters: Filters) -> dict[str, list[str]]:
    named = {"chains": filters.chains, "stores": filters.stores, "categories": filters.categories}
    return {name: list(values) for name, values in named.items() if values}


def _of(who: Account) -> Select[Notice, Alert]:
    """What was found with other rights than those of today is not theirs any more."""
    own = select(Notice, Alert).join(Alert, Alert.id == Notice.alert_id)
    return own.where(Alert.owner_id == who.id, Notice.rights == who.rights.key)


def _lives(database: Database, alert: Alert) -> bool:
    """Whether an alert is still there, and its owner."""
    return database.scalar(select(User.id).join(Alert).where(Alert.id == alert.id)) is not None
