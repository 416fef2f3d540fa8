"""A report is shown as it was kept for as long as a count would say the same, and no longer, whatever happened."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import product
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from requestflow.paper import annual_xlsx
from requestflow.rules.errors import RuleBroken
from requestflow.rules.forms import Form
from requestflow.rules.remedies import RemedyKind
from requestflow.rules.workdays import DayOff
from requestflow.services import amending, annual, calendars, casework, counts, ledger, remedies, upkeep
from requestflow.services.annual import Scope, Shown, Wanted
from requestflow.services.annual import kept as module
from requestflow.store.models import Agency, Case, Event, KeptReport, Run
from requestflow.store.queries.agencies import branches
from tests.chances import befall
from tests.ledgers import a_ledger, a_sheet
from tests.make import a_case, an_agency, an_entry

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
BUDGET = "table2/20.8/行政事业性收费/amount"


@pytest.fixture(autouse=True)
def _no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """No count writes its workbook and reads it back: that takes longer than all the rest, and is tried elsewhere."""
    monkeypatch.setattr(annual_xlsx, "workbook", lambda _report: b"")
    monkeypatch.setattr(annual_xlsx, "read_back", lambda _content, _form: None)


def wanted(
    session: Session, agency: Agency, scope: Scope = Scope.tree, year: int = 2026, today: date = TODAY
) -> Wanted:
    members = [each for each in branches(session, agency.id) if scope is Scope.tree or each.id == agency.id]
    return Wanted(agency, year, Form.y2021, scope, members, today)


def opened(session: Session, asked: Wanted) -> Shown:
    """What a page shows, which keeps what had to be counted for it."""
    found = annual.shown(session, asked)
    if found.fresh:
        annual.keep(session, found.fresh)
    return found


def counted(session: Session, asked: Wanted) -> Shown:
    """The same with nothing kept."""
    with session.begin_nested() as trial:
        session.execute(delete(KeptReport))
        found = annual.shown(session, asked)
        trial.rollback()
    return replace(found, fresh=None)


def settle(session: Session) -> None:
    """As if a pass had read all events on record, long after they were."""
    session.execute(update(Event).values(recorded_at=NOW - timedelta(days=1)))
    counts.keep(session, NOW)


def answer(session: Session, case: Case, on: str) -> None:
    casework.decide(session, case, casework.Decision(on=on, outcome="O02"), an_entry())
    casework.send(session, case, casework.Sending(on=on, delivery="post"), an_entry())


class Office:
    """A city and its county, each with a case of 2026 and one of 2025, and one beside them; their reports are kept."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.counts = 0  # of reports, while a test watches them
        self.city = an_agency(session)
        self.county = an_agency(session, parent=self.city)
        self.beside = an_agency(session, parent=self.city)
        agencies = (self.city, self.county)
        self.old, *_ = [a_case(session, agency, submitted_on="2025-03-03") for agency in agencies]
        self.new, self.below = [a_case(session, agency, submitted_on="2026-03-02") for agency in agencies]
        answer(session, self.old, "2025-03-20")
        settle(session)

    def reports(self, today: date = TODAY) -> list[Wanted]:
        return [
            wanted(self.session, agency, scope, year, today)
            for agency, scope, year in product((self.city, self.county), Scope, (2025, 2026))
        ]

    def stale(self, today: date = TODAY) -> list[tuple[str, str, int]]:
        """Opens every report; those that had to be counted. Each says what a count says."""
        found = []
        for asked in self.reports(today):
            before = self.counts
            shown = opened(self.session, asked)
            is_counted = self.counts > before
            assert replace(shown, fresh=None) == counted(self.session, asked)
            if is_counted:
                name = "city" if asked.agency is self.city else "county"
                found.append((name, str(asked.scope), asked.year))
        return found


@pytest.fixture
def office(session: Session, monkeypatch: pytest.MonkeyPatch) -> Office:
    office = Office(session)

    def watched(*about: Any, **more: Any) -> annual.Report:
        office.counts += 1
        return annual.report(*about, **more)

    monkeypatch.setattr(module, "report", watched)
    assert len(office.stale()) == 8
    assert office.stale() == []
    return office


CITY_TREE = [("city", "tree", 2026)]
CITY = [("city", "own", 2026), *CITY_TREE]
COUNTY = [*CITY_TREE, ("county", "own", 2026), ("county", "tree", 2026)]
BOTH = [(name, scope, year) for name in ("city", "county") for scope in ("own", "tree") for year in (2025, 2026)]
CITY_BOTH = BOTH[:4]


