"""Asking, one question a page: every answer is kept at once, all are checked once more, and sending makes one case."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from requestflow.rules.applicants import ApplicantKind
from requestflow.rules.descriptions import COMPLAINT, FEATURES, found_in, is_complaint
from requestflow.rules.documents import IdType, documents_of
from requestflow.rules.errors import RuleBroken
from requestflow.services import asking
from requestflow.services.intake import new_key
from requestflow.settings import settings
from requestflow.store.session import transaction
from requestflow.web.access import public
from requestflow.web.forms import Filled, blank
from requestflow.web.language import language
from requestflow.web.limits import limiter
from requestflow.web.public import drafts
from requestflow.web.public.door import by_applicant, room
from requestflow.web.public.offices import found, groups, nearest, office_of, offices
from requestflow.web.public.questions import ASKED, BY_NAME, DELIVERIES, KINDS, NAMES, QUESTIONS, Question
from requestflow.web.remembered import drop_draft, slip_of

MANY_OFFICES = 8
"""From so many on, the first question offers to search."""
_PAGE = f"/ask/<draft>/<any({','.join(NAMES)}):question>"


@room.get("/ask")
@public
def ask() -> ResponseReturnValue:
    """The first question of a new request; nothing is kept before it is answered."""
    form = blank(ASKED, agency=request.args.get("agency", ""))
    return _page(BY_NAME["office"], form, url_for("public.begin"), key=new_key())


@room.post("/ask")
@public
@limiter.limit("300 per minute")
def begin() -> ResponseReturnValue:
    draft = drafts.begin(request.form.get("key", ""), request.form)
    return _go_on(draft, BY_NAME["office"], drafts.left(draft).typed)


@room.get("/ask/<draft>")
@public
def resume(draft: str) -> ResponseReturnValue:
    """Goes on where the draft was left: at the first question without an answer, or at the check."""
    form = drafts.read(drafts.left(draft).typed, offices())
    return _lead(draft, drafts.first_open(form))


@room.get(_PAGE)
@public
def question(draft: str, question: str) -> ResponseReturnValue:
    """One question as it was left; with `wrong` in the address it says what is to be put right."""
    typed = drafts.left(draft).typed
    if question == "document" and typed.get("applicant_kind") not in list(ApplicantKind):
        return _lead(draft, "who")
    form = drafts.of_page(drafts.read(typed, offices()), BY_NAME[question])
    if "wrong" not in request.args:
        form.errors.clear()
        form.source = None
    address = url_for("public.answer", draft=draft, question=question, **_from_check())
    return _page(BY_NAME[question], form, address, draft=draft)


@room.post(_PAGE)
@public
@limiter.limit("300 per minute")
def answer(draft: str, question: str) -> ResponseReturnValue:
    """Keeps the answer and leads on, so that no browser asks whether to send a form again."""
    return _go_on(draft, BY_NAME[question], drafts.keep(draft, BY_NAME[question], request.form))


@room.get("/ask/<draft>/check")
@public
def review(draft: str) -> ResponseReturnValue:
    """Shows the answers once more; no case is made of them yet."""
    agencies = offices()
    form = drafts.read(drafts.left(draft).typed, agencies)
    if form.value is None:
        return _lead(draft, drafts.first_open(form), wrong="yes")
    said = form.value
    agency = next(agency for agency in agencies if agency.code == said.agency)
    earlier = drafts.sent_before(agency, said.description)
    about = {
        "kinds": KINDS,
        "deliveries": DELIVERIES,
        "is_complaint": is_complaint(said.description),
        "earlier": earlier.case if earlier else None,
        "slip": slip_of(earlier.case.number, earlier.access_code) if earlier else "",
    }
    return render_template("public/check.html", form=form, office=office_of(agency), draft=draft, **about)


@room.post("/ask/<draft>/send")
@public
@limiter.limit("300 per minute")
def send(draft: str) -> ResponseReturnValue:
    """Makes the case of the draft. All of it is one transaction, so that what cannot be sent stays as it was typed."""
    key, site, spoken = drafts.key(draft), settings().base_url, language()
    try:
        with transaction() as database:
            sent = asking.send(database, key, by_applicant(), site=site, language=spoken)
    except (ValueError, RuleBroken):  # an answer is missing, or the office has gone: the check says which
        return redirect(url_for("public.review", draft=draft), 303)
    if sent is None:
        return drafts.gone(key)
    return redirect(url_for("public.receipt", slip=slip_of(sent.case.number, sent.access_code)), 303)


@room.get("/ask/<draft>/discard")
@public
def think_twice(draft: str) -> ResponseReturnValue:
    """Asks once more before what was typed is deleted: there is no way back from it."""
    drafts.left(draft)
    return render_template("public/discard.html", draft=draft)


@room.post("/ask/<draft>/discard")
@public
def discard(draft: str) -> ResponseReturnValue:
    """Deletes what was typed, for those who change their mind or use somebody else's browser."""
    known = drafts.left(draft)
    with transaction() as database:
        asking.drop(database, known.key)
    drop_draft(known.key)
    flash(_("What you typed has been deleted. Nothing was sent."), "done")
    return redirect(url_for("public.home"), 303)


