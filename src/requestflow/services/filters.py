"""Ways of looking at the queue that an officer keeps under names of their own."""

from collections.abc import Sequence

from sqlmodel import Session, SQLModel, col, select

from requestflow.rules.errors import RuleBroken
from requestflow.services._fields import FilterName, FilterQuery
from requestflow.store.models import Person, SavedFilter

MOST = 12


class NamedFilter(SQLModel):
    """What a filter is called."""

    name: FilterName


class NewFilter(NamedFilter):
    """The `query` of the queue's address that is kept under a name."""

    query: FilterQuery = ""


def kept_by(session: Session, person: Person) -> Sequence[SavedFilter]:
    """What the person keeps, in the order of keeping."""
    theirs = select(SavedFilter).where(SavedFilter.person_id == person.id)
    return session.exec(theirs.order_by(col(SavedFilter.id))).all()


def keep(session: Session, person: Person, new: NewFilter) -> SavedFilter:
    """Keeps one more. RuleBroken where nothing is filtered, and for a name or a view that is kept already."""
    kept = kept_by(session, person)
    if not new.query:
        raise RuleBroken(
            "没有选择任何条件，不需要保存：请先筛选，再保存。",
            "Nothing is filtered here, so there is nothing to keep: filter the queue first.",
        )
    if len(kept) >= MOST:
        raise RuleBroken(
            f"最多保存{MOST}个筛选，请先删除不用的。",
            f"You keep {MOST} filters already: drop one that you do not need.",
        )
    same = next((each for each in kept if each.query == new.query), None)
    if same:
        raise RuleBroken(f"这些条件已经保存为“{same.name}”。", f"You keep this view already, as “{same.name}”.")
    _refuse_doubled(kept, new.name)
    made = SavedFilter(person_id=person.id, name=new.name, query=new.query)
    session.add(made)
    session.flush()
    return made


def rename(session: Session, person: Person, filter_id: int, form: NamedFilter) -> SavedFilter:
    """Gives it another name. RuleBroken if that name is taken, or if the filter is gone."""
    kept = kept_by(session, person)
    chosen = _chosen(kept, filter_id)
    _refuse_doubled([each for each in kept if each is not chosen], form.name)
    chosen.name = form.name
    session.add(chosen)
    session.flush()
    return chosen


def drop(session: Session, person: Person, filter_id: int) -> SavedFilter:
    """Keeps it no longer. RuleBroken if it is gone already."""
    chosen = _chosen(kept_by(session, person), filter_id)
    session.delete(chosen)
    session.flush()
    return chosen


def _chosen(kept: Sequence[SavedFilter], filter_id: int) -> SavedFilter:
    chosen = next((each for each in kept if each.id == filter_id), None)
    if chosen is None:
        raise RuleBroken("这个筛选已经删除。", "This filter has been dropped already.")
    return chosen


def _refuse_doubled(kept: Sequence[SavedFilter], name: str) -> None:
    if any(each.name == name for each in kept):
        raise RuleBroken(
            f"已有名为“{name}”的筛选，请另取一个名称。",
            f"You keep a filter called “{name}” already: choose another name.",
            field="name",
        )
