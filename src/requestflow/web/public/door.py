"""The door of the citizen's rooms: their Blueprint, who acts in them, and the office's own words about time."""

from flask import Blueprint

from requestflow.clock import now, today
from requestflow.rules.regimes import Regime, regime_of, term
from requestflow.rules.roles import Hand
from requestflow.services.entry import Entry

room = Blueprint("public", __name__)


def by_applicant() -> Entry:
    """What is typed in now, and by whom: the applicant."""
    return Entry(by=Hand.applicant, today=today(), now=now())


def terms() -> dict[str, int]:
    """The working days that a page tells a citizen about, as the law in force today sets them."""
    regime: Regime = regime_of(today())
    names = ("answer", "extension", "third_party_opinion", "correction_notice", "pay_fee")
    return {name: term(name, regime).workdays for name in names}
