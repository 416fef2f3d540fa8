"""By when somebody who asks today may expect an answer."""

from datetime import date

from requestflow.rules.promises import promise
from requestflow.rules.skipping import skipped_days
from requestflow.rules.workdays import national


def test_an_answer_is_promised_by_the_twentieth_working_day_and_by_the_fortieth_if_extended() -> None:
    promised = promise(date(2026, 3, 3), national())
    assert promised.workdays == 20
    assert promised.due_on == date(2026, 3, 31)
    assert promised.latest_on == date(2026, 4, 29)


def test_what_is_not_counted_on_the_way_is_told() -> None:
    skipped = {stretch.zh: why.zh for stretch, why in skipped_days(promise(date(2026, 3, 24), national()).reckoning)}
    assert skipped["2026年4月4日至2026年4月6日"] == "清明节，共3天"
