"""What Prometheus reads: how the pages answer, counted as they do, and what waits and is due, asked at each reading.

Several processes add up what they count in files of one folder, which their environment names; without it each counts
for itself. A count of reminders or mails begins anew at each midnight of the office, which Prometheus takes for the
restart of a counter.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlmodel import Session

from requestflow.clock import LEGAL_ZONE, now, today
from requestflow.store.away import AWAY, is_away
from requestflow.store.queries import watch
from requestflow.store.session import reading

# The time of each counter's birth is left out: several processes have none in common.
disable_created_metrics()  # type: ignore[no-untyped-call]  # has no types

_A_WHILE = timedelta(minutes=5)
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """The counters of one app; `folder` is where those of its other processes are added up, empty if there are none."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
        self._own = CollectorRegistry()
        self._database = _Database()
        self._requests = Counter(
            "requestflow_http_requests",
            "Requests answered, by the page that answered.",
            ("endpoint", "method", "status"),
            registry=self._own,
        )
        self._seconds = Histogram(
            "requestflow_http_request_duration_seconds",
            "Time from a request to its answer.",
            ("endpoint", "method"),
            registry=self._own,
            buckets=_SECONDS,
        )

    def hear(self, endpoint: str, method: str, status: int, seconds: float) -> None:
        """Counts an answer."""
        self._requests.labels(endpoint, method, str(status)).inc()
        self._seconds.labels(endpoint, method).observe(seconds)

    def text(self) -> bytes:
        """Everything, in the text format of Prometheus."""
        registry = CollectorRegistry()
        if self._folder:
            MultiProcessCollector(registry, path=self._folder)  # type: ignore[no-untyped-call]  # has no types
        else:
            registry.register(self._own)
        registry.register(self._database)
        return generate_latest(registry)


class _Database(Collector):
    """What the database knows; while it is away, that it is.

    Open cases are counted along an index, which with 1,000,000 of them takes a quarter of a second, so their number is
    kept for a while.
    """

    def __init__(self) -> None:
        self._open: Sequence[tuple[str, int]] = ()
        self._counted_at: datetime | None = None

    def describe(self) -> Iterable[Metric]:
        return []  # what there is shows only when it is asked for

    def collect(self) -> Iterator[Metric]:
        try:
            with reading() as session:
                found = [*_figures(session, today(), now()), self._cases_open(session, now())]
        except AWAY as error:
            if not is_away(error):
                raise
            found = []
        yield _gauge("database_up", "Whether the database answers.", int(bool(found)))
        yield from found

    def _cases_open(self, session: Session, now: datetime) -> Metric:
        if self._counted_at is None or now - self._counted_at > _A_WHILE:
            self._open, self._counted_at = watch.open_by_agency(session), now
        return _by_agency("cases_open", "Cases that are not answered yet, as of the last minutes.", self._open)


def _figures(session: Session, today: date, now: datetime) -> Iterator[Metric]:
    mail = watch.mail(session)
    waited = (now - mail.oldest).total_seconds() if mail.oldest else 0
    yield _gauge("mail_waiting", "Mails that wait to be sent.", mail.waiting)
    yield _gauge("mail_oldest_waiting_seconds", "How long the oldest of them has waited.", waited)
    yield _gauge("mail_given_up", "Mails that could not be sent and that nobody has seen to.", mail.given_up)
    sent = watch.sent_since(session, datetime.combine(today, time(), LEGAL_ZONE))
    yield _count("mails_sent", "Mails sent since midnight.", (), [((), sent)])
    raised = [((notice,), count) for notice, count in watch.raised_on(session, today)]
    yield _count("reminders_raised", "Reminders raised since midnight, by notice.", ("notice",), raised)
    yield _by_agency("cases_overdue", "Open cases due before today.", watch.overdue_by_agency(session, today))
    yield from _runs(session)


def _runs(session: Session) -> Iterator[Metric]:
    ended = _of("task_last_end_timestamp_seconds", "When a task of the timetable last came to its end.", "task")
    took = _of("task_last_duration_seconds", "How long that run took.", "task")
    did = _of("task_last_done", "How much that run did.", "task")
    for run in watch.runs(session):
        ended.add_metric([run.task], run.ended_at.timestamp())
        took.add_metric([run.task], (run.ended_at - run.started_at).total_seconds())
        did.add_metric([run.task], run.did)
    yield from (ended, took, did)


def _gauge(name: str, says: str, value: float) -> Metric:
    return GaugeMetricFamily(f"requestflow_{name}", says, value=value)


def _of(name: str, says: str, label: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"requestflow_{name}", says, labels=[label])


def _by_agency(name: str, says: str, counted: Sequence[tuple[str, int]]) -> Metric:
    family = _of(name, says, "agency")
    for code, count in counted:
        family.add_metric([code], count)
    return family


def _count(name: str, says: str, labels: Sequence[str], counted: Iterable[tuple[Sequence[str], int]]) -> Metric:
    family = CounterMetricFamily(f"requestflow_{name}", says, labels=labels)
    for values, count in counted:
        family.add_metric(values, count)
    return family
