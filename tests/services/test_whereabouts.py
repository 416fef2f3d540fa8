"""The one sentence that tells an applicant where their request stands, in every state."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlmodel import Session

from requestflow.rules.remedies import RemedyKind
from requestflow.rules.roles import Role
from requestflow.services import casework, following, intake, remedies
from requestflow.services.following import Following
from requestflow.services.intake import new_key, register
from requestflow.services.whereabouts import Place
from requestflow.store.models import Case
from tests.make import a_request, an_agency, an_entry, an_officer

Act = Callable[[Session, Case], object]


def _on(verb: Callable[..., object], form: type, day: str, **about: object) -> Act:
    return lambda session, case: verb(session, case, form.model_validate({"on": day, **about}), an_entry(on=day))


def _confirmed(day: str = "2026-03-03") -> Act:
    return lambda session, case: intake.confirm(session, case, date.fromisoformat(day), an_entry(on=day))


def _extended(session: Session, case: Case) -> None:
    head = an_officer(session, session.get_one(following.Agency, case.agency_id), Role.head)
    more = {"workdays": 20, "reason": "档案分存三处"}
    for verb, by in ((casework.ask_extension, None), (casework.consent_extension, head), (casework.extend, None)):
        entry = an_entry(by, on="2026-03-20") if by else an_entry(on="2026-03-20")
        verb(session, case, casework.Extension(on="2026-03-20", **more), entry)


REFUSED = _on(casework.decide, casework.Decision, "2026-03-10", outcome="O14B", reason="涉及他人隐私")
SENT = _on(casework.send, casework.Sending, "2026-03-11", delivery="electronic")
CORRECTED_BY_REVIEW = (
    _on(remedies.file, remedies.Filed, "2026-03-20", kind="review"),
    _on(remedies.conclude, remedies.Concluded, "2026-04-20", kind="review", remedy=1, result="corrected"),
)
ASKED_TO_CORRECT = _on(
    casework.ask_correction, casework.CorrectionNotice, "2026-03-05", until="2026-03-20", points="门牌"
)
THIRD = _on(casework.consult_third_party, casework.Consultation, "2026-03-05", party="某公司")
AGENCY = _on(casework.consult_agency, casework.Consultation, "2026-03-05", party="某局")
FEE = _on(
    casework.notice_fee,
    casework.FeeNotice,
    "2026-03-05",
    way="item",
    quantity=11,
    yuan="100",
    received_on="2026-03-05",
)


def _followed(session: Session, *acts: Act) -> Following:
    made = register(session, an_agency(session), a_request(channel="web"), an_entry(on="2026-03-02"), key=new_key())
    for act in acts:
        act(session, made.case)
    return following.follow(session, made.case.number, made.access_code)


@pytest.mark.parametrize(
    ("acts", "today", "said"),
    [
        ((), "2026-03-02", "机关应当在收到申请的当天与您确认。到2026年3月3日（含当日）仍没有人联系您的，请致电机关。"),
        ((), "2026-03-04", "但至今没有登记确认。请致电机关"),
        ((_confirmed(),), "2026-03-27", "机关正在办理。答复最迟2026年3月31日（含当日）送出，从今天算起还有2个工作日。"),
        ((_confirmed(),), "2026-03-31", "今天是最后一天"),
        ((_confirmed("2050-12-15"),), "2050-12-15", "（含当日，暂定）送出"),
        ((_confirmed(),), "2026-04-01", "答复期限已于2026年3月31日届满，机关还没有答复您。"),
        ((_confirmed(), _extended), "2026-03-23", "机关延长了答复期限，正在办理。答复最迟2026年4月29日（含当日）送出"),
        ((_confirmed(), ASKED_TO_CORRECT), "2026-03-10", "请在2026年3月20日（含当日）前回复。"),
        ((_confirmed(), ASKED_TO_CORRECT), "2026-03-23", "现在仍可补正"),
        ((_confirmed(), THIRD), "2026-03-10", "机关正在征求意见，等待的时间不计入答复期限"),
        ((_confirmed(), AGENCY), "2026-03-10", "机关正在征求意见，等待的时间不计入答复期限"),
        ((_confirmed(), FEE), "2026-03-10", "请您缴纳信息处理费100元，请在2026年4月2日（含当日）前缴纳。"),
        ((_confirmed(), FEE), "2026-04-10", "如果您已经缴费，请致电机关"),
        ((_confirmed(), REFUSED), "2026-03-10", "答复已经作出，正在送达。答复最迟2026年3月31日"),
        ((_confirmed(), REFUSED), "2026-04-01", "答复已经作出，但还没有送出。"),
        ((_confirmed(), REFUSED, SENT), "2026-03-12", "机关已于2026年3月11日送出答复：不予公开。"),
        (
            (_confirmed(), REFUSED, SENT, *CORRECTED_BY_REVIEW),
            "2026-04-21",
            "复议或者诉讼的结果要求机关重新答复，机关正在办理。答复最迟2026年5月20日（含当日）送出",
        ),
        (
            (_confirmed(), _on(casework.withdraw, casework.Dated, "2026-03-05")),
            "2026-03-06",
            "您已于2026年3月5日撤回申请，机关不再办理。",
        ),
        (
            (_confirmed(), ASKED_TO_CORRECT, _on(casework.lapse, casework.Dated, "2026-03-23")),
            "2026-03-24",
            "申请已于2026年3月23日终止办理：逾期不补正，视为放弃。",
        ),
    ],
)
def test_one_sentence_says_where_a_request_stands(
    session: Session, acts: tuple[Act, ...], today: str, said: str
) -> None:
    where = _followed(session, *acts).where(date.fromisoformat(today))
    assert said in where.zh
    assert "{" not in where.zh + where.en
    assert not any("\u4e00" <= letter <= "\u9fff" for letter in where.en)


def test_the_step_of_a_request_that_came_back_from_a_review_is_the_work_on_the_new_answer(session: Session) -> None:
    followed = _followed(session, _confirmed(), REFUSED, SENT, *CORRECTED_BY_REVIEW)
    steps = [(name.en, place) for name, place, _note in followed.steps()]
    assert steps[3:] == [
        ("Answer sent to you", Place.done),
        ("Worked on again after a review or a court", Place.here),
        ("New answer sent to you", Place.ahead),
    ]
    assert followed.is_reopened
    assert followed.ways() == []


def test_the_answer_that_follows_a_review_is_the_answer_and_can_be_contested(session: Session) -> None:
    granted = _on(casework.decide, casework.Decision, "2026-04-22", outcome="O02")
    sent = _on(casework.send, casework.Sending, "2026-04-23", delivery="electronic")
    followed = _followed(session, _confirmed(), REFUSED, SENT, *CORRECTED_BY_REVIEW, granted, sent)
    assert followed.answer is not None
    assert (followed.answer.outcome.code, followed.answer.on) == ("O02", date(2026, 4, 23))
    assert [place for _name, place, _note in followed.steps()][-1] is Place.here
    assert followed.ways()[0][1] == date(2026, 6, 22)
    assert followed.where(date(2026, 4, 24)).en == "The office sent its answer on 23 April 2026: Granted."


def test_only_a_request_that_needs_it_is_told_as_confirmed(session: Session) -> None:
    letter = {"channel": "mail", "mail_kind": "signed", "signed_on": "2026-03-02"}
    made = register(session, an_agency(session), a_request(**letter), an_entry(on="2026-03-02"))
    followed = following.follow(session, made.case.number, made.access_code)
    assert followed.steps()[1][0].en == "Received"
    assert _followed(session, _confirmed()).steps()[1][0].en == "Confirmed with you and received"


def test_a_review_counts_against_the_answer_that_it_was_asked_of(session: Session) -> None:
    reviewed = _on(remedies.file, remedies.Filed, "2026-03-20", kind="review")
    followed = _followed(session, _confirmed(), REFUSED, SENT, reviewed)
    assert followed.filed_on(RemedyKind.review) == date(2026, 3, 20)
    assert followed.filed_on(RemedyKind.suit) is None
    assert {last_day for _way, last_day in followed.ways()} == {None}
    granted = _on(casework.decide, casework.Decision, "2026-04-22", outcome="O02")
    sent = _on(casework.send, casework.Sending, "2026-04-23", delivery="electronic")
    again = _followed(session, _confirmed(), REFUSED, SENT, *CORRECTED_BY_REVIEW, granted, sent)
    assert again.filed_on(RemedyKind.review) is None
    assert None not in {last_day for _way, last_day in again.ways()}


def test_the_office_above_is_known_to_whoever_may_complain_to_it(session: Session) -> None:
    city = an_agency(session)
    made = register(session, an_agency(session, parent=city), a_request(), an_entry(on="2026-03-02"))
    assert following.follow(session, made.case.number, made.access_code).above == city
    assert _followed(session).above is None


def test_why_more_time_is_taken_is_told_while_it_is(session: Session) -> None:
    assert _followed(session, _confirmed(), _extended).extension_reason == "档案分存三处"
    assert _followed(session, _confirmed()).extension_reason is None
    assert _followed(session, _confirmed(), _extended, REFUSED_LATER, SENT_LATER).extension_reason is None


REFUSED_LATER = _on(casework.decide, casework.Decision, "2026-03-24", outcome="O14B", reason="涉及他人隐私")
SENT_LATER = _on(casework.send, casework.Sending, "2026-03-25", delivery="electronic")


def test_who_holds_the_information_is_told_and_a_record_of_the_search_is_not(session: Session) -> None:
    for outcome, told in (("O22", "临江县人民政府，电话0953-5551234"), ("O21", "")):
        decided = _on(
            casework.decide, casework.Decision, "2026-03-10", outcome=outcome, record="临江县人民政府，电话0953-5551234"
        )
        followed = _followed(session, _confirmed(), decided, SENT)
        assert followed.answer is not None
        assert followed.answer.told == told


def test_silence_can_be_reviewed_for_sixty_days_after_the_term(session: Session) -> None:
    assert _followed(session, _confirmed()).review_until == date(2026, 6, 1)  # the 60th day is a Saturday
    assert _followed(session, _confirmed(), FEE).review_until is None


def test_the_term_of_a_request_that_is_never_confirmed_counts_from_the_day_it_came(session: Session) -> None:
    followed = _followed(session)
    assert followed.answer_due_on == date(2026, 3, 30)
    assert followed.review_until == date(2026, 5, 29)
