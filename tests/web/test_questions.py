"""The six questions to somebody who asks: one a page, each kept, each with its own mistakes, back and forth."""

import pytest

from requestflow.web.public.questions import NAMES, QUESTIONS
from tests.web.citizen import ANSWERS, begin, check, fill_in, follow, path_of
from tests.web.conftest import Page, Visitor


def _wrong(page: Page) -> list[str | None]:
    return [link.get("href") for link in page.every(".//div[@role='alert']//a")]


def test_each_question_tells_where_one_is_and_the_last_leads_to_the_check(visitor: Visitor) -> None:
    draft = begin(visitor)
    for nth, question in enumerate(QUESTIONS, 1):
        page = visitor.get(f"{draft}/{question.name}")
        assert f"第{nth}问，共6问" in page.text
        assert page.found("body/main//h1").text == question.title.zh
        after = visitor.post(f"{draft}/{question.name}", {name: ANSWERS[name] for name in question.fields}, follow=True)
        assert path_of(after) == (f"{draft}/{NAMES[nth]}" if nth < len(NAMES) else f"{draft}/check")


def test_the_way_back_keeps_what_was_typed_even_if_it_is_wrong(visitor: Visitor) -> None:
    draft = begin(visitor)
    visitor.get(f"{draft}/reach")
    page = visitor.post(f"{draft}/reach?to=back", {"phone": "my son knows"}, follow=True)
    assert path_of(page) != f"{draft}/reach"
    assert visitor.get(f"{draft}/reach").typed("phone") == "my son knows"


def test_the_way_back_leads_from_the_first_question_to_what_one_should_know(visitor: Visitor) -> None:
    draft = begin(visitor)
    visitor.get(f"{draft}/office")
    assert path_of(visitor.post(f"{draft}/office?to=back", {"agency": "CITY"}, follow=True)) == "/before"
    assert visitor.get(f"{draft}/office").typed("agency") == "CITY"
    assert path_of(visitor.post(f"{draft}/what?to=back", {"description": "x"}, follow=True)) == f"{draft}/office"


@pytest.mark.parametrize(
    ("question", "fields", "sentence"),
    [
        ("office", ["agency"], "请选择向哪个机关申请。"),
        ("what", ["description"], "请写明您想知道什么。"),
        ("who", ["applicant_kind", "applicant_name"], "请选择申请人的类型。"),
        ("document", ["id_type", "id_number"], "请填写证件号码。"),
        ("reach", ["phone"], "至少填写一种联系方式"),
        ("receive", ["wanted_delivery"], "请选择以何种方式获取信息。"),
    ],
)
def test_a_question_left_empty_says_what_to_do_on_its_own_page(
    visitor: Visitor, question: str, fields: list[str], sentence: str
) -> None:
    draft = begin(visitor)
    visitor.post(f"{draft}/who", {"applicant_kind": "natural_person"})
    empty = dict.fromkeys(next(asked.fields for asked in QUESTIONS if asked.name == question), "")
    page = visitor.post(f"{draft}/{question}", empty, follow=True)
    assert path_of(page) == f"{draft}/{question}"
    assert page.title.startswith("错误")
    assert _wrong(page) == [f"#f-{field}" for field in fields]
    assert sentence in page.text


@pytest.mark.parametrize(
    ("changed", "question", "field", "sentence"),
    [
        ({"id_number": "110105194912310021"}, "document", "id_number", "请对照证件逐位核对"),
        ({"id_type": "统一社会信用代码"}, "document", "id_type", "请选择个人证件"),
        ({"email": "li at example"}, "reach", "email", "电子邮箱的格式不对"),
        ({"email": ""}, "receive", "email", "请填写电子邮箱"),
        ({"wanted_delivery": "post"}, "receive", "address", "请填写通信地址"),
        ({"wanted_delivery": "direct", "phone": "", "email": ""}, "reach", "phone", "至少填写一种联系方式"),
        ({"phone": "139 0953 120"}, "reach", "phone", "手机号码应为11位，您填了10位"),
        ({"id_number": "11010519491231002"}, "document", "id_number", "应为18位，您填了17位"),
        ({"postcode": "7510"}, "reach", "postcode", "邮政编码的格式不对"),
        ({"agency": "MOON"}, "office", "agency", "请从列表中选择机关"),
        ({"applicant_kind": "dog"}, "who", "applicant_kind", "请从所列选项中选择一项"),
    ],
)
def test_a_mistake_lands_on_its_field_and_nothing_typed_is_lost(
    visitor: Visitor, changed: dict[str, str], question: str, field: str, sentence: str
) -> None:
    draft = begin(visitor)
    fill_in(visitor, draft, **changed)
    asked = next(asked for asked in QUESTIONS if asked.name == question)
    answers = {**ANSWERS, **changed}
    page = visitor.post(f"{draft}/{question}", {name: answers[name] for name in asked.fields}, follow=True)
    assert path_of(page) == f"{draft}/{question}"
    assert sentence in page.text
    assert f"#f-{field}" in _wrong(page)
    for name in asked.fields:
        if name not in changed:
            assert page.typed(name) == ANSWERS[name]


def test_the_check_leads_to_the_first_question_that_is_wrong(visitor: Visitor) -> None:
    page = check(visitor, email="li at example", wanted_delivery="direct")
    assert path_of(page).endswith("/reach")
    assert _wrong(page) == ["#f-email"]


