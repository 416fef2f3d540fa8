"""A row that breaks the logic of the law is refused with its column, its sentence and its article."""

from typing import Any

import pytest
from sqlmodel import Session, select

from requestflow.paper.sheet import Sheet
from requestflow.services import ledger
from requestflow.store.models import Case
from tests.ledgers import ANSWERED, PLAIN, a_sheet
from tests.make import an_agency, an_entry

REFUSED = [
    # values that say nothing
    ({"channel": "鸽子"}, "channel", ""),
    ({"applicant_name": ""}, "applicant_name", ""),
    ({"applicant_name": "长" * 201}, "applicant_name", ""),
    ({"phone": "1" * 65}, "phone", ""),
    ({"description": "坏\0字"}, "description", ""),
    ({"submitted_on": "2024-02-30"}, "submitted_on", ""),
    ({"agency": "NO"}, "agency", ""),
    ({"extension_workdays": "很多", "extended_on": "2024-03-20"}, "extension_workdays", ""),
    ({"fee_yuan": "-5"}, "fee_yuan", ""),
    # the day of receipt
    ({"submitted_on": ""}, "submitted_on", "第31条第1项"),
    ({"submitted_on": "2099-01-01"}, "submitted_on", "第31条"),
    ({"submitted_on": "2008-04-30"}, "submitted_on", "条例（2007）第38条"),
    ({"channel": "mail"}, "mail_kind", "第31条第2项"),
    ({"channel": "mail", "mail_kind": "signed"}, "signed_on", "第31条第2项"),
    ({"channel": "fax", "confirmed_on": "2024-02-28"}, "confirmed_on", "第31条第3项"),
    ({"entered_on": "2099-01-01"}, "entered_on", ""),
    # the answer
    ({**ANSWERED, "outcome": "O99"}, "outcome", "第33条"),
    ({**ANSWERED, "outcome": "O11"}, "reason", "条例（2019）第14条"),
    ({**ANSWERED, "decided_on": ""}, "decided_on", "第33条"),
    ({**ANSWERED, "sent_on": ""}, "sent_on", "第33条"),
    ({**ANSWERED, "outcome": ""}, "outcome", "第33条"),
    ({**ANSWERED, "sent_on": "2024-02-29"}, "sent_on", "第33条"),
    ({**ANSWERED, "sent_on": "2024-03-19"}, "sent_on", "第33条"),
    ({**ANSWERED, "decided_on": "2024-02-29"}, "decided_on", "第33条"),
    ({**ANSWERED, "sent_on": "2099-01-01"}, "sent_on", "第33条"),
    ({"reason": "无"}, "outcome", "第33条"),
    # correction, Art. 30
    ({"corrected_on": "2024-03-12"}, "correction_asked_on", "第30条"),
    ({"correction_asked_on": "2024-03-06", "correction_until": "2024-03-06"}, "correction_until", "第30条"),
    ({"correction_asked_on": "2024-03-06", "corrected_on": "2024-03-05"}, "corrected_on", "第30条"),
    ({"submitted_on": "2018-03-01", "correction_asked_on": "2018-03-06"}, "correction_asked_on", "条例（2007）第21条"),
    (
        {
            "outcome": "O41",
            "decided_on": "2024-03-20",
            "correction_asked_on": "2024-03-06",
            "correction_until": "2024-03-27",
        },
        "decided_on",
        "第30条",
    ),
    # consultation, Art. 32
    ({"consult_answered_on": "2024-03-12"}, "consult_sent_on", "第32条"),
    ({"consult_sent_on": "2024-03-06", "consult_received_on": "2024-03-05"}, "consult_received_on", "第32条"),
    (
        {"consult_sent_on": "2024-03-06", "consult_received_on": "2024-03-12", "consult_answered_on": "2024-03-11"},
        "consult_received_on",
        "第32条",
    ),
    # extension
    ({"extended_on": "2024-03-20", "extension_approved_by": "王"}, "extension_workdays", "第33条"),
    ({"extended_on": "2024-03-20", "extension_workdays": "10"}, "extension_approved_by", "第33条"),
    (
        {"extended_on": "2024-04-01", "extension_workdays": "10", "extension_approved_by": "王"},
        "extended_on",
        "第33条",
    ),
    (
        {"extended_on": "2024-03-20", "extension_workdays": "21", "extension_approved_by": "王"},
        "extension_workdays",
        "第33条",
    ),
    ({"extension_workdays": "10"}, "extended_on", "第33条"),
    # fee
    (
        {"submitted_on": "2020-03-02", "fee_noticed_on": "2020-03-10", "fee_yuan": "100"},
        "fee_noticed_on",
        "国办函〔2020〕109号",
    ),
    ({"fee_noticed_on": "2024-03-10"}, "fee_yuan", "国办函〔2020〕109号"),
    ({"fee_yuan": "100"}, "fee_noticed_on", "国办函〔2020〕109号"),
    ({"fee_paid_on": "2024-03-12"}, "fee_noticed_on", "国办函〔2020〕109号"),
    # review and suit
    ({"review_filed_on": "2024-02-01"}, "review_filed_on", "第51条"),
    ({"review_result": "upheld"}, "review_filed_on", "第51条"),
    ({**ANSWERED, "review_filed_on": "2024-04-01", "review_result": "upheld"}, "review_closed_on", "第51条"),
    ({**ANSWERED, "review_filed_on": "2024-04-01", "review_closed_on": "2024-05-01"}, "review_result", "第51条"),
    (
        {
            **ANSWERED,
            "review_filed_on": "2024-04-01",
            "review_result": "upheld",
            "review_closed_on": "2024-03-31",
        },
        "review_closed_on",
        "第51条",
    ),
    ({**ANSWERED, "review_filed_on": "2024-04-01", "suit_filed_on": "2024-06-01"}, "suit_route", "第51条"),
]


@pytest.mark.parametrize(("row", "column", "article"), REFUSED)
def test_a_row_that_breaks_the_logic_of_the_law_is_refused_by_column_and_article(
    session: Session, row: dict[str, Any], column: str, article: str
) -> None:
    an_agency(session, "WZ")
    report = ledger.take_in(session, a_sheet({**PLAIN, **row}), an_entry())
    assert (report.rows, report.imported, session.exec(select(Case)).all()) == (1, 0, [])
    (refusal,) = report.refused
    assert (refusal.row, refusal.column) == (2, column)
    assert refusal.said.zh.endswith("。")
    assert refusal.said.en.endswith(".")
    assert bool(article) is bool(refusal.article)
    assert article in refusal.article


def test_a_row_with_more_cells_than_the_header_is_refused(session: Session) -> None:
    an_agency(session, "WZ")
    cells = (*PLAIN.values(), "", "left over")
    sheet = Sheet(tuple(PLAIN), iter([(2, cells)]), None)
    (refusal,) = ledger.take_in(session, sheet, an_entry()).refused
    assert "8 columns but the header has 6" in refusal.said.en
