"""What an operator may set, read once from the environment and checked before anything starts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Literal, get_args

from dashapp import languages

PREFIX: Final = "DASHAPP_"
YES: Final = {"1", "true", "yes", "on"}
NO: Final = {"", "0", "false", "no", "off"}
CacheType = Literal["SimpleCache", "RedisCache"]


class BadSetting(SystemExit):
    """A setting nobody should run with: ends the start with one line that names the variable."""


@dataclass(frozen=True, slots=True)
class Settings:
    """data_dir: holds `warehouse/` and `demo/`. currency: ISO code that overrides the data's own.

    locale: language and formats, as CLDR names it. fiscal_year_start: month 1–12. production: HTTPS in front, nothing
    for debugging. proxies: trusted ones in front.
    """

    data_dir: Path = Path("var")
    currency: str | None = None
    locale: str = languages.SOURCE
    fiscal_year_start: int = 1
    cache: CacheType = "SimpleCache"
    redis_url: str | None = None
    production: bool = False
    proxies: int = 0

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """The settings in `environ`; raises BadSetting for a value that cannot be meant."""
        own = {name.removeprefix(PREFIX): value.strip() for name, value in environ.items() if name.startswith(PREFIX)}
        settings = cls(
            data_dir=Path(own.get("DATA_DIR") or "var").expanduser().resolve(),
            currency=_currency(own.get("CURRENCY", "")),
            locale=_locale(own.get("LOCALE") or languages.SOURCE),
            fiscal_year_start=_whole("FISCAL_YEAR_START", own.get("FISCAL_YEAR_START", "1"), 1, 12),
            cache=_cache(own.get("CACHE", "SimpleCache")),
            redis_url=own.get("REDIS_URL") or None,
            production=_switch(f"{PREFIX}PRODUCTION", own.get("PRODUCTION", "")),
            proxies=_whole("PROXIES", own.get("PROXIES", "0"), 0, 5),
        )
        _refuse_unknown(own)
        _refuse_half_a_cache(settings)
        _refuse_open_doors(environ, settings.production)
        return settings

    @property
    def warehouse_dir(self) -> Path:
        """Where versions are published."""
        return self.data_dir / "warehouse"

    @property
    def demo_dir(self) -> Path:
        """Where the demo retailer is written."""
        return self.data_dir / "demo"


def _currency(value: str) -> str | None:
    if value and not re.fullmatch(r"[A-Z]{3}", value):
        raise BadSetting(f"{PREFIX}CURRENCY: {value!r} is not an ISO 4217 code; write three capitals such as EUR")
    return value or None


def _locale(value: str) -> str:
    try:
        return languages.known(value)
    except languages.NoSuchLanguage as error:
        raise BadSetting(f"{PREFIX}LOCALE: {error}") from error


def _whole(name: str, value: str, low: int, high: int) -> int:
    if not value.isascii() or not value.isdigit() or not low <= int(value[:9]) <= high:
        raise BadSetting(f"{PREFIX}{name}: {value!r} is not a whole number from {low} to {high}")
    return int(value)


def _switch(name: str, value: str) -> bool:
    if value.lower() not in YES | NO:
        raise BadSetting(f"{name}: {value!r} is neither on nor off; write 1 or 0")
    return value.lower() in YES


def _cache(value: str) -> CacheType:
    for known in get_args(CacheType):
        if value == known:
            return known  # type: ignore[no-any-return]
    raise BadSetting(f"{PREFIX}CACHE: {value!r} is not a cache; write SimpleCache or RedisCache")


def _refuse_unknown(own: Mapping[str, str]) -> None:
    known = {name.upper() for name in Settings.__dataclass_fields__}
    if unknown := sorted(set(own) - known):
        names = ", ".join(sorted(PREFIX + name for name in known))
        raise BadSetting(f"{PREFIX}{unknown[0]}: no such setting; there are {names}")


def _refuse_half_a_cache(settings: Settings) -> None:
    if settings.cache != "RedisCache":
        return
    if not re.match(r"(rediss?|unix)://", settings.redis_url or ""):
        raise BadSetting(f"{PREFIX}REDIS_URL: RedisCache needs an address such as redis://localhost:6379/0")
    if find_spec("redis") is None:
        raise BadSetting(f"{PREFIX}CACHE: RedisCache needs the package redis; run: pip install redis")


def _refuse_open_doors(environ: Mapping[str, str], production: bool) -> None:
    if _switch("DASH_MCP_ENABLED", environ.get("DASH_MCP_ENABLED", "")):
        raise BadSetting("DASH_MCP_ENABLED: would publish every callback without asking who calls; unset it")
    for name in ("DASH_DEBUG", "FLASK_DEBUG"):
        if production and _switch(name, environ.get(name, "")):
            raise BadSetting(
                f"{name}: shows source code to visitors, so never with {PREFIX}PRODUCTION; unset one of them"
            )
