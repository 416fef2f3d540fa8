"""The door of the office: signing in, and out."""

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_user, logout_user
from sqlmodel import Field, SQLModel

from requestflow.rules.errors import RuleBroken
from requestflow.services import people
from requestflow.store.models import Agency
from requestflow.store.session import reading
from requestflow.web.access import Officer, may_open, public
from requestflow.web.forms import blank, fill
from requestflow.web.limits import limiter, typed_login

room = Blueprint("signin", __name__)


class SigningIn(SQLModel):
    """Login name and password."""

    login: str = Field(min_length=1, max_length=64)
    password: str = Field(min_length=1, max_length=200)


@room.get("/signin")
@public
def ask() -> ResponseReturnValue:
    return render_template("signin/page.html", form=blank(), next=_safe(request.values.get("next")))


@room.post("/signin")
@public
@limiter.limit("30 per 5 minutes")
@limiter.limit("10 per 5 minutes", key_func=typed_login)
def enter() -> ResponseReturnValue:
    back = _safe(request.form.get("next"))
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
            return redirect(back or url_for("worklist.queue" if may_open("worklist.queue") else "public.home"))
    return render_template("signin/page.html", form=form, next=back), 422


@room.post("/signout")
@public
def leave() -> ResponseReturnValue:
    logout_user()
    session.clear()
    return redirect(url_for("signin.ask"))


def _safe(address: str | None) -> str | None:
    """A page of this site to go back to; anything that could lead elsewhere is dropped.

    Browsers pass over tabs and line breaks in an address, so that "/", a tab and "/elsewhere" would be another site.
    """
    if not address or not address.isprintable() or not address.startswith("/") or address.startswith(("//", "/\\")):
        return None
    return address
