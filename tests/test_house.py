"""What must hold of the house as a whole, whoever adds a room."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

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
