"""Shows heads and administrators every part that the pages are made of, once each, beside the tokens behind it."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from flask import Blueprint, render_template, url_for

from requestflow.clock import today
from requestflow.paper import charts
from requestflow.rules.applicants import ApplicantKind
from requestflow.rules.channels import Channel
from requestflow.rules.deadlines import Timeliness
from requestflow.rules.lifecycle import State
from requestflow.rules.roles import Role
from requestflow.rules.verdicts import Verdict
from requestflow.rules.words import Text
from requestflow.web.access import officers
from requestflow.web.forms import Filled, blank

room = Blueprint("design", __name__)

THEME = Path(__file__).with_name("static") / "theme.css"
ON_GROUNDS = {
    "paper": ("ink", "ink-soft", "accent", "wait", "late", "done"),
    "sheet": ("ink", "ink-soft", "accent", "accent-deep", "wait", "late", "done"),
    "quiet-wash": ("ink", "ink-soft", "accent"),
    "accent-wash": ("ink", "ink-soft", "accent", "accent-deep", "wait", "late", "done"),
    "wait-wash": ("ink", "ink-soft", "accent", "wait"),
    "late-wash": ("ink", "ink-soft", "late"),
    "done-wash": ("ink", "done"),
    "accent": ("on-accent",),
    "accent-deep": ("on-accent",),
}
"""Which text stands on which ground: each reaches TEXT (WCAG 2.2, 1.4.3)."""
SIGNS_ON = {
    "paper": ("line-strong", "focus", "accent"),
    "sheet": ("line-strong", "focus", "accent", "wait", "late", "done"),
    "quiet-wash": ("line-strong", "focus"),
    "accent": ("focus-gap",),
    "accent-deep": ("on-accent",),
}
"""Which edges and signs stand on which ground: each reaches SIGN (WCAG 2.2, 1.4.11)."""
TEXT, SIGN = 4.5, 3.0

_NAMED_CASE = Text("2025年滨河路东段房屋征收补偿方案", "Compensation plan for the houses at Binhe Road East, 2025")
_LONG = "特别长的机关名称" * 12 + "𠅤㐂䶮" + "Averyverylongnamewithoutasinglespace" * 3
_WRONG = {
    "applicant_name": Text("请填写这一项。", "Fill this in."),
    "channel": Text("请从所列选项中选择一项。", "Choose one of the listed answers."),
}


class Colour(NamedTuple):
    """A colour on a ground: their names and values, how they contrast, and how much is needed."""

    name: str
    ground: str
    front: str
    back: str
    ratio: float
    needed: float


@cache
def tokens() -> Mapping[str, str]:
    """The tokens of the theme by name: "ink" → "#1a2524"."""
    root = THEME.read_text().split(":root {", 1)[1].split("}", 1)[0]
    return dict(re.findall(r"--([\w-]+):\s*([^;]+);", root))


def contrast(one: str, other: str) -> float:
    """How two colours (#rrggbb) contrast, from 1 to 21. Source: WCAG 2.2, contrast ratio."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return 0.2126 * _linear(red) + 0.7152 * _linear(green) + 0.0722 * _linear(blue)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def colours() -> list[Colour]:
    """Every text and every sign of the theme on each ground it stands on."""
    value = tokens()
    return [
        Colour(name, ground, value[name], value[ground], contrast(value[name], value[ground]), needed)
        for needed, grounds in ((TEXT, ON_GROUNDS), (SIGN, SIGNS_ON))
        for ground, names in grounds.items()
        for name in names
    ]


def _form(day: date) -> Filled[Any]:
    return blank(
        applicant_name="欧阳㐂 O'Brien",
        submitted_on=day,
        channel=Channel.fax.value,
        applicant_kind=ApplicantKind.business.value,
        description=_NAMED_CASE.zh,
        note="yes",
    )


def _told(day: date, steps: int) -> list[tuple[date, Text, Text | str, str]]:
    """The story of a case with many steps."""
    first = (day - timedelta(days=steps), Text("登记", "Register"), _NAMED_CASE, "条例（2019）第31条")
    later = [(day - timedelta(days=ago), Text("备注", "Note"), "", "") for ago in range(steps - 1, 0, -1)]
    return [first, *later]


@room.get("/design")
@officers(Role.head, Role.admin)
def show() -> str:
    """Every macro of templates/_macros with one look each."""
    day = today()
    wrong = _form(day)
    wrong.typed |= {"applicant_name": "", "channel": "", "submitted_on": "31.2."}
    wrong.errors = {**_WRONG, "submitted_on": Text("请填写日期，例如 2026-03-05。", "Type a date, such as 2026-03-05.")}
    return render_template(
        "design/show.html",
        tokens=tokens(),
        colours=colours(),
        form=_form(day),
        wrong=wrong,
        day=day,
        channels=Channel,
        kinds=ApplicantKind,
        states=State,
        timely=Timeliness,
        verdicts=Verdict,
        named=_NAMED_CASE,
        long=_LONG,
        told=_told(day, 4),
        much_told=_told(day, 200),
        lefts=(20, 5, 1, 0, -3),
        chart=charts.columns(((3, 12, 1_204, 0), (2, 9, 860, 40))),
        months=[(str(month), Text(f"{month}月", f"month {month}")) for month in range(1, 5)],
        nowhere=[url_for("design.show")] * 4,
    )
