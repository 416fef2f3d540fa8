"""Review, suit and complaint hang on a case with their own days and results."""

from datetime import date

import pytest
from sqlmodel import Session, select

from requestflow.rules.deadlines import Timeliness
from requestflow.rules.errors import RuleBroken
from requestflow.rules.lifecycle import State
from requestflow.rules.remedies import RemedyKind, RemedyResult, SuitRoute
from requestflow.services import casework, remedies
from requestflow.store.models import Case, Remedy
from tests.make import a_case, an_entry

ENTRY = an_entry()


def an_answered_case(session: Session) -> Case:
    case = a_case(session)
    casework.decide(session, case, casework.Decision(on="2026-03-20", outcome="O15A", reason="属于人事管理"), ENTRY)
    casework.send(session, case, casework.Sending(on="2026-03-20", delivery="direct"), ENTRY)
    return case


def filed(session: Session, case: Case) -> list[Remedy]:
    return list(session.exec(select(Remedy).where(Remedy.case_id == case.id).order_by(Remedy.filed_on)))


def test_a_review_is_filed_and_upheld(session: Session) -> None:
    case = an_answered_case(session)
    nth = remedies.file(session, case, remedies.Filed(kind="review", on="2026-04-01"), ENTRY)
    assert filed(session, case)[0].result is None
    remedies.conclude(
        session, case, remedies.Concluded(kind="review", remedy=nth, on="2026-05-20", result="upheld"), ENTRY
    )
    review = filed(session, case)[0]
    assert (review.kind, review.result, review.closed_on) == (
        RemedyKind.review,
        RemedyResult.upheld,
        date(2026, 5, 20),
    )
    assert case.state is State.sent


def test_a_second_review_waits_for_the_result_of_the_first(session: Session) -> None:
    case = an_answered_case(session)
    remedies.file(session, case, remedies.Filed(kind="review", on="2026-04-01"), ENTRY)
    with pytest.raises(RuleBroken, match="pending already"):
        remedies.file(session, case, remedies.Filed(kind="review", on="2026-04-02"), ENTRY)


def test_a_suit_after_a_review_keeps_its_route(session: Session) -> None:
    case = an_answered_case(session)
    remedies.file(session, case, remedies.Filed(kind="review", on="2026-04-01"), ENTRY)
    remedies.file(session, case, remedies.Filed(kind="suit", on="2026-06-01", route="after_review"), ENTRY)
    assert [(each.kind, each.route) for each in filed(session, case)] == [
        (RemedyKind.review, None),
        (RemedyKind.suit, SuitRoute.after_review),
    ]


def test_a_correcting_review_reopens_the_case_and_the_first_answer_keeps_its_place_in_the_year(
    session: Session,
) -> None:
    case = an_answered_case(session)
    nth = remedies.file(session, case, remedies.Filed(kind="review", on="2026-04-01"), ENTRY)
    corrected = remedies.Concluded(
        kind="review", remedy=nth, on="2026-05-20", result="corrected", answer_by="2026-06-10"
    )
    remedies.conclude(session, case, corrected, ENTRY)
    assert (case.state, case.due_on) == (State.open, date(2026, 6, 10))
    casework.decide(session, case, casework.Decision(on="2026-06-08", outcome="O02"), ENTRY)
    casework.send(session, case, casework.Sending(on="2026-06-08", delivery="direct"), ENTRY)
    assert (case.state, case.outcome, case.closed_on, case.timeliness) == (
        State.sent,
        "O15A",
        date(2026, 3, 20),
        Timeliness.on_time,
    )


def test_however_often_a_case_is_reopened_its_first_answer_stays_as_late_as_it_was(session: Session) -> None:
    case = a_case(session)
    for answered_on, corrected_on in (("2026-04-10", "2026-05-20"), ("2026-06-08", "2026-07-20")):
        casework.decide(session, case, casework.Decision(on=answered_on, outcome="O02"), ENTRY)
        casework.send(session, case, casework.Sending(on=answered_on, delivery="direct"), ENTRY)
        nth = remedies.file(session, case, remedies.Filed(kind="review", on=answered_on), ENTRY)
        won = remedies.Concluded(kind="review", remedy=nth, on=corrected_on, result="corrected")
        remedies.conclude(session, case, won, ENTRY)
    assert (case.state, case.closed_on, case.timeliness) == (State.open, date(2026, 4, 10), Timeliness.overdue)


def test_a_suit_against_silence_can_be_filed_before_the_answer(session: Session) -> None:
    case = a_case(session)
    remedies.file(session, case, remedies.Filed(kind="suit", on="2026-04-20"), ENTRY)
    assert (case.state, filed(session, case)[0].route) == (State.registered, SuitRoute.direct)


def test_a_remedy_that_was_not_filed_cannot_end(session: Session) -> None:
    with pytest.raises(RuleBroken, match="no pending"):
        remedies.conclude(
            session,
            an_answered_case(session),
            remedies.Concluded(kind="complaint", remedy=1, on="2026-05-20"),
            ENTRY,
        )
