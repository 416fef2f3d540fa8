"""A check of a yearly table: what was compared, the cells it comes from, and what came of it, in plain words."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from requestflow.rules.annual import Figure, Table, Tally, plus
from requestflow.rules.forms import Form, place
from requestflow.rules.tables import rows
from requestflow.rules.words import COMMA, Text, Word

RELATIONS = {
    "=": lambda left, right: left == right,
    "≤": lambda left, right: left <= right,
    "≥": lambda left, right: left >= right,
}

NAMES = {row["id"]: Text(row["zh"], row["en"]) for row in rows("check_names")}

_NUMBERING = re.compile(r"^(（[一二三四五六七八九]）|[一二三四五六七八九]、|\d\.|其中：)+")


class Verdict(Word):
    """What came of a check."""

    passed = "pass", "通过", "Pass"
    failed = "fail", "不通过", "Fail"
    not_assessable = "not_assessable", "无法核对", "Cannot be assessed"


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its rule, where it looked, its two sides and the cells of each, and the sentence that says why."""

    id: str
    where: str
    result: Verdict
    left: Figure
    right: Figure
    cells: tuple[tuple[str, ...], tuple[str, ...]]
    text: Text

    @property
    def title(self) -> Text:
        """What the rule asks, in a few words."""
        return NAMES[self.id]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the checks of one year may look at.

    `table` is the report's; `tally` what it was counted from. `last_year` is the table of the year before as it was
    built or published, `read_back` what the exported file says, `told` the figures that the report's text gives, and
    `recomputed` the closed cases by timeliness as their events say; each is None where it is not at hand.
    """

    form: Form
    table: Table
    tally: Tally
    last_year: Table | None = None
    read_back: Table | None = None
    told: Table | None = None
    recomputed: dict[str, int] | None = None


def name(form: Form, key: str) -> Text:
    """How a sentence names a figure: its label without the numbering before it and the remark behind it."""
    label = place(form, key).label
    if form is not Form.y2014:
        return Text(f"“{label.zh}”", f"“{label.en}”")
    zh, en = _NUMBERING.sub("", label.zh).split("（", 1)[0], label.en.split(" (", 1)[0]
    return Text(f"“{zh}”", f"{key} “{en}”")


def shown(figure: Figure) -> str:
    """A figure as a sentence says it, with its thousands set apart."""
    if figure is None:
        return "—"
    return f"{figure:,f}" if isinstance(figure, Decimal) else f"{figure:,}"


def difference(one: Figure, other: Figure) -> str:
    """By how much two figures differ, as a sentence says it."""
    return shown(max(one or 0, other or 0) - min(one or 0, other or 0))


def summed(table: Table, keys: Iterable[str]) -> Figure:
    """The sum of the figures; None if none of them is there."""
    found: Figure = None
    for key in keys:
        found = plus(found, table.get(key))
    return found


def missing(table: Table, keys: Iterable[str]) -> tuple[str, ...]:
    """Those of the keys whose figure nobody entered."""
    return tuple(key for key in keys if table.get(key) is None)


def listed(form: Form, keys: Sequence[str], table: Table) -> Text:
    """The figures as a sum in words: 3.1.1“1.当面申请数”2＋…"""
    named = [(name(form, key), shown(table.get(key))) for key in keys]
    return Text(
        " ＋ ".join(f"{label.zh}{figure}" for label, figure in named),
        " + ".join(f"{label.en} {figure}" for label, figure in named),
    )


def unknown(check_id: str, where: str, cells: tuple[tuple[str, ...], tuple[str, ...]], why: Text) -> Check:
    """A check that cannot be made, with the reason."""
    return Check(check_id, where, Verdict.not_assessable, None, None, cells, why)


def not_entered(form: Form, keys: Sequence[str]) -> Text:
    """That figures are missing, and which."""
    names = COMMA.join(name(form, key) for key in keys)
    return Text("尚未填报：{names}。", "Not entered yet: {names}.").fill(names=names)


def verdict(holds: bool) -> Verdict:
    """Pass or fail."""
    return Verdict.passed if holds else Verdict.failed
