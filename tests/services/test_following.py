"""What an applicant sees of their own case."""

from datetime import date

import pytest
from sqlmodel import Session

from requestflow.rules.errors import RuleBroken
from requestflow.rules.outcomes import OUTCOMES
from requestflow.services import casework, following, intake
from requestflow.services.following import Following
from requestflow.services.intake import new_key, register
from requestflow.services.whereabouts import Place
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
    assert followed.answer.outcome.code == "O02"
    assert _here(followed) == ["Answer sent to you"]


@pytest.mark.parametrize(
    ("code", "facts", "ending", "is_granted", "first"),
    [
        ("O02", {}, "予以公开", True, "可以"),
        ("O14B", {"reason": "涉及他人隐私"}, "不予公开", False, "应当"),
        ("O32", {"record": "吴政复〔2025〕1号"}, "不予处理", False, "可以"),
    ],
)
def test_an_answer_is_told_with_its_kind_its_article_and_the_ways_against_it(
    request_of_march: _Request, code: str, facts: dict[str, str], ending: str, is_granted: bool, first: str
) -> None:
    request_of_march.confirm()
    session, case = request_of_march.session, request_of_march.case
    decision = casework.Decision(on="2026-03-10", outcome=code, **facts)
    casework.decide(session, case, decision, an_entry(on="2026-03-10"))
    assert request_of_march.followed().ways() == []
    sending = casework.Sending(on="2026-03-11", delivery="electronic")
    casework.send(session, case, sending, an_entry(on="2026-03-11"))
    followed = request_of_march.followed()
    assert followed.answer is not None
    assert (followed.answer.ending.zh, followed.answer.is_granted) == (ending, is_granted)
    assert followed.answer.article == OUTCOMES[code].article_2019
    (review, review_until), (suit, suit_until) = followed.ways()
    assert first in review.what.zh
    assert review_until == date(2026, 5, 11)  # the 60th day is a Sunday
    assert "人民法院" in suit.what.zh
    assert suit_until == (None if first == "应当" else date(2026, 9, 11))


def test_a_correction_is_shown_to_whoever_sent_it(request_of_march: _Request) -> None:
    request_of_march.confirm()
    session, case = request_of_march.session, request_of_march.case
    notice = casework.CorrectionNotice(on="2026-03-05", until="2026-03-20", points="请写明起止门牌。")
    casework.ask_correction(session, case, notice, an_entry(on="2026-03-05"))
    assert request_of_march.followed().corrections() == []
    correction = casework.Correction(on="2026-03-09", text="光明街1号至20号")
    casework.correct(session, case, correction, an_entry(on="2026-03-09"))
    assert request_of_march.followed().corrections() == [(date(2026, 3, 9), "光明街1号至20号")]


@pytest.mark.parametrize("typed", ["２０２６－0001", "2026–0001", "2026——0001", " 2026 - 0001 "])
def test_a_number_is_found_however_its_digits_and_dash_were_typed(request_of_march: _Request, typed: str) -> None:
    case = request_of_march.case
    assert case.number == "2026-0001"
    assert intake.followed(request_of_march.session, typed, request_of_march.code).id == case.id


def test_a_number_of_an_old_ledger_is_found_with_the_signs_it_has(request_of_march: _Request) -> None:
    request_of_march.case.number = "依申请〔2018〕—7 号"
    request_of_march.session.flush()
    found = intake.followed(request_of_march.session, "依申请〔2018〕—7 号", request_of_march.code)
    assert found.id == request_of_march.case.id


def test_the_number_alone_opens_nothing(request_of_march: _Request) -> None:
    with pytest.raises(RuleBroken):
        following.follow(request_of_march.session, request_of_march.case.number, "")
