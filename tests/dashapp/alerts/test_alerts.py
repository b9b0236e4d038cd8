"""Alerts: kept once, looked at within rights, told once a month; in SQLite and PostgreSQL."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from analytics.filters import Filters, Scope
from analytics.queries import View
from dashapp.accounts.accounts import Account, Accounts, Refused
from dashapp.accounts.database import migrate
from dashapp.accounts.rights import Rights, Role
from dashapp.alerts import alerts as module
from dashapp.alerts.alerts import Alerts, Limit, Reading, reading
from tests.analytics.builders import cube_of, small_retailer
from tests.dashapp.conftest import together

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ALL = Filters()
CORNER = Filters(stores=("C",))
MANY_ORDERS = Limit("orders", True, 2, ALL)
Shown = Callable[[Account], View]


def sales(folder: Path, months: int, as_of: str) -> View:
    """A bread at 2.00 each month at the Corner, one more each month at the Kiosk: 2 orders in January, 4 in March."""
    story = small_retailer()
    for month in range(1, months + 1):
        story.sell(f"c{month}", f"2023-{month:02}-03", "C", "bread", 1)
        for order in range(month):
            story.sell(f"k{month}-{order}", f"2023-{month:02}-04", "K", "bread", 1)
    return View(cube_of(story, folder, as_of=as_of))


@pytest.fixture
def shown(tmp_path: Path) -> Shown:
    """March is over, April has begun; what an account may see of it."""
    view = sales(tmp_path, 4, "2023-04-10")
    return lambda who: replace(view, scope=Scope(who.rights.stores))


@pytest.fixture
def alerts(accounts: Accounts) -> Alerts:
    return Alerts(accounts.engine, lambda: NOW)


def everybody(accounts: Accounts) -> dict[int, Account]:
    return {account.id: account for account in accounts.all()}


def months(alerts: Alerts, who: Account) -> list[tuple[str, float]]:
    return [(told.notice.month, told.notice.value) for told in alerts.told(who)]


def test_the_last_month_that_is_over_is_told_once(accounts: Accounts, alerts: Alerts, shown: Shown) -> None:
    ann, ben = accounts.named("ann"), accounts.named("ben")
    alerts.set(ann.id, "k", MANY_ORDERS, mail=False)
    assert months(alerts, ann) == []
    assert alerts.evaluate(everybody(accounts), shown) == 1
    assert alerts.evaluate(everybody(accounts), shown) == 0  # a second refresh in the same month
    assert months(alerts, ann) == [("2023-03", 4)]  # April has begun, and had more
    assert months(alerts, ben) == []
    assert (alerts.unseen(ann), alerts.unseen(ben)) == (1, 0)


def test_a_new_month_is_told_anew_and_stands_first(accounts: Accounts, alerts: Alerts, tmp_path: Path) -> None:
    ann = accounts.named("ann")
    alerts.set(ann.id, "k", MANY_ORDERS, mail=False)
    for number, (until, as_of) in enumerate([(3, "2023-03-31"), (4, "2023-04-30"), (5, "2023-05-10")]):
        (folder := tmp_path / str(number)).mkdir()
        view = sales(folder, until, as_of)
        assert alerts.evaluate(everybody(accounts), lambda _who, view=view: view) == (number < 2)
    assert months(alerts, ann) == [("2023-04", 5), ("2023-03", 4)]
    last = alerts.told(ann)[0].notice.id
    assert (alerts.seen(ann), alerts.unseen(ann)) == (last, 0)
    assert all(told.notice.seen_at == NOW for told in alerts.told(ann))


@pytest.mark.parametrize(
    ("limit", "told"),
    [
        (Limit("orders", True, 4, ALL), False),  # at the limit
        (Limit("orders", True, 3.999, ALL), True),
        (Limit("orders", False, 4, ALL), False),
        (Limit("orders", False, 4.001, ALL), True),
        (Limit("orders", True, 1, CORNER), False),
        (Limit("orders", False, 2, CORNER), True),
        (Limit("orders", True, 0, Filters(categories=("Dairy",))), False),
        (Limit("stockout_rate", True, 0, ALL), False),  # nobody knows: there is no stock in these data
        (Limit("stockout_rate", False, 100, ALL), False),
    ],
)
def test_it_is_told_beyond_the_limit_only(
    accounts: Accounts, alerts: Alerts, shown: Shown, limit: Limit, told: bool
) -> None:
    alerts.set(accounts.named("ann").id, "k", limit, mail=False)
    assert alerts.evaluate(everybody(accounts), shown) == told


def test_rights_of_that_day_narrow_it(accounts: Accounts, alerts: Alerts, shown: Shown) -> None:
    """Set while everything could be seen; looked at when only the Corner can: 1 order, not 4, and nobody else's."""
    ann = accounts.named("ann")
    alerts.set(ann.id, "all", Limit("orders", True, 0, ALL), mail=False)
    alerts.set(ann.id, "kiosk", Limit("orders", True, 0, Filters(stores=("K",))), mail=False)
    accounts.set_rights("ann", Rights(Role.STORE_MANAGER, stores=frozenset({"C"})))
    alerts.evaluate(everybody(accounts), shown)
    assert months(alerts, accounts.named("ann")) == [("2023-03", 1)]


def test_what_was_found_with_other_rights_is_not_shown(accounts: Accounts, alerts: Alerts, shown: Shown) -> None:
    before = accounts.named("ann")
    alerts.set(before.id, "k", Limit("orders", True, 0, ALL), mail=True)
    alerts.evaluate(everybody(accounts), shown)
    accounts.set_rights("ann", Rights(Role.STORE_MANAGER, stores=frozenset({"C"})))
    ann = accounts.named("ann")
    assert (alerts.told(ann), alerts.unseen(ann), alerts.to_mail(ann), alerts.seen(ann)) == ([], 0, [], 0)
    assert alerts.evaluate(everybody(accounts), shown) == 1
    assert months(alerts, ann) == [("2023-03", 1)]
    accounts.set_rights("ann", before.rights)
    assert months(alerts, accounts.named("ann")) == [("2023-03", 4)]


