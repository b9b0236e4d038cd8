"""Passwords: what may be one, and whether one is right. Never kept, never logged, never in a message."""

import threading
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from data.said import Said, say

SHORTEST: Final = 12
LONGEST: Final = 128
AT_ONCE: Final = 2  # hashes; more would take the cores from those who are in
# argon2id with 19 MiB, two passes, one lane: OWASP's floor, some 40 ms. A stolen table is expensive, a sign-in is not.
HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
DUMMY: Final = HASHER.hash("nobody")
_slots: Final = threading.BoundedSemaphore(AT_ONCE)


class Busy(RuntimeError):
    """So many sign in that this one has to wait."""


def hashed(password: str) -> str:
    """What is kept of a password."""
    with _Slot():
        return HASHER.hash(password)


def right(kept: str, password: str) -> bool:
    """Whether a password is the one that was kept; as slow for an account without one, and for no account ("")."""
    with _Slot():
        try:
            return HASHER.verify(kept or DUMMY, password[:LONGEST]) and bool(kept)
        except (VerifyMismatchError, InvalidHashError):
            return False


def outdated(kept: str) -> bool:
    """Whether it was made with other costs than today's, so that the next right password is hashed anew."""
    return bool(kept) and HASHER.check_needs_rehash(kept)


def weak(password: str, login: str) -> Said | None:
    """Why nobody should have this password, or None."""
    if len(password) < SHORTEST:
        return say("A password needs {n} characters or more; a few words are easy to remember.", n=SHORTEST)
    if len(password) > LONGEST:
        return say("A password has at most {n} characters.", n=LONGEST)
    if len(set(password.lower())) < 5 or password.lower() in _guessable(login):
        return say("This password is among the first that anybody would try. Take another one.")
    return None


def _guessable(login: str) -> set[str]:
    """What is tried first of those that are long enough."""
    words = ("password", "passwort", "welcome", "qwertyuiop", "letmein", "inventory", "dashboard", login.lower())
    ends = ("", "1", "12", "123", "1234", "12345", "123456", "!", "2024", "2025", "2026", "1234!", "123!")
    return (
        {word + end for word in words for end in ends}
        | {word * 2 for word in words}
        | {"123456789012", "1234567890123"}
    )


class _Slot:
    """One of few hashes at once; waits a little, then says that it is busy."""

    def __enter__(self) -> None:
        if not _slots.acquire(timeout=2):
            raise Busy

    def __exit__(self, *_: object) -> None:
        _slots.release()
