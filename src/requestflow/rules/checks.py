"""Judges a yearly table: every check that one year, and what last year carried out, can answer (law §7)."""

from collections.abc import Iterator

from requestflow.rules.annual import Figure, Table, by_month, plus
from requestflow.rules.balances import balances
from requestflow.rules.cells import By, counted
from requestflow.rules.channels import Channel
from requestflow.rules.deadlines import Timeliness
from requestflow.rules.forms import KINDS, Form, places
from requestflow.rules.sums import relations
from requestflow.rules.verdicts import Check, Evidence, Verdict, name, shown, unknown, verdict
from requestflow.rules.words import Text


def judge(evidence: Evidence) -> tuple[Check, ...]:
    """Every check of the report, in the order of the law's own list."""
    return (
        *relations(evidence),
        *balances(evidence),
        *_months(evidence),
        _on_time(evidence),
        _channel_and_kind(evidence),
        *_text(evidence),
        *_round_trip(evidence),
    )


def _months(evidence: Evidence) -> Iterator[Check]:
    """C-MONTHS: the twelve months add up to the year; what December carries out is what the year carries out."""
    form, months = evidence.form, by_month(evidence.form, evidence.tally)
    summed: Table = {}
    for key in filter(counted(form).__contains__, places(form)):
        if key.startswith("table3/carried_in/"):
            summed[key] = months[1][key]
        elif key.startswith("table3/carried_out/"):
            summed[key] = months[12][key]
        else:
            summed[key] = _added(table[key] for table in months.values())
    why = Text("十二个月相加，与全年数逐格一致", "the twelve months add up to the year in every cell")
    yield from _cell_by_cell("C-MONTHS", evidence, summed, why, Text("十二个月合计", "twelve months"))


def _added(figures: Iterator[Figure]) -> Figure:
    found: Figure = 0
    for figure in figures:
        found = plus(found, figure)
    return found


def _on_time(evidence: Evidence) -> Check:
    """C-ON-TIME: on time + extended + overdue = closed, and as the events say."""
    met = evidence.tally.met()
    closed = sum(evidence.tally.in_year(By.outcome).values())
    known = [met.get(timeliness, 0) for timeliness in Timeliness]
    on_time, extended, overdue = known
    said = Text(
        f"按时{on_time} ＋ 延期{extended} ＋ 逾期{overdue} ＝ {sum(known)}，办结{closed}",
        f"on time {on_time} + extended {extended} + overdue {overdue} = {sum(known)}, closed {closed}",
    )
    holds = sum(known) == closed == sum(met.values())
    told = evidence.recomputed
    if told is None:
        said = Text(
            f"{said.zh}；以上是已保存的办理情况，没有按办理记录重新计算",
            f"{said.en}; these are the stored results, not computed again from the events",
        )
    else:
        again = [told.get(timeliness, 0) for timeliness in Timeliness]
        holds = holds and again == known
        says = "、".join(str(n) for n in again)
        said = Text(
            f"{said.zh}；按办理记录重新计算为{says}",
            f"{said.en}; computed again from the events: {says.replace('、', ', ')}",
        )
    where, cells = _closing(evidence.form)
    return Check("C-ON-TIME", where, verdict(holds), sum(known), closed, cells, Text(f"{said.zh}。", f"{said.en}."))


def _closing(form: Form) -> tuple[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    if form is Form.y2014:
        return "3.2", (("3.2.1", "3.2.2"), ("3.2",))
    return "table3/handled_total", ((), ("table3/handled_total/total",))


def _channel_and_kind(evidence: Evidence) -> Check:
    """C-CHANNEL-KIND: received = the sum of the channels = the sum of the kinds of applicant."""
    came = [group for group in evidence.tally.groups if group.by == By.channel]
    by_channel = sum(group.in_year for group in came if group.value in set(Channel))
    by_kind = sum(group.in_year for group in came if group.kind in KINDS)
    is_2014 = evidence.form is Form.y2014
    key = "3.1" if is_2014 else "table3/new/total"
    received = evidence.table[key]
    channels, kinds, came_in = shown(by_channel), shown(by_kind), shown(received)
    said = Text(
        f"按收到方式相加{channels}，按申请人类型相加{kinds}，收到申请{came_in}",
        f"the channels add up to {channels}, the kinds of applicant to {kinds}, received {came_in}",
    )
    holds = by_channel == by_kind == received
    parts = ("3.1.1", "3.1.2", "3.1.3", "3.1.4") if is_2014 else tuple(f"table3/new/{kind}" for kind in KINDS)
    return Check(
        "C-CHANNEL-KIND",
        key,
        verdict(holds),
        by_channel,
        by_kind if by_channel == received else received,
        (parts, (key,)),
        Text(f"{said.zh}。", f"{said.en}."),
    )


def _text(evidence: Evidence) -> Iterator[Check]:
    """C-TEXT: every figure in the report's text equals its cell."""
    if evidence.told is None:
        why = Text("本报告只有表格，没有文字部分，无需核对。", "This report is a table without a text.")
        yield unknown("C-TEXT", "", ((), ()), why)
        return
    why = Text("文字部分的数字与表格一致", "every figure in the text equals its cell")
    yield from _cell_by_cell("C-TEXT", evidence, evidence.told, why, Text("文字部分", "the text"))


def _round_trip(evidence: Evidence) -> Iterator[Check]:
    """C-ROUND-TRIP: the exported file, read back, has the same figures."""
    if evidence.read_back is None:
        why = Text("没有导出文件，无从核对。", "No file was exported to read back.")
        yield unknown("C-ROUND-TRIP", "", ((), ()), why)
        return
    why = Text("导出的电子表格读回后，与本表逐格一致", "the exported workbook, read back, has the same figures")
    wanted: Table = {key: evidence.read_back.get(key) for key in places(evidence.form)}
    yield from _cell_by_cell("C-ROUND-TRIP", evidence, wanted, why, Text("导出文件", "the file"))


def _cell_by_cell(check_id: str, evidence: Evidence, other: Table, why: Text, whose: Text) -> Iterator[Check]:
    """One check that passes for all cells together, or one that fails for each cell that differs."""
    form, table = evidence.form, evidence.table
    wrong = [key for key, figure in other.items() if figure != table.get(key)]
    for key in wrong:
        label, here, there = name(form, key), shown(table.get(key)), shown(other[key])
        text = Text(
            f"{label.zh}：本表为{here}，{whose.zh}为{there}。", f"{label.en}: {here} here, {there} in {whose.en}."
        )
        yield Check(check_id, key, Verdict.failed, table.get(key), other[key], ((key,), (key,)), text)
    if not wrong:
        said = Text(f"共{len(other)}格：{why.zh}。", f"{len(other)} cells: {why.en}.")
        yield Check(check_id, "", Verdict.passed, len(other), len(other), (tuple(other), tuple(other)), said)
