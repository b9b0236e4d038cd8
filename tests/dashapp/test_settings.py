import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from dashapp.app import create_app
from dashapp.settings import BadSetting, Settings

ROOT = Path(__file__).parents[2]


def test_defaults_need_no_variable() -> None:
    settings = Settings.from_env({"PATH": "/bin"})
    assert settings.warehouse_dir == Path("var/warehouse").resolve()
    assert (settings.currency, settings.fiscal_year_start, settings.cache) == (None, 1, "SimpleCache")
    assert not settings.production


def test_every_setting_is_read(tmp_path: Path) -> None:
    settings = Settings.from_env(
        {
            "DASHAPP_DATA_DIR": str(tmp_path),
            "DASHAPP_CURRENCY": "CHF",
            "DASHAPP_FISCAL_YEAR_START": "4",
            "DASHAPP_PRODUCTION": "yes",
            "DASHAPP_PROXIES": "1",
        }
    )
    assert settings.demo_dir == tmp_path / "demo"
    assert (settings.currency, settings.fiscal_year_start, settings.production, settings.proxies) == ("CHF", 4, True, 1)


@pytest.mark.parametrize(
    ("environ", "names"),
    [
        ({"DASHAPP_CURRENCY": "euro"}, "DASHAPP_CURRENCY"),
        ({"DASHAPP_LOCALE": "klingon"}, "DASHAPP_LOCALE"),
        ({"DASHAPP_LOCALE": "../../etc"}, "DASHAPP_LOCALE"),
        ({"DASHAPP_LOCALE": "ja"}, "DASHAPP_LOCALE"),
        ({"DASHAPP_FISCAL_YEAR_START": "13"}, "DASHAPP_FISCAL_YEAR_START"),
        ({"DASHAPP_FISCAL_YEAR_START": "April"}, "DASHAPP_FISCAL_YEAR_START"),
        ({"DASHAPP_FISCAL_YEAR_START": "9" * 5000}, "DASHAPP_FISCAL_YEAR_START"),
        ({"DASHAPP_CACHE": "FileSystemCache"}, "DASHAPP_CACHE"),
        ({"DASHAPP_CACHE": "RedisCache"}, "DASHAPP_REDIS_URL"),
        ({"DASHAPP_CACHE": "RedisCache", "DASHAPP_REDIS_URL": "localhost"}, "DASHAPP_REDIS_URL"),
        ({"DASHAPP_CACHE": "RedisCache", "DASHAPP_REDIS_URL": "redis://:pass/word@cache"}, "DASHAPP_REDIS_URL"),
        ({"DASHAPP_SMTP_URL": "mail.example.com"}, "DASHAPP_SMTP_URL"),
        ({"DASHAPP_SMTP_URL": "smtp://a b@mail.example.com"}, "DASHAPP_SMTP_URL"),
        ({"DASHAPP_SMTP_URL": "smtp://mail.example.com\nBcc:"}, "DASHAPP_SMTP_URL"),
        ({"DASHAPP_SMTP_URL": "smtp://localhost"}, "DASHAPP_MAIL_FROM"),
        ({"DASHAPP_SMTP_URL": "smtp://localhost", "DASHAPP_MAIL_FROM": "dashboard"}, "DASHAPP_MAIL_FROM"),
        ({"DASHAPP_PRODUCTION": "maybe"}, "DASHAPP_PRODUCTION"),
        ({"DASHAPP_DATADIR": "x"}, "DASHAPP_DATADIR"),
        ({"DASH_MCP_ENABLED": "true"}, "DASH_MCP_ENABLED"),
        ({"DASHAPP_PRODUCTION": "1", "FLASK_DEBUG": "1"}, "FLASK_DEBUG"),
        ({"DASHAPP_PRODUCTION": "1", "DASH_DEBUG": "true"}, "DASH_DEBUG"),
    ],
)
def test_a_bad_setting_is_refused_in_one_line_that_names_it(environ: dict[str, str], names: str) -> None:
    with pytest.raises(BadSetting) as refusal:
        Settings.from_env(environ)
    message = str(refusal.value)
    assert message.startswith(names + ":")
    assert "\n" not in message


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("redis://localhost:6379/0", True),
        ("redis://127.0.0.1", True),
        ("redis://[::1]:6379", True),
        ("unix:///run/redis/redis.sock", True),
        ("redis://:secret@10.0.0.7:6379/0", True),
        ("rediss://app:secret@cache.example.com", True),
        ("redis://10.0.0.7:6379/0", False),
        ("redis://app@cache.example.com", False),
        ("rediss://cache.example.com", False),
        ("redis://localhost.example.com", False),
    ],
)
def test_in_production_a_redis_elsewhere_needs_a_password(url: str, allowed: bool) -> None:
    environ = {"DASHAPP_CACHE": "RedisCache", "DASHAPP_REDIS_URL": url}
    assert Settings.from_env(environ).redis_url == url
    if allowed:
        assert Settings.from_env(environ | {"DASHAPP_PRODUCTION": "1"}).redis_url == url
        return
    with pytest.raises(BadSetting, match="DASHAPP_REDIS_URL: in production a Redis elsewhere needs a password") as why:
        Settings.from_env(environ | {"DASHAPP_PRODUCTION": "1"})
    assert "\n" not in str(why.value)


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("smtp://localhost", True),
        ("smtp://127.0.0.1:2525", True),
        ("smtp://mail.example.com", False),
        ("smtp://user:password@localhost", False),
        ("smtp+starttls://user:password@mail.example.com", True),
        ("smtps://mail.example.com:465/", True),
    ],
)
def test_in_production_mail_leaves_the_machine_encrypted(url: str, allowed: bool) -> None:
    environ = {"DASHAPP_SMTP_URL": url, "DASHAPP_MAIL_FROM": "dashboard@example.com"}
    assert Settings.from_env(environ).smtp_url == url
    if allowed:
        assert Settings.from_env(environ | {"DASHAPP_PRODUCTION": "1"}).smtp_url == url
        return
    with pytest.raises(BadSetting, match="encrypted"):
        Settings.from_env(environ | {"DASHAPP_PRODUCTION": "1"})


