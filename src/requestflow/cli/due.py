"""`requestflow due`: reckons and explains a due date by the law alone, without a database."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import click

from requestflow.cli.days import DAY
from requestflow.cli.shell import language
from requestflow.rules import fees
from requestflow.rules.articles import cite
from requestflow.rules.deadlines import Reckoning, reckon
from requestflow.rules.errors import RuleBroken
from requestflow.rules.lifecycle import Action, Move
from requestflow.rules.regimes import Regime, regime_of, term
from requestflow.rules.words import Text, spoken
from requestflow.rules.workdays import calendar_for

Asked = tuple[date, date | None, date | None]


class Consulted(click.ParamType[Asked]):
    """SENT:RECEIVED:ANSWERED, where the last two may be empty."""

    name = "sent:received:answered"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Asked:
        """The three days; a usage error where they are not three days in their order."""
        if isinstance(value, tuple):
            return value
        parts = str(value).split(":")
        if len(parts) != 3 or not parts[0]:
            self.fail(f"“{value}” is not SENT:RECEIVED:ANSWERED; the last two may be empty.", param, ctx)
        sent, received, answered = (DAY.convert(part, param, ctx) if part else None for part in parts)
        assert sent is not None  # its part is not empty
        if (received and received < sent) or (answered and answered < sent):
            self.fail(f"“{value}” was received or answered before it was sent.", param, ctx)
        return sent, received, answered


@click.command()
@click.argument("received_on", type=DAY)
@click.option("--regime", type=click.Choice([str(regime) for regime in Regime]), help="Default: by the day of receipt.")
@click.option("--corrected", type=DAY, metavar="DAY", help="The corrected request arrived (after a timely notice).")
@click.option("--consult", type=Consulted(), multiple=True, metavar="SENT:RECEIVED:ANSWERED", help="A third party.")
@click.option("--extend", type=int, metavar="N", help="Extended by N working days, in time and with consent.")
@click.option("--paid", type=DAY, metavar="DAY", help="The fee was paid (after a timely notice).")
@click.option("--region", default="", metavar="NAME", help="Whose own days off count, such as Ningxia.")
@click.option("--lang", type=click.Choice(["en", "zh"]), help="Default: that of the command line.")
@click.option("--json", "as_json", is_flag=True, help="For a program to read.")
def due(
    received_on: date,
    regime: str | None,
    corrected: date | None,
    consult: tuple[Asked, ...],
    extend: int | None,
    paid: date | None,
    region: str,
    lang: str | None,
    as_json: bool,
) -> None:
    """Reckon by when a request received on RECEIVED_ON must be answered, and say how that day came about."""
    lang = lang or language()
    law = Regime(regime) if regime else regime_of(received_on)
    for day in (corrected, paid, *(asked[0] for asked in consult)):
        _refuse_before(day, received_on)
    moves = [Move(Action.register, received_on), *_restarts(law, corrected, paid), *_consultations(consult)]
    calendar = calendar_for(region)
    reckoning = reckon(moves, law, calendar)
    if extend is not None:
        moves.append(_extension(extend, law, reckoning.due_on or max(move.happened_on for move in moves)))
        reckoning = reckon(moves, law, calendar)
    click.echo(json.dumps(_plain(reckoning, lang), ensure_ascii=False, indent=1) if as_json else _told(reckoning, lang))


def _refuse_before(day: date | None, received_on: date) -> None:
    if day is not None and day < received_on:
        early, start = spoken(day), spoken(received_on)
        raise RuleBroken(
            f"{early.zh}早于收到申请之日（{start.zh}），请核对。",
            f"{early.en} is before the day of receipt, {start.en}.",
        )


def _restarts(law: Regime, corrected: date | None, paid: date | None) -> Iterator[Move]:
    if corrected:
        if law is Regime.y2007:
            raise RuleBroken(
                "适用2007年条例的，补正后的申请是新的申请：请以其收到之日推算。",
                "Under the Regulation of 2007 a corrected request is a new one: reckon from the day that one came in.",
                article="条例（2007）第21条第4项",
            )
        yield Move(Action.correct, corrected)
    if paid:
        term("pay_fee", law)  # refuses where the regime knows no fee
        fees.allow(fees.FeeWay.item, noticed_on=paid)
        yield Move(Action.pay_fee, paid)


def _consultations(consult: tuple[Asked, ...]) -> Iterator[Move]:
    for nth, (sent, received, answered) in enumerate(consult, start=1):
        fact = {"consultation": nth}
        yield Move(Action.consult_third_party, sent, fact)
        if received:
            yield Move(Action.record_receipt, received, fact)
        if answered:
            yield Move(Action.record_opinion, answered, fact)


def _extension(workdays: int, law: Regime, on: date) -> Move:
    limit = term("extension", law)
    if not 1 <= workdays <= limit.workdays:
        raise RuleBroken(
            f"延长期限应为1至{limit.workdays}个工作日。",
            f"An extension is of 1 to {limit.workdays} working days.",
            article=limit.article,
        )
    return Move(Action.extend, on, {"workdays": workdays})


def _plain(reckoning: Reckoning, lang: str) -> dict[str, Any]:
    return {
        "due_on": str(reckoning.due_on) if reckoning.due_on else None,
        "provisional": reckoning.is_provisional,
        "regime": str(reckoning.regime),
        "steps": [
            {"on": str(step.on), "what": getattr(step.what, lang), "article": step.article, "workdays": step.workdays}
            for step in reckoning.steps
        ],
        "skipped": [{"day": str(day.on), "why": getattr(day.why, lang)} for day in reckoning.days() if day.why],
    }


_HEADS = {
    "due": Text("答复期限届满日：{day}", "Due on {day}"),
    "provisional": Text("答复期限届满日：{day}（暂定）", "Due on {day} (provisional)"),
    "unknown": Text("期限中止，届满日尚不能确定", "The clock stands still: the due date is not yet known"),
    "skipped": Text("不计入的日期：", "Not counted:"),
}


def _told(reckoning: Reckoning, lang: str) -> str:
    def say(text: Text) -> str:
        return str(getattr(text, lang))

    head = "unknown" if reckoning.due_on is None else "provisional" if reckoning.is_provisional else "due"
    lines = [say(_HEADS[head].fill(day=str(reckoning.due_on)))]
    lines += [f"  {step.on}  {say(step.what)} [{say(cite(step.article))}]" for step in reckoning.steps]
    skipped = [f"  {day.on}  {say(day.why)}" for day in reckoning.days() if day.why]
    return "\n".join([*lines, say(_HEADS["skipped"]), *skipped] if skipped else lines)
