"""The six questions of a request (Art. 29), one a page: what each is called and which fields it asks for."""

from collections.abc import Mapping
from typing import NamedTuple

from requestflow.rules.applicants import ApplicantKind
from requestflow.rules.channels import Delivery
from requestflow.rules.words import Text


class Question(NamedTuple):
    """One page of the conversation; `name` is its place in the address."""

    name: str
    title: Text
    fields: tuple[str, ...]

    def asked(self, typed: Mapping[str, str]) -> tuple[str, ...]:
        """Its fields that matter, given what was answered: an e-mail address only to whoever wants an e-mail."""
        if self.name != "receive":
            return self.fields
        return self.fields[:1] + _NEEDED.get(typed.get("wanted_delivery", ""), ())


_NEEDED: Mapping[str, tuple[str, ...]] = {
    Delivery.electronic.value: ("email",),
    Delivery.post.value: ("address", "postcode"),
}
QUESTIONS = (
    Question("office", Text("向哪个机关申请？", "Which office do you want to ask?"), ("agency",)),
    Question("what", Text("您想知道什么？", "What do you want to know?"), ("description",)),
    Question("who", Text("申请人是谁？", "Who is asking?"), ("applicant_kind", "applicant_name")),
    Question("document", Text("申请人的证件", "The document of whoever asks"), ("id_type", "id_number")),
    Question("reach", Text("怎样联系您？", "How can the office reach you?"), ("phone", "email", "address", "postcode")),
    Question(
        "receive",
        Text("您希望怎样获取信息？", "How do you want to receive it?"),
        ("wanted_delivery", "email", "address", "postcode"),
    ),
)
NAMES = tuple(question.name for question in QUESTIONS)
"""In the order in which they are asked."""
BY_NAME = {question.name: question for question in QUESTIONS}

ASKED = {
    "agency": Text("受理机关", "Office"),
    "applicant_kind": Text("申请人类型", "Kind of applicant"),
}
ASKS = {
    "agency": Text("请选择向哪个机关申请。", "Choose the office to ask."),
    "description": Text("请写明您想知道什么。", "Say what you want to know."),
    "applicant_kind": Text("请选择申请人的类型。", "Choose who is asking."),
    "applicant_name": Text("请填写姓名或者名称。", "Give your name or that of the organisation."),
    "id_type": Text("请选择证件类型。", "Choose the kind of document."),
    "id_number": Text("请填写证件号码。", "Give the number of the document."),
    "wanted_delivery": Text("请选择以何种方式获取信息。", "Choose how you want to receive it."),
}
KINDS = {
    kind: Text("公民个人（自然人）", "A citizen, for myself") if kind is ApplicantKind.natural_person else kind.label
    for kind in ApplicantKind
}
DELIVERIES = {
    Delivery.electronic: Text("电子邮件发送", "By e-mail"),
    Delivery.post: Text("邮寄", "By post"),
    Delivery.direct: Text("到机关当面领取", "I collect it at the office"),
}


def question_of(field: str) -> str:
    """The page on which a field is asked for first."""
    return next(question.name for question in QUESTIONS if field in question.fields)
