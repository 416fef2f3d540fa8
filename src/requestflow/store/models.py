"""What is remembered: one model a table. Rows are born in services only; tables do not validate.

An `id` is given by the database: it is there once the row was flushed.

A `Case` keeps the facts that people typed beside projections of its events (marked below), which
`services.upkeep` computes again and compares.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey, Index, MetaData, UniqueConstraint
from sqlmodel import Field, SQLModel

from requestflow.rules.applicants import ApplicantKind
from requestflow.rules.channels import Channel, Delivery, MailKind
from requestflow.rules.deadlines import Timeliness
from requestflow.rules.lifecycle import Action, Move, State
from requestflow.rules.regimes import Regime
from requestflow.rules.remedies import RemedyKind, RemedyResult, SuitRoute
from requestflow.rules.roles import Hand, Role
from requestflow.store.columns import Exact, silenced, some, word
from requestflow.store.figures import AnnualReport as AnnualReport
from requestflow.store.figures import Indicator as Indicator
from requestflow.store.figures import KeptReport as KeptReport
from requestflow.store.figures import MonthCount as MonthCount

metadata: MetaData = SQLModel.metadata

NO_TERM = date.max
"""The `next_on` of an open case for which no term runs: a day, so that an index on either database keeps it last."""
_IS_OPEN = "next_on IS NOT NULL"
_EMPTY = {"server_default": ""}


def steps_of(path: str) -> list[int]:
    """The ids of the path of an agency. By them a tree is put in order: read as text, 10 would come before 2."""
    return [int(step) for step in path.split(".") if step]


class Agency(SQLModel, table=True):
    """An office, in a tree: `path` is the ids from the root down to it, each followed by a dot ("1.4.").

    `phone`, `address` and `website` are how an applicant reaches it; `silenced` the notices that none of it gets.
    `revision` rises with whatever changes a figure of its yearly reports without an event of a case.
    """

    id: int = Field(default=None, primary_key=True)
    code: str = Field(max_length=64, unique=True)
    name: str = Field(max_length=200)
    parent_id: int | None = Field(default=None, foreign_key="agency.id", index=True)
    path: str = Field(default="", max_length=500, index=True)
    level: str = Field(default="department", max_length=32)
    region: str = Field(default="", max_length=64)
    review_body: str = Field(default="", max_length=200)
    phone: str = Field(default="", max_length=64, sa_column_kwargs=_EMPTY)
    address: str = Field(default="", max_length=200, sa_column_kwargs=_EMPTY)
    website: str = Field(default="", max_length=200, sa_column_kwargs=_EMPTY)
    silenced: list[str] = Field(default_factory=list, sa_column=silenced())
    revision: int = Field(default=0, sa_column_kwargs={"server_default": "0"})

    @property
    def steps(self) -> list[int]:
        """The ids of `path`."""
        return steps_of(self.path)


class Person(SQLModel, table=True):
    """Somebody who signs in, with one role in one agency and in those below it."""

    id: int = Field(default=None, primary_key=True)
    login: str = Field(max_length=64, unique=True)
    name: str = Field(max_length=100)
    role: Role = Field(sa_type=word(Role))
    agency_id: int = Field(foreign_key="agency.id", index=True)
    email: str = Field(default="", max_length=254)
    password_hash: str = Field(max_length=200)
    language: str = Field(default="zh", max_length=8)
    is_active: bool = True
    silenced: list[str] = Field(default_factory=list, sa_column=silenced())


class SavedFilter(SQLModel, table=True):
    """A way of looking at the queue that somebody keeps: the `query` of its address, under a name of their own."""

    __table_args__ = (UniqueConstraint("person_id", "name"),)

    id: int = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id")
    name: str = Field(max_length=40)
    query: str = Field(max_length=500)


class Case(SQLModel, table=True):
    """One request for information, from its arrival to its answer and beyond."""

    __table_args__ = (
        UniqueConstraint("registered_by_id", "number"),
        CheckConstraint("(outcome IS NULL) = (decided_on IS NULL)", name="outcome_with_its_day"),
        CheckConstraint("(timeliness IS NULL) = (closed_on IS NULL)", name="timeliness_once_closed"),
        CheckConstraint("sent_on IS NULL OR sent_on >= decided_on", name="sent_after_decided"),
        CheckConstraint("closed_on IS NULL OR closed_on >= received_on", name="closed_after_received"),
        CheckConstraint("state IN ('received', 'closed') OR received_on IS NOT NULL", name="registered_with_its_day"),
        CheckConstraint("(next_on IS NULL) = (state IN ('sent', 'closed'))", name="next_day_while_open"),
        CheckConstraint("(mail_kind IS NOT NULL) = (channel = 'mail')", name="mail_kind_of_mail"),
        Index(  # all that the yearly table asks, so that it is counted without reading the cases themselves
            "ix_case_year",
            *("agency_id", "received_on", "closed_on", "applicant_kind", "channel", "outcome", "timeliness"),
        ),
        Index("ix_case_agency_id_closed_on", "agency_id", "closed_on"),
        # What the desk and the reminders ask: of the open cases only, so that the years behind cost nothing.
        *(
            some(f"ix_case_open_{names[0]}", *names, where=_IS_OPEN)
            for names in (
                ("agency_id", "next_on", "id"),
                ("next_on", "id", "agency_id"),
                ("handler_id", "next_on", "id", "agency_id"),
                ("state", "next_on", "id", "agency_id"),
                ("due_on", "agency_id"),
                ("received_on", "agency_id"),
            )
        ),
        some("ix_case_provisional", "due_on", "agency_id", where=f"{_IS_OPEN} AND is_provisional"),
        some("ix_case_unassigned", "next_on", "id", "agency_id", where=f"{_IS_OPEN} AND handler_id IS NULL"),
        some("ix_case_extension_asked", "next_on", "id", "agency_id", where="extension_asked_on IS NOT NULL"),
    )

    id: int = Field(default=None, primary_key=True)
    agency_id: int = Field(foreign_key="agency.id")
    registered_by_id: int = Field(foreign_key="agency.id")
    number: str = Field(max_length=64)
    version: int = Field(default=1)

    channel: Channel = Field(sa_type=word(Channel))
    mail_kind: MailKind | None = Field(default=None, sa_type=word(MailKind))
    submitted_on: date | None = None
    signed_on: date | None = None
    confirmed_on: date | None = None  # a projection where the request had to wait for it
    entered_at: datetime
    applicant_kind: ApplicantKind = Field(sa_type=word(ApplicantKind))
    applicant_name: str = Field(max_length=200, index=True)
    id_type: str = Field(default="", max_length=64)
    id_number: str = Field(default="", max_length=64)
    phone: str = Field(default="", max_length=64)
    email: str = Field(default="", max_length=254)
    address: str = Field(default="", max_length=500)
    postcode: str = Field(default="", max_length=16)
    description: str
    topic: str = Field(default="", max_length=100)
    wanted_delivery: Delivery | None = Field(default=None, sa_type=word(Delivery, "wanted_delivery"))
    note: str = ""
    access_code_hash: str = Field(default="", max_length=64)
    idempotency_key: str | None = Field(default=None, max_length=64, unique=True)

    # Projections of the events from here on.
    regime: Regime | None = Field(default=None, sa_type=word(Regime))
    state: State = Field(sa_type=word(State))
    received_on: date | None = None
    due_on: date | None = None
    is_provisional: bool = False
    waiting_until: date | None = None
    next_on: date | None = None  # by when the next thing has to happen; NO_TERM, or None once answered or closed
    extension_asked_on: date | None = None  # and not answered yet, while the case is worked on
    extension_consented_on: date | None = None  # and the applicant not told of it yet, while the case is worked on
    letter_sent_on: date | None = None  # to somebody still asked, whose time does not run as no receipt is on record
    extension_workdays: int = 0
    outcome: str | None = Field(default=None, max_length=8)
    reason: str = ""
    decided_on: date | None = None
    sent_on: date | None = None
    closed_on: date | None = None
    timeliness: Timeliness | None = Field(default=None, sa_type=word(Timeliness))
    delivery: Delivery | None = Field(default=None, sa_type=word(Delivery))
    tracking_number: str = Field(default="", max_length=64)
    handler_id: int | None = Field(default=None, foreign_key="person.id")
    fee_yuan: Decimal = Field(default=Decimal(0), sa_type=Exact)
    fee_paid_on: date | None = Field(default=None, index=True)


class Draft(SQLModel, table=True):
    """What a citizen has typed of a request that is not sent yet; it goes when it is sent, or a day later."""

    key_hash: str = Field(max_length=64, primary_key=True)
    typed: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    kept_at: datetime = Field(index=True)


class Event(SQLModel, table=True):
    """One step of one case, never changed or removed: the case is the fold of its events by the day they happened."""

    __table_args__ = (UniqueConstraint("case_id", "seq"),)

    id: int = Field(default=None, primary_key=True)
    case_id: int = Field(sa_column=Column(ForeignKey("case.id"), nullable=False))
    seq: int
    action: Action = Field(sa_type=word(Action))
    happened_on: date
    recorded_at: datetime
    person_id: int | None = Field(default=None, foreign_key="person.id")
    hand: Hand | None = Field(default=None, sa_type=word(Hand))
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)

    def move(self) -> Move:
        """The event as the law reads it."""
        return Move(self.action, self.happened_on, self.facts, self.seq)


class Remedy(SQLModel, table=True):
    """A review, suit or complaint that hangs on a case: a projection of the case's events."""

    __table_args__ = (
        UniqueConstraint("case_id", "kind", "nth"),
        CheckConstraint("(result IS NULL) = (closed_on IS NULL)", name="result_with_its_day"),
        CheckConstraint("(route IS NOT NULL) = (kind = 'suit')", name="route_of_a_suit"),
        some("ix_remedy_pending", "kind", "filed_on", where="result IS NULL"),
    )

    id: int = Field(default=None, primary_key=True)
    case_id: int = Field(sa_column=Column(ForeignKey("case.id"), nullable=False))
    kind: RemedyKind = Field(sa_type=word(RemedyKind))
    nth: int
    route: SuitRoute | None = Field(default=None, sa_type=word(SuitRoute))
    filed_on: date = Field(index=True)
    result: RemedyResult | None = Field(default=None, sa_type=word(RemedyResult))
    closed_on: date | None = Field(default=None, index=True)


