"""The door of the office: signing in, and out; what was typed before the session ended is carried through it."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_user, logout_user
from pydantic import TypeAdapter, ValidationError
from sqlmodel import Field, SQLModel

from requestflow.rules.errors import RuleBroken
from requestflow.services import people
from requestflow.store.models import Agency
from requestflow.store.session import reading
from requestflow.web.access import Officer, may_open, public
from requestflow.web.again import address_again
from requestflow.web.forms import Filled, blank, fill
from requestflow.web.limits import limiter, typed_login
from requestflow.web.shell import opens_by_address

room = Blueprint("signin", __name__)

_TYPED = TypeAdapter(list[tuple[str, str]])  # a form as it was sent, without its token


class SigningIn(SQLModel):
    """Login name and password."""

    login: str = Field(min_length=1, max_length=64)
    password: str = Field(min_length=1, max_length=200)


@room.get("/signin")
@public
def ask() -> ResponseReturnValue:
    """The page to sign in on; in the place of a page that was sent after the session had ended, with what it held."""
    if request.endpoint == "signin.ask":
        return _page(blank(), _safe(request.values.get("next")), request.form.get("typed", ""))
    if not opens_by_address():
        return _page(blank(), None, "", has_ended=True), 401
    sent = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    return _page(blank(), address_again(), _TYPED.dump_json(sent).decode(), has_ended=True), 401


@room.post("/signin")
@public
@limiter.limit("30 per 5 minutes")
@limiter.limit("10 per 5 minutes", key_func=typed_login)
def enter() -> ResponseReturnValue:
    back, typed = _safe(request.form.get("next")), request.form.get("typed", "")
    form = fill(SigningIn, request.form)
    if form.value is not None:
        try:
            with reading() as database:
                person = people.sign_in(database, form.value.login, form.value.password)
                officer = Officer(person, database.get_one(Agency, person.agency_id))
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            session.clear()  # what an attacker may have planted before does not survive
            session.permanent = True
            login_user(officer)
            if back and (sent := _read(typed)):
                return render_template("signin/again.html", to=back, sent=sent)
            return redirect(back or url_for("worklist.queue" if may_open("worklist.queue") else "public.home"))
    return _page(form, back, typed), 422


@room.post("/signout")
@public
def leave() -> ResponseReturnValue:
    logout_user()
    session.clear()
    return redirect(url_for("signin.ask"))


def _page(form: Filled[Any], back: str | None, typed: str, *, has_ended: bool = False) -> str:
    return render_template("signin/page.html", form=form, next=back, typed=typed, has_ended=has_ended)


def _read(typed: str) -> list[tuple[str, str]]:
    """What was typed before; nothing if somebody tampered with it."""
    try:
        return _TYPED.validate_json(typed) if typed else []
    except ValidationError:
        return []


def _safe(address: str | None) -> str | None:
    """A page of this site to go back to; anything that could lead elsewhere is dropped.

    Browsers pass over tabs and line breaks in an address, so that "/", a tab and "/elsewhere" would be another site.
    """
    if not address or not address.isprintable() or not address.startswith("/") or address.startswith(("//", "/\\")):
        return None
    return address
