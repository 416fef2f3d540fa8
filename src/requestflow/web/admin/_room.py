"""What every page of administrators stands on: its room, its ways, and whom and what an administrator has charge of."""

from collections.abc import Sequence

from flask import Blueprint, abort
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString
from sqlmodel import Session

from requestflow import logs
from requestflow.rules.roles import Role
from requestflow.rules.words import Text
from requestflow.services import people
from requestflow.store.models import Agency, Person
from requestflow.web.access import officer, officers

room = Blueprint("admin", __name__)
administrators = officers(Role.admin)

LABELS = {
    "code": Text("机关代码", "Code"),
    "name": Text("名称", "Name"),
    "level": Text("类型", "Level"),
    "region": Text("所在地区", "Region"),
    "review_body": Text("行政复议机关", "Review body"),
    "phone": Text("联系电话", "Telephone"),
    "address": Text("办公地址", "Address"),
    "website": Text("网址", "Website"),
    "role": Text("角色", "Role"),
    "language": Text("语言", "Language"),
    "handler": Text("接手人", "Who takes over"),
    "days": Text("放假和调休上班的日期", "Days off and make-up working days"),
    "file": Text("文件", "File"),
    "source": Text("通知名称", "Name of the notice"),
}
_WAYS: tuple[tuple[str, LazyString], ...] = (
    ("admin.tree", lazy_gettext("Agencies")),
    ("admin.staff_list", lazy_gettext("People and roles")),
    ("admin.calendar", lazy_gettext("Days off")),
    ("admin.reminders", lazy_gettext("Reminders")),
)
_log = logs.logger("requestflow.web.admin")


@room.context_processor
def _ways() -> dict[str, object]:
    return {"admin_ways": _WAYS}


def in_charge(session: Session) -> Sequence[Agency]:
    """The agencies that the administrator has charge of: their own and all below, in the order of the tree."""
    return people.agencies_seen(session, officer().person)


def the_agency(session: Session, agency_id: int) -> Agency:
    """The agency, 404 if there is none or the administrator has no charge of it."""
    agency = session.get(Agency, agency_id)
    if agency is None or not people.may_see_agency(session, officer().person, agency):
        abort(404)
    return agency


def the_person(session: Session, person_id: int) -> Person:
    """The person, 404 if there is none or they work where the administrator has no charge."""
    person = session.get(Person, person_id)
    if person is None:
        abort(404)
    the_agency(session, person.agency_id)
    return person


def chosen(agencies: Sequence[Agency], code: str) -> Agency | None:
    """The agency of that code among those in charge; None if none is asked for, 404 for any other."""
    return next((agency for agency in agencies if agency.code == code), None) or (abort(404) if code else None)


def trace(act: str, **ids: object) -> None:
    """Leaves a line in the log: who did what to whom, by number, for there is nobody's name in it."""
    _log.info(act, by=officer().person.id, **ids)
