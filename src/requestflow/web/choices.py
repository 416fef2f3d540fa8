"""What the form of a step offers and knows beforehand: its choices, hints and first values, from the case itself."""

from typing import Any

from requestflow.rules import fees
from requestflow.rules.conditions import SILENT, WITHOUT_ANSWER  # lapsed and withdrawn have steps of their own
from requestflow.rules.deadlines import reckon
from requestflow.rules.errors import RuleBroken
from requestflow.rules.fees import BANDS, Band, FeeWay
from requestflow.rules.lifecycle import Action, Move
from requestflow.rules.outcomes import OUTCOMES, Category, Outcome
from requestflow.rules.regimes import Regime, has_term, term
from requestflow.rules.remedies import RemedyKind
from requestflow.rules.standing import Consultation
from requestflow.rules.words import Text
from requestflow.services.mistakes import can_be_struck
from requestflow.store.queries import applicants, cases
from requestflow.web.bench import Bench

Pairs = list[tuple[Any, Any]]

_GROUPS = tuple(category for category in Category if category is not Category.granted_in_part)


def colleagues(bench: Bench) -> Pairs:
    """Who may work on the case: login and name."""
    return [(person.login, person.name) for person in cases.handlers_for(bench.session, bench.agency)]


def other_agencies(bench: Bench) -> Pairs:
    """The agencies of the tree, but for the one that has the case."""
    tree = cases.tree_of(bench.session, bench.agency)
    return [(agency.code, agency.name) for agency in tree if agency.id != bench.agency.id]


def not_received(bench: Bench) -> Pairs:
    """The consultations of which nobody knows yet when they were received."""
    return _consultations(bench, only_unreceived=True)


def not_answered(bench: Bench) -> Pairs:
    """The consultations that wait for an opinion."""
    return _consultations(bench, only_unreceived=False)


def silent(bench: Bench) -> dict[str, Any]:
    """The one who has not answered in time, where somebody is awaited no longer (Art. 32, 34)."""
    if not has_term("third_party_opinion", bench.regime):
        return {}
    limit = term("third_party_opinion", bench.regime).workdays
    over = [
        asked.nth
        for asked in bench.standing.waiting()
        if (asked.is_third_party or asked.is_co_author)
        and asked.received_on
        and bench.calendar.add(asked.received_on, limit) < bench.today
    ]
    return {"consultation": over[0], "opinion": SILENT} if over else {}


def _consultations(bench: Bench, *, only_unreceived: bool) -> Pairs:
    sent = Text("{party}（{on}发出）", "{party} (sent on {on})")
    return [
        (asked.nth, sent.fill(party=asked.party, on=asked.sent_on))
        for asked in bench.standing.waiting()
        if not (only_unreceived and asked.received_on)
    ]


def strikable(bench: Bench) -> Pairs:
    """The steps that may have been a mistake, the latest first."""
    said = Text("{what}（{on}）", "{what} ({on})")
    return [
        (move.seq, said.fill(what=move.action.label, on=move.happened_on))
        for move in reversed(bench.standing.taken)
        if can_be_struck(move)
    ]


def pending(kind: RemedyKind) -> Any:
    """A function that lists the remedies of a kind that are not concluded."""

    def filed(bench: Bench) -> Pairs:
        said = Text("第{nth}次（{on}提起）", "No. {nth}, filed on {on}")
        return [
            (each.nth, said.fill(nth=each.nth, on=each.filed_on))
            for each in bench.standing.filings
            if each.kind is kind and each.closed_on is None
        ]

    return filed


def outcomes(bench: Bench) -> list[tuple[Text, list[Outcome]]]:
    """The outcomes that an answer may have under the case's regulation, in their groups."""
    usable = [each for each in OUTCOMES.values() if each.is_in(bench.regime) and each.code not in WITHOUT_ANSWER]
    return [(group.label, [each for each in usable if _group(each) is group]) for group in _GROUPS]


def _group(outcome: Outcome) -> Category:
    """A grant in part stands among the grants."""
    return Category.granted if outcome.category is Category.granted_in_part else outcome.category


def what_to_record(bench: Bench) -> Text:
    """Which answers need something on record, and what."""
    said = [
        Text(f"“{each.label.zh}”须记录{each.must_record.zh}", f"“{each.label.en}”: {each.must_record.en}")
        for each in OUTCOMES.values()
        if each.needs_record and each.is_in(bench.regime)
    ]
    return Text(
        f"以下列结果答复的必须填写：{'；'.join(each.zh for each in said)}。",
        f"Required for {'; '.join(each.en for each in said)}.",
    )


def extension_asked(bench: Bench) -> dict[str, Any]:
    """The longest extension that the law allows."""
    return {"workdays": term("extension", bench.regime).workdays}


def extension_to_consent(bench: Bench) -> dict[str, Any]:
    """What was asked for."""
    return _as_in(bench.standing.asked_extension) or extension_asked(bench)


