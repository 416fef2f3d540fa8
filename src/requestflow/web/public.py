"""The citizen's room: what may be asked, the form of Art. 29, the receipt, and following a request."""

from collections.abc import Callable, Mapping

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Field, Session, SQLModel, col, select
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from requestflow.clock import now, today
from requestflow.rules.applicants import ApplicantKind
from requestflow.rules.channels import Delivery
from requestflow.rules.documents import IdType
from requestflow.rules.errors import RuleBroken
from requestflow.rules.regimes import Regime, regime_of, term
from requestflow.rules.roles import Hand
from requestflow.rules.words import Text
from requestflow.services import asking, casework, following, intake
from requestflow.services._fields import GivenWords, plain
from requestflow.services.asking import Asking
from requestflow.services.entry import Entry
from requestflow.services.following import Following
from requestflow.store.models import Agency, Case
from requestflow.store.session import reading, transaction
from requestflow.web.access import public
from requestflow.web.forms import Filled, blank, fill
from requestflow.web.limits import limiter, typed_number, was_wrong
from requestflow.web.remembered import draft_of, forget, key_of, slip_at, slip_of

room = Blueprint("public", __name__)

SHORTEST_KEY = 20
_ASKED = {"agency": Text("受理机关", "Office")}
_ASKS = {
    "agency": Text("请选择向哪个机关申请。", "Choose the office to ask."),
    "description": Text("请写明您想知道什么。", "Say what you want to know."),
    "applicant_kind": Text("请选择申请人的类型。", "Choose who is asking."),
    "applicant_name": Text("请填写姓名或者名称。", "Give your name or that of the organisation."),
    "id_type": Text("请选择证件类型。", "Choose the kind of document."),
    "id_number": Text("请填写证件号码。", "Give the number of the document."),
    "wanted_delivery": Text("请选择以何种方式获取信息。", "Choose how you want to receive it."),
}
DELIVERIES = {
    Delivery.electronic: Text("电子邮件发送", "By e-mail"),
    Delivery.post: Text("邮寄", "By post"),
    Delivery.direct: Text("到机关当面领取", "I collect it at the office"),
}
_CORRECTION = {"text": Text("补正内容", "Your correction")}


class Slip(SQLModel):
    """What stands on a receipt: the number and the access code."""

    number: str = Field(min_length=1, max_length=64)
    code: str = Field(min_length=1, max_length=64)


class Correcting(SQLModel):
    """What the applicant adds or changes when asked to."""

    text: GivenWords


@room.get("/")
@public
def home() -> ResponseReturnValue:
    return render_template("public/home.html", form=blank(), terms=_terms())


@room.get("/ask")
@public
def ask() -> ResponseReturnValue:
    return _form(blank(_ASKED, agency=request.args.get("agency", "")), intake.new_key())


@room.post("/ask")
@public
@limiter.limit("300 per minute")
def check() -> ResponseReturnValue:
    """Keeps the answers as a draft; what is wrong with them, or all of them once more, is a page of its own.

    So the way back is open from every page, and no browser asks whether to send a form again.
    """
    draft = _kept()
    return redirect(url_for("public.review", draft=draft), 303)


@room.post("/ask/keep")
@public
@limiter.limit("300 per minute")
def keep() -> ResponseReturnValue:
    """Keeps the answers and comes back to the form, in another language."""
    return redirect(url_for("public.write", draft=_kept(), wrong=request.args.get("wrong")), 303)


@room.get("/ask/<draft>")
@public
def write(draft: str) -> ResponseReturnValue:
    """The form as it was left; with `wrong` in the address it says all that is to be put right."""
    key, form = _left(draft)
    if "wrong" not in request.args:
        form.errors.clear()
    return _form(form, key)


@room.get("/ask/<draft>/check")
@public
def review(draft: str) -> ResponseReturnValue:
    """Shows the answers once more; no case is made of them yet."""
    _key, form = _left(draft)
    if form.value is None:
        return redirect(url_for("public.write", draft=draft, wrong="yes"))
    office = dict(_agencies())[form.value.agency]
    return render_template("public/check.html", form=form, office=office, draft=draft, deliveries=DELIVERIES)


@room.post("/ask/<draft>/send")
@public
@limiter.limit("300 per minute")
def send(draft: str) -> ResponseReturnValue:
    key, form = _left(draft)
    if form.value is None:
        return redirect(url_for("public.write", draft=draft, wrong="yes"), 303)
    with transaction() as database:
        registered = asking.ask(database, form.value, _by_applicant(), key=key)
    return redirect(url_for("public.receipt", slip=slip_of(registered.case.number, registered.access_code)), 303)


@room.get("/receipt/<slip>")
@public
def receipt(slip: str) -> ResponseReturnValue:
    _number, code = _known(slip)
    return render_template("public/receipt.html", followed=_followed(slip), code=code, slip=slip, terms=_terms())


@room.get("/follow")
@public
def follow() -> ResponseReturnValue:
    return render_template("public/follow.html", form=blank(number=request.args.get("number", "")))


@room.post("/follow")
@public
@limiter.limit("300 per 10 minutes", deduct_when=was_wrong)
@limiter.limit("10 per 10 minutes", key_func=typed_number, deduct_when=was_wrong)
def find() -> ResponseReturnValue:
    form = fill(Slip, request.form)
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
    followed = _followed(slip)
    return _case(followed, slip, blank(_CORRECTION))