def test_a_change_from_the_check_returns_to_it(visitor: Visitor) -> None:
    checked = check(visitor)
    links = [a.get("href", "") for a in checked.every(".//dd[@class='change']/a")]
    assert len(links) == len(ANSWERS)
    to_email = next(link for link in links if link.endswith("#f-email")).partition("#")[0]
    page = visitor.get(to_email)
    assert page.typed("email") == ANSWERS["email"]
    action = page.found(".//form[@id='ask']").get("action", "")
    page = visitor.post(action, {"email": "wrong"}, follow=True)
    assert _wrong(page) == ["#f-email"]
    action = page.found(".//form[@id='ask']").get("action", "")
    page = visitor.post(action, {"email": "new@example.org"}, follow=True)
    assert path_of(page) == path_of(checked)
    assert "new@example.org" in page.text


def test_whoever_becomes_an_organisation_at_the_check_is_asked_for_its_document(visitor: Visitor) -> None:
    checked = check(visitor)
    draft = path_of(checked).removesuffix("/check")
    page = visitor.post(
        f"{draft}/who?from=check", {"applicant_kind": "business", "applicant_name": "某公司"}, follow=True
    )
    assert path_of(page) == f"{draft}/document"
    options = [box.get("value") for box in page.every(".//input[@name='id_type']")]
    assert options == ["统一社会信用代码", "其他"]
    answer = {"id_type": "统一社会信用代码", "id_number": "91350100M000100Y43"}
    page = visitor.post(page.found(".//form[@id='ask']").get("action", ""), answer, follow=True)
    assert path_of(page) == f"{draft}/check"


def test_the_documents_are_those_of_the_kind_of_applicant_who_has_to_be_known_first(visitor: Visitor) -> None:
    draft = begin(visitor)
    assert path_of(follow(visitor, f"{draft}/document")) == f"{draft}/who"
    visitor.post(f"{draft}/who", {"applicant_kind": "natural_person", "applicant_name": "李秀英"})
    page = visitor.get(f"{draft}/document")
    options = [box.get("value") for box in page.every(".//input[@name='id_type']")]
    assert "统一社会信用代码" not in options
    assert page.typed("id_type") == "居民身份证"


def test_offices_stand_in_groups_and_are_found_by_a_part_of_their_name(visitor: Visitor) -> None:
    page = visitor.get("/ask")
    assert [h2.text for h2 in page.every(".//fieldset//h2")] == ["吴山市人民政府及其部门", "临江县人民政府及其部门"]
    found = visitor.get("/ask", find="自然 资源")
    assert [box.get("value") for box in found.every(".//input[@name='agency']")] == ["LAND"]
    draft = begin(visitor)
    kept = visitor.get(f"{draft}/office", find="临江县")
    assert {box.get("value") for box in kept.every(".//input[@name='agency']")} == {"COUNTY", "HEALTH", "LAND"}


def test_whoever_looks_for_an_office_by_another_name_is_shown_the_nearest_or_all(visitor: Visitor) -> None:
    near = visitor.get("/ask", find="临江县房管局")
    assert "名称最接近" in near.text
    assert [box.get("value") for box in near.every(".//input[@name='agency']")] == ["COUNTY", "HEALTH"]
    assert near.every(".//a[@href='?']")
    none = visitor.get("/ask", find="月球")
    assert "没有名称含“月球”的机关。以下为全部机关" in none.text
    assert len(none.every(".//input[@name='agency']")) == len(visitor.get("/ask").every(".//input[@name='agency']"))


def test_what_makes_a_description_findable_is_ticked_off_and_a_complaint_is_told_where_to_go(visitor: Visitor) -> None:
    draft = begin(visitor)
    page = visitor.get(f"{draft}/what")
    assert page.every(".//li[@class='is-found']") == []
    assert page.found(".//div[@id='complaint']").get("hidden") is not None
    visitor.post(f"{draft}/what", {"description": "为什么要拆我家的房子"})
    page = visitor.get(f"{draft}/what")
    assert page.found(".//div[@id='complaint']").get("hidden") is None
    assert "这像是咨询或者投诉" in fill_in(visitor, draft, description="为什么要拆我家的房子").text
    visitor.post(f"{draft}/what", {"description": ANSWERS["description"]})
    page = visitor.get(f"{draft}/what")
    assert len(page.every(".//li[@class='is-found']")) == 3
    assert page.found(".//div[@id='complaint']").get("hidden") is not None


def test_changing_the_language_keeps_every_answer_and_says_no_mistakes(visitor: Visitor) -> None:
    draft = begin(visitor)
    page = visitor.get(f"{draft}/reach")
    to_english = page.found(".//button[@lang='en']").get("formaction", "")
    page = visitor.post(to_english, {"phone": "", "email": "li at example"}, follow=True)
    assert page.found(".").get("lang") == "en"
    assert page.typed("email") == "li at example"
    assert page.every(".//div[@role='alert']") == []


def test_the_other_language_of_a_question_with_mistakes_says_them_again(visitor: Visitor) -> None:
    draft = begin(visitor)
    page = visitor.post(f"{draft}/reach", {"email": "li at example"}, follow=True)
    to_english = page.found(".//button[@lang='en']").get("formaction", "")
    page = visitor.post(to_english, {"email": "li at example"}, follow=True)
    assert "This is not an e-mail address" in page.text
