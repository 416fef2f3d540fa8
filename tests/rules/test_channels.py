"""The day on which a request counts as received, by channel and by the text of the time."""

from datetime import date

import pytest

from requestflow.rules.channels import Channel, Delivery, MailKind, confirm_by, counted, counting_day, received_on
from requestflow.rules.errors import RuleBroken
from requestflow.rules.regimes import Regime, regime_of
from requestflow.rules.workdays import national

TODAY = date(2026, 11, 24)
OLD, NEW = date(2019, 5, 14), date(2019, 5, 15)


@pytest.mark.parametrize(
    ("channel", "kind", "submitted_on", "day", "article"),
    [
        (Channel.face_to_face, None, OLD, "submitted_on", "国办公开办函〔2015〕207号"),
        (Channel.face_to_face, None, NEW, "submitted_on", "条例（2019）第31条第1项"),
        (Channel.mail, MailKind.signed, OLD, "signed_on", "国办公开办函〔2015〕207号"),
        (Channel.mail, MailKind.signed, NEW, "signed_on", "条例（2019）第31条第2项"),
        (Channel.mail, MailKind.ordinary, OLD, "confirmed_on", "国办公开办函〔2015〕207号"),
        (Channel.mail, MailKind.ordinary, NEW, "confirmed_on", "条例（2019）第31条第2项"),
        (Channel.fax, None, OLD, "confirmed_on", "国办公开办函〔2015〕207号"),
        (Channel.fax, None, NEW, "confirmed_on", "条例（2019）第31条第3项"),
        (Channel.web, None, OLD, "submitted_on", "国办公开办函〔2015〕207号"),
        (Channel.web, None, NEW, "confirmed_on", "条例（2019）第31条第3项"),
    ],
)
def test_each_channel_has_its_own_day_of_receipt(
    channel: Channel, kind: MailKind | None, submitted_on: date, day: str, article: str
) -> None:
    assert counting_day(channel, kind, submitted_on) == day
    assert counted(channel, kind, submitted_on).article == article


def test_a_request_handed_in_is_received_that_day_even_on_a_day_off() -> None:
    saturday = date(2026, 6, 13)
    assert received_on(Channel.face_to_face, None, submitted_on=saturday, today=TODAY) == saturday


def test_a_registered_letter_is_received_when_it_is_signed_for_not_when_it_was_posted() -> None:
    signed = date(2026, 3, 5)
    posted = date(2026, 3, 2)
    assert received_on(Channel.mail, MailKind.signed, submitted_on=posted, signed_on=signed, today=TODAY) == signed


def test_a_registered_letter_needs_no_day_of_posting() -> None:
    signed = date(2026, 3, 5)
    assert received_on(Channel.mail, MailKind.signed, submitted_on=None, signed_on=signed, today=TODAY) == signed


@pytest.mark.parametrize(
    ("channel", "kind"), [(Channel.fax, None), (Channel.web, None), (Channel.mail, MailKind.ordinary)]
)
def test_what_must_be_confirmed_is_received_on_the_day_of_confirmation_and_not_before(
    channel: Channel, kind: MailKind | None
) -> None:
    arrived, confirmed = date(2026, 3, 2), date(2026, 3, 4)
    assert received_on(channel, kind, submitted_on=arrived, today=TODAY) is None
    assert received_on(channel, kind, submitted_on=arrived, confirmed_on=confirmed, today=TODAY) == confirmed


def test_before_the_revision_a_web_request_is_received_when_it_arrives_in_the_system() -> None:
    confirmed = date(2019, 5, 16)
    assert received_on(Channel.web, None, submitted_on=OLD, today=TODAY) == OLD
    assert received_on(Channel.web, None, submitted_on=OLD, confirmed_on=confirmed, today=TODAY) == OLD


def test_a_fax_that_arrived_under_the_old_text_and_was_confirmed_under_the_new_falls_under_the_new() -> None:
    received = received_on(Channel.fax, None, submitted_on=OLD, confirmed_on=NEW, today=TODAY)
    assert received is not None
    assert regime_of(received) is Regime.y2019


