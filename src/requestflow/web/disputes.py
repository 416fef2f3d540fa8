"""The steps of a review, a suit or a complaint: filed, and concluded; nothing that the law decides is chosen by us."""

from collections.abc import Mapping

from requestflow.rules.lifecycle import Action
from requestflow.rules.regimes import Regime
from requestflow.rules.remedies import RemedyKind, RemedyResult, SuitRoute
from requestflow.rules.words import Text
from requestflow.services import remedies
from requestflow.web import choices
from requestflow.web.bench import Ask, Bench, Step


class FiledSuit(remedies.Filed):
    """A suit, which was brought at once or after a review: its officer says which."""

    route: SuitRoute


class Ruled(remedies.Concluded):
    """The end of a review or suit, which has a result: its officer says which."""

    result: RemedyResult


_NOTE = Ask("note", "words", Text("备注", "Remark"), required=False)
_ROUTE = Ask("route", "choice", Text("起诉方式", "Route"), options=SuitRoute)
_RESULT = Ask("result", "choice", Text("结果", "Result"), options=RemedyResult)
_ANSWER_BY = Ask(
    "answer_by",
    "day",
    Text("责令重新答复的期限", "New answer ordered by"),
    required=False,
    hint=Text("结果为纠正并限期重新答复的填写。", "Only where the result corrects the answer and sets a day."),
)


def _article(bench: Bench) -> str:
    return "条例（2007）第33条" if bench.regime is Regime.y2007 else "条例（2019）第51条"


def _filed(kind: RemedyKind, *more: Ask, form: type[remedies.Filed] = remedies.Filed) -> Step:
    asks = (Ask("on", "day", Text("提起之日", "Filed on")), *more, _NOTE)
    return Step(form, remedies.file, asks, _article, given={"kind": kind})


def _concluded(kind: RemedyKind, *more: Ask, form: type[remedies.Concluded] = remedies.Concluded) -> Step:
    which = Ask("remedy", "select", Text("哪一次", "Which one"), options=choices.pending(kind))
    asks = (which, Ask("on", "day", Text("审结之日", "Concluded on")), *more, _NOTE)
    return Step(
        form,
        remedies.conclude,
        asks,
        _article,
        given={"kind": kind},
        is_ready=lambda bench: bool(choices.pending(kind)(bench)),
    )


DISPUTES: Mapping[Action, Step] = {
    Action.file_review: _filed(RemedyKind.review),
    Action.close_review: _concluded(RemedyKind.review, _RESULT, _ANSWER_BY, form=Ruled),
    Action.file_suit: _filed(RemedyKind.suit, _ROUTE, form=FiledSuit),
    Action.close_suit: _concluded(RemedyKind.suit, _RESULT, _ANSWER_BY, form=Ruled),
    Action.file_complaint: _filed(RemedyKind.complaint),
    Action.close_complaint: _concluded(RemedyKind.complaint),
}
