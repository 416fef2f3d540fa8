"""What a proof begins with: an office on a fresh database, and a mail server that remembers what it was given."""

from collections.abc import Iterator

import pytest

from tests.servers.smtp import Sink, mail_server
from tests.workers.conftest import home

__all__ = ["home", "sink"]


@pytest.fixture
def sink(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sink]:
    """The mail server of this process and of those that it starts."""
    with mail_server() as sink:
        monkeypatch.setenv("REQUESTFLOW_SMTP_URL", sink.url)
        yield sink