def extension_consented(bench: Bench) -> dict[str, Any]:
    """What the head consented to."""
    return _as_in(bench.standing.consented) or extension_asked(bench)


def _as_in(move: Move | None) -> dict[str, Any]:
    return {"workdays": move.facts["workdays"], "reason": move.facts.get("reason", "")} if move else {}


def time_of_third_parties(bench: Bench) -> Text | None:
    """Which third parties may still answer, and until when (Art. 32): an answer need not wait, but should."""
    if not has_term("third_party_opinion", bench.regime):
        return None
    said = [
        _time_of(asked, bench, term("third_party_opinion", bench.regime).workdays)
        for asked in bench.standing.waiting()
        if asked.is_third_party
    ]
    still = [each for each in said if each]
    return Text("".join(each.zh for each in still), " ".join(each.en for each in still)) if still else None


def _time_of(asked: Consultation, bench: Bench, workdays: int) -> Text | None:
    if asked.received_on is None:
        return Text(
            "第三方“{party}”尚未反馈，也没有登记其收到征求意见书之日。",
            "The third party {party} has not answered, and the day its letter arrived is not on record.",
        ).fill(party=asked.party)
    until = bench.calendar.add(asked.received_on, workdays)
    if until < bench.today:
        return None
    return Text(
        "第三方“{party}”仍在反馈期内（至{until}）。", "The third party {party} may still answer, until {until}."
    ).fill(party=asked.party, until=until)


def limit_of_extension(bench: Bench) -> Text:
    """How long an extension may be, and where the longest one would lead."""
    limit = term("extension", bench.regime).workdays
    said = Text("1至{limit}个工作日，只能延长一次。", "1 to {limit} working days, once only. ").fill(limit=limit)
    if bench.standing.received_on is None:
        return said
    extended = Move(Action.extend, bench.today, {"workdays": limit})
    due = reckon([*bench.standing.taken, extended], bench.regime, bench.calendar).due_on
    if due is None:
        return said
    longest = Text("延长{limit}个工作日的，期限至{due}。", "With {limit} the term ends on {due}.").fill(
        limit=limit, due=due
    )
    return Text(said.zh + longest.zh, said.en + longest.en)


def correction_by(bench: Bench) -> Text | None:
    """Until when a notice to correct stops the clock."""
    if bench.standing.received_on is None or bench.regime is Regime.y2007:
        return None
    limit = term("correction_notice", bench.regime).workdays
    return Text(
        "应在收到申请之日起{limit}个工作日内（{by}或者之前）一次性告知；逾期告知的，答复期限继续计算。",
        "Within {limit} working days of receipt (by {by}), all points together; sent later, the clock runs on.",
    ).fill(limit=limit, by=bench.calendar.add(bench.standing.received_on, limit))


def first_fee(bench: Bench) -> dict[str, Any]:
    """By item: which request of this applicant in the month it is, and what that one costs."""
    nth = applicants.nth_in_month(bench.session, bench.case)
    return {"way": FeeWay.item.value, "quantity": nth, "yuan": fees.item_fee(nth)}


def fee_of(way: str, quantity: str) -> int | None:
    """What a request costs by that way and quantity; None where they cannot be read."""
    try:
        number = int(quantity)  # which reads the full-width digits of a Chinese keyboard too
        return fees.item_fee(number) if FeeWay(way) is FeeWay.item else fees.by_pages(number)
    except (ValueError, RuleBroken):  # the form itself says what is wrong with them
        return None


def price_list(_bench: Bench) -> Text:
    """The tariff, a sentence for each way (国办函〔2020〕109号)."""
    said = [_tariff(way) for way in FeeWay]
    return Text("".join(each.zh for each in said), " ".join(each.en for each in said))


def _tariff(way: FeeWay) -> Text:
    unit = Text("件", "request") if way is FeeWay.item else Text("页", "page")
    bands = [_price(band, unit) for band in BANDS[way]]
    return Text(
        f"{way.label.zh}：{'；'.join(band.zh for band in bands)}。",
        f"{way.label.en}, yuan a {unit.en}: {'; '.join(band.en for band in bands)}.",
    )


def _price(band: Band, unit: Text) -> Text:
    rise = Text("", "")
    if not band.yuan:
        said = Text("{last}{unit}以下不收费", "up to {last} free")
    elif band.last:
        said = Text("{first}至{last}{unit}的部分，每{unit}{yuan}元", "{first} to {last} at {yuan}")
    else:
        said = Text("{first}{unit}以上的部分，每{unit}{yuan}元", "{first} and over at {yuan}")
    if band.step_every:
        rise = Text(
            "（以{every}{unit}为一档，每增加一档，每{unit}提高{more}元）", ", {more} more with every further {every}"
        )
    facts = {"first": band.first, "last": band.last, "unit": unit, "yuan": band.yuan}
    said, rise = said.fill(**facts), rise.fill(every=band.step_every, unit=unit, more=band.step_yuan)
    return Text(said.zh + rise.zh, said.en + rise.en)
