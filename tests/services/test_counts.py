"""The monthly counts follow the events: what a pass touches is what a count of everything says, whatever happened."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from requestflow.rules.errors import RuleBroken
from requestflow.rules.lifecycle import Action
from requestflow.services import amending, casework, counts, ledger, mistakes, upkeep
from requestflow.services._step import moves_of
from requestflow.store.models import Agency, Case, Event, MonthCount, Run
from requestflow.store.queries import counted
from requestflow.store.queries.counted import Count
from tests.chances import befall
from tests.ledgers import a_ledger, a_sheet
from tests.make import a_case, an_agency, an_entry

NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def kept(session: Session) -> dict[tuple[str, str, str], int]:
    """What is kept, by month, facet and value."""
    rows = session.exec(select(MonthCount).execution_options(populate_existing=True))
    return {(f"{row.month:%Y-%m}", row.facet, row.value): row.cases for row in rows}


def all_kept(session: Session) -> set[Count]:
    agencies = session.exec(select(Agency.id)).all()
    return {count for agency_id in agencies for count in counted.as_kept(session, agency_id)}


def answer(session: Session, case: Case, on: str, outcome: str = "O02") -> None:
    casework.decide(session, case, casework.Decision(on=on, outcome=outcome, reason="见告知书。"), an_entry())
    casework.send(session, case, casework.Sending(on=on, delivery="post"), an_entry())


def differences(session: Session, *, fix: bool = False) -> list[tuple[Any, ...]]:
    return [(each.number, each.column, each.stored, each.computed) for each in upkeep.recheck(session, fix=fix)]


@pytest.fixture
def agency(session: Session) -> Agency:
    """An agency whose counts have begun, so that what comes is counted from its events."""
    agency = an_agency(session)
    a_case(session, agency, submitted_on="2025-01-06", topic="其他")
    counts.keep(session, NOW)
    settle(session)
    return agency


def settle(session: Session) -> None:
    """As if the pass had run again once the events on record were old."""
    session.execute(update(Event).values(recorded_at=NOW - timedelta(days=1)))
    counts.keep(session, NOW)


def test_a_request_counts_in_the_month_of_receipt_and_its_answer_in_that_of_closing(
    session: Session, agency: Agency
) -> None:
    case = a_case(
        session, agency, submitted_on="2026-03-30", topic="征地拆迁", channel="web", confirmed_on="2026-04-01"
    )
    answer(session, case, "2026-05-06", "O11")
    assert counts.keep(session, LATER) == 3
    assert {key: cases for key, cases in kept(session).items() if key[0] > "2026"} == {
        ("2026-04", "channel", "web"): 1,
        ("2026-04", "topic", "征地拆迁"): 1,
        ("2026-05", "category", "refused"): 1,
        ("2026-05", "timeliness", "overdue"): 1,
    }


def test_a_request_never_confirmed_is_not_counted_even_when_it_is_withdrawn(session: Session, agency: Agency) -> None:
    before = kept(session)
    case = a_case(session, agency, channel="fax", submitted_on="2026-03-02")
    casework.withdraw(session, case, casework.Dated(on="2026-03-03"), an_entry())
    counts.keep(session, LATER)
    assert kept(session) == before


def test_a_case_handed_on_counts_where_it_went_and_no_longer_where_it_was(session: Session, agency: Agency) -> None:
    other = an_agency(session, parent=agency)
    case = a_case(session, agency, submitted_on="2026-03-02", topic="其他")
    counts.keep(session, LATER)
    casework.transfer(session, case, casework.Transfer(on="2026-03-03", to=other.code, reason="由其负责"), an_entry())
    counts.keep(session, LATER)
    march = [count for count in all_kept(session) if count.month == date(2026, 3, 1)]
    assert {count.agency_id for count in march} == {other.id}


def test_a_step_struck_out_no_longer_counts_in_the_month_it_had_counted_in(session: Session, agency: Agency) -> None:
    case = a_case(session, agency, submitted_on="2026-03-30")
    answer(session, case, "2026-04-15")
    counts.keep(session, LATER)
    assert ("2026-04", "category", "granted") in kept(session)
    sent = next(move for move in moves_of(session, case) if move.action is Action.send)
    mistakes.strike(session, case, mistakes.Struck(on=date(2026, 4, 20), seq=sent.seq, reason="误录"), an_entry())
    settle(session)
    assert ("2026-04", "category", "granted") not in kept(session)


def test_an_amended_day_of_receipt_counts_in_its_own_month(session: Session, agency: Agency) -> None:
    case = a_case(session, agency, submitted_on="2026-03-30", topic="其他")
    counts.keep(session, LATER)
    told = {name: getattr(case, name) for name in amending.REGISTERED}
    form = amending.Amendment.model_validate({**told, "submitted_on": "2026-02-27", "reason": "日期看错"})
    amending.amend(session, case, form, an_entry())
    settle(session)
    assert [month for month, facet, _ in kept(session) if facet == "channel"] == ["2025-01", "2026-02"]


def test_an_event_is_read_again_until_no_lower_one_can_still_be_committed(session: Session, agency: Agency) -> None:
    a_case(session, agency, entry=an_entry(on="2026-11-24"))
    reads = [counts.keep(session, NOW), counts.keep(session, NOW + timedelta(minutes=5)), counts.keep(session, LATER)]
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    assert reads == ([1, 0, 0] if is_sqlite else [1, 1, 1])
    assert counts.keep(session, LATER) == 0


def test_the_mark_stays_before_an_event_that_may_still_be_committed(session: Session, agency: Agency) -> None:
    old, _in_flight, young = [a_case(session, agency) for _ in range(3)]
    ids = {case.id: session.exec(select(Event.id).where(Event.case_id == case.id)).one() for case in (old, young)}
    session.execute(delete(Event).where(col(Event.id).between(ids[old.id] + 1, ids[young.id] - 1)))
    session.execute(update(Event).where(col(Event.id) < ids[young.id]).values(recorded_at=NOW - timedelta(hours=1)))
    counts.keep(session, NOW)
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    assert session.get_one(Run, counts.TASK).mark == ids[young.id if is_sqlite else old.id]


def test_a_pass_with_nothing_new_changes_nothing(session: Session, agency: Agency) -> None:
    before = kept(session)
    assert counts.keep(session, LATER) == 0
    assert kept(session) == before


def test_the_record_of_the_pass_says_when_it_ended_and_how_far_it_read(session: Session, agency: Agency) -> None:
    a_case(session, agency)
    counts.keep(session, LATER)
    run = session.get_one(Run, counts.TASK)
    assert (run.did, run.ended_at, run.mark) == (1, LATER, counts.newest(session))


def test_many_new_events_are_counted_all_at_once(
    session: Session, agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counts, "MANY", 5)
    for month in range(1, 9):
        a_case(session, agency, submitted_on=f"2026-0{month}-12")
    session.execute(delete(MonthCount).where(col(MonthCount.month) == date(2025, 1, 1)))
    assert counts.keep(session, LATER) == 8
    assert all_kept(session) == set(counted.from_cases(session))


def test_a_ledger_of_many_years_is_counted_by_the_next_pass(session: Session, agency: Agency) -> None:
    other = an_agency(session, parent=agency)
    sheet = a_sheet(*a_ledger(120, agencies=(agency.code, other.code)))
    assert ledger.take_in(session, sheet, an_entry()).imported == 120
    counts.keep(session, LATER)
    assert all_kept(session) == set(counted.from_cases(session))
    assert sum(count.cases for count in all_kept(session) if count.facet == "channel") == 121


def test_what_a_long_import_wrote_is_read_although_later_events_were_read_before(
    session: Session, agency: Agency
) -> None:
    before = counts.newest(session)
    ledger.take_in(session, a_sheet(*a_ledger(3, agencies=(agency.code,))), an_entry())
    session.execute(update(Run).values(mark=counts.newest(session)))
    counts.rewind(session, before)
    assert counts.keep(session, LATER) > 3
    counts.rewind(session, counts.newest(session) + 1)
    assert counts.keep(session, LATER) == 0, "a mark is never put forward"


def test_an_agency_counted_anew_is_healed_of_anything(session: Session, agency: Agency) -> None:
    true = all_kept(session)
    session.execute(update(MonthCount).values(cases=77))
    session.add(MonthCount(agency_id=agency.id, month=date(2019, 1, 1), facet="category", value="lost", cases=1))
    session.flush()
    counts.recount(session, agency.id)
    assert all_kept(session) == true


def test_a_recheck_names_each_wrong_count_and_puts_it_right(session: Session, agency: Agency) -> None:
    settle(session)
    session.execute(update(MonthCount).where(col(MonthCount.facet) == "channel").values(cases=5))
    session.execute(delete(MonthCount).where(col(MonthCount.facet) == "topic"))
    session.add(MonthCount(agency_id=agency.id, month=date(2024, 5, 1), facet="category", value="granted", cases=2))
    session.flush()
    found = [
        ("2024-05", "category granted", 2, 0),
        ("2025-01", "channel face_to_face", 5, 1),
        ("2025-01", "topic 其他", 0, 1),
    ]
    assert differences(session) == found
    assert differences(session, fix=True) == found
    assert differences(session) == []


def test_what_no_pass_has_counted_yet_is_no_difference(session: Session, agency: Agency) -> None:
    case = a_case(session, agency, submitted_on="2026-03-02")
    answer(session, case, "2026-04-02")
    assert differences(session) == []


def test_before_the_first_pass_there_is_no_count_that_could_be_wrong(session: Session) -> None:
    a_case(session)
    assert differences(session) == []


@given(seed=st.integers(0, 2**32))
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_after_whatever_steps_the_passes_have_counted_what_the_cases_say(session: Session, seed: int) -> None:
    chance = Random(seed)
    top = an_agency(session)
    agencies = [top, an_agency(session, parent=top), an_agency(session, parent=top)]
    cases: list[Case] = []
    counts.keep(session, NOW)
    for _ in range(40):
        on = date(2026, 1, 5) + timedelta(chance.randrange(300))
        if len(cases) < 6 or chance.random() < 0.1:
            topic = chance.choice(["", "其他", "征地拆迁"])
            cases.append(a_case(session, chance.choice(agencies), submitted_on=on, topic=topic))
        else:
            with session.begin_nested() as trial:
                try:
                    befall(session, chance.choice(cases), on, chance, agencies)
                except RuleBroken:
                    trial.rollback()
        if chance.random() < 0.2:
            counts.keep(session, NOW + timedelta(minutes=chance.randrange(30)))
            settle(session)
    counts.keep(session, LATER)
    assert all_kept(session) == set(counted.from_cases(session))
    assert differences(session) == []
