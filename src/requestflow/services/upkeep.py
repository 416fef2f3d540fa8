"""Looking after what is stored: every projection computed again from the events, and compared."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import RowMapping, delete, update
from sqlmodel import Session, col, select

from requestflow.rules.errors import RuleBroken
from requestflow.rules.remedies import RemedyKind
from requestflow.rules.standing import Filing, Standing, replay
from requestflow.rules.words import Text
from requestflow.rules.workdays import Calendar
from requestflow.services import counts
from requestflow.services._step import agency_of, projected
from requestflow.services.annual import kept as reports
from requestflow.store.models import Agency, Case, Remedy
from requestflow.store.queries import kept
from requestflow.store.queries.calendars import calendar_of
from requestflow.store.queries.histories import History, histories


class Difference(NamedTuple):
    """A value that is not what the events of its case say. `why` says so where the events contradict themselves.

    A count that is not what the cases say has its month for a number ("2026-03") and what is counted for a column; a
    kept report its year, and for a column its form, its scope and the figure.
    """

    agency: str
    number: str
    column: str
    stored: Any
    computed: Any
    why: Text | None = None


def recheck(session: Session, *, fix: bool = False) -> Iterator[Difference]:
    """Every difference between what is stored of the cases and what their events say, case by case; then the
    monthly counts and the kept reports.

    With `fix`, what is stored is put right while the differences are read; events are never touched.
    """
    checking = _Checking(session, fix)
    for history in histories(session):
        yield from checking.case(history)
    yield from checking.counts()
    yield from checking.reports()


class _Checking:
    """Compares one case after the other; calendars and the codes of agencies are looked up once."""

    def __init__(self, session: Session, fix: bool) -> None:
        self._session, self._fix = session, fix
        self._calendars: dict[int, Calendar] = {}
        self._codes: dict[int | None, str] = dict(session.exec(select(Agency.id, Agency.code)).all())

    def case(self, history: History) -> Iterator[Difference]:
        """The differences of one case."""
        case = history.case
        try:
            standing = replay(history.moves)
            if standing.state is None:
                raise RuleBroken("案件没有登记事件。", "The case has no event that registers it.")
            agency_id = agency_of(standing, case["registered_by_id"])
            computed = {"agency_id": agency_id, **projected(standing, self._calendar(agency_id))}
        except RuleBroken as broken:
            yield self._difference(case, "state", case["state"], None, broken.said)
            return
        wrong = {name: value for name, value in computed.items() if case[name] != value}
        for name, value in wrong.items():
            yield self._difference(case, name, case[name], value)
        if wrong and self._fix:
            kept.changed(self._session, {case["agency_id"], agency_id})
            self._session.execute(update(Case).where(col(Case.id) == case["id"]).values(**wrong))
        yield from self._remedies(history, standing)

    def counts(self) -> Iterator[Difference]:
        """The differences of the monthly counts."""
        for agency_id, month, facet, value, stored, true in counts.miscounts(self._session, fix=self._fix):
            what = f"{facet} {value}".rstrip()
            yield Difference(self._codes[agency_id], f"{month:%Y-%m}", what, stored, true)

    def reports(self) -> Iterator[Difference]:
        """The differences of the kept reports."""
        for agency_id, year, what, stored, true in reports.wrong(self._session, fix=self._fix):
            yield Difference(self._codes[agency_id], str(year), what, stored, true)

    def _remedies(self, history: History, standing: Standing) -> Iterator[Difference]:
        stored = {(row["kind"], row["nth"]): row for row in history.remedies}
        filed = {(each.kind, each.nth): each for each in standing.filings}
        for key in sorted(stored.keys() | filed.keys()):
            row, each = stored.get(key), filed.get(key)
            if _told(row) != _told(each):
                yield self._difference(history.case, _name(*key), _told(row), _told(each))
                if self._fix:
                    kept.changed(self._session, [history.case["agency_id"]])
                    self._put_right(history.case["id"], row, each)

    def _put_right(self, case_id: int, row: RowMapping | None, filed: Filing | None) -> None:
        if filed is None:
            assert row is not None  # two that are both missing do not differ
            self._session.execute(delete(Remedy).where(col(Remedy.id) == row["id"]))
        elif row is None:
            self._session.add(Remedy(case_id=case_id, kind=filed.kind, nth=filed.nth, **_facts(filed)))
            self._session.flush()
        else:
            self._session.execute(update(Remedy).where(col(Remedy.id) == row["id"]).values(**_facts(filed)))

    def _calendar(self, agency_id: int) -> Calendar:
        if agency_id not in self._calendars:
            self._calendars[agency_id] = calendar_of(self._session, agency_id)
        return self._calendars[agency_id]

    def _difference(
        self, case: RowMapping, column: str, stored: Any, computed: Any, why: Text | None = None
    ) -> Difference:
        return Difference(self._codes[case["agency_id"]], case["number"], column, _plain(stored), _plain(computed), why)


def _facts(filed: Filing) -> dict[str, Any]:
    return {"route": filed.route, "filed_on": filed.filed_on, "result": filed.result, "closed_on": filed.closed_on}


def _told(remedy: RowMapping | Filing | None) -> list[Any] | None:
    """What is said of a remedy, in one order for a row and for the events."""
    if remedy is None:
        return None
    facts = _facts(remedy) if isinstance(remedy, Filing) else remedy
    return [facts[name] for name in ("route", "filed_on", "result", "closed_on")]


def _name(kind: RemedyKind, nth: int) -> str:
    return f"{kind} {nth}"


def _plain(value: Any) -> Any:
    """The value as JSON can say it."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value if value is None or isinstance(value, str | int) else str(value)
