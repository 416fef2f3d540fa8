"""A citizen's own request through the office's website: what Art. 29 wants from whoever asks online."""

import re
from typing import Self

from pydantic import model_validator
from sqlmodel import Session, SQLModel

from requestflow.rules import documents
from requestflow.rules.applicants import ApplicantKind
from requestflow.rules.channels import Channel, Delivery
from requestflow.rules.documents import IdType
from requestflow.rules.errors import RuleBroken
from requestflow.services import agencies, intake
from requestflow.services._fields import Address, Given, GivenShort, GivenWords, Line, Postcode, Short
from requestflow.services.entry import Entry
from requestflow.services.intake import NewCase, Registered

ARTICLE = "条例（2019）第29条"
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_PHONE = re.compile(r"\+?[\d\s()-]{5,30}")
_POSTCODE = re.compile(r"\d{6}")


class Asking(SQLModel):
    """The form of Art. 29: who asks (with proof), how to reach them, what they want, and how to hand it over."""

    agency: Given
    description: GivenWords
    applicant_kind: ApplicantKind
    applicant_name: Given
    id_type: IdType
    id_number: GivenShort
    phone: Short = ""
    email: Line = ""
    address: Address = ""
    postcode: Postcode = ""
    wanted_delivery: Delivery

    @model_validator(mode="after")
    def _can_be_answered(self) -> Self:
        self.id_number = documents.check(self.id_type, self.id_number)
        _well_formed("phone", self.phone, _PHONE, "联系电话", "telephone number")
        _well_formed("email", self.email, _EMAIL, "电子邮箱", "e-mail address")
        _well_formed("postcode", self.postcode, _POSTCODE, "邮政编码", "postcode")
        _reachable(self)
        return self


def _well_formed(field: str, said: str, form: re.Pattern[str], zh: str, en: str) -> None:
    if said and not form.fullmatch(said):
        raise RuleBroken(f"{zh}的格式不对，请核对。", f"This is not a {en}; check it.", field=field)


def _reachable(asking: Asking) -> None:
    if asking.wanted_delivery is Delivery.electronic and not asking.email:
        raise RuleBroken(
            "选择电子方式获取的，请填写电子邮箱。",
            "To receive it electronically, give an e-mail address.",
            article=ARTICLE,
            field="email",
        )
    if asking.wanted_delivery is Delivery.post and not asking.address:
        raise RuleBroken(
            "选择邮寄方式获取的，请填写通信地址。",
            "To receive it by post, give a postal address.",
            article=ARTICLE,
            field="address",
        )
    if not (asking.phone or asking.email or asking.address):
        raise RuleBroken(
            "请至少填写一种联系方式：联系电话、电子邮箱或者通信地址。收到申请后，行政机关须与您确认。",
            "Give at least one way to reach you: telephone, e-mail or postal address. The office has to confirm the "
            "request with you.",
            article=ARTICLE,
            field="phone",
        )


def ask(session: Session, asking: Asking, entry: Entry, *, key: str) -> Registered:
    """Hands the request to its agency through the web channel; the same `key` gives the same case."""
    agency = agencies.found(session, asking.agency)
    said = asking.model_dump(exclude={"agency"}) | {"id_type": asking.id_type.value}
    new = NewCase(channel=Channel.web, submitted_on=entry.today, **said)
    return intake.register(session, agency, new, entry, key=key)
