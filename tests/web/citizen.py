"""A citizen at the pages: fills in the form, checks it, sends it, and goes on from the receipt."""

from sqlmodel import Session, select

from requestflow.clock import now, today
from requestflow.rules.roles import Hand
from requestflow.services.entry import Entry
from requestflow.store.models import Case
from tests.web.conftest import Page, Visitor

ANSWERS = {
    "agency": "LAND",
    "description": "2025年滨河路东段房屋征收补偿方案",
    "applicant_kind": "natural_person",
    "applicant_name": "李秀英",
    "id_type": "居民身份证",
    "id_number": "11010519491231002X",
    "phone": "139 0953 0000",
    "email": "li@example.org",
    "address": "",
    "postcode": "",
    "wanted_delivery": "electronic",
}


def check(visitor: Visitor, **changed: str) -> Page:
    """From the empty form to the check, or back to the form if something is wrong."""
    key = visitor.get("/ask").typed("key")
    return visitor.post("/ask", {**ANSWERS, "key": key, **changed}, follow=True)


def ask(visitor: Visitor, **changed: str) -> Page:
    """From the empty form over the check to the receipt."""
    return visitor.post(to_send(check(visitor, **changed)), follow=True)


def to_send(check: Page) -> str:
    """Where the button of the check sends the request."""
    return check.found("body/main//form").get("action", "")


def path_of(page: Page) -> str:
    """The address of a page, without what follows a question mark."""
    return page.response.request.path


def own_page(receipt: Page) -> str:
    """The address of the page on which the applicant follows the request of a receipt."""
    return next(a.get("href", "") for a in receipt.every(".//main//a") if "/follow/" in a.get("href", ""))


def slip_of(receipt: Page) -> tuple[str, str]:
    number, code = (dd.text or "" for dd in receipt.every(".//div[@class='slip']//dd")[:2])
    return number, code


def only_case(session: Session) -> Case:
    return session.exec(select(Case)).one()


def an_entry() -> Entry:
    return Entry(by=Hand.ledger, today=today(), now=now())
