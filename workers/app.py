"""The Celery app and the whole timetable, in the time of the office.

The rows of the database are the queue: a task looks for what is due and is harmless when it runs twice, late, or is
killed. So a lost message loses nothing, and nothing has to be caught up by hand.
"""

import sys
from typing import Any

from celery import Celery
from celery.schedules import crontab as at
from celery.signals import worker_init

from requestflow.clock import LEGAL_ZONE
from requestflow.settings import SettingsRefused, settings
from requestflow.store.session import bind
from workers import beats, log

# Seconds after which the next call does the work of one still waiting.
A_MINUTE, FIVE_MIN, AN_HOUR, A_DAY = 55, 290, 3_500, 80_000

# Nothing runs in the minutes around midnight, where two clocks may disagree on the day. Saturdays and Sundays are not
# left out: some of them are working days. What is told once a month or a year is looked for every two hours, too: a
# timetable that stood still catches up on the day it is started again, and the rows know what was told already.
# fmt: off
TIMETABLE = {
    # what                           task                 when                                               expires
    "remind each morning":          ("remind",            at(hour="7", minute="40"),                         AN_HOUR),
    "remind of what came since":    ("remind",            at(hour="9-21/2", minute="10"),                    AN_HOUR),
    "write the monthly digest":     ("write_digests",     at(hour="7-21/2", minute="50"),                    AN_HOUR),
    "ask for next year's days off": ("ask_for_days_off",  at(hour="7-21/2", minute="52"),                    AN_HOUR),
    "draft last year's reports":    ("draft_reports",     at(hour="1-21/2", minute="20", month_of_year="1"), AN_HOUR),
    "remind of reports to publish": ("remind_of_reports", at(hour="7-21/2", minute="54"),                    AN_HOUR),
    "send mail by day":             ("send_mail",         at(hour="1-22", minute="*"),                       A_MINUTE),
    "send mail late":               ("send_mail",         at(hour="23", minute="0-49"),                      A_MINUTE),
    "send mail early":              ("send_mail",         at(hour="0", minute="10-59"),                      A_MINUTE),
    "count by day":                 ("count",             at(hour="1-22", minute="*/5"),                     FIVE_MIN),
    "count late":                   ("count",             at(hour="23", minute="0-45/5"),                    FIVE_MIN),
    "count early":                  ("count",             at(hour="0", minute="10-55/5"),                    FIVE_MIN),
    "count everything anew":        ("recount",           at(hour="2", minute="40"),                         A_DAY),
}
# fmt: on


def _configuration() -> dict[str, Any]:
    try:
        broker = settings().broker_url
    except SettingsRefused as refused:
        sys.exit(str(refused))
    is_in_memory = broker.startswith("memory://")
    return {
        "broker_url": "memory://localhost" if is_in_memory else broker,
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "broker_transport_options": _IN_MEMORY if is_in_memory else _ON_REDIS,
        "worker_enable_remote_control": not is_in_memory,
        "worker_prefetch_multiplier": 1,
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "task_ignore_result": True,
        "task_serializer": "json",
        "result_serializer": "json",
        "accept_content": ["json"],
        "result_expires": None,
        "timezone": str(LEGAL_ZONE),
        "beat_schedule": {
            name: {"task": f"workers.tasks.{task}", "schedule": when, "options": {"expires": expires}}
            for name, (task, when, expires) in TIMETABLE.items()
        },
    }


_IN_MEMORY = {"polling_interval": 0.05}
_ON_REDIS = {"visibility_timeout": 60, "unacked_restore_interval": 2, "unacked_restore_throttle": 1}

app = Celery("requestflow", include=["workers.tasks"])
app.add_defaults(_configuration)
app.set_default()  # threads, too, must find this app and not an empty one
log.listen()
beats.leave_marks()


@worker_init.connect
def _bind(**_told: object) -> None:
    bind(settings().database_url)
