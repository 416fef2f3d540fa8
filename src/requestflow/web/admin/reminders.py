"""Which notices the officers of an agency get: what can be turned off for the whole office, and what cannot."""

from collections.abc import Sequence

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlmodel import SQLModel

from requestflow.rules.notices import Notice
from requestflow.services import notices
from requestflow.services.seen import Changed, mark, refuse_changed
from requestflow.store.models import Agency
from requestflow.store.queries.agencies import below
from requestflow.store.session import reading, transaction
from requestflow.web.access import officer
from requestflow.web.admin._room import LABELS, administrators, chosen, in_charge, room, trace
from requestflow.web.forms import Filled, blank, fill


class Told(SQLModel):
    """The notices that the officers of the agency get, beside the statutory ones; `below`: in those below it, too."""

    notices: list[Notice] = []
    below: str = ""


@room.get("/admin/reminders")
@administrators
def reminders() -> ResponseReturnValue:
    """Every notice, with when it is sent and to whom, and whether the office wants it."""
    with reading() as session:
        seen = in_charge(session)
        agency = chosen(seen, request.values.get("agency", "")) or officer().agency
        return _page(seen, next(each for each in seen if each.id == agency.id), blank(LABELS))


@room.post("/admin/reminders")
@administrators
def settle_reminders() -> ResponseReturnValue:
    """Keeps which notices the office wants."""
    form = fill(Told, request.form, labels=LABELS)
    with transaction() as session:
        seen = in_charge(session)
        agency = chosen(seen, request.form.get("agency", "")) or abort(404)
        if form.value is None:
            return _page(seen, agency, form), 422
        try:
            refuse_changed(request.form.get("seen", ""), agency.silenced)
        except Changed as changed:
            form.refuse(changed)
            return _page(seen, agency, form), 409
        off = {notice for notice in Notice if not notice.is_statutory} - set(form.value.notices)
        touched = below(session, agency.path) if form.value.below else [agency]
        for each in touched:
            notices.silence(session, each, off)
    trace("reminders settled", agency=agency.id, agencies=len(touched), off=sorted(off))
    flash(_("The reminders of %(name)s were settled.", name=agency.name), "done")
    return redirect(url_for("admin.reminders", agency=agency.code))


def _page(seen: Sequence[Agency], agency: Agency, form: Filled[Told]) -> str:
    return render_template(
        "admin/reminders.html",
        form=form,
        agency=agency,
        agencies=[(each.code, each.name) for each in seen],
        has_below=any(each.path.startswith(agency.path) and each.id != agency.id for each in seen),
        notices=Notice,
        wanted=request.form.getlist("notices") if request.form else _kept(agency),
        seen=mark(agency.silenced),
    )


def _kept(agency: Agency) -> list[Notice]:
    return [notice for notice in Notice if notice.value not in agency.silenced]
