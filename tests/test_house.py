"""What must hold of the house as a whole, whoever adds a room."""

import ast
import importlib
import pkgutil
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

import requestflow
from requestflow.rules.words import Word

HOUSE = Path(__file__).resolve().parents[1]
A_FEW_SCREENS = 350
READS_THE_TIME = {
    ("date", "today"),
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("time", "time"),
}
READS_THE_ENVIRONMENT = {("os", "environ"), ("os", "getenv")}
CHINESE = re.compile("[\u4e00-\u9fff]")
A_DOCUMENT = re.compile(r"国\w+〔\d{4}〕\d+号")  # has no English name
ENGLISH = re.compile("[A-Za-z]")
BLANK_TO_FILL = re.compile(r"%\(\w+\)[sd]")
BILINGUAL = {"Text", "RuleBroken"}


def _sources(*roots: str) -> list[Path]:
    return sorted(path for root in roots for path in (HOUSE / root).rglob("*.py") if "versions" not in path.parts)


def _written() -> Iterator[tuple[str, ast.Module]]:
    for path in _sources("src", "workers"):
        yield str(path.relative_to(HOUSE)), ast.parse(path.read_text(encoding="utf-8"))


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def _says(tree: ast.AST, phrases: set[tuple[str, str]]) -> list[int]:
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name | ast.Attribute)
        and (node.value.id if isinstance(node.value, ast.Name) else node.value.attr, node.attr) in phrases
    ]


def test_imports_go_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(HOUSE)
    assert lint_imports(no_cache=True) == EXIT_STATUS_SUCCESS


def test_the_law_needs_the_standard_library_only() -> None:
    foreign = {
        (str(path.relative_to(HOUSE)), name)
        for path in _sources("src/requestflow/rules")
        for name in _imported(ast.parse(path.read_text(encoding="utf-8")))
        if name.split(".")[0] not in sys.stdlib_module_names and not name.startswith("requestflow.rules")
    }
    assert foreign == set()