def test_who_may_not_sign_in_is_told_nothing(accounts: Accounts, alerts: Alerts, shown: Shown) -> None:
    alerts.set(accounts.named("ann").id, "k", MANY_ORDERS, mail=False)
    accounts.disable("ann")
    assert alerts.evaluate(everybody(accounts), shown) == 0


def test_what_is_sent_twice_is_kept_once(accounts: Accounts, alerts: Alerts) -> None:
    ann, ben = accounts.named("ann").id, accounts.named("ben").id
    for owner in (ann, ann, ben):
        alerts.set(owner, "k", MANY_ORDERS, mail=False)
    assert [len(alerts.of(owner)) for owner in (ann, ben)] == [1, 1]


def test_of_twenty_at_once_one_is_kept_and_told(accounts: Accounts, alerts: Alerts, shown: Shown) -> None:
    ann = accounts.named("ann")
    together(lambda: alerts.set(ann.id, "k", MANY_ORDERS, mail=False))
    assert len(alerts.of(ann.id)) == 1
    found = together(lambda: alerts.evaluate(everybody(accounts), shown))
    assert sum(found) == 1
    assert len(alerts.told(ann)) == 1


def test_only_its_owner_ends_an_alert_and_what_it_told(accounts: Accounts, alerts: Alerts, shown: Shown) -> None:
    ann, ben = accounts.named("ann"), accounts.named("ben")
    alerts.set(ann.id, "k", MANY_ORDERS, mail=False)
    alerts.evaluate(everybody(accounts), shown)
    (alert,) = alerts.of(ann.id)
    with pytest.raises(Refused, match="no such alert"):
        alerts.delete(ben.id, alert.id)
    assert len(alerts.told(ann)) == 1
    alerts.delete(ann.id, alert.id)
    assert (alerts.of(ann.id), alerts.told(ann)) == ([], [])
    with pytest.raises(Refused, match="no such alert"):
        alerts.delete(ann.id, alert.id)


def test_there_is_a_limit(accounts: Accounts, alerts: Alerts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 2)
    ann, ben = accounts.named("ann").id, accounts.named("ben").id
    for key in "ab":
        alerts.set(ann, key, MANY_ORDERS, mail=False)
    with pytest.raises(Refused, match="You have 2 alerts"):
        alerts.set(ann, "c", MANY_ORDERS, mail=False)
    alerts.set(ben, "c", MANY_ORDERS, mail=False)


def test_mail_waits_until_it_is_out(accounts: Accounts, alerts: Alerts, shown: Shown) -> None:
    ann = accounts.named("ann")
    alerts.set(ann.id, "quiet", MANY_ORDERS, mail=False)
    alerts.set(ann.id, "loud", Limit("orders", True, 1, ALL), mail=True)
    alerts.evaluate(everybody(accounts), shown)
    (waits,) = alerts.to_mail(ann)
    assert waits.limit == Limit("orders", True, 1, ALL)
    alerts.mailed(waits)
    assert alerts.to_mail(ann) == []


def test_there_may_be_no_month_yet(tmp_path: Path) -> None:
    assert reading(sales(tmp_path, 1, "2023-01-10"), MANY_ORDERS) is None
    (folder := tmp_path / "february").mkdir()
    assert reading(sales(folder, 2, "2023-02-10"), MANY_ORDERS) == Reading("2023-01", 2)


def test_migrations_keep_the_rest_on_the_way_back_and_alerts_on_the_way_up(
    accounts: Accounts, alerts: Alerts, shown: Shown
) -> None:
    ann = accounts.named("ann")
    alerts.set(ann.id, "k", MANY_ORDERS, mail=False)
    alerts.evaluate(everybody(accounts), shown)
    migrate(accounts.engine)
    assert months(alerts, ann) == [("2023-03", 4)]
    migrate(accounts.engine, "0002")
    assert not {"alerts", "notices"} & set(sa.inspect(accounts.engine).get_table_names())
    assert [account.login for account in accounts.all()] == ["ann", "ben", "cyd"]
    migrate(accounts.engine)
    assert alerts.of(ann.id) == []


def test_each_change_is_in_the_log_without_places(accounts: Accounts, alerts: Alerts) -> None:
    ann = accounts.named("ann").id
    alerts.set(ann, "k", Limit("orders", True, 2, CORNER), mail=False)
    alerts.delete(ann, alerts.of(ann)[0].id)
    lines = [(event.action, event.about, event.user_id) for event in accounts.book(2)]
    assert lines == [("alert deleted", "orders", ann), ("alert set", "orders", ann)]


def test_rights_have_a_key_of_their_own() -> None:
    keys = {
        rights.key
        for rights in (
            Rights(Role.ADMIN),
            Rights(Role.ADMIN, personal=True),
            Rights(Role.ANALYST),
            Rights(Role.ANALYST, chains=frozenset({"Alpha", "Beta"})),
            Rights(Role.ANALYST, chains=frozenset({"Alpha, Beta"})),
            Rights(Role.CHAIN_MANAGER, chains=frozenset({"Alpha", "Beta"})),
            Rights(Role.STORE_MANAGER, stores=frozenset({"Alpha", "Beta"})),
        )
    }
    assert len(keys) == 7
    assert {len(key) for key in keys} == {64}
    assert (
        Rights(Role.ANALYST, frozenset({"Beta", "Alpha"})).key == Rights(Role.ANALYST, frozenset(["Alpha", "Beta"])).key
    )
