"""What an applicant is told of the moves of their case."""

from datetime import date

from requestflow.rules.history import history
from requestflow.rules.lifecycle import Action, Move

DAY = date(2026, 3, 2)


def _told(*moves: Move) -> list[tuple[str, str]]:
    said = [(line.what.zh, line.quote if isinstance(line.quote, str) else line.quote.zh) for line in history(moves)]
    return [(what, str(quote)) for what, quote in said]


def test_a_letter_is_told_with_its_words() -> None:
    assert _told(Move(Action.ask_correction, DAY, {"points": "请写明门牌", "until": "2026-03-20"})) == [
        ("机关请您补正", "请写明门牌")
    ]
    assert _told(Move(Action.extend, DAY, {"workdays": 20, "reason": "逐卷检索"})) == [
        ("机关告知您延长答复期限20个工作日", "逐卷检索")
    ]


def test_a_decision_is_told_only_once_it_is_sent() -> None:
    decided, sent = Move(Action.decide, DAY, {"outcome": "O14B"}), Move(Action.send, DAY, {"delivery": "post"})
    assert _told(decided) == []
    assert _told(decided, sent) == [("机关送出答复", "不予公开：个人隐私（第三方）")]


def test_who_was_asked_and_what_the_office_notes_for_itself_are_not_told() -> None:
    told = _told(
        Move(Action.consult_third_party, DAY, {"party": "某某公司", "consultation": 1}),
        Move(Action.note, DAY, {"note": "内部备注"}),
        Move(Action.ask_extension, DAY, {"workdays": 20, "reason": "忙"}),
        Move(Action.assign, DAY, {"handler": "陈建国"}),
    )
    assert told == [("机关征求有关方面的意见，等待期间不计入期限", "")]


def test_a_new_access_code_and_the_office_that_has_the_request_now_are_told() -> None:
    told = _told(Move(Action.note, DAY, {"code": "reissued"}), Move(Action.transfer, DAY, {"to_name": "吴山市财政局"}))
    assert [what for what, _quote in told] == [
        "机关为您更换了查询码，原查询码作废",
        "申请转由吴山市财政局办理，受理编号不变",
    ]


def test_the_end_of_a_review_is_told_with_its_result() -> None:
    assert _told(Move(Action.close_review, DAY, {"remedy": 1, "result": "corrected"})) == [
        ("行政复议审结：结果纠正", "")
    ]
