"""The filters of the queue that an officer keeps: keeping one more, and the page that renames and drops them."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from requestflow.rules.errors import RuleBroken
from requestflow.rules.words import Text
from requestflow.services import filters
from requestflow.services.filters import NamedFilter, NewFilter
from requestflow.store.session import reading, transaction
from requestflow.web import looking
from requestflow.web.access import officer, officers
from requestflow.web.forms import Filled, blank, fill

room = Blueprint("filters", __name__)

_LABELS = {"name": Text("筛选名称", "Name of the filter")}
_ASKS = {"name": Text("请写一个名称，例如“本周到期的信函”。", "Give it a name, such as “Letters due this week”.")}


@room.get("/desk/filters")
@officers()
def show() -> ResponseReturnValue:
    """What the officer keeps."""
    query = request.form.get("query")  # of a view that is being named, on a page opened once more
    return _page() if query is None else _page(new=blank(_LABELS), query=query)


@room.post("/desk/filters")
@officers()
def keep() -> ResponseReturnValue:
    """Keeps the view of the queue that is open, under a name."""
    query = looking.query_of(looking.said_in(request.form.get("query", "")))
    form = fill(NewFilter, request.form, labels=_LABELS, asks=_ASKS, query=query)
    if form.value is not None:
        try:
            with transaction() as session:
                made = filters.keep(session, officer().person, form.value)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("Kept as a filter: %(name)s", name=made.name), "done")
            return redirect(_at(made.query))
    return _page(new=form, query=query), 422


@room.post("/desk/filters/<int:filter_id>")
@officers()
def change(filter_id: int) -> ResponseReturnValue:
    """Renames one, or drops it."""
    form: Filled[Any] = blank(_LABELS, name=request.form.get("name", ""))
    try:
        with transaction() as session:
            if "drop" in request.form:
                said = _("Dropped: %(name)s", name=filters.drop(session, officer().person, filter_id).name)
            else:
                form = fill(NamedFilter, request.form, labels=_LABELS, asks=_ASKS)
                if form.value is None:
                    return _page(changed=(filter_id, form)), 422
                chosen = filters.rename(session, officer().person, filter_id, form.value)
                said = _("Renamed: %(name)s", name=chosen.name)
    except RuleBroken as broken:
        form.refuse(broken)
        return _page(changed=(filter_id, form)), 422
    flash(said, "done")
    return redirect(url_for("filters.show"))


def _page(
    new: Filled[NewFilter] | None = None, query: str = "", changed: tuple[int, Filled[NamedFilter]] | None = None
) -> str:
    with reading() as session:
        kept = filters.kept_by(session, officer().person)
    at, form = changed or (None, None)
    is_gone = form is not None and all(each.id != at for each in kept)
    return render_template(
        "worklist/filters.html",
        new=new,
        query=query,
        gone=form if is_gone else None,
        kept=[(each, form if each.id == at and form else blank(_LABELS, name=each.name)) for each in kept],
        address_of=lambda each: _at(each.query),
    )


def _at(query: str) -> str:
    return f"{url_for('worklist.queue')}?{query}"
