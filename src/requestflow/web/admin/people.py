"""Who works in the offices: their accounts, roles and places, and the cases of whoever leaves."""

from collections.abc import Sequence
from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session

from requestflow.clock import now, today
from requestflow.rules.errors import RuleBroken
from requestflow.rules.roles import Role
from requestflow.rules.words import Text
from requestflow.services import accounts, handover
from requestflow.services._fields import plain
from requestflow.services.accounts import Account
from requestflow.services.entry import Entry
from requestflow.services.handover import NOBODY, Handover
from requestflow.services.people import NewPerson
from requestflow.services.seen import Changed
from requestflow.store.models import Agency, Person
from requestflow.store.queries import staff
from requestflow.store.queries.cases import handlers_for
from requestflow.store.session import reading, transaction
from requestflow.web.access import officer
from requestflow.web.admin._room import (
    LABELS,
    administrators,
    chosen,
    in_charge,
    room,
    the_agency,
    the_person,
    trace,
)
from requestflow.web.forms import Filled, blank, fill
from requestflow.web.language import TONGUES

_OF_PEOPLE = {**LABELS, "name": Text("姓名", "Name"), "email": Text("电子邮箱", "E-mail")}
_ASKS = {
    "login": Text("请填写登录名。", "Give a login name."),
    "name": Text("请填写姓名。", "Give the name."),
    "role": Text("请选择角色。", "Choose a role."),
    "handler": Text("请选择由谁接手。", "Choose who takes over."),
}


@room.get("/admin/people")
@administrators
def staff_list() -> ResponseReturnValue:
    """The accounts of the agencies in charge, or of one of them and those below it."""
    sought = plain(request.args.get("q", ""))[:100]
    with reading() as session:
        seen = in_charge(session)
        top = chosen(seen, request.args.get("agency", ""))
        within = [agency.id for agency in seen if top is None or agency.path.startswith(top.path)]
        people = staff.listed(session, within, sought)
        held = staff.in_hand(session, [person.id for person, _ in people])
    return render_template(
        "admin/people.html",
        people=people[: staff.MOST_LISTED],
        is_cut=len(people) > staff.MOST_LISTED,
        most=staff.MOST_LISTED,
        held=held,
        agencies=_offered(seen),
        top=top,
        sought=sought,
    )


@room.get("/admin/people/new")
@administrators
def invite() -> ResponseReturnValue:
    """The form for a new account."""
    with reading() as session:
        top = chosen(in_charge(session), request.args.get("agency", ""))
        return _form(session, blank(_OF_PEOPLE, agency=(top or officer().agency).code, language="zh"))


@room.post("/admin/people/new")
@administrators
def admit() -> ResponseReturnValue:
    """Opens an account and tells its password, this once."""
    password = accounts.made_password()
    form = fill(NewPerson, request.form, labels=_OF_PEOPLE, asks=_ASKS, password=password)
    with transaction() as session:
        if form.value is not None:
            try:
                person = accounts.add(session, officer().person, form.value)
            except RuleBroken as broken:
                form.refuse(broken)
            else:
                trace("account opened", person=person.id, role=person.role, agency=person.agency_id)
                return _told_once(person, password, is_new=True)
        return _form(session, form), 422


@room.get("/admin/people/<int:person_id>")
@administrators
def person(person_id: int) -> ResponseReturnValue:
    """What is kept of an account, as a form, and what else can be done with it."""
    with reading() as session:
        known = the_person(session, person_id)
        agency = session.get_one(Agency, known.agency_id)
        said = {"name": known.name, "role": known.role.value, "agency": agency.code}
        form = blank(_OF_PEOPLE, **said, email=known.email, language=known.language)
        return _form(session, form, known)


@room.post("/admin/people/<int:person_id>")
@administrators
def revise(person_id: int) -> ResponseReturnValue:
    """Keeps what was changed of an account."""
    form = fill(Account, request.form, labels=_OF_PEOPLE, asks=_ASKS)
    status = 422
    with transaction() as session:
        known = the_person(session, person_id)
        if form.value is not None:
            try:
                accounts.change(session, officer().person, known, form.value, request.form.get("seen", ""))
            except RuleBroken as broken:
                form.refuse(broken)
                status = 409 if isinstance(broken, Changed) else 422
            else:
                trace("account changed", person=known.id, role=known.role, agency=known.agency_id)
                flash(_("The account of %(name)s was changed.", name=known.name), "done")
                return redirect(url_for("admin.staff_list"))
        return _form(session, form, known), status


@room.get("/admin/people/<int:person_id>/password")
@administrators
def forgotten(person_id: int) -> ResponseReturnValue:
    """Asks whether the account should get a new password."""
    with reading() as session:
        return render_template("admin/password.html", person=the_person(session, person_id))


