"""A citizen at the pages: fills in the form, checks it, sends it, and goes on from the receipt."""

from sqlmodel import Session, select

from requestflow.clock import now, today
from requestflow.rules.roles import Hand
from requestflow.services.entry import Entry
from requestflow.store.models import Case
from requestflow.web.public.questions import QUESTIONS
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


def begin(visitor: Visitor, agency: str = ANSWERS["agency"]) -> str:
    """Answers the first question, and returns the address of the draft."""
    key = visitor.get("/ask").typed("key")
    page = visitor.post("/ask", {"agency": agency, "key": key}, follow=True)
    return path_of(page).rpartition("/")[0]


def fill_in(visitor: Visitor, draft: str, **changed: str) -> Page:
    """Answers every question of a draft, and opens its check, or the first question that is wrong."""
    answers = {**ANSWERS, **changed}
    for question in QUESTIONS:
        visitor.post(f"{draft}/{question.name}", {name: answers[name] for name in question.fields})
    return follow(visitor, f"{draft}/check")


def follow(visitor: Visitor, path: str) -> Page:
    """Opens an address, and where it leads on, what comes then."""
    page = visitor.get(path)
    return page if page.tree is not None else follow(visitor, page.response.location)


def check(visitor: Visitor, **changed: str) -> Page:
    """From the first question to the check, or to the first question with something wrong."""
    return fill_in(visitor, begin(visitor), **changed)


def ask(visitor: Visitor, **changed: str) -> Page:
    """From the first question over the check to the receipt."""
    return visitor.post(to_send(check(visitor, **changed)), follow=True)


def to_send(check: Page) -> str:
    """Where the button of the check sends the request."""
    return check.found("body/main//form[@id='send']").get("action", "")


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
