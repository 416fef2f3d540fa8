"""What an administrator does to the accounts of the own agency and of those below, and an officer to their own.

The administrators of one tree act one after another: whoever was dismissed a moment ago has no say any more, and so two
cannot shut each other out. Nobody changes their own role, place or standing: that takes another administrator.
"""

import secrets
from collections.abc import Collection

from sqlmodel import Field, Session, SQLModel, col, select

from requestflow.rules.errors import RuleBroken
from requestflow.rules.lifecycle import TAKERS, Action
from requestflow.rules.roles import Role
from requestflow.services import agencies, people
from requestflow.services._fields import Given, GivenShort, Line
from requestflow.services.people import NewPerson
from requestflow.services.seen import mark, refuse_changed
from requestflow.store.models import Agency, Case, Person
from requestflow.store.queries.agencies import agency_at
from requestflow.store.queries.staff import cases_in_hand

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that can be taken for another
_GROUPS, _OF = 4, 4


class Account(SQLModel):
    """What may be changed of an account; `agency` is the agency's code."""

    name: Given
    role: Role
    agency: GivenShort
    email: Line = ""
    language: str = Field(default="zh", regex="^(zh|en)$")


class Preferences(SQLModel):
    """What officers settle for themselves."""

    email: Line = ""
    language: str = Field(default="zh", regex="^(zh|en)$")


class PasswordChange(SQLModel):
    """The present password, and the new one typed twice."""

    present: str = Field(min_length=1, max_length=200)
    password: str = Field(min_length=1, max_length=200)
    again: str = Field(min_length=1, max_length=200)


