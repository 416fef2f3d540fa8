"""What the silence of the other side allows: a step is proposed with what follows, and taken by a person only."""

from collections.abc import Mapping
from typing import NamedTuple

from requestflow.rules.conditions import NOT_CORRECTED, NOT_PAID
from requestflow.rules.fees import ARTICLE as FEE_ARTICLE
from requestflow.rules.lifecycle import Action, State
from requestflow.rules.outcomes import OUTCOMES
from requestflow.rules.words import Text
from requestflow.web.bench import Bench
from requestflow.web.next_day import to_do


class Proposal(NamedTuple):
    """The step, what it is about in a few words, what follows from it, and its article."""

    step: Action
    what: Text
    consequence: Text
    article: str


def _closed_as(code: str) -> dict[str, Text]:
    return {"outcome": OUTCOMES[code].label}


_CONSEQUENCES: Mapping[State, tuple[Text, str]] = {
    State.waiting_correction: (
        Text(
            "补正期限已过，没有收到补正。申请人无正当理由逾期不补正的，视为放弃申请，案件以“{outcome}”办结；"
            "有正当理由的，可以继续等待。",
            "The day given to correct has passed and nothing came in. Without good cause the request counts as "
            "abandoned, and the case is closed as “{outcome}”; with good cause you may go on waiting.",
        ).fill(**_closed_as(NOT_CORRECTED)),
        "条例（2019）第30条",
    ),
    State.waiting_third_party: (
        Text(
            "第三方收到征求意见书后，在规定期限内没有答复。登记为未答复后，由本机关决定是否公开：没有答复不等于同意。",
            "The third party received the letter and did not answer in its time. Record that; the agency then decides "
            "itself whether to disclose: silence is no consent.",
        ),
        "条例（2019）第32条",
    ),
    State.waiting_agency: (
        Text(
            "共同制作该信息的机关在规定期限内没有答复的，视为同意公开。登记为未答复后继续办理。",
            "An agency that made the information too and does not answer in its time has consented. Record that, then "
            "go on.",
        ),
        "条例（2019）第34条",
    ),
    State.waiting_fee: (
        Text(
            "缴费期限已过，没有收到缴费。逾期未缴费的，视为放弃申请，案件以“{outcome}”办结。",
            "The time to pay has passed and nothing came in. The request counts as abandoned, and the case is closed "
            "as “{outcome}”.",
        ).fill(**_closed_as(NOT_PAID)),
        FEE_ARTICLE,
    ),
}


def proposed(bench: Bench) -> Proposal | None:
    """The step that somebody's silence allows today; None while there is time, or nothing is awaited."""
    doing = to_do(bench.case, bench.person.role, bench.today)
    if doing is None or doing.step is None or not doing.is_proposed:
        return None
    return Proposal(doing.step, doing.what, *_CONSEQUENCES[bench.case.state])
