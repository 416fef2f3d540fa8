"""Bringing cases to mind: each notice of each day is raised once, however often, late or in parallel this runs.

A reminder is a row; the mails that tell of it are written in the same transaction. Whoever comes after three missed
days is told what is true now (the nearest stage), not what would have been said on each of them.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col

from requestflow.paper import mail as paper
from requestflow.rules.articles import cite
from requestflow.rules.deadlines import days_left
from requestflow.rules.notices import Notice
from requestflow.rules.reminders import REPLIES, Window, ends_on, windows
from requestflow.rules.replies import reply
from requestflow.rules.words import spoken
from requestflow.rules.workdays import Calendar, calendar_for
from requestflow.services import mail
from requestflow.services.listeners import Listeners
from requestflow.services.mail import Letter
from requestflow.store.inserting import insert
from requestflow.store.models import Reminder
from requestflow.store.queries import due
from requestflow.store.queries.calendars import notices_loaded
from requestflow.store.queries.due import Due


@dataclass(frozen=True, slots=True)
class _Pass:
    """What one pass knows: its day, the address of the pages, who can be told, and the calendar of each region."""

    today: date
    site: str
    listeners: Listeners
    calendars: Mapping[str, Calendar]

    def region(self, case: Due) -> str:
        """Where the agency lies that has the case."""
        return self.listeners.agencies[case.agency_id].region


def raise_due(session: Session, today: date, now: datetime, *, site: str = "") -> int:
    """Raises every reminder that applies today and has not been raised, with its mails; returns how many.

    Working days are those of each agency's own region. `site` is the address of the pages, for the link in the mail.
    """
    loaded = notices_loaded(session)
    calendars = {region: calendar_for(region, loaded) for region in due.regions(session)}
    this = _Pass(today, site, Listeners(session), calendars)
    count = 0
    for by_region in _windows(this).values():
        raised = _raise(session, _found(session, by_region, this), this)
        mail.write(session, [letter for notice, case in raised for letter in _letters(notice, case, this)], now)
        count += len(raised)
    return count


def _windows(this: _Pass) -> Mapping[Notice, dict[str, Window]]:
    """The window of each notice in each region."""
    found: defaultdict[Notice, dict[str, Window]] = defaultdict(dict)
    for region, calendar in this.calendars.items():
        for window in windows(this.today, calendar):
            found[window.notice][region] = window
    return found


def _found(session: Session, by_region: Mapping[str, Window], this: _Pass) -> list[tuple[Notice, Due]]:
    """The cases that a notice applies to by the calendar of their own region: looked for once, for all regions."""
    each = list(by_region.values())
    widest = each[0]._replace(first=min(one.first for one in each), last=max(one.last for one in each))
    cases = ((case, by_region[this.region(case)]) for case in due.not_yet_reminded(session, widest))
    return [(widest.notice, case) for case, window in cases if window.first <= case.on <= window.last]


def _raise(session: Session, found: Sequence[tuple[Notice, Due]], this: _Pass) -> list[tuple[Notice, Due]]:
    """Those of the cases, in their order, whose reminder we were the first to write.

    The order is that of the cases, so that two passes at once wait for each other in one order.
    """
    if not found:
        return []
    rows = [
        {"case_id": case.case_id, "stage": notice.value, "due_on": case.on, "raised_on": this.today}
        for notice, case in found
    ]
    writing = insert(session, Reminder).on_conflict_do_nothing(index_elements=["case_id", "stage", "due_on"])
    told = session.execute(writing.returning(col(Reminder.case_id), col(Reminder.due_on)), rows)
    written = {(case_id, on) for case_id, on in told}
    return [(notice, case) for notice, case in found if (case.case_id, case.on) in written]


def _letters(notice: Notice, case: Due, this: _Pass) -> Iterator[Letter]:
    ends = ends_on(notice, case.on, this.calendars[this.region(case)])
    facts = {
        "notice": notice.value,
        "number": case.number,
        "agency": this.listeners.agencies[case.agency_id].name,
        "day": spoken(ends),
        "consented": spoken(case.extension_consented_on) if case.extension_consented_on else None,
        "left": days_left(ends, this.today, this.calendars[this.region(case)]),
        **_of_the_reply(notice, case.on),
        "case_id": case.case_id,
        "is_statutory": notice.is_statutory,
        "site": this.site,
    }
    for person in this.listeners.of_case(case, notice):
        where = this.listeners.where(case.agency_id, person)
        words = paper.written(paper.template_of(notice), person.language, where=where, **facts)
        key = f"reminder:{case.case_id}:{notice}:{case.on}:{person.id}"
        yield Letter(key, person.email, words.subject, words.body, case.case_id, person.id)


def _of_the_reply(notice: Notice, filed_on: date) -> dict[str, object]:
    if notice not in REPLIES:
        return {}
    term = reply(REPLIES[notice], filed_on)
    terms = {"days": term.days, "summary_days": term.summary_days, "article": cite(term.article)}
    return {"filed": spoken(filed_on), **terms}
