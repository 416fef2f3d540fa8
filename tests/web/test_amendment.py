"""The form on which a registration is put right, and what the pages then say of the case."""

from typing import Any

from requestflow.clock import today
from requestflow.store.models import Case
from tests.web.conftest import Page, Visitor
from tests.web.desk import SignIn, ago, came_in, now_at

ASKED = (
    *("applicant_name", "applicant_kind", "id_type", "id_number", "phone", "email", "postcode", "address"),
    *("description", "topic", "wanted_delivery", "note", "channel", "mail_kind"),
    *("submitted_on", "signed_on", "confirmed_on", "reason"),
)


def _amend(visitor: Visitor, case: Case, **typed: Any) -> Page:
    form = visitor.get(f"/cases/{case.id}/amend")
    stands = {name: form.typed(name) for name in ("version", *ASKED)}
    return visitor.post(f"/cases/{case.id}/amend", {**stands, **typed})


def test_the_form_opens_with_all_that_stands(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = came_in(phone="0953-1", channel="mail", mail_kind="signed", signed_on=today())
    form = clerk.get(f"/cases/{case.id}/amend")
    assert [form.typed(name) for name in ("applicant_name", "phone", "channel", "mail_kind", "signed_on")] == [
        *("李秀英", "0953-1", "mail", "signed"),
        today().isoformat(),
    ]
    assert "答复的邮件号" not in form.text, "no answer was sent yet"


def test_the_story_tells_what_stood_before_and_what_stands_now(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = came_in(on=ago(3), applicant_name="李秀瑛")
    day = ago(2)
    assert _amend(clerk, case, applicant_name="李秀英", submitted_on=day, reason="看错收件章").status == 302
    page = clerk.get(f"/cases/{case.id}")
    assert page.title.startswith(f"{case.number} 李秀英")
    assert "“李秀瑛”更正为“李秀英”" in page.text
    assert "看错收件章" in page.text
    assert "更正前的日期" in page.text
    assert now_at(case).received_on == day


def test_a_refused_amendment_keeps_what_was_typed_at_its_field(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = came_in(on=ago(3))
    page = _amend(clerk, case, submitted_on=ago(2), phone="139")
    assert page.status == 422
    assert (page.typed("submitted_on"), page.typed("phone")) == (ago(2).isoformat(), "139")
    assert page.found(".//textarea[@aria-invalid]").get("name") == "reason"
    assert now_at(case).submitted_on == ago(3)


def test_an_address_that_is_none_is_refused_but_one_of_old_may_stay(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = came_in(email="liushu")
    page = _amend(clerk, case, email="lishu@")
    assert page.found(".//input[@aria-invalid]").get("name") == "email"
    assert _amend(clerk, case, phone="139").status == 302


def test_an_amendment_of_nothing_says_so(sign_in: SignIn) -> None:
    clerk = sign_in()
    page = _amend(clerk, came_in())
    assert page.status == 422
    assert "没有需要更正的" in page.text


def test_a_case_that_moved_on_meanwhile_is_not_amended_blindly(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = came_in()
    assert _amend(clerk, case, phone="1").status == 302
    page = _amend(clerk, case, phone="2", version="1")
    assert page.status == 409
    assert (page.typed("phone"), now_at(case).phone) == ("2", "1")
