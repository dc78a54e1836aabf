"""Mistakes are exceptions that say what, where, and what helps."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from conftest import told

import overheard
from overheard import _core
from overheard._progress import hearer


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ({"set": {"signals.chat_wieght": 2}}, ["unknown key `signals.chat_wieght`", "signals.chat_weight", "--set:1:9"]),
        ({"set": {"signals.chat_weight": "heavy"}}, ["signals.chat_weight", "number"]),
        ({"set": {"signals.chat_weight": 1000}}, ["0.5 to 10 (likes)"]),
        ({"set": {"nobody:signals.chat_weight": 2}}, ["there is no arm `nobody`"]),
        ({"people": 0}, ["run.people", "--people:1:"]),
        ({"people": "many"}, ["run.people", "--people:1:"]),
        ({"people": 2.5}, ["run.people", "--people:1:"]),
        ({"seed": -1}, ["run.seed", "--seed:1:"]),
        ({"draws": -3}, ["ensemble.draws", "--draws:1:"]),
    ],
)
def test_a_wrong_value(call: dict, words: list[str], place: Path) -> None:
    with pytest.raises(ValueError) as error:
        overheard.run("small.toml", **call)
    assert type(error.value) is overheard.ScenarioError
    for word in words:
        assert word in str(error.value)
    assert not (place / "output").exists()


def test_a_mistake_in_a_file_has_its_place_as_on_the_command_line(cli: str, place: Path) -> None:
    (place / "wrong.toml").write_text('name = "wrong"\n\n[signals]\n  chat_wieght = 2\n[run]\npeople = "x"\n')
    with pytest.raises(overheard.ScenarioError) as error:
        overheard.Scenario("wrong.toml")
    assert error.value.place == (4, 3) and "wrong.toml:4:3" in str(error.value) and "wrong.toml:6:10" in str(error.value)
    assert str(error.value) == told(cli, "validate", "wrong.toml", code=2).rstrip("\n")


def test_a_missing_file(place: Path) -> None:
    with pytest.raises(FileNotFoundError, match="cannot read the scenario: there is no such file") as error:
        overheard.run("smal.toml")
    assert isinstance(error.value, overheard.ScenarioError) and "did you mean ./small.toml" in str(error.value)


def test_a_missing_base_is_a_mistake_of_a_scenario_that_is_there(place: Path) -> None:
    (place / "top.toml").write_text('extends = "nowhere"\n')
    with pytest.raises(overheard.ScenarioError, match="cannot read `nowhere`: there is no such file") as error:
        overheard.run("top.toml")
    assert type(error.value) is overheard.ScenarioError and error.value.place == (1, 11)


def test_what_is_no_value_of_a_knob() -> None:
    with pytest.raises(TypeError, match="a knob cannot be set to <object"):
        overheard.run("small.toml", set={"run.seed": object()})
    with pytest.raises(TypeError, match="threads"):
        overheard.run("small.toml", threads="two")


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ({"engine": "diesel"}, "there is no such engine\nhint: possible: thinned, events"),
        ({"threads": 0}, "threads=0"),
    ],
)
def test_a_wrong_call(call: dict, words: str, place: Path) -> None:
    with pytest.raises(overheard.CallError, match=words):
        overheard.run("small.toml", **call)


def test_wrong_studies(small: overheard.Run, place: Path) -> None:
    sweep = overheard.sweep
    with pytest.raises(overheard.CallError, match="`6..1` does not rise"):
        sweep("small.toml", vary={"signals.chat_weight": (6, 1)})
    with pytest.raises(overheard.CallError, match="there is no such design"):
        sweep("small.toml", design="hexagon")
    with pytest.raises(overheard.CallError, match="cannot read the points in nowhere.csv"):
        sweep("small.toml", from_="nowhere.csv")
    with pytest.raises(overheard.CallError, match="there is no measure `x`"):
        overheard.decompose("small.toml", measures=["x"])
    with pytest.raises(overheard.CallError, match="there is no arm `x` beside the base"):
        overheard.decompose("small.toml", arm="x")
    with pytest.raises(overheard.CallError, match="give a second run, or base= one of no-policy, policy"):
        overheard.compare(small)
    with pytest.raises(overheard.CallError, match="there is no folder nowhere"):
        overheard.compare(small, "nowhere")
    with pytest.raises(overheard.CallError, match="no run is in"):
        overheard.open(place)


def test_no_bands_without_draws(place: Path) -> None:
    run = overheard.run("small.toml", people=1000, out="a")
    with pytest.raises(overheard.CallError, match="this run has no bands"):
        _ = run.bands
    with pytest.raises(overheard.CallError, match="no arms are told beside each other"):
        _ = run.pairs


def test_a_foreign_folder_stays(place: Path) -> None:
    with pytest.raises(overheard.RunError, match="not empty and holds no run") as error:
        overheard.run("small.toml", out=".")
    assert error.value.hint == "give out= a folder that is empty or not there yet"


def test_a_panic_is_an_exception_with_its_place(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(overheard.BugError, match=r"this is a bug in overheard: on purpose \(.*questions.rs:\d+:\d+\)"):
        _core.provoke(hearer(False))
    assert capfd.readouterr().err == ""


def test_exceptions_travel() -> None:
    error = overheard.ScenarioError("wrong", "right", (1, 2))
    other = pickle.loads(pickle.dumps(error))
    assert str(other) == "wrong\nhint: right" and other.place == (1, 2)
