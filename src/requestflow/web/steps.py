"""The steps that a person takes on a case: one entry each, and the form, its check and its button follow."""

from collections.abc import Callable, Mapping

from sqlmodel import Field, Session

from requestflow.rules.channels import Delivery
from requestflow.rules.fees import ARTICLE as FEE_ARTICLE
from requestflow.rules.fees import FeeWay
from requestflow.rules.lifecycle import Action, State
from requestflow.rules.regimes import Regime, term
from requestflow.rules.words import Text
from requestflow.services import casework, intake, mistakes
from requestflow.services.casework import Opinion
from requestflow.services.entry import Entry
from requestflow.store.models import Case
from requestflow.web import choices
from requestflow.web.amendment import AMEND
from requestflow.web.bench import Ask, Bench, Said, Step
from requestflow.web.disputes import DISPUTES


class Remark(casework.Dated):
    """A remark, which says something."""

    note: str = Field(min_length=1, max_length=20_000)


def _by(y2007: str, y2019: str) -> Callable[[Bench], str]:
    return lambda bench: y2007 if bench.regime is Regime.y2007 else y2019


def _of_term(name: str) -> Callable[[Bench], str]:
    return lambda bench: term(name, bench.regime).article


def _on(label_zh: str, label_en: str, hint: Said = None) -> Ask:
    return Ask("on", "day", Text(label_zh, label_en), hint=hint)


_DATED = casework.Dated
_NOTE = Ask("note", "words", Text("备注", "Remark"), required=False)
_REASON = Ask("reason", "words", Text("理由", "Reason"), required=False)
_WORKDAYS = Ask("workdays", "number", Text("延长的工作日数", "Working days"), hint=choices.limit_of_extension)
_THIRD_PARTY = _by("条例（2007）第23条", "条例（2019）第32条")
_AGENCY = _by("", "条例（2019）第34条")
_THIRD_PARTY_AND_AGENCY = _by("条例（2007）第23条", "条例（2019）第32条、第34条")


def _asked_article(bench: Bench) -> str:
    """Art. 32 for a third party, Art. 34 for another agency, by those who are still asked."""
    asked = {each.is_third_party for each in bench.standing.waiting()}
    if asked == {False}:
        return _AGENCY(bench)
    return _THIRD_PARTY_AND_AGENCY(bench) if False in asked else _THIRD_PARTY(bench)


def _lapse_article(bench: Bench) -> str:
    """Art. 30 for a missed correction, the rule on fees for one that was not paid."""
    return FEE_ARTICLE if bench.standing.state is State.waiting_fee else "条例（2019）第30条"


def _confirm(session: Session, case: Case, form: casework.Dated, entry: Entry) -> None:
    intake.confirm(session, case, form.on, entry)


