"""The filters of the queue that an officer keeps: shown with counts, renamed, dropped, and never anybody else's."""

from requestflow.clock import today
from requestflow.services import filters
from tests.web.conftest import Page, Visitor, statements
from tests.web.desk import SignIn, came_in

LETTERS = {"channel": "fax"}


def _keep(visitor: Visitor, name: str, **said: str) -> Page:
    query = visitor.get("/desk", **said).typed("query")
    return visitor.post("/desk/filters", {"name": name, "query": query})


def _kept(page: Page) -> list[str]:
    return [" ".join("".join(link.itertext()).split()) for link in page.every(".//nav[@class='kept']//a")[:-1]]


def test_a_filter_is_kept_and_shown_with_its_count(sign_in: SignIn) -> None:
    clerk = sign_in()
    for channel in ("fax", "fax", "face_to_face"):
        came_in(channel=channel)
    assert _keep(clerk, "传真", channel="fax").response.location == "/desk?channel=fax"
    assert _kept(clerk.get("/desk")) == ["传真 2"]
    here = clerk.get("/desk", channel="fax")
    assert here.found(".//nav[@class='kept']//a[@aria-current]").get("href") == "/desk?channel=fax"
    assert not here.every(".//details[@class='keep']"), "what is kept is not offered again"


def test_one_view_is_the_same_however_its_address_is_written(sign_in: SignIn) -> None:
    clerk = sign_in()
    assert _keep(clerk, "传真待确认", channel="fax", pile="unconfirmed").status == 302
    page = clerk.post("/desk/filters", {"name": "又一个", "query": "pile=unconfirmed&after=x&channel=fax&lang=en"})
    assert page.status == 422
    assert "已经保存为“传真待确认”" in page.text
    assert page.typed("name") == "又一个", "what was typed stays"


def test_a_name_that_is_taken_or_missing_is_refused_in_a_sentence(sign_in: SignIn) -> None:
    clerk = sign_in()
    assert _keep(clerk, "传真", channel="fax").status == 302
    doubled = _keep(clerk, "传真", channel="web")
    assert doubled.status == 422
    assert "已有名为“传真”的筛选" in doubled.text
    empty = _keep(clerk, " ", channel="web")
    assert empty.status == 422
    assert "请写一个名称" in empty.text


def test_the_whole_queue_is_no_filter(sign_in: SignIn) -> None:
    clerk = sign_in()
    assert not clerk.get("/desk").every(".//details[@class='keep']")
    assert "没有选择任何条件" in clerk.post("/desk/filters", {"name": "全部", "query": "pile=open"}).text


def test_only_so_many_are_kept(sign_in: SignIn) -> None:
    clerk = sign_in()
    for nth in range(filters.MOST):
        assert _keep(clerk, f"第{nth}个", q=f"2026-{nth}").status == 302
    assert not clerk.get("/desk", channel="fax").every(".//details[@class='keep']"), "there is no room for another"
    assert "最多保存12个" in clerk.post("/desk/filters", {"name": "多余", "query": "channel=fax"}).text


def test_a_filter_is_renamed_and_dropped(sign_in: SignIn) -> None:
    clerk = sign_in()
    _keep(clerk, "传真", channel="fax")
    _keep(clerk, "网络", channel="web")
    action = str(clerk.get("/desk/filters").every(".//form[@class='form kept-filter']")[0].get("action"))
    assert clerk.post(action, {"name": "全部传真"}, follow=True).status == 200
    assert _kept(clerk.get("/desk")) == ["全部传真 0", "网络 0"]
    refused = clerk.post(action, {"name": "网络"})
    assert refused.status == 422
    assert refused.typed("name") == "网络"
    clerk.post(action, {"name": "全部传真", "drop": "yes"})
    assert _kept(clerk.get("/desk")) == ["网络 0"]
    gone = clerk.post(action, {"name": "x", "drop": "yes"})
    assert gone.status == 422
    assert "已经删除" in gone.text


def test_nobody_sees_or_changes_the_filters_of_others(sign_in: SignIn) -> None:
    clerk, other = sign_in(), sign_in(login="other.clerk")
    _keep(clerk, "传真", channel="fax")
    action = str(clerk.get("/desk/filters").every(".//form[@class='form kept-filter']")[0].get("action"))
    assert _kept(other.get("/desk")) == []
    other.get("/desk/filters")
    assert other.post(action, {"name": "别人的", "drop": "yes"}).status == 422
    assert _kept(clerk.get("/desk")) == ["传真 0"]


def test_a_filter_of_an_agency_no_longer_seen_says_so(sign_in: SignIn) -> None:
    clerk = sign_in()
    clerk.get("/desk/filters")
    assert clerk.post("/desk/filters", {"name": "别处", "query": "agency=NOWHERE"}).status == 302
    assert "所属机关已不在您的查看范围" in clerk.get("/desk").text


def test_the_queue_asks_at_most_ten_questions_however_many_filters_are_kept(sign_in: SignIn) -> None:
    clerk = sign_in()
    for nth in range(filters.MOST):
        came_in(on=today())
        _keep(clerk, f"第{nth}个", q=f"2026-{nth}")
    with statements() as said:
        assert clerk.get("/desk").status == 200
    assert len([each for each in said if each.startswith("SELECT")]) <= 10, said


def test_an_empty_list_of_filters_says_what_to_do(sign_in: SignIn) -> None:
    assert "保存当前筛选" in sign_in().get("/desk/filters").text
