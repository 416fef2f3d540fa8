"""Do broker, workers and beat work together, and has each task of the timetable come to its end lately."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import redis
from celery.exceptions import OperationalError as NoBroker
from kombu.exceptions import KombuError

from requestflow.cli.doctor.finding import Finding, fine, look, mend, some
from requestflow.rules.words import Text
from requestflow.services.runs import STANDS_STILL
from requestflow.settings import Settings
from requestflow.store.models import Run
from workers.app import TIMETABLE, app
from workers.beats import MARK

A_DAY = timedelta(hours=26)
_PATIENCE = 2.0
_MONTHS = 12


def broker(chosen: Settings) -> Iterator[Finding]:
    """What can be seen of Redis, of the workers and of beat."""
    if not chosen.redis_url:
        yield _in_memory(chosen)
        return
    try:
        with redis.Redis.from_url(
            chosen.redis_url, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE, decode_responses=True
        ) as server:
            known: Mapping[str, Any] = server.info()
            marks = [str(mark).removeprefix(MARK) for mark in server.scan_iter(f"{MARK}*")]
    except redis.RedisError as error:
        yield mend(
            "broker",
            Text("Redis 连接不上：{why}", "Redis cannot be reached: {why}").fill(why=error),
            Text("启动 Redis，并核对 REQUESTFLOW_BROKER_URL。", "Start Redis, and check REQUESTFLOW_BROKER_URL."),
        )
        return
    yield _redis(known)
    yield _workers()
    yield _beats(marks)


def _in_memory(chosen: Settings) -> Finding:
    if chosen.is_embedded:
        return fine(
            "broker", Text("提醒和发信在同一进程内运行。", "Reminders and mail run in the process of the pages.")
        )
    return look(
        "broker",
        Text("没有 Redis：只有 requestflow serve 能发提醒。", "There is no Redis: only requestflow serve can remind."),
        Text("设置 REQUESTFLOW_BROKER_URL，或只用 serve。", "Set REQUESTFLOW_BROKER_URL, or use nothing but serve."),
    )


def _redis(known: Mapping[str, Any]) -> Finding:
    said = Text("Redis {version}", "Redis {version}").fill(version=known.get("redis_version", "?"))
    if known.get("maxmemory") and known.get("maxmemory_policy") != "noeviction":
        keep = Text("把 maxmemory-policy 设为 noeviction。", "Set maxmemory-policy to noeviction.")
        return look("broker", Text(f"{said.zh}，内存满时会丢弃任务。", f"{said.en} drops tasks when it is full."), keep)
    if not known.get("aof_enabled"):
        keep = Text("用 appendonly yes 启动 Redis。", "Start Redis with appendonly yes.")
        lost = Text(f"{said.zh}，重启会忘记登录次数。", f"{said.en} forgets the counted sign-in attempts at a restart.")
        return look("broker", lost, keep)
    return fine("broker", said)


def _workers() -> Finding:
    try:
        answers = app.control.inspect(timeout=_PATIENCE).ping() or {}
    except (NoBroker, KombuError, redis.RedisError):
        answers = {}
    if answers:
        return fine("workers", Text("{n}个 worker 应答。", "Workers that answer: {n}.").fill(n=len(answers)))
    return mend(
        "workers",
        Text("没有 worker 应答。", "No worker answers."),
        Text("启动 worker，见 docs/operating.md。", "Start a worker, see docs/operating.md."),
    )


def _beats(marks: Sequence[str]) -> Finding:
    if len(marks) == 1:
        return fine("beat", Text("有一个 beat 在运行。", "One beat runs."))
    if marks:
        return mend(
            "beat",
            Text("三分钟内见到{n}个 beat：{who}", "Within three minutes there were {n} beats: {who}").fill(
                n=len(marks), who=some(sorted(marks))
            ),
            Text(
                "只留一个；若刚刚重启，三分钟后再看。",
                "Leave one; if it was just restarted, look again in three minutes.",
            ),
        )
    return mend(
        "beat",
        Text("三分钟内没有 beat 的踪迹。", "No beat was seen within three minutes."),
        Text(
            "启动 beat；午夜前后20分钟除外，那时它不工作。",
            "Start beat; only in the 20 minutes around midnight it rests.",
        ),
    )


def runs(found: Sequence[Run], chosen: Settings, now: datetime) -> Iterator[Finding]:
    """Whether the timetable moves, and whether each of its daily tasks came to its end within a day."""
    start = Text("运行 requestflow serve。", "Run requestflow serve.") if chosen.is_embedded else _START
    last = max((run.ended_at for run in found), default=None)
    if last is None:
        yield mend("timetable", Text("时间表还没有运行过。", "The timetable has never run."), start)
        return
    minutes = round((now - last).total_seconds() / 60)
    said = Text("时间表上一次运行在{n}分钟前。", "The timetable last ran {n} min ago.").fill(n=minutes)
    if now - last > STANDS_STILL:
        yield mend("timetable", said, start)
        return
    yield fine("timetable", said)
    ended = {run.task: run.ended_at for run in found}
    awaited = [task for task in _daily() if task not in ended]
    if awaited:
        yield look(
            "tasks to come",
            Text("尚未运行过：{tasks}", "Not run yet: {tasks}").fill(tasks=some(awaited)),
            Text(
                "等到它们的时间（见 docs/timetable.md），第二天再看一次。",
                "Wait for their time, see docs/timetable.md, and look again the next day.",
            ),
        )
    late = [task for task in _daily() if task in ended and now - ended[task] > A_DAY]
    if late:
        yield look(
            "tasks",
            Text("一天之内没有完成：{tasks}", "Not come to an end within a day: {tasks}").fill(tasks=some(late)),
            Text("在 worker 的日志里找原因。", "Look into the worker's log for the reason."),
        )


_START = Text("启动 worker 和 beat。", "Start worker and beat.")


def _daily() -> list[str]:
    """The tasks that run on every day of the year."""
    return sorted({task for task, when, _ in TIMETABLE.values() if len(when.month_of_year) == _MONTHS})
