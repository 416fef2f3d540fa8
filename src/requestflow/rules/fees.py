"""The fee for requests of excessive number or frequency, by item or by page (国办函〔2020〕109号; 2019 Art. 42)."""

from dataclasses import dataclass
from datetime import date

from requestflow.rules.errors import RuleBroken
from requestflow.rules.tables import rows
from requestflow.rules.words import Text, Word

FEES_FROM = date(2021, 1, 1)
ARTICLE = "条例（2019）第42条；国办函〔2020〕109号"
_ALREADY_PUBLIC = "O01"


class FeeWay(Word):
    """How one request is charged: by item or by page, never both."""

    item = "item", "按件计收", "By item"
    page = "page", "按量计收", "By page"


@dataclass(frozen=True, slots=True)
class Band:
    """The units from `first` to `last` (None: all further ones); the price of one rises every `step_every` units."""

    first: int
    last: int | None
    yuan: int
    step_every: int | None
    step_yuan: int

    def price(self, nth: int) -> int:
        """What the n-th unit costs, in yuan."""
        risen = (nth - self.first) // self.step_every if self.step_every else 0
        return self.yuan + risen * self.step_yuan


def _number(text: str) -> int | None:
    return int(text) if text else None


def _band(row: dict[str, str]) -> Band:
    return Band(
        int(row["first"]),
        _number(row["last"]),
        int(row["yuan"]),
        _number(row["step_every"]),
        _number(row["step_yuan"]) or 0,
    )


BANDS: dict[FeeWay, tuple[Band, ...]] = {
    way: tuple(_band(row) for row in rows("fees") if row["way"] == way) for way in FeeWay
}


def item_fee(nth: int) -> int:
    """What the n-th request of one applicant to one agency in one calendar month costs, in yuan."""
    return _price(FeeWay.item, nth)


def by_items(n: int) -> int:
    """What n requests of one applicant to one agency in one calendar month cost together, in yuan."""
    return _total(FeeWay.item, n)


def by_pages(p: int) -> int:
    """What an answer of p pages (A4, one side) costs, in yuan."""
    return _total(FeeWay.page, p)


def allow(way: FeeWay, *, noticed_on: date, outcome: str | None = None) -> None:
    """Refuse (RuleBroken) a fee noticed before 2021, and a page fee for what is already public."""
    if noticed_on < FEES_FROM:
        said = Text("信息处理费自{start}起方可收取，{day}不得收费。", "Fees may be charged from {start}, not on {day}.")
        raise RuleBroken(*said.fill(start=FEES_FROM, day=noticed_on), article=ARTICLE, field="fee_noticed_on")
    if way is FeeWay.page and outcome == _ALREADY_PUBLIC:
        raise RuleBroken(
            "告知信息已主动公开及其获取方式、途径的，不得按量计收信息处理费。",
            "No page fee applies where the answer is that the information is already public.",
            article=ARTICLE,
            field="outcome",
        )


def _price(way: FeeWay, nth: int) -> int:
    _refuse_less_than(1, nth)
    band = next(band for band in reversed(BANDS[way]) if nth >= band.first)
    return band.price(nth)


def _total(way: FeeWay, n: int) -> int:
    _refuse_less_than(0, n)
    return sum(_price(way, nth) for nth in range(1, n + 1))


def _refuse_less_than(least: int, n: int) -> None:
    if n < least:
        raise RuleBroken(
            f"计费数量不能小于 {least}。", f"A number to be charged cannot be less than {least}.", article=ARTICLE
        )
