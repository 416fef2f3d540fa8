"""A register comes in row by row, in either language, under the law of its day."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlmodel import Session, select

from requestflow.paper.sheet import Sheet
from requestflow.rules.deadlines import Timeliness
from requestflow.rules.errors import RuleBroken
from requestflow.rules.lifecycle import State
from requestflow.rules.remedies import RemedyKind, RemedyResult, SuitRoute
from requestflow.services import intake, ledger
from requestflow.services.ledger import COLUMNS, KEYS, Report
from requestflow.store.models import Agency, Case, Event, Remedy
from tests.ledgers import ANSWERED, PLAIN, a_sheet
from tests.make import a_case, an_agency, an_entry

TITLES = (
    "受理编号 机关代码 收到方式 邮寄种类 申请人类型 姓名或名称 证件类型 证件号码 电话 邮箱 地址 邮编 "
    "申请内容 信息类别 提交日 签收日 确认日 登记日 "
    "补正告知日 补正期限 补正收到日 征求意见发出日 第三方收到日 意见收到日 "
    "延期告知日 延长工作日 批准人 收费通知日 缴费日 收费金额 结果代码 理由 答复日 "
    "送达日 送达方式 邮件号 复议日 复议结果 复议结案日 诉讼日 诉讼类型 诉讼结果 诉讼结案日 举报投诉日 备注"
)


@pytest.fixture
def agency(session: Session) -> Agency:
    return an_agency(session, "WZ")


def taken_in(session: Session, *rows: dict[str, Any], **options: Any) -> Report:
    return ledger.take_in(session, a_sheet(*({**PLAIN, **row} for row in rows)), an_entry(), **options)


def cases(session: Session) -> list[Case]:
    return list(session.exec(select(Case).order_by(Case.id)))


def the_case(session: Session, **row: Any) -> Case:
    report = taken_in(session, row)
    assert [(each.column, each.said.en) for each in report.refused] == []
    (case,) = cases(session)
    return case


def test_the_columns_are_those_that_were_agreed() -> None:
    assert [column.title for column in COLUMNS] == TITLES.split()
    assert [column.key for column in COLUMNS if column.is_required] == [
        *("agency", "channel", "applicant_kind", "applicant_name", "description"),
    ]


def test_chinese_titles_and_terms_say_the_same_as_english_keys(session: Session, agency: Agency) -> None:
    row = {
        "结果代码": "国家秘密",
        "理由": "涉及国家秘密",
        " 申请内容 *": "内容",
        "送达日": "2024年3月8日",
        "答复日": "2024/3/7",
        "送达方式": "邮寄",
        "机关代码": "WZ",
        "收到方式": "信函",
        "邮寄种类": "挂号",
        "申请人类型": "法律服务机构",
        "姓名或名称": "某律师事务所",
        "签收日": "2024.3.1",
        "复议日": "2024-04-01",
        "复议结果": "维持",
        "复议结案日": "2024-05-20",
        "诉讼日": "2024-06-01",
        "诉讼类型": "复议后起诉",
        "诉讼结果": "尚未审结",
    }
    report = ledger.take_in(session, a_sheet(row), an_entry())
    assert (report.refused, report.unknown) == ([], ())
    (case,) = cases(session)
    assert (case.channel, case.mail_kind, case.applicant_kind) == ("mail", "signed", "legal_service")
    assert (case.outcome, case.received_on, case.decided_on) == ("O11", date(2024, 3, 1), date(2024, 3, 7))
    assert (case.sent_on, case.delivery) == (date(2024, 3, 8), "post")
    review, suit = session.exec(select(Remedy).order_by(Remedy.id))
    assert (review.kind, review.result, review.closed_on) == ("review", RemedyResult.upheld, date(2024, 5, 20))
    assert (suit.kind, suit.route, suit.result) == ("suit", SuitRoute.after_review, None)


@pytest.mark.parametrize(
    "said",
    ["2024-03-01", "2024/3/1", "2024年3月1日", "2024.3.1", "45352", "2024-03-01 00:00:00", date(2024, 3, 1)],
)
def test_a_day_may_be_written_in_every_usual_way(session: Session, agency: Agency, said: Any) -> None:
    assert the_case(session, submitted_on=said).received_on == date(2024, 3, 1)


@pytest.mark.parametrize(
    ("channel", "said"),
    [
        *(("face_to_face", said) for said in ("face_to_face", "当面", "当面申请", " Face to face ")),
        *(("fax", said) for said in ("fax", "FAX", "传真")),
        *(("web", said) for said in ("web", "网络", "网络申请")),
    ],
)
def test_a_channel_may_be_said_in_both_languages(session: Session, agency: Agency, channel: str, said: str) -> None:
    assert the_case(session, channel=said, confirmed_on="2024-03-01").channel == channel


def test_unknown_columns_are_reported_and_left_out(session: Session, agency: Agency) -> None:
    report = taken_in(session, {"天气": "晴", "": "", "received": "x"})
    assert (report.imported, report.unknown) == (1, ("天气", "received"))


def test_a_header_without_a_required_column_is_refused_by_name(session: Session, agency: Agency) -> None:
    lacking = {key: cell for key, cell in PLAIN.items() if key not in ("channel", "description")}
    with pytest.raises(RuleBroken, match=r"required columns: channel, description\.") as refused:
        ledger.take_in(session, a_sheet(lacking), an_entry())
    assert "收到方式、申请内容" in refused.value.said.zh


def test_a_column_that_stands_twice_is_refused(session: Session, agency: Agency) -> None:
    sheet = a_sheet(PLAIN, header=[*PLAIN, "收到方式"])
    with pytest.raises(RuleBroken, match="the column “channel” twice"):
        ledger.take_in(session, sheet, an_entry())


def test_the_agency_may_be_named_for_all_rows_that_name_none(session: Session, agency: Agency) -> None:
    other = an_agency(session, "LZ")
    rows = [{key: cell for key, cell in PLAIN.items() if key != "agency"}, {**PLAIN, "agency": "LZ"}]
    report = ledger.take_in(session, a_sheet(*rows), an_entry(), agency="WZ")
    assert (report.imported, [case.agency_id for case in cases(session)]) == (2, [agency.id, other.id])
    with pytest.raises(RuleBroken, match="no agency with the code “NO”"):
        ledger.take_in(session, a_sheet(*rows), an_entry(), agency="NO")


def test_a_row_that_only_shows_that_the_office_was_late_comes_in_as_overdue(session: Session, agency: Agency) -> None:
    late = the_case(session, outcome="O02", decided_on="2024-06-03", sent_on="2024-06-03")
    assert (late.timeliness, late.due_on, late.state) == (Timeliness.overdue, date(2024, 3, 29), State.sent)


def test_a_web_request_counts_by_the_law_of_its_day(session: Session, agency: Agency) -> None:
    before = {"channel": "web", "submitted_on": "2018-03-01", "confirmed_on": "2018-03-05"}
    after = {"channel": "web", "submitted_on": "2024-03-01", "confirmed_on": "2024-03-05"}
    assert taken_in(session, before, after).refused == []
    assert [case.received_on for case in cases(session)] == [date(2018, 3, 1), date(2024, 3, 5)]


def test_a_fax_not_yet_confirmed_waits_for_its_confirmation(session: Session, agency: Agency) -> None:
    case = the_case(session, channel="fax")
    assert (case.state, case.received_on, case.number) == (State.received, None, "2024-0001")


def test_several_consultations_and_reviews_stand_in_one_cell_each(session: Session, agency: Agency) -> None:
    case = the_case(
        session,
        **ANSWERED,
        consult_sent_on="2024-03-04；2024-03-05",
        consult_received_on="2024-03-05;",
        consult_answered_on="2024-03-11；2024-03-12",
        review_filed_on="2024-04-01；2024-05-01",
        review_result="；维持",
        review_closed_on="；2024-06-03",
    )
    assert case.due_on == date(2024, 4, 9)  # six working days from 5 to 12 March are not counted
    reviews = session.exec(select(Remedy).order_by(Remedy.nth)).all()
    assert [(each.nth, each.result) for each in reviews] == [(1, None), (2, RemedyResult.upheld)]


def test_a_case_that_was_handed_on_names_its_agencies_in_order(session: Session, agency: Agency) -> None:
    below = an_agency(session, "LAND", parent=agency)
    case = the_case(session, agency="WZ；LAND")
    assert (case.registered_by_id, case.agency_id) == (agency.id, below.id)
    an_agency(session, "FAR")
    (refusal,) = taken_in(session, {"agency": "WZ；FAR"}).refused
    assert (refusal.column, refusal.article) == ("agency", "条例（2019）第36条第5项")


def test_a_lapsed_or_withdrawn_request_needs_no_day_of_sending(session: Session, agency: Agency) -> None:
    rows = [
        {"outcome": "O43", "decided_on": "2024-03-05"},
        {
            "outcome": "O41",
            "decided_on": "2024-03-28",
            "correction_asked_on": "2024-03-06",
            "correction_until": "2024-03-27",
        },
        {"outcome": "O42", "decided_on": "2024-04-10", "fee_noticed_on": "2024-03-08", "fee_yuan": "￥1,200.50元"},
    ]
    assert taken_in(session, *rows).refused == []
    assert [(case.state, case.outcome, str(case.closed_on)) for case in cases(session)] == [
        (State.closed, "O43", "2024-03-05"),
        (State.closed, "O41", "2024-03-28"),
        (State.closed, "O42", "2024-04-10"),
    ]
    assert str(cases(session)[2].fee_yuan) == "1200.5"


def test_an_old_register_may_say_only_that_a_request_lapsed(session: Session, agency: Agency) -> None:
    rows = [{"outcome": outcome, "decided_on": "2024-03-28"} for outcome in ("O41", "O42")]
    assert taken_in(session, *rows).refused == []
    assert [(case.state, case.outcome) for case in cases(session)] == [(State.closed, "O41"), (State.closed, "O42")]


def test_one_refused_row_keeps_all_out(session: Session, agency: Agency) -> None:
    report = taken_in(session, {"number": "2024-0009"}, {"channel": "鸽子"}, {})
    assert (report.rows, report.imported, len(report.refused)) == (3, 0, 1)
    assert (cases(session), session.exec(select(Event)).all()) == ([], [])
    assert a_case(session, agency, submitted_on="2024-03-04").number == "2024-0001"


def test_the_good_rows_can_be_kept(session: Session, agency: Agency) -> None:
    report = taken_in(session, {"number": "甲"}, {"channel": "鸽子"}, {"number": "乙"}, keep_good=True)
    assert (report.rows, report.imported) == (3, 2)
    assert [(each.row, each.column, each.cells[1]) for each in report.refused] == [(3, "channel", "鸽子")]
    assert [case.number for case in cases(session)] == ["甲", "乙"]


def test_a_dry_run_judges_all_and_writes_nothing(session: Session, agency: Agency) -> None:
    report = taken_in(session, {}, {"channel": "鸽子"}, dry_run=True)
    assert (report.rows, report.imported, [each.row for each in report.refused]) == (2, 0, [3])
    assert cases(session) == []


def test_a_number_is_unique_within_its_agency(session: Session, agency: Agency) -> None:
    an_agency(session, "LZ")
    assert taken_in(session, {"number": "2018-0007"}, {"number": "2018-0007", "agency": "LZ"}).refused == []
    (known,) = taken_in(session, {"number": "2018-0007"}).refused
    assert (known.column, "already has a case" in known.said.en) == ("number", True)
    (twice,) = taken_in(session, {"number": "2018-0008"}, {"number": "2018-0008"}).refused
    assert (twice.row, twice.said.en) == (3, "The number “2018-0008” stands in row 2 already.")


def test_numbers_given_later_never_meet_those_of_a_ledger(session: Session, agency: Agency) -> None:
    assert a_case(session, agency, submitted_on="2024-01-02").number == "2024-0001"
    taken_in(session, {}, {"number": "2024-0007"}, {}, {"number": "旧-3"})
    assert [case.number for case in cases(session)] == ["2024-0001", "2024-0008", "2024-0007", "2024-0009", "旧-3"]
    assert a_case(session, agency, submitted_on="2024-06-03").number == "2024-0010"
    assert intake.next_number(session, agency.id or 0, 2023) == 1


def test_every_event_says_that_a_ledger_told_it(session: Session, agency: Agency) -> None:
    case = the_case(session, **ANSWERED)
    events = session.exec(select(Event).where(Event.case_id == case.id).order_by(Event.seq)).all()
    assert [(event.seq, event.action.value, event.hand) for event in events] == [
        (1, "register", "ledger"),
        (2, "decide", "ledger"),
        (3, "send", "ledger"),
    ]


def test_the_day_of_entry_is_kept_apart_from_the_day_of_receipt(session: Session, agency: Agency) -> None:
    case = the_case(session, entered_on="2024-03-05")
    assert case.entered_at.isoformat() == "2024-03-05T04:00:00+00:00"


def test_an_imported_review_that_corrected_the_answer_reopens_the_case(session: Session, agency: Agency) -> None:
    corrected = {"review_filed_on": "2024-04-01", "review_result": "纠正", "review_closed_on": "2024-05-20"}
    case = the_case(session, **ANSWERED, **corrected)
    assert (case.state, case.timeliness, case.due_on) == (State.open, Timeliness.on_time, date(2024, 6, 18))
    assert session.exec(select(Remedy)).one().kind is RemedyKind.review


def test_rows_are_read_one_after_the_other(session: Session, agency: Agency) -> None:
    def rows() -> Iterator[tuple[int, tuple[str, ...]]]:
        for number in range(2, 2502):
            yield number, (*PLAIN.values(), str(number))

    report = ledger.take_in(session, Sheet((*PLAIN, "number"), rows(), None), an_entry())
    assert (report.rows, report.imported) == (2500, 2500)
    assert len({case.number for case in cases(session)}) == 2500


def test_the_keys_are_the_titles_other_names() -> None:
    assert len(set(KEYS)) == len(KEYS) == len(TITLES.split())
