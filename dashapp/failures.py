"""What people are told when something fails: what happened, what is still true, what to do. Details go to the log."""

import logging
import secrets
from typing import Final

from dash import set_props

from analytics.filters import BadFilters
from analytics.queries import Unknown
from dashapp import components
from dashapp.access import NoData
from dashapp.accounts.needs import DENIED, Denied
from dashapp.arguments import BadRequest
from dashapp.texts import _, said
from data.version import Gone, WarehouseError

NOTICE: Final = "notice"
log = logging.getLogger(__name__)


def reference() -> str:
    """Eight characters that a person can read out and an operator can find in the log."""
    return secrets.token_hex(4)


def on_error(error: Exception) -> None:
    """Dash calls this for an error in a callback: a notice is shown, and everything on the page stays as it was."""
    if isinstance(error, Unknown):
        return  # the page of what is not there says so itself
    set_props(NOTICE, {"children": components.notice(explained(error), color="warning")})


def explained(error: Exception) -> str:
    """The words for an error; one that has none of its own is logged under a reference."""
    match error:
        case BadFilters() | BadRequest():
            return _(
                "This selection cannot be read. {reason} What you see is still as it was; choose again.",
                reason=_sentence(said(error.said)),
            )
        case Denied():
            return _(DENIED)
        case NoData():
            return _("There are no data any more. What you see is still as it was; load the page again.")
        case WarehouseError():
            log.error("%s", error)
            return _("{reason} What you see is still as it was.", reason=unreadable(error))
    name = reference()
    log.error("Callback failed, reference %s", name, exc_info=error)
    return _(
        "Part of this page could not be worked out. What you see is still as it was. "
        "Try again; if it stays so, tell your administrator the reference {reference}.",
        reference=name,
    )


def unreadable(error: WarehouseError) -> str:
    """Why the data cannot be read, for who looks at them; what the error itself says is for who runs the server."""
    if isinstance(error, Gone):
        return _("Newer data were published meanwhile. Load the page again.")
    return _("The data on the server are damaged or of another release. Tell your administrator.")


def _sentence(reason: str) -> str:
    text = reason.rstrip(".")
    return text[:1].upper() + text[1:] + "."
