"""Putting right what was typed wrongly when a request was taken in; the event keeps what stood before and after."""

from datetime import date
from typing import Any

from sqlmodel import Session

from requestflow.rules import channels, conditions
from requestflow.rules.channels import counting_day
from requestflow.rules.errors import RuleBroken
from requestflow.rules.lifecycle import Action, Move
from requestflow.rules.standing import Standing, in_force, replay
from requestflow.rules.workdays import Calendar
from requestflow.services import _step, people
from requestflow.services._fields import Short, Words
from requestflow.services.entry import Entry
from requestflow.services.intake import NewCase
from requestflow.store.models import Case
from requestflow.store.queries.calendars import calendar_of

TURNS_THE_CLOCK = ("channel", "mail_kind", "submitted_on", "signed_on", "confirmed_on")
REGISTERED = tuple(NewCase.model_fields)


class Amendment(NewCase):
    """All that the registration should say, changed or not; `reason` is why the days or the channel were wrong."""

    tracking_number: Short = ""
    reason: Words = ""


def amend(session: Session, case: Case, form: Amendment, entry: Entry) -> None:
    """Amends what the registration says; days and channel turn the clock anew and need a written reason.

    RuleBroken where nothing differs, for a new e-mail address that is none, where the new days are none that a request
    can have, or where a step already taken could not have been taken by them.
    """
    before, after = _differences(case, form)
    if not after:
        raise RuleBroken(
            "各项内容与登记的一致，没有需要更正的。",
            "Everything reads as it was registered: there is nothing to amend.",
        )
    if "email" in after:
        people.refuse_no_address(form.email)
    facts: dict[str, Any] = {"before": before, "after": after, "reason": form.reason}
    if after.keys() & set(TURNS_THE_CLOCK):
        _refuse_no_reason(form)
        facts |= _receipt(session, case, form, entry.today)
        _refuse_what_no_longer_holds(session, case, Move(Action.amend, entry.today, facts))
    _step.take(session, case, Action.amend, on=entry.today, entry=entry, facts=facts)
    for name in REGISTERED:
        if name in after:
            setattr(case, name, getattr(form, name))
    session.flush()


def _differences(case: Case, form: Amendment) -> tuple[dict[str, Any], dict[str, Any]]:
    """What stood and what is to stand, by the name of each field that differs, as plain JSON values."""
    names = [*REGISTERED, *(["tracking_number"] if case.sent_on else [])]
    differing = [name for name in names if getattr(case, name) != getattr(form, name)]
    before, after = ({name: _plain(getattr(told, name)) for name in differing} for told in (case, form))
    return before, after


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _refuse_no_reason(form: Amendment) -> None:
    if not form.reason:
        raise RuleBroken(
            "更正收到方式或者日期会改变答复期限，请说明理由。",
            "How and when a request came in decides its term: say why it is amended.",
            field="reason",
        )


def _receipt(session: Session, case: Case, form: Amendment, today: date) -> dict[str, Any]:
    """When the request arrived and counts as received by the amended dates (Art. 31)."""
    received = channels.received_on(
        form.channel,
        form.mail_kind,
        submitted_on=form.submitted_on,
        signed_on=form.signed_on,
        confirmed_on=form.confirmed_on,
        today=today,
    )
    counted_by = counting_day(form.channel, form.mail_kind, form.submitted_on)
    if counted_by == "confirmed_on" and received and _awaits_confirmation(session, case):
        raise RuleBroken(
            f"双方确认之日请以“{Action.confirm.label.zh}”登记。",
            f"Record the day of confirmation as the step “{Action.confirm.label.en}”.",
            article="条例（2019）第31条",
            field="confirmed_on",
        )
    arrived = form.arrived_on() or today
    counted = {"counted_on": received.isoformat()} if received else {}
    return {"arrived_on": arrived.isoformat(), "counted_by": counted_by, **counted}


def _awaits_confirmation(session: Session, case: Case) -> bool:
    """Whether the request came in unconfirmed and no confirmation stands on record."""
    moves = in_force(_step.moves_of(session, case))
    return moves[0].action is Action.arrive and not any(move.action is Action.confirm for move in moves)


def _refuse_what_no_longer_holds(session: Session, case: Case, amending: Move) -> None:
    """No step already taken may be one that the law would have refused by the amended days."""
    calendar = calendar_of(session, case.agency_id)
    moves = _step.moves_of(session, case)
    held = _broken(moves, calendar)
    amended = Move(amending.action, amending.happened_on, amending.facts, len(moves) + 1)
    try:
        failing = {seq: why for seq, why in _broken([*moves, amended], calendar).items() if seq not in held}
    except RuleBroken as impossible:
        raise _no_longer(impossible) from impossible
    for why in failing.values():
        raise _no_longer(why)


def _broken(moves: list[Move], calendar: Calendar) -> dict[int, RuleBroken]:
    """The steps whose conditions do not hold, and why; an old register may have brought some of them in."""
    found: dict[int, RuleBroken] = {}

    def check(standing: Standing, move: Move) -> None:
        found.pop(move.seq, None)
        try:
            conditions.check(standing, move, calendar)
        except RuleBroken as why:
            found[move.seq] = why

    replay(moves, check)
    return found


def _no_longer(why: RuleBroken) -> RuleBroken:
    return RuleBroken(
        f"照此更正，已经办理的步骤不再成立。请核对日期，或者先撤销误录的步骤。{why.said.zh}",
        f"By these days a step already taken would not hold: check them, or strike that step out first. {why.said.en}",
        article=why.article,
    )