def _hand_on(office: Office) -> None:
    form = casework.Transfer(on="2026-03-03", to=office.county.code, reason="由其负责")
    casework.transfer(office.session, office.new, form, an_entry())


def _amend_the_day(office: Office) -> None:
    told = {name: getattr(office.new, name) for name in amending.REGISTERED}
    form = amending.Amendment.model_validate({**told, "submitted_on": "2025-12-30", "reason": "日期看错"})
    amending.amend(office.session, office.new, form, an_entry())


def _file_a_review(office: Office) -> None:
    remedies.file(office.session, office.old, remedies.Filed(kind=RemedyKind.review, on="2026-04-01"), an_entry())


def _enter(office: Office, value: Decimal | None = Decimal("0.5")) -> None:
    annual.enter_indicators(office.session, office.county, 2026, Form.y2021, {BUDGET: value})


def _import(office: Office) -> None:
    row = {"agency": office.county.code, "year": "2026", "item": "20.8", "label": "行政事业性收费", "column": "amount"}
    assert annual.import_indicators(office.session, [{**row, "value": "7"}]).imported == 1


def _load_days_off(office: Office) -> None:
    days = [DayOff(date(2026, 3, day), False, "放假") for day in range(9, 31)]
    calendars.load(office.session, days, source="通知", today=TODAY, now=NOW)


def _take_in_a_ledger(office: Office) -> None:
    sheet = a_sheet(*a_ledger(20, agencies=(office.county.code,)))
    assert ledger.take_in(office.session, sheet, an_entry()).imported == 20


def _put_right(office: Office) -> None:
    office.session.execute(update(Case).where(col(Case.id) == office.new.id).values(received_on=date(2026, 1, 1)))
    assert len(list(upkeep.recheck(office.session, fix=True))) > 0


EVENTS: list[tuple[Callable[[Office], object], list[tuple[str, str, int]]]] = [
    (lambda office: a_case(office.session, office.city, submitted_on="2026-05-06"), CITY),
    (lambda office: a_case(office.session, office.county, submitted_on="2026-05-06"), COUNTY),
    (lambda office: a_case(office.session, office.beside, submitted_on="2026-05-06"), CITY_TREE),
    (lambda office: a_case(office.session, an_agency(office.session), submitted_on="2026-05-06"), []),
    (lambda office: answer(office.session, office.below, "2026-03-20"), COUNTY),
    (_hand_on, [*CITY[:1], *COUNTY]),
    (_amend_the_day, CITY_BOTH),
    (_file_a_review, CITY_BOTH),
]
OTHERS: list[tuple[Callable[[Office], object], list[tuple[str, str, int]]]] = [
    (_enter, [*CITY_BOTH[2:], *BOTH[4:]]),
    (_import, [*CITY_BOTH[2:], *BOTH[4:]]),
    (_load_days_off, BOTH),
    (_take_in_a_ledger, BOTH),
    (_put_right, CITY_BOTH),
    (lambda office: an_agency(office.session, parent=office.county), [*CITY_BOTH[2:], *BOTH[6:]]),
    (
        lambda office: annual.draft(office.session, office.county, 2025, today=TODAY, now=NOW),
        [*CITY_BOTH[2:], *BOTH[4:]],
    ),
]


@pytest.mark.parametrize(("happens", "touched"), EVENTS)
@pytest.mark.parametrize("is_read", [False, True])
def test_what_befalls_a_case_has_the_reports_counted_that_it_touches_and_no_other(
    office: Office, happens: Callable[[Office], object], touched: list[tuple[str, str, int]], is_read: bool
) -> None:
    happens(office)
    if is_read:
        settle(office.session)
    assert sorted(office.stale()) == sorted(touched)
    assert office.stale() == [], "what was counted is kept, although the events are young"


@pytest.mark.parametrize(("happens", "touched"), OTHERS)
def test_what_is_no_event_of_a_case_has_the_reports_counted_that_depend_on_it(
    office: Office, happens: Callable[[Office], object], touched: list[tuple[str, str, int]]
) -> None:
    happens(office)
    assert sorted(office.stale()) == sorted(touched)
    settle(office.session)
    office.stale()
    assert office.stale() == []


