"""An outcome in the fewest words: which of the six kinds of ending (国办公开办函〔2021〕30号) it is."""

from requestflow.rules.outcomes import Outcome
from requestflow.rules.words import Text

ENDINGS = {
    "granted": Text("予以公开", "Granted"),
    "granted_in_part": Text("部分公开", "Granted in part"),
    "refused": Text("不予公开", "Refused"),
    "unable": Text("无法提供", "Cannot be provided"),
    "not_processed": Text("不予处理", "Not processed"),
    "other": Text("其他处理", "Closed without an answer"),
}
_ANSWERED_OTHERWISE = Text("其他处理", "Another answer")


def ending(outcome: Outcome) -> Text:
    """The kind of ending; an answer of the last kind is still an answer."""
    kind = outcome.row_2021.partition(".")[0]
    return _ANSWERED_OTHERWISE if kind == "other" and outcome.is_answer else ENDINGS[kind]
