"""The checks between lines of one form: sums, of-which lines and ways of publishing (tables/checks.csv)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from requestflow.rules.annual import Figure, Table
from requestflow.rules.cells import By
from requestflow.rules.deadlines import Timeliness
from requestflow.rules.outcomes import OUTCOMES
from requestflow.rules.tables import rows
from requestflow.rules.verdicts import (
    RELATIONS,
    Check,
    Evidence,
    difference,
    listed,
    missing,
    not_entered,
    shown,
    summed,
    unknown,
    verdict,
)
from requestflow.rules.words import Text


@dataclass(frozen=True, slots=True)
class Relation:
    """That the sum of some figures equals, or is at most or at least, the sum of others."""

    id: str
    forms: frozenset[str]
    where: str
    left: tuple[str, ...]
    sign: str
    right: tuple[str, ...]


RELATED: tuple[Relation, ...] = tuple(
    Relation(
        row["id"],
        frozenset(row["forms"].split()),
        row["where"],
        tuple(row["left"].split()),
        row["relation"],
        tuple(row["right"].split()),
    )
    for row in rows("checks")
)


def relations(evidence: Evidence) -> Iterator[Check]:
    """Every relation between figures that the form knows."""
    for relation in RELATED:
        if evidence.form in relation.forms:
            yield _compare(relation, evidence)


def _compare(relation: Relation, evidence: Evidence) -> Check:
    form, table = evidence.form, evidence.table
    cells = relation.left, relation.right
    absent = missing(table, relation.left + relation.right)
    left, right = summed(table, relation.left), summed(table, relation.right)
    if absent:
        return unknown(relation.id, relation.where, cells, not_entered(form, absent))
    holds = RELATIONS[relation.sign](left, right)
    said = _said(relation, evidence, left, right, holds)
    excused = None if holds else _EXCUSES.get(relation.id, _no_excuse)(evidence)
    if excused:
        holds, said = True, _joined(said, excused)
    elif not holds:
        said = _joined(said, _REASONS.get(relation.id, _no_reason)(relation, table, evidence))
    return Check(relation.id, relation.where, verdict(holds), left, right, cells, said)


def _said(relation: Relation, evidence: Evidence, left: Figure, right: Figure, holds: bool) -> Text:
    """The equation in words: both sides, and by how much they differ."""
    one, other = (_side(evidence, keys, total) for keys, total in ((relation.left, left), (relation.right, right)))
    if holds:
        sign = "＝" if relation.sign == "=" else relation.sign
        return Text(f"{one.zh} {sign} {other.zh}。", f"{one.en} {relation.sign} {other.en}.")
    gap = difference(left, right)
    rule = _MUST[relation.sign]
    return Text(
        f"{one.zh}，{other.zh}：{rule.zh}，实际相差{gap}。",
        f"{one.en}; {other.en}: {rule.en}, yet they differ by {gap}.",
    )


_MUST: Mapping[str, Text] = {
    "=": Text("两边应当相等", "the two sides must be equal"),
    "≤": Text("前者不应大于后者", "the first must not exceed the second"),
    "≥": Text("前者不应小于后者", "the first must not be less than the second"),
}


def _side(evidence: Evidence, keys: tuple[str, ...], total: Figure) -> Text:
    said = listed(evidence.form, keys, evidence.table)
    if len(keys) == 1:
        return said
    return Text(f"{said.zh} ＝ {shown(total)}", f"{said.en} = {shown(total)}")


def _joined(one: Text, other: Text) -> Text:
    return Text(one.zh + other.zh, f"{one.en} {other.en}".rstrip())


def _no_excuse(_: Evidence) -> Text | None:
    return None


def _no_reason(_: Relation, __: Table, ___: Evidence) -> Text:
    return Text("", "")


def _closed_without_answer(evidence: Evidence) -> Text | None:
    """C-CLOSED-ANSWERED: closed and answered may differ by the cases that were closed without an answer."""
    ended = evidence.tally.in_year(By.outcome)
    without = {code: n for code, n in ended.items() if code in OUTCOMES and not OUTCOMES[code].is_answer}
    table = evidence.table
    if not without or (table["3.2"] or 0) - (table["3.3"] or 0) != sum(without.values()):
        return None
    zh = "、".join(f"{OUTCOMES[code].label.zh}{n}件" for code, n in sorted(without.items()))
    en = "; ".join(f"{OUTCOMES[code].label.en}: {n}" for code, n in sorted(without.items()))
    return Text(
        f"差额已有说明：{zh}，未作答复即已办结。", f"The difference is explained: closed without an answer ({en})."
    )


def _overdue(_: Relation, __: Table, evidence: Evidence) -> Text:
    """C-CLOSED: an overdue case has no cell in form 2014."""
    late = evidence.tally.met().get(Timeliness.overdue, 0)
    if not late:
        return Text("", "")
    return Text(
        f"其中{late}件逾期办结：本表没有逾期的栏目，既不计入按时，也不计入延期，另行列明案号。",
        f"{late} closed overdue: the form has no line for them, so they count neither as on time nor as extended; "
        "the report names them.",
    )


def _ways(relation: Relation, table: Table, _: Evidence) -> Text:
    """C-WAYS: an item may be published in several ways, so the ways add up to more than the items, never to less."""
    why = Text(
        "同一条信息可以通过几种方式公开，而总数只计一条，所以各方式之和只会多于总数。",
        "One item may be published in several ways but counts once in the total, so the ways can only add up to more.",
    )
    lost = lost_digits([int(table[key] or 0) for key in relation.left], int(table["1.1"] or 0))
    return _joined(why, lost) if lost else why


def lost_digits(ways: list[int], published: int) -> Text | None:
    """A question, from the figures alone, that numbers of equal length lost their first digit; None otherwise.

    If figures of n digits lost a leading digit, the sum falls short by a multiple of 10 to the n. It is asked
    when such a multiple, within what those figures could have lost, lands at most one hundredth of that power above
    the published number, which chance does about once in a hundred times.
    """
    short = published - sum(ways)
    for digits in sorted({len(str(way)) for way in ways if way >= 100}, reverse=True):
        power = 10**digits
        suspects = [way for way in ways if len(str(way)) == digits]
        need = -(-short // power) * power
        if need <= 9 * power * len(suspects) and (need - short) * 100 <= power:
            figures, more, then = [shown(way) for way in suspects], shown(need), shown(sum(ways) + need)
            return Text(
                f"请核对这些数字是否漏了首位：{'、'.join(figures)}？如果有的漏了，补上合计{more}，"
                f"各方式之和为{then}，略多于总数。",
                f"Did some of these figures lose their first digit: {'; '.join(figures)}? "
                f"With {more} more in all, the ways would add up to {then}, just above the total.",
            )
    return None


_EXCUSES: Mapping[str, Callable[[Evidence], Text | None]] = {"C-CLOSED-ANSWERED": _closed_without_answer}
_REASONS: Mapping[str, Callable[[Relation, Table, Evidence], Text]] = {"C-CLOSED": _overdue, "C-WAYS": _ways}
