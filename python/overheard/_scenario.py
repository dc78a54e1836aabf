"""Scenarios."""

from __future__ import annotations

import datetime
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Union

from . import _core
from .errors import ScenarioNotFoundError

Settings = Mapping[str, Any]


def scenarios() -> list[str]:
    """Names of the scenarios that come with the package.

    >>> import overheard
    >>> "december-16" in overheard.scenarios()
    True
    """
    return _core.scenarios_at_hand()


def toml(value: Any) -> str:
    """A value as TOML has it.

    >>> toml({"eu": 0.5}), toml([True, "x"]), toml(1e6)
    ('{ "eu" = 0.5 }', '[true, "x"]', '1000000.0')
    """
    if hasattr(value, "item") and not isinstance(value, (str, bytes)):
        value = value.item()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{json.dumps(str(k))} = {toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, (list, tuple, set, frozenset)):
        return "[" + ", ".join(toml(v) for v in value) + "]"
    raise TypeError(f"a knob cannot be set to {value!r}: it takes a number, a text, a boolean, a date, a list or a dict")


def overrides(
    people: int | None = None, seed: int | None = None, set: Settings | None = None, draws: int | None = None
) -> list[tuple[str, str]]:
    """What is laid over a scenario, in the order of the command line."""
    laid = [("--set", f"{key}={toml(value)}") for key, value in (set or {}).items()]
    for option, key, value in [
        ("--people", "run.people", people),
        ("--seed", "run.seed", seed),
        ("--draws", "ensemble.draws", draws),
    ]:
        if value is not None:
            laid.append((option, f"{key}={toml(value)}"))
    return laid


class Scenario:
    """A scenario: what is asked. It is checked as it is made.

    `source` is the path of a TOML file, its name in `./scenarios`, or that of a scenario of the package (`scenarios()`). `set`
    lays values over it: a knob in all arms, `{"signals.half_life_chat": 7}`, or with `"ARM:KEY"` in one. Knobs, their units and
    ranges: docs/knobs.md.

    >>> import overheard
    >>> s = overheard.Scenario("december-16", set={"signals.half_life_chat": 7})
    >>> s.arms
    ['no-policy', 'policy']
    >>> s.override({"policy:signals.half_life_chat": 14}).extend('''
    ... name = "no-voice"
    ... [[arm]]
    ... name = "no-voice"
    ... extraction.voice_quality = 0
    ... ''').arms
    ['no-policy', 'policy', 'no-voice']
    """

    def __init__(self, source: Union[str, os.PathLike[str]], *, set: Settings | None = None) -> None:
        try:
            typed = _core.Typed.read(Path(source))
        except ScenarioNotFoundError:
            own = _core.Typed.at_hand(os.fspath(source).removesuffix(".toml"))
            if own is None:
                raise
            typed = own
        self._begin(typed, os.fspath(source), set or {})

    def _begin(self, typed: _core.Typed, word: str, set: Settings) -> None:
        self._typed, self._word, self._set = typed, word, dict(set)
        self._known = typed.resolved(overrides(set=self._set))

    @classmethod
    def from_text(cls, text: str, *, name: str = "scenario", set: Settings | None = None) -> Scenario:
        """A scenario from the text of a TOML file; messages call it `name`.

        >>> import overheard
        >>> overheard.Scenario.from_text('run.people = 5000').people
        5000
        """
        made = cls.__new__(cls)
        made._begin(_core.Typed.text(name, text), "-", set or {})
        return made

    def override(self, set: Settings) -> Scenario:
        """The same with these values laid over it, too.

        >>> import overheard
        >>> overheard.Scenario("december-16").override({"run.people": 5000}).people
        5000
        """
        made = Scenario.__new__(Scenario)
        made._begin(self._typed, self._word, {**self._set, **set})
        return made

    def extend(self, text: str) -> Scenario:
        """The same with a TOML text on top: its keys replace, its arms come after or, of the same name, over those here. What was
        set by `set=` and `override` stays on top of both.

        >>> import overheard
        >>> overheard.Scenario("december-16").extend('name = "short"\\ntime.end = 2025-12-20').end
        datetime.date(2025, 12, 20)
        """
        # A text in three quotes begins with an empty line: then lines are counted as they were typed.
        text = text if text.startswith("\n") else "\n" + text
        name = f"extension of {self._typed.name}"
        typed = _core.Typed.text(name, f"extends = {toml(self._typed.name)}{text}")
        made = Scenario.__new__(Scenario)
        made._begin(typed.over(self._typed), "-", self._set)
        return made

    def validate(self, *, people: int | None = None, seed: int | None = None, set: Settings | None = None) -> None:
        """Says whether a call with these arguments could run: raises `ScenarioError` with every mistake if not.

        >>> import overheard
        >>> overheard.Scenario("december-16").validate(set={"signals.half_life_chat": -1})
        Traceback (most recent call last):
        ...
        overheard.errors.ScenarioError: error: ...
        """
        self._typed.resolved(self._over(people, seed, set))

    def _over(
        self, people: int | None = None, seed: int | None = None, set: Settings | None = None, draws: int | None = None
    ) -> list[tuple[str, str]]:
        return overrides(people, seed, {**self._set, **(set or {})}, draws)

    @property
    def name(self) -> str:
        """What its folder is called after."""
        return str(self._known["name"])

    @property
    def description(self) -> str:
        """What it asks."""
        return str(self._known["description"])

    @property
    def arms(self) -> list[str]:
        """Names of the arms; differences are from the first."""
        return list(self._known["arms"])

    @property
    def start(self) -> datetime.date:
        """First day."""
        return datetime.date.fromisoformat(self._known["start"])

    @property
    def end(self) -> datetime.date:
        """Last day."""
        return datetime.date.fromisoformat(self._known["end"])

    @property
    def people(self) -> int:
        """Simulated assistant users; a sixteenth as many others come on top."""
        return int(self._known["people"])

    @property
    def seed(self) -> int:
        """Seed of every draw."""
        return int(self._known["seed"])

    def to_toml(self) -> str:
        """The scenario with every knob written out, as `scenario.toml` in a run's folder has it."""
        return str(self._known["toml"])

    def __repr__(self) -> str:
        return f"<Scenario {self.name}: {self.start} to {self.end}, arms {', '.join(self.arms)}>"


def scenario(given: Union[str, os.PathLike[str], Scenario]) -> Scenario:
    """A scenario, however it was given."""
    return given if isinstance(given, Scenario) else Scenario(given)
