"""A tree of agencies comes from one table, whole or not at all."""

import pytest
from sqlmodel import Session, select

from requestflow.paper.sheet import Sheet
from requestflow.rules.errors import RuleBroken
from requestflow.services import tree
from requestflow.store.models import Agency

HEADER = ("code", "name", "parent", "level", "region", "review_body")


def a_sheet(*rows: tuple[str, ...], header: tuple[str, ...] = HEADER) -> Sheet:
    return Sheet(header, iter(enumerate(rows, start=2)), None)


def test_a_child_may_stand_before_its_parent(session: Session) -> None:
    rows = [("C", "镇", "B"), ("B", "县", "A", "government", "宁夏"), ("A", "市", "", "人民政府", "宁夏", "省政府")]
    assert tree.plant(session, a_sheet(*rows)) == 3
    city, county, town = session.exec(select(Agency).order_by(Agency.path)).all()
    assert [(each.code, each.level) for each in (city, county, town)] == [
        ("A", "government"),
        ("B", "government"),
        ("C", "department"),
    ]
    assert town.path == f"{city.id}.{county.id}.{town.id}."
    assert (city.region, city.review_body) == ("宁夏", "省政府")


def test_what_no_database_can_keep_is_dropped(session: Session) -> None:
    tree.plant(session, a_sheet(("A\0", "市\0政府")))
    assert session.exec(select(Agency.code, Agency.name)).all() == [("A", "市政府")]


def test_the_header_may_be_chinese_and_a_known_agency_is_brought_up_to_date(session: Session) -> None:
    tree.plant(session, a_sheet(("A", "旧名")))
    tree.plant(session, a_sheet(("新名", "A"), header=("机关名称", "机关代码")))
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
        tree.plant(session, a_sheet(*rows))
    assert refused.value.said.en.startswith(sentence)
    assert refused.value.said.zh.startswith(f"第{sentence[4]}行：")


def test_a_table_without_its_columns_is_refused(session: Session) -> None:
    with pytest.raises(RuleBroken, match="lacks the column “name”"):
        tree.plant(session, a_sheet(header=("code", "title")))
