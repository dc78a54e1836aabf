"""Runs, and their tables."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest
from conftest import same, told

import overheard


def test_a_run_is_that_of_the_command_line(cli: str, small: overheard.Run, place: Path) -> None:
    told(cli, "run", "small.toml", "--draws", "2", "--threads", "2", "--out", "cli")
    same(small.path, place / "cli")
    # Its manifest says how to get it on the command line.
    run = overheard.run("small.toml", people=2000, seed=7, set={"signals.half_life_chat": 7}, out="run")
    command = run.manifest["command"]
    assert command == "overheard run small.toml --set signals.half_life_chat=7 --people 2000 --seed 7"
    told(cli, *command.split()[1:], "--out", "again")
    same(run.path, place / "again")
    # A run that is there is not made again.
    before = (run.path / "manifest.json").stat().st_mtime_ns
    again = overheard.run("small.toml", people=2000, seed=7, set={"signals.half_life_chat": 7}, out="run")
    assert (again.path / "manifest.json").stat().st_mtime_ns == before
    # Nor is another put in its place.
    with pytest.raises(overheard.RunError, match="another finished run is in run") as error:
        overheard.run("small.toml", people=2000, out="run")
    assert error.value.hint and error.value.hint.startswith("give out= another folder")


def test_tables_are_typed(small: overheard.Run) -> None:
    for name, column, kind in [
        ("outcomes", "value", pa.float64()),
        ("outcomes", "day", pa.date32()),
        ("differences", "difference", pa.float64()),
        ("bands", "draws", pa.int64()),
        ("bands", "app", pa.string()),
        ("calibration", "published", pa.float64()),
        ("measures", "unit", pa.string()),
    ]:
        table = getattr(small, name)
        assert isinstance(table, pa.Table) and table.num_rows > 20
        assert table.schema.field(column).type == kind, (name, column)
    meaning = small.outcomes.schema.field("day").metadata[b"description"]
    assert meaning == b"empty: summed over the window"
    rows = (small.path / "outcomes.csv").read_text().splitlines()
    assert small.outcomes.num_rows == len(rows) - 1
    first = small.outcomes.slice(0, 1).to_pylist()[0]
    assert first["measure"] == "people" and first["market"] is None and first["value"] == float(rows[1].split(",")[-2])


def test_tables_go_on(small: overheard.Run) -> None:
    frame = small.outcomes.to_pandas()
    assert len(frame) == small.outcomes.num_rows
    polars = pytest.importorskip("polars")
    assert polars.from_arrow(small.outcomes).height == len(frame)


def test_a_run_says_what_it_is(small: overheard.Run) -> None:
    assert "2,500 people" in repr(small) and str(small.path) in repr(small)
    assert small.report().path.is_file() and "<iframe" in small.report()._repr_html_()
    assert small.unit("ad_clicks") == "clicks" and isinstance(small.implausible_arms, list)
    assert isinstance(overheard.open(small), overheard.Run)


def test_progress_is_told(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    heard: list[overheard.Progress] = []
    overheard.run("small.toml", set={"signals.half_life_chat": 9}, draws=2, out="a", progress=heard.append)
    for what in ["solving the market", "simulating", "drawing"]:
        last = [p for p in heard if p.what == what][-1]
        assert last.share == 1, what
    assert any(p.of == 0 and p.what.startswith("running into") for p in heard)
    capfd.readouterr()
    # Nobody looks here.
    overheard.run("small.toml", people=1000, out="b")
    assert capfd.readouterr() == ("", "")
    overheard.run("small.toml", people=1001, out="c", progress=True)
    assert "simulating: " in capfd.readouterr().err


def test_a_callback_that_raises_stops_the_run(place: Path) -> None:
    def angry(p: overheard.Progress) -> None:
        if p.what == "simulating":
            raise LookupError("enough")

    with pytest.raises(LookupError, match="enough"):
        overheard.run("small.toml", people=300_000, out="a", progress=angry)
    assert (place / "a" / "journal.bin").exists()


@pytest.fixture
def heeds_ctrl_c() -> Iterator[None]:
    """Python as it is at a terminal: begun in the background of a shell, it ignores Ctrl-C."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_ctrl_c_stops_a_run_and_it_goes_on(place: Path, heeds_ctrl_c: None) -> None:
    calls: list[overheard.Progress] = []

    def interrupt(p: overheard.Progress) -> None:
        calls.append(p)
        if p.what == "simulating" and p.done > 0:
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        overheard.run("small.toml", people=100_000, out="a", progress=interrupt)
    assert not (place / "a" / "manifest.json").exists()
    with pytest.raises(overheard.ScenarioError):
        overheard.run("small.toml", people=-1, out="a")
    heard: list[str] = []
    run = overheard.run("small.toml", people=100_000, out="a", resume=True, progress=lambda p: heard.append(p.what))
    assert any("shards are done" in text for text in heard)
    assert json.loads((run.path / "manifest.json").read_text())["shards_taken_over"] > 0


def test_others_work_while_it_runs(place: Path) -> None:
    ticks = 0
    done = threading.Event()

    def count() -> None:
        nonlocal ticks
        while not done.wait(0.01):
            ticks += 1

    other = threading.Thread(target=count)
    other.start()
    overheard.run("small.toml", people=2000, out="a")
    done.set()
    other.join()
    assert ticks > 5


def test_two_threads_may_run(place: Path) -> None:
    def one(name: str) -> None:
        overheard.run("small.toml", people=1000, out=name, threads=1)

    both = [threading.Thread(target=one, args=(name,)) for name in "ab"]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    same(place / "a", place / "b")
