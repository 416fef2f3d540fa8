"""The offices that can be asked, in readable groups: each government with its departments, then those below it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlmodel import select

from requestflow.rules.words import Text
from requestflow.services.agencies import Level
from requestflow.store.models import Agency
from requestflow.store.session import reading

_PAIRS = re.compile(r"(?=([\u4e00-\u9fff]{2}))")


@dataclass(frozen=True, slots=True)
class Office:
    """An agency as a citizen is told of it."""

    code: str
    name: str
    phone: str
    address: str
    website: str

    @property
    def page(self) -> str:
        """The website as an address that can be opened; empty if there is none."""
        if not self.website:
            return ""
        return self.website if self.website.startswith(("http://", "https://")) else f"http://{self.website}"


@dataclass(frozen=True, slots=True)
class Group:
    """Offices that belong together, under one heading."""

    name: Text
    offices: list[Office]


def office_of(agency: Agency) -> Office:
    """What a citizen is told of an agency."""
    return Office(agency.code, agency.name, agency.phone, agency.address, agency.website)


def offices() -> list[Agency]:
    """All of them in the order of the tree."""
    with reading() as database:
        return sorted(database.exec(select(Agency)), key=lambda agency: agency.steps)


def found(agencies: Iterable[Agency], words: str) -> list[Agency]:
    """Those whose name has all of the words."""
    wanted = words.lower().split()
    return [agency for agency in agencies if all(word in agency.name.lower() for word in wanted)]


def nearest(agencies: Sequence[Agency], words: str) -> list[Agency]:
    """Those whose name shares the most pairs of characters with what was looked for; all if none shares any."""
    wanted = set(_PAIRS.findall(words))
    shared = {agency.code: len(wanted & set(_PAIRS.findall(agency.name))) for agency in agencies}
    most = max(shared.values(), default=0)
    return [agency for agency in agencies if shared[agency.code] == most]


def groups(agencies: Iterable[Agency]) -> list[Group]:
    """A group for each government that has somebody below it, and one for the governments that have nobody."""
    rows = list(agencies)
    names = {agency.id: agency.name for agency in rows}
    heads = {agency.parent_id for agency in rows}
    gathered: dict[tuple[int | None, bool], list[Office]] = defaultdict(list)
    for agency in rows:
        gathered[_place(agency, heads, names)].append(office_of(agency))
    return [
        Group(_heading(names.get(head or 0, ""), is_below), theirs) for (head, is_below), theirs in gathered.items()
    ]


def _place(agency: Agency, heads: set[int | None], names: dict[int, str]) -> tuple[int | None, bool]:
    """Under whose heading an agency stands, and whether it is a government below that one."""
    if agency.id in heads:
        return agency.id, False
    above = agency.parent_id if agency.parent_id in names else None
    return above, agency.level == Level.government and above is not None


def _heading(name: str, is_below: bool) -> Text:
    if not name:
        return Text("行政机关", "Offices")
    return (_BELOW if is_below else _WITH_ITS_OWN).fill(name=name)


_BELOW = Text("{name}的下级人民政府", "Governments below {name}")
_WITH_ITS_OWN = Text("{name}及其部门", "{name} and its departments")
