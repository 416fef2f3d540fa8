"""Setting up a whole tree of agencies from a table, parents in whatever row they stand."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import chain
from typing import NamedTuple

from pydantic import ValidationError
from sqlmodel import Session, select

from requestflow.paper.sheet import Sheet
from requestflow.rules.errors import RuleBroken
from requestflow.services import agencies, calendars
from requestflow.services._fields import plain
from requestflow.services.agencies import REACHED, Level, NewAgency
from requestflow.services.reckoning import Moved
from requestflow.store.models import Agency

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
    "电话": "phone",
    "联系电话": "phone",
    "地址": "address",
    "办公地址": "address",
    "网址": "website",
    "网站": "website",
}
COLUMNS = tuple(NewAgency.model_fields)
_LEVELS = {term.casefold(): level.value for level in Level for term in (level.value, *level.label)}


class Planted(NamedTuple):
    """How many agencies a table set up, and which cases moved because their agency is in another region now."""

    agencies: int
    moved: tuple[Moved, ...]


class _Read(NamedTuple):
    row: int
    new: NewAgency


def plant(session: Session, sheet: Sheet, *, today: date, now: datetime) -> Planted:
    """Sets up every agency of a table with the columns `COLUMNS`, and reckons the cases of those in another region.

    RuleBroken, with the number of the row, for a row that cannot be read, a code that stands twice, or a parent that
    is neither in the table nor known; the caller's transaction then keeps none of them.
    """
    ahead = list(_rows(sheet))
    _refuse_twice(ahead)
    count = len(ahead)
    before = dict(session.exec(select(Agency.id, Agency.region)).all())
    settled: list[Agency] = []
    while ahead:
        coming = {each.new.code for each in ahead}
        ready = [each for each in ahead if each.new.parent not in coming]
        if not ready:
            raise _at(ahead[0].row, RuleBroken("上级机关互为上下级。", "These agencies are each other's parents."))
        for each in ready:
            try:
                settled.append(agencies.set_up(session, each.new))
            except RuleBroken as broken:
                raise _at(each.row, broken) from broken
        ahead = [each for each in ahead if each.new.parent in coming]
    moved = (
        calendars.relocate(session, agency, before[agency.id], today=today, now=now)
        for agency in settled
        if before.get(agency.id, agency.region) != agency.region
    )
    return Planted(count, tuple(chain.from_iterable(moved)))


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
    said = dict.fromkeys(set(keys) & set(REACHED), "")  # in a short row the cells at its end are empty
    said |= {key: plain(str(cell)) for key, cell in zip(keys, cells, strict=False) if key in COLUMNS}
    level = said.get("level", "")
    if level:
        said["level"] = _LEVELS.get(level.casefold(), level)
    try:
        return NewAgency.model_validate({key: text for key, text in said.items() if text or key in REACHED})
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