def _go_on(draft: str, asked: Question, typed: dict[str, str]) -> ResponseReturnValue:
    """To the next page: back, out, or the same in another language, or onwards if nothing on this one is wrong."""
    to = request.args.get("to")
    if to == "back":
        return redirect(_before(draft, asked) or url_for("public.before"), 303)
    if to == "discard":
        return redirect(url_for("public.think_twice", draft=draft), 303)
    form = drafts.read(typed, offices())
    open_question = drafts.first_open(form)
    is_wrong = bool(drafts.of_page(form, asked).errors)
    if to == "stay":
        return _lead(draft, asked.name, wrong=request.args.get("wrong"), code=303)
    if is_wrong:
        return _lead(draft, asked.name, wrong="yes", code=303)
    if _from_check():
        return _lead(draft, open_question, code=303)
    after = NAMES[NAMES.index(asked.name) + 1 :]
    return _lead(draft, after[0] if after else open_question, code=303)


def _lead(draft: str, name: str | None, *, wrong: str | None = None, code: int = 302) -> ResponseReturnValue:
    """To a question of the draft, or to the check if none is named."""
    if name is None:
        return redirect(url_for("public.review", draft=draft), code)
    return redirect(url_for("public.question", draft=draft, question=name, wrong=wrong, **_from_check()), code)


def _from_check() -> dict[str, Any]:
    """Whoever came from the check goes back there."""
    return {"from": "check"} if request.args.get("from") == "check" else {}


def _before(draft: str | None, asked: Question) -> str | None:
    """The page that the way back leads to; None before the first question."""
    if draft and _from_check():
        return url_for("public.review", draft=draft)
    nth = NAMES.index(asked.name)
    return url_for("public.question", draft=draft, question=NAMES[nth - 1]) if draft and nth else None


def _page(asked: Question, form: Filled[Any], address: str, *, draft: str | None = None, key: str = "") -> str:
    return render_template(
        f"public/ask/{asked.name}.html",
        question=asked,
        nth=NAMES.index(asked.name) + 1,
        of=len(QUESTIONS),
        form=form,
        address=address,
        draft=draft,
        key=key,
        is_from_check=bool(_from_check()),
        **_choices(asked, form),
    )


def _offices(form: Filled[Any]) -> dict[str, Any]:
    """What can be chosen, narrowed to what is looked for or comes near it; the chosen one always stays in sight."""
    agencies, words = offices(), request.args.get("find", "").strip()
    chosen = form.typed.get("agency")
    matching = found(agencies, words)
    near = matching or nearest(agencies, words)
    shown = {agency.id for agency in near} | {agency.id for agency in agencies if agency.code == chosen}
    return {
        "groups": groups([agency for agency in agencies if agency.id in shown]),
        "words": words,
        "is_found": bool(matching),
        "is_narrowed": len(shown) < len(agencies),
        "has_many": len(agencies) > MANY_OFFICES,
        "has_any": bool(agencies),
        "begun": drafts.begun(),
    }


def _description(form: Filled[Any]) -> dict[str, Any]:
    said = form.typed.get("description", "")
    return {
        "features": FEATURES,
        "found_in": found_in(said),
        "complaint": COMPLAINT,
        "is_complaint": is_complaint(said),
    }


def _documents(form: Filled[Any]) -> dict[str, Any]:
    kind = ApplicantKind(form.typed["applicant_kind"])
    options = documents_of(kind)
    is_person = kind is ApplicantKind.natural_person
    if not form.typed.get("id_type") or (form.typed["id_type"] not in options and not form.errors):
        form.typed["id_type"] = (IdType.resident if is_person else IdType.credit_code).value
    return {"options": options, "is_person": is_person}


def _choices(asked: Question, form: Filled[Any]) -> dict[str, Any]:
    """What the page of a question needs beside the form."""
    if asked.name in _CHOICES:
        return _CHOICES[asked.name](form)
    return {"kinds": KINDS.items(), "deliveries": DELIVERIES.items()}


_CHOICES: Mapping[str, Callable[[Filled[Any]], dict[str, Any]]] = {
    "office": _offices,
    "what": _description,
    "document": _documents,
}
