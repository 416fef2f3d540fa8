"""The timetable calls what exists, at times on which all clocks agree what day it is."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from celery.beat import Scheduler
from celery.schedules import crontab

from workers import tasks
from workers.app import TIMETABLE, app

ENTRIES = [pytest.param(task, when, id=name) for name, (task, when, _) in TIMETABLE.items()]
AROUND_MIDNIGHT = {(23, minute) for minute in range(50, 60)} | {(0, minute) for minute in range(10)}


def minutes_of(when: crontab) -> set[tuple[int, int]]:
    return {(hour, minute) for hour in when.hour for minute in when.minute}


@pytest.mark.parametrize(("task", "when"), ENTRIES)
def test_every_entry_names_a_registered_task(task: str, when: crontab) -> None:
    assert f"workers.tasks.{task}" in app.tasks


@pytest.mark.parametrize(("task", "when"), ENTRIES)
def test_no_entry_runs_in_the_minutes_around_midnight(task: str, when: crontab) -> None:
    assert isinstance(when, crontab)  # an interval would run at any minute
    assert minutes_of(when).isdisjoint(AROUND_MIDNIGHT)


def test_the_times_are_those_of_the_office() -> None:
    assert str(app.timezone) == "Asia/Shanghai"
    assert set(Scheduler(app).schedule) == set(TIMETABLE)


def test_every_task_is_in_the_timetable_and_is_caught_up_at_a_start() -> None:
    timed = {f"workers.tasks.{task}" for task, _, _ in TIMETABLE.values()}
    assert timed == {name for name in app.tasks if name.startswith("workers.")}
    assert timed == {task.name for task in tasks.EVERYTHING}


def test_deadlines_are_looked_at_before_work_and_again_during_the_day_on_every_day() -> None:
    runs = [when for task, when, _ in TIMETABLE.values() if task == "remind"]
    assert all(len(when.day_of_week) == 7 for when in runs)
    hours = sorted(hour for when in runs for hour, _ in minutes_of(when))
    assert hours[0] < 8
    assert max(later - earlier for earlier, later in pairwise(hours)) <= 3


def test_mail_goes_out_every_minute_but_those_around_midnight() -> None:
    runs = [when for task, when, _ in TIMETABLE.values() if task == "send_mail"]
    covered = set.union(*(minutes_of(when) for when in runs))
    assert len(covered) == 24 * 60 - len(AROUND_MIDNIGHT)
    assert sum(len(minutes_of(when)) for when in runs) == len(covered)


def test_reports_are_drafted_on_the_first_of_january_and_on_each_later_day_of_the_month() -> None:
    [when] = [when for task, when, _ in TIMETABLE.values() if task == "draft_reports"]
    assert (when.month_of_year, when.day_of_month) == ({1}, set(range(1, 32)))


def test_a_call_that_waited_until_the_next_one_is_dropped() -> None:
    for task, when, expires in TIMETABLE.values():
        start = datetime(2026, 1, 5, tzinfo=UTC)
        minutes = sorted(minutes_of(when))
        clock = [start + timedelta(hours=hour, minutes=minute) for hour, minute in minutes]
        gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(clock)]
        assert expires < min(gaps, default=86_400), task


def test_only_json_is_taken_from_the_broker_and_a_lost_worker_gives_its_task_back() -> None:
    assert app.conf.accept_content == ["json"]
    assert app.conf.task_serializer == "json"
    assert app.conf.task_acks_late
    assert app.conf.task_reject_on_worker_lost
    assert app.conf.worker_prefetch_multiplier == 1
