"""Where a refusal is shown: every sentence of the law about a step stands beside a field of the step's own form."""

import ast
import inspect
import sys
import textwrap
from collections.abc import Callable, Iterator
from types import FunctionType, ModuleType
from typing import Any

import pytest

from requestflow.rules import conditions, standing, workdays
from requestflow.rules.lifecycle import Action
from requestflow.services import _step
from requestflow.web.casework import KEPT_AS
from requestflow.web.steps import STEPS_BY_HAND

ABOUT_NO_FIELD = {
    ""
}  # the calendar ends there, somebody else was first, or it is not one's to do: that stands above the form

NEVER_TYPED = {
    Action.close_complaint: {"answer_by"},  # one condition for all remedies; a complaint orders no new answer
    Action.amend: {"on", "received_on"},  # it is amended today; its days are refused one by one before they count
}


def _source(function: FunctionType) -> ast.AST:
    return ast.parse(textwrap.dedent(inspect.getsource(function)))


def _named(function: FunctionType) -> Iterator[Any]:
    """What of its own module, or of a module imported there, a function names."""
    known = function.__globals__
    for node in ast.walk(_source(function)):
        if isinstance(node, ast.Name):
            yield known.get(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            of = known.get(node.value.id)
            yield getattr(of, node.attr, None) if isinstance(of, ModuleType) else None


def _called(function: FunctionType) -> Iterator[FunctionType]:
    """The functions of the product that a function may call; of a class that it names, all."""
    for named in _named(function):
        for each in (named, *(vars(named).values() if isinstance(named, type) else ())):
            if isinstance(each, FunctionType) and _is_of_the_product(each):
                yield each


def _is_of_the_product(function: FunctionType) -> bool:
    """Whether it stands in a module that forms depend on; a dataclass makes others for itself."""
    module = function.__module__
    is_written = function.__code__.co_filename == sys.modules[module].__file__
    return is_written and module.startswith("requestflow.") and module != workdays.__name__


def _fields(function: FunctionType) -> set[str]:
    """The fields that a function's own refusals are about."""
    refusals = [
        {keyword.arg: keyword.value for keyword in node.keywords}
        for node in ast.walk(_source(function))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "RuleBroken"
    ]
    said = [refusal.get("field", ast.Constant("")) for refusal in refusals]
    return {field.value for field in said if isinstance(field, ast.Constant)}


def _reached(*roots: Any) -> set[FunctionType]:
    reached: set[FunctionType] = set()
    ahead = [root for root in roots if root]
    while ahead:
        function = ahead.pop()
        if function not in reached:
            reached.add(function)
            ahead += _called(function)
    return reached


def _refusals(action: Action, verb: Callable[..., Any]) -> set[str]:
    reached = _reached(verb, conditions._CONDITIONS.get(action))
    return {field for function in reached for field in _fields(function)}


@pytest.mark.parametrize("action", STEPS_BY_HAND)
def test_every_refusal_of_a_step_stands_at_a_field_of_its_form(action: Action) -> None:
    step = STEPS_BY_HAND[action]
    fields = _refusals(action, step.verb) - ABOUT_NO_FIELD - NEVER_TYPED.get(action, set())
    assert {KEPT_AS.get(field, field) for field in fields} <= {ask.key for ask in step.asks}


def test_the_walk_reaches_the_law() -> None:
    reached = _reached(STEPS_BY_HAND[Action.extend].verb, conditions._CONDITIONS[Action.extend])
    assert {_step.take, _step.refuse_future, standing.replay, standing._refusal, conditions.check} <= reached
    assert {"on", "extended_on", "extension_workdays"} <= _refusals(Action.extend, STEPS_BY_HAND[Action.extend].verb)
    assert "remedy" not in _refusals(Action.note, STEPS_BY_HAND[Action.note].verb)
