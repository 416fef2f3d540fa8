"""Does the office have what only people can give it: accounts, addresses to be told at, next year's days off."""

from collections.abc import Iterator
from datetime import date

from sqlmodel import Session, select

from requestflow.cli.doctor.finding import Finding, fine, look, mend, some
from requestflow.rules.notices import Notice
from requestflow.rules.words import Text
from requestflow.services.listeners import Listeners
from requestflow.store.models import Person
from requestflow.store.queries.calendars import calendar_of_region

_DECEMBER = 12  # by which the State Council has announced the days off of the next year in most years


def people(session: Session) -> Iterator[Finding]:
    """Whether there is somebody in each agency who can be told of its terms."""
    listeners = Listeners(session)
    active = session.exec(select(Person).where(Person.is_active).order_by(Person.login)).all()
    if not listeners.agencies or not active:
        yield mend(
            "people",
            Text("还没有机关或账户，没有人能登录。", "There are no agencies or no accounts: nobody can sign in."),
            Text(
                "用 requestflow agencies import 和 people add 设置。",
                "Set them up with requestflow agencies import and people add.",
            ),
        )
        return
    yield fine(
        "people",
        Text("账户{n}个，机关{m}个。", "Accounts: {n}, agencies: {m}.").fill(n=len(active), m=len(listeners.agencies)),
    )
    deaf = [agency.code for agency in listeners.agencies.values() if not listeners.of_office(agency, Notice.overdue)]
    if deaf:
        yield mend(
            "nobody to tell",
            Text(
                "本级和上级都没有人能收到逾期提醒：{codes}", "Nobody, there or above, is told of overdue cases: {codes}"
            ).fill(codes=some(sorted(deaf))),
            Text("在这些机关或其上级添加有邮箱的负责人。", "Add a head with an e-mail address there or above."),
        )
    mute = [person.login for person in active if not person.email]
    if mute:
        yield look(
            "no e-mail",
            Text(
                "没有邮箱、收不到提醒的账户：{logins}", "Accounts without an e-mail address, told of nothing: {logins}"
            ).fill(logins=some(mute)),
            Text("在账户管理页补填邮箱。", "Enter their addresses on the page of accounts."),
        )


def calendar(session: Session, today: date) -> Finding:
    """Whether the days off of this year, and from November on of the next, are known."""
    year = calendar_of_region(session).missing_year(today)
    if year is None:
        return fine(
            "days off", Text("应当公布的放假安排均已载入。", "All days off that should have been announced are known.")
        )
    find = look if year > today.year and today.month < _DECEMBER else mend
    return find(
        "days off",
        Text(
            "没有{year}年的放假安排，期限只是暂定。", "The days off of {year} are not known: due dates are provisional."
        ).fill(year=str(year)),
        Text(
            "国务院办公厅发布后，用 requestflow calendar import 载入。",
            "Once they are announced, load them with requestflow calendar import.",
        ),
    )
