"""Who may open which page: every view states its policy beside its route, and a view without one is refused.

@room.get("/cases/<int:case_id>")
@of_case()
def show(case_id: int): ...
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import AnonymousUserMixin, LoginManager, UserMixin, current_user
from sqlmodel import Session, select
from werkzeug.routing import IntegerConverter, Map

from requestflow.rules.lifecycle import TAKERS, Action
from requestflow.rules.roles import Role
from requestflow.services import people
from requestflow.store.models import Agency, Case, Person
from requestflow.store.queries.agencies import Branch
from requestflow.store.session import reading

View = TypeVar("View", bound=Callable[..., Any])
Seen = TypeVar("Seen", Agency, Branch)
FILES = frozenset({"static", "bootstrap.static"})
"""The endpoints that are files of the pages themselves and so open to everybody."""
LARGEST_NUMBER = 2**31 - 1
"""What a column of numbers holds; a larger one in an address is that of no row, and no database is asked for it."""


@dataclass(frozen=True, slots=True)
class Policy:
    """`roles` who may open a page (None: everybody, signed in or not); `of_case`: and only if they may see its case."""

    roles: frozenset[Role] | None
    of_case: bool = False


PUBLIC = Policy(None)


class Number(IntegerConverter):
    """The `int` of an address: a number that a row can have, so that any other is no page (404)."""

    def __init__(self, url_map: Map, **about: Any) -> None:
        super().__init__(url_map, **{"max": LARGEST_NUMBER, **about})


def row_number(said: str) -> int:
    """A number of a row as a query or a form names it: ValueError, as `int` raises it, for one that no row can have."""
    number = int(said)
    if not 0 <= number <= LARGEST_NUMBER:
        raise ValueError(said)
    return number


class Officer(UserMixin):
    """Somebody signed in: the `person` and the `agency` they belong to, read once for each page."""

    def __init__(self, person: Person, agency: Agency) -> None:
        self.person = person
        self.agency = agency
        self.language = person.language

    def get_id(self) -> str:
        """Changes with the password, so that a new password ends every older session."""
        return f"{self.person.id}.{sha256(self.person.password_hash.encode()).hexdigest()[:16]}"


def public(view: View) -> View:
    """Everybody may open it, without signing in."""
    return _state(view, PUBLIC)


def officers(*roles: Role) -> Callable[[View], View]:
    """Signed-in people of these roles may open it; of every role if none is named."""
    return lambda view: _state(view, Policy(frozenset(roles or Role)))


def of_case(action: Action | None = None) -> Callable[[View], View]:
    """Signed-in people who may see the case `case_id` of the address, and whose role may take `action`, if any.

    A case that they may not see is answered like one that does not exist.
    """
    return lambda view: _state(view, Policy(TAKERS[action] if action else frozenset(Role), of_case=True))


def _state(view: View, policy: Policy) -> View:
    view.policy = policy  # type: ignore[attr-defined]  # the policy travels with the function, through every decorator
    return view


def policy_of(app: Flask, endpoint: str) -> Policy | None:
    """The policy of a route; None if its view states none."""
    if endpoint in FILES:
        return PUBLIC
    return getattr(app.view_functions[endpoint], "policy", None)


def officer() -> Officer:
    """Whoever is signed in; only to be asked in a view that is not public."""
    signed_in = current_user._get_current_object()
    if not isinstance(signed_in, Officer):
        abort(403)
    return signed_in


def the_case(session: Session, case_id: int) -> Case:
    """The case, 404 if there is none or the officer may not see it."""
    case = session.get(Case, case_id)
    if case is None or not people.may_see(session, officer().person, case):
        abort(404)
    return case


def the_agency(seen: Sequence[Seen], code: str | None = None) -> Seen:
    """The agency of that code, or of the officer where none is named, among those that they see; 404 for any other."""
    wanted = code or officer().agency.code
    return next((agency for agency in seen if agency.code == wanted), None) or abort(404)


def look_nobody_up() -> None:
    """For the page that says that something broke: who reads it is not asked of the database."""
    if "_login_user" not in g:
        g._login_user = AnonymousUserMixin()


def may_open(endpoint: str) -> bool:
    """Whether the link to a page without a case should be shown to whoever reads this page."""
    if endpoint not in current_app.view_functions:
        return False
    policy = policy_of(current_app, endpoint)
    return policy is not None and (policy.roles is None or _has_role(policy))


def _has_role(policy: Policy) -> bool:
    return current_user.is_authenticated and policy.roles is not None and officer().person.role in policy.roles


def _guard() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None  # no such page, or not by this method: Flask says so
    policy = policy_of(current_app, request.endpoint)
    if policy is None:
        abort(403)
    if policy.roles is None:
        return None
    if not current_user.is_authenticated:
        if request.method == "GET":
            return redirect(url_for("signin.ask", next=request.full_path.rstrip("?")))
        door: ResponseReturnValue = current_app.ensure_sync(current_app.view_functions["signin.ask"])()
        return door  # which keeps what was typed
    if policy.of_case:
        with reading() as session:
            the_case(session, (request.view_args or {})["case_id"])
    if not _has_role(policy):
        abort(403)
    return None


def _load(kept: str) -> Officer | None:
    number = kept.partition(".")[0]
    with reading() as session:
        found = session.exec(
            select(Person, Agency)
            .where(Person.agency_id == Agency.id)
            .where(Person.id == int(number), Person.is_active)
        ).first()
    signed_in = Officer(*found) if found else None
    return signed_in if signed_in and signed_in.get_id() == kept else None


def guard(app: Flask) -> None:
    """Asks the policy of every page before it is opened. The rooms that come after have addresses with a `Number`."""
    app.url_map.converters["int"] = Number
    keeper = LoginManager(app)
    keeper.session_protection = "basic"
    keeper.user_loader(_load)
    app.before_request(_guard)
    app.jinja_env.globals["may_open"] = may_open
