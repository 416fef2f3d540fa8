"""The form on which a registration is put right: it opens with all that stands, grouped as the counter asks it."""

from typing import Any

from requestflow.rules.applicants import ApplicantKind
from requestflow.rules.channels import Channel, Delivery, MailKind
from requestflow.rules.words import Text
from requestflow.services import amending
from requestflow.web.bench import Ask, Bench, Sort, Step

_NAMES = {
    "channel": Text("收到方式", "How it came in"),
    "mail_kind": Text("信函的邮寄种类", "Kind of letter"),
    "submitted_on": Text("提交或者到达之日", "Handed in, or arrived, on"),
    "signed_on": Text("签收之日", "Signed for on"),
    "confirmed_on": Text("与申请人确认之日", "Confirmed with the applicant on"),
    "applicant_kind": Text("申请人类型", "Kind of applicant"),
    "applicant_name": Text("姓名或者名称", "Name"),
    "id_type": Text("证件类型", "Kind of document"),
    "id_number": Text("证件号码", "Document number"),
    "phone": Text("联系电话", "Telephone"),
    "email": Text("电子邮箱", "E-mail"),
    "address": Text("通信地址", "Postal address"),
    "postcode": Text("邮政编码", "Postcode"),
    "description": Text("申请公开的政府信息", "The information asked for"),
    "topic": Text("信息类别", "Topic"),
    "wanted_delivery": Text("获取信息的方式", "Wants it"),
    "note": Text("备注", "Note"),
    "tracking_number": Text("答复的邮件号", "Tracking number of the answer"),
}
WORDS = {"channel": Channel, "mail_kind": MailKind, "applicant_kind": ApplicantKind, "wanted_delivery": Delivery}
"""The fields that hold a word of the trade."""


def name_of(field: str) -> Text:
    """What a field of a registration is called."""
    return _NAMES[field]


def _ask(key: str, sort: Sort, *, required: bool = False, **more: Any) -> Ask:
    return Ask(key, sort, _NAMES[key], required=required, options=WORDS.get(key), **more)


def _stands(bench: Bench) -> dict[str, Any]:
    stands = {name: getattr(bench.case, name) for name in (*amending.REGISTERED, "tracking_number")}
    return {name: "" if value is None else value for name, value in stands.items()}


def _was_sent(bench: Bench) -> bool:
    return bench.case.sent_on is not None


AMEND = Step(
    amending.Amendment,
    amending.amend,
    (
        _ask("applicant_name", "line", required=True, above=Text("申请人", "The applicant")),
        _ask("applicant_kind", "select", required=True),
        *(_ask(key, "line") for key in ("id_type", "id_number", "phone", "email", "postcode", "address")),
        _ask("description", "words", required=True, above=Text("申请内容", "What is asked for")),
        _ask("topic", "line"),
        _ask("wanted_delivery", "select"),
        _ask("note", "words"),
        _ask("tracking_number", "line", above=Text("答复", "The answer"), is_asked=_was_sent),
        _ask(
            "channel",
            "select",
            required=True,
            above=Text("收到方式和日期", "How and when it came in"),
            hint=Text(
                "更正收到方式或者日期的，答复期限随之重新计算，并应当说明理由。",
                "The term is reckoned anew from these; amending any of them needs a reason.",
            ),
        ),
        _ask("mail_kind", "select"),
        *(_ask(key, "day") for key in ("submitted_on", "signed_on", "confirmed_on")),
        Ask(
            "reason",
            "words",
            Text("更正的理由", "Why it is amended"),
            required=None,
            hint=Text("更正收到方式或者日期的，必须填写。", "Needed where the way it came in or a date is amended."),
        ),
    ),
    tells=Text(
        "只改录错的内容；更正前后的内容都留在办理经过中。",
        "Change only what was typed wrongly: what stood before and what stands now both stay in the story of the case.",
    ),
    known=_stands,
)
"""The step `amend`."""
