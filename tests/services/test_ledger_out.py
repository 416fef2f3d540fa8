"""What is written out as a ledger is the same cases when taken in again, and they are those that the verbs make."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete
from sqlmodel import Session, select

from requestflow.paper import sheets
from requestflow.rules.errors import RuleBroken
from requestflow.rules.remedies import RemedyKind, RemedyResult, SuitRoute
from requestflow.services import casework, ledger, remedies
from requestflow.services.ledger import KEYS, Ledger
from requestflow.store.models import Agency, Case, Counter, Event, Remedy
from requestflow.store.queries.histories import histories
from tests import ledgers
from tests.make import a_case, an_agency, an_entry, an_officer

TODAY = "2026-11-24"
OF_THE_TYPIST = ("id", "version", "entered_at", "access_code_hash", "idempotency_key")


@pytest.fixture
def agency(session: Session) -> Agency:
    return an_agency(session, "WZ")


def take_in(session: Session, file: Path) -> ledger.Report:
    with sheets.opened(file) as sheet:
        report = ledger.take_in(session, sheet, an_entry(on=TODAY))
    assert report.refused == []
    return report


def write_out(session: Session, file: Path, **options: Any) -> Ledger:
    out = ledger.written_out(session, date.fromisoformat(TODAY), **{"titled": False, **options})
    sheets.write(file, out.header, out.rows)
    return out


def everything(session: Session) -> list[Any]:
    """All cases with their moves and remedies, but for what only says who typed them in and when."""
    return [
        (
            {name: value for name, value in history.case.items() if name not in OF_THE_TYPIST},
            [(move.action, move.happened_on, move.facts) for move in history.moves],
            [{name: row[name] for name in row if name not in ("id", "case_id")} for row in history.remedies],
        )
        for history in histories(session)
    ]


def forget(session: Session) -> None:
    for model in (Remedy, Event, Case, Counter):
        session.execute(delete(model))
    session.expire_all()


@pytest.mark.parametrize(("ending", "titled"), [(".csv", False), (".xlsx", False), (".csv", True), (".xlsx", True)])
def test_a_ledger_written_out_and_taken_in_again_is_the_same_cases(
    session: Session, agency: Agency, tmp_path: Path, ending: str, titled: bool
) -> None:
    an_agency(session, "LZ", parent=agency)
    rows = list(ledgers.a_ledger(300, agencies=("WZ", "LZ", "WZ；LZ"), seed=7))
    texts = ["=HYPERLINK(1)", "'=1", "''+2", "-1", "@甲", "+86 138", '多行\n文字，“引号”，"逗号"', "𠮷_x000D_", "0012"]
    for row, text in zip(rows, texts, strict=False):
        row |= {"description": text, "note": text, "entered_on": "2024-01-05", "email": "a@example.org"}
    sheets.write(tmp_path / "first.csv", KEYS, ([row[key] for key in KEYS] for row in rows))
    assert take_in(session, tmp_path / "first.csv").imported == 300
    before = everything(session)
    assert {case["description"] for case, *_ in before} >= set(texts)
    out = write_out(session, tmp_path / f"out{ending}", titled=titled)
    assert out.short == []
    forget(session)
    assert take_in(session, tmp_path / f"out{ending}").imported == 300
    assert everything(session) == before


def test_the_header_is_keys_or_chinese_titles(session: Session, tmp_path: Path) -> None:
    assert write_out(session, tmp_path / "a.csv").header == KEYS
    assert write_out(session, tmp_path / "a.csv", titled=True).header[:3] == ("受理编号", "机关代码", "收到方式")
    assert (tmp_path / "a.csv").read_bytes().startswith("\ufeff受理编号,机关代码".encode())


def test_an_agency_and_a_year_can_be_written_out_alone(session: Session, agency: Agency, tmp_path: Path) -> None:
    other = an_agency(session)
    for where, on in ((agency, "2023-12-29"), (agency, "2024-01-02"), (agency, "2024-12-31"), (other, "2024-05-06")):
        a_case(session, where, submitted_on=on)
    a_case(session, agency, channel="fax", submitted_on="2024-07-01")
    a_case(session, agency, channel="fax", submitted_on="2023-12-29", confirmed_on="2024-01-02")
    write_out(session, tmp_path / "a.csv", agency="WZ", year=2024)
    with sheets.opened(tmp_path / "a.csv") as sheet:
        assert [row[0] for _, row in sheet.rows] == ["2024-0001", "2024-0002", "2024-0003", "2024-0004"]
    with pytest.raises(RuleBroken, match="no agency with the code “NO”"):
        write_out(session, tmp_path / "a.csv", agency="NO")


def simply_answered(session: Session, case: Case) -> dict[str, Any]:
    decide_and_send(session, case, "2026-03-20", "2026-03-23")
    return {"outcome": "O02", "decided_on": "2026-03-20", "sent_on": "2026-03-23", "delivery": "post"}


def corrected(session: Session, case: Case) -> dict[str, Any]:
    entry = an_entry()
    asked = casework.CorrectionNotice(on="2026-03-05", until="2026-03-20", points="请写明文号")
    casework.ask_correction(session, case, asked, entry)
    casework.correct(session, case, casework.Correction(on="2026-03-12", text="补正"), entry)
    days = {"correction_asked_on": "2026-03-05", "correction_until": "2026-03-20", "corrected_on": "2026-03-12"}
    return {**days, **simply_answered(session, case)}


def consulted(session: Session, case: Case) -> dict[str, Any]:
    entry = an_entry()
    casework.consult_third_party(session, case, casework.Consultation(on="2026-03-09", party="某公司"), entry)
    received = casework.ConsultationReceived(on="2026-03-11", consultation=1)
    casework.record_receipt(session, case, received, entry)
    return {"consult_sent_on": "2026-03-09", "consult_received_on": "2026-03-11"}


def extended(session: Session, case: Case) -> dict[str, Any]:
    agency = session.get_one(Agency, case.agency_id)
    head = an_officer(session, agency, casework.people.Role.head)
    more = casework.Extension(on="2026-03-20", workdays=10)
    casework.consent_extension(session, case, more, an_entry(head))
    casework.extend(session, case, more, an_entry())
    return {"extended_on": "2026-03-20", "extension_workdays": "10", "extension_approved_by": head.name}


def lapsed_unpaid(session: Session, case: Case) -> dict[str, Any]:
    entry = an_entry()
    notice = casework.FeeNotice(on="2026-03-10", way="item", quantity=12, yuan="100")
    casework.notice_fee(session, case, notice, entry)
    casework.lapse(session, case, casework.Dated(on="2026-04-09"), entry)
    return {"fee_noticed_on": "2026-03-10", "fee_yuan": "100", "outcome": "O42", "decided_on": "2026-04-09"}


def withdrawn(session: Session, case: Case) -> dict[str, Any]:
    casework.withdraw(session, case, casework.Dated(on="2026-03-06", note="已获取"), an_entry())
    return {"outcome": "O43", "decided_on": "2026-03-06", "reason": "已获取"}


def disputed(session: Session, case: Case) -> dict[str, Any]:
    told = simply_answered(session, case)
    entry = an_entry()
    nth = remedies.file(session, case, remedies.Filed(kind=RemedyKind.review, on="2026-04-01"), entry)
    upheld = {"remedy": nth, "result": RemedyResult.upheld}
    remedies.conclude(session, case, remedies.Concluded(kind=RemedyKind.review, on="2026-05-20", **upheld), entry)
    suit = remedies.Filed(kind=RemedyKind.suit, on="2026-06-01", route=SuitRoute.after_review)
    remedies.file(session, case, suit, entry)
    remedies.file(session, case, remedies.Filed(kind=RemedyKind.complaint, on="2026-06-02"), entry)
    review = {"review_filed_on": "2026-04-01", "review_result": "upheld", "review_closed_on": "2026-05-20"}
    return {**told, **review, "suit_filed_on": "2026-06-01", "suit_route": "after_review", "complaint_on": "2026-06-02"}


def decide_and_send(session: Session, case: Case, decided_on: str, sent_on: str) -> None:
    casework.decide(session, case, casework.Decision(on=decided_on, outcome="O02"), an_entry())
    casework.send(session, case, casework.Sending(on=sent_on, delivery="post"), an_entry())


@pytest.mark.parametrize("story", [simply_answered, corrected, consulted, extended, lapsed_unpaid, withdrawn, disputed])
def test_a_row_makes_the_case_that_the_verbs_make(
    session: Session, agency: Agency, tmp_path: Path, story: Callable[[Session, Case], dict[str, Any]]
) -> None:
    case = a_case(session, agency, submitted_on="2026-03-02")
    row = {
        "agency": "WZ",
        "number": case.number,
        "channel": "face_to_face",
        "submitted_on": "2026-03-02",
        "applicant_kind": "natural_person",
        "applicant_name": case.applicant_name,
        "description": case.description,
        **story(session, case),
    }
    session.expire_all()
    ((by_verbs, _, their_remedies),) = everything(session)
    forget(session)
    with sheets.opened(ledgers.write(tmp_path / "one.csv", [row])) as sheet:
        assert ledger.take_in(session, sheet, an_entry()).refused == []
    ((by_ledger, _, its_remedies),) = everything(session)
    assert by_ledger == by_verbs
    assert its_remedies == their_remedies


def test_a_case_of_which_the_columns_cannot_tell_all_is_named(session: Session, agency: Agency, tmp_path: Path) -> None:
    decided = a_case(session, agency, submitted_on="2025-03-03")
    casework.decide(session, decided, casework.Decision(on="2025-03-20", outcome="O02"), an_entry())
    whole = a_case(session, agency, submitted_on="2025-03-04")
    casework.consult_agency(session, whole, casework.Consultation(on="2025-03-05", party="财政局"), an_entry())
    asked = casework.OpinionReceived(on="2025-03-12", consultation=1, opinion="consents")
    casework.record_opinion(session, whole, asked, an_entry())
    out = write_out(session, tmp_path / "a.csv")
    assert out.short == [f"WZ {decided.number}"]


def test_no_counter_gives_a_number_of_the_ledger_again(session: Session, agency: Agency, tmp_path: Path) -> None:
    take_in(session, ledgers.write(tmp_path / "a.csv", list(ledgers.a_ledger(200))))
    taken = set(session.exec(select(Case.number)))
    assert {a_case(session, agency, submitted_on="2020-05-06").number for _ in range(3)}.isdisjoint(taken)
