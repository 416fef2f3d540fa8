"""What administrators do to accounts, and officers to their own: within their charge, one after another."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlmodel import Session, select

from requestflow.rules.errors import RuleBroken
from requestflow.rules.roles import Role
from requestflow.services import accounts, casework, people
from requestflow.services.accounts import Account, PasswordChange, Preferences
from requestflow.services.people import NewPerson
from requestflow.services.seen import Changed
from requestflow.store.models import Agency, Person
from requestflow.store.session import reading, transaction
from tests.make import PASSWORD, a_case, an_agency, an_entry, an_officer


def an_admin(session: Session, agency: Agency) -> Person:
    return an_officer(session, agency, Role.admin)


def a_form(person: Person, place: Agency, **changed: Any) -> Account:
    about = {"name": person.name, "role": person.role, "agency": place.code, "email": person.email}
    return Account(**about | changed)


def change(session: Session, by: Person, person: Person, place: Agency, **changed: Any) -> None:
    accounts.change(session, by, person, a_form(person, place, **changed), accounts.seen(person))


def test_an_administrator_changes_name_role_place_and_language(session: Session) -> None:
    city = an_agency(session)
    county = an_agency(session, parent=city)
    person = an_officer(session, city)
    about = {"name": "新名", "role": Role.head, "agency": county.code, "email": "new@example.org", "language": "en"}
    change(session, an_admin(session, city), person, city, **about)
    assert (person.name, person.role, person.agency_id) == ("新名", Role.head, county.id)
    assert (person.email, person.language) == ("new@example.org", "en")


def add(session: Session, by: Person, person: Person) -> None:
    place = session.get_one(Agency, person.agency_id)
    about = {"login": "new", "name": "新", "role": Role.admin, "agency": place.code, "password": PASSWORD}
    accounts.add(session, by, NewPerson(**about))


def rename(session: Session, by: Person, person: Person) -> None:
    change(session, by, person, session.get_one(Agency, by.agency_id), name="改名")


@pytest.mark.parametrize("act", [add, rename, accounts.close, accounts.renew_password, accounts.reopen])
def test_nobody_outside_the_own_tree_is_in_an_administrator_s_charge(
    session: Session, act: Callable[[Session, Person, Person], object]
) -> None:
    city = an_agency(session)
    county, beside = an_agency(session, parent=city), an_agency(session, parent=city)
    admin = an_admin(session, county)
    for person in (an_officer(session, city), an_officer(session, beside)):
        with pytest.raises(RuleBroken, match="not in your charge"):
            act(session, admin, person)


def test_nobody_is_sent_to_an_agency_above(session: Session) -> None:
    city = an_agency(session)
    county = an_agency(session, parent=city)
    person = an_officer(session, county)
    with pytest.raises(RuleBroken) as refused:
        change(session, an_admin(session, county), person, county, agency=city.code)
    assert (refused.value.field, person.agency_id) == ("agency", county.id)


@pytest.mark.parametrize(("field", "value"), [("role", Role.clerk), ("agency", "BELOW")])
def test_administrators_do_not_change_their_own_role_or_place(session: Session, field: str, value: str) -> None:
    city = an_agency(session)
    an_agency(session, "BELOW", parent=city)
    admin = an_admin(session, city)
    with pytest.raises(RuleBroken) as refused:
        change(session, admin, admin, city, **{field: value})
    assert refused.value.field == field
    change(session, admin, admin, city, name="改名")
    assert admin.name == "改名"


def test_administrators_do_not_close_their_own_account(session: Session) -> None:
    admin = an_admin(session, an_agency(session))
    with pytest.raises(RuleBroken, match="your own account"):
        accounts.close(session, admin, admin)
    assert admin.is_active


def test_two_administrators_who_close_each_other_at_once_do_not_both_lose_their_account(
    empty_database_url: str,
) -> None:
    with transaction() as session:
        agency = an_agency(session)
        first, second = an_admin(session, agency), an_admin(session, agency)
    together = Barrier(2)

    def close(pair: tuple[Person, Person]) -> str:
        together.wait()
        try:
            with transaction() as session:
                accounts.close(session, pair[0], session.get_one(Person, pair[1].id))
        except RuleBroken as refused:
            return refused.said.en
        return "closed"

    with ThreadPoolExecutor(2) as threads:
        said = sorted(threads.map(close, [(first, second), (second, first)]))
    assert said == ["You are no administrator any more; nothing was saved.", "closed"]
    with reading() as session:
        assert sum(session.exec(select(Person.is_active)).all()) == 1


def test_whoever_saw_an_account_before_another_changed_it_overwrites_nothing(session: Session) -> None:
    city = an_agency(session)
    admin, person = an_admin(session, city), an_officer(session, city)
    shown = accounts.seen(person)
    change(session, admin, person, city, email="first@example.org")
    with pytest.raises(Changed):
        accounts.change(session, admin, person, a_form(person, city, name="第二"), shown)
    assert (person.email, person.name != "第二") == ("first@example.org", True)


def test_an_account_with_open_cases_in_hand_is_not_closed(session: Session) -> None:
    city = an_agency(session)
    person = an_officer(session, city)
    given_to(session, person, city)
    with pytest.raises(RuleBroken, match="still works on 1 open cases") as refused:
        accounts.close(session, an_admin(session, city), person)
    assert (refused.value.field, person.is_active) == ("handler", True)


@pytest.mark.parametrize(("field", "value"), [("role", Role.statistics), ("agency", "BESIDE")])
def test_nobody_gets_a_role_or_place_in_which_their_open_cases_are_out_of_reach(
    session: Session, field: str, value: str
) -> None:
    city = an_agency(session)
    county = an_agency(session, parent=city)
    an_agency(session, "BESIDE", parent=city)
    person = an_officer(session, county)
    given_to(session, person, county)
    admin = an_admin(session, city)
    with pytest.raises(RuleBroken, match="out of reach") as refused:
        change(session, admin, person, county, **{field: value})
    assert refused.value.field == field
    change(session, admin, person, county, role=Role.head, agency=city.code)
    assert person.agency_id == city.id


def given_to(session: Session, person: Person, agency: Agency) -> None:
    case = a_case(session, agency)
    casework.assign(session, case, casework.Assignment(on="2026-03-03", handler=person.login), an_entry())


def test_a_closed_account_does_not_open_and_opens_with_the_old_password_once_it_is_reopened(session: Session) -> None:
    city = an_agency(session)
    admin, person = an_admin(session, city), an_officer(session, city)
    accounts.close(session, admin, person)
    with pytest.raises(RuleBroken):
        people.sign_in(session, person.login, PASSWORD)
    accounts.reopen(session, admin, person)
    assert people.sign_in(session, person.login, PASSWORD).id == person.id


def test_a_renewed_password_is_a_new_one_that_opens(session: Session) -> None:
    city = an_agency(session)
    person = an_officer(session, city)
    password = accounts.renew_password(session, an_admin(session, city), person)
    assert people.sign_in(session, person.login, password).id == person.id
    with pytest.raises(RuleBroken):
        people.sign_in(session, person.login, PASSWORD)


def test_administrators_do_not_renew_their_own_password(session: Session) -> None:
    admin = an_admin(session, an_agency(session))
    with pytest.raises(RuleBroken, match="where the present one is asked for"):
        accounts.renew_password(session, admin, admin)
    assert people.sign_in(session, admin.login, PASSWORD).id == admin.id


def test_no_two_made_passwords_are_alike_and_each_can_be_read_aloud() -> None:
    made = {accounts.made_password() for _ in range(200)}
    assert len(made) == 200
    assert all(len(each) == 19 and not set(each) & set("il1o0 ") for each in made)


def test_who_is_no_administrator_any_more_decides_nothing(session: Session) -> None:
    city = an_agency(session)
    admin, person = an_admin(session, city), an_officer(session, city)
    admin.role = Role.clerk
    session.add(admin)
    session.flush()
    with pytest.raises(RuleBroken, match="no administrator any more"):
        accounts.close(session, admin, person)


def test_officers_settle_their_own_address_and_language(session: Session) -> None:
    person = an_officer(session, an_agency(session))
    accounts.prefer(session, person, Preferences(email="li@example.org", language="en"))
    assert (person.email, person.language) == ("li@example.org", "en")
    with pytest.raises(RuleBroken) as refused:
        accounts.prefer(session, person, Preferences(email="nonsense", language="en"))
    assert refused.value.field == "email"


def test_nobody_turns_the_notices_of_legal_terms_off_by_leaving_the_address_out(session: Session) -> None:
    person = an_officer(session, an_agency(session), email="li@example.org")
    with pytest.raises(RuleBroken, match="go to this address") as refused:
        accounts.prefer(session, person, Preferences(email="", language="en"))
    assert (refused.value.field, person.email) == ("email", "li@example.org")
    person.email = ""
    accounts.prefer(session, person, Preferences(email="", language="en"))  # an administrator may leave it out
    assert person.language == "en"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"present": "wrong"}, "present"),
        ({"again": "another long sentence"}, "again"),
        ({"password": PASSWORD, "again": PASSWORD}, "password"),
        ({"password": "short", "again": "short"}, "password"),
    ],
)
def test_a_new_password_is_refused_on_the_field_that_is_wrong(
    session: Session, typed: dict[str, str], field: str
) -> None:
    person = an_officer(session, an_agency(session))
    right = {"present": PASSWORD, "password": "an even quieter sentence", "again": "an even quieter sentence"}
    with pytest.raises(RuleBroken) as refused:
        accounts.change_password(session, person, PasswordChange(**right | typed))
    assert refused.value.field == field
    accounts.change_password(session, person, PasswordChange(**right))
    assert people.sign_in(session, person.login, right["password"]).id == person.id
