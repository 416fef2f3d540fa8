"""The tree of agencies: who hands a case to whom, and whose figures add up to whose."""

import re
from collections.abc import Sequence

from sqlalchemy import bindparam
from sqlmodel import Session, SQLModel, col, select

from requestflow.rules.errors import RuleBroken
from requestflow.rules.words import Word
from requestflow.services._born import born
from requestflow.services._fields import Given, GivenShort, Line, Short
from requestflow.store.models import Agency


class Level(Word):
    """What kind of office an agency is; the notice of remedies depends on it."""

    government = "government", "人民政府", "Government"
    department = "department", "政府部门", "Department"
    vertical = "vertical", "垂直管理部门", "Department led from above"


_BY_CODE = select(Agency).where(Agency.code == bindparam("code"))
_WEBSITE = re.compile(r"https?://[^\s/]+\.[^\s/]+(/\S*)?")
REACHED = ("phone", "address", "website")
"""How an applicant reaches the office."""


class NewAgency(SQLModel):
    """A row of `agencies import`: `parent` is the code of the agency above, empty for a root.

    A way to reach the office (`REACHED`) that is not given at all stays what it was.
    """

    code: GivenShort
    name: Given
    parent: Line = ""
    level: Level = Level.department
    region: Short = ""
    review_body: Line = ""
    phone: Short = ""
    address: Line = ""
    website: Line = ""


def found(session: Session, code: str) -> Agency:
    """The agency of that code; RuleBroken if there is none."""
    agency = session.exec(_BY_CODE, params={"code": code}).first()
    if agency is None:
        raise RuleBroken(
            f"没有代码为“{code}”的机关，请核对机关代码。",
            f"There is no agency with the code “{code}”: check the code.",
            field="agency",
        )
    return agency


def set_up(session: Session, new: NewAgency) -> Agency:
    """Adds an agency below its parent, or brings the one of that code up to date.

    RuleBroken for an unknown parent, another place in the tree, or a website that is no address of one: an agency once
    placed in the tree stays where it is, as the figures of past years were added up along the tree.
    """
    agency = session.exec(_BY_CODE, params={"code": new.code}).first()
    if agency is None:
        return add(session, new)
    parent = found(session, new.parent) if new.parent else None
    if agency.parent_id != (parent.id if parent else None):
        raise RuleBroken(
            f"机关“{agency.name}”已有上级机关，不能改挂到别处。",
            f"{agency.name} already has its place in the tree and cannot be moved.",
            field="parent",
        )
    refuse_no_website(new.website)
    _write(agency, new)
    session.add(agency)
    session.flush()
    return agency


def add(session: Session, new: NewAgency) -> Agency:
    """Adds an agency below its parent. RuleBroken as for `set_up`, and where the code is that of another one."""
    refuse_no_website(new.website)
    parent = found(session, new.parent) if new.parent else None
    agency = Agency(code=new.code, name=new.name, parent_id=parent.id if parent else None)
    _write(agency, new)
    taken = RuleBroken(
        f"代码“{new.code}”已由其他机关使用，请另取一个。",
        f"The code “{new.code}” is that of another agency; choose another.",
        field="code",
    )
    born(session, agency, taken)
    agency.path = f"{parent.path if parent else ''}{agency.id}."
    session.flush()
    return agency


def _write(agency: Agency, new: NewAgency) -> None:
    agency.name, agency.level = new.name, new.level.value
    agency.region, agency.review_body = new.region, new.review_body
    for way in REACHED:
        if way in new.model_fields_set:
            setattr(agency, way, getattr(new, way))


def refuse_no_website(website: str) -> None:
    """Refuses what is no address of a website; none at all is allowed."""
    if website and not _WEBSITE.fullmatch(website):
        raise RuleBroken(
            f"“{website}”不是网址，应以 http:// 或者 https:// 开头。",
            f"“{website}” is not the address of a website: it begins with http:// or https://.",
            field="website",
        )


def way_to(session: Session, agency: Agency) -> Sequence[Agency]:
    """The agency and all that stand above it, from the top down."""
    above = select(Agency).where(col(Agency.id).in_(agency.steps))
    return session.exec(above.order_by(col(Agency.path))).all()
