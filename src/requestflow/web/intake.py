"""The counter: a request that came face to face, by fax or by post is typed in on one page, with its own dates."""

from collections.abc import Mapping
from datetime import timedelta
from typing import NamedTuple

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field
from sqlmodel import Session
from werkzeug.datastructures import MultiDict

from requestflow.clock import now, today
from requestflow.rules.applicants import ApplicantKind
from requestflow.rules.channels import Channel, Counted, Day, Delivery, MailKind, counted, received_on
from requestflow.rules.errors import RuleBroken
from requestflow.rules.lifecycle import TAKERS, Action, State
from requestflow.rules.words import Text, Word
from requestflow.services import intake, people
from requestflow.services._fields import plain
from requestflow.services.entry import Entry
from requestflow.services.intake import NewCase
from requestflow.store.models import Agency, Case
from requestflow.store.queries import applicants
from requestflow.store.session import reading, transaction
from requestflow.web import choice
from requestflow.web.access import of_case, officer, officers, row_number, the_agency, the_case
from requestflow.web.forms import Filled, blank, fill

room = Blueprint("intake", __name__)

_CONTACT = ("applicant_kind", "id_type", "id_number", "phone", "email", "address", "postcode", "wanted_delivery")
_DOCUMENTS = (
    Text("居民身份证", "Identity card"),
    Text("护照", "Passport"),
    Text("统一社会信用代码", "Unified social credit code"),
)
_DOUBLED = 15  # days within which the same request again is asked about
_WAY = "way"  # the cookie that remembers how the request before came in
_SLIP = "slip"  # what the officer's session keeps of the request entered, or the code issued, last


class Way(Word):
    """How paper reaches the counter: the channel, and for a letter whether it was signed for."""

    face_to_face = "face_to_face", "当面", "Face to face"
    fax = "fax", "传真", "Fax"
    signed = "signed", "挂号、特快专递等签收邮件", "Registered or express letter"
    ordinary = "ordinary", "平信", "Ordinary letter"

    @property
    def channel(self) -> Channel:
        """The channel that the year's table counts."""
        return Channel.mail if self in (Way.signed, Way.ordinary) else Channel(self.value)

    @property
    def mail_kind(self) -> MailKind | None:
        """The kind of a letter; None for what is none."""
        return MailKind(self.value) if self.channel is Channel.mail else None

    def counts(self) -> Counted:
        """Which of its dates is the day of receipt, why, and by which article."""
        return counted(self.channel, self.mail_kind, None)


DAYS: Mapping[Way, tuple[Day, ...]] = {
    Way.face_to_face: ("submitted_on",),
    Way.fax: ("submitted_on", "confirmed_on"),
    Way.signed: ("signed_on",),
    Way.ordinary: ("submitted_on", "confirmed_on"),
}
_FIRST = ("submitted_on", "signed_on", "confirmed_on", "agency", "applicant_name")
_LABELS = {
    "way": Text("收到方式", "How it came in"),
    "submitted_on": Text("提交或者到达之日", "Handed in, or arrived, on"),
    "confirmed_on": Text("与申请人确认之日", "Confirmed with the applicant on"),
    "signed_on": Text("签收之日", "Signed for on"),
    "description": Text("申请公开的政府信息", "The information asked for"),
    "agency": Text("受理机关", "Agency"),
    "applicant_kind": Text("申请人类型", "Kind of applicant"),
    "wanted_delivery": Text("获取信息的方式", "Wants it"),
}


class Recalled(NamedTuple):
    """What is known by what was said: the latest request of each person who fits, and whether one was filled in."""

    said: str
    known: list[Case]
    is_filled: bool


class AtCounter(NewCase):
    """A request as it is typed in at the counter: the way it came, and the agency that takes it in."""

    way: Way
    agency: str = Field(default="", max_length=64)


@room.get("/counter")
@officers(*TAKERS[Action.register])
def counter() -> ResponseReturnValue:
    """The empty form; `?way=`, or the request before, picks the way it came; `?like=` takes over an applicant."""
    way = request.args.get("way") or request.cookies.get(_WAY, "")
    chosen = Way(way) if way in list(Way) else Way.face_to_face
    typed: dict[str, object] = {"way": chosen.value, "submitted_on": today(), "signed_on": today()}
    with reading() as database:
        like = request.args.get("like", type=row_number)
        if like is not None:
            case = the_case(database, like)
            typed |= {"applicant_name": case.applicant_name, **_contact(case)}
    return _page(blank(_LABELS, **typed), key=request.form.get("key") or intake.new_key())


@room.post("/counter")
@officers(*TAKERS[Action.register])
def enter() -> ResponseReturnValue:
    """Takes the request in; the same page posted twice makes one case. `recall` only fills in a known applicant."""
    key = request.form.get("key") or intake.new_key()
    if "recall" in request.form:
        form, recalled = _recall(request.form)
        return _page(form, key=key, recalled=recalled)
    form = _read(request.form)
    if form.value is not None:
        try:
            with transaction() as database:
                agency = the_agency(people.agencies_seen(database, officer().person), form.value.agency)
                new = NewCase.model_validate(form.value.model_dump(exclude={"way", "agency"}))
                _check(new)
                same = None if "anyway" in request.form else _same(database, agency, new, key)
                if same:
                    return _page(form, key=key, same=same), 422
                entry = Entry(by=officer().person, today=today(), now=now())
                case, code, _ = intake.register(database, agency, new, entry, key=key)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            session[_SLIP] = {"case": case.id, "code": code, "way": form.value.way.value}
            answer = redirect(url_for("intake.receipt", case_id=case.id))
            choice.keep(answer, _WAY, form.value.way, seconds=None)
            return answer
    return _page(form, key=key), 422


