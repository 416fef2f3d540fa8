"""How every process writes its log: one line an event, JSON for a program or text for a terminal, and nobody's data.

An exception may quote what somebody typed, in its message or in a database's words about a refused row. So of an
exception is told what kind it is and where it happened; its message only where that can speak of the program alone.
"""

import logging
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from types import TracebackType
from typing import Any, TextIO

import structlog
from structlog.contextvars import bound_contextvars, merge_contextvars
from structlog.processors import ExceptionRenderer, JSONRenderer, TimeStamper
from structlog.stdlib import ProcessorFormatter, add_log_level, add_logger_name

Event = MutableMapping[str, Any]

_SPEAKS_OF_THE_PROGRAM = (TypeError, AttributeError, NameError, ImportError, NotImplementedError, RecursionError)
_TALKATIVE = {  # these name addresses with the numbers of cases in them, or say each second that all is well
    "waitress": logging.WARNING,
    "celery.redirected": logging.WARNING,
    "celery.worker.strategy": logging.WARNING,
    "kombu": logging.WARNING,
    "amqp": logging.WARNING,
    "alembic": logging.WARNING,
}


def set_up(*, as_json: bool, level: str, to: TextIO | None = None) -> None:
    """Makes all loggers of this process write to `to` (default: standard error), from `level` on."""
    handler = logging.StreamHandler(to or sys.stderr)
    handler.setFormatter(_formatter(as_json=as_json))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name, least in _TALKATIVE.items():
        logging.getLogger(name).setLevel(max(least, root.level))


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """The log of a module: `logger(__name__).info("what happened", figure=3)`."""
    bound: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return bound


@contextmanager
def about(**known: object) -> Iterator[None]:
    """Every line that is logged in the block says this besides, such as which request or which task it belongs to."""
    with bound_contextvars(**known):
        yield


def where(error: BaseException) -> list[str]:
    """Kind and place of an exception and of those behind it, the first first: no message that may quote a value."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    told = where(before) if before else []
    frames = [
        f"{frame.filename}:{frame.lineno} in {frame.name}: {frame.line or ''}".rstrip(": ")
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    return [*told, *frames, kind(error)]


def kind(error: BaseException) -> str:
    """What kind of error it is; of one of the database also the code by which the database knows it."""
    behind: Any = getattr(error, "orig", None) or error
    code = getattr(behind, "sqlstate", None) or getattr(behind, "sqlite_errorname", None)
    said = [type(behind).__name__, *([str(code)] if code else [])]
    if isinstance(error, _SPEAKS_OF_THE_PROGRAM):
        said.append(str(error))
    elif isinstance(error, OSError) and error.strerror:
        said.append(error.strerror)
    return " ".join(said)


def _told(exc_info: tuple[type[BaseException], BaseException, TracebackType | None]) -> list[str]:
    return where(exc_info[1])


def _silent_on_values(_logger: object, _name: str, event: Event) -> Event:
    """Takes the words of an exception out of what Celery says about a task that failed."""
    told, record = event.pop("positional_args", None), event["_record"]
    if record.name == "celery.app.trace" and isinstance(told, dict) and "exc" in told:
        event["event"] = record.msg % {**told, "exc": str(told["exc"]).partition("(")[0], "traceback": ""}
    return event


def _as_words(_logger: object, _name: str, event: Event) -> Event:
    """Sets an exception of the text form on lines of its own."""
    if "exception" in event:
        event["exception"] = "\n".join(event["exception"])
    return event


def _formatter(*, as_json: bool) -> ProcessorFormatter:
    last: list[Any] = [ProcessorFormatter.remove_processors_meta, ExceptionRenderer(_told)]
    if as_json:
        last.append(JSONRenderer(ensure_ascii=False, default=str))
    else:
        last += [_as_words, structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0, pad_level=False)]
    return ProcessorFormatter(processors=last, foreign_pre_chain=[*_FIRST, _silent_on_values], pass_foreign_args=True)


_FIRST: list[Any] = [merge_contextvars, add_logger_name, add_log_level, TimeStamper(fmt="iso", utc=True)]

structlog.configure(  # at import, as what it does by itself shows the values of every variable beside a fault
    processors=[structlog.stdlib.filter_by_level, *_FIRST, ProcessorFormatter.wrap_for_formatter],
    wrapper_class=structlog.stdlib.BoundLogger,
    logger_factory=structlog.stdlib.LoggerFactory(),
)
