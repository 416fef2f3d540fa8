"""The environment is read in one place, and what makes no sense is refused in one sentence."""

import os
import re
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from requestflow.settings import Settings, SettingsRefused, settings
from requestflow.web import create_app

A_SECRET = "a-secret-of-more-than-thirty-two-characters"


@pytest.fixture(autouse=True)
def _nothing_is_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    for name in [name for name in os.environ if name.startswith("REQUESTFLOW_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("REQUESTFLOW_HOME", str(tmp_path))
    settings.cache_clear()
    yield
    settings.cache_clear()


def test_with_nothing_set_everything_is_kept_under_home(tmp_path: Path) -> None:
    found = settings()
    assert found.is_embedded
    assert found.database_url == f"sqlite:///{tmp_path}/requestflow.sqlite"
    assert found.broker_url == "memory://"
    assert found.mail_folder == tmp_path / "mail"


def test_home_is_the_folder_var_by_default(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("REQUESTFLOW_HOME")
    monkeypatch.chdir(tmp_path)
    assert settings().home == tmp_path / "var"


def test_reading_the_settings_leaves_no_trace(tmp_path: Path) -> None:
    settings()
    assert list(tmp_path.iterdir()) == []


def test_the_embedded_system_makes_a_secret_and_keeps_it_to_itself(tmp_path: Path) -> None:
    made = Settings().secret_key
    assert len(made) >= 32
    assert Settings().secret_key == made
    assert stat.S_IMODE((tmp_path / "keys" / "secret").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["secret"]


def test_two_systems_that_start_at_once_agree_on_the_secret() -> None:
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: Settings().secret_key, range(32)))
    assert len(made) == 1


@pytest.mark.parametrize(
    ("name", "value"), [("DATABASE_URL", "postgresql://db/requestflow"), ("BROKER_URL", "redis://redis/0")]
)
def test_outside_the_embedded_system_pages_are_not_served_without_a_secret_and_commands_need_none(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"REQUESTFLOW_{name}", value)
    without = settings()
    with pytest.raises(SettingsRefused, match="REQUESTFLOW_SECRET_KEY must hold at least 32 random characters"):
        create_app(without)
    monkeypatch.setenv("REQUESTFLOW_SECRET_KEY", A_SECRET)
    settings.cache_clear()
    assert settings().secret_key == A_SECRET
    assert not settings().is_embedded


def test_a_short_secret_is_refused_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTFLOW_SECRET_KEY", "short")
    with pytest.raises(SettingsRefused, match="REQUESTFLOW_SECRET_KEY"):
        settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "70000"),
        ("DATABASE_URL", "mysql://db/requestflow"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "postgresql://db:port/requestflow"),
        ("BROKER_URL", "amqp://rabbit"),
        ("SMTP_URL", "mail.example"),
        ("BASE_URL", "example.org"),
        ("TRUSTED_PROXIES", "-1"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"REQUESTFLOW_{name}", value)
    with pytest.raises(SettingsRefused) as refused:
        settings()
    assert re.fullmatch(rf"REQUESTFLOW_{name} [^\n]+\.", str(refused.value))


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_postgresql_gets_the_same_driver(scheme: str) -> None:
    found = Settings(database_url=f"{scheme}://db/requestflow", given_secret_key=A_SECRET)
    assert found.database_url == "postgresql+psycopg://db/requestflow"


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTFLOW_MAIL_FROM", "")
    assert settings().mail_from == "requestflow@localhost"


def test_no_secret_shows_when_settings_are_printed() -> None:
    printed = repr(
        Settings(
            database_url="postgresql://me:open-sesame@db/requestflow",
            given_secret_key=A_SECRET,
            smtp_url="smtp://me:open-sesame@mail",
        )
    )
    assert "open-sesame" not in printed
    assert A_SECRET not in printed