def _check(new: NewCase) -> None:
    """Refuses days and an address that cannot be, before anybody is asked whether the request came in already."""
    days = {"submitted_on": new.submitted_on, "signed_on": new.signed_on, "confirmed_on": new.confirmed_on}
    received_on(new.channel, new.mail_kind, **days, today=today())
    people.refuse_no_address(new.email)


def _same(database: Session, agency: Agency, new: NewCase, key: str) -> Case | None:
    """A request of the same applicant for the same, typed in lately from another page: most often one paper twice."""
    since = now() - timedelta(days=_DOUBLED)
    same = applicants.alike(database, [agency.id], new.applicant_name, new.description, since)
    return same if same and same.idempotency_key != intake.hashed(key) else None


@room.get("/counter/receipt/<int:case_id>")
@of_case(Action.register)
def receipt(case_id: int) -> ResponseReturnValue:
    """The slip to print: the number, and the access code as long as this officer has not entered the next request."""
    slip = session.get(_SLIP) or {}
    is_mine = slip.get("case") == case_id
    with reading() as database:
        case = the_case(database, case_id)
        agency = database.get_one(Agency, case.agency_id)
    return render_template(
        "intake/receipt.html",
        case=case,
        agency=agency,
        code=slip.get("code") if is_mine else None,
        way=slip.get("way") if is_mine else None,
        is_reissued=is_mine and "way" not in slip,
        is_by_hand=case.channel is Channel.face_to_face,
        is_unconfirmed=case.state is State.received,
    )


@room.get("/cases/<int:case_id>/code")
@of_case(Action.note)
def code(case_id: int) -> ResponseReturnValue:
    """Asks whether the code of a case is to end and a new one to be issued."""
    with reading() as database:
        return render_template("intake/code.html", case=the_case(database, case_id))


@room.post("/cases/<int:case_id>/code")
@of_case(Action.note)
def reissue(case_id: int) -> ResponseReturnValue:
    """Issues a new access code and shows it once, on a slip to print; 409 if the case has moved on meanwhile."""
    seen = request.form.get("version", type=row_number)
    with transaction() as database:
        entry = Entry(by=officer().person, today=today(), now=now(), seen=seen)
        session[_SLIP] = {"case": case_id, "code": intake.reissue(database, the_case(database, case_id), entry)}
    return redirect(url_for("intake.receipt", case_id=case_id))


def _read(typed: MultiDict[str, str]) -> Filled[AtCounter]:
    """The form, less the dates that do not belong to the way it came: their fields are not to be seen."""
    said = typed.get("way", "")
    if said not in list(Way):
        return fill(AtCounter, typed, labels=_LABELS, channel=Channel.face_to_face)
    way = Way(said)
    kept = MultiDict(
        (name, value)
        for name, value in typed.items(multi=True)
        if name not in ("submitted_on", "signed_on", "confirmed_on") or name in DAYS[way]
    )
    form = fill(AtCounter, kept, labels=_LABELS, channel=way.channel, mail_kind=way.mail_kind)
    form.typed = {**typed.to_dict(), **form.typed}
    form.errors = {name: form.errors[name] for name in sorted(form.errors, key=_place)}
    return form


def _place(field: str) -> int:
    """Where a field stands on the page: the counter asks for the name before the kind, and for what is left after."""
    return _FIRST.index(field) if field in _FIRST else len(_FIRST)


def _recall(typed: MultiDict[str, str]) -> tuple[Filled[AtCounter], Recalled]:
    """The form with what is known of its applicant; of several people of one name, the one who was chosen."""
    said = {key: plain(value) for key, value in typed.items()}
    form: Filled[AtCounter] = blank(_LABELS, **said)
    name, chosen = said.get("applicant_name", ""), said["recall"]
    looked_for = name or said.get("phone", "")
    with reading() as database:
        seen = [agency.id for agency in people.agencies_seen(database, officer().person)]
        known = applicants.known_by(database, seen, looked_for) if looked_for else []
    theirs = known if len(known) == 1 else [case for case in known if str(case.id) == chosen]
    for case in theirs:
        form.typed |= {key: value for key, value in _contact(case).items() if not said.get(key)}
        form.typed |= {"applicant_name": case.applicant_name} | ({} if name else {"phone": case.phone})
    return form, Recalled(looked_for, known, bool(theirs))


def _focus(form: Filled[AtCounter], recalled: Recalled | None, is_way_known: bool) -> str:
    """The field where the next key belongs; empty where something else on the page takes the focus."""
    if form.errors or (recalled and recalled.known and not recalled.is_filled):
        return ""
    if recalled and not recalled.is_filled:
        return "applicant_kind" if recalled.said else "applicant_name"
    if form.typed.get("applicant_name"):
        return "description"
    return "applicant_name" if is_way_known else "way"


def _contact(case: Case) -> dict[str, object]:
    return {key: getattr(case, key) for key in _CONTACT if getattr(case, key)}


def _page(form: Filled[AtCounter], key: str, recalled: Recalled | None = None, same: Case | None = None) -> str:
    is_way_known = "way" in request.args or _WAY in request.cookies
    with reading() as database:
        seen = people.agencies_seen(database, officer().person)
        recent = applicants.recent(database, [agency.id for agency in seen])
    form.typed.setdefault("agency", officer().agency.code)
    return render_template(
        "intake/counter.html",
        form=form,
        key=key,
        agencies=[(agency.code, agency.name) for agency in seen],
        recent=recent,
        recalled=recalled,
        same=same,
        focus="" if same else _focus(form, recalled, is_way_known),
        arrivals=Way,
        kinds=ApplicantKind,
        deliveries=Delivery,
        documents=_DOCUMENTS,
        today=today(),
    )