class Reminder(SQLModel, table=True):
    """That a notice was raised for a case about one day; its mails are rows of `Mail`.

    `stage` is the notice. `due_on` is the day it is about: the due date, or the day from which a term runs that is not
    kept itself (received_on for a correction notice, filed_on for a reply).
    """

    __table_args__ = (
        UniqueConstraint("case_id", "stage", "due_on"),
        Index("ix_reminder_raised_on", "raised_on", "stage"),
    )

    id: int = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case.id")
    stage: str = Field(max_length=32)
    due_on: date
    raised_on: date


class Mail(SQLModel, table=True):
    """A letter that waits to be sent or was sent: the row is the queue. `key` makes the same letter once.

    `html` is the same text with real tables; empty where plain text says it all.
    `person_id` is the officer it goes to; `claimed_by` the process that sends it just now. `trouble` is what kind of
    thing went wrong last and `last_error` what was said of it; `given_up_at` is set once no further attempt will be
    made, and `set_aside_at` once somebody has seen to that.
    """

    __table_args__ = (
        some("ix_mail_waiting", "next_try_at", "id", where="sent_at IS NULL AND given_up_at IS NULL"),
        some("ix_mail_given_up", "set_aside_at", "given_up_at", where="given_up_at IS NOT NULL"),
        some("ix_mail_sent_at", "sent_at", where="sent_at IS NOT NULL"),
    )

    id: int = Field(default=None, primary_key=True)
    key: str = Field(max_length=200, unique=True)
    recipient: str = Field(max_length=254)
    subject: str = Field(max_length=200)
    body: str
    html: str = Field(default="", sa_column_kwargs=_EMPTY)
    case_id: int | None = Field(default=None, foreign_key="case.id", index=True)
    person_id: int | None = Field(default=None, foreign_key="person.id")
    created_at: datetime
    next_try_at: datetime
    claimed_at: datetime | None = None
    claimed_by: str = Field(default="", max_length=32, sa_column_kwargs=_EMPTY)
    sent_at: datetime | None = None
    attempts: int = 0
    trouble: str = Field(default="", max_length=16, sa_column_kwargs=_EMPTY)
    last_error: str = Field(default="", max_length=500)
    given_up_at: datetime | None = None
    set_aside_at: datetime | None = None
    set_aside_by_id: int | None = Field(default=None, foreign_key="person.id")


class CalendarDay(SQLModel, table=True):
    """A day off or a make-up working day of a notice loaded on top of the built-in calendar; `region` empty for all."""

    __table_args__ = (UniqueConstraint("day", "region"),)

    id: int = Field(default=None, primary_key=True)
    day: date
    worked: bool
    name: str = Field(max_length=64)
    region: str = Field(default="", max_length=64)
    source: str = Field(default="", max_length=200)
    loaded_at: datetime


class Counter(SQLModel, table=True):
    """The last case number given by an agency in a year; the row is the lock."""

    agency_id: int = Field(foreign_key="agency.id", primary_key=True)
    year: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    last: int


class Run(SQLModel, table=True):
    """The last run of a task of the timetable that came to its end, and how much it did."""

    task: str = Field(max_length=64, primary_key=True)
    started_at: datetime
    ended_at: datetime
    did: int = 0
    mark: int = 0  # the last event that the task has read, where it reads events