PROVIDER = {
    "DASHAPP_OIDC_ISSUER": "https://login.example.com",
    "DASHAPP_OIDC_CLIENT_ID": "dashboard",
    "DASHAPP_OIDC_CLIENT_SECRET": "kVb3-xQ9_mPz7LrT",
    "DASHAPP_URL": "https://dashboard.example.org",
}


@pytest.mark.parametrize(
    "wrong",
    [
        {"DASHAPP_OIDC_ISSUER": ""},
        {"DASHAPP_OIDC_CLIENT_ID": ""},
        {"DASHAPP_OIDC_CLIENT_SECRET": ""},
        {"DASHAPP_OIDC_ISSUER": "http://login.example.com"},
        {"DASHAPP_OIDC_ISSUER": "login.example.com"},
        {"DASHAPP_OIDC_ISSUER": "http://localhost.example.com"},
    ],
)
def test_half_a_provider_is_refused(wrong: dict[str, str]) -> None:
    assert Settings.from_env(PROVIDER | {"DASHAPP_PRODUCTION": "1"}).oidc_client_id == "dashboard"
    with pytest.raises(BadSetting, match="^DASHAPP_OIDC_ISSUER: "):
        Settings.from_env(PROVIDER | wrong)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DASHAPP_URL", ""),
        ("DASHAPP_URL", "http://dashboard.example.org"),
        ("DASHAPP_OIDC_CLIENT_SECRET", "x"),
        ("DASHAPP_OIDC_CLIENT_SECRET", "kVb3-xQ9_mPz7Lr"),
        ("DASHAPP_OIDC_CLIENT_SECRET", "a" * 40),
        ("DASHAPP_OIDC_CLIENT_SECRET", "0123" * 10),
        ("DASHAPP_OIDC_CLIENT_SECRET", "change-me-change-me"),
        ("DASHAPP_OIDC_CLIENT_SECRET", "ChangeMe-0123456789"),
        ("DASHAPP_OIDC_CLIENT_SECRET", "your-client-secret-here"),
        ("DASHAPP_OIDC_CLIENT_SECRET", "password-password-1"),
        ("DASHAPP_OIDC_CLIENT_SECRET", "an-example-of-a-secret"),
    ],
)
def test_in_production_a_provider_leads_back_by_https_and_shares_a_secret(name: str, value: str) -> None:
    assert Settings.from_env(PROVIDER | {name: value}).oidc_issuer
    with pytest.raises(BadSetting, match=f"^{name}: ") as why:
        Settings.from_env(PROVIDER | {name: value, "DASHAPP_PRODUCTION": "1"})
    assert "\n" not in str(why.value)
    assert len(value) < 10 or "SECRET" not in name or value not in str(why.value)


def test_a_refusal_does_not_tell_the_password() -> None:
    with pytest.raises(BadSetting) as why:
        Settings.from_env({"DASHAPP_CACHE": "RedisCache", "DASHAPP_REDIS_URL": "redis://:pass/word@cache"})
    assert "pass/" not in str(why.value)


