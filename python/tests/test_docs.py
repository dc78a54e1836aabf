"""The examples of the docstrings, run."""

from __future__ import annotations

import doctest
import importlib
import inspect
from types import ModuleType
from typing import Any

import pytest

import overheard

MODULES = ["overheard", "overheard._calls", "overheard._progress", "overheard._results", "overheard._scenario", "overheard.ray"]


def examples() -> list[Any]:
    found: list[doctest.DocTest] = []
    for name in MODULES:
        found += doctest.DocTestFinder().find(importlib.import_module(name))
    return [pytest.param(test, id=test.name) for test in found if test.examples]


@pytest.mark.parametrize("example", examples())
def test_an_example(example: doctest.DocTest, small: overheard.Run) -> None:
    example.globs["example_run"] = small.path
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    assert runner.run(example).failed == 0


def test_everything_public_is_documented() -> None:
    def check(of: ModuleType | type, name: str) -> None:
        for key, value in vars(of).items():
            if key.startswith("_") or isinstance(value, ModuleType):
                continue
            if inspect.isclass(value) or inspect.isfunction(value) or isinstance(value, property):
                assert inspect.getdoc(value), f"{name}.{key}"

    check(overheard, "overheard")
    for thing in (overheard.Run, overheard.Sweep, overheard.Scenario):
        check(thing, thing.__name__)
    for thing in (overheard.run, overheard.sweep, overheard.decompose, overheard.compare, overheard.open):
        assert ">>>" in (thing.__doc__ or ""), thing
