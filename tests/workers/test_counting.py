"""The counting passes of the timetable: alone, twice, at once, and broken off in the middle."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NoReturn

import pytest
from sqlalchemy import update
from sqlmodel import func, select

from requestflow.services import counts, upkeep
from requestflow.store import bulk
from requestflow.store.models import MonthCount, Run
from requestflow.store.session import reading, transaction
from tests.make import a_case, an_agency
from workers import tasks


def came_in(count: int = 1) -> None:
    with transaction() as session:
        agency = an_agency(session)
        for _ in range(count):
            a_case(session, agency, topic="其他")


def total() -> int:
    """How many cases the counts hold by channel."""
    with reading() as session:
        return session.exec(select(func.sum(MonthCount.cases)).where(MonthCount.facet == "channel")).one() or 0


def wrong() -> list[upkeep.Difference]:
    with reading() as session:
        return list(upkeep.recheck(session))


def test_a_pass_counts_what_came_since_and_a_second_one_nothing_twice(home: Path) -> None:
    for number in range(1, 4):
        came_in()
        tasks.count()
        tasks.count()
        assert total() == number
    assert wrong() == []


@pytest.mark.parametrize("is_first", [True, False])
def test_four_passes_at_once_count_right(home: Path, is_first: bool) -> None:
    if not is_first:
        came_in()
        tasks.count()
    came_in(5)
    with ThreadPoolExecutor(4) as pool:
        passes = [pool.submit(tasks.count) for _ in range(4)]
        assert [each.result() for each in passes] == [None] * 4
    assert total() == (5 if is_first else 6)
    assert wrong() == []


def test_a_pass_that_is_killed_in_the_middle_leaves_all_to_the_next(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    came_in()
    tasks.count()
    came_in()
    with monkeypatch.context() as broken:
        broken.setattr(bulk, "insert", _killed)
        with pytest.raises(KeyboardInterrupt):
            tasks.count()
    assert total() == 1, "what was kept stays until it is replaced"
    tasks.count()
    assert total() == 2


def _killed(*_told: object) -> NoReturn:
    raise KeyboardInterrupt


@pytest.mark.parametrize("heal", [tasks.recount, tasks.count], ids=["each night", "after a rewind"])
def test_counts_that_went_wrong_are_healed(home: Path, heal: Callable[[], None]) -> None:
    came_in()
    tasks.count()
    with transaction() as session:
        session.execute(update(MonthCount).values(cases=9))
    assert total() == 9
    with transaction() as session:
        counts.rewind(session, 0)
    heal()
    assert total() == 1
    with reading() as session:
        assert session.get(Run, counts.TASK) is not None
