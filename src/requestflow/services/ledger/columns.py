"""The columns of a ledger: each with its English key, its Chinese title and what it holds. Either heads a column."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from requestflow.rules.applicants import ApplicantKind
from requestflow.rules.channels import Channel, Delivery, MailKind
from requestflow.rules.outcomes import OUTCOMES
from requestflow.rules.remedies import RemedyResult, SuitRoute
from requestflow.rules.words import Text


class Column(NamedTuple):
    """A column: `terms` are the words that may stand in it, each with its stored value."""

    key: str
    title: str
    holds: Text
    is_required: bool = False
    terms: Mapping[str, str] = {}


def _terms(words: type[StrEnum], **short: str) -> dict[str, str]:
    """Every way to say a member: its value, its name in both languages, and the short Chinese word of a register."""
    said = {term.casefold(): str(word) for word in words for term in (word, *word.label)}  # type: ignore[attr-defined]
    return said | {term: value for value, term in short.items()}


_DAY = Text("日期", "a day")
_TEXT = Text("文字", "text")
_PENDING = {"pending": "", "尚未审结": "", "未审结": ""}
_RESULTS = _terms(RemedyResult, upheld="维持", corrected="纠正", other="其他") | _PENDING
_OUTCOMES = {term.casefold(): code for code, known in OUTCOMES.items() for term in (code, *known.label)}

COLUMNS: tuple[Column, ...] = (
    Column("number", "受理编号", Text("为空则自动编号", "given if empty; unique within the agency")),
    Column("agency", "机关代码", Text("办理机关的代码", "code of the agency"), is_required=True),
    Column(
        "channel",
        "收到方式",
        Text("当面、传真、网络、信函", "face_to_face, fax, web, mail"),
        is_required=True,
        terms=_terms(Channel, face_to_face="当面", fax="传真", web="网络", mail="信函"),
    ),
    Column(
        "mail_kind",
        "邮寄种类",
        Text("挂号、平信", "signed, ordinary"),
        terms=_terms(MailKind, signed="挂号", ordinary="平信"),
    ),
    Column(
        "applicant_kind",
        "申请人类型",
        Text(
            "、".join(kind.label.zh for kind in ApplicantKind),
            ", ".join(ApplicantKind),
        ),
        is_required=True,
        terms=_terms(ApplicantKind),
    ),
    Column("applicant_name", "姓名或名称", _TEXT, is_required=True),
    Column("id_type", "证件类型", _TEXT),
    Column("id_number", "证件号码", _TEXT),
    Column("phone", "电话", _TEXT),
    Column("email", "邮箱", _TEXT),
    Column("address", "地址", _TEXT),
    Column("postcode", "邮编", _TEXT),
    Column("description", "申请内容", _TEXT, is_required=True),
    Column("topic", "信息类别", _TEXT),
    Column("submitted_on", "提交日", _DAY),
    Column("signed_on", "签收日", _DAY),
    Column("confirmed_on", "确认日", _DAY),
    Column("entered_on", "登记日", _DAY),
    Column("correction_asked_on", "补正告知日", _DAY),
    Column("correction_until", "补正期限", _DAY),
    Column("corrected_on", "补正收到日", _DAY),
    Column("consult_sent_on", "征求意见发出日", _DAY),
    Column("consult_received_on", "第三方收到日", _DAY),
    Column("consult_answered_on", "意见收到日", _DAY),
    Column("extended_on", "延期告知日", _DAY),
    Column("extension_workdays", "延长工作日", Text("工作日数", "working days")),
    Column("extension_approved_by", "批准人", _TEXT),
    Column("fee_noticed_on", "收费通知日", _DAY),
    Column("fee_paid_on", "缴费日", _DAY),
    Column("fee_yuan", "收费金额", Text("元", "yuan")),
    Column("outcome", "结果代码", Text("O01至O45，未办结为空", "O01 to O45; empty while open"), terms=_OUTCOMES),
    Column("reason", "理由", _TEXT),
    Column("decided_on", "答复日", _DAY),
    Column("sent_on", "送达日", Text("以此日计算是否按时", "the day that counts")),
    Column(
        "delivery",
        "送达方式",
        Text("直接送达、邮寄、电子", "direct, post, electronic"),
        terms=_terms(Delivery, direct="直接", post="邮寄", electronic="电子"),
    ),
    Column("tracking_number", "邮件号", _TEXT),
    Column("review_filed_on", "复议日", _DAY),
    Column("review_result", "复议结果", Text("维持、纠正、其他", "upheld, corrected, other"), terms=_RESULTS),
    Column("review_closed_on", "复议结案日", _DAY),
    Column("suit_filed_on", "诉讼日", _DAY),
    Column(
        "suit_route",
        "诉讼类型",
        Text("直接起诉、复议后起诉", "direct, after_review"),
        terms=_terms(SuitRoute, direct="直接起诉", after_review="复议后起诉"),
    ),
    Column("suit_result", "诉讼结果", Text("维持、纠正、其他", "upheld, corrected, other"), terms=_RESULTS),
    Column("suit_closed_on", "诉讼结案日", _DAY),
    Column("complaint_on", "举报投诉日", _DAY),
    Column("note", "备注", _TEXT),
)

KEYS: tuple[str, ...] = tuple(column.key for column in COLUMNS)
BY_KEY: Mapping[str, Column] = {column.key: column for column in COLUMNS}
_BY_TITLE: Mapping[str, str] = {
    name: column.key for column in COLUMNS for name in (column.key, column.title.casefold())
}
SEVERAL = "；"  # between the days of several consultations, reviews, suits or complaints of one case


def key_of(title: str) -> str | None:
    """The key of the column with this heading, English or Chinese, starred or not; None if it is none of ours."""
    return _BY_TITLE.get("".join(title.split()).strip("*＊").casefold())


def title_of(key: str) -> Text:
    """What people call a column: its Chinese title, its English key."""
    return Text(BY_KEY[key].title if key in BY_KEY else key, key)
