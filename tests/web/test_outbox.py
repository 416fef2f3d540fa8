"""Letters that were given up are seen by those who answer for their readers, who try them again or set them aside."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import select

from requestflow.clock import now
from requestflow.rules.roles import Role
from requestflow.services import mail
from requestflow.services.mail import Letter, Trouble, Undelivered
from requestflow.store.models import Agency, Mail, Person
from requestflow.store.queries import outbox
from requestflow.store.session import reading, transaction
from requestflow.web.outbox import ADVICE
from tests.make import an_officer
from tests.web.conftest import Page, Visitor, statements
from tests.web.desk import came_in

SignIn = Callable[..., Visitor]
NAV = "body/header/nav"
A_DAY = timedelta(days=1)


def officer(agency: str, email: str = "old@office.example") -> Person:
    """Somebody who is told of things in the agency."""
    with transaction() as session:
        office = session.exec(select(Agency).where(Agency.code == agency)).one()
        return an_officer(session, office, email=email, name="陈建国")


def given_up(
    key: str,
    person: Person | None = None,
    *,
    case_id: int | None = None,
    why: Trouble = Trouble.refused,
    days_ago: int = 0,
) -> None:
    """A letter that nobody tries to send any more."""
    at = now() - days_ago * A_DAY
    with transaction() as session:
        to = person.email if person else "li@example.org"
        mail.write(session, [Letter(key, to, f"关于{key}", "正文。", case_id, person.id if person else None)], at)
        row = session.exec(select(Mail).where(Mail.key == key)).one()
        row.attempts = mail.MOST_ATTEMPTS
        session.flush()
        mail.mark_failed(session, row, Undelivered(why, "550 no such person"), at)


def row_of(key: str) -> Mail:
    with reading() as session:
        return session.exec(select(Mail).where(Mail.key == key)).one()


def letters_on(page: Page) -> list[str]:
    return ["".join(cell.itertext()).split()[0] for cell in page.every(".//tbody/tr/td[1]")]


def entry_of(page: Page) -> str:
    return next(
        (" ".join("".join(a.itertext()).split()) for a in page.every(f"{NAV}//a") if "/outbox" in a.get("href", "")), ""
    )


def test_who_answers_for_an_office_sees_the_letters_of_it_and_of_those_below_the_last_first(sign_in: SignIn) -> None:
    for agency, days_ago in (("CITY", 1), ("COUNTY", 3), ("HEALTH", 2)):
        given_up(agency, officer(agency), days_ago=days_ago)
    assert letters_on(sign_in(Role.head, "CITY").get("/outbox")) == ["关于CITY", "关于HEALTH", "关于COUNTY"]
    assert letters_on(sign_in(Role.admin, "COUNTY").get("/outbox")) == ["关于HEALTH", "关于COUNTY"]
    assert letters_on(sign_in(Role.head, "LAND").get("/outbox")) == []


def test_a_letter_to_an_applicant_is_seen_where_the_case_is_and_one_to_nobody_by_the_administrators_at_the_top(
    sign_in: SignIn,
) -> None:
    sign_in(Role.clerk, "CITY")  # who enters the case
    case = came_in("COUNTY")
    given_up("receipt", case_id=case.id, days_ago=1)
    given_up("nobody")
    page = sign_in(Role.head, "COUNTY").get("/outbox")
    assert letters_on(page) == ["关于receipt"]
    assert case.number in page.text
    assert letters_on(sign_in(Role.admin, "CITY").get("/outbox")) == ["关于nobody", "关于receipt"]
    assert letters_on(sign_in(Role.head, "CITY").get("/outbox")) == ["关于receipt"]


@pytest.mark.parametrize("role", [Role.clerk, Role.handler, Role.statistics])
def test_nobody_else_sees_them(sign_in: SignIn, role: Role) -> None:
    given_up("a", officer("CITY"))
    visitor = sign_in(role)
    assert visitor.get("/outbox").status == 403
    assert entry_of(visitor.get("/desk")) == ""
    visitor.get("/desk")
    for path in ("/outbox/again", f"/outbox/{row_of('a').id}/again", f"/outbox/{row_of('a').id}/aside"):
        assert visitor.post(path).status == 403


def test_the_page_says_what_was_wrong_in_plain_words_what_to_do_and_how_often_it_was_tried(sign_in: SignIn) -> None:
    person = officer("CITY")
    given_up("a", person)
    page = sign_in(Role.admin).get("/outbox", lang="en")
    for said in (
        "The mail server refused it for good",
        "550 no such person",
        "correct it, then try again",
        "100 times",
    ):
        assert said in page.text
    assert "正文" not in page.text
    assert any(a.get("href") == f"/admin/people/{person.id}" for a in page.every(".//main//a"))


def test_a_head_is_told_that_an_administrator_can_correct_the_address_and_their_own_they_correct_themselves(
    sign_in: SignIn,
) -> None:
    given_up("a", officer("CITY"))
    head = sign_in(Role.head)
    page = head.get("/outbox", lang="en")
    assert "An administrator can correct the address" in page.text
    with reading() as session:
        own = session.exec(select(Person).where(Person.login == "head.city")).one()
    given_up("own", own.model_copy(update={"email": "head@office.example"}))
    assert any(a.get("href") == "/me" for a in head.get("/outbox").every(".//main//td//a"))


def test_a_letter_tried_again_goes_to_the_address_that_was_corrected(sign_in: SignIn) -> None:
    person = officer("CITY")
    given_up("a", person)
    with transaction() as session:
        session.get_one(Person, person.id).email = "new@office.example"
    head = sign_in(Role.head)
    assert "new@office.example" in head.get("/outbox").text
    page = head.post(f"/outbox/{row_of('a').id}/again", follow=True)
    assert "new@office.example" in page.text
    row = row_of("a")
    assert (row.recipient, row.given_up_at, row.attempts) == ("new@office.example", None, 0)


def test_a_letter_whose_reader_has_no_address_stays_and_the_page_says_why(sign_in: SignIn) -> None:
    person = officer("CITY")
    given_up("a", person)
    with transaction() as session:
        session.get_one(Person, person.id).email = ""
    head = sign_in(Role.head)
    head.get("/outbox")
    page = head.post(f"/outbox/{row_of('a').id}/again")
    assert page.status == 422
    assert "没有填写邮箱" in page.text
    head.get("/outbox")
    assert "未重新发送" in head.post("/outbox/again", follow=True).text
    assert row_of("a").given_up_at is not None


def test_all_are_tried_again_at_once_but_those_set_aside_and_those_of_others(sign_in: SignIn) -> None:
    for key, agency in (("a", "COUNTY"), ("b", "HEALTH"), ("aside", "COUNTY"), ("city", "CITY")):
        given_up(key, officer(agency))
    head = sign_in(Role.head, "COUNTY")
    head.get("/outbox")
    head.post(f"/outbox/{row_of('aside').id}/aside")
    head.get("/outbox")
    page = head.post("/outbox/again", follow=True)
    assert letters_on(page) == []
    assert [bool(row_of(key).given_up_at) for key in ("a", "b", "aside", "city")] == [False, False, True, True]


def test_a_letter_set_aside_stays_on_record_with_who_did_so_and_can_be_tried_again(sign_in: SignIn) -> None:
    given_up("a", officer("CITY"))
    head = sign_in(Role.head)
    head.get("/outbox")
    page = head.post(f"/outbox/{row_of('a').id}/aside", follow=True)
    assert letters_on(page) == []
    aside = head.get("/outbox", aside="yes")
    assert letters_on(aside) == ["关于a"]
    assert "负责人某" in " ".join("".join(cell.itertext()) for cell in aside.every(".//tbody//td"))
    head.post(f"/outbox/{row_of('a').id}/again")
    assert (row_of("a").set_aside_at, row_of("a").given_up_at) == (None, None)


@pytest.mark.parametrize("act", ["again", "aside"])
def test_a_letter_of_another_office_or_one_that_is_on_its_way_is_not_there_to_act_on(sign_in: SignIn, act: str) -> None:
    given_up("a", officer("CITY"))
    with transaction() as session:
        mail.write(session, [Letter("on its way", "old@office.example", "关于a", "正文。")], now())
    head = sign_in(Role.head, "COUNTY")
    head.get("/outbox")
    assert head.post(f"/outbox/{row_of('a').id}/{act}").status == 404
    admin = sign_in(Role.admin)
    admin.get("/outbox")
    assert admin.post(f"/outbox/{row_of('on its way').id}/{act}").status == 404


def test_the_navigation_counts_them_for_those_who_can_do_something_and_is_silent_else(sign_in: SignIn) -> None:
    head = sign_in(Role.head)
    assert entry_of(head.get("/desk")) == ""
    assert "没有需要处理的事项" in head.get("/outbox").text
    given_up("a", officer("CITY"))
    given_up("b", officer("CITY"))
    assert entry_of(head.get("/desk", lang="en")) == "Undelivered letters 2"
    assert entry_of(sign_in(Role.head, "LAND").get("/desk")) == ""


def test_the_navigation_asks_one_statement_and_only_for_those_roles(sign_in: SignIn) -> None:
    visitors = [sign_in(role) for role in (Role.head, Role.clerk)]
    for visitor, asked in zip(visitors, (1, 0), strict=True):
        with statements() as said:
            visitor.get("/annual")
        assert sum("from mail" in " ".join(statement.lower().split()) for statement in said) == asked


def test_what_waits_is_told_with_since_when_and_why_nothing_can_go_out(sign_in: SignIn) -> None:
    person = officer("CITY")
    with transaction() as session:
        about = {"recipient": "old@office.example", "subject": "关于", "body": "正文。", "person_id": person.id}
        mail.write(session, [Letter(key, **about) for key in ("a", "b")], now() - A_DAY)
        claimed = mail.claim(session, now())
        assert claimed is not None
        mail.mark_failed(session, claimed, Undelivered(Trouble.unreachable, "Connection refused"), now())
    page = sign_in(Role.head).get("/outbox", lang="en")
    for said in ("Nothing can go out at present", "2 letters wait", "cannot be reached", "Connection refused"):
        assert said in page.text
    assert "There is nothing to do" not in page.text
    assert entry_of(page) == "Undelivered letters 2", "whom it concerns is led there from every page"
    land = sign_in(Role.head, "LAND")
    assert "letters wait" not in land.get("/outbox", lang="en").text
    assert entry_of(land.get("/desk")) == ""


def test_a_long_list_has_pages(sign_in: SignIn) -> None:
    person = officer("CITY")
    for nth in range(outbox.PAGE + 2):
        given_up(f"{nth:02}", person, days_ago=nth)
    head = sign_in(Role.head)
    first = head.get("/outbox")
    assert letters_on(first) == [f"关于{nth:02}" for nth in range(outbox.PAGE)]
    [more] = [a.get("href") for a in first.every(".//nav/a") if a.get("rel") == "next"]
    assert letters_on(head.get(str(more))) == [f"关于{nth:02}" for nth in range(outbox.PAGE, outbox.PAGE + 2)]


def test_every_trouble_has_its_advice_in_both_languages() -> None:
    assert set(ADVICE) == set(Trouble)
    assert all(text.zh and text.en for text in [*ADVICE.values(), *(trouble.label for trouble in Trouble)])


@pytest.mark.parametrize("before", ["-1", str(10**12), "x"])
def test_a_page_that_no_letter_can_begin_is_the_first(sign_in: SignIn, before: str) -> None:
    given_up("one", officer("CITY"))
    assert letters_on(sign_in(Role.head).get("/outbox", before=before)) != []