STEPS_BY_HAND: Mapping[Action, Step] = {
    Action.confirm: Step(
        _DATED,
        _confirm,
        (_on("双方确认之日", "Confirmed on", Text("该日即为收到申请之日。", "This is the day of receipt.")),),
        _by("国办公开办函〔2015〕207号", "条例（2019）第31条"),
    ),
    Action.consent_extension: Step(
        casework.Extension,
        casework.consent_extension,
        (_on("同意之日", "Consented on"), _WORKDAYS, _REASON),
        _of_term("extension"),
        mildest={"workdays": 1},
        known=choices.extension_to_consent,
        is_ready=Bench.awaits_consent,
    ),
    Action.refuse_extension: Step(
        casework.ExtensionRefused,
        casework.refuse_extension,
        (_on("答复之日", "Answered on"), Ask("reason", "words", Text("不同意的理由", "Why not"))),
        _of_term("extension"),
        is_ready=Bench.awaits_consent,
    ),
    Action.extend: Step(
        casework.Extension,
        casework.extend,
        (_on("告知申请人之日", "Applicant told on"), _WORKDAYS, _REASON),
        _of_term("extension"),
        mildest={"workdays": 1},
        known=choices.extension_consented,
    ),
    Action.decide: Step(
        casework.Decision,
        casework.decide,
        (
            _on("作出答复之日", "Decided on"),
            Ask("outcome", "outcome", Text("结果", "Outcome"), options=choices.outcomes),
            Ask(
                "reason",
                "words",
                Text("理由", "Reason"),
                required=None,
                hint=Text("不予公开、部分公开的，必须说明理由。", "Required where anything is refused."),
            ),
            Ask(
                "record",
                "words",
                Text("应当记录的事项", "What must be on record"),
                required=None,
                hint=choices.what_to_record,
            ),
        ),
        _by("条例（2007）第21条", "条例（2019）第36条、第37条"),
        warns=choices.time_of_third_parties,
        mildest={"outcome": "O02"},
    ),
    Action.send: Step(
        casework.Sending,
        casework.send,
        (
            _on(
                "送出之日",
                "Sent on",
                Text(
                    "邮寄的以交邮日为准，直接送达的以签收日为准，电子送达的以发出日为准；不看落款日期。",
                    "The day of posting, of signature, or of sending: not the date printed on the letter.",
                ),
            ),
            Ask("delivery", "choice", Text("送达方式", "How it was sent"), options=Delivery),
            Ask("tracking_number", "line", Text("邮件号", "Tracking number"), required=False),
        ),
        lambda _bench: "国办公开办函〔2016〕235号",
        known=lambda bench: {"delivery": bench.case.wanted_delivery},
    ),
    Action.ask_correction: Step(
        casework.CorrectionNotice,
        casework.ask_correction,
        (
            _on("告知之日", "Notice sent on", choices.correction_by),
            Ask("until", "day", Text("补正期限", "To be corrected by")),
            Ask("points", "words", Text("需要补正的事项", "What has to be corrected")),
        ),
        _by("条例（2007）第21条第4项", "条例（2019）第30条"),
        mildest={},
    ),
    Action.correct: Step(
        casework.Correction,
        casework.correct,
        (_on("收到补正之日", "Received on"), Ask("text", "words", Text("补正后的申请内容", "The corrected request"))),
        _by("", "条例（2019）第30条"),
    ),
    Action.consult_third_party: Step(
        casework.Consultation,
        casework.consult_third_party,
        (
            _on("发出征求意见书之日", "Letter sent on"),
            Ask("party", "line", Text("被征求意见的第三方", "Third party")),
            Ask("question", "words", Text("征求意见的事项", "What is asked"), required=False),
        ),
        _THIRD_PARTY,
    ),
    Action.consult_agency: Step(
        casework.Consultation,
        casework.consult_agency,
        (
            _on("发出征求意见函之日", "Letter sent on"),
            Ask("party", "line", Text("被征求意见的机关", "Agency asked")),
            Ask("is_co_author", "tick", Text("该信息由两个以上机关共同制作", "The agency made the information too")),
            Ask("question", "words", Text("征求意见的事项", "What is asked"), required=False),
        ),
        _AGENCY,
    ),
    Action.record_receipt: Step(
        casework.ConsultationReceived,
        casework.record_receipt,
        (
            Ask("consultation", "select", Text("征求意见书", "Which letter"), options=choices.not_received),
            _on("对方收到之日", "Received on", Text("反馈期限自该日起算。", "Their time runs from this day.")),
        ),
        _asked_article,
        is_ready=lambda bench: bool(choices.not_received(bench)),
    ),
    Action.record_opinion: Step(
        casework.OpinionReceived,
        casework.record_opinion,
        (
            Ask("consultation", "select", Text("征求意见书", "Which letter"), options=choices.not_answered),
            _on("收到意见之日", "Came in on"),
            Ask("opinion", "choice", Text("意见", "Opinion"), options=Opinion),
            Ask("text", "words", Text("意见内容", "What they said"), required=False),
        ),
        _asked_article,
        known=choices.silent,
        is_ready=lambda bench: bool(choices.not_answered(bench)),
    ),
    Action.ask_extension: Step(
        casework.Extension,
        casework.ask_extension,
        (_on("报请之日", "Asked on"), _WORKDAYS, _REASON),
        _of_term("extension"),
        mildest={"workdays": 1},
        known=choices.extension_asked,
    ),
    Action.notice_fee: Step(
        casework.FeeNotice,
        casework.notice_fee,
        (
            _on("发出收费通知之日", "Notice sent on"),
            Ask("way", "choice", Text("计收方式", "How it is charged"), options=FeeWay, hint=choices.price_list),
            Ask(
                "quantity",
                "number",
                Text("当月第几件，或者页数", "Which request of the month, or pages"),
                hint=Text(
                    "按件的，填写该申请人当月向本机关提出的第几件申请；按量的，填写页数。",
                    "By item: which request of this applicant to this agency in the month. By page: how many pages.",
                ),
            ),
            Ask("yuan", "number", Text("收费金额（元）", "Fee in yuan")),
            Ask("received_on", "day", Text("申请人收到通知之日", "Received by the applicant on"), required=False),
        ),
        lambda _bench: FEE_ARTICLE,
        mildest={"yuan": "1"},
        known=choices.first_fee,
    ),
    Action.pay_fee: Step(_DATED, casework.pay_fee, (_on("缴费之日", "Paid on"),), lambda _bench: FEE_ARTICLE),
    Action.lapse: Step(
        _DATED,
        casework.lapse,
        (_on("视为放弃之日", "Lapsed on"), _NOTE),
        _lapse_article,
        mildest={},
        is_ready=lambda bench: bench.standing.state in casework.LAPSING,
    ),
    Action.withdraw: Step(_DATED, casework.withdraw, (_on("撤回之日", "Withdrawn on"), _NOTE)),
    Action.close: Step(_DATED, casework.close, (_on("归档之日", "Filed away on"), _NOTE)),
    Action.assign: Step(
        casework.Assignment,
        casework.assign,
        (
            Ask("handler", "select", Text("承办人", "Who works on it"), options=choices.colleagues),
            _on("分派之日", "Assigned on"),
        ),
        known=lambda bench: {"handler": bench.person.login},
    ),
    Action.transfer: Step(
        casework.Transfer,
        casework.transfer,
        (
            Ask("to", "select", Text("转往机关", "To which agency"), options=choices.other_agencies),
            _on("转办之日", "Transferred on"),
            Ask("reason", "words", Text("理由", "Reason")),
        ),
        tells=Text(
            "只能在同一机关体系内转办，受理编号和期限不变；信息由体系以外的机关负责公开的，"
            "应当以“不属于本行政机关负责公开”答复，并告知申请人负责公开的机关的名称、联系方式"
            "（条例（2019）第36条第5项）。",
            "A case may be handed on only within one tree of agencies, where it keeps its number and its term. Where "
            "an agency outside the tree is in charge, answer “Not this agency's to disclose” and tell the applicant "
            "the name and address of the agency that is (Regulation (2019) Art. 36(5)).",
        ),
    ),
    **DISPUTES,
    Action.set_regime: Step(
        casework.ChosenRegime,
        casework.set_regime,
        (
            _on("确定之日", "Settled on"),
            Ask("regime", "choice", Text("适用的条例", "Regulation that applies"), options=Regime),
            Ask("reason", "words", Text("理由", "Reason")),
        ),
        known=lambda bench: {"regime": bench.standing.regime},
        tells=Text(
            "系统按收到申请之日确定适用的条例（2019年5月15日起适用修订后的条例）。"
            "复议机关、法院或者本机关另有认定的，在此更改；答复期限和可以办理的步骤随之改变。",
            "Which text applies follows from the day of receipt (the revised one from 15 May 2019). Change it where "
            "a review, a court or this agency holds otherwise: the term and the possible steps change with it.",
        ),
    ),
    Action.amend: AMEND,
    Action.strike: Step(
        mistakes.Struck,
        mistakes.strike,
        (
            Ask(
                "seq",
                "select",
                Text("误录的步骤", "The mistaken step"),
                options=choices.strikable,
                hint=Text(
                    "该步骤留在办理经过中并注明已撤销；期限和统计数按撤销后重新计算。",
                    "It stays in the story, marked as struck out; the term and the figures are reckoned without it.",
                ),
            ),
            Ask("reason", "words", Text("撤销的理由", "Why")),
            _on("撤销之日", "Struck out on"),
        ),
        is_ready=lambda bench: bool(choices.strikable(bench)),
    ),
    Action.note: Step(Remark, casework.note, (_on("日期", "Day"), Ask("note", "words", Text("备注", "Remark")))),
}
