"""How often one may knock when several processes count together, and when the one that counts is away."""

from pathlib import Path

import pytest

from requestflow.settings import Settings
from requestflow.web import create_app
from tests.web.conftest import Visitor


def _visitor(database_url: str, broker_url: str, home: Path) -> Visitor:
    settings = Settings(home=home, database_url=database_url, broker_url=broker_url, given_secret_key="t" * 40)
    app = create_app(settings)
    app.config["TESTING"] = True
    visitor = Visitor(app.test_client())
    visitor.get("/signin")
    return visitor


def _guess(visitor: Visitor) -> int:
    return visitor.post("/signin", {"login": "head", "password": "guess"}).status


def test_two_processes_count_together_through_redis(empty_database_url: str, redis_url: str, tmp_path: Path) -> None:
    one, other = (_visitor(empty_database_url, redis_url, tmp_path) for _ in range(2))
    statuses = [_guess(visitor) for visitor in [one, other] * 5 + [one]]
    assert statuses == [422] * 10 + [429]


@pytest.mark.parametrize("away", ["redis://127.0.0.1:1/0", "redis+socket:///nowhere/redis.sock"])
def test_while_redis_is_away_the_door_is_guarded_all_the_same(
    empty_database_url: str, tmp_path: Path, away: str
) -> None:
    visitor = _visitor(empty_database_url, away, tmp_path)
    statuses = [_guess(visitor) for _ in range(11)]
    assert statuses == [422] * 10 + [429]
