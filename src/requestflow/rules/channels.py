"""The ways a request comes in, and the day on which it counts as received (2019 Art. 31; 207号 of 2015 before)."""

from datetime import date
from typing import Literal, NamedTuple

from requestflow.rules.errors import RuleBroken
from requestflow.rules.regimes import REVISED, Regime, regime_of, term
from requestflow.rules.words import Text, Word
from requestflow.rules.workdays import Calendar

Day = Literal["submitted_on", "signed_on", "confirmed_on"]


class Channel(Word):
    """How a request came in; also a line of the yearly form of 2014."""

    face_to_face = "face_to_face", "当面申请", "Face to face"
    fax = "fax", "传真申请", "Fax"
    web = "web", "网络申请", "Web"
    mail = "mail", "信函申请", "Mail"


class MailKind(Word):
    """Whether the office signs for a letter."""

    signed = "signed", "挂号、特快专递等签收邮件", "Registered, express and the like, signed for"
    ordinary = "ordinary", "平常信函", "Ordinary letter, no signature"


class Delivery(Word):
    """How the answer reaches the applicant (国办公开办函〔2016〕235号)."""

    direct = "direct", "直接送达", "Handed over"
    post = "post", "邮寄送达", "By post"
    electronic = "electronic", "电子送达", "Electronically"


class Counted(NamedTuple):
    """Which of the dates of a request is its day of receipt, why, and by which article."""

    day: Day
    why: Text
    article: str


LABELS = {
    "submitted_on": Text("提交日", "day of submission"),
    "signed_on": Text("签收日", "day it was signed for"),
    "confirmed_on": Text("确认日", "day of confirmation"),
}

_HANDED_IN = Text("当面提交的，以提交之日为收到申请之日", "handed in: received on the day it was submitted")
_SIGNED = Text("邮寄提交的，以签收之日为收到申请之日", "sent by post: received on the day it was signed for")
_ORDINARY = Text(
    "平常信函提交的，以与申请人确认之日为收到申请之日",
    "sent by ordinary letter: received on the day it was confirmed with the applicant",
)
_FAX = Text("传真提交的，以双方确认之日为收到申请之日", "sent by fax: received on the day both sides confirmed it")
_WEB = Text("网络提交的，以双方确认之日为收到申请之日", "sent online: received on the day both sides confirmed it")
_WEB_2007 = Text(
    "网络提交的，以申请到达系统之日为收到申请之日", "sent online: received on the day it arrived in the system"
)
_OPINION = "国办公开办函〔2015〕207号"
_RULES: dict[tuple[Channel, MailKind | None, Regime], Counted] = {
    (Channel.face_to_face, None, Regime.y2007): Counted("submitted_on", _HANDED_IN, _OPINION),
    (Channel.face_to_face, None, Regime.y2019): Counted("submitted_on", _HANDED_IN, "条例（2019）第31条第1项"),
    (Channel.mail, MailKind.signed, Regime.y2007): Counted("signed_on", _SIGNED, _OPINION),
    (Channel.mail, MailKind.signed, Regime.y2019): Counted("signed_on", _SIGNED, "条例（2019）第31条第2项"),
    (Channel.mail, MailKind.ordinary, Regime.y2007): Counted("confirmed_on", _ORDINARY, _OPINION),
    (Channel.mail, MailKind.ordinary, Regime.y2019): Counted("confirmed_on", _ORDINARY, "条例（2019）第31条第2项"),
    (Channel.fax, None, Regime.y2007): Counted("confirmed_on", _FAX, _OPINION),
    (Channel.fax, None, Regime.y2019): Counted("confirmed_on", _FAX, "条例（2019）第31条第3项"),
    (Channel.web, None, Regime.y2007): Counted("submitted_on", _WEB_2007, _OPINION),
    (Channel.web, None, Regime.y2019): Counted("confirmed_on", _WEB, "条例（2019）第31条第3项"),
}