def test_a_figure_taken_back_is_none_again(office: Office) -> None:
    _enter(office)
    assert opened(office.session, wanted(office.session, office.county)).table[BUDGET] == Decimal("0.5")
    _enter(office, None)
    assert opened(office.session, wanted(office.session, office.county)).table[BUDGET] is None


def test_the_running_year_is_counted_once_a_day(office: Office) -> None:
    assert office.stale(TODAY + timedelta(days=1)) == [*CITY, *COUNTY[1:]]
    assert office.stale(TODAY + timedelta(days=1)) == []


def test_another_program_counts_for_itself(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PROGRAM", "the next release")
    assert len(office.stale()) == 8
    assert office.stale() == []


def test_what_a_slow_page_counted_is_not_shown_once_something_happened(office: Office) -> None:
    session = office.session
    for happens in (*(each for each, _ in EVENTS), *(each for each, _ in OTHERS)):
        session.execute(delete(KeptReport))
        slow = annual.shown(session, wanted(session, office.city)).fresh
        assert slow
        happens(office)
        for read in (lambda: None, lambda: settle(session)):
            annual.keep(session, slow)
            read()
            asked = wanted(session, office.city)
            assert replace(annual.shown(session, asked), fresh=None) == counted(session, asked)


def test_a_report_counted_by_an_older_mark_is_dropped_by_the_next_pass(office: Office) -> None:
    a_case(office.session, an_agency(office.session))
    settle(office.session)
    assert len(office.session.exec(select(KeptReport)).all()) == 8
    office.session.execute(update(KeptReport).values(mark=KeptReport.mark - 1))
    counts.keep(office.session, LATER)
    assert office.session.exec(select(KeptReport)).all() == []


def test_so_many_events_that_nobody_looks_through_them_drop_all_reports(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counts, "MANY", 0)
    a_case(office.session, an_agency(office.session))
    settle(office.session)
    assert len(office.stale()) == 8


def test_before_the_first_pass_nothing_is_kept(office: Office) -> None:
    office.session.execute(delete(Run))
    assert annual.shown(office.session, wanted(office.session, office.city)).fresh is None


def test_a_recheck_names_what_is_kept_wrongly_and_drops_it(office: Office) -> None:
    session = office.session
    row = session.exec(select(KeptReport).where(KeptReport.agency_id == office.county.id, KeptReport.scope == "own"))
    report = next(each for each in row if each.year == 2026)
    report.body = {**report.body, "table": {**report.body["table"], "table3/new/total": 77}, "late": 3}
    session.add(report)
    session.flush()
    found = [
        (office.county.code, "2026", "2021 own table3/new/total", 77, 1),
        (office.county.code, "2026", "2021 own late", 3, 0),
    ]
    for fix in (False, True):
        assert [each[:5] for each in upkeep.recheck(session, fix=fix)] == found
    assert list(upkeep.recheck(session)) == []
    assert office.stale() == [("county", "own", 2026)]


@given(seed=st.integers(0, 2**32))
@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_after_whatever_happens_a_page_shows_what_a_count_says(session: Session, seed: int) -> None:
    chance = Random(seed)
    office = Office(session)
    agencies, cases = [office.city, office.county, office.beside], [office.old, office.new, office.below]
    slow: list[KeptReport] = []
    for _ in range(30):
        on = date(2025, 6, 2) + timedelta(chance.randrange(500))
        with session.begin_nested() as trial:
            try:
                if chance.random() < 0.2:
                    cases.append(a_case(session, chance.choice(agencies), submitted_on=on))
                elif chance.random() < 0.8:
                    befall(session, chance.choice(cases), on, chance, agencies)
                else:
                    chance.choice([_enter, _import, _load_days_off])(office)
            except RuleBroken:
                trial.rollback()
        if chance.random() < 0.3:
            counts.keep(session, NOW + timedelta(minutes=chance.randrange(30)))
        if chance.random() < 0.1:
            settle(session)
        if slow and chance.random() < 0.3:
            annual.keep(session, slow.pop(chance.randrange(len(slow))))
        asked = chance.choice(office.reports(TODAY + timedelta(chance.randrange(2))))
        found = annual.shown(session, asked)
        assert replace(found, fresh=None) == counted(session, asked)
        if found.fresh:
            (slow.append if chance.random() < 0.3 else lambda row: annual.keep(session, row))(found.fresh)
    assert list(upkeep.recheck(session)) == []
