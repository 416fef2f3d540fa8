"""Taking a request in through any of the four channels, and confirming it with its applicant (2019 Art. 29–31)."""

import base64
import hashlib
import re
import secrets
from datetime import date
from typing import NamedTuple

from pydantic import model_validator
from sqlalchemy import update
from sqlalchemy.sql.dml import ReturningInsert
from sqlmodel import Session, SQLModel, col, select

from requestflow.rules import channels
from requestflow.rules.applicants import ApplicantKind
from requestflow.rules.channels import Channel, Delivery, MailKind
from requestflow.rules.errors import RuleBroken
from requestflow.rules.lifecycle import Action, State
from requestflow.services import _step
from requestflow.services._fields import Address, Given, GivenWords, Line, MaybeDay, Postcode, Short, Topic, Words, tidy
from requestflow.services.entry import Entry
from requestflow.store.inserting import Inserting, stated
from requestflow.store.models import Agency, Case, Counter

REISSUED = "reissued"
_MISREAD = str.maketrans("018", "OIB")
_SHORT_NUMBER = re.compile(r"(\d{4})-?0*([1-9]\d{0,3})", re.ASCII)


class NewCase(SQLModel):
    """A request as Art. 29 wants it, with the dates that its channel goes by."""

    channel: Channel
    mail_kind: MailKind | None = None
    submitted_on: MaybeDay = None
    signed_on: MaybeDay = None
    confirmed_on: MaybeDay = None
    applicant_kind: ApplicantKind
    applicant_name: Given
    id_type: Short = ""
    id_number: Short = ""
    phone: Short = ""
    email: Line = ""
    address: Address = ""
    postcode: Postcode = ""
    description: GivenWords
    topic: Topic = ""
    wanted_delivery: Delivery | None = None
    note: Words = ""

    @model_validator(mode="after")
    def _kind_of_mail_only(self) -> "NewCase":
        if self.mail_kind and self.channel is not Channel.mail:
            self.mail_kind = None
        return self

    def arrived_on(self) -> date | None:
        """The first day on which the office had the request in its hands, whether it counts or not."""
        days = (self.submitted_on, self.signed_on, self.confirmed_on)
        return min((day for day in days if day), default=None)


class Registered(NamedTuple):
    """A case and the code with which its applicant follows it; the code is shown once and kept only as a hash."""

    case: Case
    access_code: str
    is_new: bool


def new_key() -> str:
    """A key that makes one submission one case, however often it is posted."""
    return secrets.token_urlsafe(24)


def register(session: Session, agency: Agency, new: NewCase, entry: Entry, *, key: str | None = None) -> Registered:
    """Makes a case of a request, with the next number of its agency and year; the same `key` gives the same case.

    A request whose channel goes by the day of confirmation stays `received` until it is confirmed. RuleBroken for a
    receipt in the future, before 2008-05-01, or without the day that the channel goes by.
    """
    key = key or new_key()
    code = access_code(key)
    receipt = channels.received_on(
        new.channel,
        new.mail_kind,
        submitted_on=new.submitted_on,
        signed_on=new.signed_on,
        confirmed_on=new.confirmed_on,
        today=entry.today,
    )
    arrived_on = receipt or new.arrived_on() or entry.today
    nth = next_number(session, agency.id, arrived_on.year)
    born = Case(
        **new.model_dump(),
        agency_id=agency.id,
        registered_by_id=agency.id,
        number=number_of(arrived_on.year, nth),
        state=State.received,
        entered_at=entry.now,
        access_code_hash=hashed(code),
        idempotency_key=hashed(key),
    )
    action = Action.register if receipt else Action.arrive
    case = _step.begin(session, born, action, on=arrived_on, entry=entry)
    if case is None:  # the same request was posted before, or at the same time; that one is the case
        _give_back(session, agency.id, arrived_on.year, nth)
        case = _known(session, key)
        assert case is not None  # it was committed, else its key would not have been in our way
        return Registered(case, code, False)
    return Registered(case, code, True)


