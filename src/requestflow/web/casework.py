"""The page of a case: its facts, its story, why its date is what it is, and exactly the steps that are allowed now."""

from datetime import date
from typing import Any, NamedTuple

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session

from requestflow.clock import now, today
from requestflow.rules.channels import Delivery
from requestflow.rules.conditions import WITHOUT_ANSWER
from requestflow.rules.errors import RuleBroken
from requestflow.rules.lifecycle import Action
from requestflow.rules.outcomes import OUTCOMES
from requestflow.rules.standing import Standing
from requestflow.rules.words import Text
from requestflow.services import people
from requestflow.services._step import Conflict
from requestflow.services.entry import Entry
from requestflow.store.queries.agencies import agency_at
from requestflow.store.session import reading, transaction
from requestflow.web.access import of_case, officer, row_number, the_case
from requestflow.web.bench import Bench, Step, can_take, could_take, lay_out, may_take
from requestflow.web.choices import fee_of
from requestflow.web.forms import Filled, blank, fill
from requestflow.web.language import say
from requestflow.web.next_day import main_step, next_day, to_do
from requestflow.web.proposals import proposed
from requestflow.web.steps import STEPS_BY_HAND
from requestflow.web.telling import timeline, typed_last

room = Blueprint("casework", __name__)

_BESIDE = frozenset(
    {
        *(Action.assign, Action.transfer, Action.withdraw, Action.set_regime, Action.amend, Action.strike, Action.note),
        *(Action.file_review, Action.close_review, Action.file_suit, Action.close_suit),
        *(Action.file_complaint, Action.close_complaint),
    }
)
KEPT_AS = {  # the law speaks of the columns of a case; the form of a step has one day, and shorter keys
    "agency": "to",  # the agency that a case is handed to
    "correction_asked_on": "on",
    "correction_until": "until",
    "extended_on": "on",
    "extension_approved_by": "on",
    "extension_workdays": "workdays",
    "fee_noticed_on": "on",
    "fee_received_on": "received_on",
    "fee_yuan": "yuan",
    "received_on": "on",
}


class AnswerAgain(NamedTuple):
    """The answer given after a review or suit reopened the case; the row keeps the first, which the year counts."""

    outcome: Text
    reason: str
    decided_on: date
    sent_on: date | None
    delivery: Text | None
    tracking_number: str


@room.get("/cases/<int:case_id>")
@of_case()
def show(case_id: int) -> ResponseReturnValue:
    """Everything about one case on one page."""
    with reading() as session:
        bench = lay_out(session, the_case(session, case_id), officer().person, today())
        now_possible = [action for action, step in STEPS_BY_HAND.items() if can_take(bench, action, step)]
        others = [(action, step) for action, step in STEPS_BY_HAND.items() if action not in now_possible]
        earlier = [action for action, step in others if could_take(bench, action, step)]
        reckoning = bench.reckoning()
        return render_template(
            "casework/show.html",
            bench=bench,
            case=bench.case,
            next=next_day(bench.case, bench.today, bench.calendar),
            reckoning=reckoning,
            why=[(step.on, step.what, "", step.article) for step in reckoning.steps] if reckoning else [],
            days=list(reckoning.days()) if reckoning else [],
            handler=_handler(bench),
            registered_by=_registered_by(bench),
            lines=timeline(bench.story, bench.standing),
            to_do=to_do(bench.case, bench.person.role, bench.today),
            next_step=step if (step := main_step(bench.case, bench.person.role, bench.today)) in now_possible else None,
            proposal=proposal if (proposal := proposed(bench)) and proposal.step in now_possible else None,
            ahead=[action for action in now_possible if action not in _BESIDE],
            beside=[action for action in now_possible if action in _BESIDE],
            earlier=earlier,
            steps=STEPS_BY_HAND,
            outcome=OUTCOMES.get(bench.case.outcome or ""),
            is_answered=bench.case.outcome not in WITHOUT_ANSWER,
            is_here=bench.is_here,
            answer_again=_answer_again(bench.standing),
        )


@room.get("/cases/<int:case_id>/<action>")
@of_case(Action.note)
def ask(case_id: int, action: str) -> ResponseReturnValue:
    """The form of one step."""
    step = _step(action)
    with reading() as session:
        bench = _laid_out(session, case_id, Action(action))
        return _form(bench, Action(action), step, blank(step.labels, **step.opened(bench)))


