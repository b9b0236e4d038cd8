"""The programs that other tests rely on."""

import pytest
from sqlalchemy import create_engine, text

from tests.programs import PrivateRedis, program


def test_postgresql_answers(postgres: str) -> None:
    engine = create_engine(postgres)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT current_user")) == "dashboard"
        assert connection.scalar(text("SHOW listen_addresses")) == "127.0.0.1"
    engine.dispose()


def test_redis_answers_to_who_knows_the_password(private_redis: PrivateRedis) -> None:
    with private_redis.client() as client:
        assert client.ping()
        assert client.config_get("save")["save"] == ""


def test_a_missing_program_skips_a_test_but_fails_it_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="make programs"):
        program("no-such-program")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="make programs"):
        program("no-such-program")
