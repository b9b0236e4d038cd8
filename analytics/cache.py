"""One door for answers that cost more than their look-up: canonical key, one computation at a time."""

import hashlib
import json
import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, Protocol


class Backend(Protocol):
    """What a cache must do; Flask-Caching's `Cache` does it. Values are JSON: no pickle is ever read back."""

    def get(self, key: str) -> Any:
        """The stored text, or None."""

    def set(self, key: str, value: Any) -> Any:
        """Stores a text under a key."""


class NoBackend:
    """Remembers nothing; for tests and single runs."""

    def get(self, key: str) -> None:
        """Always a miss."""

    def set(self, key: str, value: Any) -> None:
        """Forgets."""


@dataclass(slots=True)
class _Turn:
    """Who builds one answer, and how many hold or wait for that."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    callers: int = 0


class Cache:
    """Single-flight cache: of many callers that miss the same key at once, one computes and the others wait.

    An answer may ask for others while it is built. So each key has a lock of its own: were one shared by several keys,
    an answer could wait for itself, or two for each other.
    """

    def __init__(self, backend: Backend | None = None) -> None:
        self._backend: Backend = NoBackend() if backend is None else backend
        self._turns: dict[str, _Turn] = {}
        self._turning = threading.Lock()

    def get(self, key: str, build: Callable[[], Any]) -> Any:
        """The value stored under `key`, or `build()` stored and returned. Values are JSON-shaped (no tuples)."""
        found = self._found(key)
        if found is None:
            with self._turn(key):
                found = self._found(key)
                if found is None:
                    text = json.dumps(build(), allow_nan=False)
                    self._backend.set(key, text)
                    found = (json.loads(text),)
        return found[0]

    def _found(self, key: str) -> tuple[Any] | None:
        """The stored value; None where there is none, or something else than this has written."""
        text = self._backend.get(key)
        try:
            return None if text is None else (json.loads(text),)
        except (TypeError, ValueError):
            return None

    @contextmanager
    def _turn(self, key: str) -> Iterator[None]:
        with self._turning:
            turn = self._turns.setdefault(key, _Turn())
            turn.callers += 1
        try:
            with turn.lock:
                yield
        finally:
            with self._turning:
                turn.callers -= 1
                if not turn.callers:
                    del self._turns[key]


def cache_key(function: str, version: str, *arguments: object) -> str:
    """SHA-256 of the canonical JSON of function, data version and arguments (scope already applied to them)."""
    text = json.dumps([function, version, *arguments], sort_keys=True, separators=(",", ":"), default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    if not is_dataclass(value) or not isinstance(value, Hashable):  # a frozen one is hashable
        raise TypeError(f"a cache key takes texts, numbers, None, tuples and frozen dataclasses, not {type(value)}")
    return {field.name: getattr(value, field.name) for field in fields(value)}
