"""Reads a posted form into an input class, keeps what was typed, and says per field what to do about it.

An input class is a SQLModel (or pydantic model) without a table; a web form, a ledger row and a test read the same one.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from werkzeug.datastructures import MultiDict

from requestflow.rules.articles import cite
from requestflow.rules.errors import RuleBroken
from requestflow.rules.words import Text, Word
from requestflow.services._fields import plain
from requestflow.web.again import typed_before
from requestflow.web.labels import LABELS

Input = TypeVar("Input", bound=BaseModel)

_SENTENCES: Mapping[str, Text] = {
    "missing": Text("请填写这一项。", "Fill this in."),
    "string_too_short": Text("至少写 {min_length} 个字。", "Write at least {min_length} characters."),
    "string_too_long": Text("最多写 {max_length} 个字，请删减。", "Shorten this to {max_length} characters or fewer."),
    "string_pattern_mismatch": Text("格式不对，请核对后重填。", "This is not in the right form; check it."),
    "enum": Text("请从所列选项中选择一项。", "Choose one of the listed answers."),
    "literal_error": Text("请从所列选项中选择一项。", "Choose one of the listed answers."),
    "int_parsing": Text("请填写整数，例如 12。", "Type a whole number, such as 12."),
    "int_from_float": Text("请填写整数，例如 12。", "Type a whole number, such as 12."),
    "decimal_parsing": Text("请填写数字，例如 120.50。", "Type a number, such as 120.50."),
    "bool_parsing": Text("请选择“是”或者“否”。", "Choose yes or no."),
    "greater_than_equal": Text("不得小于 {ge}。", "This must be {ge} or more."),
    "greater_than": Text("须大于 {gt}。", "This must be more than {gt}."),
    "less_than_equal": Text("不得大于 {le}。", "This must be {le} or less."),
    "less_than": Text("须小于 {lt}。", "This must be less than {lt}."),
}
_NO_DAY = Text("请填写日期，例如 2026-03-05。", "Type a date, such as 2026-03-05.")
_UNREADABLE = Text("这一项读不懂，请核对后重填。", "This cannot be read; check it and type it again.")


@dataclass
class Filled(Generic[Input]):
    """A form as it came back: `typed` and `errors` by field ("" is the form as a whole), `value` if all is well.

    `source` is the article behind a refusal, if the law gave one.
    """

    typed: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, Text] = field(default_factory=dict)
    value: Input | None = None
    labels: Mapping[str, Text] = field(default_factory=lambda: LABELS)
    source: Text | None = None

    def refuse(self, broken: RuleBroken) -> None:
        """Puts the sentence of a refused step on the field that it is about."""
        self.errors[broken.field] = broken.said
        self.source = cite(broken.article) if broken.article else None
        self.value = None

    def summary(self) -> Iterator[tuple[str, Text, Text]]:
        """(field, its label, what to do), in the order of the form."""
        for name, sentence in self.errors.items():
            yield name, self.labels.get(name, self.labels[""]), sentence


def blank(labels: Mapping[str, Text] | None = None, **typed: Any) -> Filled[Any]:
    """A form not yet posted; `typed` fills fields in beforehand (a date or a member of an enumeration as its value).

    On a page that was opened once more, the first one holds what was typed in it.
    """
    before = typed_before()
    return Filled(typed=typed if before is None else dict(before), labels={**LABELS, **(labels or {})})


def fill(
    kind: type[Input],
    form: MultiDict[str, str],
    /,
    *,
    labels: Mapping[str, Text] | None = None,
    asks: Mapping[str, Text] | None = None,
    **given: Any,
) -> Filled[Input]:
    """Reads `form` as `kind`. `given` are values that the page knows and nobody types (they win over the form).

    `asks` says in the words of this page what to do about a field that was left empty.

    Fields left empty are not passed on, so that a field's default or "fill this in" speaks for them.
    """
    typed = {name: [plain(said) for said in form.getlist(name)] if _is_many(about) else plain(form.get(name, ""))
             for name, about in ((name, info.annotation) for name, info in kind.model_fields.items())
             if name in form}  # fmt: skip
    filled: Filled[Input] = Filled(typed=typed, labels={**LABELS, **(labels or {})})
    try:
        filled.value = kind.model_validate({name: said for name, said in typed.items() if said not in ("", [])} | given)
    except ValidationError as refused:
        order = list(kind.model_fields)
        said = {_where(error): _sentence(error) for error in reversed(refused.errors())}
        said |= {name: words for name, words in (asks or {}).items() if said.get(name) == _SENTENCES["missing"]}
        filled.errors = dict(sorted(said.items(), key=lambda pair: order.index(pair[0]) if pair[0] in order else -1))
    except RuleBroken as broken:
        filled.refuse(broken)
    return filled


def _is_many(annotation: Any) -> bool:
    return any(get_origin(part) in (list, tuple, set) for part in (annotation, *get_args(annotation)))


def _where(error: ErrorDetails) -> str:
    return str(error["loc"][0]) if error["loc"] else ""


def _sentence(error: ErrorDetails) -> Text:
    kind = error["type"]
    if kind == "no_day" or kind.startswith(("date_", "datetime_")):
        return _NO_DAY
    if kind == "string_too_short" and error["ctx"]["min_length"] == 1:
        kind = "missing"
    return _SENTENCES.get(kind, _UNREADABLE).fill(**error.get("ctx", {}))


def is_iso_day(value: Any) -> bool:
    """Whether a date field can show it: an ISO day, or nothing yet."""
    try:
        return not value or bool(date.fromisoformat(str(value)))
    except ValueError:
        return False


def pairs(options: Iterable[Any]) -> list[tuple[Any, Any]]:
    """What a list of answers offers: members of an enumeration by their words, numbers, or (value, words)."""
    return [_pair(option) for option in options]


def _pair(option: Any) -> tuple[Any, Any]:
    if isinstance(option, Word):
        return option.value, option
    return (option, str(option)) if isinstance(option, int) else tuple(option)


def iso(value: Any) -> Any:
    """A day as a date field wants it; what somebody typed stays as it was typed, nothing is empty."""
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else value
