"""Scenarios: loaded, overridden, extended, validated."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from conftest import SMALL, same

import overheard


def test_every_scenario_of_the_package_is_valid() -> None:
    names = overheard.scenarios()
    assert len(names) > 15
    for name in names:
        overheard.Scenario(name).validate()


def test_a_scenario_tells_what_it_is(place: Path) -> None:
    s = overheard.Scenario("small.toml")
    assert (s.name, s.description, s.arms, s.people, s.seed) == ("small", "two days", ["no-policy", "policy"], 2500, 1)
    assert (s.start, s.end) == (datetime.date(2025, 12, 15), datetime.date(2025, 12, 16))
    assert "people = 2500" in s.to_toml() and "small: 2025-12-15 to" in repr(s)


def test_overrides_of_every_kind() -> None:
    s = overheard.Scenario.from_text(SMALL).override(
        {
            "time.end": datetime.date(2025, 12, 17),
            "policy:signals.half_life_chat": 7,
            "policy.excluded_markets": ["eu"],
            "market.response": "elastic",
            "controls.opt_out_available": True,
        }
    )
    assert s.end.day == 17
    text = s.to_toml()
    assert "half_life_chat = 7" in text


def test_an_extension_is_a_file_that_extends(place: Path) -> None:
    more = '\nname = "more"\n[[arm]]\nname = "long"\nsignals.half_life_chat = 60\n'
    (place / "more.toml").write_text('extends = "small.toml"' + more)
    by_file = overheard.Scenario("more.toml")
    by_call = overheard.Scenario("small.toml").extend(more)
    from_memory = overheard.Scenario.from_text(SMALL).extend(more)
    assert by_file.to_toml() == by_call.to_toml() == from_memory.to_toml()
    assert by_call.extend('name = "most"').extend("run.people = 1000").arms == ["no-policy", "policy", "long"]
    overheard.run(by_file, people=1000, out="a")
    overheard.run(from_memory, people=1000, out="b")
    same(place / "a", place / "b")


def test_mistakes_in_an_extension_are_placed_where_they_were_typed() -> None:
    with pytest.raises(overheard.ScenarioError, match="extension of small.toml:3:1"):
        overheard.Scenario("small.toml").extend(
            """
            name = "x"
nonsense = 1
"""
        )