def test_no_import_hides_inside_a_function() -> None:
    hidden = [
        f"{path}:{inner.lineno}"
        for path, tree in _written()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


def test_only_the_clock_reads_the_time() -> None:
    readers = {path for path, tree in _written() if _says(tree, READS_THE_TIME)}
    assert readers == {"src/requestflow/clock.py"}


def test_only_the_settings_read_the_environment() -> None:
    readers = {path for path, tree in _written() if _says(tree, READS_THE_ENVIRONMENT)}
    assert readers == set()  # the settings class reads it through pydantic


def test_every_module_opens_with_what_it_is_for() -> None:
    assert [path for path, tree in _written() if not ast.get_docstring(tree)] == []


def test_every_file_is_a_few_screens_at_most() -> None:
    lengths = {
        str(path.relative_to(HOUSE)): len(path.read_text(encoding="utf-8").splitlines())
        for path in _sources("src", "workers", "tests")
    }
    assert {path: length for path, length in lengths.items() if length > A_FEW_SCREENS} == {}


def test_no_test_is_skipped() -> None:
    skipping = re.compile(r"\b(skip|skipif|importorskip|xfail)\(")
    assert [path.name for path in _sources("tests") if skipping.search(path.read_text(encoding="utf-8"))] == []


def _sentence(node: ast.expr) -> str | None:
    """The text that stands in the source, with {} for what is filled in; None where no text stands."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return None


def _bilingual() -> Iterator[tuple[str, str, str]]:
    """Where a text is said in two languages, and both."""
    for path, tree in _written():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in BILINGUAL:
                said = [_sentence(argument) for argument in node.args[:2]]
                if len(said) == 2 and None not in said:
                    yield f"{path}:{node.lineno}", said[0] or "", said[1] or ""


def test_every_sentence_of_the_law_and_of_a_refusal_is_there_in_both_languages() -> None:
    said = list(_bilingual())
    assert len(said) > 300
    assert [where for where, zh, en in said if CHINESE.search(zh) and not en.strip()] == []
    assert [where for where, zh, en in said if ENGLISH.search(re.sub(r"{.*?}", "", en)) and not zh.strip()] == []
    assert [where for where, _, en in said if CHINESE.search(A_DOCUMENT.sub("", en))] == []


def _words(kind: type[Word] = Word) -> Iterator[Word]:
    for below in kind.__subclasses__():
        yield from below
        yield from _words(below)


def test_every_word_of_the_trade_has_a_name_in_both_languages() -> None:
    for module in pkgutil.walk_packages(requestflow.__path__, "requestflow."):
        if ".migrations." not in module.name:
            importlib.import_module(module.name)
    words = list(_words())
    assert len(words) > 100
    assert [repr(word) for word in words if not word.label.zh or not word.label.en] == []
    assert [repr(word) for word in words if CHINESE.search(A_DOCUMENT.sub("", word.label.en))] == []


def _asked() -> set[str]:
    """Every message that a page or a view asks the catalogs for; of a plural its singular."""
    with (HOUSE / "babel.cfg").open(encoding="utf-8") as config:
        methods, options = parse_mapping_cfg(config)
    keywords = {**DEFAULT_KEYWORDS, "lazy_gettext": None}
    found = extract_from_dir(HOUSE, methods, options, keywords, directory_filter=lambda path: _is_ours(Path(path)))
    return {message if isinstance(message, str) else message[0] for _, _, message, *_ in found}


def _is_ours(folder: Path) -> bool:
    return folder.relative_to(HOUSE).parts[:1] in ((), ("src",), ("templates",))


def _catalog(language: str) -> Iterator[tuple[str, list[str]]]:
    """Every message with its translations (a plural has several); fails on one that a person has yet to look at."""
    path = HOUSE / "src/requestflow/web/translations" / language / "LC_MESSAGES/messages.po"
    with path.open("rb") as file:
        for message in read_po(file, abort_invalid=True):
            if message.id:
                assert not message.fuzzy, message.id
                said, forms = message.id, message.string
                yield (
                    str(said if isinstance(said, str) else said[0]),
                    [forms] if isinstance(forms, str) else list(forms or ()),
                )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_catalog_of_each_language_has_every_message_of_the_pages(language: str) -> None:
    asked = _asked()
    assert len(asked) > 200
    assert asked - {said for said, _ in _catalog(language)} == set()


def test_every_message_has_its_chinese_with_the_same_blanks_to_fill() -> None:
    found = [(said, zh) for said, forms in _catalog("zh") for zh in forms]
    assert [said for said, zh in found if not zh or (ENGLISH.search(said) and not CHINESE.search(zh))] == []
    assert [said for said, zh in found if set(BLANK_TO_FILL.findall(said)) != set(BLANK_TO_FILL.findall(zh))] == []


def test_the_locks_name_no_address_and_pin_every_package_by_hash() -> None:
    for lock in sorted((HOUSE / "requirements").glob("*.txt")):
        text = lock.read_text(encoding="utf-8")
        packages = re.findall(r"^[\w.\-\[\]]+==", text, re.MULTILINE)
        hashed = re.findall(r"^[\w.\-\[\]]+==[^\n]*\\\n +--hash=sha256:", text, re.MULTILINE)
        assert packages
        assert len(hashed) == len(packages), lock.name
        assert not re.search(r"://|--(extra-)?index-url|--find-links|^-e|file:", text), lock.name


def test_production_has_exactly_one_beat_and_holds_no_secret() -> None:
    services = yaml.safe_load((HOUSE / "compose.yaml").read_text(encoding="utf-8"))["services"]
    beats = [service for service in services.values() if "beat" in service.get("command", [])]
    assert len(beats) == 1
    assert beats[0]["container_name"]  # a container with a name cannot be scaled to two
    secrets = {
        value
        for service in services.values()
        for name, value in service.get("environment", {}).items()
        if re.search("SECRET|PASSWORD|DATABASE_URL|SMTP", name)
    }
    assert secrets
    assert all("${" in secret for secret in secrets)