def counted(channel: Channel, mail_kind: MailKind | None, submitted_on: date | None) -> Counted:
    """Which date of the request is its day of receipt, with the reason and the article.

    A request that was submitted up to 2019-05-14 is read by 207号, one of an unknown day by the text of 2019. Refused
    (RuleBroken) for a letter of an unknown kind.
    """
    if channel is Channel.mail and mail_kind is None:
        raise RuleBroken(
            "请注明信函是需签收的邮件还是平常信函：二者的收到申请之日不同。",
            "Say whether the letter was signed for or came by ordinary mail: the day of receipt differs.",
            article="条例（2019）第31条第2项",
            field="mail_kind",
        )
    kind = mail_kind if channel is Channel.mail else None
    regime = Regime.y2007 if submitted_on is not None and submitted_on < REVISED else Regime.y2019
    return _RULES[channel, kind, regime]


def counting_day(channel: Channel, mail_kind: MailKind | None, submitted_on: date | None) -> Day:
    """The name of the date that counts as the day of receipt (2019 Art. 31; 国办公开办函〔2015〕207号 before)."""
    return counted(channel, mail_kind, submitted_on).day


def received_on(
    channel: Channel,
    mail_kind: MailKind | None,
    *,
    submitted_on: date | None,
    signed_on: date | None = None,
    confirmed_on: date | None = None,
    today: date,
) -> date | None:
    """The day the request counts as received, or None while it is not yet confirmed with the applicant.

    A day off is a valid day of receipt. Refused (RuleBroken): a day in the future, a request of before 2008-05-01, a
    signature or confirmation before the day it must follow, and the absence of the day that the channel goes by.
    """
    rule = counted(channel, mail_kind, submitted_on)
    given: dict[Day, date | None] = {
        "submitted_on": submitted_on,
        "signed_on": signed_on,
        "confirmed_on": confirmed_on,
    }
    _refuse_the_future(given, today)
    _refuse_disorder(given, rule.article)
    _refuse_days_before_the_law(given, rule.day)
    found = given[rule.day]
    if found is None:
        _refuse_unknown_arrival(rule, submitted_on)
        return None
    if channel is Channel.web and submitted_on is None and found < REVISED:
        # 207号: up to 2019-05-14 a web request counts from its arrival, whenever it was confirmed
        raise _missing("submitted_on", _RULES[Channel.web, None, Regime.y2007])
    return found


def confirm_by(arrived_on: date, calendar: Calendar) -> date:
    """The last day to confirm an arrived request with its applicant before the alarm is raised.

    The law wants it the same day (Art. 31); courts take the day of submission when an office stalls.
    """
    return calendar.add(arrived_on, term("confirm", Regime.y2019).workdays)


def _refuse_the_future(given: dict[Day, date | None], today: date) -> None:
    for name, day in given.items():
        if day is not None and day > today:
            label = LABELS[name]
            said = Text(
                "{label}（{day}）晚于今天（{today}），不能登记。",
                "The {label} ({day}) is in the future: today is {today}.",
            )
            raise RuleBroken(*said.fill(label=label, day=day, today=today), field=name)


def _refuse_disorder(given: dict[Day, date | None], article: str) -> None:
    before: tuple[Day, date] | None = None
    for name, day in given.items():
        if day is None:
            continue
        if before is not None and day < before[1]:
            said = Text(
                "{later}（{day}）早于{earlier}（{start}），请核对。",
                "The {later} ({day}) is before the {earlier} ({start}).",
            )
            facts = {"later": LABELS[name], "earlier": LABELS[before[0]], "start": before[1]}
            raise RuleBroken(*said.fill(day=day, **facts), article=article, field=name)
        before = name, day


def _refuse_days_before_the_law(given: dict[Day, date | None], counting: Day) -> None:
    """2007 Art. 38: a letter may have been posted before 2008-05-01; what is confirmed had reached the office."""
    names: tuple[Day, ...] = ("submitted_on", counting) if counting == "confirmed_on" else (counting,)
    for name in names:
        day = given[name]
        if day is None:
            continue
        try:
            regime_of(day)
        except RuleBroken as early:
            raise RuleBroken(*early.said, article=early.article, field=name) from None


def _refuse_unknown_arrival(rule: Counted, submitted_on: date | None) -> None:
    if rule.day != "confirmed_on":
        raise _missing(rule.day, rule)
    if submitted_on is None:
        raise _missing("submitted_on", rule)


def _missing(name: Day, rule: Counted) -> RuleBroken:
    label = LABELS[name]
    return RuleBroken(
        f"请填写{label.zh}：{rule.why.zh}。",
        f"Give the {label.en}; {rule.why.en}.",
        article=rule.article,
        field=name,
    )
