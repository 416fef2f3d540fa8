"""The demo: 2018 of 吴忠市 as its published report tells it, and a current year of open cases, relative to today.

All of it is made with the product's own verbs. The annex of the report prints 58 figures; those that cases give come
out of the 20 cases of `cases_2018.csv`, the others are entered as printed (`indicators_2018.csv`).
"""

from datetime import date, datetime

from sqlmodel import Session, col, select

from requestflow.rules.errors import RuleBroken
from requestflow.rules.roles import Role
from requestflow.services import agencies, annual, people
from requestflow.services.demo import this_year, wuzhong_2018
from requestflow.services.demo._tables import rows
from requestflow.store.models import Agency, Person

ROOT = "WUZHONG"
PASSWORD = "wuzhong-2018"  # nosec B105 # no secret: it is printed for everybody who tries the demo
LOGINS = {role.value: role for role in Role}  # somebody of each role, called after it


def is_loaded(session: Session) -> bool:
    """Whether the demo year is in the database."""
    return session.exec(select(Agency.id).where(Agency.code == ROOT)).first() is not None


def load(session: Session, *, today: date, now: datetime) -> bool:
    """Loads the demo into an empty database; False if it is there already. RuleBroken where other agencies are kept."""
    if is_loaded(session):
        return False
    if session.exec(select(Agency.id)).first() is not None:
        raise RuleBroken(
            "数据库中已有其他机关，演示数据只能装入空的数据库。",
            "There are other agencies in this database; the demo goes into an empty one only.",
        )
    for row in rows("agencies"):
        agencies.set_up(session, agencies.NewAgency.model_validate(row))
    for row in rows("people"):
        people.add(session, people.NewPerson.model_validate({**row, "password": PASSWORD}))
    by_code = {agency.code: agency for agency in session.exec(select(Agency))}
    officers = {person.login: person for person in session.exec(select(Person).order_by(col(Person.id)))}
    wuzhong_2018.load(session, by_code, officers)
    annual.import_indicators(session, rows("indicators_2018"))
    this_year.load(session, by_code, officers, today=today)
    return True
