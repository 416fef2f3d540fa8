"""Which notices an officer wants: what the law asks for is told all the same."""

from collections.abc import Collection

from sqlmodel import Session

from requestflow.rules.errors import RuleBroken
from requestflow.rules.notices import Notice
from requestflow.rules.words import COMMA, Text
from requestflow.store.models import Agency, Person

_STATUTORY = Text(
    "这是法定期限的提醒，不能关闭：{notices}。",
    "These notices guard a term of the law and cannot be turned off: {notices}.",
)


def silence(session: Session, who: Person | Agency, notices: Collection[Notice]) -> None:
    """Lets an officer, or all of an agency, be told of everything but `notices`; replaces what was silenced before.

    RuleBroken if a statutory notice is among them.
    """
    statutory = [notice.label for notice in Notice if notice in notices and notice.is_statutory]
    if statutory:
        raise RuleBroken(*_STATUTORY.fill(notices=COMMA.join(statutory)), field="silenced")
    who.silenced = [notice.value for notice in Notice if notice in notices]
    session.add(who)
    session.flush()


def hears(person: Person, agency: Agency, notice: Notice) -> bool:
    """Whether an officer of the agency is told of it: neither of them has turned it off, or nobody can."""
    return notice.is_statutory or notice.value not in (*person.silenced, *agency.silenced)
