"""The pages at the door: sign in, take up a link, change the password, sign out. Plain forms, no script."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from flask import Blueprint, abort, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from dashapp.accounts import identities, oidc
from dashapp.accounts.accounts import Refused
from dashapp.accounts.gate import SIGN_IN, account, door
from dashapp.accounts.passwords import Busy
from dashapp.languages import current
from dashapp.shell import PRODUCT
from dashapp.texts import N_, _, said
from data.said import Said, say

log = logging.getLogger(__name__)
Page = tuple[str, int] | Answer
LOGIN, OLD, NEW, AGAIN = "login", "current-password", "new-password", "again"
LINK: Final = "/link/<secret>"
ELSEWHERE: Final = N_("Sign in with your organisation")
BUSY: Final = say("Many people sign in right now. Try again in a moment.")
UNPROVEN: Final = say("Your organisation did not say who you are. Try again, or sign in with a password.")
NO_ANSWER: Final = say("Your organisation does not answer. Try again in a minute, or sign in with a password.")
BEGUN_FOR: Final = 600  # seconds to sign in elsewhere
NO_MATCH: Final = say("The two new passwords differ. Type the same one twice.")
REFUSED, GONE, UNUSABLE, LATER = 401, 410, 422, 503


@dataclass(frozen=True, slots=True)
class Field:
    """An input. complete: what a browser or a password manager may fill in."""

    name: str
    label: str
    type: str
    complete: str


@dataclass(frozen=True, slots=True)
class Form:
    """A page with a few fields and one button."""

    title: str
    button: str
    fields: tuple[Field, ...]
    hint: str = ""

    def page(self, wrong: Said | None = None, status: int = 200, **values: str) -> Page:
        """It, with what was wrong with the last try. values: fill the title."""
        told: dict[str, Any] = {"title": _(self.title, **values), "button": _(self.button), "hint": _(self.hint)}
        told |= {"fields": [(field, _(field.label)) for field in self.fields], "wrong": said(wrong) if wrong else ""}
        told |= self._entry() if self is ENTRY else {}
        told |= {"product": PRODUCT, "language": current().tag, "root": request.script_root}
        return render_template("door.html", **told), status

    def _entry(self) -> dict[str, str]:
        """Where this one goes, and where to sign in with one's organisation."""
        onward = urlencode({"next": _onward()})
        told = {"action": f"{request.script_root}{SIGN_IN}?{onward}", "elsewhere_label": _(ELSEWHERE)}
        return told | ({"elsewhere": f"{request.script_root}{oidc.START}?{onward}"} if door().provider else {})


FIELDS: Final = {
    LOGIN: Field(LOGIN, N_("Login"), "text", "username"),
    OLD: Field(OLD, N_("Password"), "password", OLD),
    NEW: Field(NEW, N_("New password"), "password", NEW),
    AGAIN: Field(AGAIN, N_("New password, once more"), "password", NEW),
}
ENTRY: Final = Form(N_("Sign in"), N_("Sign in"), (FIELDS[LOGIN], FIELDS[OLD]))
WELCOME: Final = Form(
    N_("Welcome, {name}"),
    N_("Sign in"),
    (FIELDS[NEW], FIELDS[AGAIN]),
    N_("You may choose a password, to sign in with later. Leave it empty to come in this once."),
)
NO_ENTRY: Final = Form(N_("Sign in"), "", ())
CHANGE: Final = Form(
    N_("Change your password"),
    N_("Change"),
    (FIELDS[OLD], FIELDS[NEW], FIELDS[AGAIN]),
    N_("Wherever else you are signed in, you then sign in anew."),
)
BLUEPRINT: Final = Blueprint("door", __name__, template_folder="templates")


@BLUEPRINT.get(SIGN_IN)
def sign_in() -> Page:
    """Asks for login and password."""
    return ENTRY.page()


@BLUEPRINT.post(SIGN_IN)
def signed_in() -> Page:
    """Lets in whose they are, on to where they wanted to go."""
    found = _session(lambda address: door().accounts.sign_in(_typed(LOGIN), _typed(OLD), address))
    return (
        _let_in(found, _onward()) if isinstance(found, str) else ENTRY.page(found, LATER if found is BUSY else REFUSED)
    )


