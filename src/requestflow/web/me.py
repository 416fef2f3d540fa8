"""The officer's own page: where and in which language they are told of what, and their password."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_login import login_user
from sqlmodel import Field, Session

from requestflow import logs
from requestflow.rules.errors import RuleBroken
from requestflow.rules.notices import Notice
from requestflow.rules.words import Text
from requestflow.services import accounts, notices
from requestflow.services.accounts import PasswordChange, Preferences
from requestflow.store.models import Person
from requestflow.store.session import reading, transaction
from requestflow.web.access import Officer, officer, officers
from requestflow.web.forms import Filled, blank, fill
from requestflow.web.language import TONGUES
from requestflow.web.limits import limiter, was_wrong

room = Blueprint("me", __name__)

_LABELS = {
    "email": Text("电子邮箱", "E-mail"),
    "language": Text("语言", "Language"),
    "notices": Text("提醒", "Reminders"),
    "present": Text("现在的密码", "Your present password"),
    "password": Text("新密码", "New password"),
    "again": Text("再次填写新密码", "The new password once more"),
}
_log = logs.logger(__name__)


class Settings(Preferences):
    """What officers settle for themselves: besides, the notices that they want to get."""

    notices: list[Notice] = Field(default_factory=list)


def _own_account() -> str:
    """Counts wrong passwords for the account that is signed in, so that a session left open is no way to guess."""
    return f"own:{officer().person.id}"


@room.get("/me")
@officers()
def show() -> ResponseReturnValue:
    """What is kept of the officer, as two forms."""
    with reading() as session:
        return _page(_kept(session))


@room.post("/me")
@officers()
def settle() -> ResponseReturnValue:
    """Keeps address, language and wanted notices."""
    form = fill(Settings, request.form, labels=_LABELS)
    with transaction() as session:
        person = _kept(session)
        if form.value is not None:
            try:
                accounts.prefer(session, person, form.value)
                notices.silence(session, person, _unwanted(person, form.value))
            except RuleBroken as broken:
                form.refuse(broken)
            else:
                with force_locale(person.language):
                    flash(_("Your settings were kept."), "done")
                return redirect(url_for("me.show", lang=person.language))
        return _page(person, settings=form), 422


@room.post("/me/password")
@officers()
@limiter.limit("10 per 5 minutes", key_func=_own_account, deduct_when=was_wrong)
def change_password() -> ResponseReturnValue:
    """Changes the password: whoever is signed in elsewhere has to sign in again, this browser goes on."""
    form = fill(PasswordChange, request.form, labels=_LABELS)
    with transaction() as session:
        person = _kept(session)
        if form.value is not None:
            try:
                accounts.change_password(session, person, form.value)
            except RuleBroken as broken:
                form.refuse(broken)
            else:
                login_user(Officer(person, officer().agency))
                _log.info("password changed", by=person.id)
                flash(_("Your password was changed. Wherever else you were signed in, you are not any more."), "done")
                return redirect(url_for("me.show"))
        return _page(person, password=form), 422


def _kept(session: Session) -> Person:
    return session.get_one(Person, officer().person.id)


def _unwanted(person: Person, settings: Settings) -> set[Notice]:
    """What is to be silenced; of what never reaches this role, what was silenced before stays so."""
    offered = {notice for notice in Notice if notice.reaches(person.role)}
    before = {notice for notice in Notice if notice.value in person.silenced}
    return {notice for notice in offered if not notice.is_statutory} - set(settings.notices) | before - offered


def _wanted(person: Person) -> list[Notice]:
    return [notice for notice in Notice if notice.value not in person.silenced]


def _page(person: Person, settings: Filled[Any] | None = None, password: Filled[Any] | None = None) -> str:
    silenced = officer().agency.silenced
    kept = blank(_LABELS, email=person.email, language=person.language)
    return render_template(
        "me/page.html",
        person=person,
        agency=officer().agency,
        settings=settings or kept,
        password=password or blank(_LABELS),
        notices=[notice for notice in Notice if notice.reaches(person.role)],
        wanted=request.form.getlist("notices") if "email" in request.form else _wanted(person),
        silenced=silenced,
        languages=TONGUES,
    )
