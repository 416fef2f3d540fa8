"""The timetable as a page of the docs: it cannot say anything else than the tables do."""

import re
from collections.abc import Iterator

from celery.schedules import crontab

from requestflow.rules.articles import cite
from requestflow.rules.notices import Notice
from workers import tasks
from workers.app import TIMETABLE, app

_ABOUT = """\
# The timetable

This page is written from `rules/tables/notices.csv` and from `workers/app.py` by `make docs`.

Every task looks for rows that wait for it and is harmless when it runs twice, late, or is killed: a timetable that
stood still for days catches up in the next run, with what is true then and not with what would have been said on each
day. No timer decides anything about a case. A notice is a mail in the reader's language, with a link and without the
text of a case or a name in its subject; each is written once for each case and day, or month, that it is about.

An office without anybody to tell is spoken for by the nearest one above it that has somebody. Officers turn off under
their own settings what they do not want, and administrators for a whole office; what guards a term of the law cannot be
turned off.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([_ABOUT, *_notices(), "", *_calls(), ""])


def _notices() -> Iterator[str]:
    yield "## What officers are told"
    yield ""
    yield "| notice | when | to whom | may be turned off | law |"
    yield "|---|---|---|---|---|"
    for notice in Notice:
        told = (f"{notice.label.en} ({notice.label.zh})", notice.when.en, notice.whom.en)
        yield f"| {' | '.join(told)} | {'no' if notice.is_statutory else 'yes'} | {cite(notice.article).en or '—'} |"


def _calls() -> Iterator[str]:
    yield "## What runs when"
    yield ""
    yield f"Times are those of {app.timezone}; minute, hour, day of the month, month, day of the week as in cron."
    yield ""
    yield "| entry | runs at | what it does |"
    yield "|---|---|---|"
    for name, (task, when, _expires) in TIMETABLE.items():
        yield f"| {name} | `{_cron(when)}` | {_said(getattr(tasks, task))} |"


def _cron(when: crontab) -> str:
    written = re.fullmatch(r"<crontab: (.+) \(m/h/dM/MY/d\)>", repr(when))
    assert written is not None  # that is how Celery shows one
    return written[1]


def _said(task: object) -> str:
    return (task.__doc__ or "").partition("\n")[0]