@BLUEPRINT.get(oidc.START)
def to_provider() -> Page:
    """Leads to the organisation's own sign-in."""
    began = oidc.Began.new(_onward())
    try:
        answer = redirect(_provider().leads(began), 303)
    except oidc.Unproven as error:
        return _unproven(error)
    answer.set_cookie(_begun(), str(began), BEGUN_FOR, **door().terms)
    return answer


@BLUEPRINT.get(oidc.BACK)
def from_provider() -> Page:
    """Lets in whom the provider says it is."""
    provider, address = _provider(), request.remote_addr or ""
    try:
        began = oidc.Began.read(request.cookies.get(_begun(), ""))
        proven = provider.proven(began, request.args)
    except oidc.Unproven as error:
        if not isinstance(error, oidc.NoAnswer):
            identities.refused(door().accounts, address)
        return _unproven(error)
    found = identities.sign_in(door().accounts, proven, address)
    answer = (
        _let_in(found, _safe(began.onward)) if isinstance(found, str) else make_response(ENTRY.page(found, REFUSED))
    )
    answer.delete_cookie(_begun(), **door().terms)
    return answer


@BLUEPRINT.get(LINK)
def link(secret: str) -> Page:
    """Shows what the link is for. Only a click on the button uses it up: a mail program that looks does not."""
    whose = door().accounts.invited(secret)
    return NO_ENTRY.page(whose, GONE) if isinstance(whose, dict) else WELCOME.page(name=whose.name)


@BLUEPRINT.post(LINK)
def linked(secret: str) -> Page:
    """Lets in whom the link was made for, with a password of their choice."""
    whose = door().accounts.invited(secret)
    if isinstance(whose, dict):
        return NO_ENTRY.page(whose, GONE)
    found = _session(lambda address: door().accounts.accept(secret, address, _new_password()))
    return _let_in(found) if isinstance(found, str) else WELCOME.page(found, UNUSABLE, name=whose.name)


@BLUEPRINT.get("/password")
def password() -> Page:
    """Asks for the old and a new password."""
    return CHANGE.page()


@BLUEPRINT.post("/password")
def changed() -> Page:
    """Takes the new password, and ends all other sessions."""
    login = account().login
    found = _session(lambda address: door().accounts.change_password(login, _typed(OLD), _new_password(), address))
    return _let_in(found) if isinstance(found, str) else CHANGE.page(found, UNUSABLE)


@BLUEPRINT.post("/sign-out")
def sign_out() -> Page:
    """Ends the session: a copy of its cookie is worth nothing from now on."""
    door().accounts.sign_out(door().secret)
    return door().closed(_led(SIGN_IN))


def _session(begun: Callable[[str], str | Said]) -> str | Said:
    """A session begun from the address that asks, or why there is none."""
    try:
        return begun(request.remote_addr or "")
    except Refused as refused:
        return refused.said
    except Busy:
        return BUSY


def _typed(name: str) -> str:
    return request.form.get(name, "")


def _new_password() -> str:
    """As typed twice; "" for none. Raises Refused for two that differ."""
    if _typed(NEW) != _typed(AGAIN):
        raise Refused(NO_MATCH)
    return _typed(NEW)


def _provider() -> oidc.Provider:
    return door().provider or abort(404)


def _begun() -> str:
    """The cookie of a sign-in that has begun elsewhere."""
    return f"{door().cookie}-begun"


def _unproven(error: oidc.Unproven) -> Page:
    log.warning("Sign-in by the provider: %s", error)
    return ENTRY.page(NO_ANSWER, LATER) if isinstance(error, oidc.NoAnswer) else ENTRY.page(UNPROVEN, REFUSED)


def _onward() -> str:
    """Where somebody wanted to go, if that is a page of ours; else the front door."""
    return _safe(request.args.get("next", ""))


def _safe(wanted: str) -> str:
    path = wanted.partition("?")[0]
    safe = wanted.isprintable() and "\\" not in wanted and not path.startswith("//") and door().serves(path)
    return wanted if safe else "/"


def _let_in(secret: str, where: str = "/") -> Answer:
    return door().opened(_led(where), secret)


def _led(where: str) -> Answer:
    """On to a page, as a new request."""
    return redirect(request.script_root + where, 303)
