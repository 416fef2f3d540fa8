"""Several cases of the queue given to one officer at once, what became of each of them, and the way back."""

from collections.abc import Callable
from typing import NamedTuple

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask import session as visit
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlmodel import Session

from requestflow.clock import now, today
from requestflow.rules.errors import RuleBroken
from requestflow.rules.lifecycle import TAKERS, Action, Move
from requestflow.rules.words import Text
from requestflow.services import _step, casework, mistakes, people
from requestflow.services.casework import Assignment
from requestflow.services.entry import Entry
from requestflow.services.mistakes import Struck
from requestflow.store.models import Case
from requestflow.store.queries.agencies import agency_at
from requestflow.store.queries.worklist import PAGE
from requestflow.store.session import reading, transaction
from requestflow.web import looking
from requestflow.web.access import officer, officers, row_number, the_case
from requestflow.web.language import say
from requestflow.web.worklist import BATCH

room = Blueprint("assigning", __name__)

_TAKEN_BACK = Text("成批分派的，已撤回", "Assigned together with others and taken back")


class Became(NamedTuple):
    """What became of one case, whose number is one of its agency: the step that was taken, or why it was refused."""

    case_id: int
    number: str
    agency: str
    applicant: str
    taken: Move | None = None
    refused: Text | None = None


@room.post("/desk/assign")
@officers(*TAKERS[Action.assign])
def assign() -> ResponseReturnValue:
    """Assigns each case that was ticked, one by one: what is refused for one stops none of the others.

    404 where one of them is not to be seen by whoever assigns; then none has been assigned.
    """
    handler = request.form.get("handler", "")
    ticked = _ticked()
    back = _queue_as_it_was()
    if not ticked or not handler:
        flash(
            _("Choose an officer first.") if ticked else _("Tick the cases, choose an officer, then assign."), "plain"
        )
        visit[BATCH] = {"ticked": [number for number, _seen in ticked], "handler": handler}
        return redirect(back)
    with reading() as session:
        for number, _seen in ticked:
            the_case(session, number)
    became = [_each(number, seen, _assigned_to(handler)) for number, seen in ticked]
    return render_template(
        "worklist/assigned.html",
        done=[each for each in became if each.taken],
        refused=[each for each in became if each.refused],
        back=back,
        query=request.form.get("query", ""),
    )


@room.post("/desk/assign/undo")
@officers(*TAKERS[Action.assign])
def undo() -> ResponseReturnValue:
    """Strikes the assignments out again: each case is with whoever had it before, and the story tells both."""
    steps = [_pair(said) for said in request.form.getlist("step")][:PAGE]
    became = [_each(number, None, _struck(seq)) for number, seq in steps if number]
    done = [each for each in became if each.taken]
    flash(ngettext("Taken back: %(num)d assignment", "Taken back: %(num)d assignments", len(done)), "done")
    for each in became:
        if each.refused:
            flash(f"{each.agency} {each.number}{_(': ')}{say(each.refused)}", "plain")
    return redirect(_queue_as_it_was())


def _queue_as_it_was() -> str:
    query = looking.query_of(looking.said_in(request.form.get("query", "")))
    return f"{url_for('worklist.queue')}?{query}" if query else url_for("worklist.queue")


def _each(case_id: int, seen: int | None, step: Callable[[Session, Case, Entry], None]) -> Became:
    try:
        with transaction() as session:
            case = the_case(session, case_id)
            about = (case_id, case.number, agency_at(session, case.agency_id).name, case.applicant_name)
            step(session, case, Entry(by=officer().person, today=today(), now=now(), seen=seen))
            taken = _step.moves_of(session, case)[-1]
    except RuleBroken as broken:
        return Became(*about, refused=broken.said)
    return Became(*about, taken=taken)


def _assigned_to(handler: str) -> Callable[[Session, Case, Entry], None]:
    return lambda session, case, entry: casework.assign(session, case, Assignment(on=today(), handler=handler), entry)


def _struck(seq: int) -> Callable[[Session, Case, Entry], None]:
    def strike(session: Session, case: Case, entry: Entry) -> None:
        if not people.may_take(session, officer().person, Action.strike, case):
            raise _step.NotYours(Action.strike)
        if len(_step.moves_of(session, case)) != seq:
            raise RuleBroken(
                "分派之后已有新的办理，请在案件页面更改承办人。",
                "More has happened since: change who works on it on the page of the case.",
            )
        mistakes.strike(session, case, Struck(on=today(), seq=seq, reason=say(_TAKEN_BACK)), entry)

    return strike


def _ticked() -> list[tuple[int, int]]:
    """The cases that were ticked on one page of the queue, each with the version that the page showed."""
    return [pair for pair in map(_pair, request.form.getlist("case")[:PAGE]) if pair[0]]


def _pair(said: str) -> tuple[int, int]:
    """Two numbers as the pages write them ("17.3"); zeros for what is none."""
    case, _dot, more = said.partition(".")
    try:
        return row_number(case), row_number(more)
    except ValueError:
        return 0, 0
