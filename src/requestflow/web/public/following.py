"""The receipt, and the page on which an applicant follows the request: where it stands and what can be done now."""

from collections.abc import Callable

import segno
from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup
from sqlmodel import Field, Session, SQLModel
from werkzeug.wrappers import Response

from requestflow.clock import today
from requestflow.rules.errors import RuleBroken
from requestflow.rules.words import Text
from requestflow.services import casework, following, intake
from requestflow.services._fields import GivenWords
from requestflow.services.following import Following
from requestflow.settings import settings
from requestflow.store.models import Case
from requestflow.store.session import reading, transaction
from requestflow.web.access import public
from requestflow.web.forms import Filled, blank, fill
from requestflow.web.limits import limiter, typed_number, was_wrong
from requestflow.web.public.door import by_applicant, room, terms
from requestflow.web.public.offices import office_of
from requestflow.web.remembered import forget, slip_at, slip_of

_CORRECTION = {"text": Text("补正内容", "Your correction")}


class Slip(SQLModel):
    """What stands on a receipt: the number and the access code."""

    number: str = Field(min_length=1, max_length=64)
    code: str = Field(min_length=1, max_length=64)


_ASKS = {
    "number": Text("请填写回执上的受理编号。", "Give the number on your receipt."),
    "code": Text("请填写回执上的查询码。", "Give the access code on your receipt."),
}


class Correcting(SQLModel):
    """What the applicant adds or changes when asked to."""

    text: GivenWords


_ASKS_CORRECTION = {"text": Text("请写明您的补正内容。", "Write what you correct or add.")}


@room.get("/receipt/<slip>")
@public
def receipt(slip: str) -> ResponseReturnValue:
    followed = _followed(slip)
    _number, code = _known(slip)
    address = _own_address(followed.case.number)
    about = {"office": office_of(followed.agency), "address": address, "qr": _qr(address), "terms": terms()}
    return render_template("public/receipt.html", followed=followed, code=code, slip=slip, today=today(), **about)


def _own_address(number: str) -> str:
    """The address at which a request is followed; the code is not in it."""
    return f"{settings().base_url}{url_for('public.follow', number=number).removeprefix(request.root_path)}"


def _qr(address: str) -> Markup:
    """An address to be read by a telephone."""
    code = segno.make(address, error="m", micro=False)
    return Markup(code.svg_inline(scale=4, border=3))  # nosec B704 # segno draws squares; no words are in it


@room.get("/follow")
@public
def follow() -> ResponseReturnValue:
    return render_template("public/follow.html", form=blank(number=request.args.get("number", "")))


@room.post("/follow")
@public
@limiter.limit("300 per 10 minutes", deduct_when=was_wrong)
@limiter.limit("10 per 10 minutes", key_func=typed_number, deduct_when=was_wrong)
def find() -> ResponseReturnValue:
    form = fill(Slip, request.form, asks=_ASKS)
    if form.value is not None:
        try:
            with reading() as database:
                case = intake.followed(database, form.value.number, form.value.code)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            return redirect(url_for("public.show", slip=slip_of(case.number, form.value.code)), 303)
    return render_template("public/follow.html", form=form), 422


@room.get("/follow/<slip>")
@public
def show(slip: str) -> ResponseReturnValue:
    return _case(_followed(slip), slip, blank(_CORRECTION))


@room.post("/follow/<slip>")
@public
def correct(slip: str) -> ResponseReturnValue:
    form = fill(Correcting, request.form, labels=_CORRECTION, asks=_ASKS_CORRECTION)
    followed = _followed(slip)
    if not followed.is_waiting_for_correction:
        return render_template("public/late.html", followed=followed, slip=slip, text=form.typed.get("text", "")), 409
    if form.value is None:
        return _case(followed, slip, form), 422
    correction = casework.Correction(on=today(), text=form.value.text)
    try:
        _act(slip, lambda database, case: casework.correct(database, case, correction, by_applicant()))
    except RuleBroken as broken:
        form.refuse(broken)
        return _case(followed, slip, form), 422
    flash(_("Your correction has arrived."), "done")
    return redirect(url_for("public.show", slip=slip), 303)


@room.get("/follow/<slip>/withdraw")
@public
def think_again(slip: str) -> ResponseReturnValue:
    return render_template("public/withdraw.html", followed=_followed(slip), slip=slip)


@room.post("/follow/<slip>/withdraw")
@public
def withdraw(slip: str) -> ResponseReturnValue:
    followed = _followed(slip)
    if not followed.may_withdraw:
        return render_template("public/withdraw.html", followed=followed, slip=slip), 409
    step = casework.Dated(on=today())
    _act(slip, lambda database, case: casework.withdraw(database, case, step, by_applicant()))
    flash(_("You have withdrawn your request. You may ask again at any time."), "done")
    return redirect(url_for("public.show", slip=slip), 303)


@room.post("/follow/leave")
@public
def leave() -> ResponseReturnValue:
    """Forgets every number and code, and every draft, in this browser, for those who use somebody else's."""
    forget()
    flash(_("This browser has forgotten your numbers and codes."), "done")
    return redirect(url_for("public.home"), 303)


def _case(followed: Following, slip: str, form: Filled[Correcting]) -> str:
    about = {"office": office_of(followed.agency), "terms": terms(), "today": today()}
    return render_template("public/request.html", followed=followed, slip=slip, form=form, **about)


def _known(slip: str) -> tuple[str, str]:
    """Number and access code of the case behind an address; whose browser does not know them is asked for them."""
    return slip_at(slip) or abort(_asked_for())


def _asked_for() -> Response:
    flash(_("To see a request, give its number and its access code."), "plain")
    return redirect(url_for("public.follow"))


def _followed(slip: str) -> Following:
    """The case behind an address. Its code opened it once; if it does not now, the office has given a new one."""
    number, code = _known(slip)
    try:
        with reading() as database:
            return following.follow(database, number, code)
    except RuleBroken:
        abort(make_response(render_template("public/new_code.html", form=blank(number=number)), 410))


def _act(slip: str, act: Callable[[Session, Case], None]) -> None:
    with transaction() as database:
        act(database, intake.followed(database, *_known(slip)))
