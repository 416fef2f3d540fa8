"""What an applicant sees of their own case."""

from datetime import date

import pytest
from sqlmodel import Session

from requestflow.rules.errors import RuleBroken
from requestflow.services import casework, following, intake
from requestflow.services.following import Following, Place
from requestflow.services.intake import new_key, register
from tests.make import a_request, an_agency, an_entry


class _Request:
    """A web request of 2 March 2026 and the receipt of its applicant."""

    def __init__(self, session: Session) -> None:
        self.session = session
        new = a_request(channel="web")
        made = register(session, an_agency(session), new, an_entry(on="2026-03-02"), key=new_key())
        self.case, self.code = made.case, made.access_code

    def followed(self) -> Following:
        return following.follow(self.session, self.case.number, self.code)

    def confirm(self, on: str = "2026-03-03") -> None:
        intake.confirm(self.session, self.case, date.fromisoformat(on), an_entry(on=on))


@pytest.fixture
def request_of_march(session: Session) -> _Request:
    return _Request(session)


def _here(followed: Following) -> list[str]:
    return [name.en for name, place, _note in followed.steps() if place is Place.here]


def test_an_unconfirmed_request_has_no_date_yet(request_of_march: _Request) -> None:
    followed = request_of_march.followed()
    assert _here(followed) == ["Sent to the office"]
    assert followed.reckoning is None
    assert followed.clock_rows() == followed.skipped_days() == []


def test_a_confirmed_request_is_being_worked_on_and_its_date_is_explained(request_of_march: _Request) -> None:
    request_of_march.confirm()
    followed = request_of_march.followed()
    assert _here(followed) == ["Being worked on"]
    assert [on for on, _what, _note, _article in followed.clock_rows()] == [date(2026, 3, 3), date(2026, 3, 31)]


def test_skipped_holidays_are_told_by_name_and_weekends_in_one_line(session: Session) -> None:
    request = _Request(session)
    request.confirm("2026-03-24")
    skipped = {stretch.zh: why.zh for stretch, why in request.followed().skipped_days()}
    assert skipped["2026年4月4日至2026年4月6日"] == "清明节，共3天"
    assert skipped["周六、周日"].startswith("共")


def test_days_of_waiting_for_others_are_told_without_saying_for_whom(request_of_march: _Request) -> None:
    request_of_march.confirm()
    session, case = request_of_march.session, request_of_march.case
    asked = casework.Consultation(on="2026-03-05", party="某某建设公司")
    casework.consult_third_party(session, case, asked, an_entry(on="2026-03-05"))
    opinion = casework.OpinionReceived(on="2026-03-12", consultation=1, opinion="objects")
    casework.record_opinion(session, case, opinion, an_entry(on="2026-03-12"))
    followed = request_of_march.followed()
    told = [*(f"{what.zh}{what.en}" for _on, what, *_rest in followed.clock_rows())]
    told += [f"{stretch.zh}{why.zh}{why.en}" for stretch, why in followed.skipped_days()]
    assert any("不计入期限" in line for line in told)
    assert not any("某某建设公司" in line for line in told)


def test_a_withdrawn_request_ends_where_it_was_withdrawn(request_of_march: _Request) -> None:
    session, case = request_of_march.session, request_of_march.case
    casework.withdraw(session, case, casework.Dated(on="2026-03-02"), an_entry(on="2026-03-02"))
    followed = request_of_march.followed()
    assert _here(followed) == ["Withdrawn by the applicant"]
    assert not followed.may_withdraw


def test_a_decision_is_no_answer_until_it_is_sent(request_of_march: _Request) -> None:
    request_of_march.confirm()
    session, case = request_of_march.session, request_of_march.case
    casework.decide(session, case, casework.Decision(on="2026-03-10", outcome="O02"), an_entry(on="2026-03-10"))
    assert request_of_march.followed().answer is None
    sending = casework.Sending(on="2026-03-11", delivery="electronic")
    casework.send(session, case, sending, an_entry(on="2026-03-11"))
    followed = request_of_march.followed()
    assert followed.answer is not None
    assert followed.answer.code == "O02"
    assert _here(followed) == ["Answer sent to you"]


def test_the_number_alone_opens_nothing(request_of_march: _Request) -> None:
    with pytest.raises(RuleBroken):
        following.follow(request_of_march.session, request_of_march.case.number, "")
