"""What an operator may set, read once from the environment and checked before anything starts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Literal, get_args
from urllib.parse import urlsplit

from dashapp import languages
from dashapp.alerts.mail import is_address

PREFIX: Final = "DASHAPP_"
YES: Final = {"1", "true", "yes", "on"}
NO: Final = {"", "0", "false", "no", "off"}
HERE: Final = "http://127.0.0.1:8050"
LOOPBACK: Final = {"localhost", "127.0.0.1", "::1"}
SHORTEST_SECRET: Final = 16
PLACEHOLDER: Final = re.compile(r"change.?me|client.?secret|your.?secret|password|example", re.IGNORECASE)
CacheType = Literal["SimpleCache", "RedisCache"]


class BadSetting(SystemExit):
    """A setting nobody should run with: ends the start with one line that names the variable."""


@dataclass(frozen=True, slots=True)
class Settings:
    """data_dir: holds `warehouse/` and `demo/`. currency: ISO code that overrides the data's own.

    locale: language and formats, as CLDR names it. fiscal_year_start: month 1–12. accounts_url: of PostgreSQL as
    SQLAlchemy names it, None for a file in data_dir. oidc_issuer, oidc_client_id, oidc_client_secret: an OpenID
    provider to sign in with, None for none. smtp_url, mail_from: how alerts are mailed and from which address, None for
    not at all. url: where people open the dashboard. production: HTTPS in front, nothing for debugging. proxies:
    trusted ones in front. inbox: a folder of new files to watch. upload_mb: what administrators may send at once.
    """

    data_dir: Path = Path("var")
    currency: str | None = None
    locale: str = languages.SOURCE
    fiscal_year_start: int = 1
    cache: CacheType = "SimpleCache"
    redis_url: str | None = None
    accounts_url: str | None = None
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: str | None = None
    smtp_url: str | None = None
    mail_from: str | None = None
    url: str = HERE
    production: bool = False
    proxies: int = 0
    inbox: Path | None = None
    upload_mb: int = 200

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
            accounts_url=_database(own.get("ACCOUNTS_URL", "")),
            oidc_issuer=own.get("OIDC_ISSUER") or None,
            oidc_client_id=own.get("OIDC_CLIENT_ID") or None,
            oidc_client_secret=own.get("OIDC_CLIENT_SECRET") or None,
            smtp_url=_mail_server(own.get("SMTP_URL", "")),
            mail_from=own.get("MAIL_FROM") or None,
            url=_address(own.get("URL") or HERE),
            production=_switch(f"{PREFIX}PRODUCTION", own.get("PRODUCTION", "")),
            proxies=_whole("PROXIES", own.get("PROXIES", "0"), 0, 5),
            inbox=_folder(own.get("INBOX", "")),
            upload_mb=_whole("UPLOAD_MB", own.get("UPLOAD_MB") or "200", 1, 10_000),
        )
        _refuse_unknown(own)
        _refuse_half_a_cache(settings)
        _refuse_half_a_mailer(settings)
        _refuse_half_a_provider(settings)
        _refuse_open_doors(environ, settings.production)
        return settings

    @property
    def warehouse_dir(self) -> Path:
        """Where versions are published."""
        return self.data_dir / "warehouse"

    @property
    def accounts(self) -> str:
        """The database of accounts."""
        return self.accounts_url or f"sqlite:///{self.data_dir / 'accounts.sqlite'}"

    @property
    def demo_dir(self) -> Path:
        """Where the demo retailer is written."""
        return self.data_dir / "demo"


def refuse_open_files(settings: Settings) -> None:
    """Raises BadSetting in production if other users of the machine can change the data or read the accounts."""
    folders = [path for path in (settings.data_dir, settings.warehouse_dir) if path.exists()]
    looked_at = [(path, 0o022, "change", "go-w") for path in folders]
    looked_at += [(path, 0o077, "read or change", "go=") for path in settings.data_dir.glob("accounts.sqlite*")]
    looked_at += [(settings.inbox, 0o002, "put files into", "o-w")] if settings.inbox else []
    for path, theirs, what, mode in looked_at if settings.production else ():
        if path.stat().st_mode & theirs:
            raise BadSetting(f"{path}: other users of this machine can {what} it; run: chmod {mode} {path}")


def _folder(value: str) -> Path | None:
    if value and not Path(value).expanduser().is_dir():
        raise BadSetting(f"{PREFIX}INBOX: {value!r} is no folder that can be read; name one, or leave it out")
    return Path(value).expanduser().resolve() if value else None


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


def _database(value: str) -> str | None:
    if value and not re.match(r"postgresql\+psycopg://", value):
        raise BadSetting(f"{PREFIX}ACCOUNTS_URL: write postgresql+psycopg://user:password@host/name, or leave it out")
    if value and find_spec("psycopg") is None:
        raise BadSetting(f"{PREFIX}ACCOUNTS_URL: PostgreSQL needs its driver; run: pip install 'psycopg[binary]'")
    return value or None


def _address(value: str) -> str:
    if not re.fullmatch(r"https?://[\w.:\[\]-]+(/[\w./-]*)?", value):
        raise BadSetting(f"{PREFIX}URL: {value!r} is no address; write one such as https://dashboard.example.com")
    return value.rstrip("/")


def _mail_server(value: str) -> str | None:
    if value and not re.fullmatch(r"(smtp|smtp\+starttls|smtps)://([^@/\s]+@)?[\w.-]+(:\d{1,5})?/?", value):
        raise BadSetting(f"{PREFIX}SMTP_URL: write smtp+starttls://user:password@host:587, smtps://… or smtp://host:25")
    return value or None


def _refuse_half_a_mailer(settings: Settings) -> None:
    if settings.smtp_url and not is_address(settings.mail_from or ""):
        raise BadSetting(f"{PREFIX}MAIL_FROM: mail needs a sender such as dashboard@example.com")
    parts = urlsplit(settings.smtp_url or "")
    if settings.production and parts.scheme == "smtp" and (parts.username or parts.hostname not in LOOPBACK):
        raise BadSetting(f"{PREFIX}SMTP_URL: in production mail leaves the machine encrypted; write smtp+starttls://…")


def _refuse_half_a_provider(settings: Settings) -> None:
    if not any(given := (settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret)):
        return
    if not all(given):
        raise BadSetting(f"{PREFIX}OIDC_ISSUER: goes with {PREFIX}OIDC_CLIENT_ID and {PREFIX}OIDC_CLIENT_SECRET")
    parts = urlsplit(settings.oidc_issuer or "")
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise BadSetting(f"{PREFIX}OIDC_ISSUER: write the provider's address as it names itself, https://…")
    if find_spec("authlib") is None:
        raise BadSetting(f"{PREFIX}OIDC_ISSUER: sign-in by a provider needs Authlib; run: pip install Authlib")
    if settings.production:
        _refuse_a_weak_provider(settings.url, settings.oidc_client_secret or "")


def _refuse_a_weak_provider(url: str, secret: str) -> None:
    if not url.startswith("https://"):
        raise BadSetting(f"{PREFIX}URL: in production the provider leads people back by HTTPS; write https://…")
    if len(secret) < SHORTEST_SECRET or len(set(secret.lower())) < 5 or PLACEHOLDER.search(secret):
        raise BadSetting(
            f"{PREFIX}OIDC_CLIENT_SECRET: can be guessed, and who has it can pass for this dashboard; "
            f"let the provider make one of {SHORTEST_SECRET} characters or more"
        )


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
    if _open_to_others(settings.redis_url or "") and settings.production:
        raise BadSetting(
            f"{PREFIX}REDIS_URL: in production a Redis elsewhere needs a password, or whoever reaches it reads and "
            "changes answers; write redis://:PASSWORD@HOST:6379/0"
        )


def _open_to_others(redis_url: str) -> bool:
    """Whether other machines reach this Redis, and without a password."""
    from redis.connection import parse_url  # as the client reads it; an optional package

    try:
        parts = parse_url(redis_url)  # type: ignore[no-untyped-call]
    except ValueError:  # what it says may quote the password
        raise BadSetting(
            f"{PREFIX}REDIS_URL: is not an address such as redis://:PASSWORD@HOST:6379/0, in which a password's "
            "special characters are written as %40"
        ) from None
    return "path" not in parts and parts.get("host", "localhost") not in LOOPBACK and not parts.get("password")


def _refuse_open_doors(environ: Mapping[str, str], production: bool) -> None:
    if _switch("DASH_MCP_ENABLED", environ.get("DASH_MCP_ENABLED", "")):
        raise BadSetting("DASH_MCP_ENABLED: would publish every callback without asking who calls; unset it")
    for name in ("DASH_DEBUG", "FLASK_DEBUG"):
        if production and _switch(name, environ.get(name, "")):
            raise BadSetting(
                f"{name}: shows source code to visitors, so never with {PREFIX}PRODUCTION; unset one of them"
            )