WAYS = {"wsgi": ["-c", "import wsgi"], "gunicorn": ["-m", "gunicorn"], "flask": ["-m", "flask", "--app", "wsgi", "run"]}


def ended(data_dir: Path, way: str = "wsgi", **environ: str) -> tuple[int, str]:
    """How a start of the dashboard ends, and what it says."""
    rest = {name: value for name, value in os.environ.items() if not name.startswith(("DASHAPP_", "DASH_", "FLASK_"))}
    own = {"DASHAPP_DATA_DIR": str(data_dir), "DASHAPP_PRODUCTION": "1"}
    ran = subprocess.run(
        [sys.executable, *WAYS[way]],
        cwd=ROOT,
        env=rest | own | environ,
        timeout=60,
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.returncode, ran.stderr


@pytest.mark.parametrize(
    ("path", "mode", "remedy"),
    [
        ("", 0o777, "chmod go-w"),
        ("", 0o770, "chmod go-w"),
        ("warehouse", 0o722, "chmod go-w"),
        ("accounts.sqlite", 0o644, "chmod go="),
        ("accounts.sqlite", 0o660, "chmod go="),
        ("accounts.sqlite-wal", 0o604, "chmod go="),
    ],
)
def test_it_does_not_start_in_production_on_files_that_others_can_write(
    tmp_path: Path, path: str, mode: int, remedy: str
) -> None:
    data_dir = tmp_path / "var"
    (data_dir / "warehouse").mkdir(parents=True)
    data_dir.chmod(0o755)
    if path.endswith("-wal"):
        (data_dir / path).touch()
    create_app(Settings(data_dir=data_dir, production=True))
    (data_dir / path).chmod(mode)
    code, said = ended(data_dir)
    assert code == 1
    assert said.count("\n") == 1
    assert remedy in said
    assert str(data_dir / path) in said
    create_app(Settings(data_dir=data_dir))  # where one tries things out, nobody minds


def test_nor_with_an_inbox_that_everybody_can_put_files_into(tmp_path: Path) -> None:
    inbox, data_dir = tmp_path / "inbox", tmp_path / "var"
    inbox.mkdir()
    inbox.chmod(0o1777)
    code, said = ended(data_dir, DASHAPP_INBOX=str(inbox))
    assert (code, said.count("\n")) == (1, 1)
    assert f"chmod o-w {inbox}" in said
    inbox.chmod(0o770)  # whom the operator has let in
    assert ended(data_dir, DASHAPP_INBOX=str(inbox))[0] == 0


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", ["FLASK_DEBUG", "DASH_DEBUG"])
def test_nor_with_debugging_on(tmp_path: Path, name: str, way: str) -> None:
    code, said = ended(tmp_path, way, **{name: "1"})
    assert (code, said.count("\n")) == (1, 1)
    assert said.startswith(f"{name}: shows source code")


@pytest.mark.parametrize("way", WAYS)
def test_nor_with_a_secret_that_can_be_guessed(tmp_path: Path, way: str) -> None:
    code, said = ended(tmp_path, way, **PROVIDER | {"DASHAPP_OIDC_CLIENT_SECRET": "change-me-change-me"})
    assert (code, said.count("\n")) == (1, 1)
    assert said.startswith("DASHAPP_OIDC_CLIENT_SECRET: can be guessed")


def test_nothing_is_signed_so_there_is_no_key_to_be_weak(tmp_path: Path) -> None:
    """Sessions are random and kept here; Flask's own, which a key would sign, cannot be opened."""
    assert create_app(Settings(data_dir=tmp_path)).server.secret_key is None


def test_what_it_makes_is_its_own(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        create_app(Settings(data_dir=tmp_path, production=True))
    finally:
        os.umask(before)
    files = list(tmp_path.glob("accounts.sqlite*"))
    assert files
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_debugging_stays_possible_outside_production() -> None:
    assert not Settings.from_env({"FLASK_DEBUG": "1"}).production


@pytest.mark.parametrize(("written", "meant"), [("", "en"), ("en_IN", "en_IN"), ("de", "de"), ("de-at", "de_AT")])
def test_a_locale_is_a_language_with_or_without_a_territory(written: str, meant: str) -> None:
    assert Settings.from_env({"DASHAPP_LOCALE": written}).locale == meant


def test_a_language_without_texts_is_refused_with_those_there_are() -> None:
    with pytest.raises(BadSetting, match=r"DASHAPP_LOCALE: there are no texts in 'ja', only in de, en$"):
        Settings.from_env({"DASHAPP_LOCALE": "ja_JP"})
