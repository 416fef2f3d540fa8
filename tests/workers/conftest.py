"""An office whose tasks run against a fresh database, with its mail in a folder of the test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from requestflow.settings import settings


@pytest.fixture
def home(empty_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """REQUESTFLOW_HOME of an office on the fresh database, in this process and in those that it starts."""
    known = {"HOME": str(tmp_path), "DATABASE_URL": empty_database_url, "SECRET_KEY": "t" * 40}
    for name, value in {**known, "MAIL_FROM": "open@office.example", "BASE_URL": "https://office.example"}.items():
        monkeypatch.setenv(f"REQUESTFLOW_{name}", value)
    settings.cache_clear()
    yield tmp_path
    settings.cache_clear()
