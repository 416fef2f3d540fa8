"""The letters that could not be delivered: what was wrong with each, and trying again or setting it aside."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlmodel import Session

from requestflow.clock import now
from requestflow.rules.errors import RuleBroken
from requestflow.rules.roles import Role
from requestflow.rules.words import Text
from requestflow.services import mail
from requestflow.services.mail import Trouble
from requestflow.store.models import Mail
from requestflow.store.queries import outbox
from requestflow.store.queries.outbox import Row, Sight
from requestflow.store.session import reading, transaction
from requestflow.web.access import officer, officers, row_number

room = Blueprint("outbox", __name__)

READERS = (Role.head, Role.admin)
_SERVER = Text(
    "请联系系统维护人员检查邮件服务器的设置。", "Ask whoever runs the system to check the settings of the mail server."
)
ADVICE: Mapping[Trouble, Text] = {
    Trouble.address: Text("请更正邮箱地址，再重新发送。", "Correct the address, then try again."),
    Trouble.refused: Text(
        "邮箱地址很可能有误或者已经停用：请更正后重新发送。",
        "The address is most likely wrong or no longer in use: correct it, then try again.",
    ),
    Trouble.postponed: Text(
        "对方邮箱可能已满或者暂时停用：请联系收件人，之后重新发送。",
        "The mailbox may be full or out of order: talk to its owner, then try again.",
    ),
    Trouble.broken_off: Text(
        "请稍后重新发送；仍不成功的，请联系系统维护人员。",
        "Try again; if it fails once more, tell whoever runs the system.",
    ),
    Trouble.interrupted: Text(
        "请联系系统维护人员查看运行日志，再重新发送。",
        "Ask whoever runs the system to look at its log, then try again.",
    ),
    **dict.fromkeys((Trouble.unreachable, Trouble.unsafe, Trouble.login, Trouble.sender), _SERVER),
    Trouble.folder: Text("请联系系统维护人员检查邮件文件夹。", "Ask whoever runs the system to check the mail folder."),
}
"""What somebody at a desk can do about each trouble."""


@room.get("/outbox")
@officers(*READERS)
def show() -> ResponseReturnValue:
    """The letters given up, the last first, or with `aside` those set aside; and what waits to go out."""
    is_aside = "aside" in request.args
    before = request.args.get("before", type=row_number)
    with reading() as session:
        sight = _sight()
        rows, more = outbox.given_up(session, sight, aside=is_aside, before=before)
        return render_template(
            "outbox/page.html",
            rows=rows,
            more=more,
            before=before,
            is_aside=is_aside,
            counts={aside: outbox.count_given_up(session, sight, aside=aside) for aside in (False, True)},
            most=outbox.MOST_COUNTED,
            waiting=outbox.waiting(session, sight),
            label=_label,
            advice=_advice,
            can_correct=_can_correct,
            ours=mail.OURS,
        )


@room.post("/outbox/again")
@officers(*READERS)
def try_all() -> ResponseReturnValue:
    """Puts every letter of the list back into the outbox, but those whose reader cannot be reached."""
    tried = left = 0
    with transaction() as session:
        for letter in outbox.to_try_again(session, _sight()):
            try:
                mail.try_again(session, letter, now())
                tried += 1
            except RuleBroken:
                left += 1
    flash(ngettext("%(num)d letter is tried again.", "%(num)d letters are tried again.", tried), "done")
    if left:
        flash(_stay(left), "plain")
    return redirect(url_for("outbox.show"), 303)


@room.post("/outbox/<int:mail_id>/again")
@officers(*READERS)
def try_one(mail_id: int) -> ResponseReturnValue:
    """Puts a letter back into the outbox, to the address that its reader has now."""
    with transaction() as session:
        letter = _letter(session, mail_id)
        mail.try_again(session, letter, now())
    flash(_("The letter to %(address)s is tried again within a minute.", address=letter.recipient), "done")
    return redirect(url_for("outbox.show"), 303)


@room.post("/outbox/<int:mail_id>/aside")
@officers(*READERS)
def set_aside(mail_id: int) -> ResponseReturnValue:
    """Takes a letter off the list and keeps who did so."""
    with transaction() as session:
        letter = _letter(session, mail_id)
        mail.set_aside(session, letter, officer().person, now())
    flash(_("The letter to %(address)s is set aside. It stays on record.", address=letter.recipient), "done")
    return redirect(url_for("outbox.show"), 303)


def undelivered() -> int:
    """How many letters wait for the reader to see to them, or for the mail server; asked for the navigation."""
    with reading() as session:
        return outbox.count_undelivered(session, _sight(), [trouble.value for trouble in mail.OURS])


def _sight() -> Sight:
    here = officer()
    is_at_the_top = here.person.role is Role.admin and here.agency.parent_id is None
    return Sight(here.agency.path, is_at_the_top)


def _letter(session: Session, mail_id: int) -> Mail:
    """A letter that was given up, 404 if there is none or the reader may not see it."""
    found = outbox.to_try_again(session, _sight(), mail_id)
    return found[0] if found else abort(404)


def _label(trouble: str) -> Text:
    return Trouble(trouble).label if trouble else Text("原因不明", "Nobody knows why")


def _advice(trouble: str) -> Text:
    return ADVICE[Trouble(trouble)] if trouble else _SERVER


def _can_correct(row: Row) -> bool:
    """Whether another address may help."""
    return row.trouble in (Trouble.address, Trouble.refused, Trouble.postponed) or not row.address_now


def _stay(left: int) -> Any:
    return ngettext(
        "%(num)d letter stays here: the account of its reader is closed or has no e-mail address.",
        "%(num)d letters stay here: the accounts of their readers are closed or have no e-mail address.",
        left,
    )
