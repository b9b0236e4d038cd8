"""What every callback declares: who may call it. The app does not start with one that says nothing."""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any, Final, TypeVar, cast

from dash import Dash

from dashapp.accounts.gate import account, door
from dashapp.texts import N_

DENIED: Final = N_("This is for administrators. What you see is still as it was.")
Function = TypeVar("Function", bound=Callable[..., Any])


class Need(StrEnum):
    """What a caller must be. Whatever data they get is narrowed to what they may see, whoever they are."""

    SIGNED_IN = "signed in"
    ADMIN = "an administrator"


class Denied(PermissionError):
    """Somebody asked for what their role does not allow."""


class Undeclared(TypeError):
    """A callback that does not say who may call it."""


def needs(need: Need) -> Callable[[Function], Function]:
    """Declares what a caller must be, and raises Denied for anybody else before the function sees a thing."""

    def declare(function: Function) -> Function:
        @wraps(function)
        def guarded(*given: Any, **named: Any) -> Any:
            allow(need, function.__qualname__)
            return function(*given, **named)

        guarded.need = need  # type: ignore[attr-defined]
        return cast(Function, guarded)

    return declare


def allow(need: Need, what: str) -> None:
    """Raises Denied, and writes it down, if who asks is not what is needed."""
    if need is Need.ADMIN and not account().rights.administers:
        door().accounts.note(account().id, "denied", about=what)
        raise Denied


def check(app: Dash) -> None:
    """Raises Undeclared if a callback of the app says not who may call it."""
    answered = {id_: found["callback"] for id_, found in app.callback_map.items() if "callback" in found}
    if silent := [id_ for id_, callback in answered.items() if not isinstance(getattr(callback, "need", None), Need)]:
        raise Undeclared(f"these callbacks do not declare who may call them with @needs: {', '.join(silent)}")
