"""A citizen's own request: what Art. 29 wants, and that it becomes one case of the web channel."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError
from sqlmodel import Session, select

from requestflow.rules.channels import Channel
from requestflow.rules.errors import RuleBroken
from requestflow.rules.lifecycle import State
from requestflow.rules.roles import Hand
from requestflow.services import asking
from requestflow.services.asking import KEPT, Asking
from requestflow.services.intake import new_key
from requestflow.store.models import Draft, Mail
from requestflow.store.session import reading, transaction
from tests.make import an_agency, an_entry


def _asked(agency: str = "CITY", **known: Any) -> Asking:
    about = {
        "agency": agency,
        "description": "滨河路东段房屋征收补偿方案",
        "applicant_kind": "natural_person",
        "applicant_name": "李秀英",
        "id_type": "居民身份证",
        "id_number": "11010519491231002x",
        "email": "li@example.org",
        "wanted_delivery": "electronic",
        **known,
    }
    return Asking(**about)


@pytest.mark.parametrize("phone", ["1390953120", "+86 139 0953 120", "１３９０９５３１２０００"])
def test_a_mobile_number_with_a_digit_too_few_or_too_many_is_told(phone: str) -> None:
    with pytest.raises(RuleBroken, match="A mobile number has 11 digits") as refused:
        _asked(phone=phone)
    assert refused.value.field == "phone"


@pytest.mark.parametrize("phone", ["139 0953 1207", "+86 13909531207", "0953-2031234", "2031234", "12345"])
def test_every_other_telephone_number_is_taken(phone: str) -> None:
    assert _asked(phone=phone).phone == phone


def test_what_a_chinese_keyboard_writes_is_kept_in_plain_digits() -> None:
    asked = _asked(phone="１３９０９５３１２０７", postcode="７５１１００")
    assert (asked.phone, asked.postcode) == ("13909531207", "751100")


def test_a_request_from_the_website_waits_to_be_confirmed(session: Session) -> None:
    agency = an_agency(session)
    entry = an_entry(Hand.applicant, "2026-03-05")
    case = asking.ask(session, _asked(agency.code), entry, key=new_key()).case
    assert case.channel is Channel.web
    assert case.state is State.received
    assert case.received_on is None
    assert case.submitted_on == entry.today
    assert case.id_number == "11010519491231002X"


def test_the_same_key_gives_the_same_case_and_code(session: Session) -> None:
    agency, key, entry = an_agency(session), new_key(), an_entry(Hand.applicant)
    first, second = (asking.ask(session, _asked(agency.code), entry, key=key) for _ in range(2))
    assert first.case.id == second.case.id
    assert first.access_code == second.access_code
    assert not second.is_new


def test_an_unknown_office_is_refused(session: Session) -> None:
    with pytest.raises(RuleBroken) as refused:
        asking.ask(session, _asked("MOON"), an_entry(Hand.applicant), key=new_key())
    assert refused.value.field == "agency"


@pytest.mark.parametrize(
    ("known", "field"),
    [
        ({"wanted_delivery": "electronic", "email": ""}, "email"),
        ({"wanted_delivery": "post"}, "address"),
        ({"wanted_delivery": "direct", "email": ""}, "phone"),
        ({"phone": "ask my son"}, "phone"),
        ({"id_number": "11010519491231002"}, "id_number"),
    ],
)
def test_whoever_cannot_be_answered_is_told_what_is_missing(known: dict[str, Any], field: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        _asked(**known)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("field", "longest"), [("phone", 64), ("email", 200), ("address", 500), ("postcode", 16), ("applicant_name", 200)]
)
def test_nothing_longer_than_what_is_kept_can_be_typed(field: str, longest: int) -> None:
    with pytest.raises(ValidationError, match=f"at most {longest} characters"):
        _asked(**{field: "x" * (longest + 1)})


def test_the_number_of_a_document_is_no_longer_than_what_is_kept() -> None:
    with pytest.raises(ValidationError, match="at most 64 characters"):
        _asked(id_type="其他", id_number="9" * 65)


@pytest.mark.parametrize("field", ["description", "applicant_name", "id_type", "id_number", "wanted_delivery"])
def test_what_art_29_wants_cannot_be_left_out(field: str) -> None:
    with pytest.raises(ValidationError):
        _asked(**{field: ""})


def test_all_that_is_wrong_with_the_answers_is_found_whether_or_not_any_are_missing() -> None:
    said = {"id_type": "居民身份证", "id_number": "123", "email": "li at example", "wanted_delivery": "post"}
    assert [broken.field for broken in asking.faults(said)] == ["id_number", "email", "address"]
    assert [broken.field for broken in asking.faults({})] == ["phone"]
    assert list(asking.faults(_asked().model_dump())) == []


def test_a_draft_is_kept_as_it_was_typed_last(session: Session) -> None:
    key, now = new_key(), an_entry().now
    for typed in ({"phone": "1"}, {"phone": "", "email": "li at example"}):
        asking.keep(session, key, typed, now=now)
    session.expire_all()
    assert asking.kept(session, key) == {"phone": "", "email": "li at example"}
    assert asking.kept(session, new_key()) is None


def test_a_draft_goes_a_day_after_it_was_typed(session: Session) -> None:
    old, young, now = new_key(), new_key(), an_entry().now
    asking.keep(session, old, {"phone": "1"}, now=now - KEPT - timedelta(minutes=1))
    asking.keep(session, young, {"phone": "2"}, now=now)
    assert asking.kept(session, old) is None
    assert asking.kept(session, young) == {"phone": "2"}


def test_a_draft_goes_when_it_is_sent_and_its_key_leads_to_the_case(session: Session) -> None:
    key, entry = new_key(), an_entry(Hand.applicant)
    asking.keep(session, key, _asked(an_agency(session).code).model_dump() | {"postcode": ""}, now=entry.now)
    assert asking.sent(session, key) is None
    made = asking.send(session, key, entry)
    again = asking.sent(session, key)
    assert made is not None
    assert again is not None
    assert (again.case.id, again.access_code) == (made.case.id, made.access_code)
    assert session.exec(select(Draft)).all() == []
    assert asking.send(session, key, entry) is None


@pytest.mark.parametrize("wrong", [{"agency": "MOON"}, {"email": ""}, {"description": ""}])
def test_a_draft_that_cannot_be_sent_stays_as_it_was_typed(empty_database_url: str, wrong: dict[str, str]) -> None:
    key, entry = new_key(), an_entry(Hand.applicant)
    with transaction() as session:
        typed = _asked(an_agency(session).code).model_dump(mode="json") | wrong
        asking.keep(session, key, typed, now=entry.now)
    with pytest.raises((RuleBroken, ValidationError)), transaction() as session:
        asking.send(session, key, entry)
    with reading() as session:
        assert asking.kept(session, key) == typed


def test_a_draft_lies_under_no_key_that_can_be_read_in_the_database(session: Session) -> None:
    key = new_key()
    asking.keep(session, key, {}, now=an_entry().now)
    assert key not in session.exec(select(Draft)).one().key_hash


@pytest.mark.parametrize(
    ("kind", "document", "number"),
    [
        ("natural_person", "统一社会信用代码", "91350100M000100Y43"),
        ("business", "居民身份证", "11010519491231002X"),
    ],
)
def test_a_document_that_is_not_of_the_kind_of_applicant_is_refused(kind: str, document: str, number: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        _asked(applicant_kind=kind, id_type=document, id_number=number)
    assert refused.value.field == "id_type"


def test_what_is_unfinished_is_found_by_its_keys_and_can_be_dropped(session: Session) -> None:
    first, second, now = new_key(), new_key(), an_entry().now
    asking.keep(session, first, {"phone": "1"}, now=now - timedelta(hours=1))
    asking.keep(session, second, {"phone": "2"}, now=now)
    found = asking.unfinished(session, [first, second, new_key()])
    assert [(draft.key, draft.typed) for draft in found] == [(second, {"phone": "2"}), (first, {"phone": "1"})]
    asking.drop(session, second)
    assert [draft.key for draft in asking.unfinished(session, [first, second])] == [first]
    assert asking.unfinished(session, []) == []


@pytest.mark.parametrize(("language", "word"), [("zh", "受理编号"), ("en", "Your request")])
def test_whoever_gave_an_e_mail_gets_one_receipt_without_the_code_and_without_what_was_asked(
    session: Session, language: str, word: str
) -> None:
    agency, key, entry = an_agency(session), new_key(), an_entry(Hand.applicant)
    made, _again = (
        asking.ask(session, _asked(agency.code), entry, key=key, site="https://ask.example", language=language)
        for _ in range(2)
    )
    mail = session.exec(select(Mail)).one()
    assert (mail.key, mail.recipient, mail.case_id) == (f"receipt:{made.case.id}", "li@example.org", made.case.id)
    assert word in mail.subject
    assert made.case.number in mail.body
    assert f"https://ask.example/follow?number={made.case.number}" in mail.body
    for secret in (made.access_code, "滨河路", "李秀英", "11010519491231002X"):
        assert secret not in mail.subject + mail.body


def test_whoever_gave_no_e_mail_gets_none(session: Session) -> None:
    asked = _asked(an_agency(session).code, email="", phone="0953 203 1234", wanted_delivery="direct")
    asking.ask(session, asked, an_entry(Hand.applicant), key=new_key())
    assert session.exec(select(Mail)).all() == []
