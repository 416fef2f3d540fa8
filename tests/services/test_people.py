"""Accounts, proving who one is, and what each role may see and do."""

from typing import Any

import pytest
from sqlmodel import Session

from requestflow.rules.errors import RuleBroken
from requestflow.rules.lifecycle import Action
from requestflow.rules.roles import Role
from requestflow.services import casework, people
from tests.make import PASSWORD, a_case, an_agency, an_entry, an_officer


def test_an_officer_signs_in_whatever_the_case_of_the_login(session: Session) -> None:
    officer = an_officer(session, an_agency(session), login="Li.Na")
    assert people.sign_in(session, " LI.NA ", PASSWORD).id == officer.id


@pytest.mark.parametrize(("login", "password"), [("li.na", "wrong"), ("nobody", PASSWORD), ("", "")])
def test_whatever_was_wrong_the_door_says_the_same(session: Session, login: str, password: str) -> None:
    an_officer(session, an_agency(session), login="li.na")
    with pytest.raises(RuleBroken) as refused:
        people.sign_in(session, login, password)
    assert refused.value.said.zh.startswith("登录名或者密码不对")


def test_an_account_that_was_closed_does_not_open(session: Session) -> None:
    officer = an_officer(session, an_agency(session), login="li.na")
    officer.is_active = False
    with pytest.raises(RuleBroken):
        people.sign_in(session, "li.na", PASSWORD)


def test_the_password_is_kept_as_argon2_only(session: Session) -> None:
    officer = an_officer(session, an_agency(session))
    assert officer.password_hash.startswith("$argon2id$")
    assert PASSWORD not in officer.password_hash


@pytest.mark.parametrize(
    ("known", "field"),
    [
        ({"login": "li.na"}, "login"),
        ({"agency": "MOON"}, "agency"),
        ({"password": "short"}, "password"),
        ({"login": "wang.wei", "password": "my Wang.Wei pass"}, "password"),
    ],
)
def test_an_account_is_refused_on_the_field_that_is_wrong(session: Session, known: dict[str, Any], field: str) -> None:
    agency = an_agency(session)
    an_officer(session, agency, login="li.na")
    about = {"login": "new", "name": "新", "role": Role.clerk, "agency": agency.code, "password": PASSWORD, **known}
    with pytest.raises(RuleBroken) as refused:
        people.add(session, people.NewPerson(**about))
    assert refused.value.field == field


def test_an_officer_sees_the_cases_of_the_own_agency_and_of_those_below_only(session: Session) -> None:
    city = an_agency(session)
    county = an_agency(session, parent=city)
    bureau = an_agency(session, parent=county)
    beside = an_agency(session, parent=city)
    officer = an_officer(session, county)
    seen = [people.may_see(session, officer, a_case(session, agency)) for agency in (city, county, bureau, beside)]
    assert seen == [False, True, True, False]


def test_an_agency_whose_path_merely_begins_alike_is_not_seen(session: Session) -> None:
    """The path 1. must not open 11.: every id in it ends with a dot."""
    agencies = [an_agency(session) for _ in range(12)]
    officer = an_officer(session, agencies[0])
    assert list(people.agencies_seen(session, officer)) == [agencies[0]]


@pytest.mark.parametrize(
    ("role", "action", "may"),
    [
        (Role.handler, Action.decide, True),
        (Role.handler, Action.consent_extension, False),
        (Role.head, Action.consent_extension, True),
        (Role.statistics, Action.decide, False),
    ],
)
def test_the_role_decides_which_steps_one_may_take(session: Session, role: Role, action: Action, may: bool) -> None:
    agency = an_agency(session)
    assert people.may_take(session, an_officer(session, agency, role), action, a_case(session, agency)) is may


def test_nobody_takes_a_step_on_the_case_of_another_agency(session: Session) -> None:
    head = an_officer(session, an_agency(session), Role.head)
    assert not people.may_take(session, head, Action.decide, a_case(session))


def test_everybody_is_listed_with_the_agency_by_login(session: Session) -> None:
    agency = an_agency(session)
    second, first = (an_officer(session, agency, login=login) for login in ("zhou", "an"))
    listed = [(person, place) for person, place in people.everybody(session) if place == agency]
    assert listed == [(first, agency), (second, agency)]


def test_who_handed_a_case_on_may_read_on_but_no_longer_act(session: Session) -> None:
    city = an_agency(session)
    county, office = an_agency(session, parent=city), an_agency(session, parent=city)
    case, officer = a_case(session, county), an_officer(session, county)
    casework.transfer(session, case, casework.Transfer(on="2026-03-03", to=office.code, reason="由其负责"), an_entry())
    assert people.may_see(session, officer, case)
    assert not people.may_take(session, officer, Action.decide, case)


def test_the_agencies_of_one_stand_in_the_order_in_which_they_were_set_up(session: Session) -> None:
    city = an_agency(session)
    below = [an_agency(session, parent=city) for _ in range(12)]
    assert [each.id for each in people.agencies_seen(session, an_officer(session, city))] == [
        each.id for each in (city, *below)
    ]