@room.post("/cases/<int:case_id>/<action>")
@of_case(Action.note)
def take(case_id: int, action: str) -> ResponseReturnValue:
    """Takes the step, or says why not and keeps what was typed; 409 if the case has moved on since it was read."""
    step, taken = _step(action), Action(action)
    form = _read(step)
    status = 422
    if taken is Action.notice_fee and _is_reckoning(form):
        return _shown(case_id, taken, step, _with_fee(form), focus="yuan")
    if form.value is not None:
        try:
            with transaction() as session:
                case = _laid_out(session, case_id, taken).case
                seen = request.form.get("version", type=row_number)
                step.verb(session, case, form.value, Entry(by=officer().person, today=today(), now=now(), seen=seen))
                is_still_seen = people.may_see(session, officer().person, case)
        except RuleBroken as broken:
            status = 409 if isinstance(broken, Conflict) else 422
            _refuse(form, step, broken)
        else:
            flash(_("Done: %(step)s", step=say(taken)), "done")
            return redirect(url_for("casework.show", case_id=case_id) if is_still_seen else url_for("worklist.queue"))
    return _shown(case_id, taken, step, form, status)


def _step(action: str) -> Step:
    known = {each.value: step for each, step in STEPS_BY_HAND.items()}
    return known.get(action) or abort(404)


def _laid_out(session: Session, case_id: int, action: Action) -> Bench:
    bench = lay_out(session, the_case(session, case_id), officer().person, today())
    if not may_take(bench, action):
        abort(403)
    return bench


def _read(step: Step) -> Filled[Any]:
    return fill(step.form, request.form, labels=step.labels, **step.given)


def _refuse(form: Filled[Any], step: Step, broken: RuleBroken) -> None:
    key = KEPT_AS.get(broken.field, broken.field)
    field = key if key in step.labels else ""  # what is about no field, such as a Conflict, stands above the form
    form.refuse(RuleBroken(*broken.said, article=broken.article, field=field))


def _is_reckoning(form: Filled[Any]) -> bool:
    return "reckon" in request.form or not form.typed.get("yuan")


def _with_fee(form: Filled[Any]) -> Filled[Any]:
    """The form with the fee that its way and quantity come to: nobody reckons a progressive tariff by hand."""
    fee = fee_of(str(form.typed.get("way", "")), str(form.typed.get("quantity", "")))
    form.value = None
    if fee is not None:
        form.errors.clear()
        form.typed["yuan"] = fee
    return form


def _shown(
    case_id: int, action: Action, step: Step, form: Filled[Any], status: int = 200, focus: str = ""
) -> tuple[str, int]:
    with reading() as session:
        return _form(_laid_out(session, case_id, action), action, step, form, status, focus), status


def _form(bench: Bench, action: Action, step: Step, form: Filled[Any], status: int = 200, focus: str = "") -> str:
    return render_template(
        "casework/step.html",
        bench=bench,
        case=bench.case,
        action=action,
        step=step,
        form=form,
        focus=focus or step.asks[0].key,
        asks=[(ask, ask.hinted(bench), ask.offered(bench)) for ask in step.asks if ask.is_asked(bench)],
        article=step.article(bench),
        warning=step.warns(bench),
        is_possible=can_take(bench, action, step),
        moved_on=typed_last(bench.story, bench.standing) if status == 409 else None,
        next=next_day(bench.case, bench.today, bench.calendar),
    )


def _answer_again(standing: Standing) -> AnswerAgain | None:
    decided, sent = standing.decided_again, standing.sent_again
    if decided is None:
        return None
    how = sent.facts if sent else {}
    return AnswerAgain(
        outcome=OUTCOMES[decided.facts["outcome"]].label,
        reason=decided.facts.get("reason", ""),
        decided_on=decided.happened_on,
        sent_on=sent.happened_on if sent else None,
        delivery=Delivery(how["delivery"]).label if "delivery" in how else None,
        tracking_number=how.get("tracking_number", ""),
    )


def _handler(bench: Bench) -> str:
    moves = [move for move in bench.standing.taken if move.action in (Action.assign, Action.transfer)]
    return str(moves[-1].facts.get("handler", "")) if moves else ""


def _registered_by(bench: Bench) -> str:
    """The agency that gave a case its number, where another has the case now: their numbers may be alike."""
    case = bench.case
    return "" if case.registered_by_id == case.agency_id else agency_at(bench.session, case.registered_by_id).name
