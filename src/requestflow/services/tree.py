"""Setting up a whole tree of agencies from a table, parents in whatever row they stand."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from pydantic import ValidationError
from sqlmodel import Session

from requestflow.paper.sheet import Sheet
from requestflow.rules.errors import RuleBroken
from requestflow.services import agencies
from requestflow.services._fields import plain
from requestflow.services.agencies import Level, NewAgency

TITLES = {
    "代码": "code",
    "机关代码": "code",
    "名称": "name",
    "机关名称": "name",
    "上级": "parent",
    "上级机关代码": "parent",
    "层级": "level",
    "类型": "level",
    "地区": "region",
    "复议机关": "review_body",
}
COLUMNS = tuple(NewAgency.model_fields)
_LEVELS = {term.casefold(): level.value for level in Level for term in (level.value, *level.label)}


class _Read(NamedTuple):
    row: int
    new: NewAgency


def plant(session: Session, sheet: Sheet) -> int:
    """Sets up every agency of a table with the columns `COLUMNS`, and returns how many they are.

    RuleBroken, with the number of the row, for a row that cannot be read, a code that stands twice, or a parent that
    is neither in the table nor known; the caller's transaction then keeps none of them.
    """
    ahead = list(_rows(sheet))
    _refuse_twice(ahead)
    count = len(ahead)
    while ahead:
        coming = {each.new.code for each in ahead}
        ready = [each for each in ahead if each.new.parent not in coming]
        if not ready:
            raise _at(ahead[0].row, RuleBroken("上级机关互为上下级。", "These agencies are each other's parents."))
        for each in ready:
            try:
                agencies.set_up(session, each.new)
            except RuleBroken as broken:
                raise _at(each.row, broken) from broken
        ahead = [each for each in ahead if each.new.parent in coming]
    return count


def _rows(sheet: Sheet) -> Iterator[_Read]:
    keys = [_key(title) for title in sheet.header]
    for needed in ("code", "name"):
        if needed not in keys:
            raise RuleBroken(
                f"表头缺少“{needed}”列：应为{'、'.join(COLUMNS)}。",
                f"The header lacks the column “{needed}”; it should be {', '.join(COLUMNS)}.",
            )
    for number, cells in sheet.rows:
        yield _Read(number, _agency(number, keys, cells))


def _key(title: str) -> str:
    plain = title.strip().casefold()
    return TITLES.get(plain, plain)


def _agency(number: int, keys: Sequence[str], cells: Sequence[str | date]) -> NewAgency:
    said = {key: plain(str(cell)) for key, cell in zip(keys, cells, strict=False) if key in COLUMNS and cell}
    level = said.get("level", "")
    if level:
        said["level"] = _LEVELS.get(level.casefold(), level)
    try:
        return NewAgency.model_validate({key: text for key, text in said.items() if text})
    except ValidationError as error:
        column = str(error.errors()[0]["loc"][0])
        broken = RuleBroken(f"“{column}”不能为空或者无效。", f"“{column}” is missing or not valid.", field=column)
        raise _at(number, broken) from error


def _refuse_twice(read: Sequence[_Read]) -> None:
    seen: set[str] = set()
    for row, new in read:
        if new.code in seen:
            raise _at(row, RuleBroken(f"机关代码“{new.code}”重复。", f"The code “{new.code}” stands twice."))
        seen.add(new.code)


def _at(row: int, broken: RuleBroken) -> RuleBroken:
    return RuleBroken(f"第{row}行：{broken.said.zh}", f"Row {row}: {broken.said.en}", field=broken.field)
