"""A request while it is being written: kept with every answer, found again in the same browser, read as a whole."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from flask import abort, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from requestflow.clock import now
from requestflow.rules.errors import RuleBroken
from requestflow.services import asking
from requestflow.services._fields import plain
from requestflow.services.asking import Asking
from requestflow.services.intake import Registered, new_key
from requestflow.store.models import Agency
from requestflow.store.session import reading, transaction
from requestflow.web.forms import Filled, fill
from requestflow.web.public.offices import offices
from requestflow.web.public.questions import ASKED, ASKS, BY_NAME, QUESTIONS, Question, question_of
from requestflow.web.remembered import address_of, draft_of, drafts, key_of, slip_of

SHORTEST_KEY = 20


class Begun(NamedTuple):
    """A request that was begun in this browser: the address of its draft, and what is known of it."""

    draft: str
    office: str
    kept: asking.Unfinished


def begun() -> list[Begun]:
    """The unfinished requests of this browser, the latest first."""
    keys = drafts()
    if not keys:
        return []
    with reading() as database:
        kept = asking.unfinished(database, keys)
    names = {agency.code: agency.name for agency in offices()} if kept else {}
    return [Begun(address_of(draft.key), names.get(draft.typed.get("agency", ""), ""), draft) for draft in kept]


class Left(NamedTuple):
    """A draft as it was left: its key, and what was typed."""

    key: str
    typed: dict[str, str]


def sent_before(agency: Agency, description: str) -> Registered | None:
    """What this browser sent to the agency in the same words within a day."""
    with reading() as database:
        return asking.sent_before(database, drafts(), agency.id, description)


def begin(key: str, posted: Mapping[str, str]) -> str:
    """Keeps the first answer, and returns the address of the draft. After it was sent, more typing is a new request."""
    with transaction() as database:
        if len(key) < SHORTEST_KEY or asking.sent(database, key):
            key = new_key()
        typed = asking.kept(database, key) or {}
        asking.keep(database, key, typed | _answers(BY_NAME["office"], posted), now=now())
    return draft_of(key)


def key(draft: str) -> str:
    """The key of a draft; leads on if it is too old or not of here."""
    return key_of(draft) or abort(gone(None))


def left(draft: str) -> Left:
    """What was typed of a draft; leads on if it is sent, too old or not of here."""
    known = key(draft)
    with reading() as database:
        typed = asking.kept(database, known)
    return Left(known, typed) if typed is not None else abort(gone(known))


def keep(draft: str, question: Question, posted: Mapping[str, str]) -> dict[str, str]:
    """Keeps the answers of one page with those of the others, and returns them all."""
    known = left(draft)
    typed = known.typed | _answers(question, posted)
    with transaction() as database:
        asking.keep(database, known.key, typed, now=now())
    draft_of(known.key)
    return typed


def _answers(question: Question, posted: Mapping[str, str]) -> dict[str, str]:
    return {name: plain(posted[name]) for name in question.fields if name in posted}


def read(typed: Mapping[str, str], agencies: Sequence[Agency]) -> Filled[Asking]:
    """The answers as they were typed, and all that is wrong with them, in the order of the questions."""
    form = fill(Asking, MultiDict(typed), labels=ASKED, asks=ASKS)
    faults = list(asking.faults(form.typed))
    if form.typed.get("agency") and form.typed["agency"] not in {agency.code for agency in agencies}:
        faults.append(RuleBroken("请从列表中选择机关。", "Choose an office from the list.", field="agency"))
    for broken in faults:
        if broken.field not in form.errors:
            form.refuse(broken)
    form.errors = {name: form.errors[name] for name in ("", *Asking.model_fields) if name in form.errors}
    return form


def of_page(form: Filled[Asking], question: Question) -> Filled[Asking]:
    """The form as one page sees it: with what is wrong on this page only."""
    asked = question.asked(form.typed)
    form.errors = {name: form.errors[name] for name in asked if name in form.errors}
    if not form.errors:
        form.source = None
    return form


def first_open(form: Filled[Asking]) -> str | None:
    """The first question whose answer is missing or wrong; None if the request can be sent."""
    for question in QUESTIONS:
        if any(name in form.errors for name in question.asked(form.typed)):
            return question.name
    return question_of(next(iter(form.errors))) if form.errors else None


def gone(key: str | None) -> Response:
    """Where somebody comes back to a draft that is none any more: to its receipt, or to the first question."""
    with reading() as database:
        registered = asking.sent(database, key) if key else None
    if registered is None:
        flash(_("What was typed here is no longer kept, and was not sent. Please start again."), "plain")
        return redirect(url_for("public.ask"))
    flash(_("This request has been sent already. This is its receipt."), "plain")
    return redirect(url_for("public.receipt", slip=slip_of(registered.case.number, registered.access_code)))
