"""Several cases given to one officer at once: one by one, with the reason of each refusal and a way back."""

import pytest

from requestflow.rules.lifecycle import Action, State
from requestflow.rules.roles import Role
from requestflow.services import _step
from requestflow.store.models import Case
from requestflow.store.session import reading
from tests.web.conftest import Page, Visitor, statements
from tests.web.desk import SignIn, came_in, now_at, step


def _assign(visitor: Visitor, *cases: Case, handler: str = "handler.city") -> Page:
    visitor.get("/desk")
    return visitor.post(
        "/desk/assign", {"handler": handler, "case": [f"{case.id}.{case.version}" for case in cases], "query": "q=2026"}
    )


def _undo(visitor: Visitor, page: Page) -> Page:
    steps = [field.get("value") for field in page.every(".//input[@name='step']")]
    return visitor.post("/desk/assign/undo", {"step": steps, "query": page.typed("query")}, follow=True)


def test_ticked_cases_go_to_one_officer(sign_in: SignIn) -> None:
    clerk = sign_in()
    sign_in(Role.handler)
    first, second, other = came_in(), came_in(), came_in()
    page = _assign(clerk, first, second)
    assert "已分派2件" in page.text
    assert page.text.count("已分派给承办人某") == 2
    assert [span.text for span in page.every(".//tbody/tr/th/span")] == ["吴山市人民政府"] * 2, "whose numbers they are"
    assert [now_at(case).state for case in (first, second, other)] == [State.open, State.open, State.registered]
    assert page.found(".//main//a[@autofocus]").get("href") == "/desk?q=2026", "the queue as it was"


def test_undo_gives_them_back_and_the_story_keeps_both(sign_in: SignIn) -> None:
    clerk = sign_in()
    sign_in(Role.handler)
    case, before = came_in(), came_in()
    step(clerk, before, "assign", handler="clerk.city")
    page = _undo(clerk, _assign(clerk, case, now_at(before)))
    assert "已撤回2件的分派" in page.text
    assert (now_at(case).state, now_at(case).handler_id) == (State.registered, None)
    clerk_id = now_at(before).handler_id
    assert clerk_id is not None
    with reading() as session:
        assert [move.action for move in _step.moves_of(session, case)][1:] == [Action.assign, Action.strike]


def test_what_is_refused_for_one_case_stops_none_of_the_others(sign_in: SignIn) -> None:
    clerk = sign_in()
    sign_in(Role.handler)
    moved, fine = came_in(), came_in()
    step(clerk, moved, "note", note="刚刚电话联系")
    page = _assign(clerk, moved, fine)
    assert "1件没有分派" in page.text
    assert "刚刚被他人更新" in page.text
    assert (now_at(moved).handler_id, now_at(fine).state) == (None, State.open)


def test_a_case_that_moved_on_is_not_taken_back(sign_in: SignIn) -> None:
    clerk = sign_in()
    sign_in(Role.handler)
    case = came_in()
    page = _assign(clerk, case)
    step(clerk, now_at(case), "note", note="已开始办理")
    after = _undo(clerk, page)
    assert "分派之后已有新的办理" in after.text
    assert now_at(case).state is State.open


def test_nothing_ticked_or_nobody_chosen_is_said_and_what_was_chosen_stays(sign_in: SignIn) -> None:
    clerk = sign_in()
    case, _other = came_in(), came_in()
    clerk.get("/desk")
    page = clerk.post("/desk/assign", {"handler": "clerk.city"}, follow=True)
    assert "请先勾选案件" in page.text
    assert [option.get("value") for option in page.every(".//option[@selected]")] == ["clerk.city"]
    page = clerk.post("/desk/assign", {"case": f"{case.id}.1", "handler": ""}, follow=True)
    assert "请先选择承办人" in page.text
    [ticked] = page.every(".//input[@name='case'][@checked]")
    assert ticked.get("value", "").startswith(f"{case.id}.")
    assert page.every(".//option[@selected]") == []
    assert clerk.get("/desk").every(".//input[@name='case'][@checked]") == [], "once"


@pytest.mark.parametrize("said", ["x", "1", "1.x", "99999999999.1", "-1.1", ""])
def test_a_tick_that_names_no_case_is_none(sign_in: SignIn, said: str) -> None:
    clerk = sign_in()
    came_in()
    clerk.get("/desk")
    assert clerk.post("/desk/assign", {"handler": "clerk.city", "case": said}).status == 302


def test_a_case_of_others_is_not_there(sign_in: SignIn) -> None:
    sign_in()
    stranger = sign_in(agency="LAND")
    case, own = came_in("HEALTH"), came_in("LAND")
    assert _assign(stranger, own, case, handler="clerk.land").status == 404
    assert [now_at(each).handler_id for each in (case, own)] == [None, None]


def test_statistics_may_not_assign_and_see_no_ticks(sign_in: SignIn) -> None:
    sign_in()
    counting = sign_in(Role.statistics)
    case = came_in()
    assert not counting.get("/desk").every(".//input[@name='case']")
    assert _assign(counting, case).status == 403


def test_ticks_and_officers_cost_no_statement_a_row(sign_in: SignIn) -> None:
    clerk = sign_in()
    for _ in range(8):
        came_in()
    with statements() as said:
        page = clerk.get("/desk")
    assert len(page.every(".//input[@name='case']")) == 8
    assert len([each for each in said if each.startswith("SELECT")]) <= 10