def confirm(session: Session, case: Case, confirmed_on: date, entry: Entry) -> None:
    """Records the day on which office and applicant confirmed the request: the day it counts as received (Art. 31)."""
    _step.take(session, case, Action.confirm, on=confirmed_on, entry=entry)


def reissue(session: Session, case: Case, entry: Entry) -> str:
    """A new access code for an applicant who lost theirs: the old one ends, and the story of the case tells who did it.

    The code is returned this once; only its hash is kept.
    """
    _step.take(session, case, Action.note, on=entry.today, entry=entry, facts={"code": REISSUED})
    code = access_code(new_key())
    case.access_code_hash = hashed(code)
    session.flush()
    return code


def next_number(session: Session, agency_id: int, year: int, count: int = 1) -> int:
    """Takes the next `count` numbers of an agency and year and returns the first; the counter row is the lock."""
    row = {"agency_id": agency_id, "year": year, "last": count}
    last: int = session.connection().execute(_counting(session), row).scalar_one()
    return last - count + 1


@stated
def _counting(insert: Inserting) -> ReturningInsert[int]:
    """Adds `last` to the row's own, if it is there."""
    row = insert(Counter)
    more = {"last": col(Counter.last) + row.excluded.last}
    return row.on_conflict_do_update(index_elements=["agency_id", "year"], set_=more).returning(col(Counter.last))


def number_of(year: int, nth: int) -> str:
    """The number of the nth case of a year, such as 2026-0007."""
    return f"{year}-{nth:04d}"


def whole_number(typed: str) -> str:
    """The number of a case, however it was typed: 2026-7 and 20260007 are 2026-0007; others as `tidy` leaves them."""
    short = _SHORT_NUMBER.fullmatch(tidy(typed))
    return number_of(int(short[1]), int(short[2])) if short else tidy(typed)


def access_code(key: str) -> str:
    """The code that goes with a submission's key: three groups of four letters or digits, read aloud without doubt."""
    digest = hashlib.sha256(f"access code of {key}".encode()).digest()
    letters = base64.b32encode(digest).decode()[:12]
    return "-".join(letters[at : at + 4] for at in (0, 4, 8))


def hashed(secret: str) -> str:
    """What is kept of a key or a code. Both are long random strings, so a plain digest cannot be guessed back."""
    return hashlib.sha256("".join(secret.split()).encode()).hexdigest()


def hashed_code(typed: str) -> str:
    """What is kept of an access code, however it was typed: small or full-width letters, blanks, missing dashes.

    No code has a 0, 1 or 8: whoever read one took a letter for it.
    """
    letters = "".join(letter for letter in tidy(typed).upper() if letter.isalnum()).translate(_MISREAD)
    return hashed("-".join(letters[at : at + 4] for at in range(0, len(letters), 4)))


def followed(session: Session, number: str, code: str) -> Case:
    """The case of that number and access code; RuleBroken, in the same words, whichever of the two is wrong."""
    numbers = {number.strip(), tidy(number), whole_number(number)}  # a number of an old ledger may have any signs
    by_code = select(Case).where(Case.access_code_hash == hashed_code(code), col(Case.number).in_(numbers))
    case = session.exec(by_code).first()
    if case is None or not code.strip():
        raise RuleBroken(
            "没有找到这件申请：请核对受理编号和查询码，二者都在回执上。",
            "No such request was found: check the number and the access code, both are on your receipt.",
            field="number",
        )
    return case


def _known(session: Session, key: str) -> Case | None:
    return session.exec(select(Case).where(Case.idempotency_key == hashed(key))).first()


def _give_back(session: Session, agency_id: int, year: int, nth: int) -> None:
    """Puts the last number back that was taken for nothing; our lock on the counter has kept everybody else waiting."""
    counter = col(Counter.agency_id) == agency_id, col(Counter.year) == year, col(Counter.last) == nth
    session.execute(update(Counter).where(*counter).values(last=nth - 1))
