"""What a test begins with: an agency, an officer, a case, made with the product's own verbs."""

from datetime import UTC, date, datetime, time
from itertools import count
from typing import Any

from sqlmodel import Session

from requestflow.rules.roles import Hand, Role
from requestflow.services import agencies, intake, people
from requestflow.services.entry import Entry
from requestflow.store.models import Agency, Case, Person

PASSWORD = "a long and quiet sentence"
_NTH = count(1)


def an_agency(session: Session, code: str = "", *, parent: Agency | None = None, region: str = "") -> Agency:
    """An agency, at the top of a tree of its own or below `parent`."""
    code = code or f"AGENCY{next(_NTH)}"
    new = agencies.NewAgency(code=code, name=f"{code}机关", parent=parent.code if parent else "", region=region)
    return agencies.set_up(session, new)


def an_officer(session: Session, agency: Agency, role: Role = Role.handler, **known: Any) -> Person:
    """Somebody who works in the agency and signs in with PASSWORD."""
    nth = next(_NTH)
    about = {"login": f"officer{nth}", "name": f"第{nth}号", "email": f"officer{nth}@example.org", **known}
    return people.add(session, people.NewPerson(role=role, agency=agency.code, password=PASSWORD, **about))


def an_entry(by: Person | Hand = Hand.ledger, on: str | date = "2026-11-24", seen: int | None = None) -> Entry:
    """Who types something in, at noon of the day `on`."""
    day = date.fromisoformat(on) if isinstance(on, str) else on
    return Entry(by=by, today=day, now=datetime.combine(day, time(4), UTC), seen=seen)


def a_request(**known: Any) -> intake.NewCase:
    """What somebody handed in at the counter on 2 March 2026, unless told otherwise."""
    about = {
        "channel": "face_to_face",
        "submitted_on": "2026-03-02",
        "applicant_kind": "natural_person",
        "applicant_name": "李秀英",
        "description": "滨河路东段房屋征收补偿方案",
        **known,
    }
    return intake.NewCase(**about)


def a_case(session: Session, agency: Agency | None = None, *, entry: Entry | None = None, **known: Any) -> Case:
    """A registered case of the agency (or of a new one)."""
    agency = agency or an_agency(session)
    return intake.register(session, agency, a_request(**known), entry or an_entry()).case
