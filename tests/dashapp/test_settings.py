from pathlib import Path

import pytest

from dashapp.settings import BadSetting, Settings


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


def test_debugging_stays_possible_outside_production() -> None:
    assert not Settings.from_env({"FLASK_DEBUG": "1"}).production


@pytest.mark.parametrize(("written", "meant"), [("", "en"), ("en_IN", "en_IN"), ("de", "de"), ("de-at", "de_AT")])
def test_a_locale_is_a_language_with_or_without_a_territory(written: str, meant: str) -> None:
    assert Settings.from_env({"DASHAPP_LOCALE": written}).locale == meant


def test_a_language_without_texts_is_refused_with_those_there_are() -> None:
    with pytest.raises(BadSetting, match=r"DASHAPP_LOCALE: there are no texts in 'ja', only in de, en$"):
        Settings.from_env({"DASHAPP_LOCALE": "ja_JP"})