def test_the_kind_of_mail_says_nothing_about_other_channels() -> None:
    assert counting_day(Channel.fax, MailKind.signed, NEW) == "confirmed_on"


@pytest.mark.parametrize(
    ("channel", "kind", "days", "field", "sentence"),
    [
        (Channel.mail, None, {"submitted_on": NEW}, "mail_kind", "signed for or came by ordinary mail"),
        (Channel.face_to_face, None, {"submitted_on": None}, "submitted_on", "Give the day of submission"),
        (Channel.mail, MailKind.signed, {"submitted_on": NEW}, "signed_on", "Give the day it was signed for"),
        (Channel.fax, None, {"submitted_on": None}, "submitted_on", "Give the day of submission"),
        (Channel.web, None, {"submitted_on": None, "confirmed_on": OLD}, "submitted_on", "arrived in the system"),
        (Channel.face_to_face, None, {"submitted_on": date(2026, 11, 25)}, "submitted_on", "in the future"),
        (Channel.fax, None, {"submitted_on": NEW, "confirmed_on": date(2026, 11, 25)}, "confirmed_on", "in the future"),
        (Channel.fax, None, {"submitted_on": NEW, "confirmed_on": OLD}, "confirmed_on", "is before the day of submis"),
        (Channel.mail, MailKind.signed, {"submitted_on": NEW, "signed_on": OLD}, "signed_on", "is before the day of"),
        (
            Channel.mail,
            MailKind.ordinary,
            {"submitted_on": None, "signed_on": NEW, "confirmed_on": OLD},
            "confirmed_on",
            "is before the day it was signed for",
        ),
        (Channel.face_to_face, None, {"submitted_on": date(2008, 4, 30)}, "submitted_on", "came into force on 1 May"),
        (Channel.fax, None, {"submitted_on": date(2008, 4, 30)}, "submitted_on", "came into force on 1 May 2008"),
        (
            Channel.fax,
            None,
            {"submitted_on": date(1, 1, 1), "confirmed_on": NEW},
            "submitted_on",
            "of receipt .1 Januar",
        ),
        (Channel.mail, MailKind.signed, {"submitted_on": None, "signed_on": date(8, 5, 1)}, "signed_on", "1 May 8"),
    ],
)
def test_impossible_days_are_refused_in_a_sentence_about_the_field_to_correct(
    channel: Channel, kind: MailKind | None, days: dict[str, date | None], field: str, sentence: str
) -> None:
    with pytest.raises(RuleBroken, match=sentence) as refused:
        received_on(channel, kind, today=TODAY, **days)  # type: ignore[arg-type]  # the days of the table above
    assert refused.value.field == field
    assert refused.value.said.zh != refused.value.said.en


def test_a_letter_posted_before_the_law_and_signed_for_under_it_is_received() -> None:
    posted, signed = date(2008, 4, 29), date(2008, 5, 2)
    assert received_on(Channel.mail, MailKind.signed, submitted_on=posted, signed_on=signed, today=TODAY) == signed


def test_today_itself_is_not_the_future_and_the_first_day_of_the_law_is_not_too_early() -> None:
    assert received_on(Channel.face_to_face, None, submitted_on=TODAY, today=TODAY) == TODAY
    first = date(2008, 5, 1)
    assert received_on(Channel.face_to_face, None, submitted_on=first, today=TODAY) == first


def test_an_unconfirmed_request_raises_the_alarm_one_working_day_after_it_arrived() -> None:
    assert confirm_by(date(2026, 2, 13), national()) == date(2026, 2, 14)
    assert confirm_by(date(2026, 9, 30), national()) == date(2026, 10, 8)


def test_every_channel_and_way_of_delivery_has_a_name_in_both_languages() -> None:
    for word in (*Channel, *MailKind, *Delivery):
        assert word.label.zh
        assert word.label.en
