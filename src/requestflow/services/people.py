"""People who work in an office: their accounts, how they prove who they are, and what each may see and do.

A person holds one role in one agency and in every agency below it. The questions `may_…` answer for pages, files,
exports and the command line alike.
"""

import re
from collections.abc import Sequence
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from pydantic import field_validator
from sqlmodel import Field, Session, SQLModel, select

from requestflow.rules.errors import RuleBroken
from requestflow.rules.lifecycle import TAKERS, Action
from requestflow.rules.roles import Role
from requestflow.services._born import born
from requestflow.store.models import Agency, Case, Person
from requestflow.store.queries.agencies import Branch, agency_at, below, branches

SHORTEST_PASSWORD = 10
_HASHER = PasswordHasher()
_ADDRESS = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+")


class NewPerson(SQLModel):
    """What is needed to open an account; `agency` is the agency's code."""

    login: str = Field(min_length=2, max_length=64, regex=r"^[A-Za-z0-9._@-]+$")
    name: str = Field(min_length=1, max_length=100)
    role: Role
    agency: str = Field(min_length=1, max_length=64)
    email: str = Field(default="", max_length=254)
    language: str = Field(default="zh", regex="^(zh|en)$")
    password: str

    @field_validator("login")
    @classmethod
    def _small_letters(cls, login: str) -> str:
        return login.lower()


def add(session: Session, new: NewPerson) -> Person:
    """Opens an account.

    RuleBroken if the login is taken, the agency unknown, the address none, or the password too easy to guess.
    """
    refuse_no_address(new.email)
    agency = session.exec(select(Agency).where(Agency.code == new.agency)).first()
    if agency is None:
        raise RuleBroken(
            f"没有代码为“{new.agency}”的机关，请核对。",
            f"There is no agency with the code “{new.agency}”.",
            field="agency",
        )
    person = Person(
        login=new.login,
        name=new.name,
        role=new.role,
        agency_id=agency.id,
        email=new.email,
        language=new.language,
        password_hash=hashed(new.login, new.password),
    )
    taken = RuleBroken(
        f"登录名“{new.login}”已有人使用，请另取一个。",
        f"The login name “{new.login}” is taken; choose another.",
        field="login",
    )
    born(session, person, taken)
    return person


def refuse_no_address(email: str) -> None:
    """Refuses what is no address for e-mail; none at all is allowed."""
    if email and not _ADDRESS.fullmatch(email):
        raise RuleBroken(f"“{email}”不是电子邮件地址。", f"“{email}” is not an address for e-mail.", field="email")


def hashed(login: str, password: str) -> str:
    """The argon2id hash to keep. RuleBroken for a short password or one that contains the login name."""
    holds_login = len(login) >= 4 and login.lower() in password.lower()
    if len(password) < SHORTEST_PASSWORD or holds_login:
        raise RuleBroken(
            f"密码至少 {SHORTEST_PASSWORD} 个字符，并且不能包含登录名。",
            f"A password needs at least {SHORTEST_PASSWORD} characters and must not contain the login name.",
            field="password",
        )
    return _HASHER.hash(password)


@cache
def _nobody() -> str:
    return _HASHER.hash("the password of nobody, so that an unknown login takes as long as a known one")


def sign_in(session: Session, login: str, password: str) -> Person:
    """The person who proves to be `login`. RuleBroken, in the same words and time, whatever was wrong."""
    person = session.exec(select(Person).where(Person.login == login.strip().lower())).first()
    matches = _is_password(person.password_hash if person else _nobody(), password)
    if person is None or not matches or not person.is_active:
        raise RuleBroken(
            "登录名或者密码不对。请核对后再试；忘记密码的，请联系本机关管理员。",
            "The login name or the password is wrong. Check them; if you forgot it, ask your administrator.",
        )
    return person


def refuse_wrong_password(person: Person, present: str) -> None:
    """Refuses whoever does not know the person's present password."""
    if not _is_password(person.password_hash, present):
        raise RuleBroken("现在的密码不对。", "This is not your present password.", field="present")


def _is_password(kept: str, password: str) -> bool:
    try:
        return _HASHER.verify(kept, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def sees(session: Session, person: Person) -> str:
    """The path below which the person sees cases: an agency is seen if its path begins with it."""
    return agency_at(session, person.agency_id).path


def may_see_agency(session: Session, person: Person, agency: Agency) -> bool:
    """Whether the agency is the person's own or one below it."""
    return person.is_active and agency.path.startswith(sees(session, person))


def may_see(session: Session, person: Person, case: Case) -> bool:
    """Whether the person may read the case: the agency responsible now is theirs or one below it.

    An agency that registered a case and handed it on may read on how it ends.
    """
    agencies = (agency_at(session, agency_id) for agency_id in dict.fromkeys((case.agency_id, case.registered_by_id)))
    return any(may_see_agency(session, person, agency) for agency in agencies)


def may_take(session: Session, person: Person, action: Action, case: Case) -> bool:
    """Whether the person's role and place allow the step. Whether the case's state does is asked at `_step.take`."""
    is_theirs = may_see_agency(session, person, agency_at(session, case.agency_id))
    return is_theirs and person.role in TAKERS[action]


def agencies_seen(session: Session, person: Person) -> Sequence[Agency]:
    """The person's agency and all below it, in the order of the tree; one statement."""
    return below(session, select(Agency.path).where(Agency.id == person.agency_id).scalar_subquery())


def branches_seen(session: Session, person: Person) -> Sequence[Branch]:
    """The same for a list to choose from."""
    return branches(session, person.agency_id)


def everybody(session: Session) -> Sequence[tuple[Person, Agency]]:
    """All accounts with their agencies, by login name."""
    return session.exec(select(Person, Agency).where(Person.agency_id == Agency.id).order_by(Person.login)).all()
