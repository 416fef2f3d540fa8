"""The last run of each task is remembered, and only the last."""

from datetime import UTC, datetime

from sqlmodel import Session, select

from requestflow.services import runs
from requestflow.store.models import Run
from requestflow.store.queries import watch

SEVEN, EIGHT = (datetime(2026, 11, 24, hour, tzinfo=UTC) for hour in (7, 8))


def test_a_later_run_takes_the_place_of_the_one_before(session: Session) -> None:
    runs.ended(session, "remind", SEVEN, SEVEN, 12)
    runs.ended(session, "send_mail", SEVEN, SEVEN, 1)
    runs.ended(session, "remind", EIGHT, EIGHT, 0)
    assert [(run.task, run.ended_at, run.did) for run in watch.runs(session)] == [
        ("remind", EIGHT, 0),
        ("send_mail", SEVEN, 1),
    ]


def test_how_far_a_task_has_read_is_left_as_it_stands(session: Session) -> None:
    session.add(Run(task="count", started_at=SEVEN, ended_at=SEVEN, mark=40))
    session.flush()
    runs.ended(session, "count", EIGHT, EIGHT, 3)
    session.expire_all()
    assert session.exec(select(Run.mark)).all() == [40]
