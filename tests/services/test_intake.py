"""Taking a request in: the day it counts as received, its number, and one case for one submission."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlmodel import Session, func, select

from requestflow.rules.errors import RuleBroken
from requestflow.rules.lifecycle import Action, State
from requestflow.rules.regimes import Regime
from requestflow.rules.roles import Hand, Role
from requestflow.services import _step, intake
from requestflow.services.mistakes import can_be_struck
from requestflow.store.models import Case, Event
from requestflow.store.session import reading, transaction
from tests.make import a_case, a_request, an_agency, an_entry, an_officer


def test_a_request_handed_in_is_registered_with_its_due_date(session: Session) -> None:
    case = a_case(session)
    assert (case.state, case.received_on, case.due_on) == (State.registered, date(2026, 3, 2), date(2026, 3, 30))
    assert case.regime is Regime.y2019


def test_a_registered_letter_counts_from_the_day_it_was_signed_for(session: Session) -> None:
    case = a_case(session, channel="mail", mail_kind="signed", submitted_on="2026-02-26", signed_on="2026-03-02")
    assert case.received_on == date(2026, 3, 2)


@pytest.mark.parametrize("how", [{"channel": "fax"}, {"channel": "web"}, {"channel": "mail", "mail_kind": "ordinary"}])
def test_what_is_not_confirmed_yet_has_no_due_date_but_a_day_to_confirm_it(
    session: Session, how: dict[str, str]
) -> None:
    case = a_case(session, **how)
    assert (case.state, case.received_on, case.due_on) == (State.received, None, None)
    assert case.waiting_until == date(2026, 3, 3)
    intake.confirm(session, case, date(2026, 3, 3), an_entry())
    assert (case.state, case.received_on, case.due_on) == (State.registered, date(2026, 3, 3), date(2026, 3, 31))


def test_a_fax_entered_after_it_was_confirmed_is_registered_at_once(session: Session) -> None:
    case = a_case(session, channel="fax", confirmed_on="2026-03-04")
    assert (case.state, case.received_on) == (State.registered, date(2026, 3, 4))


def test_up_to_14_may_2019_a_web_request_counts_from_its_arrival(session: Session) -> None:
    assert a_case(session, channel="web", submitted_on="2019-05-14").received_on == date(2019, 5, 14)
    assert a_case(session, channel="web", submitted_on="2019-05-15").received_on is None


def test_a_receipt_in_the_future_is_refused(session: Session) -> None:
    with pytest.raises(RuleBroken):
        a_case(session, submitted_on="2026-11-25")


def test_numbers_count_up_within_an_agency_and_a_year(session: Session) -> None:
    agency, other = an_agency(session), an_agency(session)
    days = ["2025-12-31", "2026-03-02", "2026-03-03"]
    numbers = [a_case(session, agency, submitted_on=day).number for day in days]
    assert numbers == ["2025-0001", "2026-0001", "2026-0002"]
    assert a_case(session, other).number == "2026-0001"


def test_the_same_submission_posted_again_is_the_same_case_with_the_same_code(session: Session) -> None:
    agency, key = an_agency(session), intake.new_key()
    first = intake.register(session, agency, a_request(), an_entry(), key=key)
    again = intake.register(session, agency, a_request(), an_entry(), key=key)
    assert (again.case.id, again.access_code, again.is_new) == (first.case.id, first.access_code, False)


def test_a_case_is_found_by_its_number_and_code_however_the_code_is_typed(session: Session) -> None:
    registered = intake.register(session, an_agency(session), a_request(), an_entry())
    typed = f" {registered.access_code.lower().replace('-', ' ')} "
    assert intake.followed(session, registered.case.number, typed).id == registered.case.id


@pytest.mark.parametrize("code", ["", "AAAA-BBBB-CCCC"])
def test_a_wrong_code_finds_nothing(session: Session, code: str) -> None:
    case = a_case(session)
    with pytest.raises(RuleBroken, match="access code"):
        intake.followed(session, case.number, code)


def test_a_new_code_ends_the_lost_one_and_the_story_tells_who_issued_it(session: Session) -> None:
    agency = an_agency(session)
    clerk = an_officer(session, agency, Role.clerk)
    case, lost, _ = intake.register(session, agency, a_request(), an_entry())
    code = intake.reissue(session, case, an_entry(clerk))
    assert intake.followed(session, case.number, code).id == case.id
    with pytest.raises(RuleBroken, match="No such request was found"):
        intake.followed(session, case.number, lost)
    last = _step.moves_of(session, case)[-1]
    assert (last.action, last.facts) == (Action.note, {"code": "reissued"})
    assert not can_be_struck(last), "a code once issued stays issued"
    whose = select(Event.person_id).where(Event.case_id == case.id, Event.seq == last.seq)
    assert session.exec(whose).one() == clerk.id


@pytest.mark.parametrize("role", [Role.statistics, Role.clerk])
def test_nobody_issues_a_code_who_may_not_work_on_the_case(session: Session, role: Role) -> None:
    agency = an_agency(session)
    case, code, _ = intake.register(session, agency, a_request(), an_entry())
    elsewhere = an_officer(session, agency if role is Role.statistics else an_agency(session), role)
    with pytest.raises(_step.NotYours):
        intake.reissue(session, case, an_entry(elsewhere))
    assert intake.followed(session, case.number, code).id == case.id


def test_neither_the_code_nor_the_key_is_kept(session: Session) -> None:
    key = intake.new_key()
    registered = intake.register(session, an_agency(session), a_request(), an_entry(), key=key)
    kept = str(registered.case.model_dump())
    assert not [secret for secret in (key, registered.access_code) if secret in kept]


def test_an_officer_registers_for_the_agencies_below_and_for_no_other(session: Session) -> None:
    above = an_agency(session)
    below, elsewhere = an_agency(session, parent=above), an_agency(session)
    clerk = an_officer(session, above, Role.clerk)
    assert a_case(session, below, entry=an_entry(clerk)).agency_id == below.id
    with pytest.raises(_step.NotYours):
        a_case(session, elsewhere, entry=an_entry(clerk))


def test_who_typed_it_in_and_when_is_remembered_beside_the_day_it_happened(session: Session) -> None:
    agency = an_agency(session)
    clerk = an_officer(session, agency, Role.clerk)
    case = a_case(session, agency, entry=an_entry(clerk, "2026-03-06"))
    event = session.exec(select(Event).where(Event.case_id == case.id)).one()
    assert (event.person_id, event.happened_on, event.recorded_at.date()) == (
        clerk.id,
        date(2026, 3, 2),
        date(2026, 3, 6),
    )


def _submit(agency_id: int, key: str) -> str:
    with transaction() as session:
        agency = session.get_one(intake.Agency, agency_id)
        return intake.register(session, agency, a_request(), an_entry(Hand.applicant), key=key).case.number


def test_200_parallel_submissions_make_200_cases_with_200_numbers(empty_database_url: str) -> None:
    with transaction() as session:
        agency_id = an_agency(session).id
    with ThreadPoolExecutor(16) as pool:
        numbers = set(pool.map(lambda nth: _submit(agency_id, f"key {nth}"), range(200)))
    assert numbers == {f"2026-{nth:04d}" for nth in range(1, 201)}
    with reading() as session:
        assert session.exec(select(func.count()).select_from(Case)).one() == 200


def test_50_identical_submissions_at_once_make_one_case(empty_database_url: str) -> None:
    with transaction() as session:
        agency_id = an_agency(session).id
    with ThreadPoolExecutor(16) as pool:
        numbers = set(pool.map(lambda _: _submit(agency_id, "the same key"), range(50)))
    assert numbers == {"2026-0001"}
    with reading() as session:
        assert session.exec(select(func.count()).select_from(Case)).one() == 1
