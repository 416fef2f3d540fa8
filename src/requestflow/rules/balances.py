"""The checks of tables 2 and 3: every row and column adds up, and a year takes over what the year before left."""

from collections.abc import Iterator

from requestflow.rules.annual import Figure
from requestflow.rules.forms import COLUMNS, KINDS, Column, Form, table2, table3
from requestflow.rules.verdicts import (
    Check,
    Evidence,
    difference,
    missing,
    not_entered,
    shown,
    summed,
    unknown,
    verdict,
)
from requestflow.rules.words import Text

_NOT_RESULTS = ("new", "carried_in", "handled_total", "carried_out")


def balances(evidence: Evidence) -> Iterator[Check]:
    """All checks of tables 2 and 3; none for form 2014, which has neither."""
    if evidence.form is Form.y2014:
        return
    yield from _row_sums(evidence)
    for column in COLUMNS:
        yield _column_sum(evidence, column)
    for column in COLUMNS:
        yield _balance(evidence, column)
    yield from _openings(evidence)
    yield from _in_force(evidence)


def _row_sums(evidence: Evidence) -> Iterator[Check]:
    """C-ROW-SUM: the total column is the sum of the six kinds of applicant."""
    for row in table3(evidence.form):
        whole = (f"table3/{row.row}/total",)
        parts = tuple(f"table3/{row.row}/{kind}" for kind in KINDS)
        yield _equal(
            evidence,
            "C-ROW-SUM",
            f"table3/{row.row}",
            (whole, parts),
            Text(
                f"“{row.name.zh}”总计{{left}}，六类申请人相加{{right}}",
                f"“{row.name.en}”: total {{left}}, the six kinds of applicant add up to {{right}}",
            ),
        )


def _column_sum(evidence: Evidence, column: Column) -> Check:
    """C-COL-SUM: the total handled is the sum of the results."""
    whole = (f"table3/handled_total/{column.column}",)
    results = (row.row for row in table3(evidence.form) if row.row not in _NOT_RESULTS)
    parts = tuple(f"table3/{row}/{column.column}" for row in results)
    return _equal(
        evidence,
        "C-COL-SUM",
        whole[0],
        (whole, parts),
        Text(
            f"{column.label.zh}栏：办理结果总计{{left}}，各种结果相加{{right}}",
            f"{column.label.en}: {{left}} handled in total, the results add up to {{right}}",
        ),
    )


def _balance(evidence: Evidence, column: Column) -> Check:
    """C-BALANCE: new + carried in = handled + carried out."""
    left = tuple(f"table3/{row}/{column.column}" for row in ("new", "carried_in"))
    right = tuple(f"table3/{row}/{column.column}" for row in ("handled_total", "carried_out"))
    new, carried_in, handled, carried_out = (shown(evidence.table[key]) for key in left + right)
    return _equal(
        evidence,
        "C-BALANCE",
        f"table3/{column.column}",
        (left, right),
        Text(
            f"{column.label.zh}栏：新收{new} ＋ 上年结转{carried_in} ＝ {{left}}，"
            f"办理{handled} ＋ 结转下年{carried_out} ＝ {{right}}",
            f"{column.label.en}: new {new} + carried in {carried_in} = {{left}}, "
            f"handled {handled} + carried out {carried_out} = {{right}}",
        ),
    )


def _openings(evidence: Evidence) -> Iterator[Check]:
    """C-OPENING: what this year carries in is what last year's report carried out."""
    if evidence.last_year is None:
        why = Text(
            "系统中没有上一年度的报告，无从核对上年结转数。",
            "There is no report of last year here to compare the figures carried in with.",
        )
        yield unknown("C-OPENING", "table3/carried_in", (_across("carried_in"), ()), why)
        return
    for column in COLUMNS:
        key, before = f"table3/carried_in/{column.column}", f"table3/carried_out/{column.column}"
        left, right = evidence.table[key], evidence.last_year[before]
        yield _check(
            "C-OPENING",
            key,
            ((key,), (f"last_year/{before}",)),
            left,
            right,
            Text(
                f"{column.label.zh}栏：上年结转{{left}}，上一年度报告结转下年{{right}}",
                f"{column.label.en}: {{left}} carried in, {{right}} carried out in last year's report",
            ),
        )


def _across(row: str) -> tuple[str, ...]:
    return tuple(f"table3/{row}/{column.column}" for column in COLUMNS)


def _in_force(evidence: Evidence) -> Iterator[Check]:
    """C-IN-FORCE: documents in force are those of last year, and those issued, without those repealed."""
    for label in (entry.label for entry in table2(evidence.form) if entry.column == "in_force"):
        where = f"table2/20.1/{label.zh}"
        now, made, repealed = (f"{where}/{column}" for column in ("in_force", "made", "repealed"))
        cells = (now,), (f"last_year/{now}", made, repealed)
        absent = missing(evidence.table, (now, made, repealed))
        before = (evidence.last_year or {}).get(now)
        if absent:
            yield unknown("C-IN-FORCE", where, cells, not_entered(evidence.form, absent))
        elif before is None:
            why = Text(
                f"没有上一年度“{label.zh}”的现行有效件数，无从核对。",
                f"The number of {label.en.lower()} in force last year is not known here.",
            )
            yield unknown("C-IN-FORCE", where, cells, why)
        else:
            right = before + (evidence.table[made] or 0) - (evidence.table[repealed] or 0)
            said = Text(
                f"“{label.zh}”现行有效{{left}}件，上年有效{shown(before)} ＋ 本年制发{shown(evidence.table[made])} "
                f"－ 本年废止{shown(evidence.table[repealed])} ＝ {{right}}",
                f"{label.en} in force: {{left}}; last year {shown(before)} + issued {shown(evidence.table[made])} "
                f"- repealed {shown(evidence.table[repealed])} = {{right}}",
            )
            yield _check("C-IN-FORCE", where, cells, evidence.table[now], right, said)


def _equal(
    evidence: Evidence, check_id: str, where: str, cells: tuple[tuple[str, ...], tuple[str, ...]], said: Text
) -> Check:
    left, right = (summed(evidence.table, keys) for keys in cells)
    return _check(check_id, where, cells, left, right, said)


def _check(
    check_id: str,
    where: str,
    cells: tuple[tuple[str, ...], tuple[str, ...]],
    left: Figure,
    right: Figure,
    said: Text,
) -> Check:
    """The equation in words, closed by a full stop or by how much its sides differ."""
    told = said.fill(left=shown(left), right=shown(right))
    if left == right:
        return Check(check_id, where, verdict(True), left, right, cells, Text(f"{told.zh}。", f"{told.en}."))
    gap = difference(left, right)
    text = Text(f"{told.zh}：应当相等，实际相差{gap}。", f"{told.en}: these must be equal, yet they differ by {gap}.")
    return Check(check_id, where, verdict(False), left, right, cells, text)
