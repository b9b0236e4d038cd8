"""What people are told when something fails: what happened, what is still true, what to do. Details go to the log."""

import logging
import secrets
from typing import Final

from dash import set_props

from analytics.filters import BadFilters
from analytics.queries import Unknown
from dashapp import components
from dashapp.access import NoData
from dashapp.arguments import BadRequest
from dashapp.texts import _
from data.version import WarehouseError

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
                reason=_sentence(error),
            )
        case NoData():
            return _("There are no data any more. What you see is still as it was; load the page again.")
        case WarehouseError():
            log.error("%s", error)
            return _("{reason} What you see is still as it was.", reason=str(error))
    name = reference()
    log.error("Callback failed, reference %s", name, exc_info=error)
    return _(
        "Part of this page could not be worked out. What you see is still as it was. "
        "Try again; if it stays so, tell your administrator the reference {reference}.",
        reference=name,
    )


def _sentence(error: Exception) -> str:
    text = str(error).rstrip(".")
    return text[:1].upper() + text[1:] + "."
