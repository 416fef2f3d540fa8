"""What may befall a case, by chance: for tests of what must hold whatever happens."""

from datetime import date
from random import Random

from sqlmodel import Session

from requestflow.rules.remedies import RemedyKind
from requestflow.rules.standing import in_force
from requestflow.services import amending, casework, mistakes, remedies
from requestflow.services._step import moves_of
from requestflow.store.models import Agency, Case
from tests.make import an_entry


def befall(session: Session, case: Case, on: date, chance: Random, agencies: list[Agency]) -> None:
    """Lets something happen to a case on a day; RuleBroken where the law refuses it."""
    entry = an_entry()
    match chance.randrange(9):
        case 0:
            to = chance.choice(agencies).code
            casework.transfer(session, case, casework.Transfer(on=on, to=to, reason="由其负责"), entry)
        case 1:
            casework.withdraw(session, case, casework.Dated(on=on), entry)
        case 2:
            form = casework.Extension(on=on, workdays=10, reason="材料较多", approved_by="王主任")
            casework.extend(session, case, form, entry)
        case 3 | 4:
            outcome = chance.choice(["O02", "O04", "O11", "O21", "O31"])
            casework.decide(
                session, case, casework.Decision(on=on, outcome=outcome, reason="见告知书。", record="检索记录"), entry
            )
        case 5:
            casework.send(session, case, casework.Sending(on=on, delivery="post"), entry)
        case 6:
            remedies.file(session, case, remedies.Filed(kind=RemedyKind.review, on=on), entry)
        case 7:
            told = {name: getattr(case, name) for name in amending.REGISTERED}
            changes = chance.choice([{"applicant_kind": "business"}, {"channel": "fax"}, {"submitted_on": on}])
            form = amending.Amendment.model_validate({**told, **changes, "reason": "登记有误"})
            amending.amend(session, case, form, entry)
        case 8:
            moves = [move for move in in_force(moves_of(session, case)) if mistakes.can_be_struck(move)]
            if moves:
                form = mistakes.Struck(on=on, seq=chance.choice(moves).seq, reason="误录")
                mistakes.strike(session, case, form, entry)
