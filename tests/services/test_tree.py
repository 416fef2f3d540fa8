"""A tree of agencies comes from one table, whole or not at all."""

from datetime import UTC, date, datetime

import pytest
from sqlmodel import Session, select

from requestflow.paper.sheet import Sheet
from requestflow.rules.errors import RuleBroken
from requestflow.services import tree
from requestflow.services.tree import Planted
from requestflow.store.models import Agency
from tests.make import a_case, an_agency

HEADER = ("code", "name", "parent", "level", "region", "review_body")


def plant(session: Session, *rows: tuple[str, ...], header: tuple[str, ...] = HEADER) -> Planted:
    sheet = Sheet(header, iter(enumerate(rows, start=2)), None)
    return tree.plant(session, sheet, today=date(2026, 11, 24), now=datetime(2026, 11, 24, 4, tzinfo=UTC))


def test_a_child_may_stand_before_its_parent(session: Session) -> None:
    rows = [("C", "镇", "B"), ("B", "县", "A", "government", "宁夏"), ("A", "市", "", "人民政府", "宁夏", "省政府")]
    assert plant(session, *rows) == (3, ())
    city, county, town = session.exec(select(Agency).order_by(Agency.path)).all()
    assert [(each.code, each.level) for each in (city, county, town)] == [
        ("A", "government"),
        ("B", "government"),
        ("C", "department"),
    ]
    assert town.path == f"{city.id}.{county.id}.{town.id}."
    assert (city.region, city.review_body) == ("宁夏", "省政府")


def test_what_no_database_can_keep_is_dropped(session: Session) -> None:
    plant(session, ("A\0", "市\0政府"))
    assert session.exec(select(Agency.code, Agency.name)).all() == [("A", "市政府")]


def test_the_header_may_be_chinese_and_a_known_agency_is_brought_up_to_date(session: Session) -> None:
    plant(session, ("A", "旧名"))
    plant(session, ("新名", "A"), header=("机关名称", "机关代码"))
    assert session.exec(select(Agency.name)).all() == ["新名"]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([("A", "甲", "NO")], "Row 2: There is no agency with the code “NO”"),
        ([("A", "甲"), ("A", "乙")], "Row 3: The code “A” stands twice."),
        ([("A", "甲"), ("B", "")], "Row 3: “name” is missing or not valid."),
        ([("A", "甲", "", "王国")], "Row 2: “level” is missing or not valid."),
        ([("A", "甲", "B"), ("B", "乙", "A")], "Row 2: These agencies are each other's parents."),
    ],
)
def test_a_table_that_makes_no_tree_is_refused_by_its_row(
    session: Session, rows: list[tuple[str, ...]], sentence: str
) -> None:
    with pytest.raises(RuleBroken) as refused:
        plant(session, *rows)
    assert refused.value.said.en.startswith(sentence)
    assert refused.value.said.zh.startswith(f"第{sentence[4]}行：")


def test_a_table_without_its_columns_is_refused(session: Session) -> None:
    with pytest.raises(RuleBroken, match="lacks the column “name”"):
        plant(session, header=("code", "title"))


def test_how_the_office_is_reached_may_stand_in_columns_of_its_own_and_stays_where_they_are_left_out(
    session: Session,
) -> None:
    reached = ("code", "名称", "电话", "地址", "网址")
    plant(session, ("A", "市", "0000-555 0100", "文化街1号", "https://city.example"), header=reached)
    plant(session, ("A", "市政府"))
    agency = session.exec(select(Agency)).one()
    assert (agency.name, agency.phone, agency.website) == ("市政府", "0000-555 0100", "https://city.example")
    plant(session, ("A", "市政府", ""), header=reached)
    assert (agency.phone, agency.address) == ("", "")


def test_cases_of_an_agency_that_is_read_in_again_in_another_region_are_reckoned_again(session: Session) -> None:
    agency = an_agency(session, "A", region="上海")
    case = a_case(session, agency, submitted_on="2021-07-01")
    assert case.due_on == date(2021, 7, 29)
    planted = plant(session, ("A", "市", "", "", "宁夏"))
    assert case.due_on == date(2021, 8, 2)
    assert [(move.number, move.before, move.after) for move in planted.moved] == [
        (case.number, date(2021, 7, 29), date(2021, 8, 2))
    ]
