"""Reviews, suits and complaints as they are typed in: what the law decides is never chosen for an officer."""

import pytest

from requestflow.rules.remedies import RemedyKind, SuitRoute
from requestflow.services import remedies
from tests.web.desk import SignIn, ago, came_in, step, take


@pytest.mark.parametrize("kind", ["review", "suit"])
def test_a_result_that_nobody_chose_is_asked_for(sign_in: SignIn, kind: str) -> None:
    clerk = sign_in()
    case = came_in(on=ago(5))
    take(remedies.file, case, remedies.Filed(kind=RemedyKind(kind), on=ago(2), route=SuitRoute.direct))
    page = step(clerk, case, f"close_{kind}", remedy=1)
    assert page.status == 422
    assert page.found(".//*[@id='e-result']") is not None
    assert step(clerk, case, f"close_{kind}", remedy=1, result="upheld").status == 302


def test_a_suit_says_whether_a_review_came_before_it(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = came_in(on=ago(5))
    page = step(clerk, case, "file_suit")
    assert page.status == 422
    assert page.found(".//*[@id='e-route']") is not None
    assert step(clerk, case, "file_suit", route="after_review").status == 302


def test_a_complaint_needs_neither(sign_in: SignIn) -> None:
    clerk = sign_in()
    case = came_in(on=ago(5))
    assert step(clerk, case, "file_complaint").status == 302
    assert step(clerk, case, "close_complaint", remedy=1).status == 302
