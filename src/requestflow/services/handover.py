"""What becomes of the open cases of somebody who leaves: another works on them, or they lie on the desk as nobody's."""

from sqlmodel import Session, SQLModel

from requestflow.rules.lifecycle import Action
from requestflow.services import _step, casework
from requestflow.services._fields import GivenShort
from requestflow.services.casework import Assignment
from requestflow.services.entry import Entry
from requestflow.store.models import Person
from requestflow.store.queries.staff import cases_in_hand

NOBODY = "-"


class Handover(SQLModel):
    """Who takes the cases over, by login name; `NOBODY` for nobody yet."""

    handler: GivenShort


def hand_over(session: Session, person: Person, form: Handover, entry: Entry) -> int:
    """Takes every open case out of the person's hand, and returns how many they were.

    RuleBroken where somebody is named who may not work on one of them; then none has been handed over.
    """
    cases = cases_in_hand(session, person.id)
    for case in cases:
        if form.handler == NOBODY:
            _step.take(session, case, Action.assign, on=entry.today, entry=entry)
        else:
            casework.assign(session, case, Assignment(on=entry.today, handler=form.handler), entry)
    return len(cases)
