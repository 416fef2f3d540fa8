"""How a test lays a case on the desk, moves it by verb or by form, and reads what its page offers."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from sqlmodel import Session, select

from requestflow.clock import now, today
from requestflow.rules.workdays import national
from requestflow.services import agencies, intake
from requestflow.services.entry import Entry
from requestflow.store.models import Case, Person
from requestflow.store.session import transaction
from tests.make import a_request
from tests.web.conftest import Page, Visitor

SignIn = Callable[..., Visitor]


def by_clerk(session: Session) -> Entry:
    """Typed in now by the clerk of the city, who has an account once `sign_in()` was called."""
    clerk = session.exec(select(Person).where(Person.login == "clerk.city")).one()
    return Entry(by=clerk, today=today(), now=now())


def came_in(agency: str = "CITY", on: date | None = None, **known: Any) -> Case:
    """A case of the agency, handed in on that day (today if none is given)."""
    about = {"submitted_on": on or today(), **known}
    with transaction() as session:
        return intake.register(session, agencies.found(session, agency), a_request(**about), by_clerk(session)).case


def take(verb: Callable[..., Any], case: Case, form: Any) -> None:
    """Moves the case by one of the product's own verbs."""
    with transaction() as session:
        verb(session, session.get_one(Case, case.id), form, by_clerk(session))


def now_at(case: Case) -> Case:
    """The case as it is remembered now."""
    with transaction() as session:
        return session.get_one(Case, case.id)


def offered_on(page: Page, case: Case) -> set[str]:
    """The steps that the page offers for today; those for an earlier day stand in a part that opens."""
    links = {str(link.get("href")) for link in page.every(".//aside/ul//a")}
    return {link.removeprefix(f"/cases/{case.id}/") for link in links}


def step(visitor: Visitor, case: Case, action: str, **typed: Any) -> Page:
    """Opens the form of a step and sends it back with what is typed."""
    form = visitor.get(f"/cases/{case.id}/{action}")
    sent = {"version": form.typed("version"), "on": form.typed("on"), **typed}
    return visitor.post(f"/cases/{case.id}/{action}", sent)


def ago(workdays: int) -> date:
    """The day so many working days before today."""
    day = today()
    while national().count(day, today()) < workdays:
        day -= timedelta(days=1)
    return day
