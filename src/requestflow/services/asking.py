"""A citizen's own request through the office's website: what Art. 29 wants from whoever asks online."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Self

from pydantic import model_validator
from sqlalchemy import bindparam, delete
from sqlmodel import Session, SQLModel, col, select

from requestflow.paper import mail as paper
from requestflow.rules import documents
from requestflow.rules.applicants import ApplicantKind
from requestflow.rules.channels import Channel, Delivery
from requestflow.rules.conditions import WITHDRAWN
from requestflow.rules.documents import IdType
from requestflow.rules.errors import RuleBroken
from requestflow.rules.regimes import regime_of, term
from requestflow.rules.words import spoken
from requestflow.services import agencies, intake, mail
from requestflow.services._fields import Address, Given, GivenShort, GivenWords, Line, Phone, Postcode, narrow
from requestflow.services.entry import Entry
from requestflow.services.intake import NewCase, Registered
from requestflow.services.mail import Letter
from requestflow.store.inserting import Insert, Inserting, stated
from requestflow.store.models import Agency, Case, Draft

ARTICLE = "条例（2019）第29条"
KEPT = timedelta(days=1)
_FORMS = (
    ("phone", re.compile(r"\+?[\d\s()-]{5,30}"), "联系电话", "a telephone number"),
    ("email", re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+"), "电子邮箱", "an e-mail address"),
    ("postcode", re.compile(r"\d{6}"), "邮政编码", "a postcode"),
)
_FORGETTING = delete(Draft).where(col(Draft.kept_at) < bindparam("until"))
_DROPPING = delete(Draft).where(col(Draft.key_hash) == bindparam("key")).returning(col(Draft.typed))
_MOBILE = re.compile(r"(?:\+?86)?(1[3-9]\d*)")
_MOBILE_DIGITS = 11


class Asking(SQLModel):
    """The form of Art. 29: who asks (with proof), how to reach them, what they want, and how to hand it over."""

    agency: Given
    description: GivenWords
    applicant_kind: ApplicantKind
    applicant_name: Given
    id_type: IdType
    id_number: GivenShort
    phone: Phone = ""
    email: Line = ""
    address: Address = ""
    postcode: Postcode = ""
    wanted_delivery: Delivery

    @model_validator(mode="after")
    def _can_be_answered(self) -> Self:
        for broken in faults(self.model_dump()):
            raise broken
        self.id_number = documents.check(self.id_type, self.id_number)
        return self


def faults(said: Mapping[str, Any]) -> Iterator[RuleBroken]:
    """All that is wrong with the answers of the form, each at its field; an empty one is wrong only where it is missed.

    `said` is what was typed, whether or not it makes an `Asking`.
    """
    kind = next((kind for kind in IdType if kind == said.get("id_type")), None)
    if kind and said.get("id_number"):
        try:
            documents.check(kind, said["id_number"])
        except RuleBroken as broken:
            yield broken
    yield from _unfit(kind, said.get("applicant_kind"))
    for field, form, zh, en in _FORMS:
        if said.get(field) and not form.fullmatch(narrow(said[field])):
            yield RuleBroken(f"{zh}的格式不对，请核对。", f"This is not {en}; check it.", field=field)
    yield from _mistyped_mobile(said.get("phone") or "")
    yield from _unreachable(said)


def _mistyped_mobile(phone: str) -> Iterator[RuleBroken]:
    """A mobile number has 11 digits; whoever slips is never confirmed with, and the time to answer never runs."""
    mobile = _MOBILE.fullmatch("".join(sign for sign in narrow(phone) if sign.isdigit() or sign == "+"))
    if mobile and len(mobile[1]) != _MOBILE_DIGITS:
        yield RuleBroken(
            f"手机号码应为{_MOBILE_DIGITS}位，您填了{len(mobile[1])}位，请核对。固定电话请加拨区号，例如0953-1234567。",
            f"A mobile number has {_MOBILE_DIGITS} digits; you gave {len(mobile[1])}. "
            "Give a landline with its area code, such as 0953-1234567.",
            field="phone",
        )


def _unfit(document: IdType | None, applicant: object) -> Iterator[RuleBroken]:
    """A citizen is known by their own papers, an organisation by its code."""
    kind = next((kind for kind in ApplicantKind if kind == applicant), None)
    if kind is None or document is None or document in documents.documents_of(kind):
        return
    if kind is ApplicantKind.natural_person:
        yield RuleBroken(
            "以自然人身份申请的，请选择个人证件。",
            "Somebody who asks as a natural person gives a personal document.",
            article=ARTICLE,
            field="id_type",
        )
    else:
        yield RuleBroken(
            "以单位名义申请的，请选择单位的证件。",
            "An organisation gives its own document, not that of a person.",
            article=ARTICLE,
            field="id_type",
        )


def _unreachable(said: Mapping[str, Any]) -> Iterator[RuleBroken]:
    wanted = said.get("wanted_delivery")
    if wanted == Delivery.electronic and not said.get("email"):
        yield RuleBroken(
            "选择电子方式获取的，请填写电子邮箱。",
            "To receive it electronically, give an e-mail address.",
            article=ARTICLE,
            field="email",
        )
    elif wanted == Delivery.post and not said.get("address"):
        yield RuleBroken(
            "选择邮寄方式获取的，请填写通信地址。",
            "To receive it by post, give a postal address.",
            article=ARTICLE,
            field="address",
        )
    elif not any(said.get(way) for way in ("phone", "email", "address")):
        yield RuleBroken(
            "请至少填写一种联系方式：联系电话、电子邮箱或者通信地址。收到申请后，行政机关须与您确认。",
            "Give at least one way to reach you: telephone, e-mail or postal address. The office has to confirm the "
            "request with you.",
            article=ARTICLE,
            field="phone",
        )


def keep(session: Session, key: str, typed: Mapping[str, str], *, now: datetime) -> None:
    """Keeps what was typed under the key of its submission until it is sent, a day at most; older ones go."""
    connection = session.connection()
    connection.execute(_FORGETTING, {"until": now - KEPT})
    connection.execute(_keeping(session), {"key_hash": intake.hashed(key), "typed": dict(typed), "kept_at": now})


@stated
def _keeping(insert: Inserting) -> Insert:
    row = insert(Draft)
    later = {"typed": row.excluded.typed, "kept_at": row.excluded.kept_at}
    return row.on_conflict_do_update(index_elements=["key_hash"], set_=later)


def kept(session: Session, key: str) -> dict[str, str] | None:
    """What was typed under this key; None if nothing is kept (any more)."""
    draft = session.get(Draft, intake.hashed(key))
    return draft.typed if draft else None


class Unfinished(NamedTuple):
    """A request that was begun and not sent: its key, what was typed of it, and when it was kept last."""

    key: str
    typed: Mapping[str, str]
    kept_at: datetime


def unfinished(session: Session, keys: Sequence[str]) -> list[Unfinished]:
    """What is kept under any of these keys, the latest first."""
    by_hash = {intake.hashed(key): key for key in keys}
    if not by_hash:
        return []
    drafts = session.exec(select(Draft).where(col(Draft.key_hash).in_(by_hash)).order_by(col(Draft.kept_at).desc()))
    return [Unfinished(by_hash[draft.key_hash], draft.typed, draft.kept_at) for draft in drafts]


def drop(session: Session, key: str) -> dict[str, str] | None:
    """Removes what is kept under the key, and returns it; None if nothing is kept (any more)."""
    typed: dict[str, str] | None = session.connection().scalar(_DROPPING, {"key": intake.hashed(key)})
    return typed


def sent(session: Session, key: str) -> Registered | None:
    """The case that this key was sent as, and its access code; None as long as it is not sent."""
    case = session.exec(select(Case).where(Case.idempotency_key == intake.hashed(key))).first()
    return Registered(case, intake.access_code(key), False) if case else None


def sent_before(session: Session, keys: Iterable[str], agency_id: int, description: str) -> Registered | None:
    """What one of these keys was sent as to the same agency in the same words, unless it was withdrawn (Art. 36(6))."""
    earlier = (registered for key in keys if (registered := sent(session, key)))
    same = (each for each in earlier if (each.case.agency_id, each.case.description) == (agency_id, description))
    return next((each for each in same if each.case.outcome != WITHDRAWN), None)


def send(session: Session, key: str, entry: Entry, *, site: str = "", language: str = "zh") -> Registered | None:
    """Asks what is kept under the key, which goes with it; None if nothing is kept (any more).

    Raises ValidationError or RuleBroken where it cannot be asked so; what is kept then stays, if nothing is committed.
    """
    typed = drop(session, key)
    if typed is None:
        return None
    asking = Asking.model_validate({name: said for name, said in typed.items() if said})
    return ask(session, asking, entry, key=key, site=site, language=language)


def ask(
    session: Session, asking: Asking, entry: Entry, *, key: str, site: str = "", language: str = "zh"
) -> Registered:
    """Hands the request to its agency by the web channel; the same `key` gives the same case.

    Whoever gave an e-mail address gets a letter with the number and what happens next, in `language`, with a link to
    the pages at `site`, if that is known.
    """
    agency = agencies.found(session, asking.agency)
    said = asking.model_dump(exclude={"agency"}) | {"id_type": asking.id_type.value}
    new = NewCase(channel=Channel.web, submitted_on=entry.today, **said)
    registered = intake.register(session, agency, new, entry, key=key)
    if registered.is_new and asking.email:
        mail.write(session, [_receipt(registered.case, agency, entry, site, language)], entry.now)
    return registered


def _receipt(case: Case, agency: Agency, entry: Entry, site: str, language: str) -> Letter:
    """A mail may be read by others: it holds neither the access code nor a word of the request."""
    words = paper.written(
        "receipt",
        language,
        number=case.number,
        agency=agency,
        until=spoken(case.waiting_until),
        days=term("answer", regime_of(entry.today)).workdays,
        site=site,
    )
    return Letter(f"receipt:{case.id}", case.email, words.subject, words.body, case.id)