@room.post("/admin/people/<int:person_id>/password")
@administrators
def renew(person_id: int) -> ResponseReturnValue:
    """Gives the account a new password and tells it, this once."""
    with transaction() as session:
        known = the_person(session, person_id)
        password = accounts.renew_password(session, officer().person, known)
    trace("password renewed", person=known.id)
    return _told_once(known, password, is_new=False)


@room.get("/admin/people/<int:person_id>/cases")
@administrators
def held_by(person_id: int) -> ResponseReturnValue:
    """Asks who takes over the open cases."""
    with reading() as session:
        return _leaving(session, the_person(session, person_id), blank(_OF_PEOPLE), is_closing=False)


@room.post("/admin/people/<int:person_id>/cases")
@administrators
def hand_over(person_id: int) -> ResponseReturnValue:
    """Hands all open cases over."""
    return _release(person_id, is_closing=False)


@room.get("/admin/people/<int:person_id>/close")
@administrators
def dismiss(person_id: int) -> ResponseReturnValue:
    """Asks whether the account should be closed, and what becomes of its open cases."""
    with reading() as session:
        return _leaving(session, the_person(session, person_id), blank(_OF_PEOPLE), is_closing=True)


@room.post("/admin/people/<int:person_id>/close")
@administrators
def close(person_id: int) -> ResponseReturnValue:
    """Hands the open cases over, if there are any, and closes the account."""
    return _release(person_id, is_closing=True)


@room.post("/admin/people/<int:person_id>/open")
@administrators
def reopen(person_id: int) -> ResponseReturnValue:
    """Lets somebody sign in again."""
    with transaction() as session:
        known = the_person(session, person_id)
        accounts.reopen(session, officer().person, known)
    trace("account reopened", person=known.id)
    flash(_("%(name)s can sign in again.", name=known.name), "done")
    return redirect(url_for("admin.person", person_id=person_id))


def _release(person_id: int, *, is_closing: bool) -> ResponseReturnValue:
    """Both in one transaction: nobody is dismissed with cases in hand, and no case is handed over for nothing."""
    form = fill(Handover, request.form, labels=_OF_PEOPLE, asks=_ASKS)
    try:
        with transaction() as session:
            known = the_person(session, person_id)
            moved = _handed_over(session, known, form) if staff.in_hand(session, [known.id]) else 0
            if is_closing:
                accounts.close(session, officer().person, known)
    except RuleBroken as broken:
        form.refuse(broken)
        with reading() as session:
            if not staff.in_hand(session, [person_id]):
                form.errors.pop("handler", None)  # nobody is missing where there is nothing to take over
            return _leaving(session, the_person(session, person_id), form, is_closing=is_closing), 422
    trace("account closed" if is_closing else "cases handed over", person=known.id, cases=moved)
    if is_closing:
        flash(_("%(name)s can no longer sign in.", name=known.name), "done")
    if moved or not is_closing:
        flash(_("The open cases of %(name)s were handed over.", name=known.name), "done")
    return redirect(url_for("admin.person", person_id=person_id))


def _handed_over(session: Session, known: Person, form: Filled[Handover]) -> int:
    if form.value is None:
        raise RuleBroken(*_ASKS["handler"], field="handler")
    entry = Entry(by=officer().person, today=today(), now=now())
    return handover.hand_over(session, known, form.value, entry)


def _form(session: Session, form: Filled[Any], known: Person | None = None) -> str:
    return render_template(
        "admin/person.html",
        form=form,
        person=known,
        agency=the_agency(session, known.agency_id) if known else None,
        seen=accounts.seen(known) if known else "",
        held=staff.in_hand(session, [known.id]).get(known.id, 0) if known else 0,
        is_own=bool(known and known.id == officer().person.id),
        roles=Role,
        languages=TONGUES,
        agencies=_offered(in_charge(session)),
    )


def _leaving(session: Session, known: Person, form: Filled[Any], *, is_closing: bool) -> str:
    agency = the_agency(session, known.agency_id)
    others = [each for each in handlers_for(session, agency) if each.id != known.id]
    nobody = Text("暂不分派（回到“未分派”）", "Nobody yet: back among those that are nobody's")
    return render_template(
        "admin/leaving.html",
        form=form,
        person=known,
        agency=agency,
        is_closing=is_closing,
        held=staff.in_hand(session, [known.id]).get(known.id, 0),
        takers=[(each.login, f"{each.name}（{each.login}）") for each in others] + [(NOBODY, nobody)],
    )


def _told_once(known: Person, password: str, *, is_new: bool) -> Response:
    """The page that tells a password: no browser and no proxy keeps it."""
    page = render_template("admin/told.html", person=known, password=password, is_new=is_new)
    answer = make_response(page)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _offered(seen: Sequence[Agency]) -> list[tuple[str, str]]:
    return [(agency.code, agency.name) for agency in seen]
