"""The tree of agencies: who hands a case to whom, and whose figures add up to whose."""

from collections.abc import Sequence

from sqlmodel import Session, SQLModel, col, select

from requestflow.rules.errors import RuleBroken
from requestflow.rules.words import Word
from requestflow.services._fields import Given, GivenShort, Line, Short
from requestflow.store.models import Agency


class Level(Word):
    """What kind of office an agency is; the notice of remedies depends on it."""

    government = "government", "人民政府", "Government"
    department = "department", "政府部门", "Department"
    vertical = "vertical", "垂直管理部门", "Department led from above"


class NewAgency(SQLModel):
    """A row of `agencies import`: `parent` is the code of the agency above, empty for a root."""

    code: GivenShort
    name: Given
    parent: Line = ""
    level: Level = Level.department
    region: Short = ""
    review_body: Line = ""


def found(session: Session, code: str) -> Agency:
    """The agency of that code; RuleBroken if there is none."""
    agency = session.exec(select(Agency).where(Agency.code == code)).first()
    if agency is None:
        raise RuleBroken(
            f"没有代码为“{code}”的机关，请核对机关代码。",
            f"There is no agency with the code “{code}”: check the code.",
            field="agency",
        )
    return agency


def set_up(session: Session, new: NewAgency) -> Agency:
    """Adds an agency below its parent, or brings the one of that code up to date. RuleBroken for an unknown parent.

    An agency once placed in the tree stays where it is: figures of past years were added up along the tree.
    """
    agency = session.exec(select(Agency).where(Agency.code == new.code)).first()
    parent = found(session, new.parent) if new.parent else None
    if agency is None:
        agency = Agency(code=new.code, name=new.name, parent_id=parent.id if parent else None)
        session.add(agency)
        session.flush()
        agency.path = f"{parent.path if parent else ''}{agency.id}."
    elif agency.parent_id != (parent.id if parent else None):
        raise RuleBroken(
            f"机关“{agency.name}”已有上级机关，不能改挂到别处。",
            f"{agency.name} already has its place in the tree and cannot be moved.",
            field="parent",
        )
    agency.name, agency.level = new.name, new.level.value
    agency.region, agency.review_body = new.region, new.review_body
    session.add(agency)
    session.flush()
    return agency


def below(session: Session, agency: Agency) -> Sequence[Agency]:
    """The agency and all agencies below it, in the order of the tree."""
    within = col(Agency.path).startswith(agency.path, autoescape=True)
    return session.exec(select(Agency).where(within).order_by(col(Agency.path))).all()


def root_of(session: Session, agency: Agency) -> Agency:
    """The agency at the top of the tree that this one hangs in."""
    return session.get_one(Agency, int(agency.path.partition(".")[0]))
