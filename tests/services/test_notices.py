"""An officer, or an office, turns off what it does not want; what guards a term of the law stays on."""

import pytest
from sqlmodel import Session

from requestflow.rules.errors import RuleBroken
from requestflow.rules.notices import Notice
from requestflow.services.notices import hears, silence
from tests.make import an_agency, an_officer


def test_everything_is_heard_until_it_is_turned_off(session: Session) -> None:
    agency = an_agency(session)
    person = an_officer(session, agency)
    assert all(hears(person, agency, notice) for notice in Notice)


def test_an_officer_turns_off_what_only_they_do_not_want(session: Session) -> None:
    agency = an_agency(session)
    person, colleague = an_officer(session, agency), an_officer(session, agency)
    silence(session, person, {Notice.digest, Notice.due_in_5})
    session.expire_all()
    assert [notice for notice in Notice if not hears(person, agency, notice)] == [Notice.due_in_5, Notice.digest]
    assert hears(colleague, agency, Notice.digest)


def test_an_office_turns_off_for_all_and_turns_on_again(session: Session) -> None:
    agency = an_agency(session)
    person = an_officer(session, agency)
    silence(session, agency, {Notice.digest})
    assert not hears(person, agency, Notice.digest)
    silence(session, agency, ())
    assert hears(person, agency, Notice.digest)


def test_a_notice_that_guards_a_term_cannot_be_turned_off(session: Session) -> None:
    agency = an_agency(session)
    person = an_officer(session, agency)
    silence(session, person, {Notice.digest})
    with pytest.raises(RuleBroken) as refused:
        silence(session, person, [Notice.overdue, Notice.due_in_5, Notice.due_in_1])
    assert refused.value.said.zh == "这是法定期限的提醒，不能关闭：1个工作日内到期、已逾期。"
    assert refused.value.said.en.endswith("cannot be turned off: Due in 1 working day, Overdue.")
    assert person.silenced == ["digest"]


def test_a_notice_that_guards_a_term_is_heard_even_where_a_row_says_otherwise(session: Session) -> None:
    agency = an_agency(session)
    person = an_officer(session, agency)
    person.silenced, agency.silenced = ["overdue"], ["due_in_1"]
    assert hears(person, agency, Notice.overdue)
    assert hears(person, agency, Notice.due_in_1)
