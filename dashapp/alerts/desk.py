"""Alerts of an application: in words for who set them, looked at for everybody when new data are published."""

import logging
from dataclasses import dataclass
from typing import Final, cast

from flask import Flask, current_app

from analytics.queries import View, choices
from dashapp import quantities
from dashapp.access import NoData, view_for
from dashapp.accounts.accounts import Account
from dashapp.accounts.gate import door
from dashapp.alerts.alerts import Alerts, Limit, Told
from dashapp.alerts.mail import MailError, Post, is_address
from dashapp.settings import Settings
from dashapp.texts import _

EXTENSION: Final = "dashboard-alerts"
PATH: Final = "/alerts"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Desk:
    """The alerts of an application, and how they are mailed; None for not at all."""

    alerts: Alerts
    post: Post | None


def install(server: Flask, alerts: Alerts, settings: Settings) -> None:
    """Gives an application its alerts."""
    post = Post(settings.smtp_url, settings.mail_from) if settings.smtp_url and settings.mail_from else None
    server.extensions[EXTENSION] = Desk(alerts, post)


def desk() -> Desk:
    """That of the application being asked."""
    return cast(Desk, current_app.extensions[EXTENSION])


def look(version: str) -> None:
    """Looks at every alert, and mails what is new. Nothing that goes wrong here undoes what was published.

    version: what is served from now on.
    """
    try:
        accounts = {account.id: account for account in door().accounts.all()}
        found = desk().alerts.evaluate(accounts, lambda account: view_for(account.rights, version))
        log.info("Alerts: %s new", found)
        for who in accounts.values():
            if desk().post and is_address(who.login) and not who.disabled:
                _mail(who, view_for(who.rights, version))
    except NoData:
        log.info("Alerts: no data to look at")
    except MailError as error:
        log.error("%s The next refresh tries again", error)
    except Exception:
        log.exception("Alerts could not be looked at; the next refresh looks again")


def _mail(who: Account, view: View) -> None:
    """Sends somebody what waits. Raises MailError if the server takes no mail at all."""
    for told in desk().alerts.to_mail(who):
        subject = said(view, told)
        lines = subject, in_words(view, told.limit), door().url + PATH
        if cast(Post, desk().post).send(who.login, subject, "\n\n".join(lines)):
            desk().alerts.mailed(told)
        else:
            log.error("A mail to account %s was refused; the next refresh tries again", who.id)


def said(view: View, told: Told) -> str:
    """'Month-end stockout rate, Dec 2023: 9.1 %'."""
    quantity = quantities.of_kpi(view, told.alert.kpi)
    month = quantities.month(told.notice.month)
    return f"{quantity.label}, {month}: {quantity.text(told.notice.value)}"


def in_words(view: View, limit: Limit) -> str:
    """'Month-end stockout rate above 8 %, Alderway': with places as far as they may be seen."""
    quantity, offered = quantities.of_kpi(view, limit.kpi), choices(view)
    stores = {store["value"]: store["label"] for store in offered["stores"]}
    places = [chain for chain in limit.filters.chains or () if chain in offered["chains"]]
    places += [stores[store] for store in limit.filters.stores or () if store in stores]
    where = ", ".join([*places, *(limit.filters.categories or ())]) or _("all that you may see")
    number = quantities.Quantity("", quantity.sign).text(limit.limit)
    above = _("{kpi} above {limit}, {where}", kpi=quantity.label, limit=number, where=where)
    return above if limit.above else _("{kpi} below {limit}, {where}", kpi=quantity.label, limit=number, where=where)