@room.post("/follow/<slip>")
@public
def correct(slip: str) -> ResponseReturnValue:
    form = fill(Correcting, request.form, labels=_CORRECTION)
    followed = _followed(slip)
    if not followed.is_waiting_for_correction:
        return render_template("public/late.html", followed=followed, slip=slip, text=form.typed.get("text", "")), 409
    if form.value is None:
        return _case(followed, slip, form), 422
    correction = casework.Correction(on=today(), text=form.value.text)
    try:
        _act(slip, lambda database, case: casework.correct(database, case, correction, _by_applicant()))
    except RuleBroken as broken:
        form.refuse(broken)
        return _case(followed, slip, form), 422
    flash(_("Your correction has arrived."), "done")
    return redirect(url_for("public.show", slip=slip), 303)


@room.get("/follow/<slip>/withdraw")
@public
def think_again(slip: str) -> ResponseReturnValue:
    followed = _followed(slip)
    return render_template("public/withdraw.html", followed=followed, slip=slip)


@room.post("/follow/<slip>/withdraw")
@public
def withdraw(slip: str) -> ResponseReturnValue:
    followed = _followed(slip)
    if not followed.may_withdraw:
        return render_template("public/withdraw.html", followed=followed, slip=slip), 409
    step = casework.Dated(on=today())
    _act(slip, lambda database, case: casework.withdraw(database, case, step, _by_applicant()))
    flash(_("You have withdrawn your request. You may ask again at any time."), "done")
    return redirect(url_for("public.show", slip=slip), 303)


@room.post("/follow/leave")
@public
def leave() -> ResponseReturnValue:
    """Forgets every number and code, and every draft, in this browser, for those who use somebody else's."""
    forget()
    return redirect(url_for("public.home"), 303)


def _form(form: Filled[Asking], key: str) -> str:
    return render_template(
        "public/ask.html",
        form=form,
        agencies=_agencies(),
        key=key,
        kinds=ApplicantKind,
        id_types=IdType,
        deliveries=DELIVERIES.items(),
    )


def _case(followed: Following, slip: str, form: Filled[Correcting]) -> str:
    about = {"followed": followed, "slip": slip, "form": form, "terms": _terms(), "today": today()}
    return render_template("public/request.html", **about)


def _read(typed: Mapping[str, str]) -> Filled[Asking]:
    """The answers as they were typed, and all that is wrong with them in one round, in the order of the form."""
    form = fill(Asking, MultiDict(typed), labels=_ASKED, asks=_ASKS)
    faults = list(asking.faults(form.typed))
    if form.typed.get("agency") and form.typed["agency"] not in dict(_agencies()):
        faults.append(RuleBroken("请从列表中选择机关。", "Choose an office from the list.", field="agency"))
    for broken in faults:
        if broken.field not in form.errors:
            form.refuse(broken)
    form.errors = {name: form.errors[name] for name in ("", *Asking.model_fields) if name in form.errors}
    return form


def _agencies() -> list[tuple[str, str]]:
    with reading() as database:
        return list(database.exec(select(Agency.code, Agency.name).order_by(col(Agency.path))))


def _kept() -> str:
    """Keeps what was typed, and returns the address of the draft. After it was sent, more typing is a new request."""
    key = request.form.get("key", "")
    typed = {name: plain(request.form[name]) for name in Asking.model_fields if name in request.form}
    with transaction() as database:
        if len(key) < SHORTEST_KEY or asking.sent(database, key):
            key = intake.new_key()
        asking.keep(database, key, typed, now=now())
    return draft_of(key)


def _left(draft: str) -> tuple[str, Filled[Asking]]:
    """The key of a draft and its answers as they were left; leads on if it is sent, too old or not of here."""
    key = key_of(draft) or abort(_gone(None))
    with reading() as database:
        typed = asking.kept(database, key)
    if typed is None:
        abort(_gone(key))
    return key, _read(typed)


def _gone(key: str | None) -> Response:
    """Where somebody comes back to a draft that is none any more: to its receipt, or to an empty form."""
    with reading() as database:
        registered = asking.sent(database, key) if key else None
    if registered is None:
        flash(_("What was typed here is no longer kept, and was not sent. Please fill in the form again."), "plain")
        return redirect(url_for("public.ask"))
    flash(_("This request has been sent already. This is its receipt."), "plain")
    return redirect(url_for("public.receipt", slip=slip_of(registered.case.number, registered.access_code)))


def _known(slip: str) -> tuple[str, str]:
    """Number and access code of the case behind an address; whose browser does not know them is asked for them."""
    return slip_at(slip) or abort(redirect(url_for("public.follow")))


def _followed(slip: str) -> Following:
    with reading() as database:
        return following.follow(database, *_known(slip))


def _act(slip: str, act: Callable[[Session, Case], None]) -> None:
    with transaction() as database:
        act(database, intake.followed(database, *_known(slip)))


def _by_applicant() -> Entry:
    return Entry(by=Hand.applicant, today=today(), now=now())


def _terms() -> dict[str, int]:
    """The working days that a page tells a citizen about, as the law in force today sets them."""
    regime: Regime = regime_of(today())
    return {name: term(name, regime).workdays for name in ("answer", "extension", "third_party_opinion")}
