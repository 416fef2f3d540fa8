"""The one door through which a case changes state.

`begin` makes a case of its first step; `take` refuses or moves, appends the event and reckons the due date anew. Both
act in the caller's transaction. What the row of a case says is projected here from its events, for a single step, a
whole ledger and a recheck alike.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, insert, update
from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.sql.dml import ReturningInsert
from sqlmodel import Session, col, select

from requestflow.rules import conditions
from requestflow.rules.channels import Delivery, confirm_by
from requestflow.rules.deadlines import Timeliness, reckon, timeliness
from requestflow.rules.errors import RuleBroken
from requestflow.rules.lifecycle import ASKING, OPEN, REMEDIES, WAITING, WORKING, Action, Move
from requestflow.rules.standing import Standing, replay
from requestflow.rules.words import spoken
from requestflow.rules.workdays import Calendar
from requestflow.services import people
from requestflow.services.entry import Entry
from requestflow.store.inserting import Inserting, stated
from requestflow.store.models import NO_TERM, Case, Event, Person, Remedy
from requestflow.store.queries.calendars import calendar_of

_APPENDING = insert(Event).inline()  # nobody asks for its number
_MOVES = (
    select(col(Event.action), col(Event.happened_on), col(Event.facts), col(Event.seq))
    .where(col(Event.case_id) == bindparam("case_id"))
    .order_by(col(Event.seq))
)


class Conflict(RuleBroken):
    """Somebody else moved the case first; nothing was written."""

    def __init__(self) -> None:
        super().__init__(
            "案件刚刚被他人更新，您的操作没有保存。请查看最新情况后再办理。",
            "Somebody else has just changed this case; nothing of yours was saved. Look at it again, then act.",
        )


class NotYours(RuleBroken):
    """The officer's role or place in the tree does not allow the step."""

    def __init__(self, action: Action) -> None:
        super().__init__(
            f"您的角色或者所在机关不能办理“{action.label.zh}”。",
            f"Your role or your agency does not allow “{action.label.en}”.",
        )


def begin(session: Session, case: Case, action: Action, *, on: date, entry: Entry) -> Case | None:
    """Stores a new case, given as a row without its projections, with its first step: two statements, no lock.

    None if a case with its idempotency key is there already.
    """
    _refuse(session, case, action, on, entry)
    move = Move(action, on, {}, 1)
    _write(case, replay([move]), calendar_of(session, case.agency_id))
    case_id = session.connection().scalar(_storing(session), case.model_dump(exclude={"id"}))
    if case_id is None:
        return None
    case.id = case_id
    make_transient_to_detached(case)  # to the session it is a row that was read
    session.add(case)
    _append(session, case, move, entry)
    return case


@stated
def _storing(insert: Inserting) -> ReturningInsert[int]:
    return insert(Case).on_conflict_do_nothing(index_elements=["idempotency_key"]).returning(col(Case.id))


