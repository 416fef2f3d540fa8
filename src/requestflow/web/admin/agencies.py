"""The tree of agencies: which there are, what they are called, where they lie, and how an applicant reaches them."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import Session

from requestflow.clock import now, today
from requestflow.rules.errors import RuleBroken
from requestflow.rules.notices import Audience
from requestflow.rules.words import Text
from requestflow.rules.workdays import belongs, regions
from requestflow.services import agencies, calendars
from requestflow.services._fields import plain
from requestflow.services.agencies import Level, NewAgency
from requestflow.services.reckoning import Moved
from requestflow.services.seen import Changed, mark, refuse_changed
from requestflow.store.models import Agency
from requestflow.store.queries import staff
from requestflow.store.queries.calendars import notices_loaded
from requestflow.store.queries.due import regions as regions_in_use
from requestflow.store.session import reading, transaction
from requestflow.web.access import officer
from requestflow.web.admin._room import LABELS, administrators, in_charge, room, the_agency, trace
from requestflow.web.forms import Filled, blank, fill

MOST_LISTED = 300
_EDITED = ("name", "level", "region", "review_body", "phone", "address", "website")
_ASKS = {
    "name": Text("请填写机关名称。", "Give the agency its name."),
    "code": Text("请填写机关代码。", "Give it a code."),
}


class Branch(NamedTuple):
    """A line of the tree: how deep the agency lies below the first, what is there, and who speaks for it.

    `speaks` is the agency whose officers are told of its cases: itself, the nearest one above that has somebody with
    an e-mail address, or None.
    """

    agency: Agency
    depth: int
    people: int
    open_cases: int
    speaks: Agency | None


@room.get("/admin")
@administrators
def tree() -> ResponseReturnValue:
    """The agencies in charge, or those whose name or code holds what is looked for."""
    sought = plain(request.args.get("q", "")).casefold()
    with reading() as session:
        seen = in_charge(session)
        branches = _branches(session, seen)
    found = [each for each in branches if sought in f"{each.agency.name} {each.agency.code}".casefold()]
    return render_template(
        "admin/agencies.html",
        branches=found[:MOST_LISTED],
        more=max(len(found) - MOST_LISTED, 0),
        levels={level.value: level for level in Level},
        sought=sought,
    )


@room.get("/admin/agencies/<int:agency_id>/new")
@administrators
def plan(agency_id: int) -> ResponseReturnValue:
    """The form for an agency below this one, which lies in its region and is reviewed by it until told otherwise."""
    with reading() as session:
        above = the_agency(session, agency_id)
        form = blank(LABELS, level=Level.department.value, region=above.region, review_body=above.name)
        return _form(session, form, above=above)


@room.post("/admin/agencies/<int:agency_id>/new")
@administrators
def found(agency_id: int) -> ResponseReturnValue:
    """Sets up an agency below this one."""
    with transaction() as session:
        above = the_agency(session, agency_id)
        form = fill(NewAgency, request.form, labels=LABELS, asks=_ASKS, parent=above.code)
        if form.value is not None:
            try:
                new = agencies.add(session, form.value)
            except RuleBroken as broken:
                form.refuse(broken)
            else:
                trace("agency set up", agency=new.id)
                flash(_("%(name)s was set up.", name=new.name), "done")
                if new.region != above.region:
                    _tell_without_days(session, new.region)
                return redirect(url_for("admin.tree", _anchor=f"a-{new.id}"))
        return _form(session, form, above=above), 422


@room.get("/admin/agencies/<int:agency_id>")
@administrators
def agency(agency_id: int) -> ResponseReturnValue:
    """What is kept of an agency, as a form."""
    with reading() as session:
        known = the_agency(session, agency_id)
        return _form(session, blank(LABELS, **_said(known)), agency=known)


@room.post("/admin/agencies/<int:agency_id>")
@administrators
def settle(agency_id: int) -> ResponseReturnValue:
    """Keeps what was changed; where another region would move due dates, these are shown first."""
    with transaction() as session:
        known = the_agency(session, agency_id)
        above = session.get(Agency, known.parent_id) if known.parent_id else None
        place = {"code": known.code, "parent": above.code if above else ""}
        form = fill(NewAgency, request.form, labels=LABELS, asks=_ASKS, **place)
        if form.value is None:
            return _form(session, form, agency=known), 422
        try:
            refuse_changed(request.form.get("seen", ""), _said(known))
            agencies.refuse_no_website(form.value.website)
        except RuleBroken as broken:
            form.refuse(broken)
            return _form(session, form, agency=known), 409 if isinstance(broken, Changed) else 422
        moves = calendars.foretell_region(session, known, form.value.region)
        if request.form.get("moves", mark([])) != mark(moves):
            return _warning(session, form, known, moves)
        _settle(session, known, form.value)
    flash(_("What is kept of %(name)s was changed.", name=known.name), "done")
    return redirect(url_for("admin.tree", _anchor=f"a-{known.id}"))


def _settle(session: Session, known: Agency, new: NewAgency) -> None:
    before = known.region
    agencies.set_up(session, new)
    moved = calendars.relocate(session, known, before, today=today(), now=now()) if known.region != before else ()
    trace("agency changed", agency=known.id, moved=len(moved))
    if known.region != before:
        _tell_without_days(session, known.region)


def _tell_without_days(session: Session, region: str) -> None:
    """A region of which no days off are known may be one that has none, one not loaded yet, or one mistyped."""
    known = {each.zh for each in regions()} | {off.region for off in notices_loaded(session) if off.region}
    if region and not any(belongs(region, each) for each in known):
        flash(
            _("No days off of its own are known of %(region)s: only those of the whole country count.", region=region)
        )


def _said(known: Agency) -> Mapping[str, str]:
    return {name: getattr(known, name) for name in _EDITED}


def _form(session: Session, form: Filled[Any], *, agency: Agency | None = None, above: Agency | None = None) -> str:
    """The form of an agency that is there, or of one to be set up below `above`."""
    if agency and agency.parent_id:
        above = session.get(Agency, agency.parent_id)
    return render_template(
        "admin/agency.html",
        form=form,
        agency=agency,
        above=above,
        seen=mark(_said(agency)) if agency else "",
        levels=Level,
        regions=_regions(session),
    )


def _regions(session: Session) -> Sequence[str]:
    """The regions that have days off of their own, and those that agencies lie in."""
    return sorted({region.zh for region in regions()} | {region for region in regions_in_use(session) if region})


def _warning(session: Session, form: Filled[Any], known: Agency, moves: Sequence[Moved]) -> str:
    """Which cases another region would move, before it does."""
    return render_template(
        "admin/region.html",
        form=form,
        agency=known,
        seen=mark(_said(known)),
        moves=moves,
        mark=mark(moves),
        names={known.id: known.name},
        was_shown="moves" in request.form,
        edited=_EDITED,
    )


def _branches(session: Session, seen: Sequence[Agency]) -> list[Branch]:
    ids = [agency.id for agency in seen]
    above = {agency.id: agency for agency in agencies.way_to(session, officer().agency)}
    by_id = above | {agency.id: agency for agency in seen}
    cases = staff.open_by_agency(session, ids)
    active = staff.active_by_agency(session, ids)
    told = staff.can_be_told(session, Audience.handler.roles)
    top = officer().agency.path.count(".")

    def speaks(agency: Agency) -> Agency | None:
        return next((by_id[step] for step in reversed(agency.steps) if told.get(step)), None)

    return [
        Branch(
            agency,
            agency.path.count(".") - top,
            sum(active.get(agency.id, {}).values()),
            cases.get(agency.id, 0),
            speaks(agency),
        )
        for agency in seen
    ]
