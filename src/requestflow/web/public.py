"""The citizen's room: what may be asked, the form of Art. 29, the receipt, and following a request."""

from collections.abc import Callable, Sequence

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Field, Session, SQLModel, col, select

from requestflow.clock import now, today
from requestflow.rules.applicants import ApplicantKind
from requestflow.rules.channels import Delivery
from requestflow.rules.documents import IdType
from requestflow.rules.errors import RuleBroken
from requestflow.rules.regimes import Regime, regime_of, term
from requestflow.rules.roles import Hand
from requestflow.rules.words import Text
from requestflow.services import asking, casework, following, intake
from requestflow.services._fields import GivenWords
from requestflow.services.asking import Asking
from requestflow.services.entry import Entry
from requestflow.store.models import Agency, Case
from requestflow.store.session import reading, transaction
from requestflow.web.access import public
from requestflow.web.forms import Filled, blank, fill
from requestflow.web.limits import limiter, typed_number

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
    return _form(blank(_ASKED, agency=request.args.get("agency", "")))


@room.post("/ask")
@public
def check() -> ResponseReturnValue:
    """Shows the answers once more; nothing is stored yet, they travel with the page."""
    form = fill(Asking, request.form, labels=_ASKED, asks=_ASKS)
    if form.value is None:
        return _form(form), 422
    with reading() as database:
        agency = database.exec(select(Agency).where(Agency.code == form.value.agency)).first()
    if agency is None:
        form.refuse(RuleBroken("请从列表中选择机关。", "Choose an office from the list.", field="agency"))
        return _form(form), 422
    return render_template("public/check.html", form=form, agency=agency, key=_key(), deliveries=DELIVERIES)


@room.post("/ask/change")
@public
def change() -> ResponseReturnValue:
    """Back to the form, with all that was typed."""
    form = fill(Asking, request.form, labels=_ASKED, asks=_ASKS)
    form.errors.clear()
    return _form(form)


@room.post("/ask/send")
@public
@limiter.limit("300 per minute")
def send() -> ResponseReturnValue:
    form = fill(Asking, request.form, labels=_ASKED, asks=_ASKS)
    if form.value is None:
        return _form(form), 422
    try:
        with transaction() as database:
            registered = asking.ask(database, form.value, _by_applicant(), key=_key())
    except RuleBroken as broken:
        form.refuse(broken)
        return _form(form), 422
    session["slip"] = [registered.case.number, registered.access_code]
    return redirect(url_for("public.receipt"))


@room.get("/receipt")
@public
def receipt() -> ResponseReturnValue:
    if "slip" not in session:
        return redirect(url_for("public.follow"))
    number, code = session["slip"]
    with reading() as database:
        followed = following.follow(database, number, code)
    return render_template("public/receipt.html", followed=followed, code=code, terms=_terms())


@room.get("/follow")
@public
def follow() -> ResponseReturnValue:
    return render_template("public/follow.html", form=blank(number=request.args.get("number", "")))


@room.post("/follow")
@public
@limiter.limit("30 per 10 minutes")
@limiter.limit("10 per 10 minutes", key_func=typed_number)
def find() -> ResponseReturnValue:
    form = fill(Slip, request.form)
    if form.value is not None:
        try:
            with reading() as database:
                case = intake.followed(database, form.value.number, form.value.code)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            session["slip"] = [case.number, form.value.code]
            return redirect(url_for("public.show"))
    form.typed.pop("code", None)
    return render_template("public/follow.html", form=form), 422


@room.get("/follow/request")
@public
def show() -> ResponseReturnValue:
    if "slip" not in session:
        return redirect(url_for("public.follow"))
    return _case(blank(_CORRECTION))


@room.post("/follow/request")
@public
def correct() -> ResponseReturnValue:
    form = fill(Correcting, request.form, labels=_CORRECTION)
    if form.value is None:
        return _case(form), 422
    text = form.value.text
    return _done(
        lambda database, case: casework.correct(
            database, case, casework.Correction(on=today(), text=text), _by_applicant()
        ),
        _("Your correction has arrived."),
    )


@room.get("/follow/request/withdraw")
@public
def think_again() -> ResponseReturnValue:
    if "slip" not in session:
        return redirect(url_for("public.follow"))
    with reading() as database:
        followed = following.follow(database, *session["slip"])
    return render_template("public/withdraw.html", followed=followed)


@room.post("/follow/request/withdraw")
@public
def withdraw() -> ResponseReturnValue:
    return _done(
        lambda database, case: casework.withdraw(database, case, casework.Dated(on=today()), _by_applicant()),
        _("You have withdrawn your request. You may ask again at any time."),
    )


@room.post("/follow/leave")
@public
def leave() -> ResponseReturnValue:
    """Forgets the number and code in this browser, for those who use somebody else's."""
    session.pop("slip", None)
    return redirect(url_for("public.home"))


def _done(act: Callable[[Session, Case], None], sentence: str) -> ResponseReturnValue:
    if "slip" not in session:
        return redirect(url_for("public.follow"))
    with transaction() as database:
        act(database, intake.followed(database, *session["slip"]))
    flash(sentence, "done")
    return redirect(url_for("public.show"))


def _case(form: Filled[Correcting]) -> str:
    with reading() as database:
        followed = following.follow(database, *session["slip"])
    return render_template("public/request.html", followed=followed, form=form, terms=_terms(), today=today())


def _form(form: Filled[Asking]) -> str:
    with reading() as database:
        return render_template(
            "public/ask.html",
            form=form,
            agencies=_agencies(database),
            key=_key(),
            kinds=ApplicantKind,
            id_types=IdType,
            deliveries=DELIVERIES.items(),
        )


def _agencies(database: Session) -> Sequence[tuple[str, str]]:
    return [(agency.code, agency.name) for agency in database.exec(select(Agency).order_by(col(Agency.path)))]


def _key() -> str:
    """The key of this submission: it travels with the pages, so that a form sent twice makes one case."""
    key = request.form.get("key", "")
    return key if len(key) >= SHORTEST_KEY else intake.new_key()


def _by_applicant() -> Entry:
    return Entry(by=Hand.applicant, today=today(), now=now())


def _terms() -> dict[str, int]:
    """The working days that a page tells a citizen about, as the law in force today sets them."""
    regime: Regime = regime_of(today())
    return {name: term(name, regime).workdays for name in ("answer", "extension", "third_party_opinion")}