def made_password() -> str:
    """A password of sixteen letters and digits in four groups, that can be read aloud (79 bits)."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(_OF)) for _ in range(_GROUPS))


def seen(person: Person) -> str:
    """The sign of what a page shows of the account."""
    return mark(*_shown(person))


def add(session: Session, by: Person, new: NewPerson) -> Person:
    """Opens an account in an agency that the administrator has charge of. RuleBroken where `people.add` refuses."""
    _in_charge(session, _deciding(session, by), agencies.found(session, new.agency))
    return people.add(session, new)


def change(session: Session, by: Person, person: Person, form: Account, shown: str) -> None:
    """Changes an account that looked like `shown`.

    RuleBroken for a place outside the administrator's charge, for the own role or place, for an address that is none,
    and where the person would still hold cases that the new role or place cannot work on; Changed if it was changed.
    """
    admin = _deciding(session, by)
    _theirs(session, admin, person)
    refuse_changed(shown, *_shown(person))
    there = agencies.found(session, form.agency)
    if person.id == admin.id:
        _refuse_own(form, person, there)
    _in_charge(session, admin, there)
    _refuse_left_behind(session, person, form.role, there)
    people.refuse_no_address(form.email)
    person.name, person.role, person.agency_id = form.name, form.role, there.id
    person.email, person.language = form.email, form.language
    session.add(person)
    session.flush()


def close(session: Session, by: Person, person: Person) -> None:
    """Closes an account: nobody signs in by it any more. RuleBroken for the own, and while it holds open cases."""
    admin = _deciding(session, by)
    _theirs(session, admin, person)
    if person.id == admin.id:
        raise RuleBroken(
            "不能停用自己的账户，请由其他管理员办理。", "You cannot close your own account; ask another administrator."
        )
    held = cases_in_hand(session, person.id)
    if held:
        raise RuleBroken(
            f"{person.name}还承办着{len(held)}件在办申请，请先选择这些申请交给谁。",
            f"{person.name} still works on {len(held)} open cases: choose who takes them over.",
            field="handler",
        )
    _set_active(session, person, False)


def reopen(session: Session, by: Person, person: Person) -> None:
    """Lets somebody sign in again, with the password of before."""
    _theirs(session, _deciding(session, by), person)
    _set_active(session, person, True)


def renew_password(session: Session, by: Person, person: Person) -> str:
    """Gives an account a password that is told once, and ends its sessions; returns the password.

    RuleBroken for the own, which is changed by whoever knows the present one: a session left open is not enough.
    """
    admin = _deciding(session, by)
    _theirs(session, admin, person)
    if person.id == admin.id:
        raise RuleBroken(
            "自己的密码请在“个人设置”中修改，需要填写现在的密码。",
            "Change your own password under your own settings, where the present one is asked for.",
        )
    password = made_password()
    person.password_hash = people.hashed(person.login, password)
    session.add(person)
    session.flush()
    return password


def prefer(session: Session, person: Person, form: Preferences) -> None:
    """Settles where and in which language an officer is written to.

    RuleBroken for an address that is none, and for taking away the one that is there: that would turn off the notices
    of legal terms, too.
    """
    people.refuse_no_address(form.email)
    if person.email and not form.email:
        raise RuleBroken(
            "法定期限的提醒发到这个邮箱，不能留空；要换邮箱的，请填写新的。",
            "Notices of legal terms go to this address: it can be changed, not left out.",
            field="email",
        )
    person.email, person.language = form.email, form.language
    session.add(person)
    session.flush()


def change_password(session: Session, person: Person, form: PasswordChange) -> None:
    """Changes the own password, which ends every other session. RuleBroken unless the present one is known."""
    people.refuse_wrong_password(person, form.present)
    if form.password != form.again:
        raise RuleBroken("两次填写的新密码不一致。", "The two are not the same.", field="again")
    if form.password == form.present:
        raise RuleBroken("新密码与现在的密码相同。", "This is the password that you have now.", field="password")
    person.password_hash = people.hashed(person.login, form.password)
    session.add(person)
    session.flush()


def _deciding(session: Session, by: Person) -> Person:
    """The administrator as of now, while no other one of the tree decides anything."""
    root = agency_at(session, by.agency_id).steps[0]
    session.exec(select(Agency.id).where(Agency.id == root).with_for_update()).one()
    admin = session.get(Person, by.id, populate_existing=True)
    if admin is None or not admin.is_active or admin.role is not Role.admin:
        raise RuleBroken(
            "您已不再是管理员，本次操作没有保存。", "You are no administrator any more; nothing was saved."
        )
    return admin


def _in_charge(session: Session, admin: Person, agency: Agency) -> None:
    if not people.may_see_agency(session, admin, agency):
        raise RuleBroken(f"{agency.name}不在您管理的范围内。", f"{agency.name} is not in your charge.", field="agency")


def _theirs(session: Session, admin: Person, person: Person) -> None:
    session.refresh(person)
    _in_charge(session, admin, session.get_one(Agency, person.agency_id))


def _shown(person: Person) -> tuple[object, ...]:
    return person.name, person.role, person.agency_id, person.email, person.language, person.is_active


def _refuse_own(form: Account, person: Person, there: Agency) -> None:
    for field, is_same in (("role", form.role is person.role), ("agency", there.id == person.agency_id)):
        if not is_same:
            raise RuleBroken(
                "不能变更自己的角色或者所在机关，请由其他管理员办理。",
                "You cannot change your own role or agency; ask another administrator.",
                field=field,
            )


def _refuse_left_behind(session: Session, person: Person, role: Role, there: Agency) -> None:
    held = cases_in_hand(session, person.id)
    if not held:
        return
    field = "agency" if role in TAKERS[Action.decide] else "role"
    within = select(Agency.id).where(col(Agency.path).startswith(there.path, autoescape=True))
    reached = set(session.exec(within)) if field == "agency" else set[int]()
    left = _outside(held, reached)
    if left:
        raise RuleBroken(
            f"{person.name}还承办着{left}件在办申请，变更后将无权办理，请先移交。",
            f"{person.name} works on {left} open cases that would be out of reach then: hand them over first.",
            field=field,
        )


def _outside(cases: Collection[Case], agency_ids: Collection[int]) -> int:
    return sum(case.agency_id not in agency_ids for case in cases)


def _set_active(session: Session, person: Person, is_active: bool) -> None:
    person.is_active = is_active
    session.add(person)
    session.flush()
