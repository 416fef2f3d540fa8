"""Commands in an English terminal, on a database of their own."""

import pytest

from requestflow.settings import settings


@pytest.fixture(autouse=True)
def _english_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_US.UTF-8")


@pytest.fixture
def database(empty_database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of a fresh database on each engine, the one that commands work on."""
    monkeypatch.setenv("REQUESTFLOW_DATABASE_URL", empty_database_url)
    monkeypatch.setenv("REQUESTFLOW_SECRET_KEY", "a secret key of the tests, long enough")
    settings.cache_clear()
    return empty_database_url