def take(
    session: Session,
    case: Case,
    action: Action,
    *,
    on: date,
    entry: Entry,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Takes one step of a case on the legal day `on`, or refuses it with RuleBroken; the only way to move a case."""
    _refuse(session, case, action, on, entry)
    _claim(session, case, entry.seen)
    moves = moves_of(session, case)
    move = Move(action, on, _kept(facts or {}), len(moves) + 1)
    calendar = calendar_of(session, case.agency_id)

    def check(standing: Standing, each: Move) -> None:
        if each is move:
            conditions.check(standing, move, calendar)

    standing = replay([*moves, move], check)
    _append(session, case, move, entry)
    there = agency_of(standing, case.registered_by_id)
    if there != case.agency_id:  # from a transfer on, the days off of the new agency count
        calendar = calendar_of(session, there)
    project(session, case, standing, calendar)
    session.flush()


def _refuse(session: Session, case: Case, action: Action, on: date, entry: Entry) -> None:
    """Refuses a day that has not come, and whoever may not take the step."""
    refuse_future(on, entry.today)
    if isinstance(entry.by, Person) and not people.may_take(session, entry.by, action, case):
        raise NotYours(action)


def refuse_future(on: date, today: date) -> None:
    """No step can be entered before the day it happens."""
    if on > today:
        day, now = spoken(on), spoken(today)
        raise RuleBroken(
            f"{day.zh}尚未到来（今天是{now.zh}），请核对日期。",
            f"{day.en} has not come yet (today is {now.en}): check the day.",
            field="on",
        )


def moves_of(session: Session, case: Case) -> list[Move]:
    """The moves of a case in the order of typing."""
    return [Move(*row) for row in session.exec(_MOVES, params={"case_id": case.id})]


def _append(session: Session, case: Case, move: Move, entry: Entry) -> None:
    """Remembers one move and who typed it."""
    officer, hand = (entry.by, None) if isinstance(entry.by, Person) else (None, entry.by)
    row = {
        "case_id": case.id,
        "seq": move.seq,
        "action": move.action,
        "happened_on": move.happened_on,
        "recorded_at": entry.now,
        "person_id": officer.id if officer else None,
        "hand": hand,
        "facts": dict(move.facts),
    }
    session.connection().execute(_APPENDING, row)


def project(session: Session, case: Case, standing: Standing, calendar: Calendar) -> None:
    """Writes what the moves of a case come to into its row and into its remedies."""
    _write(case, standing, calendar)
    session.add(case)
    if any(move.action in (*REMEDIES, Action.strike) for move in standing.taken):
        _project_remedies(session, case, standing)


def _write(case: Case, standing: Standing, calendar: Calendar) -> None:
    computed = {"agency_id": agency_of(standing, case.registered_by_id), **projected(standing, calendar)}
    for name, value in computed.items():
        if getattr(case, name) != value:
            setattr(case, name, value)


def agency_of(standing: Standing, registered_by_id: int) -> int:
    """Who has the case by its moves: the agency of its last transfer, else the one that registered it."""
    to = [move.facts["to"] for move in standing.taken if move.action is Action.transfer]
    return int(to[-1]) if to else registered_by_id


def projected(standing: Standing, calendar: Calendar) -> dict[str, Any]:
    """The columns of a case that are computed from its events, by name."""
    decided, sent = standing.decided, standing.sent
    decision = decided.facts if decided else {}
    sending = sent.facts if sent else {}
    fee = standing.fee
    clock = _clock(standing, calendar)
    return {
        "state": standing.state,
        "regime": standing.regime,
        "received_on": standing.received_on,
        **_confirmation(standing),
        **clock,
        "next_on": (clock["waiting_until"] or clock["due_on"] or NO_TERM) if standing.state in OPEN else None,
        **_to_be_done(standing),
        "outcome": decision.get("outcome"),
        "reason": decision.get("reason", ""),
        "decided_on": decided.happened_on if decided else None,
        "sent_on": sent.happened_on if sent else None,
        "closed_on": standing.closed_on,
        "delivery": Delivery(sending["delivery"]) if sending.get("delivery") else None,
        "tracking_number": standing.tracking_number,
        "handler_id": standing.handler_id,
        "fee_yuan": Decimal(fee.facts["yuan"]) if fee else Decimal(0),
        "fee_paid_on": standing.fee_paid.happened_on if standing.fee_paid else None,
    }


def _confirmation(standing: Standing) -> dict[str, Any]:
    """When a request that had to wait for it was confirmed; one registered at once keeps the day that was typed."""
    if standing.taken[0].action is not Action.arrive:
        return {}
    return {"confirmed_on": standing.received_on}


def first_duty(standing: Standing) -> Standing:
    """Where the case stood before a review or suit reopened it for the first time."""
    while standing.reopened:
        standing = replay(standing.taken[: standing.taken.index(standing.reopened)])
    return standing


def _clock(standing: Standing, calendar: Calendar) -> dict[str, Any]:
    if standing.received_on is None or standing.regime is None:
        return {
            "due_on": None,
            "is_provisional": False,
            "waiting_until": confirm_by(standing.taken[0].happened_on, calendar),
            "extension_workdays": 0,
            "timeliness": Timeliness.on_time if standing.closed_on else None,  # withdrawn before it was confirmed
        }
    reckoning = reckon(standing.taken, standing.regime, calendar)
    first = reckoning
    if standing.reopened:  # the first answer keeps the term that it was given in
        first = reckon(first_duty(standing).taken, standing.regime, calendar)
    closed_on = standing.closed_on
    return {
        "due_on": reckoning.due_on,
        "is_provisional": reckoning.is_provisional,
        "waiting_until": reckoning.waiting_until if standing.state in WAITING else None,
        "extension_workdays": reckoning.extension_workdays,
        "timeliness": timeliness(closed_on, first) if closed_on else None,
    }


def _to_be_done(standing: Standing) -> dict[str, date | None]:
    """Since when something beside the state of a case has to be done next; None where it has not."""
    may_extend = standing.state in WORKING and not standing.is_extended
    asked, consent = standing.asked_extension, standing.consent
    letter = standing.unreceived() if standing.state in ASKING else None
    return {
        "extension_asked_on": asked.happened_on if asked and may_extend else None,
        "extension_consented_on": consent.happened_on if consent and may_extend else None,
        "letter_sent_on": letter.sent_on if letter else None,
    }


def _project_remedies(session: Session, case: Case, standing: Standing) -> None:
    rows = session.exec(select(Remedy).where(Remedy.case_id == case.id))
    known = {(row.kind, row.nth): row for row in rows}
    for gone in known.keys() - {(filed.kind, filed.nth) for filed in standing.filings}:
        session.delete(known[gone])  # its filing was struck out
    for filed in standing.filings:
        row = known.get((filed.kind, filed.nth)) or Remedy(
            case_id=case.id, kind=filed.kind, nth=filed.nth, filed_on=filed.filed_on
        )
        row.route, row.filed_on, row.result, row.closed_on = filed.route, filed.filed_on, filed.result, filed.closed_on
        session.add(row)


def _claim(session: Session, case: Case, seen: int | None) -> None:
    """Takes the next version of the case, or raises Conflict: of two who act at once, one wins."""
    version = case.version if seen is None else seen
    claim = update(Case).where(col(Case.id) == case.id, col(Case.version) == version).values(version=version + 1)
    as_it_is_now = {"synchronize_session": False, "populate_existing": True}
    if session.scalars(claim.returning(Case), execution_options=as_it_is_now).first() is None:
        raise Conflict


def _kept(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts as plain JSON values, without those that were not given."""
    return {name: _plain(value) for name, value in facts.items() if value not in (None, "")}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else str(value) if isinstance(value, Decimal) else value
