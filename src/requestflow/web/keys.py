"""What the keyboard does at the desk: the letters of the steps, and what the help says of every key.

The letters are `data-key` attributes of the pages, followed by static/desk.js; without it, and wherever they are turned
off, the same places are reached by `accesskey`, by Tab and by the pointer.
"""

from collections.abc import Mapping
from typing import NamedTuple

from requestflow.rules.lifecycle import Action
from requestflow.rules.words import Text

STEP_KEYS: Mapping[Action, str] = {
    Action.confirm: "c",
    Action.assign: "a",
    Action.transfer: "t",
    Action.correct: "r",
    Action.pay_fee: "m",
    Action.consult_third_party: "p",
    Action.consult_agency: "o",
    Action.record_receipt: "i",
    Action.record_opinion: "v",
    Action.ask_extension: "x",
    Action.refuse_extension: "u",
    Action.consent_extension: "y",
    Action.extend: "e",
    Action.ask_correction: "b",
    Action.notice_fee: "f",
    Action.decide: "d",
    Action.send: "s",
    Action.withdraw: "w",
    Action.lapse: "l",
    Action.close: "z",
    Action.note: "h",
}
"""One letter for each step that is frequent; none of them does anything else on any page."""


class Key(NamedTuple):
    """One or two keys, pressed one after the other, and what they do."""

    pressed: tuple[str, ...]
    does: Text


class Group(NamedTuple):
    """The keys of one kind of page."""

    where: Text
    keys: tuple[Key, ...]


LETTERS: tuple[Group, ...] = (
    Group(
        Text("所有页面", "Every page"),
        (
            Key(("g", "q"), Text("打开待办", "open the queue")),
            Key(("n",), Text("登记申请", "enter a request")),
            Key(("/",), Text("跳到查找框；没有查找框的，打开查找页", "into the search field, or to the search")),
            Key(("?",), Text("打开或者收起这份说明", "open or close this list")),
            Key(("Esc",), Text("离开输入框，单键随之可用", "leave a field, so that the letters work")),
            Key(("Ctrl+Enter",), Text("提交所在的表单", "send the form that you are in")),
        ),
    ),
    Group(
        Text("待办和查找", "Queue and search"),
        (
            Key(("j",), Text("下一件", "next case")),
            Key(("k",), Text("上一件", "previous case")),
            Key(("Enter",), Text("打开", "open it")),
            Key(("x",), Text("勾选或者取消勾选", "tick it, or take the tick away")),
        ),
    ),
    Group(
        Text("案件页面", "Page of a case"),
        tuple(Key((letter,), action.label) for action, letter in STEP_KEYS.items()),
    ),
)
"""The letters that desk.js follows, by page."""

HELD: tuple[Key, ...] = (
    Key(("N",), Text("登记申请；回执页：登记下一件", "enter a request; on a receipt, the next one")),
    Key(("F",), Text("跳到查找框", "into the search field")),
    Key(("1",), Text("登记页：当面", "counter: face to face")),
    Key(("2",), Text("登记页：传真", "counter: fax")),
    Key(("3",), Text("登记页：签收邮件", "counter: registered letter")),
    Key(("4",), Text("登记页：平信", "counter: ordinary letter")),
    Key(("R",), Text("登记页：填入已知申请人", "counter: fill in a known applicant")),
    Key(("G",), Text("案件页面：办理下一步", "case: go to the next step")),
    Key(("S",), Text("登记页和办理页：提交", "counter and step: save")),
)
"""The access keys, which work without desk.js: held together with Alt or what the browser wants instead."""
